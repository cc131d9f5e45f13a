# SPDX-License-Identifier: MIT
"""Input: unreadable is 400, readable but invalid is 422 with every problem named."""

from check import Caller, Case, day, tenge

JSON = "application/json"
DEEP_32 = b'{"x":' + b"[" * 31 + b"]" * 31 + b"}"
DEEP_33 = b'{"x":' + b"[" * 32 + b"]" * 32 + b"}"


def sized(length):
    """A body of exactly this many bytes that is refused only for its field."""
    return b'{"x":"' + b"a" * (length - 8) + b'"}'


# tests/unit/json/test_fields_parse.c has all kinds of JSON that is refused.
UNREADABLE = [
    *(
        Case(why, "POST", "/v1/owners", 400, "bad_json", body=body)
        for why, body in [
            ("no JSON", b"name=1"),
            ("not UTF-8", b'{"name":"\xff"}'),
            ("a duplicate name", b'{"name":"a","name":"b"}'),
            ("NUL", b'{"name":"a\x00b"}'),
            ("too deep", DEEP_33),
        ]
    ),
    Case("no body where one is needed", "POST", "/v1/owners", 400, "body_missing"),
    Case("an empty body", "POST", "/v1/owners", 400, "body_missing", body=b""),
    Case("no body for PATCH", "PATCH", "/v1/owners/{owner}", 400, "body_missing"),
    Case("white space alone", "POST", "/v1/owners", 400, body=b"  \n"),
    Case(
        "of the maximum depth",
        "POST",
        "/v1/owners",
        422,
        "invalid",
        body=DEEP_32,
        fields=[("x", "unknown_field"), ("name", "required")],
    ),
    Case("query not UTF-8", "GET", "/v1/apartments?q=%ff", 400, "bad_query"),
    Case("query half a percent", "GET", "/v1/apartments?q=%f", 400, "bad_query"),
    Case("NUL in the query", "GET", "/v1/apartments?q=%00", 400),
    Case("an empty action body is none", "POST", "/v1/bookings/{nobody}/cancel", 404, "not_found", body=b""),
    Case("an action's body is read, too", "POST", "/v1/bookings/{nobody}/cancel", 400, "bad_json", body=b"{"),
]

