import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from agencies.actions import create_api_token, create_calendar_token, revoke_api_token, rotate_api_token
from agencies.authentication import find_token
from agencies.models import ApiToken
from ledger.readers import last_sequence
from tests.cast import PARTS
from tests.factories import NOW, UserFactory

TOKENS = "/tokens/"
NEW = "/tokens/new/"
KEY = re.compile(r'<textarea id="key"[^>]*>\s*([^<]+)</textarea>')
CALL = re.compile(r'<textarea id="call"[^>]*>\s*([^<]+)</textarea>')
ENTERED = {"name": "省平台", "scopes": ["progress:read", "changes:read"], "expires_at": "2027-11-18"}


@pytest.fixture(autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def administrator(cast, client):
    client.force_login(cast.administrator)
    return client


@pytest.fixture
def approver(cast, client):
    client.force_login(cast.lead_approver)
    return client


def make(cast, **changes):
    values = {"name": "数据中台", "scopes": ["progress:read"], "by": cast.administrator, "now": NOW}
    return create_api_token(**{**values, **changes})[0]


def address(token, name="token"):
    return reverse(f"agencies:{name}", args=[token.token_key])


def shown(response):
    return [row["token_key"] for row in response.context["rows"]]


def text_of(response):
    return response.content.decode()


# --- the list ---


@pytest.mark.parametrize("part", PARTS)
def test_tokens_shows_each_person_the_own_and_the_administrator_all(cast, client, part):
    make(cast)
    mine = make(cast, user=cast.lead_approver)
    client.force_login(getattr(cast, part))
    response = client.get(TOKENS)
    assert len(shown(response)) == {"administrator": 2, "lead_approver": 1}.get(part, 0)
    assert (mine.token_key in text_of(response)) == (part in {"administrator", "lead_approver"})
    assert ("新建令牌" in text_of(response)) == (part == "administrator")
    assert ("生成日历订阅地址" in text_of(response)) == (part != "auditor")


def test_tokens_says_all_of_each(cast, administrator):
    token = make(cast, agency=cast.lead, networks=["10.1.0.0/16"], per_minute=77, expires_at=NOW + timedelta(days=90))
    ApiToken.objects.update(last_used_at=NOW, last_used_from="10.1.2.3")
    page = text_of(administrator.get(TOKENS))
    for said in ("数据中台", f"{token.token_key}…", cast.lead.full_label, "读取进展", "2027-02-16 10:00", "10.1.0.0/16",
                 "77", "2026-11-18 10:00", "10.1.2.3", "有效"):  # fmt: skip
        assert said in page, said


@pytest.mark.parametrize(
    ("days", "said"),
    [(0.5, "不到 1 天即到期"), (17.5, "17 天后到期"), (30, "30 天后到期"), (31, "有效"), (None, "永不过期")],
)
def test_tokens_says_how_long_each_lasts(cast, administrator, days, said):
    make(cast, expires_at=None if days is None else NOW + timedelta(days=days))
    page = text_of(administrator.get(TOKENS))
    assert said in page
    assert ("将在 30 天内到期" in page) == ("到期" in said)


def test_tokens_warns_of_no_key_that_was_replaced(cast, administrator):
    rotate_api_token(token=make(cast), by=cast.administrator, now=NOW)
    page = text_of(administrator.get(TOKENS))
    assert "已换发，到期前仍可用" in page
    assert "将在 30 天内到期" not in page


def test_tokens_shows_what_has_ended_on_request(cast, administrator):
    live, revoked, expired = (make(cast, name=name, expires_at=NOW + timedelta(days=9)) for name in "甲乙丙")
    revoke_api_token(token=revoked, by=cast.administrator, now=NOW)
    ApiToken.objects.filter(pk=expired.pk).update(expiry=NOW)
    assert shown(administrator.get(TOKENS)) == [live.token_key]
    ended = administrator.get(TOKENS, {"state": "ended"})
    assert set(shown(ended)) == {revoked.token_key, expired.token_key}
    assert "已吊销" in text_of(ended)
    assert "已到期" in text_of(ended)
    assert len(shown(administrator.get(TOKENS, {"state": "all"}))) == 3


def test_tokens_that_have_all_ended_are_not_called_none(cast, administrator):
    assert "还没有令牌" in text_of(administrator.get(TOKENS))
    revoke_api_token(token=make(cast), by=cast.administrator, now=NOW)
    page = text_of(administrator.get(TOKENS))
    assert "没有有效的令牌" in page
    assert f'href="{TOKENS}?state=ended"' in page


@pytest.mark.parametrize(
    ("q", "count"), [("中台", 1), ("数据 中台", 1), ("lead_approver", 1), ("gxftz_", 2), ("zzz", 0)]
)
def test_tokens_are_found_by_name_account_and_beginning(cast, administrator, q, count):
    make(cast)
    make(cast, name="分析", user=cast.lead_approver)
    response = administrator.get(TOKENS, {"q": q})
    assert len(shown(response)) == count
    assert ("没有符合条件的令牌" in text_of(response)) == (count == 0)


def test_tokens_with_a_broken_filter_lists_none_and_says_so(cast, administrator):
    make(cast)
    response = administrator.get(TOKENS, {"state": "x"})
    assert (response.status_code, shown(response)) == (400, [])
    assert "筛选条件有误" in text_of(response)


def test_tokens_without_any_says_what_they_are_for(cast, administrator):
    page = text_of(administrator.get(TOKENS))
    assert "还没有令牌" in page
    assert "create_api_token --name" in page


@pytest.mark.parametrize("number", [1, 30])
def test_tokens_costs_the_same_whatever_the_number(cast, administrator, number, django_assert_max_num_queries):
    for each in range(number):
        make(cast, name=f"令牌{each}", agency=cast.lead)
    with django_assert_max_num_queries(8):
        assert len(shown(administrator.get(TOKENS))) == number


# --- a new one ---


def test_token_new_shows_the_key_once_with_a_line_to_try_it(cast, administrator):
    response = administrator.post(NEW, {**ENTERED, "agency": "lead-unit", "networks": "10.1.0.0/16\n\n2001:db8::/32 "})
    key, call = KEY.search(text_of(response))[1], CALL.search(text_of(response))[1]
    assert "no-store" in response["Cache-Control"]
    token = find_token(key, address="10.1.2.3", moment=NOW)
    assert (token.user.agency_id, token.scopes) == ("lead-unit", ENTERED["scopes"])
    assert token.networks == ["10.1.0.0/16", "2001:db8::/32"]
    assert token.expiry.isoformat() == "2027-11-18T15:59:59+00:00"  # to the end of the day in Nanning
    assert call == f"curl -H &#x27;Authorization: Bearer {key}&#x27; &#x27;http://testserver/api/v1/tasks/&#x27;"
    assert f'data-copy="{key}"' in text_of(response)
    for page in (TOKENS, address(token)):
        assert key not in text_of(administrator.get(page))


def test_token_new_suggests_a_year(cast, administrator):
    assert 'value="2027-11-18"' in text_of(administrator.get(NEW))


def test_token_new_without_an_end_never_ends(cast, administrator):
    response = administrator.post(NEW, {**ENTERED, "expires_at": ""})
    assert "永不过期" in text_of(response)
    assert ApiToken.objects.get().expiry is None


def test_token_new_for_a_person(cast, administrator):
    administrator.post(NEW, {**ENTERED, "user": "lead_approver"})
    assert ApiToken.objects.get().user == cast.lead_approver


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"name": ""}, "name", "请填写此项"),
        ({"scopes": []}, "scopes", "请至少选一项权限"),
        ({"scopes": ["root"]}, "scopes", "root"),
        ({"expires_at": "2026-11-17"}, "expires_at", "在现在之后"),
        ({"expires_at": "明年"}, "expires_at", "2026-12-31"),
        ({"networks": "10.1.2.3/16"}, "networks", "10.1.2.3/16"),
        ({"per_minute": "0"}, "per_minute", "1"),
        ({"user": "lead_approver", "agency": "co-unit"}, "agency", "不属于这个单位"),
        ({"user": "nobody"}, "user", "选"),
    ],
)
def test_token_new_explains_what_is_wrong_and_leaves_nothing(cast, administrator, changes, field, message):
    before = last_sequence()
    response = administrator.post(NEW, {**ENTERED, **changes})
    assert response.status_code == 400
    assert message in "".join(response.context["form"].errors[field])
    assert (ApiToken.objects.count(), last_sequence()) == (0, before)


