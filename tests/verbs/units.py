# SPDX-License-Identifier: MIT
"""Functions of the verbs that need no machine: hashes, masks, log lines, Traefik's files, certificates."""
import contextlib
import datetime
import errno
import fcntl
import glob
import io
import ipaddress
import json
import os
import re
import shlex
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from unittest import mock

from http_server import Handler, served
from stand import ROOT, patience

import broken
import links
import mistakes
import rig
import services
from machine import SHORT
from stack import alerts, backup_place, backup_plan, certificates, checks_description, checks_host, checks_running, deploy_lock, edge, findings, harden_host, harden_peer, hashes, imports, link, link_files, logs, maintenance, masking, peer, releases, report, restore, rides, rollout, search, secret, settings, status, tree, trial, up, users, watch


def bcrypt():
    """Other programs accept our hashes ($2y$, cost 10), and we accept a known hash of another one."""
    known = hashes.make("очень длинный пароль")
    assert known.startswith("$2y$10$") and len(known) == 60 and hashes.cost(known) == 10
    assert hashes.matches("очень длинный пароль", known) and not hashes.matches("очень длинный парол", known)
    assert hashes.make("one") != hashes.make("one"), "no salt"
    # From Openwall's tests of bcrypt.
    assert hashes.matches("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")
    for other in ("", "x", "$apr1$abc$def", "$2y$10$short", "plain"):
        assert hashes.cost(other) == 0 and not hashes.matches("x", other)


def weak_passwords():
    for name, password in (("admin", "short"), ("admin", "password1234"[:11]), ("olzhas", "aaaaaaaaaaaaaaaa"), ("admin", "я" * 40),
                           ("admin", "administrator")):
        assert users.weakness(name, password), f"{password} was taken"
    assert users.weakness("admin", users.generate()) is None
    assert len({users.generate() for _ in range(20)}) == 20
    words = users.common_passwords()
    assert len(words) == len(set(words)) > 200 and words[:2] == ["123456", "password"]


def users_changed_meanwhile():
    """While `users remove` waits for the answer, another user is added, or the only other one removed."""
    admin, olzhas, third = ("admin", "1"), ("olzhas", "2"), ("third", "3")
    for rows, code in (([admin, olzhas, third], 0), ([admin], 1)):
        there, ended = [admin, olzhas], 0
        with mock.patch.object(users, "entries", lambda there=there: list(there)), mock.patch.object(users, "store") as stored, mock.patch.object(users, "edge_restart"), \
                mock.patch.object(users, "confirm", lambda *_, there=there, rows=rows: there.__setitem__(slice(None), rows) or True), \
                mock.patch.object(secret, "need_root"), mock.patch.object(tree, "engine_needed"), mock.patch.object(settings, "note_change"), \
                contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                users.main(["remove", "admin"])
            except SystemExit as end:
                ended = end.code
        assert ended == code and [one.args for one in stored.call_args_list] == ([] if code else [([olzhas, third],)]), (rows, ended, stored.call_args_list)


SECRETS = [
    ("an API key", "key tb_" + "live_QfapycGnKyZ1oqA5lAb1hS0uYUR9uH21C1yL used", "QfapycGn"),
    ("a URL's password", "postgresql://flats_runtime:s3cr3t@postgres:5432/tapbot", "s3cr3t"),
    ("a URL without a user", "redis://:s3cr3tpass@redis:6379/0", "s3cr3tpass"),
    ("a bcrypt hash", "admin:$2y$10$zSQ32V8blxuZBIBREogDguJSrGW7Gam5Cr92XLuCQOVWJ25QipbRa", "zSQ32V8"),
    ("Authorization", "Authorization: Basic YWRtaW46cGFzc3dvcmQ=", "YWRtaW46"),
    ("a JSON field", '{"x-api-key":"abcdefghijk","a":1}', "abcdefghijk"),
    ("a bot's token", "bot 1234567890:AAF-abcdefghijklmnopqrstuvwxyz0123456 said", "AAF-abc"),
    ("a query", "GET /calendar.ics?token=deadbeefdeadbeef&x=1", "deadbeef"),
]
KEPT = ["GET /v1/quotes/BX7K2M 200", "user secretary came", "tokens: 5", "https://api.tapbot.kz/v1/cities", "12:30:45 ready"]


def masks():
    for why, line, hidden in SECRETS:
        shown = masking.mask(line)
        assert hidden not in shown and masking.HIDDEN in shown, f"{why}: {shown}"
    for line in KEPT:
        assert masking.mask(line) == line, masking.mask(line)


LINES = [
    ("a request of ours", '{"timestamp":"x","level":"info","service":"hello-api","event":"http_request","message":"Request answered",'
     '"request_id":"r1","method":"POST","route":"/v1/notes","status_code":201,"duration_ms":4.5,"bytes":9}',
     "POST  /v1/notes  201  4.5 ", "info"),
    ("a request of Traefik", '{"RequestMethod":"GET","RequestHost":"api.tapbot.kz","RequestPath":"/v1/x","DownstreamStatus":401,'
     '"Duration":1500000,"ClientHost":"203.0.113.9","level":"info","request_X-Request-Id":"r1"}',
     "GET  api.tapbot.kz/v1/x  401  203.0.113.9  1.5 ", "info"),
    ("PostgreSQL", "2026-01-01 10:00:00.1 UTC [5] a@b x ERROR:  deadlock detected", "deadlock detected", "error"),
    ("an error with an error code", '{"level":"error","event":"database_error","message":"A statement failed","sqlstate":"40P01"}', "40P01", "error"),
    ("JSON that is not an object", "[1, 2]", "[1, 2]", "info"),
    ("broken JSON", '{"level":', '{"level":', "info"),
    ("control characters", "a\x1b[2Jb\x07c\u202ed", "c", "info"),
]


def log_lines():
    for why, body, words, level in LINES:
        entry = logs.Entry("hello-api-2", "2026-01-01T10:00:00.123456789Z", body)
        shown = logs.human(entry)
        assert words in shown and entry.level == level and shown.startswith("15:00:00 hello-api-2"), f"{why}: {shown}"
        assert all(one.isprintable() for one in shown), f"{why}: {shown!r}"
    ours = logs.Entry("a-1", "t", LINES[0][1])
    assert ours.of_request("r1") and not ours.of_request("r2")
    assert logs.Entry("a-1", "t", LINES[1][1]).of_request("r1")
    stream = ["\x1b[2Khello-api-1  | 2026-01-01T10:00:00Z hello | there\n", "noise\n"]
    found = list(logs.entries(stream))
    assert len(found) == 1 and found[0].body == "hello | there" and found[0].service == "hello-api"


FORGED = "2026-01-01T00:00:00Z postgres-1 forged"
# A state as another server reports it, in which each text is one of these.
BAD_TEXTS = ["\x1b]0;x\x07", "\x9b31m", "a\rb", "a\bb", "a\nGREEN", "\u202eb", "\u2028b", "\ud800"]
# Texts that are not an answer.
BAD_ANSWERS = ["[" * 100000, '{"containers": ' + "[" * 900 + "]" * 900 + "}", "[]", "1", "{}", "9" * 5000, '{"containers": [1]}', '"\x1b"']


def peer_state(words):
    row = {"container": words, "version": words, "health": words, "up_seconds": 1, "memory_mib": 1.0, "memory_limit_mib": 1, "memory_percent": 1, "restarts": 0}
    return {"light": words, "domain": words, "version": words, "profiles": [words], "certificates": {}, "disk": {"free_mib": 1, "free_percent": 1},
            "memory": {"total_mib": 1}, "health": {"light": words, "since": words}, "containers": [row], "findings": [[words, words, words]]}


def peer_answers():
    """An answer of the other server cannot control the terminal, in any encoding, and an invalid state is reported."""
    question = mock.Mock()
    with mock.patch.object(peer, "number", return_value="2"), mock.patch.object(tree, "env_read", return_value={"LINK_PEER": "10.0.100.2"}):
        for words in BAD_TEXTS:
            for output in (json.dumps(peer_state(words)), re.sub(r"\\u\w{4}", lambda found: "\\u" + found[0][2:].upper(), json.dumps(peer_state(words)))):
                question.answer.return_value = (0, output, "")
                known = status.answered(question)
                assert known["state"] and known["silent"] is None, f"{words!r}: {known}"
                with contextlib.redirect_stdout(io.StringIO()) as printed:
                    status.show({**peer_state("here"), "peer": known})
                shown = printed.getvalue().split("\n")
                assert all(line.isprintable() for line in shown) and "GREEN" not in shown, f"{words!r}: {shown}"
                written = status.as_json({"peer": known})
                assert all(one.isprintable() for one in written.split("\n")) and json.loads(written)["peer"] == known, f"{words!r}: {written!r}"
        for output in (*BAD_ANSWERS, *(json.dumps({**peer_state("x"), "versions": odd}) for odd in ([1], {"a": 1}, None)), json.dumps({**peer_state("x"), "memory": {"total_mib": 1}, "disk": {"free_mib": 10 ** 400, "free_percent": 1}})):
            question.answer.return_value = (0, output, "")
            known = status.answered(question)
            assert known["state"] is None and "not valid" in known["silent"][1], f"{output[:80]}: {known}"
    assert "\x1b" not in peer.why_not("x\x1b]0;y")[1]


def versions_of_two():
    """A service with another version on the other server is a yellow finding; a service of one server, or a server that sends no
    versions, is none."""
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(tree, "ROOT", folder):
        one, two = (service.name for service in services.services()[:2])
        with open(os.path.join(folder, tree.RELEASE), "w", encoding="utf-8") as file:
            file.write(f"services:\n  {one}:\n    image: tapbot/{one}:1\n  {two}:\n    image: tapbot/{two}:1\n")
        here = status.versions_of([{"service": two, "version": "2"}, {"service": "postgres", "version": "16"}])
        # The head of status has the versions of the last deploy, which .env does not.
        with mock.patch.object(tree, "env_read", return_value={"TAPBOT_VERSION": "0"}):
            assert releases.shown() == "1"
            with open(os.path.join(folder, tree.RELEASE), "a", encoding="utf-8") as file:
                file.write("  postgres-roles:\n    image: postgres:16\n  x-migrate:\n    image: tapbot/x:3\n")
            assert releases.shown() == "1, 3"
            os.unlink(os.path.join(folder, tree.RELEASE))
            assert releases.shown() == "0"
    assert here == {one: "1", two: "2"}, here
    for light, there, wanted in (("GREEN", {two: "2"}, "GREEN"), ("GREEN", {"x": "9"}, "GREEN"), ("GREEN", None, "GREEN"), ("GREEN", {one: "1", two: "3"}, "YELLOW"),
                                 ("RED", {two: "3"}, "RED"), ("GREEN", {two: "\x1b[31m"}, "YELLOW")):
        state = {"versions": here, "light": light, "problems": [], "findings": [], "peer": {"state": {"versions": there} if there is not None else None}}
        status.compare(state)
        assert state["light"] == wanted and len(state["findings"]) == len(state["problems"]) == (there is not None and there.get(two, "2") != "2"), state
        assert all(f"{two} 2 / " in one and one.isprintable() for one in state["problems"]), state
    state = {"versions": here, "light": "GREEN", "problems": [], "findings": [], "peer": None}
    status.compare(state)
    assert state["light"] == "GREEN" and not state["findings"]


def forged_log_lines():
    """A line with an unusual line separator remains one line: of the other server, of a container, of the reverse proxy. No line controls
    the terminal, with --raw neither."""
    with mock.patch.object(logs, "mask", lambda line: line), contextlib.redirect_stdout(io.StringIO()) as printed:
        logs.show(logs.Entry("n8n-1", "2026-01-01T00:00:00Z", "a\x1b]52;c;eA==\x07b\u202ec\td"), {"--raw": True})
    assert printed.getvalue() == "2026-01-01T00:00:00Z n8n-1 a\ufffd]52;c;eA==\ufffdb\ufffdc\td\n", repr(printed.getvalue())
    for end in ("\u2028", "\u2029", "\x85", "\r", "\x0c"):
        question = mock.Mock()
        question.answer.return_value = (0, f"2026-01-01T00:00:00Z n8n-1 {end}{FORGED}\n", "")
        with mock.patch.object(peer, "number", return_value="2"):
            found = list(logs.peer_entries(question, {"services": []}))
        assert [one.name for one in found] == ["2:n8n-1"] and found[0].body.isprintable(), f"{end!r}: {[one.name for one in found]}"
        stream = logs.ended_by_newline(io.BytesIO(f"n8n-1  | 2026-01-01T00:00:00Z x{end}postgres-1  | 2026-01-01T00:00:00Z forged\n".encode()))
        assert [one.container for one in logs.entries(stream)] == ["n8n-1"], repr(end)
        assert logs.human(logs.Entry("n8n-1", "2026-01-01T00:00:00Z", json.dumps({"level": f"{end}x", "msg": "y"}))).isprintable(), repr(end)


SINCE = [("30s", 30), ("10m", 600), ("1h30m", 5400), ("3d", 259200), ("2026-01-31T12:00:00Z", None), ("2026-01-31T12:00:00+05:00", None),
         ("2026-01-31", None)]


