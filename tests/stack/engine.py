# SPDX-License-Identifier: MIT
"""The engine is killed under load and started again: the edge serves meanwhile, all containers are healthy soon after, and no
acknowledged change is lost. With live restore, as `init` sets it, and once without."""
import collections
import json
import os
import socket
import time

import doctor
import rig
import scale
import settings
import stack as stacks
from stand import full

RATE = 50
DEAD_SECONDS, DEAD_FULL = 15, 60
HEALTHY_SECONDS = 40  # 20 more on a server, where the longest interval of health checks is that much longer
# After its start the engine reports no container as healthy before a first check, and Traefik uses only healthy ones: the
# edge may answer 503 for so long (interval of the service's check, and Traefik's next poll).
UNKNOWN_SECONDS = 6.5
# While no process reads standard output: an error per request, more than the 128 kB of two pipes.
NOISE, NOISE_PATH = 1000, "/.well-known/acme-challenge/nobody-asked"
LOG_BYTES, ROTATED_SECONDS = 32 << 20, 15


def all_healthy(seconds):
    """Waits until every long-running container runs and is healthy."""
    began = time.monotonic()
    while True:
        late = [service for service, one in settings.every(running=False) if one["HostConfig"]["RestartPolicy"]["Name"] != "no"
                and (not one["State"]["Running"] or one["State"].get("Health", {}).get("Status", "healthy") != "healthy")]
        if not late:
            return
        assert time.monotonic() - began < seconds, f"not healthy {seconds} s after the engine's start: {late}"
        time.sleep(0.5)


def noise():
    """Requests that Traefik reports in its own log, from many addresses."""
    for number in range(NOISE):
        source = rig.ATTACKERS_V4[number % len(rig.ATTACKERS_V4)]
        with rig.Namespace(rig.OUTSIDE):
            one = socket.create_connection((rig.SERVER_V4, 80), timeout=5, source_address=(source, 0))
        with one:
            one.sendall(f"GET {NOISE_PATH} HTTP/1.1\r\nHost: api.{rig.DOMAIN}\r\nConnection: close\r\n\r\n".encode())
            assert one.recv(100).startswith(b"HTTP/1.1 4"), "the edge does not answer on port 80"


def killed(stack):
    """Dead for a while: no request fails, and all recovers without help."""
    dead = DEAD_FULL if full() else DEAD_SECONDS
    scale.scale(1)
    before = doctor.started()
    with scale.Load(stack, rate=RATE) as load:
        time.sleep(scale.SETTLE_SECONDS)
        rig.engine_kill()
        meanwhile = []
        try:
            end = time.monotonic() + dead
            noise()
            time.sleep(max(0, end - time.monotonic()))
            meanwhile = load.failed()
        finally:
            began = time.monotonic()
            rig.engine_up()
        all_healthy(HEALTHY_SECONDS)
        healthy = time.monotonic() - began
        time.sleep(scale.SETTLE_SECONDS)
    assert not meanwhile, f"while the engine was dead: {load.summary()}: {meanwhile[:3]}"
    other = [one for one in load.failed() if one.status != 503 or b'"code":"unavailable"' not in one.body]
    assert not other and len(load.failed()) <= RATE * UNKNOWN_SECONDS, f"{load.summary()}: {(other or load.failed())[:3]}"
    assert doctor.started() == before, "containers were restarted"
    return f"dead for {dead} s, all healthy {healthy:.1f} s after its start: {load.summary()}, {scale.nothing_lost(load)} acknowledged, all stored"


def without_live_restore(stack):
    """Running containers are ended by the engine's next start, and started again."""
    with scale.Load(stack, rate=RATE) as load:
        time.sleep(scale.SETTLE_SECONDS)
        rig.engine_kill()
        began = time.monotonic()
        rig.engine_up(live_restore=False)
        all_healthy(HEALTHY_SECONDS)
        healthy = time.monotonic() - began
    scale.scale(1)
    rig.engine_kill()
    rig.engine_up()
    return f"all healthy {healthy:.1f} s after its start: {load.summary()}, {scale.nothing_lost(load)} acknowledged, all stored"


def log_size(path):
    """The size of the log; LOG_BYTES while it is renamed and Traefik has not created the next one."""
    try:
        return os.path.getsize(path)
    except FileNotFoundError:
        return LOG_BYTES


def rotated(stack):
    """Traefik's access log is rotated twice under load: each request is in it once, and a rotated one is found by its ID."""
    folder = json.loads(rig.docker("volume", "inspect", "tapbot_traefik-logs"))[0]["Mountpoint"]
    log = os.path.join(folder, "access.log")
    with scale.Load(stack, rate=RATE) as load:
        for turn in (1, 2):
            with open(log, "a", encoding="ascii") as file:
                file.write("{}\n" * (LOG_BYTES // 3))
            end = time.monotonic() + ROTATED_SECONDS
            while log_size(log) >= LOG_BYTES or len(os.listdir(folder)) < turn + 2:
                assert time.monotonic() < end, f"still not rotated: {os.listdir(folder)}"
                time.sleep(0.2)
            time.sleep(scale.SETTLE_SECONDS)
    kept = collections.Counter(json.loads(line)["request_X-Request-Id"] for line in stacks.access_log()
                              if '"request_X-Request-Id"' in line)
    wrong = [one for one in load.ledger if kept[one.id] != 1]
    assert not wrong, f"{len(wrong)} of {len(load.ledger)} requests are not in the log once: {wrong[:3]}"
    shown = stacks.tapbot("logs", "--request-id", load.ledger[0].id, quiet=True).stdout
    assert "traefik-1" in shown and f"{stacks.FIRST.name}-" in shown, shown
    return f"{len(load.ledger)} requests, files of {sum(os.path.getsize(os.path.join(folder, one)) for one in os.listdir(folder)) >> 20} MiB"


CHECKS = (("the access log is rotated under load", rotated), ("killed under load", killed), ("killed without live restore", without_live_restore))
