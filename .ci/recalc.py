"""What the checks of stored values share: formulas without values, LibreOffice's values for them."""

import re
import subprocess
import zipfile
from fractions import Fraction as F

import openpyxl


def strip_values(source, target):
    """Removes <v> from every cell with a formula."""
    with zipfile.ZipFile(source) as a, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as b:
        for item in a.infolist():
            data = a.read(item)
            if item.filename.startswith("xl/worksheets/sheet"):
                text = data.decode()
                text, n = re.subn(r"(</f>|<f [^>]*/>)<v>[^<]*</v>", r"\1", text)
                data = text.encode()
            b.writestr(item, data)


def close(a, b):
    if isinstance(a, (int, float, F)) and isinstance(b, (int, float)):
        return abs(float(a) - float(b)) <= 1e-9 * max(1.0, abs(float(b)))
    return a == b


def recalculate(work, bare):
    """LibreOffice computes the workbooks from nothing, into work/lo."""
    (work / "lo").mkdir(exist_ok=True)
    # A run keeps files open for every workbook and ends without a word after some 250.
    for at in range(0, len(bare), 100):
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{work.resolve()}/profile", "--headless", "--convert-to", "xlsx", "--outdir", work / "lo", *bare[at : at + 100]],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )


def formula_cells(out, theirs):
    """Cells of a filled workbook with a formula that ours stored and theirs computed otherwise; and how many."""
    ours, formulas = openpyxl.load_workbook(out, data_only=True), openpyxl.load_workbook(out)
    theirs = openpyxl.load_workbook(theirs, data_only=True)
    cells, bad = 0, []
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    a, b = ours[sheet.title][cell.coordinate].value, theirs[sheet.title][cell.coordinate].value
                    cells += 1
                    if not close(a, b):
                        bad.append(f"{out.name} {sheet.title}!{cell.coordinate}: stored {a!r}, LibreOffice {b!r}")
    return ours, cells, bad
