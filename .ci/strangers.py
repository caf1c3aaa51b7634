"""Workbooks that other hands made of the same form, and an independent scorer.

Invents workbooks in the spirit of FORM.md (other words, orders, places, producers, spellings of
figures, own sheets, and bad ones of every kind), scores each from FORM.md with exact fractions, has
kaohe fill it, and compares: every score and total as stored and as LibreOffice computes it from the
written formulas, and that nothing else has changed. A bad workbook must be refused with the code
named for it.

usage: check_strangers.py KAOHE WORK [ONLY]
"""

import datetime
import json
import random
import re
import subprocess
import sys
import zipfile
from fractions import Fraction as F
from pathlib import Path

import openpyxl
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from recalc import close, recalculate, strip_values

# ------------------------------------------------------------------ the form, and how it is scored

ITEMS = [
    ("营业额达成度", 15), ("投诉维权", 10), ("中差评处理率", 10), ("团队配合度与执行度", 5),
    ("新产品与新规则传达", 5), ("客服培训", 5), ("问题处理", 5), ("团队绩效考核指标", 25),
]
ABOVE = ["工作完成量", "工作完成质量", "完成工作的时间", "解决问题的能力", "工作效率", "组织能力", "主动性"]
BELOW = ["组织能力", "紧急情况处理能力", "服从度", "沟通情况", "客观度", "表达能力", "倾听能力", "参与度"]
CRITERIA = {
    "营业额达成度": "营业额达成度=实际完成额÷计划营业额×100%，低于100%时，每低一个百分点扣2分；高于100%时，每高一个百分点奖励2分。",
    "投诉维权": "客户投诉与维权须及时、准确处理，未及时准确处理的，每次扣2分。",
    "中差评处理率": "低于95%时，每低一个百分点扣2分；高于95%时，每提升一个百分点奖励2分。",
    "团队配合度与执行度": "经确认属失职的，每次扣2分；无特殊原因延误的，每人次扣1分。",
    "新产品与新规则传达": "因信息延误造成错误的，每次扣2分。",
    "客服培训": "因培训原因造成新员工流失的，每人次扣2分。",
    "问题处理": "处理客户与员工的紧急事项。",
    "团队绩效考核指标": "1、部门月度KPI平均分以70分为基准，每高一分奖励2分，每低一分扣2分。",
}
PLAIN = ["计划营业额", "实际营业额", "未及时处理投诉次数", "投诉损失罚款", "当月中差评数量", "中差评实际修改数量",
         "失职投诉次数", "活动培训延误人次", "新品信息延误次数", "规则变动延误次数", "培训原因流失人次", "问题处理评分"]
UNITS = ["元", "元", "次", "元", "条", "条", "次", "人次", "次", "次", "人次", "分"]
TEAM = ["部门KPI平均分", "不及格人次", "C店询单转化率", "商城询单转化率", "客单价均值", "旺旺超时人次",
        "旺旺超时2秒以上人次", "旺旺最长反应时间"]
TEAM_HEAD = ["客服姓名", "店铺", "月度KPI得分", "询单转化率", "客单价", "旺旺反应时间(秒)"]
MEMBERS = [("李娜", "C店", "78", "0.63", "92", "16"), ("张敏", "C店", "72", "0.61", "88", "17"),
           ("刘洋", "C店", "58", "0.55", "81", "21"), ("陈静", "商城", "81", "0.96", "97", "15"),
           ("杨帆", "商城", "75", "0.97", "94", "18"), ("赵雪", "商城", "69", "0.94", "86", "19")]
# The worked example of FORM.md, part 4.
FIGURES = dict(zip(PLAIN, ["300000", "309500", "1", "80", "40", "37", "0", "2", "1", "0", "1", "4.5"]))
UPPER = ["4.5", "4", "5", "3.5", "3.5", "3.5", "4.5"]
RATERS = [["5", "3", "5", "3.5"], ["3", "3", "4.5", "4.5"], ["3", "3.5", "3", "5"], ["4.5", "3", "5", "3"],
          ["3.5", "5", "3", "5"], ["5", "4.5", "3", "3.5"], ["3", "5", "3.5", "4"], ["4.5", "3.5", "5", "3"]]


