"""Holds `kaohe convert` on .xls files against xlrd (looks), LibreOffice (formulas, values, print
setup) and LibreOffice's page pictures of both files.

usage: check_legacy.py KAOHE WORK FOLDER…      (folders that are not there are passed over)

Every .xls that xlrd opens is converted. Each attribute is counted cell by cell (row by row, column
by column, sheet by sheet); the agreement is printed and must not fall below FLOORS, which are what
was measured and judged right on the company's forms and the public corpus. `--trial CONVERTER` as
KAOHE runs another converter (FILE OUT) instead.
"""

import collections
import glob
import os
import re
import subprocess
import sys
import warnings
import zipfile

import openpyxl
import xlrd
from openpyxl.worksheet._reader import WorksheetReader
from PIL import Image, ImageChops, ImageFilter

warnings.simplefilter("ignore")
WorksheetReader.bind_merged_cells = lambda self: [
    self.ws.merged_cells.add(c.ref) for c in (self.parser.merged_cells.mergeCell if self.parser.merged_cells else [])
]  # openpyxl would give the cells of a merged range looks of its own making

# Attribute -> least share; 1.0 where not named. Measured on the company's form and 32 public files:
# - horizontal: one cell of 23,314, whose alignment the writer makes left;
# - LibreOffice value: three cells where LibreOffice calculates what Excel stored otherwise;
# - page as in the .xls: LibreOffice sizes some of an .xls by its own fonts (`set_sizes` tells what); such
#   pages are held against the yardstick instead, and all pages must agree with one of both;
# - page with what is named as lost: charts drawn flat or as lines, or a drawn shape left out;
# - page picture: one page shows a function that LibreOffice does not know, where we keep Excel's value; on
#   two, a picture is as wide as columns counted in digits of a font that is not on the machine (等线).
FLOORS = {
    "horizontal": 0.9999, "LibreOffice value": 0.999,
    "page as in the .xls": 0.6, "page picture": 0.96, "page with what is named as lost": 0.0,
}
PICTURE_FLOOR = 0.9
tally = collections.defaultdict(lambda: [0, 0])
shown = collections.Counter()


def note(attr, name, where, want, got, same=None):
    same = want == got if same is None else same
    tally[attr][0] += bool(same)
    tally[attr][1] += 1
    if not same:
        shown[attr] += 1
        if shown[attr] <= int(os.environ.get("SHOW", "5")):
            print(f"  {attr}: {os.path.basename(name)} {where}: want {want!r}, got {got!r}")


def rgb(book, index):
    colour = book.colour_map.get(index)
    return None if colour is None else "%02X%02X%02X" % colour


def xl_rgb(colour, default=None):
    if colour is None or colour.type != "rgb":
        return default
    return colour.rgb[-6:]


LINES = [None, "thin", "medium", "dashed", "dotted", "thick", "double", "hair", "mediumDashed",
         "dashDot", "mediumDashDot", "dashDotDot", "mediumDashDotDot", "slantDashDot"]
FILLS = [None, "solid", "mediumGray", "darkGray", "lightGray", "darkHorizontal", "darkVertical",
         "darkDown", "darkUp", "darkGrid", "darkTrellis", "lightHorizontal", "lightVertical",
         "lightDown", "lightUp", "lightGrid", "lightTrellis", "gray125", "gray0625"]
HOR = ["general", "left", "center", "right", "fill", "justify", "centerContinuous", "distributed"]
VER = ["top", "center", "bottom", "justify", "distributed"]
UNDER = {0: None, 1: "single", 2: "double", 0x21: "singleAccounting", 0x22: "doubleAccounting"}


def plain_format(text):
    return "General" if text.upper() in ("GENERAL", "@GENERAL", "") else text.replace("\\ ", " ")


