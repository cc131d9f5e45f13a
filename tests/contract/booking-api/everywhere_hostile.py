# SPDX-License-Identifier: MIT
"""Never 500: every parameter and every field of every operation with values nobody sane sends."""

import urllib.parse

from check import NOBODY, tenge
from routes import OPEN, members

TEXTS = [
    "", " ", "0", "-1", "1e3", "0x10", "NaN", "inf", "-0", "9" * 30, "9223372036854775807", "-9223372036854775808",
    "true", "null", "[]", "{}", "%", "%00", "_", "\\", "'", '"', "';--", "$1", "{a}", "\\\\%", "a,b", ",", ",,", "1,2,63",
    "0001-01-01", "9999-12-31", "2027-02-29", "-001-01-01", "10000-01-01", "2027-01-01", "1,1", "nan,nan", "90,180",
    "-90,-180", "1e308,1e308", "43.2,76.9", "я" * 200, "\u202e\u200b", "e\u0301" * 100, "\U0010ffff", "A" * 199,
    " ".join("abcdefghijklm"), NOBODY, NOBODY.upper(), NOBODY[:-1], "00000000-0000-0000-0000-000000000000",
    "held", "held,held", "almaty", "+77010000001", "asc", "A" * 44,
]  # fmt: skip
VALUES = [
    None, True, False, 0, -1, 1, 63, 367, 2**53, 2**63 - 1, -(2**63), 1.5, 1e308, [], [None], [[]], ["a"] * 101, {},
    {"ru": None}, {"ru": "a", "ru ": "b"}, {"amount": 2**63 - 1, "currency": "KZT"}, tenge(10**10),
    {"amount": 0, "currency": "KZT"}, {"amount": None, "currency": None}, {"lat": 90, "lon": 180},
    {"lat": 1e308, "lon": -1e308}, {"name": "Г", "phone": "+77010000001", "telegram_id": 2**52},
    {"name": "я" * 200}, *TEXTS,
]  # fmt: skip


def parameters(world, group):
    resolve = world.operations.schema.resolve
    for (method, path), operation in sorted(world.operations.all.items()):
        if method != "GET" or path in OPEN:
            continue
        where = path.replace("{id}", world.ids.get(path.split("/")[2], ""))
        for one in map(resolve, operation.get("parameters", [])):
            for value in TEXTS if one["in"] == "query" else []:
                extra = "&near=43.2,76.9" if one["name"] in ("radius_km", "sort") else ""
                reply = world.caller.get(f"{where}?{one['name']}={urllib.parse.quote(value)}{extra}")
                group.expect(
                    reply.status < 500, f"{where}?{one['name']}={value[:60]}: {reply.status} {reply.body[:200]!r}"
                )
    for name in (
        "X-Actor",
        "If-Match",
        "If-None-Match",
        "Idempotency-Key",
        "X-Request-Id",
        "API-Version",
        "Accept",
        "X-API-Key",
    ):
        for value in TEXTS:
            sent = value.encode()
            if method_of(name) == "POST":
                reply = world.caller.post(f"/v1/bookings/{world.booking}/decline", headers={name: sent})
            else:
                reply = world.caller.get(f"/v1/bookings/{world.booking}", headers={name: sent})
            group.expect(reply.status < 500, f"{name}: {value[:60]!r}: {reply.status} {reply.body[:200]!r}")


def method_of(header):
    return "POST" if header in ("Idempotency-Key", "If-Match") else "GET"


def fields(world, group):
    resolve = world.operations.schema.resolve
    sound = {
        "/v1/apartments": world.flat_body(),
        "/v1/owners": {"name": "А"},
        "/v1/bookings": world.stay_body(first=200),
    }
    for (method, path), operation in sorted(world.operations.all.items()):
        if "requestBody" not in operation:
            continue
        names, _ = members(operation["requestBody"]["content"]["application/json"]["schema"], resolve)
        where = path.replace("{id}", world.ids.get(path.split("/")[2], NOBODY))
        base = sound.get(path, {})
        for name in sorted(names):
            for value in VALUES:
                reply = world.caller.call(method, where + "?dry_run=true", {**base, name: value})
                group.expect(
                    reply.status < 500,
                    f"{method} {path} {name}: {str(value)[:60]}: {reply.status} {reply.body[:200]!r}",
                )


GROUPS = [
    ("everywhere: hostile parameters and headers", parameters),
    ("everywhere: hostile fields", fields),
]
