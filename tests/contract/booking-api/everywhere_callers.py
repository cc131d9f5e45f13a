# SPDX-License-Identifier: MIT
"""Callers: keys, tenants, rates, actors."""

import re
import time

from bookings import drain
from check import Caller, Case, NOBODY
from stand import timed, wait_until

KEYS = [
    Case("none", "GET", "/v1/cities", 401, "key_missing", key=""),
    Case("unknown", "GET", "/v1/cities", 401, "key_unknown", key="tb_live_" + "a" * 36),
    Case("too short", "GET", "/v1/cities", 401, "key_unknown", key="tb_live_a"),
    Case("another system's", "GET", "/v1/cities", 401, "key_unknown", key="sk_live_" + "a" * 36),
    Case("very long", "GET", "/v1/cities", 401, "key_unknown", key="tb_live_" + "a" * 2000),
    Case("in the query", "GET", "/v1/cities?api_key=x", 401, "key_missing", key=""),
    Case("401 before 400", "POST", "/v1/owners", 401, "key_missing", key="", body=b"{"),
    Case(
        "401 before 415",
        "POST",
        "/v1/owners",
        401,
        "key_missing",
        key="",
        body=b"{}",
        headers={"Content-Type": "text/plain"},
    ),
]


def keys(world, group):
    world.run(group, KEYS)
    group.reply(
        "a live key has no seconds",
        world.key_of(test=False).post("/v1/bookings", world.stay_body(hold_seconds=5)),
        422,
        "test_key_only",
        ["hold_seconds"],
    )


def revoked(world, group):
    caller = world.key_of(client="leaving")
    group.reply("it works", caller.get("/v1/cities"), 200)
    began = time.monotonic()
    world.stand.run("--keys", "revoke", caller.key[:12], role="tapbot_migrator")
    wait_until("refused", 6, lambda: caller.get("/v1/cities").status == 401, 0.1)
    took = time.monotonic() - began
    group.expect(not timed() or took <= 5.0, f"a revoked key worked for {took:.1f} s")
    group.reply("then it is unknown", caller.get("/v1/cities"), 401, "key_unknown")
    expired = world.key_of(client="expired")
    world.stand.sql(
        "UPDATE api.api_key SET expires_at = now() - interval '1 s'"
        " WHERE client_id = (SELECT id FROM api.client WHERE name = 'expired')"
    )
    group.reply("an expired key", expired.get("/v1/cities"), 401, "key_unknown")


def actors(world, group):
    """Actors that the service accepts match the described pattern, others do not."""
    described = re.compile(world.operations.document["components"]["parameters"]["actor"]["schema"]["pattern"])
    for why, actor in [
        ("nobody", "x"),
        ("a kind without a name", "guest:"),
        ("a guest's name", "guest:abc"),
        ("guest 0", "guest:0"),
        ("guest -1", "guest:-1"),
        ("guest 01", "guest:01"),
        ("guest too large", "guest:99999999999999999999"),
        ("an owner's number", "owner:1"),
        ("staff without a name", "staff:"),
        ("a long name", "staff:" + "a" * 101),
        ("another kind", "robot:1"),
        ("two at once", "guest:1,guest:2"),
        ("upper case", "Guest:1"),
        ("a space", "guest: 1"),
        ("the system", "system"),
        ("a client", f"client:{NOBODY}"),
        ("empty", b" "),
    ]:
        group.reply(why, world.caller.get("/v1/cities", headers={"X-Actor": actor}), 422, "bad_actor")
        group.expect(isinstance(actor, bytes) or not described.search(actor), f"{actor} matches the pattern")
    group.reply(
        "an unknown owner", world.caller.get("/v1/cities", headers={"X-Actor": f"owner:{NOBODY}"}), 422, "bad_actor"
    )
    group.reply(
        "an unknown driver",
        world.caller.get("/v1/cities", headers={"X-Actor": f"driver:{NOBODY}"}),
        422,
        "bad_actor",
    )
    foreign = world.stand.sql("SELECT id FROM booking.owner WHERE name = 'Соседнее агентство'")
    group.reply(
        "another tenant's owner",
        world.caller.get("/v1/cities", headers={"X-Actor": f"owner:{foreign}"}),
        422,
        "bad_actor",
    )
    for actor in ("guest:1", f"owner:{world.owner}", "staff:Айгуль", "staff:a b", "staff:" + "a" * 100):
        group.reply(f"{actor} is known", world.caller.get("/v1/cities", headers={"X-Actor": actor.encode()}), 200)
        group.expect(described.search(actor) is not None, f"{actor} does not match the pattern")


