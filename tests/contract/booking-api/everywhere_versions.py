# SPDX-License-Identifier: MIT
"""Versions and ETags, merge patch, dry runs, repeated and late transitions."""

import datetime
import re

from check import NOBODY, tenge
from stand import wait_until


def etags(world, group):
    apartment = world.make_apartment()["id"]
    booking = world.book(apartment)["id"]
    owner = world.make("/v1/owners", {"name": "Этаг"})["id"]
    for path in (f"/v1/apartments/{apartment}", f"/v1/bookings/{booking}", f"/v1/owners/{owner}"):
        reply = world.caller.get(path)
        tag = reply.headers.get("ETag", "")
        group.expect(re.fullmatch(rf'"{reply.json["version"]}\.[0-9A-Za-z_-]+"', tag), f"{path}: ETag {tag}")
        version = tag.partition(".")[0] + '"'
        rows = [
            ("itself", tag, 304),
            ("weak", f"W/{tag}", 304),
            ("any", "*", 304),
            ("in a list", f'"x", {tag}', 304),
            ("the version alone", version, 200),
            ("another", '"1.x"', 200),
            ("unquoted", tag.strip('"'), 200),
        ]
        for why, value, status in rows:
            again = world.caller.get(path, headers={"If-None-Match": value})
            group.reply(f"{path} If-None-Match {why}", again, status)
            group.equal(f"{path} If-None-Match {why}: ETag", again.headers.get("ETag"), tag)
        group.equal(f"HEAD {path}", world.caller.call("HEAD", path, headers={"If-None-Match": tag}).status, 304)
    seen = world.caller.get(f"/v1/bookings/{booking}").headers["ETag"]
    guest = world.caller.get(f"/v1/bookings/{booking}", headers={"X-Actor": f"owner:{world.owner}"}).headers["ETag"]
    group.equal("the part before the dot is the version for all", seen.partition(".")[0], guest.partition(".")[0])


def if_match(world, group):
    path = f"/v1/apartments/{world.make_apartment()['id']}"
    rows = [
        ("the version", '"1"', 200, None),
        ("an old one", '"1"', 412, "version_mismatch"),
        ("with any hash", '"2.whatever"', 200, None),
        ("any", "*", 200, None),
        ("one of a list", '"1.a", "4.b"', 200, None),
        ("none of a list", '"1", "2"', 412, "version_mismatch"),
        ("a future one", '"99"', 412, "version_mismatch"),
        ("none", None, 200, None),
    ]
    for rooms, (why, value, status, code) in enumerate(rows, 5):
        reply = world.caller.call("PATCH", path, {"rooms": rooms}, headers={"If-Match": value})
        group.reply(f"If-Match {why}", reply, status, code)
    group.reply(
        "412 before the body's faults, or 422", world.caller.call("PATCH", path, {"rooms": 0}), 422, "out_of_range"
    )
    group.reply(
        "an owner",
        world.caller.call("PATCH", f"/v1/owners/{world.owner}", {"notify": True}, headers={"If-Match": '"999"'}),
        412,
        "version_mismatch",
    )
    booking = f"/v1/bookings/{world.book(path.rpartition('/')[2])['id']}"
    group.reply(
        "an action", world.caller.post(booking + "/cancel", headers={"If-Match": '"999"'}), 412, "version_mismatch"
    )
    group.reply("an action on an old version", world.caller.post(booking + "/cancel", headers={"If-Match": '"1"'}), 200)
    group.reply(
        "its repeat with the old one", world.caller.post(booking + "/cancel", headers={"If-Match": '"1"'}), 200
    )


