# SPDX-License-Identifier: MIT
"""Callers cannot detect resources that are hidden from them: for every route of openapi.yaml and every id in it,
another tenant, owner, guest and driver get the same answer, in the same time, as for an unknown id. Every route needs a
row in ROWS.
"""

import itertools
import json
import os
import statistics
import time

from bookings import drain
from check import NOBODY, day, tenge
from stand import SECOND_TENANT, in_gate, timed

CALLERS = ("foreign", "owner", "guest", "driver")
# Medians of so many alternating pairs may differ by half, or by 0.3 ms, in each of three rounds: that covers the
# noise of two loaded cores, and the cost of reading and refusing a row instead of finding none (ids have 74 random
# bits and cannot be enumerated). A query that only one of both makes shows as a factor of two.
PAIRS = 200 if os.environ.get("TEST_FULL") == "yes" else 40
ROUNDS, TOLERANCE_MS, TOLERANCE_PART = 3, 0.3, 0.5

# A row: method, path in openapi.yaml, the id concerned (None: there is none), the request, its body, and the statuses
# of CALLERS. None: the caller is allowed; for example, guests may learn that an apartment is inactive (not_bookable),
# because they may have seen it before. "{name}" stands for one of the ids; {hidden} is an inactive apartment, which
# only its owner and staff see.
STAY = {"check_in": day(40), "check_out": day(42), "guests": 1}
GUEST = {"name": "Гость", "telegram_id": 5}
APARTMENT, BOOKING, DRIVER = "/v1/apartments/{hidden}", "/v1/bookings/{booking}", "/v1/drivers/{driver}"
RIDE = "/v1/rides/{ride}"
WISH = "/v1/rides/{wish}"
TRIP = "/v1/trips/{trip}"
CAR = {
    "make": "Kia",
    "model": "K5",
    "color": "серый",
    "plate": "001AAA07",
    "seats": 4,
    "doors": 4,
    "steering": "left",
    "year": 2021,
}
FEED = {"url": "https://calendar.invalid/a.ics"}
RATES = {"items": [{"from": day(1), "to": day(3), "min_nights": 2}]}
ROUTE = {"km": 75, "minutes": 70, "seat_price": {"typical": tenge(2000)}, "car_price": tenge(7000)}
CLOSURE = {
    "pairs": [{"from": "aktau", "to": "atyrau"}],
    "from": day(1) + "T00:00:00Z",
    "until": day(2) + "T00:00:00Z",
    "reason": "weather",
}
OFFER = {"price": tenge(9000), "depart_at": day(9) + "T05:00:00Z", "car_id": NOBODY}
POINT = {"location": {"lat": 43.2567, "lon": 76.9286}, "at": "2026-03-12T13:40:00Z"}
SETTLED = {"fault": "none", "refund": tenge(0)}
WEBHOOK = {"url": "https://hooks.invalid/a", "types": ["booking.*"]}
REPLAY = {"after": "2026-11-20T10:25:00Z"}
COMPLAINT = {"about": "other", "text": "Забыла зонт"}
ROWS = [
    ("GET", "/v1/apartments", "owner_id", "/v1/apartments?is_active=all&owner_id={owner_id}", None, (200, 403, 403, 403)),
    ("POST", "/v1/apartments", "owner_id", "/v1/apartments", "apartment", (422, 403, 403, 403)),
    ("GET", "/v1/apartments/{id}", "hidden", APARTMENT, None, (404, 404, 404, 403)),
    ("PATCH", "/v1/apartments/{id}", "hidden", APARTMENT, {"rooms": 1}, (404, 404, 404, 403)),
    ("GET", "/v1/apartments/{id}/blocks", "hidden", APARTMENT + "/blocks", None, (404, 404, 403, 403)),
    (
        "POST",
        "/v1/apartments/{id}/blocks",
        "hidden",
        APARTMENT + "/blocks",
        {"from": day(60), "to": day(61)},
        (404, 404, 403, 403),
    ),
    (
        "DELETE",
        "/v1/apartments/{id}/blocks/{block_id}",
        "hidden",
        APARTMENT + "/blocks/{block}",
        None,
        (404, 404, 403, 403),
    ),
    ("DELETE", "/v1/apartments/{id}/blocks/{block_id}", "block", APARTMENT + "/blocks/{block}", None, (404, 404, 403, 403)),
    ("GET", "/v1/apartments/{id}/calendar", "hidden", APARTMENT + "/calendar", None, (404, 404, 404, 403)),
    ("GET", "/v1/apartments/{id}/calendar-links", "hidden", APARTMENT + "/calendar-links", None, (404, 404, 403, 403)),
    ("POST", "/v1/apartments/{id}/calendar-links", "hidden", APARTMENT + "/calendar-links", {"name": "Airbnb"}, (404, 404, 403, 403)),
    ("DELETE", "/v1/apartments/{id}/calendar-links/{link_id}", "hidden", APARTMENT + "/calendar-links/{link}", None, (404, 404, 403, 403)),
    ("DELETE", "/v1/apartments/{id}/calendar-links/{link_id}", "link", APARTMENT + "/calendar-links/{link}", None, (404, 404, 403, 403)),
    ("POST", "/v1/apartments/{id}/calendar-links/{link_id}/closed", "link", APARTMENT + "/calendar-links/{link}/closed", None, (404, 404, 403, 403)),
    ("POST", "/v1/apartments/{id}/calendar-links/{link_id}/closed", "hidden", APARTMENT + "/calendar-links/{link}/closed", None, (404, 404, 403, 403)),
    ("GET", "/v1/apartments/{id}/feeds", "hidden", APARTMENT + "/feeds", None, (404, 404, 403, 403)),
    ("POST", "/v1/apartments/{id}/feeds", "hidden", APARTMENT + "/feeds", FEED, (404, 404, 403, 403)),
    *(
        (method, "/v1/apartments/{id}/feeds/{feed_id}" + verb, spot, APARTMENT + "/feeds/{feed}" + verb, body, (404, 404, 403, 403))
        for method, verb, body in (("GET", "", None), ("PATCH", "", {"name": "Airbnb"}), ("DELETE", "", None), ("POST", "/accept", None), ("POST", "/read", None))
        for spot in ("hidden", "feed")
    ),
    ("GET", "/v1/apartments/{id}/rates", "hidden", APARTMENT + "/rates", None, (404, 404, 404, 403)),
    ("PUT", "/v1/apartments/{id}/rates", "hidden", APARTMENT + "/rates", RATES, (404, 404, 404, 403)),
    (
        "POST",
        "/v1/availability",
        "hidden",
        "/v1/availability",
        {"apartment_ids": ["{hidden}"], **STAY},
        (200, 200, None, 403),
    ),
    ("GET", "/v1/bookings", "apartment", "/v1/bookings?apartment_id={apartment}", None, (200, 200, 200, 403)),
    ("GET", "/v1/bookings", "owner_id", "/v1/bookings?owner_id={owner_id}", None, (200, 200, 200, 403)),
    (
        "POST",
        "/v1/bookings",
        "hidden",
        "/v1/bookings",
        {"apartment_id": "{hidden}", "guest": GUEST, **STAY},
        (422, 422, None, 403),
    ),
    ("POST", "/v1/bookings", "quote", "/v1/bookings", {"quote_id": "{quote}", "guest": GUEST}, (422, 422, 422, 403)),
    ("GET", "/v1/bookings/{id}", "booking", BOOKING, None, (404, 404, 404, 403)),
    ("POST", "/v1/bookings/{id}/cancel", "booking", BOOKING + "/cancel", None, (404, 404, 404, 403)),
    ("GET", "/v1/bookings/{id}/cancel-preview", "booking", BOOKING + "/cancel-preview", None, (404, 404, 404, 403)),
    (
        "POST",
        "/v1/bookings/{id}/change-dates",
        "booking",
        BOOKING + "/change-dates",
        {"check_in": day(50), "check_out": day(51)},
        (404, 404, 404, 403),
    ),
    ("POST", "/v1/bookings/{id}/check-in", "booking", BOOKING + "/check-in", None, (404, 404, 404, 403)),
    ("POST", "/v1/bookings/{id}/check-out", "booking", BOOKING + "/check-out", None, (404, 404, 404, 403)),
    ("POST", "/v1/bookings/{id}/claim-payment", "booking", BOOKING + "/claim-payment", None, (404, 404, 404, 403)),
    ("POST", "/v1/bookings/{id}/confirm", "booking", BOOKING + "/confirm", None, (404, 404, 404, 403)),
    ("POST", "/v1/bookings/{id}/contact", "booking", BOOKING + "/contact", {"phone": "+77011234567"}, (404, 404, 404, 403)),
    ("POST", "/v1/bookings/{id}/decline", "booking", BOOKING + "/decline", None, (404, 404, 404, 403)),
    ("GET", "/v1/bookings/{id}/history", "booking", BOOKING + "/history", None, (404, 404, 404, 403)),
    ("POST", "/v1/bookings/{id}/no-show", "booking", BOOKING + "/no-show", None, (404, 404, 404, 403)),
    ("POST", "/v1/bookings/{id}/rate", "booking", BOOKING + "/rate", {"rating": 5}, (404, 404, 404, 403)),
    ("POST", "/v1/bookings/{id}/set-paid", "booking", BOOKING + "/set-paid", {"paid": tenge(0)}, (404, 404, 404, 403)),
    ("GET", "/v1/cities", None, "/v1/cities", None, (200, 200, 200, 403)),
    ("GET", "/v1/conflicts", "apartment", "/v1/conflicts?apartment_id={apartment}", None, (200, 200, 403, 403)),
    ("POST", "/v1/conflicts/{id}/resolve", "conflict", "/v1/conflicts/{conflict}/resolve", {"keep": "ours"}, (404, 404, 403, 403)),
    ("GET", "/v1/drivers", None, "/v1/drivers?limit=100", None, (200, 403, 403, 200)),
    ("POST", "/v1/drivers", None, "/v1/drivers", {"name": "Я", "phone": "+77010000099"}, (None, 403, 403, 403)),
    ("GET", "/v1/drivers/{id}", "driver", DRIVER, None, (404, 403, 404, 404)),
    ("GET", "/v1/closures", None, "/v1/closures", None, (200, 403, 200, 200)),
    ("POST", "/v1/closures", None, "/v1/closures", CLOSURE, (201, 403, 403, 403)),
    ("DELETE", "/v1/closures/{id}", "closure", "/v1/closures/{closure}", None, (404, 403, 403, 403)),
    ("PATCH", "/v1/drivers/{id}", "driver", DRIVER, {"language": "kz"}, (404, 403, 404, 404)),
    ("DELETE", "/v1/drivers/{id}", "driver", DRIVER, None, (404, 403, 403, 403)),
    ("POST", "/v1/drivers/{id}/activate", "driver", DRIVER + "/activate", None, (404, 403, 403, 403)),
    ("POST", "/v1/drivers/{id}/block", "driver", DRIVER + "/block", None, (404, 403, 403, 403)),
    ("PUT", "/v1/drivers/{id}/location", "driver", DRIVER + "/location", POINT, (404, 403, 404, 404)),
    ("POST", "/v1/drivers/{id}/suspend", "driver", DRIVER + "/suspend", None, (404, 403, 403, 403)),
    ("GET", "/v1/drivers/{id}/cars", "driver", DRIVER + "/cars", None, (404, 403, 404, 404)),
    ("POST", "/v1/drivers/{id}/cars", "driver", DRIVER + "/cars", CAR, (404, 403, 404, 404)),
    ("DELETE", "/v1/drivers/{id}/cars/{car_id}", "driver", DRIVER + "/cars/{car}", None, (404, 403, 404, 404)),
    ("DELETE", "/v1/drivers/{id}/cars/{car_id}", "car", DRIVER + "/cars/{car}", None, (404, 403, 404, 404)),
    ("GET", "/v1/events", None, "/v1/events?limit=100&after={cursor}", None, (200, 200, 403, 403)),
    ("POST", "/v1/guests/erase", None, "/v1/guests/erase", {"telegram_id": "{telegram}"}, (200, 403, 403, 403)),
    ("GET", "/v1/owners", None, "/v1/owners?limit=100", None, (200, 200, 403, 403)),
    ("POST", "/v1/owners", None, "/v1/owners", {"name": "Я"}, (None, 403, 403, 403)),
    ("GET", "/v1/owners/{id}", "owner_id", "/v1/owners/{owner_id}", None, (404, 404, 404, 403)),
    ("PATCH", "/v1/owners/{id}", "owner_id", "/v1/owners/{owner_id}", {"notify": True}, (404, 404, 403, 403)),
    ("GET", "/v1/quotes/{id}", "quote", "/v1/quotes/{quote}", None, (404, 404, 404, 403)),
    ("POST", "/v1/quotes", "hidden", "/v1/quotes", {"apartment_id": "{hidden}", **STAY}, (422, 422, None, 403)),
    ("GET", "/v1/places", None, "/v1/places?q=almaty", None, (200, 403, None, None)),
    ("GET", "/v1/rides", None, "/v1/rides?limit=100&status=held,confirmed", None, (200, 403, 200, 200)),
    ("POST", "/v1/rides", "trip", "/v1/rides", "ride", (422, 403, None, 422)),
    ("GET", "/v1/rides/{id}", "ride", RIDE, None, (404, 403, 404, 404)),
    ("PATCH", "/v1/rides/{id}", "wish", WISH, {"note": "Я"}, (404, 403, 404, 404)),
    ("POST", "/v1/rides/{id}/board", "ride", RIDE + "/board", None, (404, 403, 404, 404)),
    ("POST", "/v1/rides/{id}/cancel", "ride", RIDE + "/cancel", None, (404, 403, 404, 404)),
    ("GET", "/v1/rides/{id}/cancel-preview", "ride", RIDE + "/cancel-preview", None, (404, 403, 404, 404)),
    ("POST", "/v1/rides/{id}/claim-payment", "ride", RIDE + "/claim-payment", None, (404, 403, 404, 404)),
    ("GET", "/v1/rides/{id}/complaints", "ride", RIDE + "/complaints", None, (404, 403, 403, 403)),
    ("POST", "/v1/rides/{id}/complaints", "ride", RIDE + "/complaints", COMPLAINT, (404, 403, 404, 404)),
    ("POST", "/v1/rides/{id}/confirm", "ride", RIDE + "/confirm", None, (404, 403, 404, 404)),
    ("POST", "/v1/rides/{id}/decline", "ride", RIDE + "/decline", None, (404, 403, 404, 404)),
    ("POST", "/v1/rides/{id}/deliver", "ride", RIDE + "/deliver", None, (404, 403, 404, 404)),
    ("POST", "/v1/rides/{id}/driver-no-show", "ride", RIDE + "/driver-no-show", None, (404, 403, 404, 404)),
    ("POST", "/v1/rides/{id}/drop", "ride", RIDE + "/drop", None, (404, 403, 404, 404)),
    ("GET", "/v1/rides/{id}/history", "ride", RIDE + "/history", None, (404, 403, 404, 404)),
    ("GET", "/v1/rides/{id}/location", "ride", RIDE + "/location", None, (404, 403, 404, 404)),
    ("GET", "/v1/rides/{id}/matches", "wish", WISH + "/matches", None, (404, 403, 404, 404)),
    ("POST", "/v1/rides/{id}/no-show", "ride", RIDE + "/no-show", None, (404, 403, 404, 404)),
    ("GET", "/v1/rides/{id}/offers", "wish", WISH + "/offers", None, (404, 403, 404, 200)),
    ("POST", "/v1/rides/{id}/offers", "ride", RIDE + "/offers", OFFER, (403, 403, 403, 404)),
    *(
        ("POST", "/v1/rides/{id}/offers/{offer_id}/" + action, spot, WISH + "/offers/{offer}/" + action, None, (404, 403, 404, 404))
        for action in ("accept", "reject", "withdraw")
        for spot in ("wish", "offer")
    ),
    ("GET", "/v1/rides/{id}/rating", "ride", RIDE + "/rating", None, (404, 403, 404, 404)),
    ("POST", "/v1/rides/{id}/rating", "ride", RIDE + "/rating", {"stars": 5}, (404, 403, 404, 404)),
    ("POST", "/v1/rides/{id}/settle", "ride", RIDE + "/settle", SETTLED, (404, 403, 404, 404)),
    ("POST", "/v1/rides/{id}/share", "ride", RIDE + "/share", None, (404, 403, 404, 404)),
    ("DELETE", "/v1/rides/{id}/share", "ride", RIDE + "/share", None, (404, 403, 404, 404)),
    ("GET", "/v1/rides/{id}/sos", "ride", RIDE + "/sos", None, (404, 403, 403, 403)),
    ("POST", "/v1/rides/{id}/sos", "ride", RIDE + "/sos", None, (404, 403, 404, 404)),
    ("POST", "/v1/rides/{id}/sos/answer", "ride", RIDE + "/sos/answer", None, (404, 403, 403, 403)),
    ("GET", "/v1/routes", None, "/v1/routes?from=almaty&to=konaev", None, (200, 403, None, None)),
    ("PUT", "/v1/routes/{from}/{to}", "from", "/v1/routes/{from}/{to}", ROUTE, (None, 403, 403, 403)),
    ("PUT", "/v1/routes/{from}/{to}", "to", "/v1/routes/{from}/{to}", ROUTE, (None, 403, 403, 403)),
    ("GET", "/v1/trips", None, f"/v1/trips?from=almaty&to=astana&date={day(9)}", None, (200, 403, None, None)),
    ("POST", "/v1/trips", "driver", "/v1/trips", "trip", (422, 403, 403, 403)),
    ("POST", "/v1/trips", "car", "/v1/trips", "trip", (422, 403, 403, 403)),
    ("GET", "/v1/trips/{id}", "trip", "/v1/trips/{trip}", None, (404, 403, None, 404)),
    ("PATCH", "/v1/trips/{id}", "trip", TRIP, {"note": "Я"}, (404, 403, 403, 404)),
    ("POST", "/v1/trips/{id}/cancel", "trip", TRIP + "/cancel", None, (404, 403, 403, 404)),
    ("POST", "/v1/trips/{id}/confirm", "trip", TRIP + "/confirm", None, (404, 403, 403, 404)),
    ("POST", "/v1/trips/{id}/delay", "trip", TRIP + "/delay", {"minutes": 10}, (404, 403, 403, 404)),
    ("POST", "/v1/trips/{id}/finish", "trip", TRIP + "/finish", None, (404, 403, 403, 404)),
    ("GET", "/v1/trips/{id}/history", "trip", TRIP + "/history", None, (404, 403, 404, 404)),
    ("GET", "/v1/trips/{id}/passengers", "trip", TRIP + "/passengers", None, (404, 403, 404, 404)),
    ("POST", "/v1/trips/{id}/start", "trip", TRIP + "/start", None, (404, 403, 403, 404)),
    ("GET", "/v1/selfcheck", None, "/v1/selfcheck", None, (200, 403, 403, 403)),
    ("GET", "/v1/webhooks", None, "/v1/webhooks?limit=100", None, (200, 403, 403, 403)),
    ("POST", "/v1/webhooks", None, "/v1/webhooks", WEBHOOK, (None, 403, 403, 403)),
    *(
        (method, "/v1/webhooks/{id}" + verb, "webhook", "/v1/webhooks/{webhook}" + verb, body, (404, 403, 403, 403))
        for method, verb, body in (("GET", "", None), ("PATCH", "", {"types": ["booking.*"]}), ("DELETE", "", None), ("POST", "/replay", REPLAY), ("POST", "/test", None))
    ),
]


