# SPDX-License-Identifier: MIT
"""Server 2, with the data, has a power failure under load and returns: programs book with a key on the api host,
guests by the bots of server 1. It recovers without help, and all acknowledged bookings are stored."""
import functools
import http.client
import itertools
import json
import os
import threading
import time
import uuid

import power
import rig
import two_people
from booking_load import booking_body
from stand import full
from two_journey import flats_made

PROGRAMS, PAUSE_SECONDS = 4, 0.1
OFF_SECONDS = 60 if full() else 12
# Programs book so long before and after the failure.
BUSY_SECONDS = 3
UP_SECONDS = 90
# No program retries after this time, whatever the state of the server.
LAST_SECONDS = OFF_SECONDS + 2 * UP_SECONDS
TAPPED_SECONDS, TAPS_SECONDS = 30, 6
NIGHTS = range(1, 300)
GUESTS = PROGRAMS * len(NIGHTS)


class Programs:
    """As a context: each books night after night, and retries with the same key and body until it has a final answer.
    `acknowledged` has (the guest's number, the booking) of every 201, `tries` the number of requests."""

    def __init__(self, subject):
        flats = flats_made(subject, PROGRAMS)
        self.acknowledged, self.tries, self.unanswered, self.ended = [], 0, 0, threading.Event()
        self.first = subject.first_guest(GUESTS)
        self.guests = itertools.count(self.first)
        self.threads = [threading.Thread(target=self.run, args=(subject, flat, source), daemon=True)
                        for flat, source in zip(flats, rig.CLIENTS_V4)]
        self.failure, self.end = None, time.monotonic() + LAST_SECONDS

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def run(self, subject, flat, source):
        try:
            customer = subject.two.customer("api", key=subject.key, source=source, timeout=3)
            for night in NIGHTS:
                if self.ended.wait(PAUSE_SECONDS):
                    break
                self.book(customer, flat, night, next(self.guests))
            customer.close()
        except Exception as why:  # raised again when the bookings are checked
            self.failure = why

    def book(self, customer, flat, night, guest):
        """Retries until it is answered, also after the end of the run."""
        body, key = booking_body(flat, night, 1, guest), {"Idempotency-Key": f'"{uuid.uuid4()}"'}
        while True:
            self.tries += 1
            try:
                answer = customer.call("POST", "/v1/bookings", body, key)
            except (OSError, http.client.HTTPException):
                answer = None
            if answer and answer.status == 201:
                self.acknowledged.append((guest, answer.json["id"]))
                return
            self.unanswered += 1
            again = answer is None or answer.status in (429, 502, 503, 504) or answer.code == "key_in_progress"
            assert again, f"{answer.status} {answer.body[:300]!r}"
            assert time.monotonic() < self.end, "no answer in time"
            time.sleep(1)

    def kept(self, subject):
        """Each guest has exactly the acknowledged booking, whichever answers were lost."""
        if self.failure:
            raise self.failure
        rows = subject.two.sql("SELECT guest_telegram_id, id FROM booking.booking WHERE guest_telegram_id "
                               f"BETWEEN {self.first} AND {self.first + GUESTS - 1}").split()
        there = sorted((int(guest), booking) for guest, booking in (row.split("|") for row in rows))
        assert there == sorted(self.acknowledged), f"lost: {set(self.acknowledged) - set(there)}, doubled: {set(there) - set(self.acknowledged)}"
        return f"{len(self.acknowledged)} bookings acknowledged in {self.tries} requests, {self.unanswered} of them failed; all are stored once"


def late(site):
    """The long-running containers that are not up or not healthy yet."""
    ids = site.compose("ps", "--quiet", "--all").split()
    every = [(one["Config"]["Labels"]["com.docker.compose.service"], one) for one in json.loads(site.run_docker("inspect", *ids))]
    return [service for service, one in every if one["HostConfig"]["RestartPolicy"]["Name"] != "no"
            and (not one["State"]["Running"] or one["State"].get("Health", {}).get("Status", "healthy") != "healthy")]


def healthy(site, began):
    """Waits until all are healthy; returns the seconds since its start."""
    while missing := late(site):
        assert time.monotonic() - began < UP_SECONDS, f"not up {UP_SECONDS} s after the start: {missing}"
        time.sleep(0.5)
    return time.monotonic() - began


def walk(subject, guests):
    """Waits until each has tapped, so that they are in the middle of a booking."""
    end = time.monotonic() + TAPPED_SECONDS
    while len({person for person, kind in list(guests.made.values()) if kind == "callback_query"}) < len(guests.all):
        assert time.monotonic() < end and not guests.failure, f"the guests do not proceed: {guests.failure}"
        time.sleep(0.1)


def torn(subject):
    """Possible effects of a power failure: the file of Redis ends in zeros, and the data before them remain; or its manifest is zeros."""
    site = subject.two
    redis, = site.containers("redis")
    in_redis = functools.partial(site.compose, "exec", "-T", "redis", "sh", "-c")
    in_redis("REDISCLI_AUTH=$(cat /run/secrets/redis_password) valkey-cli set kept-over-power yes EX 600; sleep 1.5")
    folder = os.path.join(json.loads(site.run_docker("volume", "inspect", "tapbot_redis-data"))[0]["Mountpoint"], "appendonlydir")
    took = []
    for ending, mode, wanted in ((".incr.aof", "ab", "yes"), (".manifest", "wb", "")):
        site.run_docker("kill", redis)
        name, = (one for one in os.listdir(folder) if one.endswith(ending))
        with open(os.path.join(folder, name), mode) as file:
            file.write(bytes(4096))
        began = time.monotonic()
        site.run_docker("start", redis)
        took.append(healthy(site, began))
        kept = in_redis("REDISCLI_AUTH=$(cat /run/secrets/redis_password) valkey-cli get kept-over-power").strip()
        assert kept == wanted, f"Redis with {name} in zeros has kept {kept!r}"
    return f"healthy after {max(took):.1f} s"


def off_and_on(subject):
    site = subject.two
    subject.gateway_key = site.key_make(also="bot:read")
    # It has run for a while, so the files of its start are on its disk.
    rig.run("sync", "--file-system", site.folder)
    with Programs(subject) as programs, two_people.Walkers(subject) as guests:
        time.sleep(BUSY_SECONDS)
        walk(subject, guests)
        acknowledged, off = len(programs.acknowledged), time.time()
        how = power.off()
        guests.silent.set()
        # Taps begin only now, although all guests were ready before: later taps of a person would wait unseen after an earlier one.
        guests.book(TAPS_SECONDS)
        try:
            time.sleep(OFF_SECONDS)
        finally:
            began, on = time.monotonic(), time.time()
            power.on(site)
        took = healthy(site, began)
        up = time.time()
        guests.silent.clear()
        normal = two_people.normal(subject, guests, up)
        walked = guests.booked(up)
        time.sleep(BUSY_SECONDS)
    kept = programs.kept(subject)
    assert acknowledged and len(programs.acknowledged) > acknowledged, f"{acknowledged} bookings before, {len(programs.acknowledged)} in all"
    two_people.sound(subject, guests)
    notices = two_people.notices(subject, guests, off, on)
    return (f"off for {OFF_SECONDS} s {how}, all up {took:.0f} s after the start, bots {normal:.1f} s later, guests had booked after "
            f"{walked:.0f} s; {kept}; {notices}")


CHECKS = (("the file of Redis ends in zeros", torn), ("off and on under load", off_and_on))
