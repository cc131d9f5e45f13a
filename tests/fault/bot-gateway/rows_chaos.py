# SPDX-License-Identifier: MIT
"""Row 14 of bot-gateway: people search, book and cancel; Telegram delivers each update up to 20 times in random order; two
instances, PostgreSQL and Redis are killed at random. Afterwards the tables, Telegram's record and booking-api must agree."""
import collections
import os
import random as chance
import time

import chaos_judge
from booking_gateway import BookingGateway
from chaos_faults import Faults, keep_cache
from chaos_people import WildPeople, counted
from edge import Edge
from gateway import BOT
from stand import Client, full, wait_until

Size = collections.namedtuple("Size", "updates people times faults")
SHORT, LONG = Size(1000, 60, 5, 20), Size(10000, 300, 20, 100)
LATE_SECONDS = 3.0   # within which an update is repeated
SPEED = 5            # factor of Telegram's retries in the short run
DAY = 86400.0        # no update expires: a real Telegram drops old ones, which then have no answer
RSS_KB = 24 * 1024
REFUSED = [f"{last}-1.jpg" for last in "258"]  # demo photos that Telegram refuses: the first one of some flats
# A failed update is retried for five minutes.
DONE_SECONDS = 330
UNDONE = """SELECT (SELECT count(*) FROM bot.update WHERE status = 'received'),
 (SELECT count(*) FROM bot.sending WHERE status IN ('queued', 'sending'))"""


class World(BookingGateway):
    """Two instances of bot-gateway behind a reverse proxy, and the people."""

    def __init__(self, size, seed):
        super().__init__(0, database="tapbot_chaos")
        self.size, self.seed, self.random = size, seed, chance.Random(seed)

    def __enter__(self):
        super().__enter__()
        try:
            self._fill()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        keep_cache(False)
        super().__exit__()
        if hasattr(self, "edge"):
            self.edge.__exit__()

    def _fill(self):
        stand = self.stand
        keep_cache(True)
        self.instances = [self.service(start=False) for _ in range(2)]
        self.edge = Edge([instance.port for instance in self.instances])
        for instance in self.instances:
            instance.environment["BOT_PUBLIC_URL"] = f"http://127.0.0.1:{self.edge.port}"
            instance.start()
        hold = "UPDATE bot.bot_settings SET setting_value = '60' WHERE setting_key = 'hold_minutes' RETURNING 1"
        wait_until("the settings are there", 10, lambda: stand.sql(hold) != "", 0.1)
        reply = Client(self.instances[0].port, stand.key()).post(f"/v1/bots/{BOT}/webhook", {})
        assert reply.status == 200, f"the webhook: {reply.status} {reply.body}"
        self.telegram.do("bot", lifetimes={"callback_query": DAY * SPEED})
        self.telegram.do("settings", speed=1 if full() else SPEED, callback_seconds=DAY)
        self.telegram.do("faults", kind="repeat", times=self.size.times - 1, least=0, within=LATE_SECONDS, count=None)
        for photo in REFUSED:
            self.telegram.do("faults", kind="error", name="photo_type", photo=photo, count=None)

    def run(self):
        """Returns the names of the injected faults."""
        self.people = WildPeople(self.telegram, self.seed, self.size.people, self.size.updates)
        faults = self.faults = Faults(self, self.random, self.size.faults, self.size.updates)
        self.people.start()
        faults.start()
        while self.people.is_alive() or faults.is_alive():
            time.sleep(0.1)
            if failure := self.people.failure or faults.failure:
                raise failure
        wait_until("all updates are processed and all messages sent", DONE_SECONDS, self.done, 0.25)
        return faults.injected

    def done(self):
        return self.telegram.see("state")["bots"][0]["pending"] == 0 and self.stand.sql(UNDONE) == "0|0"


def chaos(random):
    """1,000 updates of 60 people, each delivered up to 5 times; with --full 10,000 of 300, up to 20 times."""
    size = LONG if full() else SHORT
    with World(size, random.getrandbits(32)) as world:
        began = time.monotonic()
        injected = world.run()
        took = time.monotonic() - began
        rss = max(instance.status("VmRSS") for instance in world.instances)
        evidence = chaos_judge.Evidence(world)
        wrong = chaos_judge.judge(evidence)
        if rss > RSS_KB and os.environ.get("TEST_BUILD", "release") == "release":
            wrong.append(f"RSS {rss} kB")
        assert not wrong, f"{len(wrong)}: {wrong[:5]}"
        chaos_judge.prove(evidence)
        return f"{evidence}, RSS {rss / 1024:.1f} MB, {took:.0f} s of {counted(injected)}"