def looks(path, out):
    book = xlrd.open_workbook(path, formatting_info=True, logfile=open(os.devnull, "w"))
    ours = openpyxl.load_workbook(out)
    values = openpyxl.load_workbook(out, data_only=True)
    note("date epoch", path, "", book.datemode, int(ours.epoch.year == 1904))
    names = [s.name for s in book.sheets()]
    note("sheets", path, "", names, [s.title for s in ours.worksheets])
    for sheet in book.sheets():
        if sheet.name not in ours.sheetnames:
            continue
        page = ours[sheet.name]
        note("visibility", path, sheet.name, ["visible", "hidden", "veryHidden"][sheet.visibility], page.sheet_state)
        for row in range(sheet.nrows):
            for col in range(sheet.row_len(row)):
                if sheet.cell_type(row, col) == xlrd.XL_CELL_EMPTY:
                    continue
                one_cell(book, sheet, page, row, col, path)
                one_value(book, sheet, values[sheet.name], row, col, path, page.cell(row + 1, col + 1).data_type == "f")
        want = sorted((a, b - 1, c, d - 1) for a, b, c, d in sheet.merged_cells if (b - a) * (d - c) > 1)
        got = sorted((m.min_row - 1, m.max_row - 1, m.min_col - 1, m.max_col - 1) for m in page.merged_cells.ranges)
        note("merges", path, sheet.name, want, got)
        sizes(book, sheet, page, path)
        panes(sheet, page, path)


def one_cell(book, sheet, page, row, col, path):
    xf = book.xf_list[sheet.cell_xf_index(row, col)]
    font = book.font_list[xf.font_index]
    cell = page.cell(row + 1, col + 1)
    where = f"{sheet.name}!{cell.coordinate}"
    f = cell.font
    note("font name", path, where, font.name, f.name)
    note("font size", path, where, font.height / 20, f.sz)
    # The weight decides, as it does in Excel; xlrd's `bold` bit is of older formats.
    note("bold", path, where, font.weight >= 600 if book.biff_version >= 50 else bool(font.bold), bool(f.b))
    note("italic", path, where, bool(font.italic), bool(f.i))
    note("strike", path, where, bool(font.struck_out), bool(f.strike))
    note("underline", path, where, UNDER.get(font.underline_type), f.u)
    note("font colour", path, where, rgb(book, font.colour_index) or "000000", xl_rgb(f.color, "000000"))
    note("script", path, where, [None, "superscript", "subscript"][font.escapement], f.vertAlign)
    back = xf.background
    kind = FILLS[back.fill_pattern]
    note("fill pattern", path, where, kind, cell.fill.fill_type)
    if kind:
        note("fill colour", path, where, rgb(book, back.pattern_colour_index) or "000000", xl_rgb(cell.fill.fgColor, "000000"))
        if kind != "solid":
            note("fill back colour", path, where, rgb(book, back.background_colour_index) or "FFFFFF",
                 xl_rgb(cell.fill.bgColor, "FFFFFF"))
    for side in ("left", "right", "top", "bottom"):
        style = LINES[getattr(xf.border, side + "_line_style")]
        edge = getattr(cell.border, side)
        note("border line", path, where + " " + side, style, edge.style if edge else None)
        if style:
            colour = rgb(book, getattr(xf.border, side + "_colour_index")) or "000000"
            note("border colour", path, where + " " + side, colour, xl_rgb(edge.color, "000000"))
    align = xf.alignment
    a = cell.alignment
    note("horizontal", path, where, HOR[align.hor_align], a.horizontal or "general")
    note("vertical", path, where, VER[align.vert_align], a.vertical or "bottom")
    note("wrap", path, where, bool(align.text_wrapped), bool(a.wrap_text))
    note("rotation", path, where, align.rotation, int(a.textRotation or 0))
    note("indent", path, where, align.indent_level, int(a.indent or 0))
    note("shrink", path, where, bool(align.shrink_to_fit), bool(a.shrink_to_fit))
    note("locked", path, where, bool(xf.protection.cell_locked), cell.protection.locked is not False)
    note("formula hidden", path, where, bool(xf.protection.formula_hidden), bool(cell.protection.hidden))
    want = plain_format(book.format_map[xf.format_key].format_str)
    got = plain_format(cell.number_format)
    note("number format", path, where, want, got, same_format(xf.format_key, want, got))


