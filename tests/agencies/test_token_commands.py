from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from agencies.actions import create_api_token, revoke_api_token
from agencies.authentication import find_token
from agencies.models import ApiToken
from ledger.models import Event
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


def run(name, *arguments):
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def make(cast, name="中台", **changes):
    values = {"scopes": ["progress:read"], "by": cast.administrator, "now": NOW}
    return create_api_token(name=name, **{**values, **changes})[0]


# --- create_api_token ---


def test_create_api_token_takes_addresses_and_limit(cast):
    run(
        "create_api_token", "--name", "一", "--scopes", "progress:read", "--networks", "10.1.0.0/16, 2001:db8::/32",
        "--per-minute", "30",
    )  # fmt: skip
    token = ApiToken.objects.get()
    assert (token.networks, token.per_minute) == (["10.1.0.0/16", "2001:db8::/32"], 30)


@pytest.mark.parametrize("more", [("--networks", "10.1.2.3/16"), ("--per-minute", "0"), ("--per-minute", "x")])
def test_create_api_token_refuses_wrong_limits(cast, more):
    with pytest.raises(CommandError):
        run("create_api_token", "--name", "一", "--scopes", "progress:read", *more)
    assert not ApiToken.objects.exists()


# --- list_api_tokens ---


def test_list_api_tokens_prints_one_line_each_without_any_key(cast):
    token = make(cast, "数据 中台", agency=cast.lead, networks=["10.1.0.0/16"], expires_at=NOW + timedelta(days=20))
    head, line = run("list_api_tokens").splitlines()
    assert head.split("\t")[:4] == ["token_key", "name", "username", "agency"]
    assert line.split("\t") == [
        token.token_key, "数据 中台", token.user.username, cast.lead.full_label, "读取进展", "2026-12-08T10:00",
        "10.1.0.0/16", "-", "-", "-", "expiring",
    ]  # fmt: skip


def test_list_api_tokens_leaves_out_what_has_ended_unless_asked(cast):
    revoke_api_token(token=make(cast, "旧"), by=cast.administrator, now=NOW)
    make(cast, "新")
    assert len(run("list_api_tokens").splitlines()) == 2
    assert {line.split("\t")[-1] for line in run("list_api_tokens", "--all").splitlines()[1:]} == {"active", "revoked"}


# --- rotate_api_token ---


def test_rotate_api_token_prints_the_new_key_alone(cast):
    old = make(cast)
    out = run("rotate_api_token", "--name", "中台")
    assert out.count("\n") == 1
    assert find_token(out.strip(), address="", moment=NOW).replaces == old
    assert Event.objects.last().actor_name == "命令行"


def test_rotate_api_token_by_name_goes_on_with_the_newest(cast):
    make(cast)
    run("rotate_api_token", "--name", "中台", "--overlap", "3")
    run("rotate_api_token", "--name", "中台")
    assert ApiToken.objects.unreplaced().get().replaces.replaces is not None
    assert ApiToken.objects.count() == 3


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--user", "lead_approver"),
        ("--name", "无此名"),
        ("--name", "中台", "--user", "nobody"),
        ("--name", "中台", "--overlap", "31"),
        ("--name", "中台", "--overlap", "99999999999"),
        ("--key", "gxftz_000000000"),
    ],
)
def test_rotate_api_token_refuses_and_leaves_nothing(cast, arguments):
    make(cast, user=cast.lead_approver)
    with pytest.raises(CommandError):
        run("rotate_api_token", *arguments)
    assert ApiToken.objects.count() == 1


def test_rotate_api_token_names_those_it_cannot_choose_from(cast):
    one, two = make(cast), make(cast, user=cast.lead_approver)
    with pytest.raises(CommandError) as refused:
        run("rotate_api_token", "--name", "中台")
    lines = str(refused.value).splitlines()
    assert len(lines) == 3
    for token in (one, two):
        assert f"  --user {token.user.username} --key {token.token_key}" in lines
    run("rotate_api_token", "--name", "中台", "--user", "lead_approver")
    assert ApiToken.objects.get(replaces__isnull=False).replaces == two


@pytest.mark.parametrize("is_revoked", [True, False])
def test_rotate_api_token_finds_no_ended_key(cast, is_revoked):
    token = make(cast, expires_at=NOW + timedelta(days=1))
    if is_revoked:
        revoke_api_token(token=token, by=cast.administrator, now=NOW)
    with time_machine.travel(NOW + timedelta(days=0 if is_revoked else 1)), pytest.raises(CommandError, match="没有"):
        run("rotate_api_token", "--name", "中台")


# --- revoke_api_token ---


def test_revoke_api_token_ends_the_key_in_an_administrators_name(cast):
    token = make(cast)
    assert run("revoke_api_token", "--name", "中台", "--by", "administrator").strip() == token.token_key
    token.refresh_from_db()
    assert (token.revoked_at, token.revoked_by) == (NOW, cast.administrator)


def test_revoke_api_token_asks_which_of_two_that_overlap(cast):
    old = make(cast)
    run("rotate_api_token", "--name", "中台")
    with pytest.raises(CommandError, match="不止一个"):
        run("revoke_api_token", "--name", "中台", "--by", "administrator")
    run("revoke_api_token", "--key", old.token_key, "--by", "administrator")
    assert ApiToken.objects.get(revoked_at=None).replaces == old


@pytest.mark.parametrize("name", ["director", "nobody"])
def test_revoke_api_token_names_who_may_answer_for_it(cast, name):
    token = make(cast)
    with pytest.raises(CommandError, match="administrator"):
        run("revoke_api_token", "--name", "中台", "--by", name)
    token.refresh_from_db()
    assert token.revoked_at is None


def test_revoke_api_token_needs_somebody_who_answers_for_it(cast):
    make(cast)
    with pytest.raises(CommandError):
        run("revoke_api_token", "--name", "中台")