def guests(world, group):
    mine, other = world.caller.acting(f"guest:{next(world.guests)}"), world.caller.acting("guest:5")
    me = int(mine.actor.partition(":")[2])
    apartment = world.make_apartment()["id"]
    booking = world.make("/v1/bookings", world.stay_body(apartment, guest={"name": "Я"}), mine)
    path = f"/v1/bookings/{booking['id']}"
    group.equal("booked as guest:1 is for telegram_id 1", booking["guest"]["telegram_id"], me)
    group.reply(
        "another in the body",
        mine.post("/v1/bookings", world.stay_body(apartment, 20, guest={"name": "Я", "telegram_id": 7})),
        403,
        "forbidden",
    )
    group.reply(
        "oneself in the body",
        mine.post("/v1/bookings?dry_run=true", world.stay_body(apartment, 20, guest={"name": "Я", "telegram_id": me})),
        200,
    )
    group.reply("one's own", mine.get(path), 200)
    for why, reply in [
        ("read", other.get(path)),
        ("history", other.get(path + "/history")),
        ("cancel", other.post(path + "/cancel")),
        ("confirm", other.post(path + "/confirm")),
        ("decline", other.post(path + "/decline")),
    ]:
        group.reply(f"another's booking: {why}", reply, 404, "not_found")
    group.equal("one's own list", [one["id"] for one in mine.get("/v1/bookings").json["items"]], [booking["id"]])
    group.equal("another's list", other.get("/v1/bookings").json["items"], [])
    group.equal("another's list asked for", other.get(f"/v1/bookings?telegram_id={me}").json["items"], [])
    group.reply("decline one's own", mine.post(path + "/decline"), 403, "forbidden")
    group.reply(
        "confirm a payment",
        mine.post(path + "/confirm", {"paid": {"amount": 100, "currency": "KZT"}}),
        403,
        "forbidden",
    )
    group.reply("patch an apartment", mine.patch(f"/v1/apartments/{apartment}", {"rooms": 3}), 403, "forbidden")
    group.reply("make an apartment", mine.post("/v1/apartments", world.apartment_body()), 403, "forbidden")
    group.reply("make an owner", mine.post("/v1/owners", {"name": "Я"}), 403, "forbidden")
    group.reply("patch an owner", mine.patch(f"/v1/owners/{world.owner}", {"name": "Я"}), 403, "forbidden")
    group.reply("read events", mine.get("/v1/events"), 403, "forbidden")
    hidden = world.make_apartment(is_active=False)["id"]
    group.reply("an inactive apartment", mine.get(f"/v1/apartments/{hidden}"), 404, "not_found")
    group.reply("its calendar", mine.get(f"/v1/apartments/{hidden}/calendar"), 404, "not_found")
    group.reply("an inactive apartment patched", mine.patch(f"/v1/apartments/{hidden}", {"rooms": 3}), 404, "not_found")
    group.reply("apartments", mine.get("/v1/apartments"), 200)
    group.reply("cancel one's own", mine.post(path + "/cancel"), 200)


