#!/usr/bin/env python3
"""接收督办系统推送的变更（Standard Webhooks 1.0），验证签名后运行 mirror.py。只用标准库。

    export GXFTZ_WEBHOOK_SECRET=whsec_…  GXFTZ_URL=https://督办系统地址  GXFTZ_TOKEN=gxftz_…
    python3 receive_webhook.py 127.0.0.1 8400          前面由 nginx 等提供 https

推送只说“哪个对象有变更”，内容由 mirror.py 用自己的令牌去取，所以漏收、重收、顺序颠倒都不要紧；仍请用定时任务每小时
运行一次 mirror.py，防备本程序停着的时候。Receives pushed changes, verifies them, and lets mirror.py fetch the content.
"""

import base64
import hashlib
import hmac
import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TOLERANCE = 5 * 60  # 秒：更早或更晚的一律不收，旧消息不能重放 seconds
MOST_BYTES = 1_000_000
MIRROR = [sys.executable, str(Path(__file__).resolve().parent / "mirror.py")]
RECEIVED = os.environ.get("GXFTZ_RECEIVED", "gxftz-received.sqlite3")
changed = threading.Event()


def is_genuine(headers, body, secret, now):
    """签名对 id、时间和正文一起计算；更换密钥期间有两个签名，有一个对就行。One right signature is enough."""
    name, moment, given = (headers.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature"))
    if not name or not moment.isdecimal() or abs(now - int(moment)) > TOLERANCE:
        return False
    key = base64.b64decode(secret[len("whsec_") :])
    digest = hmac.new(key, f"{name}.{moment}.".encode() + body, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(digest).decode()
    return any(hmac.compare_digest(expected.encode(), each.encode()) for each in given.split())


def is_new(name):
    """同一条推送可能到达几次，webhook-id 相同；记一个月。The same message may come several times."""
    with closing(sqlite3.connect(RECEIVED, timeout=30)) as db, db:
        db.execute("CREATE TABLE IF NOT EXISTS received (id TEXT PRIMARY KEY, at INTEGER NOT NULL)")
        db.execute("DELETE FROM received WHERE at < ?", (time.time() - 30 * 86400,))
        return db.execute("INSERT OR IGNORE INTO received VALUES (?, ?)", (name, time.time())).rowcount == 1


class Receiver(BaseHTTPRequestHandler):
    timeout = 30

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        body = self.rfile.read(int(length)) if length.isdecimal() and int(length) <= MOST_BYTES else b""
        genuine = is_genuine(self.headers, body, os.environ["GXFTZ_WEBHOOK_SECRET"], time.time())
        if genuine and is_new(self.headers["webhook-id"]):
            changed.set()  # 先应答，再去取：应答慢了对方会当作失败 answer first, fetch afterwards
        self.send_response(204 if genuine else 401)
        self.end_headers()


def mirror_changes():
    """一次取完一批推送所说的变更。One run for everything that came meanwhile."""
    while True:
        changed.wait()
        changed.clear()
        subprocess.run(MIRROR, check=False)  # noqa: S603


if __name__ == "__main__":
    threading.Thread(target=mirror_changes, daemon=True).start()
    changed.set()  # 停着的时候也可能有变更 there may have been changes meanwhile
    ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Receiver).serve_forever()
