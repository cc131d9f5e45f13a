# SPDX-License-Identifier: MIT
"""Lists of a city's flats, 20 and 100 a page, compared with other programs that return the same fields of the same rows."""
import json

import measure
import npm
from captured import as_pgbench, capture
from sections import OURS, SECONDS, bar, calls_per_request, fastify, served, stop_services, wrk_command
from stand import Client, full, report

CITIES = ("almaty", "astana", "shymkent", "taldykorgan", "karaganda")
# Flats a page: at least so many times as fast as Fastify, and Directus.
PAGES = {20: (3.0, 20), 100: (2.0, 8)}
# Columns of apartment that a list shows.
FIELDS = ("id", "code", "owner_id", "title_ru", "title_kz", "title_en", "city", "district", "address", "lat", "lon", "rooms",
          "max_guests", "included_guests", "amenities", "photos", "base_price", "weekend_price", "extra_guest_fee",
          "cleaning_fee", "prepayment_percent", "min_nights", "max_nights", "check_in_time", "check_out_time", "buffer_days",
          "advance_notice_hours", "booking_window_days", "instant_book", "cancellation_policy", "timezone", "is_active",
          "version", "created_at", "updated_at")


def path(city, limit):
    return f"/v1/apartments?city={city}&limit={limit}"


def requests(paths, headers="headers"):
    """A wrk script's body: one of these paths at random, formatted beforehand."""
    return f"""local paths, requests = {{{", ".join(f'"{one}"' for one in paths)}}}, {{}}
init = function()
  for n, path in ipairs(paths) do requests[n] = wrk.format("GET", path, {headers}) end
end
request = function() return requests[math.random(#requests)] end"""


def same_flats(ours, theirs, what):
    """A peer must return the same flats."""
    wanted = [flat["id"] for flat in json.loads(ours)["items"]]
    assert wanted == [flat["id"] for flat in theirs], what


def with_fastify(bench, limit, ours, contestants, bars):
    try:
        port, peer = fastify(bench)
    except npm.Unavailable as why:
        report("skip", "bench/list: Fastify", why)
        return None
    same_flats(ours, Client(port, bench.key).get(path("almaty", limit)).json["items"], "Fastify")
    lua = bench.lua("list-fastify.lua", requests([path(city, limit) for city in CITIES]))
    contestants["Fastify + pg"] = lambda: bench.meter.run(measure.wrk(port, lua, SECONDS), peer.pid)
    bars.append((OURS, "Fastify + pg", PAGES[limit][0]))
    return peer


def with_directus(bench, limit, ours, contestants, bars):
    if not full():
        return None
    import directus
    try:
        peer = directus.Directus(bench).__enter__()
    except directus.installed.Unavailable as why:
        report("skip", "bench/list: Directus", why)
        return None
    where = (f"/items/apartment?limit={limit}&sort=-id&filter[is_active][_eq]=true&fields={','.join(FIELDS)}"
             "&filter[city][_eq]=")
    same_flats(ours, peer.items(where + "almaty"), "Directus")
    headers = f'{{["Authorization"] = "Bearer {directus.TOKEN}"}}'
    lua = bench.lua("list-directus.lua", requests([where.replace("[", "%5B").replace("]", "%5D") + city for city in CITIES], headers))
    contestants["Directus"] = lambda: bench.meter.run(measure.wrk(peer.port, lua, SECONDS), peer.process.pid)
    bars.append((OURS, "Directus", PAGES[limit][1]))
    return peer


def list_of(bench, limit):
    section = f"list of {limit} flats"
    request = lambda service: Client(service.port, bench.key).get(path("almaty", limit))
    statements = capture(bench.stand, request, bench.settle)
    script, options = as_pgbench(statements, {**bench.fixed(), "almaty": f"(ARRAY{list(CITIES)})[:c]"}, "\\set c random(1, 5)")
    script = bench.file("list.sql", script)
    contestants, service, lua = served(bench, "list.lua", requests([path(city, limit) for city in CITIES]))
    contestants["pgbench"] = lambda: bench.meter.run(measure.pgbench(bench.url, script, SECONDS, options=options))
    ours, bars = request(service).body, []
    peer = cms = None
    try:
        peer = with_fastify(bench, limit, ours, contestants, bars)
        cms = with_directus(bench, limit, ours, contestants, bars)
        bench.compare(section, contestants, bars)
        bench.rows.append((section, "answer", f"{len(ours)} bytes"))
        bar(bench, f"RSS after {section}", service.status("VmRSS") / 1024, 32, "MB", section)
        if cms:
            bench.rows.append((section, "RSS of Directus", f"{cms.memory_mb():.0f} MB"))
        calls_per_request(bench, section, OURS, service, wrk_command(service, lua))
    finally:
        if cms:
            cms.__exit__()
        if peer:
            peer.kill()
            peer.wait()
        stop_services(bench)


def lists(bench):
    for limit in PAGES:
        list_of(bench, limit)


SECTIONS = {"list": lists}
