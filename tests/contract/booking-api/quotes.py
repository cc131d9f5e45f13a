# SPDX-License-Identifier: MIT
"""Quotes and the cost of a cancellation: guarantees, refusals with alternatives, deadlines of tiers."""

import datetime
import os

from check import ALMATY, NOBODY, day, tenge, today
from stand import ROOT


def stay(apartment, first=40, nights=2, guests=1):
    return {"apartment_id": apartment, "check_in": day(first), "check_out": day(first + nights), "guests": guests}


def by_quote(world, quote, **fields):
    return {"quote_id": quote["id"], "guest": {"name": "Гость", "telegram_id": next(world.guests)}, **fields}


def deadline(check_in, days, hour=14):
    """The instant `days` before check-in at the same local time, as in JSON."""
    at = datetime.datetime.combine(check_in - datetime.timedelta(days=days), datetime.time(hour), ALMATY)
    return at.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def offers(world, group):
    apartment = world.make_apartment(cleaning_fee=tenge(5000), included_guests=1, extra_guest_fee=tenge(1000), prepayment_percent=30)
    reply = world.caller.post("/v1/quotes", stay(apartment["id"], guests=3))
    group.reply("a quote", reply, 201)
    quote = reply.json
    group.equal("the sum of its lines", sum(line["amount"]["amount"] for line in quote["lines"]), quote["total"]["amount"])
    kinds = [line["kind"] for line in quote["lines"]]
    group.expect(kinds[-2:] == ["extra_guest", "cleaning"], f"lines are {kinds}")
    group.equal("its deposit", quote["deposit"]["amount"], -(-quote["total"]["amount"] * 30 // 10000) * 100)
    left = datetime.datetime.fromisoformat(quote["expires_at"].replace("Z", "+00:00")) - datetime.datetime.now(
        datetime.timezone.utc
    )
    group.expect(29 * 60 < left.total_seconds() <= 30 * 60, f"it lives {left}")
    group.equal("read again", world.caller.get(f"/v1/quotes/{quote['id']}").json, quote)
    group.reply("an unknown one", world.caller.get(f"/v1/quotes/{NOBODY}"), 404, "not_found")
    group.reply("dry", world.caller.post("/v1/quotes?dry_run=true", stay(apartment["id"])), 200)
    rows = [
        ("nothing", {}, "invalid"),
        ("no guests", {**stay(apartment["id"]), "guests": 0}, "out_of_range"),
        ("backwards", {**stay(apartment["id"]), "check_out": day(39)}, "bad_range"),
        ("promo codes are not sold", {**stay(apartment["id"]), "promo_code": "X"}, "unknown_field"),
        ("unknown apartment", stay(NOBODY), "unknown_apartment"),
    ]
    for why, body, code in rows:
        group.reply(why, world.caller.post("/v1/quotes", body), 422, code)


def tiers(world, group):
    """The tiers of a quote under each policy, early and late; the end of free cancellation remains when its tier has ended."""
    rows = [
        ("flexible", 40, 1, [(1, 0), (None, 20000)]),
        ("moderate", 40, 5, [(5, 0), (None, 20000)]),
        ("strict", 40, None, [(7, 20000), (None, 40000)]),
        ("moderate", 2, 5, [(None, 20000)]),
        ("strict", 2, None, [(None, 40000)]),
    ]
    for policy, first, free, wanted in rows:
        apartment = world.make_apartment(cancellation_policy=policy, cleaning_fee=tenge(5000), weekend_price=tenge(20000))
        offered = world.make("/v1/quotes", stay(apartment["id"], first))["cancellation"]
        check_in = today() + datetime.timedelta(days=first)
        group.equal(f"{policy} in {first} days", offered["policy"], policy)
        group.equal(f"{policy} in {first} days: free until", offered["free_until"], free and deadline(check_in, free))
        group.equal(
            f"{policy} in {first} days: tiers",
            [(tier["until"], tier["kept"]) for tier in offered["tiers"]],
            [(days and deadline(check_in, days), tenge(kept)) for days, kept in wanted],
        )
        booking = world.book(apartment["id"], first)
        group.equal(f"{policy} in {first} days: the booking's", booking["cancellation"], offered)


def guarantees(world, group):
    """A quote stays valid when the apartment changes."""
    apartment = world.make_apartment(prepayment_percent=50)
    quote = world.make("/v1/quotes", stay(apartment["id"]))
    world.caller.call(
        "PATCH",
        f"/v1/apartments/{apartment['id']}",
        {"base_price": tenge(99000), "prepayment_percent": 0, "cancellation_policy": "strict", "check_in_time": "20:00"},
    )
    reply = world.caller.post("/v1/bookings", by_quote(world, quote))
    group.reply("booked by the quote", reply, 201)
    for name in ("lines", "total", "deposit", "cancellation"):
        group.equal(f"{name} of the quote", reply.json[name], quote[name])
    again = world.caller.post("/v1/bookings", by_quote(world, quote))
    group.reply("its nights are not promised", again, 409, "nights_taken")
    group.equal("and are listed", again.json.get("nights"), [day(40), day(41)])
    rows = [
        ("unknown", {"id": NOBODY}, {}, 422, "unknown_quote", ["quote_id"]),
        ("beside an apartment", quote, {"apartment_id": apartment["id"]}, 422, "contradiction", ["apartment_id"]),
        ("beside guests", quote, {"guests": 1}, 422, "contradiction", ["guests"]),
        ("beside all", quote, stay(apartment["id"]), 422, "invalid", [(n, "contradiction") for n in stay(apartment["id"])]),
        ("without a guest", quote, {"guest": None}, 422, "required", ["guest"]),
    ]
    for why, of, more, status, code, fields in rows:
        group.reply(why, world.caller.post("/v1/bookings", by_quote(world, of, **more)), status, code, fields)
    guest = world.caller.acting("guest:71")
    mine = guest.post("/v1/quotes", stay(apartment["id"], 50)).json
    other = world.caller.acting("guest:72").post(
        "/v1/bookings", {"quote_id": mine["id"], "guest": {"name": "Б"}}
    )
    group.reply("another guest's", other, 422, "unknown_quote", ["quote_id"])
    world.stand.sql(f"UPDATE booking.quote SET expires_at = now() WHERE id = '{mine['id']}'")
    late = guest.post("/v1/bookings", {"quote_id": mine["id"], "guest": {"name": "А"}})
    group.reply("its half hour is over", late, 410, "quote_expired")


def refusals(world, group):
    apartment = world.make_apartment(city="ekibastuz", min_nights=2, buffer_days=1)["id"]
    like = world.make_apartment(city="ekibastuz", base_price=tenge(22000))["id"]
    world.make_apartment(city="ekibastuz", base_price=tenge(60000))
    world.make_apartment(city="ekibastuz", rooms=3)
    world.book(apartment, 20, 2)
    reply = world.caller.post("/v1/quotes", stay(apartment, 19, 5))
    group.reply("taken", reply, 422, "not_available")
    group.equal(
        "night by night",
        [(one["date"], one["reasons"]) for one in reply.json["nights"]],
        [(day(20), ["held"]), (day(21), ["held"]), (day(22), ["buffer"])],
    )
    group.equal(
        "apartments like it",
        [one["apartment_id"] for one in reply.json["alternatives"] if one["apartment_id"] != apartment],
        [like],
    )
    for one in reply.json["alternatives"]:
        body = {**stay(one["apartment_id"]), "check_in": one["check_in"], "check_out": one["check_out"]}
        can = world.caller.post("/v1/quotes", body)
        group.reply("an alternative can be had", can, 201)
        group.equal("at its price", can.json.get("total"), one["total"])
    short = world.caller.post("/v1/quotes", stay(apartment, 60, 1))
    group.reply("a rule", short, 422, "not_available")
    group.equal("by its code", short.json["nights"], [{"date": day(60), "reasons": ["min_nights"]}])


def cancellation(world, group):
    """A deadline passes between preview and cancellation."""
    apartment = world.make_apartment(base_price=tenge(14000), cleaning_fee=tenge(5000))["id"]
    guest_id = next(world.guests)
    booking = world.book(apartment, 5, 2, guest={"name": "Г", "telegram_id": guest_id})
    guest, path = world.caller.acting(f"guest:{guest_id}"), f"/v1/bookings/{booking['id']}"
    group.reply("paid", world.caller.post(path + "/confirm", {"paid": tenge(33000)}), 200)

    def set_deadline(clock):
        world.stand.sql(f"UPDATE booking.booking SET check_in_time = '{clock}' WHERE id = '{booking['id']}'")

    def listed():
        return next(one for one in guest.get(path).json["allowed_actions"] if one["action"] == "cancel")

    world.stand.sql(f"UPDATE booking.occupancy SET created_at = '2020-01-01' WHERE id = '{booking['id']}'")
    set_deadline("23:59:59")
    free = guest.get(path + "/cancel-preview").json
    group.equal("before the border", (free["refund"], free["fee"], free["policy"]), (tenge(33000), tenge(0), "moderate"))
    group.equal("the button says so", (listed().get("cost"), listed().get("until")), (tenge(0), free["until"]))
    set_deadline("00:00")
    stale = guest.post(path + "/cancel", {"expected_refund": free["refund"]})
    group.reply("a fee he has not seen", stale, 409, "refund_changed")
    half = guest.get(path + "/cancel-preview").json
    group.equal("behind it", (half["refund"], half["fee"], half["until"]), (tenge(19000), tenge(14000), None))
    group.equal("the button says so", listed().get("cost"), tenge(14000))
    dry = guest.post(path + "/cancel?dry_run=true", {"expected_refund": half["refund"]})
    group.equal("dry", (dry.status, dry.json["would"]["refund"]), (200, tenge(19000)))
    done = guest.post(path + "/cancel", {"expected_refund": half["refund"], "reason": "Планы"})
    group.reply("cancelled", done, 200)
    group.equal("fee and refund", (done.json["fee"], done.json["refund"]), (tenge(14000), tenge(19000)))
    step = guest.get(path + "/history").json["items"][-1]
    group.equal("in the history", (step.get("fee"), step.get("refund")), (tenge(14000), tenge(19000)))
    group.reply("and again", guest.post(path + "/cancel"), 200)
    group.reply("nothing to preview", guest.get(path + "/cancel-preview"), 409, "already_cancelled")
    group.reply(
        "another's", world.caller.acting("guest:73").get(path + "/cancel-preview"), 404, "not_found"
    )


def deploy_asks(world, group):
    """What `deploy` asks an instance before clients reach it, with a key like its own; nothing of it is stored."""
    os.environ.setdefault("TAPBOT_ROOT", ROOT)
    from stack import smoke

    short, address = "booking", f"127.0.0.1:{world.service.port}"
    world.make_apartment()
    group.expect(world.stand.sql(smoke.TENANT.format(short=short)), "no tenant was found")
    key, other = (world.stand.key(client=smoke.CLIENT, tenant=world.tenant, scopes=f"{short}:read,{short}:write,{short}:admin", test=False) for _ in "12")
    quotes = world.stand.sql("SELECT count(*) FROM booking.quote")
    stay = smoke.free_stay(address, key)
    group.expect(stay and smoke.total(address, key, stay)[1] > 0, f"no total for {stay}")
    status, checks = smoke.asked(address, key, "GET", "/v1/selfcheck")
    group.equal("the invariants", (status, "overlaps" in smoke.violations(checks)), (200, True))
    known = smoke.violations(checks)  # other groups write what no request could
    before = smoke.Old(address, key, known, stay)
    for one in smoke.questions("booking-api"):
        if one.judge != "-":
            group.equal(one.path, smoke.JUDGES[one.judge](one, address, before), None)
        if one.judge == "invariants":
            fewer = before._replace(broken={**known, "overlaps": known["overlaps"] - 1})
            group.expect("overlaps" in smoke.JUDGES[one.judge](one, address, fewer)[1], "one violation more is accepted")
    group.equal("no rows", world.stand.sql("SELECT count(*) FROM booking.quote"), quotes)
    world.stand.sql(smoke.drop(key))
    left = f"SELECT string_agg(prefix, ' ') FROM api.api_key JOIN api.client c ON c.id = client_id WHERE c.name = '{smoke.CLIENT}'"
    group.equal("only its own key is deleted", world.stand.sql(left), other[:len("tb_live_0000")])


GROUPS = [
    ("quotes: offers", offers),
    ("quotes: tiers", tiers),
    ("quotes: guarantees", guarantees),
    ("quotes: refusals", refusals),
    ("quotes: cancellation", cancellation),
    ("quotes: a deploy asks", deploy_asks),
]