def merge_patch(world, group):
    apartment = world.make_apartment(
        description={"ru": "Д", "kz": "С"},
        district="Центр",
        weekend_price=tenge(30000),
        title={"ru": "Т", "en": "E"},
        amenities=["wifi"],
        location={"lat": 43.2, "lon": 76.9},
    )
    path = f"/v1/apartments/{apartment['id']}"
    rows = [
        ("nothing", {}, {"rooms": 2, "district": "Центр"}),
        ("one field", {"rooms": 3}, {"rooms": 3, "max_guests": 4}),
        (
            "null clears",
            {"district": None, "weekend_price": None, "location": None},
            {"district": None, "weekend_price": None, "location": None},
        ),
        ("objects merge", {"title": {"kz": "К"}}, {"title": {"ru": "Т", "kz": "К", "en": "E"}}),
        ("null clears a member", {"title": {"en": None}}, {"title": {"ru": "Т", "kz": "К", "en": None}}),
        ("lists are replaced", {"amenities": ["tv"]}, {"amenities": ["tv"]}),
        ("an empty list", {"amenities": []}, {"amenities": []}),
        ("an object is cleared", {"description": None}, {"description": None}),
        ("a city by name", {"city": "Шымкент"}, {"city": "shymkent"}),
    ]
    for why, body, wanted in rows:
        reply = world.caller.call("PATCH", path, body)
        if group.reply(why, reply, 200):
            got = {name: without_nulls(reply.json[name]) for name in wanted}
            group.equal(why, got, {name: without_nulls(value) for name, value in wanted.items()})
            group.equal(f"{why}: read again", world.caller.get(path).json, reply.json)
    for why, body, code, field in [
        ("null for a required member", {"rooms": None}, "required", "rooms"),
        ("title null", {"title": None}, "required", "title"),
        ("its ru null", {"title": {"ru": None}}, "required", "title/ru"),
        ("a bound", {"rooms": 0}, "out_of_range", "rooms"),
        ("read only", {"id": NOBODY}, "read_only", "id"),
        ("an unknown owner", {"owner_id": NOBODY}, "unknown_owner", "owner_id"),
    ]:
        group.reply(why, world.caller.call("PATCH", path, body), 422, code, [field])
    group.reply("an unknown apartment", world.caller.call("PATCH", f"/v1/apartments/{NOBODY}", {}), 404, "not_found")
    code = world.make_apartment()["code"]
    group.reply("a taken code", world.caller.call("PATCH", path, {"code": code}), 409, "code_taken")
    owner = f"/v1/owners/{world.make('/v1/owners', {'name': 'П', 'phone': '+77010000009'})['id']}"
    group.equal("an owner's phone cleared", world.caller.call("PATCH", owner, {"phone": None}).json["phone"], None)


def without_nulls(value):
    if isinstance(value, dict):
        return {name: one for name, one in value.items() if one is not None} or None
    return value


COUNTED = ("owner", "apartment", "occupancy", "booking", "booking_history", "outbox", "audit", "idempotency")


def rows_of(world):
    """The number of rows of each table, and the sum of their versions."""
    counts = " UNION ALL ".join(f"SELECT count(*) FROM booking.{table}" for table in COUNTED)
    sums = " UNION ALL ".join(f"SELECT sum(version)::bigint FROM booking.{table}" for table in COUNTED[:3])
    return world.stand.sql(f"{counts} UNION ALL {sums}")


def dry_run(world, group):
    apartment = world.make_apartment()["id"]
    request = world.make_apartment(instant_book=False)["id"]
    booking, asked = world.book(apartment)["id"], world.book(request)["id"]
    before = rows_of(world)
    good = [
        ("POST", "/v1/owners", {"name": "С"}),
        ("PATCH", f"/v1/owners/{world.owner}", {"name": "Сухой"}),
        ("POST", "/v1/apartments", world.apartment_body()),
        ("PATCH", f"/v1/apartments/{apartment}", {"rooms": 9}),
        ("POST", "/v1/bookings", world.stay_body(apartment, 50)),
        ("POST", f"/v1/bookings/{booking}/confirm", None),
        ("POST", f"/v1/bookings/{booking}/cancel", {"reason": "так"}),
        ("POST", f"/v1/bookings/{asked}/decline", None),
        ("POST", f"/v1/bookings/{asked}/confirm", None),
    ]
    for method, path, body in good:
        reply = world.caller.call(method, path + "?dry_run=true", body)
        if group.reply(f"{method} {path}", reply, 200):
            group.equal(f"{method} {path}", list(reply.json), ["would"])
            where = world.operations.find("GET" if path.count("/") == 3 else method, path)
            group.expect("id" in reply.json["would"] and where, f"{method} {path}: would is the resource")
        group.expect(
            not reply.headers.get("ETag") and not reply.headers.get("Location"),
            f"{method} {path}: ETag or Location of nothing",
        )
    would = world.caller.post(f"/v1/bookings/{booking}/confirm?dry_run=true").json["would"]
    group.equal("would has the resulting status", would["status"], "confirmed")
    bad = [
        ("POST", "/v1/owners", {"name": ""}, 422, "blank"),
        ("POST", "/v1/owners", b"{", 400, "bad_json"),
        ("POST", "/v1/bookings", world.stay_body(apartment), 409, "nights_taken"),
        ("POST", "/v1/bookings", world.stay_body(NOBODY), 422, "unknown_apartment"),
        ("PATCH", f"/v1/apartments/{NOBODY}", {}, 404, "not_found"),
        ("POST", f"/v1/bookings/{booking}/decline", None, 409, "already_held"),
        ("PATCH", f"/v1/apartments/{apartment}", {"owner_id": NOBODY}, 422, "unknown_owner"),
        (
            "POST",
            "/v1/apartments",
            world.apartment_body(code=world.caller.get(f"/v1/apartments/{apartment}").json["code"]),
            409,
            "code_taken",
        ),
    ]
    for method, path, body, status, code in bad:
        for query in ("", "?dry_run=true"):
            group.reply(f"{method} {path}{query}", world.caller.call(method, path + query, body), status, code)
    reply = world.caller.call(
        "PATCH", f"/v1/apartments/{apartment}?dry_run=true", {"rooms": 9}, headers={"If-Match": '"77"'}
    )
    group.reply("If-Match holds", reply, 412, "version_mismatch")
    guest = {"name": "Много", "telegram_id": next(world.guests)}
    group.equal("nothing is stored", rows_of(world), before)
    for first in (60, 70, 80):
        world.book(apartment, first, guest=guest)
    group.reply(
        "too many holds",
        world.caller.post("/v1/bookings?dry_run=true", world.stay_body(apartment, 90, guest=guest)),
        409,
        "too_many_holds",
    )


