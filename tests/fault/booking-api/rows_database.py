# SPDX-License-Identifier: MIT
"""Rows 4 and 5: PostgreSQL crashes, or freezes."""
import contextlib
import os
import signal
import subprocess
import time

from booking_load import Flats, Invariants, Load, percentile, resources
from stand import ROOT, Client, Stand, full, wait_until


def postmaster():
    with open(os.path.join(os.environ["TEST_SERVICES_HOME"], "postgres.pid"), encoding="ascii") as pid:
        return int(pid.read())


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as listed:
        return [int(one) for one in listed.read().split()]


def is_backend_of(pid, database):
    """False for a process that has ended since it was listed."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError), open(f"/proc/{pid}/cmdline", "rb") as line:
        return f" {database} ".encode() in line.read().replace(b"\0", b" ")
    return False


def signal_each(pids, number):
    """Skips processes that have ended."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def kill_backend(database, random):
    """Kills a backend of the database. Returns whether there was one."""
    pids = children(postmaster())
    random.shuffle(pids)
    for pid in pids:
        if is_backend_of(pid, database):
            with contextlib.suppress(ProcessLookupError):  # it has just ended
                os.kill(pid, signal.SIGKILL)
                return True
    return False


def serves(port, key, path):
    client = Client(port, key, timeout=3)
    try:
        return client.get(path).status == 200
    except OSError:
        return False
    finally:
        client.close()


def crashed(random):
    """Row 4: a backend dies by kill -9 (PostgreSQL then restarts all backends); later the whole server stops
    immediately and starts again. Errors are 503 within a second; the service works again within 5 s."""
    with Stand() as stand:
        service, key = stand.service(), stand.key()
        flats = Flats(stand, key, service.port, 20)
        path = f"/v1/apartments/{flats.ids[0]}"
        time.sleep(1)
        baseline = resources(service)
        load = Load([service.port], key, flats, seed=random.random()).start()
        time.sleep(2 if not full() else 5)
        reconnects = service.metric("db_reconnects_total")

        began = time.monotonic()
        wait_until("a backend was killed", 10, lambda: kill_backend(stand.database, random))
        time.sleep(0.2)
        first = wait_until("serving after a crash", 10, lambda: serves(service.port, key, path)) - began

        time.sleep(2)
        os.kill(postmaster(), signal.SIGQUIT)
        time.sleep(2)
        assert service.probe("/livez") == 200, "livez failed with the database"
        subprocess.run([os.path.join(ROOT, "tests/support/services"), "pg-start"], check=True)
        began = time.monotonic()
        second = wait_until("serving after a restart", 10, lambda: serves(service.port, key, path)) - began
        time.sleep(2)
        elapsed = time.monotonic() - began + 6
        reconnects = service.metric("db_reconnects_total") - reconnects
        ledger = load.stop()

        check = Invariants(stand, ledger).all()
        slow = [e for e in ledger if e.status == 503 and e.took > 1.2]
        check.expect(not slow, f"{len(slow)} of the 503 took over a second")
        check.expect(not [e for e in ledger if e.error], "connections broke")
        check.expect(first <= 5 and second <= 5, f"back only after {first:.1f} and {second:.1f} s")
        check.expect(reconnects <= 2 * elapsed + 10, f"{reconnects} reconnects in {elapsed:.0f} s")
        check.back_to(baseline, service, 60 if full() else 10)
        assert not check.wrong, check.wrong
        return f"back after {first:.1f} and {second:.1f} s, {sum(e.status == 503 for e in ledger)} of " \
               f"{len(ledger)} were 503"


def frozen(random):
    """Row 5: the postmaster is frozen, then all backends. A request that waits for a connection gets 503 within its
    limit; routes that need no database work as before."""
    with Stand() as stand:
        service, key = stand.service(), stand.key()
        flats = Flats(stand, key, service.port, 20)
        path = f"/v1/apartments/{flats.ids[0]}"
        assert serves(service.port, key, path)
        still = [postmaster(), *children(postmaster())]
        try:
            signal_each(still, signal.SIGSTOP)
            load = Load([service.port], key, flats, seed=random.random())
            load.start()
            probes, end = [], time.monotonic() + (15 if full() else 6)
            while time.monotonic() < end:
                began = time.monotonic()
                assert service.probe("/livez") == 200
                probes.append(time.monotonic() - began)
                time.sleep(0.05)
        finally:
            signal_each(still, signal.SIGCONT)
        began = time.monotonic()
        back = wait_until("serving after the thaw", 10, lambda: serves(service.port, key, path)) - began
        time.sleep(1)
        ledger = load.stop()
        check = Invariants(stand, ledger).all()
        slow = percentile(probes, 0.99)
        check.expect(slow <= 0.4, f"p99 of livez was {slow * 1000:.0f} ms")
        check.expect(back <= 5, f"back only after {back:.1f} s")
        assert not check.wrong, check.wrong
        return f"p99 of livez {slow * 1000:.0f} ms, back after {back:.1f} s"
