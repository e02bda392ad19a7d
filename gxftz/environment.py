"""Values from the environment, each checked: a bad one stops the program and says which and what is expected.

An empty value counts as unset, so that `REDIS_URL= make run` means "without Redis".
"""

import os
from collections.abc import Iterable
from urllib.parse import urlsplit

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


def read_text(name: str, default: str = "") -> str:
    """The value of `name` without surrounding blanks, or `default`."""
    return os.environ.get(name, "").strip() or default


def read_flag(name: str, *, default: bool) -> bool:
    """True or false, written 1/0, true/false, yes/no or on/off."""
    word = read_text(name).lower()
    if not word:
        return default
    if word not in TRUE_WORDS | FALSE_WORDS:
        raise ValueError(f"{name}={word!r}: expected 1 or 0.")
    return word in TRUE_WORDS


def read_number(name: str, *, default: int, least: int = 0, most: int = 2**31 - 1) -> int:
    """A whole number between `least` and `most`, both included."""
    word = read_text(name, str(default))
    if not word.isascii() or not word.isdigit() or not least <= int(word) <= most:
        raise ValueError(f"{name}={word!r}: expected a whole number from {least} to {most}.")
    return int(word)


def read_choice(name: str, *, default: str, choices: Iterable[str]) -> str:
    """One of `choices`."""
    word = read_text(name, default)
    if word not in choices:
        raise ValueError(f"{name}={word!r}: expected one of {', '.join(choices)}.")
    return word


def read_names(name: str, default: Iterable[str] = ()) -> list[str]:
    """Several values, separated by commas."""
    return [part.strip() for part in read_text(name).split(",") if part.strip()] or list(default)


def read_url(name: str, *, default: str, schemes: Iterable[str]) -> str:
    """An address whose scheme is one of `schemes`."""
    url = read_text(name, default)
    if urlsplit(url).scheme not in set(schemes):
        # The value is not repeated: addresses carry passwords.
        raise ValueError(f"{name}: expected an address that starts with {' or '.join(f'{s}://' for s in schemes)}.")
    return url


def join_address(host: str, port: int) -> str:
    """`host:port`, with the brackets that an IPv6 address needs."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
