# SPDX-License-Identifier: MIT
"""Row 31: a release changes the schema while instances of the previous release serve requests."""
import os
import subprocess
import time

from booking_load import Flats, Invariants, Load
from stand import Stand, built, full, wait_until

READER = "BEGIN; SELECT count(*) FROM booking.booking, booking.occupancy, booking.apartment; SELECT pg_sleep({}); COMMIT"


def schema_change(random):
    """The next release's binary (the same with one more migration) migrates under load, beside an instance of the
    current release and a long report that reads every table; then both serve together."""
    following = built("tests/fault/booking-api/booking-api-next")
    if not os.path.exists(following):
        raise AssertionError(f"{following} is not built")
    with Stand() as stand:
        old, key = stand.service(), stand.key()
        flats = Flats(stand, key, old.port, 40)
        ports = [old.port]
        load = Load(ports, key, flats, rate=100, seed=random.random()).start()
        time.sleep(1)
        report_seconds = 3
        with subprocess.Popen(["psql", "-qXAt", stand.url("postgres"), "-c", READER.format(report_seconds)],
                              stdout=subprocess.DEVNULL) as reader:
            wait_until("a report that reads", 5, lambda: stand.sql(
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'BEGIN; SELECT count%pg_sleep%'"
                " AND wait_event = 'PgSleep'") == "1")
            began = time.monotonic()
            applied = stand.run("--migrate", role="tapbot_migrator", binary=following)
            took = time.monotonic() - began
            reader.wait(30)
        new = stand.service(binary=following)
        ports.append(new.port)
        time.sleep(10 if full() else 3)
        # For a roll-back the previous release must still start beside the new one.
        back = stand.service()
        ports.append(back.port)
        time.sleep(10 if full() else 2)
        ledger = load.stop()
        check = Invariants(stand, ledger).all()
        bad = [e for e in ledger if e.error or e.status >= 500 or e.status == 429]
        slowest = max(e.took for e in ledger)
        check.expect("next.sql applied" in applied, f"nothing was applied: {applied}")
        check.expect(not bad, f"{len(bad)} of {len(ledger)} failed: {bad[:1]}")
        check.expect(slowest <= 2, f"the slowest waited {slowest:.1f} s")
        check.expect(took >= report_seconds / 2, f"the migration did not run beside the report: {took:.1f} s")
        check.expect(stand.sql("SELECT count(*) FROM booking.booking WHERE origin = 'api'") != "0", "no new column")
        assert not check.wrong, check.wrong
        return f"migrated in {took:.1f} s beside a report of {report_seconds} s, {len(ledger)} requests on " \
               f"{len(ports)} instances, slowest {slowest:.2f} s"
