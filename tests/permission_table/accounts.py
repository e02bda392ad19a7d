"""Accounts: the addresses that django-allauth brings. Who is signed in is sent on from the pages for strangers (302).

Its views answer methods of their own choice, so others than these are only held to change nothing.
"""

from tests.factories import PASSWORD
from tests.permission_table.rows import ANONYMOUS, ANYONE, EVERYBODY, Row, get, group, post

STRANGER = group(ANONYMOUS)
LOGIN = {"login": "co_reporter", "password": PASSWORD}
NEW_ACCOUNT = {"username": "stranger", "password1": PASSWORD, "password2": PASSWORD}
NEW_PASSWORD = {"oldpassword": PASSWORD, "password1": "another horse battery", "password2": "another horse battery"}

ACCOUNTS: tuple[Row, ...] = (
    get("account_login", STRANGER, others=302),
    post("account_login", ANYONE, LOGIN, changing=group()),
    get("account_logout", EVERYBODY),
    post("account_logout", ANYONE, changing=group()),
    get("account_inactive", ANYONE),
    get("account_reauthenticate", EVERYBODY),
    post("account_reauthenticate", EVERYBODY, {"password": PASSWORD}, changing=group()),
    get("account_change_password", EVERYBODY),
    post("account_change_password", EVERYBODY, NEW_PASSWORD),
    get("account_set_password", EVERYBODY, status=302),  # for those who have none yet
    # nobody signs up, and nobody enters an address but the administrator
    get("account_signup", STRANGER, others=302),
    post("account_signup", STRANGER, NEW_ACCOUNT, others=302, status=200, changing=group()),
    get("account_email", EVERYBODY),
    get("account_email_verification_sent", ANYONE),
    get("account_confirm_email", ANYONE, on="key"),
    post("account_confirm_email", ANYONE, on="key", status=404),
    get("account_confirm_login_code", group(), others=302),
    # 忘记密码: by a letter to the address that the administrator has entered
    get("account_reset_password", ANYONE),
    post("account_reset_password", ANYONE, {"email": "co_reporter@example.test"}),  # noted by the library
    get("account_reset_password_done", ANYONE),
    get("account_reset_password_from_key", ANYONE, on="key"),
    post("account_reset_password_from_key", ANYONE, NEW_PASSWORD, on="key", status=200, changing=group()),
    get("account_reset_password_from_key_done", ANYONE),
)
