# SPDX-License-Identifier: MIT
"""Row 1 for rides: instances and PostgreSQL are killed during all operations on trips and seats."""
import collections
import os
import signal
import subprocess
import time

import rows_cache
from ride_load import RideInvariants, RideLoad
from rows_database import postmaster
from stand import ROOT, Client, Stand, full


def _kill_instances(random, instances, until, every):
    """Kills one of the two instances, repeatedly. Returns the number of kills."""
    kills = 0
    while time.monotonic() < until:
        time.sleep(every)
        instance = random.choice(instances)
        instance.kill()
        instance.start()
        kills += 1
    return kills


def _restart_postgres():
    os.kill(postmaster(), signal.SIGQUIT)
    time.sleep(1)
    subprocess.run([os.path.join(ROOT, "tests/support/services"), "pg-start"], check=True)


def _deadlocks(stand):
    return int(stand.sql(f"SELECT deadlocks FROM pg_stat_database WHERE datname = '{stand.database}'"))


def killed(random):
    """Two instances, 64 clients. No trip is oversold, no passenger is in two cars, and each confirmed seat is stored."""
    seconds, every = (300, 5) if full() else (12, 2)
    with Stand() as stand:
        instances = [stand.service(RIDES_ENABLED="true") for _ in range(2)]
        key = stand.key(rate=1000000)
        load = RideLoad([instance.port for instance in instances], key, seed=random.random()).start()
        began = time.monotonic()
        kills = _kill_instances(random, instances, began + seconds / 2, every)
        deadlocks = _deadlocks(stand)  # PostgreSQL resets the counter when it crashes
        _restart_postgres()
        rows_cache.kill()
        kills += _kill_instances(random, instances, began + seconds, every)
        rows_cache.revive()
        ledger = load.stop()
        deadlocks += _deadlocks(stand)
        client = Client(instances[0].port, key)
        check = RideInvariants(stand, ledger).acknowledged_once().typed().stored().selfcheck(client)
        check.expect(deadlocks == 0, f"{deadlocks} deadlocks")
        assert not check.wrong, f"{len(check.wrong)}: {check.wrong[:5]}"
        # The check itself must find a wrong load.
        stand.sql("UPDATE ride.trip_load SET seat_load[1] = CASE seat_load[1] WHEN 0 THEN 1 ELSE 0 END"
                  " WHERE trip_id = (SELECT max(trip_id::text)::uuid FROM ride.trip_load)")
        assert RideInvariants(stand, ledger).stored().wrong, "the check does not find a load that differs from the sum"
        counted = collections.Counter(entry.status for entry in ledger)
        client.close()
        return f"{kills} kills, PostgreSQL crashed, Redis gone; {counted[201]} created, {counted[200]} changed, {counted[409]} refused, {counted[503] + counted[0]} retried"
