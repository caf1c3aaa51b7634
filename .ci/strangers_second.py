"""More workbooks that other hands made: the kinds that a second trial found wrong or refused.

Each kind was filled with a wrong score, or refused though it is plain, by the program of 2026-11-28. How
they are made and scored: strangers.py; run by check_strangers.py.
"""

import datetime

from strangers import *

FORM, LIST = "客服主管绩效考核表", "指标数据"
LAST = {**FIGURES, "计划营业额": "1", "实际营业额": "9", "未及时处理投诉次数": "3", "投诉损失罚款": "0"}
BAD_TEAM = [(n, s, "10", "0.1", "10", "60") for n, s, *_ in MEMBERS]
OCTOBER = datetime.date(2026, 10, 1)


def dated(*cells):
    """A head with the person and these cells."""
    def head(sheet, row, left, person):
        sheet.put(row, left, f"被考核人：{person}")
        for i, cell in enumerate(cells):
            sheet.put(row, left + 1 + i, *(cell if isinstance(cell, tuple) else (cell,)))
        return row + 1
    return head


def last_row(sheet):
    return max(r for r, _ in sheet.cells)


# ------------------------------------------------------------------ months as people write them

def months():
    heads = {
        "short": dated("考核月份：26年10月"), "date": dated("考核月份", (OCTOBER, 'yyyy"年"m"月"')), "number": dated("考核月份", 202610),
        "bare": dated("考核月份：10月"), "apart": dated("年度：2026年", "考核月份：10月"), "chinese": dated("考核月份：二〇二六年十月"),
        "dot": dated("月份", "26.10"), "english": dated("考核月份", "Oct-26"), "behind": dated("考核月份：10月（2026年）"),
    }
    for name, head in heads.items():
        one(f"month-{name}", head=head, list_head=("指标", "9月", "10月"), list_value=2, list_fill={1: lambda n, m: 3}, list_title=False)
        case = one(f"month-sheets-{name}", head=head)
        sheet, row = lines(case, "9月数据", LAST)
        sheet.put(0, 0, "2026年9月 指标数据")
        team(case, sheet, row + 1, members=BAD_TEAM)
    case = one("month-date-heads", list_head=("指标", "x", "y"), list_value=2, list_fill={1: lambda n, m: 3})
    for c, month in ((1, 9), (2, 10)):
        case.book[LIST].put(2, c, datetime.date(2026, month, 1), 'yyyy"年"m"月"')
    columns = {
        "plan": (("指标", "9月", "10月目标", "10月实际"), 3), "target": (("指标", "本月目标", "本月实际"), 2), "plan-2": (("指标", "本月计划", "本月完成"), 2),
        "short-year": (("指标", "25年10月", "26年10月"), 2), "last-year": (("指标", "2025年10月", "2026年10月"), 2), "sum": (("指标", "1-10月累计", "10月"), 2),
    }
    for name, (head, value) in columns.items():
        one(f"column-{name}", list_head=head, list_value=value, list_fill={c: lambda n, m: 5 for c in range(1, value)})
    bad(one("column-other", list_head=("指标", "9月"), list_title=False), "no-month-column")
    bad(one("column-others", list_head=("指标", "2026年8月", "备注", "2026年9月"), list_fill={3: lambda n, m: 5}, list_title=False), "no-month-column")
    case = one("column-two-rows", list_head=("指标", "9月", None, "10月", None), list_value=4, list_fill={c: lambda n, m: 5 for c in (1, 2, 3)})
    sheet = case.book[LIST]
    sheet.cells = {((r + 1 if r >= 3 else r), c): v for (r, c), v in sheet.cells.items()}
    for merge in ((2, 0, 3, 0), (2, 1, 2, 2), (2, 3, 2, 4)):
        sheet.merge(*merge)
    for c, word in enumerate(("计划", "实际", "计划", "实际")):
        sheet.put(3, c + 1, word)
    case = one("column-date-beside")
    case.book[LIST].put(2, 5, datetime.date(2026, 10, 31), "yyyy-mm-dd")
    one("column-persons", list_head=("指标", "周强", "王丽"), list_value=2, list_fill={1: lambda n, m: 1})
    one("column-before", list_head=("数值", "指标"), list_value=0, list_label=1)
    one("score-months", heads=("考核项目", "考核要点", "权重分值", "得分（9月）", "得分（10月）"), kinds=("item", "rule", "points", None, "score"))


# ------------------------------------------------------------------ rows of several months

