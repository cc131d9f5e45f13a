# SPDX-License-Identifier: MIT
"""The demo data of rides, through the API."""

import os
import re

from bookings import drain
from check import Caller, day, tenge
from isolation import CLOSURE
from stand import ROOT

STATUSES = ("confirmed", "held", "payment_claimed", "requested", "declined", "cancelled", "completed", "open")


def items(world, path):
    reply = world.caller.get(path)
    assert reply.status == 200, reply.body
    return reply.json["items"]


def demo(world, group):
    """The loaded data is found and passes the self-check; loading it again changes nothing."""
    world.stand.load("booking-api/rides")
    count = "SELECT count(*), sum(version) FROM ride.ride"
    loaded = world.stand.sql(count)
    world.stand.load("booking-api/rides")
    group.equal("loaded again", world.stand.sql(count), loaded)
    group.equal("events whose id is no UUIDv7", world.stand.sql("SELECT count(*) FROM booking.outbox WHERE substr(event_id::text, 15, 1) <> '7'"), "0")
    for n in range(1, 7):
        leaving = items(world, f"/v1/trips?date={day(n)}&limit=100")
        group.expect(len(leaving) >= 40, f"in {n} days {len(leaving)} trips")
    routes = {(trip["stops"][0]["place"], trip["stops"][-1]["place"]) for n in (2, 3) for trip in items(world, f"/v1/trips?date={day(n)}&limit=100")}
    group.equal("routes, in both directions", len(routes), 24)
    group.expect(items(world, f"/v1/trips?from=almaty&to=taldykorgan&date={day(3)}"), "a seat from Almaty to Taldykorgan")
    prices = {size: [found["price"]["amount"] for found in items(world, f"/v1/trips?from=almaty&to=taldykorgan&date={day(3)}&kind=parcel&size={size}")]
              for size in ("small", "medium", "large")}
    group.expect(prices["small"] and not prices["large"] and min(prices["medium"]) > max(prices["small"]), f"prices of parcels {prices}")
    codes = world.stand.rows("SELECT delivery_code ~ '^[0-9]{6}$' AS valid FROM ride.ride WHERE kind = 'parcel'")
    group.expect(codes and all(code["valid"] for code in codes), f"delivery codes of six digits {codes[:3]}")
    for status in STATUSES:
        group.expect(items(world, f"/v1/rides?status={status}&limit=1"), f"a ride that is {status}")
    open_rides = items(world, "/v1/rides?status=open&limit=100")
    offers = [offer for ride in open_rides if not ride.get("trip_id") for offer in items(world, f"/v1/rides/{ride['id']}/offers")]
    group.expect(len(offers) >= 5, f"{len(offers)} offers")
    suited = [driver for ride in open_rides for driver in items(world, f"/v1/drivers?fits_ride={ride['id']}")]
    group.expect(suited and {driver["status"] for driver in suited} == {"active"}, f"{len(suited)} drivers whom open rides suit")
    taken = items(world, "/v1/rides?status=confirmed&limit=1")[0]["id"]
    group.equal("drivers whom a confirmed ride suits", items(world, f"/v1/drivers?fits_ride={taken}"), [])
    group.equal("no id", world.caller.get("/v1/drivers?fits_ride=7").status, 422)
    for check in world.caller.get("/v1/selfcheck").json["checks"]:
        if check["name"].startswith(("ride", "trip", "offer")):
            group.equal(check["name"], check["count"], 0)


def contacts(world, group):
    """Passenger and driver see contacts of a completed ride for RIDES_CONTACT_LINGER."""
    world.stand.load("booking-api/rides")
    ride, passenger = world.stand.sql("SELECT id, passenger_telegram_id FROM ride.ride WHERE status = 'completed' LIMIT 1").split("|")
    world.stand.sql(f"UPDATE ride.ride SET ended_at = now() - interval '2 hours' WHERE id = '{ride}'")
    for linger, visible in (("1h", False), ("3h", True)):
        service = world.stand.service(RIDES_CONTACT_LINGER=linger, BOOKING_SWEEP_INTERVAL="10m", **world.needed)
        shown = Caller(world, world.key, service.port).acting(f"guest:{passenger}").get(f"/v1/rides/{ride}").json
        group.equal(f"the driver's phone, {linger}", shown["driver"]["phone"] is not None, visible)
        service.kill()


