# SPDX-License-Identifier: MIT
"""Compares health's /metrics with Debian's exporters for the same machine and PostgreSQL. Each value of health must be
between the exporter's values just before and just after, or within 2 % of them."""
import contextlib
import glob
import os
import re
import subprocess
import time
import urllib.parse
import urllib.request

from rules import RULES, load
from stand import Stand, free_port, wait_until
from tools import ROOT, run, tool

PLAN = """\
server: here
checks:
  - {name: postgres, kind: postgres, interval: 300ms, timeout: 250ms}
  - {name: host, kind: host, interval: 300ms, timeout: 250ms}
  - {name: disk, kind: disk, target: /, interval: 300ms, timeout: 250ms}
"""
PROBE_SECONDS = 1  # in which every probe has run
NEAR = 0.02
ROUNDS = 40
MIRRORED = re.compile(r"(node|pg)_")
SERIES = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$", re.M)
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')
TYPE = re.compile(r"^# TYPE (\S+) (\S+)$", re.M)
SUMMED = {"node_cpu_seconds_total", "pg_stat_activity_count"}  # the exporters split them by more labels
# A metric in a rule; not a function or a recording rule.
USED = re.compile(r"(?<![\w:])[a-z]+_\w+(?![\w:]|\s*\()")


def fetched(port):
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
        return answer.read().decode()


def series_of(text):
    """(name, labels): value."""
    return {(name, frozenset(LABEL.findall(labels or ""))): float(value) for name, labels, value in SERIES.findall(text)}


def of_exporter(theirs, name, labels):
    """The exporter's value for our labels; it may have additional labels. None: it has no such series."""
    found = [value for (other, more), value in theirs.items() if other == name and labels <= more]
    if not found:
        return None
    return sum(found) if name in SUMMED else max(found)


def near(ours, before, after):
    low, high = min(before, after), max(before, after)
    return low - abs(low) * NEAR <= ours <= high + abs(high) * NEAR


class Side:
    """health and the exporters."""

    def __init__(self, stand):
        self.stand, self.children, self.ports = stand, [], []

    def __enter__(self):
        stand = self.stand
        plan = os.path.join(stand.folder, "health.yaml")
        with open(plan, "w", encoding="ascii") as file:
            file.write(PLAN)
        self.health = stand.service(HEALTH_CONFIG=plan, HEALTH_HISTORY=os.path.join(stand.folder, "health.sqlite"))
        # Only fast collectors, and file systems of all types.
        self.start("prometheus-node-exporter", "--collector.disable-defaults",
                   *(f"--collector.{name}" for name in ("cpu", "meminfo", "filesystem", "vmstat")),
                   "--collector.filesystem.fs-types-exclude=^$", "--collector.filesystem.mount-points-exclude=^/.+")
        parts = urllib.parse.urlsplit(stand.url("postgres", port=stand.port))
        self.start("prometheus-postgres-exporter", DATA_SOURCE_NAME=parts._replace(query="sslmode=disable").geturl())
        return self

    def start(self, name, *words, **environment):
        port = free_port()
        self.ports.append(port)
        self.children.append(subprocess.Popen(
            [tool(name), f"--web.listen-address=127.0.0.1:{port}", *words], stdin=subprocess.DEVNULL,
            stdout=self.stand.log, stderr=self.stand.log, env={"PATH": os.environ["PATH"], **environment}))

        def answers():
            with contextlib.suppress(OSError):
                return bool(fetched(port))
        wait_until(f"{name} answers", 30, answers, 0.1)

    def __exit__(self, *_):
        for child in self.children:
            child.kill()
            child.wait()

    def theirs(self):
        return {key: value for port in self.ports for key, value in series_of(fetched(port)).items()}

    def text(self):
        return fetched(self.health.port)


def busy(stand):
    """Creates data to measure: an open transaction, an archived segment."""
    stand.sql("CREATE TABLE seen AS SELECT 1")
    stand.sql("SELECT pg_switch_wal()")
    wait_until("a segment is archived", 30, lambda: stand.sql("SELECT archived_count > 0 FROM pg_stat_archiver") == "t")
    return subprocess.Popen(["psql", "-qXAt", stand.url("postgres"), "-c", "BEGIN; SELECT 1", "-c", "SELECT pg_sleep(600)"],
                            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=stand.log)