def mean(values):
    values = list(values)
    return sum(values, F(0)) / len(values)


def steps(value, base, step):
    """Whole steps from the base: completed ones only."""
    n = abs(value - base) / step
    whole = n.numerator // n.denominator
    return whole if value >= base else -whole


def aggregate(members):
    """The team's figures of its members."""
    kpi, time = [F(m[2]) for m in members], [F(m[5]) for m in members]
    return dict(zip(TEAM, [
        mean(kpi), F(sum(k < 60 for k in kpi)), mean(F(m[3]) for m in members if m[1] == "C店"),
        mean(F(m[3]) for m in members if m[1] == "商城"), mean(F(m[4]) for m in members),
        F(sum(t > 18 for t in time)), F(sum(t > 20 for t in time)), max(time)]))


def score(figures, points=None):
    """The eight items, by FORM.md. `figures` holds exact fractions."""
    p = {**dict(ITEMS), **(points or {})}
    f = figures
    out = {}
    out["营业额达成度"] = p["营业额达成度"] + 2 * steps(f["实际营业额"] / f["计划营业额"], F(1), F(1, 100))
    out["投诉维权"] = p["投诉维权"] - 2 * f["未及时处理投诉次数"]
    out["中差评处理率"] = F(p["中差评处理率"])
    if f["当月中差评数量"]:
        out["中差评处理率"] += 2 * steps(f["中差评实际修改数量"] / f["当月中差评数量"], F(95, 100), F(1, 100))
    out["团队配合度与执行度"] = p["团队配合度与执行度"] - 2 * f["失职投诉次数"] - f["活动培训延误人次"]
    out["新产品与新规则传达"] = p["新产品与新规则传达"] - 2 * f["新品信息延误次数"] - 2 * f["规则变动延误次数"]
    out["客服培训"] = p["客服培训"] - 2 * f["培训原因流失人次"]
    out["问题处理"] = f["问题处理评分"]
    out["团队绩效考核指标"] = (
        p["团队绩效考核指标"] + 2 * steps(f["部门KPI平均分"], F(70), F(1)) - 5 * f["不及格人次"]
        + 2 * steps(f["C店询单转化率"], F(60, 100), F(1, 100)) + steps(f["商城询单转化率"], F(95, 100), F(1, 100))
        + 2 * steps(f["客单价均值"], F(85), F(5)) + (2 if f["旺旺最长反应时间"] < 18 else 0)
        - f["旺旺超时人次"] - f["旺旺超时2秒以上人次"])
    return {name: max(F(0), F(value)) for name, value in out.items()}


# ------------------------------------------------------------------ sheets, and who writes them

class Sheet:
    def __init__(self, name):
        self.name, self.cells, self.merges, self.formats = name, {}, [], {}
        self.hidden_rows, self.hidden_cols, self.notes = set(), set(), {}
        self.protect = self.hidden = self.decorate = False

    def put(self, row, col, value, form=None):
        if value is not None:
            self.cells[row, col] = value
        if form:
            self.formats[row, col] = form

    def merge(self, r1, c1, r2, c2):
        if (r1, c1) != (r2, c2):
            self.merges.append((r1, c1, r2, c2))


