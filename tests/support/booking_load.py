# SPDX-License-Identifier: MIT
"""Open-loop load on booking-api, a ledger of acknowledged requests, and the invariants that must hold after
every fault (I1 to I6).

Open loop: requests are due at fixed times whether or not earlier ones have ended, so that a stall becomes visible.
"""
import collections
import datetime
import http.client
import itertools
import json
import os
import queue
import random
import threading
import time
import uuid

from stand import Client

Entry = collections.namedtuple("Entry", "began took method path key status code headers body error")
DEADLINE = 5.0
# Every booking has a guest of its own, also in a later load: a guest may have only two stays without a payment.
GUESTS = itertools.count(10_000_000)


class Flats:
    """Flats to book, created for the test."""

    def __init__(self, stand, key, port, count, **fields):
        client = Client(port, key)
        owner = client.post("/v1/owners", {"name": "Асель", "phone": "+77010000001"}).json["id"]
        self.ids = []
        for number in range(count):
            flat = {"owner_id": owner, "title": {"ru": f"Квартира {number}"}, "city": "almaty", "rooms": 1,
                    "max_guests": 4, "base_price": {"amount": 1500000, "currency": "KZT"}, **fields}
            reply = client.post("/v1/apartments", flat)
            assert reply.status == 201, reply.body
            self.ids.append(reply.json["id"])
        client.close()


def day(offset):
    return (datetime.date.today() + datetime.timedelta(days=offset)).isoformat()


def booking_body(flat, first, nights, guest, **more):
    return {"apartment_id": flat, "check_in": day(first), "check_out": day(first + nights), "guests": 1,
            "guest": {"name": "Гость", "telegram_id": guest, "language": "ru"}, **more}


class Load:
    """`rate` requests a second against one of `ports` until stop(); 30 % of them book, with a key. One booking in
    ten repeats an earlier request, as clients do that got no answer."""

    def __init__(self, ports, key, flats, rate=50, seed=1, workers=64, post_share=0.3, timeout=DEADLINE + 3):
        self.ports, self.key, self.flats, self.rate, self.timeout = ports, key, flats, rate, timeout
        self.random = random.Random(seed)
        self.post_share, self.posted = post_share, []
        self.ledger, self.lock = [], threading.Lock()
        self.due, self.ended = queue.Queue(), threading.Event()
        self.threads = [threading.Thread(target=self._work, daemon=True) for _ in range(workers)]
        self.pacer = threading.Thread(target=self._pace, daemon=True)

    def start(self):
        for thread in (*self.threads, self.pacer):
            thread.start()
        return self

    def stop(self):
        self.ended.set()
        self.pacer.join()
        for _ in self.threads:
            self.due.put(None)
        for thread in self.threads:
            thread.join(self.timeout + 5)
        return self.ledger

    def run(self, seconds):
        self.start()
        time.sleep(seconds)
        return self.stop()

    def _pace(self):
        began, number = time.monotonic(), 0
        while not self.ended.is_set():
            number += 1
            pause = began + number / self.rate - time.monotonic()
            if pause > 0:
                time.sleep(pause)
            self.due.put((time.monotonic(), *self._next(number)))

    def _next(self, number):
        flat = self.random.choice(self.flats.ids)
        port = self.ports[number % len(self.ports)]
        if self.random.random() < self.post_share:
            if self.posted and self.random.random() < 0.1:
                return port, "POST", "/v1/bookings", *self.random.choice(self.posted[-100:])
            body = booking_body(flat, self.random.randrange(1, 300), self.random.randrange(1, 5), next(GUESTS))
            self.posted.append((json.dumps(body), str(uuid.UUID(int=self.random.getrandbits(128)))))
            return port, "POST", "/v1/bookings", *self.posted[-1]
        path = self.random.choice([f"/v1/apartments/{flat}", "/v1/cities", f"/v1/apartments/{flat}/calendar"])
        return port, "GET", path, None, None

    def _work(self):
        clients = {}
        while (job := self.due.get()) is not None:
            due, port, method, path, body, idempotency = job
            client = clients.setdefault(port, Client(port, self.key, self.timeout))
            self._one(client, due, method, path, body, idempotency)
        for client in clients.values():
            client.close()

    def _one(self, client, due, method, path, body, idempotency):
        headers = {"Idempotency-Key": idempotency} if idempotency else None
        began = time.monotonic()
        try:
            reply = client.call(method, path, body, headers=headers)
            entry = Entry(due, time.monotonic() - began, method, path, idempotency, reply.status,
                          reply.code if reply.status >= 400 else None, reply.headers, reply.body, None)
        except (OSError, http.client.HTTPException) as error:
            entry = Entry(due, time.monotonic() - began, method, path, idempotency, 0, None, None, body,
                          type(error).__name__)
        with self.lock:
            self.ledger.append(entry)


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def resources(service):
    """Resources that must return to their former values: RSS in kB, descriptors, threads."""
    return {"rss": service.status("VmRSS"), "fds": len(os.listdir(f"/proc/{service.pid}/fd")),
            "threads": service.status("Threads")}


