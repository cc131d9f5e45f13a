# SPDX-License-Identifier: MIT
"""What looks at the running stack over HTTP without a person: the watch behind a deploy, with a health that answers as the case
says; the owner of n8n, with an n8n that has one or none."""
import contextlib
import http.server
import io
import json
import threading
from unittest import mock

import services
from stack import deploy_lock, deploy_watch, n8n_owner, releases, tree, watch


@contextlib.contextmanager
def answering(answer):
    """HOST:PORT of a server whose answers are (status, JSON) of answer(method, path, headers, body)."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            status, said = answer(self.command, self.path, self.headers, json.loads(body) if body else None)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())
        do_POST = do_GET

        def log_message(self, *_):
            pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


# ---- behind a deploy ---------------------------------------------------------------------------------------

ONE, OTHER = sorted(one.name for one in services.services())[:2]
WATCHED = {ONE: "new", OTHER: "new"}
SILENT, LOCKED = "silent", "locked"
# Why; what is red at each look, the last one for good; which versions run; what is rolled back, in which look.
BEHIND = [
    ("all is well", [[]], WATCHED, None, 0),
    ("one falls", [[], [], [ONE]], WATCHED, [ONE], 2),
    ("both fall", [[], [OTHER, ONE]], WATCHED, [ONE, OTHER], 1),
    ("another check is red", [[], ["postgres"]], WATCHED, None, 0),
    ("it was red before", [[ONE], [ONE]], WATCHED, None, 0),
    ("it was red before, got well and falls", [[ONE], [], [ONE]], WATCHED, [ONE], 2),
    ("it was red before, and health is silent in between", [[ONE], SILENT, [ONE]], WATCHED, None, 0),
    ("health is silent at the beginning", [SILENT, [ONE]], WATCHED, None, 0),
    ("health is silent", [[], SILENT], WATCHED, None, 0),
    ("health is silent for a while", [[], SILENT, [ONE]], WATCHED, [ONE], 2),
    ("somebody has put another version there", [[], [ONE]], {**WATCHED, ONE: "newer"}, None, 0),
    ("somebody changes the stack", [[], (LOCKED, [ONE])], WATCHED, None, 0),
    ("somebody has changed the stack", [[], (LOCKED, [ONE]), [ONE]], WATCHED, [ONE], 2),
]


def followed(looks, versions):
    """(what was rolled back, in which look, how often) in a minute of which no second passes."""
    now, ended = [0], []

    def look():
        return looks[min(now[0] // deploy_watch.LOOK_SECONDS, len(looks) - 1)]

    def health(method, path, headers, _):
        assert (method, path, headers["X-API-Key"]) == ("GET", "/v1/status", "k")
        if look() == SILENT:
            return 503, {"code": "overloaded"}
        red = look()[1] if isinstance(look(), tuple) else look()
        names = [*WATCHED, "postgres"]
        return 200, {"checks": [{"name": name, "status": "red" if name in red else "green"} for name in names]}

    def rolled_back(words, **_):
        assert words[:3] == ["deploy/tapbot", "rollback", "--yes"]
        ended.append((words[3:], now[0] // deploy_watch.LOOK_SECONDS))
        return mock.Mock(returncode=7)

    def sleep(seconds):
        now[0] += seconds
    with answering(health) as address, mock.patch.object(watch, "key", return_value="k"), mock.patch.object(watch, "addresses", return_value=[address]), \
            mock.patch.object(deploy_lock, "is_held", lambda: look()[:1] == (LOCKED,)), mock.patch.object(releases, "read", return_value=versions), \
            mock.patch.object(deploy_watch, "time", mock.Mock(sleep=sleep, monotonic=lambda: now[0], strftime=lambda *_: "t")), \
            mock.patch.object(deploy_watch.subprocess, "run", rolled_back), contextlib.redirect_stdout(io.StringIO()) as said:
        code = deploy_watch.main(["60", *(f"{name}={version}" for name, version in WATCHED.items())])
    assert (code, bool(said.getvalue())) == ((7, True) if ended else (0, False)), (code, said.getvalue())
    assert not ended or json.loads(said.getvalue())["rollback"] == ended[0][0], said.getvalue()
    return ended


def behind_a_deploy():
    """A service of the deploy that turns red gets its former version back, once; what was red before, or is somebody else's, does not."""
    for why, looks, versions, names, when in BEHIND:
        ended = followed(looks, versions)
        assert ended == ([(names, when)] if names else []), f"{why}: {ended}"
    return f"{len(BEHIND)} cases"


# ---- the owner of n8n --------------------------------------------------------------------------------------

class N8n:
    """/rest/settings and /rest/owner/setup of n8n 2, with its rules for a password."""

    def __init__(self, owner=None):
        self.owner = owner

    def answer(self, method, path, headers, body):
        assert headers["X-API-Key"] is None, "a key of ours for n8n"
        if (method, path) == ("GET", "/rest/settings"):
            return 200, {"data": {"userManagement": {"showSetupOnFirstLoad": self.owner is None}}}
        assert (method, path) == ("POST", "/rest/owner/setup")
        password = body["password"]
        if self.owner or not 8 <= len(password) <= 64 or password.lower() == password or not any(one.isdigit() for one in password):
            return 400, {"code": 400}
        self.owner = body
        return 200, {"data": {"id": "1"}}


def ensured(address, running=True):
    """(standard output, standard error) of what `up` does."""
    with mock.patch.object(watch, "addresses", lambda service, port: [address] if (service, port) == ("n8n", 5678) and address else []), \
            mock.patch.object(tree, "env_read", return_value={"ACME_EMAIL": "admin@tapbot.test"}), \
            mock.patch.object(tree, "running", return_value=[{}] if running else []), \
            contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(io.StringIO()) as warned:
        n8n_owner.ensure()
    return said.getvalue(), warned.getvalue()


def owner_of_n8n():
    """Made where there is none, with a password that is shown once; where there is one, or no n8n, nothing happens."""
    n8n = N8n()
    with answering(n8n.answer) as address:
        said, warned = ensured(address)
        assert n8n.owner["email"] == "admin@tapbot.test" and n8n.owner["password"] in said and n8n.owner["email"] in said and not warned, (said, warned)
        made = dict(n8n.owner)
        assert ensured(address) == ("", "") and n8n.owner == made, "a second time"
    assert ensured(None, running=False) == ("", ""), "n8n does not run here"
    for odd in ({}, {"data": None}, {"data": {"userManagement": []}}):
        with answering(lambda *_, odd=odd: (200, odd)) as address:
            said, warned = ensured(address)
            assert not said and "deploy/tapbot up" in warned, (odd, said, warned)
    with answering(lambda method, *_: (200, {"data": {"userManagement": {"showSetupOnFirstLoad": True}}}) if method == "GET" else (400, {})) as address:
        said, warned = ensured(address)
        assert not said and "deploy/tapbot up" in warned, (said, warned)
    assert "deploy/tapbot up" in ensured("127.0.0.1:1")[1], "n8n does not answer"
    assert len({n8n_owner.password_make() for _ in range(20)}) == 20


TESTS = [("watch behind a deploy", behind_a_deploy), ("owner of n8n", owner_of_n8n)]
