# SPDX-License-Identifier: MIT
"""Random operations over HTTP against a model in memory: each answer must be the model's, after any earlier
operations. A failing run is shortened and printed as a list of operations.

An operation is a tuple of words and numbers; a booking, block or quote is identified by its number in the
order of creation, so that a shortened run is still valid.
"""
import datetime
import os
import random
import threading

from booking_load import Flats
from stand import Client, Stand, SteadyClient, full, in_gate

# Differences between the flats; the price is the same on every day of the week.
FLATS = [{}, {"buffer_days": 1, "min_nights": 2}, {"instant_book": False}, {"prepayment_percent": 30, "buffer_days": 2},
         {"instant_book": False, "prepayment_percent": 50, "cleaning_fee": {"amount": 300000, "currency": "KZT"}}]
WINDOW, PRICE, GUESTS_MAX = 40, 1500000, 4
LIVE = ("held", "requested", "payment_claimed", "confirmed")
TODAY = datetime.date.today()
UNSOUND = """
SELECT 'overlap ' || a.id FROM booking.occupancy a JOIN booking.occupancy b
  ON a.apartment_id = b.apartment_id AND a.id < b.id AND a.nights && b.nights
  AND a.status IN ('held', 'requested', 'payment_claimed', 'confirmed', 'checked_in', 'blocked')
  AND b.status IN ('held', 'requested', 'payment_claimed', 'confirmed', 'checked_in', 'blocked')
UNION ALL
SELECT 'history of ' || o.id FROM booking.occupancy o WHERE kind = 'booking' AND status <>
  (SELECT to_status FROM booking.booking_history h WHERE h.booking_id = o.id ORDER BY version DESC LIMIT 1)
UNION ALL
SELECT 'steps of ' || booking_id FROM booking.booking_history GROUP BY booking_id
  HAVING count(*) <> max(version) OR min(version) <> 1
UNION ALL
SELECT 'lines of ' || b.id FROM booking.booking b WHERE b.total <>
  (SELECT sum((line -> 'amount' ->> 'amount')::bigint) FROM json_array_elements(b.lines) line)
UNION ALL
SELECT 'flat of ' || b.id FROM booking.booking b JOIN booking.occupancy o USING (id)
  WHERE b.apartment_id <> o.apartment_id
"""


def text(day):
    return (TODAY + datetime.timedelta(days=day)).isoformat()


def money(amount):
    return {"amount": amount, "currency": "KZT"}


def draw(rng):
    """One operation."""
    flat, day = rng.randrange(len(FLATS)), rng.randrange(2, WINDOW)
    nights, guests, which = rng.choice((1, 1, 2, 2, 3, 5, 7)), rng.choice((1, 1, 1, 2, 4, 5)), rng.randrange(12)
    kind = rng.choices(("book", "confirm", "cancel", "decline", "claim-payment", "check-in", "change-dates", "block",
                        "unblock", "expire", "rates", "quote", "book-quote", "calendar", "contact", "set-paid"),
                       (30, 10, 10, 4, 5, 1, 12, 6, 5, 5, 3, 4, 4, 4, 3, 6))[0]
    if kind in ("book", "quote"):
        return kind, flat, day, nights, guests
    if kind == "change-dates":
        return kind, which, day, nights, rng.choice((None, 1, 2, 5)), rng.choice((None, None, flat))
    if kind == "block":
        return kind, flat, day, nights
    if kind == "set-paid":
        return kind, which, rng.choice((0, 1000000, 3300000))
    if kind == "rates":
        return kind, flat, tuple(_rule(rng) for _ in range(rng.randrange(4)))
    return (kind, flat) if kind == "calendar" else (kind, which)


def _rule(rng):
    """First and last day, price, percent, least nights, closed on arrival, closed on departure."""
    day = rng.randrange(2, WINDOW)
    price, percent = rng.choice(((None, None), (rng.randrange(8, 30) * 100000, None), (None, rng.choice((-20, 10, 33)))))
    return (day, day + rng.randrange(1, 15), price, percent, rng.choice((None, None, 2, 3)), rng.random() < 0.1,
            rng.random() < 0.1)


