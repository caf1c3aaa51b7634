"""The openpyxl script that a company would write: the same 22 cells filled, formulas and all.

usage: openpyxl_fill.py IN OUT, or openpyxl_fill.py --loop N IN FOLDER
"""

import sys

import openpyxl

CELLS = {
    "D4": "=MAX(0,15+2*TRUNC(ROUND((指标数据!B5/指标数据!B4-1)/0.01,6)))",
    "D5": "=MAX(0,10-2*指标数据!B6)",
    "D6": "=MAX(0,10+IF(指标数据!B8=0,0,2*TRUNC(ROUND((指标数据!B9/指标数据!B8-0.95)/0.01,6))))",
    "D7": "=MAX(0,5-2*指标数据!B10-指标数据!B11)",
    "D8": "=MAX(0,5-2*指标数据!B12-2*指标数据!B13)",
    "D9": "=MAX(0,5-2*指标数据!B14)",
    "D10": "=指标数据!B15",
    "D12": "=25+2*TRUNC(AVERAGE(指标数据!C19:C24)-70)-5*COUNTIF(指标数据!C19:C24,\"<60\")",
    "D13": "=SUM(D4:D12)", "D24": "=SUM(D17:D23)", "D25": "=D24/35*10",
    "D37": "=SUM(D29:D36)", "D38": "=D37/40*10", "D40": "=D13+D25+D38",
} | {f"D{29 + i}": f"=AVERAGE(下级评分!B{4 + i}:E{4 + i})" for i in range(8)}


def fill(source, target):
    book = openpyxl.load_workbook(source)
    sheet = book["客服主管绩效考核表"]
    for cell, formula in CELLS.items():
        sheet[cell] = formula
    book.save(target)


if sys.argv[1] == "--loop":
    for index in range(int(sys.argv[2])):
        fill(sys.argv[3], f"{sys.argv[4]}/openpyxl{index}.xlsx")
else:
    fill(sys.argv[1], sys.argv[2])
