"""Workbooks that other hands made of the same form: filled, compared, refused.

See strangers.py for how they are made and scored. Compares every score and total as stored and as
LibreOffice computes it from the written formulas, that every other cell and part is as it was, and
that a bad workbook is refused with the code named for it.

usage: check_strangers.py KAOHE WORK [ONLY]
"""

import datetime
import json
import random
import subprocess
import sys
import zipfile
from fractions import Fraction as F
from pathlib import Path

import openpyxl

from recalc import close, formula_cells, recalculate, strip_values
from strangers import *
from strangers_second import second
from strangers_fifth import fifth
from strangers_fourth import fourth
from strangers_sixth import sixth
from strangers_third import third

LO = {"lo-xlsx": "xlsx", "lo-xls": "xls", "lo-ods": "ods"}
KINDS6 = ("item", "rule", "points", "score", "by")

# ------------------------------------------------------------------ words and orders
one("plain")
one("plain-xlsxwriter", producer="xlsxwriter")
for kind in LO:
    one(f"plain-{kind}", producer=kind)
one("words-1", heads=("考核指标", "评分标准", "满分", "实得分", "数据来源"), sum_word="小计", total_word="总计")
one("words-2", heads=("指标名称", "考核细则", "标准分", "考核得分", "考核人"), sum_word="合计得分", scaled_word="加权得分", total_word="最终得分")
one("words-3", heads=("项目", "计分办法", "配分", "实际得分", "备注"), sum_word="总合计", scaled_word="折合得分", total_word="综合得分")
one("words-4", heads=("考 核 项 目", "考核要点", "权 重", "得　分", "监督"), sum_word="合  计", total_word="总 得 分：", title="客服主管绩效考核表（月度）")
one("words-5", heads=("KPI指标", "评分细则", "分值", "最终得分", "备注"), total_word="总评分", sum_word="项目合计")
one("words-6", heads=("考核项目（KPI）", "考核要点", "权重分值（分）", "得分（分）", "考核监督"), sum_word="合计（分）", total_word="总得分（100分）")
one("score-self", heads=("考核项目", "考核要点", "权重分值", "自评", "得分"), kinds=("item", "rule", "points", None, "score"))
one("score-first", heads=("得分", "考核项目", "考核要点", "权重分值", "备注"), kinds=("score", "item", "rule", "points", None), rating_head=("得分(每项满分5分)", "考核指标", "考核要点"), rating_score=0, rating_item=1, total_place=lambda c, s, r, l, col, t: (s.put(r, l + 1, "总得分"), c.expect(s, r, l, t))[0])
one("number-col", heads=("序号", "考核项目", "考核要点", "权重分值", "得分", "考核监督"), kinds=("number", "item", "rule", "points", "score", "by"))
one("group-col", heads=("类别", "考核项目", "考核要点", "权重分值", "得分", "考核监督"), kinds=("group", "item", "rule", "points", "score", "by"))
one("points-before", heads=("考核项目", "权重分值", "考核要点", "得分", "备注"), kinds=("item", "points", "rule", "score", "by"))
one("no-points", heads=("考核项目", "考核要点", "得分", "考核监督"), kinds=("item", "rule", "score", "by"))
one("no-rule", heads=("考核项目", "权重分值", "得分"), kinds=("item", "points", "score"))
one("reversed", order=range(7, -1, -1))
one("items-shuffled", order=(3, 1, 7, 0, 2, 6, 5, 4))
one("two-item-tables", item_split=7)
one("lower-first", lower_first=True)
# ------------------------------------------------------------------ places
one("offset", top=4, left=2, producer="xlsxwriter")
one("offset-far", top=9, left=5)
one("head-gap", head_gap=3)
one("item-rows", item_rows=2)
one("item-rows-3", item_rows=3, producer="lo-xlsx")
one("header-two-rows", header_rows=2)
one("unmerged", merged=False)
one("rating-merged", rating_merge=True)
one("total-merged", total_merge=True)
one("spread", spread=True)
one("spread-named", spread=True, spread_names=("上级", "下级"))
one("spread-person", spread=True, spread_person=True)
one("beside", beside=True)
one("total-sheet", total_sheet=True)
one("no-totals", totals=False)
one("no-full-marks", full_marks=False)
one("team-sheet", team_sheet=True)
one("team-beside", team_beside=True)
one("one-gap", gap=4)
one("decorated", decorate=True)
one("old-scores", old_scores=True)
one("formatted", score_format="0.0")
# ------------------------------------------------------------------ labels
one("items-numbered", item_label=lambda n, name: f"{n + 1}、{name}")
one("items-dots", item_label=lambda n, name: f"{n + 1}.{name}")
one("items-chinese", item_label=lambda n, name: f"{'一二三四五六七八'[n]}、{name}")
one("items-brackets", item_label=lambda n, name: f"（{'一二三四五六七八'[n]}）{name}")
one("items-circled", item_label=lambda n, name: f"{'①②③④⑤⑥⑦⑧'[n]}{name}")
one("items-points", item_label=lambda n, name: f"{name}（{dict(ITEMS)[name]}分）")
one("items-broken", item_label=lambda n, name: name[: len(name) // 2] + "\n" + name[len(name) // 2:])
one("items-spaced", item_label=lambda n, name: " ".join(name) + "：")
one("marks-numbered", mark_label=lambda n, name: f"{n + 1}、{name}")
one("marks-spaced", mark_label=lambda n, name: f" {name}　")
for n, show in enumerate((lambda p: p, "{}".format, "{} 分".format, lambda p: f"{p}.0分", lambda p: str(p).translate(str.maketrans("0123456789", "０１２３４５６７８９")) + "分", lambda p: p / 100, "{}%".format, "满分{}分".format, "({}分)".format)):
    one(f"points-{n}", show_points=show)
# ------------------------------------------------------------------ the head
HEADS = {
    "name-cell": lambda s, r, l, p: (s.put(r, l, "被考核人"), s.put(r, l + 1, p), s.put(r, l + 2, "考核月份"), s.put(r, l + 3, datetime.date(2026, 10, 1)), r + 1)[-1],
    "name-spaced": lambda s, r, l, p: (s.put(r, l, "姓  名：" + " ".join(p)), s.put(r, l + 2, "月份：2026.10"), r + 1)[-1],
    "one-cell": lambda s, r, l, p: (s.put(r, l, f"被考核人：{p}    部门：客服部    考核月份：2026年10月"), s.merge(r, l, r, l + 4), r + 1)[-1],
    "two-lines": lambda s, r, l, p: (s.put(r, l, f"姓名：{p}"), s.put(r + 1, l, "考核期间：2026年10月1日-2026年10月31日"), r + 2)[-1],
    "nobody": lambda s, r, l, p: r,
    "month-only": lambda s, r, l, p: (s.put(r, l, "2026年10月"), r + 1)[-1],
    "merged-cells": lambda s, r, l, p: (s.put(r, l, "被考核人"), s.put(r, l + 1, p), s.merge(r, l + 1, r, l + 2), s.put(r, l + 3, "部门"), s.put(r, l + 4, "客服部"), r + 1)[-1],
    "chinese-month": lambda s, r, l, p: (s.put(r, l, f"被考核人：{p}"), s.put(r, l + 1, "考核月份：二〇二六年十月"), r + 1)[-1],
}
for name, head in HEADS.items():
    one(f"head-{name}", head=head, producer=random.Random(name).choice(("openpyxl", "xlsxwriter")))
one("title-month", title="客服主管绩效考核表（2026年10月）", head=HEADS["nobody"])
# ------------------------------------------------------------------ the list of figures
one("list-none", list_head=None)
one("list-unit-first", list_head=("指标", "单位", "数值", "备注"), list_value=2, list_unit=1)
one("list-number", list_head=("序号", "指标", "数值", "单位"), list_label=1, list_value=2, list_fill={0: lambda n, m: n + 1})
one("list-last-month", list_head=("指标", "上月", "本月"), list_value=2, list_fill={1: lambda n, m: 7})
one("list-last-month-2", list_head=("指标名称", "上月数值", "本月数值"), list_value=2, list_fill={1: lambda n, m: 7})
one("list-target", list_head=("考核项目", "目标值", "实际值"), list_value=2, list_fill={1: lambda n, m: 9})
one("list-months", list_head=("指标", "9月", "10月"), list_value=2, list_fill={1: lambda n, m: 3})
one("list-source", list_head=("指标", "数据来源", "数值"), list_value=2, list_fill={1: lambda n, m: "财务部"})
one("list-words", list_head=("名称", "完成情况"))
one("list-words-2", list_head=("数据项", "本月数据", "单位"))
one("list-plain-order", list_order=sorted(PLAIN))
one("list-gaps", list_gaps=(1, 5, 9))
one("list-colons", label=lambda m: m + "：")
one("list-unit-label", label=lambda m: f"{m}（{UNITS[PLAIN.index(m)]}）" if m in PLAIN else m)
one("list-numbered", label=lambda m: f"{PLAIN.index(m) + 1}、{m}" if m in PLAIN else m)
one("list-offset", list_name="10月数据", list_title=False)
one("list-sheet-names", list_name="原始数据", raters_name="打分", sheet_name="考核")
ALIASES = {"计划营业额": "本月计划营业额", "实际营业额": "实际完成额", "未及时处理投诉次数": "未及时处理投诉", "投诉损失罚款": "罚款",
           "当月中差评数量": "中差评数", "中差评实际修改数量": "中差评修改数", "失职投诉次数": "推诿投诉次数", "问题处理评分": "问题处理"}
one("list-aliases", label=lambda m: ALIASES.get(m, m))
one("list-judged-name", label=lambda m: "问题处理" if m == "问题处理评分" else m)
one("typed-units", typed={m: f"{FIGURES[m]}{u}" for m, u in zip(PLAIN, UNITS)})
one("typed-full-width", typed={"计划营业额": "３００，０００元", "实际营业额": "３０９５００", "当月中差评数量": "４０条"})
one("typed-wan", typed={"计划营业额": "30万", "实际营业额": "30.95万元"})
one("typed-wan-qian", typed={"计划营业额": "30 万元", "实际营业额": "309.5千元"})
one("typed-rmb", typed={"计划营业额": "￥300,000.00", "实际营业额": "¥309,500"})
one("typed-text", typed={m: FIGURES[m] for m in PLAIN}, producer="xlsxwriter")
one("typed-none", typed={"失职投诉次数": "无", "规则变动延误次数": "没有"})
one("typed-dash", typed={"失职投诉次数": "-", "规则变动延误次数": "—"})
one("typed-slash", typed={"失职投诉次数": "/"})
one("typed-approx", typed={"计划营业额": "300000.00元"})
one("blank-counts", {m: "0" for m in ("失职投诉次数", "规则变动延误次数", "活动培训延误人次")}, typed=dict.fromkeys(("失职投诉次数", "规则变动延误次数", "活动培训延误人次")))
# ------------------------------------------------------------------ units that change a figure
one("wan-both", typed={"计划营业额": 30, "实际营业额": 30.95}, label=lambda m: m + "（万元）" if "营业额" in m else m)
bad(one("wan-one", typed={"计划营业额": 30, "实际营业额": 309500}, label=lambda m: m + "（万元）" if m == "计划营业额" else m), "figure-unit")
bad(one("wan-one-column", list_unit=2, typed={"计划营业额": 30, "实际营业额": 309500}, units={"计划营业额": "万元"}), "figure-unit")
one("wan-both-column", list_unit=2, typed={"计划营业额": 30, "实际营业额": 30.95}, units={"计划营业额": "万元", "实际营业额": "万元"})
# ------------------------------------------------------------------ edges
for n, (plan, actual) in enumerate((("300000", "300000"), ("300000", "291000"), ("300000", "290999.99"), ("300000", "303000"), ("300000", "302999.99"), ("300000", "0"), ("123456.78", "127160.48"), ("123456.78", "120987.64"), ("7", "7.07"), ("1", "9"))):
    one(f"turnover-{n}", {"计划营业额": plan, "实际营业额": actual})
for n, (got, of) in enumerate((("95", "100"), ("9499", "10000"), ("94", "100"), ("0", "0"), ("0", "12"), ("12", "12"), ("19", "20"), ("57", "60"), ("29", "31"))):
    one(f"reviews-{n}", {"当月中差评数量": of, "中差评实际修改数量": got})
one("many-events", {"未及时处理投诉次数": "9", "投诉损失罚款": "450", "失职投诉次数": "2", "活动培训延误人次": "4", "培训原因流失人次": "3"})
one("fine-least", {"投诉损失罚款": "50"})
one("fine-none", {"投诉损失罚款": "0"})
one("fine-most", {"未及时处理投诉次数": "2", "投诉损失罚款": "200"})


def crew(*rows):
    return [(name, *rest.split()) for name, rest in rows]


EDGE_TEAMS = {
    "all-fast": crew(("甲", "C店 70 0.60 85 17.9"), ("乙", "商城 70 0.95 85 12")),
    "at-base": crew(("甲", "C店 70 0.60 85 18"), ("乙", "商城 70 0.95 85 18")),
    "just-below": crew(("甲", "C店 69.99 0.5999 84.99 18.1"), ("乙", "商城 69.99 0.9499 84.99 20")),
    "stage": crew(("甲", "C店 71 0.61 90 20.1"), ("乙", "商城 71 0.96 90 17")),
    "stage-less": crew(("甲", "C店 60 0.59 80 20"), ("乙", "商城 60 0.94 80 18.5")),
    "fails": crew(("甲", "C店 59.9 0.30 50 30"), ("乙", "商城 60 0.50 40 18"), ("丙", "商城 59 0.51 41 25")),
    "thirds": crew(("甲", "C店 70 0.61 85 10"), ("乙", "C店 71 0.62 86 10"), ("丙", "C店 73 0.63 89 10"), ("丁", "商城 74 0.96 92 10")),
}
for name, members in EDGE_TEAMS.items():
    one(f"team-{name}", members=members)
# ------------------------------------------------------------------ the team
one("team-name", team_head=("姓名", *TEAM_HEAD[1:]))
one("team-words", team_head=("员工姓名", "所属店铺", "KPI得分", "转化率", "客单价(元)", "响应时间（秒）"))
one("team-order", team_order=(1, 0, 5, 4, 3, 2))
one("team-number", team_head=(*TEAM_HEAD, "序号"), team_order=(None, 0, 1, 2, 3, 4, 5))
one("team-shop-merged", shop_merged=True, team_order=(1, 0, 2, 3, 4, 5))
one("team-shop-merged-2", shop_merged=True)
one("team-shops", shop=lambda s: {"C店": "淘宝C店", "商城": "天猫商城"}[s])
one("team-shops-case", shop=lambda s: {"C店": "c 店", "商城": "商 城"}[s])
one("team-percent", team_show=lambda c, t: f"{float(t) * 100:g}%" if c == 3 else number(t))
one("team-text", team_show=lambda c, t: f"{float(t) * 100:g}％" if c == 3 else t + {2: "分", 4: "元", 5: "秒"}[c])
one("team-foot", team_foot=("平均",))
one("team-foot-2", team_foot=("合计", "平均值"))
one("team-foot-3", team_foot=("团队平均值",))
one("team-foot-4", team_foot=("均 值",))
one("team-foot-5", team_foot=("平均：",))
one("team-foot-6", team_foot=("部门合计",))
one("team-foot-7", team_foot=("最高", "最低"))
one("team-foot-formula", team_foot=("平均",), foot_formula=True, producer="lo-xlsx")
one("team-gap", team_gaps=(3,))
one("team-gap-text", team_gaps=(3,), team_show=lambda c, t: t + {2: "分", 3: "", 4: "元", 5: "秒"}[c])
one("team-gap-3", team_gaps=(3,), team_gap=3)
one("team-gap-5", team_gaps=(3,), team_gap=5)
one("team-one-each", members=MEMBERS[2:4])
one("team-twins", members=[MEMBERS[0], ("李娜", *MEMBERS[4][1:]), *MEMBERS[2:]])


def two_teams(name, first, second, **o):
    case = Case(name, **o)
    form(case, figures=exact(FIGURES))
    sheet, row = lines(case)
    row = team(case, sheet, row + 1, members=first, team_title_text=o.get("titles", ("甲组", "乙组"))[0])
    team(case, sheet, row + 2, members=second, team_title_text=o.get("titles", ("甲组", "乙组"))[1])
    raters(case)
    return add(case)


two_teams("teams-by-shop", MEMBERS[:3], MEMBERS[3:], titles=("C店团队", "商城团队"))
two_teams("teams-by-shift", [MEMBERS[0], MEMBERS[3]], [m for m in MEMBERS if m not in (MEMBERS[0], MEMBERS[3])])


def hidden(name, **o):
    case = one(name, **o)
    sheet = case.book["指标数据"]
    sheet.hidden_rows |= {21, 22}
    sheet.hidden_cols |= {3}
    case.book["客服主管绩效考核表"].hidden_rows |= {5}
    case.book["下级评分"].hidden = True
    return case


hidden("hidden-rows")
case = one("protected", decorate=True)
case.book["客服主管绩效考核表"].protect = True
case = one("notes")
case.book["客服主管绩效考核表"].notes[3, 3] = "由总经办填写"
case.book["客服主管绩效考核表"].notes[5, 0] = "含维权"
# ------------------------------------------------------------------ raters
one("raters-three", raters=[line[:3] for line in RATERS])
one("raters-one", raters=[line[:1] for line in RATERS])
one("raters-seven", raters=[line + line[:3] for line in RATERS])
HOLES = [[m if (i + j) % 5 else "" for j, m in enumerate(line)] for i, line in enumerate(RATERS)]
one("raters-holes", raters=HOLES)
one("raters-empty-one", raters=[[*line, ""] for line in RATERS])
one("raters-names", raters_head=["张三", "李四", "王五", "赵六"])
one("raters-letters", raters_head=["A", "B", "C", "D"])
one("raters-numbers", raters_head=[1, 2, 3, 4])
one("raters-text", rater_show=lambda m: m + "分")
AVG = lambda r, a, b, line: float(mean(F(m) for m in line if m))
for n, word in enumerate(("平均分", "平均", "均分", "平均得分", "综合得分", "评分均值", "平均数")):
    one(f"raters-mean-{n}", raters=HOLES, raters_after=[(word, AVG)])
one("raters-sum", raters_after=[("合计", lambda r, a, b, line: float(sum(F(m) for m in line)))])
one("raters-count", raters=HOLES, raters_after=[("评分人数", lambda r, a, b, line: sum(bool(m) for m in line)), ("平均得分", AVG)])
one("raters-most", raters_after=[("最高分", lambda r, a, b, line: float(max(F(m) for m in line))), ("最低分", lambda r, a, b, line: float(min(F(m) for m in line)))])
one("raters-formula", raters_after=[("均", lambda r, a, b, line: f"=AVERAGE({get_column_letter(a + 1)}{r}:{get_column_letter(b + 1)}{r})")], producer="lo-xlsx")
one("raters-full", raters_before=[("满分", lambda i, m: 5)])
one("raters-rule", raters_before=[("评价内容", lambda i, m: f"{m}如何")])
one("raters-weight", raters_before=[("每项满分", lambda i, m: 5)])
one("raters-across", raters_across=True)
one("raters-across-names", raters_across=True, raters_head=["张三", "李四", "王五", "赵六"])
one("raters-offset", raters_top=6, raters_left=2)
one("raters-sheet", raters_name="360评估", raters_title="匿名评分")
one("typed-lower", typed_lower=True)
# ------------------------------------------------------------------ points of the form in hand
one("own-points", points={"营业额达成度": 20, "投诉维权": 5})
one("own-points-2", points={"团队绩效考核指标": 30, "客服培训": 0})
one("criteria-edited", criteria={"投诉维权": "未及时处理的，每次扣3分。", "中差评处理率": "低于90%时，每低一个百分点扣1分。"})
# ------------------------------------------------------------------ one person, figures in a row
def row_of_one(name, *, person="王丽", with_raters=True, **o):
    case = Case(name, **o)
    figures = exact(FIGURES)
    form(case, person=person, figures=figures)
    text = {m: (FIGURES[m] if m in FIGURES else str(float(figures[m]))) for m in PLAIN + TEAM}
    text["姓名"] = person
    if with_raters:
        raters(case)
    else:
        text |= {f"下级-{m}": str(float(mean(F(x) for x in line))) for m, line in zip(BELOW, RATERS)}
    columns = o.get("columns", ["姓名", *PLAIN, *TEAM, *([] if with_raters else [f"下级-{m}" for m in BELOW])])
    table(case, [text], columns=columns)
    return add(case)


row_of_one("row-raters")
row_of_one("row-marks", with_raters=False)
row_of_one("row-nameless", with_raters=False, columns=[*PEOPLE])
row_of_one("row-nobody", head=HEADS["nobody"], with_raters=False)
row_of_one("row-turned", with_raters=False, turned=True, columns=[*PEOPLE])
row_of_one("row-turned-name", with_raters=False, turned=True)
# ------------------------------------------------------------------ many people
CROWD = ["王丽", "王丽丽", "周 强", "欧阳小雨", "Anna Li"]


def many(name, names=CROWD, seed=1, drop=(), own=None, raters_of=None, **o):
    case = Case(name, **{"many": True, **o})
    rng = random.Random(seed)
    people = []
    for n, person in enumerate(names):
        of = rng.randint(20, 90)
        f = {"姓名": person, "部门": "客服部", "计划营业额": str(rng.randint(10, 60) * 10000), "未及时处理投诉次数": str(rng.randint(0, 3)),
             "投诉损失罚款": "0", "当月中差评数量": str(of), "中差评实际修改数量": str(rng.randint(of * 8 // 10, of)),
             "问题处理评分": str(rng.randint(0, 10) / 2), "部门KPI平均分": str(rng.randint(650, 800) / 10), "不及格人次": str(rng.randint(0, 2)),
             "C店询单转化率": str(rng.randint(550, 660) / 1000), "商城询单转化率": str(rng.randint(920, 990) / 1000),
             "客单价均值": str(rng.randint(700, 1050) / 10), "旺旺最长反应时间": str(rng.choice([15, 17, 18, 19, 25]))}
        f["实际营业额"] = f"{int(f['计划营业额']) * rng.randint(9000, 11000) / 10000:.2f}"
        for m in ("失职投诉次数", "活动培训延误人次", "新品信息延误次数", "规则变动延误次数", "培训原因流失人次"):
            f[m] = str(rng.choice([0, 0, 0, 1, 2]))
        longest = F(f["旺旺最长反应时间"])
        f["旺旺超时人次"] = str(rng.randint(1, 3)) if longest > 18 else "0"
        f["旺旺超时2秒以上人次"] = "1" if longest > 20 else "0"
        for m in BELOW:
            f[f"下级-{m}"] = str(rng.randint(4, 10) / 2)
        f |= (own or {}).get(person, {})
        people.append(f)
    for n, (person, f) in enumerate(zip(names, people)):
        name_of = o.get("form_name", lambda n, p: p)(n, person)
        before = len(case.expected)
        lower = [F(f[f"下级-{m}"]) for m in BELOW]
        if raters_of:
            lower = [mean(F(x) for x in line if x) for line in raters_of(n)]
        kept = dict(case.expected)
        form(case, person=person, sheet_name=name_of, figures={m: F(f[m]) for m in PLAIN + TEAM}, lower=lower,
             upper=[str(rng.randint(4, 10) / 2) for _ in ABOVE])
        if person in drop:
            case.expected = kept
    if raters_of:
        for n, person in enumerate(names):
            raters(case, f"下级评分-{person}", raters_of(n), raters_title="评分")
    table(case, people, columns=o.get("columns", ["姓名", *(PLAIN + TEAM), *([] if raters_of else [f"下级-{m}" for m in BELOW])]))
    case.people = people
    return add(case)


many("many")
many("many-xlsxwriter", seed=2, producer="xlsxwriter")
many("many-xls", seed=3, producer="lo-xls")
many("many-ods", seed=4, producer="lo-ods")
many("many-order", seed=5, columns=["部门", *PLAIN[6:], "姓名", *TEAM, *PLAIN[:6], *[f"下级-{m}" for m in BELOW]])
many("many-numbered", seed=6, columns=["序号", "姓名", *PEOPLE])
many("many-sheets", seed=7, form_name=lambda n, p: f"表{n + 1}")
many("many-spread", seed=8, spread=True)
many("many-spread-person", seed=9, spread=True, spread_person=True)
many("many-raters", seed=10, raters_of=lambda n: [[*line[n % 4:], *line[: n % 4]] for line in RATERS[n:] + RATERS[:n]])
many("many-raters-turned", names=["王丽丽", "王丽"], seed=11, raters_of=lambda n: [line[n:] for line in RATERS])
many("many-gaps", seed=12, table_gaps=(1, 2))
many("many-twins", names=["王丽", "周强"], seed=13)
many("many-turned", seed=14, turned=True)
# One list of figures, several people: whose are they?
case = many("bad-many-one-list", names=["王丽", "周强"], seed=31)
case.book.sheets.pop()
sheet, row = lines(case)
team(case, sheet, row + 1)
raters(case)
bad(case, "whose-figures")
case = many("bad-many-list-typed", names=["王丽", "周强"], seed=32, typed_lower=True)
case.book.sheets.pop()
sheet, row = lines(case)
team(case, sheet, row + 1)
bad(case, "whose-figures")
many("many-turned-typed", seed=33, turned=True, typed_lower=True, columns=["姓名", *PLAIN, *TEAM])
many("many-aliases", seed=15, label=lambda m: ALIASES.get(m, {"姓名": "员工姓名"}.get(m, m)))
many("many-lower-words", seed=16, label=lambda m: m.replace("下级-", "下级评分-"))
many("many-lower-words-2", seed=17, label=lambda m: m.replace("下级-", "下级："))
many("many-beside", seed=18, beside=True)
many("many-offset", seed=19, top=3, left=1)
many("many-typed", seed=20, typed={("王丽", "C店询单转化率"): "61.2%", ("王丽", "计划营业额"): "30万", ("周 强", "客单价均值"): "85元"},
     own={"王丽": {"C店询单转化率": "0.612", "计划营业额": "300000"}, "周 强": {"客单价均值": "85"}})
bad(many("many-no-row", seed=22, names=["王丽", "周强"]), "no-metric-row")
CASES[-1].book["指标数据"].cells = {(r, c): v for (r, c), v in CASES[-1].book["指标数据"].cells.items() if r != 4}
CASES[-1].refused, CASES[-1].partial = ("no-metric-row",), {"周强"}
case = many("many-two-header-rows", seed=23)
for (r, c), v in sorted(case.book["指标数据"].cells.items(), reverse=True):
    if r >= 3:
        del case.book["指标数据"].cells[r, c]
        case.book["指标数据"].cells[r + 1, c] = v
        if (r, c) in case.book["指标数据"].formats:
            case.book["指标数据"].formats[r + 1, c] = case.book["指标数据"].formats.pop((r, c))
for c in range(29):
    v = case.book["指标数据"].cells.pop((2, c))
    case.book["指标数据"].cells[2 if c == 0 else 3, c] = v
case.book["指标数据"].merge(2, 0, 3, 0)
case.book["指标数据"].put(2, 1, "业绩")
case.book["指标数据"].put(2, 6, "服务")
case.book["指标数据"].merge(2, 1, 2, 5)
case.book["指标数据"].merge(2, 6, 2, 28)

# ------------------------------------------------------------------ their own formulas
def own(name, **o):
    case = one(name, **o)
    form_sheet, place = "客服主管绩效考核表", case.place
    s = case.book.sheet("汇总")
    at = lambda key: f"{get_column_letter(place[key][1] + 1)}{place[key][0] + 1}"
    s.put(0, 0, "个人汇总")
    for i, (item, full) in enumerate(ITEMS):
        s.put(2 + i, 0, item)
        s.put(2 + i, 1, f"='{form_sheet}'!{at(item)}")
        s.put(2 + i, 2, f"=B{3 + i}/{full}")
        s.put(2 + i, 3, f"=RANK(B{3 + i},B$3:B$10)")
    s.put(10, 0, "合计")
    s.put(10, 1, "=SUM(B3:B10)")
    s.put(11, 0, "总得分")
    s.put(11, 1, f"='{form_sheet}'!{at('总得分')}")
    s.put(12, 0, "等级")
    s.put(12, 1, '=IF(B12>=90,"优秀",IF(B12>=80,"良好",IF(B12>=60,"合格","不合格")))')
    s.put(13, 1, '=VLOOKUP("投诉维权",A3:B10,2,FALSE)')
    s.put(14, 1, '=SUMIF(B3:B10,">5")')
    s.put(15, 1, f"=ROUND('{form_sheet}'!{at('合计')},0)&\"分\"")
    s.put(16, 1, "=COUNTIF(C3:C10,\"<1\")")
    s.put(17, 1, "=INDEX(A3:A10,MATCH(MAX(B3:B10),B3:B10,0))")
    case.book.chart = ("汇总", (2, 1, 9, 1))
    case.book.names["总分"] = f"'{form_sheet}'!$D${place['总得分'][0] + 1}"
    return case


own("own-summary")
own("own-summary-xlsxwriter", producer="xlsxwriter")
own("own-summary-lo", producer="lo-xlsx")
own("own-summary-decorated", decorate=True)


def own_totals(name, **o):
    """Their totals are formulas already."""
    case = one(name, **o)
    s, place = case.book["客服主管绩效考核表"], case.place
    s.put(place["合计"][0], place["合计"][1], f"=SUM(D{place['营业额达成度'][0] + 1}:D{place['合计'][0]})")
    return case


own_totals("own-total")
own_totals("own-total-lo", producer="lo-xlsx")
case = many("many-summary", seed=24)
s = case.book.sheet("部门汇总")
for i, head in enumerate(("姓名", "总得分", "名次", "等级")):
    s.put(0, i, head)
for n, person in enumerate(CROWD):
    r, c = case.place["总得分"]
    s.put(1 + n, 0, person)
    s.put(1 + n, 1, f"='{person}'!{get_column_letter(c + 1)}{r + 1}")
    s.put(1 + n, 2, f"=RANK(B{n + 2},B$2:B$6)")
    s.put(1 + n, 3, f'=IF(B{n + 2}>=90,"A",IF(B{n + 2}>=80,"B","C"))')

# ------------------------------------------------------------------ other months, other sheets
case = one("last-month-sheet")
lines(case, "9月指标", {**FIGURES, "计划营业额": "1", "实际营业额": "9"})
case.book["9月指标"].put(0, 0, "2026年9月 指标数据")
case = one("note-sheet")
s = case.book.sheet("填表说明")
for i, text in enumerate(("一、营业额达成度由财务部提供", "二、计划营业额以年度计划为准", "考核项目", "得分", "总得分")):
    s.put(i, 0, text)
case = one("empty-sheets")
case.book.sheet("Sheet2")
case.book.sheet("Sheet3")

# ------------------------------------------------------------------ bad ones (FORM.md 2.8)
bad(one("bad-missing", leave_out=("实际营业额",)), "metric-missing")
bad(one("bad-missing-2", leave_out=("失职投诉次数", "当月中差评数量")), "metric-missing")
bad(one("bad-blank", typed={"实际营业额": None}), "metric-blank")
bad(one("bad-blank-mark", typed={"问题处理评分": None}), "mark-blank")
bad(one("bad-text", typed={"实际营业额": "约31万"}), "metric-not-a-number")
bad(one("bad-range", typed={"实际营业额": "30-31万"}), "metric-not-a-number")
bad(one("bad-pending", typed={"实际营业额": "待定"}), "metric-not-a-number")
bad(one("bad-negative", typed={"未及时处理投诉次数": -1}), "negative")
bad(one("bad-plan-zero", typed={"计划营业额": 0}), "divide-by-zero")
bad(one("bad-mark", typed={"问题处理评分": 5.5}), "out-of-range")
bad(one("bad-mark-text", typed={"问题处理评分": "优"}), "metric-not-a-number")
bad(one("bad-more", typed={"中差评实际修改数量": 41}), "rate-above-one")
bad(one("bad-fine", typed={"投诉损失罚款": 30}), "fine-out-of-range")
bad(one("bad-fine-2", typed={"投诉损失罚款": 101}), "fine-out-of-range")
bad(one("bad-fine-3", typed={"投诉损失罚款": 80, "未及时处理投诉次数": 0}), "fine-out-of-range")
bad(one("bad-date", typed={"实际营业额": (46310, "yyyy-mm-dd")}), "metric-is-a-date")
bad(one("bad-error", typed={"实际营业额": "#N/A"}, producer="lo-xlsx"), "metric-not-a-number", "metric-error-value")
bad(one("bad-error-2", typed={"实际营业额": "=1/0"}, producer="lo-xlsx"), "metric-error-value")
bad(one("bad-rate", team_show=lambda c, t: float(t) * 100 if c == 3 else number(t)), "out-of-range")
bad(one("bad-team-blank", members=[(*MEMBERS[0][:4], None, "16"), *MEMBERS[1:]], true_members=MEMBERS), "metric-blank")
bad(one("bad-team-shop", shop=lambda s: {"C店": "C店", "商城": "拼多多"}[s]), "team-group")
bad(one("bad-team-one-shop", members=MEMBERS[:3], true_members=MEMBERS), "team-empty")
bad(one("bad-team-text", team_show=lambda c, t: "请假" if t == "16" else number(t)), "metric-not-a-number")
bad(one("bad-rater", raters=[["6", *RATERS[0][1:]], *RATERS[1:]]), "out-of-range")
bad(one("bad-rater-text", rater_show=lambda m: "弃权" if m == "3" else number(m)), "metric-not-a-number")
bad(one("bad-no-metrics", metrics=False), "metric-missing", "no-metrics")
bad(one("bad-item-missing", order=(0, 1, 2, 3, 4, 5, 6)), "item-missing")
case = bad(one("bad-upper-blank"), "mark-blank")
for (r, c), v in list(case.book["客服主管绩效考核表"].cells.items()):
    if v == "工作效率":
        case.book["客服主管绩效考核表"].cells.pop((r, c + 2))
case = bad(one("bad-item-twice"), "item-twice")
s = case.book["客服主管绩效考核表"]
s.put(12, 0, "投诉维权")
s.put(12, 2, "10分")
case = bad(one("bad-metric-twice"), "metric-twice")
case.book["指标数据"].put(4, 5, "实际营业额")
case.book["指标数据"].put(4, 6, 1)
case = bad(many("bad-name-twice", names=["王丽", "周强"], seed=30), "name-twice")
case.book["指标数据"].put(4, 0, "王丽")

# ------------------------------------------------------------------ a list for each person
def lists(name, names=("王丽", "王丽丽", "周强"), seed=40, sheet_name="{}指标", title=None, beside=False, **o):
    case = Case(name, many=True, **o)
    rng = random.Random(seed)
    made = []
    for person in names:
        figures = {**FIGURES, "实际营业额": str(rng.randint(280000, 320000)), "失职投诉次数": str(rng.randint(0, 2)), "投诉损失罚款": "0",
                   "问题处理评分": str(rng.randint(0, 10) / 2)}
        members = [(n, s, str(rng.randint(55, 90)), str(rng.randint(50, 99) / 100), str(rng.randint(70, 110)), str(rng.randint(12, 24))) for n, s, *_ in MEMBERS]
        marks = [[str(rng.randint(4, 10) / 2) for _ in range(rng.choice((3, 4)))] for _ in BELOW]
        wide = max(map(len, marks))
        marks = [line + [""] * (wide - len(line)) for line in marks]
        s = form(case, person=person, sheet_name=f"{person}考核", figures=exact(figures, members),
                 lower=[mean(F(m) for m in line if m) for line in marks])
        made.append((person, figures, members, marks, s))
    for person, figures, members, marks, s in made:
        if beside:
            s, row = lines(case, figures=figures, sheet=s, row=2, left=9, list_title=False)
            team(case, s, row + 1, left=9, members=members)
        else:
            s, row = lines(case, sheet_name.format(person), figures)
            if title:
                s.put(0, 0, title.format(person))
            team(case, s, row + 1, members=members)
        raters(case, f"{person}下级评分", marks)
    return add(case)


lists("lists")
lists("lists-dash", sheet_name="指标-{}")
lists("lists-beside", beside=True)
lists("lists-turned-names", names=("王丽丽", "王丽"), sheet_name="数据({})")
case = lists("lists-titles", names=("王丽", "周强"))
for n, (person, s) in enumerate(zip(("王丽", "周强"), [s for s in case.book.sheets if s.name.endswith("指标")])):
    s.name = f"Sheet{n + 5}"
    s.put(0, 0, f"{person} 2026年10月指标数据")
case = lists("lists-labels", names=("王丽", "周强"))
for n, (person, s) in enumerate(zip(("王丽", "周强"), [s for s in case.book.sheets if s.name.endswith("指标")])):
    s.name = f"Sheet{n + 5}"
    s.put(1, 0, f"被考核人：{person}")

# ------------------------------------------------------------------ months, blank forms, copies
case = one("months-both")
last = {**FIGURES, "计划营业额": "1", "实际营业额": "9"}
sheet, row = lines(case, "9月", last)
case.book["9月"].put(0, 0, "指标数据")
team(case, sheet, row + 1, members=[(n, s, "10", "0.1", "10", "60") for n, s, *_ in MEMBERS])
case = one("months-first")
s = case.book["指标数据"]
sheet, row = lines(case, "8月数据", last)
case.book["8月数据"].put(0, 0, "2026年8月")
team(case, sheet, row + 1, members=[(n, s, "10", "0.1", "10", "60") for n, s, *_ in MEMBERS])
case.book.sheets.insert(0, case.book.sheets.pop())
case = bad(one("months-unnamed"), "metric-twice")
lines(case, "旧", last)
case.book["旧"].put(0, 0, "指标")
case = bad(one("bad-team-two"), "team-twice")
team(case, case.book.sheet("团队旧"), 3, members=[(n, s, "10", "0.1", "10", "60") for n, s, *_ in MEMBERS])
case = one("team-copy")
team(case, case.book.sheet("团队备份"), 3)
case = one("teams-columns")
s = case.book["指标数据"]
moved = {(r, c): v for (r, c), v in s.cells.items() if r >= 17 and c in (4, 5)}
for at in moved:
    del s.cells[at]
t = case.book.sheet("客单价与响应")
for r in range(17, 24):
    for c in (0, 1):
        t.put(r, c, s.cells.get((r, c)))
for (r, c), v in moved.items():
    t.put(r, c - 2, v)
case = bad(one("bad-infinite", typed={"实际营业额": "∞"}), "metric-not-a-number")

# ------------------------------------------------------------------ people in several tables
case = many("people-two-tables", seed=50)
s = case.book["指标数据"]
t = case.book.sheet("团队指标")
for r in range(2, 8):
    t.put(r, 0, s.cells.get((r, 0)))
    for c in range(13, 29):
        t.put(r, c - 12, s.cells.pop((r, c), None), s.formats.get((r, c)))
case = many("people-months", seed=51)
s = case.book["指标数据"]
t = case.book.sheet("9月指标")
for (r, c), v in s.cells.items():
    t.put(r, c, v if not isinstance(v, (int, float)) else v * 2)
t.put(0, 0, "2026年9月 指标数据")
case = many("people-month-column", seed=52, columns=["姓名", "月份", *PEOPLE])
s = case.book["指标数据"]
for r in range(3, 8):
    s.put(r, 1, "2026年10月")
    for c in range(31):
        v = s.cells.get((r, c))
        s.put(r + 5, c, "2026年9月" if c == 1 else v * 2 if isinstance(v, (int, float)) else v)
case = bad(many("bad-people-months", seed=53), "name-twice", "no-metric-row")
s = case.book["指标数据"]
for r in range(3, 8):
    for c in range(29):
        s.put(r + 5, c, s.cells.get((r, c)))
many("people-departments", seed=54, columns=["部门", "姓名", *PEOPLE])
case = many("people-foot", seed=55)
s = case.book["指标数据"]
s.put(8, 0, "部门平均")
for c in range(1, 29):
    s.put(8, c, 3)
many("people-units", seed=56, label=lambda m: m + {"计划营业额": "(元)", "客单价均值": "（元）", "旺旺最长反应时间": "(秒)"}.get(m, ""))
case = many("people-wan", seed=57, label=lambda m: m + {"计划营业额": "（万元）"}.get(m, ""))
bad(case, "figure-unit")
case.expected = {}
many("people-tab", seed=58, form_name=lambda n, p: p, head=HEADS["month-only"])
many("people-late-name", seed=59, columns=[*PLAIN[:3], "姓名", *PLAIN[3:], *TEAM, *[f"下级-{m}" for m in BELOW]])

# ------------------------------------------------------------------ lists with more on the sheet
one("list-remarks", list_fill={3: lambda n, m: f"见{n + 1}号凭证"})
one("list-code", list_head=("编号", "指标", "数值", "备注"), list_label=1, list_value=2, list_fill={0: lambda n, m: f"K{n + 1:02}"})
one("list-actual-month", list_head=("指标", "实际（9月）", "实际（10月）"), list_value=2, list_fill={1: lambda n, m: 3})
bad(one("list-unclear", list_head=("指标", "甲", "乙"), list_value=2, list_fill={1: lambda n, m: 3}), "value-unclear")
bad(one("list-unclear-none", list_head=None, list_value=2, list_fill={1: lambda n, m: 3}), "value-unclear")
one("list-weight", list_head=("指标", "数值", "权重"), list_fill={2: lambda n, m: 0.1})
one("list-target-2", list_head=("考核指标", "目标", "本月完成"), list_value=2, list_fill={1: lambda n, m: 9})
one("list-target-3", list_head=("指标", "目标值", "完成值", "完成率"), list_value=2, list_fill={1: lambda n, m: 9, 3: lambda n, m: 0.5})
bad(one("list-target-4", list_head=("指标", "去年同期", "累计"), list_value=2, list_fill={1: lambda n, m: 9}), "value-unclear")
case = one("list-two-blocks", list_order=PLAIN[:6])
s = case.book["指标数据"]
for n, m in enumerate(PLAIN[6:]):
    s.put(3 + n, 4, m)
    s.put(3 + n, 5, number(FIGURES[m]))
case = one("list-two-sheets", list_order=PLAIN[:6])
lines(case, "服务数据", list_order=PLAIN[6:])
case = one("list-copied-form", list_order=PLAIN)
s = case.book.sheet("指标备份")
for (r, c), v in case.book["指标数据"].cells.items():
    if r < 16:
        s.put(r, c, v)
one("typed-spaces", typed={"计划营业额": " 300 000 ", "实际营业额": "309,500 "})
one("typed-cn-comma", typed={"计划营业额": "300，000", "实际营业额": "309，500.00元"})
one("typed-sentence", typed={"未及时处理投诉次数": "1起", "活动培训延误人次": "2 人次"})
one("typed-whose", typed={"未及时处理投诉次数": "1次（王某）"})
bad(one("typed-two", typed={"未及时处理投诉次数": "1次（王某、李某）"}), "metric-not-a-number")
bad(one("typed-chinese", typed={"未及时处理投诉次数": "一次"}), "metric-not-a-number")
bad(one("typed-nothing-amount", typed={"实际营业额": "无"}), "metric-not-a-number", "metric-blank")
one("team-percent-int", team_show=lambda c, t: f"{float(t) * 100:.2f}%" if c == 3 else number(t), producer="xlsxwriter")
one("team-time", team_show=lambda c, t: f"{t}s" if c == 5 else number(t))
one("team-star", team_show=lambda c, t: number(t), shop=lambda s: f"{s} ")
one("team-left", members=[*MEMBERS, ("离职员", "C店", None, None, None, None)], true_members=MEMBERS)
bad(one("team-leaving", members=[*MEMBERS, ("离职员", "C店", "70", None, None, None)], true_members=MEMBERS), "metric-blank", "member-unclear")
one("team-named-like", members=[("平均", *MEMBERS[0][1:]), *MEMBERS[1:]], true_members=MEMBERS[1:])
case = one("team-note-below")
case.book["指标数据"].put(26, 0, "注：以上数据由运营部提供")
case.book["指标数据"].put(27, 0, "制表：张三")
case = one("team-note-close")
case.book["指标数据"].put(24, 0, "注：旺旺反应时间取月均值")
case = one("team-signature")
case.book["指标数据"].put(24, 0, "制表人：")
case.book["指标数据"].put(24, 2, "审核人：")
# ------------------------------------------------------------------ raters in other shapes
one("raters-survey", raters_across=True, raters=HOLES)
case = one("raters-survey-mean", raters_across=True)
s = case.book["下级评分"]
s.put(7, 0, "平均分")
for i, line in enumerate(RATERS):
    s.put(7, 1 + i, float(mean(map(F, line))))
case = one("raters-survey-rated")
s = case.book["下级评分"]
s.cells.clear()
for i, head in enumerate(["序号", "被评人", "评分人", *BELOW]):
    s.put(0, i, head)
for r in range(8):
    s.put(1 + r, 0, r + 1)
    s.put(1 + r, 1, "王丽" if r % 2 else "周强")
    s.put(1 + r, 2, f"员工{r}")
    for i in range(8):
        s.put(1 + r, 3 + i, number(RATERS[i][r // 2]) if r % 2 else 1)
one("raters-two-lines", raters_head=["评分人1（C店）", "评分人2（C店）", "评分人3（商城）", "评分人4（综合部）"])
one("raters-dept", raters_head=["内容运营张三", "综合部李四", "说明会王五", "均安赵六"])
case = one("raters-sum-row")
s = case.book["下级评分"]
s.put(11, 0, "合计")
for i in range(4):
    s.put(11, 1 + i, 30)
case = one("raters-gap-col")
s = case.book["下级评分"]
for r in range(2, 11):
    s.put(r, 6, s.cells.pop((r, 4)))
one("raters-named-in-form", lower_first=True, raters=HOLES, raters_after=[("平均", AVG)])
# ------------------------------------------------------------------ form oddities
one("rating-names", rating_titles=("上级评价（10分）", "下属评价（10分）"))
one("rating-titles-none", rating_titles=(None, None))
one("rating-titles-points", rating_titles=("二、上级评分", "三、下级评分"), title="一、客服主管绩效考核表")
one("no-words", rating_head=("考核指标", "得分(每项满分5分)"), rating_words=False, rating_score=1, full_marks=False,
    total_place=lambda c, s, r, l, col, t: (s.put(r, l, "总得分"), c.expect(s, r, l + 1, t))[0])
one("rating-full-col", rating_head=("考核指标", "考核要点", "满分", "得分"), rating_score=3)
one("rating-self", rating_head=("考核指标", "考核要点", "标准分", "评分"), rating_score=3)
one("rating-marks-text", mark=lambda m: f"{m}分")
case = one("form-note-between")
case = one("hidden-form")
case.book["客服主管绩效考核表"].hidden = True
case.book["客服主管绩效考核表"].hidden_cols |= {3}
case = bad(one("bad-scores-merged"), "cell-shared")
case.book["客服主管绩效考核表"].merge(3, 3, 4, 3)
one("deep-head", head=lambda s, r, l, p: ([s.put(r + i, l, t) for i, t in enumerate(("公司：某某电商", "编号：HR-07", f"被考核人：{p}", "考核人：总经办", "考核周期：2026年10月"))], r + 6)[-1])
one("head-reviewer", head=lambda s, r, l, p: (s.put(r, l, "考核人：张总"), s.put(r, l + 1, f"被考核人：{p}"), s.put(r, l + 2, "2026/10"), r + 1)[-1])
one("title-long", title="某某电子商务有限公司 2026年10月 客服主管绩效考核表（试行）")
one("xls-words", producer="lo-xls", heads=("序号", "考核指标", "评分标准", "满分", "实得分"), kinds=("number", "item", "rule", "points", "score"))
one("ods-spread", producer="lo-ods", spread=True)
one("lo-offset", producer="lo-xlsx", top=3, left=2)
one("xls-team", producer="lo-xls", team_sheet=True, raters=HOLES)
one("ods-typed", producer="lo-ods", typed={"计划营业额": "30万", "实际营业额": "309,500元"})
row_of_one("row-xls", with_raters=False, producer="lo-xls")

# ------------------------------------------------------------------ what a second trial found
second(many)

# ------------------------------------------------------------------ what a third trial found
third(many)

# ------------------------------------------------------------------ what a fourth trial found
fourth()
# ------------------------------------------------------------------ what a fifth trial found
fifth()
sixth()

# ------------------------------------------------------------------ mixtures
def mixture(seed):
    """Everything at once, by chance: each choice alone is tried above."""
    rng = random.Random(seed)
    pick = lambda *choices: rng.choice(choices)
    heads, kinds = pick(
        (("考核项目", "考核要点", "权重分值", "得分", "考核监督"), KINDS6),
        (("序号", "考核指标", "评分标准", "满分", "实得分"), ("number", "item", "rule", "points", "score")),
        (("指标名称", "标准分", "评分细则", "考核得分", "备注"), ("item", "points", "rule", "score", "by")),
        (("类别", "考核内容", "计分办法", "分值", "最终得分"), ("group", "item", "rule", "points", "score")))
    figures = {
        "计划营业额": str(rng.randint(100, 900) * 1000), "未及时处理投诉次数": str(rng.randint(0, 4)), "投诉损失罚款": "0",
        "当月中差评数量": str(rng.randint(1, 60)), "问题处理评分": str(rng.randint(0, 10) / 2),
        **{m: str(pick(0, 0, 1, 2)) for m in PLAIN[6:11]}}
    figures["实际营业额"] = str(F(int(figures["计划营业额"]) * rng.randint(8500, 11500), 10000).limit_denominator(100).__float__())
    figures["中差评实际修改数量"] = str(rng.randint(0, int(figures["当月中差评数量"])))
    members = [(f"员{n}工", "C店" if n % 2 else "商城", str(rng.randint(550, 900) / 10), str(rng.randint(400, 1000) / 1000),
                str(rng.randint(6000, 12000) / 100), str(rng.randint(100, 260) / 10)) for n in range(rng.randint(2, 9))]
    marks = [[pick("", *[str(m / 2) for m in range(2, 11)]) for _ in range(4)] + [str(rng.randint(2, 10) / 2)] for _ in BELOW]
    return one(
        f"mixture-{seed}", figures, members, heads=heads, kinds=kinds, raters=marks,
        producer=pick("openpyxl", "xlsxwriter", "lo-xlsx", "lo-xls", "lo-ods"), top=pick(0, 0, 1, 5), left=pick(0, 0, 1, 3),
        spread=pick(False, False, True), head=pick(*[h for n, h in HEADS.items()]), order=rng.sample(range(8), 8),
        lower_first=pick(False, True), team_sheet=pick(False, True), team_order=rng.sample(range(6), 6) if pick(0, 1) else range(6),
        sum_word=pick("合计", "小计", "合计得分"), total_word=pick("总得分", "总计", "最终总分"), item_rows=pick(1, 1, 2),
        header_rows=pick(1, 1, 2), show_points=pick("{}分".format, lambda p: p, "{}".format), rating_merge=pick(False, True),
        list_head=pick(("指标", "数值", "单位", "备注"), None, ("考核项目", "本月数值")), team_foot=pick((), ("平均",), ("合计", "部门平均")),
        upper=UPPER, totals=pick(True, True, True, False),
        raters_after=pick([], [("平均分", AVG)]), raters_across=pick(False, False, True), decorate=pick(False, True),
        item_label=pick(lambda n, name: name, lambda n, name: f"{n + 1}、{name}", lambda n, name: name[:3] + "\n" + name[3:]))


for seed in range(60):
    mixture(seed)

# ------------------------------------------------------------------ run

def unchanged(case, source, out, faults):
    """Every cell but the expected ones, and every part but sheets and charts, as before."""
    a, b = openpyxl.load_workbook(source), openpyxl.load_workbook(out)
    if a.sheetnames != b.sheetnames:
        faults.append(f"sheets {a.sheetnames} became {b.sheetnames}")
        return
    mine = {(s, get_column_letter(c + 1) + str(r + 1)) for s, r, c in case.expected}
    for sheet in a:
        other = b[sheet.title]
        if sorted(map(str, sheet.merged_cells.ranges)) != sorted(map(str, other.merged_cells.ranges)):
            faults.append(f"{sheet.title}: other merges")
        for row in sheet.iter_rows():
            for cell in row:
                if (sheet.title, cell.coordinate) in mine:
                    if cell.number_format != other[cell.coordinate].number_format:
                        faults.append(f"{sheet.title}!{cell.coordinate}: format {cell.number_format} -> {other[cell.coordinate].number_format}")
                    continue
                now = other[cell.coordinate]
                if cell.value != now.value or cell.number_format != now.number_format or (cell.font.name, cell.font.b, cell.fill.fgColor.rgb) != (now.font.name, now.font.b, now.fill.fgColor.rgb):
                    faults.append(f"{sheet.title}!{cell.coordinate}: {cell.value!r} became {now.value!r}")
        for row in other.iter_rows():
            for cell in row:
                if cell.value is not None and sheet[cell.coordinate].value is None and (sheet.title, cell.coordinate) not in mine:
                    faults.append(f"{sheet.title}!{cell.coordinate}: new value {cell.value!r}")
    with zipfile.ZipFile(source) as x, zipfile.ZipFile(out) as y:
        if set(x.namelist()) - set(y.namelist()) - {"xl/calcChain.xml"}:
            faults.append(f"parts lost: {set(x.namelist()) - set(y.namelist())}")
        for name in set(x.namelist()) & set(y.namelist()):
            if not any(w in name for w in ("worksheets/sheet", "charts/chart", "workbook.xml", "Content_Types", "styles")) and x.read(name) != y.read(name):
                faults.append(f"part {name} changed")


def main():
    kaohe, work = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    only = sys.argv[3] if len(sys.argv) > 3 else ""
    work.mkdir(parents=True, exist_ok=True)
    start = next((n for n, c in enumerate(CASES) if c.name == only.rstrip("+")), 0) if only.endswith("+") else 0
    cases = [c for c in CASES[start:] if only.endswith("+") or only in c.name]
    convert = {}
    for case in cases:
        path = work / f"{case.name}.xlsx"
        if case.producer == "xlsxwriter":
            case.book.by_xlsxwriter(path)
        else:
            case.book.by_openpyxl(path)
        case.path = path
        if case.producer in LO:
            convert.setdefault(case.producer, []).append(case)
    for producer, group in convert.items():
        folder = work / producer
        subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{work.resolve()}/profile", "--convert-to", LO[producer],
                        "--outdir", str(folder), *[str(c.path) for c in group]], check=True, capture_output=True)
        for case in group:
            case.path = folder / f"{case.name}.{LO[producer]}"
    results, bare = {}, []
    for case in cases:
        out = case.out = work / f"{case.name}-out.xlsx"
        out.unlink(missing_ok=True)
        run = subprocess.run([kaohe, "fill", case.path, "-o", out, "--force", "--lang", "zh", *case.args], capture_output=True, text=True)
        case.text = run.stdout + run.stderr
        told = subprocess.run([kaohe, "explain", "--json", case.path], capture_output=True, text=True)
        try:
            told = json.loads(told.stdout)
            problems = told["problems"] + [p for person in told["people"] for p in person["problems"]]
        except (ValueError, KeyError):
            problems = []
        case.codes = {p["code"] for p in problems if p.get("level", p.get("severity")) not in ("notice",)}
        faults = case.faults = []
        if case.refused and not hasattr(case, "partial"):
            if out.exists():
                faults.append("FILLED, though it should be refused")
            elif not any(code in case.text or code in case.codes for code in case.refused):
                faults.append(f"refused for another reason: {sorted(case.codes)}")
            continue
        if not out.exists():
            faults.append("REFUSED")
            continue
        stored = openpyxl.load_workbook(out, data_only=True)
        for (sheet, r, c), value in case.expected.items():
            if hasattr(case, "partial") and sheet in case.partial:
                continue
            at = get_column_letter(c + 1) + str(r + 1)
            if not close(value, stored[sheet][at].value):
                faults.append(f"WRONG {sheet}!{at}: {stored[sheet][at].value!r}, should be {float(value)}")
        if case.path.suffix == ".xlsx":
            unchanged(case, case.path, out, faults)
        strip_values(out, work / f"bare-{case.name}.xlsx")
        bare.append(work / f"bare-{case.name}.xlsx")
    recalculate(work, bare)
    cells = 0
    for case in cases:
        theirs = work / "lo" / f"bare-{case.name}.xlsx"
        if case.refused and not hasattr(case, "partial") or not case.out.exists():
            continue
        _, n, bad_cells = formula_cells(case.out, theirs)
        cells += n
        case.faults += ["STORED " + b for b in bad_cells]
        found = openpyxl.load_workbook(theirs, data_only=True)
        for (sheet, r, c), value in case.expected.items():
            if hasattr(case, "partial") and sheet in case.partial:
                continue
            at = get_column_letter(c + 1) + str(r + 1)
            cells += 1
            if not close(value, found[sheet][at].value):
                case.faults.append(f"LIBREOFFICE {sheet}!{at}: {found[sheet][at].value!r}, should be {float(value)}")
    faulty = [c for c in cases if c.faults]
    for case in faulty:
        print(f"--- {case.name}: {len(case.faults)} faults")
        for fault in case.faults[:4]:
            print("    " + fault)
        if any(f.startswith(("REFUSED", "refused")) for f in case.faults):
            print("    | " + "\n    | ".join(case.text.strip().splitlines()[:14]))
    print(f"strangers: {len(cases)} workbooks, {sum(bool(c.refused) for c in cases)} of them bad, {cells} cells compared, {len(faulty)} workbooks with faults")
    sys.exit(bool(faulty))


main()
