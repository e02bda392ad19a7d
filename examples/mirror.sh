#!/bin/sh
# 用 curl 和 sqlite3 把全部进展同步到本地 SQLite 文件，供定时任务调用；表与 mirror.py 的相同，两者可以换着用。
# Mirrors all progress into a local SQLite file with curl and sqlite3 alone; the same tables as mirror.py.
#
#   export GXFTZ_URL=https://督办系统地址 GXFTZ_TOKEN=gxftz_…     CURL_CA_BUNDLE=根证书.pem（需要时）
#   sh mirror.sh [本地文件]
#
# 退出码：0 成功；2 地址、令牌或权限有误；3 须删除本地文件，从头同步；4 暂时连不上，下次再试。
set -eu
: "${GXFTZ_URL:?请给出系统地址 / the address}" "${GXFTZ_TOKEN:?请给出令牌 / the token}"
db=${1:-gxftz-mirror.sqlite3}
limit=${GXFTZ_LIMIT:-500}
page=$(mktemp)
trap 'rm -f "$page"' EXIT

sql() { sqlite3 -batch -bail -cmd '.timeout 30000' "$db" "$1"; }

stop() {
  echo "$2" >&2
  exit "$1"
}

# 令牌从标准输入交给 curl，不出现在命令行上。By standard input, so that no list of processes shows the token.
fetch() {
  printf 'header = "Authorization: Bearer %s"\n' "$GXFTZ_TOKEN" |
    curl --config - --silent --show-error --max-time 60 --retry 5 --output "$page" --write-out '%{http_code}' \
      "${GXFTZ_URL%/}/api/v1/changes/?after=$1&limit=$limit" || true
}

# 一页变更和新的 last 在同一个事务里写入，何时中断都不丢不重。显示：1 后面还有（或另一个进程已同步过去），0 没有了。
# A page and its `last` are one transaction. Prints 1 when there is more (or another process has gone on), 0 when not.
apply_page() {
  sql "
BEGIN IMMEDIATE;
CREATE TEMP TABLE answer AS SELECT CAST(readfile('$page') AS TEXT) AS text;
CREATE TEMP TABLE page AS
  SELECT json_extract(value, '\$.sequence') AS sequence, json_extract(value, '\$.kind') AS kind,
    json_extract(value, '\$.key') AS key, json_extract(value, '\$.state') AS state
  FROM answer, json_each(answer.text, '\$.events');
UPDATE sync SET last = (SELECT json_extract(text, '\$.last') FROM answer),
    mark = (SELECT json_extract(text, '\$.mark') FROM answer), etag = '' WHERE last = $last;
CREATE TEMP TABLE moved AS SELECT changes() AS yes;
DELETE FROM page WHERE NOT (SELECT yes FROM moved);
DELETE FROM states WHERE (kind, key) IN (SELECT kind, key FROM page);
INSERT INTO states SELECT kind, key, state, sequence FROM page AS this WHERE state IS NOT NULL
  AND sequence = (SELECT max(sequence) FROM page WHERE kind = this.kind AND key = this.key);
COMMIT;
SELECT CASE WHEN yes THEN (SELECT json_extract(text, '\$.more') FROM answer) ELSE 1 END FROM moved;"
}

sql "
CREATE TABLE IF NOT EXISTS states (
  kind TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (kind, key));
CREATE TABLE IF NOT EXISTS sync (
  one INTEGER PRIMARY KEY CHECK (one = 1), last INTEGER NOT NULL DEFAULT 0, mark TEXT NOT NULL DEFAULT '',
  etag TEXT NOT NULL DEFAULT '');
INSERT OR IGNORE INTO sync (one) VALUES (1);"

more=1
while [ "$more" = 1 ]; do
  last=$(sql 'SELECT last FROM sync')
  mark=$(sql 'SELECT mark FROM sync')
  case $(fetch "$last${mark:+&mark=$mark}") in
    200) more=$(apply_page) ;;
    400) if grep -q unknown_sequence "$page"; then more=other; else stop 2 "$(cat "$page")"; fi ;;
    429 | 5?? | 000) stop 4 '暂时连不上，下次再试 / not reachable for now' ;;
    *) stop 2 "令牌无效、没有 changes:read 权限或地址有误 / refused: $(cat "$page")" ;;
  esac
done
[ "$more" = 0 ] || stop 3 '服务器的变更记录与本地不是同一份（多半从备份恢复过）：核实后删除本地文件，从头同步 / another history'
