# SPDX-License-Identifier: MIT
"""The API of health, beyond what every service has."""

import datetime
import os
import socket
import subprocess
import time
import urllib.parse

from check import NOBODY, Caller, World
from scopes import ask, keyed
from stand import wait_until

PLAN = """\
server: here
checks:
  - {{name: postgres, kind: postgres, interval: 20s, timeout: 19s}}
  - {{name: redis, kind: redis, interval: 20s, timeout: 19s}}
  - {{name: closed, kind: tcp, target: "127.0.0.1:{port}", interval: 2s, timeout: 1900ms, bad: 1,
     title: {{ru: "Закрытая <дверь>", en: "Closed <door>"}}}}
  - {{name: other, kind: tcp, target: "127.0.0.1:{port}", interval: 2s, timeout: 1900ms, bad: 1}}
  - {{name: shown, kind: tcp, target: "127.0.0.1:{open}", interval: 20s, timeout: 19s, outside: true,
     title: {{ru: Открытая, en: Open}}}}
  - {{name: seldom, kind: tcp, target: "127.0.0.1:{port}", interval: 1h, timeout: 19s, counted: false, always: true}}
  - {{name: backup, kind: heartbeat, interval: 1h}}
  - {{name: prometheus-watchdog, kind: heartbeat, interval: 3m}}
  - {{name: drill, kind: heartbeat, interval: 192h, optional: true}}
"""
MAILBOX = "duty@example.org"
DOCS = "https://docs.example.test"


class Watching(World):
    """A plan with bad checks, so that there are incidents."""

    tenant = "system"

    def __init__(self, stand):
        self.door = socket.create_server(("127.0.0.1", 0))
        self.closed = socket.socket()
        self.closed.bind(("127.0.0.1", 0))  # it never listens, and its port remains reserved
        closed_port = self.closed.getsockname()[1]
        plan = os.path.join(stand.folder, "health.yaml")
        with open(plan, "w", encoding="utf-8") as file:
            file.write(PLAN.format(port=closed_port, open=self.door.getsockname()[1]))
        super().__init__(stand, HEALTH_CONFIG=plan, HEALTH_HISTORY=os.path.join(stand.folder, "health.sqlite"),
                         HEALTH_DOCS_URL=DOCS, SMTP_URL=f"smtp://127.0.0.1:{closed_port}", ALERT_FROM="health@example.org", ALERT_EMAILS=MAILBOX,
                         ALERT_REPORT_AT="")
        self.needed = {"HEALTH_CONFIG": plan, "HEALTH_HISTORY": os.path.join(stand.folder, "another.sqlite")}
        wait_until("there are incidents", 10, lambda: len(self.caller.get("/v1/incidents").json["items"]) == 2)
        self.any = self.incident("closed")["id"]
        self.silence = self.caller.post("/v1/silences", silence()).json["id"]
        self.ids = {"incidents": self.any, "silences": self.silence, "checks": "postgres", "heartbeats": "backup"}
        self.thing, self.verb = f"/v1/incidents/{self.any}", "ack"
        self.sound = {"/v1/silences": silence(), "/v1/maintenance": maintenance()}

    def incident(self, name):
        return next(one for one in self.caller.get("/v1/incidents").json["items"] if one["check"] == name)

    def check(self, name):
        return next(one for one in self.caller.get("/v1/status").json["checks"] if one["name"] == name)


def later(**span):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")


UNTIL = later(hours=2)


def silence(**other):
    return {"match": "redis", "until": UNTIL, "reason": "Переезд", **other}


def maintenance(**other):
    return {"until": UNTIL, "reason": "Новый диск", **other}


def status(world, group):
    status_now = world.caller.get("/v1/status").json
    group.equal("all checks", [one["name"] for one in status_now["checks"]], ["postgres", "redis", "closed", "other", "shown", "seldom", "backup",
                                                                         "prometheus-watchdog", "drill"])
    wait_until("good checks are green", 10, lambda: world.check("postgres")["status"] == world.check("shown")["status"] == "green")
    wait_until("a closed port is refused", 10, lambda: world.check("closed")["detail"].split()[0] == "refused")
    closed = world.check("closed")
    group.equal("a closed port", (closed["status"], closed["kind"]), ("red", "tcp"))
    group.equal("the overall status", world.caller.get("/v1/status").json["status"], "red")
    group.equal("a heartbeat without reports has a status", world.check("backup")["status"] in ("unknown", "green", "red"), True)