class Invariants:
    """Collects faults; an empty list is a pass."""

    def __init__(self, stand, ledger):
        self.stand, self.ledger, self.wrong = stand, ledger, []

    def expect(self, true, what):
        if not true:
            self.wrong.append(what)
        return self

    def acknowledged_once(self):
        """I1: each acknowledged booking is stored exactly once, each key has one effect."""
        ids = collections.defaultdict(set)
        for entry in self.ledger:
            if entry.status == 201:
                ids[entry.key].add(json.loads(entry.body)["id"])
        acknowledged = set().union(*ids.values())
        lost = acknowledged - set(self.stand.sql("SELECT id FROM booking.booking").split())
        self.expect(acknowledged, "I1: no booking was acknowledged")
        self.expect(not lost, f"I1: {len(lost)} acknowledged bookings are not stored")
        self.expect(sum(map(len, ids.values())) == len(acknowledged) == len(ids),
                    f"I1: {len(ids)} keys have {len(acknowledged)} bookings")
        return self

    def no_overlaps(self):
        """I2, checked without the constraint's own index."""
        overlaps = self.stand.sql(
            "SELECT count(*) FROM booking.occupancy a JOIN booking.occupancy b ON a.apartment_id = b.apartment_id"
            " AND a.id < b.id AND a.nights && b.nights WHERE a.status IN ('held','requested','payment_claimed',"
            "'confirmed','checked_in','blocked') AND b.status IN ('held','requested','payment_claimed',"
            "'confirmed','checked_in','blocked')")
        return self.expect(overlaps == "0", f"I2: {overlaps} overlapping stays")

    def in_time(self, limit=DEADLINE + 1):
        """I3: every request ends within its deadline and one second."""
        late = [e for e in self.ledger if e.took > limit]
        return self.expect(not late, f"I3: {len(late)} requests took over {limit} s")

    def problems_are_typed(self):
        """I4: errors are problem+json; 429 and 503 have Retry-After; never 500."""
        for entry in self.ledger:
            if entry.status < 400:
                continue
            kind = entry.headers.get("Content-Type", "")
            self.expect(kind.startswith("application/problem+json"), f"I4: {entry.status} as {kind!r}")
            self.expect(entry.status not in (429, 503) or entry.headers.get("Retry-After"),
                        f"I4: {entry.status} without Retry-After")
            self.expect(entry.status != 500, f"I4: a 500: {entry.body[:200]!r}")
        return self

    def back_to(self, baseline, service, seconds):
        """I5: resources return to the baseline within 5 % (RSS: plus 2 MB)."""
        end = time.monotonic() + seconds
        while True:
            now = resources(service)
            over = {name: (baseline[name], now[name]) for name in now
                    if now[name] > baseline[name] * 1.05 + (2048 if name == "rss" else 2)}
            if not over or time.monotonic() > end:
                return self.expect(not over, f"I5: above the baseline: {over}")
            time.sleep(0.5)

    def all(self):
        return self.acknowledged_once().no_overlaps().in_time().problems_are_typed()
