"""Times whole processes and prints Markdown tables: medians, ratios to kaohe, peak memory.

Files go to /dev/shm where there is one, since kaohe syncs every file it writes and the peers do
not: so the disk is left out for all of them.

Time and memory are measured in separate runs. A child's ru_maxrss starts at what its parent held
when it was started, so read from here it is never below this Python's own size; /usr/bin/time is
a small parent, but adds its own start to the clock.
"""

import os
import random
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
CELLS = ROOT / "benches/peers/cells.json"
CELLRUNE = ROOT / "target/peers-libraries/release/cellrune_fill"
UMYA = ROOT / "target/peers-libraries/release/umya_fill"
OPENPYXL = ROOT / "benches/peers/openpyxl_fill.py"
EXCELJS = ROOT / "benches/peers/exceljs_fill.js"
TIME = Path("/usr/bin/time")
NODE = (ROOT / "target/peers-node/node_modules/exceljs").exists()
quick = "--quick" in sys.argv
only_batch = "--batch" in sys.argv
only_memory = "--memory" in sys.argv
shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
work = Path(tempfile.mkdtemp(prefix="peers-", dir=shm))
env = dict(os.environ, NODE_PATH=str(ROOT / "target/peers-node/node_modules"))


def installed(program):
    """A compiled program as it is when it was installed: copied. What a linker just wrote stands in
    many small pieces of the page cache, and starts a millisecond later."""
    place = ROOT / "target/peers-installed" / program.name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    return Path(shutil.copy(program, place))


def once(command):
    """Seconds of one process."""
    command = [str(c) for c in command]
    start = time.perf_counter()
    child = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
    seconds = time.perf_counter() - start
    if child.returncode != 0:
        raise SystemExit(f"failed ({child.returncode}): {command[:6]}")
    return seconds


def peak(command):
    """Seconds and peak MiB of one process under /usr/bin/time; no MiB where there is none."""
    if not TIME.exists():
        return once(command), None
    note = work / "rss"
    seconds = once([TIME, "-f", "%M", "-o", note, *command])
    return seconds, int(note.read_text().split()[-1]) / 1024


def medians(commands, runs):
    """Runs the commands in turn; the median seconds of each, and the peak MiB of one more run."""
    seen = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            seen[name].append(once(command() if callable(command) else command))
    return {
        name: (statistics.median(seen[name]), peak(command() if callable(command) else command)[1])
        for name, command in commands.items()
    }


def large(path, rows=200_000, columns=12):
    """The sample with an unrelated sheet beside the form: numbers, and text in its first column."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    letters = "ABCDEFGHIJKLMNOP"[:columns]
    with zipfile.ZipFile(SAMPLE) as a, zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as b:
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
                cells = "".join(f'<c r="{c}{r}"><v>{(r * 7919 + i * 104729) % 1000003}</v></c>' for i, c in enumerate(letters[1:]))
                cells = f'<c r="A{r}" t="inlineStr"><is><t>订单{r}</t></is></c>{cells}'
                part.write(f'<row r="{r}">{cells}</row>'.encode())
            part.write(b"</sheetData></worksheet>")
    half.rename(path)


def copies():
    """200 fresh inputs for one call of kaohe."""
    folder = work / "batch"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for index in range(200):
        shutil.copy(SAMPLE, folder / f"{index:03}.xlsx")
    return [KAOHE, *sorted(folder.glob("*.xlsx"))]


SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = "伟芳娜敏静磊洋艳勇军杰涛明超兰霞平刚英华"


def person(index):
    """A name of its own for each of 160,000."""
    digits = [index // 20**power % 20 for power in range(4)]
    return SURNAMES[digits[0]] + "".join(GIVEN[d] for d in digits[1:3]) + (GIVEN[digits[3]] if digits[3] else "")


def workbook(parts, index, path):
    """The sample as another person's, with figures of their own."""
    figures = random.Random(index)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for item, data in parts:
            if item.filename == "xl/sharedStrings.xml":
                data = data.replace("王丽".encode(), person(index).encode())
            elif item.filename == "xl/worksheets/sheet2.xml":
                for old, new in (("309500", figures.randrange(250_000, 350_000)), ("37", figures.randrange(25, 41)), ("4.5", figures.randrange(11) / 2)):
                    data = data.replace(f"<v>{old}</v>".encode(), f"<v>{new}</v>".encode(), 1)
            out.writestr(item, data)


