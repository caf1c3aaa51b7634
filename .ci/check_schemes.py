"""Every scheme's stored values against LibreOffice's own calculation, over random figures.

The samples of three departments and a form of every rule kind get random figures, kaohe fills them,
LibreOffice computes every formula from nothing. The scores of the three departments are computed
here a third time from the criteria's words, with exact fractions.

usage: check_schemes.py KAOHE SAMPLES SCHEMES WORK SETS
"""

import datetime
import json
import random
import subprocess
import sys
from fractions import Fraction as F
from pathlib import Path

import openpyxl
from recalc import close, formula_cells, recalculate, strip_values

kaohe, samples, schemes, work, sets = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]), int(sys.argv[5])
rng = random.Random(20261124)
DAY = datetime.date(2026, 9, 30)


def whole(value, step):
    """Completed steps, cut towards zero."""
    return int(F(value) / F(step))


def half_up(value, places):
    """Half away from zero."""
    scaled = F(value) * 10**places
    return F(int(scaled + F(1, 2)), 10**places)


def sales(m):
    rate = F(str(m["实际销售额"])) / m["目标销售额"]
    turnover = F(0) if rate < F(6, 10) else min(rate, F(12, 10)) * 40
    back = F(str(m["回款额"])) / m["应收账款"]
    money = 30 if back >= 1 else 24 if back >= F(9, 10) else 15 if back >= F(8, 10) else 0
    steps = whole(F(str(m["本月销售费用"])) / m["上月销售费用"] - 1, F(1, 100))
    cost = min(F(20), max(F(0), F(15) - (2 * steps if steps > 0 else steps)))
    visits = max(F(0), 10 - F(1, 2) * max(0, 20 - m["拜访客户数"]))
    new, ideas = min(6, 2 * m["新签客户数"]), min(F(6), F(3, 2) * m["采纳建议条数"])
    total = half_up(turnover + money + cost + visits + min(F(10), new + ideas), 1)
    return [turnover, money, cost, visits, new, ideas], F(0) if m["泄露价格次数"] else total


