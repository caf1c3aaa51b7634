"""The formula of every rule page, computed by LibreOffice, against the page's hand-worked score.

usage: check_rules.py DOCS_RULES WORK
"""
import datetime, pathlib, subprocess, sys
import openpyxl

docs, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
work.mkdir(parents=True, exist_ok=True)
book = openpyxl.Workbook()
expected = []
for page in sorted(docs.glob("*.md")):
    blocks = page.read_text().split("\n---\n")[0].split("```text\n")
    if page.stem in ("absent", "distribution"):
        continue  # keys of a scheme, no rules: they have no formula of their own
    examples, formula = blocks[1].split("```")[0], blocks[2].split("```")[0].strip()
    for line in examples.strip().splitlines():
        given, wanted = line.split(" → ")
        figures, _ = given.split(" | ")
        sheet = book.create_sheet(f"s{len(expected)}")
        for row, pair in enumerate(figures.split(), 1):
            value = pair.split("=")[1]
            is_day = value.count("-") == 2
            sheet.cell(row, 2, datetime.date.fromisoformat(value) if is_day else float(value))
        sheet["D1"] = formula
        expected.append((page.stem, line, float(wanted)))
del book["Sheet"]
book.save(work / "rules.xlsx")
subprocess.run(["soffice", f"-env:UserInstallation=file://{work.resolve()}/profile", "--headless", "--convert-to",
                "ods", "--outdir", str(work / "out"), str(work / "rules.xlsx")], check=True, stdout=subprocess.DEVNULL)
subprocess.run(["soffice", f"-env:UserInstallation=file://{work.resolve()}/profile", "--headless", "--convert-to",
                "xlsx", "--outdir", str(work / "out"), str(work / "out" / "rules.ods")], check=True, stdout=subprocess.DEVNULL)
got = openpyxl.load_workbook(work / "out" / "rules.xlsx", data_only=True)
wrong = 0
for index, (kind, line, wanted) in enumerate(expected):
    value = got[f"s{index}"]["D1"].value
    if not isinstance(value, (int, float)) or abs(value - wanted) > 1e-9:
        wrong += 1
        print(f"{kind}: {line}: LibreOffice says {value}")
assert len(expected) > 40, len(expected)
if wrong:
    sys.exit(f"{wrong} of {len(expected)} differ")
print(f"rules: {len(expected)} formulas agree with LibreOffice")
