"""偏好, 意见反馈, 启用准备, 帮助, 组件. The scene: two opinions of the lead unit, one of them answered."""

from datetime import timedelta
from types import SimpleNamespace

from supervision.actions import answer_feedback, send_feedback
from tests.factories import NOW
from tests.permission_table.rows import (
    ADMINISTRATOR,
    EVERYBODY,
    OFFICE,
    Row,
    get,
    group,
    post,
)

KEEPERS = OFFICE | ADMINISTRATOR
AUTHOR = group("lead_reporter")
OPINION = {"kind": "hard", "text": "列太多。", "page": "/tasks/"}
ANSWER = {"answer": "已改。"}

ROWS: tuple[Row, ...] = (
    get("agencies:preferences", EVERYBODY),
    post("agencies:preferences", EVERYBODY, {"density": "compact"}),
    post("agencies:preferences", EVERYBODY, {"theme": "pink"}, status=400),
    get("supervision:feedback", EVERYBODY),
    get("supervision:feedback", EVERYBODY, query="show=all"),
    get("supervision:feedback", EVERYBODY, query="show=pink", status=400),
    get("supervision:feedback_new", EVERYBODY, query="page=/tasks/"),
    post("supervision:feedback_new", EVERYBODY, OPINION),
    get("supervision:feedback_thanks", EVERYBODY),
    post("supervision:feedback_answer", KEEPERS, ANSWER, on="opinion", seen=AUTHOR | KEEPERS),
    post("supervision:feedback_answer", KEEPERS, ANSWER, on="answered", seen=AUTHOR | KEEPERS, status=409),
    # -- 启用准备, 帮助, 界面组件 ---------------------------------------------------------------------------------
    get("dashboard:start", KEEPERS),
    post("dashboard:start_mail", ADMINISTRATOR, changing=group()),
    get("dashboard:help", EVERYBODY),
    get("dashboard:help_topic", EVERYBODY, on="help_topic"),
    get("dashboard:help_topic", group(), on="no_topic", others=404),
    get("dashboard:styleguide", KEEPERS),
)


def stage(world: SimpleNamespace) -> None:
    """What the reporter of the lead unit said yesterday."""
    world.help_topic, world.no_topic = {"topic": "report"}, {"topic": "none"}
    yesterday = NOW - timedelta(days=1)
    world.opinion, world.answered = (
        send_feedback(kind="idea", text=text, page="/tasks/", by=world.lead_reporter, now=yesterday)
        for text in ("建议增加按片区筛选。", "希望字大一些。")
    )
    answer_feedback(feedback=world.answered, answer="可在浏览器中放大。", by=world.supervisor, now=yesterday)
