# SPDX-License-Identifier: MIT
"""Who may not know of a thing learns nothing of it: for every route of the document and every id it takes,
another tenant, an owner and a guest who may not get the same answer, in the same time, as for an id that
nobody has. A route that is not in ROWS fails.
"""

import itertools
import json
import os
import statistics
import time

from check import NOBODY, day, tenge
from stand import SECOND_TENANT

CALLERS = ("stranger", "owner", "guest")
# Medians of so many alternating pairs may differ by half, or by 0.3 ms, in each of three rounds: what two
# processes on two loaded cores make of equal work, and what reading a row and refusing it costs over finding
# none (ids have 74 random bits: nobody walks through them). A look-up that only one of both makes shows as a
# factor of two.
PAIRS = 200 if os.environ.get("TEST_FULL") == "yes" else 40
ROUNDS, TOLERANCE_MS, TOLERANCE_PART = 3, 0.3, 0.5

# A row: method, path of the document, the id it is about (None: it takes none), what is asked, the body, and
# the statuses of CALLERS. None: this caller may; as guests who ask for a flat that is let no more are told so
# (not_bookable): they may have seen it yesterday. "{name}" stands for an id of ours; {hidden} is an inactive
# flat, which only its owner and staff see.
STAY = {"check_in": day(40), "check_out": day(42), "guests": 1}
GUEST = {"name": "Гость", "telegram_id": 5}
FLAT, BOOKING = "/v1/apartments/{hidden}", "/v1/bookings/{booking}"
RATES = {"items": [{"from": day(1), "to": day(3), "min_nights": 2}]}
ROWS = [
    ("GET", "/v1/apartments", "owner_id", "/v1/apartments?is_active=all&owner_id={owner_id}", None, (200, 403, 403)),
    ("POST", "/v1/apartments", "owner_id", "/v1/apartments", "flat", (422, 403, 403)),
    ("GET", "/v1/apartments/{id}", "hidden", FLAT, None, (404, 404, 404)),
    ("PATCH", "/v1/apartments/{id}", "hidden", FLAT, {"rooms": 1}, (404, 404, 404)),
    ("GET", "/v1/apartments/{id}/blocks", "hidden", FLAT + "/blocks", None, (404, 404, 403)),
    (
        "POST",
        "/v1/apartments/{id}/blocks",
        "hidden",
        FLAT + "/blocks",
        {"from": day(60), "to": day(61)},
        (404, 404, 403),
    ),
    (
        "DELETE",
        "/v1/apartments/{id}/blocks/{block_id}",
        "hidden",
        FLAT + "/blocks/{block}",
        None,
        (404, 404, 403),
    ),
    ("DELETE", "/v1/apartments/{id}/blocks/{block_id}", "block", FLAT + "/blocks/{block}", None, (404, 404, 403)),
    ("GET", "/v1/apartments/{id}/calendar", "hidden", FLAT + "/calendar", None, (404, 404, 404)),
    ("GET", "/v1/apartments/{id}/rates", "hidden", FLAT + "/rates", None, (404, 404, 404)),
    ("PUT", "/v1/apartments/{id}/rates", "hidden", FLAT + "/rates", RATES, (404, 404, 404)),
    (
        "POST",
        "/v1/availability",
        "hidden",
        "/v1/availability",
        {"apartment_ids": ["{hidden}"], **STAY},
        (200, 200, None),
    ),
    ("GET", "/v1/bookings", "flat", "/v1/bookings?apartment_id={flat}", None, (200, 200, 200)),
    ("GET", "/v1/bookings", "owner_id", "/v1/bookings?owner_id={owner_id}", None, (200, 200, 200)),
    (
        "POST",
        "/v1/bookings",
        "hidden",
        "/v1/bookings",
        {"apartment_id": "{hidden}", "guest": GUEST, **STAY},
        (422, 422, None),
    ),
    ("POST", "/v1/bookings", "quote", "/v1/bookings", {"quote_id": "{quote}", "guest": GUEST}, (422, 422, 422)),
    ("GET", "/v1/bookings/{id}", "booking", BOOKING, None, (404, 404, 404)),
    ("POST", "/v1/bookings/{id}/cancel", "booking", BOOKING + "/cancel", None, (404, 404, 404)),
    ("GET", "/v1/bookings/{id}/cancel-preview", "booking", BOOKING + "/cancel-preview", None, (404, 404, 404)),
    (
        "POST",
        "/v1/bookings/{id}/change-dates",
        "booking",
        BOOKING + "/change-dates",
        {"check_in": day(50), "check_out": day(51)},
        (404, 404, 404),
    ),
    ("POST", "/v1/bookings/{id}/check-in", "booking", BOOKING + "/check-in", None, (404, 404, 404)),
    ("POST", "/v1/bookings/{id}/check-out", "booking", BOOKING + "/check-out", None, (404, 404, 404)),
    ("POST", "/v1/bookings/{id}/claim-payment", "booking", BOOKING + "/claim-payment", None, (404, 404, 404)),
    ("POST", "/v1/bookings/{id}/confirm", "booking", BOOKING + "/confirm", None, (404, 404, 404)),
    ("POST", "/v1/bookings/{id}/contact", "booking", BOOKING + "/contact", {"phone": "+77011234567"}, (404, 404, 404)),
    ("POST", "/v1/bookings/{id}/decline", "booking", BOOKING + "/decline", None, (404, 404, 404)),
    ("GET", "/v1/bookings/{id}/history", "booking", BOOKING + "/history", None, (404, 404, 404)),
    ("POST", "/v1/bookings/{id}/no-show", "booking", BOOKING + "/no-show", None, (404, 404, 404)),
    ("GET", "/v1/cities", None, "/v1/cities", None, (200, 200, 200)),
    ("GET", "/v1/events", None, "/v1/events?limit=100", None, (200, 200, 403)),
    ("POST", "/v1/guests/erase", None, "/v1/guests/erase", {"telegram_id": "{telegram}"}, (200, 403, 403)),
    ("GET", "/v1/owners", None, "/v1/owners?limit=100", None, (200, 200, 403)),
    ("POST", "/v1/owners", None, "/v1/owners", {"name": "Я"}, (None, 403, 403)),
    ("GET", "/v1/owners/{id}", "owner_id", "/v1/owners/{owner_id}", None, (404, 404, 404)),
    ("PATCH", "/v1/owners/{id}", "owner_id", "/v1/owners/{owner_id}", {"notify": True}, (404, 404, 403)),
    ("GET", "/v1/quotes/{id}", "quote", "/v1/quotes/{quote}", None, (404, 404, 404)),
    ("POST", "/v1/quotes", "hidden", "/v1/quotes", {"apartment_id": "{hidden}", **STAY}, (422, 422, None)),
    ("GET", "/v1/selfcheck", None, "/v1/selfcheck", None, (200, 403, 403)),
]


