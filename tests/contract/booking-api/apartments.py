# SPDX-License-Identifier: MIT
"""Apartments: creation, filters of the list, search by dates, calendars."""

import datetime
import re
import zoneinfo

from check import day, tenge, today

ALL_FIELDS = {
    "code": "AKT-777",
    "title": {"ru": "Квартира", "kz": "Пәтер", "en": "Apartment"},
    "description": {"ru": "Описание", "kz": "С", "en": "D"},
    "city": "aktau",
    "district": "7 мкр",
    "address": "д. 1",
    "address_kz": "1-үй",
    "address_en": "House 1",
    "location": {"lat": 43.65, "lon": 51.19},
    "rooms": 3,
    "max_guests": 5,
    "included_guests": 3,
    "amenities": ["tv", "wifi"],
    "photos": ["https://x.kz/1.jpg"],
    "base_price": tenge(20000),
    "weekend_price": tenge(25000),
    "extra_guest_fee": tenge(2000),
    "cleaning_fee": tenge(5000),
    "security_deposit": tenge(20000),
    "house_rules": {"ru": "Не курить", "kz": None, "en": "No smoking"},
    "prepayment_percent": 30,
    "min_nights": 2,
    "max_nights": 20,
    "check_in_time": "15:00",
    "check_out_time": "11:00",
    "buffer_days": 1,
    "advance_notice_hours": 3,
    "booking_window_days": 180,
    "instant_book": False,
    "cancellation_policy": "strict",
    "timezone": "Asia/Aqtau",
    "is_active": False,
    "check_in_info": {"ru": "Код 12#", "kz": None, "en": "Code 12#"},
    "check_in_info_hours": 48,
}
DEFAULTS = {
    "description": None,
    "district": None,
    "address": None,
    "location": None,
    "included_guests": 4,
    "amenities": [],
    "photos": [],
    "weekend_price": None,
    "extra_guest_fee": None,
    "cleaning_fee": None,
    "security_deposit": None,
    "house_rules": None,
    "prepayment_percent": 0,
    "min_nights": 1,
    "max_nights": 30,
    "check_in_time": "14:00",
    "check_out_time": "12:00",
    "buffer_days": 0,
    "advance_notice_hours": 0,
    "booking_window_days": 365,
    "instant_book": True,
    "cancellation_policy": "moderate",
    "timezone": "Asia/Almaty",
    "is_active": True,
    "check_in_info_hours": 24,
    "version": 1,
}


def creation(world, group):
    apartment = world.make_apartment(**ALL_FIELDS)
    for name, value in ALL_FIELDS.items():
        group.equal(f"{name} is stored", apartment[name], value)
    group.equal("read again", world.caller.get(f"/v1/apartments/{apartment['id']}").json, apartment)
    plain = world.make_apartment()
    for name, value in DEFAULTS.items():
        group.equal(f"{name} by default", plain[name], value)
    group.expect(plain["code"] and plain["code"] != world.make_apartment()["code"], "a code is made if absent")
    group.reply(
        "a code twice", world.caller.post("/v1/apartments", world.apartment_body(code="AKT-777")), 409, "code_taken"
    )
    for name in ("owner_id", "title", "city", "rooms", "max_guests", "base_price"):
        group.reply(
            f"{name} is required",
            world.caller.post("/v1/apartments", world.apartment_body(**{name: ...})),
            422,
            "required",
            [name if name != "title" else ("title", "required")],
        )
    group.expect(apartment["id"][14] == "7", f"ids are UUIDv7: {apartment['id']}")
    reply = world.caller.call("PATCH", f"/v1/apartments/{apartment['id']}", {"is_active": True, "city": "Ақтау"})
    group.equal("patched", (reply.json["version"], reply.json["is_active"], reply.json["city"]), (2, True, "aktau"))
    group.equal("seen at once", world.caller.get(f"/v1/apartments/{apartment['id']}").json, reply.json)
    apartment = world.make_apartment(max_guests=4)["id"]
    for body, shown in [({"max_guests": 2}, 2), ({"max_guests": 6}, 6), ({"included_guests": 5}, 5), ({"max_guests": 7}, 5),
                        ({"included_guests": None}, 7), ({"max_guests": 3}, 3)]:
        reply = world.caller.call("PATCH", f"/v1/apartments/{apartment}", body)
        group.equal(f"included_guests after {body}", reply.json.get("included_guests"), shown)