def log_times():
    """`--since` takes a duration or a time and reports anything else. A request is shown at the time of its end."""
    for words, seconds in SINCE:
        before = datetime.datetime.now(datetime.timezone.utc)
        when = logs.time_of(words)
        assert when, words
        ago = datetime.timedelta(seconds=seconds or 0)
        assert seconds is None or before <= when + ago <= datetime.datetime.now(datetime.timezone.utc), f"{words}: {when}"
    for words in ("2026-01-31T12:00:00+05:00", "2026-01-31T12:00:00", "2026-01-31 07:00Z"):
        assert logs.stamp_of(logs.time_of(words)) == "2026-01-31T07:00:00.000000Z", words
    assert [logs.clock_of(one) for one in ("2026-01-31T21:00:00.123456789Z", "2026-01-99T10:20:30Z")] == ["02:00:00", "10:20:30"]
    for words in ("yesterday", "вчера", "10", "h", "-1h", "2026-13-01", "99999999999999d", "1h 2m"):
        assert logs.time_of(words) is None, words
    line = '{"StartUTC":"2026-01-01T23:59:59.75Z","Duration":500000000,"RequestMethod":"GET","request_X-Request-Id":"r1"}\n'
    found = list(logs.request_entries([line, "{}\n", "noise\n", line[:40]]))
    assert len(found) == 1 and found[0].stamp == "2026-01-02T00:00:00.250000Z" and found[0].of_request("r1")


def traefik_files():
    """All routers of the tree are parsed, and their hosts depend on the profiles."""
    everything = edge.routers()
    assert {"dashboard", f"api-{SHORT}", f"{SHORT}-down", "directus", "n8n", "site"} <= {name for name, _, _ in everything}
    by_name = {name: body for name, body, _ in everything}
    assert {"basicAuth", "ipAllowList", "rateLimit"} <= edge.kinds(by_name["dashboard"]["middlewares"])
    assert not any(edge.unknown_middlewares(body["middlewares"], edge.section("middlewares")) for _, body, _ in everything)
    assert edge.hosts()["api.tapbot.kz"] == f"api-{SHORT}"
    for method in ("POST", "PUT", "PATCH", "DELETE"):  # with a body of unknown length
        assert f"Method(`{method}`)" in edge.section("routers")["long"][0]["rule"], method
    with mock.patch.object(checks_description, "HOOKS", "PathPrefix(`/webhook/`)"):  # other paths of n8n need the address list
        assert [words[1].split()[1] for words, _ in checks_description.routers_guarded()] == ["n8n-hooks"]
    assert not list(checks_description.routers_guarded())
    found = {name: body for name, (body, _) in edge.section("services").items()}
    assert found["n8n"]["failover"] == {"service": "n8n-ready", "fallback": "unavailable"} and "healthCheck" in found["n8n-ready"]["loadBalancer"]


def on_both_servers():
    """A service on two servers has its own name on the first, another on the second, and both names on a single host."""
    head = "# " + "\t".join(("name", "short", "kind", "port", "uid", "servers", "copies", "redis", "groups", "connections", "key", "paths"))
    both, = services.parse(f"{head}\nwatch\twatch\tkeys\t7090\t10090\t1,2\t1\t-\t-\t4\t-\twatches,alarms\n")
    with open(os.path.join(ROOT, "traefik/dynamic/routers.yml"), encoding="utf-8") as file:
        text = file.read().replace("$services := list\n", "$services := list\n" + "".join(f"  {row}\n" for row in both.routes))
    for profiles, hosts in (("server1", ["watch"]), ("server2", ["watch2"]), ("server1,server2", ["watch", "watch2"])):
        env = {"TAPBOT_DOMAIN": "tapbot.test", "COMPOSE_PROFILES": profiles}
        http = edge.maps(edge.rendered(text, env))["http"]
        assert [name for name in http["routers"] if name.startswith("watch") and not name.endswith("-down")] == hosts, profiles
        for host in hosts:
            assert f"Host(`{host}.tapbot.test`)" in http["routers"][host]["rule"] and "(watches|alarms)" in http["routers"][f"link-{host}"]["rule"]
            assert http["services"][host]["failover"]["service"] == "watch@docker"


def conditions_of_templates():
    """Conditions of `if` in traefik/dynamic; an unknown condition counts as true."""
    env = {"COMPOSE_PROFILES": "server2,monitoring", "LINK_PEER": "10.0.100.1"}
    for words, there in (('has "server2" $profiles', True), ('has "admin" $profiles', False), ('env "LINK_PEER"', True), ('env "NOTHING"', False),
                         ('or (has "admin" $profiles) (has "monitoring" $profiles)', True), ('not (has "server1" $profiles)', True),
                         ('and (env "LINK_PEER") (not (has "server1" $profiles)) (ne "bot" "health")', True),
                         ('and (env "LINK_PEER") (ne "health" "health")', False), ('eq (env "LINK_PEER") "10.0.100.1"', True), ("$other", True)):
        assert edge.holds(words, env) is there, words


class Watched(Handler):
    """Like health or search-api: returns `answered` to a client with the key, after `busy` refusals; `asked` is the last request body."""
    answered, status, asked, busy = b"", 200, b"", 0

    def do_GET(self):
        good = self.path in ("/v1/status", "/v1/alerts/test", "/v1/report", "/v1/report?dry_run=true", "/v1/search/messages", "/v1/search/apartments", "/v1/documents", "/livez") and self.headers["X-API-Key"] == "k"
        self.answer((200 if self.path == "/livez" else self.status) if good else 401, self.answered)

    def chunks(self):
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        return body

    def do_POST(self):
        assert self.path.partition("?")[0] in ("/v1/alerts/test", "/v1/report", "/v1/search/messages", "/v1/search/apartments", "/v1/documents"), self.path
        Watched.asked = self.chunks() if self.headers["Transfer-Encoding"] else self.rfile.read(int(self.headers["Content-Length"] or 0))
        Watched.busy -= 1
        if Watched.busy >= 0:
            return self.answer(503, "{}")
        return self.do_GET()


@contextlib.contextmanager
def watched():
    """A server of Watched, and a folder whose demo.env names it."""
    with served(Watched) as server, tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, TAPBOT_VAR=folder), \
            mock.patch.object(Watched, "status", 200):
        with open(os.path.join(folder, "demo.env"), "w", encoding="utf-8") as file:
            file.write("".join(f"{name}=http://127.0.0.1:{server.server_address[1]}\n" for name in ("HEALTH_URL", "SEARCH_URL")))
            file.write("API_KEY=k\nDATABASE_URL='a b'\n")
        yield


def shown_by(module, arguments, answered, status=200):
    """(exit code, output) of a command if health gives this answer."""
    Watched.answered, Watched.status = json.dumps(answered).encode(), status
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
        try:
            code = module.main(arguments)
        except SystemExit as end:
            code = end.code
    return code, shown.getvalue()


def shown_by_alerts(answered, status=200):
    return shown_by(alerts, ["test"], answered, status)


def alerts_test():
    """Each channel has a message; exit code 1 if one fails or there is none; refusals of health have their reason."""
    good = {"channel": "telegram", "told": True, "detail": "", "took_ms": 312}
    bad = {"channel": "email", "told": False, "detail": "smtp_refused", "took_ms": 95}
    with watched():
        code, shown = shown_by_alerts({"channels": [good]})
        assert code == 0 and "Telegram" in shown and "312" in shown, shown
        code, shown = shown_by_alerts({"channels": [good, bad]})
        assert code == 1 and "SMTP_USER" in shown and "312" in shown, shown
        code, shown = shown_by_alerts({"channels": [{**bad, "detail": "of_tomorrow", "channel": "pigeon"}]})
        assert code == 1 and "of_tomorrow" in shown and "pigeon" in shown, shown
        code, shown = shown_by_alerts({"channels": []})
        assert code == 1 and "first-start.md" in shown, shown
        for status, problem, words in ((409, "test_runs", " "), (429, "too_many_tests", " "), (403, "scope_missing", "deploy/tapbot up"), (503, "overloaded", "overloaded")):
            code, shown = shown_by_alerts({"code": problem}, status)
            assert code == 1 and words in shown and (problem in shown) == (status == 503), shown
    # Each possible answer of a channel has a message.
    codes = set()
    for path in [*glob.glob(os.path.join(ROOT, "services/health/src/notify/*.c")), os.path.join(ROOT, "common/http/smtp.c")]:
        with open(path, encoding="utf-8") as source:
            codes |= set(re.findall(r'"((?:sms|webhook|smtp)_[a-z_]+)"', source.read()))
    assert len(codes) > 10 and codes <= set(alerts.REASONS), codes - set(alerts.REASONS)


def report_now():
    """The report as it is sent, then each channel; --dry-run sends nothing."""
    answered = {"subject": "Утро 22.11", "text": "Сейчас всё работает\n", "channels": [{"channel": "email", "told": True, "detail": "", "took_ms": 95}]}
    with watched():
        code, shown = shown_by(report, [], answered)
        assert code == 0 and "Утро 22.11\n\nСейчас всё работает\n" in shown and "95" in shown, shown
        code, shown = shown_by(report, ["--dry-run"], {"would": answered})
        assert code == 0 and "Сейчас всё работает" in shown and "95" not in shown, shown
        code, shown = shown_by(report, [], {**answered, "channels": []})
        assert code == 1 and "first-start.md" in shown, shown
        code, shown = shown_by(report, [], {**answered, "channels": [{"channel": "email", "told": False, "detail": "smtp_away", "took_ms": 1}]})
        assert code == 1 and "SMTP_URL" in shown, shown
        assert shown_by(report, ["--dry"], answered)[0] == 2
        assert shown_by(report, [], {"code": "scope_missing"}, 403)[0] == 1


FOUND = {"id": "1", "score": 7.12, "snippet": "где парковка\nу\x1b[2J дома", "cut": [False, True], "highlights": [[4, 12]], "bot": "apartments",
         "chat_id": 700, "user_id": 700, "sent_at": "2026-01-02T03:04:05Z", "why": {"text_rank": 1, "vector_rank": None}}
ANSWER = {"items": [FOUND], "next_cursor": None, "mode": "text", "degraded": False, "phrase_missed": False, "reasons": [], "rewrites": [],
          "index_lag_seconds": 0, "took_ms": 4}


FLATS = {"items": [{"id": "1", "score": 0.75, "bookable": None, "title": {"ru": "Двушка", "kz": None, "en": None}, "city": "almaty", "district": "Медеуский",
                    "address": None, "location": None, "rooms": 2, "max_guests": 4, "base_price": {"amount": 2000000, "currency": "KZT"}, "total": None,
                    "why": {"ru": "комнат: 2", "kz": "бөлме саны: 2", "en": "rooms: 2"}}],
         "next_cursor": None, "found": 7, "relaxations": [{"drop": "max_price", "adds": 9, "needed": {"amount": 2100000, "currency": "KZT"}},
                                                          {"drop": "amenities", "adds": 2, "amenity": "parking"}],
         "wish": {"unsure": []}, "mode": "text", "degraded": False, "reasons": [], "rewrites": [], "index_lag_seconds": 0, "took_ms": 4}


