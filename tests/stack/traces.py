# SPDX-License-Identifier: MIT
"""Traces of a visitor on the server: the kernel's line for each connection (deploy/host/journal.nft)
and Traefik's line for each request. visitor.py records its acts; `wrong` compares both logs with them."""
import collections
import ipaddress
import json
import os
import re
import shlex
import subprocess
import threading
import time

ARRIVAL = re.compile(r"tapbot-(tcp|udp): .* SRC=(\S+) .* SPT=(\d+) DPT=(\d+)")
LATE_SECONDS = 3
START_SECONDS = 60


def follow(command, take):
    """Passes each line of a long-running command to `take`; returns the process."""
    process = subprocess.Popen(shlex.split(command), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, errors="replace")

    def read():
        for line in process.stdout:
            take(line)
    threading.Thread(target=read, daemon=True).start()
    return process


def follow_kernel(take):
    """Passes each line that the kernel writes from now on to `take`."""
    log = os.open("/dev/kmsg", os.O_RDONLY)
    os.lseek(log, 0, os.SEEK_END)

    def read():
        while True:
            try:
                take(os.read(log, 8192).decode("utf-8", "replace"))
            except BrokenPipeError:
                continue  # older lines were overwritten; the next ones follow
    threading.Thread(target=read, daemon=True).start()


class Traces:
    """`arrivals` and `statuses` are expected; `seen`, `requests` and `text` come from the logs."""

    def __init__(self, logs):
        self.arrivals, self.statuses = [], collections.defaultdict(list)
        self.seen, self.requests, self.text = collections.Counter(), [], []
        self.answered = collections.defaultdict(list)
        self.found, self.noting = 0, threading.Lock()
        follow_kernel(self.arrived)
        # One command per file: a single tail of two would mix their lines.
        self.logs = [follow(one, self.asked) for one in logs]

    def begin(self, request):
        """Sends requests until one is in the access log, because `docker exec` starts its tail late. They are not compared."""
        end = time.monotonic() + START_SECONDS
        while not self.requests:
            assert time.monotonic() < end, f"the access log shows no request within {START_SECONDS} s"
            request()
            time.sleep(0.1)
        with self.noting:
            self.arrivals, self.statuses = [], collections.defaultdict(list)

    def end(self):
        for one in self.logs:
            one.terminate()
            one.wait()

    def arrived(self, line):
        if known := ARRIVAL.search(line):
            protocol, source, port, target = known.groups()
            self.seen[protocol, ipaddress.ip_address(source), int(port), int(target)] += 1

    def asked(self, line):
        self.text.append(line)
        if '"DownstreamStatus"' in line:
            # Compose may put an escape for the terminal before a line.
            request = json.loads(line[line.index("{"):])
            self.requests.append(request)
            self.answered[request["ClientAddr"]].append(request["DownstreamStatus"])

    def arrival(self, name, target, protocol="tcp"):
        """Records that this socket (its getsockname) sent something to that port of the server."""
        with self.noting:
            self.arrivals.append((protocol, ipaddress.ip_address(name[0]), name[1], target))

    def request(self, name, *statuses):
        """Records the answers on that connection; without answers it is not in the access log."""
        source, port = name[:2]
        with self.noting:
            self.statuses[f"[{source}]:{port}" if ":" in source else f"{source}:{port}"] += statuses

    def wrong(self):
        """Differences between both logs and the records since the last call; a line may come a moment late."""
        with self.noting:
            arrivals, self.arrivals = self.arrivals, []
            statuses, self.statuses = self.statuses, collections.defaultdict(list)
        end = time.monotonic() + LATE_SECONDS
        while True:
            differences = [f"the kernel wrote nothing of {one[0]} from {one[1]} port {one[2]} to port {one[3]}"
                           for one in arrivals if one not in self.seen]
            differences += [f"{client} got {right}, the access log has {self.answered.get(client, [])}"
                            for client, right in statuses.items() if sorted(right) != sorted(self.answered.get(client, []))]
            if not differences or time.monotonic() > end:
                self.found += len(arrivals) + len(statuses) - len(differences)
                return differences
            time.sleep(0.05)
