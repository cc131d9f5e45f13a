# SPDX-License-Identifier: MIT
"""Whether requests are as fast with a hundred times as many taken nights: the same requests against two
databases, alternating; bars on the ratio of their rates.

BENCH_SCALE=FLATS:STAYS,FLATS:STAYS names other sizes than 100,000 and 10,000,000 rows.
"""
import os
import time

import measure
from ids import FLAT_LUA
from stored_json import write_stored_json
from stand import Stand, full, report

# As many stays for each flat: a fuller calendar has larger answers, which is independent of the size. (They lie
# 365 / STAYS days apart and take 5 at most: 50 is the most that does not overlap.)
SIZES = os.environ.get("BENCH_SCALE", "10000:10,1000000:10")
LEAST, ROUNDS, SECONDS = 0.8, 3, 10 if full() else 1
IDS = 1000


class Size:
    """One filled database and a service on it."""

    def __init__(self, bench, number, flats, stays):
        self.flats, self.rows = flats, flats * stays
        self.stand = Stand(database=f"tapbot_scale_{number}")
        self.stand.passwords = bench.stand.passwords  # roles belong to the cluster, not to a database
        self.stand.__enter__()
        self.key = self.stand.key(rate=1000000)
        began = time.monotonic()
        self.stand.fill(flats, stays)
        self.stand.sql("UPDATE booking.apartment SET booking_window_days = 730")
        self.stand.sql("VACUUM (ANALYZE) booking.apartment")
        write_stored_json(self.stand)
        self.stand.sql("CHECKPOINT")
        self.service = self.stand.service(ACCESS_LOG="false")
        self.name = f"{self.rows:,} rows"
        bench.notes.append(f"scale: {flats} flats, {self.rows} occupancy rows, made in {time.monotonic() - began:.0f} s")

    def script(self, name, request):
        """A wrk script; in it `id` is a flat's ID, `day(n)` a date."""
        path = os.path.join(self.stand.folder, f"{name}.lua")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"""
local headers = {{["X-API-Key"] = "{self.key}", ["Content-Type"] = "application/json"}}
local now, i = os.time(), 0
math.randomseed(7)
local function day(n) return os.date("!%Y-%m-%d", now + n * 86400) end
{FLAT_LUA}
local function some() return flat(math.random({IDS}) * {self.flats // IDS}) end
request = function()
  i = i + 1
  {request}
end""")
        return path


# The requests; a write takes the next flat and, after the last one, the next day.
ASKED = {
    "list": 'return wrk.format("GET", "/v1/apartments?city=almaty&limit=20", headers)',
    "bookings": 'return wrk.format("GET", "/v1/bookings?apartment_id=" .. some(), headers)',
    "search": 'local d = math.random(1, 200) return wrk.format("GET", "/v1/apartments?city=almaty&guests=3&max_price=2000000'
              '&check_in=" .. day(d) .. "&check_out=" .. day(d + 3), headers)',
    "calendar": 'return wrk.format("GET", "/v1/apartments/" .. some() .. "/calendar", headers)',
    "read": 'return wrk.format("GET", "/v1/apartments/" .. some(), headers)',
    "write": """local n = RUN * 1000000 + i
  local id = flat(1 + (i * 7) % FLATS)
  local d = 401 + 40 * RUN + math.floor(i / FLATS)
  return wrk.format("POST", "/v1/bookings", headers, string.format('{"apartment_id":"%s","check_in":"%s","check_out":"%s",'
    .. '"guests":1,"guest":{"name":"G","telegram_id":%d}}', id, day(d), day(d + 1), 200000000 + n))""",
}


def scale(bench):
    if not full() and "BENCH_SCALE" not in os.environ:
        report("skip", "bench/scale", "only with --full")
        return
    sizes = [Size(bench, number, *map(int, size.split(":"))) for number, size in enumerate(SIZES.split(","))]
    try:
        for name, request in ASKED.items():
            runs = {size.name: 0 for size in sizes}

            def once(size, name=name, request=request, runs=runs):
                text = request.replace("RUN", str(runs[size.name])).replace("FLATS", str(size.flats))
                runs[size.name] += 1
                script = size.script(name, text)
                return bench.meter.run(measure.wrk(size.service.port, script, SECONDS), size.service.pid)
            results = measure.interleave({size.name: lambda size=size: once(size) for size in sizes}, ROUNDS)
            for size in sizes:
                bench.rows.append((f"scale: {name}", size.name, results[size.name]))
            ratio = results[sizes[-1].name].rate / results[sizes[0].name].rate
            text = f"{ratio:.2f} (bar {LEAST})"
            bench.rows.append((f"scale: {name}", "  ratio", text))
            report("pass" if ratio >= LEAST else "fail", f"bench/scale: {name}", text)
    finally:
        for size in sizes:
            size.service.stop()
            size.stand.__exit__()