SHAPE = [
    Case("a list", "POST", "/v1/owners", 422, "not_an_object", body=b"[]"),
    Case("PATCH by a list", "PATCH", "/v1/owners/{owner}", 422, "not_an_object", body=b"[]"),
    Case("an action by a list", "POST", "/v1/bookings/{nobody}/cancel", 422, "not_an_object", body=b"[]"),
    Case(
        "an unknown field", "POST", "/v1/owners", 422, "unknown_field", body={"name": "А", "nmae": 1}, fields=["nmae"]
    ),
    Case(
        "a nested unknown field",
        "POST",
        "/v1/bookings",
        422,
        "unknown_field",
        fields=["guest/x"],
        body=lambda w: w.stay_body(guest={"name": "А", "telegram_id": 1, "x": 1}),
    ),
    Case(
        "an unknown field of PATCH",
        "PATCH",
        "/v1/owners/{owner}",
        422,
        "unknown_field",
        body={"x": None},
        fields=["x"],
    ),
    Case(
        "a field to be escaped in a pointer",
        "POST",
        "/v1/owners",
        422,
        "unknown_field",
        body={"name": "А", "a/b~c": 1},
        fields=["a~1b~0c"],
    ),
    *(
        Case(
            f"a name that must be escaped: {name[:8]!r}", "POST", "/v1/owners", 422, "invalid", body={name: 1, "y": 1}
        )
        for name in (
            "я" * 200,
            "a" + "я" * 200,
            "😀" * 100,
            "ab" + "😀" * 100,
            "\u0001",
            '"',
            "\\",
            "\u2028",
            "",
            "/",
            "~",
        )
    ),
    Case("a parameter that must be escaped", "GET", "/v1/cities?" + "%D1%8F" * 200 + "=1", 422, "unknown_parameter"),
    Case("another", "GET", "/v1/cities?a" + "%D1%8F" * 200 + "=1", 422, "unknown_parameter"),
    Case("quotes", "GET", "/v1/cities?%22%5C%01=1", 422, "unknown_parameter"),
    Case("an unknown parameter", "GET", "/v1/cities?x=1", 422, "unknown_parameter", fields=["x"]),
    Case("an unknown parameter of one", "GET", "/v1/apartments/{apartment}?x=1", 422, "unknown_parameter", fields=["x"]),
    Case(
        "an unknown parameter of POST",
        "POST",
        "/v1/owners?x=1",
        422,
        "unknown_parameter",
        body={"name": "А"},
        fields=["x"],
    ),
    Case(
        "a repeated parameter", "GET", "/v1/apartments?limit=1&limit=1", 422, "repeated_parameter", fields=["limit"]
    ),
    Case("a repeated unknown parameter", "GET", "/v1/apartments?x=1&x=2", 422),
    *(
        Case(why, "GET", path, 422, code, fields=[field])
        for why, path, code, field in [
            ("limit 0", "/v1/apartments?limit=0", "out_of_range", "limit"),
            ("limit 101", "/v1/apartments?limit=101", "out_of_range", "limit"),
            ("limit +1", "/v1/apartments?limit=%2B1", "wrong_type", "limit"),
            ("events' limit", "/v1/events?limit=0", "out_of_range", "limit"),
            ("bookings' limit", "/v1/bookings?limit=101", "out_of_range", "limit"),
            ("owners' limit", "/v1/owners?limit=101", "out_of_range", "limit"),
            ("status bogus", "/v1/bookings?status=bogus", "unknown_value", "status"),
            ("one status bogus", "/v1/bookings?status=held,bogus", "unknown_value", "status"),
            ("check_in alone", f"/v1/apartments?check_in={day(5)}", "required", "check_out"),
            ("check_out alone", f"/v1/apartments?check_out={day(5)}", "required", "check_in"),
            ("an unknown city", "/v1/apartments?city=london", "unknown_city", "city"),
            ("no such day", "/v1/apartments/{apartment}/calendar?from=2027-02-30", "bad_date", "from"),
            ("an invalid UUID", "/v1/bookings?apartment_id=1", "bad_uuid", "apartment_id"),
            ("an invalid phone", "/v1/bookings?phone=12", "bad_phone", "phone"),
            ("is_active maybe", "/v1/apartments?is_active=maybe", "unknown_value", "is_active"),
            ("sort by name", "/v1/apartments?sort=name", "unknown_value", "sort"),
            ("dry_run maybe", "/v1/apartments?dry_run=true", "unknown_parameter", "dry_run"),
        ]
    ),
    Case(
        "an unknown parameter of an action",
        "POST",
        "/v1/bookings/{nobody}/cancel?x=1",
        422,
        "unknown_parameter",
        fields=["x"],
    ),
    Case(
        "dry_run twice",
        "POST",
        "/v1/owners?dry_run=true&dry_run=true",
        422,
        "repeated_parameter",
        body={"name": "А"},
        fields=["dry_run"],
    ),
    Case("a question mark alone", "GET", "/v1/cities?", 200),
    Case("dry_run is true or false", "POST", "/v1/owners?dry_run=1", 422, fields=None, body={"name": "А"}),
]

