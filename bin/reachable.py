"""Can these services be reached? Says which cannot; used before tests that need them."""

import socket
import sys
from urllib.parse import urlsplit

USUAL_PORTS = {"postgres": 5432, "postgresql": 5432, "redis": 6379}


def is_reachable(url: str) -> bool:
    """Does something answer at the host and port of `url`?"""
    parts = urlsplit(url)
    address = (parts.hostname or "127.0.0.1", parts.port or USUAL_PORTS[parts.scheme])
    try:
        socket.create_connection(address, timeout=3).close()
    except OSError as error:
        sys.stderr.write(f"{parts.scheme} at {address[0]}:{address[1]}: {error.strerror or error}\n")
        return False
    return True


if __name__ == "__main__":
    sys.exit(0 if all(map(is_reachable, sys.argv[1:])) else 1)
