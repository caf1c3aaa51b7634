"""What an .ods prints, allows to be entered, pictures, shows by conditions, links and notes: openpyxl makes an .xlsx, LibreOffice saves it as
.ods, kaohe converts that; openpyxl must read the same from both .xlsx.

Then the same without the list of conditional formats, so that those of styles count (OpenDocument 1.3).

usage: check_ods.py KAOHE WORK
"""
import pathlib, re, subprocess, sys, zipfile
import openpyxl
from openpyxl.drawing.image import Image
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor, TwoCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule, DataBarRule, FormulaRule, IconSetRule, Rule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.hyperlink import Hyperlink
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
    page.page_setup.firstPageNumber, page.page_setup.useFirstPageNumber = 3, True
    margins = page.page_margins
    margins.left, margins.top, margins.header, margins.bottom, margins.footer = 0.5, 1.0, 0.4, 0.8, 0.3
    page.row_breaks.append(Break(id=20))
    page.col_breaks.append(Break(id=5))
    page.print_title_rows, page.print_title_cols, page.print_area = "1:2", "A:A", "A1:F50,H1:J20"

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
    conditions(book.create_sheet("条件 格式"))
    book.save(path)


# Excel's formats with sections; LibreOffice keeps each section apart.
FORMATS = ["0.0%", "#,##0.00;[Red]-#,##0.00", '[>=90]"优";[>=60]"合格";"不合格"', '0.00;-0.00;"无"', '[<1]0%;0.0"分"', '"得"0"分"']


def conditions(page):
    for row in range(1, 12):
        for col in range(1, 16):
            page.cell(row, col, row * col)
    red, add = PatternFill(bgColor="FFFF0000"), page.conditional_formatting.add
    add("A1:A9", CellIsRule(operator="between", formula=["1", "B$1*3"], fill=red, font=Font(color="FF00FF00", bold=True)))
    add("B2:B9 D3:D5", CellIsRule(operator="greaterThanOrEqual", formula=["90"], fill=red))
    add("C2:C9", FormulaRule(formula=['AND($B2>3,C2<>"优")'], font=Font(italic=True, strike=True, underline="single"),
                             border=Border(left=Side("thin", color="FF0000FF"))))
    add("C2:C9", FormulaRule(formula=["选项!$A$1>3"], fill=red))
    add("N1:N9", CellIsRule(operator="equal", formula=['"优秀"'], fill=red))
    red = DifferentialStyle(fill=red)
    add("E1:E9", ColorScaleRule(start_type="min", start_color="FFFF0000", mid_type="percentile", mid_value=50,
                                mid_color="FFFFFF00", end_type="max", end_color="FF00FF00"))
    add("O1:O9", ColorScaleRule(start_type="num", start_value=1, start_color="FFFF0000", end_type="percent", end_value=90,
                                end_color="FF00FF00"))
    add("F1:F9", DataBarRule(start_type="min", end_type="max", color="FF638EC6"))
    add("H1:H9", Rule(type="containsText", operator="containsText", text="优", formula=['NOT(ISERROR(SEARCH("优",H1)))'], dxf=red))
    add("I1:I9", Rule(type="beginsWith", operator="beginsWith", text="优", formula=['LEFT(I1,1)="优"'], dxf=red))
    add("J1:J9", Rule(type="duplicateValues", dxf=red))
    add("K1:K9", Rule(type="top10", rank=3, dxf=red))
    add("K1:K9", Rule(type="top10", rank=20, percent=True, bottom=True, dxf=red))
    add("L1:L9", Rule(type="aboveAverage", dxf=red))
    # These two stay behind and are named.
    add("G1:G9", IconSetRule("3Arrows", "percent", [0, 33, 67]))
    add("M1:M9", Rule(type="timePeriod", timePeriod="today", formula=["FLOOR(M1,1)=TODAY()"], dxf=red))
    for row, code in enumerate(FORMATS, 20):
        page.cell(row, 1, 1.5).number_format = code
    page["B20"], page["B21"], page["B22"] = "网站", "去表", "信"
    page["B20"].hyperlink, page["B22"].hyperlink = "https://example.com/a?b=1&c=2", "mailto:a@b.cn"
    page["B21"].hyperlink = Hyperlink(ref="B21", location="'考核 表'!B2")
    page["B23"], page["B23"].comment = 5, Comment("扣 5 分\n见附件", "王主管")


