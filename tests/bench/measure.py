# SPDX-License-Identifier: MIT
"""Rates and CPU, side by side: contestants alternate, A B A B, and the median counts."""
import os
import re
import statistics
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")


def cpu_parts_of(pid):
    """Seconds of CPU of one process: in user mode, in the kernel."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return int(fields[11]) / TICK, int(fields[12]) / TICK


def cpu_of(pid):
    """Seconds of CPU of one process."""
    return sum(cpu_parts_of(pid))


def cpu_of_children(pid):
    """Seconds of CPU of a process, its present children and those it has waited for."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    total = sum(int(fields[n]) for n in (11, 12, 13, 14)) / TICK
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as listed:
        for child in listed.read().split():
            try:
                total += cpu_of(int(child))
            except (FileNotFoundError, ProcessLookupError):  # the process has just ended
                pass
    return total


class Run:
    """One run of one contestant: rate, and CPU microseconds a request by process."""

    def __init__(self, rate, cpu):
        self.rate, self.cpu = rate, cpu


class Meter:
    """Counts the CPU of servers around a client's run."""

    def __init__(self, postmaster):
        self.postmaster = postmaster

    def run(self, client, service=None):
        """`client()` returns (requests, seconds, its own CPU seconds)."""
        def look():
            user, kernel = cpu_parts_of(service) if service else (0.0, 0.0)
            return {"svc": user + kernel, "user": user, "pg": cpu_of_children(self.postmaster)}
        before = look()
        requests, seconds, own = client()
        after = look()
        per = 1e6 / max(requests, 1)
        cpu = {"cli": own * per, **{part: (after[part] - before[part]) * per for part in after}}
        return Run(requests / seconds, cpu)


def timed(command, **more):
    """Runs the command; returns its output and its CPU seconds."""
    before = os.times()
    run = subprocess.run(command, capture_output=True, text=True, check=True, **more)
    after = os.times()
    return run.stdout, (after.children_user - before.children_user) + (after.children_system - before.children_system)


def wrk(port, script, seconds, connections=64, env=None):
    """Closed loop; raises if there are other answers than the expected ones."""
    def client():
        began = time.monotonic()
        out, own = timed(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script, f"http://127.0.0.1:{port}/"],
                         env={**os.environ, **(env or {})})
        elapsed = time.monotonic() - began
        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
        broken = re.search(r"Socket errors: (.*)", out)
        requests = int(re.search(r"(\d+) requests in", out).group(1))
        tolerated = int(os.environ.get("BENCH_TOLERATED", "0")) / 100 * requests
        if (bad and int(bad.group(1)) > tolerated) or (broken and not re.fullmatch(r"connect 0, read 0, write 0, timeout \d+", broken.group(1))):
            raise RuntimeError(out)
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
        return requests, requests / rate if rate else elapsed, own
    return client


def pgbench(url, script, seconds, clients=64, options=()):
    """pgbench's time begins before it connects: under other load a short run may end before that, and is repeated with a longer time."""
    def client():
        for longer in (1, 2, 4):
            out, own = timed(["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds * longer),
                              *options, "-f", script, url])
            if "(without initial connection time)" in out:
                break
        requests = int(re.search(r"actually processed: (\d+)", out).group(1))
        failed = re.search(r"number of failed transactions: (\d+)", out)
        if failed and int(failed.group(1)) > 0:
            raise RuntimeError(out)
        rate = float(re.search(r"tps = ([\d.]+) \(without", out).group(1))
        return requests, requests / rate, own
    return client


def interleave(contestants, rounds):
    """{name: function returning Run} -> {name: Run of medians}; all run once in each round."""
    runs = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, run in contestants.items():
            runs[name].append(run())
    return {name: Run(statistics.median(r.rate for r in taken),
                      {part: statistics.median(r.cpu[part] for r in taken) for part in ("svc", "user", "pg", "cli")})
            for name, taken in runs.items()}


def syscalls(pid, seconds, requests_of):
    """System calls a request, by strace (which slows the service down and makes event-loop iterations larger)."""
    before = requests_of()
    strace = subprocess.run(["timeout", "-s", "INT", str(seconds), "strace", "-f", "-c", "-p", str(pid)],
                            capture_output=True, text=True, check=False)
    done = max(requests_of() - before, 1)
    counts = {}
    for line in strace.stderr.splitlines():
        found = re.match(r"\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)$", line)
        if found and found.group(2) != "total":
            counts[found.group(2)] = int(found.group(1)) / done
    return counts