def create_catalogue(world):
    """Creates apartments in a city that has no others; returns them by letter."""
    other = world.make("/v1/owners", {"name": "Другой"})["id"]
    common = {"city": "zhezkazgan"}
    return {
        letter: world.make_apartment(**common, **fields)
        for letter, fields in {
            "a": dict(
                rooms=1,
                max_guests=2,
                base_price=tenge(10000),
                district="Центр",
                amenities=["wifi"],
                location={"lat": 47.78, "lon": 67.70},
                title={"ru": "Студия у вокзала"},
                cleaning_fee=tenge(6000),
            ),
            "b": dict(
                rooms=2,
                max_guests=4,
                base_price=tenge(20000),
                weekend_price=tenge(30000),
                amenities=["wifi", "tv"],
                location={"lat": 47.80, "lon": 67.70},
                title={"ru": "Светлая", "en": "Bright"},
                address="ул. Сатпаева, 5",
            ),
            "c": dict(
                rooms=3, max_guests=6, base_price=tenge(30000), is_active=False, location={"lat": 47.79, "lon": 67.70}
            ),
            "d": dict(
                rooms=2,
                max_guests=3,
                included_guests=1,
                extra_guest_fee=tenge(1000),
                base_price=tenge(15000),
                location={"lat": 48.2, "lon": 67.70},
                min_nights=3,
                buffer_days=1,
                district="центр",
            ),
            "e": dict(
                rooms=5,
                max_guests=8,
                base_price=tenge(50000),
                owner_id=other,
                booking_window_days=30,
                title={"ru": "100% уют_дом"},
            ),
        }.items()
    }


def letters(world, apartments, query):
    reply = world.caller.get(f"/v1/apartments?{query}&limit=100")
    if reply.status != 200:
        return f"{reply.status} {reply.body[:200]!r}"
    by_id = {apartment["id"]: letter for letter, apartment in apartments.items()}
    return "".join(by_id[one["id"]] for one in reply.json["items"] if one["id"] in by_id)


