# SPDX-License-Identifier: MIT
"""Row 18 of bot-gateway: guests book while the links to the other server, with PostgreSQL and booking-api, are slow, narrow
or interrupted. TCP retransmits lost data, so it arrives late; the process that waited for it may have exited by then."""
import time
import types

import chaos_judge
from booking_gateway import BookingGateway
from booking_guests import Guest, Guests, Impatient, Restless, booking_code
from link import Link
from stand import full, wait_until

FIRST, ROUNDS = 1001, 3 if full() else 1
WALK_SECONDS, BOOK_SECONDS = 60, 0.6  # until all can book; then they book, and the link is cut during that
DONE_SECONDS = 120
ROUND_TRIP, RATE = 0.2, 256_000  # of the slow link; bits a second of the narrow link
POOR = (("slow", lambda link: link.slow(ROUND_TRIP / 2)), ("narrow", lambda link: link.narrow(RATE)))  # with --full
BOOKED = "SELECT b.guest_telegram_id AS guest, b.code FROM booking.booking b ORDER BY b.created_at"


class World(BookingGateway):
    """An instance of the gateway, and links to the PostgreSQL and the booking-api of the other server."""

    def __init__(self, random):
        super().__init__(0, database="tapbot_broken")
        self.random, self.links, self.guests = random, [], {}
        self.made, self.healed = {}, 0.0

    def prepare(self):
        super().prepare()
        self.links = [Link(self.stand.port), Link(self.booking.port)]

    def __enter__(self):
        super().__enter__()
        self.telegram.do("settings", callback_seconds=150.0)
        self.instances = [self.service()]
        self.hook()
        return self

    def __exit__(self, *_):
        super().__exit__()
        for link in self.links:
            link.__exit__()

    @property
    def variables(self):
        return {**super().variables, "DATABASE_URL": self.stand.url(self.stand.main.role, port=self.links[0].port),
                "BOOKING_URL": f"http://127.0.0.1:{self.links[1].port}"}

    def done(self):
        return self.telegram.see("state")["bots"][0]["pending"] == 0 and \
            self.count("bot.update WHERE status = 'received'") + self.count("bot.sending WHERE status IN ('queued', 'sending')") == 0

    def evidence(self):
        """The evidence for the checks of chaos_judge."""
        self.people = types.SimpleNamespace(made=self.made, all=self.guests)
        self.faults = types.SimpleNamespace(last_at=self.healed)
        return chaos_judge.Evidence(self)


def walking(world, *kinds):
    """Starts new guests; they search until they can book."""
    first = FIRST + len(world.guests)
    guests = Guests(world.telegram, [kind(first + number, world.random.getrandbits(32)) for number, kind in enumerate(kinds)])
    world.guests.update(guests.all)
    guests.start()
    return guests


def booked(world, guests, since):
    """Waits until all have booked; returns the seconds since `since`."""
    try:
        wait_until("all have booked", DONE_SECONDS, guests.all_booked)
        took = time.time() - since
    finally:
        guests.end()
    world.made.update(guests.made)
    wait_until("all updates are processed", DONE_SECONDS, world.done, 0.1)
    return took


def cut(world, seconds):
    guests = walking(world, Guest, Guest, Impatient, Impatient, Restless, Restless)
    wait_until("all can book", WALK_SECONDS, guests.all_may_book)
    guests.book(BOOK_SECONDS)
    time.sleep(world.random.uniform(0, BOOK_SECONDS))
    for link in world.links:
        link.hold()
    guests.silent.set()
    time.sleep(seconds)
    guests.silent.clear()
    for link in world.links:
        link.heal()
    world.healed = time.time()
    return booked(world, guests, world.healed)


def poor(world, make):
    """`make(link)` makes a link slow or narrow before the guests start."""
    for link in world.links:
        make(link)
    began, guests = time.time(), walking(world, Guest, Guest)
    guests.may.set()
    took = booked(world, guests, began)
    for link in world.links:
        link.heal()
    world.healed = time.time()
    return took


def broken(random):
    """Each guest finally has one booking, with the code that the bot sent them."""
    assert booking_code("Бронь EKPRQVVP\nУ парка") == "EKPRQVVP", "a code of letters alone is not found"
    seconds = 60 if full() else 15
    with World(random) as world:
        walked = [f"with a {what} link {poor(world, make):.0f} s until all had booked" for what, make in POOR if full()]
        took = [cut(world, seconds) for _ in range(ROUNDS)]
        evidence = world.evidence()
        wrong = chaos_judge.judge(evidence)
        found = sorted((one["guest"], one["code"]) for one in chaos_judge.rows(world.stand, BOOKED) if one["guest"] in world.guests)
        wanted = sorted((guest.id, guest.booked) for guest in world.guests.values())
        if found != wanted:
            wrong.append(f"stored are {found}, guests received {wanted}")
        assert not wrong, wrong[:5]
        return "; ".join([*walked, f"cut {seconds} s, all had booked within {max(took):.0f} s", str(evidence)])