def rows_of_months():
    for name, spelt in (("long", "2026年{}月"), ("long-bare", "{}月")):
        case = one(name, metrics=False)
        sheet = case.book.sheet(LIST)
        for c, head in enumerate(("月份", "指标", "数值")):
            sheet.put(2, c, head)
        for n, (month, figures) in enumerate(((9, LAST), (10, FIGURES))):
            for i, metric in enumerate(PLAIN):
                for c, value in enumerate((spelt.format(month), metric, number(figures[metric]))):
                    sheet.put(3 + n * len(PLAIN) + i, c, value)
        team(case, case.book.sheet("团队"), 0)
        raters(case)
    spelt = {
        "full": ["2026年8月", "2026年9月", "2026年10月"], "bare": ["8月", "9月", "10月", "11月"], "number": [202608, 202609, 202610],
        "date": [(datetime.date(2026, m, 1), "yyyy-mm") for m in (8, 9, 10)], "short": ["26年8月", "26年9月", "26年10月"],
        "years": ["2024年10月", "2025年10月", "2026年10月"],
    }
    for name, list_ in spelt.items():
        down(f"down-{name}", list_, None)
        down(f"down-named-{name}", list_, "王丽")
    bad(down("down-none", ["2026年7月", "2026年8月", "2026年9月"], None), "no-month-row")
    bad(down("down-named-none", ["2026年7月", "2026年8月", "2026年9月"], "王丽"), "no-month-row")
    bad(down("down-twice", ["2026年10月", "2026年9月", "2026年10月"], "王丽"), "name-twice")
    bad(down("down-unsaid", ["2026年8月", "2026年9月", "2026年10月"], "王丽", head=dated()), "no-month-row")


def down(name, months, person, **o):
    """One person's figures, a row a month; the third row holds the right ones."""
    case = Case(name, **o)
    figures = exact(FIGURES)
    form(case, figures=figures)
    raters(case)
    sheet = case.book.sheet(LIST)
    heads = [*(["姓名"] if person else []), "月份", *PLAIN, *TEAM]
    for c, head in enumerate(heads):
        sheet.put(2, c, head)
    for n, month in enumerate(months):
        for c, head in enumerate(heads):
            value = month if head == "月份" else person if head == "姓名" else float(figures[head]) if n == 2 else 3
            sheet.put(3 + n, c, *(value if isinstance(value, tuple) else (value,)))
    return add(case)


# ------------------------------------------------------------------ the team

def team_with(name, heads, order, extra, **o):
    """A team table with these heads; `order` names a member's figures, None what `extra` gives."""
    case = Case(name, **o)
    form(case, figures=exact(FIGURES))
    sheet, row = lines(case)
    for c, head in enumerate(heads):
        sheet.put(row + 1, c, head)
    for n, member in enumerate(MEMBERS):
        for c, k in enumerate(order):
            sheet.put(row + 2 + n, c, extra if k is None else member[k] if k < 2 else number(member[k]))
    raters(case)
    return add(case)


