# SPDX-License-Identifier: MIT
"""The link between the servers is cut for a while, slow, or narrow, while guests of the bots on server 1 book flats of server
2. They get notices, health names the cause, and afterwards nothing is lost or stored twice."""
import json
import time

import two_people
from booking_guests import Guest, Impatient
from hardened import WIREGUARD
from stand import full
from way import UDP

CUT_SECONDS = 60 if full() else 20
ROUND_TRIP, RATE = 0.2, 256_000
BOOK_SECONDS, CUT_AFTER_SECONDS = 6, 1  # all tap within the first time, and the link is cut after the second
CAUSE, CAUSE_SECONDS = "peer-link", 20  # two probes at stack.HURRIED's intervals, and the query
# With slow transactions updates wait for a connection; those that wait for a second are refused and repeated.
SLOWED = {"bot-gateway"}
POOR_KINDS = (Guest, Guest, Impatient, Impatient)


def red(site):
    """Names of the checks that health of that server gives as causes of red ones."""
    state = json.loads(site.tapbot("status", "--here", "--json", check=False, quiet=True).stdout)
    return {check for light, check, *_ in (state["health"] or {}).get("causes", []) if light == "RED"}


def blamed(subject, since):
    """Waits until both servers name the link and nothing else as cause; returns the seconds."""
    took = 0.0
    for site in subject.sites:
        while (found := red(site)) != {CAUSE}:
            assert time.time() - since < CAUSE_SECONDS, f"server {site.number}: red causes are {found}"
            time.sleep(0.5)
        took = max(took, time.time() - since)
    return took


def well(subject, since):
    """Waits until neither has a red check; returns the seconds."""
    for site in subject.sites:
        while found := red(site):
            assert time.time() - since < CAUSE_SECONDS, f"server {site.number}, after the link is back: red are {found}"
            time.sleep(0.5)
    return time.time() - since


def cut(subject):
    subject.gateway_key = subject.two.key_make(also="bot:read")
    with two_people.Walkers(subject) as guests:
        two_people.all_may_book(guests)
        guests.book(BOOK_SECONDS)
        time.sleep(CUT_AFTER_SECONDS)
        subject.way.cut(only=(UDP, (WIREGUARD, WIREGUARD)))
        began = time.time()
        try:
            guests.silent.set()
            named = blamed(subject, began)
            time.sleep(max(0.0, began + CUT_SECONDS - time.time()))
            assert all(red(site) == {CAUSE} for site in subject.sites), f"at the end red are {[red(site) for site in subject.sites]}"
        finally:
            subject.way.open()
        healed = time.time()
        guests.silent.clear()
        normal = two_people.normal(subject, guests, healed)
        walked = guests.booked(healed)
        green = well(subject, healed)
    two_people.sound(subject, guests)
    notes = two_people.notices(subject, guests, began, healed)
    return (f"cut for {healed - began:.0f} s, named after {named:.0f} s, bots normal {normal:.1f} s after, guests had booked after "
            f"{walked:.0f} s, green after {green:.0f} s; {notes}")


def poor(**how):
    """Guests book on such a link; those who tap again before an answer have booked after it at the latest."""
    def run(subject):
        subject.gateway_key = subject.two.key_make(also="bot:read")
        began = time.time()
        with two_people.Walkers(subject, POOR_KINDS) as guests:
            with subject.way.being(**how):
                guests.may.set()
                walked = guests.booked(began, {Guest})
                seen = [red(site) for site in subject.sites]
            healed = time.time()
            assert not set().union(*seen) - SLOWED, f"red are {seen}"
            normal = two_people.normal(subject, guests, healed)
            guests.booked(healed)
        two_people.sound(subject, guests)
        return f"patient guests had booked after {walked:.0f} s, red meanwhile {seen}, normal {normal:.1f} s after"
    return run


CHECKS = (("cut under load", cut), ("slow", poor(round_trip=ROUND_TRIP)), ("narrow", poor(rate=RATE)))
