# SPDX-License-Identifier: MIT
"""The injected faults of row 14 and their times. Both are drawn in advance, so that a seed repeats them."""
import os
import random as chance
import signal
import subprocess
import threading
import time

from rows_cache import kill as kill_redis, redis
from rows_database import kill_backend, postmaster
from stand import ROOT, wait_until

AWAY_SECONDS = 2.0   # the longest outage of PostgreSQL or Redis
APART_SECONDS = 0.3  # the longest time between two kills
GONE_SECONDS = 20
# Faults of the Telegram stand-in: whether a call takes effect, and whether the caller learns it.
CALLS = [{"kind": "cut", "at": "answer"}, {"kind": "cut", "at": "half"}, {"kind": "cut", "at": "request"},
         {"kind": "cut", "at": "head"}, {"kind": "html", "status": 502, "effect": True}, {"kind": "html", "status": 504},
         {"kind": "error", "name": "internal"}, {"kind": "hang", "wait": 1.0, "effect": True}, {"kind": "flood", "retry_after": 1}]
CALLS_HIT = 3
UNTIL = 50  # faults are injected during this percentage of the updates; the rest shows how long delayed work takes


def gone(pid):
    """True for a zombie too."""
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


def kill_instance(world, random):
    instance = random.choice(world.instances)
    instance.kill()
    time.sleep(random.uniform(0, APART_SECONDS))
    instance.start(ready=False)


def kill_instances(world, random):
    for instance in world.instances:
        instance.kill()
        time.sleep(random.uniform(0, APART_SECONDS))
    for instance in world.instances:
        instance.start(ready=False)


def stop_postgres(_world, random):
    """Like `pg_ctl stop -m immediate`."""
    pid = end_postgres(signal.SIGQUIT)
    time.sleep(random.uniform(0, AWAY_SECONDS))
    revive_postgres(pid)


def kill_postgres(_world, random):
    pid = end_postgres(signal.SIGKILL)
    time.sleep(random.uniform(0, AWAY_SECONDS))
    revive_postgres(pid)


def kill_a_backend(world, random):
    """Kills one, if there is any. PostgreSQL then ends all others and recovers by itself."""
    kill_backend(world.stand.database, random)


def keep_cache(keep):
    """Turns Redis' persistence on, as in production, or off."""
    assert redis("CONFIG", "SET", "appendonly", "yes" if keep else "no") == "OK"


def revive_redis(random):
    """Starts Redis with its data up to the last second, or empty."""
    settings = random.choice(["", "--appendonly yes"])
    subprocess.run([os.path.join(ROOT, "tests/support/services"), "redis-start"], check=True,
                   env={**os.environ, "TEST_REDIS_SETTINGS": settings})
    keep_cache(True)


def kill_cache(_world, random):
    kill_redis()
    time.sleep(random.uniform(0, AWAY_SECONDS))
    revive_redis(random)


def kill_all(world, random):
    """Like a failure of the machine, except for booking-api."""
    pid = end_postgres(signal.SIGKILL)
    kill_redis()
    for instance in world.instances:
        instance.kill()
    time.sleep(random.uniform(0, APART_SECONDS))
    revive_postgres(pid)
    revive_redis(random)
    for instance in world.instances:
        instance.start(ready=False)


def break_calls(world, random):
    for _ in range(CALLS_HIT):
        chosen = random.choice(CALLS)
        target = {"method": random.choice(["send*", "edit*"])}
        world.telegram.do("faults", **chosen, **target, count=random.randrange(1, CALLS_HIT + 1))


# Weights of the draw; each fault also occurs once for certain.
FAULTS = {kill_instance: 5, kill_instances: 2, stop_postgres: 2, kill_postgres: 2, kill_a_backend: 2, kill_cache: 3, kill_all: 1,
         break_calls: 5}


class Faults(threading.Thread):
    """Injects `count` faults, each at a random number of updates. `injected` has their names, `last_at` the end of the last one."""

    def __init__(self, world, random, count, updates):
        super().__init__(daemon=True)
        drawn = [*FAULTS, *random.choices(list(FAULTS), FAULTS.values(), k=max(0, count - len(FAULTS)))]
        random.shuffle(drawn)
        moments = sorted(random.randrange(updates * UNTIL // 100) for _ in drawn)
        self.plan = [(at, fault, random.getrandbits(32)) for at, fault in zip(moments, drawn)]
        self.world, self.injected, self.last_at, self.failure = world, [], 0.0, None

    def run(self):
        try:
            for at, fault, seed in self.plan:
                while len(self.world.people.made) < at:
                    if not self.world.people.is_alive():
                        return
                    time.sleep(0.01)
                    self._restart_exited()
                fault(self.world, chance.Random(seed))
                self.injected.append(fault.__name__)
                self.last_at = time.time()
        except Exception as error:  # raised again by the thread that waits for the faults
            self.failure = error

    def _restart_exited(self):
        """Restarts an instance that exited because PostgreSQL was not available, as Docker does."""
        for instance in self.world.instances:
            if instance.process.poll() is not None:
                instance.start(ready=False)