def history(world, group):
    def green():
        """A probe that a busy machine delays for longer than its deadline is unknown."""
        points = world.caller.get("/v1/checks/postgres/history?hours=1").json["items"]
        return [one for one in points if one["status"] == "green" and one["latency_ms"] > 0]
    wait_until("there is a green point with its latency", 15, green)
    group.equal("a list without a next page", world.caller.get("/v1/checks/postgres/history?hours=1").json["next_cursor"], None)
    for query, code in (("hours=0", "out_of_range"), ("hours=1441", "out_of_range"), ("hours=x", None)):
        group.reply(f"?{query}", world.caller.get(f"/v1/checks/postgres/history?{query}"), 422, code)
    group.reply("no such check", world.caller.get("/v1/checks/nobody/history"), 404, "not_found")


def incidents(world, group):
    group.reply("GET does not acknowledge", world.caller.get(f"/v1/incidents/{world.any}/ack"), 405)
    before = world.incident("other")
    ack = f"/v1/incidents/{before['id']}/ack"
    dry = world.caller.acting("staff:Dana").post(f"{ack}?dry_run=true")
    group.equal("a dry run", (dry.status, dry.json["would"]["id"]), (200, before["id"]))
    group.equal("it tells who would have", (dry.json["would"]["acked_by"], dry.json["would"]["acked_at"] is None), ("staff:Dana", False))
    group.equal("not yet", (world.incident("other")["acked_by"], before["ended_at"]), (None, None))
    group.equal("the allowed actions", [one["action"] for one in before["allowed_actions"]], ["ack"])
    group.expect(all(before["allowed_actions"][0]["label"][language] for language in ("ru", "kz", "en")), "the action has no label")
    group.equal("those of the dry run", dry.json["would"]["allowed_actions"], [])
    first = world.caller.acting("staff:Aigul").post(ack, {}).json
    group.equal("the actor is stored", first["acked_by"], "staff:Aigul")
    group.equal("no action is allowed", (first["allowed_actions"], world.incident("other")["allowed_actions"]), ([], []))
    again = world.caller.acting("staff:Marat").post(ack).json
    group.equal("the first acknowledgement is kept", (again["acked_by"], again["acked_at"]), ("staff:Aigul", first["acked_at"]))
    dry = world.caller.acting("staff:Marat").post(f"{ack}?dry_run=true").json["would"]
    group.equal("it is kept in a dry run, too", (dry["acked_by"], dry["acked_at"]), ("staff:Aigul", first["acked_at"]))
    group.reply("an unknown incident", world.caller.post(f"/v1/incidents/{NOBODY}/ack"), 404, "not_found")
    group.reply("an unknown field", world.caller.post(f"/v1/incidents/{world.any}/ack", {"who": "me"}), 422, "unknown_field")


BAD_SILENCES = (
    ("no check of this name", {"match": "nobody"}, "unknown_check", "match"),
    ("in the past", {"until": "2020-01-01T00:00:00Z"}, "in_the_past", "until"),
    ("too long", {"until": later(days=31)}, "too_late", "until"),
    ("no time", {"until": "tomorrow"}, "bad_time", "until"),
    ("a beginning of a check that is always alerted", {"match": "seldo*"}, "unknown_check", "match"),
    ("blank", {"reason": " "}, "blank", "reason"),
    ("without a reason", {"reason": None}, "required", "reason"),
)