def offers(world, group):
    """Actions on offers have no fields."""
    world.stand.load("booking-api/rides")
    waiting = [ride["id"] for ride in items(world, "/v1/rides?status=open&limit=100") if not ride.get("trip_id")]
    ride, offer = next((ride, offer["id"]) for ride in waiting for offer in items(world, f"/v1/rides/{ride}/offers"))
    for action in ("accept", "reject", "withdraw"):
        path = f"/v1/rides/{ride}/offers/{offer}/{action}"
        group.reply(action, world.caller.post(path, {"price": 1}), 422, "unknown_field")


def full(world, group):
    """An order for more seats than a trip has: the answer lists the full segments and other trips of the day."""
    stops = [{"place": "taraz", "at": day(30) + "T05:00:00Z"}, {"place": "shymkent", "at": day(30) + "T08:00:00Z"}]
    trips = []
    for seats in (1, 3):
        driver = world.make("/v1/drivers", {"name": "Сакен", "phone": f"+7701000010{seats}"})["id"]
        body = {**world.trip_body(driver, world.let_drive(driver)), "stops": stops, "seats": seats}
        trips.append(world.make("/v1/trips", body)["id"])
    passenger = {"name": "Айгуль", "telegram_id": next(world.guests)}
    order = {"trip_id": trips[0], "from_stop": 0, "to_stop": 1, "seats": 2, "passenger": passenger}
    reply = world.caller.post("/v1/rides", order)
    if group.reply("more seats than are free", reply, 409, "seats_taken"):
        group.equal("the full segment", reply.json["segments"], [{"from_stop": 0, "to_stop": 1, "free": 1}])
        group.equal("another trip", [one["trip_id"] for one in reply.json["alternatives"]], trips[1:])
        group.equal("as described", world.operations.schema.faults(reply.json, {"$ref": "#/components/schemas/Problem"}), [])
    reply = world.caller.post("/v1/rides", {**order, "seats": 1, "expected_total": tenge(1)})
    if group.reply("another total", reply, 409, "total_changed"):
        group.equal("the total", reply.json["total"], tenge(2000))


def unpaid(world, group):
    """Both descriptions of too_many_unpaid name the limit of the sources."""
    with open(os.path.join(ROOT, "services/booking-api/rides/src/rides/ride.h"), encoding="utf-8") as header:
        most = re.search(r"RIDE_UNPAID_MAX = (\d+)", header.read())[1]
    for text in (world.operations.codes["too_many_unpaid"], world.operations.all["POST", "/v1/rides"]["description"]):
        group.expect(f"{most} confirmed rides ahead" in text, f"the limit is {most}: {text}")


def epoch(world, group):
    """The first instant of 1970 is a time like every other."""
    first = "1970-01-01T00:00:00Z"
    group.reply("trips of all times", world.caller.get(f"/v1/trips?depart_from={first}&depart_to={day(60)}T00:00:00Z"), 200)
    one_time = world.caller.get(f"/v1/trips?depart_from={first}")
    group.reply("a window without its end", one_time, 422, "one_of_two", ["date"])
    group.reply("a road closed for decades", world.caller.post("/v1/closures", {**CLOSURE, "from": first}), 422, "bad_range", ["until"])
    missing = {name: value for name, value in CLOSURE.items() if name != "from"}
    group.reply("a closure without a beginning", world.caller.post("/v1/closures", missing), 422, "required", ["from"])


def times(world, group):
    """The code of a time that is none is described with the form that the answer names."""
    reply = world.caller.post("/v1/closures", {**CLOSURE, "from": day(30)})
    if group.reply("a date instead of a time", reply, 422, "bad_time", ["from"]):
        form = reply.json["errors"][0]["detail"].split()[-1]
        described = world.operations.codes["bad_time"]
        group.expect(form in described, f"bad_time does not name {form}: {described}")


def histories(world, group):
    """A history without limit has all its steps."""
    resolve = world.operations.schema.resolve
    for (_, path), operation in sorted(world.operations.all.items()):
        for one in map(resolve, operation.get("parameters", [])):
            if path.endswith("/history") and one["name"] == "limit":
                group.expect("default" not in one["schema"], f"{path}: the limit has a default")