def teams():
    kpi = lambda a, b: ("客服姓名", "店铺", a, b, *TEAM_HEAD[3:])
    second = (0, 1, None, 2, 3, 4, 5)
    team_with("team-months", kpi("月度KPI得分（9月）", "月度KPI得分（10月）"), second, 3)
    team_with("team-last-first", kpi("月度KPI得分(上月)", "月度KPI得分(本月)"), second, 3)
    team_with("team-alias-first", kpi("KPI得分", "月度KPI得分"), second, 3)
    bad(team_with("team-same-twice", kpi("KPI得分", "KPI得分"), second, 3), "team-column-twice")
    team_with("team-rate-alias", ("客服姓名", "店铺", "月度KPI得分", "转化率（静默）", *TEAM_HEAD[3:]), (0, 1, 2, None, 3, 4, 5), 0.03)
    team_with("team-price-alias", (*TEAM_HEAD[:4], "平均客单价", *TEAM_HEAD[4:]), (0, 1, 2, 3, None, 4, 5), 3)
    team_with("team-time-alias", (*TEAM_HEAD[:5], "平均响应时间", TEAM_HEAD[5]), (0, 1, 2, 3, 4, None, 5), 3)
    for n, (at, word) in enumerate(((5, "旺旺反应时间(分钟)"), (5, "旺旺反应时间(毫秒)"), (4, "客单价(万元)"))):
        bad(team_with(f"team-unit-{n}", [*TEAM_HEAD[:at], word, *TEAM_HEAD[at + 1:]], range(6), None), "figure-unit")
    bad(one("team-minute", team_show=lambda c, t: "1分钟" if c == 5 else number(t)), "figure-unit")
    case = Case("team-two-rows-months")
    form(case, figures=exact(FIGURES))
    sheet, row = lines(case)
    row += 1
    for c in (0, 1):
        sheet.put(row, c, TEAM_HEAD[c])
        sheet.merge(row, c, row + 1, c)
    for c, month in ((2, "9月"), (6, "10月")):
        sheet.put(row, c, month)
        sheet.merge(row, c, row, c + 3)
        for i in range(4):
            sheet.put(row + 1, c + i, TEAM_HEAD[2 + i])
    for n, member in enumerate(MEMBERS):
        for c, value in enumerate([*member[:2], 3, 3, 3, 3, *map(number, member[2:])]):
            sheet.put(row + 2 + n, c, value)
    raters(case)
    add(case)
    # Two tables beside each other: by shop, and by shift with both shops in each.
    mixed = [MEMBERS[i] for i in (0, 3, 1, 4, 2, 5)]
    for name, members, wide in (("team-beside-shops", MEMBERS, 7), ("team-touching-shops", MEMBERS, 6), ("team-beside-shifts", mixed, 7)):
        case = Case(name)
        form(case, figures=exact(FIGURES))
        sheet, row = lines(case)
        for part in (0, 1):
            for c, head in enumerate(TEAM_HEAD):
                sheet.put(row + 1, c + wide * part, head)
            for n, member in enumerate(members[3 * part:3 * part + 3]):
                for c, value in enumerate(member):
                    sheet.put(row + 2 + n, c + wide * part, value if c < 2 else number(value))
        raters(case)
        add(case)
    # Rows that are no members, with a shop beside them.
    feet = ("C店汇总", "全店", "C店", "Total", "总体", "部门", "标准", "目标值", "上月", "环比", "AVG", "基准值", "达标人数", "人均", "团队")
    for n, word in enumerate(feet):
        case = one(f"team-row-{n}")
        sheet = case.book[LIST]
        row = last_row(sheet) + 1
        for c, value in enumerate((word, "C店", 50, 0.5, 50, 50)):
            sheet.put(row, c, value)
    case = bad(one("team-row-unclear"), "team-row-unclear")
    for c, value in enumerate(("客服部", "C店", 50, 0.5, 50, 50)):
        case.book[LIST].put(last_row(case.book[LIST]) + (c == 0), c, value)
    for n, (word, shop) in enumerate((("客服", "C店"), ("C店汇总", None), ("达标", "商城"))):
        case = one(f"team-row-formula-{n}", producer="lo-xlsx")
        sheet = case.book[LIST]
        row = last_row(sheet) + 1
        for c, value in enumerate((word, shop)):
            sheet.put(row, c, value)
        for c in range(2, 6):
            letter = get_column_letter(c + 1)
            sheet.put(row, c, f"=AVERAGE({letter}{row - 5}:{letter}{row})")
    for n, text in enumerate(("数据来源：生意参谋", "统计日期：2026-11-01", "以下空白")):
        case = one(f"team-note-{n}")
        case.book[LIST].put(last_row(case.book[LIST]) + 1, 0, text)


# ------------------------------------------------------------------ raters

def raters_beside():
    words = ("自评", "标准差", "极差", "中位数", "上月", "最终", "结果", "本项得分", "有效票数", "排名", "AVG", "Average", "上级")
    for n, word in enumerate(words):
        one(f"raters-word-{n}", raters_after=[(word, lambda r, a, b, line: 2)])
    one("raters-self-first", raters_before=[("自评", lambda i, m: 5)])
    bad(one("raters-no-head", raters_after=[(None, lambda r, a, b, line: 4)]), "rater-unclear")
    for n, spelt in enumerate(("{}、{}", "{}. {}（0-5分）", "*{1}")):
        case = one(f"raters-numbered-{n}")
        for i, mark in enumerate(BELOW):
            case.book["下级评分"].put(3 + i, 0, spelt.format(i + 1, mark))
    case = one("raters-survey-export", raters_across=True)
    sheet = case.book["下级评分"]
    sheet.cells = {(r, c + 3 if c else c): v for (r, c), v in sheet.cells.items()}
    for c, head in enumerate(("序号", "提交答卷时间", "所用时间", "来自IP", *[f"{i + 1}、{m}" for i, m in enumerate(BELOW)])):
        sheet.put(2, c, head)
    for r in range(4):
        for c, value in enumerate((r + 1, f"2026/11/2 10:0{r}", f"{60 + r}秒", "10.0.0.1(本机)")):
            sheet.put(3 + r, c, value)


