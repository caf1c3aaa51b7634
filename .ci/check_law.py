"""What openpyxl and LibreOffice make of the workbooks that tests/law left in a folder.

openpyxl: every edited cell holds what was asked, every other cell what it held before. LibreOffice:
what it opened before, it opens after.

usage: check_law.py FOLDER
"""

import json
import subprocess
import sys
import warnings
from pathlib import Path

import openpyxl

warnings.simplefilter("ignore")
folder = Path(sys.argv[1])
opened = compared = edited = unread = 0


def load(path):
    try:
        return openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    except Exception:
        return None


def plain(value):
    """Array formulas and data tables as text, for comparison."""
    if hasattr(value, "ref"):
        return f"{type(value).__name__} {value.ref} {getattr(value, 'text', '')}"
    return value


def is_formula(value):
    return isinstance(value, str) and value.startswith("=")


def cells(sheet):
    return {c.coordinate: c.value for row in sheet.iter_rows() for c in row if c.value is not None}


for told in sorted(folder.glob("*.json")):
    stem = told.name.removesuffix(".json")
    before_path = next(folder.glob(f"{stem}.before.*"))
    after_path = next(folder.glob(f"{stem}.after.*"))
    asked = json.loads(told.read_text())
    before = load(before_path)
    if before is None:
        unread += 1
        continue
    after = load(after_path)
    assert after is not None, f"{asked['source']}: openpyxl opens it no more"
    opened += 1
    targets = {(c["sheet"], c["cell"]): c for c in asked["cells"]}
    for kind, (a, b) in enumerate(zip(before, after)):
        assert a.sheetnames == b.sheetnames
        for sheet in a.worksheets:
            if sheet.max_row * sheet.max_column > 3_000_000:
                continue
            old, new = cells(sheet), cells(b[sheet.title])
            for place in old.keys() | new.keys():
                target = targets.get((sheet.title, place))
                was, now = plain(old.get(place)), plain(new.get(place))
                where = f"{asked['source']} {sheet.title}!{place}"
                if target is None:
                    # A follower of a shared formula may be spelled out: it is a formula still.
                    same = was == now or (kind == 0 and is_formula(was) and is_formula(now))
                    assert same, f"{where}: {was!r} became {now!r}"
                    compared += 1
                elif target["number"] is not None:
                    if isinstance(now, (int, float)) and not isinstance(now, bool):
                        assert abs(now - target["number"]) <= 1e-9 * abs(target["number"]), where
                    else:  # a date format shows the number as a date
                        assert hasattr(now, "isoformat"), f"{where}: {now!r}"
                elif target["text"] is not None:
                    assert now == target["text"], f"{where}: {now!r}"
                elif kind == 0:
                    assert now == target["formula"], f"{where}: {now!r}"
                else:
                    assert now == 7 or hasattr(now, "isoformat"), f"{where}: {now!r}"
                edited += target is not None


def converted(paths, out):
    """Stems that LibreOffice turns into text."""
    out.mkdir(exist_ok=True)
    paths = [str(p) for p in paths]
    for start in range(0, len(paths), 40):
        subprocess.run(
            ["soffice", "--headless", "--convert-to", "csv", "--outdir", out, *paths[start : start + 40]],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=900,
        )
    return {p.name.split(".")[0] for p in out.glob("*.csv")}


before = converted(sorted(folder.glob("*.before.*")), folder / "csv-before")
after = converted(sorted(folder.glob("*.after.*")), folder / "csv-after")
assert before <= after, f"LibreOffice opens no more: {sorted(before - after)}"
print(f"law: openpyxl opened {opened} pairs ({unread} it cannot read), {edited} edited and {compared} other values right; LibreOffice opened {len(before)} before and {len(after)} after")
assert opened > 100 and len(before) > 100
