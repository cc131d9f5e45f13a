# SPDX-License-Identifier: MIT
"""Idempotency-Key: the same key with the same request returns the first answer, with another one an error."""

import json
import subprocess
import threading
import uuid

from check import Caller
from stand import patience, wait_until


def fresh():
    return uuid.uuid4().hex


def keyed(value, **more):
    return {"Idempotency-Key": value, **more}


def is_replay(reply):
    return reply.headers.get("Idempotent-Replay") == "true"


def spelling(world, group):
    for why, value in [
        ("empty", '""'),
        ("blank", " "),
        ("256 characters", "a" * 256),
        ("256 quoted", '"' + "a" * 256 + '"'),
        ("a space inside", "a b"),
        ("an open quote", '"abc'),
        ("not ASCII", b"\xd0\xb0"),
        ("a tab", "a\tb"),
        ("a quote inside", '"a"b"'),
    ]:
        group.reply(
            why, world.caller.post("/v1/owners", {"name": "К"}, headers=keyed(value)), 400, "bad_idempotency_key"
        )
    for why, value in [
        ("255 characters", "a" * 255),
        ("a bot's", "tg:apartments:123456789:1"),
        ("punctuation", "!#$%&'*+-.^_`|~(),/:;<=>?@[]{}"),
        ("one character", "a"),
    ]:
        group.reply(why, world.caller.post("/v1/owners", {"name": "К"}, headers=keyed(value)), 201)
    for method, path, body in [("GET", "/v1/cities", None), ("PATCH", f"/v1/owners/{world.owner}", {"notify": True})]:
        first = world.caller.call(method, path, body, headers=keyed('""'))
        group.reply(f"{method} ignores it, even a bad one", first, 200)
    key = fresh()
    for _ in range(2):
        reply = world.caller.call("PATCH", f"/v1/owners/{world.owner}", {"notify": True}, headers=keyed(key))
        group.expect(
            reply.status == 200 and not is_replay(reply), f"PATCH ignores it: {reply.status} {reply.headers.items()}"
        )


def same_answer(world, group):
    apartment = world.make_apartment()["id"]
    body, key = world.stay_body(apartment), fresh()
    first = world.caller.post("/v1/bookings", body, headers=keyed(key))
    group.reply("first", first, 201)
    group.expect(not is_replay(first), "the first is not a replay")
    backwards = ("{ " + ", ".join(f'"{n}" :\n {json.dumps(v)}' for n, v in reversed(body.items())) + " }").encode()
    for why, value, sent, more in [
        ("the same", key, body, {}),
        ("quoted", f'"{key}"', body, {}),
        ("other order and white space", key, backwards, {}),
        ("If-Match is not in it", key, body, {"If-Match": '"9"'}),
        ("another request id", key, body, {"X-Request-Id": "other"}),
    ]:
        again = world.caller.post("/v1/bookings", sent, headers=keyed(value, **more))
        group.reply(why, again, 201)
        group.expect(is_replay(again), f"{why}: no Idempotent-Replay")
        for name in ("ETag", "Location", "Content-Type"):
            group.equal(f"{why}: {name}", again.headers.get(name), first.headers.get(name))
        group.expect(again.body == first.body, f"{why}: another body")
    other = world.key_of(client="another-client")
    group.reply(
        "another client's key is another", other.post("/v1/bookings", body, headers=keyed(key)), 409, "nights_taken"
    )
    path = f"/v1/bookings/{first.json['id']}/cancel"
    key = fresh()
    for sent in (None, {}, b"{ }"):
        reply = world.caller.post(path, sent, headers=keyed(key))
        group.reply(f"no body = {{}}: {sent}", reply, 200)
        group.equal(f"no body = {{}}: {sent}: replay", is_replay(reply), sent is not None)
    marked = {"name": "\u202aПовтор\u202c"}
    for path, body in (("/v1/owners", {"name": "Повтор"}), ("/v1/owners", marked), ("/v1/apartments", world.apartment_body())):
        key, bodies = fresh(), set()
        for _ in range(3):
            reply = world.caller.post(path, body, headers=keyed(key))
            group.reply(f"{path} again", reply, 201)
            bodies.add(reply.body)
        group.equal(f"{path}: one resource created", len(bodies), 1)


