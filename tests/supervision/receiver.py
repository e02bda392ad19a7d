"""Another system that receives pushes: an HTTP server on this machine, for a test or for processes that are killed.

`python -m tests.supervision.receiver FILE` serves until it is ended, prints its port, and notes each webhook-id.
"""

import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    """Answers as its server was told to."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server = self.server
        server.taken.append((self.path, dict(self.headers), body))
        status, headers, text = server.answer(len(server.taken))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args):
        """Tests are quiet."""


class Receiver(ThreadingHTTPServer):
    """`taken` holds what arrived: (path, headers, body)."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.taken = []
        self.answers(200)

    def answers(self, status, text=b"", **headers):
        plain = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = lambda _count: (status, plain, text)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hook?key=abc"


@contextmanager
def receiving():
    """A receiver for the length of a test."""
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Noting(list):
    """Writes each arrival down before it is answered."""

    def __init__(self, path):
        super().__init__()
        self.file = Path(path).open("a", buffering=1)  # noqa: SIM115  open as long as the process lives

    def append(self, taken):
        super().append(taken)
        self.file.write(taken[1]["webhook-id"] + "\n")


if __name__ == "__main__":
    server = Receiver()
    server.taken = Noting(sys.argv[1])
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