def transitions(world, group):
    apartment, request = world.make_apartment()["id"], world.make_apartment(instant_book=False)["id"]
    staff, other = world.caller.acting("staff:Aigul"), world.caller.acting("staff:Bolat")
    first = itertools_days()

    def at(status):
        booking = world.book(request if status in ("requested", "declined") else apartment, next(first))["id"]
        verb = {"confirmed": "confirm", "cancelled": "cancel", "declined": "decline"}.get(status)
        if verb:
            assert staff.post(f"/v1/bookings/{booking}/{verb}").status == 200
        return f"/v1/bookings/{booking}"

    rows = [
        ("confirmed", "confirm", 200, None, 409, "already_confirmed"),
        ("cancelled", "cancel", 200, None, 409, "already_cancelled"),
        ("declined", "decline", 200, None, 409, "already_declined"),
        ("confirmed", "decline", 409, "already_confirmed", 409, "already_confirmed"),
        ("cancelled", "confirm", 409, "already_cancelled", 409, "already_cancelled"),
        ("declined", "cancel", 409, "already_declined", 409, "already_declined"),
        ("declined", "confirm", 409, "already_declined", 409, "already_declined"),
        ("held", "decline", 409, "already_held", 409, "already_held"),
        ("cancelled", "decline", 409, "already_cancelled", 409, "already_cancelled"),
    ]
    for status, verb, same, same_code, another, another_code in rows:
        path = at(status)
        before = world.caller.get(path).json["version"]
        group.reply(f"{verb} of {status} by the same", staff.post(f"{path}/{verb}"), same, same_code)
        group.reply(
            f"{verb} of {status} by the same, old If-Match",
            staff.post(f"{path}/{verb}", headers={"If-Match": '"0"'}),
            same if same == 200 else 412,
        )
        group.reply(f"{verb} of {status} by another", other.post(f"{path}/{verb}"), another, another_code)
        group.equal(f"{verb} of {status}: without effect", world.caller.get(path).json["version"], before)
    path = at("confirmed")
    group.reply("a confirmed one may be cancelled", staff.post(path + "/cancel"), 200)
    group.reply("then confirmed no more", staff.post(path + "/confirm"), 409, "already_cancelled")


def itertools_days():
    first = 100
    while True:
        yield first
        first += 3


def allowed_actions(world, group):
    """Listed actions pass (as a dry run); others are refused, with 403 only if this actor may never take them."""
    makers = {
        "instant": {},
        "request": {"instant_book": False},
        "prepaid": {"prepayment_percent": 50},
        "prepaid request": {"prepayment_percent": 50, "instant_book": False},
        "strict": {"cancellation_policy": "strict"},
        "inactive": {},
    }
    for kind, fields in makers.items():
        apartment = world.make_apartment(**fields)["id"]
        for first, verb in enumerate((None, "confirm", "cancel", "decline")):
            guest = next(world.guests)
            booking = world.book(apartment, 10 + 5 * first, guest={"name": "А", "telegram_id": guest})["id"]
            if verb:
                world.caller.post(f"/v1/bookings/{booking}/{verb}")
            if kind == "inactive":
                world.caller.call("PATCH", f"/v1/apartments/{apartment}", {"is_active": False})
            for actor in (f"guest:{guest}", f"owner:{world.owner}", "staff:A"):
                check_actions(
                    world,
                    group,
                    f"{kind} {verb} {actor.partition(':')[0]}",
                    world.caller.acting(actor),
                    f"/v1/bookings/{booking}",
                )
            if kind == "inactive":
                world.caller.call("PATCH", f"/v1/apartments/{apartment}", {"is_active": True})


# What an actor may never do on a booking of his own: 403. Everything else that is not listed is a conflict with its present state.
NEVER = {"guest": {"check-in", "check-out", "decline", "no-show", "set-paid"}, "owner": {"claim-payment"}, "staff": set()}


