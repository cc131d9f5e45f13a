# SPDX-License-Identifier: MIT
"""Bookings: rules, nights, holds, requests, confirmation, cancellation, history, lists, events."""

import datetime
import subprocess

from check import ALMATY, NOBODY, day, tenge, today
from stand import patience


def rules(world, group):
    def apartment(**fields):
        return world.make_apartment(**fields)["id"]

    plain, short, inactive = apartment(), apartment(min_nights=3, max_nights=5), apartment(is_active=False)
    window, notice, small = apartment(booking_window_days=10), apartment(advance_notice_hours=720), apartment(max_guests=2)
    rows = [
        ("unknown apartment", NOBODY, 10, 2, {}, 422, "unknown_apartment", "apartment_id"),
        ("inactive apartment", inactive, 10, 2, {}, 422, "not_bookable", "apartment_id"),
        ("yesterday", plain, -1, 2, {}, 422, "in_the_past", "check_in"),
        ("today until midnight", plain, 0, 1, {}, 201, None, None),
        ("720 hours of notice", notice, 28, 2, {}, 422, "too_late", "check_in"),
        ("notice is kept", notice, 31, 2, {}, 201, None, None),
        ("the window's last day", window, 10, 2, {}, 201, None, None),
        ("beyond the window", window, 11, 2, {}, 422, "beyond_window", "check_in"),
        ("too short", short, 10, 2, {}, 422, "min_nights", "check_out"),
        ("short enough", short, 10, 3, {}, 201, None, None),
        ("long enough", short, 20, 5, {}, 201, None, None),
        ("too long", short, 30, 6, {}, 422, "max_nights", "check_out"),
        ("two guests", small, 10, 1, {"guests": 2}, 201, None, None),
        ("three guests", small, 20, 1, {"guests": 3}, 422, "too_many_guests", "guests"),
        ("rules are judged first, then nights", short, 10, 2, {}, 422, "min_nights", "check_out"),
        ("an open apartment", apartment(min_nights=1, max_nights=366), 10, 366, {}, 201, None, None),
        ("367 nights", plain, 10, 367, {}, 422, "max_nights", "check_out"),
        ("no nights", plain, 10, 0, {}, 422, "bad_range", "check_out"),
        ("backwards", plain, 10, -1, {}, 422, "bad_range", "check_out"),
        ("no guests", plain, 50, 1, {"guests": 0}, 422, "out_of_range", "guests"),
        ("no name", plain, 50, 1, {"guest": {"telegram_id": 1}}, 422, "required", "guest/name"),
        ("blank name", plain, 50, 1, {"guest": {"name": " "}}, 422, "blank", "guest/name"),
        ("no guest", plain, 50, 1, {"guest": ...}, 422, "required", "guest"),
        ("guest's phone", plain, 50, 1, {"guest": {"name": "А", "phone": "1"}}, 422, "bad_phone", "guest/phone"),
        (
            "guest's language",
            plain,
            50,
            1,
            {"guest": {"name": "А", "language": "fr"}},
            422,
            "unknown_value",
            "guest/language",
        ),
        ("a note of 3,000", plain, 52, 1, {"note": "я" * 3000}, 201, None, None),
        ("a note of 3,001", plain, 53, 1, {"note": "я" * 3001}, 422, "too_long", "note"),
        ("a source of 64", plain, 54, 1, {"source": "я" * 64}, 201, None, None),
        ("a source of 65", plain, 55, 1, {"source": "я" * 65}, 422, "too_long", "source"),
        ("0 minutes", plain, 55, 1, {"hold_minutes": 0}, 422, "out_of_range", "hold_minutes"),
        ("1 minute", plain, 55, 1, {"hold_minutes": 1}, 201, None, None),
        ("60 minutes", plain, 57, 1, {"hold_minutes": 60}, 201, None, None),
        ("61 minutes", plain, 59, 1, {"hold_minutes": 61}, 422, "out_of_range", "hold_minutes"),
        ("0 seconds", plain, 59, 1, {"hold_seconds": 0}, 422, "out_of_range", "hold_seconds"),
        ("3,600 seconds", plain, 59, 1, {"hold_seconds": 3600}, 201, None, None),
        ("3,601 seconds", plain, 61, 1, {"hold_seconds": 3601}, 422, "out_of_range", "hold_seconds"),
        ("no date", plain, 61, 1, {"check_in": "soon"}, 422, "bad_date", "check_in"),
        ("no such date", plain, 61, 1, {"check_in": "2027-02-29"}, 422, "bad_date", "check_in"),
        ("a time", plain, 61, 1, {"check_in": day(61) + "T00:00:00Z"}, 422, "bad_date", "check_in"),
        ("the status", plain, 61, 1, {"status": "confirmed"}, 422, "unknown_field", "status"),
    ]
    for why, where, first, nights, fields, status, code, field in rows:
        reply = world.caller.post("/v1/bookings", world.stay_body(where, first, nights, **fields))
        group.reply(why, reply, status, code, [field] if field else None)
    reply = world.caller.post("/v1/bookings", world.stay_body(plain, 61, 1, hold_minutes=1, hold_seconds=1))
    both = [("hold_minutes", "contradiction"), ("hold_seconds", "contradiction")]
    group.reply("minutes and seconds", reply, 422, "invalid", both)
    reply = world.caller.post(
        "/v1/bookings",
        world.stay_body(apartment(is_active=False, max_guests=1, min_nights=5, booking_window_days=5), 10, 2, guests=3),
    )
    group.reply(
        "every rule at once",
        reply,
        422,
        "invalid",
        [
            ("apartment_id", "not_bookable"),
            ("check_in", "beyond_window"),
            ("check_out", "min_nights"),
            ("guests", "too_many_guests"),
        ],
    )