class Book:
    def __init__(self):
        self.sheets, self.names, self.chart = [], {}, None

    def sheet(self, name):
        self.sheets.append(Sheet(name))
        return self.sheets[-1]

    def __getitem__(self, name):
        return next(s for s in self.sheets if s.name == name)

    def by_openpyxl(self, path):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for s in self.sheets:
            sheet = book.create_sheet(s.name)
            for (r, c), value in s.cells.items():
                cell = sheet.cell(r + 1, c + 1, value)
                if isinstance(value, str) and "\n" in value:
                    cell.alignment = Alignment(wrap_text=True)
            for (r, c), form in s.formats.items():
                sheet.cell(r + 1, c + 1).number_format = form
            for r1, c1, r2, c2 in s.merges:
                sheet.merge_cells(start_row=r1 + 1, start_column=c1 + 1, end_row=r2 + 1, end_column=c2 + 1)
            for r in s.hidden_rows:
                sheet.row_dimensions[r + 1].hidden = True
            for c in s.hidden_cols:
                sheet.column_dimensions[get_column_letter(c + 1)].hidden = True
            for (r, c), text in s.notes.items():
                sheet.cell(r + 1, c + 1).comment = Comment(text, "人事")
            if s.protect:
                sheet.protection.enable()
            if s.hidden:
                sheet.sheet_state = "hidden"
            if s.decorate:
                for (r, c), value in s.cells.items():
                    if r < 6:
                        sheet.cell(r + 1, c + 1).font = Font(bold=True, name="宋体")
                        sheet.cell(r + 1, c + 1).fill = PatternFill("solid", fgColor="FFDDEEFF")
                check = DataValidation(type="decimal", operator="between", formula1="0", formula2="5")
                check.add("H5:H9")
                sheet.add_data_validation(check)
                sheet.conditional_formatting.add("A1:J60", CellIsRule(operator="lessThan", formula=["0"], font=Font(color="FFFF0000")))
                sheet.print_title_rows = "1:3"
                sheet.freeze_panes = "B4"
        for name, target in self.names.items():
            book.defined_names[name] = openpyxl.workbook.defined_name.DefinedName(name, attr_text=target)
        if self.chart:
            from openpyxl.chart import BarChart, Reference
            where, (r1, c1, r2, c2) = self.chart
            chart = BarChart()
            chart.add_data(Reference(book[where], min_col=c1 + 1, min_row=r1 + 1, max_col=c2 + 1, max_row=r2 + 1))
            book[where].add_chart(chart, "L2")
        book.save(path)

    def by_xlsxwriter(self, path):
        import xlsxwriter
        book = xlsxwriter.Workbook(str(path))
        for s in self.sheets:
            sheet = book.add_worksheet(s.name)
            forms = {}
            def style(at):
                value = s.cells.get(at)
                form = s.formats.get(at) or ("yyyy-mm-dd" if isinstance(value, datetime.date) else None)
                if form is None:
                    return None
                if form not in forms:
                    forms[form] = book.add_format({"num_format": form})
                return forms[form]
            for r1, c1, r2, c2 in s.merges:
                sheet.merge_range(r1, c1, r2, c2, "", style((r1, c1)))
            for (r, c) in {**dict.fromkeys(s.formats), **s.cells}:
                value = s.cells.get((r, c))
                if value is None:
                    sheet.write_blank(r, c, None, style((r, c)))
                elif isinstance(value, datetime.date):
                    sheet.write_datetime(r, c, datetime.datetime(value.year, value.month, value.day), style((r, c)))
                elif isinstance(value, str) and value.startswith("="):
                    sheet.write_formula(r, c, value, style((r, c)))
                elif isinstance(value, str):
                    sheet.write_string(r, c, value, style((r, c)))
                else:
                    sheet.write(r, c, value, style((r, c)))
            for r in s.hidden_rows:
                sheet.set_row(r, None, None, {"hidden": True})
            for c in s.hidden_cols:
                sheet.set_column(c, c, None, None, {"hidden": True})
            for (r, c), text in s.notes.items():
                sheet.write_comment(r, c, text)
            if s.protect:
                sheet.protect()
            if s.hidden:
                sheet.hide()
        for name, target in self.names.items():
            book.define_name(name, "=" + target)
        if self.chart:
            where, (r1, c1, r2, c2) = self.chart
            chart = book.add_chart({"type": "column"})
            chart.add_series({"values": [where, r1, c1, r2, c2]})
            book.get_worksheet_by_name(where).insert_chart("L2", chart)
        book.close()


