# SPDX-License-Identifier: MIT
"""Rides: searches of trips and orders of seats compared with pgbench that sends the same SQL, and
what rides cost bookings. All figures: tests/bench/run --full ride-search ride-order ride-cost"""
import contextlib
import os
import re
import statistics

import measure
import sections
from captured import as_pgbench, capture
from ids import FLAT_LUA, flat_id, flat_sql
from lists import requests
from ride_load import PLACES
from sections import GUEST, OURS, SECONDS, bar, day, fresh_run, served, unbook
from stand import ROOT, Client, full

RIDES = {"RIDES_ENABLED": "true"}
PGBENCH, WITHOUT = "pgbench, one by one", "booking-api without rides"
# Even with FEW trips an answer has all of its 20. A trip of 3 stops has 3 rows in trip_leg.
TRIPS, FEW = 1000000 if full() else 20000, 10000
DAYS, FIRST_DAY, STOPS = 40, 2, 3
PATHS = [f"/v1/trips?from={place}&to={PLACES[(n + way) % len(PLACES)]}&date={day(FIRST_DAY + d)}"
         for d in range(DAYS) for n, place in enumerate(PLACES) for way in range(1, STOPS)]


def fill(stand, trips):
    """Creates the trips, once; needs an existing key."""
    if stand.sql("SELECT EXISTS (SELECT FROM ride.trip)") == "f":
        given = {"tenant": stand.sql("SELECT id FROM api.tenant WHERE name = 'demo'"), "days": DAYS,
                 "trips": trips, "first": day(FIRST_DAY), "stops": STOPS, "routes": len(PLACES),
                 "places": f"{{{','.join(PLACES * 2)}}}"}
        stand._psql(stand.url("postgres"), *(f"-v{name}={value}" for name, value in given.items()),
                    "-f", os.path.join(ROOT, "tests/bench/trips.sql"))


def same_searches(bench):
    """A search's SQL with a random day and pair, for pgbench."""
    def request(service):
        reply = Client(service.port, bench.key).get(PATHS[0])
        assert reply.status == 200 and len(reply.json["items"]) == 20, reply.body
    statements = capture(bench.stand, request, bench.settle, **RIDES)
    statement = next(one for one in statements if "trip_search" in one.sql)
    begins, ends = (statement.values[n] for n, kind in enumerate(statement.types, 1)
                    if kind == "timestamptz")
    places, later = f"(ARRAY{list(PLACES)})", ":d::int * interval '24 hours'"
    known = {**bench.fixed(), PLACES[0]: f"{places}[:f::int]", PLACES[1]: f"{places}[:t::int]",
             begins: f"(:begins::timestamptz + {later})", ends: f"(:ends::timestamptz + {later})"}
    script, options = as_pgbench([statement], known, f"""\\set d random(0, {DAYS - 1})
\\set f random(1, {len(PLACES)})
\\set t 1 + (:f - 1 + random(1, {STOPS - 1})) % {len(PLACES)}""")
    options += ["-D", f"begins={begins}", "-D", f"ends={ends}"]
    return measure.pgbench(bench.url, bench.file("trips.sql", script), SECONDS, options=options)


def search(bench):
    """By pair and day; in the long form also compared with a hundredth of the trips."""
    few, bars = f"booking-api, {FEW:,} trips", [(OURS, "pgbench", 1.0)]
    for _, build in bench.builds():
        fill(build.stand, TRIPS)
    pgbench = same_searches(bench)
    with contextlib.ExitStack() as stack:
        stack.callback(sections.stop_services, bench)
        contestants, _, _ = served(bench, "trips.lua", requests(PATHS), **RIDES)
        contestants["pgbench"] = lambda: bench.meter.run(pgbench)
        if full():
            small = stack.enter_context(sections.Bench(
                make_stand=lambda: sections.stand_of(ROOT, bench.stand, "tapbot_few"), flats=0))
            fill(small.stand, FEW)
            contestants[few] = served(small, "trips.lua", requests(PATHS), **RIDES)[0][OURS]
            bars.append((OURS, few, 0.8))
        bench.compare(f"search of {TRIPS:,} trips", contestants, bars)


SHARED = flat_id(TRIPS)  # the trip of the captured order, and of all orders where they share one
ORDER = f"""{{"trip_id": "TRIP", "from_stop": 0, "to_stop": {STOPS - 1},
 "passenger": {{"name": "Айгуль", "telegram_id": 77777}}}}"""
# With it the row of a trip's load is updated as ever but remains 0, so that a trip is never full.
ENDLESS = """CREATE FUNCTION ride.takes_no_seat() RETURNS trigger LANGUAGE plpgsql AS
 $$ BEGIN NEW.seat_load := 0; RETURN NEW; END $$; CREATE TRIGGER takes_no_seat
 BEFORE INSERT ON ride.ride FOR EACH ROW EXECUTE FUNCTION ride.takes_no_seat()"""
UPDATE = f"UPDATE ride.trip_load SET next_expiry = now() WHERE trip_id = '{SHARED}';"


def unride(bench):
    """Removes all bookings and rides, so that runs do not slow down each other."""
    unbook(bench)
    for statement in ("TRUNCATE ride.ride CASCADE", "UPDATE ride.trip_load SET next_expiry = NULL,"
                      " seat_load = array_fill(0::smallint, ARRAY[segments])"
                      " WHERE next_expiry IS NOT NULL", "VACUUM ride.trip_load"):
        bench.stand.sql(statement)


