#!/usr/bin/env python3
"""Mail, checked by other programs: aiosmtpd as the server (TLS and login, a self-signed
certificate), Python's email and Node's mailparser as readers, msoffcrypto-tool for passwords,
Chromium for the HTML, and a sender killed at random moments.

usage: check_mail.py KAOHE SAMPLES WORK [MAILPARSER_FOLDER]
"""
import asyncio, csv, email, email.header, email.policy, email.utils, hashlib, io, json, os, random, shutil, signal, ssl, subprocess, sys, threading, time
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path

import msoffcrypto
import openpyxl
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

KAOHE, SAMPLES, WORK = (Path(a).resolve() for a in sys.argv[1:4])
NODE = Path(sys.argv[4]).resolve() if len(sys.argv) > 4 else None
SECRET = "p@ss-geheim"
checks = 0


def must(what, told=""):
    global checks
    checks += 1
    if not what:
        sys.exit(f"check_mail: failed: {told}")


def certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(timezone.utc)
    cert = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem, secret)
    return pem, context


class Handler:
    """Takes mails, or does to the next recipients what `script` says."""

    def __init__(self):
        self.mails, self.script, self.slow = [], [], 0

    def act(self):
        return self.script.pop(0) if self.script else "take"

    async def handle_MAIL(self, server, session, envelope, address, options):
        session.act = self.act()
        if session.act == "mail-550":
            return "550 5.7.0 Sender frequency limited"
        if session.act == "mail-421":
            return "421 4.7.0 try later"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if session.act == "rcpt-550":
            return "550 5.1.1 no such user"
        if session.act == "rcpt-450":
            return "450 4.2.1 mailbox busy"
        if session.act == "drop-rcpt":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if session.act == "dot-552":
            return "552 5.3.4 message size exceeds limit"
        if session.act == "dot-451":
            return "451 4.3.0 later"
        self.mails.append((list(envelope.rcpt_tos), envelope.content))
        if self.slow:
            await asyncio.sleep(random.random() * self.slow)
        if session.act == "drop-dot":
            server.transport.abort()
        if session.act == "silent-dot":
            await asyncio.sleep(30)
        return "250 2.0.0 queued"


class Server:
    def __init__(self, context, implicit, login=True, starttls=True):
        self.handler, self.logins = Handler(), []
        outer = self

        def authenticate(server, session, envelope, mechanism, data):
            outer.logins.append(mechanism)
            good = isinstance(data, LoginPassword) and data.password == SECRET.encode()
            return AuthResult(success=good, handled=good)

        class One(Controller):
            def factory(self):
                return SMTP(
                    self.handler, hostname="localhost", data_size_limit=2**26, timeout=60,
                    authenticator=authenticate, auth_required=login, auth_require_tls=login and not implicit,
                    tls_context=None if implicit or not starttls else context,
                )

        self.controller = One(
            self.handler, hostname="localhost", port=free_port(), ssl_context=context if implicit else None)
        self.controller.start()
        self.port = self.controller.port

    def stop(self):
        self.controller.stop()


def free_port():
    import socket
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def kaohe(*args, cwd=None, secret=SECRET):
    env = {**os.environ, "LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8", "KAOHE_SMTP_PASSWORD": secret}
    done = subprocess.run([KAOHE, *map(str, args), "--lang", "zh"], cwd=cwd, env=env, capture_output=True, text=True)
    must(secret not in done.stdout + done.stderr, "the password was shown")
    return done


def person_files(folder, people):
    """The sample under other names, filled: [(name, department)]."""
    source = next(SAMPLES.glob("*王丽.xlsx"))
    folder.mkdir(parents=True)
    blank = folder.parent / "blank"
    blank.mkdir()
    for name, department in people:
        book = openpyxl.load_workbook(source)
        sheet = book.worksheets[0]
        must(str(sheet["A2"].value).startswith("被考核人"), "A2 names the person")
        sheet["A2"], sheet["B2"] = f"被考核人：{name}", f"部门：{department}"
        book.save(blank / f"{name}.xlsx")
        done = kaohe("fill", blank / f"{name}.xlsx", "-o", folder / f"{name}.xlsx")
        must(done.returncode == 0, done.stderr)