def warehouse(m):
    stock = max(0, 30 - 3 * max(0, m["账实不符项数"] - 2))
    sent = max(0, 25 - 5 * m["错发次数"] - min(6, 2 * m["漏发次数"]))
    complaints = 15 - [0, 1, 4, 10][min(3, m["客户投诉次数"])]
    loss = m["货损金额"]
    lost = 0 if loss == 0 else 3 if loss < 500 else 5 + int((loss - 500) // 100)
    safe = F(0) if m["安全事故次数"] else max(F(0), 15 - F(1, 2) * m["现场检查不合格处数"])
    scores = [stock, sent, complaints, max(0, 15 - lost), safe]
    return scores, sum(scores)


def finance(m):
    off = {datetime.date(2026, 10, d) for d in (1, 2, 5, 6, 7)}
    late, day = 0, m["报表应交日"]
    while day < m["报表实交日"]:
        day += datetime.timedelta(1)
        late += day == datetime.date(2026, 10, 10) or (day.weekday() < 5 and day not in off)
    errors = m["报表差错次数"]
    taken = sum([1, 3, 6][min(n, 2)] for n in range(errors))
    both = m["发票及时率"] >= 0.98 and m["对账完成率"] >= 1
    attitude = F(15, 100) * F(str(m["自评"])) + F(75, 100) * F(str(m["上级评分"])) + F(10, 100) * F(str(m["下级评分"]))
    scores = [0 if late >= 3 else 40 - 10 * late, max(0, 30 - taken), 30 if both else 0, attitude]
    return scores, sum(scores[:3]) * F(8, 10) + scores[3] * F(2, 10)


def sales_figures():
    target, last, due = rng.randrange(1, 90) * 10000, rng.randrange(50, 200) * 100, rng.randrange(1, 90) * 1000
    exact = rng.random() < 0.5
    return {
        "目标销售额": target, "实际销售额": target * rng.randrange(55, 130) / 100 if exact else round(target * rng.uniform(0.5, 1.4), 2),
        "应收账款": due, "回款额": due * rng.choice([79, 80, 89, 90, 99, 100, 105]) / 100 if exact else round(due * rng.uniform(0.7, 1.1), 2),
        "上月销售费用": last, "本月销售费用": last * rng.randrange(85, 115) / 100 if exact else round(last * rng.uniform(0.8, 1.2), 2),
        "拜访客户数": rng.randrange(0, 30), "新签客户数": rng.randrange(0, 5), "采纳建议条数": rng.randrange(0, 6),
        "泄露价格次数": int(rng.random() < 0.1),
    }


def warehouse_figures():
    return {
        "账实不符项数": rng.randrange(0, 15), "错发次数": rng.randrange(0, 5), "漏发次数": rng.randrange(0, 6),
        "客户投诉次数": rng.randrange(0, 6), "货损金额": rng.choice([0, 1, 499, 499.99, 500, 599, 600, 601, 1500, rng.randrange(0, 3000)]),
        "安全事故次数": int(rng.random() < 0.1), "现场检查不合格处数": rng.randrange(0, 35),
    }


def finance_figures():
    return {
        "报表应交日": DAY, "报表实交日": DAY + datetime.timedelta(rng.randrange(-3, 16)), "报表差错次数": rng.randrange(0, 8),
        "发票及时率": rng.choice([0.97, 0.9799, 0.98, 0.99, 1]), "对账完成率": rng.choice([0.99, 1, 1]),
        "自评": rng.randrange(0, 201) / 2, "上级评分": rng.randrange(0, 1001) / 10, "下级评分": rng.randrange(0, 201) / 2,
        "受处分次数": rng.randrange(0, 2),
    }


def every_figures():
    count = lambda most: rng.randrange(0, most)
    rate = lambda low=0.5: round(rng.uniform(low, 1), rng.choice([2, 3]))
    plan = rng.randrange(1, 100) * 1000
    return {
        "实际营业额": round(plan * rng.uniform(0.8, 1.2), 2), "计划营业额": plan, "盘点差错次数": count(8), "客诉次数": count(5),
        "回款额": rng.randrange(70, 110), "应收额": 100, "回款率": rate(), "完成率": round(rng.uniform(0.7, 1.2), 3),
        "完成数": rng.randrange(40, 150), "计划数": 100, "产量": rng.randrange(500, 1200), "五分钟接起率": rate(), "三十分钟办结率": rate(0.2),
        "推出新款数": count(4), "应报送日": DAY, "实际报送日": DAY + datetime.timedelta(rng.randrange(-2, 9)), "损失金额": rng.choice([0, 499, 500, 750, 2000]),
        "安全事故次数": int(rng.random() < 0.2), "问题处理评分": rng.choice([0, 1, 3, 4.5, 5]), "自评": count(101), "上级评分": count(101), "下级评分": count(101),
        "本店销售": count(5), "二店销售": count(5), "三店销售": count(5), "迟到次数": count(6), "早退次数": count(4), "上月费用": 10000,
        "本月费用": rng.choice([9700, 10250, 9000, 10000, rng.randrange(8000, 12000)]),
    }


def put(book, figures):
    page = book["指标数据"]
    rows = {row[0].value: row[1] for row in page.iter_rows(min_row=4, max_col=2)}
    for name, value in figures.items():
        rows[name].value = value
    if "反应时间(秒)" in rows:
        head = next(r for r in page.iter_rows() if r[0].value == "姓名" and str(r[1].value).startswith("反应时间"))[0].row
    else:
        head = next((r[0].row for r in page.iter_rows() if str(r[1].value).startswith("反应时间")), None)
    if head:
        for line in range(1, rng.randrange(2, 7)):
            page.cell(head + line, 1, f"成员{line}")
            page.cell(head + line, 2, rng.randrange(10, 25))
        raters = book["同级评分"]
        for row in (4, 5):
            for col in range(2, rng.randrange(3, 7)):
                raters.cell(row, col, rng.randrange(0, 11) / 2)


work.mkdir(parents=True, exist_ok=True)
(work / "r.csv").write_text("姓名,部门\n张三,一车间\n")
every = schemes / "全部规则.toml"
subprocess.run([kaohe, "new", "--scheme", every, "--roster", work / "r.csv", "--month", "2026-10", "--out", work / "new", "--force"], check=True, stdout=subprocess.DEVNULL)
kinds = [
    (samples / "销售代表绩效考核表-李强.xlsx", [], sales_figures, sales),
    (samples / "仓库主管绩效考核表-陈波.xlsx", [], warehouse_figures, warehouse),
    (samples / "财务会计绩效考核表-何敏.xlsx", [], finance_figures, finance),
    (work / "new" / "张三-2026-10.xlsx", ["--scheme", every], every_figures, None),
]
jobs = []
for number, (source, options, figures, by_hand) in enumerate(kinds):
    for index in range(sets):
        book, given = openpyxl.load_workbook(source), figures()
        put(book, given)
        path, out, bare = (work / f"{kind}{number}-{index}.xlsx" for kind in ("in", "out", "bare"))
        book.save(path)
        run = subprocess.run([kaohe, "fill", path, "-o", out, "--force", *options], capture_output=True, text=True)
        if run.returncode:
            sys.exit(f"{given}\n{run.stderr}")
        strip_values(out, bare)
        explained = subprocess.run([kaohe, "explain", "--json", path, *options], capture_output=True, text=True, check=True)
        jobs.append((out, bare, given, by_hand, json.loads(explained.stdout)))
recalculate(work, [bare for _, bare, *_ in jobs])
cells, scores, bad = 0, 0, []
for out, bare, given, by_hand, explained in jobs:
    _, n, differ = formula_cells(out, work / "lo" / bare.name)
    cells, bad = cells + n, bad + differ
    if by_hand:
        wanted, total = by_hand(given)
        form = explained["people"][0]
        got = [item["score"] for item in form["items"]]
        scores += len(got) + 1
        if len(got) != len(wanted) or not all(map(close, wanted, got)) or not close(total, form["total"]["score"]):
            bad.append(f"{out.name}: {got} {form['total']}, by hand {[float(w) for w in wanted]} {float(total)}: {given}")
for line in bad[:20]:
    print(line)
print(f"schemes: {len(jobs)} random metric sets of {len(kinds)} schemes, {cells} formula cells equal to LibreOffice's, {scores} scores equal to the criteria by exact fractions; {len(bad)} differ")
if bad or cells < 6 * len(jobs) or scores < 6 * 3 * sets:
    sys.exit(1)
