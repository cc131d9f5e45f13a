# SPDX-License-Identifier: MIT
"""Pages return every row once, also while rows are added; a cursor is valid only for its own list."""

from check import day


def pages(world, path, limit, between=lambda: None):
    """Reads all items of a list, page by page; `between` runs after each page."""
    items, cursor, joint = [], None, "&" if "?" in path else "?"
    while True:
        reply = world.caller.get(f"{path}{joint}limit={limit}" + (f"&cursor={cursor}" if cursor else "")).json
        items += reply["items"]
        cursor = reply["next_cursor"]
        if cursor is None or len(items) > 1000:
            return items
        between()


def all_pages(world, group):
    apartment = world.make_apartment(booking_window_days=365)["id"]
    made = [world.book(apartment, first, 1)["id"] for first in range(1, 30)]
    newest = list(reversed(made))
    first = iter(range(40, 300, 2))

    def book():
        world.book(apartment, next(first), 1)

    path = f"/v1/bookings?apartment_id={apartment}"
    for limit in (1, 3, 7, 100):
        got = [one["id"] for one in pages(world, path, limit, book if limit > 1 else lambda: None)]
        group.equal(f"bookings by {limit}: each once", [one for one in got if one in made], newest)
        group.expect(len(got) == len(set(got)), f"bookings by {limit}: repeated")
    group.equal("default 20", len(world.caller.get(path).json["items"]), 20)
    group.equal("100 at most", len(world.caller.get(path + "&limit=100").json["items"]) <= 100, True)
    demo = {one["id"] for one in pages(world, "/v1/apartments", 100)}
    for query in (
        "",
        "sort=price",
        "sort=distance&near=43.24,76.91&radius_km=500",
        f"check_in={day(200)}&check_out={day(202)}",
        f"sort=price&check_in={day(200)}&check_out={day(202)}",
    ):
        whole = [one["id"] for one in pages(world, f"/v1/apartments?{query}", 100)]
        for limit in (1, 7):
            parts = [one["id"] for one in pages(world, f"/v1/apartments?{query}", limit)]
            group.equal(f"apartments {query} by {limit}", parts, whole)
    group.expect(len(demo) >= 60, f"{len(demo)} apartments of the demo")
    before = [one["id"] for one in pages(world, "/v1/apartments", 100)]
    got = [one["id"] for one in pages(world, "/v1/apartments", 10, world.make_apartment)]
    group.equal("apartments while others are added", [one for one in got if one in set(before)], before)
    group.expect(len(got) == len(set(got)), "apartments while others are added: repeated")
    cities = world.caller.get("/v1/cities").json
    group.equal("cities: all on one page", (len(cities["items"]), cities["next_cursor"]), (20, None))
    for limit in (1, 7, 10):
        group.equal(f"cities by {limit}", pages(world, "/v1/cities", limit), cities["items"])
    before = [one["id"] for one in pages(world, "/v1/owners", 100)]
    got = [one["id"] for one in pages(world, "/v1/owners", 3, lambda: world.make("/v1/owners", {"name": "Ещё"}))]
    group.equal("owners while others are added", [one for one in got if one in set(before)], before)
    group.expect(
        not any(one.keys() & {"description", "house_rules"} for one in world.caller.get("/v1/apartments").json["items"]),
        "items have a description or house rules",
    )
    one = world.caller.get(f"/v1/apartments/{apartment}").json
    item = next(each for each in pages(world, "/v1/apartments", 100) if each["id"] == apartment)
    group.equal(
        "items are complete resources, except for description and house rules",
        item,
        {name: value for name, value in one.items() if name not in ("description", "house_rules")},
    )
    listed = world.caller.get(path + "&limit=1").json["items"][0]
    group.equal("bookings, too", listed, world.caller.get(f"/v1/bookings/{listed['id']}").json)


def cursors(world, group):
    cursor = world.caller.get("/v1/apartments?limit=1").json["next_cursor"]
    apartment = world.make_apartment()["id"]
    for first in (10, 20):
        world.book(apartment, first)
    of_bookings = world.caller.get("/v1/bookings?limit=1").json["next_cursor"]
    rows = [
        ("garbage", "/v1/apartments?cursor=abc"),
        ("changed", f"/v1/apartments?cursor={cursor[:-2]}zz"),
        ("cut", f"/v1/apartments?cursor={cursor[:-4]}"),
        ("longer", f"/v1/apartments?cursor={cursor}AAAA"),
        ("other filters", f"/v1/apartments?city=almaty&cursor={cursor}"),
        ("another sort", f"/v1/apartments?sort=price&cursor={cursor}"),
        ("of another list", f"/v1/bookings?cursor={cursor}"),
        ("of another list", f"/v1/owners?cursor={cursor}"),
        ("of bookings", f"/v1/rides?cursor={of_bookings}"),
        ("owners' garbage", "/v1/owners?cursor=x"),
        ("bookings' garbage", "/v1/bookings?cursor=x"),
        ("spaces", "/v1/bookings?cursor=%20x%20"),
        ("not ASCII", "/v1/bookings?cursor=%D1%8F"),
    ]
    for why, path in rows:
        group.reply(why, world.caller.get(path), 422, "bad_cursor", ["cursor"])
    lists = ["apartments", "bookings", "owners", "cities", f"apartments/{world.apartment}/blocks"]
    for why, wrong in [("nothing", ""), ("blank", "%20"), ("a control character", "%07"), ("long", "A" * 4000)]:
        for path in lists:
            group.reply(f"{path}: {why}", world.caller.get(f"/v1/{path}?cursor={wrong}"), 422, "bad_cursor", ["cursor"])
        group.reply(f"events: {why}", world.caller.get(f"/v1/events?after={wrong}"), 422, "bad_cursor", ["after"])
    for why, after in [("events' garbage", "abc"), ("events, another list's", cursor)]:
        group.reply(why, world.caller.get(f"/v1/events?after={after}"), 422, "bad_cursor", ["after"])
    group.reply("another limit is fine", world.caller.get(f"/v1/apartments?limit=5&cursor={cursor}"), 200)
    guest = world.caller.acting("guest:1")
    group.expect(guest.get(f"/v1/apartments?cursor={cursor}").status in (200, 422), "another actor's cursor")


def large(world, group):
    """Stays of a year are 51 kB each: pages end before the answer is too large, and nothing is lost."""
    apartments = [world.make_apartment(max_nights=366, booking_window_days=730)["id"] for _ in range(24)]
    made = [world.book(apartment, 3, 366)["id"] for apartment in apartments]
    owner = world.make("/v1/owners", {"name": "Год"})["id"]
    for apartment in apartments:
        world.stand.sql(f"UPDATE booking.booking SET owner_id = '{owner}' WHERE apartment_id = '{apartment}'")
    path = f"/v1/bookings?owner_id={owner}"
    page = world.caller.get(path + "&limit=100")
    group.expect(len(page.body) < 1200000 and page.json["next_cursor"], f"{len(page.body)} bytes at once")
    group.equal("each once", [one["id"] for one in pages(world, path, 100)], list(reversed(made)))


GROUPS = [
    ("everywhere: lists", all_pages),
    ("everywhere: large pages", large),
    ("everywhere: cursors", cursors),
]
