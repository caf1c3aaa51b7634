"""More workbooks that other hands made: the kinds that a third trial found wrong or refused.

Of some 1,300 invented workbooks the program of 2026-11-28 filled these kinds with a wrong score, left a
score blank without a word, or refused them though they are plain. How they are made and scored:
strangers.py; run by check_strangers.py.
"""

import datetime

from strangers import *
from strangers_second import FORM, LAST, LIST, OCTOBER, dated, last_row

RATERS_SHEET = "下级评分"
FIVE = ("item", "rule", "points", None, "score")


def shifted(case, name, row, by=1):
    """Makes room for rows in a sheet; gives the sheet."""
    sheet = case.book[name]
    for kind in ("cells", "formats"):
        setattr(sheet, kind, {((r + by if r >= row else r), c): v for (r, c), v in getattr(sheet, kind).items()})
    sheet.merges = [((a + by if a >= row else a), b, (c + by if c >= row else c), d) for a, b, c, d in sheet.merges]
    case.expected = {(s, (r + by if s == name and r >= row else r), c): v for (s, r, c), v in case.expected.items()}
    return sheet


def moved_right(sheet, top, by=1):
    """Makes room for a column from a row on."""
    sheet.cells = {(r, c + by if r >= top else c): v for (r, c), v in sheet.cells.items()}


# ------------------------------------------------------------------ which column, which total

def columns():
    nobody_knows = dated("部门：客服部")
    for n, (a, b) in enumerate((("得分（9月）", "得分（10月）"), ("得分（11月）", "得分（10月）"), ("得分（2026年9月）", "得分（2026年10月）"))):
        bad(one(f"scores-no-month-{n}", heads=("考核项目", "考核要点", "权重分值", a, b), kinds=FIVE, head=nobody_knows), "score-column-unclear")
    bad(one("scores-same", heads=("考核项目", "考核要点", "权重分值", "得分", "得分"), kinds=FIVE), "score-column-unclear")
    bad(one("scores-other-months", heads=("考核项目", "考核要点", "权重分值", "得分（8月）", "得分（9月）"), kinds=FIVE), "score-column-unclear")
    for n, (a, b) in enumerate((("得分（自评）", "得分（考评）"), ("得分\n（自评）", "得分\n（上级评）"), ("得分（初评）", "得分（终评）"), ("得分（自评）", "得分"))):
        one(f"scores-self-{n}", heads=("考核项目", "考核要点", "权重分值", a, b), kinds=FIVE)
    pairs = (("自评", "考评", 1), ("自评", "上级评", 1), ("9月", "10月", 1), ("自评得分", "考核得分", 1), ("上月", "本月", 1), ("得分", "备注", 0))
    for n, (a, b, at) in enumerate(pairs):
        kinds = ("item", "rule", "points", None, "score") if at else ("item", "rule", "points", "score", None)
        case = one(f"scores-below-{n}", heads=("考核项目", "考核要点", "权重分值", "得分", None), kinds=kinds, header_rows=2)
        sheet = case.book[FORM]
        row = next(r for (r, _), v in sheet.cells.items() if v == "考核项目")
        sheet.merges = [m for m in sheet.merges if not (m[0] == row and m[1] >= 3)]
        sheet.merge(row, 3, row, 4)
        sheet.put(row + 1, 3, a)
        sheet.put(row + 1, 4, b)
    case = bad(one("points-hundred", heads=("考核项目", "考核要点", "权重", "满分", "得分"), kinds=("item", "rule", None, "points", "score"), show_points=lambda p: 100), "points-scale")
    for (r, c), v in list(case.book[FORM].cells.items()):
        if v == 100 and c == 3:
            case.book[FORM].put(r, 2, 0.1, "0%")


