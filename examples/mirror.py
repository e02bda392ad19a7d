#!/usr/bin/env python3
"""把任务督办系统的全部进展同步到本地 SQLite 文件。只用 Python 3.8 以上的标准库，复制这一个文件就能用。

    export GXFTZ_URL=https://督办系统地址  GXFTZ_TOKEN=gxftz_…
    python3 mirror.py                  同步一次，供定时任务调用                  once, for cron
    python3 mirror.py --follow 60      一直运行，每 60 秒同步一次                for ever
    python3 mirror.py verify           同步后与服务器的汇总核对                  compare with the server
    python3 mirror.py verify --full    再逐项任务、逐个字段核对                  every field of every task
    python3 mirror.py --reset          清空本地数据，从头同步                    start again

退出码：0 成功；1 核对有差异；2 参数、令牌或证书有误；3 需要 --reset；4 暂时连不上，下次再试。
Exit codes: 0 done, 1 differences, 2 wrong usage, token or certificate, 3 --reset needed, 4 no connection for now.
"""

import argparse
import http.client
import json
import os
import random
import sqlite3
import ssl
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

# states：每个对象的最新状态，删除了的不在其中。sync 只有一行：last 是同步到的序号，mark 是它的标记，服务器据此发现自己
# 换了历史（如从备份恢复过）；etag 使没有变化时服务器只答 304。
TABLES = """
CREATE TABLE IF NOT EXISTS states (
  kind TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (kind, key));
CREATE TABLE IF NOT EXISTS sync (
  one INTEGER PRIMARY KEY CHECK (one = 1), last INTEGER NOT NULL DEFAULT 0, mark TEXT NOT NULL DEFAULT '',
  etag TEXT NOT NULL DEFAULT '');
INSERT OR IGNORE INTO sync (one) VALUES (1);
"""
LONGEST_WAIT = 300  # 秒 seconds
BUSY = {408, 429, 500, 502, 503, 504}
FIELDS = (
    "title", "title_en", "status", "percent", "start_date", "due_date", "original_due_date", "order_number", "zones",
    "slip_count", "closed_on", "version", "is_demo",
)  # fmt: skip


