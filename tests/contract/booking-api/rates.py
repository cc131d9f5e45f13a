# SPDX-License-Identifier: MIT
"""Seasons: written, read, applied to calendars, searches and bookings; availability of many apartments."""

from check import day, tenge


def season(first, end, **rule):
    return {"from": day(first), "to": day(end), **rule}


def written(world, group):
    apartment = world.make_apartment()
    path = f"/v1/apartments/{apartment['id']}/rates"
    group.equal("none at first", world.caller.get(path).json, {"items": []})
    rules = {
        "items": [
            season(3, 40, percent=20),
            season(10, 12, weekdays=[5, 6], price=tenge(45000), min_nights=3, closed_to_arrival=True),
            season(10, 12, closed_to_departure=True),
        ]
    }
    reply = world.caller.call("PUT", path, rules)
    group.reply("put", reply, 200)
    group.equal("as it was sent", reply.json, rules)
    read = world.caller.get(path)
    group.equal("read again", (read.json, read.headers["ETag"]), (rules, reply.headers["ETag"]))
    group.equal("the apartment's version", world.caller.get(f"/v1/apartments/{apartment['id']}").json["version"], 2)
    group.reply("not changed", world.caller.get(path, headers={"If-None-Match": read.headers["ETag"]}), 304)
    old = world.caller.call("PUT", path, rules, headers={"If-Match": '"1.x"'})
    group.reply("an old version", old, 412, "version_mismatch")
    dry = world.caller.call("PUT", path + "?dry_run=true", {"items": []})
    group.reply("a dry run", dry, 200)
    group.equal("its result", dry.json, {"would": {"items": []}})
    group.equal("nothing is stored", world.caller.get(path).json, rules)
    body = season(1, 2, percent=10, price=tenge(1))
    reply = world.caller.call("PUT", path, {"items": [body, season(2, 2), season(1, 2, percent=501)]})
    wanted = [
        ("items/0/percent", "contradiction"),
        ("items/0/price", "contradiction"),
        ("items/1/to", "bad_range"),
        ("items/2/percent", "out_of_range"),
    ]
    group.reply("contradictions and bounds, each of them", reply, 422, "invalid", wanted)
    reply = world.caller.call("PUT", path, {"items": [season(1, 2, percent=501)]})
    group.reply("out of bounds", reply, 422, "out_of_range", ["items/0/percent"])
    many = {"items": [season(1, 2, percent=1)] * 201}
    group.reply("201 rules", world.caller.call("PUT", path, many), 422, "too_many", ["items"])
    group.reply("200 rules", world.caller.call("PUT", path, {"items": many["items"][:200]}), 200)


def applied(world, group):
    apartment = world.make_apartment(base_price=tenge(20000))
    path = f"/v1/apartments/{apartment['id']}"
    rules = {"items": [season(20, 22, percent=25), season(21, 22, min_nights=2), season(22, 23, closed_to_departure=True)]}
    group.reply("put", world.caller.call("PUT", path + "/rates", rules), 200)
    days = world.caller.get(f"{path}/calendar?from={day(19)}&to={day(24)}").json["days"]
    group.equal("prices", [one["price"]["amount"] for one in days], [2000000, 2500000, 2500000, 2000000, 2000000])
    group.equal("minimum", [one["min_nights"] for one in days], [1, 1, 2, 1, 1])
    group.equal("reasons", [one["reasons"] for one in days], [[], [], [], ["closed_to_departure"], []])
    asked = {"apartment_ids": [apartment["id"]], "check_in": day(20), "check_out": day(23), "guests": 1}
    item = world.caller.post("/v1/availability", asked).json["items"][0]
    group.equal("at once", item, {"id": apartment["id"], "bookable": True, "total": tenge(70000), "reasons": []})
    stay = {**asked, "apartment_id": apartment["id"], "guest": {"name": "A"}}
    del stay["apartment_ids"]
    booked = world.caller.post("/v1/bookings?dry_run=true", stay)
    group.reply("booked", booked, 200)
    lines = booked.json["would"]["lines"]
    group.equal("kinds", [line["kind"] for line in lines], ["season", "season", "night"])
    group.equal("total", booked.json["would"]["total"], tenge(70000))
    for check_in, check_out, code in ((20, 22, "closed_to_departure"), (21, 22, "closed_to_departure")):
        stay.update(check_in=day(check_in), check_out=day(check_out))
        reply = world.caller.post("/v1/bookings?dry_run=true", stay)
        group.reply(f"{check_in} to {check_out}", reply, 422)
        listed = [one["code"] for one in reply.json["errors"]]
        group.expect(code in listed, f"{check_in} to {check_out}: {listed}")
        asked.update(check_in=day(check_in), check_out=day(check_out))
        item = world.caller.post("/v1/availability", asked).json["items"][0]
        group.equal(f"{check_in} to {check_out} at once", (item["bookable"], item["reasons"]), (False, listed))


def availability(world, group):
    body = {"apartment_ids": [world.apartment], "check_in": day(30), "check_out": day(31), "guests": 1}
    once = world.caller.post("/v1/availability", body, headers={"Idempotency-Key": "availability"})
    group.reply("with a key", once, 200)
    other = world.caller.post("/v1/availability", {**body, "guests": 2}, headers={"Idempotency-Key": "availability"})
    group.reply("the key is ignored", other, 200)
    five = world.caller.post("/v1/availability", {**body, "apartment_ids": [world.apartment] * 500})
    group.reply("500", five, 200)
    group.equal("one item each", len(five.json["items"]), 500)
    more = world.caller.post("/v1/availability", {**body, "apartment_ids": [world.apartment] * 501})
    group.reply("501", more, 422, "too_many", ["apartment_ids"])
    group.reply("none", world.caller.post("/v1/availability", {**body, "apartment_ids": []}), 422, "too_short")
    group.reply("no night", world.caller.post("/v1/availability", {**body, "check_out": day(30)}), 422, "bad_range")


GROUPS = [
    ("rates: written", written),
    ("rates: applied", applied),
    ("rates: availability of many apartments", availability),
]