def nights(world, group):
    def span(first, last):
        return [day(n) for n in range(first, last)]

    plain, buffered = world.make_apartment()["id"], world.make_apartment(buffer_days=2)["id"]
    for apartment in (plain, buffered):
        world.book(apartment, 20, 5)
    rows = [
        ("the same", plain, 20, 25, span(20, 25)),
        ("inside", plain, 21, 23, span(21, 23)),
        ("around", plain, 18, 27, span(20, 25)),
        ("its first night", plain, 18, 21, span(20, 21)),
        ("its last night", plain, 24, 27, span(24, 25)),
        ("up to it", plain, 17, 20, None),
        ("from its check-out day", plain, 25, 26, None),
        ("in its buffer", buffered, 25, 28, span(25, 27)),
        ("in its buffer's last night", buffered, 26, 27, span(26, 27)),
        ("after its buffer", buffered, 27, 29, None),
        ("one's own buffer runs into it", buffered, 15, 19, span(18, 19)),
        ("and by a night", buffered, 15, 18, None),
        ("up to it, buffered", buffered, 18, 20, span(18, 20)),
    ]
    for why, apartment, first, last, wanted in rows:
        reply = world.caller.post("/v1/bookings?dry_run=true", world.stay_body(apartment, first, last - first))
        if wanted is None:
            group.reply(why, reply, 200)
            continue
        group.reply(why, reply, 409, "nights_taken")
        if why == "up to it, buffered":  # its buffer overlaps the stay, so the last night is unavailable
            wanted = span(19, 20)
        group.equal(why, reply.json.get("nights"), wanted)
    world.block(plain, 40, 42)
    reply = world.caller.post("/v1/bookings", world.stay_body(plain, 39, 4))
    group.equal("a block", (reply.status, reply.json.get("nights")), (409, span(40, 42)))


def holds(world, group):
    apartment, request = world.make_apartment()["id"], world.make_apartment(instant_book=False)["id"]
    free = iter(range(10, 300, 2))

    def ask(guest, where=apartment, **fields):
        return world.caller.post(
            "/v1/bookings", world.stay_body(where, next(free), 1, guest={"name": "Г", **guest}, **fields)
        )

    by_id, by_phone = {"telegram_id": next(world.guests)}, {"phone": "+77010001122"}
    for why, guest in [("telegram_id", by_id), ("phone", by_phone)]:
        made = [ask(guest), ask(guest), ask(guest, request)]
        group.equal(f"three by {why}", [one.status for one in made], [201, 201, 201])
        group.reply(f"the fourth by {why}", ask(guest), 409, "too_many_holds")
        group.reply("another guest", ask({"telegram_id": next(world.guests)}), 201)
        world.caller.post(f"/v1/bookings/{made[0].json['id']}/confirm")
        third = ask(guest)
        group.reply("a confirmed one is no hold", third, 201)
        group.reply("again three", ask(guest), 409, "too_many_holds")
        world.expire(third.json["id"])
        again = ask(guest)
        group.reply("an expired one is none", again, 201)
        world.caller.post(f"/v1/bookings/{again.json['id']}/cancel")
        group.reply("a cancelled one is none", ask(guest), 201)
    group.reply("the phone in another spelling", ask({"phone": "8 701 000 11 22"}), 409, "too_many_holds")
    group.reply(
        "phone of one, telegram_id of another",
        ask({**by_phone, "telegram_id": next(world.guests)}),
        409,
        "too_many_holds",
    )
    for _ in range(4):
        group.reply("a guest without contact", ask({}), 201)


