from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from agencies.management.commands import create_administrator
from agencies.models import ApiToken, User
from agencies.roles import Role
from common import clock
from ledger.models import Event
from tests.factories import PASSWORD, AgencyFactory, UserFactory

pytestmark = pytest.mark.django_db


def run(name, *arguments):
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


# --- create_administrator ---


def test_create_administrator_reads_the_password_from_the_environment(monkeypatch):
    monkeypatch.setenv("GXFTZ_ADMIN_PASSWORD", PASSWORD)
    out = run("create_administrator", "--username", "admin", "--name", "管理员甲", "--email", "a@example.test")
    user = User.objects.get()
    assert (user.username, user.name, user.role, user.email) == (
        "admin",
        "管理员甲",
        Role.ADMINISTRATOR,
        "a@example.test",
    )
    assert user.check_password(PASSWORD)
    assert PASSWORD not in out
    assert Event.objects.get().actor_name == "命令行"


def test_create_administrator_asks_twice_on_a_terminal(monkeypatch):
    monkeypatch.delenv("GXFTZ_ADMIN_PASSWORD", raising=False)
    monkeypatch.setattr(create_administrator.Command, "stdin_is_terminal", staticmethod(lambda: True))
    answers = iter([PASSWORD, PASSWORD, PASSWORD, "another pass phrase"])
    monkeypatch.setattr(create_administrator, "getpass", lambda _prompt: next(answers))
    run("create_administrator", "--username", "admin")
    with pytest.raises(CommandError, match="两次输入的密码不同"):
        run("create_administrator", "--username", "other")
    assert User.objects.get().name == "admin"


def test_create_administrator_without_terminal_or_variable_says_what_to_do(monkeypatch):
    monkeypatch.setenv("GXFTZ_ADMIN_PASSWORD", "")
    monkeypatch.setattr(create_administrator.Command, "stdin_is_terminal", staticmethod(lambda: False))
    with pytest.raises(CommandError, match="GXFTZ_ADMIN_PASSWORD"):
        run("create_administrator", "--username", "admin")


@pytest.mark.parametrize(("username", "password"), [("taken", PASSWORD), ("admin", "short"), ("a b", PASSWORD)])
def test_create_administrator_refuses_and_leaves_nothing(monkeypatch, username, password):
    UserFactory(username="taken")
    monkeypatch.setenv("GXFTZ_ADMIN_PASSWORD", password)
    with pytest.raises(CommandError):
        run("create_administrator", "--username", username)
    assert User.objects.count() == 1
    assert not Event.objects.exists()


# --- create_api_token ---


def test_create_api_token_prints_the_token_alone():
    out = run("create_api_token", "--name", "中台", "--scopes", "progress:read, changes:read")
    token = ApiToken.objects.select_related("user").get()
    assert out.startswith("gxftz_")
    assert out.count("\n") == 1
    assert " " not in out
    assert token.scopes == ["progress:read", "changes:read"]
    assert (token.expiry, token.user.role, token.user.agency) == (None, Role.CLIENT, None)


def test_create_api_token_takes_unit_person_and_days(monkeypatch):
    AgencyFactory(code="commerce")
    user = UserFactory(username="zhang", agency=AgencyFactory(code="finance"))
    run("create_api_token", "--name", "一", "--scopes", "progress:read", "--agency", "commerce", "--days", "30")
    run("create_api_token", "--name", "二", "--scopes", "progress:read", "--user", "zhang")
    first, second = ApiToken.objects.select_related("user").order_by("created")
    assert first.user.agency_id == "commerce"
    assert timedelta(days=29) < first.expiry - clock.now() <= timedelta(days=30)
    assert second.user == user


@pytest.mark.parametrize(
    "arguments",
    [
        ("--name", "一", "--scopes", "root"),
        ("--name", "一", "--scopes", ""),
        ("--name", "一", "--scopes", "progress:read", "--agency", "nowhere"),
        ("--name", "一", "--scopes", "progress:read", "--user", "nobody"),
        ("--name", "一", "--scopes", "progress:read", "--days", "0"),
    ],
)
def test_create_api_token_refuses_and_leaves_nothing(arguments):
    with pytest.raises(CommandError):
        run("create_api_token", *arguments)
    assert not User.objects.exists()
    assert not ApiToken.objects.exists()