def roster(path, rows):
    with open(path, "w", encoding="gbk", newline="") as out:
        csv.writer(out).writerows([["姓名", "部门", "工号", "邮箱", "上级", "密码"], *rows])


def sent(folder):
    journal = folder / "out" / "kaohe-mail.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines() if journal.exists() else []
    good = []
    for line in lines:
        try:
            good.append(json.loads(line))
        except ValueError:
            pass
    must(all(SECRET not in line for line in lines), "the journal holds the password")
    return good


def fresh(base, name):
    """A folder with the same results and roster, and no journal."""
    folder = WORK / name
    shutil.copytree(base, folder)
    return folder


def run(folder, server, *more, scheme="smtps", cert=None, secret=SECRET, host="localhost", **kw):
    url = f"{scheme}://hr%40example.com@{host}:{server.port}"
    base = ["mail", "out", "--roster", "roster.csv", "--smtp", url, "--from", "人力资源部 <hr@example.com>", "--yes",
            "--pause", "0", "--retry-pause", "0.05", "--timeout", "5", "--dot-timeout", "2"]
    if cert:
        base += ["--ca", cert]
    return kaohe(*base, *more, cwd=folder, secret=secret)


def read(content):
    mail = email.message_from_bytes(content, policy=email.policy.default)
    must(not mail.defects and not any(p.defects for p in mail.walk()), "the message has defects")
    return mail