def search_words():
    """The request, the output for an answer, and the reasons for none; with an unknown word no request is sent."""
    rewritten = {"kind": "layout", "from": "gfhrjdrf", "to": "парковка"}
    with watched():
        code, shown = shown_by(search, ["где", "парковка", "-тихо"], ANSWER)
        assert code == 0 and json.loads(Watched.asked) == {"query": "где парковка -тихо", "limit": 10}, Watched.asked
        assert "где *парковка* у�[2J дома…\n" in shown and "02.01.2026 08:04  apartments  чат 700\n" in shown and "7.12" not in shown, shown
        shown_by(search, ["--limit=3", "--chat", "-100", "--bot", "apartments", "--chats", "--", "--why"], ANSWER)
        assert json.loads(Watched.asked) == {"query": "--why", "limit": 3, "chat_id": -100, "bot": "apartments"}, Watched.asked
        code, shown = shown_by(search, ["gfhrjdrf"], {**ANSWER, "rewrites": [rewritten], "next_cursor": "x"})
        assert "Искали также: парковка\n" in shown and "раскладка" not in shown and "есть ещё" in shown, shown
        code, shown = shown_by(search, ["gfhrjdrf", "--why"], {**ANSWER, "rewrites": [rewritten, {**rewritten, "kind": "of_tomorrow"}]})
        assert "раскладка: gfhrjdrf → парковка" in shown and "of_tomorrow: " in shown and "  место по словам 1, вес 7.12\n" in shown, shown
        meant = {**FOUND, "why": {"text_rank": None, "vector_rank": 3}}
        code, shown = shown_by(search, ["x", "--mode", "vector", "--why"], {**ANSWER, "mode": "vector", "items": [meant]})
        assert json.loads(Watched.asked)["mode"] == "vector" and "  место по смыслу 3, вес 7.12\n" in shown and "Найдено по смыслу, поиск" in shown, shown
        both = {**FOUND, "why": {"text_rank": 2, "vector_rank": 3}}
        code, shown = shown_by(search, ["x", "--why"], {**ANSWER, "mode": "hybrid", "items": [both]})
        assert "mode" not in json.loads(Watched.asked) and "место по словам 2, по смыслу 3, вес" in shown and "Найдено по словам и по смыслу" in shown, shown
        code, shown = shown_by(search, ["x", "--mode=hybrid"], {**ANSWER, "degraded": True, "reasons": ["no_vectors"]})
        assert code == 0 and "по смыслу искать пока нечем" in shown and "Найдено по словам, поиск" in shown, shown
        worse = {**ANSWER, "items": [{**FOUND, "bot": None, "chat_id": None}], "degraded": True, "phrase_missed": True}
        code, shown = shown_by(search, ["x"], {**worse, "reasons": ["index_behind", "of_tomorrow"]})
        assert code == 0 and "поиск отстаёт" in shown and "; of_tomorrow." in shown and "по отдельности" in shown and "None" not in shown, shown
        code, shown = shown_by(search, ["x"], {**ANSWER, "items": [], "degraded": True, "reasons": ["index_filling"]})
        assert code == 0 and "ещё читает сказанное" in shown and shown.endswith("Ничего не нашлось.\n"), shown
        code, shown = shown_by(search, ["x"], {**ANSWER, "items": []})
        assert code == 0 and shown == "Ничего не нашлось.\n", shown
        for status, answered, wanted, words in ((422, {"code": "bad_slug", "errors": [{"field": "bot", "code": "bad_slug"}]}, 2, "--bot: "),
                                            (403, {"code": "scope_missing"}, 1, "search:read"),
                                            (404, {"code": "not_found"}, 1, "404 not_found")):
            code, shown = shown_by(search, ["x"], answered, status)
            assert code == wanted and words in shown, f"{status}: {code} {shown}"
        for refusals, wanted, words in ((watch.REPEATS, 0, "*парковка*"), (watch.REPEATS + 1, 1, "повторите")):
            with mock.patch.object(Watched, "busy", refusals), mock.patch.object(watch, "REST_SECONDS", 0):
                code, shown = shown_by(search, ["x"], ANSWER)
            assert code == wanted and words in shown, f"{refusals} refusals: {code} {shown}"
        code, shown = shown_by(search, ["--flats", "тихая", "двушка"], FLATS)
        assert code == 0 and json.loads(Watched.asked) == {"query": "тихая двушка", "limit": 10}, Watched.asked
        assert "  20 000 ₸ за ночь  almaty, Медеуский\n" in shown and "вес" not in shown, shown
        assert "Если убрать предел цены: ещё 9, от 21 000 ₸ за ночь.\nЕсли убрать удобство «parking»: ещё 2.\nПоказано: 1 из 7." in shown, shown
        free = {**FLATS["items"][0], "total": {"amount": 4100000, "currency": "KZT"}}
        code, shown = shown_by(search, ["--flats", "тихая", "--why"], {**FLATS, "items": [free]})
        assert "  41 000 ₸ за всё  " in shown and "вес 0.75: комнат: 2\n" in shown, shown
        unsure = {**FLATS, "items": [], "relaxations": [], "degraded": True, "reasons": ["dates_unjudged"], "wish": {"unsure": ["price", "of_tomorrow"]}}
        code, shown = shown_by(search, ["--flats", "тихая"], unsure)
        assert code == 0 and "неизвестно" in shown and "Не понять: цену, of_tomorrow." in shown and "Ничего не подходит." in shown, shown
        Watched.asked = b""
        for words in ([], [" "], ["x", "--limit", "0"], ["x", "--limit", "101"], ["x", "--limit"], ["x", "--chat", "y"], ["x", "--bots"], ["--why"],
                      ["x", "--chats", "--flats"], ["x", "--flats", "--bot", "a"], ["x", "--mode"], ["x", "--mode", "words"], ["x", "--flats", "--mode", "text"]):
            assert shown_by(search, words, ANSWER)[0] == 2, words
        assert Watched.asked == b"", "a request was sent"
        Watched.answered, Watched.status, terminal = json.dumps(ANSWER).encode(), 200, io.StringIO()
        terminal.isatty = lambda: True
        for variables, words in (({}, "где \x1b[1;33mпарковка\x1b[0m"), ({"NO_COLOR": "1"}, "где *парковка*")):
            with mock.patch.dict(os.environ, variables), contextlib.redirect_stdout(terminal):
                assert search.main(["x"]) == 0 and words in terminal.getvalue(), terminal.getvalue()
    # Each value of search-api's enumerations has a message.
    with open(os.path.join(ROOT, "services/search-api/openapi.yaml"), encoding="utf-8") as contract:
        text = contract.read()
    for name, known in (("reasons", search.REASONS), ("mode", search.MODES), ("kind", search.REWRITES), ("drop", search.DROPS), ("unsure", search.UNSURE)):
        listed = re.findall(rf"{name}: {{type: (?:array, items: {{type: )?string, enum: \[([a-z_, ]+)\]", text)
        assert {one for each in listed for one in each.split(", ")} == set(known), f"{name}: {listed}"


def documents_loaded():
    """The file is sent to search-api unchanged; the results of its lines are shown, with the next step for refused ones."""
    answer = {"indexed": 7, "unchanged": 2, "refused": [], "refused_more": 0}
    bad = {"line": 5, "code": "of_tomorrow", "field": "text", "detail": "A\x1b[2J value."}
    with watched(), tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "of.ndjson")
        body = b'{"id":"a"}\n' * 20000
        with open(path, "wb") as file:
            file.write(body)
        code, shown = shown_by(search, ["load", path], answer)
        assert code == 0 and Watched.asked == body and "Записано: 7, без изменений: 2, пропущено плохих строк: 0" in shown, shown
        pipe = os.path.join(folder, "pipe")
        os.mkfifo(pipe)
        threading.Thread(target=lambda: open(pipe, "wb").write(body), daemon=True).start()
        assert shown_by(search, ["load", pipe], answer)[0] == 0 and Watched.asked == body
        code, shown = shown_by(search, ["load", path], {**answer, "refused": [bad, {**bad, "line": 9, "field": None}], "refused_more": 3})
        assert code == 1 and "строка 5: text: of_tomorrow. A" in shown and "строка 9: of_tomorrow" in shown and "и ещё 3" in shown, shown
        assert "строк: 5" in shown and "\x1b" not in shown, shown
        for status, wanted in ((403, "search:write"), (413, "split"), (503, "безвредно"), (422, "422 x")):
            code, shown = shown_by(search, ["load", path], {"code": "x"}, status)
            assert code == 1 and wanted in shown, f"{status}: {code} {shown}"
        Watched.asked = b""
        for words in (["load"], ["load", path, path], ["load", "--all"], ["load", os.path.join(folder, "none")], ["load", folder]):
            assert shown_by(search, words, answer)[0] == 2 and Watched.asked == b"", words
        assert shown_by(search, ["load", "--help"], answer)[0] == 0
        assert shown_by(search, ["--", "load"], ANSWER)[0] == 0 and json.loads(Watched.asked)["query"] == "load"


def search_of_the_stack():
    """Without a demo the stack's search-api gets the request, with the key of the environment; without a key, how to make it. Without a stack
    the demo is named, and not the engine, which this machine may not have."""
    container = {"NetworkSettings": {"Networks": {"a": {"IPAddress": "127.0.0.1"}}}}
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(watch.services, "one") as one, \
            mock.patch.object(tree, "running", lambda name: [container] if name == "search-api" else []), \
            mock.patch.object(tree, "env_read"), mock.patch.object(tree, "engine_needed") as engine, mock.patch.object(tree, "ENV_FILE", __file__):
        with mock.patch.dict(os.environ, TAPBOT_VAR=folder), mock.patch.object(tree, "ENV_FILE", os.path.join(folder, ".env")):
            for module, words in ((search, ["парковка"]), (alerts, ["test"]), (report, []), (rides, [])):
                code, shown = shown_by(module, words, ANSWER)
                assert code == 1 and "deploy/tapbot demo --detach" in shown and not engine.called, (words, shown)
        with served(Watched) as server:
            one.return_value.port = server.server_address[1]
            with mock.patch.dict(os.environ, TAPBOT_VAR=folder, API_KEY="k"):
                code, shown = shown_by(search, ["парковка"], ANSWER)
                assert code == 0 and "*парковка*" in shown, shown
            with mock.patch.dict(os.environ, TAPBOT_VAR=folder, API_KEY=""):
                code, shown = shown_by(search, ["парковка"], ANSWER)
                assert code == 3 and "sudo deploy/tapbot shell" in shown and "keys create --stack" in shown, shown
        with mock.patch.dict(os.environ, TAPBOT_VAR=folder, API_KEY="k"):
            code, shown = shown_by(search, ["парковка"], ANSWER)
            assert code == 1 and "logs search-api" in shown, shown
            one.return_value.servers = ["2"]
            for here, wanted, words in (("1", 2, "search-api работает на сервере 2"), ("2", 1, "logs search-api")):
                with mock.patch.object(tree, "link_server", return_value=here):
                    code, shown = shown_by(search, ["парковка"], ANSWER)
                assert code == wanted and words in shown, (here, shown)


def demo_beside_a_stack():
    """In the stack's shell the demo that runs beside it is not used, except by its own copies. Elsewhere a message names the demo, and the
    shell for the stack."""
    Watched.answered = b"{}"
    with watched(), tempfile.TemporaryDirectory() as folder:
        for shell, copies, with_stack, used, said in (("stack", "", True, False, False), ("stack", "x", True, True, False), ("demo", "", True, True, True),
                                                      ("", "", True, True, True), ("", "", False, True, False), ("", "x", True, True, False)):
            given = {name: value for name, value in (("TAPBOT_SHELL", shell), ("TAPBOT_DEMO", copies)) if value}
            with mock.patch.dict(os.environ, given), mock.patch.object(tree, "ENV_FILE", __file__ if with_stack else os.path.join(folder, ".env")), \
                    contextlib.redirect_stderr(io.StringIO()) as printed:
                found = watch.demo("SEARCH_URL")
            assert bool(found) == used and ("deploy/tapbot shell --stack" in printed.getvalue()) == said, (shell, copies, with_stack, found, printed.getvalue())


def judged_by_health():
    """The output of health's checks, causes alone; empty if health is unavailable, refuses, answers nonsense or has no results yet."""
    check = {"name": "redis", "status": "red", "detail": "connect", "since": "x"}
    answer = {"status": "red", "since": "2026-01-01T00:00:00Z", "checks": [
        check, {**check, "name": "site", "status": "affected"}, {**check, "name": "host", "status": "yellow", "detail": ""}]}
    container = {"NetworkSettings": {"Networks": {"a": {"IPAddress": ""}, "b": {"IPAddress": "127.0.0.1"}}}}
    with mock.patch.object(watch.tree, "running", lambda _: [container]), mock.patch.object(watch.services, "one") as one, mock.patch.object(watch, "key") as key_of:
        with served(Watched) as server:
            one.return_value.port = server.server_address[1]
            for key, answered, wanted in (
                    ("k", answer, {"light": "RED", "since": answer["since"], "causes": [["RED", "redis", "connect"], ["YELLOW", "host", ""]]}),
                    ("k", {**answer, "status": "unknown"}, None), ("k", [], None), ("wrong", answer, None), (None, answer, None)):
                Watched.answered, key_of.return_value = json.dumps(answered).encode(), key
                assert watch.verdict() == wanted, f"{key}: {answered}"
            Watched.answered, key_of.return_value = b"<html>", "k"
            assert watch.verdict() is None
        assert watch.verdict() is None
    shown = {"containers": [{"container": "tapbot-redis-1", "health": "stopped", "memory_percent": 0, "oom_killed": False}], "missing": [],
             "disk": {"free_percent": 90, "free_mib": 9000}, "certificates": None, "closed": "12:00", "backup": None,
             "health": {"causes": [["RED", "redis", "connect"], ["YELLOW", "host", ""]]}}
    assert [english for _, _, english in status.problems(shown, [])] == ["tapbot-redis-1: stopped", "closed for clients since 12:00: deploy/tapbot maintenance off", "health: host"]


