# SPDX-License-Identifier: MIT
"""/v1/webhooks and their deliveries: signed, in order, retried until accepted, none lost when the service is killed."""

import base64
import json
import re
import threading

from check import NOBODY, Made
from receiver import SOON, Receiver, verifier
from stand import timed, wait_until

LATE_SECONDS = 15  # on a busy machine


class Webhooks(Made):
    def __init__(self, world):
        super().__init__(world, "/v1/webhooks")

    def make(self, url, types=("booking.*",), **more):
        return self.post({"url": url, "types": list(types), **more})


def nothing_left(world, seconds=SOON):
    """Not counting webhooks whose hosts do not exist."""
    wait_until("nothing is left", seconds, lambda: world.stand.sql(
        "SELECT count(*) FROM booking.delivery d JOIN booking.receiver r ON r.id = d.receiver_id"
        " WHERE d.status = 'waiting' AND r.disabled_at IS NULL AND r.url LIKE 'http://127.%'") == "0")


def events_of(receiver, path):
    return [json.loads(one["body"]) for one in receiver.got(path)]


def shape(world, group):
    """As api.md says: 201 with the secret once, all else without it; lists, versions, keys."""
    body = {"url": "https://hooks.example.com/x", "types": ["booking.*", "trip.started"]}
    dry = world.caller.post("/v1/webhooks?dry_run=true", body)
    group.equal("a dry run", (dry.status, dry.json["would"]["status"]), (200, "active"))
    before = world.caller.get("/v1/webhooks").json["items"]
    made = world.caller.post("/v1/webhooks", body, headers={"Idempotency-Key": "webhook-1"})
    group.reply("made", made, 201)
    one = made.json
    key = base64.b64decode(one["secret"].removeprefix("whsec_"), validate=True)
    group.expect(one["secret"].startswith("whsec_") and re.fullmatch(rb"[!-~]{24,64}", key), "the secret is not printable")
    group.equal("as requested", (one["url"], one["types"], one["status"], one["version"]), (body["url"], body["types"], "active", 1))
    again = world.caller.post("/v1/webhooks", body, headers={"Idempotency-Key": "webhook-1"})
    group.equal("the same key", (again.status, again.json, again.headers.get("Idempotent-Replay")), (201, one, "true"))
    path = f"/v1/webhooks/{one['id']}"
    group.equal("where it is", made.headers.get("Location"), path)
    shown = world.caller.get(path)
    one.pop("secret")
    group.equal("the same later, without the secret", shown.json, one)
    group.equal("a list", world.caller.get("/v1/webhooks").json["items"], [one, *before])
    group.reply("not changed", world.caller.get(path, headers={"If-None-Match": shown.headers["ETag"]}), 304)
    stored = world.stand.sql("SELECT count(*) FROM booking.idempotency WHERE body LIKE '%whsec%'")
    group.equal("the secret is in no stored answer", stored, "0")
    group.equal("a change", world.caller.call("PATCH", path, {"types": ["block.*"]}).json["types"], ["block.*"])
    group.reply("an old version", world.caller.call("PATCH", path, {}, headers={"If-Match": shown.headers["ETag"]}), 412, "version_mismatch")
    for verb, sent in (("test", None), ("replay", {"after": "2026-11-20T10:25:00Z"})):
        reply = world.caller.post(f"{path}/{verb}", sent)
        group.equal(verb, (reply.status, reply.json["id"]), (202, one["id"]))
    for why, sent, code in (("empty types", {"types": []}, "too_short"), ("an unknown type", {"types": ["booking.sold"]}, "unknown_value"),
                            ("a status", {"status": "failing"}, "unknown_value"), ("the secret", {"secret": "x"}, "unknown_field")):
        group.reply(why, world.caller.call("PATCH", path, sent), 422, code)
    several = world.caller.post("/v1/webhooks", {"url": "http://example.com/x", "types": ["*"], "secret": "whsec_x"})
    group.reply("several at once", several, 422, "invalid")
    group.equal("all problems are listed", [each["field"] for each in several.json["errors"]], ["url", "types/0", "secret"])
    description = world.operations.document["components"]["schemas"]["Event"]["properties"]["type"]["description"]
    types = re.findall(r"[a-z]+\.[a-z_]+", description.split(". ")[0])
    dry = world.caller.post("/v1/webhooks?dry_run=true", {**body, "types": types[:50]})
    rest = world.caller.post("/v1/webhooks?dry_run=true", {**body, "types": types[50:]})
    group.equal("all described types", (dry.status, rest.status), (200, 200))
    group.reply("nobody's test", world.caller.post(f"/v1/webhooks/{NOBODY}/test"), 404, "not_found")
    group.reply("deleted", world.caller.call("DELETE", path), 204)
    group.reply("again", world.caller.call("DELETE", path), 404, "not_found")