def test_token_calendar_gives_an_address_of_ones_own(cast, approver):
    response = approver.post("/tokens/calendar/")
    where = KEY.search(text_of(response))[1]
    start, _mark, key = where.partition("?token=")
    assert start == "http://testserver/api/v1/calendar.ics"
    assert find_token(key, address="", moment=NOW).user == cast.lead_approver
    assert "no-store" in response["Cache-Control"]


def test_token_calendar_refuses_one_too_many_on_a_page(cast, approver):
    for _each in range(5):
        create_calendar_token(by=cast.lead_approver, now=NOW)
    response = approver.post("/tokens/calendar/")
    assert response.status_code == 409
    assert "已有 5 个日历订阅地址" in text_of(response)


# --- one token ---


def test_token_changes_limits(cast, administrator):
    token = make(cast)
    response = administrator.post(address(token), {"networks": "10.1.0.0/16", "per_minute": "30"})
    assert response.url == address(token)
    token.refresh_from_db()
    assert (token.networks, token.per_minute) == (["10.1.0.0/16"], 30)


def test_token_changed_by_somebody_else_shows_what_stands_and_saves_the_second_time(cast, administrator):
    token = make(cast)
    opened = administrator.get(address(token)).context["form"]["seen"].value()
    entered = {"networks": "10.9.0.0/16", "per_minute": ""}
    administrator.post(address(token), {"networks": "", "per_minute": "30", "seen": opened})
    response = administrator.post(address(token), {**entered, "seen": opened})
    assert response.status_code == 412
    assert response.context["form"].current.per_minute == 30
    again = response.context["form"]["seen"].value()
    assert administrator.post(address(token), {**entered, "seen": again}).status_code == 302
    token.refresh_from_db()
    assert (token.networks, token.per_minute) == (["10.9.0.0/16"], None)