class Parts:
    """Things of ours, and those who may not have them."""

    def __init__(self, world):
        self.guest = next(world.guests)
        flat = world.make_flat()
        hidden = world.make_flat(is_active=False)
        mine = world.caller.acting(f"guest:{self.guest}")
        booking = world.make("/v1/bookings", world.stay_body(flat["id"], guest={"name": "Тайный Гость"}), mine)
        quote = world.make("/v1/quotes", {"apartment_id": flat["id"], **STAY}, mine)
        block = world.make(f"/v1/apartments/{hidden['id']}/blocks", {"from": day(20), "to": day(22)})
        other = world.make("/v1/owners", {"name": "Другой владелец"})
        self.ids = {
            "flat": flat["id"],
            "hidden": hidden["id"],
            "booking": booking["id"],
            "quote": quote["id"],
            "block": block["id"],
            "owner_id": world.owner,
            "telegram": self.guest,
        }
        self.secrets = [self.ids[name] for name in ("hidden", "booking", "quote", "block")] + ["Тайный Гость"]
        self.callers = {
            "stranger": world.key_of(tenant="second"),
            "owner": world.caller.acting(f"owner:{other['id']}"),
            "guest": world.caller.acting("guest:5"),
        }
        owner = world.stand.sql(f"SELECT id FROM booking.owner WHERE tenant_id = '{SECOND_TENANT}' LIMIT 1")
        assert owner, "the second tenant has an owner"
        self.bodies = {"flat": {**world.flat_body(), "owner_id": "{owner_id}"}}


def fill(value, ids):
    """Templates of a path or a body; a number stays one."""
    if isinstance(value, dict):
        return {name: fill(one, ids) for name, one in value.items()}
    if isinstance(value, list):
        return [fill(one, ids) for one in value]
    if isinstance(value, str):
        for name, one in ids.items():
            if value == "{" + name + "}":
                return one
            value = value.replace("{" + name + "}", str(one))
    return value


def asked(parts, row, nobody=False):
    method, _, spot, path, body, _ = row
    ids = {**parts.ids, spot: NOBODY} if nobody else parts.ids
    body = parts.bodies[body] if isinstance(body, str) else body
    return method, fill(path, ids), fill(body, ids)


def plain(reply, ids):
    """All of an answer that may not differ: no ids, no request's own name."""
    text = reply.body.decode()
    for one in ids:
        text = text.replace(str(one), "ID")
    if reply.body and reply.headers.get("Content-Type", "").startswith("application/problem"):
        problem = json.loads(text)
        problem.pop("request_id", None)
        text = json.dumps(problem, sort_keys=True, ensure_ascii=False)
    names = ("Content-Type", "Retry-After", "Allow", "WWW-Authenticate")
    return reply.status, text, tuple(reply.headers.get(name) for name in names), "ETag" in reply.headers