def owners(world, group):
    other = world.make("/v1/owners", {"name": "Другой"})["id"]
    mine, theirs = world.caller.acting(f"owner:{world.owner}"), world.caller.acting(f"owner:{other}")
    apartment = world.make_apartment()["id"]
    path = f"/v1/apartments/{apartment}"
    booking = f"/v1/bookings/{world.book(apartment)['id']}"
    group.reply("one's own apartment", mine.get(path), 200)
    group.reply("another's apartment", theirs.get(path), 404, "not_found")
    group.reply("another's calendar", theirs.get(path + "/calendar"), 404, "not_found")
    group.reply("another's apartment patched", theirs.patch(path, {"rooms": 3}), 404, "not_found")
    group.reply("one's own apartment patched", mine.patch(path, {"rooms": 3}), 200)
    group.reply("given away", mine.patch(path, {"owner_id": other}), 403, "forbidden")
    group.reply("an apartment for oneself", mine.post("/v1/apartments?dry_run=true", world.apartment_body()), 200)
    group.reply("an apartment for another", theirs.post("/v1/apartments", world.apartment_body()), 403, "forbidden")
    group.equal("another's apartments", theirs.get("/v1/apartments?is_active=all").json["items"], [])
    group.expect(
        all(one["owner_id"] == world.owner for one in mine.get("/v1/apartments?limit=100").json["items"]),
        "one's own apartments only",
    )
    group.reply("a booking of one's apartment", mine.get(booking), 200)
    group.reply("a booking of another's", theirs.get(booking), 404, "not_found")
    group.reply("its history", theirs.get(booking + "/history"), 404, "not_found")
    group.reply("it cancelled", theirs.post(booking + "/cancel"), 404, "not_found")
    group.equal("another's bookings", theirs.get("/v1/bookings").json["items"], [])
    group.reply(
        "booking another's apartment", theirs.post("/v1/bookings", world.stay_body(apartment, 40)), 422, "unknown_apartment"
    )
    group.reply("oneself", mine.get(f"/v1/owners/{world.owner}"), 200)
    group.reply("another", theirs.get(f"/v1/owners/{world.owner}"), 404, "not_found")
    group.reply("another patched", theirs.patch(f"/v1/owners/{world.owner}", {"notify": True}), 404, "not_found")
    group.equal("owners: oneself", [one["id"] for one in theirs.get("/v1/owners").json["items"]], [other])
    group.reply("a new owner", mine.post("/v1/owners", {"name": "Я"}), 403, "forbidden")
    group.equal("another's events", theirs.get("/v1/events").json["items"], [])
    staff = world.caller.acting("staff:Aigul")
    group.reply("staff see all", staff.get(booking), 200)
    group.reply("staff act on all", staff.post(booking + "/cancel"), 200)


