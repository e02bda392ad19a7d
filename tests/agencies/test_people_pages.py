import re

import pytest
from django.urls import reverse

from agencies.models import User
from agencies.roles import Role
from ledger.models import Event
from ledger.readers import last_sequence
from tests.cast import PARTS
from tests.factories import UserFactory

PEOPLE = "/people/"
NEW = "/people/new/"
SEES_ALL = {"supervisor", "director", "leader", "administrator"}
PASSWORD_SHOWN = re.compile(r'<code class="password">([a-z2-9-]{19})</code>')


def page_of(user):
    return reverse("agencies:person", args=[user.pk])


def entered(user, **changes):
    """What the page would send for a person who is there."""
    values = {"name": user.name, "role": user.role, "agency": user.agency_id or "", "phone": user.phone}
    return {**values, "email": user.email, "version": user.version, **changes}


@pytest.fixture
def administrator(cast, client):
    client.force_login(cast.administrator)
    return client


# --- the list ---


@pytest.mark.parametrize("part", PARTS)
def test_people_shows_each_role_whom_it_may_see(cast, client, part):
    client.force_login(getattr(cast, part))
    response = client.get(PEOPLE)
    if part == "auditor":
        assert response.status_code == 403
        return
    shown = {user.username for user in response.context["page"].object_list}
    own = {each for each in PARTS if getattr(cast, each).agency_id == getattr(cast, part).agency_id}
    assert shown == (set(PARTS) if part in SEES_ALL else own)
    assert ("新增人员" in response.content.decode()) == (part == "administrator")


def test_people_never_shows_service_accounts(cast, administrator):
    UserFactory(username="client-1", name="接口账号甲", role=Role.CLIENT, agency=None)
    assert "接口账号甲" not in administrator.get(PEOPLE).content.decode()


def test_people_asks_a_stranger_to_log_in(cast, client):
    assert client.get(PEOPLE).url == f"/accounts/login/?next={PEOPLE}"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "lead_"}, {"lead_reporter", "lead_approver"}),
        ({"q": "姓名 outsider"}, {"outsider"}),
        ({"agency": "co-unit"}, {"co_reporter", "co_approver"}),
        ({"role": "approver"}, {"lead_approver", "co_approver", "outsider"}),
        ({"role": "approver", "agency": "co-unit"}, {"co_approver"}),
        ({"state": "left"}, {"left"}),
        ({"q": "zzz"}, set()),
    ],
)
def test_people_filters_by_what_the_address_says(cast, administrator, query, expected):
    UserFactory(username="left", agency=cast.lead, is_active=False)
    response = administrator.get(PEOPLE, query)
    assert {user.username for user in response.context["page"].object_list} == expected
    assert ("没有符合条件的人员" in response.content.decode()) == (not expected)


def test_people_leaves_out_who_has_left_unless_asked(cast, administrator):
    UserFactory(username="left", agency=cast.lead, is_active=False)
    assert "left" not in {user.username for user in administrator.get(PEOPLE).context["page"].object_list}
    assert len(administrator.get(PEOPLE, {"state": "all"}).context["page"].object_list) == len(PARTS) + 1


@pytest.mark.parametrize("query", [{"agency": "nowhere"}, {"role": "king"}, {"state": "x"}])
def test_people_with_a_broken_filter_lists_nobody_and_says_so(cast, administrator, query):
    response = administrator.get(PEOPLE, query)
    assert response.status_code == 400
    assert not response.context["page"].object_list
    assert "筛选条件有误" in response.content.decode()


@pytest.mark.parametrize("number", [1, 30])
def test_people_costs_the_same_whatever_the_number(cast, administrator, number, django_assert_max_num_queries):
    UserFactory.create_batch(number)
    with django_assert_max_num_queries(12):
        administrator.get(PEOPLE)


# --- a new person ---


def test_person_new_makes_the_account_and_shows_its_password_once(cast, administrator):
    data = {"username": "zhang", "name": "张三", "role": "reporter", "agency": "lead-unit"}
    response = administrator.post(NEW, data)
    password = PASSWORD_SHOWN.search(response.content.decode())[1]
    assert "no-store" in response["Cache-Control"]
    user = User.objects.get(username="zhang")
    assert user.check_password(password)
    assert Event.objects.get(kind="user", key="zhang").actor_id == cast.administrator.actor_id
    assert password not in administrator.get(page_of(user)).content.decode()


def test_person_new_takes_the_unit_from_the_address(cast, administrator):
    response = administrator.get(NEW, {"agency": "co-unit"})
    assert '<option value="co-unit" selected>' in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"username": "lead_reporter"}, "username", "已有同名账号"),
        ({"name": ""}, "name", "请填写此项"),
        ({"role": "client"}, "role", "选择"),
        ({"agency": ""}, "agency", "必须属于一个单位"),
        ({"role": "supervisor"}, "agency", "必须属于办公室"),
        ({"email": "x"}, "email", "邮"),
    ],
)
def test_person_new_says_what_is_wrong_and_keeps_what_was_entered(cast, administrator, changes, field, message):
    before = last_sequence()
    data = {"username": "zhang", "name": "张三", "role": "reporter", "agency": "lead-unit", **changes}
    response = administrator.post(NEW, data)
    assert response.status_code == 400
    assert message in str(response.context["form"].errors[field])
    assert response.context["form"]["phone"].value() is None
    assert response.context["form"]["username"].value() == data["username"]
    assert last_sequence() == before