def totals():
    for n, word in enumerate(("业绩小计", "部门小计", "KPI得分小计", "项目得分合计", "本项合计", "指标合计", "A合计")):
        one(f"sum-new-{n}", sum_word=word)
    words = ("绩效总分", "月度总分", "总分（A+B+C）", "总分=A+B+C", "本月得分", "绩效得分", "综合评分", "总评得分", "TOTAL", "最终考核得分", "合计总分", "考核得分", "个人总分")
    for n, word in enumerate(words):
        one(f"total-new-{n}", total_word=word)
    for n, word in enumerate(("折合10分", "得分×10%", "权重得分", "按10%折算", "换算分", "10分制得分")):
        one(f"scaled-new-{n}", scaled_word=word)
    # Part sums are no sum of all.
    for n, (word, hint) in enumerate((("小计", "40分"), ("业绩合计", "40分"), ("合计", None), ("业绩小计", None))):
        case = one(f"part-sum-{n}")
        row = case.place["营业额达成度"][0] + 4
        sheet = shifted(case, FORM, row)
        sheet.put(row, 0, word)
        sheet.put(row, 2, hint)
    for n, (first, second) in enumerate((("业绩小计", "管理小计"), ("A部分合计", "B部分合计"))):
        case = one(f"part-sums-{n}")
        row = case.place["营业额达成度"][0] + 4
        shifted(case, FORM, row)
        end = case.place["合计"][0] + 1
        sheet = shifted(case, FORM, end)
        for at, word in ((row, first), (end, second)):
            sheet.put(at, 0, word)
            sheet.put(at, 2, "40分")
    case = one("sum-twice")
    case.book[FORM].put(case.place["合计"][0] + 1, 0, "合计")
    labels = (lambda n, x: f"{x}①", lambda n, x: f"{x} {dict(ITEMS)[x]}分", lambda n, x: f"{x}-{dict(ITEMS)[x]}分", lambda n, x: f"1.{n + 1} {x}",
              lambda n, x: f"1-{n + 1}、{x}", lambda n, x: f"A{n + 1} {x}", lambda n, x: f"第{'一二三四五六七八'[n]}项：{x}", lambda n, x: f"KPI{n + 1} {x}",
              lambda n, x: f"{'ABCDEFGH'[n]}. {x}", lambda n, x: f"{x}：{dict(ITEMS)[x]}分", lambda n, x: f"{n + 1} - {x}", lambda n, x: f"No.{n + 1} {x}",
              lambda n, x: f"- {x}", lambda n, x: f"{x}{dict(ITEMS)[x]}%")
    for n, label in enumerate(labels):
        one(f"items-new-{n}", item_label=label)


def patterns():
    """Blank forms and examples beside the real one."""
    for n, (name, hidden, first) in enumerate((("模板", True, False), ("Sheet9", False, True), ("空白表", False, True), ("填写示例", False, False))):
        case = one(f"pattern-{n}")
        kept = dict(case.expected)
        person = "张三" if "示例" in name else ""
        sheet = form(case, person=person, figures=exact(FIGURES), sheet_name=name, upper=["3"] * 7, head=dated("部门：", "考核月份："))
        sheet.cells = {at: v for at, v in sheet.cells.items() if isinstance(v, str)}
        sheet.hidden, case.expected = hidden, kept
        if first:
            case.book.sheets.insert(0, case.book.sheets.pop())


# ------------------------------------------------------------------ the team

