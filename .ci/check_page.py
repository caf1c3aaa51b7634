"""Drives `kaohe serve` in real Chromium: drop one, a hundred, bad ones, an old .xls; try a number, let
the page say what it would take, take it over; download and compare the bytes with `kaohe fill` and the
summary with `kaohe batch`; both languages, dark, phone width, keyboard only; axe-core; no request
leaves the machine. Screenshots go to the folder given.

usage: check_page.py KAOHE SAMPLES OUT AXE_JS
"""

import base64
import io
import json
import pathlib
import shutil
import subprocess
import sys
import time
import urllib.parse
import zipfile

import openpyxl
import xlrd
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

kaohe, samples, out, axe = [pathlib.Path(p).resolve() for p in sys.argv[1:5]]
shutil.rmtree(out, ignore_errors=True)
out.mkdir(parents=True)
ONE = samples / "客服主管绩效考核表-王丽.xlsx"
MANY = samples / "客服主管绩效考核表-全部门.xlsx"
OLD = samples / "客服主管绩效考核表-王丽-97.xls"


def check(true, what):
    if not true:
        raise SystemExit(f"FAILED: {what}")
    print("ok:", what)


class Page:
    """A server and a browser on it."""

    def __init__(self, *flags, lang="zh"):
        self.server = subprocess.Popen(
            [kaohe, "--lang", lang, "serve", "--no-open"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.server.stdout.readline().strip()
        self.saved = out / f"saved-{time.time_ns()}"
        self.saved.mkdir()
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for flag in ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage",
                     "--window-size=1280,1400", *flags]:
            options.add_argument(flag)
        options.add_experimental_option(
            "prefs", {"download.default_directory": str(self.saved),
                      "profile.default_content_setting_values.automatic_downloads": 1})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.web = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self.web.set_script_timeout(60)
        self.web.get(self.url)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind:
            self.shot("failed")
        log = [e for e in self.web.get_log("browser") if e["level"] == "SEVERE"]
        asked = []
        for entry in self.web.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked.append(message["params"]["request"]["url"])
        self.web.quit()
        self.server.kill()
        self.server.wait()
        if not kind:
            home = self.url.split("?")[0]
            away = [u for u in asked if not u.startswith(home) and not u.startswith(("data:", "blob:"))
                    and not u.startswith("chrome")]
            check(asked and not away, f"{len(asked)} requests, none leaves the page: {away}")
            check(not log, f"no error in the browser's log: {log}")

    def drop(self, files):
        """A drop, as the browser tells the page of it."""
        data = [[name, base64.b64encode(body).decode()] for name, body in files]
        self.web.execute_script("""
            const carried = new DataTransfer();
            for (const [name, text] of arguments[0]) {
              carried.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
            }
            for (const kind of ['dragenter', 'dragover', 'drop']) {
              document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
            }""", data)

    def wait(self, test, seconds=60):
        WebDriverWait(self.web, seconds, poll_frequency=0.05).until(lambda _: test())

    def all(self, css):
        return self.web.find_elements(By.CSS_SELECTOR, css)

    def one(self, css):
        found = self.all(css)
        check(found, f"the page has {css}")
        return found[0]

    def text(self, css):
        return self.web.execute_script(
            "const n = document.querySelector(arguments[0]); return n ? n.textContent : ''", css)

    def done(self, count):
        self.wait(lambda: len(self.all("article")) == count and self.all("#progress[hidden]"))

    def shot(self, name):
        height = self.web.execute_script("return document.documentElement.scrollHeight")
        size = self.web.get_window_size()
        self.web.set_window_size(size["width"], min(max(height + 140, 700), 4000))
        time.sleep(0.2)
        self.web.save_screenshot(str(out / f"{name}.png"))
        self.web.set_window_size(size["width"], size["height"])

    def axe(self, name):
        self.web.execute_script(axe.read_text(encoding="utf-8"))
        found = self.web.execute_async_script(
            "const done = arguments[0]; axe.run(document).then((r) => done(r.violations), (e) => done([{impact:'critical',id:String(e),nodes:[]}]))")
        for one in found:
            print("  axe:", one["impact"], one["id"], [n["html"][:160] for n in one["nodes"][:2]])
        grave = [v for v in found if v["impact"] in ("serious", "critical")]
        check(not grave, f"axe-core finds nothing serious ({name}; {len(found)} lesser)")

    def downloaded(self, count):
        self.wait(lambda: len([p for p in self.saved.iterdir() if p.suffix != ".crdownload"
                               and not p.name.startswith(".")]) == count)
        return {p.name: p.read_bytes() for p in self.saved.iterdir()}


def filled(path):
    target = out / f"fill-{path.name}.xlsx"
    subprocess.run([kaohe, "fill", path, "-o", target, "--force"], check=True, capture_output=True)
    return target.read_bytes()


def fits(page):
    return page.web.execute_script(
        "return document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def changed(sheet, cell, value):
    book = openpyxl.load_workbook(ONE)
    book[sheet][cell] = value
    target = out / f"changed-{cell}-{value}.xlsx"
    book.save(target)
    return target


# One workbook: scores as the command's, bytes as the command's.
explained = json.loads(subprocess.run([kaohe, "explain", ONE, "--json"], capture_output=True, check=True).stdout)
total = explained["people"][0]["total"]["score"]
with Page() as page:
    page.axe("empty")
    page.shot("empty")
    page.drop([(ONE.name, ONE.read_bytes())])
    page.done(1)
    head = page.text("article summary")
    check("王丽" in head and f"{total:.6f}".rstrip("0") in head, f"person and total: {head}")
    rows, items = len(page.all("article .items tbody tr")), len(explained["people"][0]["items"])
    check(rows == items + len(explained["people"][0]["ratings"]) + 2,
          f"every item, the sum, the ratings and the total: {rows} rows")
    drawn = page.all("article .sheet td[data-mark=filled]")
    check(len(drawn) >= 15, f"{len(drawn)} filled cells are marked in the form")
    page.axe("one workbook")
    page.shot("one")
    page.one("article a.button").click()
    got = page.downloaded(1)
    check(list(got) == ["客服主管绩效考核表-王丽-已评分.xlsx"], f"download name: {list(got)}")
    check(list(got.values())[0] == filled(ONE), "the download is what `kaohe fill` writes, byte for byte")

    folds = page.web.execute_script(
        "return [...document.querySelectorAll('details.raters')].map((d) => [d.open, d.querySelectorAll('input').length, [...d.querySelectorAll('input')].every((i) => i.getAttribute('aria-label').startsWith(d.querySelector('summary').firstChild.textContent))])")
    check(len(folds) == len(explained["people"][0]["ratings"]) and not any(f[0] for f in folds) and all(f[1] and f[2] for f in folds),
          f"each rating's fields are folded, under its name: {folds}")

    # A number is tried: nothing is written; then it is taken over.
    field = page.web.execute_script(
        "return [...document.querySelectorAll('.trial input')].find((i) => i.getAttribute('aria-label').startsWith('失职投诉次数'))")
    before = page.text("article summary .total")
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys("1")
    page.wait(lambda: page.all(".banner") and page.text("article summary .total") != before)
    where = field.get_attribute("title").split(" ")
    truth = changed(where[0], where[1], 1)
    truth = json.loads(subprocess.run([kaohe, "explain", truth, "--json"], capture_output=True).stdout)
    tried = truth["people"][0]["total"]["score"]
    check(f"{tried:.4f}"[:7] in page.text("article summary .total"),
          f"the trial shows {tried}, as the workbook changed by openpyxl scores")
    check(page.web.switch_to.active_element == field, "the caret stays in the field")
    page.axe("a trial")
    page.shot("trial")
    before_take = page.web.execute_async_script(
        "const done = arguments[0]; fetch(document.querySelector('article a.button').href).then((r) => r.arrayBuffer()).then((b) => done(b.byteLength))")
    check(before_take == len(list(got.values())[0]), "a trial is not written")
    page.one(".banner .take").click()
    page.wait(lambda: not page.all(".banner") and page.all("article .tag.try"))
    for old in page.saved.iterdir():
        old.unlink()
    page.one("article a.button").click()
    name, body = next(iter(page.downloaded(1).items()))
    (out / "taken.xlsx").write_bytes(body)
    book = openpyxl.load_workbook(out / "taken.xlsx", data_only=True)
    check(book[where[0]][where[1]].value == 1, "taken over: the metric stands in the download")
    values = [c.value for row in book[explained["people"][0]["sheet"]] for c in row]
    check(any(isinstance(v, (int, float)) and abs(v - tried) < 1e-9 for v in values), "and the total of the trial")

def cells(body):
    """All that a person sees of a workbook's sheets, and where its links lead."""
    book = openpyxl.load_workbook(io.BytesIO(body), data_only=True)
    return {s.title: [(c.coordinate, c.value, c.hyperlink and (c.hyperlink.target or c.hyperlink.location))
                      for row in s.iter_rows() for c in row if c.value is not None] for s in book}


# What the zip's summary is held against: the same files filled by `batch`.
def batched(files):
    source, target = (out / f"batch-{kind}-{time.time_ns()}" for kind in ("in", "out"))
    source.mkdir()
    for name, body in files:
        (source / name).write_bytes(body)
    start = time.time()
    subprocess.run([kaohe, "--lang", "zh", "batch", source, "-o", target], capture_output=True)
    return (target / "汇总.xlsx").read_bytes(), time.time() - start


# A hundred at once, two of one name, in batch time.
with Page() as page:
    names = [f"考核表-{i:02}.xlsx" for i in range(99)] + ["考核表-00.xlsx"]
    _, alone = batched([(name, ONE.read_bytes()) for name in names[:-1]])
    page.drop([("warm.xlsx", ONE.read_bytes())])
    page.done(1)
    page.one("#clear").click()
    start = time.time()
    page.drop([(name, ONE.read_bytes()) for name in names])
    page.wait(lambda: page.all("#progress:not([hidden])") or len(page.all("article")) == 100)
    page.done(100)
    took = time.time() - start
    print(f"   a hundred in {took:.2f} s, ninety-nine by batch in {alone:.2f} s")
    check(took < 4 * alone + 3, "a hundred finish at batch speed, drawing included")
    check(len(page.all("article.good")) == 100, "all hundred are filled")
    check(len(page.all("#people tbody tr")) == 100 and "85.4866" in page.text("#people tbody"), "the overview has them all")
    page.axe("a hundred")
    page.shot("hundred")
    page.one("#all").click()
    name, body = next(iter(page.downloaded(1).items()))
    check(name == "考核-已评分.zip", name)
    (out / "all.zip").write_bytes(body)
    archive = zipfile.ZipFile(out / "all.zip")
    check(archive.testzip() is None and len(set(archive.namelist())) == 101, "a hundred and the summary in the zip, none twice")
    one = filled(ONE)
    check(archive.namelist()[0] == "汇总.xlsx" and all(archive.read(n) == one for n in archive.namelist()[1:]),
          "each as `kaohe fill` writes it")
    links = {v[2] for rows in cells(archive.read("汇总.xlsx")).values() for v in rows if v[2]}
    links = {urllib.parse.unquote(x.split("#")[0]) for x in links}
    check(len(links & set(archive.namelist())) == 100, "the summary's links lead to the hundred beside it")

# Many people, an old format, a bad one: the summary is the one that `batch` makes of the same files.
with Page() as page:
    mixed = [(MANY.name, MANY.read_bytes()), (OLD.name, OLD.read_bytes()), ("坏.xlsx", ONE.read_bytes()[:9000]),
             ("缺一个.xlsx", changed("指标数据", "B5", None).read_bytes())]
    page.drop(mixed)
    page.done(4)
    page.one("#all").click()
    body = next(iter(page.downloaded(1).values()))
    archive = zipfile.ZipFile(io.BytesIO(body))
    truth, _ = batched(mixed)
    ours, theirs = cells(archive.read("汇总.xlsx")), cells(truth)
    check(list(ours) == list(theirs) and sum(map(len, ours.values())) > 100, f"the summary's sheets: {list(ours)}")
    for name in ours:
        check(ours[name] == theirs[name], f"{name}: {len(ours[name])} cells and links as `batch` has them")

# An old .xls: drawn as it looks, and its numbers can be tried.
with Page() as page:
    page.drop([(OLD.name, OLD.read_bytes())])
    page.done(1)
    old = xlrd.open_workbook(OLD, formatting_info=True)
    sheet = old.sheet_by_name(page.text("[role=tab][aria-selected=true]"))
    for row, col in [(0, 0), (2, 0), (3, 0)]:
        font = old.font_list[old.xf_list[sheet.cell_xf_index(row, col)].font_index]
        look = page.web.execute_script(
            "const r = document.querySelectorAll('.sheet tbody tr')[arguments[0]]; const s = getComputedStyle(r.querySelectorAll('td')[arguments[1]]); return [s.fontWeight, s.fontSize, s.textAlign]", row, col)
        check((int(look[0]) >= 600) == (font.weight > 600), f"row {row + 1}: bold as xlrd reads it ({font.weight}; {look})")
        size = font.height / 20
        check(size == 11 or abs(float(look[1][:-2]) - size * 1.2) < 0.1, f"row {row + 1}: {size} points as xlrd reads it")
    page.shot("old")
    field = page.web.execute_script(
        "return [...document.querySelectorAll('.trial input')].find((i) => i.getAttribute('aria-label').startsWith('失职投诉次数'))")
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys("1")
    page.wait(lambda: page.all(".banner") and "▼ −2" in page.text("article summary"))
    check(True, "a trial in an .xls takes the two points that one complaint costs")

# What it would take: said, tried, and true.
with Page() as page:
    page.drop([(ONE.name, ONE.read_bytes())])
    page.done(1)
    page.wait(lambda: page.all(".next dd"))
    said = {dt["name"]: dt["next"] for dt in json.loads(subprocess.run(
        [kaohe, "explain", ONE, "--json"], capture_output=True, check=True).stdout)["people"][0]["items"]}
    lines = page.web.execute_script("return [...document.querySelectorAll('.next dd')].map((d) => d.textContent)")
    check(len(lines) == sum(map(len, said.values())), f"{len(lines)} figures, as `explain` says them")
    check(any("309500 → 312000 元" in line and "▲ +2" in line for line in lines), "turnover: 312,000 for two more")
    check(any("单靠它不能" in line for line in lines), "what cannot help alone is said")
    page.axe("what it would take")
    page.one(".next dd button").click()
    page.wait(lambda: page.all(".banner"))
    page.wait(lambda: page.all(".next dd") and "87.4866" in page.text("article summary .total"))
    check(True, "a figure is tried by its button, and the list follows")
    page.shot("next")

# Bad ones among good ones, names and texts that look like markup.
with Page() as page:
    evil = changed("指标数据", "B4", '<img src=x onerror="window.hit=1">')
    bad = [("empty.xlsx", b""), ("page.xlsx", b"<html><script>window.hit=1</script>"),
           ("cut.xlsx", ONE.read_bytes()[:9000]), ("~$owner.xlsx", b"x"),
           ('<img src=x onerror=window.hit=1>.xlsx', ONE.read_bytes()),
           ("../../etc/passwd.xlsx", evil.read_bytes()), (OLD.name, OLD.read_bytes()),
           (MANY.name, MANY.read_bytes())]
    page.drop(bad)
    page.done(len(bad))
    states = {a.find_element(By.TAG_NAME, "h2").text: "good" in a.get_attribute("class") for a in page.all("article")}
    check(sum(states.values()) == 3, f"three are filled: {states}")
    check(len(page.all("article.bad li.error")) >= 4, "each bad one says what is wrong")
    hints = [e.text for e in page.all("article.bad li.error div")]
    check(len(hints) >= 3 and all(h.startswith("怎么办") for h in hints), f"and what to do: {hints[:2]}")
    page.web.execute_script("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    time.sleep(0.5)
    check(page.web.execute_script("return window.hit") is None, "nothing in a name or cell became markup")
    page.axe("bad ones")
    page.shot("bad")

# English, dark, phone.
with Page("--force-dark-mode", lang="en") as page:
    page.web.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})
    page.drop([(ONE.name, ONE.read_bytes()), ("empty.xlsx", b"")])
    page.done(2)
    page.web.execute_script("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    time.sleep(0.5)
    check("Drop assessment" in page.text("#drop-title") and page.web.execute_script("return document.documentElement.lang") == "en", "English")
    shell = page.web.execute_script("return [...document.querySelectorAll('[data-t], thead th, .kind, :not(.raters) > summary')].map((n) => n.textContent).filter((s) => /[\\u4e00-\\u9fff]/.test(s))")
    check(all("王丽" in s for s in shell), f"no Chinese words of our own in English: {shell}")
    page.axe("English, dark")
    page.shot("english-dark")
    page.web.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 375, "height": 800, "deviceScaleFactor": 2, "mobile": True})
    time.sleep(0.3)
    check(fits(page), "phone width: the page does not scroll sideways (dark, English)")
    page.axe("phone, dark")
    page.web.execute_script("document.querySelector('[data-lang=zh]').click()")
    page.web.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "light"}]})
    page.web.execute_script("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    time.sleep(0.5)
    check("考核表" in page.text("#drop-title"), "Chinese again by its button")
    check(fits(page), "phone width: the page does not scroll sideways (light, Chinese)")
    page.web.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 375, "height": 2600, "deviceScaleFactor": 1, "mobile": True})
    page.web.save_screenshot(str(out / "phone.png"))
    page.axe("phone, light")

