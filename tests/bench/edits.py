# SPDX-License-Identifier: MIT
"""Changes of flats: PATCH of one, and a spreadsheet of many. With --beside the earlier build must not be faster."""
import json
import os
import statistics
import subprocess
import time

import measure
from ids import FLAT_LUA
from sections import BESIDE, FLATS, OURS, ROUNDS, SECONDS, SLACK, BUILD_LEAST, bar, stop_services
from stand import ROOT, full, report

IMPORTED = 2000
# Prices of the file, which is loaded alternately: each load changes each flat.
PRICES = (15000, 16000)


def forget(bench):
    """Clears the tables, so that runs do not slow down each other."""
    for statement in ("TRUNCATE booking.outbox, booking.audit, booking.idempotency", "VACUUM booking.apartment"):
        bench.stand.sql(statement)


def patch_run(bench):
    """A run of a build that changes prices, each time of another flat."""
    body = json.dumps({"base_price": {"amount": 77777, "currency": "KZT"}})
    lua = bench.lua("edit.lua", f"""headers["Content-Type"] = "application/json"
local body = [[{body}]]
{FLAT_LUA}
request = function()
  i = i + 1
  return wrk.format("PATCH", "/v1/apartments/" .. flat(1 + i % {FLATS - 10}), headers,
                    (body:gsub("77777", tostring(100 * math.random(10000, 30000)))))
end""")

    def run():
        forget(bench)
        service = bench.service()
        bench.settle(service)
        try:
            return bench.meter.run(measure.wrk(service.port, lua, SECONDS), service.pid)
        finally:
            service.stop()
    return run


def edit(bench):
    if not full():
        report("skip", "bench/edit", "only with --full")
        return
    try:
        contestants = {name: patch_run(build) for name, build in bench.builds()}
        bench.compare("PATCH of a flat", contestants, [])
    finally:
        stop_services(bench)


def imported(bench, price):
    """Seconds for the import; each of its flats changes."""
    codes = bench.stand.sql(f"SELECT code FROM booking.apartment ORDER BY code LIMIT {IMPORTED}").split()
    path = bench.file("flats.csv", "код;цена\n" + "".join(f"{code};{price}\n" for code in codes))
    forget(bench)
    service = bench.service()
    bench.file("demo.env", f"BOOKING_URL=http://127.0.0.1:{service.port}\nAPI_KEY={bench.key}\n")
    began = time.monotonic()
    try:
        subprocess.run([os.path.join(ROOT, "deploy/tapbot"), "import", "apartments", path], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "TAPBOT_VAR": bench.folder})
        return time.monotonic() - began
    finally:
        service.stop()


def imports(bench):
    if not full():
        report("skip", "bench/import", "only with --full")
        return
    section, taken = f"import that changes {IMPORTED} flats", {name: [] for name, _ in bench.builds()}
    for n in range(2 * ROUNDS):
        for name, build in bench.builds():
            taken[name].append(imported(build, PRICES[n % 2]))
    for name, seconds in taken.items():
        bench.rows.append((section, name, f"{statistics.median(seconds):.3f} s"))
    bar(bench, section, statistics.median(taken[OURS]), 60, "s", section)
    if BESIDE in taken:
        ratio = statistics.median(taken[BESIDE]) / statistics.median(taken[OURS])
        text = f"{ratio:.3f} (bar {BUILD_LEAST})"
        bench.rows.append((section, f"  {OURS} / {BESIDE}", text))
        report("pass" if ratio >= BUILD_LEAST * SLACK else "fail", f"bench/{section}: {OURS} / {BESIDE}", text)


SECTIONS = {"edit": edit, "import": imports}
