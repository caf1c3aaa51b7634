"""Holds two packages against each other: the same members in the same order with the same bytes.

usage: same_workbook.py ONE OTHER
"""

import sys
import zipfile

a, b = (zipfile.ZipFile(path) for path in sys.argv[1:3])
if a.namelist() != b.namelist():
    raise SystemExit(f"other members: {sys.argv[1:3]} {a.namelist()} {b.namelist()}")
for name in a.namelist():
    if a.read(name) != b.read(name):
        raise SystemExit(f"{name} differs: {sys.argv[1:3]}")