def number(text):
    """An exact decimal as a spreadsheet holds it."""
    value = float(text)
    return int(value) if value.is_integer() else value


# ------------------------------------------------------------------ one case

class Case:
    """A workbook being made, and what is expected of it."""

    def __init__(self, name, **options):
        self.name, self.book, self.o = name, Book(), options
        self.expected, self.args, self.refused, self.exit = {}, [], None, 0
        self.producer = options.get("producer", "openpyxl")
        self.fines = None

    def expect(self, sheet, row, col, value):
        self.expected[sheet.name, row, col] = F(value)


def rated(sheet, case, row, left, title, names, marks, expect_marks, o, end_cols):
    """A rating table; gives the row after it, sum and points."""
    heads = o.get("rating_head", ("考核指标", "考核要点", "得分(每项满分5分)"))
    wide = o.get("rating_merge", False)
    col = o.get("rating_score", len(heads) - 1)
    item = o.get("rating_item", 0)
    at = lambda c: left + c + (1 if wide and c >= 2 else 0)
    if title is not None:
        sheet.put(row, left, title)
        if o.get("merged", True):
            sheet.merge(row, left, row, left + end_cols)
        row += 1
    for i, head in enumerate(heads):
        sheet.put(row, at(i), head)
    if wide:
        sheet.merge(row, left + 1, row, left + 2)
    row += 1
    total = F(0)
    for i, (name, mark) in enumerate(zip(names, marks)):
        label = o["mark_label"](i, name) if "mark_label" in o else name
        sheet.put(row, at(item), label)
        if o.get("rating_words", True) and len(heads) > 2 and col != 1 and item != 1:
            sheet.put(row, left + 1, f"{name}如何。")
        if wide:
            sheet.merge(row, left + 1, row, left + 2)
        if mark is not None and not (expect_marks and not o.get("typed_lower")):
            sheet.put(row, at(col), o.get("mark", number)(mark) if isinstance(mark, str) else float(mark))
        if expect_marks:
            case.expect(sheet, row, at(col), mark)
        total += F(mark)
        row += 1
    full = 5 * len(names)
    points = total / full * 10
    if o.get("totals", True):
        sheet.put(row, at(item), o.get("sum_word", "合计"))
        if o.get("full_marks", True) and col != 1 and item != 1:
            sheet.put(row, left + 1, f"满分{full}分")
        case.expect(sheet, row, at(col), total)
        row += 1
        sheet.put(row, at(item), o.get("scaled_word", "折算得分"))
        case.expect(sheet, row, at(col), points)
        row += 1
    return row + o.get("gap", 1), points