@pytest.mark.parametrize("seen", ["x", "[]", "1", '{"networks": []}', "null"])
def test_token_takes_what_was_seen_only_as_the_page_wrote_it(cast, administrator, seen):
    response = administrator.post(address(make(cast)), {"networks": "", "per_minute": "30", "seen": seen})
    assert response.status_code in {302, 400}


def test_token_refuses_what_is_no_address_and_keeps_what_was_entered(cast, administrator):
    response = administrator.post(address(make(cast)), {"networks": "example.cn", "per_minute": ""})
    assert response.status_code == 400
    assert "example.cn</textarea>" in text_of(response)


def test_token_of_an_owner_has_no_limits_to_change(cast, approver):
    token = make(cast, user=cast.lead_approver)
    page = text_of(approver.get(address(token)))
    assert 'name="networks"' not in page
    assert "换发令牌" in page
    assert approver.post(address(token), {"networks": ""}).status_code == 403


def test_token_that_has_ended_offers_nothing(cast, administrator):
    token = make(cast)
    revoke_api_token(token=token, by=cast.administrator, now=NOW)
    page = text_of(administrator.get(address(token)))
    assert "已吊销" in page
    for name in ("networks", "overlap", "is_sure"):
        assert f'name="{name}"' not in page


def test_token_rotate_shows_the_new_key_once_and_until_when_the_old_one_is_good(cast, administrator):
    token = make(cast)
    response = administrator.post(address(token, "token_rotate"), {"overlap": "3"})
    new = find_token(KEY.search(text_of(response))[1], address="", moment=NOW)
    assert new.replaces == token
    assert "2026-11-21 10:00 失效" in text_of(response)
    assert "no-store" in response["Cache-Control"]
    assert new.token_key in text_of(administrator.get(address(token)))
    assert token.token_key in text_of(administrator.get(address(new)))


@pytest.mark.parametrize("overlap", ["", "31", "-1", "x"])
def test_token_rotate_refuses_a_wrong_number_of_days(cast, administrator, overlap):
    response = administrator.post(address(make(cast), "token_rotate"), {"overlap": overlap})
    assert response.status_code == 400
    assert response.context["rotate_form"].errors["overlap"]
    assert ApiToken.objects.count() == 1


def test_token_rotate_a_second_time_is_refused_on_a_page(cast, administrator):
    token = make(cast)
    rotate_api_token(token=token, by=cast.administrator, now=NOW)
    response = administrator.post(address(token, "token_rotate"), {"overlap": "3"})
    assert response.status_code == 409
    assert "已经换发过" in text_of(response)


def test_token_revoke_asks_to_be_sure(cast, administrator):
    token = make(cast)
    response = administrator.post(address(token, "token_revoke"))
    assert response.status_code == 400
    assert "请先确认" in text_of(response)
    token.refresh_from_db()
    assert token.revoked_at is None


def test_token_revoke_ends_the_key(cast, approver):
    token = make(cast, user=cast.lead_approver)
    response = approver.post(address(token, "token_revoke"), {"is_sure": "on"}, follow=True)
    assert "已吊销令牌“数据中台”" in text_of(response)
    token.refresh_from_db()
    assert token.revoked_by == cast.lead_approver


def test_a_persons_own_page_leads_to_the_tokens(cast, client):
    client.force_login(UserFactory(username="somebody"))
    assert 'href="/tokens/"' in text_of(client.get("/preferences/"))