def delivered(world, group):
    """An event arrives as GET /v1/events shows it, and the library of Standard Webhooks accepts its signature."""
    receiver = Receiver()
    with Webhooks(world) as webhooks:
        made = webhooks.make(receiver.root + "/a", ["booking.held", "booking.cancelled"])
        webhooks.make(receiver.root + "/other", ["apartment.updated"])
        checks = verifier(made["secret"])
        now = world.caller.get("/v1/events?after=now").json["next_cursor"]
        booking = world.book(world.make_apartment()["id"])
        one = receiver.wait("/a", 1)[0]
        checks.verify(one["body"], one["headers"])
        page = world.caller.get(f"/v1/events?after={now}&types=booking.held").json["items"]
        group.equal("as the list shows it", json.loads(one["body"]), page[0])
        group.equal("its id", (one["headers"]["webhook-id"], page[0]["resource"]["id"]), (page[0]["id"], booking["id"]))
        group.equal("its type", one["headers"]["content-type"], "application/json")
        try:
            checks.verify(one["body"] + b" ", one["headers"])
            group.expect(False, "another body has the same signature")
        except Exception:  # noqa: BLE001 (the library's own)
            group.expect(True, "")
        world.caller.post(f"/v1/bookings/{booking['id']}/cancel")
        receiver.wait("/a", 2)
        world.caller.post(f"/v1/webhooks/{made['id']}/test")
        receiver.wait("/a", 3)
        nothing_left(world)
        group.equal("each once", [each["type"] for each in events_of(receiver, "/a")], ["booking.held", "booking.cancelled", "webhook.test"])
        group.equal("not to others", receiver.got("/other"), [])
        after = world.caller.get(f"/v1/events?after={now}").json["items"]
        group.equal("a test is in no list", [each for each in after if each["type"] == "webhook.test"], [])
        world.caller.post(f"/v1/webhooks/{made['id']}/replay", {"after": now})
        again = receiver.wait("/a", 5)[3:]
        group.equal("replayed with the same ids", [each["headers"]["webhook-id"] for each in again],
                    [each["headers"]["webhook-id"] for each in receiver.got("/a")[:2]])
    receiver.stop()


def retried(world, group):
    """Refused, slow and unreachable receivers; the order of a resource; 410."""
    state = {"down": True}

    def react(path, nth, body):
        if path == "/gone":
            return 410, {}, 0
        if path == "/slow":
            return 200, {}, 12 if nth == 0 else 0
        return (503 if path == "/down" and state["down"] else 500 if path == "/once" and nth == 0 else 204), {}, 0

    receiver = Receiver(react)
    with Webhooks(world) as webhooks:
        made = {name: webhooks.make(f"{receiver.root}/{name}", ["booking.held", "booking.cancelled"]) for name in ("once", "down", "gone", "slow")}
        booking = world.book(world.make_apartment()["id"])
        world.caller.post(f"/v1/bookings/{booking['id']}/cancel")
        once = receiver.wait("/once", 3, LATE_SECONDS)
        order = [json.loads(one["body"])["type"] for one in once]
        group.equal("in order, the first twice", order, ["booking.held", "booking.held", "booking.cancelled"])
        group.equal("the same id", once[0]["headers"]["webhook-id"], once[1]["headers"]["webhook-id"])
        took = once[1]["at"] - once[0]["at"]
        group.expect(2 <= took and (took < 5 or not timed()), f"again after {took:.2f} s")
        wait_until("it is disabled", LATE_SECONDS, lambda: world.caller.get(f"/v1/webhooks/{made['gone']['id']}").json["status"] == "disabled")
        group.equal("one call", len(receiver.got("/gone")), 1)
        failing = world.caller.get(f"/v1/webhooks/{made['down']['id']}").json
        group.equal("failing", (failing["status"], failing["last_error"]), ("failing", "status_503"))
        group.expect(failing["failing_since"], "since when is not shown")
        state["down"] = False
        world.caller.call("PATCH", f"/v1/webhooks/{made['down']['id']}", {"status": "active"})
        wait_until("it works", LATE_SECONDS, lambda: [one["type"] for one in events_of(receiver, "/down")][-1:] == ["booking.cancelled"])
        group.equal("and says so", world.caller.get(f"/v1/webhooks/{made['down']['id']}").json["status"], "active")
        wait_until("the slow one", 30, lambda: len(receiver.got("/slow")) == 3)
        group.equal("slow counts as failed", [one["type"] for one in events_of(receiver, "/slow")], ["booking.held", "booking.held", "booking.cancelled"])
        nothing_left(world, 20)
    receiver.stop()


def killed(world, group):
    """kill -9 of the service while events are delivered: each arrives, in the order of its resource."""
    arrived, lock = [], threading.Lock()

    def react(path, nth, body):
        with lock:
            arrived.append(json.loads(body))
        return 200, {}, 0.02

    receiver = Receiver(react)
    with Webhooks(world) as webhooks:
        webhooks.make(receiver.root + "/a", ["booking.held", "booking.cancelled"])
        apartments = [world.make_apartment()["id"] for _ in range(4)]
        wanted = []
        for nth in range(24):
            booking = world.book(apartments[nth % 4], 10 + 3 * (nth // 4))["id"]
            world.caller.post(f"/v1/bookings/{booking}/cancel")
            wanted.append(booking)
            if nth in (8, 16):
                world.caller.close()
                world.service.kill()
                world.service.start()
        wait_until("all have arrived", 60, lambda: len({one["id"] for one in list(arrived)}) == 2 * len(wanted))
        nothing_left(world, 40)
        for booking in wanted:
            types = list(dict.fromkeys(one["type"] for one in arrived if one["resource"]["id"] == booking))
            group.equal("in order", types, ["booking.held", "booking.cancelled"])
    receiver.stop()


GROUPS = [
    ("webhooks: shape", shape),
    ("webhooks: delivered", delivered),
    ("webhooks: retried", retried),
    ("webhooks: killed", killed),
]
