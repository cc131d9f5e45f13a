# SPDX-License-Identifier: MIT
"""Row 36: health without its own dependencies. PostgreSQL and Telegram are down together; its own disk is full,
or does not respond."""
import os
import sqlite3
import time

from rows_watch import GREEN_SECONDS, RED_SECONDS, World, harm, subtract
from small_disk import fill, frozen, small_disk
from stand import Client, full, wait_until

# As in production: each check every 10 s, red after two bad probes.
PRODUCT = ""
MAIL_SECONDS = 60
DEAD = ("postgres", "telegram")
HARMS = (("frozen", "frozen"), ("stopped", "stopped"), ("stopped", "frozen"), ("frozen", "stopped"))

DISK_MB = 8
# So many checks that samples waiting for the disk soon exceed the limit in memory (4,096 samples).
MANY = "".join(f"  - {{{{name: many-{n}, kind: tcp, target: \"127.0.0.1:{{redis}}\", interval: 200ms, timeout: 150ms}}}}\n" for n in range(100))


def mails(world):
    return sorted((title, event) for channel, event, title in world.alerts() if channel == "mail")


def both_dead(_random):
    """E-mail reports each outage within a minute, once."""
    with World(instances=1) as world:
        world.watch(pace=PRODUCT)
        world.known, took, wanted = [], [], []
        for ways in HARMS if full() else HARMS[:1]:
            began = time.monotonic()
            for part, how in zip(DEAD, ways):
                harm(world, part, how)
            wanted = sorted(wanted + [(part, "bad") for part in DEAD])
            wait_until(f"{ways}: e-mails", MAIL_SECONDS, lambda: len(mails(world)) >= len(wanted), 0.1)
            took.append(time.monotonic() - began)
            assert mails(world) == wanted, f"{ways}: {mails(world)}"
            assert {name: world.checks()[name][0] for name in DEAD} == dict.fromkeys(DEAD, "red"), f"{ways}: {world.checks()}"
            for part in DEAD:
                world.links[part].heal()
            world.settled()
            wanted = sorted(wanted + [(part, "green") for part in DEAD])
            wait_until(f"{ways}: e-mails of the recovery", GREEN_SECONDS, lambda: len(mails(world)) >= len(wanted), 0.1)
            time.sleep(2)
            assert mails(world) == wanted, f"{ways}, afterwards: {mails(world)}"
            alerts = [one for one in subtract(world.alerts(), world.known) if one[0] == "telegram"]
            # Calls held by the link pass when it is healed, after health has given them up: Telegram cannot know that the next
            # try is a repetition.
            assert ways[1] == "frozen" or len(alerts) == len(set(alerts)), f"{ways}: Telegram received {alerts}"
    return f"e-mails after {max(took):.0f} s at most, of {MAIL_SECONDS}"


def ask(world, path, key=True):
    client = Client(world.health.port, world.key if key else None)
    try:
        return client.get(path)
    finally:
        client.close()


def incident_of(world, check):
    found = [one for one in ask(world, "/v1/incidents").json["items"] if one["check"] == check]
    assert len(found) == 1, f"incidents of {check}: {found}"
    return found[0]


def missed_on(path):
    """(from, to, samples) of the gaps that the history records."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as file:
        rows = file.execute("SELECT from_us / 1e6, to_us / 1e6, samples FROM missed").fetchall()
    file.close()
    return rows


def disk_full(_random):
    """Health probes and alerts as before; lost samples are recorded afterwards, and the incident is complete."""
    with small_disk(DISK_MB) as (folder, way), World(instances=1) as world:
        world.watch(more=MANY.format(redis=world.links["redis"].upstream), history=folder)
        world.known = []
        subtract(world.alerts(), world.known)
        ballast = fill(folder)
        # SQLite first uses the free space inside its files.
        wait_until("nothing can be written", 60, lambda: fill(folder) and world.health.metric("health_history_gap_seconds") > 0, 0.5)
        assert "История не записывается" in ask(world, "/", key=False).body.decode(), "the page does not show it"
        world.links["redis"].cut()
        wait_until("Redis is red", RED_SECONDS, lambda: world.checks()["redis"][0] == "red", 0.1)
        wait_until("both channels alerted", 20, lambda: len(world.alerts()) - len(world.known) >= 2, 0.2)
        began = incident_of(world, "redis")
        wait_until("samples are lost", 120, lambda: world.health.metric("health_history_missing_samples") > 0, 0.2)
        lost, room = world.health.metric("health_history_missing_samples"), time.time()
        os.unlink(ballast)
        wait_until("the history is written again", 30, lambda: world.health.metric("health_history_gap_seconds") == 0, 0.2)
        written = time.time()
        missed = missed_on(world.history)
        assert len(missed) == 1 and missed[0][2] >= lost, f"lost {lost}, the history records {missed}"
        assert missed[0][0] < room and missed[0][1] < written, f"lost before {room}, the history records {missed}"
        assert "История не записывается" not in ask(world, "/", key=False).body.decode(), "the page still shows that the history is not written"
        # Now only the file has the incident.
        world.health.kill()
        world.health.start()
        assert incident_of(world, "redis") == began, f"{began} became {incident_of(world, 'redis')}"
        gap = f"проверок: {missed[0][2]}<"
        wait_until("the page shows the gap", 20, lambda: gap in ask(world, "/", key=False).body.decode(), 0.2)
        world.links["redis"].heal()
        world.settled()
        wait_until("both channels sent the recovery", 20, lambda: len(world.alerts()) - len(world.known) >= 4, 0.2)
        time.sleep(1)
        alerts = sorted(subtract(world.alerts(), world.known))
        wanted = sorted((channel, event, "redis") for channel in ("mail", "telegram") for event in ("bad", "green"))
        assert alerts == wanted, f"sent {alerts}"
        ended = incident_of(world, "redis")
        assert ended == {**began, "ended_at": ended["ended_at"]} and ended["ended_at"], f"{began} became {ended}"
    return f"{way} of {DISK_MB} MiB, {missed[0][2]} samples lost and recorded"


def disk_hangs(_random):
    """With a disk that does not respond alerts are still sent, once; when the disk responds, health works as before."""
    with small_disk(DISK_MB, ("loop",)) as (folder, way), World(instances=1) as world:
        world.watch(history=folder)
        world.known = []
        subtract(world.alerts(), world.known)
        with frozen(folder):
            wait_until("nothing can be written", 60, lambda: world.health.metric("health_history_gap_seconds") > 0, 0.5)
            assert "История не записывается" in ask(world, "/", key=False).body.decode(), "the page does not show it"
            world.links["redis"].cut()
            began = time.monotonic()
            wait_until("both channels alerted", 60, lambda: len(world.alerts()) - len(world.known) >= 2, 0.2)
            took = time.monotonic() - began
            world.links["redis"].heal()
            wait_until("both channels sent the recovery", 60, lambda: len(world.alerts()) - len(world.known) >= 4, 0.2)
        wait_until("the history is written again", 30, lambda: world.health.metric("health_history_gap_seconds") == 0, 0.2)
        world.settled()
        time.sleep(5)
        alerts = sorted(subtract(world.alerts(), world.known))
        wanted = sorted((channel, event, "redis") for channel in ("mail", "telegram") for event in ("bad", "green"))
        assert alerts == wanted, f"sent {alerts}"
    return f"{way}, alerted after {took:.0f} s"