def ride_run(bench, trip):
    """A run of a build; `trip` is the number of the trip of order `i`, in Lua."""
    lua = bench.lua("ride.lua", f"""local run = os.getenv("BENCH_RUN")
headers["Content-Type"] = "application/json"
local body = [[{ORDER}]]
{FLAT_LUA}
request = function()
  i = i + 1
  headers["Idempotency-Key"] = run .. "-" .. i
  local text = body:gsub("77777", tostring(100000000 + i)):gsub("TRIP", flat({trip}))
  return wrk.format("POST", "/v1/rides", headers, text)
end""")
    return fresh_run(bench, lua, unride, **RIDES)


def pgbench_run(bench, name, script, options=()):
    pgbench = measure.pgbench(bench.url, bench.file(name, script), SECONDS, options=options)

    def run():
        unride(bench)
        return bench.meter.run(pgbench)
    return run


def same_orders(bench, name, trip):
    """An order's SQL as a run of pgbench; `trip` is the number of the trip, in SQL."""
    known = {**bench.fixed(), SHARED: flat_sql(trip), str(GUEST): ":u", "bench-ride": "'k' || :u",
             flat_id(1 + (TRIPS - 1) // DAYS): flat_sql(f"1 + ({trip} - 1) / {DAYS}")}  # the driver

    def request(service):
        body = ORDER.replace("77777", str(GUEST)).replace("TRIP", SHARED)
        reply = Client(service.port, bench.key).post("/v1/rides", body,
                                                     headers={"Idempotency-Key": "bench-ride"})
        assert reply.status == 201, reply.body
        known[reply.json["code"]] = "'R' || :u"
    unride(bench)
    statements = capture(bench.stand, request, bench.settle, **RIDES)
    for value in {value for one in statements for value in one.values.values() if value}:
        if re.fullmatch(r"-?\d{15,20}", value):  # locks depend on the passenger and the key
            known[value] = ":u"
        elif re.fullmatch(r"\d{4}-\d\d-\d\d [\d:.]+\+00", value):  # the end of the hold
            known[value] = "(now() + interval '10 minutes')"
    script, options = as_pgbench(statements, known, f"""\\set i :i + 1
\\set n 1 + :client_id + 64 * (:i % {TRIPS // 64 - 1})
\\set u random(1, 999999999999)""")
    return pgbench_run(bench, name, script, [*options, "-D", "i=0"])


def orders(bench):
    """Of many trips, with bookings beside them; then by 64 clients that wait for one trip, with a
    bare UPDATE of its row beside them, which has no bar."""
    builds, beside = bench.builds(), "bookings: "
    for _, build in builds:
        fill(build.stand, TRIPS)
        sections.open_window(build)
    try:
        contestants = {name: ride_run(build, f"1 + i % {TRIPS - 10}") for name, build in builds}
        contestants[PGBENCH] = same_orders(bench, "rides.sql", ":n")
        contestants |= {beside + n: run for n, run in sections.booking_contestants(bench).items()}
        bench.compare("POST ride", contestants, [(OURS, PGBENCH, 1.15),
                                                 (beside + OURS, beside + PGBENCH, 0.80)])
        for _, build in builds:
            build.stand.sql(ENDLESS)
        contestants = {name: ride_run(build, str(TRIPS)) for name, build in builds}
        contestants[PGBENCH] = same_orders(bench, "shared.sql", str(TRIPS))
        contestants["pgbench, UPDATE alone"] = pgbench_run(bench, "row.sql", UPDATE)
        bench.compare("POST ride, one trip", contestants, [(OURS, PGBENCH, 1.0)])
    finally:
        for _, build in builds:
            build.stand.sql("DROP FUNCTION IF EXISTS ride.takes_no_seat CASCADE")
            unride(build)


def read_run(bench, look, **environment):
    path = sections.SPREAD.replace("PREFIX", '"/v1/apartments/"').replace("SUFFIX", '""')
    return fresh_run(bench, bench.lua("read.lua", path), unbook, look, **environment)


def cost(bench):
    """An instance with rides and one without, and with --beside the other build, which may be older
    than rides. Only one runs at a time, so that all connections of its role are its own."""
    count = f"SELECT count(*) FROM pg_stat_activity WHERE usename = '{bench.stand.main.role}'"
    for _, build in bench.builds():
        sections.open_window(build)
    for section, run_of in (("read by id, with rides", read_run),
                            ("POST booking, with rides", sections.booking_run)):
        seen = {WITHOUT: [], **{name: [] for name, _ in bench.builds()}}

        def look(name, seen=seen):
            return lambda service: seen[name].append((service.status("VmRSS") / 1024,
                                                      int(bench.stand.sql(count))))
        contestants = {name: run_of(build, look(name), **RIDES) for name, build in bench.builds()}
        contestants[WITHOUT] = run_of(bench, look(WITHOUT))
        bench.compare_builds(section, contestants, bench.compare(section, contestants, []), WITHOUT)
        middle = {name: [*map(statistics.median, zip(*rows))] for name, rows in seen.items()}
        for name, (rss, held) in middle.items():
            bench.rows.append((section, name, f"RSS {rss:.1f} MB, {held:.0f} connections"))
        more, held = (ours - other for ours, other in zip(middle[OURS], middle[WITHOUT]))
        bar(bench, f"RSS more: {section}", more, 2, "MB", section)
        bar(bench, f"connections more: {section}", held, 0, "connections", section)
    for _, build in bench.builds():
        unbook(build)


SECTIONS = {"ride-search": search, "ride-order": orders, "ride-cost": cost}
