# SPDX-License-Identifier: MIT
"""Values: texts, phones, languages, money, lists, and bounds."""

from check import NOBODY, tenge


def owners(world, group):
    """Texts, phones and languages, as sent and as returned."""
    rows = [
        ("trimmed", {"name": "  Асель \t"}, {"name": "Асель"}),
        ("converted to NFC", {"name": "Алексеи\u0306"}, {"name": "Алексей"}),
        ("lines end in LF", {"name": "А\r\nБ\rВ\n\nГ\r\n"}, {"name": "А\nБ\nВ\n\nГ"}),
        ("200 characters", {"name": "я" * 200}, {"name": "я" * 200}),
        ("200 characters once CR LF is LF", {"name": "я" * 198 + "\r\nя"}, {"name": "я" * 198 + "\nя"}),
        ("200 characters once in NFC", {"name": "и\u0306" * 200}, {"name": "й" * 200}),
        ("beyond the BMP", {"name": "😀" * 200}, {"name": "😀" * 200}),
        ("+7", {"phone": "+7 (701) 123-45-67"}, {"phone": "+77011234567"}),
        ("a phone of an address book", {"phone": "\u202a+7\u00a0701\u2011123\u201145\u201167\u202c"}, {"phone": "+77011234567"}),
        ("the direction of a line", {"name": "\u202eАсель\u2066 \u200bК\u00adа\u2069\ufeff"}, {"name": "Асель Ка"}),
        ("control characters", {"name": "А\u0007\u001b[2J"}, {"name": "А[2J"}),
        ("a family of emoji", {"name": "А 👨\u200d👩\u200d👧"}, {"name": "А 👨\u200d👩\u200d👧"}),
        ("kk is kz", {"language": "kk"}, {"language": "kz"}),
        ("defaults", {}, {"language": "ru", "notify": True, "phone": None, "telegram_id": None, "payment_info": None}),
        ("300 characters", {"payment_info": "я" * 300}, {"payment_info": "я" * 300}),
        ("null is absent", {"phone": None, "telegram_id": None}, {"phone": None, "telegram_id": None}),
        ("30 marks on a letter", {"name": "a" + "\u0301" * 30}, {"name": "\u00e1" + "\u0301" * 29}),
    ]
    for why, body, wanted in rows:
        reply = world.caller.post("/v1/owners", {"name": "Асель", **body})
        if group.reply(why, reply, 201):
            group.equal(why, {name: reply.json[name] for name in wanted}, wanted)
    refused = [
        ("blank", "name", " ", "blank"),
        ("nothing that can be seen", "name", "\u202e\u3164\u200b\u0007", "blank"),
        ("blank for Unicode", "name", "\u00a0\u2003", "blank"),
        ("201 characters", "name", "я" * 201, "too_long"),
        ("31 marks on a letter", "name", "a" + "\u0301" * 31, "bad_text"),
        ("8,000 marks of each of two classes", "name", "a" + "\u0301" * 8000 + "\u0323" * 8000, "bad_text"),
        ("a phone that is too short", "phone", "123", "bad_phone"),
        ("telegram 0", "telegram_id", 0, "out_of_range"),
        ("id", "id", NOBODY, "read_only"),
        ("version", "version", 1, "read_only"),
    ]
    for why, field, value, code in refused:
        reply = world.caller.post("/v1/owners", {"name": "Асель", field: value})
        group.reply(why, reply, 422, code, fields=[field] if code else None)


