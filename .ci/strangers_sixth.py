"""More workbooks that other hands made: the kinds that a sixth trial found wrong or refused.

Of some 3,800 workbooks made on 2026-11-29 the program filled these kinds wrongly or refused a good form: several
people's teams in one table, marks of two ratings in one header, figures that other sheets repeat or that the form
itself asks for, sheets of other people and other times. How they are made and scored: strangers.py; run by
check_strangers.py.
"""

from strangers import *
from strangers_fifth import put
from strangers_second import LIST

NAMES = ["王丽", "周强", "孙悦"]


def squad(n):
    """The members of the nth supervisor: other names and better marks than the last one's."""
    return [(NAMES[n][0] + m[0], m[1], str(int(m[2]) + 3 * n), *m[3:]) for m in MEMBERS]


def people(name, with_team=False, lower=True, department=None, **o):
    """Three forms and a table of their own figures; the team's are to come from elsewhere."""
    case = Case(name, many=True, **o)
    rows = []
    for n, person in enumerate(NAMES):
        figures = {**FIGURES, "实际营业额": str(300000 + 4000 * n)}
        marks = {f"下级-{m}": str(3 + (n + i) % 4 / 2) for i, m in enumerate(BELOW)}
        of_team = {m: str(float(v)) for m, v in aggregate(squad(n)).items()}
        more = {"head": lambda sheet, row, left, who, n=n: head(sheet, row, left, who, department(n))} if department else {}
        form(case, person=person, sheet_name=person, figures=exact(figures, squad(n)), lower=[F(marks[f"下级-{m}"]) for m in BELOW], **more)
        rows.append({"姓名": person, **figures, **of_team, **marks})
    columns = ["姓名", *PLAIN, *(TEAM if with_team else []), *([f"下级-{m}" for m in BELOW] if lower else [])]
    table(case, rows, columns=columns)
    case.rows = rows
    return add(case)


def head(sheet, row, left, person, department):
    sheet.put(row, left, f"被考核人：{person}")
    sheet.put(row, left + 1, f"部门：{department}")
    sheet.put(row, left + 2, "考核月份：2026年10月")
    return row + 1


def member(which, sheet, row, n, left=0, before=None):
    for i, value in enumerate(([before] if before is not None else []) + list(squad(n)[which])):
        sheet.put(row, left + i, value if i < 2 + (before is not None) else number(value))


def teams():
    def all_in_one(case, heading, value):
        sheet = case.book.sheet("团队数据")
        for i, word in enumerate((heading, *TEAM_HEAD)):
            sheet.put(0, i, word)
        for n in range(3):
            for k in range(6):
                member(k, sheet, 1 + 6 * n + k, n, before=value(n))
        return case
    for word in ("所属主管", "主管", "组长", "直属上级"):
        all_in_one(people(f"team-of-{word}"), word, lambda n: NAMES[n])
    bad(all_in_one(people("team-of-nicknames"), "主管", lambda n: f"{'ABC'[n]}组"), "whose-figures")
    merged = all_in_one(people("team-of-merged"), "主管", lambda n: NAMES[n])
    for n in range(3):
        for k in range(1, 6):
            del merged.book["团队数据"].cells[1 + 6 * n + k, 0]
        merged.book["团队数据"].merge(1 + 6 * n, 0, 6 + 6 * n, 0)
    part = lambda n: f"客服{'一二三'[n]}部"
    all_in_one(people("team-of-department", department=part), "部门", part)
    bad(all_in_one(people("team-of-no-department"), "部门", part), "whose-figures")
    for title in ("{}组 团队数据", "{}团队", "{}"):
        case = people(f"team-blocks-{title}")
        sheet = case.book.sheet("团队数据")
        for n in range(3):
            sheet.put(9 * n, 0, title.format(NAMES[n]))
            for i, word in enumerate(TEAM_HEAD):
                sheet.put(9 * n + 1, i, word)
            for k in range(6):
                member(k, sheet, 9 * n + 2 + k, n)
        case = people(f"team-across-{title}")
        sheet = case.book.sheet("团队数据")
        for n in range(3):
            sheet.put(0, 7 * n, title.format(NAMES[n]))
            for i, word in enumerate(TEAM_HEAD):
                sheet.put(1, 7 * n + i, word)
            for k in range(6):
                member(k, sheet, 2 + k, n, left=7 * n)
    case = bad(people("team-nobodys"), "whose-figures")
    for n in range(3):
        sheet = case.book.sheet(f"团队{n + 1}")
        for i, word in enumerate(TEAM_HEAD):
            sheet.put(0, i, word)
        for k in range(6):
            member(k, sheet, 1 + k, n)