def raters_of_both():
    """Both ratings' raters on one sheet, one table below the other; a name of marks is in both."""
    for order in ("upper-lower", "lower-upper"):
        for gap in (0, 1, 5):
            case = one(f"raters-{order}-{gap}")
            own = case.book[FORM]
            top = next(r for (r, _), text in own.cells.items() if text == ABOVE[0])
            for i, mark in enumerate(UPPER):
                case.expect(own, top + i, 2, mark)
            sheet = case.book["下级评分"]
            sheet.cells.clear()
            row = 0
            for part in order.split("-"):
                heads, names, marks = (["总经理", "副总"], ABOVE, [[m, m] for m in UPPER]) if part == "upper" else ([f"评分人{k}" for k in (1, 2, 3, 4)], BELOW, RATERS)
                for c, head in enumerate(["考核指标", *heads]):
                    sheet.put(row, c, head)
                for i, (name, line) in enumerate(zip(names, marks)):
                    for c, value in enumerate([name, *map(number, line)]):
                        sheet.put(row + 1 + i, c, value)
                row += len(names) + 1 + gap
    for name, row, left in (("raters-again-below", 12, 0), ("raters-again-right", 2, 8)):
        case = bad(one(name), "rater-unclear")
        sheet = case.book["下级评分"]
        for c, head in enumerate(("考核指标", "评分人5")):
            sheet.put(row, left + c, head)
        for i, mark in enumerate(BELOW):
            sheet.put(row + 1 + i, left, mark)
            sheet.put(row + 1 + i, left + 1, 1)


# ------------------------------------------------------------------ labels and figures

def typed():
    one("label-star", label=lambda m: "*" + m)
    one("label-star-behind", label=lambda m: m + "*")
    one("label-quoted", label=lambda m: f"“{m}”")
    one("label-roman", label=lambda m: f"{'ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ'[PLAIN.index(m)]}.{m}" if m in PLAIN else m)
    one("label-unit-behind", label=lambda m: f"{m} 元" if "营业额" in m else m)
    one("label-unit-first", list_head=None, list_value=2, list_fill={1: lambda n, m: UNITS[PLAIN.index(m)]})
    one("items-star", item_label=lambda n, name: f"★{name}")
    one("marks-star", mark_label=lambda n, name: f"*{name}")
    one("typed-w", typed={"计划营业额": "30w", "实际营业额": "30.95W"})
    one("typed-k", typed={"计划营业额": "300k", "实际营业额": "309.5K"})
    one("typed-cny", typed={"计划营业额": "人民币300000元", "实际营业额": "CNY 309,500.00"})
    bad(one("typed-apart", typed={"计划营业额": 30, "实际营业额": "30.95万"}), "amounts-apart")
    one("formula-blank", typed={"失职投诉次数": '=IFERROR(1/0,"")', "规则变动延误次数": '=IF(1=1,"无","")'}, producer="lo-xlsx")
    case = one("list-chart-data")
    sheet = case.book.sheet("图表")
    for c, head in enumerate(("月份", "实际营业额")):
        sheet.put(0, c, head)
    for month in range(1, 11):
        sheet.put(month, 0, f"{month}月")
        sheet.put(month, 1, 300000 + month)


# ------------------------------------------------------------------ forms

def forms():
    one("points-of-hundred", show_points=lambda p: f"{p}/100")
    for n, line in enumerate(("      分", "____", "＿＿＿分")):
        case = one(f"total-line-{n}")
        case.book[FORM].put(*case.place["总得分"], line)
    for name, stated, score_ in (("item-extra", "85分", None), ("item-extra-scored", "85分", 5), ("item-apart", "80分", 5)):
        case = one(name)
        sheet = case.book[FORM]
        row = case.place["合计"][0]
        sheet.cells = {((r + 1 if r >= row else r), c): v for (r, c), v in sheet.cells.items()}
        sheet.merges = [((a + 1 if a >= row else a), b, (c + 1 if c >= row else c), d) for a, b, c, d in sheet.merges]
        case.expected = {(s, (r + 1 if r >= row else r), c): v for (s, r, c), v in case.expected.items()}
        for c, value in enumerate(("考勤纪律", "由人事评定", "5分", score_)):
            sheet.put(row, c, value)
        sheet.put(row + 1, 2, stated)
        if stated == "85分":
            bad(case, "item-unknown")
    for name, hidden in (("form-last-month", False), ("form-last-month-hidden", True)):
        case = one(name)
        kept = dict(case.expected)
        sheet = form(case, figures=exact(LAST), sheet_name="9月", head=dated("部门：客服部", "考核月份：2026年9月"), old_scores=True)
        sheet.hidden = hidden
        case.expected = kept