def unpaid(world, group):
    apartment, paid = world.make_apartment()["id"], world.make_apartment(prepayment_percent=30)["id"]
    free = iter(range(10, 300, 2))
    guest_id = next(world.guests)
    guest = world.caller.acting(f"guest:{guest_id}")
    who = {"name": "Г", "telegram_id": guest_id, "phone": "+77010003344"}

    def ask(where=apartment, caller=guest):
        return caller.post("/v1/bookings", world.stay_body(where, next(free), 1, guest=who))

    def confirm(booking, caller=guest):
        return caller.post(f"/v1/bookings/{booking['id']}/confirm")

    first, second, third = (ask().json for _ in range(3))
    group.equal("two without a payment", [confirm(one).status for one in (first, second)], [200, 200])
    group.reply("the third", confirm(third), 409, "too_many_unpaid")
    group.reply("not even on trial", guest.post(f"/v1/bookings/{third['id']}/confirm?dry_run=true"), 409, "too_many_unpaid")
    group.reply("another hold", ask(), 409, "too_many_unpaid")
    group.reply("one with a deposit", ask(paid), 201)
    group.reply("made by staff", ask(caller=world.caller), 201)
    group.reply("by staff", confirm(third, world.caller), 200)
    for one in (first, third):
        guest.post(f"/v1/bookings/{one['id']}/cancel")
    again = ask()
    group.reply("after a cancellation", confirm(again.json), 200)


def seconds_left(booking):
    until = datetime.datetime.fromisoformat(booking["expires_at"].replace("Z", "+00:00"))
    return (until - datetime.datetime.now(datetime.timezone.utc)).total_seconds()