class Thing:
    """A booking, a block or a quote, as the model expects it."""

    def __init__(self, flat, first, last, **more):
        self.id, self.flat, self.first, self.last = None, flat, first, last
        self.status, self.buffer, self.by = "", 0, None
        self.__dict__.update(more)

    def nights(self):
        return set(range(self.first, self.last + self.buffer))


class Model:
    """The expected state, and the requests."""

    def __init__(self):
        self.bookings, self.blocks, self.quotes = [], [], []
        self.rates = [() for _ in FLATS]

    def night(self, flat, day):
        price = PRICE
        for first, last, fixed, percent, _, _, _ in self.rates[flat]:
            if first <= day < last and fixed is not None:
                price = fixed
            elif first <= day < last and percent is not None:
                price = (PRICE * (100 + percent) // 100 + 50) // 100 * 100
        return price

    def total(self, flat, first, last):
        return sum(self.night(flat, day) for day in range(first, last)) + \
            FLATS[flat].get("cleaning_fee", {}).get("amount", 0)

    def broken_rules(self, flat, first, last, guests):
        found, least = set(), FLATS[flat].get("min_nights", 1)
        for start, end, _, _, nights, no_arrival, no_departure in self.rates[flat]:
            if nights and any(start <= day < end for day in range(first, last)):
                least = max(least, nights)
            if no_arrival and start <= first < end:
                found.add("closed_to_arrival")
            if no_departure and start <= last < end:
                found.add("closed_to_departure")
        if last - first < least:
            found.add("min_nights")
        if guests > GUESTS_MAX:
            found.add("too_many_guests")
        return found

    def taken(self, flat, first, last, buffer, but=None):
        """The nights that a refusal lists."""
        others = set()
        for thing in self.bookings + self.blocks:
            if thing is not but and thing.flat == flat and thing.status in (*LIVE, "blocked"):
                others |= thing.nights()
        named = {day for day in range(first, last) if day in others}
        if any(day in others for day in range(last, last + buffer)):
            named.add(last - 1)
        return named


class Mismatch(AssertionError):
    """The answer differs from the model's."""


class Play:
    """One run of operations on flats of its own."""

    guests = 80_000_000

    def __init__(self, stand, port, key):
        self.stand, self.client, self.model = stand, SteadyClient(port, key), Model()
        self.flats = [Flats(stand, key, port, 1, **fields).ids[0] for fields in FLATS]

    def run(self, operations):
        """(number of the operation with a wrong answer, reason), or None."""
        for number, operation in enumerate(operations):
            try:
                self.step(operation)
            except Mismatch as wrong:
                return number, f"{operation}: {wrong}"
        return None

    def step(self, operation):
        kind, *rest = operation
        own = getattr(self, "do_" + kind.replace("-", "_"), None)
        if own:
            own(*rest)
        else:
            self._act(*rest, kind)

    def expect(self, reply, status, *codes):
        answered = {e["code"] for e in reply.json.get("errors", [])} or {reply.code} if reply.status >= 400 else set()
        if reply.status != status or (codes and answered != set(codes)):
            raise Mismatch(f"{reply.status} {sorted(answered)}, not {status} {sorted(codes)}: {reply.body[:300]}")
        return reply

    @staticmethod
    def equal(what, is_, should):
        if is_ != should:
            raise Mismatch(f"{what} is {is_}, not {should}")

    def same(self, answered, booking):
        self.equal("status", answered["status"], booking.status)
        self.equal("stay", (answered["check_in"], answered["check_out"]), (text(booking.first), text(booking.last)))
        self.equal("total", answered["total"]["amount"], booking.total)
        self.equal("flat", answered["apartment_id"], self.flats[booking.flat])
        self.equal("lines", sum(line["amount"]["amount"] for line in answered["lines"]), booking.total)

    def stay(self, flat, day, nights, guests):
        return {"apartment_id": self.flats[flat], "check_in": text(day), "check_out": text(day + nights), "guests": guests}

    def do_book(self, flat, day, nights, guests):
        self._book(flat, day, day + nights, guests, self.stay(flat, day, nights, guests), None)

    def _book(self, flat, first, last, guests, body, promised):
        Play.guests += 1
        body = {**body, "guest": {"name": "Гость", "telegram_id": Play.guests}}
        buffer = FLATS[flat].get("buffer_days", 0)
        rules, taken = self.model.broken_rules(flat, first, last, guests), self.model.taken(flat, first, last, buffer)
        reply = self.client.post("/v1/bookings", body)
        if rules:
            self.expect(reply, 422, *rules)
        elif taken:
            self.expect(reply, 409, "nights_taken")
            self.equal("nights", reply.json.get("nights"), [text(day) for day in sorted(taken)])
        else:
            self.expect(reply, 201)
            booking = Thing(flat, first, last, guests=guests, buffer=buffer, id=reply.json["id"],
                            status="held" if FLATS[flat].get("instant_book", True) else "requested",
                            total=self.model.total(flat, first, last) if promised is None else promised)
            self.same(reply.json, booking)
            percent = FLATS[flat].get("prepayment_percent", 0)
            self.equal("deposit", reply.json["deposit"]["amount"], -(-booking.total * percent // 10000) * 100)
            self.model.bookings.append(booking)

    def pick(self, things, which):
        """One of the last ones: older ones rarely change."""
        return things[-1 - which % len(things)] if things else None

    def _act(self, which, verb):
        booking = self.pick(self.model.bookings, which)
        if booking is None:
            return
        status, codes, after = self._moved(booking, verb)
        self.expect(reply := self.client.post(f"/v1/bookings/{booking.id}/{verb}"), status, *codes)
        if status == 200:
            if after != booking.status:
                booking.status, booking.by = after, verb
            self.same(reply.json, booking)
        else:
            self.same(self.client.get(f"/v1/bookings/{booking.id}").json, booking)

    def _moved(self, booking, verb):
        """Status, codes and the booking's status afterwards."""
        due = FLATS[booking.flat].get("prepayment_percent", 0) > 0
        moves = {("confirm", "held"): "confirmed", ("confirm", "requested"): "held" if due else "confirmed",
                 ("confirm", "payment_claimed"): "confirmed", ("decline", "requested"): "declined",
                 **{("cancel", status): "cancelled" for status in LIVE}}
        if due:
            moves["claim-payment", "held"] = "payment_claimed"
        if booking.by == verb:
            return 200, (), booking.status
        if after := moves.get((verb, booking.status)):
            return 200, (), after
        if booking.status == "expired":
            return (410, ("hold_expired",), None) if verb in ("confirm", "claim-payment") else (409, ("already_expired",), None)
        if (verb, booking.status) == ("claim-payment", "held"):
            return 409, ("nothing_due",), None
        if (verb, booking.status) == ("check-in", "confirmed"):
            return 409, ("too_early",), None
        return 409, (f"already_{booking.status}",), None

    def do_contact(self, which):
        booking = self.pick(self.model.bookings, which)
        if booking is None:
            return
        reply = self.client.post(f"/v1/bookings/{booking.id}/contact", {"phone": "+77010000001"})
        if booking.status == "expired":
            self.expect(reply, 410, "hold_expired")
        elif booking.status not in LIVE:
            self.expect(reply, 409, f"already_{booking.status}")
        else:
            self.same(self.expect(reply, 200).json, booking)
            self.equal("phone", reply.json["guest"]["phone"], "+77010000001")

    def do_set_paid(self, which, paid):
        booking = self.pick(self.model.bookings, which)
        if booking is None:
            return
        reply = self.client.post(f"/v1/bookings/{booking.id}/set-paid", {"paid": money(paid)})
        if booking.status not in ("confirmed", "cancelled", "expired"):
            self.expect(reply, 409, f"already_{booking.status}")
            return
        self.same(self.expect(reply, 200).json, booking)
        self.equal("paid", reply.json["paid"]["amount"], paid)
        if booking.status == "cancelled":
            self.equal("refund", reply.json["refund"]["amount"], max(paid - reply.json["fee"]["amount"], 0))
        else:
            due = paid - (booking.total if booking.status == "confirmed" else 0)
            self.equal("refund_due", reply.json.get("refund_due"), money(due) if due > 0 else None)

    def do_change_dates(self, which, day, nights, guests, flat):
        booking = self.pick(self.model.bookings, which)
        if booking is None:
            return
        flat = booking.flat if flat is None else flat
        wish = {"check_in": text(day), "check_out": text(day + nights), "apartment_id": self.flats[flat]}
        if guests:
            wish["guests"] = guests
        guests = guests or booking.guests
        reply = self.client.post(f"/v1/bookings/{booking.id}/change-dates", wish)
        same = (booking.flat, booking.first, booking.last, booking.guests) == (flat, day, day + nights, guests)
        if booking.status not in LIVE:
            self.expect(reply, 409, f"already_{booking.status}")
        elif same:
            self.same(self.expect(reply, 200).json, booking)
        elif rules := self.model.broken_rules(flat, day, day + nights, guests):
            self.expect(reply, 422, *rules)
        elif taken := self.model.taken(flat, day, day + nights, booking.buffer, booking):
            self.expect(reply, 409, "nights_taken")
            self.equal("nights", reply.json.get("nights"), [text(one) for one in sorted(taken)])
        else:
            self.expect(reply, 200)
            booking.flat, booking.first, booking.last, booking.guests = flat, day, day + nights, guests
            booking.total = self.model.total(flat, day, day + nights)
            self.same(reply.json, booking)

    def do_block(self, flat, day, nights):
        taken = self.model.taken(flat, day, day + nights, 0)
        reply = self.client.post(f"/v1/apartments/{self.flats[flat]}/blocks", {"from": text(day), "to": text(day + nights)})
        if taken:
            self.expect(reply, 409, "nights_taken")
        else:
            self.model.blocks.append(Thing(flat, day, day + nights, status="blocked", id=self.expect(reply, 201).json["id"]))

    def do_unblock(self, which):
        block = self.pick(self.model.blocks, which)
        if block is None:
            return
        path = f"/v1/apartments/{self.flats[block.flat]}/blocks/{block.id}"
        self.equal("DELETE", self.client.call("DELETE", path).status, 204 if block.status == "blocked" else 404)
        block.status = "released"

    def do_expire(self, which):
        """Ends the time to act, by the database's clock. A claimed payment waits on."""
        booking = self.pick([one for one in self.model.bookings if one.status in LIVE[:3]], which)
        if booking is None:
            return
        self.stand.sql(f"UPDATE booking.occupancy SET expires_at = now() - interval '1 second' WHERE id = '{booking.id}'")
        if booking.status != "payment_claimed":
            booking.status, booking.by = "expired", None

    def do_rates(self, flat, rules):
        names = ("price", "percent", "min_nights", "closed_to_arrival", "closed_to_departure")
        items = [{"from": text(first), "to": text(last), **{name: money(value) if name == "price" else value
                                                            for name, value in zip(names, values) if value}}
                 for first, last, *values in rules if any(values)]
        self.expect(self.client.call("PUT", f"/v1/apartments/{self.flats[flat]}/rates", {"items": items}), 200)
        self.model.rates[flat] = rules

    def do_quote(self, flat, day, nights, guests):
        free = not self.model.taken(flat, day, day + nights, FLATS[flat].get("buffer_days", 0)) and \
            not self.model.broken_rules(flat, day, day + nights, guests)
        reply = self.client.post("/v1/quotes", self.stay(flat, day, nights, guests))
        if not free:
            self.expect(reply, 422)
            self.equal("code", reply.code, "not_available")
        else:
            self.expect(reply, 201)
            quote = Thing(flat, day, day + nights, guests=guests, id=reply.json["id"], total=self.model.total(flat, day, day + nights))
            self.equal("total", reply.json["total"]["amount"], quote.total)
            self.model.quotes.append(quote)

    def do_book_quote(self, which):
        quote = self.pick(self.model.quotes, which)
        if quote:
            self._book(quote.flat, quote.first, quote.last, quote.guests, {"quote_id": quote.id}, quote.total)

    def do_calendar(self, flat):
        """Compares each day with its stay, block or buffer and its price, and all bookings."""
        days, model = {}, self.model
        for thing in model.bookings + model.blocks:
            if thing.flat == flat and thing.status in (*LIVE, "blocked"):
                shown = {"confirmed": "booked", "blocked": "blocked"}.get(thing.status, "held")
                days.update({day: shown if day < thing.last else "buffer" for day in thing.nights()})
        reply = self.expect(self.client.get(f"/v1/apartments/{self.flats[flat]}/calendar?from={text(2)}&to={text(WINDOW)}"), 200)
        for day, answered in zip(range(2, WINDOW), reply.json["days"]):
            self.equal(f"day {day}", (answered["status"], answered["price"]["amount"]), (days.get(day, "free"), model.night(flat, day)))
        for booking in model.bookings[-20:]:
            self.same(self.client.get(f"/v1/bookings/{booking.id}").json, booking)


def shortest(operations, number, fails, tries=200):
    """Removes operations that the failure does not need, halves first."""
    operations = operations[:number + 1]
    size = len(operations) // 2
    while size > 0 and tries > 0:
        start = 0
        while start < len(operations) and tries > 0:
            tries -= 1
            fewer = operations[:start] + operations[start + size:]
            if fewer and (found := fails(fewer)) is not None:
                operations = fewer[:found[0] + 1]
            else:
                start += size
        size //= 2
    return operations


def sound(stand, client):
    wrong = stand.sql(UNSOUND).splitlines()
    assert not wrong, f"{len(wrong)} invariants broken: {wrong[:5]}"
    check = client.get("/v1/selfcheck")
    assert check.status == 200 and check.json["ok"], check.body


def seed_of():
    """The seed; constant in the gate."""
    return int(os.environ.get("TEST_SEED") or (1 if in_gate() else random.SystemRandom().randrange(1 << 32)))


def model():
    """One client; each answer must be the model's."""
    seed, count = seed_of(), 10000 if full() else 1500
    with Stand() as stand:
        service, key = stand.service(), stand.key(rate=1000000)
        rng, done, runs = random.Random(seed), 0, 0
        while done < count:
            operations = [draw(rng) for _ in range(250)]
            found = Play(stand, service.port, key).run(operations)
            if found is not None:
                short = shortest(operations, found[0], lambda some: Play(stand, service.port, key).run(some))
                why = Play(stand, service.port, key).run(short) or found
                raise AssertionError(f"seed {seed}, {len(short)} operations:\n" + "\n".join(map(str, short)) + f"\n{why[1]}")
            done, runs = done + len(operations), runs + 1
        sound(stand, SteadyClient(service.port, key))
        return f"{done} operations in {runs} runs, seed {seed}"


class Together(Play):
    """The same operations while others change the same bookings: any answer but a failure is accepted."""

    def expect(self, reply, status, *codes):
        if reply.status >= 500 or reply.status == 429 or reply.status == 400:
            self.failed.append((reply.status, reply.body[:300]))
        self.answered[reply.status] = self.answered.get(reply.status, 0) + 1
        if reply.status != status:
            raise Mismatch
        return reply

    def equal(self, what, is_, should):
        pass

    def same(self, answered, booking):
        booking.status = answered.get("status", booking.status)


def together():
    """Eight clients with the same flats and bookings on two instances: the invariants hold."""
    seed, count = seed_of(), 10000 if full() else 1500
    with Stand() as stand:
        services, key = [stand.service(), stand.service()], stand.key(rate=1000000)
        first = Together(stand, services[0].port, key)
        players = [Together.__new__(Together) for _ in range(8)]
        for number, player in enumerate(players):
            player.stand, player.client = stand, Client(services[number % 2].port, key)
            player.flats, player.model, player.failed, player.answered = first.flats, first.model, [], {}
        threads = [threading.Thread(target=_storm, args=(player, random.Random(f"{seed}/{number}"), count // 8))
                   for number, player in enumerate(players)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(600)
            assert not thread.is_alive(), f"seed {seed}: a client hangs"
        failed = [one for player in players for one in player.failed]
        assert not failed, f"seed {seed}: {len(failed)} failed: {failed[:3]}"
        sound(stand, SteadyClient(services[0].port, key))
        answered = {}
        for player in players:
            for status, number in player.answered.items():
                answered[status] = answered.get(status, 0) + number
        assert answered.get(201, 0) > 20 and answered.get(409, 0) > 20, answered
        return f"{sum(answered.values())} answers {dict(sorted(answered.items()))}, seed {seed}"


def _storm(player, rng, count):
    for _ in range(count):
        try:
            player.step(draw(rng))
        except Mismatch:
            pass
        except Exception as error:  # report it: an exception only ends the thread
            player.failed.append((0, repr(error)))


SCENARIOS = [("model: one client, every answer predicted", model, 12), ("model: eight clients, the invariants", together, 10)]
