"""Every stored value against LibreOffice's own calculation, over random figures.

Builds workbooks of 50 people from the sample of three, has kaohe fill them, removes every stored
value of a formula, lets LibreOffice compute them from nothing, and compares cell by cell. The
expected scores are computed here a third time, straight from FORM.md, with exact fractions.

usage: check_values.py KAOHE SAMPLES WORK PEOPLE_SETS
"""

import copy
import random
import subprocess
import sys
from fractions import Fraction as F
from pathlib import Path

import openpyxl
from recalc import close, formula_cells, recalculate, strip_values

kaohe, samples, work, sets = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
PEOPLE = 50
rng = random.Random(20261124)


def whole(value, step):
    """Completed steps, cut towards zero."""
    quotient = F(value) / F(step)
    return int(quotient)


def expect(m):
    """FORM.md, 1 and 2, by hand."""
    f = {k: F(str(v)) for k, v in m.items()}
    turnover = max(F(0), 15 + 2 * whole(f["实际营业额"] / f["计划营业额"] - 1, F(1, 100)))
    complaints = max(F(0), 10 - 2 * f["未及时处理投诉次数"])
    if f["当月中差评数量"] == 0:
        reviews = F(10)
    else:
        rate = f["中差评实际修改数量"] / f["当月中差评数量"]
        reviews = max(F(0), 10 + 2 * whole(rate - F(95, 100), F(1, 100)))
    team = max(F(0), 5 - 2 * f["失职投诉次数"] - f["活动培训延误人次"])
    news = max(F(0), 5 - 2 * f["新品信息延误次数"] - 2 * f["规则变动延误次数"])
    training = max(F(0), 5 - 2 * f["培训原因流失人次"])
    target = 25 + 2 * whole(f["部门KPI平均分"] - 70, 1) - 5 * f["不及格人次"]
    target += 2 * whole(f["C店询单转化率"] - F(60, 100), F(1, 100))
    target += whole(f["商城询单转化率"] - F(95, 100), F(1, 100))
    target += 2 * whole(f["客单价均值"] - 85, 5)
    target += 2 if f["旺旺最长反应时间"] < 18 else 0
    target -= f["旺旺超时人次"] + f["旺旺超时2秒以上人次"]
    return [turnover, complaints, reviews, team, news, training, f["问题处理评分"], max(F(0), target)]


def figures():
    plan = rng.randrange(1, 900) * 1000
    # Every third turnover lies exactly on a step, where floats go wrong.
    percent = rng.randrange(50, 150)
    actual = plan * percent / 100 if rng.random() < 0.33 else round(plan * rng.uniform(0.5, 1.5), 2)
    received = rng.randrange(0, 80)
    complaints = rng.randrange(0, 5)
    over = rng.randrange(0, 5)
    m = {
        "计划营业额": plan, "实际营业额": actual, "未及时处理投诉次数": complaints,
        "投诉损失罚款": rng.choice([0, 50 * complaints]), "当月中差评数量": received,
        "中差评实际修改数量": rng.randrange(0, received + 1), "失职投诉次数": rng.randrange(0, 4),
        "活动培训延误人次": rng.randrange(0, 4), "新品信息延误次数": rng.randrange(0, 3),
        "规则变动延误次数": rng.randrange(0, 3), "培训原因流失人次": rng.randrange(0, 4),
        "问题处理评分": rng.randrange(0, 11) / 2, "部门KPI平均分": round(rng.uniform(55, 90), rng.choice([0, 1, 2])),
        "不及格人次": rng.randrange(0, 4), "C店询单转化率": round(rng.uniform(0.4, 0.8), rng.choice([2, 3, 4])),
        "商城询单转化率": round(rng.uniform(0.85, 1), rng.choice([2, 3])),
        "客单价均值": round(rng.uniform(60, 120), rng.choice([0, 1])), "旺旺超时人次": over,
        "旺旺超时2秒以上人次": rng.randrange(0, over + 1), "旺旺最长反应时间": rng.randrange(12, 26),
    }
    marks = [rng.randrange(0, 11) / 2 for _ in range(8)]
    return m, marks, [rng.randrange(0, 11) / 2 for _ in range(7)]


def build(path):
    book = openpyxl.load_workbook(samples / "客服主管绩效考核表-全部门.xlsx")
    metrics = book["指标数据"]
    heads = [c.value for c in metrics[3]]
    template = book["王丽"]
    for name in ("周强", "孙悦"):
        del book[name]
    metrics.delete_rows(4, 10)
    expected = {}
    for number in range(PEOPLE):
        name = f"员工{number + 1:02d}"
        sheet = template if number == 0 else book.copy_worksheet(template)
        sheet.title = name
        sheet["A2"] = f"被考核人：{name}"
        m, below, above = figures()
        for row, mark in zip(range(17, 24), above):
            sheet[f"D{row}"] = mark
        row = number + 4
        for col, head in enumerate(heads, 1):
            if head == "姓名":
                metrics.cell(row, col, name)
            elif head.startswith("下级-"):
                metrics.cell(row, col, below[[h for h in heads if h.startswith("下级-")].index(head)])
            else:
                metrics.cell(row, col, m[head])
        scores = expect(m)
        sum_ = sum(scores)
        up, down = F(str(sum(above))) / 35 * 10, F(str(sum(below))) / 40 * 10
        expected[name] = dict(zip(["D4", "D5", "D6", "D7", "D8", "D9", "D10", "D12"], scores))
        expected[name].update({"D13": sum_, "D25": up, "D38": down, "D40": sum_ + up + down})
    book.save(path)
    return expected


work.mkdir(parents=True, exist_ok=True)
jobs = []
for index in range((sets + PEOPLE - 1) // PEOPLE):
    path = work / f"in{index}.xlsx"
    jobs.append((path, work / f"out{index}.xlsx", work / f"bare{index}.xlsx", build(path)))
for name in ["王丽", "王丽-LibreOffice", "全部门"]:
    path = samples / f"客服主管绩效考核表-{name}.xlsx"
    jobs.append((path, work / f"sample-{name}.xlsx", work / f"bare-{name}.xlsx", {}))
legacy = samples / "客服主管绩效考核表-王丽-97.xls"
jobs.append((legacy, work / "sample-97.xlsx", work / "bare-97.xlsx", {}))
for source, out, bare, _ in jobs:
    subprocess.run([kaohe, "fill", source, "-o", out, "--force"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    strip_values(out, bare)
recalculate(work, [bare for _, _, bare, _ in jobs])
cells = scores = 0
bad = []
for source, out, bare, expected in jobs:
    ours, n, differ = formula_cells(out, work / "lo" / bare.name)
    cells += n
    bad += differ
    for name, want in expected.items():
        for cell, value in want.items():
            scores += 1
            if not close(value, ours[name][cell].value):
                bad.append(f"{out.name} {name}!{cell}: stored {ours[name][cell].value!r}, by FORM.md {float(value)}")
for line in bad[:20]:
    print(line)
people = sum(len(e) for *_, e in jobs)
print(f"stored values: {people} random metric sets, {cells} formula cells equal to LibreOffice's, {scores} scores equal to FORM.md by exact fractions; {len(bad)} differ")
if bad or cells < 22 * people or people < sets:
    sys.exit(1)