PROTOCOL = [
    Case("version 1", "GET", "/v1/cities", 200, headers={"API-Version": "1"}),
    Case("version 2", "GET", "/v1/cities", 400, "unsupported_version", headers={"API-Version": "2"}),
    Case("version 1.0", "GET", "/v1/cities", 400, "unsupported_version", headers={"API-Version": "1.0"}),
    Case("64 KiB", "POST", "/v1/owners", 422, "invalid", body=sized(65536)),
    Case("64 KiB and a byte", "POST", "/v1/owners", 413, "body_too_large", body=sized(65537)),
    Case(
        "no Content-Type",
        "POST",
        "/v1/owners",
        415,
        "unsupported_media_type",
        body=b"{}",
        headers={"Content-Type": None},
    ),
    Case(
        "JSON with a charset",
        "POST",
        "/v1/owners",
        422,
        "required",
        body=b"{}",
        headers={"Content-Type": "application/json; charset=utf-8"},
    ),
    Case(
        "merge patch's own type",
        "PATCH",
        "/v1/owners/{owner}",
        200,
        body={"notify": True},
        headers={"Content-Type": "application/merge-patch+json"},
    ),
    *(
        Case(
            f"Accept: {accept}",
            "GET",
            "/v1/cities",
            status,
            "not_acceptable" if status == 406 else None,
            headers={"Accept": accept},
        )
        for accept, status in [
            (JSON, 200),
            ("text/html", 406),
            ("text/html, */*;q=0.1", 200),
            ("*/*;q=0", 406),
        ]
    ),
    Case("an invalid id", "GET", "/v1/apartments/1", 404, "not_found"),
    Case("an invalid id of a booking", "GET", "/v1/bookings/x", 404, "not_found"),
    Case("an invalid id of an action", "POST", "/v1/bookings/x/cancel", 404, "not_found"),
    Case("an invalid id of PATCH", "PATCH", "/v1/owners/x", 404, "not_found", body={}),
    Case("an invalid id of a calendar", "GET", "/v1/apartments/x/calendar", 404, "not_found"),
    Case("an unknown id", "GET", "/v1/apartments/{nobody}", 404, "not_found"),
    Case("an unknown path", "GET", "/v1/nothing", 404, "not_found"),
    Case("an unknown path without v1", "GET", "/apartments", 404, "not_found"),
    Case("an unknown verb of a booking", "POST", "/v1/bookings/{nobody}/fly", 404, "not_found"),
    Case("an unknown method", "BREW", "/v1/cities", 404, "not_found"),
    Case("an escaped id", "GET", "/v1/apartments/a%20b", 404, "not_found"),
    Case(
        "Accept excludes JSON, a change",
        "POST",
        "/v1/owners",
        406,
        "not_acceptable",
        body={"name": "А"},
        headers={"Accept": "text/html"},
    ),
    Case("an additional slash", "GET", "/v1/cities/", 404, "not_found"),
    Case("without a key an unknown path is 401", "GET", "/v1/nothing", 401, "key_missing", key=""),
    Case("without a key a bad id is 401", "GET", "/v1/apartments/1", 401, "key_missing", key=""),
    Case("without a key an unknown verb is 401", "DELETE", "/v1/cities", 401, "key_missing", key=""),
]


def tracing(world, group):
    for sent, kept in [
        ("abc", True),
        ("a.B_9:-z", True),
        ("x" * 128, True),
        ("x" * 129, False),
        ("a b", False),
        ("ä", False),
        ("a/b", False),
    ]:
        reply = world.caller.get("/v1/cities", headers={"X-Request-Id": sent})
        got = reply.headers.get("X-Request-Id")
        group.expect((got == sent) == kept and got, f"X-Request-Id {sent[:20]!r} comes back as {got!r}")
    reply = world.caller.get("/v1/nothing", headers={"X-Request-Id": "mine"})
    group.equal("in the problem", reply.json["request_id"], "mine")
    page = world.caller.get("/docs", key="", headers={"Accept": "text/html"})
    group.equal("/docs is a page", page.headers.get("Content-Type"), "text/html; charset=utf-8")
    group.expect(b"://" not in page.body, "/docs loads something from another host")
    for path in ("/livez", "/readyz", "/health", "/metrics", "/openapi.json", "/docs"):
        group.reply(f"{path} needs no key", world.caller.get(path, key=""), 200)
        group.reply(f"{path} ignores an invalid one", world.caller.get(path, key="tb_live_x"), 200)
    cities = world.caller.get("/v1/cities").json["items"]
    group.equal("20 cities", len(cities), 20)
    group.expect(all({"ru", "kz", "en"} == set(city["name"]) for city in cities), "cities have three names")


def cors(world, group):
    bare = world.caller.get("/v1/cities", headers={"Origin": "https://a.kz"})
    group.expect(not bare.headers.get("Access-Control-Allow-Origin"), "without configuration no origin is allowed")
    service = world.stand.service(CORS_ORIGINS="https://a.kz,https://b.kz")
    caller = Caller(world, world.key, service.port)
    for origin, allowed in [
        ("https://a.kz", "https://a.kz"),
        ("https://b.kz", "https://b.kz"),
        ("https://c.kz", None),
        (None, None),
    ]:
        reply = caller.get("/v1/cities", headers={"Origin": origin})
        group.equal(f"Origin {origin}", reply.headers.get("Access-Control-Allow-Origin"), allowed)
        group.expect("Origin" in (reply.headers.get("Vary") or ""), f"Origin {origin}: no Vary")
    reply = caller.get("/v1/nothing", headers={"Origin": "https://a.kz"})
    group.equal("problems, too", reply.headers.get("Access-Control-Allow-Origin"), "https://a.kz")
    reply = caller.call(
        "OPTIONS", "/v1/bookings", key="", headers={"Origin": "https://a.kz", "Access-Control-Request-Method": "POST"}
    )
    group.reply("a preflight", reply, 204)
    for name, word in [
        ("Access-Control-Allow-Methods", "POST"),
        ("Access-Control-Allow-Headers", "Idempotency-Key"),
        ("Access-Control-Allow-Origin", "https://a.kz"),
    ]:
        group.expect(word in (reply.headers.get(name) or ""), f"a preflight: {name} is {reply.headers.get(name)}")
    caller.close()
    service.kill()


