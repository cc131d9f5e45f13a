# SPDX-License-Identifier: MIT
"""Whether other requests wait during many searches: blocking of the loop, and /livez compared with that of an idle instance."""
import json
import os
import re
import statistics
import subprocess
import time

from messages import judged, p99
from sections import bar
from stand import Client, full

INSTANCES, CLIENTS, LOAD_SECONDS = (5, 32, 10) if full() else (3, 32, 3)


class Crowd:
    """Clients that search at the same time, each again as soon as it is answered, from a process of its own."""

    def __init__(self, bench, service, mode):
        script = bench.lua("searches.lua", f"""local queries = {{{", ".join(json.dumps(one, ensure_ascii=False) for one in bench.queries)}}}
local asked = {{}}
headers["Content-Type"] = "application/json"
init = function()
  for n, query in ipairs(queries) do
    asked[n] = wrk.format("POST", "/v1/search/messages", headers, '{{"query":"' .. query .. '","mode":"{mode}","limit":20}}')
  end
end
request = function() return asked[math.random(#asked)] end""")
        self.process = subprocess.Popen(["wrk", "-t1", f"-c{CLIENTS}", f"-d{LOAD_SECONDS + 2}s", "--latency", "--timeout", "10s", "-s", script,
                                         f"http://127.0.0.1:{service.port}/"], stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        time.sleep(1)
        return self

    def __exit__(self, *_):
        out, _ = self.process.communicate()
        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
        if bad or "Requests/sec" not in out:
            raise RuntimeError(out)
        self.rate, self.late = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)), re.search(r"99%\s+(\S+)", out).group(1)


def livez_ms(client):
    began = time.monotonic()
    assert client.get("/livez").status == 200
    return (time.monotonic() - began) * 1000


def without_vectors(bench, place):
    """The searches logged after a position that were answered by words alone."""
    with open(bench.stand.log.name, "rb") as log:
        log.seek(place)
        return log.read().count(b'"vector_search_failed"')


def hold(bench, section, mode, start_instance, rss_most=None, instances=INSTANCES, suffix=""):
    """`start_instance` starts a searchable instance; `suffix` distinguishes the bars from those of other sections."""
    idle, _ = start_instance()
    aside = Client(idle.port)
    held, ratios, rates, livez, poorer = [], [], [], [], []
    for _ in range(instances):
        service, _ = start_instance()
        busy, end = Client(service.port), time.monotonic() + LOAD_SECONDS
        taken, before = {busy: [], aside: []}, os.path.getsize(bench.stand.log.name)
        with Crowd(bench, service, mode) as load:
            while time.monotonic() < end:
                for client, list_ in taken.items():
                    list_.append(livez_ms(client))
                time.sleep(0.005)
        ratios.append(p99(taken[busy]) / p99(taken[aside]))
        livez.append(f"{p99(taken[busy]):.1f}/{p99(taken[aside]):.1f}")
        held.append(service.metric("loop_held_seconds_max") * 1000)
        rates.append(f"{load.rate:.0f}/s (p99 {load.late})")
        poorer.append(without_vectors(bench, before))
        rss = service.status("VmRSS") / 1024
        busy.close()
        service.stop()
    aside.close()
    idle.stop()
    bench.rows.append((section, "searches", ", ".join(rates)))
    if mode == "hybrid":
        bench.rows.append((section, "answered by words alone", ", ".join(map(str, poorer))))
    bench.rows.append((section, "p99 of /livez, busy/idle, ms", ", ".join(livez)))
    bench.rows.append((section, "loop held at most, ms", ", ".join(f"{one:.2f}" for one in sorted(held))))
    bar(bench, f"search-api's loop held{suffix}", statistics.median(held), 5, "ms", section)
    judged(bench, f"p99 of /livez while many search{suffix}, of an idle instance's", statistics.median(ratios), 2, "times", section)
    name = f"RSS behind {CLIENTS} clients{suffix}"
    if rss_most:
        bar(bench, name, rss, rss_most, "MB", section)
    else:
        bench.rows.append((section, name, f"{rss:.1f} MB"))
