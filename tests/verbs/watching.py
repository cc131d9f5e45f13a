# SPDX-License-Identifier: MIT
"""Programs that watch the running stack over HTTP: the watch after a deploy, with a health whose answers the case sets; the owner
of n8n, with an n8n that has one or none; setting up Directus, which refuses."""
import base64
import contextlib
import hmac
import io
import json
import os
import subprocess
import tempfile
import time
from unittest import mock

import say
import services
from http_server import Handler, served
from stack import deploy_lock, deploy_watch, directus, n8n_owner, releases, rollout, smoke, tree, watch


@contextlib.contextmanager
def answering(answer):
    """HOST:PORT of a server whose answers are (status, JSON) of answer(method, path, headers, body)."""
    class Scripted(Handler):
        def do_GET(self):
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            status, printed = answer(self.command, self.path, self.headers, json.loads(body) if body else None)
            self.answer(status, json.dumps(printed))
        do_POST = do_PATCH = do_DELETE = do_GET
    with served(Scripted) as server:
        yield f"127.0.0.1:{server.server_address[1]}"


# ---- after a deploy ----------------------------------------------------------------------------------------

ONE, OTHER = sorted(one.name for one in services.services())[:2]
WATCHED = {ONE: "new", OTHER: "new"}
SILENT, LOCKED = "silent", "locked"
# Case; the red checks at each poll (the last entry repeats); the running versions; what is rolled back, and at which poll.
AFTER_DEPLOY = [
    ("all is green", [[]], WATCHED, None, 0),
    ("one falls", [[], [], [ONE]], WATCHED, [ONE], 2),
    ("both fall", [[], [OTHER, ONE]], WATCHED, [ONE, OTHER], 1),
    ("another check is red", [[], ["postgres"]], WATCHED, None, 0),
    ("the data breaks rules", [[], ["broken-rules"]], WATCHED, [OTHER], 1),
    ("it was red before", [[ONE], [ONE]], WATCHED, None, 0),
    ("it was red before, recovers and turns red again", [[ONE], [], [ONE]], WATCHED, [ONE], 2),
    ("it was red before, and health does not answer in between", [[ONE], SILENT, [ONE]], WATCHED, None, 0),
    ("health does not answer at the beginning", [SILENT, [ONE]], WATCHED, None, 0),
    ("health does not answer", [[], SILENT], WATCHED, None, 0),
    ("health does not answer for a while", [[], SILENT, [ONE]], WATCHED, [ONE], 2),
    ("another deploy has changed the version", [[], [ONE]], {**WATCHED, ONE: "newer"}, None, 0),
    ("another command holds the lock", [[], (LOCKED, [ONE])], WATCHED, None, 0),
    ("another command held the lock", [[], (LOCKED, [ONE]), [ONE]], WATCHED, [ONE], 2),
]


# Case; the status of a check; failed of 200 requests to the deployed instance, and to the one before it; whether it is rolled back.
AFTER_REQUESTS = [
    ("2 % of errors", "green", 4, 0, False),
    ("6 % of errors", "green", 12, 0, True),
    ("6 % of errors, health is yellow", "yellow", 12, 0, True),
    ("6 % of errors while the database is away", "affected", 12, 0, False),
    ("6 % of errors, health does not answer", SILENT, 12, 0, True),
    ("an instance that was there before", "green", 0, 200, False),
]


