import pytest

from agencies.networks import is_within, plain_address, read_network, write_network

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("10.1.2.3", "10.1.2.3"),
        (" 10.1.2.3 ", "10.1.2.3"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("2001:0DB8::0001", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("", ""),
        ("unknown", ""),
        ("10.1.2.3:80", ""),
        ("10.1.2.999", ""),
    ],
)
def test_plain_address_has_one_spelling(text, plain):
    assert plain_address(text) == plain


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("10.20.0.8", "10.20.0.8"),
        ("10.20.0.8/32", "10.20.0.8"),
        ("10.20.0.0/16", "10.20.0.0/16"),
        ("10.20.0.0/255.255.0.0", "10.20.0.0/16"),
        ("2001:DB8:0::/32", "2001:db8::/32"),
        ("::1", "::1"),
        ("::ffff:10.20.0.8", "10.20.0.8"),
        ("::ffff:10.20.0.0/112", "10.20.0.0/16"),
        ("::/0", "::/0"),
    ],
)
def test_network_is_written_as_people_write_it(text, written):
    assert write_network(read_network(text)) == written


@pytest.mark.parametrize(
    "text", ["10.20.0.8/16", "10.20", "example.cn", "", "10.0.0.0/33", "fe80::1%eth0/64", "１０.0.0.1x"]
)
def test_read_network_refuses_what_is_none(text):
    with pytest.raises(ValueError):  # noqa: PT011  what the library says
        read_network(text)


@pytest.mark.parametrize(
    ("address", "networks", "expected"),
    [
        ("10.20.3.4", ["10.20.0.0/16"], True),
        ("10.21.3.4", ["10.20.0.0/16"], False),
        ("10.21.3.4", ["10.20.0.0/16", "10.21.3.4"], True),
        ("::ffff:10.20.3.4", ["10.20.0.0/16"], True),
        ("10.20.3.4", ["::/0"], False),
        ("2001:db8::5", ["10.20.0.0/16", "2001:db8::/32"], True),
        ("2001:db9::5", ["2001:db8::/32"], False),
        ("", ["0.0.0.0/0", "::/0"], False),
        ("10.20.3.4", [], False),
    ],
)
def test_is_within_compares_by_kind_of_address(address, networks, expected):
    assert is_within(address, networks) is expected
