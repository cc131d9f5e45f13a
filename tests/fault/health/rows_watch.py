# SPDX-License-Identifier: MIT
"""Row 36: each watched part is stopped, frozen and slowed in turn. Its check turns red with the right cause, and no other one;
each cause gives one alert and one recovery per channel. Health itself is killed during an incident."""
import email
import email.policy
import glob
import os
import re
import subprocess
import sys
import time
import urllib.parse

from booking_gateway import BOOKING, BookingGateway
from link import Link
from stand import Client, built, full, wait_until

HEALTH = built("services/health/health")
HERE = os.path.dirname(os.path.realpath(__file__))
SINK = os.path.join(HERE, "..", "..", "support", "smtp_sink.py")
CHAT, ALERTS_TOKEN = 4242, "1002:AAalerts"
RED_SECONDS, GREEN_SECONDS = 30, 40
SLOW_SECONDS = 1.0  # longer than the timeout of a probe, shorter than that of an alert by Telegram
PLAN = """\
server: here
checks:
  - {{name: postgres, kind: postgres{pace}}}
  - {{name: redis, kind: redis{pace}}}
  - {{name: booking-api, kind: service, target: "http://127.0.0.1:{booking}"{pace}, needs: [postgres]}}
  - {{name: bot-gateway, kind: service, target: "http://127.0.0.1:{gateway}"{pace}, needs: [postgres]}}
  - {{name: telegram, kind: http, target: "http://127.0.0.1:{telegram}/control/state"{pace}}}
"""
FAST = ", interval: 500ms, timeout: 400ms"
NEEDS = {"booking-api": "postgres", "bot-gateway": "postgres"}
# The faults of each part in the short form; --full applies all faults to each part.
HARMS = {"postgres": ("stopped", "frozen"), "redis": ("stopped",), "booking-api": ("stopped", "slowed"), "bot-gateway": ("stopped",),
         "telegram": ("stopped",)}
SUBJECT = re.compile("(Авария|Предупреждение|Снова в порядке): (.*)")


class World(BookingGateway):
    """Every part is reached through a link of its own; PostgreSQL and Redis by the other parts too."""

    def prepare(self):
        super().prepare()
        stand = self.stand
        self.telegram.do("bots", name="alerts", token=ALERTS_TOKEN)
        self.telegram.do("users", id=CHAT, first_name="Дежурный", start=True, bot="alerts")
        redis = urllib.parse.urlsplit(stand.redis_url)
        self.links = {"postgres": Link(stand.port), "redis": Link(redis.port), "booking-api": Link(self.booking.port),
                      "telegram": Link(self.telegram.port)}
        self.redis_url = redis._replace(netloc=redis.netloc.replace(str(redis.port), str(self.links["redis"].port))).geturl()
        self.booking.kill()
        port = self.links["postgres"].port
        self.shared = {"REDIS_URL": self.redis_url}
        self.booking.environment |= {**self.shared, "DATABASE_URL": stand.url("booking_runtime", port=port)}
        self.booking.start()

    @property
    def variables(self):
        return {**super().variables, **self.shared, "DATABASE_URL": self.stand.url("bot_runtime", port=self.links["postgres"].port)}

    def watch(self, pace=FAST, more="", history=None):
        """health, a mail server, and the gateway's link. `more`: rows of the plan; `history`: the folder of its history file."""
        self.links["bot-gateway"] = Link(self.instances[0].port)
        self.mails = os.path.join(self.stand.folder, "mails")
        os.mkdir(self.mails)
        self.sink = subprocess.Popen([sys.executable, SINK, self.mails], stdout=subprocess.PIPE, text=True)
        mail = self.sink.stdout.readline().rpartition(":")[2].strip()
        plan = os.path.join(self.stand.folder, "health.yaml")
        with open(plan, "w", encoding="ascii") as file:
            file.write(PLAN.format(pace=pace, booking=self.links["booking-api"].port, gateway=self.links["bot-gateway"].port,
                                   telegram=self.links["telegram"].port) + more)
        self.history = os.path.join(history or self.stand.folder, "health.sqlite")
        # Alerts do not use the link, so that a fault of it shows only in the check; `telegram` as part affects both.
        self.health = self.stand.service(
            binary=HEALTH, HEALTH_CONFIG=plan, HEALTH_HISTORY=self.history, **self.shared,
            DATABASE_URL=self.stand.url("health_runtime", port=self.links["postgres"].port),
            TELEGRAM_API_ROOT=f"http://127.0.0.1:{self.links['telegram'].port}", ALERT_BOT_TOKEN=ALERTS_TOKEN, ALERT_CHATS=CHAT,
            SMTP_URL=f"smtp://127.0.0.1:{mail}", ALERT_FROM="health@example.org", ALERT_EMAILS="duty@example.org",
            ALERT_REPORT_AT="")
        self.key = self.stand.key(client="watcher", tenant="system")
        self.settled()

    def __exit__(self, *error):
        if hasattr(self, "sink"):
            self.sink.kill()
            self.sink.wait()
        super().__exit__(*error)

    def checks(self):
        """{name: (status, cause)}; the key is accepted without PostgreSQL too."""
        client = Client(self.health.port, self.key)
        reply = client.get("/v1/status")
        client.close()
        assert reply.status == 200, f"/v1/status answers {reply.status} {reply.body[:200]}"
        return {one["name"]: (one["status"], one.get("cause")) for one in reply.json["checks"]}

    def settled(self):
        wait_until("all is green", GREEN_SECONDS, lambda: all(status == "green" for status, _ in self.checks().values()), 0.2)

    def alerts(self):
        """[(channel, event, title)] of all alerts so far."""
        found = []
        for path in sorted(glob.glob(os.path.join(self.mails, "*.eml")), key=lambda one: int(os.path.basename(one)[:-4])):
            with open(path, "rb") as file:
                file.readline()
                found += [("mail", str(email.message_from_binary_file(file, policy=email.policy.default)["Subject"]))]
        calls = self.telegram.see("calls", bot="alerts", method="sendMessage")["calls"]
        found += [("telegram", re.sub("<[^>]*>", "", one["parameters"]["text"]).splitlines()[0]) for one in calls if one["status"] == 200]
        events = []
        for channel, text in found:
            match = SUBJECT.search(text)
            assert match, f"an alert without a known subject: {text}"
            events.append((channel, "green" if match[1].startswith("Снова") else "bad", match[2].strip()))
        return events


