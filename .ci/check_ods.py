"""What an .ods prints, allows to be entered and pictures: openpyxl makes an .xlsx, LibreOffice saves it as
.ods, kaohe converts that; openpyxl must read the same from both .xlsx.

usage: check_ods.py KAOHE WORK
"""
import pathlib, subprocess, sys
import openpyxl
from openpyxl.drawing.image import Image
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor, TwoCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from PIL import Image as Drawn

kaohe, work = sys.argv[1], pathlib.Path(sys.argv[2])
work.mkdir(parents=True, exist_ok=True)
PIXEL = 9525


def make(path):
    book = openpyxl.Workbook()
    page = book.active
    page.title = "考核 表"
    for row in range(1, 60):
        for col in range(1, 12):
            page.cell(row, col, row * col)
    listed = book.create_sheet("选项")
    for row, word in enumerate(["优", "良", "中"], 1):
        listed.cell(row, 1, word)
    page.oddHeader.left.text, page.oddHeader.right.text = "研发 && 测试", "&D &T"
    page.oddHeader.center.text, page.oddHeader.center.font, page.oddHeader.center.size = "考核 2026 年", "宋体,Regular", 14
    page.oddFooter.left.text, page.oddFooter.center.text, page.oddFooter.right.text = "&A", "第 &P 页，共 &N 页", "&F"
    page.page_setup.orientation, page.page_setup.paperSize, page.page_setup.pageOrder = "landscape", 9, "overThenDown"
    page.print_options.gridLines = page.print_options.headings = page.print_options.horizontalCentered = True
    margins = page.page_margins
    margins.left, margins.top, margins.header, margins.bottom, margins.footer = 0.5, 1.0, 0.4, 0.8, 0.3
    page.row_breaks.append(Break(id=20))
    page.col_breaks.append(Break(id=5))
    page.print_title_rows, page.print_title_cols, page.print_area = "1:2", "A:A", "A1:J50"

    def rule(cells, **settings):
        own = DataValidation(**settings)
        for cell in cells.split():
            own.add(cell)
        page.add_data_validation(own)

    rule("B3:B9 D3:D5", type="list", formula1='"优秀,合格,不合格"', allow_blank=True, errorTitle="错", error="请选\n一个",
         promptTitle="提示", prompt="A&B", showErrorMessage=True, showInputMessage=True)
    rule("C3", type="list", formula1="'选项'!$A$1:$A$3", showErrorMessage=True)
    rule("E3:F6", type="decimal", operator="between", formula1="0", formula2="E$1*100", errorStyle="warning", showErrorMessage=True, error="x")
    rule("G3:G6", type="whole", operator="greaterThanOrEqual", formula1="5", allow_blank=True, showErrorMessage=True, errorStyle="information")
    rule("H3:H4", type="custom", formula1="AND(H3>0,H3<10)", showErrorMessage=True)
    rule("I3", type="date", operator="greaterThan", formula1="DATE(2024,1,1)", showErrorMessage=True)
    rule("I4", type="textLength", operator="notBetween", formula1="1", formula2="4", showErrorMessage=False)
    rule("J3", type="time", operator="lessThan", formula1="0.5", showErrorMessage=True)
    rule("J4", type="whole", operator="notEqual", formula1="5", showErrorMessage=True)
    rule("J6", type="list", formula1='"a,b"', showDropDown=True, showErrorMessage=True)
    picture = work / "p.png"
    Drawn.new("RGB", (80, 40), (255, 0, 0)).save(picture)
    corner = lambda col, x, row, y: AnchorMarker(col=col, colOff=x * PIXEL, row=row, rowOff=y * PIXEL)
    for anchor in (OneCellAnchor(_from=corner(7, 10, 25, 10), ext=XDRPositiveSize2D(100 * PIXEL, 50 * PIXEL)),
                   TwoCellAnchor(editAs="twoCell", _from=corner(1, 0, 30, 0), to=corner(3, 10, 33, 5))):
        image = Image(picture)
        image.anchor = anchor
        page.add_image(image)
    book.save(path)


def seen(path):
    page = openpyxl.load_workbook(path).worksheets[0]
    out, plain = {}, lambda text: (text or "").replace("'", "")
    for own in page.data_validations.dataValidation:
        for area in own.sqref.ranges:
            for row, col in area.cells:
                out[f"validation {row} {col}"] = (
                    own.type, own.operator or "between", plain(own.formula1), plain(own.formula2), own.promptTitle, own.prompt,
                    own.errorTitle, own.error, own.errorStyle or "stop", bool(own.showErrorMessage), bool(own.showInputMessage),
                    bool(own.allowBlank), bool(own.showDropDown))
    for name in ("oddHeader", "oddFooter"):
        for side in ("left", "center", "right"):
            text = getattr(getattr(page, name), side)
            # openpyxl puts a space behind a size, which LibreOffice takes for text.
            out[f"{name} {side}"] = ((text.text or "").strip(), text.font, text.size)
    setup, options, margins = page.page_setup, page.print_options, page.page_margins
    for side in ("left", "right", "top", "bottom", "header", "footer"):
        out[f"margin {side}"] = round(getattr(margins, side), 2)
    out["setup"] = (setup.orientation, setup.paperSize, setup.pageOrder)
    out["options"] = tuple(bool(x) for x in (options.gridLines, options.headings, options.horizontalCentered, options.verticalCentered))
    out["breaks"] = ([b.id for b in page.row_breaks.brk], [b.id for b in page.col_breaks.brk])
    out["titles"] = (page.print_title_rows, page.print_title_cols, page.print_area)
    for number, image in enumerate(sorted(page._images, key=lambda i: i.anchor._from.row)):
        start = image.anchor._from
        out[f"picture {number}"] = (start.col, start.row, round(start.colOff / PIXEL), round(start.rowOff / PIXEL))
    return out


make(work / "made.xlsx")
subprocess.run(["soffice", f"-env:UserInstallation=file://{work.resolve()}/profile", "--headless", "--convert-to", "ods",
                "--outdir", str(work), str(work / "made.xlsx")], check=True, stdout=subprocess.DEVNULL)
out = work / "back.xlsx"
out.unlink(missing_ok=True)
subprocess.run([kaohe, "convert", str(work / "made.ods"), "-o", str(out)], check=True)
want, got = seen(work / "made.xlsx"), seen(out)
wrong = [f"{key}: {want.get(key)} became {got.get(key)}" for key in sorted(want | got) if want.get(key) != got.get(key)]
assert len(want) > 40, len(want)
if wrong:
    sys.exit("\n".join(wrong))
print(f"ods: {len(want)} settings agree")
