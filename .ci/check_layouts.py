"""Forms of other layouts and other producers.

Builds forms by openpyxl that differ in header words, column order, offsets, sheets, total words and
spellings of figures, and has LibreOffice save some of them again as .xlsx, .xls and .ods. kaohe fills
all of them. The cells must hold the figures of FORM.md's worked example, part 4; LibreOffice's copies
are read back by their place in the original.

usage: check_layouts.py KAOHE WORK
"""

import datetime
import subprocess
import sys
from pathlib import Path

import openpyxl

kaohe, work = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
work.mkdir(parents=True, exist_ok=True)

ITEMS = [
    ("营业额达成度", 15, 21), ("投诉维权", 10, 8), ("中差评处理率", 10, 6), ("团队配合度与执行度", 5, 3),
    ("新产品与新规则传达", 5, 3), ("客服培训", 5, 3), ("问题处理", 5, 4.5), ("团队绩效考核指标", 25, 21),
]
ABOVE = {
    "工作完成量": 4.5, "工作完成质量": 4, "完成工作的时间": 5, "解决问题的能力": 3.5, "工作效率": 3.5,
    "组织能力": 3.5, "主动性": 4.5,
}
BELOW = {
    "组织能力": [5, 3, 5, 3.5], "紧急情况处理能力": [3, 3, 4.5, 4.5], "服从度": [3, 3.5, 3, 5],
    "沟通情况": [4.5, 3, 5, 3], "客观度": [3.5, 5, 3, 5], "表达能力": [5, 4.5, 3, 3.5],
    "倾听能力": [3, 5, 3.5, 4], "参与度": [4.5, 3.5, 5, 3],
}
FIGURES = [
    ("计划营业额", 300000, "元"), ("实际营业额", 309500, "元"), ("未及时处理投诉次数", 1, "次"),
    ("投诉损失罚款", 80, "元"), ("当月中差评数量", 40, "条"), ("中差评实际修改数量", 37, "条"),
    ("失职投诉次数", 0, "次"), ("活动培训延误人次", 2, "人次"), ("新品信息延误次数", 1, "次"),
    ("规则变动延误次数", 0, "次"), ("培训原因流失人次", 1, "人次"), ("问题处理评分", 4.5, "分"),
]
TEAM = [
    ("李娜", "C店", 78, 0.63, 92, 16), ("张敏", "C店", 72, 0.61, 88, 17), ("刘洋", "C店", 58, 0.55, 81, 21),
    ("陈静", "商城", 81, 0.96, 97, 15), ("杨帆", "商城", 75, 0.97, 94, 18), ("赵雪", "商城", 69, 0.94, 86, 19),
]
TEAM_HEAD = ["店铺", "月度KPI得分", "询单转化率", "客单价", "旺旺反应时间(秒)"]
SUM, ABOVE_POINTS, BELOW_POINTS = 69.5, 28.5 / 35 * 10, 31.375 / 40 * 10
ITEM_WORDS = {"考核项目", "考核指标", "指标名称", "考核内容"}
SCORE_WORDS = {"得分", "实得分", "考核得分", "最终得分", "实际得分"}
POINTS_WORDS = {"权重分值", "满分", "标准分", "分值"}


def build(path, *, heads=("考核项目", "考核要点", "权重分值", "得分", "考核监督"), down=0, right=0, split=False,
          sum_word="合计", scaled_word="折算得分", total_word="总得分", totals=True, list_head=("指标", "数值", "单位", "备注"),
          member="客服姓名", mean=False, names=("客服主管绩效考核表", "指标数据", "下级评分"), points="{}分".format,
          person="被考核人：王丽", month=("考核月份：2026年10月",), numbered=False, one_sheet=False,
          rating_head=("考核指标", "考核要点", "得分(每项满分5分)"), typed=None):
    """Builds a form; gives {(sheet, cell): expected}."""
    book = openpyxl.Workbook()
    form = book.active
    form.title = names[0]
    col = {kind: next(i for i, h in enumerate(heads) if h in words)
           for kind, words in (("item", ITEM_WORDS), ("score", SCORE_WORDS), ("points", POINTS_WORDS))}
    expected = {}

    def put(sheet, row, column, value, answer=None):
        cell = sheet.cell(row + down, column + 1 + right, value)
        if answer is not None:
            expected[sheet.title, cell.coordinate] = answer

    put(form, 1, 0, "客服主管绩效考核表")
    put(form, 2, 0, person)
    for offset, text in enumerate(month):
        put(form, 2, 2 + offset, text)
    for i, word in enumerate(heads):
        put(form, 3, i, word)
    row = 4
    for number, (name, full, score) in enumerate(ITEMS):
        put(form, row, col["item"], f"{number + 1}、{name}" if numbered else name)
        put(form, row, col["points"], points(full))
        put(form, row, col["score"], None, score)
        row += 1
    if totals:
        put(form, row, col["item"], sum_word)
        put(form, row, col["points"], "80分")
        put(form, row, col["score"], None, SUM)
    row += 2
    sheet = form
    for title, marks in (("上级评分表格(权重10%)", ABOVE), ("下级评分表(权重10%)", BELOW)):
        if split:
            sheet, row = book.create_sheet(title[:4] + "表"), 1
        put(sheet, row, 0, title)
        for i, word in enumerate(rating_head):
            put(sheet, row + 1, i, word)
        row += 2
        below = marks is BELOW
        for name, mark in marks.items():
            put(sheet, row, 0, name)
            put(sheet, row, 2, None if below else mark, sum(mark) / 4 if below else None)
            row += 1
        if totals:
            put(sheet, row, 0, sum_word)
            put(sheet, row, 2, None, 31.375 if below else 28.5)
            put(sheet, row + 1, 0, scaled_word)
            put(sheet, row + 1, 2, None, BELOW_POINTS if below else ABOVE_POINTS)
            row += 2
        row += 1
    if totals:
        put(sheet, row, 0, total_word)
        put(sheet, row, 2, None, SUM + ABOVE_POINTS + BELOW_POINTS)
    figures = form if one_sheet else book.create_sheet(names[1])
    left = 9 if one_sheet else 1
    row = 3
    for i, word in enumerate(list_head or ()):
        figures.cell(row, left + i, word)
    value = (list_head or ("指标", "数值")).index("数值")
    for label, figure, _ in FIGURES:
        row += 1
        figures.cell(row, left, label)
        figures.cell(row, left + value, (typed or {}).get(label, figure))
    row += 2
    for i, word in enumerate([member, *TEAM_HEAD]):
        figures.cell(row, left + i, word)
    for line in TEAM:
        row += 1
        for i, figure in enumerate(line):
            figures.cell(row, left + i, figure)
    raters = book.create_sheet(names[2])
    for i, word in enumerate(["考核指标", *(f"评分人{n}" for n in range(1, 5)), *(["平均分"] if mean else [])]):
        raters.cell(3, 1 + i, word)
    for row, (name, marks) in enumerate(BELOW.items(), 4):
        for i, mark in enumerate([name, *marks, *([sum(marks) / 4] if mean else [])]):
            raters.cell(row, 1 + i, mark)
    book.save(path)
    return expected


