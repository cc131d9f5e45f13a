# SPDX-License-Identifier: MIT
"""health: its page with a year of history compared with a page without; the cost of 200 probes, and whether a hanging one
delays another."""
import glob
import os
import sqlite3
import statistics
import time

import measure
import sections
import watch_peers
from sections import bar
from stand import Client, Stand, full, report, wait_until
from targets import Targets, certificates

OURS = "health"
CHECKS, INTERVAL_S, DAY_S = 60, 10, 86400
PAGES, ROUNDS = 300, 5
PAGES_SECONDS = 75 if full() else 0  # health writes every 5 s and reads the history every 60 s
MB = 1000 * 1000
# 200 probes every 10 s.
TLS, HTTP, HANGING, LOAD_SECONDS = 20, 120, 10, 60


class Bench(sections.Bench):
    """Another checkout is not measured."""

    def __init__(self, _beside=None):
        super().__init__(make_stand=lambda: Stand(service="health", database="tapbot_bench_health"))

    def __enter__(self):
        self.stand = self.make_stand().__enter__()
        self.folder = self.stand.folder
        self.key = self.stand.key(client="watcher", tenant="system")
        self.redis = self.stand.redis_url.rpartition("@")[2].removeprefix("redis://").rstrip("/")
        return self

    def watch(self, name, checks, prefix=(), **environment):
        """health with a table of checks, and a history file of that name."""
        plan = self.file(f"{name}.yaml", "server: here\nchecks:\n" + "".join(f"  - {{{one}}}\n" for one in checks))
        service = self.stand.service(False, HEALTH_CONFIG=plan, HEALTH_HISTORY=self.history(name), ACCESS_LOG="false", **environment)
        return service.start(prefix=prefix)

    def history(self, name):
        return os.path.join(self.folder, f"{name}.sqlite")

    def settled(self, service, but=()):
        """Waits until all but those are green."""
        client = Client(service.port, self.key)

        def bad():
            return [one["name"] for one in client.get("/v1/status").json["checks"] if one["status"] != "green" and one["name"] not in but]
        try:
            wait_until("all is green", 60, lambda: not bad(), 0.5)
        finally:
            client.close()


# ---- a year -----------------------------------------------------------------------------------------------------------------

SERIES = """WITH RECURSIVE t(at) AS (SELECT {first} UNION ALL SELECT at + 1 FROM t WHERE at < {last}),
c(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM c WHERE id < {checks})"""
# The sums of a check per unit of so many seconds: partly bad in some of them, so that bars have colours.
SUMS = """INSERT OR REPLACE INTO {table} (at, check_id, count, known_ms, bad_ms, seen, sum_us, max_us) """ + SERIES + """
SELECT at, id, {seconds} / 10, {seconds} * 1000, iif((at + id) % 23 = 0, {seconds} * 20, 0), iif((at + id) % 23 = 0, 10, 2),
 {seconds} * 3000 + (at * 7919 + id * 104729) % 60000, 60000 + at % 999 FROM t, c ORDER BY at, id"""
SAMPLES = "INSERT OR REPLACE INTO sample (at, check_id, verdict, took_us) " + SERIES + """
SELECT at * 10000 + id * 33, id, 1, 1000 + (at * 7919 + id * 104729) % 60000 FROM t, c ORDER BY at, id"""
RETENTION = (("minute", 60, 7 * DAY_S), ("hour", 3600, 90 * DAY_S), ("day", DAY_S, 365 * DAY_S))
INCIDENTS_A_DAY = 10


class Rows:
    """Rows of a table with any columns: omitted ones are 0 or empty."""

    def __init__(self, file, table):
        self.file = file
        self.empty = {name: "" if kind == "TEXT" else 0 for _, name, kind, *_ in file.execute(f"PRAGMA table_info({table})")}
        self.insert = f"INSERT INTO {table} ({', '.join(self.empty)}) VALUES ({', '.join(f':{name}' for name in self.empty)})"

    def add(self, **given):
        self.file.execute(self.insert, {**self.empty, **given})


def fill_incidents(file, now):
    """Each has alerts and recoveries on two channels; alerts are retained for 90 days."""
    incidents, alerts = Rows(file, "incident"), Rows(file, "alert")
    for number in range(365 * INCIDENTS_A_DAY):
        began = now - (number + 1) * DAY_S // INCIDENTS_A_DAY
        at, key = began * 1_000_000, (began * 1000 << 80 | 7 << 76 | 2 << 62 | number).to_bytes(16, "big")
        incidents.add(id=key, check_name=f"check-{number % CHECKS:03}", level=3, severity=1, trouble="refused", detail="port 5432", started_us=at,
                      ended_us=at + 600_000_000, acked_by="staff:Aigul" if number % 2 else "")
        if began > now - 90 * DAY_S:
            for event, channel in ((0, 0), (0, 1), (2, 0), (2, 1)):
                alerts.add(id=at + event * 10 + channel, incident_id=key, event=event, channel=channel, made_us=at, due_us=at, told_us=at + 1000,
                           message_id=7)