def silences(world, group):
    for why, other, code, field in BAD_SILENCES:
        group.reply(why, world.caller.post("/v1/silences", silence(**other)), 422, code, fields=[field])
    dry = world.caller.post("/v1/silences?dry_run=true", silence(match="clo*"))
    group.equal("a dry run", (dry.status, dry.json["would"]["match"]), (200, "clo*"))
    group.expect("clo*" not in [one["match"] for one in world.caller.get("/v1/silences").json["items"]], "a dry run has created a silence")
    made = world.caller.post("/v1/silences", silence(match="clo*"))
    group.reply("created", made, 201)
    group.equal("once more", [(one.status, one.json["id"]) for one in [world.caller.post("/v1/silences", silence(match="clo*"))]],
                [(200, made.json["id"])])
    wait_until("it is silenced", 5, lambda: world.check("closed")["status"] == "silenced")
    gone = f"/v1/silences/{made.json['id']}"
    group.equal("a dry run of the deletion", world.caller.call("DELETE", f"{gone}?dry_run=true").json, {"would": {"deleted": made.json["id"]}})
    group.reply("deleted", world.caller.call("DELETE", gone), 204)
    group.reply("deleted already", world.caller.call("DELETE", gone), 404, "not_found")
    wait_until("it is red again", 5, lambda: world.check("closed")["status"] == "red")
    many = [world.caller.post("/v1/silences", silence(match="drill", reason=f"Reason {number}")) for number in range(65)]
    group.reply("too many", many[-1], 409, "too_many_silences")
    group.reply("too many in a dry run", world.caller.post("/v1/silences?dry_run=true", silence(match="drill", reason="More")), 409, "too_many_silences")
    whole = world.caller.get("/v1/silences").json
    group.equal("one page without a limit", (len(whole["items"]), whole["next_cursor"]), (64, None))
    paged, query = [], "?limit=30"
    while query:
        page = world.caller.get(f"/v1/silences{query}").json
        paged.append(page["items"])
        query = page["next_cursor"] and f"?limit=30&cursor={page['next_cursor']}"
    group.equal("pages of 30", ([len(items) for items in paged], sum(paged, [])), ([30, 30, 4], whole["items"]))
    for query, code in (("limit=0", "out_of_range"), ("limit=101", "out_of_range"), ("cursor=x", "bad_cursor")):
        group.reply(f"?{query}", world.caller.get(f"/v1/silences?{query}"), 422, code)
    for one in many:
        if one.status == 201:
            group.reply("one of many", world.caller.call("DELETE", f"/v1/silences/{one.json['id']}"), 204)


def maintenances(world, group):
    group.reply("there is none", world.caller.call("DELETE", "/v1/maintenance"), 404, "not_found")
    group.reply("maintenance with a match", world.caller.post("/v1/maintenance", maintenance(match="x")), 422, "unknown_field")
    group.reply("started", world.caller.post("/v1/maintenance", maintenance()), 200)
    group.reply("once more", world.caller.post("/v1/maintenance", maintenance()), 200)
    group.reply("another one", world.caller.post("/v1/maintenance", maintenance(until=later(hours=3))), 200)
    listed = [one for one in world.caller.get("/v1/silences").json["items"] if one["match"] == "*"]
    group.equal("it replaces the first", len(listed), 1)
    group.equal("it is shown", world.caller.get("/v1/status").json["maintenance"], True)
    group.reply("deleted", world.caller.call("DELETE", "/v1/maintenance"), 204)
    group.equal("it is no longer shown", world.caller.get("/v1/status").json["maintenance"], False)


def heartbeats(world, group):
    group.reply("a heartbeat", world.caller.post("/v1/heartbeats/backup", {"seconds": 372, "rpo_s": 240, "due": 2, "oldest_s": 7344000}), 200)
    wait_until("it is green", 5, lambda: world.check("backup")["status"] == "green")
    group.reply("without a body", world.caller.post("/v1/heartbeats/backup"), 200)
    group.reply("a check of another kind", world.caller.post("/v1/heartbeats/postgres"), 404, "not_found")
    group.reply("an unknown check", world.caller.post("/v1/heartbeats/nobody"), 404, "not_found")
    for _ in range(2):
        group.reply("the job has failed", world.caller.post("/v1/heartbeats/backup", {"ok": False}), 200)
    wait_until("it is red", 10, lambda: world.check("backup")["status"] == "red")
    for _ in range(2):  # each report is a probe at once; the next one by itself comes within 30 s
        group.reply("the job has succeeded again", world.caller.post("/v1/heartbeats/backup"), 200)
    wait_until("it is green again", 10, lambda: world.check("backup")["status"] == "green")
    for _ in range(2):
        group.reply("a late report of an earlier failure", world.caller.post("/v1/heartbeats/backup", {"ok": False, "at": later(minutes=-5)}), 200)
    time.sleep(1)
    group.equal("it has no effect", world.check("backup")["status"], "green")
    for at, code in ((later(hours=1), "in_the_future"), ("2020-01-01T00:00:00Z", "in_the_past"), ("yesterday", "bad_time")):
        group.reply(f"at {at}", world.caller.post("/v1/heartbeats/backup", {"at": at}), 422, code, fields=["at"])
    group.equal("an optional one without reports", world.check("drill")["status"], "unknown")
    group.reply("its first report", world.caller.post("/v1/heartbeats/drill", {"seconds": 372, "rpo_s": 125}), 200)
    wait_until("the page shows its figures", 5, lambda: ", 6 мин 12 с, потеря 2 мин 5 с" in world.caller.get("/", key="").body.decode())