class Parts:
    """Resources of one tenant, and callers who may not see them."""

    def __init__(self, world):
        self.guest = next(world.guests)
        _, cursor = drain(world, None)
        apartment = world.make_apartment()
        hidden = world.make_apartment(is_active=False)
        mine = world.caller.acting(f"guest:{self.guest}")
        booking = world.make("/v1/bookings", world.stay_body(apartment["id"], guest={"name": "Тайный Гость"}), mine)
        quote = world.make("/v1/quotes", {"apartment_id": apartment["id"], **STAY}, mine)
        block = world.make(f"/v1/apartments/{hidden['id']}/blocks", {"from": day(20), "to": day(22)})
        link = world.make(f"/v1/apartments/{hidden['id']}/calendar-links", {})
        feed = world.make(f"/v1/apartments/{hidden['id']}/feeds", FEED)["id"]
        other = world.make("/v1/owners", {"name": "Другой владелец"})
        driver = world.make("/v1/drivers", {"name": "Тайный Водитель", "phone": "+77010000098"})
        foreign = world.make("/v1/drivers", {"name": "Другой Водитель", "phone": "+77010000097"})
        car = world.let_drive(driver["id"])
        trip = world.trip_body(driver["id"], car)
        on_trip = world.make("/v1/trips", trip)["id"]
        ride = {"trip_id": on_trip, "from_stop": 0, "to_stop": 1, "passenger": {"name": "Тайный Пассажир"}}
        wish = {
            "from": "almaty",
            "to": "konaev",
            "depart_from": day(12) + "T04:00:00Z",
            "depart_to": day(12) + "T08:00:00Z",
            "passenger": {"name": "Тайный Пассажир", "phone": "+77010000096"},
        }
        wish = world.make("/v1/rides", wish, mine)["id"]
        offered = {"price": tenge(9000), "depart_at": day(12) + "T05:00:00Z", "car_id": car}
        self.ids = {
            "wish": wish,
            "offer": world.make(f"/v1/rides/{wish}/offers", offered, world.caller.acting(f"driver:{driver['id']}"))["id"],
            "from": "almaty",
            "to": "konaev",
            "trip": on_trip,
            "ride": world.make("/v1/rides", ride, mine)["id"],
            "driver": driver["id"],
            "closure": world.make("/v1/closures", CLOSURE)["id"],
            "car": car,
            "apartment": apartment["id"],
            "hidden": hidden["id"],
            "booking": booking["id"],
            "quote": quote["id"],
            "block": block["id"],
            "link": link["id"],
            "feed": feed,
            "webhook": world.make("/v1/webhooks", WEBHOOK)["id"],
            "conflict": world.conflict(apartment["id"], booking["id"], feed),
            "owner_id": world.owner,
            "telegram": self.guest,
            "cursor": cursor,
        }
        self.secrets = [self.ids[name] for name in ("hidden", "booking", "quote", "block", "link", "feed", "conflict", "webhook", "car", "ride", "wish", "offer")]
        self.secrets += ["Тайный Гость", "Тайный Водитель", "Тайный Пассажир"]
        self.callers = {
            "foreign": world.key_of(tenant="second"),
            "owner": world.caller.acting(f"owner:{other['id']}"),
            "guest": world.caller.acting("guest:5"),
            "driver": world.caller.acting(f"driver:{foreign['id']}"),
        }
        owner = world.stand.sql(f"SELECT id FROM booking.owner WHERE tenant_id = '{SECOND_TENANT}' LIMIT 1")
        assert owner, "the second tenant has an owner"
        self.bodies = {"apartment": {**world.apartment_body(), "owner_id": "{owner_id}"}, "trip": {**trip, "driver_id": "{driver}", "car_id": "{car}"}, "ride": {**ride, "trip_id": "{trip}"}}


