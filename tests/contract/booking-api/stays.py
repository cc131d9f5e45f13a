# SPDX-License-Identifier: MIT
"""Stays: claimed payments, check-in, check-out, no-shows, changes, blocks."""

import datetime

from check import ALMATY, NOBODY, day, tenge, today


def act(caller, booking, verb, body=None):
    return caller.post(f"/v1/bookings/{booking['id']}/{verb}", body)


def actions(caller, booking):
    shown = caller.get(f"/v1/bookings/{booking['id']}").json["allowed_actions"]
    return {one["action"]: one.get("until") for one in shown}


def instant(local_day, hour=0):
    at = datetime.datetime.combine(today() + datetime.timedelta(days=local_day), datetime.time(hour), ALMATY)
    return at.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")


def shift(world, booking, days):
    """Moves the stay to earlier dates."""
    world.stand.sql(
        f"UPDATE booking.occupancy SET check_in = check_in - {days}, check_out = check_out - {days}"
        f" WHERE id = '{booking['id']}'"
    )


def confirmed(world, apartment, first, nights, guest=None):
    fields = {"guest": {"name": "Г", "telegram_id": guest}} if guest else {}
    booking = world.book(apartment, first, nights, **fields)
    return act(world.caller, booking, "confirm").json


def claims(world, group):
    guest_id = next(world.guests)
    guest, staff = world.caller.acting(f"guest:{guest_id}"), world.caller.acting("staff:A")
    owner = world.caller.acting(f"owner:{world.owner}")
    free = world.book(guest={"name": "Г", "telegram_id": guest_id}, apartment=world.make_apartment()["id"])
    group.reply("nothing is due", act(guest, free, "claim-payment"), 409, "nothing_due")
    group.expect("claim-payment" not in actions(guest, free), "not listed where nothing is due")
    act(guest, free, "cancel")
    paid = world.make_apartment(prepayment_percent=50)["id"]
    booking = world.book(paid, guest={"name": "Г", "telegram_id": guest_id})
    group.equal("until the hold ends", actions(guest, booking).get("claim-payment"), booking["expires_at"])
    group.expect("claim-payment" not in actions(owner, booking), "listed for the owner")
    group.reply("by the owner", act(owner, booking, "claim-payment"), 403, "forbidden")
    for why, body, code in [
        ("a blank receipt", {"receipt": " "}, "blank"),
        ("a long one", {"receipt": "я" * 3001}, "too_long"),
        ("a number", {"receipt": 1}, "wrong_type"),
    ]:
        group.reply(why, act(guest, booking, "claim-payment", body), 422, code, ["receipt"])
    done = act(guest, booking, "claim-payment", {"receipt": " Kaspi 6120934417 "})
    group.reply("claimed", done, 200)
    group.equal(
        "as claimed",
        (done.json["status"], done.json["receipt"], done.json["paid"], done.json["claimed"]),
        ("payment_claimed", "Kaspi 6120934417", tenge(0), booking["deposit"]),
    )
    until = datetime.datetime.fromisoformat(done.json["expires_at"].replace("Z", "+00:00"))
    left = (until - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
    group.expect(11.9 * 3600 < left <= 12 * 3600, f"12 h: {left}")
    again = act(guest, booking, "claim-payment")
    group.equal("the clock is set once", (again.status, again.json["version"]), (200, done.json["version"]))
    another = act(guest, booking, "claim-payment", {"receipt": "Kaspi 7"})
    group.equal(
        "another receipt",
        {**another.json, "updated_at": 0},
        {**done.json, "receipt": "Kaspi 7", "version": done.json["version"] + 1, "updated_at": 0},
    )
    group.equal("the same one", act(guest, booking, "claim-payment", {"receipt": "Kaspi 7"}).json, another.json)
    group.reply("claimed by another", act(staff, booking, "claim-payment"), 409, "already_payment_claimed")
    group.reply("confirmed by the guest", act(guest, booking, "confirm"), 409, "already_payment_claimed")
    world.expire(booking["id"])
    overdue = guest.get(f"/v1/bookings/{booking['id']}").json
    group.equal("overdue", (overdue["status"], overdue["expires_at"] is None), ("payment_claimed", False))
    group.equal("without an end", actions(owner, booking).get("confirm", "not listed"), None)
    listed = owner.get("/v1/bookings?status=payment_claimed").json["items"]
    group.expect(booking["id"] in [one["id"] for one in listed], "listed by its status")
    now = act(owner, booking, "confirm").json
    group.equal("by the owner", (now["paid"], now["claimed"]), (booking["deposit"], tenge(0)))
    late = world.book(paid, 20)
    world.expire(late["id"])
    group.reply("too late", act(world.caller, late, "claim-payment"), 410, "hold_expired")


def ratings(world, group):
    guest_id = next(world.guests)
    guest, staff = world.caller.acting(f"guest:{guest_id}"), world.caller.acting("staff:A")
    owner, other = world.caller.acting(f"owner:{world.owner}"), world.caller.acting(f"guest:{next(world.guests)}")
    booking = confirmed(world, world.make_apartment()["id"], 0, 2, guest=guest_id)
    rating = {"rating": 5}
    group.reply("before the end", act(guest, booking, "rate", rating), 409, "already_confirmed")
    for verb in ("check-in", "check-out"):
        booking = act(staff, booking, verb).json
    group.expect("rating" not in booking, "none yet")
    for why, body, code in [
        ("none", {}, "required"),
        ("zero", {"rating": 0}, "out_of_range"),
        ("six", {"rating": 6}, "out_of_range"),
        ("a text", {"rating": "5"}, "wrong_type"),
    ]:
        group.reply(why, act(guest, booking, "rate", body), 422, code, ["rating"])
    group.reply("by the owner", act(owner, booking, "rate", rating), 403, "forbidden")
    group.reply("by another guest", act(other, booking, "rate", rating), 404, "not_found")
    done = act(guest, booking, "rate", rating)
    group.reply("rated", done, 200)
    group.equal("as rated", (done.json["rating"], done.json["version"]), (5, booking["version"] + 1))
    group.equal("the same again", act(guest, booking, "rate", rating).json, done.json)
    for caller in (owner, staff):
        group.equal("seen", caller.get(f"/v1/bookings/{booking['id']}").json.get("rating"), 5)
    group.equal("corrected", act(guest, booking, "rate", {"rating": 3}).json["rating"], 3)


def contacts(world, group):
    guest_id = next(world.guests)
    guest, staff = world.caller.acting(f"guest:{guest_id}"), world.caller.acting("staff:A")
    owner, other = world.caller.acting(f"owner:{world.owner}"), world.caller.acting(f"guest:{next(world.guests)}")
    apartment = world.make_apartment(prepayment_percent=50)["id"]
    booking = world.book(apartment, 20, 2, guest={"name": "Г", "telegram_id": guest_id})
    booking = guest.get(f"/v1/bookings/{booking['id']}").json
    phone = {"phone": "8 701 555 01 01"}
    group.reply("by the owner", act(owner, booking, "contact", phone), 403, "forbidden")
    group.reply("by another guest", act(other, booking, "contact", phone), 404, "not_found")
    for why, body, code in [
        ("no phone", {}, "required"),
        ("null", {"phone": None}, "required"),
        ("a short one", {"phone": "12"}, "bad_phone"),
    ]:
        group.reply(why, act(guest, booking, "contact", body), 422, code, ["phone"])
    group.reply("neither verified nor not", act(guest, booking, "contact", {**phone, "phone_verified": None}), 422,
                "wrong_type", ["phone_verified"])
    group.reply("no body", act(guest, booking, "contact"), 400, "body_missing")
    group.reply("an unknown field", act(guest, booking, "contact", {**phone, "x": 1}), 422, "unknown_field", ["x"])
    group.reply("another version", staff.post(f"/v1/bookings/{booking['id']}/contact", phone,
                                              headers={"If-Match": '"9.x"'}), 412, "version_mismatch")
    dry = act(guest, booking, "contact?dry_run=true", phone)
    group.equal("dry", dry.json["would"]["guest"]["phone"], "+77015550101")
    group.equal("it had no effect", guest.get(f"/v1/bookings/{booking['id']}").json, booking)
    done = act(guest, booking, "contact", phone)
    group.reply("given", done, 200)
    group.equal(
        "only the phone differs",
        {**done.json, "updated_at": 0},
        {**booking, "guest": {**booking["guest"], "phone": "+77015550101"}, "version": 2, "updated_at": 0},
    )
    group.equal("and kept", guest.get(f"/v1/bookings/{booking['id']}").json, done.json)
    group.equal("the same again", act(guest, booking, "contact", phone).json, done.json)
    known = act(guest, booking, "contact", {**phone, "phone_verified": True})
    group.equal("shared as well", (known.json["guest"], known.json["version"]), (done.json["guest"], 3))
    group.equal("and by another", act(staff, booking, "contact", phone).json["version"], 3)
    group.expect("contact" not in actions(guest, booking), "not in allowed_actions")
    step = guest.get(f"/v1/bookings/{booking['id']}/history").json["items"][-1]
    group.equal("history", (step["from_status"], step["to_status"], "reason" in step), ("held", "held", False))
    group.equal("corrected", act(staff, booking, "contact", {"phone": "+77015550102"}).json["version"], 4)
    taken = {"phone": "+77015550103"}

    def ask(caller, first, **who):
        return caller.post("/v1/bookings", world.stay_body(apartment, first, 2, guest={"name": "Г", **who}))

    group.equal("two holds", [ask(world.caller, first, **taken).status for first in (40, 50)], [201, 201])
    group.reply("another's phone", act(guest, booking, "contact", taken), 200)
    group.equal("a typed phone is not copied", ask(guest, 90).json["guest"]["phone"], None)
    third = ask(world.caller, 60, **taken)
    group.reply("a typed phone does not count for its owner", third, 201)
    group.reply("a phone with three holds", act(guest, booking, "contact", {**taken, "phone_verified": True}), 200)
    copied = ask(guest, 100).json
    group.equal("a shared phone is copied", copied["guest"]["phone"], "+77015550103")
    act(guest, copied, "cancel")
    act(world.caller, third.json, "cancel")
    group.reply("counted from then on", ask(world.caller, 70, **taken), 409, "too_many_holds")
    act(guest, booking, "cancel")
    group.reply("when it has ended", act(guest, booking, "contact", phone), 409, "already_cancelled")
    asked = world.book(world.make_apartment(instant_book=False)["id"], guest={"name": "Г", "telegram_id": guest_id})
    group.equal("of a request", act(guest, asked, "contact", phone).json["status"], "requested")
    late = world.book(apartment, 80, guest={"name": "Г", "telegram_id": guest_id})
    world.expire(late["id"])
    group.reply("too late", act(guest, late, "contact", phone), 410, "hold_expired")


def payments(world, group):
    guest_id = next(world.guests)
    guest, staff = world.caller.acting(f"guest:{guest_id}"), world.caller.acting("staff:A")
    owner = world.caller.acting(f"owner:{world.owner}")
    apartment = world.make_apartment(base_price=tenge(15000), prepayment_percent=50, cancellation_policy="strict")["id"]
    booking = world.book(apartment, 3, 2, guest={"name": "Г", "telegram_id": guest_id})
    rest = {"paid": tenge(40000)}
    group.reply("before the confirmation", act(owner, booking, "set-paid", rest), 409, "already_held")
    booking = act(owner, booking, "confirm").json
    group.reply("by the guest", act(guest, booking, "set-paid", rest), 403, "forbidden")
    group.expect("set-paid" not in actions(guest, booking), "listed for the guest")
    group.equal("listed for the owner, without an end", actions(owner, booking).get("set-paid", "not listed"), None)
    for why, body, code, field in [
        ("no amount", {}, "required", "paid"),
        ("null", {"paid": None}, "required", "paid"),
        ("below zero", {"paid": tenge(-1)}, "out_of_range", "paid/amount"),
        ("too much", {"paid": tenge(10000000001)}, "out_of_range", "paid/amount"),
        ("part of a tenge", {"paid": {"amount": 150, "currency": "KZT"}}, "not_whole_tenge", "paid/amount"),
        ("an unknown field", {**rest, "x": 1}, "unknown_field", "x"),
    ]:
        group.reply(why, act(owner, booking, "set-paid", body), 422, code, [field])
    path = f"/v1/bookings/{booking['id']}"

    def pay(caller, amount, version):
        return caller.post(path + "/set-paid", {"paid": tenge(amount)}, headers={"If-Match": f'"{version}"'})

    group.reply("another version", pay(owner, 40000, 1), 412, "version_mismatch")
    group.equal("dry", act(owner, booking, "set-paid?dry_run=true", rest).json["would"]["refund_due"], tenge(10000))
    more = pay(owner, 40000, booking["version"])
    group.reply("more than the stay costs", more, 200)
    group.equal(
        "as recorded",
        (more.json["status"], more.json["paid"], more.json["refund_due"], more.json["version"]),
        ("confirmed", tenge(40000), tenge(10000), booking["version"] + 1),
    )
    group.equal("repeated with the old version", pay(owner, 40000, booking["version"]).json, more.json)
    group.equal("the same by another", act(staff, booking, "set-paid", rest).json, more.json)
    step = guest.get(path + "/history").json["items"][-1]
    group.equal("history", (step["from_status"], step["to_status"], step["reason"]), ("confirmed", "confirmed", "Before: paid 15000 KZT"))
    group.expect("refund_due" not in pay(owner, 30000, more.json["version"]).json, "a refund that was given is due")
    ended = act(staff, booking, "cancel").json
    group.equal("cancelled too late", (ended["fee"], ended["refund"]), (tenge(30000), tenge(0)))
    late = pay(staff, 32000, ended["version"]).json
    group.equal("money that came later", (late["fee"], late["refund"]), (tenge(30000), tenge(2000)))
    done = pay(staff, 30000, late["version"]).json
    group.equal("and was returned", (done["status"], done["paid"], done["fee"], done["refund"]),
                ("cancelled", tenge(30000), tenge(30000), tenge(0)))
    over = world.book(apartment, 20, 2)
    world.expire(over["id"])
    for amount, due in ((15000, tenge(15000)), (0, None)):
        shown = act(staff, over, "set-paid", {"paid": tenge(amount)}).json
        group.equal("of an expired one", (shown["status"], shown["expired_from"], shown.get("refund_due")), ("expired", "held", due))
        group.equal("without a deadline", shown["expires_at"], None)
    steps = [(one["from_status"], one["to_status"]) for one in world.caller.get(f"/v1/bookings/{over['id']}/history").json["items"]]
    group.equal("its steps", steps, [(None, "held"), ("held", "expired"), ("expired", "expired"), ("expired", "expired")])
    paid = world.stand.sql(f"SELECT string_agg(data ->> 'expires_at', ',') FROM booking.outbox WHERE type = 'booking.paid' AND resource_id = '{over['id']}'")
    group.equal("events without a deadline", paid, "")


def arrivals(world, group):
    apartment, guest_id = world.make_apartment()["id"], next(world.guests)
    guest, owner = world.caller.acting(f"guest:{guest_id}"), world.caller.acting(f"owner:{world.owner}")
    later = confirmed(world, apartment, 5, 2, guest_id)
    group.reply("before the day", act(owner, later, "check-in"), 409, "too_early")
    group.reply("no-show before the day", act(owner, later, "no-show"), 409, "too_early")
    group.equal("listed before the day", sorted(actions(owner, later)), ["cancel", "change-dates", "set-paid"])
    now = confirmed(world, apartment, 0, 3, guest_id)
    group.equal("listed on the day", sorted(actions(owner, now)), ["cancel", "change-dates", "check-in", "set-paid"])
    until = actions(owner, now)["check-in"]
    group.expect(until.startswith(instant(3, 12)), f"until the check-out time: {until}")
    group.reply("by the guest", act(guest, now, "check-in"), 403, "forbidden")
    group.reply("an unknown field", act(owner, now, "check-in", {"x": 1}), 422, "unknown_field", ["x"])
    group.equal("dry", act(owner, now, "check-in?dry_run=true").json["would"]["status"], "checked_in")
    group.equal("checked in", act(owner, now, "check-in").json["status"], "checked_in")
    group.reply("again", act(owner, now, "check-in"), 200)
    group.reply("cancelled while there", act(guest, now, "cancel"), 409, "already_checked_in")
    group.equal("listed for the guest", actions(guest, now), {})
    group.equal("listed for the owner", sorted(actions(owner, now)), ["change-dates", "check-out", "set-paid"])
    group.reply("its nights", world.caller.post("/v1/bookings", world.stay_body(apartment, 1, 1)), 409, "nights_taken")
    left = act(owner, now, "check-out").json
    group.equal("left early", (left["status"], left["check_out"], left["total"]), ("completed", day(1), now["total"]))
    group.equal("nothing more but the money", [one["action"] for one in left["allowed_actions"]], ["set-paid"])
    group.reply("nights left are free", world.caller.post("/v1/bookings", world.stay_body(apartment, 1, 1)), 201)
    missed = confirmed(world, world.make_apartment()["id"], 10, 4, guest_id)
    shift(world, missed, 11)
    group.expect("no-show" in actions(owner, missed), "no-show is listed after the day")
    group.reply("no-show by the guest", act(guest, missed, "no-show"), 403, "forbidden")
    group.equal("no-show", act(owner, missed, "no-show", {"reason": "не приехал"}).json["status"], "no_show")
    group.reply("check-in then", act(owner, missed, "check-in"), 409, "already_no_show")


def changes(world, group):
    apartment, guest_id = world.make_apartment(prepayment_percent=50, cleaning_fee=tenge(5000))["id"], next(world.guests)
    guest, owner = world.caller.acting(f"guest:{guest_id}"), world.caller.acting(f"owner:{world.owner}")
    booking = confirmed(world, apartment, 30, 2, guest_id)

    def change(first, nights, caller=guest, **fields):
        body = {"check_in": day(first), "check_out": day(first + nights), **fields}
        return act(caller, booking, "change-dates", {name: one for name, one in body.items() if one is not ...})

    other = world.make_apartment(base_price=tenge(30000))["id"]
    for why, first, nights, fields, status, code, field in [
        ("no check-out", 30, 2, {"check_out": ...}, 422, "required", "check_out"),
        ("backwards", 30, -1, {}, 422, "bad_range", "check_out"),
        ("no guests", 30, 2, {"guests": 0}, 422, "out_of_range", "guests"),
        ("too many guests", 31, 2, {"guests": 5}, 422, "too_many_guests", "guests"),
        ("yesterday", -1, 2, {}, 422, "in_the_past", "check_in"),
        ("beyond the window", 366, 2, {}, 422, "beyond_window", "check_in"),
        ("too long", 30, 31, {}, 422, "max_nights", "check_out"),
        ("part of a tenge", 31, 2, {"expected_total": {"amount": 1, "currency": "KZT"}}, 422, "not_whole_tenge", None),
        ("an unknown field", 31, 2, {"note": "x"}, 422, "unknown_field", "note"),
        ("another total", 31, 3, {"expected_total": tenge(45000)}, 409, "total_changed", None),
        ("another apartment", 31, 3, {"apartment_id": other}, 403, "forbidden", None),
    ]:
        group.reply(why, change(first, nights, **fields), status, code, [field] if field else None)
    group.reply("no such apartment", change(30, 2, owner, apartment_id=NOBODY), 422, "unknown_apartment", ["apartment_id"])
    taken = confirmed(world, apartment, 40, 2)
    refused = change(39, 3)
    group.reply("taken", refused, 409, "nights_taken")
    group.equal("the nights", refused.json.get("nights"), [day(40), day(41)])
    group.reply("as before, without effect", change(30, 2), 200)
    moved = change(31, 3, guests=2, expected_total=tenge(65000))
    group.reply("moved", moved, 200)
    shown = moved.json
    group.equal(
        "as moved",
        (shown["check_in"], shown["check_out"], shown["guests"], shown["status"], shown["total"], shown["deposit"]),
        (day(31), day(34), 2, "confirmed", tenge(65000), tenge(32500)),
    )
    group.equal("the paid amount remains", shown["paid"], booking["deposit"])
    group.expect("refund_due" not in shown, "a refund_due without an excess")
    free = world.make_apartment()["id"]
    long = world.book(free, 60, 3)
    act(world.caller, long, "confirm", {"paid": long["total"]})
    shorter = {"check_in": day(60), "check_out": day(61)}
    excess = tenge((long["total"]["amount"] // 100) // 3 * 2)
    group.equal("an excess is due back", act(world.caller, long, "change-dates", shorter).json.get("refund_due"), excess)
    group.expect("refund_due" not in act(world.caller, long, "cancel").json, "cancelled: fee and refund replace it")
    group.equal("lines add up", sum(one["amount"]["amount"] for one in shown["lines"]), shown["total"]["amount"])
    step = world.caller.get(f"/v1/bookings/{booking['id']}/history").json["items"][-1]
    group.equal("a row of history", (step["from_status"], step["to_status"]), ("confirmed", "confirmed"))
    group.reply("over its own nights", change(32, 3), 200)
    group.equal("to another apartment", change(32, 3, owner, apartment_id=other).json["apartment_id"], other)
    group.reply("its old nights", world.caller.post("/v1/bookings", world.stay_body(apartment, 32, 3)), 201)
    events = world.caller.get(f"/v1/bookings/{booking['id']}").json["version"]
    group.equal("versions", events, 5)
    act(world.caller, taken, "cancel")
    booking = taken
    group.reply("of a cancelled one", change(45, 2, world.caller), 409, "already_cancelled")


def blocks(world, group):
    apartment = world.make_apartment(buffer_days=1)["id"]
    path, owner = f"/v1/apartments/{apartment}/blocks", world.caller.acting(f"owner:{world.owner}")
    guest = world.caller.acting("guest:7")

    def block(first, nights, caller=owner, **fields):
        return caller.post(path, {"from": day(first), "to": day(first + nights), **fields})

    world.book(apartment, 10, 2)
    for why, first, nights, fields, status, code, field in [
        ("backwards", 20, 0, {}, 422, "bad_range", "to"),
        ("too long", 20, 367, {}, 422, "out_of_range", "to"),
        ("a blank reason", 20, 1, {"reason": " "}, 422, "blank", "reason"),
        ("a long reason", 20, 1, {"reason": "я" * 3001}, 422, "too_long", "reason"),
        ("an unknown field", 20, 1, {"x": 1}, 422, "unknown_field", "x"),
        ("over a stay", 11, 3, {}, 409, "nights_taken", None),
        ("over its buffer", 12, 1, {}, 409, "nights_taken", None),
        ("after its buffer", 13, 2, {"reason": "ремонт"}, 201, None, None),
        ("over a block", 14, 2, {}, 409, "nights_taken", None),
        ("beside it", 15, 1, {}, 201, None, None),
    ]:
        group.reply(why, block(first, nights, **fields), status, code, [field] if field else None)
    group.equal("the nights", block(9, 5).json.get("nights"), [day(10), day(11), day(12), day(13)])
    group.reply("by a guest", block(30, 1, guest), 403, "forbidden")
    group.reply("listed for a guest", guest.get(path), 403, "forbidden")
    group.reply("of no apartment", owner.get(f"/v1/apartments/{NOBODY}/blocks"), 404, "not_found")
    shown = owner.get(path).json["items"]
    group.equal(
        "newest first",
        [(one["from"], one["to"], one["reason"]) for one in shown],
        [(day(15), day(16), None), (day(13), day(15), "ремонт")],
    )
    calendar = world.caller.get(f"/v1/apartments/{apartment}/calendar?from={day(13)}&to={day(16)}").json["days"]
    group.equal("in the calendar", {one["status"] for one in calendar}, {"blocked"})
    one = f"{path}/{shown[0]['id']}"
    group.reply("deleted by a guest", guest.call("DELETE", one), 403, "forbidden")
    group.reply("of another apartment", owner.call("DELETE", f"/v1/apartments/{world.apartment}/blocks/{shown[0]['id']}"), 404)
    group.reply("another version", owner.call("DELETE", one, headers={"If-Match": '"9.x"'}), 412, "version_mismatch")
    dry = owner.call("DELETE", one + "?dry_run=true")
    group.equal("dry", (dry.status, dry.json), (200, {"would": {"deleted": shown[0]["id"]}}))
    group.reply("deleted", owner.call("DELETE", one), 204)
    group.reply("again", owner.call("DELETE", one), 404, "not_found")
    group.reply("its nights", block(15, 1), 201)


GROUPS = [
    ("stays: claimed payments", claims),
    ("stays: the guest's phone", contacts),
    ("stays: ratings", ratings),
    ("stays: what was paid", payments),
    ("stays: check-in, check-out, no-shows", arrivals),
    ("stays: changes of dates and apartment", changes),
    ("stays: blocks", blocks),
]
