"""The summary workbook beside two other programs: openpyxl reads it, LibreOffice computes it anew.

usage: check_summary.py KAOHE SAMPLES WORK

Makes two months of workbooks (several departments, many people, ties, a bad file, names that look
like formulas), runs `kaohe batch` twice, and checks: what the issue asks for is in the sheet, every
stored value of a formula is what LibreOffice computes, links lead to files, text is text, and the
printed pages are landscape, one page wide, with the header on each.
"""

import random
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote

import openpyxl

KAOHE, SAMPLES, WORK = Path(sys.argv[1]).resolve(), Path(sys.argv[2]), Path(sys.argv[3])
FORM, METRICS = "客服主管绩效考核表", "指标数据"
EVIL = '=HYPERLINK("x","y")'
random.seed(4)
shutil.rmtree(WORK, ignore_errors=True)
WORK.mkdir(parents=True)


def month(number, people):
    """A folder a department, a workbook a person; figures by chance, some alike for ties."""
    for index, name in enumerate(people):
        book = openpyxl.load_workbook(SAMPLES / "客服主管绩效考核表-王丽.xlsx")
        form, metrics = book[FORM], book[METRICS]
        department = ["客服部", "售后部", "物流部"][index % 3]
        form["A2"], form["B2"] = f"被考核人：{name}", f"部门：{department}"
        form["C2"] = f"考核月份：2026年{number}月"
        metrics["A1"] = f"2026年{number}月 指标数据"
        metrics["B5"] = random.choice([285000, 300000, 303000, 309500])
        metrics["B9"] = random.choice([36, 38, 40])
        metrics["B10"] = random.choice([None, 0, 1])
        folder = WORK / f"{number}月" / department
        folder.mkdir(parents=True, exist_ok=True)
        book.save(folder / f"{index:02} 人.xlsx")
    (WORK / f"{number}月" / "坏.xlsx").write_bytes(b"no workbook")


def run(*arguments):
    done = subprocess.run([KAOHE, *arguments], cwd=WORK, capture_output=True, text=True)
    assert done.returncode == 1, (done.returncode, done.stderr)  # for the bad file
    return done.stdout


def office(path, kind):
    """Converts by LibreOffice, which computes every formula of a file that asks for it."""
    folder = WORK / "office"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{WORK.resolve()}/profile", "--headless",
         "--convert-to", kind, "--outdir", folder, path],
        check=True, capture_output=True)
    return folder / (path.stem + "." + kind.split(":")[0])


people = ["王丽", EVIL, "+1", "@x"] + [f"员工{n:03}" for n in range(81)]
month(9, people[:-1])
month(10, people)
shutil.copy(SAMPLES / "客服主管绩效考核表-全部门.xlsx", WORK / "10月" / "全部门.xlsx")
run("batch", "9月", "--out", "o9")
run("batch", "10月", "--out", "o10", "--previous", "o9/汇总.xlsx", "--month", "2026-10")
path = WORK / "o10" / "汇总.xlsx"
stored = openpyxl.load_workbook(path, data_only=True)
typed = openpyxl.load_workbook(path)
# The stored values go out, so that LibreOffice must compute them.
bare = WORK / "bare.xlsx"
with zipfile.ZipFile(path) as old, zipfile.ZipFile(bare, "w", zipfile.ZIP_DEFLATED) as new:
    for item in old.infolist():
        data = old.read(item)
        if item.filename.startswith("xl/worksheets/sheet"):
            data = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", data)
        new.writestr(item, data)
computed = openpyxl.load_workbook(office(bare, "xlsx"), data_only=True)

formulas = 0
for sheet in typed:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type != "f":
                continue
            formulas += 1
            assert "HYPERLINK" not in str(cell.value), (sheet.title, cell.coordinate)
            ours = stored[sheet.title][cell.coordinate].value
            theirs = computed[sheet.title][cell.coordinate].value
            assert isinstance(ours, (int, float)), (sheet.title, cell.coordinate, ours)
            assert abs(ours - theirs) <= 1e-9 * max(1, abs(ours)), (sheet.title, cell.coordinate, ours, theirs)

table = stored["汇总"]
head = {table.cell(4, c).value: c for c in range(1, table.max_column + 1)}
rows = [r for r in range(5, table.max_row + 1) if table.cell(r, 1).value is not None]
assert len(rows) == len(people) + 3, len(rows)
names = [table.cell(r, head["姓名"]).value for r in rows]
assert set(people) <= set(names) and EVIL in names
totals = [table.cell(r, head["总得分"]).value for r in rows]
assert totals == sorted(totals, reverse=True)
ranks = [table.cell(r, head["名次"]).value for r in rows]
assert ranks == [1 + sum(t > own for t in totals) for own in totals]
assert len(set(ranks)) < len(ranks), "there are ties"
# The total is what the person's own workbook holds.
links = 0
for r, name in zip(rows, names):
    link = table.cell(r, head["工作簿"]).hyperlink
    target = path.parent / unquote(link.target)
    assert target.is_file() and not link.target.startswith("/"), link.target
    own = openpyxl.load_workbook(target, data_only=True)
    sheet = own[link.location.split("'")[1]] if link.location else own[FORM]
    assert abs(sheet["D40"].value - table.cell(r, head["总得分"]).value) < 1e-9, name
    assert sheet["A2"].value == f"被考核人：{name}"
    links += 1
assert head["变化"] == head["2026-09"] + 1
new = table.cell(rows[names.index(people[-1])], head["变化"]).value
assert new in (None, ""), new
assert table.freeze_panes == "C5"
assert table.print_title_rows == "$1:$4", table.print_title_rows
assert table.auto_filter.ref.startswith("A4:"), table.auto_filter.ref
setup = table.page_setup
assert setup.orientation == "landscape" and setup.fitToWidth in (None, 1) and table.sheet_properties.pageSetUpPr.fitToPage
with zipfile.ZipFile(path) as package:
    text = package.read("xl/worksheets/sheet1.xml").decode()
    assert "dataBar" in text and text.count("<x14:sparkline>") == len(rows)
    charts = [n for n in package.namelist() if re.match(r"xl/charts/chart\d+\.xml", n)]
    assert len(charts) == 2, charts
bad = stored["问题"]
assert [bad.cell(4, c).value for c in (1, 5)] == ["坏.xlsx", "错误"]
assert any("按 0 计" in str(r[5]) for r in stored["提示"].iter_rows(values_only=True))
pages = subprocess.run(["pdftotext", "-layout", office(path, "pdf"), "-"], check=True, capture_output=True, text=True).stdout.split("\f")
printed = [p for p in pages if "营业额达成度" in p and "名次" in p]
assert len(printed) >= 2, "the header stands on each page of the table"
print(f"summary: {len(rows)} people, {formulas} formulas as LibreOffice computes them, {links} links")