def events(world, group):
    """Events of rides are for keys with ride:read."""
    of_rides = {"ride", "trip", "offer", "sos", "complaint"}
    world.stand.sql("INSERT INTO booking.outbox (event_id, type, source, sequence, resource_type, resource_id, resource_version, tenant_id, data)"
                    " SELECT gen_random_uuid(), 'test', 'test', 1, type, gen_random_uuid(), 1, id, '{}'"
                    f" FROM api.tenant, unnest('{{booking,{','.join(of_rides)}}}'::text[]) type WHERE name = 'demo'")
    for scopes, wanted in (("booking:read", set()), ("booking:read,ride:read", of_rides)):
        found = drain(world, None, world.key_of(scopes=scopes))[0]
        group.equal(f"with {scopes}", {one["resource"]["type"] for one in found if one["type"] == "test"}, {"booking", *wanted})
    world.stand.sql("DELETE FROM booking.outbox WHERE type = 'test'")


def described_events(world, group):
    """Event describes each type and resource that the groups before have caused, and the members of data; those of an apartment are the
    apartment's."""
    event = world.operations.document["components"]["schemas"]["Event"]["properties"]
    types = re.findall(r"[a-z_]+\.[a-z_]+", event["type"]["description"])
    resources = re.findall(r"[a-z_]+", event["resource"]["properties"]["type"].get("description", ""))
    members = re.findall(r"[a-z_]+", event["data"]["description"])
    for one in world.stand.rows("SELECT DISTINCT type, resource_type, jsonb_object_keys(data) AS member FROM booking.outbox"):
        group.expect(one["type"] in types, f"the type {one['type']} is not described")
        group.expect(one["resource_type"] in resources, f"the resource {one['resource_type']} is not described")
        described = one["resource_type"] == "apartment" or one["member"] in members
        group.expect(described, f"{one['member']} of {one['type']} is not described")


# Events of steps whose "step" is not that of the history. An erasure removes reasons from histories.
OTHER_STEPS = """SELECT o.type, o.data ->> 'step' AS step, h.from_status, h.to_status, h.actor FROM booking.outbox o JOIN (
  SELECT booking_id AS id, version, from_status, to_status, actor, reason FROM booking.booking_history UNION ALL
  SELECT ride_id, version, from_status, to_status, actor, reason FROM ride.ride_history UNION ALL
  SELECT trip_id, version, from_status, to_status, actor, reason FROM ride.trip_history) h
 ON h.id = o.resource_id AND h.version = o.resource_version
 WHERE o.source = 'booking-api' AND o.type NOT IN ('ride.matched', 'trip.road_closed', 'ride.complaint', 'ride.sos', 'ride.sos_answered')
 AND (o.data -> 'step') - 'has_reason' || jsonb_build_object('has_reason', (o.data #> '{step,has_reason}')::boolean OR h.reason IS NOT NULL)
  IS DISTINCT FROM jsonb_build_object('from', h.from_status, 'to', h.to_status, 'actor', split_part(h.actor, ':', 1), 'has_reason',
   (o.data #> '{step,has_reason}')::boolean)"""
WERE_REQUESTED = """SELECT o.type, o.resource_id FROM booking.outbox o WHERE o.resource_type = 'booking' AND o.source = 'booking-api'
 AND (o.data ->> 'was_requested')::boolean IS DISTINCT FROM EXISTS (SELECT FROM booking.booking_history h
  WHERE h.booking_id = o.resource_id AND h.version < o.resource_version AND h.from_status = 'requested')"""


def told_steps(world, group):
    """The events that the groups before have caused tell the same steps as the histories."""
    group.equal("events with another step", world.stand.rows(OTHER_STEPS)[:5], [])
    group.equal("events with another was_requested", world.stand.rows(WERE_REQUESTED)[:5], [])


GROUPS = [
    ("rides: histories", histories),
    ("rides: events", events),
    ("rides: the demo", demo),
    ("rides: a full trip", full),
    ("rides: unpaid rides", unpaid),
    ("rides: the first instant of 1970", epoch),
    ("rides: times", times),
    ("rides: offers", offers),
    ("rides: contacts after a ride", contacts),
    ("events: described", described_events),
    ("events: steps", told_steps),
]
