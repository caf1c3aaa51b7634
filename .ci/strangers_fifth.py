"""More workbooks that other hands made: the kinds that a fifth trial found wrong or refused.

Of 343 workbooks made on 2026-11-29 the program filled these kinds wrongly, left a total blank, or refused a good
form: months in labels, totals by other names, sheets that describe the figures or remember others, English beside
the Chinese. How they are made and scored: strangers.py; run by check_strangers.py.
"""

from strangers import *
from strangers_second import LIST


def months():
    for n, lead in enumerate(("10月", "2026年10月", "10月份", "十月", "本月", "当月", "当期")):
        one(f"lead-{n}", label=lambda m: f"{lead}{m}" if "营业额" in m else m)
    for n, lead in enumerate(("9月", "11月", "2月", "2025年10月", "1-10月", "上月", "九月")):
        bad(one(f"lead-other-{n}", label=lambda m: f"{lead}{m}" if m == "计划营业额" else m), "metric-missing")
        case = one(f"lead-beside-{n}")
        case.book[LIST].put(15, 0, f"{lead}计划营业额")
        case.book[LIST].put(15, 1, 250000)


def totals():
    for n, word in enumerate(("得分", "折合得分", "加权得分")):
        one(f"rating-total-{n}", scaled_word=word)
    for n, (head, total) in enumerate((("考核项目 Item", "总得分 Total"), ("考核项目\nItem", "总得分\nTotal Score"), ("考核项目/Item", "总得分/Total"))):
        one(f"english-{n}", heads=(head, "考核要点 Criteria", "权重分值 Points", "得分 Score", "考核监督 Reviewer"), sum_word="合计 Subtotal", total_word=total)


def put(case, name, rows):
    sheet = case.book.sheet(name)
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            sheet.put(r, c, value)
    return case


def sheets():
    params = [("指标", "基准", "每档"), ("部门KPI平均分", 70, 1), ("C店询单转化率", 0.6, 0.01), ("客单价均值", 85, 5)]
    goals = [("指标", "目标值", "说明"), ("实际营业额", 330000, "挑战"), ("商城询单转化率", "95%", "")]
    words = [("序号", "指标", "单位", "数据来源"), *((n + 1, m, u, "财务部") for n, (m, u) in enumerate(zip(PLAIN, UNITS)))]
    past = [("月份", *PLAIN), *((f"2026年{k}月", *[5 + k] * len(PLAIN)) for k in range(1, 10))]
    days = [("姓名", "店铺", "日期", "询单转化率", "客单价", "旺旺反应时间(秒)"),
            *((m[0], m[1], datetime.date(2026, 10, day), 0.1, 1, 30) for m in MEMBERS for day in (10, 20, 31))]
    for name, rows in (("参数", params), ("考核标准", goals), ("数据字典", words), ("历史数据", past), ("KPI明细", days)):
        put(one(f"side-{name}"), name, rows)
    # What may be the month's own figure, and is another, leaves two answers open.
    bad(put(one("side-plan"), "考核标准", [("指标", "目标值"), ("计划营业额", 310000)]), "metric-twice")
    bad(put(one("side-value"), "参数", [("指标", "数值"), ("实际营业额", 310000)]), "metric-twice")
    bad(put(one("side-month"), "历史数据", [past[0], ("2026年10月", *[6] * len(PLAIN))]), "metric-twice")
    bad(put(one("side-team"), "KPI明细", [days[0][:2] + days[0][3:], *(d[:2] + d[3:] for d in days[1::3])]), "team-twice")


def fifth():
    """Adds the cases."""
    months()
    totals()
    sheets()