def backups_in_status():
    """The line of the backup: its age at the target that lags most, and the date of the last restore test."""
    now, s3 = time.time(), ["s3:https://a.example/one", "s3:https://b.example/two"]
    pushed = {f"push {s3[0]}": {"done": now - 130}, f"push {s3[1]}": {"done": now - 250}}
    both = {**pushed, "drill": {"done": datetime.datetime(2026, 11, 21, 20, tzinfo=datetime.timezone.utc).timestamp()}}
    with tempfile.TemporaryDirectory() as folder, mock.patch.multiple(backup_place.Stack, folder=folder, keys=folder), \
            mock.patch.object(tree, "env_read") as env, mock.patch("say.ENGLISH", True):
        settings.write_file(os.path.join(folder, "key"), "k", 0o600)
        for targets, profile, known, wanted in (
                ([], "server2", {}, "backup: not enabled, to enable it: sudo deploy/tapbot backup init"),
                (s3, "server2", {}, "backup: none yet  restore test: none yet"),
                (s3, "server2", both, "backup: 4 min ago  restore test: 2026-11-22"),
                (s3[:1], "server2", pushed, "backup: 2 min ago  restore test: none yet"),
                (["s3:https://c.example/new", *s3], "server2", pushed, "backup: none yet  restore test: none yet"),
                (s3, "server1", both, "backup: 4 min ago")):
            settings.write_file(os.path.join(folder, "state.json"), json.dumps(known), 0o600)
            env.return_value = {"COMPOSE_PROFILES": profile, "BACKUP_TARGETS": ",".join(targets)}
            assert status.backup_line(status.backups()) == wanted, f"{wanted}: {status.backups()}"
        for ago, asked in ((None, True), (91, True), (89, False)):
            settings.write_file(os.path.join(folder, "state.json"), json.dumps({"card": {"printed": 1, "confirmed": ago and now - ago * 86400 or 0}}), 0o600)
            shown = {"containers": [], "missing": [], "disk": {"free_percent": 90, "free_mib": 9000}, "certificates": None, "closed": None, "health": None, "backup": status.backups()}
            assert [(colour, "card --confirm" in english) for colour, _, english in status.problems(shown, [])] == [("YELLOW", True)] * asked, ago
        card, damaged = {"confirmed": now}, {"done": now, "tried": now, "why": ["повреждена", "it is damaged"]}
        for known in ({**pushed, "verify": damaged}, {**pushed, f"check {s3[1]}": damaged}, {f"push {s3[0]}": {"tried": now, "why": damaged["why"]}}, {**pushed, "files": damaged, f"images {s3[0]}": damaged}):
            settings.write_file(os.path.join(folder, "state.json"), json.dumps({**known, "card": card}), 0o600)
            assert status.problems({**shown, "backup": status.backups()}, []) == \
                [("YELLOW", "резервная копия: повреждена; подробнее: sudo deploy/tapbot backup", "backup: it is damaged; details: sudo deploy/tapbot backup")], known
        with mock.patch.object(backup_place.Stack, "state", side_effect=PermissionError):
            assert status.backup_line(status.backups()) == "backup: only visible with sudo"
    with mock.patch("say.ENGLISH", False):
        shown = status.lines({**peer_state("x"), "backup": {"enabled": True, "age_seconds": 250, "tested": "2026-11-22"}})
        assert "резервная копия: 4 мин назад  проверка восстановления: 2026-11-22" in shown, shown
        assert len(status.lines(peer_state("x"))) == len(shown) - 1, "a server of an older version"


def times_of_almaty():
    """Since when the stack is closed, and when a container was restarted: as in `logs`, in Almaty, whatever zone the machine has."""
    moment = datetime.datetime(2026, 11, 22, 18, 0, 30, tzinfo=backup_plan.ZONE).timestamp()
    one = {"Id": "1", "Name": "/tapbot-redis-1", "RestartCount": 1, "State": {"Running": True, "StartedAt": "x"}, "HostConfig": {"Memory": 0}}
    try:
        for zone in ("UTC", "America/Los_Angeles"):
            with mock.patch.dict(os.environ, TZ=zone), tempfile.NamedTemporaryFile() as page, mock.patch.object(maintenance, "ACTIVE", page.name), \
                    mock.patch.object(tree, "containers", lambda: [one]), mock.patch.object(tree, "seconds_since", lambda _: 60), \
                    mock.patch.object(tree, "docker", lambda *words: subprocess.CompletedProcess(words, 0, "", "")), \
                    mock.patch.object(checks_running.host, "killed_for_memory", lambda: ""), mock.patch.object(checks_running.time, "time", lambda: moment + 60):
                time.tzset()
                os.utime(page.name, (moment, moment))
                assert maintenance.since() == [when for _, when, _ in checks_running.restarts()][0] == "2026-11-22 18:00", zone
    finally:
        time.tzset()


def limits_of_instances():
    """The sum of the memory limits has each running instance of a service, and one of a service that does not run."""
    body = {"deploy": {"resources": {"limits": {"memory": "100M"}}}}
    known = {"services": {"api": body, "redis": body, "api-migrate": {**body, "restart": "no"}}}
    there = [{"Name": f"/tapbot-api-{number}", "Config": {"Labels": {"com.docker.compose.service": "api"}}, "State": {"Running": number < 4}} for number in (1, 2, 3, 4)]
    with mock.patch.object(tree, "configuration", return_value=(known, "")), mock.patch.object(tree, "containers", return_value=there):
        assert checks_host.limits_sum() == 400


def swap_by_disk():
    """Without swap the command makes a file, on a small disk compressed memory."""
    for mib, wanted in ((9500, "zram-tools"), (18800, "/swapfile")):
        room = mock.Mock(f_blocks=mib << 8, f_frsize=4096)
        with mock.patch.object(checks_host.host, "memory", return_value=(3911, 0)), mock.patch.object(checks_host, "limits_sum", return_value=1320), \
                mock.patch.object(checks_host.os, "statvfs", return_value=room):
            found = list(checks_host.memory())
        assert len(found) == 1 and wanted in found[0][1], (mib, found)


def label_tree():
    """Labels become the structure of a file, and the container's port an address."""
    services = {"x": {"labels": {
        "traefik.enable": "true", "traefik.http.services.x.loadbalancer.server.port": "7020",
        "traefik.http.services.x.loadbalancer.healthcheck.path": "/readyz",
        "traefik.http.routers.x.rule": "Host(`a`)", "traefik.http.routers.x.middlewares": "one@file,two"}},
        "y": {"labels": ["traefik.enable=false", "traefik.http.routers.y.rule=Host(`b`)"]}}
    made = trial.label_tree(services)
    assert made == {"http": {"services": {"x": {"loadbalancer": {"servers": [{"url": "http://127.0.0.1:7020"}],
                                                                "healthcheck": {"path": "/readyz"}}}},
                             "routers": {"x": {"rule": "Host(`a`)", "middlewares": ["one@file", "two"]}}}}, made


def last_words():
    """The last words of a container, of its log or of its health check, and of a program of the backup cannot control the terminal."""
    said = subprocess.CompletedProcess("docker", 0, "\x1b[31ma\x1b]0;x\x07b\n", "")
    one = {"Id": "1", "Name": "/n8n-1", "Config": {"Labels": {"com.docker.compose.service": "n8n"}}, "State": {"Status": "exited", "Running": False, "ExitCode": 1}}
    wanted = "a\ufffd]0;x\ufffdb"
    with mock.patch.object(tree, "docker", lambda *_: said), contextlib.redirect_stderr(io.StringIO()) as printed:
        found = {checks_running.last_words(one), rollout.last_words(one), backup_place.last_line(said)}
        up.explain([one])
    assert found == {wanted}, found
    assert f"    {wanted}\n" in printed.getvalue() and "\x1b" not in printed.getvalue(), printed.getvalue()
    shown = checks_running.probe_words({"Health": {"Log": [{"Output": "a\x1b]0;x\x07\nb"}]}})
    assert shown == "a\ufffd]0;x\ufffd b", shown


def container_gone():
    """A container that ends between `docker ps` and `docker inspect` does not hide the others; without any, and without an answer, there are none."""
    one = {"Id": "1", "Name": "/tapbot-postgres-1", "Config": {"Labels": {"com.docker.compose.service": "postgres"}}, "State": {"Running": True}}
    for printed, wanted in ((json.dumps([one]), [one]), ("[]\n", []), ("", [])):
        with mock.patch.object(tree, "docker", lambda verb, *_, printed=printed: subprocess.CompletedProcess(verb, int(verb != "ps"), "1 2" if verb == "ps" else printed, "no such object: 2")):
            assert tree.running("postgres") == wanted, printed


def own_name_in_hosts():
    """`doctor dns` does not take an address of loopback, which cloud-init writes into /etc/hosts, for one of another machine."""
    known = {"tapbot.test": ["127.0.1.1"], "api.tapbot.test": ["::1", "203.0.113.99"], "n8n.tapbot.test": []}
    with mock.patch.object(checks_host.os.path, "exists", return_value=True), mock.patch.object(tree, "env_read", return_value={"PUBLIC_ADDRESS": "203.0.113.10"}), \
            mock.patch.object(edge, "hosts", return_value=known), mock.patch.object(checks_host.host, "resolve", known.get), mock.patch("say.ENGLISH", True):
        found = [words[1] for words, in checks_host.names()]
    assert found == ["no address in DNS for n8n.tapbot.test", "api.tapbot.test resolves to 203.0.113.99, but this machine is 203.0.113.10"], found


def path_with_a_space():
    """In a folder whose name has a space the commands of doctor, and the forced command of the other server's key, name one file."""
    folder = "/opt/my tapbot/deploy/host"
    with mock.patch.object(tree, "ROOT", "/opt/my tapbot"), mock.patch.object(checks_host, "table_there", return_value=True), \
            mock.patch.object(checks_host, "trusted_wanted", return_value=set()), mock.patch.object(checks_host, "trusted_loaded", return_value=[ipaddress.ip_network("192.0.2.0/24")]):
        ((_, trusted),) = checks_host.connections()
        for command, name in ((link.unit_command(), "tapbot-link.service"), (checks_host.tables_load(), "tapbot-journal.service"), (trusted, "trusted.sh")):
            assert f"{folder}/{name}" in shlex.split(command), command
    with mock.patch.object(harden_peer, "PROGRAM", f"{folder}/tapbot-peer"), mock.patch.object(harden_host, "read", return_value=None), \
            mock.patch.object(link_files, "ssh_peer", return_value="AAAA"):
        line = harden_peer.wanted({"LINK_PEER": "10.0.100.2"})
    assert shlex.split(re.search('command="([^"]*)"', line)[1]) == [f"{folder}/tapbot-peer"], line


def certificate_ends():
    """The end of a certificate, read without a library."""
    for days in (1, 64, 90, 40000):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", str(days),
                            "-subj", "/CN=api.tapbot.test", "-keyout", f"{folder}/k", "-out", f"{folder}/c"], check=True,
                           capture_output=True)
            with open(f"{folder}/c", "rb") as file:
                end = certificates.ends(file.read())
        wanted = datetime.datetime.now().timestamp() + days * 86400
        assert abs(end - wanted) < 120, f"{days} days: {end - wanted:.0f} s off"


def certificates_of_a_former_domain():
    """After a change of the domain `up` takes its certificates out of Traefik's file, which is retained; those of the domain, and of another
    name that is routed here or by the labels of another stack, remain, and so does the account."""
    labels = [{"com.docker.compose.project": project, "traefik.http.routers.a.rule": rule} for project, rule in (("shop", "Host(`shop.kz`) || Host(`www.shop.kz`)"), (tree.PROJECT, "Host(`old.kz`)"))]
    def entry(name):
        return {"domain": {"main": name}, "certificate": "", "key": ""}
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(certificates, "acme_path", lambda: path), mock.patch.object(tree, "engine", lambda: True), \
            mock.patch.object(tree, "domain", lambda: "new.kz"), mock.patch.object(edge, "hosts", lambda: {"second.kz": "site"}), \
            mock.patch.object(tree, "docker", lambda *_: subprocess.CompletedProcess([], 0, "a b\n", "")), mock.patch.object(tree, "docker_json", lambda *_: [{"Config": {"Labels": one}} for one in labels]):
        path = os.path.join(folder, "acme.json")
        for names, former in (((), []), (("new.kz", "api.new.kz", "second.kz"), []), (("old.kz", "api.old.kz", "new.kz", "second.kz", "www.shop.kz", "api.renew.kz"), ["api.old.kz", "api.renew.kz", "old.kz"])):
            with open(path, "w", encoding="utf-8") as file:
                json.dump({"letsencrypt": {"Account": {"Email": "a@new.kz"}, "Certificates": [entry(name) for name in names] or None}, "unused": None}, file)
            assert certificates.of_other_domains() == former, names
        with open(path, encoding="utf-8") as file:
            before = file.read()
        certificates.put_aside(former)
        left = certificates.stored()["letsencrypt"]
        assert [one["domain"]["main"] for one in left["Certificates"]] == ["new.kz", "second.kz", "www.shop.kz"] and left["Account"] == {"Email": "a@new.kz"}, left
        assert os.stat(path).st_mode & 0o777 == 0o600 and certificates.of_other_domains() == []
        (kept,) = (name for name in os.listdir(folder) if name != "acme.json")
        with open(os.path.join(folder, kept), encoding="utf-8") as file:
            assert file.read() == before, kept
        certificates.put_aside()
        assert certificates.stored() == {}