def filters(world, group):
    apartments, city, near = create_catalogue(world), "city=zhezkazgan", "near=47.78,67.70"
    other = apartments["e"]["owner_id"]
    for why, query, wanted in [
        ("newest first, active", city, "edba"),
        ("in Russian", "city=%D0%96%D0%B5%D0%B7%D0%BA%D0%B0%D0%B7%D0%B3%D0%B0%D0%BD", "edba"),
        ("in Kazakh", "city=%D0%96%D0%B5%D0%B7%D2%9B%D0%B0%D0%B7%D2%93%D0%B0%D0%BD", "edba"),
        ("in English", "city=Zhezkazgan", "edba"),
        ("another city", "city=taraz", ""),
        ("district", city + "&district=%D0%A6%D0%B5%D0%BD%D1%82%D1%80", "da"),
        ("guests", city + "&guests=4", "eb"),
        ("more guests than anywhere", city + "&guests=9", ""),
        ("rooms", city + "&rooms=2", "db"),
        ("several rooms", city + "&rooms=1,5", "ea"),
        ("min_price", city + "&min_price=2000000", "eb"),
        ("max_price", city + "&max_price=1500000", "da"),
        ("both", city + "&min_price=1500000&max_price=2000000", "db"),
        ("one amenity", city + "&amenities=wifi", "ba"),
        ("both amenities", city + "&amenities=wifi,tv", "b"),
        ("an unused amenity", city + "&amenities=pool", ""),
        ("near, 10 km by default", near, "ba"),
        ("radius_km", near + "&radius_km=100", "dba"),
        ("radius 1", near + "&radius_km=1", "a"),
        ("q", city + "&q=%D0%B2%D0%BE%D0%BA%D0%B7%D0%B0%D0%BB", "a"),
        ("q, upper case", city + "&q=%D0%A1%D0%92%D0%95%D0%A2%D0%9B%D0%90%D0%AF", "b"),
        ("q in English", city + "&q=bright", "b"),
        ("q of an address", city + "&q=%D1%81%D0%B0%D1%82%D0%BF%D0%B0%D0%B5%D0%B2%D0%B0", "b"),
        ("q with %", city + "&q=100%25", "e"),
        ("q is not a pattern", city + "&q=1%25%25%25", ""),
        ("q with _", city + "&q=_", "e"),
        ("q by code", f"q={apartments['a']['code']}", "a"),
        ("by code", f"code={apartments['a']['code']}", "a"),
        ("by code, on dates", f"code={apartments['a']['code']}&check_in={day(5)}&check_out={day(7)}&sort=price", "a"),
        ("by code in lower case", f"code={apartments['a']['code'].lower()}", "a"),
        ("by code, inactive", f"code={apartments['c']['code']}", ""),
        ("by an unknown code", "code=NOBODY", ""),
        ("inactive", city + "&is_active=false", "c"),
        ("all", city + "&is_active=all", "edcba"),
        ("of an owner", f"owner_id={other}", "e"),
        ("sort=price", city + "&sort=price", "adbe"),
        ("sort=newest", city + "&sort=newest", "edba"),
        ("sort=distance", near + "&radius_km=100&sort=distance", "abd"),
        ("near and a city", city + "&" + near + "&rooms=2&radius_km=100", "db"),
    ]:
        group.equal(why, letters(world, apartments, query), wanted)
    item = next(
        one for one in world.caller.get(f"/v1/apartments?{near}").json["items"] if one["id"] == apartments["b"]["id"]
    )
    group.expect(abs(item["distance_m"] - 2224) < 15, f"distance_m {item.get('distance_m')}")
    for order in ("newest", "price", "distance"):
        on_dates = f"code={apartments['a']['code']}&check_in={day(5)}&check_out={day(7)}&sort={order}"
        item = world.caller.get(f"/v1/apartments?{near}&{on_dates}").json["items"][0]
        group.expect("distance_m" in item, f"no distance_m by {order} on dates")
    group.expect("total" not in world.caller.get("/v1/apartments?limit=1").json["items"][0], "total without dates")
    for why, query, code, fields in [
        ("distance without near", "sort=distance", "required", ["near"]),
        ("radius without near", "radius_km=5", "required", ["near"]),
        ("an invalid near", "near=1", None, None),
        ("near beyond", "near=91,0", None, None),
        ("rooms 0", "rooms=0", "out_of_range", ["rooms"]),
        ("rooms empty", "rooms=1,,2", None, None),
        ("amenities in capitals", "amenities=WiFi", None, None),
        ("guests 0", "guests=0", "out_of_range", ["guests"]),
        (
            "prices contradict",
            "min_price=200&max_price=100",
            "invalid",
            [("min_price", "contradiction"), ("max_price", "contradiction")],
        ),
        ("price below 0", "min_price=-1", "out_of_range", ["min_price"]),
        ("q blank", "q=%20", None, None),
        ("code too long", f"code={33 * 'A'}", None, None),
        ("radius 0", near + "&radius_km=0", "out_of_range", ["radius_km"]),
        ("no nights", f"check_in={day(5)}&check_out={day(5)}", "bad_range", ["check_out"]),
        ("367 nights", f"check_in={day(5)}&check_out={day(372)}", "out_of_range", ["check_out"]),
    ]:
        group.reply(why, world.caller.get(f"/v1/apartments?{query}"), 422, code, fields)
    guest, owner = world.caller.acting("guest:1"), world.caller.acting(f"owner:{other}")
    group.reply("guests may not ask for inactive ones", guest.get("/v1/apartments?is_active=all"), 403, "forbidden")
    group.equal(
        "owners see their own",
        [one["id"] for one in owner.get("/v1/apartments?is_active=all").json["items"]],
        [apartments["e"]["id"]],
    )
    group.reply("and no others'", owner.get(f"/v1/apartments?owner_id={world.owner}"), 403, "forbidden")


def words(world, group):
    """q takes as many words as its description says."""
    resolve = world.operations.schema.resolve
    q = next(one for one in map(resolve, world.operations.all["GET", "/v1/apartments"]["parameters"]) if one["name"] == "q")
    most = re.search(r"at most (\d+) words", q["description"])
    if group.expect(most, f"the limit of words is not described: {q}"):
        most = int(most[1])
        group.reply(f"{most} words", world.caller.get(f"/v1/apartments?q={'+'.join(most * 'a')}"), 200)
        group.reply("one more", world.caller.get(f"/v1/apartments?q={'+'.join((most + 1) * 'a')}"), 422, "too_many", ["q"])