def one_value(book, sheet, page, row, col, path, is_formula):
    kind, want = sheet.cell_type(row, col), sheet.cell_value(row, col)
    got = page.cell(row + 1, col + 1).value
    if kind == xlrd.XL_CELL_BLANK:
        want = None
    elif kind == xlrd.XL_CELL_BOOLEAN:
        want = bool(want)
    elif kind == xlrd.XL_CELL_ERROR:
        want = xlrd.error_text_from_code[want]
    elif kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE) and not isinstance(got, (int, float)):
        got = serial(got, page.parent.epoch)
    # Formulas of a file that Excel did not calculate are computed anew, as Excel does on opening it;
    # those are held against LibreOffice's values.
    anew = is_formula and not alike(want, got)
    where = f"{sheet.name}!{page.cell(row + 1, col + 1).coordinate}"
    note("computed anew" if anew else "stored value", path, where, want, got, anew or alike(want, got))


def serial(value, epoch):
    try:
        return openpyxl.utils.datetime.to_excel(value, epoch)
    except Exception:
        return value


def same_format(key, want, got):
    """Built-in formats of the reader's locale have no text in the file; xlrd and openpyxl give the
    texts of their own tables, so for those the number is what counts."""
    if want == got:
        return True
    builtin = openpyxl.styles.numbers.BUILTIN_FORMATS
    return plain_format(builtin.get(key, "?")) == got or builtin.get(key) is None and key < 50


def sizes(book, sheet, page, path):
    dims = page.column_dimensions
    spans = {}
    for letter, dim in dims.items():
        first = dim.min or openpyxl.utils.column_index_from_string(letter)
        for col in range(first, min(dim.max or first, 256) + 1):
            spans[col - 1] = dim
    for col, info in sheet.colinfo_map.items():
        if col >= 256:
            continue
        dim = spans.get(col)
        width = info.width / 256
        got = dim.width if dim is not None else page.sheet_format.defaultColWidth or 8.43 + 5 / 7
        # A pixel is a seventh of a character; a half is lost in rounding.
        note("column width", path, f"{sheet.name} col {col}", round(width, 3), got,
             abs(width - got) <= 0.0715 + (0.0 if width > 1 else 0.1) or bool(info.hidden and dim is not None and dim.hidden))
        note("column hidden", path, f"{sheet.name} col {col}", bool(info.hidden), bool(dim is not None and dim.hidden))
        note("column outline", path, f"{sheet.name} col {col}", info.outline_level, dim.outlineLevel or 0 if dim else 0)
    for row, info in sheet.rowinfo_map.items():
        dim = page.row_dimensions[row + 1] if row + 1 in page.row_dimensions else None
        hidden = bool(info.hidden)
        note("row hidden", path, f"{sheet.name} row {row}", hidden, bool(dim is not None and dim.hidden))
        note("row outline", path, f"{sheet.name} row {row}", info.outline_level, dim.outlineLevel or 0 if dim else 0)
        if hidden or info.has_default_height:
            continue
        got = dim.height if dim is not None and dim.height else page.sheet_format.defaultRowHeight
        note("row height", path, f"{sheet.name} row {row}", info.height / 20, got, abs(info.height / 20 - got) <= 0.376)