def self_signed(folder, name):
    """The certificate's file; its key is name.key beside it."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                    "-addext", f"subjectAltName=DNS:{name}", "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}"], check=True, capture_output=True)
    return f"{folder}/{name}"


class Edge:
    """As a context: a server on loopback that shows one certificate; `asked` counts connections."""

    def __init__(self, certificate):
        self.context, self.asked, self.stopped = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), 0, False
        self.context.load_cert_chain(certificate, f"{certificate}.key")
        self.context.num_tickets = 0  # they would be written to a closed connection
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.serve)

    def serve(self):
        while True:
            plain, _ = self.listener.accept()
            self.asked += 1
            try:
                self.context.wrap_socket(plain, server_side=True).close()
            except OSError:  # the client disconnects, or __exit__ connects
                if self.stopped:
                    return

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped = True
        socket.create_connection(self.listener.getsockname()).close()
        self.thread.join()
        self.listener.close()


STAGING, REAL = (settings.ACME[name] for name in ("staging", "production"))
HOOKED, POLLED = "taxi\ttapbot\twebhook\tactive\ttaxi\n", "old\ttapbot\twebhook\tinactive\ttaxi\nhome\ttapbot\tpoll\tactive\tapartments\n"
# The trusted names, .env, the gateway's bots (None: it fails), and doctor's message and command.
TRUST = [
    ("bot.tapbot.test", STAGING, HOOKED + POLLED, None, None),
    ("other.test", STAGING, HOOKED + POLLED, "by webhook: taxi", checks_running.REAL),
    ("other.test", REAL, HOOKED, "self-signed certificate", "deploy/tapbot logs traefik --since 24h"),
    ("other.test", STAGING, "old\ttapbot\twebhook\tactive\nnew\ttapbot\twebhook\tactive\ttaxi\tx\n", "by webhook: old, new", checks_running.REAL),
    ("other.test", STAGING, POLLED, None, None),
    ("other.test", STAGING, "", None, None),
    ("nobody", STAGING, HOOKED, "ca-certificates is missing", None),
    ("other.test", STAGING, None, "cannot list its bots", None),
]


def webhook_certificate():
    """doctor checks the certificate as Telegram would, and only where bots use webhooks."""
    def looked(folder, trusted, server, bots):
        done = subprocess.CompletedProcess([], 0 if bots is not None else 1, bots or "", "")
        with mock.patch.dict(os.environ, {"SSL_CERT_FILE": f"{folder}/{trusted}", "SSL_CERT_DIR": f"{folder}/nothing"}), \
                mock.patch.object(tree, "engine", lambda: True), mock.patch.object(tree, "running", lambda name: [{"Id": name}]), \
                mock.patch.object(tree, "docker", lambda *words: done), \
                mock.patch.object(tree, "env_read", lambda: {"ACME_SERVER": server, "TAPBOT_DOMAIN": "tapbot.test"}), \
                mock.patch.object(certificates, "stored", dict):
            return findings.run_checks([check for check in checks_running.RUNNING if check.name == "webhook-certificate"])
    with tempfile.TemporaryDirectory() as folder:
        self_signed(folder, "other.test")
        with Edge(self_signed(folder, "bot.tapbot.test")) as server:
            with mock.patch.object(certificates, "EDGE", server.listener.getsockname()):
                for trusted, authority, bots, words, command in TRUST:
                    found, unchecked = looked(folder, trusted, authority, bots)
                    messages = [one.what[1] for one in found] + [why[1] for _, why in unchecked]
                    assert len(messages) == bool(words) and all(words in one for one in messages), f"{trusted}, {bots!r}: {messages}"
                    assert [one.command for one in found] == ([command] if command else []), [one.command for one in found]
                assert server.asked == 4, f"{server.asked} connections; four of these cases need one"
                with mock.patch.dict(os.environ, {"SSL_CERT_FILE": f"{folder}/bot.tapbot.test"}):
                    assert "mismatch" in (certificates.distrust("other.test") or ""), "a certificate of another name was trusted"
        with mock.patch.object(certificates, "EDGE", ("127.0.0.1", 1)):
            _, unchecked = looked(folder, "other.test", STAGING, HOOKED)
            assert "does not answer" in unchecked[0][1][1], unchecked


def bot_row(name, tenant, kind, *more):
    return "\t".join([name, tenant, "poll", "active", kind, *more]) + "\n"


# The gateway's bots, and what doctor says of each check: parts of the problem and the command.
PEOPLE = [
    ("", [], []),
    (bot_row("flats", "one", "apartments", "linked", "set"), [], []),
    (bot_row("flats", "one", "apartments", "none", "none"), [("type apartments name no support: flats", "bots add flats --tenant one")],
     [("one has no staff chat", "bots staff flats")]),
    (bot_row("a", "one", "apartments", "lost", "set") + bot_row("b", "two", "taxi", "linked", "none"), [("taxi name no support: b", "bots add b")],
     [("one has lost its staff chat", "bots staff a")]),
    (bot_row("a", "one", "apartments", "none", "set") + bot_row("b", "one", "apartments", "linked", "set"), [], []),
    (bot_row("kitchen", "one", "flow", "none", "set"), [], []),  # other programs answer its people
    (bot_row("a", "one", "flow", "none", "set") + bot_row("b", "one", "apartments", "none", "set"), [], [("one has no staff chat", "bots staff b")]),
    (bot_row("off", "one", "apartments", "none", "none").replace("active", "inactive"), [], []),
    (bot_row("old", "one", "apartments"), [], []),  # of an older gateway
]


def rides_disabled():
    """Where rides are disabled, the command prints how to enable them: in the demo a command, on a server the file, the line and
    the command, or only the command if the line is there."""
    def shown(of_demo, env):
        with mock.patch.object(watch, "demo", return_value=of_demo), mock.patch.object(watch, "stack", return_value=("127.0.0.1:1", "k")), \
                mock.patch.object(watch, "call", return_value=(404, {"code": "not_found"})), mock.patch.object(tree, "env_read", return_value=env):
            code, printed = shown_by(rides, [], {})
        assert code == 1, printed
        return printed
    demo = shown(("127.0.0.1:1", "k"), {})
    assert "deploy/tapbot demo stop && RIDES_ENABLED=true deploy/tapbot demo --detach" in demo and ".env" not in demo, demo
    for env in ({}, {"RIDES_ENABLED": "false"}):
        steps = shown(None, env)
        for words in (f"sudo nano {tree.ENV_FILE}", " RIDES_ENABLED=false ", " RIDES_ENABLED=true", "sudo deploy/tapbot up --yes"):
            assert words in steps, steps
    applied = shown(None, {"RIDES_ENABLED": "true"})
    assert "sudo deploy/tapbot up --yes" in applied and "nano" not in applied, applied
    with open(os.path.join(ROOT, "docs/bots.md"), encoding="utf-8") as file:
        page = file.read().partition("### Включить поездки")[2].partition("\n## ")[0]
    for words in ("`sudo nano /opt/tapbot/.env`", "`RIDES_ENABLED=false` на `RIDES_ENABLED=true`", "`sudo deploy/tapbot up --yes`"):
        assert words in page, page


SHOWN_RIDE = {"id": "018f0013-0000-7000-8000-000000000001", "code": "R7K2M9QX", "trip_id": None, "kind": "seat", "from": "almaty", "to": "taraz",
              "depart_at": "2026-11-25T13:30:00Z", "depart_from": "2026-11-25T13:30:00Z", "depart_to": "2026-11-25T15:00:00Z", "seats": 2,
              "passenger": {"name": "Айгуль", "phone": "+77017654321"}, "driver": {"name": "Асхат Нурланов", "phone": "+77051112233"},
              "car": {"make": "Toyota", "model": "Camry", "plate": "777ABC05"}}


def rides_shown():
    """A call for help shows both sides with their phones, the car, the side that called and the place; a request what is to be driven."""
    call = {"side": "driver", "location": {"lat": 43.26, "lon": 76.93}, "answered_at": None}
    lists = {"needs=help": [SHOWN_RIDE], "/sos?": [call, {**call, "side": "guest", "answered_at": "2026-11-25T13:40:00Z"}],
             "status=open": [{**SHOWN_RIDE, "kind": "parcel", "seats": 0}, {**SHOWN_RIDE, "kind": "car", "seats": 1}, SHOWN_RIDE]}

    def answer(_address, _key, _method, path, _seconds):
        return 200, {"items": next((items for part, items in lists.items() if part in path), []), "next_cursor": None}
    with mock.patch.object(watch, "demo", return_value=("127.0.0.1:1", "k")), mock.patch.object(watch, "call", side_effect=answer), \
            mock.patch("say.ENGLISH", True):
        code, printed = shown_by(rides, [], {})
    assert code == 0, printed
    row = next(line for line in printed.splitlines() if SHOWN_RIDE["id"] in line)
    for words in ("called by the driver ", "Айгуль +77017654321", "Асхат Нурланов +77051112233", "Toyota Camry 777ABC05", "43.26,76.93"):
        assert words in row, (words, row)
    for words in ("a parcel", "the whole car", "seats: 2"):
        assert words in printed, (words, printed)


def people_of_bots():
    """doctor reports bots without support and tenants without a staff chat, whatever columns the gateway prints."""
    for printed, *expected in PEOPLE:
        done = subprocess.CompletedProcess([], 0, printed, "")
        with mock.patch.object(tree, "engine", lambda: True), mock.patch.object(tree, "running", lambda name: [{"Id": name}]), \
                mock.patch.object(tree, "docker", lambda *words, done=done: done):
            for name, wanted in zip(("support", "staff-chat"), expected):
                found, unchecked = findings.run_checks([check for check in checks_running.RUNNING if check.name == name])
                assert len(found) == len(wanted) and not unchecked, (printed, found, unchecked)
                for one, (words, command) in zip(found, wanted):
                    assert words in one.what[1] and command in one.command, (printed, one.what, one.command)


def held_messages():
    """doctor reports how many messages of each bot are held."""
    printed = "a\tnotice\t7\t2026-11-26 10:00\t\na\treply\t8\t2026-11-26 10:01\t\nb\tbroadcast\t\t2026-11-26 09:00\t\n"
    for output, code, wanted in ((printed, 0, ["2 messages of the bot a wait for a decision, since 2026-11-26 10:00", "1 messages of the bot b"]), ("", 0, []), ("", 2, None)):
        done = subprocess.CompletedProcess([], code, output, "")
        with mock.patch.object(tree, "engine", lambda: True), mock.patch.object(tree, "running", lambda name: [{"Id": name}]), \
                mock.patch.object(tree, "docker", lambda *words, done=done: done if words[-1] == "--held" else None):
            found, unchecked = findings.run_checks([check for check in checks_running.RUNNING if check.name == "held"])
        assert len(found) == len(wanted or []) and bool(unchecked) == (wanted is None), (found, unchecked)
        for one, words in zip(found, wanted or []):
            assert words in one.what[1] and "bots held " in one.command, (one.what, one.command)


FORMS = {
    "TAPBOT_DOMAIN": (["tapbot.kz", "a.b-c.test"], ["https://tapbot.kz", "tapbot", "Tapbot.kz", "a b.kz", "", "-a.kz"]),
    "ACME_EMAIL": (["admin@tapbot.kz"], ["admin", "a@b", "a b@c.kz"]),
    "ACME_SERVER": (["https://ca.test:14000/dir"], ["http://ca.test/dir", "staging"]),
    "ALERT_REPORT_AT": (["09:00", "23:59"], ["9:00", "24:00", "09.00", "09:60"]),
    "ALERT_QUIET": (["23:00-08:00", "12:30-14:00"], ["23:00", "24:00-08:00", "8:00-09:00", "23:00-23:00", "23:60-08:00", "23:00–08:00"]),
    "ADMIN_NETWORKS": (["198.51.100.7/32", "10.0.0.0/8,fd00::/8", "198.51.100.7"], ["office", "10.0.0.1/8,x", "1.2.3.4/33", ""]),
    "RIDES_ENABLED": (["true", "false"], ["yes", "True", "1", ""]),
    "RIDES_CONTACT_LINGER": (["24h", "0h", "168h", "90m"], ["24", "169h", "1d", "24 h", ""]),
    "FORWARD_INTERNAL_HOSTS": (["n8n", "n8n,flows.internal"], ["http://n8n", "n8n:5678", "n8n,", ""]),
    "COMPOSE_PROFILES": (["server1", "server1,server2,admin"], ["admin", "server3", ""]),
    "PUBLIC_ADDRESS": (["203.0.113.10,2001:db8::1"], ["203.0.113.10/24", "here"]),
    "LINK_ADDRESS": (["10.0.100.1", "172.16.0.9", "192.168.7.1"], ["0.0.0.0", "127.0.0.1", "93.189.229.59", "10.0.100.1/24", "fd00::1", "::", ""]),
    "LINK_PEER_PUBLIC": (["gIas0yAbsVYiOroktS5WVXKTx63Vz+0PkRPzz0+ReFg="], ["", "КЛЮЧ", "gIas0yAbsVYiOroktS5WVXKTx63Vz+0PkRPzz0+ReFh=", "a" * 44]),
    "LINK_MTU": (["1200", "1380", "1420"], ["1421", "1500", "1199", "auto"]),
    "LINK_SSH_PORT": (["22", "2222"], ["0", "ssh", "222222", ""]),
    "LOG_LEVEL": (["debug", "error"], ["loud", "INFO"]), "TAPBOT_ENVIRONMENT": (["staging"], ["prod"]),
    "TAPBOT_VERSION": (["v1.2.3", "f86c64b-dirty"], ["a b", "-x", "a/b", "версия"]), "SOURCE_DATE_EPOCH": (["0"], ["today", "-1"]),
    "TAPBOT_REVISION": (["unknown"], ["a b"]), "TAPBOT_MICROHTTPD": (["1.0.10"], ["latest", "1.0"]),
}


def forms():
    for name, (good, bad) in FORMS.items():
        check = settings.FORMS[name][0]
        for value in good:
            assert check(value), f"{name}={value} is refused"
        for value in bad:
            assert not check(value), f"{name}={value} is accepted"


def placeholders():
    """Values of an example are recognised; domains and addresses that only contain such a word are not."""
    for value in ("you@example.com", "s3:https://s3.example.kz/tapbot", "your-domain.kz", "admin@your-domain.kz", "YOUR_TOKEN", "changeme-changeme-1", "<domain>", "sample.kz"):
        assert settings.PLACEHOLDER.search(value), value
    for value in ("myexample.kz", "my-example.kz", "your-flat.kz", "yourhome.kz", "admin@exchange-media.kz", "resample.kz", "tapbot.kz"):
        assert not settings.PLACEHOLDER.search(value), value


DOTENV = [("A=b", "b"), ("A='b c'", "b c"), ('export A="b"', "b"), ("A=b # why", "b"), ("A='b#c' # why", "b#c"), ("A=b#c", "b#c"),
          ("A= # why", ""), ("A='a$b'", "a$b"), ("A=b\r", "b"), ("A=", "")]


def dotenv():
    """Values as compose reads them, and written values are read back."""
    for line, value in DOTENV:
        with tempfile.NamedTemporaryFile("w", newline="") as file:
            file.write(line + "\n")
            file.flush()
            assert tree.env_read(file.name) == {"A": value}, f"{line!r}: {tree.env_read(file.name)}"
    for value in ("admin@tapbot.kz", "a$b@tapbot.kz", "a#b", "two words", "203.0.113.10,2001:db8::1", "тапбот"):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(settings.env_text({"A": value}))
            file.flush()
            assert tree.env_read(file.name)["A"] == value, value


def env_completed():
    """Settings that came with an update are appended to .env with their defaults; its other lines remain, and a second time nothing is written."""
    with tempfile.TemporaryDirectory() as folder:
        env, sample = os.path.join(folder, ".env"), os.path.join(folder, "sample")
        settings.write_file(sample, "# A head.\n\nONE=1\n#OFF=x\nTWO=\nTHREE='a b'\n", 0o644)
        settings.write_file(env, "# mine\nOTHER=o\nONE=5 # the office", 0o600)
        with mock.patch.object(tree, "ENV_FILE", env), mock.patch.object(tree, "ENV_SAMPLE", sample):
            for _ in range(2):
                settings.env_complete()
                with open(env, encoding="utf-8") as file:
                    assert file.read() == "# mine\nOTHER=o\nONE=5 # the office\nTWO=\nTHREE='a b'\n"
                before = os.stat(env).st_ino
            settings.env_complete()
            assert os.stat(env).st_ino == before and os.stat(env).st_mode & 0o777 == 0o600


def secret_table():
    """The table is consistent: parts of a URL exist and come first, and root owns a secret only if a program of root reads it."""
    table = tree.secret_table()
    names = list(table)
    for secret in table.values():
        assert re.fullmatch(r"[a-z0-9_]+", secret.name) and secret.mode in (0o400, 0o440)
        assert secret.kind in ("random32", "users", "key", "given") or secret.template
        assert re.fullmatch(r"role:\w+|key:[\w-]+|restart|derived|by-hand|never|users|set", secret.rotation)
        assert (secret.rotation == "derived") == bool(secret.template) and (secret.rotation == "set") == (secret.kind == "given")
        for part in secret.parts:
            assert names.index(part) < names.index(secret.name), f"{secret.name} stands before {part}"
    with open(os.path.join(ROOT, "deploy/postgres/stack.sql"), encoding="utf-8") as sql:
        made = set(re.findall(r"ALTER ROLE (\w+) PASSWORD", sql.read()))
    made |= {row.split("\t")[0] for row in services.role_rows(str).splitlines()}
    asked = {secret.rotation[5:] for secret in table.values() if secret.rotation.startswith("role:")}
    assert asked == made, f"roles of the table {asked}, of PostgreSQL {made}"


def rotated_on_a_full_disk():
    """PostgreSQL gets the new password of a role after the files: on a full disk nothing changes. If it refuses, the files have the old one."""
    one, follower = (tree.secret_table()[name] for name in ("tapbot_migrator_password", "migration_database_url"))
    before = {one.name: "old", follower.name: follower.made_of({one.name: "old"})}
    for full, code in ((True, 0), (False, 1), (False, 0)):
        files, altered = dict(before), []

        def write(this, value):
            if full:
                raise OSError(errno.ENOSPC, "No space left on device")
            files[this.name] = value

        def alter(role, password):
            altered.append(password)
            return subprocess.CompletedProcess(role, code, "", "refused")
        with mock.patch.object(tree.Secret, "read", lambda this: files.get(this.name)), mock.patch.object(secret, "write", write), \
                mock.patch.object(secret, "alter_role", alter), mock.patch.object(secret, "restarted"), mock.patch.object(tree, "link_server", return_value=None), \
                contextlib.suppress(OSError, SystemExit), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            secret.renew(one, [follower], [])
        if full or code:
            assert files == before and len(altered) == (not full), (full, code, files, altered)
        else:
            assert files[one.name] == altered[0] != "old" and altered[0] in files[follower.name], (files, altered)


def rejected_secret():
    """`secrets set` stores the former value again if a program of ours rejects its settings with the new one, unless it rejected them before."""
    finding = findings.Finding(findings.Check("settings", ("", ""), None, ("", "")), ("health", "health"), "sudo nano .env")
    for before, after, kept in (([], [finding], "former"), ([], [], "new"), ([finding], [finding], "new")):
        stored, answers, code = ["former"], iter((before, after)), 0
        one = mock.Mock(kind="given", read=lambda stored=stored: stored[-1])
        with mock.patch.object(secret, "known", return_value=one), mock.patch.object(tree, "engine_needed"), mock.patch.object(secret, "readers", return_value=[]), \
                mock.patch.object(deploy_lock, "held", return_value=contextlib.nullcontext()), mock.patch.object(secret, "write", lambda _, value, stored=stored: stored.append(value)), \
                mock.patch.object(secret, "run_checks", lambda _, answers=answers: (next(answers), [])), mock.patch.object(secret, "restarted") as restarted, \
                mock.patch.object(sys, "stdin", io.StringIO("new\n")), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                secret.put("alert_bot_token")
            except SystemExit as error:
                code = error.code
        assert stored[-1] == kept and code == (kept == "former") and restarted.called == (kept == "new"), (before, after, stored, code)


def authority_half_made():
    """If only one file of the link's authority could be written, it is not the key, for which the next `init` looks."""
    written = []

    def write(path, *_):
        if written:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(path)
    with mock.patch.object(settings, "write_file", write), mock.patch.object(link_files, "self_signed", return_value=("made", "key")), contextlib.suppress(OSError):
        link_files.authority_make()
    assert written == [link_files.AUTHORITY], written