def form(case, person="王丽", sheet_name="客服主管绩效考核表", figures=None, upper=UPPER, lower=None, **more):
    """A form sheet of a person with what is expected in it. `figures`: all twenty as fractions."""
    o = {**case.o, **more}
    book = case.book
    sheet = book.sheet(sheet_name)
    sheet.decorate = o.get("decorate", False)
    top, left = o.get("top", 0), o.get("left", 0)
    heads = o.get("heads", ("考核项目", "考核要点", "权重分值", "得分", "考核监督"))
    kinds = o.get("kinds", ("item", "rule", "points", "score", "by"))
    col = {kind: left + i for i, kind in enumerate(kinds) if kind}
    last = len(heads) - 1
    row = top
    sheet.put(row, left, o.get("title", "客服主管绩效考核表"))
    if o.get("merged", True):
        sheet.merge(row, left, row, left + last)
    row += 1
    if "head" in o:
        row = o["head"](sheet, row, left, person)
    else:
        sheet.put(row, left, f"被考核人：{person}")
        sheet.put(row, left + 1, "部门：客服部")
        sheet.put(row, left + 2, "考核月份：2026年10月")
        row += 1
    row += o.get("head_gap", 0)
    points = {**dict(ITEMS), **o.get("points", {})}
    scores = score(figures, o.get("points"))
    order = o.get("order", range(8))
    split = o.get("item_split")
    def header(row):
        for i, head in enumerate(heads):
            sheet.put(row, left + i, head)
        if o.get("header_rows", 1) == 2:
            for i in range(len(heads)):
                sheet.merge(row, left + i, row + 1, left + i)
            return row + 2
        return row + 1
    row = header(row)
    place = {}
    spread = o.get("item_rows", 1)
    for n, index in enumerate(order):
        name = ITEMS[index][0]
        if split == n:
            row += 1
            sheet.put(row, left, o.get("title", "客服主管绩效考核表"))
            row = header(row + 1)
        label = o["item_label"](n, name) if "item_label" in o else name
        sheet.put(row, col["item"], label)
        if "number" in col:
            sheet.put(row, col["number"], n + 1)
        if "rule" in col:
            sheet.put(row, col["rule"], o.get("criteria", {}).get(name, CRITERIA[name]))
        if "points" in col:
            sheet.put(row, col["points"], o.get("show_points", "{}分".format)(points[name]))
        if "by" in col:
            sheet.put(row, col["by"], "总经办")
        if "group" in col and n in (0, 4):
            sheet.put(row, col["group"], "业绩" if n == 0 else "管理")
            sheet.merge(row, col["group"], row + 3, col["group"])
        if o.get("old_scores"):
            sheet.put(row, col["score"], 1)
        if "score_format" in o:
            sheet.put(row, col["score"], None, o["score_format"])
        case.expect(sheet, row, col["score"], scores[name])
        place[name] = (row, col["score"])
        if spread > 1:
            for kind in ("item", "points", "score", "by"):
                if kind in col:
                    sheet.merge(row, col[kind], row + spread - 1, col[kind])
            if "rule" in col:
                sheet.put(row + 1, col["rule"], "补充：以部门统计为准。")
        row += spread
    total = sum(scores.values(), F(0))
    if o.get("totals", True):
        sheet.put(row, o.get("sum_col", col["item"]), o.get("sum_word", "合计"))
        if "points" in col and o.get("full_marks", True):
            sheet.put(row, col["points"], o.get("show_points", "{}分".format)(sum(points.values())))
        case.expect(sheet, row, col["score"], total)
        place["合计"] = (row, col["score"])
        row += 1
    row += 1
    if lower is None:
        lower = [mean(F(m) for m in line if m) for line in o.get("raters", RATERS)]
    parts = [("上级评分表格(权重10%)", ABOVE, upper, False), ("下级评分表(权重10%)", BELOW, lower, True)]
    titles = o.get("rating_titles")
    if o.get("lower_first"):
        parts.reverse()
    rating_top = row
    for n, (title, names, marks, below) in enumerate(parts):
        if titles:
            title = titles[1 if below else 0]
        target, at, side = sheet, row, left
        if o.get("spread"):
            target, at, side = book.sheet(o.get("spread_names", ("上级评分", "下级考评"))[n] + (f"-{person}" if o.get("many") else "")), top, 0
            if o.get("spread_person"):
                target.put(at, 0, f"被考核人：{person}")
                at += 1
        elif o.get("beside"):
            at, side = top + 2, left + last + 2 + n * 4
        end, got = rated(target, case, at, side, title, names, marks, below, o, 2 if o.get("beside") else last)
        if not o.get("spread") and not o.get("beside"):
            row = end
        total += got
    if o.get("totals", True):
        target = sheet
        below_row = row
        if o.get("total_sheet"):
            target, row = book.sheet("总分"), 1
        if o.get("total_place"):
            row = o["total_place"](case, target, row, left, col, total) or row
        else:
            sc = col["score"] if o.get("beside") or o.get("spread") else left + o.get("rating_score", 2)
            if o.get("rating_merge") and not o.get("spread"):
                sc += 1
            target.put(row, left, o.get("total_word", "总得分"))
            if o.get("full_marks", True) and sc - left > 1 and not o.get("beside"):
                target.put(row, left + 1, "80+10+10=100分")
            if o.get("total_merge"):
                target.merge(row, left, row, sc - 1)
                target.cells.pop((row, left + 1), None)
            case.expect(target, row, sc, total)
            place["总得分"] = (row, sc)
        if o.get("total_sheet"):
            row = below_row
    row += 2
    sheet.put(row, left, "被考核人签字：")
    sheet.put(row, left + 1, "考核人签字：")
    case.place = place
    return sheet


