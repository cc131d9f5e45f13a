# SPDX-License-Identifier: MIT
"""Rows 7, 8 and 10: the disk fails, is full, or holds only what was written before a power failure."""
import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import time

from booking_load import Flats, Invariants, Load
from rows_answers import Retrying
from rows_database import children, postmaster, serves, signal_each
from small_disk import fill, small_disk
from stand import ROOT, Client, Stand, free_port, full, preload, wait_until

HOME = "TEST_SERVICES_HOME"


def pg_start(**environment):
    subprocess.run([os.path.join(ROOT, "tests/support/services"), "pg-start"], check=True,
                   env={**os.environ, "TEST_PG_ENVIRONMENT": " ".join(f"{k}={v}" for k, v in environment.items())})


def running(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def pg_stop(number):
    pid = postmaster()
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
    wait_until("PostgreSQL stopped", 30, lambda: not running(pid))


def broken_disk(random):
    """Row 7: fdatasync returns EIO. Nothing is acknowledged in that time; PostgreSQL panics and restarts;
    afterwards each key has had one effect."""
    broken = os.path.join(os.environ[HOME], "broken")
    preloaded = {"LD_PRELOAD": preload(os.environ[HOME], "slow_fdatasync"), "SLOW_FDATASYNC_US": "0",
                 "FAIL_FDATASYNC_FILE": broken}
    pg_stop(signal.SIGINT)
    pg_start(**preloaded)
    try:
        with Stand() as stand:
            service, key = stand.service(), stand.key()
            flats = Flats(stand, key, service.port, 20)
            load = Load([service.port], key, flats, rate=60, seed=random.random()).start()
            retrying = Retrying(stand, [service], key).start()
            windows = []
            for _ in range(10 if full() else 2):
                time.sleep(1)
                with open(broken, "wb"):
                    began = time.monotonic()
                time.sleep(random.uniform(0.3, 1.5))
                windows.append((began, time.monotonic()))
                os.unlink(broken)
                if not running(postmaster()):
                    pg_start(**preloaded)
                wait_until("serving again", 20, lambda: serves(service.port, key, f"/v1/apartments/{flats.ids[0]}"))
            time.sleep(1)
            retrying.end()
            ledger = load.stop()
            check = Invariants(stand, ledger).all()
            silent = [e for e in ledger if e.status == 201
                      and any(a < e.began and e.began + e.took < b for a, b in windows)]
            check.expect(not silent, f"{len(silent)} acknowledged while fdatasync failed")
            check.wrong += retrying.wrong()
            assert not check.wrong, check.wrong
            panics = _panics()
            assert panics > 0, "fdatasync never failed"
            return f"{len(windows)} disk failures, {panics} panics, {sum(e.status == 503 for e in ledger)} of {len(ledger)} were 503, " \
                   f"{retrying.summary()}"
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(broken)
        if running(postmaster()):
            pg_stop(signal.SIGINT)
        pg_start()


def _panics():
    with open(os.path.join(os.environ[HOME], "postgres.log"), encoding="utf-8", errors="replace") as log:
        return len(re.findall(r"PANIC: .*fdatasync", log.read()))


FULL_SECONDS = 8  # longer than DB_FULL_MS of common/db/transaction.h


@contextlib.contextmanager
def postgres_on_small_disk(megabytes):
    """Starts a PostgreSQL on a file system of `megabytes` MB; yields its folder."""
    # In memory: a loop device would be as slow as the machine's disk.
    with small_disk(megabytes, ("tmpfs",)) as (folder, _):
        port, before = free_port(), dict(os.environ)
        script = ('. "$TAPBOT_ROOT/deploy/lib/say.sh"; . "$TAPBOT_ROOT/deploy/lib/cluster.sh"; '
                  'chown "$CLUSTER_USER:" "$1"; cluster_pg_start "$1" "$2" "$1" min_wal_size=32MB max_wal_size=48MB')
        try:
            subprocess.run(["bash", "-c", script, "sh", folder, str(port)], check=True,
                           env={**os.environ, "TAPBOT_ROOT": ROOT})
            with open(os.path.join(folder, "pg.password"), encoding="ascii") as file:
                password = file.read().strip()
            os.environ.update({"TEST_DATABASE_URL": f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres",
                               HOME: folder, "TEST_PG_PORT": str(port)})
            yield folder
        finally:
            if os.path.exists(os.path.join(folder, "postgres.pid")):
                os.environ[HOME] = folder
                pg_stop(signal.SIGQUIT)
            os.environ.clear()
            os.environ.update(before)


def writes_of(client):
    """What /readyz says about writes; the instance is ready all the time, because it answers reads."""
    reply = client.get("/readyz")
    assert reply.status == 200, f"/readyz: {reply.status} {reply.body[:200]}"
    return reply.json["checks"]["writes"]


def full_disk(_random):
    """Row 8: writes are refused with a typed 503, reads work, readiness reports it; when space is free again, writes work too."""
    with postgres_on_small_disk(200) as folder, Stand() as stand:
        service, key = stand.service(REDIS_URL=""), stand.key()
        client = Client(service.port, key)
        flats = Flats(stand, key, service.port, 5)
        owner = client.get(f"/v1/apartments/{flats.ids[0]}").json["owner_id"]
        big = {"owner_id": owner, "title": {"ru": "Большая"}, "city": "almaty", "rooms": 1, "max_guests": 2,
               "base_price": {"amount": 1500000, "currency": "KZT"},
               "description": {"ru": secrets.token_hex(1400), "en": secrets.token_hex(1400)}}
        # Allocate a WAL segment in advance: without it PostgreSQL panics, as row 7 shows.
        stand.sql("CHECKPOINT; SELECT pg_switch_wal(); CHECKPOINT")
        ballast = fill(folder)
        seen, wrong, reads = {}, [], 0
        for number in range(400):
            reply = client.post("/v1/apartments", big)
            word = reply.code if reply.status >= 400 else reply.status
            seen[word] = seen.get(word, 0) + 1
            if word not in (201, "storage_full") or word == "storage_full" and not reply.headers["Retry-After"]:
                wrong.append(f"{reply.status} {reply.body[:200]}")
            for path in (f"/v1/apartments/{flats.ids[number % 5]}", "/v1/apartments?limit=3", "/v1/bookings",
                         f"/v1/apartments/{flats.ids[number % 5]}/calendar"):
                reply = client.get(path)
                reads += 1
                if reply.status != 200:
                    wrong.append(f"{path}: {reply.status} {reply.body[:200]}")
            if seen.get("storage_full", 0) >= (100 if full() else 30) or len(wrong) > 5:
                break
        # Also without refused changes: PostgreSQL is asked to write a file.
        wait_until("readiness tells it", 12, lambda: writes_of(client) == "down")
        end = time.monotonic() + FULL_SECONDS
        while time.monotonic() < end:
            assert writes_of(client) == "down", "the disk is full, and writes are up"
            time.sleep(0.5)
        os.unlink(ballast)
        began = time.monotonic()
        wait_until("writing again", 12, lambda: client.post("/v1/apartments", big).status == 201)
        back = time.monotonic() - began
        wait_until("readiness tells it", 12, lambda: writes_of(client) == "up")
        assert not wrong, wrong[:3]
        assert seen.get("storage_full", 0) >= 30, f"never full: {seen}"
        assert back <= 10, f"writes again only after {back:.1f} s"
        return f"{seen} while full, {reads} reads, writing again after {back:.2f} s"


def power_lost(random):
    """Row 10, simulated: all processes stop at one moment, and PostgreSQL starts from a copy of the data directory
    of that moment. (Data that the kernel has not yet written is not lost here. Row 7 shows that nothing is
    acknowledged before fdatasync has returned.)"""
    data = os.path.join(os.environ[HOME], "pg")
    rounds, slowest = 50 if full() else 3, 0.0
    with Stand() as stand:
        service, key = stand.service(), stand.key()
        flats = Flats(stand, key, service.port, 20)
        load = Load([service.port], key, flats, rate=80, seed=random.random()).start()
        for _ in range(rounds):
            time.sleep(random.uniform(0.5, 1.5))
            everything = [postmaster(), *children(postmaster()), service.pid]
            signal_each(everything, signal.SIGSTOP)
            subprocess.run(["cp", "-a", data, data + ".copy"], check=True)
            signal_each(everything, signal.SIGKILL)
            service.process.wait()
            wait_until("all gone", 10, lambda pids=everything: not any(running(pid) for pid in pids))
            shutil.rmtree(data)
            os.rename(data + ".copy", data)
            began = time.monotonic()
            pg_start()
            service.start()
            slowest = max(slowest, time.monotonic() - began)
        time.sleep(1)
        ledger = load.stop()
        check = Invariants(stand, ledger).acknowledged_once().no_overlaps().problems_are_typed()
        assert not check.wrong, check.wrong
        return f"{rounds} times, {sum(e.status == 201 for e in ledger)} bookings stored, back after {slowest:.1f} s"