def shown(content):
    """The To name. Python's newer parser leaves a space between two encoded-words of a phrase,
    which RFC 2047, 6.2 says to drop; its older one does not."""
    old = email.message_from_bytes(content)
    name, _ = email.utils.parseaddr(old["to"])
    return str(email.header.make_header(email.header.decode_header(name)))


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    pem, context = certificate(WORK)
    base = WORK / "base"
    # A name with a comma, quotes and an ampersand, and a long one of two encoded-words.
    long = "阿卜杜热合曼买买提吐尔逊艾力江"
    people = [("王丽", "客服部"), ("陈强", "总经办"), ("O'Neil, A & B", "售前部"), (long, "售后部")]
    person_files(base / "out", people)
    rows = [["王丽", "客服部", "1001", "wangli@example.com", "陈强", "王丽的密码1"],
            ["陈强", "总经办", "1002", "chen@example.com", "", "x" * 255],
            ["O'Neil, A & B", "售前部", "1003", "oneil@例子.中国", "陈强", 'q"<&>'],
            [long, "售后部", "1004", "abdu@example.com", "陈强", "密"]]
    roster(base / "roster.csv", rows)

    # 1. The same mails by both kinds of TLS, read by Python and Node.
    texts = {}
    for scheme in ("smtps", "smtp"):
        server = Server(context, implicit=scheme == "smtps")
        folder = fresh(base, f"all-{scheme}")
        done = run(folder, server, "--to-manager", "--summary-to", "boss@example.com", scheme=scheme, cert=pem)
        must(done.returncode == 0, done.stderr)
        server.stop()
        must(len(server.logins) == 1, f"{len(server.logins)} logins for one run")
        tos = [to for to, _ in server.handler.mails]
        must(all(len(to) == 1 for to in tos), "an envelope has several recipients")
        count = Counter(to[0] for to in tos)
        must(count == {"wangli@example.com": 1, "chen@example.com": 4, "oneil@xn--fsqu00a.xn--fiqs8s": 1,
                       "abdu@example.com": 1, "boss@example.com": 1}, str(count))
        for index, (to, content) in enumerate(server.handler.mails):
            mail = read(content)
            who = mail["to"].addresses[0]
            must(mail["from"].addresses[0].display_name == "人力资源部", str(mail["from"]))
            must(len(mail["to"].addresses) == 1 and len(mail.get_all("to")) == 1, "one To, one recipient")
            plain = mail.get_body(("plain",)).get_content()
            html = mail.get_body(("html",)).get_content()
            must("85.49" in plain and "85.49" in html and "良好" in plain, "the total, by hand 85.4866")
            if to[0] == "boss@example.com":
                must(all(name in plain for name, _ in people), "the summary lists all")
                continue
            name = shown(content)
            must(name in dict(people), f"a To name was changed: {name}")
            must(name in plain and f"{name}，您好" in plain, "the greeting")
            # The rows of the form as another program reads them.
            source = (folder / "out" / f"{name}.xlsx").read_bytes()
            sheet = openpyxl.load_workbook(io.BytesIO(source), data_only=True).worksheets[0]
            found = [(sheet.cell(r, 1).value, sheet.cell(r, 4).value) for r in range(4, 13)]
            found = [(item, score) for item, score in found if score is not None]
            must(len(found) == 8, f"{len(found)} items")
            for item, score in found:
                must(f"{item}：{score:g} /" in plain and item in html, f"{item} {score}")
            must("投诉罚款 80 元" in plain and "309,500 ÷ 300,000" in html, "fines and working")
            must("<b>O'Neil" not in html and ("&amp;" in html) == ("&" in name), "escaped in HTML")
            [attachment] = mail.iter_attachments()
            # A file's name takes no quote; a comma and an ampersand it does.
            wanted = f"{name}_2026-10_绩效.xlsx"
            must(attachment.get_filename() == wanted, f"{attachment.get_filename()} is not {wanted}")
            must(attachment.get_content() == source, "the attachment's bytes")
            must(max(map(len, content.split(b"\r\n"))) <= 998, "a line is too long")
            texts.setdefault(scheme, {})[mail["message-id"]] = plain
            (WORK / f"{scheme}-{index}.eml").write_bytes(content)
            (WORK / f"{scheme}-{index}.json").write_text(json.dumps({
                "subject": mail["subject"], "name": name,
                # mailparser shows a domain in its own script.
                "to": f"{who.username}@{who.domain.encode().decode('idna')}", "file": wanted,
                "sha256": hashlib.sha256(source).hexdigest(), "text": plain.replace("\r\n", "\n").strip()}))
            (WORK / "person.html").write_text(html, encoding="utf-8")
    must(texts["smtps"] == texts["smtp"], "Message-ID and text depend on the content only")
    if NODE:
        node(NODE)

    # 2. What stops before the login: an unknown certificate, STARTTLS stripped, nobody there.
    server = Server(context, implicit=True)
    done = run(fresh(base, "untrusted"), server)
    must(done.returncode == 1 and "没有登录" in done.stderr and not server.logins, done.stderr)
    server.stop()
    server = Server(context, implicit=False, login=False, starttls=False)
    done = run(fresh(base, "stripped"), server, scheme="smtp", cert=pem)
    must(done.returncode == 1 and "没有登录" in done.stderr and not server.logins, done.stderr)
    must(not server.handler.mails, "a mail went over an open line")
    server.stop()
    done = run(fresh(base, "nobody"), server, scheme="smtp", cert=pem)
    must(done.returncode == 1 and "连不上" in done.stderr, done.stderr)
    done = run(fresh(base, "nowhere"), server, host="no-such-host.invalid")
    must(done.returncode == 1 and "连不上" in done.stderr, done.stderr)

    # 3. A refused login is tried once.
    server = Server(context, implicit=True)
    done = run(fresh(base, "login"), server, cert=pem, secret="wrong-password")
    must(done.returncode == 1 and "授权码" in done.stderr and "535" in done.stderr, done.stderr)
    must(len(server.logins) == 1 and not server.handler.mails, f"{len(server.logins)} logins")
    server.stop()

    # 4. Refusals and drops at each step: who has the mail, and what is said.
    # What the server does, how often, what is said, and how many of four people have no mail then.
    for act, times, said, missing in [
        ("rcpt-550", 1, "收件人被拒绝", 1), ("rcpt-450", 1, "秒后再试", 0), ("mail-421", 1, "秒后再试", 0),
        ("drop-rcpt", 1, "秒后再试", 0), ("dot-552", 1, "邮件太大", 1), ("dot-451", 1, "秒后再试", 0),
        ("mail-550", 1, "太频繁", 4), ("drop-dot", 1, "回答之前断线", 0), ("silent-dot", 1, "等不到回答", 0),
        ("rcpt-450", 4, "暂时不收", 1),
    ]:
        server = Server(context, implicit=True)
        server.handler.script = [act] * times
        folder = fresh(base, f"act-{act}-{times}")
        done = run(folder, server, cert=pem)
        must(said in done.stderr, f"{act}: {done.stderr}")
        taken = Counter(to[0] for to, _ in server.handler.mails)
        must(max(taken.values(), default=0) <= 1, f"{act}: somebody got a mail twice: {taken}")
        kept = act in ("drop-dot", "silent-dot")
        whole = len(taken) == 4
        must(done.returncode == (0 if whole and not kept else 1), f"{act}: {done.returncode}")
        must(len(taken) == 4 - missing, f"{act}: {taken}")
        # Running it again sends what is left, and nothing else.
        done = run(folder, server, cert=pem)
        taken = Counter(to[0] for to, _ in server.handler.mails)
        must(len(taken) == 4 and max(taken.values()) == 1, f"{act} again: {taken}")
        must(done.returncode == (1 if kept else 0), f"{act} again: {done.returncode} {done.stderr}")
        must(("结果不明（上次中断）" in done.stderr) == kept, f"{act} again: {done.stderr}")
        server.stop()

    # 5. Protected workbooks, opened by another program.
    folder = fresh(base, "locked")
    book = openpyxl.Workbook()
    book.active.append(["2026 年名单"])
    book.active.append(["部门", "姓 名", "邮箱（公司）", "工号", "密码"])
    for name, department, number, address, _, password in rows:
        book.active.append([department, name, address, int(number), password])
    book.save(folder / "roster.xlsx")
    done = kaohe("mail", "out", "--roster", "roster.xlsx", "--eml", "drafts", "--encrypt", "--from", "hr@example.com", cwd=folder)
    must(done.returncode == 0, done.stderr)
    for path in (WORK / "locked" / "drafts").glob("*.eml"):
        mail = read(path.read_bytes())
        must(mail["x-unsent"] == "1", "X-Unsent")
        name = shown(path.read_bytes())
        must("85.49" not in mail.as_string() and "85.49" not in mail.get_body(("plain",)).get_content(), "figures shown")
        [attachment] = mail.iter_attachments()
        locked = msoffcrypto.OfficeFile(io.BytesIO(attachment.get_content()))
        locked.load_key(password=next(r[5] for r in rows if r[0] == name), verify_password=True)
        opened = io.BytesIO()
        locked.decrypt(opened, verify_integrity=True)
        must(opened.getvalue() == (base / "out" / f"{name}.xlsx").read_bytes(), f"{name} decrypted")

    killed(base, pem, context)
    pictures()
    print(f"check_mail: {checks} checks passed")


