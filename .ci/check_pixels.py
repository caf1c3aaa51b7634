"""Page pictures before and after: equal outside the changed cells and charts.

LibreOffice draws the original, the result, and the result once more with the changed cells filled
in colour and the charts taken out. Where the last two differ is where a change may show; everywhere
else original and result must be the same picture.

usage: check_pixels.py KAOHE WORK FORMS [LAW_FOLDER COUNT]
"""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

kaohe, work, forms = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
law, count = (Path(sys.argv[4]), int(sys.argv[5])) if len(sys.argv) > 4 else (None, 0)
work.mkdir(parents=True, exist_ok=True)
CELL = re.compile(r"<((?:\w+:)?)c\b([^>]*?)(/>|>.*?</\1c>)", re.S)


def parts(path):
    with zipfile.ZipFile(path) as z:
        return [(i, z.read(i)) for i in z.infolist()]


def cells(text):
    out = {}
    for m in CELL.finditer(text):
        name = re.search(r'\br="([A-Z]+\d+)"', m.group(2))
        if name:
            out[name.group(1)] = m.group(0)
    return out


def marked(before, after, out):
    """Writes `after` with its changed cells coloured and no charts; how many cells."""
    old = {i.filename: body for i, body in parts(before)}
    new = parts(after)
    styles = next((body.decode() for i, body in new if i.filename.endswith("xl/styles.xml")), None)
    if styles is None or "<cellXfs" not in styles or "<fills" not in styles:
        return 0
    fills = re.search(r"<fills\b[^>]*>(.*?)</fills>", styles, re.S)
    fill = len(re.findall(r"<fill\b", fills.group(1)))
    styles = styles.replace("</fills>", '<fill><patternFill patternType="solid"><fgColor rgb="FFFF00FF"/><bgColor indexed="64"/></patternFill></fill></fills>')
    xfs = re.search(r"<cellXfs\b[^>]*>(.*?)</cellXfs>", styles, re.S).group(1)
    xf = re.findall(r"<xf\b[^>]*?/>|<xf\b[^>]*?[^/]>.*?</xf>", xfs, re.S)
    extra, number = [], {}

    def coloured(style):
        if style not in number:
            number[style] = len(xf) + len(extra)
            one = re.sub(r'\s(fillId|applyFill)="[^"]*"', "", xf[style])
            extra.append(one.replace("<xf", f'<xf fillId="{fill}" applyFill="1"', 1))
        return number[style]

    changed, bodies = 0, []
    for info, body in new:
        name = info.filename
        if "worksheets/sheet" in name and name.endswith(".xml"):
            text = body.decode()
            was = cells(old[name].decode())
            for place, cell in cells(text).items():
                if was.get(place) == cell:
                    continue
                changed += 1
                tag = cell[: cell.index(">") + 1]
                style = re.search(r'\bs="(\d+)"', tag)
                bare = re.sub(r'\ss="\d+"', "", tag)
                colour = coloured(int(style.group(1)) if style else 0)
                text = text.replace(cell, re.sub(r"^(<[\w:]+)", rf'\1 s="{colour}"', bare) + cell[len(tag):], 1)
            body = text.encode()
        elif "drawings/drawing" in name and name.endswith(".xml"):
            body = re.sub(rb"<(?:\w+:)?graphicFrame\b.*?</(?:\w+:)?graphicFrame>", b"", body, flags=re.S)
        bodies.append((info, body))
    styles = styles.replace("</cellXfs>", "".join(extra) + "</cellXfs>")
    styles = re.sub(r'(<cellXfs\b[^>]*?)\scount="\d+"', r"\1", styles)
    styles = re.sub(r'(<fills\b[^>]*?)\scount="\d+"', r"\1", styles)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for info, body in bodies:
            z.writestr(info.filename, styles if info.filename.endswith("xl/styles.xml") else body)
    return changed


def pictures(paths):
    """Pages of every workbook, by its stem."""
    out = work / "pdf"
    out.mkdir(exist_ok=True)
    names = [str(p) for p in paths]
    for start in range(0, len(names), 30):
        subprocess.run(["soffice", "--headless", "--convert-to", "pdf", "--outdir", out, *names[start : start + 30]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=900)
    drawn = {}
    for path in paths:
        pdf = out / f"{path.stem}.pdf"
        if pdf.exists():
            subprocess.run(["pdftoppm", "-r", "60", "-l", "6", "-png", pdf, out / path.stem], check=True)
            drawn[path.stem] = [Image.open(p).convert("RGB") for p in sorted(out.glob(f"{path.stem}-*.png"))]
    return drawn


jobs = []
for form in sorted(forms.glob("*.xlsx")):
    stem = f"form{len(jobs)}"
    before, after = work / f"{stem}.b.xlsx", work / f"{stem}.a.xlsx"
    before.write_bytes(form.read_bytes())
    subprocess.run([kaohe, "fill", before, "-o", after, "--force"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    jobs.append((form.name, stem, before, after))
for number in sorted(law.glob("*.number.*"))[:count] if law else []:
    stem = number.name.split(".")[0]
    source = next(law.glob(f"{stem}.before.*"))
    with zipfile.ZipFile(source) as z:
        # A colour scale or a table's stripes would hide the marking; a formula makes the change travel.
        if any(b"conditionalFormatting" in z.read(n) or b"<f" in z.read(n) for n in z.namelist() if "worksheets/sheet" in n):
            continue
    before, after = work / f"{stem}.b.xlsx", work / f"{stem}.a.xlsx"
    before.write_bytes(source.read_bytes())
    after.write_bytes(number.read_bytes())
    jobs.append((stem, stem, before, after))

paths, counts = [], {}
for name, stem, before, after in jobs:
    mark = work / f"{stem}.m.xlsx"
    counts[stem] = marked(before, after, mark)
    paths += [before, after] + ([mark] if counts[stem] else [])
drawn = pictures(paths)
pages = shown = skipped = 0
for name, stem, before, after in jobs:
    b, a, m = (drawn.get(f"{stem}.{k}") for k in "bam")
    if not counts[stem] or b is None:
        skipped += 1
        continue
    assert a is not None, f"{name}: LibreOffice opens the original and not the result"
    if m is None:
        skipped += 1
        continue
    assert len(a) == len(b), f"{name}: {len(b)} pages became {len(a)}"
    if len(m) != len(a):
        skipped += 1
        continue
    for page, (x, y, z) in enumerate(zip(b, a, m)):
        pages += 1
        assert x.size == y.size, f"{name} page {page + 1}"
        may = ImageChops.difference(y, z).convert("L").point(lambda v: 255 if v else 0).filter(ImageFilter.MaxFilter(5))
        diff = ImageChops.difference(x, y).convert("L").point(lambda v: 255 if v > 8 else 0)
        shown += diff.getbbox() is not None
        outside = ImageChops.subtract(diff, may)
        box = outside.getbbox()
        # A chart taken out leaves its white ground unmarked: what differs must lie in its frame.
        if box and stem.startswith("form"):
            frame = ImageChops.difference(y, z).getbbox()
            marks = may.filter(ImageFilter.MaxFilter(41))
            box = ImageChops.subtract(outside, marks).getbbox() if frame else box
        if box:
            outside.save(work / f"{stem}-{page}.png")
        assert box is None, f"{name} page {page + 1}: the picture differs at {box}, outside of the changed cells"
print(f"pixels: {len(jobs) - skipped} workbooks, {pages} pages, {shown} of them with a change, none outside the changed cells and charts ({skipped} skipped)")
assert shown >= 3
