# SPDX-License-Identifier: MIT
"""An HTTP server of a test."""
import contextlib
import http.server
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    """Handles requests of a test without logging them."""

    def answer(self, status, body=b"", **headers):
        """`body` is bytes or text. In the names of `headers`, _ stands for -."""
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in {"Content_Length": len(body), **headers}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, form, *values):
        pass


@contextlib.contextmanager
def served(handler, **more):
    """A server on a port of loopback, whose requests a class handles. `more` are attributes of the server. It has closed its port when
    the context ends."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        vars(server).update(more)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