def node(folder):
    script = """
const {createHash} = require('crypto'); const {simpleParser} = require('mailparser'); const fs = require('fs');
(async () => { let n = 0; for (const f of process.argv.slice(1)) {
  const m = await simpleParser(fs.readFileSync(f)); const w = JSON.parse(fs.readFileSync(f.replace('.eml', '.json')));
  const a = m.attachments[0];
  const got = {subject: m.subject, to: m.to.value[0].address, name: m.to.value[0].name, file: a.filename, sha256: createHash('sha256').update(a.content).digest('hex'), text: m.text.trim()};
  for (const k in w) if (got[k] !== w[k]) { console.error(f, k, got[k], w[k]); process.exit(1); }
  n++; } console.log(n); })();"""
    files = sorted(map(str, WORK.glob("smtp*-*.eml")))
    done = subprocess.run(["node", "-e", script, *files], cwd=folder, capture_output=True, text=True)
    must(done.returncode == 0 and int(done.stdout) == len(files) > 0, done.stderr)


def killed(base, pem, context, people=100, kills=int(os.environ.get("KILLS", "40"))):
    """The sender is killed at random moments over 100 mails, and run again until it is through."""
    folder = WORK / "killed"
    (folder / "out").mkdir(parents=True)
    names = [f"员{chr(0x4e00 + i)}{chr(0x5000 + i)}" for i in range(people)]
    person_files(folder / "src" / "out", [(names[0], "客服部")])
    source = folder / "src" / "out" / f"{names[0]}.xlsx"
    for name in names:
        book = openpyxl.load_workbook(source)
        values = openpyxl.load_workbook(source, data_only=True)
        book.worksheets[0]["A2"] = f"被考核人：{name}"
        book.save(folder / "out" / "tmp.bin.xlsx")
        done = kaohe("fill", folder / "out" / "tmp.bin.xlsx", "-o", folder / "out" / f"{name}.xlsx")
        must(done.returncode == 0, done.stderr)
        (folder / "out" / "tmp.bin.xlsx").unlink()
    roster(folder / "roster.csv", [[n, "客服部", str(2000 + i), f"p{i}@example.com", "", ""] for i, n in enumerate(names)])
    server = Server(context, implicit=True)
    server.handler.slow = 0.02
    url = f"smtps://hr%40example.com@localhost:{server.port}"
    command = [KAOHE, "mail", "out", "--roster", "roster.csv", "--smtp", url, "--from", "hr@example.com", "--yes",
               "--pause", "0", "--ca", pem, "--lang", "zh"]
    env = {**os.environ, "KAOHE_SMTP_PASSWORD": SECRET}
    random.seed(5)
    stops = 0
    for _ in range(kills):
        before = len(server.handler.mails)
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        # Wait until mails go, then a random moment more.
        until = time.time() + 60
        while len(server.handler.mails) == before and process.poll() is None and time.time() < until:
            time.sleep(0.005)
        time.sleep(random.random() * 0.08)
        if process.poll() is None:
            process.kill()
            stops += 1
        process.wait()
        if len(server.handler.mails) >= people:
            break
    time.sleep(0.5)
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    taken = Counter(to[0] for to, _ in server.handler.mails)
    must(max(taken.values()) == 1, f"somebody got a mail twice: {taken.most_common(3)}")
    # Nobody is left out silently: who has no mail is listed as in doubt.
    doubt = {line.split()[1].rstrip(":") for line in done.stderr.splitlines() if "结果不明（" in line}
    missing = {f"p{i}@example.com" for i in range(people)} - set(taken)
    must(missing <= doubt, f"left out silently: {missing - doubt}")
    must((done.returncode == 0) == (not doubt), f"exit code {done.returncode} with {len(doubt)} in doubt")
    must(len(sent(folder)) > people, "the journal")
    print(f"killed {stops} times over {people} mails: {len(taken)} arrived, none twice, {len(doubt)} in doubt, "
          f"{len(missing)} of them not arrived")
    server.stop()


def pictures():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        print("check_mail: no chromium, no pictures")
        return
    from PIL import Image
    for width in (900, 390):
        png = WORK / f"person-{width}.png"
        subprocess.run([chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                        f"--window-size={width},1300", f"--screenshot={png}", f"file://{WORK}/person.html"],
                       capture_output=True, check=True)
        picture = Image.open(png).convert("L")
        dark = picture.point(lambda v: 255 if v < 200 else 0)
        box = dark.getbbox()
        must(box and box[3] > 700, f"{png} is empty")
        # Nothing stands in the outermost pixels: the mail is not cut on either side.
        must(box[0] >= 8 and box[2] <= width - 8, f"{png} is cut: {box}")


main()
