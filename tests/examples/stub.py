"""A server that answers what a test tells it."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        server.asked.append((self.path, dict(self.headers)))
        if server.before_answer:
            server.before_answer.pop(0)()
        status, headers, body = server.answers.pop(0)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *args):
        """Tests are quiet."""


class Stub(ThreadingHTTPServer):
    """`asked` holds the address and headers of each request; `answers` are given one after the other."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked, self.answers, self.before_answer = [], [], []
        self.url = f"http://127.0.0.1:{self.server_port}"


@contextmanager
def answering():
    server = Stub()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def page(events, *, last, more=False):
    return 200, {}, json.dumps({"events": events, "last": last, "mark": f"{last:016x}", "more": more}).encode()


def refusal(status, code, **headers):
    body = json.dumps({"status": status, "code": code, "detail": "说明"}).encode()
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, body
