# SPDX-License-Identifier: MIT
"""Server 2, where the data are, loses its power in the middle of load and has it again: programs book by key over the api host,
guests by the bots of server 1. Nobody helps it up, and what anybody was told is so."""
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
# Before and after, programs book for so long.
BUSY_SECONDS = 3
UP_SECONDS = 90
# After which no program asks again, whatever has become of the server.
LAST_SECONDS = OFF_SECONDS + 2 * UP_SECONDS
TAPPED_SECONDS, TAPS_SECONDS = 30, 6
NIGHTS = range(1, 300)
GUESTS = PROGRAMS * len(NIGHTS)


class Programs:
    """As a context: each books night after night, and asks again with the same key and body until it is told that it is done.
    `told` has (the guest's number, the booking) of every 201, `tries` how many requests it took."""

    def __init__(self, subject):
        flats = flats_made(subject, PROGRAMS)
        self.told, self.tries, self.unanswered, self.ended = [], 0, 0, threading.Event()
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
        except Exception as why:  # whoever looks at what was booked finds it
            self.failure = why

    def book(self, customer, flat, night, guest):
        """Until it is told; also when all the others are to end."""
        body, key = booking_body(flat, night, 1, guest), {"Idempotency-Key": f'"{uuid.uuid4()}"'}
        while True:
            self.tries += 1
            try:
                answer = customer.call("POST", "/v1/bookings", body, key)
            except (OSError, http.client.HTTPException):
                answer = None
            if answer and answer.status == 201:
                self.told.append((guest, answer.json["id"]))
                return
            self.unanswered += 1
            again = answer is None or answer.status in (429, 502, 503, 504) or answer.code == "key_in_progress"
            assert again, f"{answer.status} {answer.body[:300]!r}"
            assert time.monotonic() < self.end, "not told in time"
            time.sleep(1)

    def kept(self, subject):
        """Each guest has the one booking that was told, whatever was lost on the way to the one who asked."""
        if self.failure:
            raise self.failure
        rows = subject.two.sql("SELECT guest_telegram_id, id FROM booking.booking WHERE guest_telegram_id "
                               f"BETWEEN {self.first} AND {self.first + GUESTS - 1}").split()
        there = sorted((int(guest), booking) for guest, booking in (row.split("|") for row in rows))
        assert there == sorted(self.told), f"lost: {set(self.told) - set(there)}, doubled: {set(there) - set(self.told)}"
        return f"{len(self.told)} bookings told in {self.tries} requests, {self.unanswered} of them failed; all are there, once"


def late(site):
    """Which containers that stay there are not up yet, or not well."""
    ids = site.compose("ps", "--quiet", "--all").split()
    every = [(one["Config"]["Labels"]["com.docker.compose.service"], one) for one in json.loads(site.run_docker("inspect", *ids))]
    return [service for service, one in every if one["HostConfig"]["RestartPolicy"]["Name"] != "no"
            and (not one["State"]["Running"] or one["State"].get("Health", {}).get("Status", "healthy") != "healthy")]


def healthy(site, began):
    """Seconds from its start until all are."""
    while missing := late(site):
        assert time.monotonic() - began < UP_SECONDS, f"not up {UP_SECONDS} s after the start: {missing}"
        time.sleep(0.5)
    return time.monotonic() - began


def walk(subject, guests):
    """Until each has tapped, so that they are in the middle of it."""
    end = time.monotonic() + TAPPED_SECONDS
    while len({person for person, kind in list(guests.made.values()) if kind == "callback_query"}) < len(guests.all):
        assert time.monotonic() < end and not guests.failure, f"the guests do not walk: {guests.failure}"
        time.sleep(0.1)


def torn(subject):
    """As power leaves it at times: the file of Redis ends in zeros, and it keeps what is before them; or its manifest is zeros."""
    site = subject.two
    redis, = site.containers("redis")
    said = functools.partial(site.compose, "exec", "-T", "redis", "sh", "-c")
    said("REDISCLI_AUTH=$(cat /run/secrets/redis_password) redis-cli set kept-over-power yes EX 600; sleep 1.5")
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
        kept = said("REDISCLI_AUTH=$(cat /run/secrets/redis_password) redis-cli get kept-over-power").strip()
        assert kept == wanted, f"Redis with {name} in zeros has kept {kept!r}"
    return f"well after {max(took):.1f} s"


def off_and_on(subject):
    site = subject.two
    subject.gateway_key = site.key_make(also="bot:read")
    # It has run for a while: what was written to bring it up is on its disk.
    rig.run("sync", "--file-system", site.folder)
    with Programs(subject) as programs, two_people.Walkers(subject) as guests:
        time.sleep(BUSY_SECONDS)
        walk(subject, guests)
        told, off = len(programs.told), time.time()
        how = power.off()
        guests.silent.set()
        # Somebody taps only now, however quick all were before: behind a tap of the first second his later ones wait unseen.
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
    assert told and len(programs.told) > told, f"{told} bookings before, {len(programs.told)} in all"
    two_people.sound(subject, guests)
    heard = two_people.told(subject, guests, off, on)
    return (f"off for {OFF_SECONDS} s {how}, all up {took:.0f} s after the start, bots {normal:.1f} s later, guests had booked after "
            f"{walked:.0f} s; {kept}; {heard}")


CHECKS = (("the file of Redis ends in zeros", torn), ("off and on under load", off_and_on))
