# SPDX-License-Identifier: MIT
"""Row 11: Redis holds no data of record."""
import os
import signal
import subprocess
import time

from booking_load import Flats, Invariants, Load, percentile
from stand import ROOT, Stand, full


def redis(*words):
    run = subprocess.run(["redis-cli", "-u", os.environ["TEST_REDIS_URL"], *words], capture_output=True,
                         text=True, check=False)
    return run.stdout.strip()


def redis_pid():
    with open(os.path.join(os.environ["TEST_SERVICES_HOME"], "redis.pid"), encoding="ascii") as pid:
        return int(pid.read())


def wipe():
    redis("FLUSHALL")


def fill():
    redis("CONFIG", "SET", "maxmemory-policy", "noeviction")
    redis("CONFIG", "SET", "maxmemory", "1")


def empty():
    redis("CONFIG", "SET", "maxmemory", "128mb")
    redis("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")


def freeze():
    os.kill(redis_pid(), signal.SIGSTOP)


def thaw():
    os.kill(redis_pid(), signal.SIGCONT)


def kill():
    os.kill(redis_pid(), signal.SIGKILL)


def revive():
    subprocess.run([os.path.join(ROOT, "tests/support/services"), "redis-start"], check=True)


ALONE = 'limit_decisions_total{result="allowed",by="process"}'
FAULTS = [("wiped", wipe, None), ("full", fill, empty), ("frozen", freeze, thaw), ("dead", kill, revive)]


def away(random):
    """No request is refused or lost because of Redis, and the p99 latency stays below twice the usual one."""
    seconds, notes = (15 if full() else 4), []
    with Stand() as stand:
        service, key = stand.service(), stand.key()
        flats = Flats(stand, key, service.port, 20)
        Load([service.port], key, flats, seed=1).run(1)
        usual = percentile([e.took for e in Load([service.port], key, flats, seed=2).run(seconds)], 0.99)
        for name, break_it, mend_it in FAULTS:
            load = Load([service.port], key, flats, seed=random.random()).start()
            time.sleep(0.5)
            alone = service.metric(ALONE)
            break_it()
            time.sleep(seconds)
            ledger = load.stop()
            alone = service.metric(ALONE) - alone
            if mend_it:
                mend_it()
            check = Invariants(stand, ledger).all()
            refused = [e for e in ledger if e.error or e.status >= 500 or e.status == 429]
            check.expect(alone > 0 or name not in ("frozen", "dead"), f"{name}: Redis was not missed")
            check.expect(not refused, f"{name}: {len(refused)} refused: {refused[:1]}")
            slow = percentile([e.took for e in ledger], 0.99)
            # On two noisy cores a value below 60 ms measures the scheduler, not Redis.
            check.expect(slow <= max(2 * usual, 0.06), f"{name}: p99 {slow * 1000:.0f} ms, usual {usual * 1000:.0f}")
            assert not check.wrong, check.wrong
            notes.append(f"{name} p99 {slow * 1000:.0f} ms")
    return f"usual p99 {usual * 1000:.0f} ms, " + ", ".join(notes)
