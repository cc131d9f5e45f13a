# SPDX-License-Identifier: MIT
"""Calendars for other channels: links, and the calendar that a channel reads."""

import re

from check import NOBODY, day

FOLD = re.compile(r"\r\n[ \t]")


def events(text):
    """(DTSTART, DTEND, UID, SEQUENCE) of each event."""
    found = []
    for event in FOLD.sub("", text).split("BEGIN:VEVENT\r\n")[1:]:
        lines = dict(line.split(":", 1) for line in event.split("END:VEVENT")[0].split("\r\n") if line)
        found.append((lines["DTSTART;VALUE=DATE"], lines["DTEND;VALUE=DATE"], lines["UID"], int(lines["SEQUENCE"])))
    return found


def plain(first, nights):
    return day(first).replace("-", ""), day(first + nights).replace("-", "")


def path_of(link):
    return re.sub(r"^https?://[^/]+", "", link["url"])


def links(world, group):
    apartment = world.make_apartment()["id"]
    path, owner = f"/v1/apartments/{apartment}/calendar-links", world.caller.acting(f"owner:{world.owner}")
    guest = world.caller.acting("guest:7")
    made = owner.post(path, {"channel": "airbnb", "name": "Студия"})
    group.reply("made", made, 201)
    group.expect(re.fullmatch(r"https?://[^/]+/v1/calendars/[A-Za-z0-9_-]{22}\.ics", made.json["url"]), made.json["url"])
    group.equal("channel and name", (made.json["channel"], made.json["name"]), ("airbnb", "Студия"))
    group.equal("without a body", world.caller.post(path).json["channel"], "other")
    for why, body, status, code, field in [
        ("an unknown channel", {"channel": "ostrovok"}, 422, "unknown_value", "channel"),
        ("a blank name", {"name": " "}, 422, "blank", "name"),
        ("a long name", {"name": "я" * 201}, 422, "too_long", "name"),
        ("an unknown field", {"url": "https://a.b/c.ics"}, 422, "unknown_field", "url"),
    ]:
        group.reply(why, owner.post(path, body), status, code, [field])
    group.reply("by a guest", guest.post(path, {}), 403, "forbidden")
    group.reply("listed for a guest", guest.get(path), 403, "forbidden")
    group.reply("of no apartment", owner.post(f"/v1/apartments/{NOBODY}/calendar-links", {}), 404, "not_found")
    shown = owner.get(path).json["items"]
    group.equal("newest first", [one["channel"] for one in shown], ["other", "airbnb"])
    group.expect(not any("url" in one for one in shown), "an address is shown again")
    dry = owner.post(path + "?dry_run=true", {})
    group.equal("dry", (dry.status, len(owner.get(path).json["items"])), (200, 2))
    key = {"Idempotency-Key": f"link-{apartment}"}
    urls = {owner.post(path, {}, headers=key).json["url"] for _ in range(2)}
    group.equal("a repeated request makes another link", len(urls), 2)
    token = path_of(made.json).split("/")[-1][:-4]
    stored = world.stand.sql(f"SELECT count(*) FROM booking.idempotency WHERE body::text LIKE '%{token}%'")
    group.equal("the address is stored nowhere", stored, "0")
    one = f"{path}/{made.json['id']}"
    group.reply("read", world.caller.call("GET", path_of(made.json), key=""), 200)
    group.expect("last_read_at" in owner.get(path).json["items"][-1], "the time of the reading is missing")
    group.reply("of another apartment", owner.call("DELETE", f"/v1/apartments/{world.apartment}/calendar-links/{made.json['id']}"), 404)
    group.reply("deleted by a guest", guest.call("DELETE", one), 403, "forbidden")
    group.reply("deleted", owner.call("DELETE", one), 204)
    group.reply("again", owner.call("DELETE", one), 404, "not_found")
    group.reply("its address", world.caller.call("GET", path_of(made.json), key=""), 404, "not_found")


def calendar(world, group):
    apartment = world.make_apartment(title={"ru": "Квартира; с видом, «Алатау» и очень длинным именем, которое не помещается в строку"})["id"]
    link = world.make(f"/v1/apartments/{apartment}/calendar-links", {"channel": "booking"})

    def read(method="GET", **headers):
        return world.caller.call(method, path_of(link), key="", headers=headers)

    reply = read()
    group.equal("empty", (reply.status, events(reply.body.decode())), (200, []))
    booking = world.book(apartment, 10, 2, guest={"name": "Тайный Гость", "telegram_id": 7})
    world.block(apartment, 20, 23)
    reply = read(Accept="text/calendar")
    text = reply.body.decode()
    group.equal("type", reply.headers.get("Content-Type"), "text/calendar; charset=utf-8")
    group.equal("cache", reply.headers.get("Cache-Control"), "no-store")
    group.equal("nights", [one[:2] for one in events(text)], [plain(10, 2), plain(20, 3)])
    group.expect("Тайный" not in text, "the guest's name is in the calendar")
    group.expect(all(len(line) <= 75 for line in reply.body.split(b"\r\n")), "a line is longer than 75 octets")
    group.equal("every line ends with CRLF", reply.body.count(b"\n"), reply.body.count(b"\r\n"))
    tag = reply.headers.get("ETag")
    group.equal("unchanged", read(**{"If-None-Match": tag}).status, 304)
    head = read("HEAD")
    group.equal("HEAD", (head.status, head.body, head.headers.get("ETag")), (200, b"", tag))
    group.equal("HEAD's type", head.headers.get("Content-Type"), "text/calendar; charset=utf-8")
    group.reply("a query", world.caller.call("GET", path_of(link) + "?x=1", key=""), 422)
    group.reply("without .ics", world.caller.call("GET", path_of(link)[:-4], key=""), 404, "not_found")
    before = {one[2]: one[3] for one in events(text)}
    world.caller.post(f"/v1/bookings/{booking['id']}/confirm", {"phone": "+77015550999"})
    reply = read(**{"If-None-Match": tag})
    group.equal("changed", reply.status, 200)
    after = {one[2]: one[3] for one in events(reply.body.decode())}
    group.equal("the same UIDs", set(after), set(before))
    group.expect(any(after[uid] > before[uid] for uid in after), "SEQUENCE has not grown")
    world.caller.post(f"/v1/bookings/{booking['id']}/cancel")
    group.equal("a cancelled stay is gone", [one[:2] for one in events(read().body.decode())], [plain(20, 3)])


GROUPS = [
    ("channels: links of calendars", links),
    ("channels: calendars", calendar),
]