def other_requests(world, group):
    key, body = fresh(), {"name": "Ключ"}
    group.reply("first", world.caller.post("/v1/owners", body, headers=keyed(key)), 201)
    rows = [
        ("another body", "/v1/owners", {"name": "Иной"}, {}),
        ("another field", "/v1/owners", {"name": "Ключ", "notify": True}, {}),
        ("the same without what cannot be seen is another request, as with other spaces", "/v1/owners", {"name": "\u200bКлюч"}, {}),
        ("another path", "/v1/bookings", body, {}),
        ("another query", "/v1/owners?dry_run=false", body, {}),
        ("another actor", "/v1/owners", body, {"X-Actor": "staff:Aigul"}),
        ("checked before the body's other faults", "/v1/owners", {"nmae": 1}, {}),
        ("a number in another spelling is another request", "/v1/owners", {"name": "Ключ", "telegram_id": 5}, {}),
        ("a list", "/v1/owners", b"[]", {}),
    ]
    for why, path, sent, more in rows:
        group.reply(why, world.caller.post(path, sent, headers=keyed(key, **more)), 422, "key_reused")
    group.reply("checked after 400s", world.caller.post("/v1/owners", b"{", headers=keyed(key)), 400, "bad_json")
    group.reply(
        "checked after a missing body", world.caller.post("/v1/owners", headers=keyed(key)), 400, "body_missing"
    )
    reply = world.caller.post("/v1/owners?dry_run=true", {"name": "Иной"}, headers=keyed(key))
    group.expect(reply.status == 200 and not is_replay(reply), f"dry_run ignores it: {reply.status}")
    key = fresh()
    group.reply("dry_run leaves nothing", world.caller.post("/v1/owners?dry_run=true", body, headers=keyed(key)), 200)
    reply = world.caller.post("/v1/owners", {"name": "Иной"}, headers=keyed(key))
    group.expect(reply.status == 201 and not is_replay(reply), f"after dry_run the key is free: {reply.status}")


def refused(world, group):
    apartment = world.make_apartment()["id"]
    taken = world.book(apartment)["id"]
    key, body = fresh(), world.stay_body(apartment)
    group.reply("a refusal", world.caller.post("/v1/bookings", body, headers=keyed(key)), 409, "nights_taken")
    group.reply("cancelled by the other", world.caller.post(f"/v1/bookings/{taken}/cancel"), 200)
    again = world.caller.post("/v1/bookings", body, headers=keyed(key))
    group.reply("is not stored", again, 201)
    group.expect(not is_replay(again), "it is not a replay")
    key = fresh()
    group.reply("a bad body", world.caller.post("/v1/owners", {"name": ""}, headers=keyed(key)), 422, "blank")
    group.reply("is not stored either", world.caller.post("/v1/owners", {"name": "Добрый"}, headers=keyed(key)), 201)


def in_flight(world, group):
    """Another transaction locks the apartment's row, so that the first request waits. It is repeated if it has waited for too
    long: a statement waits three seconds."""
    apartment = world.make_apartment()["id"]
    key, body, first, second = fresh(), world.stay_body(apartment), [], []
    other = Caller(world, world.key)

    def is_first_done():
        first.append(other.call_once("POST", "/v1/bookings", body, keyed(key)))
        return first[-1].code not in ("busy", "key_in_progress")

    def is_in_progress():
        second.append(world.caller.call_once("POST", "/v1/bookings", body, keyed(key)))
        return second[-1].code != "busy"

    with subprocess.Popen(
        ["psql", "-qXAt", world.stand.url("postgres")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        holder.stdin.write(f"BEGIN; SELECT 'held' FROM booking.apartment WHERE id = '{apartment}' FOR UPDATE;\n")
        holder.stdin.flush()
        holder.stdout.readline()
        thread = threading.Thread(target=wait_until, args=("the first request ends", 20, is_first_done, 0.1))
        thread.start()
        wait_until("the first request waits for the row", 10, lambda: world.stand.sql(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0") != "0")
        wait_until("the second request ends", 10, is_in_progress)
        reply = second[-1]
        group.reply("while the first runs", reply, 409, "key_in_progress")
        group.expect((reply.headers.get("Retry-After") or "").isdigit(), "no Retry-After")
        holder.stdin.write("ROLLBACK;\n")
        holder.stdin.close()
        thread.join(patience(10))
    group.reply("the first succeeds", first[-1], 201)
    again = world.caller.post("/v1/bookings", body, headers=keyed(key))
    group.expect(
        again.status == 201 and is_replay(again) and again.body == first[-1].body, "then it is replayed"
    )
    other.close()


GROUPS = [
    ("everywhere: Idempotency-Key, spelling", spelling),
    ("everywhere: Idempotency-Key, the same answer", same_answer),
    ("everywhere: Idempotency-Key, other requests", other_requests),
    ("everywhere: Idempotency-Key, refusals", refused),
    ("everywhere: Idempotency-Key, in flight", in_flight),
]
