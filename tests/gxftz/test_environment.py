import pytest

from gxftz.environment import join_address, read_choice, read_flag, read_names, read_number, read_text, read_url


@pytest.fixture
def setenv(monkeypatch):
    return lambda value: monkeypatch.setenv("SETTING", value)


def test_read_text_takes_empty_for_unset(setenv):
    setenv("  ")
    assert read_text("SETTING", "default") == "default"


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("Yes", True), ("0", False), ("off", False), ("", True)])
def test_read_flag_knows_the_usual_words(setenv, value, expected):
    setenv(value)
    assert read_flag("SETTING", default=True) is expected


def test_read_flag_refuses_other_words(setenv):
    setenv("maybe")
    with pytest.raises(ValueError, match=r"SETTING='maybe': expected 1 or 0"):
        read_flag("SETTING", default=True)


@pytest.mark.parametrize("value", ["80a", "-1", "0", "65536", "8_000", "８０００", "1.5"])
def test_read_number_refuses_what_is_no_port(setenv, value):
    setenv(value)
    with pytest.raises(ValueError, match=r"SETTING=.+: expected a whole number from 1 to 65535"):
        read_number("SETTING", default=8000, least=1, most=65535)


@pytest.mark.parametrize(("value", "expected"), [("", 8000), ("1", 1), ("65535", 65535)])
def test_read_number_takes_both_ends(setenv, value, expected):
    setenv(value)
    assert read_number("SETTING", default=8000, least=1, most=65535) == expected


def test_read_names_splits_at_commas(setenv):
    setenv("a.example, b.example,")
    assert read_names("SETTING") == ["a.example", "b.example"]


def test_read_url_refuses_another_scheme_and_keeps_the_password_to_itself(setenv):
    setenv("mysql://user:hunter2@host/name")
    with pytest.raises(
        ValueError, match=r"SETTING: expected an address that starts with sqlite:// or postgres://"
    ) as error:
        read_url("SETTING", default="", schemes=("sqlite", "postgres"))
    assert "hunter2" not in str(error.value)


def test_read_choice_refuses_what_is_not_offered(setenv):
    setenv("LOUD")
    with pytest.raises(ValueError, match=r"SETTING='LOUD': expected one of DEBUG, INFO"):
        read_choice("SETTING", default="INFO", choices=("DEBUG", "INFO"))


@pytest.mark.parametrize(("host", "expected"), [("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80")])
def test_join_address_puts_brackets_round_ipv6(host, expected):
    assert join_address(host, 80) == expected
