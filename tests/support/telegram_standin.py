# SPDX-License-Identifier: MIT
"""tools/telegram/serve as a process: its Bot API, and the actions and views of people there (tools/telegram/README.md)."""
import http.client
import json
import os
import subprocess
import sys
import threading
import time
import urllib.parse

from stand import patience

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
TOKEN = "1001:AAtest"
PAGE = 10000
SILENCE_SECONDS = 10
WAIT_SECONDS = 60  # the longest that the control API waits


class Standin:
    """With the bots {name: token}. call() goes to its Bot API, do() and see() to its control API; threads may share it.
    `before` is a command that runs it."""

    def __init__(self, *arguments, bots=None, port=0, before=()):
        named = [word for name, token in (bots or {"taxi": TOKEN}).items() for word in ("--bot", f"{name}:{token}")]
        self.process = subprocess.Popen(
            [*before, sys.executable, os.path.join(ROOT, "tools/telegram/serve"), "--port", str(port), *named, *arguments],
            stdout=subprocess.PIPE, text=True)
        listening = self.process.stdout.readline().rpartition(":")[2]
        if not listening:
            raise RuntimeError(f"the stand-in ended with {self.process.wait(patience(10))}")
        self.port = int(listening)
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
        return self.process.wait(patience(10))

    def request(self, method, path, body=None, headers=None):
        """(status, headers, bytes) over a persistent connection, unless it was idle for long: the stand-in may have
        closed it."""
        line = getattr(self.lines, "open", None)
        if line is None:
            line = self.lines.open = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience(20) + WAIT_SECONDS)
        elif time.monotonic() - self.lines.used > SILENCE_SECONDS:
            line.close()
        self.lines.used = time.monotonic()
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
        if "at_least" in given:
            given["timeout"] = min(patience(given.get("timeout", 0)), WAIT_SECONDS)
        return self.control("GET", what, given)

    def journal(self, what):
        """All its `calls`, or all its `deliveries`."""
        found = []
        while page := self.see(what, after=found[-1]["n"] if found else 0, limit=PAGE)[what]:
            found += page
        return found
