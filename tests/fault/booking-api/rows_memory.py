# SPDX-License-Identifier: MIT
"""Rows 27 and 28: an allocation fails, or the kernel kills the process for its memory use."""
import contextlib
import http.client
import mmap
import os
import signal
import struct
import subprocess
import time
import uuid

from booking_load import Flats, Invariants, Load, booking_body, resources
from rows import Unavailable
from stand import Client, Stand, full, preload, wait_until

CITIES = "/v1/cities"


class Countdown:
    """The file from which the preloaded library reads its count."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "countdown")
        with open(self.path, "wb") as file:
            file.write(bytes(8))
        with open(self.path, "r+b") as file:
            self.shared = mmap.mmap(file.fileno(), 8)

    def set(self, number):
        self.shared[:8] = struct.pack("=q", number)

    def left(self):
        return struct.unpack("=q", self.shared[:8])[0]


def _script(flat, day):
    """One of each kind of request, with its statuses when memory suffices."""
    body = booking_body(flat, day, 1, 70_000_000 + day, note="Приедем поздно")
    return [
        ("GET", f"/v1/apartments/{flat}", None, (200,)),
        ("GET", "/v1/apartments?limit=5&sort=price", None, (200,)),
        ("GET", f"/v1/apartments?check_in={body['check_in']}&check_out={body['check_out']}&q=парк", None, (200, 400)),
        ("GET", f"/v1/apartments/{flat}/calendar", None, (200,)),
        ("POST", "/v1/bookings", body, (201, 409)),
        ("POST", "/v1/bookings", {**body, "guests": "no", "nope": 1}, (422,)),
        ("POST", "/v1/bookings?dry_run=true", body, (200, 409)),
        ("PATCH", f"/v1/apartments/{flat}", {"title": {"en": f"Flat {day}"}}, (200,)),
        ("GET", "/v1/bookings?limit=5", None, (200,)),
        ("GET", "/metrics", None, (200,)),
    ]


def _play(service, key, script, wrong, number):
    """Sends the script; returns the answers by kind. Answers that a failed allocation does not explain go to `wrong`."""
    results, client = [], Client(service.port, key, timeout=8)
    for method, path, body, right in script:
        headers = {"Idempotency-Key": str(uuid.uuid4())} if method == "POST" else None
        try:
            reply = client.call(method, path.replace("парк", "%D0%BF"), body, headers=headers)
        except TimeoutError:
            wrong.append(f"{number}: {method} {path}: no answer")
            return results
        except (OSError, http.client.HTTPException):
            results.append("closed")
            if service.process.poll() is not None:
                return results
            continue
        if reply.status in right:
            results.append("done")
        elif reply.status in (500, 503, 431, 413) and reply.code:
            results.append(reply.code)
        else:
            wrong.append(f"{number}: {method} {path}: {reply.status} {reply.body[:200]}")
    client.close()
    return results


def refused(random):
    """Row 27: the n-th allocation during a set of requests fails, for one n after another. Each request gets its
    answer, a typed error or a closed connection; the process continues or exits cleanly."""
    wrong, results, ended, failed, number = [], {}, 0, 0, 0
    with Stand() as stand:
        library, countdown = preload(stand.folder, "failing_malloc"), Countdown(stand.folder)
        service = stand.service(start=False, LD_PRELOAD=library, FAILING_MALLOC_FILE=countdown.path)
        service.start()
        key = stand.key()
        flat = Flats(stand, key, service.port, 1).ids[0]
        _play(service, key, _script(flat, 1), wrong, "before")
        baseline = resources(service)
        while not wrong and failed < (5000 if full() else 150):
            number += 1 if full() else random.randint(1, 12)
            countdown.set(number)
            for word in _play(service, key, _script(flat, 2 + number % 300), wrong, number):
                results[word] = results.get(word, 0) + 1
            unused = countdown.left()
            countdown.set(0)
            if unused > 0:
                break
            failed += 1
            time.sleep(0.002)
            if service.process.poll() is not None:
                ended += 1
                if service.process.returncode < 0:
                    wrong.append(f"{number}: ended by signal {-service.process.returncode}: {stand.last_words()}")
                service.start()
            with contextlib.suppress(TimeoutError):
                wait_until("serving", 5, lambda: _serves(service, key))
                continue
            wrong.append(f"{number}: does not serve afterwards")
        if not wrong and not ended:
            check = Invariants(stand, []).no_overlaps().back_to(
                {**baseline, "rss": baseline["rss"] + 4096}, service, 10)
            wrong += check.wrong
    assert not wrong, wrong[:5]
    assert failed > 20, f"only {failed} allocations failed: the requests make more"
    return f"{failed} failed allocations up to the {number}th allocation: {results}, {ended} clean ends"


def _serves(service, key):
    try:
        return Client(service.port, key, timeout=3).get(CITIES).status == 200
    except (OSError, http.client.HTTPException):
        return False


@contextlib.contextmanager
def memory_group(limit):
    """A control group for one process; yields the command prefix that starts it there, and a counter of its kills."""
    name = f"tapbot-{os.getpid()}"
    one, two = f"/sys/fs/cgroup/memory/{name}", f"/sys/fs/cgroup/{name}"
    folder, most = (one, "memory.limit_in_bytes") if os.path.isdir("/sys/fs/cgroup/memory") else (two, "memory.max")
    try:
        os.mkdir(folder)
        with open(os.path.join(folder, most), "w", encoding="ascii") as file:
            file.write(str(limit))
    except OSError as error:
        with contextlib.suppress(OSError):
            os.rmdir(folder)
        raise Unavailable(f"no control group for memory: {error}") from error
    try:
        yield ("sh", "-c", f'echo $$ >{folder}/cgroup.procs && exec "$@"', "sh")
    finally:
        for _ in range(100):
            with contextlib.suppress(OSError):
                os.rmdir(folder)
                break
            time.sleep(0.05)


def killed_for_memory(random):
    """Row 28: the kernel kills an instance that uses too much memory. Another instance is not affected, and the first,
    restarted, is ready within two seconds."""
    slowest, kills = 0.0, 0
    with Stand() as stand, memory_group(24 << 20) as prefix:
        neighbour, key = stand.service(), stand.key()
        victim = stand.service(prefix=prefix, HTTP_CONNECTIONS_MAX=20000)
        flats = Flats(stand, key, neighbour.port, 20)
        load = Load([neighbour.port], key, flats, seed=random.random()).start()
        for _ in range(5 if full() else 2):
            flood = subprocess.Popen(["python3", "-c", FLOOD, str(victim.port), key], stdout=subprocess.DEVNULL)
            try:
                wait_until("killed for its memory", 30, lambda: victim.process.poll() is not None)
            finally:
                flood.kill()
                flood.wait()
            assert victim.process.returncode == -signal.SIGKILL, victim.process.returncode
            kills += 1
            began = time.monotonic()
            victim.start(prefix=prefix)
            slowest = max(slowest, time.monotonic() - began)
        ledger = load.stop()
        check = Invariants(stand, ledger).all()
        check.expect(slowest <= 2, f"ready only after {slowest:.2f} s")
        check.expect(not [e for e in ledger if e.error or e.status >= 500], "the other instance refused requests")
        assert not check.wrong, check.wrong
        victim.kill()
    return f"{kills} kills, back after {slowest * 1000:.0f} ms at most, {len(ledger)} answers of the other instance"


# Keeps connections open, each with an incomplete body.
FLOOD = """
import resource, socket, sys, time
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
port, key, held = int(sys.argv[1]), sys.argv[2], []
body = b'{"name":"' + b"a" * 60000
head = ("POST /v1/owners HTTP/1.1\\r\\nHost: x\\r\\nX-API-Key: %s\\r\\nContent-Type: application/json\\r\\n"
        "Content-Length: 65000\\r\\n\\r\\n" % key).encode()
while True:
    try:
        connection = socket.create_connection(("127.0.0.1", port), timeout=2)
        connection.sendall(head + body)
        held.append(connection)
        if len(held) > 3000:
            held.pop(0).close()
    except OSError:
        time.sleep(0.05)
"""
