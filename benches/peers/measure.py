"""Times whole processes and prints the table of README: medians, ratios to kaohe, peak memory.

Files go to /dev/shm where there is one, since kaohe syncs every file it writes and the peers do
not: so the disk is left out for all of them.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples/客服主管绩效考核表-王丽.xlsx"
KAOHE = ROOT / "target/release/kaohe"
FLOOR = ROOT / "target/peers-floor/release/floor"
PYTHON = ROOT / "target/peers-venv/bin/python"
OPENPYXL = ROOT / "benches/peers/openpyxl_fill.py"
EXCELJS = ROOT / "benches/peers/exceljs_fill.js"
NODE = (ROOT / "target/peers-node/node_modules/exceljs").exists()
quick = "--quick" in sys.argv
shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
work = Path(tempfile.mkdtemp(prefix="peers-", dir=shm))
env = dict(os.environ, NODE_PATH=str(ROOT / "target/peers-node/node_modules"))


def once(command):
    """Seconds and peak MiB of one process."""
    start = time.perf_counter()
    child = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"failed: {command}")
    return seconds, usage.ru_maxrss / 1024


def medians(commands, runs):
    """Runs the commands in turn; the median seconds and the most MiB of each."""
    seen = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            seen[name].append(once(command() if callable(command) else command))
    return {n: (statistics.median(s for s, _ in r), max(m for _, m in r)) for n, r in seen.items()}


def large(path, rows=200_000, columns=12):
    """The sample with an unrelated sheet of numbers beside the form."""
    letters = "ABCDEFGHIJKLMNOP"[:columns]
    with zipfile.ZipFile(SAMPLE) as a, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as b:
        for item in a.infolist():
            data = a.read(item)
            if item.filename == "xl/workbook.xml":
                data = data.replace(b"</sheets>", '<sheet name="流水" sheetId="99" r:id="rId99"/></sheets>'.encode())
            if item.filename == "xl/_rels/workbook.xml.rels":
                data = data.replace(b"</Relationships>", b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet99.xml"/></Relationships>')
            if item.filename == "[Content_Types].xml":
                data = data.replace(b"</Types>", b'<Override PartName="/xl/worksheets/sheet99.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>')
            b.writestr(item, data)
        with b.open("xl/worksheets/sheet99.xml", "w") as part:
            part.write(b'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
            for r in range(1, rows + 1):
                cells = "".join(f'<c r="{c}{r}"><v>{(r * 7919 + i * 104729) % 1000003}</v></c>' for i, c in enumerate(letters))
                part.write(f'<row r="{r}">{cells}</row>'.encode())
            part.write(b"</sheetData></worksheet>")


def copies():
    """200 fresh inputs for one call of kaohe."""
    folder = work / "batch"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for index in range(200):
        shutil.copy(SAMPLE, folder / f"{index:03}.xlsx")
    return [KAOHE, *sorted(folder.glob("*.xlsx"))]


def table(title, rows, per=1):
    ours = rows["kaohe"][0]
    print(f"\n**{title}**\n\n| program | ms | × kaohe | MiB |\n|---|--:|--:|--:|")
    for name, (seconds, mib) in rows.items():
        print(f"| {name} | {seconds * 1000 / per:,.2f} | {seconds / ours:.2f} | {mib:.0f} |")


try:
    out = work / "o.xlsx"
    one = {
        "floor": [FLOOR, SAMPLE, out],
        "kaohe": [KAOHE, "fill", SAMPLE, "-o", out, "--force"],
        "openpyxl": [PYTHON, OPENPYXL, SAMPLE, out],
    }
    many = {
        "floor": [FLOOR, "--loop", "200", SAMPLE, work],
        "kaohe": copies,
        "openpyxl": [PYTHON, OPENPYXL, "--loop", "200", SAMPLE, work],
    }
    if NODE:
        one["ExcelJS"] = ["node", EXCELJS, SAMPLE, out]
        many["ExcelJS"] = ["node", EXCELJS, "--loop", "200", SAMPLE, work]
    table("One workbook, one whole process (median of 21)", medians(one, 21))
    big = work / "large.xlsx"
    large(big)
    rows = medians({"floor": [FLOOR, big, out], "kaohe": [KAOHE, "fill", big, "-o", out, "--force"]}, 7)
    if not quick:
        rows["openpyxl"] = once([PYTHON, OPENPYXL, big, out])
    table(f"Beside an unrelated sheet of 200,000 × 12 ({big.stat().st_size / 2**20:.1f} MiB file)", rows)
    # Copying kaohe's inputs is not counted: it happens before its clock starts.
    table("200 workbooks, each (median of 3)", medians(many, 3), 200)
finally:
    shutil.rmtree(work, ignore_errors=True)