def panes(sheet, page, path):
    view = page.sheet_view
    want = None
    if sheet.panes_are_frozen and (sheet.vert_split_pos or sheet.horz_split_pos):
        want = (sheet.horz_split_pos, sheet.vert_split_pos)
    pane = view.pane
    got = (int(pane.ySplit or 0), int(pane.xSplit or 0)) if pane is not None else None
    note("freeze", path, sheet.name, want, got)
    note("gridlines", path, sheet.name, bool(sheet.show_grid_lines), view.showGridLines is not False)
    note("zeros", path, sheet.name, bool(sheet.show_zero_values), view.showZeros is not False)
    note("right to left", path, sheet.name, bool(sheet.columns_from_right_to_left), bool(view.rightToLeft))
    zoom = sheet.scl_mag_factor or 100
    note("zoom", path, sheet.name, zoom, int(view.zoomScale or 100))
    note("row breaks", path, sheet.name, sorted(b[0] for b in sheet.horizontal_page_breaks),
         sorted(b.id for b in page.row_breaks.brk))
    note("column breaks", path, sheet.name, sorted(b[0] for b in sheet.vertical_page_breaks),
         sorted(b.id for b in page.col_breaks.brk))
    links = {(h.frowx, h.fcolx): h.url_or_path for h in sheet.hyperlink_list if h.url_or_path}
    got = {(c.row - 1, c.column - 1) for r in page.iter_rows() for c in r if c.hyperlink is not None}
    for at in links:
        note("hyperlinks", path, f"{sheet.name} {at}", True, at in got)
    notes = {(r, c): n.text for (r, c), n in sheet.cell_note_map.items()}
    for (r, c), text in notes.items():
        comment = page.cell(r + 1, c + 1).comment
        note("notes", path, f"{sheet.name} {(r, c)}", text.strip(), (comment.text if comment else "").strip())


def norm(formula):
    if not isinstance(formula, str):
        return formula
    parts = re.split(r'("(?:[^"]|"")*")', formula)
    for i in range(0, len(parts), 2):
        parts[i] = re.sub(r"[\s'\ufeff]", "", parts[i]).upper().replace("_XLFN.", "")
        parts[i] = parts[i].replace("COM.MICROSOFT.", "").replace("TRUE()", "TRUE").replace("FALSE()", "FALSE")
        parts[i] = re.sub(r"(?<![\w.])(\d+)\.0+(?![\d])", r"\1", parts[i])
    return "".join(parts)


def text_of(value):
    if hasattr(value, "text"):
        return ("=" + value.text.lstrip("="), value.ref)
    return (value, None)


def formulas(path, out, lo):
    """Formula text, stored value and print setup against LibreOffice's own conversion."""
    a, b = openpyxl.load_workbook(lo), openpyxl.load_workbook(out)
    av, bv = openpyxl.load_workbook(lo, data_only=True), openpyxl.load_workbook(out, data_only=True)
    for want_sheet in a.worksheets:
        if want_sheet.title not in b.sheetnames:
            continue
        got_sheet = b[want_sheet.title]
        for row in want_sheet.iter_rows():
            for cell in row:
                if type(cell).__name__ == "MergedCell" or cell.value is None:
                    continue
                other = got_sheet.cell(cell.row, cell.column)
                where = f"{want_sheet.title}!{cell.coordinate}"
                (want, wref), (got, gref) = text_of(cell.value), text_of(other.value)
                if isinstance(want, str) and cell.data_type == "f" and re.search(r"\[\d+\]", want):
                    note("other files' cells", path, where, "no formula", got, other.data_type != "f")
                elif want in ("=TRUE()", "=FALSE()", "=#NAME!()"):
                    pass  # LibreOffice makes formulas of constants, and this of a function of macros
                elif isinstance(want, str) and "#NAME?" in want:
                    continue  # a name that LibreOffice does not take from an .xlsb, nor its value then
                elif isinstance(want, str) and want.startswith("=") and cell.data_type == "f":
                    note("formula", path, where, want, got, norm(want) == norm(got) and (wref == gref or wref is None))
                want = av[want_sheet.title][cell.coordinate].value
                got = bv[want_sheet.title][cell.coordinate].value
                # LibreOffice takes a reference to an empty cell for an empty text, Excel for 0.
                empty = want is None and got == 0 and other.data_type == "f"
                note("LibreOffice value", path, where, want, got, empty or alike(want, got))
        printing(path, want_sheet, got_sheet)
    want = {n: d.attr_text for n, d in a.defined_names.items()}
    # LibreOffice spells names without dots, and keeps those of other files.
    got = {re.sub(r"\W", "_", n): d.attr_text for n, d in b.defined_names.items()}
    for name, text in want.items():
        if text and not name.startswith("_xlnm") and "#REF!" not in text and "[" not in text:
            note("names", path, name, text, got.get(name), norm(text) == norm(got.get(name)))