LAYOUTS = {
    "plain": {},
    "heads": {"heads": ("考核指标", "评分标准", "满分", "实得分", "备注")},
    "order": {"heads": ("序号", "得分", "权重分值", "考核项目", "考核要点")},
    "offset": {"down": 2, "right": 2},
    "split": {"split": True},
    "total-zongji": {"total_word": "总计"},
    "total-zongfen": {"total_word": "总分", "sum_word": "小计"},
    "total-last": {"total_word": "最终总分", "scaled_word": "加权得分"},
    "total-same": {"total_word": "最终总分", "sum_word": "总分"},
    "no-totals": {"totals": False},
    "no-list-head": {"list_head": None},
    "list-order": {"list_head": ("指标", "单位", "数值", "备注")},
    "member": {"member": "姓名"},
    "raters-mean": {"mean": True},
    "sheet-names": {"names": ("考核", "数据", "打分")},
    "points-number": {"points": lambda p: p},
    "points-percent": {"points": lambda p: p / 100},
    "numbered": {"numbered": True},
    "person": {"person": "姓名: 王 丽"},
    "nobody": {"person": None},
    "month-date": {"month": ("考核月份", datetime.date(2026, 10, 1))},
    "one-sheet": {"one_sheet": True},
    "rating-heads": {"rating_head": ("评价要素", "评分标准", "评分")},
    "typed": {"typed": {"计划营业额": "30万", "实际营业额": "３０９，５００元", "未及时处理投诉次数": "1次"}},
}
BY_LIBREOFFICE = ("plain", "heads", "order", "offset", "split", "member", "one-sheet", "typed")

cases = {}
for name, options in LAYOUTS.items():
    path = work / f"{name}.xlsx"
    cases[path] = build(path, **options)
for kind in ("xlsx", "xls", "ods"):
    folder = work / kind
    sources = [str(work / f"{name}.xlsx") for name in BY_LIBREOFFICE]
    subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{work.resolve()}/profile",
                    "--convert-to", kind, "--outdir", str(folder), *sources], check=True, capture_output=True)
    for name in BY_LIBREOFFICE:
        cases[folder / f"{name}.{kind}"] = cases[work / f"{name}.xlsx"]

faults, cells = [], 0
for path, expected in cases.items():
    out = path.with_name(f"{path.stem}-{path.suffix[1:]}-out.xlsx")
    run = subprocess.run([kaohe, "fill", path, "-o", out, "--force", "--lang", "en"], capture_output=True, text=True)
    if run.returncode:
        faults.append(f"{path.relative_to(work)}: exit {run.returncode}: {run.stderr[:400]}")
        continue
    book = openpyxl.load_workbook(out, data_only=True)
    for (sheet, cell), answer in expected.items():
        cells += 1
        found = book[sheet][cell].value
        if not isinstance(found, (int, float)) or abs(found - answer) > 1e-9:
            faults.append(f"{path.relative_to(work)}: '{sheet}'!{cell} is {found}, expected {answer}")
    again = out.with_name(out.stem + "-2.xlsx")
    subprocess.run([kaohe, "fill", out, "-o", again, "--force"], capture_output=True, check=True)
    if path.suffix != ".xlsx":
        # A new workbook is compressed by its own writer; from then on nothing changes.
        out = again
        again = out.with_name(out.stem + "-3.xlsx")
        subprocess.run([kaohe, "fill", out, "-o", again, "--force"], capture_output=True, check=True)
    if again.read_bytes() != out.read_bytes():
        faults.append(f"{path.relative_to(work)}: filled again, it changes")
print(f"layouts: {len(cases)} workbooks, {cells} cells compared, {len(faults)} faults")
print("\n".join(faults))
sys.exit(bool(faults))