def alerts(world, group):
    dry = world.caller.post("/v1/alerts/test?dry_run=true")
    group.equal("a dry run sends nothing", (dry.status, dry.json),
                (200, {"would": {"channels": [{"channel": "email", "told": False, "detail": "", "took_ms": 0}]}}))
    done = world.caller.post("/v1/alerts/test", {})
    channels = done.json["channels"]
    group.equal("the mail server is unreachable", [(one["channel"], one["told"], one["detail"]) for one in channels], [("email", False, "smtp_away")])
    group.expect(MAILBOX not in done.body.decode(), "the answer contains a recipient")
    group.reply("an unknown field", world.caller.post("/v1/alerts/test", {"to": "me"}), 422, "unknown_field")
    # More often than the three tests of an hour: only the first request sends.
    same = [world.caller.post("/v1/alerts/test", {}, headers={"Idempotency-Key": "test-1"}) for _ in range(5)]
    group.equal("one key", [(one.status, one.json, one.headers.get("Idempotent-Replay")) for one in same],
                [(200, same[0].json, None)] + [(200, same[0].json, "true")] * 4)
    group.reply("the key at another path", world.caller.post("/v1/report", {}, headers={"Idempotency-Key": "test-1"}), 422, "key_reused")
    group.reply("a bad key", world.caller.post("/v1/report", {}, headers={"Idempotency-Key": "a b"}), 400, "bad_idempotency_key")


def report(world, group):
    dry = world.caller.post("/v1/report?dry_run=true").json["would"]
    group.equal("a dry run sends nothing", dry["channels"], [{"channel": "email", "told": False, "detail": "", "took_ms": 0}])
    group.expect(dry["subject"].startswith("Утро ") and "Вчера, " in dry["text"], f"the report is {dry}")
    done = world.caller.post("/v1/report", {})
    group.equal("it is sent", (done.status, done.json["subject"]), (200, dry["subject"]))
    group.equal("the mail server is unreachable", [(one["channel"], one["told"], one["detail"]) for one in done.json["channels"]],
                [("email", False, "smtp_away")])
    group.expect(MAILBOX not in done.body.decode(), "the answer contains a recipient")
    group.reply("an unknown field", world.caller.post("/v1/report", {"day": 1}), 422, "unknown_field")


def alert(name="CpuHigh", minutes=4, severity="warning", **labels):
    return {"labels": {"alertname": name, "severity": severity, **labels}, "startsAt": later(minutes=-2), "endsAt": later(minutes=minutes),
            "annotations": {"summary": "Процессор <занят>", "command": "deploy/tapbot status", "runbook": "docs/runbook.md#host"},
            "generatorURL": "http://prometheus:9090/graph"}


BAD_ALERTS = (
    ("no list", {}, 400, "bad_json", None),
    ("no JSON", b"[", 400, "bad_json", None),
    ("no labels", [{}], 422, "required", "0/labels"),
    ("no name", [alert(), {"labels": {"a": "b"}}], 422, "required", "1/labels/alertname"),
    ("a label twice", b'[{"labels":{"alertname":"A","a":"1","a":"2"}}]', 422, "bad_labels", "0/labels"),
    ("labels without end", [alert(x="x" * 4096)], 422, "too_long", "0/labels"),
    ("no time", [{**alert(), "endsAt": "soon"}], 422, "bad_time", "0/endsAt"),
    ("too many", [alert(n=str(number)) for number in range(257)], 422, "too_many", "256"),
    ("too large", b"[" + b" " * 600000 + b"]", 413, "body_too_large", None),
)