def followed(polls, versions, log=None, lines=""):
    """(what was rolled back, at which poll) for a minute with a simulated clock. `log` is the folder of Traefik's access log, to which
    `lines` are added after the deploy."""
    now, ended = [0], []

    def poll():
        return polls[min(now[0] // deploy_watch.LOOK_SECONDS, len(polls) - 1)]

    def health(method, path, headers, _):
        assert (method, path, headers["X-API-Key"]) == ("GET", "/v1/status", "k")
        if poll() == SILENT:
            return 503, {"code": "overloaded"}
        found = poll()[1] if isinstance(poll(), tuple) else poll()
        known = found if isinstance(found, dict) else dict.fromkeys(found, "red")
        return 200, {"checks": [{"name": name, "target": f"http://{OTHER}.service-network:1", "status": known.get(name, "green")} for name in (*WATCHED, "postgres", "broken-rules")]}

    def rolled_back(words, **_):
        assert words[:3] == ["deploy/tapbot", "rollback", "--yes"]
        ended.append((words[3:], now[0] // deploy_watch.LOOK_SECONDS))
        return mock.Mock(returncode=7)

    def sleep(seconds):
        if log and not now[0]:
            with open(os.path.join(log, "access.log"), "a", encoding="ascii") as file:
                file.write(lines)
        now[0] += seconds
    with answering(health) as address, mock.patch.object(watch, "key", return_value="k"), mock.patch.object(watch, "addresses", return_value=[address]), \
            mock.patch.object(deploy_lock, "is_held", lambda: isinstance(poll(), tuple)), mock.patch.object(releases, "read", return_value=versions), \
            mock.patch.object(deploy_watch, "time", mock.Mock(sleep=sleep, monotonic=lambda: now[0], strftime=lambda *_: "t")), \
            mock.patch.object(tree, "volume", return_value=log), mock.patch.object(tree, "running", lambda name: [name]), \
            mock.patch.object(rollout, "address_of", "{}:80".format), mock.patch.object(deploy_watch.subprocess, "run", rolled_back), contextlib.redirect_stdout(io.StringIO()) as printed:
        code = deploy_watch.main(["60", *(f"{name}={version}" for name, version in WATCHED.items())])
    assert (code, bool(printed.getvalue())) == ((7, True) if ended else (0, False)), (code, printed.getvalue())
    assert not ended or json.loads(printed.getvalue())["rollback"] == ended[0][0], printed.getvalue()
    return ended


def after_a_deploy():
    """A deployed service that turns red is rolled back once; not if it was red before or another command changed it."""
    for why, polls, versions, names, when in AFTER_DEPLOY:
        ended = followed(polls, versions)
        assert ended == ([(names, when)] if names else []), f"{why}: {ended}"
    return f"{len(AFTER_DEPLOY)} cases"


def line(address, status):
    return json.dumps({"ServiceAddr": address, "RequestMethod": "GET", "OriginStatus": status, "DownstreamStatus": status, "Duration": 1500000}) + "\n"


def errors_after_a_deploy():
    """A deployed service is rolled back if more than 5 % of its requests since the deploy failed, and nothing else explains it."""
    for why, status, failed, before, back in AFTER_REQUESTS:
        polls = [SILENT] if status == SILENT else [{ONE: status}]
        lines = [line(f"{ONE}:80", 500 if number < failed else 200) for number in range(200)] + [line("former:80", 500)] * before
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "access.log"), "w", encoding="ascii") as file:
                file.write(line(f"{ONE}:80", 500) * 100)  # from before the deploy
            names = [names for names, _ in followed(polls, WATCHED, folder, "".join(lines))]
        assert names == ([[ONE]] if back else []), f"{why}: {names}"
    return f"{len(AFTER_REQUESTS)} cases"


# ---- before a switch -----------------------------------------------------------------------------------------

FIRST = services.services()[0]


class Asked:
    """An instance of the first service: its violations, the stays that can be booked, and the status of a quote."""

    def __init__(self, broken=(), stays=9, status=200, selfcheck=200, amount=100):
        self.broken, self.stays, self.status, self.selfcheck, self.amount = dict(broken), stays, status, selfcheck, amount

    def answer(self, method, path, headers, body):
        if path == "/livez":
            return 200, {}
        if headers["X-API-Key"] == "of health":
            return next((row.status, {}) for row in smoke.questions(FIRST.name) if (row.method, row.path) == (method, path))
        assert headers["X-API-Key"] == "of staff", headers["X-API-Key"]
        if path == "/v1/selfcheck":
            checks = [{"name": name, "count": count, "ok": count <= 1} for name, count in self.broken.items()]
            return self.selfcheck, {"checks": checks, "ok": all(one["ok"] for one in checks)}
        if method == "GET":
            assert path.startswith("/v1/apartments?limit=1&guests=1&check_in="), path
            return 200, {"items": [{"id": self.stays}] if self.stays else []}
        assert (method, path) == ("POST", "/v1/quotes?dry_run=true") and set(body) == {"apartment_id", "check_in", "check_out", "guests"}, (path, body)
        if body["apartment_id"] != self.stays:
            return 422, {"code": "not_available"}
        return self.status, {"would": {"total": {"amount": self.amount}}}


# Case, the old instance before the migrations and, if it changes, while it is compared, the new one, why that is refused.
BEFORE_GUESTS = (
    ("as good", Asked({"overlaps": 0}), None, Asked({"overlaps": 0}), None),
    ("as bad", Asked({"overlaps": 3}), None, Asked({"overlaps": 3}), None),
    ("better", Asked({"overlaps": 3}), None, Asked({"overlaps": 2}), None),
    ("more, but acceptable", Asked({"overlaps": 0}), None, Asked({"overlaps": 1}), None),
    ("one more violation", Asked({"overlaps": 3, "orphans": 0}), None, Asked({"overlaps": 4, "orphans": 0}), "migrations: overlaps: 3 -> 4"),
    ("two rules broken", Asked({"overlaps": 0, "orphans": 0}), None, Asked({"overlaps": 2, "orphans": 5}), "overlaps: 0 -> 2, orphans: 0 -> 5"),
    ("a rule of the clock", Asked({"trip_overdue": 0}), None, Asked({"trip_overdue": 9}), None),
    ("a rule that the old one does not know", Asked(), None, Asked({"new": 7}), None),
    ("the old one has no selfcheck", Asked(selfcheck=404), None, Asked({"overlaps": 9}), None),
    ("no selfcheck", Asked(), None, Asked(selfcheck=500), "answers GET /v1/selfcheck with 500, expected 200"),
    ("a quote fails", Asked(), None, Asked(status=500), "answers POST /v1/quotes?dry_run=true with 500, expected 200"),
    ("a quote without a total", Asked(), None, Asked(amount=None), "names no total"),
    ("a total of nothing", Asked(), None, Asked(amount=0), "names no total"),
    ("a stay that only the old one has", Asked(), None, Asked(stays=8), "with 422, expected 200"),
    ("a guest has booked it in the meantime", Asked(stays=9), Asked(stays=8), Asked(stays=8), None),
    ("a guest has booked the last one", Asked(stays=9), Asked(stays=0), Asked(stays=0), None),
    ("the last one, and no selfcheck", Asked(stays=9), Asked(stays=0), Asked(stays=0, selfcheck=503), "with 503, expected 200"),
    ("no apartments", Asked(stays=0), None, Asked(stays=0, status=500), None),
)


@contextlib.contextmanager
def staff(address, key="of staff", tenant="flats"):
    """PostgreSQL and the one-shot that makes keys; yields the order of their calls."""
    steps = []

    def psql(statement, _database):
        steps.append(statement.split()[0])
        return subprocess.CompletedProcess("psql", 0, f"{tenant}\n", "")

    def run_once(*words, **_):
        assert words[words.index("--tenant") + 1] == tenant and words[words.index("--scopes") + 1].split(",")[-1] == f"{FIRST.short}:admin", words
        steps.append("key")
        return subprocess.CompletedProcess(words, 0 if key else 1, key or "", "")
    with mock.patch.object(tree, "psql", psql), mock.patch.object(tree, "run", run_once), mock.patch.object(tree, "run_once_command", lambda *words: words), mock.patch.object(smoke, "PAUSE", 0), \
            mock.patch.object(watch, "key", return_value="of health"), mock.patch.object(watch, "addresses", lambda name: [address] if name == FIRST.name else []):
        yield steps


def before_guests():
    """A new instance is refused if more invariants are broken than before, or if it quotes no total for a stay that an old one quotes.
    The key is made before and deleted behind, and not printed."""
    for why, before, later, new, wanted in BEFORE_GUESTS:
        now = [before]
        with answering(lambda *words, now=now: now[0].answer(*words)) as old, answering(new.answer) as address, staff(old) as steps, \
                contextlib.redirect_stdout(io.StringIO()) as printed, contextlib.redirect_stderr(printed), mock.patch.object(say, "ENGLISH", True):
            with smoke.compared([FIRST.name, "health"]):
                now[0] = later or before
                found = smoke.wrong(FIRST.name, address)
            assert smoke.wrong(FIRST.name, address) is None, f"{why}: asked without a deploy"
        assert (found and wanted and wanted in found[1]) or (found, wanted) == (None, None), f"{why}: {found}"
        assert steps == ["SELECT", "key", "DELETE"] and "of staff" not in printed.getvalue(), (why, steps)
        assert ("no apartment can be booked" in printed.getvalue()) == (not before.stays) and ("new: 7" in printed.getvalue()) == (why == "a rule that the old one does not know"), printed.getvalue()
    return f"{len(BEFORE_GUESTS)} cases"


def nothing_to_compare():
    """Without a tenant, a key or an old instance this is printed, and the deploy goes on with the other questions; a key is deleted also
    after an error; services without such questions get no key."""
    with answering(Asked().answer) as address:
        for given, words in (({"tenant": ""}, "has no tenant"), ({"key": None}, "no key was made"), ({"address": "127.0.0.1:1"}, "does not answer")):
            with staff(**{"address": address, **given}) as steps, contextlib.redirect_stderr(io.StringIO()) as warned, mock.patch.object(say, "ENGLISH", True), \
                    smoke.compared([FIRST.name]):
                assert smoke.wrong(FIRST.name, address) is None
            assert words in warned.getvalue() and "DELETE" not in steps, (words, warned.getvalue(), steps)
        with staff(address) as steps, contextlib.suppress(rollout.Refused):
            with smoke.compared([FIRST.name]):
                raise rollout.Refused("нет", "no")
        assert steps == ["SELECT", "key", "DELETE"] and not smoke.old and not smoke.made, steps
        with staff(address) as steps, smoke.compared(["health"]):
            pass
        assert not steps


# ---- the owner of n8n --------------------------------------------------------------------------------------

class N8n:
    """/rest/settings and /rest/owner/setup of n8n 2, with its rules for a password."""

    def __init__(self, owner=None):
        self.owner = owner

    def answer(self, method, path, headers, body):
        assert headers["X-API-Key"] is None, "n8n was sent a key of ours"
        if (method, path) == ("GET", "/rest/settings"):
            return 200, {"data": {"userManagement": {"showSetupOnFirstLoad": self.owner is None}}}
        assert (method, path) == ("POST", "/rest/owner/setup")
        password = body["password"]
        if self.owner or not 8 <= len(password) <= 64 or password.lower() == password or not any(one.isdigit() for one in password):
            return 400, {"code": 400}
        self.owner = body
        return 200, {"data": {"id": "1"}}


def ensured(address, running=True):
    """(standard output, standard error) of the step of `up`."""
    with mock.patch.object(watch, "addresses", lambda service, port: [address] if (service, port) == ("n8n", 5678) and address else []), \
            mock.patch.object(tree, "env_read", return_value={"ACME_EMAIL": "admin@tapbot.test"}), \
            mock.patch.object(tree, "running", return_value=[{}] if running else []), \
            contextlib.redirect_stdout(io.StringIO()) as printed, contextlib.redirect_stderr(io.StringIO()) as warned:
        n8n_owner.ensure()
    return printed.getvalue(), warned.getvalue()


def owner_of_n8n():
    """An owner is created if there is none, with a password that is shown once; with an owner, or without n8n, nothing happens."""
    n8n = N8n()
    with answering(n8n.answer) as address:
        printed, warned = ensured(address)
        assert n8n.owner["email"] == "admin@tapbot.test" and n8n.owner["password"] in printed and n8n.owner["email"] in printed and not warned, (printed, warned)
        made = dict(n8n.owner)
        assert ensured(address) == ("", "") and n8n.owner == made, "a second time"
    assert ensured(None, running=False) == ("", ""), "n8n does not run here"
    for odd in ({}, {"data": None}, {"data": {"userManagement": []}}):
        with answering(lambda *_, odd=odd: (200, odd)) as address:
            printed, warned = ensured(address)
            assert not printed and "deploy/tapbot up" in warned, (odd, printed, warned)
    with answering(lambda method, *_: (200, {"data": {"userManagement": {"showSetupOnFirstLoad": True}}}) if method == "GET" else (400, {})) as address:
        printed, warned = ensured(address)
        assert not printed and "deploy/tapbot up" in warned, (printed, warned)
    assert "deploy/tapbot up" in ensured("127.0.0.1:1")[1], "n8n does not answer"
    assert len({n8n_owner.password_make() for _ in range(20)}) == 20


def applied(address, role="role", secret="secret"):
    """(result, standard output, standard error) of `directus apply` with a Directus at the address, whose administrator has the role."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "directus_secret"), "w", encoding="ascii") as file:
            file.write(secret)
        found = subprocess.CompletedProcess((), 0, role + "\n", "")
        with mock.patch.object(watch, "addresses", lambda service, port: [address] if (service, port) == ("directus", 8055) and address else []), \
                mock.patch.object(tree, "psql", return_value=found), mock.patch.object(tree, "SECRETS", folder), \
                contextlib.redirect_stdout(io.StringIO()) as printed, contextlib.redirect_stderr(io.StringIO()) as warned:
            return directus.ensure(), printed.getvalue(), warned.getvalue()


def setting_up_directus():
    """A refusal of Directus, or no answer in time, names the command to repeat; without Directus nothing happens."""
    assert applied(None) == (True, "", ""), "Directus does not run here"
    for answer, why in (((500, {"errors": []}), "500"), ((403, {}), "403")):
        with answering(lambda *_, answer=answer: answer) as address:
            done, printed, warned = applied(address)
            assert not done and not printed and why in warned and "directus apply" in warned, (printed, warned)
    assert "directus apply" in applied("127.0.0.1:1")[2], "nobody answers"
    with answering(lambda *_: (200, {"data": []})) as address:
        done, printed, warned = applied(address, role="")
        assert not done and "администратора" in warned, warned
        with mock.patch.object(directus, "SECONDS", -1):
            assert "не успел" in applied(address)[2], "the time for all calls is over"
    head, body, signature = directus.token("secret", "role").split(".")
    right = base64.urlsafe_b64encode(hmac.digest(b"secret", f"{head}.{body}".encode(), "sha256")).rstrip(b"=").decode()
    told = json.loads(base64.urlsafe_b64decode(body + "=="))
    assert signature == right and told["role"] == "role" and told["iss"] == "directus" and 0 < told["exp"] - time.time() <= directus.SECONDS
    same = (({"a": None}, {}), ({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}], "d": 3}))
    other = (({"a": 1}, {}), ({"a": [1]}, {"a": [1, 2]}), ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}), ({"a": {"b": 1}}, {"a": None}))
    assert not any(directus.differs(*pair) for pair in same) and all(directus.differs(*pair) for pair in other)


TESTS = [("setting up Directus", setting_up_directus), ("deploy compares before guests", before_guests), ("deploy has nothing to compare", nothing_to_compare), ("watch after a deploy", after_a_deploy), ("errors after a deploy", errors_after_a_deploy), ("owner of n8n", owner_of_n8n)]
