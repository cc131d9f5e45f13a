# SPDX-License-Identifier: MIT
"""Row 28, unread answers: a thousand clients ask each service for its largest answers and read nothing. The service has the memory
of its container, survives, and answers another client within a second."""
import contextlib
import os
import re
import resource
import socket
import time

from rows import Unavailable
from rows_memory import memory_group
from stand import ROOT, Client, Stand, free_port, timed, wait_until

CONNECTIONS, PIPELINED, SECONDS, SLOWEST = 1000, 40, 6, 1.0
BUFFER = 2048  # of a client, so that little of an answer is stored there
PLAN = "server: here\nchecks:\n  - {name: postgres, kind: postgres}\n"
# The largest answers of each service: paths that everybody may read, and those that need a key.
ANSWERS = {
    "booking-api": ("/openapi.json", "/v1/apartments?limit=100"),
    "bot-gateway": ("/openapi.json", "/v1/updates?limit=100"),
    "search-api": ("/openapi.json", "/v1/index"),
    "health": ("/openapi.json", "/v1/status"),
}
QUIET = "/livez"


def limit_of(service):
    """The bytes of memory that the container of the service has."""
    with open(os.path.join(ROOT, "docker-compose.yml"), encoding="utf-8") as file:
        block = re.search(rf"^  {service}:\n(.*?)^  \S", file.read(), re.M | re.S).group(1)
    return int(re.search(r"limits: \{memory: \D*?(?:[A-Z_]+:-)?(\d+)M", block).group(1)) << 20


def variables(stand, service):
    """What the service needs to start."""
    if service == "bot-gateway":
        bots = os.path.join(stand.folder, "bots")
        os.makedirs(bots, exist_ok=True)
        return {"BOTS_DIR": bots, "TELEGRAM_API_ROOT": f"http://127.0.0.1:{free_port()}", "BOT_PUBLIC_URL": "http://127.0.0.1:1"}
    if service == "health":
        plan = os.path.join(stand.folder, "health.yaml")
        with open(plan, "w", encoding="utf-8") as file:
            file.write(PLAN)
        return {"HEALTH_CONFIG": plan, "HEALTH_HISTORY": os.path.join(stand.folder, "health.sqlite")}
    return {}


def greedy(port, path, key, count):
    """A client that sends requests and reads nothing; None if it is not accepted."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    client.settimeout(5)
    lines = f"GET {path} HTTP/1.1\r\nHost: x\r\n" + (f"X-API-Key: {key}\r\n" if key else "")
    with contextlib.suppress(OSError):
        client.connect(("127.0.0.1", port))
        client.setblocking(False)
        client.send((lines + "\r\n").encode() * count)
    return client


def waits_of_other(service, key, path, seconds):
    """How long another client waits for each of its answers, and their statuses."""
    waits, statuses, end = [], [], time.monotonic() + seconds
    while time.monotonic() < end:
        began, client = time.monotonic(), Client(service.port, key, timeout=20)
        try:
            statuses.append(client.get(path).status)
        finally:
            client.close()
        waits.append(time.monotonic() - began)
    return sorted(waits), statuses


def flood(stand, service, name, path, key, count):
    """Returns the 99th percentile of another client's waits, and the peak of the memory."""
    readers = [greedy(service.port, path, key, count) for _ in range(CONNECTIONS)]
    waits, statuses = waits_of_other(service, key, QUIET, SECONDS)
    waits_of_key, statuses_of_key = waits_of_other(service, stand.reader, ANSWERS[name][1].partition("?")[0] + stand.few, 1)
    for client in readers:
        client.close()
    what = f"{name}: {CONNECTIONS} times {count} of {path}"
    assert service.process.poll() is None, f"{what}: ended with {service.process.returncode}: {stand.last_words()}"
    assert set(statuses) == {200}, f"{what}: another client got {set(statuses)}"
    assert 200 in statuses_of_key, f"{what}: another client with a key got {set(statuses_of_key)}"
    slowest = max(waits[len(waits) * 99 // 100], waits_of_key[len(waits_of_key) * 99 // 100])
    assert not timed() or slowest < SLOWEST, f"{what}: another client waited {slowest:.2f} s"
    # The memory is free again; answers of these clients are gone.
    wait_until("no answers are stored", 40, lambda: service.metric("http_answer_bytes") == 0, 0.5)
    return slowest, service.status("VmHWM")


def unread(random):  # pylint: disable=unused-argument
    """Each service in the memory of its container."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most < 2 * CONNECTIONS:
        raise Unavailable(f"only {most} descriptors")
    told = []
    for name, (everybodys, keyed) in ANSWERS.items():
        with Stand(service=name, database="tapbot_fault_readers", demo=name == "booking-api") as stand, \
                memory_group(limit_of(name)) as prefix:
            tenant = "system" if name == "health" else "demo"
            key, stand.reader = stand.key(tenant=tenant), stand.key(tenant=tenant)
            stand.few = "?limit=1" if name in ("booking-api", "bot-gateway") else ""
            service = stand.service(prefix=prefix, **variables(stand, name))
            found = [flood(stand, service, name, path, secret, count)
                     for path, secret in ((everybodys, None), (keyed, key)) for count in (1, PIPELINED)]
            told.append(f"{name} {max(one[0] for one in found) * 1000:.0f} ms, {max(one[1] for one in found) // 1024} of {limit_of(name) >> 20} MB")
            service.kill()
    return "; ".join(told)