def team_rows():
    words = ("目标线", "标准线", "店均", "共计", "累计", "全组", "全员", "C店总", "上月数据", "去年同期", "KPI目标", "共6人", "C店3人", "合计人数", "（平均）",
             "中位数", "标准差", "Σ", "行业水平", "权重", "得分", "前三名", "最优")
    for n, word in enumerate(words):
        case = one(f"team-new-{n}")
        sheet = case.book[LIST]
        row = last_row(sheet) + 1
        for c, value in enumerate((word, "C店", 50, 0.5, 50, 50)):
            sheet.put(row, c, value)
    for n, (word, shop) in enumerate((("完成率", "C店"), ("警戒线", "C店"), (None, "C店"), ("离职", "C店"))):
        case = bad(one(f"team-doubt-{n}"), "team-row-unclear")
        sheet = case.book[LIST]
        row = last_row(sheet) + 1
        for c, value in enumerate((word, shop, 50, 0.5, 50, 50)):
            sheet.put(row, c, value)
    case = bad(one("team-foot-label"), "value-unclear")
    row = last_row(case.book[LIST]) + 1
    for c, value in enumerate(("不及格人数", None, 2, 1, 3, 1)):
        case.book[LIST].put(row, c, value)
    case = one("team-head-again")
    sheet = shifted(case, LIST, 21)
    for c, head in enumerate(TEAM_HEAD):
        sheet.put(21, c, head)
    case = bad(one("team-member-twice"), "member-twice")
    sheet = case.book[LIST]
    row = last_row(sheet) + 1
    for c, value in enumerate(MEMBERS[0]):
        sheet.put(row, c, value if c < 2 else number(value))
    months = (("月份", "9月", "10月"), ("月份", 9, 10), ("日期", datetime.date(2026, 9, 1), OCTOBER), ("统计周期", "9月", "10月"), ("年月", 202609, 202610),
              ("周期", "上月", "本月"), ("统计月份", "2026年9月", "2026年10月"))
    for n, (head, old, new) in enumerate(months):
        for order in (0, 1):
            case = one(f"team-months-{n}-{order}")
            sheet = case.book[LIST]
            top = next(r for (r, _), v in sheet.cells.items() if v == "客服姓名")
            moved_right(sheet, top)
            sheet.put(top, 0, head)
            for r in range(top + 1, top + 7):
                line = [sheet.cells.get((r, c)) for c in range(1, 7)]
                for c, value in enumerate(line):
                    other = value if isinstance(value, str) else value * 0.9
                    sheet.put(r, c + 1, other if order else value)
                    sheet.put(r + 6, c + 1, value if order else other)
                sheet.put(r, 0, old if order else new)
                sheet.put(r + 6, 0, new if order else old)
    two = (0, 1, None, 2, 3, 4, 5)
    for n, (a, b) in enumerate((("月度KPI得分（目标）", "月度KPI得分（实际）"), ("月度KPI得分（标准）", "月度KPI得分"), ("月度KPI得分（累计）", "月度KPI得分"))):
        case = Case(f"team-notes-{n}")
        form(case, figures=exact(FIGURES))
        sheet, row = lines(case)
        for c, head in enumerate((*TEAM_HEAD[:2], a, b, *TEAM_HEAD[3:])):
            sheet.put(row + 1, c, head)
        for i, member in enumerate(MEMBERS):
            for c, k in enumerate(two):
                sheet.put(row + 2 + i, c, 3 if k is None else member[k] if k < 2 else number(member[k]))
        raters(case)
        add(case)
    for n, (at, head, code) in enumerate(((2, "月度KPI得分（目标）", "metric-missing"), (5, "旺旺反应时间（分）", "figure-unit"), (4, "客单价（百元）", "figure-unit"))):
        bad(one(f"team-note-alone-{n}", team_head=[*TEAM_HEAD[:at], head, *TEAM_HEAD[at + 1:]]), code)


# ------------------------------------------------------------------ raters

def rater_columns():
    words = ("小计", "汇总", "统计", "总评分", "AVE", "Σ", "下级得分", "评定", "累计", "同级", "平级1", "客户", "目标", "标准", "9月", "上期得分",
             "本月得分", "差", "去年", "自己", "系数", "换算分", "满意度", "份数")
    for n, word in enumerate(words):
        one(f"raters-new-{n}", raters_after=[(word, lambda r, a, b, line: 2)])
        one(f"raters-new-first-{n}", raters_before=[(word, lambda i, m: 2)])
    for n, word in enumerate(("小计", "汇总", "AVE", "同级", "上级", "目标", "系数")):
        case = one(f"raters-row-{n}", raters_across=True)
        sheet = case.book[RATERS_SHEET]
        for c, value in enumerate([word] + [2] * 8):
            sheet.put(7, c, value)
    # Among numbered raters what is neither numbered nor a name.
    for n, word in enumerate(("总经理", "组长", "抽查")):
        bad(one(f"raters-odd-{n}", raters_after=[(word, lambda r, a, b, line: 2)]), "rater-unclear")
    for n, (group, expected) in enumerate((("同级", 4), ("9月", 4))):
        case = one(f"raters-group-{n}", raters_head=[f"评分人{k}" for k in (1, 2, 3, 4, 5, 6)], raters=[line + ["", ""] for line in RATERS])
        sheet = case.book[RATERS_SHEET]
        for r in range(3, 11):
            for c in (5, 6):
                sheet.put(r, c, 1)
        sheet.put(1, 1, "下级" if group == "同级" else "10月")
        sheet.merge(1, 1, 1, expected)
        sheet.put(1, 5, group)
        sheet.merge(1, 5, 1, 6)