def folder_of(count, share=64):
    """A folder of as many people's workbooks of one form, some below each other's folders."""
    folder = work / f"in{count}"
    if not folder.exists():
        with zipfile.ZipFile(SAMPLE) as sample:
            parts = [(item, sample.read(item)) for item in sample.infolist()]
        for index in range(count):
            below = folder / f"{index % share:02}"
            below.mkdir(parents=True, exist_ok=True)
            workbook(parts, index, below / f"{index:06}.xlsx")
    return folder


def batch_of(count):
    """One call of `kaohe batch` from nothing: no manifest, no result."""
    out = work / "batch-out"
    shutil.rmtree(out, ignore_errors=True)
    return [KAOHE, "batch", folder_of(count), "--out", out]


def growth(counts):
    """Peak memory of one call of batch by the count of workbooks, and what each one more costs."""
    print("\n| workbooks | s | MiB | bytes more a workbook |\n|---|--:|--:|--:|")
    last = None
    for count in counts:
        seconds, mib = peak(batch_of(count))
        memory, more = "–" if mib is None else f"{mib:.1f}", "–"
        if last and mib is not None:
            more = f"{(mib - last[1]) * 2**20 / (count - last[0]):,.0f}"
        last = None if mib is None else (count, mib)
        print(f"| {count:,} | {seconds:.2f} | {memory} | {more} |", flush=True)


def table(title, rows, per=1):
    ours = rows["kaohe"][0]
    print(f"\n**{title}**\n\n| program | ms | × kaohe | MiB |\n|---|--:|--:|--:|")
    for name, (seconds, mib) in rows.items():
        memory = "–" if mib is None else f"{mib:.1f}"
        print(f"| {name} | {seconds * 1000 / per:,.2f} | {seconds / ours:.2f} | {memory} |", flush=True)


try:
    print(f"Files in {work.parent}. kaohe syncs every file it writes and its folder (fsync); the peers do not. " + (
        "On this memory file system a sync costs nothing, so the clocks compare." if shm
        else "This is a disk: the syncs are in kaohe's times alone."))
    KAOHE, FLOOR, CELLRUNE, UMYA = (
        installed(p) if p.exists() else p for p in (KAOHE, FLOOR, CELLRUNE, UMYA)
    )
    if only_memory:
        growth((100, 1000) if quick else (100, 1000, 10_000))
        raise SystemExit
    thousand = {
        "floor, two processes of 500": ["sh", "-c", f"'{FLOOR}' --loop 500 '{SAMPLE}' '{work}' & '{FLOOR}' --loop 500 '{SAMPLE}' '{folder_of(1)}'; wait"],
        "kaohe": lambda: batch_of(1000),
    }
    rows = medians(thousand, 3)
    if not quick:
        rows["openpyxl (1 run)"] = peak([PYTHON, OPENPYXL, "--loop", "1000", SAMPLE, work])
    table("1,000 workbooks, one call of batch with its summary (per workbook)", rows, 1000)
    again = batch_of(1000)
    once(again)
    print(f"\nThe same again, nothing changed: {once(again) * 1000:,.0f} ms in all.")
    growth((100, 1000) if quick else (100, 1000, 10_000))
    if only_batch:
        raise SystemExit
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
    for name, program in {"cellrune, edit and recalculate": CELLRUNE, "umya-spreadsheet": UMYA}.items():
        one[name] = [program, CELLS, SAMPLE, out]
        many[name] = [program, CELLS, "--loop", "200", SAMPLE, work]
    if NODE:
        one["ExcelJS"] = ["node", EXCELJS, SAMPLE, out]
        many["ExcelJS"] = ["node", EXCELJS, "--loop", "200", SAMPLE, work]
    table("One workbook, one whole process (median of 21)", medians(one, 21))
    big = ROOT / "target/peers-data/large.xlsx"
    large(big)
    rows = medians({"floor": [FLOOR, big, out], "kaohe": [KAOHE, "fill", big, "-o", out, "--force"]}, 5)
    if not quick:
        rows["openpyxl (1 run)"] = peak([PYTHON, OPENPYXL, big, out])
    table(f"Beside an unrelated sheet of 200,000 × 12 ({big.stat().st_size / 2**20:.1f} MiB file; median of 5)", rows)
    # Copying kaohe's inputs is not counted: it happens before its clock starts.
    table("200 workbooks, each (median of 3)", medians(many, 3), 200)
finally:
    shutil.rmtree(work, ignore_errors=True)
