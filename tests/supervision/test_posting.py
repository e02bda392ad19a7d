"""Where a push may lead: 80 ways to write an address that nothing may be sent to, and what may."""

import ipaddress
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException

import pytest

from supervision import posting
from supervision.posting import PostRefusedError, find_target, is_public, post
from tests.supervision.receiver import receiving

# As people and attackers write them; what is no literal address is looked up as the system does it.
REFUSED_HOSTS = [
    # this machine
    "127.0.0.1", "127.1", "127.0.1", "127.127.127.127", "127.255.255.254", "2130706433", "017700000001", "0177.0.0.1",
    "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0x7F.0x0.0x0.0x1", "0", "0.0.0.0", "00.0.0.0", "0x0", "0.0.0.1", "localhost",
    "LOCALHOST", "[::1]", "[0:0:0:0:0:0:0:1]", "[0000:0000::0001]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]",
    "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:7f00:0001::1]", "[2001:0:7f00:1::1]",
    # private networks
    "10.0.0.1", "10.255.255.255", "10.1", "167772161", "0x0a000001", "012.0.0.1", "172.16.0.1", "172.31.255.254",
    "2886729729", "0xac100001", "192.168.0.1", "192.168.1", "3232235521", "0xc0a80001", "0300.0250.0.1",
    "[::ffff:10.0.0.1]", "[::ffff:a00:1]", "[::ffff:192.168.1.1]", "[64:ff9b::10.0.0.1]", "[2002:a00:1::]",
    "[2002:c0a8:101::1]", "[fc00::1]", "[fd00::1]", "[fdff:ffff::1]", "[fec0::1]",
    # metadata services, and what is near by
    "169.254.169.254", "169.254.1.1", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "0xa9.0xfe.0xa9.0xfe",
    "169.16689662", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[64:ff9b::169.254.169.254]",
    "[2002:a9fe:a9fe::]",
    "[fd00:ec2::254]", "[fe80::1]", "[fe80::a9fe:a9fe]", "100.100.100.200", "100.64.0.1", "168.63.129.16.invalid",
    # nobody's, everybody's, examples
    "255.255.255.255", "4294967295", "224.0.0.1", "224.0.1.1", "239.255.255.250", "240.0.0.1", "192.0.0.1", "192.0.2.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "[ff02::1]", "[ff0e::1]", "[2001:db8::1]", "[100::1]", "[2001:10::1]",
]  # fmt: skip
REFUSED_URLS = [
    "", "https://", "//8.8.8.8/", "8.8.8.8", "ftp://8.8.8.8/", "file:///etc/passwd", "gopher://8.8.8.8/_x",
    "javascript:alert(1)", "https://user@8.8.8.8/", "https://user:word@8.8.8.8/", "https://8.8.8.8@127.0.0.1/",
    "https://8.8.8.8:99999/", "https://8.8.8.8:x/", "https://8.8.8.8:0/", "https://[::1/", "https://8.8.8.8/\r\nX: y",
    "https://8.8.8.8/ a", "https://8.8.8.8\x00/", "https://８.8.8.8/", "http://8.8.8.8/",
]  # fmt: skip


@pytest.mark.parametrize("host", REFUSED_HOSTS)
def test_find_target_refuses_what_the_internet_does_not_reach(host):
    with pytest.raises((PostRefusedError, OSError)):  # the latter where nobody knows the name
        find_target(f"https://{host}/hook")


@pytest.mark.parametrize("url", REFUSED_URLS)
def test_find_target_refuses_what_is_no_address(url):
    with pytest.raises(PostRefusedError):
        find_target(url)


def test_table_holds_eighty_ways():
    assert len(set(REFUSED_HOSTS)) >= 80


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "223.5.5.5", "2400:3200::1", "::ffff:8.8.8.8"])
def test_is_public_lets_the_internet_through(address):
    assert is_public(ipaddress.ip_address(address))


def test_find_target_pins_the_address_and_keeps_the_name():
    target = find_target("https://8.8.8.8:8443/a?b=c")
    assert (target.address, target.port, target.path, target.netloc) == ("8.8.8.8", 8443, "/a?b=c", "8.8.8.8:8443")
    assert find_target("https://8.8.8.8").path == "/"