def every_problem(world, group):
    """Contradicting fields are named together with invalid ones."""
    apartment = world.make_apartment()["id"]
    stay = {"apartment_id": apartment, "check_in": day(5), "check_out": day(3), "guests": 0}
    nights = {"min_nights": 5, "max_nights": 2}
    contradiction = [("min_nights", "contradiction"), ("max_nights", "contradiction")]
    rates = [
        {"from": day(3), "to": day(1), "price": tenge(100)},
        {"from": day(1), "to": day(3), "percent": 900},
        {"from": day(1), "to": day(3), "percent": 50, "price": tenge(100)},
    ]
    backwards = ("check_out", "bad_range")
    for why, method, path, body, fields in [
        ("a booking", "POST", "/v1/bookings", {**stay, "guest": {"name": ""}},
         [backwards, ("guests", "out_of_range"), ("guest/name", "blank")]),
        ("the duration of a hold", "POST", "/v1/bookings",
         {**stay, "guests": 1, "guest": {"name": "Г"}, "hold_minutes": 5, "hold_seconds": 5},
         [backwards, ("hold_minutes", "contradiction"), ("hold_seconds", "contradiction")]),
        ("a quote", "POST", "/v1/quotes", stay, [backwards, ("guests", "out_of_range")]),
        ("availability", "POST", "/v1/availability",
         {"apartment_ids": [apartment], "check_in": day(5), "check_out": day(3), "guests": 0},
         [backwards, ("guests", "out_of_range")]),
        ("an apartment", "POST", "/v1/apartments", world.apartment_body(**nights, timezone="Mars/X", zz=1),
         [*contradiction, ("timezone", "unknown_timezone"), ("zz", "unknown_field")]),
        ("a change of one", "PATCH", f"/v1/apartments/{apartment}", {**nights, "rooms": "one"},
         [*contradiction, ("rooms", "wrong_type")]),
        ("an invalid field contradicts no other one", "POST", "/v1/apartments",
         world.apartment_body(max_guests="many", included_guests=3), [("max_guests", "wrong_type")]),
        ("rates", "PUT", f"/v1/apartments/{apartment}/rates", {"items": rates},
         [("items/0/to", "bad_range"), ("items/1/percent", "out_of_range"),
          ("items/2/price", "contradiction"), ("items/2/percent", "contradiction")]),
        ("a block", "POST", f"/v1/apartments/{apartment}/blocks", {"from": day(5), "to": day(3), "reason": " "},
         [("to", "bad_range"), ("reason", "blank")]),
        ("a list", "GET", f"/v1/apartments?limit=0&zz=1&city=london&sort=distance&check_in={day(3)}", None,
         [("limit", "out_of_range"), ("zz", "unknown_parameter"), ("city", "unknown_city"),
          ("near", "required"), ("check_out", "required")]),
        ("an invalid half is not missing", "GET", f"/v1/apartments?check_in={day(3)}&check_out=soon", None,
         [("check_out", "bad_date")]),
        ("the list of bookings", "GET", f"/v1/bookings?limit=0&from={day(3)}&to={day(1)}", None,
         [("limit", "out_of_range"), ("to", "bad_range")]),
    ]:
        group.reply(why, world.caller.call(method, path, body), 422, None, fields)


GROUPS = [
    ("everywhere: unreadable", lambda world, group: world.run(group, UNREADABLE)),
    ("everywhere: readable but invalid", lambda world, group: world.run(group, SHAPE)),
    ("everywhere: every problem at once", every_problem),
    ("everywhere: paths, sizes, types, versions", lambda world, group: world.run(group, PROTOCOL)),
    ("everywhere: tracing and open paths", tracing),
    ("everywhere: CORS", cors),
]
