"""The openpyxl script that a company would write: the same cells filled with the same formulas.

usage: openpyxl_fill.py IN OUT, or openpyxl_fill.py --loop N IN FOLDER
"""

import json
import sys
from pathlib import Path

import openpyxl

CELLS = json.loads(Path(__file__).with_name("cells.json").read_text(encoding="utf-8"))


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
