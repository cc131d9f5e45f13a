# SPDX-License-Identifier: MIT
"""A flat is found, held, confirmed and cancelled, step by step, as by a bot."""
import datetime

from stand import Stand, SteadyClient

TODAY = datetime.date.today()


def day(offset):
    return (TODAY + datetime.timedelta(days=offset)).isoformat()


class Steps:
    """Runs (why, method, path, body, headers, status, check) in order; {names} in texts are values
    stored by earlier checks."""

    def __init__(self, client):
        self.client, self.kept = client, {}

    def run(self, steps):
        for why, method, path, body, headers, status, check in steps:
            reply = self.client.call(method, self._fill(path), self._fill(body), headers=self._fill(headers))
            assert reply.status == status, f"{why}: {reply.status}, not {status}: {reply.body[:400]!r}"
            if check:
                check(reply, self.kept)

    def _fill(self, value):
        if isinstance(value, str):
            for name, text in self.kept.items():
                value = value.replace("{" + name + "}", str(text))
            return value
        if isinstance(value, dict):
            return {name: self._fill(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self._fill(one) for one in value]
        return value


def keep(name, *path):
    def check(reply, kept):
        value = reply.json
        for part in path:
            value = value[part]
        kept[name] = value
    return check


def has(**wanted):
    def check(reply, _kept):
        for name, value in wanted.items():
            assert reply.json.get(name) == value, f"{name} is {reply.json.get(name)!r}, not {value!r}"
    return check


def actions(*wanted):
    def check(reply, _kept):
        got = {one["action"] for one in reply.json["allowed_actions"]}
        assert got == set(wanted), f"allowed are {got}, not {set(wanted)}"
    return check


def both(*checks):
    def check(reply, kept):
        for one in checks:
            one(reply, kept)
    return check


def taken(*nights):
    def check(reply, _kept):
        assert reply.code == "nights_taken", reply.json
        assert reply.json["nights"] == list(nights), reply.json["nights"]
    return check


def replayed(reply, kept):
    assert reply.headers["Idempotent-Replay"] == "true"
    assert reply.json["id"] == kept["booking"]


def not_listed(reply, kept):
    assert kept["flat"] not in [one["id"] for one in reply.json["items"]], "a taken flat was offered"


def listed_with_total(amount):
    def check(reply, kept):
        found = [one for one in reply.json["items"] if one["id"] == kept["flat"]]
        assert found and found[0]["total"] == {"amount": amount, "currency": "KZT"}, found
    return check


def statuses_of_days(**wanted):
    def check(reply, _kept):
        days = {one["date"]: one["status"] for one in reply.json["days"]}
        for offset, status in wanted.items():
            assert days[day(int(offset[1:]))] == status, (offset, days[day(int(offset[1:]))])
    return check


GUEST = {"name": "Данияр", "phone": "8 (701) 123-45-67", "language": "kk"}
FLAT = {"owner_id": "{owner}", "title": {"ru": "Студия у Арбата"}, "city": "Алматы", "district": "Алмалинский",
        "rooms": 1, "max_guests": 2, "base_price": {"amount": 1500000, "currency": "KZT"},
        "cleaning_fee": {"amount": 300000, "currency": "KZT"}}
STAY = {"apartment_id": "{flat}", "check_in": day(10), "check_out": day(12), "guests": 2, "guest": GUEST}

BOOK = [
    ("the owner", "POST", "/v1/owners", {"name": "Асель", "phone": "+77010000001"}, {}, 201, keep("owner", "id")),
    ("the flat", "POST", "/v1/apartments", FLAT, {}, 201, keep("flat", "id")),
    ("it is found for the dates, with its price", "GET",
     f"/v1/apartments?city=almaty&guests=2&check_in={day(10)}&check_out={day(12)}", None, {}, 200,
     listed_with_total(3300000)),
    ("a dry run holds nothing", "POST", "/v1/bookings?dry_run=true", STAY, {}, 200, None),
    ("it is held", "POST", "/v1/bookings", STAY, {"Idempotency-Key": "tg:apartments:1:1"}, 201,
     both(keep("booking", "id"), has(status="held", check_in=day(10)), actions("confirm", "cancel", "change-dates"))),
    ("the same request again is the same booking", "POST", "/v1/bookings", STAY,
     {"Idempotency-Key": '"tg:apartments:1:1"'}, 201, replayed),
    ("another request under that key is refused", "POST", "/v1/bookings", {**STAY, "guests": 1},
     {"Idempotency-Key": "tg:apartments:1:1"}, 422, has(code="key_reused")),
    ("a second guest for the second night", "POST", "/v1/bookings",
     {**STAY, "check_in": day(11), "check_out": day(13), "guest": {**GUEST, "phone": "+77019999999"}}, {}, 409,
     taken(day(11))),
    ("the check-out day is free for the next guest", "POST", "/v1/bookings",
     {**STAY, "check_in": day(12), "check_out": day(13), "guest": {**GUEST, "phone": "+77018888888"}}, {}, 201, None),
    ("it is no longer found for the dates", "GET", f"/v1/apartments?city=almaty&check_in={day(10)}&check_out={day(11)}",
     None, {}, 200, not_listed),
    ("the calendar shows it", "GET", "/v1/apartments/{flat}/calendar", None, {}, 200,
     statuses_of_days(d9="free", d10="held", d11="held", d12="held", d13="free")),
    ("it is confirmed", "POST", "/v1/bookings/{booking}/confirm", {}, {}, 200, has(status="confirmed")),
    ("confirming again changes nothing", "POST", "/v1/bookings/{booking}/confirm", {}, {}, 200,
     has(status="confirmed", version=2)),
    ("the calendar shows it booked", "GET", "/v1/apartments/{flat}/calendar", None, {}, 200,
     statuses_of_days(d10="booked", d11="booked")),
    ("it is cancelled", "POST", "/v1/bookings/{booking}/cancel", {"reason": "планы изменились"}, {}, 200,
     both(has(status="cancelled"), actions("set-paid"))),
    ("it cannot be confirmed any more", "POST", "/v1/bookings/{booking}/confirm", {}, {}, 409,
     has(code="already_cancelled")),
    ("the history has all steps", "GET", "/v1/bookings/{booking}/history", None, {}, 200,
     lambda reply, _: [one["to_status"] for one in reply.json["items"]] == ["held", "confirmed", "cancelled"]
     or (_ for _ in ()).throw(AssertionError(reply.json))),
    ("the nights are free again", "POST", "/v1/bookings", STAY, {}, 201, has(status="held")),
]


def book_a_flat():
    with Stand() as stand:
        steps = Steps(SteadyClient(stand.service().port, stand.key()))
        steps.run(BOOK)
        return f"{len(BOOK)} steps"


SCENARIOS = [("a flat from search to cancellation", book_a_flat)]
