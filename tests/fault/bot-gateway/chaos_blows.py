# SPDX-License-Identifier: MIT
"""What is killed while people talk, and when: drawn before it begins, so that a seed repeats it."""
import os
import random as chance
import signal
import subprocess
import threading
import time

from rows_cache import kill as kill_redis, redis
from rows_database import kill_backend, postmaster
from stand import ROOT, wait_until

AWAY_SECONDS = 2.0   # at most; PostgreSQL and Redis
APART_SECONDS = 0.3  # at most; between two deaths
GONE_SECONDS = 20
# Switches of the stand-in: what becomes of a call, and whether that is known.
CALLS = [{"kind": "cut", "at": "answer"}, {"kind": "cut", "at": "half"}, {"kind": "cut", "at": "request"},
         {"kind": "cut", "at": "head"}, {"kind": "html", "status": 502, "effect": True}, {"kind": "html", "status": 504},
         {"kind": "error", "name": "internal"}, {"kind": "hang", "wait": 1.0, "effect": True}, {"kind": "flood", "retry_after": 1}]
CALLS_HIT = 3
UNTIL = 50  # percent of the updates: then it is seen how long what hangs takes


def gone(pid):
    """A zombie is."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read() == b""
    except OSError:
        return True


def end_postgres(number):
    pid = postmaster()
    os.kill(pid, number)
    return pid


def revive_postgres(pid):
    wait_until("PostgreSQL is gone", GONE_SECONDS, lambda: gone(pid))
    subprocess.run([os.path.join(ROOT, "tests/support/services"), "pg-start"], check=True)


def kill_copy(world, random):
    copy = random.choice(world.copies)
    copy.kill()
    time.sleep(random.uniform(0, APART_SECONDS))
    copy.start(ready=False)


def kill_copies(world, random):
    for copy in world.copies:
        copy.kill()
        time.sleep(random.uniform(0, APART_SECONDS))
    for copy in world.copies:
        copy.start(ready=False)


def stop_postgres(_world, random):
    """As `pg_ctl stop -m immediate`."""
    pid = end_postgres(signal.SIGQUIT)
    time.sleep(random.uniform(0, AWAY_SECONDS))
    revive_postgres(pid)


def kill_postgres(_world, random):
    pid = end_postgres(signal.SIGKILL)
    time.sleep(random.uniform(0, AWAY_SECONDS))
    revive_postgres(pid)


def kill_a_backend(world, random):
    """There may be none now. PostgreSQL ends all others then, and recovers by itself."""
    kill_backend(world.stand.database, random)


def keep_cache(keep):
    """Redis writes to the disk what it knows, as in production, or not."""
    assert redis("CONFIG", "SET", "appendonly", "yes" if keep else "no") == "OK"


def revive_redis(random):
    """With what it knew up to its last second, or empty."""
    settings = random.choice(["", "--appendonly yes"])
    subprocess.run([os.path.join(ROOT, "tests/support/services"), "redis-start"], check=True,
                   env={**os.environ, "TEST_REDIS_SETTINGS": settings})
    keep_cache(True)


def kill_cache(_world, random):
    kill_redis()
    time.sleep(random.uniform(0, AWAY_SECONDS))
    revive_redis(random)


def kill_all(world, random):
    """As when the machine stops, but for booking-api."""
    pid = end_postgres(signal.SIGKILL)
    kill_redis()
    for copy in world.copies:
        copy.kill()
    time.sleep(random.uniform(0, APART_SECONDS))
    revive_postgres(pid)
    revive_redis(random)
    for copy in world.copies:
        copy.start(ready=False)


def break_calls(world, random):
    for _ in range(CALLS_HIT):
        chosen = random.choice(CALLS)
        whom = {"method": random.choice(["send*", "edit*"])}
        world.telegram.do("faults", **chosen, **whom, count=random.randrange(1, CALLS_HIT + 1))


# With how often each is drawn, beside the once that is sure.
BLOWS = {kill_copy: 5, kill_copies: 2, stop_postgres: 2, kill_postgres: 2, kill_a_backend: 2, kill_cache: 3, kill_all: 1,
         break_calls: 5}


class Blows(threading.Thread):
    """`count` of them, at random numbers of updates. `struck` has their names, `last_at` when the last one was over."""

    def __init__(self, world, random, count, updates):
        super().__init__(daemon=True)
        drawn = [*BLOWS, *random.choices(list(BLOWS), BLOWS.values(), k=max(0, count - len(BLOWS)))]
        random.shuffle(drawn)
        moments = sorted(random.randrange(updates * UNTIL // 100) for _ in drawn)
        self.plan = [(at, blow, random.getrandbits(32)) for at, blow in zip(moments, drawn)]
        self.world, self.struck, self.last_at, self.failure = world, [], 0.0, None

    def run(self):
        try:
            for at, blow, seed in self.plan:
                while len(self.world.people.made) < at:
                    if not self.world.people.is_alive():
                        return
                    time.sleep(0.01)
                    self._mind_copies()
                blow(self.world, chance.Random(seed))
                self.struck.append(blow.__name__)
                self.last_at = time.time()
        except Exception as why:  # whoever waits for the blows finds it
            self.failure = why

    def _mind_copies(self):
        """A copy that gave up because PostgreSQL was away is started again, as Docker does."""
        for copy in self.world.copies:
            if copy.process.poll() is not None:
                copy.start(ready=False)
