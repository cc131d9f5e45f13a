# SPDX-License-Identifier: MIT
"""Two instances, 64 clients, the same few flats, stays of different lengths, holds that expire, one instance
killed with -9 every few seconds: no two stays overlap.

Outside the gate the race is also shown to happen: with the exclusion constraint replaced by one of the same name
that never excludes, the same clients create overlapping stays.
"""
import http.client
import json
import random
import threading
import time
import uuid

from booking_load import Flats, booking_body
from stand import Client, Stand, full, in_gate, patience

UNGUARD = """
ALTER TABLE booking.occupancy DROP CONSTRAINT occupancy_no_overlap;
ALTER TABLE booking.occupancy ADD CONSTRAINT occupancy_no_overlap EXCLUDE USING gist (id WITH =);
"""
# Does not use the constraint or its index; an expired hold does not count.
OVERLAPS = """
SELECT count(*) FROM booking.occupancy a JOIN booking.occupancy b
  ON a.apartment_id = b.apartment_id AND a.id < b.id AND a.nights && b.nights
WHERE a.status IN ('held', 'requested', 'payment_claimed', 'confirmed', 'checked_in', 'blocked')
  AND b.status IN ('held', 'requested', 'payment_claimed', 'confirmed', 'checked_in', 'blocked')
"""


class Guest(threading.Thread):
    """Books, confirms, cancels, lets holds expire; retries failed requests with the same key until they are answered."""

    def __init__(self, ports, key, flats, number, end, ledger):
        super().__init__(daemon=True)
        self.clients = [Client(port, key, timeout=patience(8)) for port in ports]
        self.flats, self.number, self.end, self.ledger = flats, number, end, ledger
        self.random = random.Random(number)
        self.guests = number * 1_000_000
        self.unanswered, self.ended = 0, False

    def run(self):
        self._play()
        self.ended = True

    def _play(self):
        while time.monotonic() < self.end:
            self.guests += 1
            body = booking_body(self.random.choice(self.flats), self.random.randrange(1, 40),
                                self.random.choice((1, 1, 2, 3, 5, 7)), self.guests)
            if self.random.random() < 0.5:
                body["hold_seconds"] = 1
            booked = self._until_answered("/v1/bookings", body)
            if booked is None or booked[0] != 201:
                continue
            booking = booked[1]["id"]
            choice = self.random.random()
            if choice < 0.1:
                self._until_answered(f"/v1/bookings/{booking}/confirm", {})
            elif choice < 0.6:
                self._until_answered(f"/v1/bookings/{booking}/cancel", {})

    def _until_answered(self, path, body):
        """One logical request: retried with its key, on either instance, until an answer has its
        outcome."""
        key = str(uuid.UUID(int=self.random.getrandbits(128)))
        while time.monotonic() < self.end + patience(10):
            client = self.random.choice(self.clients)
            try:
                reply = client.post(path, body, headers={"Idempotency-Key": key})
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            self.ledger.append((reply.status, reply.body, path, key))
            if reply.status == 503 or (reply.status == 409 and reply.code == "key_in_progress"):
                time.sleep(0.05)
                continue
            return reply.status, reply.json
        self.unanswered += 1
        return None


def _storm(stand, services, key, flats, seconds, kill):
    ledger, end = [], time.monotonic() + seconds
    guests = [Guest([s.port for s in services], key, flats, number, end, ledger) for number in range(1, 65)]
    for guest in guests:
        guest.start()
    kills = 0
    while time.monotonic() < end:
        time.sleep(min(2.0, max(0.0, end - time.monotonic())))
        if kill and time.monotonic() < end - 1:
            services[kills % len(services)].kill()
            services[kills % len(services)].start()
            kills += 1
    for guest in guests:
        guest.join(patience(30))
        assert guest.ended, f"guest {guest.number} failed or hangs"
        assert not guest.unanswered, f"guest {guest.number}: {guest.unanswered} requests were never answered"
    return ledger, kills


def unguarded():
    with Stand() as stand:
        services, key = [stand.service(), stand.service()], stand.key()
        flats = Flats(stand, key, services[0].port, 10).ids
        stand.sql(UNGUARD)
        def overlapping():
            _storm(stand, services, key, flats, 3, kill=False)
            return int(stand.sql(OVERLAPS))
        # Conflicts are random: a slow machine needs more than one round.
        end, overlaps = time.monotonic() + patience(3), overlapping()
        while overlaps == 0 and time.monotonic() < end:
            overlaps = overlapping()
        assert overlaps > 0, "without the constraint no stays overlapped: the other test shows nothing"
        return f"{overlaps} overlaps"


def race():
    seconds = 30 if full() else 6 if in_gate() else 10
    with Stand() as stand:
        services, key = [stand.service(), stand.service()], stand.key()
        flats = Flats(stand, key, services[0].port, 10).ids
        ledger, kills = _storm(stand, services, key, flats, seconds, kill=True)
        overlaps = int(stand.sql(OVERLAPS))
        acknowledged = [json.loads(body)["id"] for status, body, path, _ in ledger
                        if status == 201 and path == "/v1/bookings"]
        stored = set(stand.sql("SELECT id FROM booking.booking").split())
        failed = [(status, body[:200]) for status, body, _, _ in ledger if status == 500]
        assert overlaps == 0, f"{overlaps} overlapping stays"
        assert len(acknowledged) > 20, f"only {len(acknowledged)} bookings"
        assert not failed, f"{len(failed)} answers were 500: {failed[0]}"
        # The same key may be answered twice (a replay), the same booking never with two keys.
        by_key = {}
        for status, body, path, idempotency in ledger:
            if status == 201 and path == "/v1/bookings":
                by_key.setdefault(idempotency, set()).add(json.loads(body)["id"])
        assert all(len(ids) == 1 for ids in by_key.values()), "one key had two effects"
        assert len(set(acknowledged)) == len(by_key), "one booking was acknowledged with two keys"
        assert set(acknowledged) <= stored, "an acknowledged booking is not stored"
        broken = stand.sql("SELECT count(*) FROM booking.occupancy o WHERE kind = 'booking' AND status IS DISTINCT FROM "
                           "(SELECT to_status FROM booking.booking_history h WHERE h.booking_id = o.id "
                           " ORDER BY h.version DESC, h.id DESC LIMIT 1)")
        assert broken == "0", f"{broken} bookings whose history has another status"
        return f"0 overlaps in {len(set(acknowledged))} bookings, {len(ledger)} answers, {kills} kills"


SCENARIOS = [("64 clients, two instances, kill -9", race, 12)]
SCENARIOS += [] if in_gate() else [("64 clients without the constraint", unguarded, 10)]
