# SPDX-License-Identifier: MIT
"""Three instances of booking-api behind Traefik, under load from outside: one is killed, one is frozen; scaled up
and down; stopped one after another. Traefik's access log names the instance of each request, by X-Request-Id.

Open loop: requests are due at fixed times whether or not earlier ones have ended; 20 % of them book.
"""
import collections
import datetime
import http.client
import itertools
import json
import random
import time
import uuid

import edge
import rig
import stack as stacks
from booking_load import Load as OpenLoad, booking_body
from stand import full

INSTANCES = 3
RATE = 80            # requests a second; from so many addresses that no limit per address applies
WORKERS = 96
SLOW_SECONDS = 0.9   # the longest wait for a running instance
POST_SHARE = 0.2
EJECTED_SECONDS = 4.0
FLATS = 100          # each night is booked once in all checks of a run
SETTLE_SECONDS = 2.0
APART_SECONDS = 5.0  # between the two failures; longer than an ejection
ENDED_SECONDS = 1.0  # within which a request of a killed instance ends
ANSWER_SECONDS = 6.0 # the longest time of an answer of the edge
ROUTED_SECONDS = 20.0
STOPS_SHORT, STOPS_FULL = 2, 100
Entry = collections.namedtuple("Entry", "id took method status body error")


def scale(instances):
    """Scales to so many instances and waits until all are healthy and known to Traefik. A formerly frozen one is unhealthy until
    its next check."""
    end = time.monotonic() + ROUTED_SECONDS
    while any(stacks.inspect(one)["State"]["Health"]["Status"] == "unhealthy" for one in stacks.containers("booking-api")):
        assert time.monotonic() < end, "an instance remains unhealthy"
        time.sleep(0.2)
    stacks.compose("up", "--detach", "--wait", "--no-recreate", "--no-deps", "--scale", f"booking-api={instances}", "booking-api")
    wanted = {f"http://{stacks.address(one)}:7020": "UP" for one in stacks.containers("booking-api")}
    while edge.rawdata()["services"].get("booking-api@docker", {}).get("serverStatus") != wanted:
        assert time.monotonic() < end, f"Traefik does not route to {sorted(wanted)}"
        time.sleep(0.2)


def flats(stack):
    """Flats to book, once for all checks."""
    if getattr(stack, "flats", None):
        return stack.flats
    customer = stacks.Customer("api", key=stack.key)
    owner = customer.post("/v1/owners", {"name": "Асель", "phone": "+77010000002"}).json["id"]
    stack.flats = []
    for number in range(FLATS):
        answer = customer.post("/v1/apartments", {
            "owner_id": owner, "title": {"ru": f"Квартира {number}"}, "city": "almaty", "rooms": 1, "max_guests": 4,
            "base_price": {"amount": 1500000, "currency": "KZT"}})
        assert answer.status == 201, answer.body
        stack.flats.append(answer.json["id"])
    customer.close()
    stack.nights = iter((flat, offset) for offset in range(1, 360) for flat in stack.flats)
    return stack.flats


class Load(OpenLoad):
    """`with Load(stack) as load:` then load.ledger. From outside, over TLS; books each night once."""

    def __init__(self, stack, rate=RATE):
        super().__init__([], stack.key, flats(stack), rate=rate, workers=WORKERS, post_share=POST_SHARE, timeout=20)
        self.nights, self.sources = stack.nights, itertools.cycle(rig.ATTACKERS_V4)

    def __enter__(self):
        self.start()
        time.sleep(1)
        return self

    def __exit__(self, *_):
        self.stop()

    def _next(self, _):
        if self.random.random() < self.post_share:
            flat, offset = next(self.nights)
            guest = 10_000_000 + random.SystemRandom().randrange(1 << 40)
            return "POST", "/v1/bookings", booking_body(flat, offset, 1, guest)
        return "GET", f"/v1/apartments/{self.random.choice(self.flats)}", None

    def _work(self):
        customer = stacks.Customer("api", key=self.key, timeout=self.timeout, source=next(self.sources))
        while (one := self.due.get()) is not None:
            _, method, path, body = one
            identity, began = uuid.uuid4().hex, time.monotonic()
            headers = {"X-Request-Id": identity}
            if body:
                headers["Idempotency-Key"] = f'"{identity}"'
            status, text, error = 0, b"", None
            try:
                answer = customer.call(method, path, body, headers)
                status, text = answer.status, answer.body
            except (OSError, http.client.HTTPException) as why:
                error = repr(why)
            self.ledger.append(Entry(identity, time.monotonic() - began, method, status, text, error))
        customer.close()

    def failed(self):
        return [one for one in self.ledger if one.error or one.status not in (200, 201)]

    def summary(self):
        times = sorted(one.took for one in self.ledger)
        return (f"{len(self.ledger)} requests, {len(self.failed())} failed, "
                f"p99 {times[int(len(times) * 0.99)] * 1000:.0f} ms")


