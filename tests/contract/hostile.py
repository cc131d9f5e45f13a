# SPDX-License-Identifier: MIT
"""Never 500: every parameter and every field of every operation with malicious values. In the gate each parameter or field gets a
sample of the values, a different one each time, and each kind of them, by its schema, gets every value at least once."""

import gzip
import urllib.parse

from check import NOBODY, tenge
from routes import filled, members, pretended, sampled

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

SAMPLE = 10


HEADERS = (
    "X-Actor", "If-Match", "If-None-Match", "Idempotency-Key", "X-Request-Id", "API-Version", "Accept", "X-API-Key",
    "X-Telegram-Bot-Api-Secret-Token", "X-Edge-Secret",
)  # fmt: skip


def survives(group, why, reply):
    group.expect(reply.status < 500, f"{why}: {reply.status} {reply.body[:200]!r}")


def kind_of(schema, resolve):
    """The form of a value, without its limits."""
    schema = resolve(schema)
    parts = [kind_of(one, resolve) for word in ("allOf", "oneOf", "anyOf") for one in schema.get(word, [])]
    items = [kind_of(schema["items"], resolve)] if "items" in schema else []
    return str((schema.get("type"), schema.get("format"), "enum" in schema, "pattern" in schema, parts, items))


def kinds_of(schema, resolve):
    """{field of a body: its kind}; with what allOf and the like add."""
    schema, found = resolve(schema), {}
    for part in [one for word in ("allOf", "oneOf", "anyOf") for one in schema.get(word, [])]:
        found.update(kinds_of(part, resolve))
    return {**found, **{name: kind_of(one, resolve) for name, one in schema.get("properties", {}).items()}}


class Pairs:
    """Values for the fields that come one after another."""

    def __init__(self, values):
        self.values, self.met, self.fields = values, set(), 0

    def of(self, kind):
        """The values for the next field, which is of that kind."""
        self.fields += 1
        for number, value in enumerate(self.values):
            if (kind, number) not in self.met or sampled(self.fields + number, SAMPLE):
                self.met.add((kind, number))
                yield value


def parameters(world, group):
    resolve, pairs = world.operations.schema.resolve, Pairs(TEXTS)
    for (method, path), operation in sorted(world.operations.all.items()):
        if method != "GET":
            continue
        where = filled(world, path)
        for one in map(resolve, operation.get("parameters", [])):
            for value in pairs.of(kind_of(one["schema"], resolve)) if one["in"] == "query" else []:
                extra = "&near=43.2,76.9" if one["name"] in ("radius_km", "sort") else ""
                asked = f"{where}?{one['name']}={urllib.parse.quote(value)}{extra}"
                survives(group, asked[:200], world.caller.get(asked))
    for name in HEADERS if world.thing else ():
        for value in TEXTS:
            if name in ("Idempotency-Key", "If-Match"):
                reply = world.caller.post(f"{world.thing}/{world.verb}", headers={name: value.encode()})
            else:
                reply = world.caller.get(world.thing, headers={name: value.encode()})
            survives(group, f"{name}: {value[:60]!r}", reply)


def fields(world, group):
    resolve, pairs = world.operations.schema.resolve, Pairs(VALUES)
    for (method, path), operation in sorted(world.operations.all.items()):
        if "application/json" not in operation.get("requestBody", {}).get("content", {}):
            continue
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        names, kinds = members(schema, resolve)[0], kinds_of(schema, resolve)
        where = filled(world, path) + pretended(world, (method, path))
        for name in sorted(names):
            for value in pairs.of(kinds[name]):
                reply = world.caller.call(method, where, {**world.sound.get(path, {}), name: value})
                survives(group, f"{method} {path} {name}: {str(value)[:60]}", reply)


def compressed(world, group):
    """No body is decompressed: each operation that takes one refuses it and names what it accepts."""
    for (method, path), operation in sorted(world.operations.all.items()):
        if "application/json" not in operation.get("requestBody", {}).get("content", {}) or path.startswith("/telegram/"):
            continue
        for coding in ("gzip", "br, identity"):
            reply = world.caller.call(method, filled(world, path), gzip.compress(b"{}"), headers={"Content-Encoding": coding})
            group.reply(f"{method} {path} {coding}", reply, 415, "unsupported_encoding")
            group.equal(f"{method} {path}: what is accepted", reply.headers.get("Accept-Encoding"), "identity")


GROUPS = [
    ("everywhere: compressed bodies", compressed),
    ("everywhere: hostile parameters and headers", parameters),
    ("everywhere: hostile fields", fields),
]