def alike(a, b):
    if isinstance(a, str) and isinstance(b, str):
        return a.replace("\r", "").replace("_x000D_", "") == b.replace("\r", "").replace("_x000D_", "")
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return abs(a - b) <= 1e-9 * max(1, abs(a))
    if a in (None, "") and b in (None, ""):
        return True
    return a == b


def printing(path, want, got):
    a, b = want.page_setup, got.page_setup
    where = want.title
    note("paper", path, where, int(a.paperSize or 1), int(b.paperSize or 1))
    note("orientation", path, where, a.orientation or "portrait", b.orientation or "portrait",
         (a.orientation == "landscape") == (b.orientation == "landscape"))
    for side in ("left", "right", "top", "bottom", "header", "footer"):
        if side in ("header", "top", "footer", "bottom"):
            continue  # LibreOffice keeps a header's height apart; see the records below
        note("margins", path, f"{where} {side}", round(getattr(want.page_margins, side), 3),
             round(getattr(got.page_margins, side), 3), abs(getattr(want.page_margins, side) - getattr(got.page_margins, side)) < 0.02)
    fit = bool(want.sheet_properties.pageSetUpPr and want.sheet_properties.pageSetUpPr.fitToPage)
    note("fit", path, where, fit, bool(got.sheet_properties.pageSetUpPr and got.sheet_properties.pageSetUpPr.fitToPage))
    if fit:
        def pages(x):
            return tuple(1 if v is None else int(v) for v in (x.fitToWidth, x.fitToHeight))
        note("fit pages", path, where, pages(a), pages(b))
    else:
        note("scale", path, where, int(a.scale or 100), int(b.scale or 100))
    po, pg = want.print_options, got.print_options
    note("centring", path, where, (bool(po.horizontalCentered), bool(po.verticalCentered)),
         (bool(pg.horizontalCentered), bool(pg.verticalCentered)))
    note("print area", path, where, norm(str(want.print_area or "")), norm(str(got.print_area or "")))
    note("print titles", path, where, (want.print_title_rows, want.print_title_cols), (got.print_title_rows, got.print_title_cols))
    dv, dg = rules(want), rules(got)
    note("validations", path, where, dv, dg)
    cf, cg = conditions(want), conditions(got)
    note("conditional formats", path, where, cf, cg)
    note("pictures", path, where, len(want._images), len(got._images))


def conditions(page):
    out = []
    for area in page.conditional_formatting:
        for rule in area.rules:
            look = rule.dxf
            fill = look.fill.bgColor if look is not None and look.fill is not None else None
            font = look.font if look is not None else None
            out.append((str(area.sqref), rule.type, rule.operator, [norm(f) for f in rule.formula], xl_rgb(fill),
                        xl_rgb(font.color) if font is not None else None, bool(font is not None and font.b)))
    return sorted(out, key=str)


def rules(page):
    out = {}
    for rule in page.data_validations.dataValidation:
        for area in rule.sqref.ranges:
            for row, col in area.cells:
                out[row, col] = (rule.type, rule.operator or "between", norm(rule.formula1),
                                 norm(rule.formula2) if rule.type not in ("list", "custom") else None,
                                 rule.promptTitle or "", rule.prompt or "", rule.errorTitle or "", rule.error or "",
                                 rule.errorStyle or "stop", bool(rule.showErrorMessage),
                                 bool(rule.showInputMessage and (rule.prompt or rule.promptTitle)),
                                 bool(rule.allowBlank))
    return out


def soffice(kind, files, folder):
    os.makedirs(folder, exist_ok=True)
    profile = f"-env:UserInstallation=file://{os.path.abspath(folder)}-profile"
    subprocess.run(["soffice", profile, "--headless", "--convert-to", kind, "--outdir", folder, *files],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=900)


def pages(pdf, folder):
    os.makedirs(folder, exist_ok=True)
    stem = os.path.join(folder, "p")
    subprocess.run(["pdftoppm", "-r", "60", "-png", "-l", "12", pdf, stem], check=True)
    return [Image.open(p).convert("L") for p in sorted(glob.glob(stem + "*.png"))]