def access_log(since):
    """Request id -> line of Traefik's access log."""
    lines = (json.loads(line) for line in stacks.access_log() if '"request_X-Request-Id"' in line)
    return {entry["request_X-Request-Id"]: entry for entry in lines if started(entry) >= since}


def started(entry):
    return datetime.datetime.fromisoformat(entry["StartUTC"][:26].rstrip("Z") + "+00:00").timestamp()


def nothing_lost(load):
    """Each acknowledged booking is stored exactly once."""
    booked = [json.loads(one.body)["id"] for one in load.ledger if one.method == "POST" and one.status == 201]
    assert booked and len(set(booked)) == len(booked), "two answers with one booking"
    words = ",".join(f"'{one}'" for one in booked)
    stored = stacks.sql(f"SELECT count(*) FROM booking.booking WHERE id IN ({words})").strip()
    assert int(stored) == len(booked), f"{len(booked)} bookings acknowledged, {stored} stored"
    return len(booked)


def lost(stack):
    """Of three instances under load one is frozen, then another one is killed."""
    scale(INSTANCES)
    sleeper, victim, survivor = stacks.containers("booking-api")
    there = {f"{stacks.address(one)}:7020" for one in (sleeper, victim, survivor)}
    since = time.time()
    try:
        with Load(stack) as load:
            time.sleep(SETTLE_SECONDS)
            frozen = time.time()
            rig.docker("pause", sleeper)
            time.sleep(APART_SECONDS)
            killed = time.time()
            rig.docker("kill", victim)
            time.sleep(ANSWER_SECONDS + 1)
        log = access_log(since)
        before = {one.get("ServiceAddr") for one in log.values() if started(one) < frozen}
        assert there <= before, f"not every instance had requests before: {before}"
        ejected = [last_met(load, log, frozen, killed), last_met(load, log, killed, time.time())]
        assert max(ejected) <= EJECTED_SECONDS, f"requests still went to the frozen and the killed instance {ejected} s later"
        slowest = max(one.took for one in load.ledger)
        assert slowest <= ANSWER_SECONDS, f"an answer took {slowest:.1f} s"
        elsewhere = answered_by((victim, survivor))
        for one in load.failed():
            assert one.status in (502, 504), f"not an answer of the edge: {one}"
            assert one.id not in elsewhere, f"failed, though a running instance answered it: {one}"
        return f"frozen ejected after {ejected[0]:.1f} s, killed after {ejected[1]:.1f} s, {load.summary()}, " \
            f"{nothing_lost(load)} bookings stored"
    finally:
        rig.docker("unpause", sleeper)
        rig.docker("rm", "--force", victim)


def last_met(load, log, begin, end):
    """Seconds after `begin` of the last request that had to wait for a lost instance, or failed. One that was under
    way when the next instance was killed, at `end`, and ended then, belongs to that one; a frozen instance holds a request for seconds."""
    failed = {one.id for one in load.failed()}
    met = []
    for one in load.ledger:
        if one.id not in log or not (one.took > SLOW_SECONDS or one.id in failed):
            continue
        at = started(log[one.id])
        if begin < at < end and not end < at + one.took < end + ENDED_SECONDS:
            met.append(at - begin)
    return max(met, default=0)


def answered_by(instances):
    """IDs of the requests in the logs of these instances."""
    seen = set()
    for instance in instances:
        for line in rig.docker("logs", instance).splitlines():
            if '"http_request"' in line:
                seen.add(json.loads(line)["request_id"])
    assert seen, "the instances log no requests"
    return seen


def up_and_down(stack):
    scale(1)
    with Load(stack) as load:
        scale(INSTANCES)
        time.sleep(SETTLE_SECONDS)
        scale(1)
        time.sleep(SETTLE_SECONDS)
    assert not load.failed(), f"{load.summary()}: {load.failed()[:3]}"
    return f"1, 3, 1 instances: {load.summary()}, {nothing_lost(load)} bookings stored"


def stopped(stack):
    """Row 2 of the fault table: SIGTERM under load, and Docker restarts the instance."""
    scale(2)
    stops = STOPS_FULL if full() else STOPS_SHORT
    with Load(stack) as load:
        for number in range(stops):
            victim = stacks.containers("booking-api")[number % 2]
            began = time.monotonic()
            rig.docker("stop", victim)
            took = time.monotonic() - began
            code = stacks.inspect(victim)["State"]["ExitCode"]
            assert code == 0 and took <= 25, f"ended with {code} after {took:.0f} s"
            rig.docker("start", victim)
            scale(2)
    assert not load.failed(), f"{load.summary()}: {load.failed()[:3]}"
    return f"{stops} stops: {load.summary()}"


# Each begins with the instances that the previous one leaves; the last one leaves one.
CHECKS = (("of three instances one frozen, one killed", lost), ("SIGTERM", stopped), ("1 to 3 to 1", up_and_down))
