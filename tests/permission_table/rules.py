"""规则 and 演练."""

from tests.permission_table.rows import DIRECTOR, OFFICE, READERS, get, group, post

LIGHTS = {
    "yellow_points": "9", "red_points": "30", "near_days": "3", "near_days_long": "7", "long_task_months": "6",
    "overdue_after": "1", "start_missed_months": "3", "yellow_closes": "2", "report_after": "1",
    "hold_made_good": "on", "number": "0", "reason": "会议纪要〔2026〕1号",
}  # fmt: skip

ROWS = (
    get("supervision:settings", READERS),
    get("supervision:policy", DIRECTOR, on="light_rules"),
    post("supervision:policy", DIRECTOR, {**LIGHTS, "preview": "1"}, on="light_rules", status=200, changing=group()),
    post("supervision:policy", DIRECTOR, {**LIGHTS, "save": "1"}, on="light_rules"),
    get("supervision:policy", group(), on="unknown_rules", others=404),
    get("supervision:rehearsal", OFFICE),
    get("supervision:rehearsal", OFFICE, query="first=2026-11-18&last=2026-11-01", status=400),
)


def stage(world):
    """Which rules the addresses name."""
    world.light_rules = {"kind": "lights"}
    world.unknown_rules = {"kind": "none"}
