# SPDX-License-Identifier: MIT
"""A webhook whose answers a test sets."""
import contextlib
import http.server
import json
import queue
import ssl
import threading
import time

from http_server import Handler
from stand import patience


class Webhook:
    """A receiver: `answers` are used one by one, each (status, headers) or an Event to wait for; then 200. `closed` gets each ended connection.
    The header "hang up" is not sent: it ends the connection after the answer, without an announcement.
    `seen` gets (arrival, connection's port, secret header, update) of each request."""

    def __init__(self, certificate=None):
        self.answers, self.seen, self.closed, self.body = queue.Queue(), queue.Queue(), queue.Queue(), b""
        webhook = self

        class Called(Handler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                try:
                    update = json.loads(body)
                except ValueError:
                    update = body
                webhook.seen.put((time.monotonic(), self.client_address[1],
                                  self.headers.get("X-Telegram-Bot-Api-Secret-Token"), update))
                try:
                    answer = webhook.answers.get_nowait()
                except queue.Empty:
                    answer = (200, {})
                if isinstance(answer, threading.Event):
                    answer.wait()
                    answer = (200, {})
                headers = dict(answer[1])
                self.close_connection = headers.pop("hang up", False)
                with contextlib.suppress(OSError):
                    self.answer(answer[0], webhook.body, **headers)

        class Server(http.server.ThreadingHTTPServer):
            def shutdown_request(self, request):
                super().shutdown_request(request)
                webhook.closed.put(request)

        self.server = Server(("127.0.0.1", 0), Called)
        self.server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"{'https' if certificate else 'http'}://localhost:{self.server.server_port}/hook?a=1"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def take(self, count, seconds=10.0):
        """The next `count` requests."""
        end = time.monotonic() + patience(seconds)
        return [self.seen.get(timeout=max(0.01, end - time.monotonic())) for _ in range(count)]

    def is_silent(self, seconds=0.2):
        """Whether no further request comes."""
        time.sleep(seconds)
        return self.seen.empty()