def harm(world, part, how):
    link = world.links[part]
    {"stopped": link.cut, "frozen": link.hold, "slowed": lambda: link.slow(SLOW_SECONDS)}[how]()


def other_faults(checks, part):
    """Wrong states of other checks: red, yellow, or affected by another part."""
    return {name: seen for name, seen in checks.items()
            if name != part and (seen[0] in ("red", "yellow") or (seen[0] == "affected" and (NEEDS.get(name), seen[1]) != (part, part)))}


def outage(world, part, how):
    """Returns the seconds until the check was red."""
    before = len(world.alerts())
    began = time.monotonic()
    harm(world, part, how)
    while (seen := world.checks())[part][0] != "red":
        assert not other_faults(seen, part), f"{part} {how}: {other_faults(seen, part)}"
        assert time.monotonic() - began < RED_SECONDS, f"{part} {how}: not red after {RED_SECONDS} s but {seen}"
        time.sleep(0.1)
    red = time.monotonic() - began
    channels = ["mail", "telegram"] if part != "telegram" or how == "slowed" else ["mail"]
    wait_until(f"{part} {how}: all channels alerted", 20, lambda: len(world.alerts()) - before >= len(channels), 0.2)
    seen = watched(world, part, how, 3)
    if part == "postgres":
        assert all(seen[name] == ("affected", part) for name in NEEDS), f"{part} {how}: {seen}"
    world.links[part].heal()
    wait_until(f"{part} is green again", GREEN_SECONDS, lambda: world.checks()[part][0] == "green", 0.1)
    world.settled()
    watched(world, part, f"{how}, afterwards", 2)
    alerts = sorted(new_alerts(world, before))
    if (part, how) == ("telegram", "frozen"):  # calls held by the link pass when it is healed: an alert arrives once, twice or not at all
        alerts = [one for one in alerts if one[0] == "mail"]
    wanted = sorted((channel, event, part) for channel in channels for event in ("bad", "green"))
    assert alerts == wanted, f"{part} {how}: sent {alerts}"
    return red


def new_alerts(world, before):
    """Alerts since then. The list is sorted by channel, so the first `before` entries are not its beginning."""
    wait_until("recoveries are sent", 20, lambda: len(world.alerts()) > before, 0.2)
    time.sleep(1)
    return subtract(world.alerts(), world.known)


def subtract(alerts, known):
    rest = list(alerts)
    for one in known:
        rest.remove(one)
    known.extend(rest)
    return rest


def watched(world, part, how, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        seen = world.checks()
        assert not other_faults(seen, part), f"{part} {how}: {other_faults(seen, part)}"
        time.sleep(0.2)
    return seen


def killed(world):
    """Health is killed during an incident: no alert that was stored as sent is sent again, and the start of the incident is
    retained."""
    client = Client(world.health.port, world.key)
    world.links["redis"].cut()
    wait_until("Redis is red", RED_SECONDS, lambda: world.checks()["redis"][0] == "red", 0.1)
    wait_until("both channels alerted", 20, lambda: len(world.alerts()) - len(world.known) >= 2, 0.2)
    # If health is killed after the mail server has the mail and before this is stored, it sends the mail again.
    wait_until("both alerts are stored as sent", 20, lambda: world.health.metric("health_alerts_undelivered") == 0, 0.1)
    before = client.get("/v1/incidents").json["items"][0]
    client.close()
    world.health.kill()
    world.health.start()
    watched(world, "redis", "health killed", 3)
    client = Client(world.health.port, world.key)
    after = client.get("/v1/incidents").json["items"][0]
    client.close()
    assert (after["id"], after["started_at"], after["ended_at"]) == (before["id"], before["started_at"], None), f"{before} became {after}"
    world.links["redis"].heal()
    world.settled()
    wait_until("both channels sent the recovery", 20, lambda: len(world.alerts()) - len(world.known) >= 4, 0.2)
    alerts = sorted(subtract(world.alerts(), world.known))
    wanted = sorted((channel, event, "redis") for channel in ("mail", "telegram") for event in ("bad", "green"))
    assert alerts == wanted, f"health killed: sent {alerts}"


def outages(chance):
    harms = [(part, how) for part, ways in HARMS.items() for how in (("stopped", "frozen", "slowed") if full() else ways)]
    chance.shuffle(harms)
    with World(instances=1) as world:
        world.watch()
        world.known = []
        subtract(world.alerts(), world.known)
        slowest = max((outage(world, part, how), f"{part} {how}") for part, how in harms)
        killed(world)
        rss = world.health.status("VmRSS") // 1024
    return f"{len(harms)} outages, red after {slowest[0]:.1f} s at most ({slowest[1]}), RSS {rss} MiB"