def rules(world, group):
    """Alerts of Prometheus."""
    def post(body, **more):
        return world.caller.post("/api/v2/alerts", body, **more)

    def firing():
        return [one for one in world.caller.get("/v1/status").json["checks"] if one["kind"] == "prometheus"]

    def bearer(key):
        return {"X-API-Key": None, "Authorization": f"Bearer {key}"}
    for why, body, status_, code, field in BAD_ALERTS:
        group.reply(why, post(body), status_, code, fields=[field] if field else None)
    group.equal("a refused alert does not fire", firing(), [])
    group.reply("without a key", post([alert()], headers={"X-API-Key": None}), 401, "key_missing")
    group.reply("with a password", post([alert()], headers={"X-API-Key": None, "Authorization": "Basic YTpi"}), 401, "key_missing")
    taken = post([alert(), alert(core="2", severity="page")], headers=bearer(world.key))
    group.equal("accepted", (taken.status, taken.body), (200, b""))
    wait_until("two fire", 5, lambda: [one["status"] for one in firing()] == ["yellow", "red"])
    one = firing()[0]
    group.equal("it looks like a check", (one["target"], one["detail"], one["runbook"], one["latency_ms"], one["looked_at"]),
                ("prometheus-cpuhigh", "Процессор <занят>", "host", None, None))
    group.reply("once more", post([alert()]), 200)
    listed = [seen for seen in world.caller.get("/v1/incidents").json["items"] if seen["check"] == one["name"]]
    group.equal("it has one incident", [(seen["trouble"], seen["severity"], seen["ended_at"]) for seen in listed], [("rule", "warning", None)])
    acked = world.caller.acting("staff:Aigul").post(f"/v1/incidents/{listed[0]['id']}/ack", {}).json
    group.equal("acknowledged", acked["acked_by"], "staff:Aigul")
    group.expect("Процессор &lt;занят&gt;" in world.caller.get("/", key="").body.decode(), "the page does not show it")
    made = world.caller.post("/v1/silences", silence(match="prometheus-cpuhigh"))
    group.reply("a silence of the rule", made, 201)
    wait_until("both are silenced", 5, lambda: [one["status"] for one in firing()] == ["silenced", "silenced"])
    world.caller.call("DELETE", f"/v1/silences/{made.json['id']}")
    group.reply("ended", post([alert(minutes=-1), alert(core="2", severity="page", minutes=-1)]), 200)
    wait_until("none fires", 5, lambda: not firing())
    wait_until("it has ended", 5, lambda: all(seen["ended_at"] for seen in world.caller.get("/v1/incidents").json["items"]
                                              if seen["trouble"] == "rule"))
    group.reply("Watchdog", post([alert("Watchdog", severity="none")]), 200)
    wait_until("it is a heartbeat", 5, lambda: world.check("prometheus-watchdog")["status"] == "green")
    group.reply("severity none", post([alert("Quiet", severity="none")]), 200)
    group.equal("it has no incident", firing(), [])


def seldom(world, group):
    """A check that is bad from the start is red long before its second interval."""
    wait_until("it is red", 20, lambda: world.check("seldom")["status"] == "red")
    group.equal("the reason is shown", world.check("seldom")["detail"], "refused")


