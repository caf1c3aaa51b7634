"""Asks a server for a filled workbook and compares it. No browser needed.

usage: check_serve.py WORKBOOK EXPECTED COMMAND…
"""

import json
import subprocess
import sys
import urllib.parse
import urllib.request

source, expected = (open(path, "rb").read() for path in sys.argv[1:3])
server = subprocess.Popen(sys.argv[3:] + ["serve", "--no-open"], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
try:
    base = server.stdout.readline().decode().strip().split("?")[0]
    origin = base[:base.index("/", 8)]
    for _ in range(3):
        ask = urllib.request.Request(
            base + "api/fill?page=abcdefgh12&name=" + urllib.parse.quote("王丽.xlsx"), data=source,
            headers={"Content-Type": "application/octet-stream", "Origin": origin})
        answer = json.loads(urllib.request.urlopen(ask, timeout=60).read())
    got = urllib.request.urlopen(f"{base}file?id={answer['id']}", timeout=60).read()
    assert got == expected, "other bytes than expected"
finally:
    server.terminate()
print("the server gives the same bytes")
