# SPDX-License-Identifier: MIT
"""Row 25: the service's clock jumps; the database's clock decides."""
import datetime
import email.utils
import glob
import os
import time
import uuid

from booking_load import Flats, Invariants, Load, booking_body, percentile
from rows import Unavailable
from stand import Client, Stand, full, wait_until

# What libfaketime reads: an offset, or an instant from which the clock runs.
STEPS = [("an hour on", "+1h"), ("an hour back", "-1h"), ("a year on", "+365d"), ("a year back", "-365d"),
         ("summer time ends", "@2026-10-25 02:59:59"), ("summer time begins", "@2027-03-28 01:59:59"), ("right", "+0")]


def stepped(random):
    """Nothing hangs, no hold ends early or late, a key has one effect, across each step."""
    library = sorted(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1"))
    if not library:
        raise Unavailable("libfaketime is not installed")
    with Stand() as stand:
        clock = os.path.join(stand.folder, "clock")
        step_to(clock, "+0")
        service, key = stand.service(LD_PRELOAD=library[0], FAKETIME_TIMESTAMP_FILE=clock, FAKETIME_NO_CACHE="1",
                                     FAKETIME_DONT_FAKE_MONOTONIC="1", DONT_FAKE_MONOTONIC="1", TZ="Europe/Berlin",
                                     SWEEP_INTERVAL="200ms"), stand.key()
        client = Client(service.port, key)
        flats = Flats(stand, key, service.port, 20)
        held = client.post("/v1/bookings", booking_body(flats.ids[0], 310, 2, 1))
        assert held.status == 201, held.body
        load = Load([service.port], key, flats, seed=random.random()).start()
        wrong = []
        for number, (why, text) in enumerate(STEPS):
            step_to(clock, text)
            time.sleep(2 if full() else 1)
            moved = abs(_date_of(client) - datetime.datetime.now(datetime.timezone.utc)) > datetime.timedelta(minutes=30)
            assert moved == (text != "+0"), f"{why}: the service's clock is {_date_of(client)}"
            wrong += [f"{why}: {what}" for what in _after(client, flats.ids[1], number, held.json)]
        ledger = load.stop()
        told = client.post(f"/v1/bookings/{held.json['id']}/confirm", {})
        check = Invariants(stand, ledger).all()
        check.wrong += wrong
        check.expect(told.status == 200, f"confirm: {told.status} {told.body[:200]}")
        bad = [e for e in ledger if e.error or e.status >= 500 or e.status == 429]
        check.expect(not bad, f"{len(bad)} refused: {bad[:1]}")
        assert not check.wrong, check.wrong
        return f"{len(STEPS)} steps, {len(ledger)} requests, p99 {percentile([e.took for e in ledger], 0.99) * 1000:.0f} ms"


def _date_of(client):
    return email.utils.parsedate_to_datetime(client.get("/v1/cities").headers["Date"])


def step_to(clock, text):
    with open(clock + ".new", "w", encoding="ascii") as file:
        file.write(text + "\n")
    os.rename(clock + ".new", clock)


def _after(client, flat, number, held):
    """Yields the faults after a step: of the old hold, a short one, a new one, and a repeated request."""
    status = client.get(f"/v1/bookings/{held['id']}").json
    if (status["status"], status["expires_at"]) != ("held", held["expires_at"]):
        yield f"the hold is {status['status']} until {status['expires_at']}"
    body = booking_body(flat, 310 + number * 3, 2, 100 + number * 2)
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    made = client.post("/v1/bookings", body, headers=headers)
    if made.status != 201:
        yield f"no booking: {made.status} {made.body[:200]}"
        return
    ends = datetime.datetime.fromisoformat(made.json["expires_at"].replace("Z", "+00:00"))
    rest = (ends - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
    if not 14 * 60 < rest <= 15 * 60 + 5:
        yield f"a hold of {rest:.0f} s"
    again = client.post("/v1/bookings", body, headers=headers)
    if again.body != made.body:
        yield f"a different answer to the same key: {again.status} {again.body[:200]}"
    client.post(f"/v1/bookings/{made.json['id']}/cancel", {})
    short = client.post("/v1/bookings", {**body, "hold_seconds": 1, "guest": {**body["guest"], "telegram_id": 101 + number * 2}})
    if short.status != 201:
        yield f"no short hold: {short.status} {short.body[:200]}"
        return
    try:
        wait_until("expired", 5, lambda: client.get(f"/v1/bookings/{short.json['id']}").json["status"] == "expired")
    except TimeoutError as error:
        yield str(error)