def flow(world, group):
    apartment, paid = world.make_apartment()["id"], world.make_apartment(prepayment_percent=33, base_price=tenge(10001))["id"]
    free = iter(range(10, 300, 3))
    guest_id = next(world.guests)
    guest, owner, staff = (
        world.caller.acting(actor) for actor in (f"guest:{guest_id}", f"owner:{world.owner}", "staff:Aigul")
    )

    def book(where=apartment, caller=world.caller, **fields):
        return world.book(where, next(free), 2, caller, **{"guest": {"name": "Г", "telegram_id": guest_id}, **fields})

    def act(caller, booking, verb, body=None):
        return caller.post(f"/v1/bookings/{booking['id']}/{verb}", body)

    booking = book()
    read = world.caller.get(f"/v1/bookings/{booking['id']}").json
    group.equal("read as it was made", read, booking)
    group.equal(
        "held",
        (booking["status"], booking["version"], booking["paid"], booking["deposit"]),
        ("held", 1, tenge(0), tenge(0)),
    )
    group.expect(840 < seconds_left(booking) <= 900, f"15 minutes by default: {seconds_left(booking)}")
    minutes = book(hold_minutes=5)
    group.expect(240 < seconds_left(minutes) <= 300, "hold_minutes")
    act(staff, minutes, "cancel")
    seconds = book(hold_seconds=100)
    group.expect(40 < seconds_left(seconds) <= 100, "hold_seconds")
    act(staff, seconds, "cancel")
    group.reply("an account is not enough", act(guest, booking, "confirm", {"phone_required": True}), 422, "contact_missing", ["phone"])
    done = act(guest, booking, "confirm", {"phone": "87011112244"})
    group.reply("confirmed by the guest", done, 200)
    group.equal(
        "confirmed", (done.json["status"], done.json["version"], done.json["expires_at"]), ("confirmed", 2, None)
    )
    group.reply("cancelled by the guest", act(guest, booking, "cancel", {"reason": "передумал"}), 200)
    booking = book(paid)
    group.equal("33 % up to whole tenge", booking["deposit"], tenge(6601))
    group.reply("money due: not by the guest", act(guest, booking, "confirm"), 409, "payment_due")
    group.expect(
        "confirm"
        not in {
            one["action"]
            for one in world.caller.get(f"/v1/bookings/{booking['id']}", headers={"X-Actor": guest.actor}).json[
                "allowed_actions"
            ]
        },
        "listed for the guest",
    )
    group.equal("by the owner: the deposit is paid", act(owner, booking, "confirm").json["paid"], tenge(6601))
    booking = book(paid)
    group.equal("another amount", act(staff, booking, "confirm", {"paid": tenge(10000)}).json["paid"], tenge(10000))
    booking = book(paid)
    group.reply(
        "paid is money",
        act(staff, booking, "confirm", {"paid": {"amount": 1, "currency": "KZT"}}),
        422,
        "not_whole_tenge",
    )
    group.reply("an unknown field", act(staff, booking, "confirm", {"x": 1}), 422, "unknown_field", ["x"])
    act(staff, booking, "cancel")
    booking = book(guest={"name": "Без связи"})
    group.reply("no contact", act(staff, booking, "confirm"), 422, "contact_missing", ["phone"])
    group.reply("a bad one", act(staff, booking, "confirm", {"phone": "1"}), 422, "bad_phone", ["phone"])
    given = act(staff, booking, "confirm", {"phone": "87011112233"}).json
    group.equal("a phone given", given["guest"]["phone"], "+77011112233")
    group.equal("and kept", staff.get(f"/v1/bookings/{booking['id']}").json, given)
    for fields, status in [({}, "confirmed"), ({"prepayment_percent": 50}, "held")]:
        request = world.make_apartment(instant_book=False, **fields)["id"]
        asked = book(request)
        group.equal("requested", asked["status"], "requested")
        group.expect(11.9 * 3600 < seconds_left(asked) <= 12 * 3600, f"a request waits 12 h: {seconds_left(asked)}")
        group.reply("not by the guest", act(guest, asked, "confirm"), 409, "already_requested")
        got = act(owner, asked, "confirm").json
        group.equal("confirmed by the owner", got["status"], status)
        if status == "held":
            group.expect(3540 < seconds_left(got) <= 3600, "held for 60 min")
            group.equal("nothing is paid yet", got["paid"], tenge(0))
            again = act(owner, asked, "confirm")
            group.equal("a double tap", (again.status, again.json["status"], again.json["paid"]), (200, "held", tenge(0)))
            group.equal("then the money came", act(staff, asked, "confirm").json["status"], "confirmed")
        asked = book(request)
        group.reply("declined", act(staff, asked, "decline", {"reason": "ремонт"}), 200)
        group.reply("cancelled no more", act(staff, asked, "cancel"), 409, "already_declined")
        asked = book(request)
        group.equal("cancelled by the guest", act(guest, asked, "cancel").json["status"], "cancelled")
    soon = world.make(
        "/v1/bookings", world.stay_body(world.make_apartment(instant_book=False)["id"], 0, 1, guest={"name": "Г"})
    )
    midnight = datetime.datetime.combine(today() + datetime.timedelta(days=1), datetime.time(), ALMATY)
    until = datetime.datetime.fromisoformat(soon["expires_at"].replace("Z", "+00:00"))
    group.expect(until <= midnight, f"a request for today ends with the day: {until}")


def history(world, group):
    guest_id = next(world.guests)
    booking = world.book(
        world.make_apartment()["id"],
        guest={"name": "Г", "telegram_id": guest_id},
        caller=world.caller.acting(f"guest:{guest_id}"),
    )["id"]
    path = f"/v1/bookings/{booking}"
    world.caller.post(path + "/confirm", headers={"X-Actor": "staff:Aigul"})
    world.caller.post(path + "/cancel", {"reason": "  ремонт "}, headers={"X-Actor": f"owner:{world.owner}"})
    steps = world.caller.get(path + "/history").json["items"]
    group.equal(
        "steps",
        [(one["from_status"], one["to_status"], one["actor"], one.get("reason"), one["version"]) for one in steps],
        [
            (None, "held", f"guest:{guest_id}", None, 1),
            ("held", "confirmed", "staff:Aigul", None, 2),
            ("confirmed", "cancelled", f"owner:{world.owner}", "ремонт", 3),
        ],
    )
    group.expect([one["at"] for one in steps] == sorted(one["at"] for one in steps), "oldest first")
    group.reply("of an unknown booking", world.caller.get(f"/v1/bookings/{NOBODY}/history"), 404, "not_found")
    group.reply(
        "a reason that is blank", world.caller.post(path + "/cancel", {"reason": " "}), 422, "blank", ["reason"]
    )
    client = world.book(world.make_apartment()["id"])["id"]
    actor = world.caller.get(f"/v1/bookings/{client}/history").json["items"][0]["actor"]
    group.expect(actor.startswith("client:"), f"without X-Actor the client itself: {actor}")