def keys():
    """Keys like those of the services: the check digits are the same as in tests/unit/api/test_key.c."""
    assert services.key_check("tb_test_" + "0" * 30) == "3fogG9"
    made = {services.key_make() for _ in range(20)}
    assert len(made) == 20 and all(re.fullmatch(r"tb_live_[0-9A-Za-z]{36}", one) for one in made)
    assert all(services.key_check(one[:38]) == one[38:] and masking.mask(one) == f"tb_live_{masking.HIDDEN}" for one in made)


def found_before():
    """Findings made before a check became unable to continue are reported too, and stop `up`."""
    def how():
        yield ("сломано", "broken"), "repair"
        raise findings.Unchecked("дальше не видно", "nothing more is seen")
    found, unchecked = findings.run_checks([findings.Check("one", ("а", "a"), how, ("б", "b"), fatal=True)])
    assert [one.command for one in found] == ["repair"] and len(unchecked) == 1, (found, unchecked)


def broken_check():
    """A check that raises is named, and the other checks run."""
    def how():
        yield ("сломано", "broken"), "repair"
        raise KeyError("column")
    found, unchecked = findings.run_checks([findings.Check(name, ("а", "a"), how, ("б", "b")) for name in ("one", "two")])
    assert [one.check.name for one in found] == ["one", "one", "two", "two"] and not unchecked, (found, unchecked)
    assert re.search(r"one: .*units.py:\d+: KeyError: 'column'.*doctor one$", found[1].line()), found[1].line()


def nothing_checked():
    """`doctor traefik` while Docker does not answer says that nothing was checked, not that there are no problems."""
    from stack import doctor

    def how():
        raise findings.Unchecked("Docker не отвечает", "Docker does not answer")
        yield
    one = findings.Check("one", ("а", "a"), how, ("б", "b"))
    with mock.patch.object(doctor, "ALL", [one]), contextlib.redirect_stdout(io.StringIO()) as said:
        assert doctor.main(["one"]) == 3
    assert "No problems" not in said.getvalue() and "Всё в порядке" not in said.getvalue(), said.getvalue()


def bots_of_another_build():
    """`bots list` beside a gateway of another version, with fewer or more columns than this checkout has."""
    rows = "old\\ttapbot\\twebhook\\tactive\\nnew\\ttapbot\\tpoll\\tinactive\\ttaxi\\tlinked\\tset\\tmore\\n"
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["bash", "-c", f". deploy/lib/say.sh; . deploy/lib/bots.sh; bots_program() {{ printf '{rows}'; }}; BOTS_FOLDER={folder} bots_list"],
                              cwd=ROOT, env={**os.environ, "TAPBOT_ROOT": ROOT, "LANG": "en_US.UTF-8"}, capture_output=True, text=True, check=False, timeout=patience(20))
    lines = [line.split() for line in done.stdout.splitlines()[1:]]
    assert [line[:6] for line in lines] == [["new", "tapbot", "taxi", "poll", "inactive", "linked"], ["old", "tapbot", "-", "webhook", "active", "-"]], (lines, done.stderr)


def bots_of_another_type():
    """`bots add --type` of a bot with another type is refused, and its token remains."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "new.txt"), "w", encoding="ascii") as file:
            file.write("2:BB\n")
        done = subprocess.run(["bash", "-c", ". deploy/lib/say.sh; . deploy/lib/bots.sh; bots_program() { echo \"bot_type_differs: $*\" >&2; return 1; }; "
                               f"BOTS_FOLDER={folder} bots_add taxi tapbot apartments {folder}/new.txt"],
                              cwd=ROOT, env={**os.environ, "TAPBOT_ROOT": ROOT}, capture_output=True, text=True, check=False, timeout=patience(20))
        assert done.returncode == 1 and not done.stdout and "--type apartments" in done.stderr, (done.stdout, done.stderr)
        assert os.listdir(folder) == ["new.txt"], os.listdir(folder)


def bots_staff():
    """`bots staff` prints the command that links the staff chat, also while the bot's username is not known."""
    def said(printed, call):
        return subprocess.run(["bash", "-c", f". deploy/lib/say.sh; . deploy/lib/bots.sh; bots_program() {{ echo \"$*\" >&2; printf '{printed}'; }}; {call}"],
                              cwd=ROOT, env={**os.environ, "TAPBOT_ROOT": ROOT, "LANG": "en_US.UTF-8"}, capture_output=True, text=True, check=True, timeout=patience(20))
    done = said("K7Q2M9XD\\tflats_bot\\n", "bots_staff flats kz")
    assert "  /staff@flats_bot K7Q2M9XD\n" in done.stdout and done.stderr == "--staff flats --language kz\n", (done.stdout, done.stderr)
    assert "  /staff K7Q2M9XD\n" in said("K7Q2M9XD\\t\\n", "bots_staff flats ru").stdout
    assert "is unlinked" in said("removed\\n", "bots_staff_remove flats").stdout
    assert "has no staff chat" in said("none\\n", "bots_staff_remove flats").stdout


def demo_webhooks():
    """The demo sets a bot's webhook by one call, also if the bot polls; it gives up after its time."""
    for answer, exit_code, code in (("{}", 0, 0), ('{"code":"bot_polls"}', 22, 0), ('{"code":"bot_incomplete"}', 22, 1), ("", 7, 1)):
        done = subprocess.run(["bash", "-c", "demo_service_url() { :; }; . services/bot-gateway/demo/demo.sh; "
                               f"curl() {{ echo called >&3; printf '%s' '{answer}'; return {exit_code}; }}; demo_bot_webhook taxi 0 3>&1"],
                              cwd=ROOT, env={**os.environ, "API_KEY": "x"}, capture_output=True, text=True, check=False, timeout=patience(20))
        assert (done.returncode, done.stdout) == (code, "called\n"), (answer, done)


DEMO_STATE = """
. deploy/lib/say.sh
. deploy/lib/demo.sh
demo_migrator() { echo tb_test_new; }
free_port() { echo "$1"; }
: >"$STATE/state"
demo_requested_ports
demo_forget
demo_key API_KEY demo demo-bot
state_secret BOT_SECRET
PORT_MOVED=no
demo_port bot-gateway
cat "$STATE/state"
"""