@pytest.mark.parametrize("word", ["10.20.0.0/16", "10.20.3.4"])
def test_find_target_lets_allowed_networks_through_also_without_https(word):
    assert find_target("http://10.20.3.4/", allow=[word]).address == "10.20.3.4"
    with pytest.raises(PostRefusedError):
        find_target("http://10.21.3.4/", allow=[word])


def test_find_target_lets_an_allowed_host_through_and_no_other():
    assert find_target("http://localhost:9/", allow=["localhost"]).host == "localhost"
    with pytest.raises(PostRefusedError):
        find_target("http://127.0.0.1:9/", allow=["localhost"])


class Resolver:
    """A name server that gives another answer each time: rebinding. What is an address already is not asked about."""

    def __init__(self, *answers):
        self.answers, self.asked, self.literal = list(answers), 0, socket.getaddrinfo

    def __call__(self, host, port, *args, **kwargs):
        if not host.endswith(".test"):
            return self.literal(host, port, *args, **kwargs)
        self.asked += 1
        answer = self.answers.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in answer]


def test_post_looks_a_name_up_once_and_goes_there(monkeypatch):
    """First the allowed address, then another: what was checked is what is connected to."""
    with receiving() as receiver:
        resolver = Resolver(["127.0.0.1"], ["10.0.0.1"])
        monkeypatch.setattr(posting.socket, "getaddrinfo", resolver)
        answer = post(f"http://rebinding.test:{receiver.server_port}/x", b"{}", {}, allow=["127.0.0.0/8"])
    assert (answer.status, resolver.asked) == (200, 1)
    ((_path, headers, _body),) = receiver.taken
    assert headers["Host"] == f"rebinding.test:{receiver.server_port}"


def test_find_target_refuses_a_name_with_one_bad_address_among_good_ones(monkeypatch):
    monkeypatch.setattr(posting.socket, "getaddrinfo", Resolver(["8.8.8.8", "10.0.0.1"]))
    with pytest.raises(PostRefusedError):
        find_target("https://mixed.test/")


def test_post_follows_no_redirect():
    with receiving() as receiver:
        receiver.answers(302, Location="http://127.0.0.1:1/")
        answer = post(receiver.url, b"{}", {}, allow=["127.0.0.1"])
    assert (answer.status, answer.is_success, len(receiver.taken)) == (302, False, 1)


def test_post_reads_no_more_than_a_little():
    with receiving() as receiver:
        receiver.answers(200, b"x" * 1_000_000)
        answer = post(receiver.url, b"{}", {}, allow=["127.0.0.1"])
    assert len(answer.text) == posting.ANSWER_BYTES


@pytest.mark.parametrize(("word", "seconds"), [("120", 120), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("-1", None)])
def test_post_tells_when_to_ask_again(word, seconds):
    with receiving() as receiver:
        receiver.answers(503, Retry_After=word)
        assert post(receiver.url, b"{}", {}, allow=["127.0.0.1"]).retry_after == seconds


def test_post_ends_with_a_receiver_that_answers_byte_by_byte(monkeypatch):
    monkeypatch.setattr(posting, "ANSWER_SECONDS", 0.5)
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with ThreadPoolExecutor() as pool:
            pool.submit(answer_slowly, server)
            with suppress(OSError, HTTPException):  # what is cut off half-way may still be understood
                post(address, b"{}", {}, allow=["127.0.0.1"])
    assert time.monotonic() - began < 4


def answer_slowly(server):
    """A header that never ends."""
    line, _address = server.accept()
    with line, suppress(OSError):
        line.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _byte in range(200):
            line.sendall(b"x")
            time.sleep(0.05)


def test_post_speaks_tls_and_asks_for_a_certificate_of_the_host():
    """A receiver without TLS is not spoken to in plain text."""
    with receiving() as receiver:
        address = receiver.url.replace("http://", "https://")
        with pytest.raises(ssl.SSLError):
            post(address, b"{}", {}, allow=["127.0.0.1"])
    assert receiver.taken == []