def rater_rows():
    def with_column(name, head, own, other):
        """A survey's rows with one more column, and as many rows of others below."""
        case = one(name, raters_across=True)
        sheet = case.book[RATERS_SHEET]
        moved_right(sheet, 2)
        sheet.put(2, 0, head)
        for r in range(3, 7):
            sheet.put(r, 0, own)
            sheet.put(r + 4, 0, other)
            sheet.put(r + 4, 1, f"评分人{r + 2}")
            for c in range(2, 10):
                sheet.put(r + 4, c, 1)
        return case

    months = (("月份", "10月", "9月"), ("评分月份", 202610, 202609), ("日期", OCTOBER, datetime.date(2026, 9, 1)), ("周期", "10月", "9月"))
    for n, (head, own, other) in enumerate(months):
        with_column(f"raters-months-{n}", head, own, other)
    for n, (own, other) in enumerate((("下级", "同级"), ("下属", "上级"), ("下级", "本人"))):
        with_column(f"raters-relation-{n}", "评价关系", own, other)
    for n, head in enumerate(("被评价者", "评价对象", "对象", "主管姓名", "姓名")):
        with_column(f"raters-rated-{n}", head, "王丽", "周强")
    # Handed in in November.
    case = one("raters-handed-in", raters_across=True)
    sheet = case.book[RATERS_SHEET]
    moved_right(sheet, 2)
    sheet.put(2, 0, "日期")
    for r in range(3, 7):
        sheet.put(r, 0, datetime.date(2026, 11, r))
    # A table of people with the marks by their bare names.
    case = Case("people-bare-marks")
    figures = exact(FIGURES)
    form(case, figures=figures)
    lower = [mean(map(F, line)) for line in RATERS]
    sheet = case.book.sheet(LIST)
    heads = ["姓名", *PLAIN, *TEAM, *BELOW]
    for c, head in enumerate(heads):
        sheet.put(2, c, head)
        value = "王丽" if c == 0 else float(figures[head]) if head in figures else float(lower[BELOW.index(head)])
        sheet.put(3, c, value)
    add(case)


# ------------------------------------------------------------------ labels and figures

def figures():
    for n, note in enumerate(("上月", "9月", "去年同期", "本年累计", "累计", "目标", "同比", "预计", "2025年10月")):
        for metric in ("实际营业额", "未及时处理投诉次数"):
            bad(one(f"note-{n}-{PLAIN.index(metric)}", label=lambda m: f"{m}（{note}）" if m == metric else m), "metric-missing")
    for n, (first, second, which) in enumerate((("（9月）", "（10月）", 1), ("（本月）", "（累计）", 0), ("", "（去年同期）", 0))):
        case = one(f"note-rows-{n}")
        row = next(r for (r, _), v in case.book[LIST].cells.items() if v == "实际营业额")
        sheet = shifted(case, LIST, row + 1)
        for at, note in ((0, first), (1, second)):
            sheet.put(row + at, 0, "实际营业额" + note)
            sheet.put(row + at, 1, 309500 if which == at else 250000)
    for n, text in enumerate(("1①", "1¹", "1²", "1 0", "1\n0")):
        bad(one(f"footnote-{n}", typed={"未及时处理投诉次数": text}), "metric-not-a-number")
    bad(one("footnote-mark", typed={"问题处理评分": "4.5¹"}), "metric-not-a-number")
    for n, value in enumerate(("309.500", (309.5, '0.0"千"'))):
        bad(one(f"amount-thousand-{n}", typed={"实际营业额": value}), "amounts-apart")
    one("column-unit", list_head=("指标", "本月（元）", "累计（元）"), list_fill={2: lambda n, m: 7})
    one("column-reached", list_head=("指标", "目标", "达成", "达成率"), list_value=2, list_fill={1: lambda n, m: 6, 3: lambda n, m: 8})


def people(many):
    names = ["王丽", "周强"]
    for n, name in enumerate(("王丽 主管", "001王丽", "王丽-客服", "主管王丽", "王丽*", "王丽\n客服主管")):
        case = many(f"people-post-{n}", names=names, seed=62)
        case.book[LIST].put(3, 0, name)
    case = many("people-other-number", names=names, seed=62)
    case.book[LIST].put(3, 0, "王丽1")
    case.refused, case.exit, case.partial = ("no-metric-row",), 1, {"王丽"}


def third(many):
    """Adds the cases; `many` makes a workbook of several people."""
    columns()
    totals()
    patterns()
    team_rows()
    rater_columns()
    rater_rows()
    figures()
    people(many)