def marks():
    def scores(case, heads, over=None, flip=False):
        sheet = case.book.sheet("评分汇总")
        top = 1 if over else 0
        groups = [("上级", ABOVE, lambda row: UPPER), ("下级", BELOW, lambda row: [row[f"下级-{m}"] for m in BELOW])]
        sheet.put(top, 0, "姓名")
        if over:
            sheet.put(0, 0, "姓名")
            sheet.cells.pop((1, 0))
            sheet.merge(0, 0, 1, 0)
        col = 1
        for of, names, values in reversed(groups) if flip else groups:
            if over:
                sheet.put(0, col, f"{of}评分")
                sheet.merge(0, col, 0, col + len(names) - 1)
            for i, name in enumerate(names):
                sheet.put(top, col + i, heads.format(name=name, of=of))
                for r, row in enumerate(case.rows):
                    sheet.put(top + 1 + r, 0, row["姓名"])
                    sheet.put(top + 1 + r, col + i, number(values(row)[i]))
            col += len(names)
        # The form's own marks are then to be filled.
        for who in NAMES:
            own = case.book[who]
            for (r, c), value in list(own.cells.items()):
                if c == 0 and value in ABOVE and (r, 2) in own.cells:
                    del own.cells[r, 2]
                    case.expect(own, r, 2, UPPER[ABOVE.index(value)])
        return case
    for flip in (False, True):
        scores(people(f"marks-over-{flip}", with_team=True, lower=False), "{name}", over=True, flip=flip)
        scores(people(f"marks-noted-{flip}", with_team=True, lower=False), "{name}（{of}）", flip=flip)
    bad(scores(people("marks-flat", with_team=True, lower=False), "{name}"), "rater-unclear")


def tables():
    case = people("table-months", with_team=True)
    sheet = case.book[LIST]
    width = 1 + max(c for _, c in sheet.cells)
    for word, old, new in (("月份", 9, 10),):
        sheet.put(2, width, word)
        for r in range(3):
            sheet.put(3 + r, width, new)
            sheet.put(6 + r, width, old)
            sheet.put(6 + r, 0, NAMES[r])
            for c in range(1, width):
                sheet.put(6 + r, c, 1)
    case = people("table-shop", with_team=True)
    sheet = case.book[LIST]
    sheet.put(2, width, "店铺")
    for r in range(3):
        sheet.put(3 + r, width, ("C店", "商城", "C店")[r])
    case = people("table-sources", with_team=True)
    sheet = case.book[LIST]
    sheet.cells = {(r + (r > 2), c): v for (r, c), v in sheet.cells.items()}
    sheet.formats = {}
    for c in range(width):
        sheet.put(3, c, "财务部" if c else "数据来源")
    case = people("table-head-again", with_team=True)
    sheet = case.book[LIST]
    sheet.cells = {(r + (r > 4), c): v for (r, c), v in sheet.cells.items()}
    sheet.formats = {}
    for c in range(width):
        sheet.put(5, c, sheet.cells[2, c])
    case = bad(people("table-merged-own", with_team=True), "figure-merged")
    sheet = case.book[LIST]
    for r in (1, 2):
        sheet.cells.pop((3 + r, 3))
    sheet.merge(3, 3, 5, 3)
    case = people("table-turned", with_team=True, turned=True)
    sheet = case.book[LIST]
    sheet.cells = {(r + (r > 2), c): v for (r, c), v in sheet.cells.items()}
    sheet.formats = {}
    for c, word in enumerate(("部门", "客服部", "客服部", "客服部")):
        sheet.put(3, c, word)
    case = people("table-summary-blank", with_team=True)
    put(case, "汇总", [("姓名", "计划营业额", "实际营业额", "总得分"), *((who,) for who in NAMES)])


