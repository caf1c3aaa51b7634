"""More workbooks that other hands made: the kinds that a fourth trial found wrong.

Of 500 invented workbooks the program of 2026-11-28 filled these kinds from figures of which something
written says that they are not the month's, or do not count: a column's header, a label, a title, a
remark beside a member or a rater. How they are made and scored: strangers.py; run by check_strangers.py.
"""

from strangers import *
from strangers_second import LIST, last_row
from strangers_third import RATERS_SHEET


def headed():
    heads = ("第1周", "上旬", "上半月数值", "第三季度", "3季度数值", "Q3", "全年数值", "月均值", "行业均值", "C店数值", "预算", "计划值", "考核目标",
             "标准", "满分", "权重", "去年", "同比", "上限", "警戒值", "预测值", "历史最好", "自报数")
    for n, head in enumerate(heads):
        bad(one(f"head-alone-{n}", list_head=("指标", head)), "value-unclear")
        one(f"head-first-{n}", list_head=("指标", head, "数值"), list_value=2, list_fill={1: lambda n, m: 2})
    for n, note in enumerate(("C店", "第1周", "上半月", "日均", "三季度", "调整前", "作废", "暂估")):
        bad(one(f"label-part-{n}", label=lambda m: f"{m}（{note}）" if m == "实际营业额" else m), "metric-missing")
    for n, (at, head) in enumerate(((2, "月度KPI得分（第1周）"), (2, "月度KPI得分（上半月）"), (2, "月度KPI得分（调整前）"), (5, "旺旺反应时间(达标线)"),
                                    (3, "询单转化率（‰）"), (3, "询单转化率（周）"))):
        bad(one(f"team-part-{n}", team_head=[*TEAM_HEAD[:at], head, *TEAM_HEAD[at + 1:]]), "metric-missing")
    for n, by in enumerate((10, 0.01)):
        bad(one(f"team-scale-{n}", team_show=lambda c, t: float(t) * by if c == 2 else number(t)), "out-of-range")
    one("weeks-and-sum", list_head=("指标", "第1周", "第2周", "第3周", "第4周", "本月合计"), list_value=5, list_fill={c: lambda n, m: 2 for c in (1, 2, 3, 4)})
    case = one("list-kinds", metrics=False)
    sheet = case.book.sheet(LIST)
    for c, head in enumerate(("指标", "类型", "数值")):
        sheet.put(2, c, head)
    for n, metric in enumerate(PLAIN):
        for k, (kind, value) in enumerate((("目标", 1), ("实际", number(FIGURES[metric])))):
            for c, cell in enumerate((metric, kind, value)):
                sheet.put(3 + 2 * n + k, c, cell)
    team(case, case.book.sheet("团队"), 0)
    raters(case)
    case = one("list-void-line", list_fill={3: lambda n, m: None})
    for c, value in enumerate(("实际营业额", 250000, None, "作废")):
        case.book[LIST].put(15, c, value)


def titled():
    for n, title in enumerate(("2026年10月 指标目标", "10月上半月指标数据", "10月第1周数据", "2026年第三季度指标", "2026年10月预算", "指标数据（作废）")):
        case = bad(one(f"title-other-{n}"), "metric-missing")
        case.book[LIST].put(0, 0, title)
    for n, name in enumerate(("10月目标", "第1周", "上半月", "三季度", "样例", "作废")):
        bad(one(f"tab-other-{n}", list_name=name), "metric-missing")
        case = one(f"tab-beside-{n}")
        lines(case, name, {**FIGURES, "实际营业额": "150000"})
    for n, title in enumerate(("团队目标", "第1周团队数据", "9月团队数据", "团队数据（作废）")):
        bad(one(f"team-title-{n}", team_title_text=title), "metric-missing")
    for n, name in enumerate(("同级评分", "自评", "上级评分", "9月下级评分", "下级评分-作废")):
        bad(one(f"raters-tab-{n}", raters_name=name, raters_title="汇总"), "raters-passed", "mark-blank")


VALID = (("是否有效", "是", "否"), ("有效性", "有效", "无效"), ("状态", "有效", "作废"), ("备注", None, "作废"), ("是否计入", "是", "否"),
         ("审核", "通过", "不通过"), ("是否有效", "√", "×"), ("有效", "Y", "N"), ("剔除", None, "是"))


def counted():
    for n, (head, yes, no) in enumerate(VALID):
        case = one(f"rater-void-across-{n}", raters_across=True)
        sheet = case.book[RATERS_SHEET]
        sheet.put(2, 9, head)
        for r in range(3, 7):
            sheet.put(r, 9, yes)
        for c, value in enumerate(("评分人5", *[1] * 8, no)):
            sheet.put(7, c, value)
        case = one(f"rater-void-{n}")
        sheet = case.book[RATERS_SHEET]
        sheet.put(2, 5, "评分人5")
        for r in range(3, 11):
            sheet.put(r, 5, 1)
        for c, value in enumerate((head, yes, yes, yes, yes, no)):
            sheet.put(11, c, value)
    members = (("新人甲", "备注", None, "作废"), ("新人甲", "是否计入", "是", "否"), ("新人甲", "是否参与考核", "是", "否"), ("新人甲", "考核状态", "考核", "免考核"),
               ("新人甲（不计）", "备注", None, None), ("新人甲", "备注", None, "新人不计"))
    doubts = (("新人甲", "备注", None, "离职"), ("新人甲", "在岗状态", "在岗", "休假"), ("新人甲", "备注", None, "请假一个月，不计"),
              ("新人甲（离职）", "备注", None, None), ("新人甲-已离职", "备注", None, None), ("新人甲", "备注", None, "试用期不参与考核"))
    for doubt, rows in ((False, members), (True, doubts)):
        for n, (name, head, yes, no) in enumerate(rows):
            case = one(f"member-{'doubt' if doubt else 'void'}-{n}")
            if doubt:
                bad(case, "member-unclear")
            sheet = case.book[LIST]
            top, end = next(r for (r, _), v in sheet.cells.items() if v == "客服姓名"), last_row(sheet)
            sheet.put(top, 6, head)
            for r in range(top + 1, end + 1):
                sheet.put(r, 6, yes)
            for c, value in enumerate((name, "C店", 30, 0.2, 40, 60, no)):
                sheet.put(end + 1, c, value)


def weighed():
    heads = (["评分人1（权重40%）", "评分人2（权重20%）", "评分人3（权重20%）", "评分人4（权重20%）"], ["张三40%", "李四20%", "王五20%", "赵六20%"],
             ["评分人1(0.4)", "评分人2(0.2)", "评分人3(0.2)", "评分人4(0.2)"], ["5分", "4分", "3分", "2分"], ["优秀", "良好", "合格", "差"],
             ["非常满意", "满意", "一般", "不满意"], ["5", "4", "3", "2"], [5, 4, 3, 2])
    for n, four in enumerate(heads):
        bad(one(f"raters-weight-{n}", raters_head=four), "rater-unclear")
    for n, (word, weights) in enumerate((("权重", (0.4, 0.2, 0.2, 0.2)), ("人数", (3, 1, 1, 2)), ("票数", (3, 1, 1, 2)))):
        case = bad(one(f"raters-weights-{n}"), "rater-unclear")
        for c, value in enumerate((word, *weights)):
            case.book[RATERS_SHEET].put(11, c, value)
        case = bad(one(f"raters-weights-across-{n}", raters_across=True), "rater-unclear")
        for r, value in enumerate((word, *weights)):
            case.book[RATERS_SHEET].put(2 + r, 9, value)


def fourth():
    """Adds the cases."""
    headed()
    titled()
    counted()
    weighed()