def lines(case, name="指标数据", figures=None, sheet=None, row=2, left=0, **more):
    """A list of figures; gives the sheet and the row after it."""
    o = {**case.o, **more}
    sheet = sheet or case.book.sheet(name)
    heads = o.get("list_head", ("指标", "数值", "单位", "备注"))
    value = o.get("list_value", 1)
    label = o.get("list_label", 0)
    if o.get("list_title", True):
        sheet.put(0, 0, "2026年10月 指标数据")
    if heads:
        for i, head in enumerate(heads):
            sheet.put(row, left + i, head)
        row += 1
    figures = figures or FIGURES
    names = o.get("list_order", PLAIN)
    for n, metric in enumerate(names):
        if metric in o.get("leave_out", ()):
            continue
        text = figures[metric]
        typed = o.get("typed", {})
        sheet.put(row, left + label, o.get("label", lambda m: m)(metric))
        shown = typed[metric] if metric in typed else number(text) if text is not None else None
        if isinstance(shown, tuple):
            shown, fmt = shown
            sheet.put(row, left + value, shown, fmt)
        else:
            sheet.put(row, left + value, shown)
        if "list_unit" in o:
            unit = UNITS[PLAIN.index(metric)] if metric in PLAIN else ""
            sheet.put(row, left + o["list_unit"], o.get("units", {}).get(metric, unit))
        for c, fill in o.get("list_fill", {}).items():
            sheet.put(row, left + c, fill(n, metric))
        row += 1
        if n in o.get("list_gaps", ()):
            row += 1
    return sheet, row


def team(case, sheet, row, left=0, members=MEMBERS, **more):
    o = {**case.o, **more}
    heads = o.get("team_head", TEAM_HEAD)
    order = o.get("team_order", range(6))
    if o.get("team_title", True):
        sheet.put(row, left, o.get("team_title_text", "团队数据"))
        row += 1
    for i, c in enumerate(order):
        if c is not None:
            sheet.put(row, left + i, heads[c])
    row += 1
    show = o.get("team_show", lambda c, t: number(t))
    shop = o.get("shop", lambda s: s)
    first = {}
    for n, member in enumerate(members):
        if n in o.get("team_gaps", ()):
            row += o.get("team_gap", 1)
        for i, c in enumerate(order):
            if c is None:
                continue
            text = member[c]
            if c == 1 and o.get("shop_merged"):
                if text in first:
                    first[text][2] = row
                    continue
                first[text] = [row, left + i, row]
            value = text if c == 0 else shop(text) if c == 1 else None if text is None else show(c, text)
            sheet.put(row, left + i, value)
        row += 1
    for r1, c, r2 in first.values():
        sheet.merge(r1, c, r2, c)
    for word in o.get("team_foot", ()):
        sheet.put(row, left, word)
        for i, c in enumerate(order):
            if c is not None and c > 1:
                letter = get_column_letter(left + i + 1)
                sheet.put(row, left + i, f"=AVERAGE({letter}{row - len(members) + 1}:{letter}{row})" if o.get("foot_formula") else
                          float(mean(F(m[c]) for m in members)))
        row += 1
    return row