def lists(world, group):
    one, two = world.make_apartment()["id"], world.make_apartment(owner_id=world.make("/v1/owners", {"name": "Л"})["id"])
    phone, person = "+77055550011", next(world.guests)
    made = {
        "a": world.book(one, 10, 2, guest={"name": "А", "phone": phone}),
        "b": world.book(one, 14, 2, guest={"name": "Б", "telegram_id": person}),
        "c": world.book(two["id"], 20, 5, guest={"name": "В", "telegram_id": person}),
    }
    world.caller.post(f"/v1/bookings/{made['b']['id']}/confirm")
    world.caller.post(f"/v1/bookings/{made['c']['id']}/cancel")
    by_id, mine = {booking["id"]: letter for letter, booking in made.items()}, f"apartment_id={one}"
    code = made["a"]["code"]
    for why, query, wanted in [
        ("of an apartment, newest first", mine, "ba"),
        ("all statuses", f"telegram_id={person}", "cb"),
        ("a status", f"telegram_id={person}&status=cancelled", "c"),
        ("several", f"telegram_id={person}&status=cancelled,confirmed", "cb"),
        ("none of it", f"{mine}&status=declined", ""),
        ("of an owner", f"owner_id={two['owner_id']}", "c"),
        ("by phone", "phone=%2B77055550011", "a"),
        ("by phone as people write it", "phone=8%20705%20555-00-11", "a"),
        ("by code", f"code={code}", "a"),
        ("by code in small letters", f"code={code.lower()}", "a"),
        ("by code, with a hyphen", f"code={code[:4]}-{code[4:]}", "a"),
        ("an unknown code", "code=UUUUUUUU", ""),
        ("from", f"{mine}&from={day(12)}", "b"),
        ("from its last night", f"{mine}&from={day(11)}", "ba"),
        ("to", f"{mine}&to={day(14)}", "a"),
        ("to after its first night", f"{mine}&to={day(15)}", "ba"),
        ("from and to", f"{mine}&from={day(12)}&to={day(14)}", ""),
        ("arrivals of a day", f"{mine}&check_in_from={day(14)}&check_in_to={day(14)}", "b"),
        ("arrivals up to the day before", f"{mine}&check_in_to={day(13)}", "a"),
        ("arrivals from then on", f"{mine}&check_in_from={day(11)}", "b"),
        ("departures of a day", f"{mine}&check_out_from={day(12)}&check_out_to={day(12)}", "a"),
        ("departures before", f"{mine}&check_out_to={day(11)}", ""),
        ("departures later", f"{mine}&check_out_from={day(13)}", "b"),
        ("an unknown apartment", f"apartment_id={NOBODY}", ""),
        ("all at once", f"{mine}&status=held&phone={phone.replace('+', '%2B')}&code={code}", "a"),
    ]:
        reply = world.caller.get(f"/v1/bookings?{query}&limit=100")
        got = "".join(by_id.get(one["id"], "") for one in reply.json["items"]) if reply.status == 200 else reply.body
        group.equal(why, got, wanted)
    group.reply("backwards", world.caller.get(f"/v1/bookings?from={day(5)}&to={day(5)}"), 422, "bad_range", ["to"])
    for name in ("check_in", "check_out"):
        backwards = world.caller.get(f"/v1/bookings?{name}_from={day(5)}&{name}_to={day(4)}")
        group.reply(f"{name} backwards", backwards, 422, "bad_range", [f"{name}_to"])


def drain(world, after, caller=None):
    """Reads all events after a cursor; returns them and the new cursor."""
    items = []
    while True:
        reply = (caller or world.caller).get("/v1/events?limit=100" + (f"&after={after}" if after else "")).json
        items, after = items + reply["items"], reply["next_cursor"]
        if not reply["items"]:
            return items, after


