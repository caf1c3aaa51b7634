"""Holds `kaohe convert` on .xlsb files against LibreOffice's own conversion of them: every cell's
formula and value, names, merges, sizes, print setup, validations and conditional formats.

usage: check_xlsb.py KAOHE WORK FOLDER…      (folders that are not there are passed over)
"""
import glob
import os
import subprocess
import sys

import openpyxl

import check_legacy as legacy


def merges(path, out, theirs, said):
    want, got = openpyxl.load_workbook(theirs), openpyxl.load_workbook(out)
    # A chart sheet, which LibreOffice makes a sheet of cells, stays behind and is named.
    kept = [s.title for s in want.worksheets if s.title in got.sheetnames or s.title not in said]
    legacy.note("sheets", path, "", kept, [s.title for s in got.worksheets])
    for sheet in want.worksheets:
        if sheet.title in got.sheetnames:
            areas = [sorted(map(str, book[sheet.title].merged_cells.ranges)) for book in (want, got)]
            legacy.note("merges", path, sheet.title, *areas)


def main():
    kaohe, work, *folders = sys.argv[1:]
    os.makedirs(work, exist_ok=True)
    good = []
    for path in (f for folder in folders for f in sorted(glob.glob(os.path.join(folder, "*.xlsb")))):
        out = os.path.join(work, os.path.basename(path)[:-5] + ".xlsx")
        if os.path.exists(out):
            os.remove(out)
        done = subprocess.run([kaohe, "convert", path, "-o", out], capture_output=True, text=True)
        if os.path.exists(out):
            good.append((path, out, done.stderr))
        else:
            print(f"refused {os.path.basename(path)}: {done.stderr.splitlines()[0]}")
    lo = os.path.join(work, "lo")
    legacy.soffice("xlsx:Calc MS Excel 2007 XML", [p for p, *_ in good], lo)
    for path, out, said in good:
        theirs = os.path.join(lo, os.path.basename(out))
        if os.path.exists(theirs):
            merges(path, out, theirs, said)
            legacy.formulas(path, out, theirs)
        else:
            print(f"LibreOffice does not convert {os.path.basename(path)}")
    print(f"xlsb: {len(good)} files compared")
    sys.exit(1 if not good or legacy.report({}) else 0)


main()