# ------------------------------------------------------------------ people

def people(many):
    names = ["王丽", "周强"]

    def two_tables(name, split=13):
        case = many(name, names=names, seed=len(name))
        sheet, other = case.book[LIST], case.book.sheet("团队指标")
        for r in range(2, 5):
            other.put(r, 0, sheet.cells.get((r, 0)))
            for c in range(split, 29):
                other.put(r, c - split + 1, sheet.cells.pop((r, c), None), sheet.formats.get((r, c)))
        return case, sheet, other

    two_tables("two-tables-early", split=5)
    case, sheet, other = two_tables("two-tables-common")
    for r in range(2, 5):
        other.put(r, 17, sheet.cells[r, 1])
    case, sheet, other = two_tables("two-tables-differ")
    for r in range(2, 5):
        other.put(r, 17, sheet.cells[r, 1] if r == 2 else 5)
    bad(case, "metric-twice")
    case = many("people-month-heads", names=names, seed=4, label=lambda m: m + "（10月）" if m in PLAIN else m)
    for i, metric in enumerate(PLAIN):
        for r in (2, 3, 4):
            case.book[LIST].put(r, 29 + i, f"{metric}（9月）" if r == 2 else 1)
    case = many("people-name-note", names=names, seed=6)
    case.book[LIST].put(3, 0, "王丽（主管）")
    case = many("people-merged-heads", names=names, seed=22)
    sheet = case.book[LIST]
    for cells in ("cells", "formats"):
        setattr(sheet, cells, {((r + 1 if r >= 3 else r), c): v for (r, c), v in getattr(sheet, cells).items()})
    for c in range(29):
        sheet.merge(2, c, 3, c)
    bad(many("people-minutes", names=names, seed=28, label=lambda m: m + "（分钟）" if "最长" in m else m), "figure-unit")
    case = many("people-foot-formula", names=names, seed=20, producer="lo-xlsx")
    case.book[LIST].put(5, 0, "客服")
    for c in range(1, 29):
        letter = get_column_letter(c + 1)
        case.book[LIST].put(5, c, f"=AVERAGE({letter}4:{letter}5)")

    def twins(name, on_forms, in_table):
        """Two people of one name and department."""
        model = many(f"{name}-model", names=["甲某", "乙某"], seed=9)
        CASES.remove(model)
        case = Case(name, many=True)
        rows = []
        for n, figures in enumerate(model.people):
            head = dated("部门：客服部", "考核月份：2026年10月", f"工号：{on_forms[n]}" if on_forms[n] else None)
            form(case, person="李娜", sheet_name=f"表{n + 1}", head=head, figures={m: F(figures[m]) for m in PLAIN + TEAM},
                 lower=[F(figures[f"下级-{m}"]) for m in BELOW])
            rows.append({**figures, "姓名": "李娜", "工号": in_table[n]})
        columns = ["工号", "姓名", *PLAIN, *TEAM, *[f"下级-{m}" for m in BELOW]]
        table(case, rows, columns=columns)
        return add(case)

    twins("twins-numbered", ["1001", "1002"], ["1001", "1002"])
    twins("twins-numbers", ["01001", "1002"], [1001, 1002])
    bad(twins("twins-unnumbered", ["", ""], ["1001", "1002"]), "name-twice")
    case = twins("twins-other-number", ["1001", "1003"], ["1001", "1002"])
    case.refused, case.exit, case.partial = ("name-twice",), 1, {"表2"}
    case = many("namesake-one-row", names=["王丽"], seed=8)
    form(case, person="王丽", sheet_name="另一个", figures=exact(FIGURES), lower=[F(3)] * 8, head=dated("部门：仓储部", "考核月份：2026年10月"))
    bad(case, "name-twice")


def second(many):
    """Adds the cases; `many` makes a workbook of several people."""
    months()
    rows_of_months()
    teams()
    raters_beside()
    raters_of_both()
    typed()
    forms()
    people(many)
