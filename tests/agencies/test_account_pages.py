import pytest

from tests.factories import PASSWORD, UserFactory

LOGIN = "/accounts/login/"


def text(response):
    return " ".join(response.content.decode().split())


def test_login_names_the_system_the_plan_and_what_it_must_not_hold(client, db):
    shown = text(client.get(LOGIN))
    for words in (
        "任务督办系统",
        "中国（广西）自由贸易试验区建设实施方案",
        "本系统不得处理涉密信息",
        "账号由本系统管理员建立",
    ):
        assert words in shown
    assert "演示账号" not in shown


def test_login_offers_demonstration_accounts_only_where_there_are_some(client, cast):
    UserFactory(username="demo-director", role="director", agency=cast.office, is_demo=True, password=PASSWORD)
    UserFactory(username="demo-leader", role="leader", agency=None, is_demo=True, password=PASSWORD)
    UserFactory(username="demo-gone", role="leader", agency=None, is_demo=True, is_active=False)
    shown = text(client.get(LOGIN))
    assert "demo-director" in shown
    assert "demo-leader" in shown
    assert "demo-gone" not in shown
    assert "lead_reporter" not in shown


def test_login_with_a_wrong_password_says_so_and_keeps_the_name(client, db):
    UserFactory(username="zhou", password=PASSWORD)
    response = client.post(LOGIN, {"login": "zhou", "password": "wrong"})
    assert 'role="alert"' in text(response)
    assert 'value="zhou"' in text(response)


def test_login_leads_back_to_where_one_wanted_to_go(client, cast):
    UserFactory(username="zhou", password=PASSWORD, agency=cast.lead)
    response = client.post(f"{LOGIN}?next=/tasks/", {"login": "zhou", "password": PASSWORD})
    assert response.headers["Location"] == "/tasks/"


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("logout/", "退出登录"),
        ("password/change/", "修改密码"),
        ("password/reset/", "重置密码"),
        ("password/reset/done/", "重置密码"),
        ("password/reset/key/1-wrong/", "设置新密码"),
        ("password/reset/key/done/", "设置新密码"),
        ("inactive/", "账号已停用"),
        ("email/", "电子邮箱"),
        ("reauthenticate/", "确认身份"),
    ],
)
def test_every_page_about_the_account_is_part_of_this_site(client, db, address, title):
    client.force_login(UserFactory(username="zhou", password=PASSWORD))
    response = client.get(f"/accounts/{address}")
    assert response.status_code == 200
    assert f"<h1>{title}</h1>" in text(response)
    assert "gxftz.css" in text(response)


def test_nobody_signs_up(client, db):
    assert "不开放自行注册" in text(client.get("/accounts/signup/"))


def test_password_can_be_changed(client, db):
    user = UserFactory(username="zhou", password=PASSWORD)
    client.force_login(user)
    new = "another horse battery staple"
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", sent).status_code == 302
    user.refresh_from_db()
    assert user.check_password(new)


def test_logging_out_takes_a_post(client, db):
    client.force_login(UserFactory(username="zhou", password=PASSWORD))
    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session