def check_actions(world, group, why, caller, path):
    booking = caller.get(path).json
    listed = {one["action"] for one in booking["allowed_actions"]}
    group.expect(all({"ru", "kz", "en"} == set(one["label"]) for one in booking["allowed_actions"]), f"{why}: labels")
    later = datetime.date.fromisoformat(booking["check_out"]) + datetime.timedelta(days=1)
    sound = {"change-dates": {"check_in": booking["check_in"], "check_out": later.isoformat()}, "set-paid": {"paid": tenge(1000)}}
    for verb in ("confirm", "cancel", "decline", "claim-payment", "check-in", "check-out", "no-show", "change-dates", "set-paid"):
        reply = caller.post(f"{path}/{verb}?dry_run=true", sound.get(verb))
        if verb in listed:
            group.reply(f"{why}, {booking['status']}: {verb} is listed", reply, 200)
        else:
            group.expect(
                reply.status in ((403,) if verb in NEVER[why.split()[-1]] else (409, 410)),
                f"{why}, {booking['status']}: {verb} is not listed, but {reply.status} {reply.body[:200]!r}",
            )


def expiry(world, group):
    apartment, prepaid = world.make_apartment()["id"], world.make_apartment(prepayment_percent=30)["id"]
    guest = {"name": "Быстрый", "telegram_id": next(world.guests)}
    booking = world.book(apartment, guest=guest)
    paid = world.book(prepaid)
    path = f"/v1/bookings/{booking['id']}"
    asked = world.book(world.make_apartment(instant_book=False)["id"])["id"]
    tag = world.caller.get(path).headers["ETag"]
    group.equal("held", booking["status"], "held")
    world.expire(booking["id"], paid["id"])
    group.reply("If-None-Match of an old version", world.caller.get(path, headers={"If-None-Match": tag}), 200)
    calendar = world.caller.get(
        f"/v1/apartments/{apartment}/calendar?from={booking['check_in']}&to={booking['check_out']}"
    ).json["days"]
    group.equal("the calendar", {one["status"] for one in calendar}, {"free"})
    dates = f"check_in={booking['check_in']}&check_out={booking['check_out']}&owner_id={world.owner}&limit=100"
    group.expect(
        apartment in {one["id"] for one in world.caller.get(f"/v1/apartments?{dates}").json["items"]},
        "the search by dates",
    )
    read = world.caller.get(path).json
    group.equal(
        "its time has expired, before or after the cleanup",
        (read["status"], read["expires_at"], [one["action"] for one in read["allowed_actions"]]),
        ("expired", None, ["set-paid"]),
    )
    group.reply("confirm", world.caller.post(path + "/confirm"), 410, "hold_expired")
    group.reply(
        "confirm a prepaid one", world.caller.post(f"/v1/bookings/{paid['id']}/confirm"), 410, "hold_expired"
    )
    group.reply("cancel", world.caller.post(path + "/cancel"), 409, "already_expired")
    group.reply("decline", world.caller.post(path + "/decline"), 409, "already_expired")
    group.expect(
        booking["id"]
        in {one["id"] for one in world.caller.get("/v1/bookings?status=expired&limit=100").json["items"]},
        "listed as expired",
    )
    group.expect(
        booking["id"]
        not in {one["id"] for one in world.caller.get("/v1/bookings?status=held&limit=100").json["items"]},
        "listed as held",
    )
    again = world.book(apartment)
    group.equal("its nights are free at once", again["status"], "held")
    world.expire(asked)
    group.equal("a request that waited too long", world.caller.get(f"/v1/bookings/{asked}").json["status"], "expired")
    group.reply("it confirmed", world.caller.post(f"/v1/bookings/{asked}/confirm"), 410, "hold_expired")
    group.reply("it declined", world.caller.post(f"/v1/bookings/{asked}/decline"), 409, "already_expired")
    sweeping = world.stand.service(BOOKING_SWEEP_INTERVAL="100ms")
    wait_until("swept", 5, lambda: len(world.caller.get(path + "/history").json["items"]) == 2)
    last = world.caller.get(path + "/history").json["items"][-1]
    group.equal("history", (last["from_status"], last["to_status"], last["actor"]), ("held", "expired", "system"))
    wait_until("all are cleaned up", 5, lambda: len(world.caller.get(f"/v1/bookings/{asked}/history").json["items"]) == 2)
    sweeping.kill()


GROUPS = [
    ("everywhere: ETag and If-None-Match", etags),
    ("everywhere: If-Match", if_match),
    ("everywhere: merge patch", merge_patch),
    ("everywhere: dry_run", dry_run),
    ("everywhere: transitions", transitions),
    ("everywhere: allowed_actions", allowed_actions),
    ("everywhere: expiry", expiry),
]
