# SPDX-License-Identifier: MIT
"""Clients of the stand-in's control API (tools/telegram/README.md) and of the gateway."""
import contextlib
import http.client
import json
import os
import urllib.parse

# Tests set a longer time for slow machines.
ANSWER_SECONDS = float(os.environ.get("TAPBOT_CHAT_SECONDS") or 10)
POLL_SECONDS = 50  # timeout of a long poll for events


class Gone(Exception):
    """A server does not answer. Argument: its address."""


class Refused(Exception):
    """An error response. Arguments: status, message."""


@contextlib.contextmanager
def answering(line):
    try:
        yield
    except (OSError, http.client.HTTPException):
        raise Gone(f"http://{line.host}:{line.port}") from None


def line_to(root, seconds):
    parts = urllib.parse.urlsplit(root)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(parts.hostname, parts.port, timeout=seconds)


def answer_of(line):
    """Reads the whole response and returns its JSON."""
    with answering(line):
        answer = line.getresponse()
        body = answer.read()
    try:
        document = json.loads(body)
    except ValueError:
        raise Refused(answer.status, body[:200].decode(errors="replace")) from None
    if answer.status >= 300:
        raise Refused(answer.status, str(document.get("error", document)) if isinstance(document, dict) else str(document))
    return document


def call(method, root, path, given=None, headers=None):
    with contextlib.closing(line_to(root, ANSWER_SECONDS)) as line:
        with answering(line):
            line.request(method, path, None if given is None else json.dumps(given), headers or {})
        return answer_of(line)


class Gateway:
    def __init__(self, root, key):
        self.root, self.key = root, key

    def ready(self):
        try:
            call("GET", self.root, "/readyz")
        except Gone:
            return False
        except Refused as why:
            return why.args[0] < 500
        return True

    def set_webhook(self, bot):
        call("POST", self.root, f"/v1/bots/{bot}/webhook", None, {"X-API-Key": self.key})


class Standin:
    def __init__(self, root):
        self.root = root

    def do(self, what, **given):
        return call("POST", self.root, f"/control/{what}", given)

    def see(self, what, **given):
        return call("GET", self.root, f"/control/{what}?{urllib.parse.urlencode(given)}")


class Events:
    """The events of a chat after the sequence number `after`. One long poll is always open; select() reports its response."""

    def __init__(self, root, bot, chat, after):
        self.line, self.asked = line_to(root, POLL_SECONDS + ANSWER_SECONDS), {"bot": bot, "chat": chat, "timeout": POLL_SECONDS}
        self.after = after
        self.ask()

    def ask(self):
        with answering(self.line):
            self.line.request("GET", f"/control/wait?{urllib.parse.urlencode({**self.asked, 'after': self.after})}")

    def fileno(self):
        return self.line.sock.fileno()

    def take(self):
        batch = answer_of(self.line)
        self.after = batch["sequence"]
        self.ask()
        return batch["events"]

    def close(self):
        self.line.close()
