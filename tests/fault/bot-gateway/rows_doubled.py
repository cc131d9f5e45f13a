# SPDX-License-Identifier: MIT
"""Row 6 of bot-gateway: booking-api has booked, the answer is lost, and the guest taps again, taps another button or starts over.
Each guest has a seed, which decides which of the requests are lost and what the guest does meanwhile."""
import collections
import itertools
import random as randoms
import time

import chaos_judge
import rows_broken
from booking_guests import StartingOver, Guest, Impatient, Restless
from lossy_http import ANSWER, REQUEST, LossyHttp
from stand import full, wait_until

RUNS, AT_ONCE = 200 if full() else 12, 20
KINDS = (Impatient, Restless, StartingOver, Impatient, Restless, Guest)
WALK_SECONDS, BOOK_SECONDS, SILENT_SECONDS = 120, 1.5, 6.0  # all have tapped before the first guest loses patience
# Of requests that create or change something, so many consecutive answers are lost; of other requests, this share.
LOST_OF_CHANGE, LOST_OF_REST = (1, 1, 2, 3), 0.05
STOPS = 2.0  # the link to PostgreSQL freezes at most so long while all book


class World(rows_broken.World):
    """While `losing`, answers between the gateway and booking-api are lost."""

    def prepare(self):
        super().prepare()
        self.losing, self.lost, self.left, self.dice = False, collections.Counter(), {}, {}
        self.links[1].__exit__()
        self.lossy = LossyHttp(self.booking.port, self.is_lost)

    def __exit__(self, *error):
        super().__exit__(*error)
        self.lossy.stop()

    @property
    def variables(self):
        return {**super().variables, "BOOKING_URL": f"http://127.0.0.1:{self.lossy.port}"}

    def is_lost(self, method, path, headers):
        actor, key = headers.get("X-Actor"), headers.get("Idempotency-Key")
        if not self.losing or actor is None:
            return None
        dice = self.dice.setdefault(actor, randoms.Random(f"{self.seed}/{actor}"))
        if method == "GET" or path == "/v1/quotes":
            what = ANSWER if dice.random() < LOST_OF_REST else None
        else:
            left = self.left.setdefault(key, dice.choice(LOST_OF_CHANGE))
            self.left[key] = left - 1
            what = None if left <= 0 else dice.choice((ANSWER, ANSWER, ANSWER, REQUEST))
        if what is not None:
            self.lost[f"{what} of {'POST /v1/bookings' if method == 'POST' and path == '/v1/bookings' else 'others'}"] += 1
        return what


def together(world, kinds):
    """All guests book within BOOK_SECONDS; while no answer comes, each acts according to its kind."""
    guests = rows_broken.walking(world, *kinds)
    wait_until("all can book", WALK_SECONDS, guests.all_may_book)
    world.losing = True
    guests.book(BOOK_SECONDS)
    before = world.random.uniform(0, BOOK_SECONDS)
    time.sleep(before)
    world.links[0].hold()
    time.sleep(BOOK_SECONDS - before)
    guests.silent.set()
    time.sleep(world.random.uniform(0, STOPS))
    world.links[0].heal()
    time.sleep(SILENT_SECONDS)
    guests.silent.clear()
    world.losing, world.healed = False, time.time()
    return rows_broken.booked(world, guests, world.healed)


def group(random, kinds, lost):
    """Returns the faults, and the seconds until all had booked. Each group has a database of its own: one run uses up the nights."""
    with World(random) as world:
        world.seed = random.getrandbits(32)
        took, evidence = together(world, kinds), world.evidence()
        wrong = [f"{check.__name__}: {one}" for check in chaos_judge.CHECKS if check is not chaos_judge.nothing_hangs
                 for one in check(evidence)]
        codes = collections.defaultdict(list)
        for one in chaos_judge.rows(world.stand, rows_broken.BOOKED):
            codes[one["guest"]].append(one["code"])
        wrong += [f"guest {guest.id} ({type(guest).__name__}) received {guest.booked}, stored are {codes[guest.id]}"
                  for guest in world.guests.values() if codes[guest.id] != [guest.booked]]
        lost.update(world.lost)
        return [f"seed {world.seed}: {one}" for one in wrong], took


def answers_lost(random):
    """Each guest has one booking, with the code that the bot sent them."""
    kinds, lost = list(itertools.islice(itertools.cycle(KINDS), RUNS)), collections.Counter()
    groups = [group(random, kinds[n:n + AT_ONCE], lost) for n in range(0, RUNS, AT_ONCE)]
    wrong = [one for found, _ in groups for one in found]
    assert not wrong, f"{len(wrong)} wrong: {wrong[:5]}"
    assert lost[f"{ANSWER} of POST /v1/bookings"] >= RUNS / 2, lost
    losses = ", ".join(f"{count} times the {what}" for what, count in sorted(lost.items()))
    return f"{RUNS} guests, 0 doubled, 0 lost; answers lost: {losses}; all had booked within {max(took for _, took in groups):.0f} s"