# Keyboard only.
with Page() as page:
    def tab_to(test, most=200):
        for _ in range(most):
            ActionChains(page.web).send_keys(Keys.TAB).perform()
            if test(page.web.switch_to.active_element):
                return page.web.switch_to.active_element
        raise SystemExit("FAILED: the keyboard does not reach it")
    chooser = tab_to(lambda n: n.get_attribute("id") == "files")
    ring = page.web.execute_script("return getComputedStyle(document.querySelector('label[for=files]')).outlineStyle")
    check(ring == "solid", "the chosen button shows its focus")
    chooser.send_keys(str(ONE) + "\n" + str(MANY))
    page.done(2)
    summary = tab_to(lambda n: n.tag_name == "summary" and "周强" in n.text)
    summary.send_keys(Keys.ENTER)
    page.wait(lambda: page.all("article:nth-of-type(2) .items"))
    tab_to(lambda n: n.tag_name == "summary" and "试算" in n.text).send_keys(Keys.ENTER)
    page.wait(lambda: page.all(".trial input"))
    field = tab_to(lambda n: n.tag_name == "input" and n.get_attribute("id") != "files")
    field.send_keys("1")
    page.wait(lambda: page.all(".banner"))
    back = None
    for _ in range(200):
        ActionChains(page.web).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
        if "back" in (page.web.switch_to.active_element.get_attribute("class") or ""):
            back = page.web.switch_to.active_element
            break
    check(back is not None, "the keyboard reaches `back`")
    back.send_keys(Keys.ENTER)
    page.wait(lambda: not page.all(".banner"))
    tab_to(lambda n: n.get_attribute("role") == "tab" or n.tag_name == "summary" and "表格" in n.text)
    check(True, "choose, open, try, undo, all by keyboard")

print("the page: all checks passed")