def fill_year(path, now):
    """A year of data as health stores it (storage/history.h)."""
    with sqlite3.connect(path) as file:
        for table, seconds, retention in RETENTION:
            file.execute(SUMS.format(table=table, seconds=seconds, first=(now - retention) // seconds, last=now // seconds, checks=CHECKS))
        file.execute(SAMPLES.format(first=now // 10 - 2 * DAY_S // 10, last=now // 10 - 1, checks=CHECKS))
        fill_incidents(file, now)
    file.close()


def size_of(path):
    return sum(os.path.getsize(part) for part in glob.glob(f"{path}*")) / MB


def page_ms(client):
    began = time.monotonic()
    answer = client.get("/")
    took = (time.monotonic() - began) * 1000
    assert answer.status == 200 and answer.body.count(b"check-") >= CHECKS, f"{answer.status} {answer.body[:200]}"
    return took, len(answer.body)


def p99(taken):
    return sorted(taken)[len(taken) * 99 // 100]


def year(bench):
    """The page of 60 checks, requested alternately from an instance with a year of history and from a new one."""
    checks = [f'name: check-{n:03}, kind: tcp, target: "{bench.redis}"' for n in range(CHECKS)]
    bench.watch("year", checks).stop()
    began = time.monotonic()
    fill_year(bench.history("year"), int(time.time()))
    filled = time.monotonic() - began
    services = {name: bench.watch(name, checks) for name in ("empty", "year")}
    for service in services.values():
        bench.settled(service)
    clients = {name: Client(service.port) for name, service in services.items()}
    bytes_, late, usual = {}, {name: [] for name in clients}, {}
    for _ in range(ROUNDS):
        taken = {name: [] for name in clients}
        for _ in range(PAGES):
            for name, client in clients.items():
                took, bytes_[name] = page_ms(client)
                taken[name].append(took)
            time.sleep(PAGES_SECONDS / ROUNDS / PAGES)
        for name in clients:
            late[name].append(p99(taken[name]))
            usual[name] = statistics.median(taken[name])
    for client in clients.values():
        client.close()
    assert bytes_["year"] > bytes_["empty"] * 1.2, f"the page does not show the year: {bytes_}"
    # Other load affects some rounds on two shared cores; the median represents the page.
    ratio = statistics.median(old / new for old, new in zip(late["year"], late["empty"]))
    megabytes = size_of(bench.history("year"))
    for name, service in services.items():
        bench.rows.append(("page", name, f"p50 {usual[name]:.2f} ms, p99 {', '.join(f'{one:.2f}' for one in late[name])} ms of {PAGES} each, "
                                         f"{bytes_[name] // 1000} kB, RSS {service.status('VmRSS') / 1024:.1f} MB"))
        service.stop()
    bench.notes.append(f"a year of {CHECKS} checks every {INTERVAL_S} s, {365 * INCIDENTS_A_DAY} incidents (made in {filled:.0f} s)")
    bar(bench, "page's p99 after a year, of an empty history's", ratio, 3, "times", "page")
    bar(bench, "history of a year", megabytes, 100, "MB", "page")


# ---- 200 probes -------------------------------------------------------------------------------------------------------------

def load(bench):
    """CPU and memory of 200 probes every 10 s, 20 of them TLS; ten hang until their timeout. The target's times of the other requests
    show whether any was late."""
    if not full():
        report("skip", "bench/watch-load", "only with --full")
        return
    certificate, prefix = certificates(bench.folder)
    with Targets(certificate) as targets:
        hanging = [f"hang-{n}" for n in range(HANGING)]
        checks = ["name: postgres, kind: postgres", "name: redis, kind: redis", "name: host, kind: host, counted: false",
                  "name: disk, kind: disk, target: /, counted: false"]
        checks += [f'name: tls-{n}, kind: tls, target: "127.0.0.1:{targets.tls}", host: localhost' for n in range(TLS)]
        checks += [f'name: {name}, kind: http, target: "http://127.0.0.1:{targets.http}/{name}"'
                   for name in [*(f"http-{n}" for n in range(HTTP)), *hanging]]
        checks += [f'name: tcp-{n}, kind: tcp, target: "{bench.redis}"' for n in range(200 - len(checks))]
        assert len(checks) == 200
        service = bench.watch("load", checks, prefix)
        bench.settled(service, {*hanging, "host", "disk"})
        time.sleep(INTERVAL_S)
        targets.forget()
        before, began = measure.cpu_of(service.pid), time.monotonic()
        time.sleep(LOAD_SECONDS)
        cpu = (measure.cpu_of(service.pid) - before) / (time.monotonic() - began) * 100
        rss = service.status("VmRSS") / 1024
        late, looks = targets.lateness(INTERVAL_S, but=hanging)
        assert looks >= HTTP * (LOAD_SECONDS // INTERVAL_S - 1), f"{looks} looks"
        assert targets.hung >= HANGING * (LOAD_SECONDS // INTERVAL_S - 1), f"{targets.hung} hung"
        service.stop()
    bench.rows.append(("200 probes", f"late, of {looks} probes", f"p50 {statistics.median(late) * 1000:.1f} ms, most {late[-1] * 1000:.0f} ms"))
    bar(bench, "CPU of 200 probes every 10 s", cpu, 3, "% of a core", "200 probes")
    bar(bench, "RSS of 200 probes", rss, 24, "MB", "200 probes")
    bar(bench, "p99 of a probe's lateness while ten hang", p99(late) * 1000, 100, "ms", "200 probes")


SECTIONS = {"watch-year": year, "watch-load": load, **watch_peers.SECTIONS}