def demo_of_a_used_shell():
    """Keys and secrets in the environment are those of other programs: the demo makes its own. A port of the environment is stored, so that
    later starts without it use the same one."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["bash", "-c", DEMO_STATE], cwd=ROOT, capture_output=True, text=True, check=False, timeout=patience(20),
                              env={**os.environ, "TAPBOT_ROOT": ROOT, "STATE": folder, "API_KEY": "tb_live_old", "BOT_SECRET": "old", "BOT_PORT": "8010"})
        stored = dict(line.split("=", 1) for line in done.stdout.splitlines())
        assert done.returncode == 0 and {*stored} == {"API_KEY", "BOT_SECRET", "BOT_PORT"}, done
        assert stored["API_KEY"] == "tb_test_new" and stored["BOT_SECRET"] != "old" and stored["BOT_PORT"] == "8010", stored


def demo_socket():
    """The URL of the demo's database names the folder of the socket, whatever letters that has."""
    folder = "/my projects/100%&more=1/run"
    done = subprocess.run(["bash", "-c", ". deploy/lib/say.sh; . deploy/lib/demo.sh; SOCKETS=$1 PG_PORT=5433; demo_url one two", "bash", folder], cwd=ROOT,
                          env={**os.environ, "TAPBOT_ROOT": ROOT}, capture_output=True, text=True, check=True, timeout=patience(20))
    begin, _, query = done.stdout.partition("?")
    assert begin == "postgresql://one:two@/tapbot" and " " not in query and urllib.parse.parse_qs(query) == {"host": [folder], "port": ["5433"]}, done


def demo_waits():
    """A start or stop of the demo that waits for another one says so."""
    for held, code, said in ((False, 0, False), (True, 1, True)):
        with tempfile.TemporaryDirectory() as folder, open(os.path.join(folder, "demo.lock"), "w", encoding="ascii") as lock:
            if held:
                fcntl.flock(lock, fcntl.LOCK_EX)
            done = subprocess.run(["bash", "-c", '. deploy/lib/say.sh; . deploy/lib/demo.sh; flock() { [ "$1" = -n ] && command flock "$@"; }; demo_lock'], cwd=ROOT,
                                  env={**os.environ, "TAPBOT_ROOT": ROOT, "TAPBOT_VAR": folder, "LANG": "en_US.UTF-8"}, capture_output=True, text=True, check=False, timeout=patience(20))
        assert done.returncode == code and ("waiting for its end" in done.stderr) == said == ("does not finish" in done.stderr), (held, done)


DEMO_TOKENS = """
. deploy/lib/say.sh
. deploy/lib/demo.sh
[ ! -f "$STATE/state" ] || . "$STATE/state"
cluster_folder() { :; }
install() { :; }
as_user() { echo "$LINK_KEY $ALERT_BOT_TOKEN"; }
HEALTH_LINK_KEY=own
demo_health_files
demo_service_launch health
wait
tail -n 1 "$STATE/health.log"
"""


def demo_tokens():
    """LINK_KEY and ALERT_BOT_TOKEN of the environment win over those of the demo, also if the demo has stored its own; without them it
    uses its own ones again."""
    with tempfile.TemporaryDirectory() as folder:
        own = {name: value for name, value in os.environ.items() if name not in ("LINK_KEY", "ALERT_BOT_TOKEN")}
        own.update(TAPBOT_ROOT=ROOT, STATE=folder)
        used = [subprocess.run(["bash", "-c", DEMO_TOKENS], cwd=ROOT, env={**own, **given}, capture_output=True, text=True, check=True, timeout=patience(20)).stdout.split()
                for given in ({}, {"LINK_KEY": "theirs", "ALERT_BOT_TOKEN": "1:AA"}, {})]
        assert used[0] == used[2] and used[0][0] == "own" and used[0][1].startswith("7000000002:AAA"), used
        assert used[1] == ["theirs", "1:AA"], used


DEMO_SERVICES = """
. deploy/lib/say.sh
. deploy/lib/demo.sh
SERVICES=(search-api)
free_port() { if [ "$1" = "$TAKEN" ] && [ ! -e "$STATE/tried" ]; then echo "$1"; else echo $(($1 + 1)); fi; }
demo_service_launch() {
    if [ "$SEARCH_PORT" = "$TAKEN" ]; then
        touch "$STATE/tried"
        echo "listen_failed: 127.0.0.1 port $TAKEN: Address already in use." >>"$STATE/$1.log"
    else
        cp /bin/sleep "$STATE/bin/$1"
        "$STATE/bin/$1" 60 >"$STATE/$1.log" 2>&1 &
        echo $! >"$STATE/$1.pid"
        until demo_service_alive "$1"; do sleep 0.02; done
    fi
}
curl() { [ "$SEARCH_PORT" != "$TAKEN" ] || command curl "$@"; }
SEARCH_PORT=$TAKEN PORT_MOVED=no
mkdir "$STATE/bin"
demo_services
kill "$(cat "$STATE/search-api.pid")"
echo "port $SEARCH_PORT"
"""


def demo_port_taken():
    """A port that another program took after its choice: the demo does not wait for that program, which never answers, but takes
    another port."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        done = subprocess.run(["bash", "-c", DEMO_SERVICES], cwd=ROOT, capture_output=True, text=True, check=False, timeout=patience(60),
                              env={**os.environ, "TAPBOT_ROOT": ROOT, "LANG": "en_US.UTF-8", "STATE": folder, "TAKEN": str(taken)})
        assert done.returncode == 0 and done.stdout.endswith(f"port {taken + 1}\n"), done


def bots_held():
    """`bots held` passes a bot and one option to the gateway's program and refuses other words; it prints a table or a number. A text in
    the table neither ends its row nor controls the terminal."""
    for words, code, printed, shown in (("", 0, "", "Nothing is held."), ("flats", 0, "flats\\tnotice\\t7\\t2026-11-26 10:00\\t\\n", "flats  notice"),
                                        ("--texts", 0, "", "Nothing is held."),
                                        ("--texts", 0, "flats\\tnotice\\t7\\t2026-11-26 10:00\\ta\\342\\200\\250b\\033]0;x\\007\\n",
                                         "flats  notice  7     2026-11-26 10:00  a\ufffdb\ufffd]0;x\ufffd\n"), ("flats --send", 0, "3", "To be sent: 3."), ("--drop", 0, "3", "Dropped: 3."),
                                        ("flats taxi", 2, "", ""), ("--all", 2, "", ""), ("flats --send --drop", 2, "", ""), ("Flats", 2, "", "")):
        done = subprocess.run(["bash", "-c", ". deploy/lib/say.sh; . deploy/lib/bots.sh; bots_of() { :; }; "
                               f"bots_program() {{ echo \"called $*\" >&2; printf '{printed}'; }}; verb_bots held {words}"],
                              cwd=ROOT, env={**os.environ, "TAPBOT_ROOT": ROOT, "LANG": "en_US.UTF-8"}, capture_output=True, text=True, check=False, timeout=patience(20))
        assert done.returncode == code and shown in done.stdout, (words, done)
        assert (f"called --held {words}".strip() in done.stderr.splitlines()) == (code == 0), (words, done.stderr)


def bots_support():
    """`bots add --support` passes the text to the gateway's program; without it, and without a terminal, nothing is asked."""
    with tempfile.TemporaryDirectory() as folder:
        for part in ("token", "secret", "key"):
            with open(os.path.join(folder, f"flats.{part}"), "w", encoding="ascii") as file:
                file.write("x")
        for kind, given, calls in (("", "", ["--tenant one"]), ("", "'@help me'", ["--tenant one --support @help me"]),
                                   ("taxi", "", ["--tenant one --type taxi"]), ("flow", "", ["--tenant one --type flow"]), ("taxi", "@help", ["--tenant one --type taxi", "--tenant one --support @help"])):
            done = subprocess.run(["bash", "-c", ". deploy/lib/say.sh; . deploy/lib/bots.sh; bots_program() { echo \"$*\" >&2; }; "
                                   f"BOTS_FOLDER={folder} bots_add flats one '{kind}' '' {given}"], stdin=subprocess.DEVNULL,
                                  cwd=ROOT, env={**os.environ, "TAPBOT_ROOT": ROOT}, capture_output=True, text=True, check=True, timeout=patience(20))
            assert done.stderr.splitlines() == [f"--bots add flats {call}" for call in calls], (kind, given, done.stderr)


def bots_new_key():
    """`bots add --new-key` replaces the API key and the webhook secret, and prints how to revoke the old key; without it they remain.
    After a new token or secret the webhook must be set."""
    parts = {"token": "1:AA", "secret": "whsecret", "key": "tb_live_0123456789"}
    for words, changed in (("", set()), ("--new-key", {"secret", "key"}), ("--new-key --type apartments", {"secret", "key"}),
                           ("--token-file new.token", {"token"}), ("--token-file new.token --new-key", {"token", "secret", "key"})):
        with tempfile.TemporaryDirectory() as folder:
            for part, text in parts.items():
                settings.write_file(os.path.join(folder, f"flats.{part}"), text, 0o600)
            settings.write_file(os.path.join(folder, "new.token"), "2:BB", 0o600)
            words = words.replace("new.token", os.path.join(folder, "new.token"))
            done = subprocess.run(["bash", "-c", ". deploy/lib/say.sh; . deploy/lib/bots.sh; bots_program() { :; }; bots_key() { echo \"made $*\"; }; "
                                   f"bots_of() {{ BOTS_FOLDER={folder} BOTS_OWNER=0 BOTS_TENANT=one; }}; verb_bots add flats {words}"], stdin=subprocess.DEVNULL,
                                  cwd=ROOT, env={**os.environ, "TAPBOT_ROOT": ROOT, "LANG": "en_US.UTF-8"}, capture_output=True, text=True, check=True, timeout=patience(20))
            now = {}
            for part in parts:
                with open(os.path.join(folder, f"flats.{part}"), encoding="utf-8") as file:
                    now[part] = file.read()
        assert {part for part in parts if now[part] != parts[part]} == changed, (words, now)
        assert ("/v1/bots/flats/webhook" in done.stdout) == bool(changed), (words, done)
        assert ("keys revoke tb_live_0123\n" in done.stdout) == ("key" in changed) == now["key"].startswith("made create --tenant one --client bot-flats "), (words, done)


def completion_words():
    """The words in a verb's help are completed, and are in the overall help; the user monitor may use those of logs."""
    def text_of(path):
        with open(os.path.join(ROOT, path), encoding="utf-8") as file:
            return file.read()
    for verb in ("bots", "keys", "chat", "demo"):
        usage = re.search(rf"^{verb}_usage\(\) .*?^}}", text_of(f"deploy/lib/{verb}.sh"), re.M | re.S).group(0)
        words = list(dict.fromkeys(re.findall(rf"deploy/tapbot {verb} ([a-z]+)", usage)))
        completed = re.search(rf'^ *{verb}\) choices="(.*)"', text_of("deploy/lib/completion.bash"), re.M).group(1).split()
        lacking = {*words, *re.findall("--[a-z][a-z-]+", usage)} - {*completed, "--help"}
        assert not lacking, f"completion.bash: {verb} lacks {sorted(lacking)}"
        if verb in ("bots", "keys"):
            assert text_of("deploy/tapbot").count(f"  {verb} {'|'.join(words)}\n") == 2, f"the help of deploy/tapbot: {verb} {words}"
    completed = re.search(r'^ *search\) choices="(.*)"', text_of("deploy/lib/completion.bash"), re.M).group(1).split()
    assert completed == [*sorted(completed)] and set(completed) == {"load", *search.FLAGS, *search.VALUES}, completed
    completed = re.search(r'^ *import\) choices="(.*)"', text_of("deploy/lib/completion.bash"), re.M).group(1).split()
    assert set(completed) == {"apartments", *re.findall("--[a-z-]+", imports.USAGE[1])}, completed
    completed = re.search(r'^ *logs\)\n *choices="(.*)', text_of("deploy/lib/completion.bash"), re.M).group(1).split()
    allowed = re.search(r'"logs": \((.*?), NAME\)', text_of("deploy/host/tapbot-monitor"), re.S).group(1)
    assert set(completed) == set(re.findall("--[a-z-]+", logs.USAGE[1])) == set(re.findall('"(--[a-z-]+)"', allowed)), (completed, allowed)


def completion_of_bots():
    """`chat` completes the names of the demo's bots."""
    with tempfile.TemporaryDirectory(prefix="a path ") as folder:
        os.makedirs(os.path.join(folder, "demo/bots"))
        for name in ("apartments.token", "taxi.token", "taxi.key", "flats.secret"):
            with open(os.path.join(folder, "demo/bots", name), "w", encoding="ascii"):
                pass
        for var, word, wanted in ((folder, "", {"apartments", "taxi"}), (folder, "t", {"taxi"}), (f"{folder}/none", "", {"apartments"}), (f"{folder}/none", "t", set())):
            done = subprocess.run(["bash", "-c", '. deploy/lib/completion.bash; COMP_WORDS=(deploy/tapbot chat "$1") COMP_CWORD=2; _tapbot; printf "%s\\n" "${COMPREPLY[@]}"',
                                   "bash", word], cwd=ROOT, env={**os.environ, "TAPBOT_VAR": var}, capture_output=True, text=True, check=True, timeout=patience(20))
            offered = {one for one in done.stdout.split() if not one.startswith("-")} - {"guest", "owner", "staff"}
            assert offered == wanted and not done.stderr, (word, done)


def closed_before_restore():
    """A restore opens the stack only if it has closed it: what an administrator closed stays closed, and the time without alerts as it was."""
    place = backup_place.Stack.__new__(backup_place.Stack)
    for since in (None, "2026-01-01 12:00"):
        with mock.patch.object(tree, "running", return_value=[]), mock.patch.object(maintenance, "since", return_value=since), \
                mock.patch.object(maintenance, "turn_on") as closed, mock.patch.object(maintenance, "turn_off") as opened, \
                mock.patch.object(deploy_lock, "held", return_value=contextlib.nullcontext()), place.closed():
            assert closed.called == (since is None) and not opened.called, since
        assert closed.called == opened.called == (since is None), since