@pytest.mark.parametrize("part", [part for part in PARTS if part != "administrator"])
def test_person_new_is_for_the_administrator(cast, client, part):
    client.force_login(getattr(cast, part))
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, {"username": "zhang", "name": "张三", "role": "leader"}).status_code == 403
    assert not User.objects.filter(username="zhang").exists()


# --- a person ---


def test_person_saves_what_the_administrator_entered(cast, administrator):
    user = cast.lead_reporter
    response = administrator.post(page_of(user), entered(user, name="李四", role="approver", phone="0771-3"))
    assert response.url == page_of(user)
    user.refresh_from_db()
    assert (user.name, user.role, user.phone) == ("李四", "approver", "0771-3")


def test_person_shows_the_other_version_before_it_is_replaced(cast, administrator):
    user = cast.lead_reporter
    administrator.post(page_of(user), entered(user, name="先保存"))
    response = administrator.post(page_of(user), entered(user, name="后保存"))
    text = response.content.decode()
    assert response.status_code == 412
    assert "别人保存后的内容如下" in text
    assert 'value="后保存"' in text
    assert 'name="version" value="2"' in text
    user.refresh_from_db()
    assert user.name == "先保存"


def test_person_refuses_ones_own_role_on_the_form(cast, administrator):
    user = cast.administrator
    response = administrator.post(page_of(user), entered(user, role="leader"))
    assert response.status_code == 403
    assert "不能调整自己的岗位" in response.content.decode()


@pytest.mark.parametrize("changes", [{"version": "x"}, {"role": "king"}, {"agency": "nowhere"}, {"name": "长" * 61}])
def test_person_refuses_bad_input(cast, administrator, changes):
    before = last_sequence()
    user = cast.lead_reporter
    assert administrator.post(page_of(user), entered(user, **changes)).status_code == 400
    assert last_sequence() == before


@pytest.mark.parametrize("part", [part for part in PARTS if part != "administrator"])
def test_person_is_read_by_those_who_see_and_changed_by_nobody_else(cast, client, part):
    client.force_login(getattr(cast, part))
    own, other = cast.lead_reporter, cast.outsider
    sees_own = part in SEES_ALL | {"lead_reporter", "lead_approver"}
    sees_other = part in SEES_ALL | {"outsider"}
    assert client.get(page_of(own)).status_code == (200 if sees_own else 404)
    assert client.get(page_of(other)).status_code == (200 if sees_other else 404)
    assert client.post(page_of(own), entered(own, name="改")).status_code == (403 if sees_own else 404)
    for action in ("person_deactivate", "person_reactivate", "person_password"):
        response = client.post(reverse(f"agencies:{action}", args=[own.pk]), {"version": 1})
        assert response.status_code == (403 if sees_own else 404)
    own.refresh_from_db()
    assert (own.is_active, own.version) == (True, 1)


def test_person_of_a_service_account_is_not_found(cast, administrator):
    account = UserFactory(role=Role.CLIENT, agency=None)
    assert administrator.get(page_of(account)).status_code == 404


# --- the account ---


def test_deactivate_and_reactivate_go_there_and_back(cast, administrator):
    user = cast.co_reporter
    deactivate = reverse("agencies:person_deactivate", args=[user.pk])
    text = administrator.post(deactivate, {"reason": "离岗", "version": 1}, follow=True).content.decode()
    assert "已停用" in text
    assert Event.objects.get(verb="deactivated").reason == "离岗"
    response = administrator.post(deactivate, {"version": 2})
    assert response.status_code == 409
    assert "该账号已经停用" in response.content.decode()
    administrator.post(reverse("agencies:person_reactivate", args=[user.pk]), {"version": 2})
    user.refresh_from_db()
    assert user.is_active
    assert administrator.post(reverse("agencies:person_reactivate", args=[user.pk])).status_code == 409


def test_deactivate_refuses_the_last_administrator_and_oneself_on_the_page(cast, administrator):
    url = reverse("agencies:person_deactivate", args=[cast.administrator.pk])
    response = administrator.post(url, {"version": 1})
    assert response.status_code == 403
    assert "不能停用自己的账号" in response.content.decode()
    assert administrator.post(url, {"version": "x"}).status_code == 400


def test_reset_password_shows_the_new_one_once(cast, administrator):
    response = administrator.post(reverse("agencies:person_password", args=[cast.co_reporter.pk]), {"version": 1})
    password = PASSWORD_SHOWN.search(response.content.decode())[1]
    cast.co_reporter.refresh_from_db()
    assert cast.co_reporter.check_password(password)
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("action", ["person_deactivate", "person_reactivate", "person_password"])
def test_account_buttons_take_only_post(cast, administrator, action):
    assert administrator.get(reverse(f"agencies:{action}", args=[cast.co_reporter.pk])).status_code == 405