def ink(image):
    return image.point(lambda v: 255 if v < 160 else 0)


def share(one, two):
    """The share of each page's ink (pixels darker than 160 at 60 dpi) that the other page has within
    four pixels (1.7 mm), the lesser of both ways; 0 for pages of different sizes."""
    if one is None or two is None or one.size != two.size:
        return 0.0
    shares = []
    for x, y in ((ink(one), ink(two)), (ink(two), ink(one))):
        near = y.filter(ImageFilter.MaxFilter(9))
        total = x.histogram()[255]
        shares.append(ImageChops.multiply(x, near).histogram()[255] / total if total else 1.0)
    return round(min(shares), 3)


def picture(path, drawn, said):
    """Every page of the .xls must have its like in ours, by `share`: page count, page size, breaks, and
    everything on the page at its place. Where LibreOffice sizes what the .xls leaves to it (below), ours
    is held against the yardstick instead: LibreOffice's own conversion with only those sizes set."""
    old, ours, theirs, sized = drawn
    company = "客服主管" in path
    # Chart sheets stay behind, and are named.
    kept = len(old) - (1 if "图表工作表" in said else 0)
    if kept != len(ours):
        kept = len(sized)
    note("page count", path, "", kept, len(ours))
    for number in range(max(kept, len(ours))):
        page = lambda pages: pages[number] if number < len(pages) else None
        direct, by_size = share(page(old), page(ours)), share(page(sized), page(ours))
        where = f"page {number + 1}"
        note("page as in the .xls", path, where, f">= {PICTURE_FLOOR}", direct, direct >= PICTURE_FLOOR)
        best = max(direct, by_size)
        flat = any(word in said for word in ("立体效果", "形状", "画成折线"))
        kind = "page with what is named as lost" if flat and best < PICTURE_FLOOR else "page picture"
        note(kind, path, where, f">= {PICTURE_FLOOR}", (direct, by_size, "LibreOffice", share(page(old), page(theirs))),
             best >= PICTURE_FLOOR)
        if company:
            # The company's own form must agree as it is on every page.
            note("page of the form", path, where, ">= 0.95", direct, direct >= 0.95)


def set_sizes(path, theirs, out):
    """LibreOffice's conversion of an .xls, changed only where LibreOffice does not heed what the .xls
    says, or the .xls leaves it to the program:
    - rows not set by hand, which it fits to its own fonts, have the heights stored in the .xls;
    - columns without a width of their own have no width from it either (it takes a digit of its own
      font for the file's, so that 8.43 characters become up to 10.1);
    - TRUE and FALSE, which it shows as 1 and 0, are TRUE and FALSE."""
    book = xlrd.open_workbook(path, formatting_info=True, logfile=open(os.devnull, "w"))
    sheets = openpyxl.load_workbook(theirs, read_only=True).sheetnames
    with zipfile.ZipFile(theirs) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            body = old.read(member)
            found = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", member.filename)
            name = sheets[int(found[1]) - 1] if found else None
            if name in book.sheet_names():
                body = sized_sheet(body.decode(), book.sheet_by_name(name)).encode()
            new.writestr(member, body)


def sized_sheet(xml, sheet):
    # Whole pixels at 96 dpi, as Excel shows them.
    points = lambda height: round(height / 15) * 0.75
    usual = points(sheet.default_row_height or 255)
    xml = re.sub(r'(<sheetFormatPr[^>]*?) defaultColWidth="[^"]*"', r"\1", xml)
    xml = re.sub(r'(<sheetFormatPr[^>]*?defaultRowHeight=)"[^"]*"', rf'\1"{usual}"', xml)

    def row(found):
        own = sheet.rowinfo_map.get(int(found[2]) - 1)
        rest = re.sub(r' (ht|customHeight)="[^"]*"', "", found[3])
        set_by = own is not None and not own.has_default_height and points(own.height) != usual
        return f'{found[1]}{found[2]}"' + (f' ht="{points(own.height)}" customHeight="true"' if set_by else "") + rest

    xml = re.sub(r'(<row r=")(\d+)"([^>]*>)', row, xml)

    def cell(found):
        at = openpyxl.utils.cell.coordinate_from_string(found[2])
        col = openpyxl.utils.column_index_from_string(at[0]) - 1
        if at[1] > sheet.nrows or col >= sheet.row_len(at[1] - 1) or sheet.cell_type(at[1] - 1, col) != xlrd.XL_CELL_BOOLEAN:
            return found[0]
        return f'{found[1]}{found[2]}" t="b">'

    return re.sub(r'(<c r=")([A-Z]+\d+)"[^>]*>', cell, xml)


