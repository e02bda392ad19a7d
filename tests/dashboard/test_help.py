"""帮助: every page has its topic, every topic its words, with the numbers of the rules in force."""

import re

import pytest
from django.utils import translation

from dashboard.readers.help import TOPICS, help_index, help_page, help_topic
from dashboard.readers.help.views import TOPIC_OF
from supervision.rulebook import ITEMS
from tasks.actions import save_policy
from tasks.periods import PeriodPolicy
from tests.factories import NOW
from tests.permission_table.play import list_patterns
from tests.permission_table.table import ALL_PAGES

# Parts of pages, files, addresses that lead on, and help itself.
WITHOUT_TOPIC = {
    "dashboard:help", "dashboard:help_topic", "dashboard:palette", "healthz", "metrics", "progress:evidence",
    "progress:evidence_preview", "readyz", "supervision:inbox_count", "supervision:inbox_recent",
}  # fmt: skip
NUMBERS = {item.name for items in ITEMS.values() for item in items}
QUOTED = re.compile(r"%\((\w+)\)s")


def texts_of(topic):
    return [*map(str, topic.paragraphs), *(str(each.answer) for each in topic.questions)]


def test_every_page_has_a_topic():
    pages = {row.view for row in ALL_PAGES if row.method == "GET" and row.success == 200}
    assert sorted(pages - WITHOUT_TOPIC - TOPIC_OF.keys()) == []


def test_every_view_and_topic_of_the_table_exists():
    assert sorted(set(TOPIC_OF) - set(list_patterns())) == []
    assert sorted(set(TOPIC_OF.values()) ^ set(TOPICS)) == []


def test_every_number_quoted_is_one_of_the_rules():
    assert {name for topic in TOPICS.values() for text in texts_of(topic) for name in QUOTED.findall(text)} <= NUMBERS


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_topic_is_short_and_complete(db, language):
    with translation.override(language):
        for topic in TOPICS.values():
            page = help_page(topic)
            answers = [each["answer"] for each in page["questions"]]
            assert 1 <= len(page["paragraphs"]) + len(answers) <= 8, topic.code
            assert not [text for text in (*page["paragraphs"], *answers) if "%(" in text], topic.code


def test_numbers_follow_the_rules(cast, client):
    client.force_login(cast.lead_reporter)
    assert "25 日" in client.get("/help/report/").content.decode()
    policy = PeriodPolicy(reports_day=22)
    save_policy(kind="periods", policy=policy, reason="会议决定", by=cast.director, now=NOW)
    shown = client.get("/help/report/").content.decode()
    assert "22 日" in shown
    assert "25 日" not in shown


def test_the_link_stands_on_every_page_and_leads_to_its_topic(cast, client):
    client.force_login(cast.director)
    for address, topic in (("/", "home"), ("/tasks/", "tasks"), ("/reviews/", "review"), ("/calendar/", "calendar")):
        page = client.get(address).content.decode()
        assert page.count(f'href="/help/{topic}/" data-help') == 1, address
        assert 'id="help-panel"' in page
    assert 'href="/help/"' in client.get("/help/report/").content.decode()


def test_a_script_gets_the_words_alone(cast, client):
    client.force_login(cast.auditor)
    whole = client.get("/help/ledger/")
    part = client.get("/help/ledger/", headers={"HX-Request": "true"})
    assert "<html" in whole.content.decode()
    assert part.content.decode().strip().startswith('<div class="help-text">')
    assert "HX-Request" in part.headers["Vary"]


def test_first_steps_of_ones_own_role_come_first(cast, client):
    index = help_index(cast.lead_approver)
    assert [role["is_own"] for role in index["roles"]] == [True, *[False] * 6]
    client.force_login(cast.lead_approver)
    page = client.get("/help/").content.decode()
    assert all(f'href="/help/{code}/"' in page for code in TOPICS)


def test_a_page_that_is_none_has_no_topic():
    assert help_topic("no:such") == ""
