# SPDX-License-Identifier: MIT
"""The link between the two servers is cut while guests book: Telegram keeps what they do, they are told to wait, what lives on
server 2 alone goes on, and afterwards each thing has happened once."""
import csv
import glob
import os
import threading
import time

import rig
import two_journey
from stand import full
from telegram_people import People
from two_stack import Guest

GUESTS = 6
CUT_SECONDS = 60 if full() else 15
# From then on the edge knows that the other server is away.
NOTICED_SECONDS = 5
NORMAL_SECONDS = 10
BOOKED_SECONDS = 90
# What comes this shortly before the link is back may still be stored; a tap is told so within this, the 2 s for storing included.
LAST_SECONDS, TOLD_SECONDS = 3.5, 8.0
# Who hears nothing taps again.
PATIENCE_SECONDS, READING_SECONDS = 4.0, 1.0


def texts(key):
    """What the bot may say for it, in every language."""
    found = set()
    for path in glob.glob(os.path.join(rig.ROOT, "services/bot-gateway/texts/*.tsv")):
        with open(path, encoding="utf-8") as file:
            found |= {row[1] for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row and row[0] == key}
    return found


class Impatient(Guest):
    at = 0.0  # when he acts next

    def hears(self, event):
        self.at = time.monotonic() + READING_SECONDS
        return super().hears(event)


class Guests(People):
    """They walk until they have booked; `pressed` has whose each tap was, `calls` its update by the id of its call."""

    def __init__(self, subject):
        first = subject.first_guest(GUESTS)
        super().__init__(subject.telegram, [Impatient(number) for number in range(first, first + GUESTS)], 0)
        self.pressed, self.calls = [], {}

    def goes_on(self):
        return not all(guest.booked for guest in self.all.values())

    def act(self, now):
        for guest in self.all.values():
            if not guest.booked and now > guest.at:
                guest.at = now + PATIENCE_SECONDS
                if guest.taps:
                    self.pressed.append(guest.id)
                    self.tap(guest, *guest.chosen())
                else:
                    self.write(guest, "/start")

    def _note(self, person, kind, made):
        if kind == "callback_query":
            self.calls[made["callback_query_id"]] = made["update_ids"][0]
        return super()._note(person, kind, made)


def outside(subject):
    """While it is cut: what is on server 2 alone is as ever, the gateway's paths alone are away."""
    booking = subject.two.customer("api", key=subject.key)
    gateway = subject.two.customer("api", key=subject.two.key_make(also="bot:read"))
    two_journey.step("booking while the link is cut", 200, booking.get("/v1/apartments"))
    answer = gateway.get("/v1/bots")
    assert answer.status == 503 and answer.code == "unavailable" and answer.headers["Retry-After"], \
        f"the gateway's path while the link is cut: {answer.status} {answer.body[:300]!r}"
    for one in (booking, gateway):
        one.close()


def told(subject, guests, began, healed):
    """What people heard meanwhile: (deliveries that were refused, taps told to wait, chats told so). Each tap that came was told
    at once and once, each chat once a minute."""
    first, refused, chats, taps = {}, 0, {}, {}
    for one in subject.telegram.journal("deliveries"):
        first.setdefault(one["update_id"], one)
        assert one["status"] in (200, 503) and (one["status"] == 200 or one["retry_in"]), f"delivered: {one}"
        refused += one["status"] == 503
    for call in subject.telegram.journal("calls"):
        text = call["parameters"].get("text", "")
        if call["method"] == "sendmessage" and text in texts("pause_database"):
            chats[call["chat_id"]] = chats.get(call["chat_id"], 0) + 1
        elif call["method"] == "answercallbackquery" and text in texts("pause_tap"):
            taps.setdefault(str(call["parameters"]["callback_query_id"]), []).append(call["at"])
    came = {tap: first[update]["at"] for tap, update in guests.calls.items()
            if update in first and first[update]["status"] == 503 and began + 1 < first[update]["at"] < healed - LAST_SECONDS}
    silent = {tap: at - began for tap, at in came.items() if len(taps.get(tap, [])) != 1 or taps[tap][0] - at > TOLD_SECONDS}
    assert came and not silent, f"{len(silent)} of {len(came)} taps were not told to wait, seconds after the cut: {sorted(silent.values())}"
    assert max(chats.values(), default=0) <= 1 + CUT_SECONDS // 60, f"chats were told: {chats}"
    return refused, len(taps), len(chats)


def cut(subject):
    guests = Guests(subject)
    guests.start()
    end = time.monotonic() + BOOKED_SECONDS
    while len(set(guests.pressed)) < GUESTS:
        assert time.monotonic() < end and not guests.failure, f"the guests do not walk: {guests.failure}"
        time.sleep(0.1)
    began = time.time()
    subject.way.cut()
    try:
        time.sleep(NOTICED_SECONDS)
        outside(subject)
        time.sleep(max(0.0, began + CUT_SECONDS - time.time()))
    finally:
        subject.way.open()
    healed, monotonic = time.time(), time.monotonic()
    gateway = subject.two.customer("api", key=subject.two.key_make(also="bot:read"))
    while gateway.get("/v1/bots").status != 200 or waiting(subject, healed):
        assert time.monotonic() - monotonic < NORMAL_SECONDS, f"{NORMAL_SECONDS} s after: {waiting(subject, healed)} wait"
        time.sleep(0.2)
    normal = time.monotonic() - monotonic
    gateway.close()
    guests.join(BOOKED_SECONDS)
    assert not guests.failure and not guests.is_alive(), f"after the link is back guests have not booked: {guests.failure}"
    sound(subject, guests)
    refused, taps, chats = told(subject, guests, began, healed)
    return f"{refused} times 503, {taps} taps and {chats} chats told to wait, normal after {normal:.1f} s"


def waiting(subject, healed):
    """Updates that Telegram still has of before the link was back, and those that no turn has done yet."""
    pending = sum(one.get("message", {}).get("date", healed) < healed for one in subject.telegram.see("pending")["updates"])
    return pending + int(subject.two.sql("SELECT count(*) FROM bot.update WHERE status <> 'done' AND received_at < now() - interval '5 s'"))


def sound(subject, guests):
    """Nothing lost, nothing doubled: each update is there once and done, each guest has one booking."""
    booked, told_of = subject.bookings(guests.all.values()), sorted((guest.id, guest.booked) for guest in guests.all.values())
    assert booked == told_of, f"booked are {booked}, told were {told_of}"
    there = subject.two.sql("SELECT update_id || ' ' || status FROM bot.update").splitlines()
    wanted = {f"{number} done" for number in guests.made}
    assert wanted <= set(there) and len(there) == len(set(there)), \
        f"lost or not done: {sorted(wanted - set(there))[:5]}, {len(there) - len(set(there))} twice"


CHECKS = (("the link is cut while guests book", cut),)


def optional(_name):
    return True