def page(world, group):
    shown = world.caller.get("/", key="")
    text = shown.body.decode()
    group.expect("Закрытая &lt;дверь&gt;" in text and "<дверь>" not in text, "the title is not escaped")
    group.expect("default-src 'none'" in shown.headers.get("Content-Security-Policy", ""), "the page has no policy")
    group.expect(f"{DOCS}/runbook.html#tcp" in text, "the page has no link to the documentation")
    group.expect("Closed &lt;door&gt;" in world.caller.get("/?lang=en", key="").body.decode(), "there is no English")
    group.reply("no such language", world.caller.get("/?lang=fr", key=""), 422)
    public = world.caller.get("/public", key="").body.decode()
    group.expect("Открытая" in public and "дверь" not in public and "127.0.0.1" not in public, "the public page shows too much, or too little")
    group.expect(world.caller.get("/badge.svg", key="").headers["Content-Type"] == "image/svg+xml", "the badge is not an SVG")
    token = text.split('name="token" value="')[1].split('"')[0] if 'name="token"' in text else ""
    for why, body, wanted in (("without a token", b"", 403), ("a wrong one", b"token=" + b"0" * 32, 403)):
        group.reply(why, form(world, world.any, body), wanted, "bad_token")
    if group.expect(token, "the page has no token"):
        sent = urllib.parse.urlencode({"token": token}).encode()
        for query, shown in (("", "/?lang=ru"), ("?lang=kk", "/?lang=kz")):
            group.equal(f"the button{query}", [(one.status, one.headers.get("Location")) for one in [form(world, world.any, sent, query=query)]], [(303, shown)])
        group.reply("the button in no such language", form(world, world.any, sent, query="?lang=fr"), 422)
        group.reply("an unknown incident", form(world, NOBODY, sent), 404, "not_found")


def form(world, incident, body, caller=None, query="", **headers):
    return (caller or world.caller).call("POST", f"/incidents/{incident}/ack{query}", body, key="",
                                         headers={"Content-Type": "application/x-www-form-urlencoded", **headers})


SECRET = "5e4d" * 16


def edge(world, group):
    """As on a server: the page and its button require the secret that the reverse proxy sends."""
    there = world.stand.service(HEALTH_EDGE_SECRET=SECRET, **world.needed)
    caller = Caller(world, "", there.port)
    for why, word in (("no secret", None), ("a wrong secret", SECRET[::-1]), ("a prefix", SECRET[:-1]), ("a suffix", SECRET + "5"), ("an empty secret", "")):
        edge_headers = {"X-Edge-Secret": word}
        group.reply(f"the page with {why}", caller.get("/", headers=edge_headers), 403, "edge_only")
        group.reply(f"its button with {why}", form(world, world.any, b"token=" + b"0" * 32, caller, **edge_headers), 403, "edge_only")
    edge_headers = {"X-Edge-Secret": SECRET}
    group.reply("the page", caller.get("/?lang=en", headers=edge_headers), 200)
    group.reply("its button without a token", form(world, world.any, b"", caller, **edge_headers), 403, "bad_token")
    for path in ("/public", "/badge.svg", "/page.css", "/page.js"):
        group.reply(f"{path} is public", caller.get(path), 200)
    caller.close()
    for environment, code in (("production", 2), ("staging", 2), ("demo", 0)):
        done = subprocess.run([world.stand.binary, "--check-config"], env=world.stand.environment(ENVIRONMENT=environment, **world.needed),
                              capture_output=True, text=True, check=False)
        group.equal(f"{environment} without the secret", (done.returncode, "HEALTH_EDGE_SECRET: is required" in done.stderr), (code, code == 2))


def earlier(world, group):
    """Earlier versions gave keys of other tenants scopes of health; these scopes have no effect."""
    foreign = world.key_of(tenant="foreigners", client="earlier", scopes="search:read")
    world.stand.sql("UPDATE api.api_key SET scopes = 'health:read,health:beat,health:admin'"
                    " WHERE client_id = (SELECT id FROM api.client WHERE name = 'earlier')")
    for where in keyed(world, group):
        group.reply(str(where), ask(world, foreign, where), 403, "scope_missing")
    there = world.stand.service(OPERATOR_TENANT="foreigners", **world.needed)
    group.reply("its tenant is OPERATOR_TENANT", Caller(world, foreign.key, there.port).get("/v1/status"), 200)


WORLD = Watching
GROUPS = [("seldom", seldom), ("status", status), ("history", history), ("page", page), ("edge", edge), ("incidents", incidents), ("silences", silences),
          ("maintenance", maintenances), ("heartbeats", heartbeats), ("alerts", alerts), ("rules", rules), ("report", report),
          ("keys of earlier versions", earlier)]
