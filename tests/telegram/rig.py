# SPDX-License-Identifier: MIT
"""The stand-in as a process, and a webhook that answers as a test tells it."""
import contextlib
import http.client
import http.server
import json
import os
import queue
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", ".."))
TOKEN = "1001:AAtest"


class Standin:
    """tools/telegram/serve with the bot `taxi`; `calls` go to its Bot API, `do` and `see` to its control API."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(ROOT, "tools/telegram/serve"), "--port", "0", "--bot", f"taxi:{TOKEN}", *arguments],
            stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().rpartition(":")[2])
        self.root = f"http://127.0.0.1:{self.port}"
        self.lines = threading.local()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Its exit status."""
        self.close()
        if self.process.poll() is None:
            self.process.terminate()
        self.process.stdout.close()
        return self.process.wait(10)

    def request(self, method, path, body=None, headers=None):
        """(status, headers, bytes) over a connection that stays open."""
        line = getattr(self.lines, "open", None)
        if line is None:
            line = self.lines.open = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request(method, path, body, headers or {})
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException):
            line.close()
            raise

    def close(self):
        """This thread's connection."""
        if getattr(self.lines, "open", None):
            self.lines.open.close()

    def call(self, method, token=TOKEN, **given):
        """The body of the answer of a Bot API method."""
        return json.loads(self.request("POST", f"/bot{token}/{method}", json.dumps(given).encode(),
                                       {"Content-Type": "application/json"})[2])

    def control(self, method, what, given):
        query = "?" + urllib.parse.urlencode(given) if given and method != "POST" else ""
        body = json.dumps(given).encode() if method == "POST" else None
        status, _, text = self.request(method, f"/control/{what}{query}", body)
        if status != 200:
            raise RuntimeError(f"{what}: {status} {text.decode()}")
        return json.loads(text)

    def do(self, what, /, **given):
        return self.control("POST", what, given)

    def see(self, what, /, **given):
        return self.control("GET", what, given)


class Webhook:
    """A receiver: `answers` are taken one by one, each (status, headers) or a number of seconds to be silent; then 200.
    `seen` gets (arrival, connection's port, secret header, update) of each request."""

    def __init__(self, certificate=None):
        self.answers, self.seen, self.body = queue.Queue(), queue.Queue(), b""
        webhook = self

        class Handler(http.server.BaseHTTPRequestHandler):
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
                if isinstance(answer, float):
                    time.sleep(answer)
                    answer = (200, {})
                self.send_response(answer[0])
                for name, value in answer[1].items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(webhook.body)))
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(webhook.body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
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
        end = time.monotonic() + seconds
        return [self.seen.get(timeout=max(0.01, end - time.monotonic())) for _ in range(count)]

    def silent(self, seconds=0.2):
        """Does nothing more come?"""
        time.sleep(seconds)
        return self.seen.empty()
