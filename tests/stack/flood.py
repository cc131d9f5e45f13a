# SPDX-License-Identifier: MIT
"""Loads that are cheap for the sender and cost the edge memory (hostile.py), alone and in pairs, beside a hundred
ordinary clients from other addresses: none of these is refused or slow, new clients connect at once, and the edge
remains well below its memory limit.

Memory means the container's control group without the pages of files, which the kernel reclaims by itself when
needed: heap, stacks, sockets, and files in tmpfs."""
import contextlib
import http.client
import itertools
import json
import os
import subprocess
import threading
import time

import rig
import stack as stacks
from stand import full

LOADS = ("volleys", "idle", "sources", "bodies")  # alone and in pairs
SECONDS = 8            # of a load: all connections are open, and idle or slow ones have not timed out
SECONDS_FULL = 40      # and have been renewed twice
CLIENTS = 100
EACH_SECONDS = 1.0     # interval of a client's requests
P99_SECONDS = 0.5
NEWCOMER_SECONDS = 1.0
NEWCOMER_EVERY = 0.25
MEMORY_MIB = 144
TRIES = 3              # in the short form, of a load that only missed its times: other processes use the cores too


class Memory:
    """The highest value so far, read ten times a second."""

    def __init__(self, container):
        identity = stacks.inspect(container)["Id"]
        with open("/proc/mounts", encoding="ascii") as mounts:
            groups = {one.split()[1] for one in mounts if one.split()[2] in ("cgroup", "cgroup2")}
        self.folder = next(folder for group in sorted(groups) for folder in
                           (f"{group}/docker/{identity}", f"{group}/system.slice/docker-{identity}.scope")
                           if os.path.exists(f"{folder}/memory.stat"))
        self.peak, self.ended = 0.0, threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)

    def now(self):
        one = lambda name: open(os.path.join(self.folder, name), encoding="ascii").read()
        stat = dict(line.split() for line in one("memory.stat").splitlines())
        used = next(int(one(name)) for name in ("memory.current", "memory.usage_in_bytes") if os.path.exists(os.path.join(self.folder, name)))
        files = sum(int(stat.get(f"total_{name}", stat.get(name))) for name in ("active_file", "inactive_file"))
        return (used - files) / (1 << 20)

    def look(self):
        while not self.ended.wait(0.1):
            with contextlib.suppress(OSError):  # the container has ended
                self.peak = max(self.peak, self.now())

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()


class Ordinary:
    """A hundred clients on persistent connections, one request a second each, and newcomers. `with Ordinary(stack):`"""

    def __init__(self, stack):
        self.key, self.took, self.wrong, self.newcomers = stack.key, [], [], []
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.client, args=(number,)) for number in range(CLIENTS)]
        self.threads.append(threading.Thread(target=self.newcomer))
        self.began = 0.0

    def once(self, customer, number):
        """Sends one request; returns its fault."""
        began = time.monotonic()
        try:
            if number % 2:
                answer = customer.get("/v1/cities", key=self.key)
            else:
                answer = customer.call("GET", "/", headers={"Accept-Encoding": "gzip"})
            why = None if answer.status == 200 else f"{answer.status} {answer.body[:100]!r}"
        except (OSError, http.client.HTTPException) as error:
            why = repr(error)
        return time.monotonic() - began, why

    def client(self, number):
        customer = stacks.Customer("api" if number % 2 else "docs", source=rig.CLIENTS_V4[number], timeout=10)
        due = time.monotonic() + EACH_SECONDS * number / CLIENTS
        while not self.ended.wait(max(0.0, due - time.monotonic())):
            due += EACH_SECONDS
            took, why = self.once(customer, number)
            self.took.append(took)
            if why:
                self.wrong.append(f"client {number} after {time.monotonic() - self.began:.1f} s: {why}")
        customer.close()

    def newcomer(self):
        for source in itertools.cycle(rig.CLIENTS_V4[CLIENTS:]):
            if self.ended.wait(NEWCOMER_EVERY):
                return
            customer = stacks.Customer("docs", source=source, timeout=10)
            took, why = self.once(customer, 0)
            customer.close()
            self.newcomers.append(took)
            if why:
                self.wrong.append(f"newcomer after {time.monotonic() - self.began:.1f} s: {why}")

    def __enter__(self):
        self.began = time.monotonic()
        for one in self.threads:
            one.start()
        time.sleep(2 * EACH_SECONDS)
        return self

    def __exit__(self, *_):
        self.ended.set()
        for one in self.threads:
            one.join()

    def p99(self):
        return sorted(self.took)[int(len(self.took) * 0.99)]


def hostile(loads, seconds):
    """The result of each load."""
    own = [one for one in rig.ATTACKERS_V4 if one != stacks.ADMIN_ADDRESS]
    process = subprocess.Popen(
        rig.inside(rig.OUTSIDE, "nice", os.path.join(rig.HERE, "hostile.py"), *loads), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "EDGE_V4": rig.SERVER_V4, "EDGE_DOMAIN": rig.DOMAIN, "HOSTILE_V4": " ".join(own)})
    try:
        process.wait(seconds)
        raise AssertionError(f"the load ended early with {process.returncode}")
    except subprocess.TimeoutExpired:
        counts, _ = process.communicate("", timeout=30)
    return json.loads(counts)


class Missed(AssertionError):
    """Times above their bounds; other load of the machine affects them."""


def once(stack, edge, loads):
    before = stacks.inspect(edge)["RestartCount"]
    with Memory(edge) as memory:
        rest = memory.now()
        with Ordinary(stack) as ordinary:
            counts = hostile(loads, SECONDS_FULL if full() else SECONDS)
    restarts, longest = stacks.inspect(edge)["RestartCount"] - before, max(ordinary.newcomers)
    note = (f"{memory.peak:.0f} MiB after {rest:.0f}, {len(ordinary.took)} requests p99 {ordinary.p99() * 1000:.0f} ms, "
            f"{len(ordinary.wrong)} failed, {len(ordinary.newcomers)} newcomers at most {longest * 1000:.0f} ms; {counts}")
    refused = [name for name, count in counts.items() if not count.get("opened")]
    assert not refused, f"no connection was opened by {refused}, so the load did not happen: {note}"
    assert not restarts, f"the edge restarted {restarts} times: {note}"
    assert memory.peak <= MEMORY_MIB, f"memory above {MEMORY_MIB} MiB: {note}"
    assert not ordinary.wrong, f"{len(ordinary.wrong)} ordinary requests failed: {ordinary.wrong[:3]}: {note}"
    if ordinary.p99() > P99_SECONDS or longest > NEWCOMER_SECONDS:
        raise Missed(f"p99 above {P99_SECONDS} s or a newcomer's wait above {NEWCOMER_SECONDS} s: {note}")
    return note


def under(stack, *loads):
    """The edge beside these loads."""
    edge = stacks.containers("traefik")[0]
    for _ in range(0 if full() else TRIES - 1):
        try:
            return once(stack, edge, loads)
        except Missed as why:
            print(f"    once more: {why}", flush=True)
    return once(stack, edge, loads)


def check(*loads):
    return " and ".join(loads), lambda stack: under(stack, *loads)


# The short form has each load once, in a pair, with the same bounds as alone. The first two use most memory.
SHORT = (("sources", "bodies"), ("volleys", "idle"))
PAIRS = [*SHORT, *(two for two in itertools.combinations(LOADS, 2) if set(two) not in map(set, SHORT))]
CHECKS = [check(*two) for two in PAIRS] + [check(one) for one in LOADS] + [check("spread")]
LONG = tuple(f"flood/{name}" for name, _ in CHECKS[len(SHORT):])