def raters(case, name="下级评分", rows=RATERS, **more):
    o = {**case.o, **more}
    sheet = case.book.sheet(name)
    top, left = o.get("raters_top", 2), o.get("raters_left", 0)
    sheet.put(0, 0, o.get("raters_title", "下级评分汇总（匿名）"))
    heads = o.get("raters_head", [f"评分人{n + 1}" for n in range(len(rows[0]))])
    show = o.get("rater_show", number)
    if o.get("raters_across"):
        sheet.put(top, left, "评分人")
        for i, mark in enumerate(BELOW):
            sheet.put(top, left + 1 + i, mark)
        for r in range(len(rows[0])):
            sheet.put(top + 1 + r, left, heads[r])
            for i in range(len(BELOW)):
                if rows[i][r]:
                    sheet.put(top + 1 + r, left + 1 + i, show(rows[i][r]))
        return sheet
    before = o.get("raters_before", [])
    for i, head in enumerate(["考核指标", *[h for h, _ in before], *heads]):
        sheet.put(top, left + i, head)
    after = o.get("raters_after", [])
    for i, (mark, line) in enumerate(zip(BELOW, rows)):
        r = top + 1 + i
        sheet.put(r, left, mark)
        c = left + 1
        for _, fill in before:
            sheet.put(r, c, fill(i, mark))
            c += 1
        first = c
        for value in line:
            if value:
                sheet.put(r, c, show(value))
            c += 1
        for head, fill in after:
            sheet.put(top, c, head)
            sheet.put(r, c, fill(r + 1, first, c - 1, line))
            c += 1
    return sheet


PEOPLE = PLAIN + TEAM + [f"下级-{m}" for m in BELOW]


def table(case, people, name="指标数据", sheet=None, row=2, left=0, **more):
    """A row a person: name → figures as text, by label."""
    o = {**case.o, **more}
    sheet = sheet or case.book.sheet(name)
    columns = o.get("columns", ["姓名", *PEOPLE])
    label = o.get("label", lambda m: m)
    sheet.put(0, 0, "2026年10月 指标数据")
    turned = o.get("turned")
    def at(r, c, value, form=None):
        if turned:
            sheet.put(row + c, left + r, value, form)
        else:
            sheet.put(row + r, left + c, value, form)
    for c, column in enumerate(columns):
        at(0, c, label(column))
    r = 1
    for person in people:
        for c, column in enumerate(columns):
            value = person.get(column)
            typed = o.get("typed", {}).get((person["姓名"], column))
            if typed is not None:
                at(r, c, typed)
            elif value is not None:
                known = column in PEOPLE
                at(r, c, number(value) if known else value, "0.0%" if known and "转化率" in column else None)
        r += 1
        if r - 2 in o.get("table_gaps", ()):
            r += 1
    return sheet


def exact(figures, members=MEMBERS):
    out = {m: F(figures[m]) for m in PLAIN}
    return {**out, **aggregate(members)}


def one(name, figures=None, members=MEMBERS, metrics=True, counted=None, shown=None, **o):
    """A workbook of one person with a list, a team and raters. `counted`: figures as they are to be
    counted, where `shown` has other text."""
    case = Case(name, **o)
    text = {**FIGURES, **(figures or {})}
    form(case, figures=exact({**text, **(counted or {})}, o.get("true_members", members)))
    if metrics:
        sheet, row = lines(case, o.get("list_name", "指标数据"), text)
        if o.get("team_sheet"):
            sheet, row = case.book.sheet("团队"), 0
        elif o.get("team_beside"):
            row = 2
        team(case, sheet, row + 1, left=8 if o.get("team_beside") else 0, members=members)
        raters(case, o.get("raters_name", "下级评分"), o.get("raters", RATERS))
    return add(case)


CASES = []


def add(case):
    CASES.append(case)
    return case


def bad(case, *codes, exit_code=1):
    case.refused, case.exit = codes, exit_code
    return case