def restore_interrupted():
    """Ctrl-C while the services stop: they stop to the end, run again, and the stack opens. While they start: the stack stays closed, and the
    way on is printed."""
    place, interrupt = backup_place.Stack.__new__(backup_place.Stack), KeyboardInterrupt
    for stopping, starting, is_open in (([interrupt, None], [None], True), ([None], [interrupt], False)):
        with contextlib.ExitStack() as all_of, contextlib.redirect_stderr(io.StringIO()) as printed:
            for module, name, instead in ((tree, "running", lambda name: [{"Id": name}]), (tree, "service_of", lambda one: one["Id"]), (maintenance, "since", lambda: None),
                                          (maintenance, "turn_on", lambda _: None), (deploy_lock, "held", lambda _: contextlib.nullcontext())):
                all_of.enter_context(mock.patch.object(module, name, instead))
            opened = all_of.enter_context(mock.patch.object(maintenance, "turn_off"))
            stop = all_of.enter_context(mock.patch.object(tree, "compose", side_effect=stopping))
            start = all_of.enter_context(mock.patch.object(backup_place.Stack, "start_services", side_effect=starting))
            entered = False
            with contextlib.suppress(KeyboardInterrupt, SystemExit), place.closed():
                entered = True
            assert entered == (len(stopping) == 1) and stop.call_count == len(stopping), (entered, stop.call_args_list)
            assert services.services()[0].name in start.call_args.args[0] and opened.called == is_open, start.call_args
        assert ("deploy/tapbot up" in printed.getvalue()) != is_open, printed.getvalue()


def database_start_interrupted():
    """Ctrl-C while the restored database starts: the former one is the live one again."""
    place, other = mock.MagicMock(), mock.MagicMock()
    place.answers.return_value, place.start_live.side_effect, other.sql.return_value = False, [KeyboardInterrupt, None], "[]"
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(KeyboardInterrupt):
        restore.exchange(place, other, "--at 1h")
        assert False, "not interrupted"
    assert [one.args[0] for one in place.swap.call_args_list][1:] == ["old"] and place.start_live.call_count == 2, place.mock_calls


def silence_ended():
    """`maintenance off` warns unless health has ended its silence or had none."""
    class Health(Handler):
        status = 204

        def do_DELETE(self):
            assert self.path == "/v1/maintenance" and self.headers["X-API-Key"] == "k", self.path
            self.answer(self.status, "" if self.status == 204 else "{}")
    with served(Health) as server:
        address = f"127.0.0.1:{server.server_address[1]}"
        for status, addresses, key, warned in ((204, [address], "k", False), (404, [address], "k", False), (401, [address], "k", True), (503, [address], "k", True),
                                               (204, [], "k", True), (204, [address], None, True)):
            Health.status = status
            with tempfile.TemporaryDirectory() as folder, mock.patch.object(maintenance, "ACTIVE", os.path.join(folder, "page")), \
                    mock.patch.object(watch, "addresses", return_value=addresses), mock.patch.object(watch, "key", return_value=key), \
                    mock.patch.object(settings, "note_change"), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as printed:
                maintenance.turn_off()
            assert bool(printed.getvalue()) == warned, (status, addresses, key, printed.getvalue())


def trial_makes_nothing():
    """For a missing secret Docker would create a folder, so the program is not tried then."""
    with tempfile.TemporaryDirectory() as folder:
        asked, secret = [], mock.Mock(path=os.path.join(folder, "secret"))
        service = {"image": "one", "user": "1:1", "secrets": [{"source": "key"}], "volumes": [
            {"type": "bind", "source": __file__, "target": "/table", "read_only": True}, {"type": "volume", "source": "data", "target": "/data"}]}

        def docker(*words):
            asked.append(words[0])
            assert words[0] != "run" or f"{__file__}:/table:ro" in words and not any("/data" in word for word in words), words
            return subprocess.CompletedProcess(words, 0, "", "")
        with mock.patch.object(tree, "docker", docker), mock.patch.object(tree, "secret_table", lambda: {"key": secret}), \
                mock.patch.object(checks_running, "description", lambda: {"services": {services.services()[0].name: service}}):
            found, unchecked = findings.run_checks(trial.TRIALS[:1])
            assert not found and len(unchecked) == 1 and "run" not in asked, (found, unchecked, asked)
            with open(secret.path, "w", encoding="ascii"):
                pass
            assert findings.run_checks(trial.TRIALS[:1]) == ([], []) and "run" in asked, asked


def readme_of_the_edge():
    """traefik/README.md names the check that starts Traefik; `validate` does not start it."""
    (name,) = [check.name for check in trial.TRIALS if check.how is trial.traefik_boot]
    with open(os.path.join(ROOT, "traefik/README.md"), encoding="utf-8") as file:
        text = file.read()
    assert f"`deploy/tapbot doctor {name}`" in text and "deploy/tapbot validate" not in text


def edge_start():
    """At its start Traefik's folder for request bodies is emptied of files of an earlier run."""
    begin = ("mount -t tmpfs tmpfs /tmp && mount -t tmpfs tmpfs /var/log && mkdir /tmp/bin /var/log/traefik && "
             "printf '#!/bin/sh\\nls /tmp\\n' >/tmp/bin/traefik && chmod +x /tmp/bin/traefik && "
             "touch /tmp/temp-multibuf-1 /tmp/temp-multibuf-2 && PATH=/tmp/bin:$PATH exec sh ./start.sh")
    # The script enters its folder before the mounts, which may hide the path to it.
    done = subprocess.run(["unshare", "-mp", "--fork", "sh", "-c", begin], cwd=os.path.join(ROOT, "traefik"), capture_output=True, text=True,
                          check=False, timeout=patience(20))
    assert done.returncode == 0 and done.stdout == "bin\n", done


def input_unread():
    """A command that ends without reading its input gives a result, and does not end the verb."""
    # In a process of its own, because the workers of the tests ignore SIGPIPE.
    words = "from stack import tree\nprint(tree.run('true', given='x' * 300000).returncode, tree.run('cat', given='ключ').stdout)"
    done = subprocess.run([sys.executable, "-B", "-c", words], env={**os.environ, "PYTHONPATH": os.path.join(ROOT, "deploy", "lib")}, capture_output=True, text=True,
                          check=False, timeout=patience(20))
    assert done.returncode == 0 and done.stdout == "0 ключ\n", done


def ended_verbs():
    """Ctrl-C, Ctrl-D and a full disk end a verb with what to do; another error still shows where it was."""
    for error, wanted, other in (("KeyboardInterrupt", "запустить снова", "Traceback"), ("EOFError", "запустить снова", "Traceback"), ("OSError(errno.ENOSPC, 'given')", "df -h", "Traceback"),
                                 ("OSError(errno.EDQUOT, 'given')", "df -h", "Traceback"), ("OSError(errno.EIO, 'given')", "Traceback", "df -h")):
        words = f"import errno\nimport stack\nraise {error}"
        done = subprocess.run([sys.executable, "-B", "-c", words], env={**os.environ, "PYTHONPATH": os.path.join(ROOT, "deploy", "lib")}, capture_output=True, text=True,
                              check=False, timeout=patience(20))
        assert done.returncode != 0 and wanted in done.stderr and other not in done.stderr, done


def time_zones_missing():
    """Without the package of time zones a verb names it."""
    done = subprocess.run([sys.executable, "-S", "-B", "-c", "from stack import doctor"], capture_output=True, text=True, check=False, timeout=patience(20),
                          env={**os.environ, "PYTHONPATH": os.path.join(ROOT, "deploy", "lib"), "PYTHONTZPATH": ""})
    assert done.returncode == 3 and "apt-get install -y tzdata" in done.stderr and "Traceback" not in done.stderr, done


def logs_on_a_full_disk():
    """`logs` and a question to the other server need no free space."""
    with mock.patch.object(tempfile, "gettempdir", side_effect=FileNotFoundError("No usable temporary directory")), mock.patch.object(tree, "env_read", return_value={}), \
            mock.patch.object(tree, "engine_needed"), mock.patch.object(logs, "services_of", return_value={"n8n"}), mock.patch.object(logs, "peer_question", return_value=None), \
            mock.patch.object(logs, "logs_command", return_value=["echo", "n8n-1  | 2026-01-01T00:00:00Z hello"]), mock.patch.object(peer, "keys_needed"), \
            mock.patch.object(peer, "command", return_value=["sh", "-c", "echo there; echo beside >&2"]), contextlib.redirect_stdout(io.StringIO()) as shown:
        assert logs.main(["n8n"]) == 0 and "hello" in shown.getvalue(), shown.getvalue()
        assert peer.asked(["status"]) == (0, "there\n", "beside\n")


def after_up():
    """`up` names no step that the server refuses: server 1 of two does not have the database."""
    first, other = services.services()[:2]
    for number, ours in (("1", other), ("2", first), (None, first)):
        with mock.patch.object(tree, "link_server", return_value=number), mock.patch.object(releases, "ours", return_value=[ours]), \
                mock.patch.object(edge, "hosts", return_value={"api.tapbot.kz"}), mock.patch.object(certificates, "days", return_value=None), \
                mock.patch.object(tree, "env_read", return_value={}), contextlib.redirect_stdout(io.StringIO()) as shown:
            up.finish()
        printed = shown.getvalue()
        assert f"logs {ours.name} --follow" in printed and all((words in printed) == (number != "1") for words in ("bots add", "tapbot shell")), printed


def abandoned_rigs():
    """Of rigs outside of their clones, those are deleted that have ended and whose clone is gone."""
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(rig, "OUTSIDE_CLONE", f"{folder}/stack-"), mock.patch.object(rig, "RUN_BEGINS", f"{folder}/run-"):
        for name, clone in (("used", folder), ("gone", f"{folder}/clone"), ("running", f"{folder}/clone"), ("unnamed", None)):
            os.makedirs(f"{folder}/stack-{name}/disk")
            if clone:
                with open(f"{folder}/stack-{name}/clone", "w", encoding="utf-8") as file:
                    file.write(clone)
        os.mkdir(f"{folder}/run-running")
        rig.abandoned_remove()
        assert sorted(os.listdir(folder)) == ["run-running", "stack-running", "stack-unnamed", "stack-used"], os.listdir(folder)


def both_languages():
    """Every check has its subject, its reason and the repair in two languages."""
    from stack.doctor import ALL
    names = [check.name for check in ALL]
    assert len(names) == len(set(names))
    for check in ALL:
        for russian, english in (check.looks, check.why):
            assert russian and english and not re.search(r"[а-я]", english), check.name
            assert re.search(r"[а-яА-Я]", russian) or russian == english, check.name
    planted = {mistake.check for mistake in [*mistakes.MISTAKES, *broken.ENV]} | links.CHECKS
    offline = {check.name for check in ALL} - {"network", "container", "membership", "acme", "authority", "certificate", "traefik", "postgres-trial",
                                               "settings", "restart", "access-log", "webhook-certificate", "support", "staff-chat", "held",
                                               "compose-version", "env"}
    assert offline <= planted, f"no mistake is made for {offline - planted}"


def oldest_python():
    """Python of Ubuntu 22.04: the syntax of 3.10, no module that must be installed. tests/lint/python lists removed modules."""
    import ast
    import glob
    for path in glob.glob(os.path.join(ROOT, "deploy/lib/**/*.py"), recursive=True):
        with open(path, encoding="utf-8") as file:
            parsed = ast.parse(file.read(), path, feature_version=(3, 10))
        for node in ast.walk(parsed):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else \
                [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            bad = [name for name in names if name.split(".")[0] not in sys.stdlib_module_names | {"stack", "chat", "say", "services"}]
            assert not bad, f"{path} needs {bad}"


TESTS = [(function.__name__.replace("_", " "), function) for function in (
bcrypt, weak_passwords, users_changed_meanwhile, masks, log_lines, peer_answers, versions_of_two, forged_log_lines, log_times, traefik_files, on_both_servers, conditions_of_templates, judged_by_health, backups_in_status, times_of_almaty, limits_of_instances, swap_by_disk, alerts_test, report_now, search_words, rides_disabled, rides_shown, documents_loaded, search_of_the_stack, demo_beside_a_stack, label_tree, found_before, broken_check, nothing_checked, bots_of_another_build, completion_words, completion_of_bots, bots_of_another_type, bots_staff, demo_webhooks, demo_of_a_used_shell, demo_socket, demo_waits, demo_tokens, demo_port_taken, bots_held, bots_support, bots_new_key, people_of_bots, held_messages, closed_before_restore, restore_interrupted, database_start_interrupted, silence_ended, trial_makes_nothing, readme_of_the_edge, edge_start, container_gone, own_name_in_hosts, path_with_a_space, certificate_ends, certificates_of_a_former_domain, webhook_certificate, forms, placeholders, dotenv, env_completed, secret_table, rotated_on_a_full_disk, rejected_secret, authority_half_made, keys, input_unread, ended_verbs, time_zones_missing, logs_on_a_full_disk, after_up, abandoned_rigs, both_languages, last_words,
    oldest_python)]