def beside():
    for n, name in enumerate(("年度累计", "上月数据", "去年同期", "填写说明")):
        put(one(f"beside-{name}"), name, [("指标", "数值"), ("计划营业额", 3100000), ("实际营业额", 3200000 + n)])
    put(one("beside-pattern"), "指标数据（空）", [("指标", "数值"), *((m, None) for m in PLAIN)])
    put(one("beside-trend"), "趋势", [("指标", "7月", "8月", "9月"), ("实际营业额", 290000, 310000, 305000)])
    put(one("beside-standard"), "标准", [("指标", "达标值"), ("部门KPI平均分", 70), ("客单价均值", 85), ("旺旺最长反应时间", 18)])
    for n, (label, value) in enumerate((("罚款：    元", None), ("罚款：＿＿元", None), ("不及格人次", None), ("计划营业额", None), ("罚款（元）", 80))):
        case = one(f"form-line-{n}")
        sheet = case.book["客服主管绩效考核表"]
        row = 2 + max(r for r, _ in sheet.cells)
        sheet.put(row, 0, label)
        sheet.put(row, 1, value)
    for n, (label, value) in enumerate((("罚款（元）", 50), ("计划营业额", 250000), ("实际营业额", "30万"))):
        case = bad(one(f"form-other-{n}"), "metric-twice")
        sheet = case.book["客服主管绩效考核表"]
        row = 2 + max(r for r, _ in sheet.cells)
        sheet.put(row, 0, label)
        sheet.put(row, 1, value)
    for n, value in enumerate((90, 89.7, 89.67)):
        case = one(f"team-rounded-{n}")
        sheet = case.book[LIST]
        sheet.put(15, 0, "客单价均值")
        sheet.put(15, 1, value)


def whose():
    for n, (tab, title) in enumerate((("周强指标", None), ("指标-周强", None), ("周强", None), ("指标数据", "周强 2026年10月 指标数据"), ("王丽娜", None))):
        case = bad(one(f"whose-{n}", list_name=tab), "metric-missing")
        if title:
            case.book[tab].put(0, 0, title)
    for n, tab in enumerate(("王丽指标", "王丽", "任务完成情况", "金额明细", "客服部指标", "天猫数据")):
        one(f"whose-own-{n}", list_name=tab)
    for n, title in enumerate(("对周强的下级评分", "被考核人：周强")):
        bad(one(f"whose-raters-{n}", raters_title=title), "rater-unclear")
    one("whose-rater", raters_title="评分人：周强")


def months():
    for n, order in enumerate((("10月", "11月"), ("11月", "10月"))):
        case = Case(f"months-forms-{n}")
        for month in order:
            kept = dict(case.expected)
            of = lambda sheet, row, left, who, month=month: month_head(sheet, row, left, who, month)
            form(case, sheet_name=month, figures=exact(FIGURES), head=of)
            if month == "11月":
                case.expected = kept
        sheet, row = lines(case)
        team(case, sheet, row + 1)
        raters(case)
        add(case)


def month_head(sheet, row, left, person, month):
    sheet.put(row, left, f"被考核人：{person}")
    sheet.put(row, left + 1, "部门：客服部")
    sheet.put(row, left + 2, f"考核月份：2026年{month}")
    return row + 1


def sixth():
    """Adds the cases."""
    months()
    teams()
    marks()
    tables()
    beside()
    whose()
