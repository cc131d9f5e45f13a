# SPDX-License-Identifier: MIT
"""Many guests at once: from a tap or text until the bot's screen has changed at Telegram. They search, page, open flats,
book, give a phone or none, confirm and cancel; sometimes they write. No limit may be exceeded at the stand-in."""
import collections
import json
import random
import time

from answers import ASKED, Guest, best, p95
from booking_gateway import BookingGateway
from booking_load import percentile
from sections import bar
from stand import full
from telegram_people import RECEIVE_SECONDS, LIKES, People

# In the short form there are fewer guests with the same total rate; only values fail that a busy machine does not explain.
COUNT, EVERY_SECONDS, SECONDS, MOST_MS = (300, 15, 60, 300) if full() else (40, 2, 10, 1000)
RATE = COUNT / EVERY_SECONDS
ACTS = int(SECONDS * RATE)
# Acts of each guest, roughly, before the measurement, so that guests are at many points of the dialogue.
BEFORE = 4 * COUNT
RESTS_SECONDS = 1.0  # the minimum time between two acts of a guest
LEAST_MADE, LEAST_ASKED = 0.95, 1 / 3
LATE_SECONDS = 10
WRITES = 0.1  # share of the acts
WORDS = ["/search", "/search", "/mybookings", "/help", "/cancel", "Алматы", "Astana", "2", "22.11", "сәлем"]

# For each update, seconds since 1970: stored, decided, called.
LEGS = """SELECT json_agg(json_build_array(u.update_id, extract(epoch FROM u.received_at), s.queued, s.sent)) FROM bot.update u JOIN
 (SELECT split_part(dedupe_key, ':', 1) AS cause, extract(epoch FROM max(created_at)) AS queued, extract(epoch FROM max(sent_at)) AS sent
  FROM bot.sending WHERE lane = 1 GROUP BY 1) s ON s.cause = u.id::text"""


class Reader(Guest):
    """Pages through the free flats."""
    likes = {**LIKES, "page": 80, "all": 20}


class Crowd(People):
    """At each tick one of them acts: at first any one, then each in turn. A guest that still waits for an answer at its turn counts
    as late."""

    def __init__(self, telegram, first):
        everybody = [Reader(first + number, first) for number in range(COUNT)]
        super().__init__(telegram, everybody, BEFORE + ACTS)
        self.everybody, self.random, self.ticks = everybody, random.Random(first), 0
        self.at, self.measured, self.acts = {}, [], collections.Counter()
        self.began = time.monotonic()
        self.end = self.began + self.updates / RATE + LATE_SECONDS

    def goes_on(self):
        waiting = any(guest.waits for guest in self.everybody)
        return (self.ticks < self.updates or waiting) and time.monotonic() < self.end

    def due(self):
        """The time of the next act."""
        return self.began + self.ticks / RATE if self.ticks < self.updates else self.end

    def pause(self):
        return max(0.0, min(RECEIVE_SECONDS, self.due() - time.monotonic()))

    def act(self, now):
        while self.due() <= now:
            guest = self.whose_turn()
            if guest and guest.waits is None:
                began = time.time()
                guest.waits, = self.acts_as(guest)
                self.at[guest.waits] = began
                if self.ticks >= BEFORE:
                    self.measured.append(guest.waits)
            self.ticks += 1

    def whose_turn(self):
        if self.ticks >= BEFORE:
            return self.everybody[(self.ticks - BEFORE) % COUNT]
        rested = [guest for guest in self.everybody if guest.free_at < time.time() - RESTS_SECONDS]
        return self.random.choice(rested) if rested else None

    def acts_as(self, guest):
        if not guest.taps or guest.random.random() < WRITES:
            self.acts["words"] += 1
            return self.write(guest, guest.random.choice(WORDS) if guest.taps else "/search")
        number, data = guest.chosen()
        self.acts[data.split(".")[2] if number else "key"] += 1
        return self.tap(guest, number, data)


def parts_of(took):
    return ", ".join(f"p{part} {percentile(took, part / 100):.0f}" for part in (50, 95, 99)) + " ms"


def guests(bench):
    """Guests that each act every few seconds."""
    crowds = []
    with BookingGateway(1, database="tapbot_bench_guests") as gateway:
        gateway.hook()
        took = best(lambda number: times_of(gateway, 1000 * number, crowds), MOST_MS)
        legs = legs_of(gateway, crowds[-1])
        over = gateway.telegram.see("limits")["exceeded"]
    exceeded = {limit: times for bot in over.values() for limit, times in bot.items() if times}
    if exceeded:
        raise AssertionError(f"Telegram's limits were exceeded: {exceeded}")
    section = f"{COUNT} guests"
    bench.rows.append((section, f"{len(took)} acts, each guest every {EVERY_SECONDS} s", parts_of(took)))
    for name, leg in legs.items():
        bench.rows.append((section, f"  {name}", parts_of(leg)))
    bench.rows.append((section, "what they did", ", ".join(f"{name} {times}" for name, times in crowds[-1].acts.most_common())))
    bar(bench, f"p95 from a tap to the changed screen, {section}", p95(took), MOST_MS, "ms", section)


def legs_of(gateway, crowd):
    """Milliseconds of each step of an answer, in the order of the acts."""
    at = {update: moments for update, *moments in json.loads(gateway.stand.sql(LEGS))}
    walks = [[crowd.at[act], *at[act]] for act in crowd.measured]
    return {name: [(walk[n + 1] - walk[n]) * 1000 for walk in walks] for n, name in enumerate(("until it is stored", "decided", "sent"))}


def times_of(gateway, first, crowds):
    crowd = Crowd(gateway.telegram, first)
    crowds.append(crowd)
    crowd.run()
    if crowd.failure:
        raise crowd.failure
    answered_at = {act: at for guest in crowd.everybody for act, at in guest.answered.items()}
    silent = [act for act in crowd.at if act not in answered_at]
    if silent:
        raise AssertionError(f"{len(silent)} of {len(crowd.at)} acts changed no screen, the first is update {silent[0]}")
    if len(crowd.measured) < LEAST_MADE * ACTS:
        raise AssertionError(f"{len(crowd.measured)} of {ACTS} acts were made")
    asked = {int(line) for line in gateway.stand.sql(ASKED).split()}.intersection(crowd.measured)
    if len(asked) < LEAST_ASKED * ACTS:
        raise AssertionError(f"only {len(asked)} of {ACTS} acts called booking-api")
    return [(answered_at[act] - crowd.at[act]) * 1000 for act in crowd.measured]


SECTIONS = {"guests": guests}