def compared(side):
    """Repeats until each series was between the exporter's two values once. Returns the problems and our series."""
    wanted, last, wrong = None, {}, []
    for _ in range(ROUNDS):
        before = side.theirs()
        time.sleep(PROBE_SECONDS)
        text = side.text()
        after = side.theirs()
        ours = {key: value for key, value in series_of(text).items() if MIRRORED.match(key[0])}
        counters = {name for name, kind in TYPE.findall(text) if kind == "counter"}
        wrong += [f"{key[0]} went from {last[key]} to {value}" for key, value in ours.items()
                  if key[0] in counters and value < last.get(key, value)]
        last, far = ours, {}
        for key, value in ours.items():
            ends = of_exporter(before, *key), of_exporter(after, *key)
            if None in ends:
                far[key] = f"{key[0]}{sorted(key[1])} is not the exporter's"
            elif not near(value, *ends):
                far[key] = f"{key[0]}{sorted(key[1])} is {value}, the exporter has {ends}"
        wanted = far if wanted is None else {key: far[key] for key in wanted if key in far}
        if not wanted:
            break
    return wrong + list((wanted or {}).values()), ours


def described():
    """The names in metrics/metrics.c."""
    with open(os.path.join(ROOT, "services/health/src/metrics/metrics.c"), encoding="utf-8") as file:
        return set(re.findall(r'"((?:node|pg)_[A-Za-z0-9_]+)"', file.read()))


def values_equal_those_of_the_exporters():
    with Stand(service="health", database="tapbot_prometheus") as stand:
        with Side(stand) as side:
            child = busy(stand)
            try:
                wrong, ours = compared(side)
            finally:
                child.kill()
                child.wait()
        told = {name for name, _ in ours}
        wrong += [f"{name} is missing" for name in sorted(described() - told)]
        assert not wrong, "\n".join(wrong)
        return f"{len(told)} metrics, {len(ours)} series"


def metrics_are_well_formed():
    with Stand(service="health", database="tapbot_prometheus") as stand:
        plan = os.path.join(stand.folder, "health.yaml")
        with open(plan, "w", encoding="ascii") as file:
            file.write(PLAN)
        health = stand.service(HEALTH_CONFIG=plan, HEALTH_HISTORY=os.path.join(stand.folder, "health.sqlite"))
        wait_until("every kind has metrics", 20, lambda: all(f"\n{name} " in fetched(health.port) for name in
                                                         ("pg_stat_activity_count", "node_vmstat_oom_kill")))
        text = fetched(health.port)
        done = run(tool("promtool"), "check", "metrics", input=text)
        # Warnings about the exporters' names are ignored.
        wrong = [line for line in (done.stdout + done.stderr).splitlines() if line and not MIRRORED.match(line)]
        assert done.returncode in (0, 3) and not wrong, "\n".join(wrong) or done.stderr
        for name in ("health_check_status", "health_check_latency_seconds", "health_incidents_open", "health_history_gap_seconds",
                     "health_alerts_undelivered"):
            assert f"# TYPE {name} gauge\n" in text, name
        return f"{len(text)} bytes"


def rules_use_existing_metrics():
    """Each metric of a rule is in the table, or in the code of a service."""
    code = ""
    for path in [*glob.glob(f"{ROOT}/common/**/*.c", recursive=True), *glob.glob(f"{ROOT}/services/**/*.c", recursive=True)]:
        with open(path, encoding="utf-8") as file:
            code += file.read()
    used = {name.removesuffix("_bucket") for group in load(RULES)["groups"] for rule in group["rules"]
            for name in USED.findall(rule["expr"])}
    unknown = [name for name in sorted(used - described()) if f'"{name}"' not in code]
    assert used and not unknown, f"nothing measures {unknown}"
    return f"{len(used)} metrics"


TESTS = [rules_use_existing_metrics, metrics_are_well_formed, values_equal_those_of_the_exporters]