def fill(value, ids):
    """Fills the templates of a path or body; numbers stay numbers."""
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
    """The parts of an answer that must not differ: without ids and request id."""
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


def complete(world, group):
    """Every route has a row, every row a route, and every path parameter is covered."""
    have = {(row[0], row[1]) for row in ROWS}
    for where, operation in sorted(world.operations.all.items()):
        if operation.get("security") == []:
            continue
        group.expect(where in have, f"{where} has no row in ROWS")
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
                group.expect(known or secret not in ours.body.decode(), f"{what} contains {secret}")
            if row[2] is None:
                continue
            theirs = caller.call(*asked(parts, row, nobody=True))
            ids = [NOBODY, *(one for key, one in parts.ids.items() if key == row[2])]
            group.equal(f"{what} is as nobody's", plain(ours, ids), plain(theirs, ids))
    events = {one["resource"]["id"] for one in drain(world, parts.ids["cursor"])[0]}
    group.expect({parts.ids[name] for name in ("hidden", "booking", "ride")} <= events, "ours are in our events")
    kept = world.caller.get(f"/v1/bookings/{parts.ids['booking']}").json
    group.equal("the booking is unchanged", (kept["status"], kept["guest"]["name"]), ("held", "Тайный Гость"))
    blocks = world.caller.get(f"/v1/apartments/{parts.ids['hidden']}/blocks").json["items"]
    group.equal("the block exists", [one["id"] for one in blocks], [parts.ids["block"]])