def each_case(row):
    for name, status in zip(CALLERS, row[5]):
        if status is not None:
            yield name, status


def whole(world, group):
    """Each route has a row, each row a route, each parameter of a path one that is asked about."""
    have = {(row[0], row[1]) for row in ROWS}
    for where, operation in sorted(world.operations.all.items()):
        if operation.get("security") == []:
            continue
        group.expect(where in have, f"{where}: who may not ask it? ROWS does not say")
    for where in sorted(have):
        group.expect(where in world.operations.all, f"{where} is not described")
    for where in sorted(have):
        spots = {row[2] for row in ROWS if (row[0], row[1]) == where}
        group.expect(len(spots - {None}) >= where[1].count("{"), f"{where}: an id of its path is not tried")


def answers(world, group):
    parts = Parts(world)
    for row in ROWS:
        for name, status in each_case(row):
            what, caller = f"{row[0]} {row[3]} of ours by {name}", parts.callers[name]
            ours = caller.call(*asked(parts, row))
            group.reply(what, ours, status)
            for secret in parts.secrets:
                known = secret in json.dumps(asked(parts, row))
                group.expect(known or secret not in ours.body.decode(), f"{what} tells {secret}")
            if row[2] is None:
                continue
            theirs = caller.call(*asked(parts, row, nobody=True))
            ids = [NOBODY, *(one for key, one in parts.ids.items() if key == row[2])]
            group.equal(f"{what} is as nobody's", plain(ours, ids), plain(theirs, ids))
    kept = world.caller.get(f"/v1/bookings/{parts.ids['booking']}").json
    group.equal("the booking is as it was", (kept["status"], kept["guest"]["name"]), ("held", "Тайный Гость"))
    blocks = world.caller.get(f"/v1/apartments/{parts.ids['hidden']}/blocks").json["items"]
    group.equal("the block is there", [one["id"] for one in blocks], [parts.ids["block"]])


def median_ms(caller, calls):
    """Of two calls, alternating, so that what slows the machine slows both."""
    times = ([], [])
    for i in itertools.chain.from_iterable((0, 1) if n % 2 else (1, 0) for n in range(PAIRS)):
        began = time.perf_counter()
        caller.call(*calls[i])
        times[i].append((time.perf_counter() - began) * 1000)
    return [statistics.median(one) for one in times]


def differs(caller, calls):
    """The medians, if they differ the same way in most rounds; a round that does not ends it."""
    signs = []
    for _ in range(ROUNDS):
        ours, theirs = median_ms(caller, calls)
        if abs(ours - theirs) <= max(TOLERANCE_MS, TOLERANCE_PART * min(ours, theirs)):
            return None
        signs.append(ours > theirs)
    return (ours, theirs) if len(set(signs)) == 1 else None


def times(world, group):
    parts = Parts(world)
    for row in ROWS:
        if row[2] is None:
            continue
        for name, _ in each_case(row):
            told = differs(parts.callers[name], [asked(parts, row), asked(parts, row, nobody=True)])
            group.expect(
                told is None,
                f"{row[0]} {row[3]} by {name}: {told and told[0]:.3f} ms for ours,"
                f" {told and told[1]:.3f} ms for nobody's" if told else "",
            )


def forgotten(world, group):
    """With the service's own role: what it may change is granted column by column."""
    parts = Parts(world)
    path = f"/v1/bookings/{parts.ids['booking']}"
    mine = world.caller.acting(f"guest:{parts.guest}")
    group.reply("another's account", parts.callers["guest"].post("/v1/guests/erase", {"telegram_id": parts.guest}), 403)
    would = mine.post("/v1/guests/erase?dry_run=true", {"telegram_id": parts.guest})
    group.reply("what would be", would, 200)
    erased = mine.post("/v1/guests/erase", {"telegram_id": parts.guest})
    group.reply("oneself", erased, 200)
    group.equal("as it would be", erased.json["erased"], would.json["would"]["erased"])
    for table in ("audit", "booking", "booking_history", "quote"):
        group.expect(erased.json["erased"][table] >= 1, f"{table}: {erased.json}")
    left = world.caller.get(path).json["guest"]
    group.equal("nobody is left", (left["name"], left["phone"], left["telegram_id"]), ("erased", None, None))
    group.reply("one's booking is nobody's", mine.get(path), 404, "not_found")
    again = mine.post("/v1/guests/erase", {"telegram_id": parts.guest})
    group.equal("again", sum(again.json["erased"].values()), 0)


GROUPS = [
    ("isolation: every route has its row", whole),
    ("isolation: answers tell nothing", answers),
    ("isolation: times tell nothing", times),
    ("isolation: a guest is forgotten", forgotten),
]