def apartments(world, group):
    """Both sides of bounds of an apartment. The mistakes of each type of field are in tests/unit/json/test_fields_mistakes.c, those of
    an apartment in tests/unit/booking-api/test_apartment.c."""
    slugs, photos = [f"a{i}" for i in range(100)], [f"https://x.kz/{i}" for i in range(20)]
    good = [
        {"base_price": tenge(0)},
        {"base_price": tenge(10**10)},
        {"title": {"ru": "я" * 200, "kz": "ә", "en": "e"}},
        {"description": {"ru": "я" * 3000}},
        {"photos": photos},
        {"photos": ["https://x.kz/" + "a" * 487]},
        {"amenities": slugs},
        {"city": "Алматы"},
        {"city": "ALMATY"},
        {"city": "\u2068Алматы\u2069"},
        {"city": "Almaty"},
        {"min_nights": 366, "max_nights": 366},
        {"location": {"lat": 43.24, "lon": 76.91}},
        {"location": {"lat": -90, "lon": 180}},
        {"timezone": "Asia/Aqtau"},
        {"check_in_time": "00:00", "check_out_time": "23:59"},
        {"weekend_price": None, "district": None, "description": None},
    ]
    for fields in good:
        reply = world.caller.post("/v1/apartments?dry_run=true", world.apartment_body(**fields))
        group.reply(f"good {str(fields)[:60]}", reply, 200)
    bad = [
        ("base_price", {"amount": 150, "currency": "KZT"}, "not_whole_tenge", "base_price/amount"),
        ("base_price", {"amount": 100}, None, None),
        ("title", {}, "required", "title/ru"),
        ("title", {"ru": "я" * 201}, "too_long", "title/ru"),
        ("description", {"ru": "я" * 3001}, "too_long", "description/ru"),
        ("photos", [*photos, "https://x.kz/20"], "too_many", "photos"),
        ("photos", ["https://x.kz/" + "a" * 488], None, None),
        ("amenities", [*slugs, "b"], "too_many", "amenities"),
        ("owner_id", NOBODY, "unknown_owner", "owner_id"),
        ("check_in_time", "9:00", "bad_time", "check_in_time"),
        ("location", {"lat": 1}, None, None),
    ]
    for field, value, code, where in bad:
        reply = world.caller.post("/v1/apartments", world.apartment_body(**{field: value}))
        group.reply(f"{field} {str(value)[:60]}", reply, 422, code, fields=[where] if where else None)


def every_problem(world, group):
    reply = world.caller.post(
        "/v1/apartments",
        {"rooms": 0, "city": "x", "title": {"kz": 1}, "base_price": {"amount": 1, "currency": "EUR"}, "z": 1},
    )
    group.expect(reply.status == 422 and reply.code == "invalid", f"several are invalid: {reply.status} {reply.code}")
    listed = {one["field"] for one in reply.json["errors"]}
    wanted = {"owner_id", "rooms", "city", "title/ru", "title/kz", "base_price", "max_guests", "z"}
    group.expect(
        wanted <= {field if not field.startswith("base_price") else "base_price" for field in listed},
        f"every problem is listed: {sorted(listed)}",
    )
    reply = world.caller.post("/v1/owners", {f"x{i}": 1 for i in range(50)})
    group.equal("at most 32", len(reply.json["errors"]), 32)
    reply = world.caller.get("/v1/apartments?limit=0&rooms=x&y=1&city=london")
    group.reply(
        "every parameter",
        reply,
        422,
        "invalid",
        [("limit", "out_of_range"), ("rooms", "wrong_type"), ("y", "unknown_parameter"), ("city", "unknown_city")],
    )
    statuses = world.operations.document["components"]["schemas"]["BookingStatus"]["enum"]
    detail = world.caller.get("/v1/bookings?status=bogus").json["detail"]
    group.expect(all(status in detail for status in statuses), f"every status is listed: {detail}")
    both = [("min_nights", "contradiction"), ("max_nights", "contradiction")]
    reply = world.caller.post("/v1/apartments", world.apartment_body(min_nights=5, max_nights=3))
    group.reply("a contradiction is reported for each field", reply, 422, "invalid", both)
    reply = world.caller.call("PATCH", f"/v1/apartments/{world.apartment}", {"min_nights": 31})
    group.reply("a contradiction with stored values", reply, 422, "invalid", both)
    reply = world.caller.post(
        "/v1/apartments", world.apartment_body(min_nights=5, max_nights=3, timezone="Mars/Base", rooms=0)
    )
    fields = {one["field"] for one in reply.json["errors"]}
    group.expect({"timezone", "rooms"} <= fields, f"faults of several kinds: {fields}")


GROUPS = [
    ("everywhere: texts, phones, languages", owners),
    ("everywhere: bounds", apartments),
    ("everywhere: every problem", every_problem),
]
