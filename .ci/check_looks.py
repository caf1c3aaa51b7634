"""What openpyxl reads of every output beside its original: style, merges, widths, validations,
conditional formats, notes, pictures, charts, names, print setup. Only the filled cells may differ.

usage: check_looks.py KAOHE SAMPLES WORK
"""

import subprocess
import sys
from pathlib import Path

import openpyxl

kaohe, samples, work = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
work.mkdir(parents=True, exist_ok=True)
compared = 0


def looks(sheet):
    yield "merges", sorted(map(str, sheet.merged_cells.ranges))
    yield "widths", {k: (d.width, d.hidden) for k, d in sheet.column_dimensions.items()}
    yield "heights", {k: (d.height, d.hidden) for k, d in sheet.row_dimensions.items()}
    yield "validations", [(str(v.sqref), v.type, v.operator, v.formula1, v.formula2, v.prompt, v.error) for v in sheet.data_validations.dataValidation]
    yield "conditional formats", [(str(k.sqref), [(r.type, r.operator, r.formula) for r in k.rules]) for k in sheet.conditional_formatting]
    yield "pictures", [(i.anchor._from.row, i.anchor._from.col, i._data()) for i in sheet._images]
    yield "charts", [(type(c).__name__, c.anchor._from.row) for c in sheet._charts]
    yield "print", (sheet.print_title_rows, str(sheet.print_area), sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.oddHeader.left.text, sheet.oddFooter.center.text, [b.id for b in sheet.row_breaks.brk])
    yield "view", (sheet.freeze_panes, sheet.sheet_view.zoomScale, sheet.sheet_state, sheet.sheet_view.showGridLines)
    for row in sheet.iter_rows():
        for c in row:
            note = c.comment.text if c.comment else None
            yield c.coordinate, repr((c.font, c.fill, c.border, c.alignment, c.number_format, c.protection, note))


for source in sorted(samples.glob("*.xlsx")):
    out = work / source.name
    subprocess.run([kaohe, "fill", source, "-o", out, "--force"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    before, after = openpyxl.load_workbook(source), openpyxl.load_workbook(out)
    assert before.sheetnames == after.sheetnames
    assert {k: v.attr_text for k, v in before.defined_names.items()} == {k: v.attr_text for k, v in after.defined_names.items()}
    for sheet in before:
        for (what, a), (what_b, b) in zip(looks(sheet), looks(after[sheet.title]), strict=True):
            compared += 1
            assert what == what_b and a == b, f"{source.name} {sheet.title} {what}: {a} != {b}"
        for row in sheet.iter_rows():
            for c in row:
                new = after[sheet.title][c.coordinate].value
                assert c.value == new or c.column_letter == "D", f"{source.name} {sheet.title}!{c.coordinate}"
print(f"looks: {compared} properties of cells and sheets equal by openpyxl")
assert compared > 1000