def main():
    kaohe, work, *folders = sys.argv[1:]
    os.makedirs(work, exist_ok=True)
    files = [f for folder in folders for f in sorted(glob.glob(os.path.join(folder, "*.xls")))]
    only = os.environ.get("ONLY")
    files = [f for f in files if not only or only in f]
    good, notices = [], {}
    for path in files:
        try:
            xlrd.open_workbook(path, formatting_info=True, logfile=open(os.devnull, "w"))
        except Exception as error:  # xlrd's errors have no common kind
            print(f"xlrd does not open {os.path.basename(path)}: {str(error)[:80]}")
            continue
        stem = os.path.splitext(os.path.basename(path))[0]
        out = os.path.join(work, stem + ".xlsx")
        if os.path.exists(out):
            os.remove(out)
        command = kaohe.split(" ")[1:] + [path, out] if kaohe.startswith("--trial") else [
            kaohe, "--lang", "zh", "convert", path, "-o", out]
        done = subprocess.run(command, capture_output=True, text=True)
        if not os.path.exists(out):
            note("converted", path, "", True, (done.stderr or done.stdout)[-200:], False)
            continue
        note("converted", path, "", True, True)
        notices[out] = done.stderr
        good.append((path, out))
    for path, out in good:
        try:
            looks(path, out)
        except Exception as error:
            note("readable", path, "", True, repr(error), False)
    lo = os.path.join(work, "lo")
    soffice("xlsx:Calc MS Excel 2007 XML", [p for p, _ in good], lo)
    for path, out in good:
        theirs = os.path.join(lo, os.path.basename(out))
        if os.path.exists(theirs):
            try:
                formulas(path, out, theirs)
            except Exception as error:
                note("readable", path, "", True, repr(error), False)
        else:
            print(f"LibreOffice does not convert {os.path.basename(path)}")
    if not os.environ.get("NOPICTURES"):
        sized = os.path.join(work, "sized")
        os.makedirs(sized, exist_ok=True)
        for path, out in good:
            theirs = os.path.join(lo, os.path.basename(out))
            if os.path.exists(theirs):
                set_sizes(path, theirs, os.path.join(sized, os.path.basename(out)))
        kinds = {"xls": [p for p, _ in good], "xlsx": [o for _, o in good], "lo": glob.glob(os.path.join(lo, "*.xlsx")),
                 "sized": glob.glob(os.path.join(sized, "*.xlsx"))}
        for kind, drawn in kinds.items():
            soffice("pdf", drawn, os.path.join(work, "pdf-" + kind))
        for path, out in good:
            stem = os.path.splitext(os.path.basename(out))[0]
            drawn = []
            for kind in kinds:
                pdf = os.path.join(work, "pdf-" + kind, stem + ".pdf")
                drawn.append(pages(pdf, pdf[:-4]) if os.path.exists(pdf) else [])
            picture(path, drawn, notices[out])
    print(f"{len(good)} of {len(files)} files compared")
    sys.exit(1 if report(FLOORS) else 0)


def report(floors):
    """Prints the agreement of every attribute; whether one is below its floor."""
    failed = False
    for attr, (same, total) in tally.items():
        floor = floors.get(attr, 1.0)
        low = same / total < floor
        failed |= low
        print(f"{attr:22} {same:7} of {total:7}  {100 * same / total:7.3f} %{'  BELOW ' + str(floor) if low else ''}")
    return failed


if __name__ == "__main__":
    main()