def tenants(world, group):
    foreign = world.key_of(tenant="second")
    _, before = drain(world, None)
    booking = world.book(world.make_apartment()["id"])["id"]
    for method, path in [
        ("GET", f"/v1/apartments/{world.apartment}"),
        ("PATCH", f"/v1/apartments/{world.apartment}"),
        ("GET", f"/v1/apartments/{world.apartment}/calendar"),
        ("GET", f"/v1/bookings/{booking}"),
        ("GET", f"/v1/bookings/{booking}/history"),
        ("POST", f"/v1/bookings/{booking}/cancel"),
        ("POST", f"/v1/bookings/{booking}/confirm"),
        ("POST", f"/v1/bookings/{booking}/decline"),
        ("GET", f"/v1/owners/{world.owner}"),
        ("PATCH", f"/v1/owners/{world.owner}"),
    ]:
        reply = foreign.call(method, path, {} if method == "PATCH" else None)
        group.reply(f"{method} another tenant's", reply, 404, "not_found")
    group.reply(
        "booking another tenant's apartment",
        foreign.post("/v1/bookings", world.stay_body()),
        422,
        "unknown_apartment",
        ["apartment_id"],
    )
    group.reply(
        "an apartment of another tenant's owner",
        foreign.post("/v1/apartments", world.apartment_body()),
        422,
        "unknown_owner",
        ["owner_id"],
    )
    own = foreign.get("/v1/apartments?limit=100").json["items"]
    group.equal("two apartments of its own", len(own), 2)
    group.equal(
        "no bookings of the first tenant", [one for one in foreign.get("/v1/bookings").json["items"] if one["id"] == booking], []
    )
    group.expect(
        all(one["name"] != "Асель" for one in foreign.get("/v1/owners").json["items"]), "owners of the first tenant are shown"
    )
    for caller, wanted in [(world.caller, True), (foreign, False)]:
        shown = booking in [one["resource"]["id"] for one in drain(world, before, caller)[0]]
        group.equal("events of the first tenant are shown", shown, wanted)
    group.expect(
        not {one["id"] for one in own}
        & {one["id"] for one in world.caller.get("/v1/apartments?limit=100").json["items"]},
        "apartments of both",
    )
    group.reply(
        "the same tenant's other client sees it",
        world.key_of(client="second-client").get(f"/v1/bookings/{booking}"),
        200,
    )
    group.equal(
        "bookings of another tenant's apartment", foreign.get(f"/v1/bookings?apartment_id={world.apartment}").json["items"], []
    )
    group.equal(
        "apartments of another tenant's owner", foreign.get(f"/v1/apartments?owner_id={world.owner}").json["items"], []
    )
    given = world.caller.call("PATCH", f"/v1/apartments/{world.apartment}", {"owner_id": own[0]["owner_id"]})
    group.reply("an apartment given to another tenant's owner", given, 422, "unknown_owner", ["owner_id"])
    code = own[0]["code"]
    group.reply(
        "codes are each tenant's own",
        world.caller.post("/v1/apartments?dry_run=true", world.apartment_body(code=code.lower()[:20] + "-x")),
        200,
    )


def rates(world, group):
    caller = world.key_of(client="slow", rate=5)
    replies, began = [], time.monotonic()

    def last():
        replies.append(caller.get("/v1/cities"))
        return len(replies) >= 40 and replies[-1].status != 200

    wait_until("one of more than 40 is refused", 10, last, 0)
    most = 11 + 5 * (time.monotonic() - began)
    passed = [one for one in replies if one.status == 200]
    refused = [one for one in replies if one.status != 200]
    group.expect(10 <= len(passed) <= most, f"burst 10 and 5/s let {len(passed)} of {len(replies)} pass, at most {most:.0f}")
    for reply in refused[:3]:
        group.reply("then", reply, 429, "rate_limited")
        group.expect(
            1 <= int(reply.headers.get("Retry-After") or 0) <= 5, f"Retry-After {reply.headers.get('Retry-After')}"
        )
    for reply in (passed[0], refused[0]):
        group.expect(
            'q=10' in (reply.headers.get("RateLimit-Policy") or ""),
            f"RateLimit-Policy {reply.headers.get('RateLimit-Policy')}",
        )
        group.expect('r=' in (reply.headers.get("RateLimit") or ""), f"RateLimit {reply.headers.get('RateLimit')}")
    group.reply("other keys work", world.caller.get("/v1/cities"), 200)
    time.sleep(int(refused[-1].headers.get("Retry-After") or 1))
    group.reply("after Retry-After it works again", caller.get("/v1/cities"), 200)
    off = world.stand.service(RATE_LIMIT_ENABLED="false")
    free = Caller(world, caller.key, off.port)
    group.expect(all(free.get("/v1/cities").status == 200 for _ in range(30)), "disabled limits do not apply")
    free.close()
    off.kill()


GROUPS = [
    ("everywhere: keys", keys),
    ("everywhere: revoked keys", revoked),
    ("everywhere: actors", actors),
    ("everywhere: guests", guests),
    ("everywhere: owners", owners),
    ("everywhere: tenants", tenants),
    ("everywhere: rate limits", rates),
]