def events(world, group):
    _, start = drain(world, None)
    group.expect(bool(start), "next_cursor is never null")
    apartment = world.make_apartment()
    request = world.make_apartment(instant_book=False)["id"]
    world.caller.call("PATCH", f"/v1/apartments/{apartment['id']}", {"rooms": 3})
    confirmed, declined = world.book(apartment["id"])["id"], world.book(request)["id"]
    world.caller.post(f"/v1/bookings/{confirmed}/confirm")
    world.caller.post(f"/v1/bookings/{confirmed}/cancel")
    world.caller.post(f"/v1/bookings/{declined}/decline")
    expired = world.book(apartment["id"], 30)["id"]
    world.caller.post("/v1/bookings?dry_run=true", world.stay_body(apartment["id"], 50))
    world.expire(expired)
    group.reply(
        "the next one takes the expired one's nights",
        world.caller.post("/v1/bookings", world.stay_body(apartment["id"], 30)),
        201,
    )
    got, end = drain(world, start)
    of = {}
    for one in got:
        of.setdefault(one["resource"]["id"], []).append(one)
    for why, resource, wanted in [
        ("an apartment", apartment["id"], [("apartment.created", 1), ("apartment.updated", 2)]),
        ("a booking", confirmed, [("booking.held", 1), ("booking.confirmed", 2), ("booking.cancelled", 3)]),
        ("a request", declined, [("booking.requested", 1), ("booking.declined", 2)]),
        ("an expired one", expired, [("booking.held", 1), ("booking.expired", 2)]),
    ]:
        group.equal(f"events of {why}", [(one["type"], one["sequence"]) for one in of.get(resource, [])], wanted)
        group.expect(
            all(one["resource"]["version"] == one["sequence"] for one in of.get(resource, [])), f"{why}: version"
        )
    group.equal("who did what", [one["data"]["step"] for one in of[confirmed]], [
        {"from": None, "to": "held", "actor": "client", "has_reason": False},
        {"from": "held", "to": "confirmed", "actor": "client", "has_reason": False},
        {"from": "confirmed", "to": "cancelled", "actor": "client", "has_reason": False}])
    group.equal("an expiry", of[expired][1]["data"]["step"], {"from": "held", "to": "expired", "actor": "system", "has_reason": False})
    group.expect(len({one["id"] for one in got}) == len(got), "ids are unique")
    group.equal("read again the same", drain(world, start)[0], got)
    group.equal("at the end nothing", drain(world, end), ([], end))
    parts, after = [], start
    while True:
        page = world.caller.get(f"/v1/events?limit=2&after={after}").json
        after, parts = page["next_cursor"], parts + page["items"]
        if not page["items"]:
            break
    group.equal("by twos", parts, got)
    owner = drain(world, start, world.caller.acting(f"owner:{world.owner}"))[0]
    group.equal(
        "the owner's own",
        [one["id"] for one in owner],
        [one["id"] for one in got if one["data"].get("owner_id") == world.owner],
    )
    group.expect(not any("name" in str(one["data"].get("guest", "")) for one in got), "a guest's name in an event")


def commit_order(world, group):
    """An event is delivered even if its transaction began first and committed last."""
    _, after = drain(world, None)
    with subprocess.Popen(
        ["psql", "-qXAt", world.stand.url("postgres")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as late:
        late.stdin.write(
            "BEGIN; INSERT INTO booking.outbox (event_id, type, source, sequence, resource_type, resource_id,"
            " resource_version, tenant_id, data) SELECT '018f0fff-0000-7000-8000-000000000001'::uuid, 'apartment.updated', source, 99,"
            f" 'apartment', '{world.apartment}', 99, tenant_id, data FROM booking.outbox"
            f" WHERE resource_id = '{world.apartment}' LIMIT 1 RETURNING event_id;\n"
        )
        late.stdin.flush()
        event = late.stdout.readline().strip()
        made, seen = [], []
        for first in (10, 20, 30):
            made.append(world.book(world.make_apartment()["id"], first)["id"])
            items, after = drain(world, after)
            seen += items
        group.expect(event not in {one["id"] for one in seen}, "seen before it was committed")
        late.stdin.write("COMMIT;\n")
        late.stdin.close()
        late.wait(patience(5))
    seen += drain(world, after)[0]
    ids = [one["id"] for one in seen]
    group.equal("the late one is read, once", ids.count(event), 1)
    group.expect(len(set(ids)) == len(ids), "an event was read twice")
    for booking in made:
        group.equal("those committed before it, once", sum(one["resource"]["id"] == booking for one in seen), 1)


GROUPS = [
    ("bookings: rules", rules),
    ("bookings: nights_taken", nights),
    ("bookings: too_many_holds", holds),
    ("bookings: too_many_unpaid", unpaid),
    ("bookings: hold, request, confirm, decline, cancel", flow),
    ("bookings: history", history),
    ("bookings: lists", lists),
    ("bookings: events", events),
    ("bookings: events in the order of commits", commit_order),
]
