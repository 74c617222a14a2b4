"""What the client scripts share: their arguments, and checks that end with a sentence."""

import http.server
import json
import sys
import threading
from contextlib import contextmanager


class Difference(Exception):
    """The daemon answered something else than the client's users rely on."""


def same(actual, expected, what):
    """Raises unless both are equal."""
    if actual != expected:
        raise Difference(f"{what}: expected {expected!r}, got {actual!r}")


def holds(condition, what):
    """Raises unless it holds."""
    if not condition:
        raise Difference(what)


def refuses(call, kind, what):
    """Raises unless the call raises an error of that kind; returns the error."""
    try:
        answer = call()
    except kind as error:
        return error
    raise Difference(f"{what}: expected {kind.__name__}, got {answer!r}")


def main(body):
    """Runs body(base_url, token) and exits 0, or 1 with a sentence."""
    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} BASE_URL TOKEN")
    try:
        body(sys.argv[1].rstrip("/"), sys.argv[2])
    except Difference as difference:
        sys.exit(f"{sys.argv[0]}: {difference}")
    print("all as expected")


@contextmanager
def served(documents):
    """A server of constant JSON documents on this machine, by path; gives its base URL."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            document = documents.get(self.path.split("?")[0])
            body = json.dumps(document).encode()
            self.send_response(404 if document is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