def shows(page):
    """Conditional formats, links, formats and notes of a sheet."""
    out, by_cell = {}, {}
    for area in page.conditional_formatting:
        for rule in area.rules:
            by_cell.setdefault(str(area.sqref), []).append(rule)
    for cells, rules in by_cell.items():
        for number, rule in enumerate(sorted(rules, key=lambda rule: rule.priority)):
            look, scale, bar = rule.dxf, rule.colorScale, rule.dataBar
            font = look.font if look is not None else None
            said = [rule.type, rule.operator, [text.replace("'", "") for text in rule.formula], rule.text, rule.rank, rule.percent,
                    rule.bottom]
            if look is not None:
                said.append(look.fill.bgColor.rgb if look.fill is not None else None)
                said.append((bool(font.b), bool(font.i), bool(font.strike), font.u, font.color.rgb if font.color else None) if font else None)
                said.append(look.border.left.style if look.border is not None and look.border.left is not None else None)
            if scale is not None:
                said += [(stop.type, stop.val or 0) for stop in scale.cfvo] + [colour.rgb for colour in scale.color]
            if bar is not None:
                said += [stop.type for stop in bar.cfvo] + [bar.color.rgb]
            out[f"condition {cells} {number}"] = said
    for row in page.iter_rows():
        for cell in row:
            if cell.hyperlink:
                out[f"link {cell.coordinate}"] = (cell.value, cell.hyperlink.target, cell.hyperlink.location)
            if cell.comment:
                out[f"note {cell.coordinate}"] = cell.comment.text
            if cell.number_format != "General":
                out[f"format {cell.coordinate}"] = cell.number_format.upper()
    return out


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
    out["first page"] = (setup.firstPageNumber, bool(setup.useFirstPageNumber))
    out["breaks"] = ([b.id for b in page.row_breaks.brk], [b.id for b in page.col_breaks.brk])
    out["titles"] = (page.print_title_rows, page.print_title_cols)
    out["areas"] = sorted(page.print_area.split(","))
    for number, image in enumerate(sorted(page._images, key=lambda i: i.anchor._from.row)):
        start = image.anchor._from
        out[f"picture {number}"] = (start.col, start.row, round(start.colOff / PIXEL), round(start.rowOff / PIXEL))
    return out


make(work / "made.xlsx")
for kind in ("ods", "xls"):
    subprocess.run(["soffice", f"-env:UserInstallation=file://{work.resolve()}/profile", "--headless", "--convert-to", kind,
                    "--outdir", str(work), str(work / "made.xlsx")], check=True, stdout=subprocess.DEVNULL)
back, plain, other = work / "back.xlsx", work / "plain.ods", work / "plain.xlsx"
# The same without LibreOffice's own list of conditional formats.
with zipfile.ZipFile(work / "made.ods") as old, zipfile.ZipFile(plain, "w") as new:
    for member in old.infolist():
        body = old.read(member)
        if member.filename == "content.xml":
            body = re.sub(rb"<calcext:conditional-formats>.*?</calcext:conditional-formats>", b"", body, flags=re.S)
        new.writestr(member, body)
said = {}
for source, out in ((work / "made.ods", back), (plain, other)):
    out.unlink(missing_ok=True)
    said[out] = subprocess.run([kaohe, "convert", str(source), "-o", str(out)], check=True, capture_output=True, text=True).stderr
old = work / "old.xlsx"
old.unlink(missing_ok=True)
subprocess.run([kaohe, "convert", str(work / "made.xls"), "-o", str(old)], check=True)
book, lost = openpyxl.load_workbook(work / "made.xlsx"), ("condition G1:G9 0", "condition M1:M9 0")
want, got = seen(work / "made.xlsx"), seen(back)
want |= {key: value for key, value in shows(book["条件 格式"]).items() if key not in lost}
got |= shows(openpyxl.load_workbook(back)["条件 格式"])
wrong = [f"{key}: {want.get(key)} became {got.get(key)}" for key in sorted(want | got) if want.get(key) != got.get(key)]
# Of an .xls, check_legacy.py tells the rest.
wrong += [f"xls, {key}: {want[key]} became {seen(old)[key]}" for key in ("titles", "areas", "first page") if seen(old)[key] != want[key]]
wrong += [f"{cells} is not named" for cells in ("G1:G9", "M1:M9") if cells not in said[back]]
# Of the styles' own conditions only comparisons and formulas are there to be read.
mapped = {key: value for key, value in shows(openpyxl.load_workbook(other)["条件 格式"]).items() if key.startswith("condition")}
for key, value in want.items():
    if key.startswith("condition") and value[0] in ("cellIs", "expression") and mapped.pop(key, None) != value:
        wrong.append(f"by style, {key}: {value} is not there")
wrong += [f"by style, {key}: {value}" for key, value in mapped.items()]
assert len(want) > 70, len(want)
if wrong:
    sys.exit("\n".join(wrong))
print(f"ods: {len(want)} settings agree")
