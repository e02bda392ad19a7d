"""接口令牌. The scene: one of a service account, which the administrator alone sees, and one of the lead approver."""

from datetime import timedelta
from types import SimpleNamespace

from agencies.actions import create_api_token
from tests.factories import NOW
from tests.permission_table.rows import ADMINISTRATOR, APPROVER, EVERYBODY, READERS, Row, get, post

NEW = {"name": "省平台", "agency": "lead-unit", "scopes": ["progress:read"], "expires_at": "2027-11-18"}
LIMITS = {"networks": "10.0.0.0/8\n2001:db8::/32", "per_minute": "30"}
ROTATION = {"overlap": "7"}
SURE = {"is_sure": "on"}
KEEPERS = APPROVER | ADMINISTRATOR

ROWS: tuple[Row, ...] = (
    get("agencies:tokens", EVERYBODY),
    get("agencies:tokens", EVERYBODY, query="state=all&q=gxftz_"),
    get("agencies:token_new", ADMINISTRATOR),
    post("agencies:token_new", ADMINISTRATOR, NEW, status=200),
    post("agencies:token_calendar", READERS, status=200),
    get("agencies:token", on="token", seen=ADMINISTRATOR),
    get("agencies:token", on="own_token", seen=KEEPERS),
    post("agencies:token", ADMINISTRATOR, LIMITS, on="token", seen=ADMINISTRATOR),
    post("agencies:token", ADMINISTRATOR, LIMITS, on="own_token", seen=KEEPERS),
    post("agencies:token_rotate", ADMINISTRATOR, ROTATION, on="token", seen=ADMINISTRATOR, status=200),
    post("agencies:token_rotate", KEEPERS, ROTATION, on="own_token", seen=KEEPERS, status=200),
    post("agencies:token_revoke", ADMINISTRATOR, SURE, on="token", seen=ADMINISTRATOR),
    post("agencies:token_revoke", KEEPERS, SURE, on="own_token", seen=KEEPERS),
)


def stage(world: SimpleNamespace) -> None:
    by, end = world.administrator, NOW + timedelta(days=20)
    world.token, _text = create_api_token(
        name="数据平台", scopes=["progress:read"], networks=["10.1.0.0/16"], expires_at=end, by=by, now=NOW
    )
    world.own_token, _text = create_api_token(
        name="分析", scopes=["progress:read"], user=world.lead_approver, expires_at=end, by=by, now=NOW
    )