def median_ms(caller, calls):
    """Medians of two calls, alternated so that load affects both."""
    times = ([], [])
    for i in itertools.chain.from_iterable((0, 1) if n % 2 else (1, 0) for n in range(PAIRS)):
        began = time.perf_counter()
        caller.call(*calls[i])
        times[i].append((time.perf_counter() - began) * 1000)
    return [statistics.median(one) for one in times]


def differs(caller, calls):
    """The medians, if they differ the same way in every round; stops at the first round that does not."""
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
            medians = differs(parts.callers[name], [asked(parts, row), asked(parts, row, nobody=True)])
            group.expect(
                medians is None or not timed(),
                f"{row[0]} {row[3]} by {name}: {medians and medians[0]:.3f} ms for ours,"
                f" {medians and medians[1]:.3f} ms for nobody's" if medians else "",
            )


def erasure(world, group):
    """Erases with the service's own role, whose grants are by column."""
    parts = Parts(world)
    path = f"/v1/bookings/{parts.ids['booking']}"
    mine = world.caller.acting(f"guest:{parts.guest}")
    group.reply("another's account", parts.callers["guest"].post("/v1/guests/erase", {"telegram_id": parts.guest}), 403)
    would = mine.post("/v1/guests/erase?dry_run=true", {"telegram_id": parts.guest})
    group.reply("a dry run", would, 200)
    erased = mine.post("/v1/guests/erase", {"telegram_id": parts.guest})
    group.reply("oneself", erased, 200)
    group.equal("as in the dry run", erased.json["erased"], would.json["would"]["erased"])
    for table in ("audit", "booking", "booking_history", "quote", "ride", "ride_history"):
        group.expect(erased.json["erased"][table] >= 1, f"{table}: {erased.json}")
    left = world.caller.get(path).json["guest"]
    group.equal("no data of the guest remains", (left["name"], left["phone"], left["telegram_id"]), ("erased", None, None))
    group.reply("the guest's booking is not found", mine.get(path), 404, "not_found")
    again = mine.post("/v1/guests/erase", {"telegram_id": parts.guest})
    group.equal("again", sum(again.json["erased"].values()), 0)


GROUPS = [
    ("isolation: every route has a row", complete),
    ("isolation: answers disclose nothing", answers),
    *([] if in_gate() else [("isolation: times disclose nothing", times)]),
    ("isolation: erasure of a guest", erasure),
]