class StopError(Exception):
    """不能继续，附退出码。Cannot go on; with the exit code."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class BusyError(StopError):
    """过一会儿再试；wait 是服务器要求等待的秒数。Try later, after `wait` seconds if the server says so."""

    def __init__(self, message, wait=None):
        super().__init__(4, message)
        self.wait = wait


def say(message):
    sys.stderr.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {message}\n")


class Server:
    """督办系统的接口。不跟随转向，令牌不会被带到别的地址。Redirects are not followed: the token goes nowhere else."""

    def __init__(self, *, url, token, ca_file=None, attempts=1):
        self.address = urlsplit(url)
        self.token = token
        self.attempts = attempts  # 0 表示一直试下去 for ever
        is_secure = self.address.scheme == "https"
        self.kind = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
        self.context = {"context": ssl.create_default_context(cafile=ca_file)} if is_secure else {}

    def get(self, path, etag=""):
        """取一个地址：内容和它的 ETag；没有变化时内容为 None。遇到暂时的故障，等待后重试。"""
        attempt = 0
        while True:
            attempt += 1
            try:
                return self.get_once(path, etag)
            except BusyError as error:
                if attempt == self.attempts:
                    raise
                wait = 2 ** min(attempt, 9) if error.wait is None else error.wait
                wait = min(LONGEST_WAIT, wait) * random.uniform(1, 1.5)  # noqa: S311  错开，免得大家同时重试
                say(f"{error}；{wait:.0f} 秒后重试 / again in {wait:.0f} s")
                time.sleep(wait)

    def get_once(self, path, etag):
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Language": "zh-Hans", "User-Agent": "gxftz-mirror"}
        if etag:
            headers["If-None-Match"] = etag
        try:
            place = (self.address.hostname, self.address.port)
            with closing(self.kind(*place, timeout=60, **self.context)) as connection:
                connection.request("GET", f"{self.address.path.rstrip('/')}/api/v1/{path}", headers=headers)
                answer = connection.getresponse()
                body = answer.read()
        except ssl.SSLCertVerificationError as error:
            raise StopError(2, f"不信任服务器的证书，见 --ca-file / certificate not trusted: {error}") from error
        except (OSError, http.client.HTTPException) as error:
            raise BusyError(f"连不上服务器 / no connection: {error!r}") from error
        if answer.status == 304:
            return None, etag
        return read_answer(answer, body), answer.headers.get("ETag", "")


def read_answer(answer, body):
    """JSON 内容；拒绝和故障变成异常。The content; refusals become errors that say what to do."""
    try:
        content = json.loads(body)
    except ValueError:  # 例如代理服务器的错误页 such as a proxy's page
        content = None
    if answer.status == 200 and content is not None:
        return content
    problem = content if isinstance(content, dict) else {}
    said = f"{answer.status} {problem.get('code', answer.reason)} {problem.get('detail', '')}"
    if problem.get("code") == "unknown_sequence":
        raise StopError(3, "变更记录不是本地的那一份（服务器从备份恢复过，或换了服务器、令牌）：核实后用 --reset"
            " / not the history that was mirrored here: make sure why, then --reset")  # fmt: skip
    if answer.status == 200 or answer.status in BUSY:
        wait = answer.headers.get("Retry-After", "")
        raise BusyError(f"服务器忙 / server busy: {said}", int(wait) if wait.isdigit() else None)
    raise StopError(2, f"服务器拒绝，令牌要有 changes:read 和 progress:read / refused, it needs both scopes: {said}")


def sync(db, server, limit=500):
    """一页一页取变更，直到没有更多；收到多少条。Page after page until there is no more; how many events came."""
    count, more = 0, True
    while more:
        last, mark, etag = db.execute("SELECT last, mark, etag FROM sync").fetchone()
        known = f"&mark={mark}" if mark else ""
        page, new_etag = server.get(f"changes/?after={last}{known}&limit={limit}", etag)
        if page is None:
            return count
        was_here = apply_page(db, last, page, new_etag)
        count += len(page["events"]) if was_here else 0
        more = page["more"] or not was_here
    return count


def apply_page(db, place, page, etag):
    """一页变更和新的 last 在同一个事务里写入，何时中断都不丢不重。另一个进程已经同步过去时什么也不写，返回 False。"""
    etag = "" if page["last"] != place else etag  # 属于另一个地址 of another address
    values = (page["last"], page["mark"], etag, place)
    with db:
        db.execute("BEGIN IMMEDIATE")
        moved = db.execute("UPDATE sync SET last = ?, mark = ?, etag = ? WHERE last = ?", values).rowcount
        for event in page["events"] if moved else ():
            store(db, event)
    return bool(moved)


def store(db, event):
    """变动后的完整状态代替原来的；state 为 null 表示已删除。"""
    name = (event["kind"], event["key"])
    if event["state"] is None:
        db.execute("DELETE FROM states WHERE kind = ? AND key = ?", name)
        return
    text = json.dumps(event["state"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    db.execute("INSERT OR REPLACE INTO states VALUES (?, ?, ?, ?)", (*name, text, event["sequence"]))


def newest(db):
    return db.execute("SELECT last FROM sync").fetchone()[0]


def verify(db, server, limit=500, full=False):
    """与服务器比较，返回每一处差异（维度、组、本地、服务器）；比较期间又有变更时，同步后重新比较。"""
    for _attempt in range(5):
        sync(db, server, limit)
        last = newest(db)
        tasks = mirrored_tasks(db, server)
        differences = [*compare(tasks, server), *(compare_fields(tasks, server) if full else ())]
        sync(db, server, limit)
        if not differences or newest(db) == last:
            return differences
    raise BusyError("服务器一直有变更，请稍后再核对 / the server keeps changing, verify again later")


def compare(tasks, server):
    """按状态、板块、牵头单位的任务数和平均进度。Tasks and average percent by status, pillar and lead unit."""
    for by in ("status", "pillar", "lead"):
        rows = server.get(f"progress/summary/?by={by}")[0]
        told = {row["key"]: (row["tasks"], row["average_percent"]) for row in rows}
        groups = {str(task[by]) for task in tasks.values() if task[by] is not None}
        for key in sorted(groups | set(told)):
            found = [task["percent"] for task in tasks.values() if str(task[by]) == key]
            here = (len(found), round(sum(found) / len(found), 1) if found else None)
            if here != told.get(key):
                yield by, key, here, told.get(key)


def compare_fields(tasks, server):
    """每项任务的每个字段。Every field of every task."""
    rows = {row["number"]: facts_of(row) for row in server.get("tasks/export/?format=json")[0]}
    for number in sorted(set(rows) | set(tasks)):
        here, there = tasks.get(number, {}), rows.get(number, {})
        for name in there or FIELDS:
            if name not in here or name not in there or here[name] != there[name]:
                yield f"task {number}", name, here.get(name), there.get(name)


def mirrored_tasks(db, server):
    """现行方案的任务，按序号。The tasks of the plan in force by number."""
    plan = server.get("plan/")[0]["code"]
    states = [json.loads(text) for (text,) in db.execute("SELECT state FROM states WHERE kind = 'task'")]
    return {state["number"]: state for state in states if state["plan"] == plan}


def facts_of(row):
    """台账中的一行，写成变更流中状态的样子。A row of the list in the shape of a state."""
    return {
        **{name: row[name] for name in FIELDS},
        "pillar": row["pillar"]["number"],
        "lead": row["lead"] and row["lead"]["code"],
        "supporting": [unit["code"] for unit in row["supporting"]],
        "due_basis": row["due_basis"] or "",
    }


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", nargs="?", choices=("sync", "verify"), default="sync")
    parser.add_argument("--url", default=os.environ.get("GXFTZ_URL", ""), help="系统地址，默认取环境变量 GXFTZ_URL")
    parser.add_argument("--db", default="gxftz-mirror.sqlite3", help="本地文件，默认 %(default)s")
    parser.add_argument("--token-file", help="存放令牌的文件；不指定时取环境变量 GXFTZ_TOKEN")
    parser.add_argument("--ca-file", help="服务器证书的根证书（PEM），系统不认识它时指定")
    parser.add_argument("--follow", type=float, metavar="SECONDS", help="一直运行，每隔几秒同步一次")
    parser.add_argument("--limit", type=int, default=500, help="每页条数，1 到 1000，默认 %(default)s")
    parser.add_argument("--attempts", type=int, default=6, help="暂时的故障共试几次，默认 %(default)s")
    parser.add_argument("--full", action="store_true", help="核对时逐项任务、逐个字段比较")
    parser.add_argument("--reset", action="store_true", help="清空本地数据，从头同步")
    options = parser.parse_args()
    # 令牌不写在命令行上：同一台机器上的人都看得到。Not on the command line, where everybody on the machine sees it.
    file = options.token_file
    options.token = (Path(file).read_text(encoding="utf-8") if file else os.environ.get("GXFTZ_TOKEN", "")).strip()
    if not options.url.startswith(("https://", "http://")):
        parser.error("请用 --url 或 GXFTZ_URL 给出系统地址 / give the address of the system")
    if not (options.token and options.token.isascii() and options.token.isprintable()):
        parser.error("请用 GXFTZ_TOKEN 或 --token-file 给出令牌 / give the token")
    return options


def run(options):
    attempts = 0 if options.follow else options.attempts
    server = Server(url=options.url, token=options.token, ca_file=options.ca_file, attempts=attempts)
    db = sqlite3.connect(options.db, isolation_level=None, timeout=30)
    if options.reset:
        db.executescript("BEGIN; DROP TABLE IF EXISTS states; DROP TABLE IF EXISTS sync; COMMIT")
    db.executescript(TABLES)
    if options.mode == "verify":
        differences = verify(db, server, options.limit, options.full)
        for by, key, here, there in differences:
            sys.stdout.write(f"{by}\t{key}\t本地 here: {here}\t服务器 server: {there}\n")
        say(f"核对到 {newest(db)}：{len(differences)} 处差异 / {len(differences)} difference(s)")
        return 1 if differences else 0
    while True:
        count = sync(db, server, options.limit)
        if count or not options.follow:
            say(f"收到 {count} 条变更，同步到 {newest(db)} / {count} event(s)")
        if not options.follow:
            return 0
        time.sleep(options.follow)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    try:
        sys.exit(run(read_options()))
    except StopError as error:
        say(error)
        sys.exit(error.code)
    except KeyboardInterrupt:
        sys.exit(130)
