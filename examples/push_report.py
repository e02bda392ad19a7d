#!/usr/bin/env python3
"""把一份进展报送送进督办系统，存为草稿。断线或中途被中止后原样重跑，只会办一次。

    export GXFTZ_URL=https://督办系统地址  GXFTZ_TOKEN=gxftz_…      令牌要有 progress:write，属于牵头单位
    python3 push_report.py 12 report.json        12 是任务序号；文件内容例如
    {"period": "2026Q4", "percent": 60, "result": "advancing", "progress": "完成……", "next_steps": "……"}
    python3 push_report.py 12 report.json 3      本期已有草稿、看过是第 3 版，用文件的内容代替它；别人又改过时不会覆盖

到草稿为止。审签报出由牵头单位的审签人登录系统办理，不能是起草的同一个账号。
Pushes one report as a draft; run it again after any failure. Signing and sending is another person's: see docs/api.md.
"""

import hashlib
import http.client
import json
import os
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

TRIES = 6


def call(method, path, content=None, **headers):
    """状态码和内容；连不上或对方忙时稍后再试。重发同一个请求是安全的：有幂等键或版本把关。"""
    address = urlsplit(os.environ["GXFTZ_URL"])
    secure = address.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    names = {"Authorization": f"Bearer {os.environ['GXFTZ_TOKEN']}", "Content-Type": "application/json"}
    names.update({name.replace("_", "-"): value for name, value in headers.items()})
    body = None if content is None else json.dumps(content).encode()
    for attempt in range(1, TRIES + 1):
        connection = kind(address.hostname, address.port, timeout=60)
        wait = 2**attempt
        try:
            connection.request(method, f"{address.path.rstrip('/')}/api/v1/{path}", body, names)
            answer = connection.getresponse()
            text = answer.read()
            is_busy = answer.status in {429, 502, 503, 504} or b'"request_in_progress"' in text
            if not is_busy:
                return answer.status, json.loads(text)
            said, wait = answer.status, int(answer.headers.get("Retry-After") or wait)
        except (OSError, http.client.HTTPException, ValueError) as error:  # ValueError：代理服务器的错误页 no JSON
            said = repr(error)
        finally:
            connection.close()
        if attempt < TRIES:
            sys.stderr.write(f"{said}；{wait} 秒后重试 / again in {wait} s\n")
            time.sleep(wait)
    sys.exit("连不上或一直忙，请稍后原样重跑 / try again later with the same file")


def push(task, report, version):
    # 键由内容算出：同样的内容重跑，用的是同一个键。The key is made of the content, so a second run has the same one.
    key = hashlib.sha256(json.dumps([task, report], sort_keys=True).encode()).hexdigest()
    status, answer = call("POST", f"tasks/{task}/reports/", report, Idempotency_Key=key)
    if status != 201 and answer.get("code") != "report_exists":
        return status, answer
    # 同一个键得到的是第一次的应答，之后可能有人改过：以现在的内容为准。What stands now, not what the first answer said.
    path = f"reports/{answer['report'] if status == 409 else answer['id']}/"
    read, stands = call("GET", path)
    content = {name: value for name, value in report.items() if name != "period"}
    is_first = status == 201 and stands.get("version") == answer["version"]
    if read != 200 or is_first or all(stands.get(name) == trimmed(value) for name, value in content.items()):
        return read, stands
    if version is None:
        said = (
            f"本期已有一份内容不同的报送，现在是第 {stands['version']} 版 / another version stands: {stands['version']}"
        )
        return 409, {"code": "report_exists", "detail": said}
    return call("PATCH", path, content, If_Match=f'"{version}"')


def trimmed(value):
    """服务器去掉文字首尾的空白。The server trims texts."""
    return value.strip() if isinstance(value, str) else value


def read_arguments():
    if len(sys.argv) not in {3, 4} or not all(each.isdecimal() for each in (sys.argv[1], *sys.argv[3:])):
        sys.exit(__doc__)
    try:
        report = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        sys.exit(f"{sys.argv[2]}: {error}")
    if not isinstance(report, dict):
        sys.exit(f"{sys.argv[2]}: 应为一个 JSON 对象 / not a JSON object")
    return int(sys.argv[1]), report, int(sys.argv[3]) if sys.argv[3:] else None


def main():
    status, answer = push(*read_arguments())
    if status in {200, 201}:
        sys.stdout.write(f"已保存 / saved: {answer['id']}，第 {answer['version']} 版，{answer['status_label']}\n")
        return 0
    sys.stderr.write(f"{status} {answer.get('code')}: {answer.get('detail')}\n")
    for each in answer.get("errors", []):
        sys.stderr.write(f"  {each['pointer']}: {each['detail']}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