def next_weekday(number, after):
    """Days from today to this weekday (1: Monday), at least `after`."""
    return next(n for n in range(after, after + 7) if (today() + datetime.timedelta(days=n)).isoweekday() == number)


def search(world, group):
    apartments, city = create_catalogue(world), "city=zhezkazgan"
    monday = next_weekday(1, 7)

    def dates(first, nights):
        return f"{city}&check_in={day(first)}&check_out={day(first + nights)}"

    for why, query, wanted in [
        ("three weekdays", dates(monday, 3), "edba"),
        ("shorter than d wants", dates(monday, 2), "eba"),
        ("beyond e's window", dates(monday + 35, 3), "dba"),
        ("the last day of e's window", dates(30, 1), "eba"),
        ("the day after", dates(31, 1), "ba"),
        ("in the past", dates(-1, 3), ""),
        ("today", dates(0, 1), "eba"),
        ("longer than any apartment allows", dates(monday, 31), ""),
        ("a night for 10,000 to 15,000 of the total", dates(monday, 3) + "&max_price=1500000", "da"),
        ("cleaning counts: 10,000 + 6,000 / 3", dates(monday, 3) + "&max_price=1200000", "a"),
        ("a tiyn less", dates(monday, 3) + "&max_price=1199999", ""),
        ("by total", dates(monday, 3) + "&sort=price", "adbe"),
        ("extra guests count", dates(monday, 3) + "&guests=3&max_price=1700000", "d"),
        ("extra guests count, a tiyn less", dates(monday, 3) + "&guests=3&max_price=1699999", ""),
        ("asked for inactive ones: they cannot be booked", dates(monday, 3) + "&is_active=all", "edba"),
    ]:
        group.equal(why, letters(world, apartments, query), wanted)
    for letter, first, nights, guests in [
        ("a", monday, 3, 2),
        ("b", monday + 2, 5, 1),
        ("d", monday, 4, 3),
        ("e", monday, 1, 8),
        ("b", monday + 4, 2, 4),
    ]:
        items = world.caller.get(f"/v1/apartments?{dates(first, nights)}&guests={guests}&limit=100").json["items"]
        total = next((one["total"] for one in items if one["id"] == apartments[letter]["id"]), None)
        would = world.caller.post(
            "/v1/bookings?dry_run=true", world.stay_body(apartments[letter]["id"], first, nights, guests=guests)
        ).json["would"]
        group.equal(f"{letter}: total as booked", total, would["total"])
        group.equal(
            f"{letter}: lines add up",
            sum(line["amount"]["amount"] for line in would["lines"]),
            would["total"]["amount"],
        )
    booking = world.book(apartments["b"]["id"], monday, 2)["id"]
    group.equal("b is taken", letters(world, apartments, dates(monday, 3)), "eda")
    group.equal("its last night", letters(world, apartments, dates(monday + 1, 1)), "ea")
    group.equal("the check-out day is free", letters(world, apartments, dates(monday + 2, 1)), "eba")
    group.equal("up to check-in is free", letters(world, apartments, dates(monday - 1, 1)), "eba")
    world.caller.post(f"/v1/bookings/{booking}/cancel")
    group.equal("cancelled: free again", letters(world, apartments, dates(monday, 3)), "edba")
    world.book(apartments["d"]["id"], monday + 10, 3)
    group.equal(
        "d's buffer after a stay", letters(world, apartments, dates(monday + 13, 3)), "eba" if monday + 13 <= 30 else "ba"
    )
    group.expect("d" in letters(world, apartments, dates(monday + 14, 3)), "after d's buffer")
    group.expect(
        "d" not in letters(world, apartments, dates(monday + 7, 3)), "d's own buffer would run into the next stay"
    )
    group.expect("d" in letters(world, apartments, dates(monday + 6, 3)), "d with room for its buffer")


def days_of(world, apartment, first=None, last=None, caller=None):
    query = "&".join(
        part for part in (first is not None and f"from={day(first)}", last is not None and f"to={day(last)}") if part
    )
    return (
        (caller or world.caller).get(f"/v1/apartments/{apartment}/calendar" + (f"?{query}" if query else "")).json["days"]
    )


