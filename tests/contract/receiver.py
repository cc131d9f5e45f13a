# SPDX-License-Identifier: MIT
"""A receiver of deliveries, and the library by which receivers check signatures."""

import contextlib
import glob
import http.server
import json
import os
import sys
import threading
import time

from check import Skipped
from http_server import Handler
from pypi import Unavailable, installed
from stand import wait_until

REQUIREMENTS = os.path.join(os.path.dirname(os.path.realpath(__file__)), "receiver.txt")
SOON = 10


def verifier(secret):
    """The library of Standard Webhooks."""
    try:
        folder = installed(REQUIREMENTS)
    except Unavailable as why:
        raise Skipped(f"standardwebhooks cannot be installed: {why}") from None
    path = glob.glob(os.path.join(folder, "lib/python3*/site-packages"))[0]
    if path not in sys.path:
        sys.path.append(path)
    from standardwebhooks.webhooks import Webhook
    return Webhook(secret)


class Receiver:
    """A receiver; `react(path, nth, body)` returns status, headers and delay of its answer."""

    def __init__(self, react=None):
        self.all, self.lock = [], threading.Lock()
        self.react = react or (lambda path, nth, body: (200, {}, 0))
        receiver = self

        class Called(Handler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, headers, seconds = receiver.note(self.path.removeprefix("/webhook"), dict(self.headers), body)
                time.sleep(seconds)
                with contextlib.suppress(OSError):
                    self.answer(status, **headers)

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 128
            daemon_threads = True

            def handle_error(self, *_):
                pass
        self.server = Server(("127.0.0.1", 0), Called)
        self.root = f"http://127.0.0.1:{self.server.server_address[1]}/webhook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def note(self, path, headers, body):
        with self.lock:
            nth = sum(one["path"] == path for one in self.all)
            self.all.append({"path": path, "headers": {name.lower(): value for name, value in headers.items()},
                             "body": body, "at": time.monotonic()})
        return self.react(path, nth, body)

    def got(self, path):
        with self.lock:
            return [one for one in self.all if one["path"] == path]

    def numbers(self, path):
        return [json.loads(one["body"])["update"]["update_id"] for one in self.got(path)]

    def wait(self, path, count, seconds=SOON):
        wait_until(f"{count} at {path}, not {len(self.got(path))}", seconds, lambda: len(self.got(path)) >= count)
        return self.got(path)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