def statuses(world, apartment, first, last):
    return " ".join(one["status"] for one in days_of(world, apartment, first, last))


def calendar(world, group):
    apartment = world.make_apartment(buffer_days=1, booking_window_days=40, weekend_price=tenge(30000))["id"]
    request = world.make_apartment(instant_book=False)["id"]
    days = days_of(world, apartment)
    group.equal("60 days", len(days), 60)
    group.equal("from today in the apartment's zone", (days[0]["date"], days[-1]["date"]), (day(0), day(59)))
    group.equal("366 days", len(days_of(world, apartment, 0, 366)), 366)
    for why, query, code, field in [
        ("367", f"from={day(0)}&to={day(367)}", "out_of_range", "to"),
        ("none", f"from={day(1)}&to={day(1)}", "bad_range", "to"),
        ("backwards", f"from={day(2)}&to={day(1)}", "bad_range", "to"),
        ("to in the past alone", f"to={day(-1)}", "bad_range", "to"),
        ("no such day", "from=2027-02-29", "bad_date", "from"),
        ("no zeros", "from=2027-2-1", "bad_date", "from"),
        ("a time", "from=2027-02-01T00:00:00Z", "bad_date", "from"),
    ]:
        group.reply(why, world.caller.get(f"/v1/apartments/{apartment}/calendar?{query}"), 422, code, [field])
    group.equal("free", statuses(world, apartment, 0, 3), "free free free")
    held = world.book(apartment, 5, 2)["id"]
    group.equal("held, and the night after", statuses(world, apartment, 4, 9), "free held held buffer free")
    world.caller.post(f"/v1/bookings/{held}/confirm")
    group.equal("booked", statuses(world, apartment, 4, 9), "free booked booked buffer free")
    world.block(apartment, 12, 14)
    group.equal("blocked", statuses(world, apartment, 11, 15), "free blocked blocked free")
    group.equal("past", statuses(world, apartment, -2, 1), "closed closed free")
    group.equal("beyond the window", statuses(world, apartment, 39, 43), "free free closed closed")
    group.equal("reasons", [one["reasons"] for one in days_of(world, apartment, 41, 42)], [["beyond_window"]])
    world.caller.post(f"/v1/bookings/{held}/cancel")
    group.equal("cancelled", statuses(world, apartment, 4, 9), "free free free free free")
    asked = world.book(request, 5, 1)["id"]
    group.equal("requested is held", statuses(world, request, 4, 7), "free held free")
    world.caller.post(f"/v1/bookings/{asked}/decline")
    group.equal("declined", statuses(world, request, 4, 7), "free free free")
    first = next_weekday(4, 7)
    group.equal(
        "prices of Thursday to Sunday",
        [one["price"] for one in days_of(world, apartment, first, first + 4)],
        [tenge(20000), tenge(30000), tenge(30000), tenge(20000)],
    )
    strict = world.make_apartment(min_nights=3)["id"]
    for first in (10, 14):
        world.book(strict, first, 3)
    gap = days_of(world, strict, 13, 14)[0]
    group.equal(
        "a gap too short to sell stays free",
        (gap["status"], gap["reasons"], gap["min_nights"]),
        ("free", ["gap_too_short"], 3),
    )
    group.equal("a day's members", set(gap), {"date", "status", "price", "min_nights", "reasons"})
    world.caller.call("PATCH", f"/v1/apartments/{strict}", {"is_active": False})
    group.equal("all of an inactive apartment", set(statuses(world, strict, -1, 30).split()), {"closed"})
    guest = world.caller.acting("guest:1")
    group.equal("guests see the same", days_of(world, apartment, 0, 50, guest), days_of(world, apartment, 0, 50))
    west = world.make_apartment(timezone="America/New_York")["id"]
    here = datetime.datetime.now(zoneinfo.ZoneInfo("America/New_York")).date().isoformat()
    group.equal("today is the apartment's own", days_of(world, west)[0]["date"], here)


GROUPS = [
    ("apartments: creation and reads", creation),
    ("apartments: filters", filters),
    ("apartments: words of q", words),
    ("apartments: search by dates", search),
    ("apartments: calendar", calendar),
]
