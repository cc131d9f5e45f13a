# SPDX-License-Identifier: MIT
"""The memory of all services together: one instance of each with the demo's data and 100 connections, each of which has sent
a typical request of that service."""
import json
import os
import re

from description import description
from gateway import Gateway
from sections import bar
from stand import ROOT, Client, built, services, wait_until

OURS = "all services"
CONNECTIONS, TURNS = 100, 5
TOGETHER_MOST = 120
# Settings of docker-compose.yml that affect memory.
SIZES = ("DB_SHARED_CONNECTIONS", "DB_EXCLUSIVE_CONNECTIONS", "HTTP_CONNECTIONS_MAX")
WISH = {"query": "квартира с парковкой в Алматы"}
# The slowest first, because a service closes connections that are idle for 30 s.
ASKED = {
    "search-api": [("POST", "/v1/search/messages", WISH), ("POST", "/v1/search/apartments", WISH)],
    "booking-api": [("GET", "/v1/apartments?city=almaty&limit=20", None), ("GET", "/v1/bookings?limit=50", None)],
    "bot-gateway": [("GET", "/v1/bots", None), ("GET", "/v1/chats/apartments/{chat}/messages?limit=50", None)],
    "health": [("GET", "/v1/status", None), ("GET", "/", None)],
}


class Everything(Gateway):
    """An instance of each service of services.tsv with the demo's data, in `running`. Telegram is tools/telegram."""

    def __init__(self):
        super().__init__(0, database="tapbot_footprint")
        self.running = {}

    def prepare(self):
        stand = self.stand
        for name in ("booking-api", "search-api"):
            stand.run("--migrate", role="tapbot_migrator", binary=built(f"services/{name}/{name}"))
        stand.load("booking-api")
        stand.load("bot-gateway", "talks.sql")
        self.key = stand.key(client="footprint")
        self.give("key", self.key)
        # health answers only keys of the tenant system.
        self.keys = {"health": stand.key(client="footprint-health", tenant="system")}
        for name, more in (("booking-api", {}), ("search-api", {}), ("bot-gateway", self.variables), ("health", {
                "HEALTH_CONFIG": os.path.join(ROOT, "services/health/demo/health.yaml"), "TELEGRAM_API_ROOT": self.root, "TELEGRAM_ADDRESS": self.root.partition("//")[2],
                "HEALTH_HISTORY": os.path.join(stand.folder, "health.sqlite")})):
            self.start(name, more)
        assert set(self.running) == {one.name for one in services.services()}, "services.tsv has others"

    def start(self, name, more):
        """Starts a service with the addresses of the running ones."""
        settings = description()["services"][name]["environment"]
        sizes = {variable: settings[variable] for variable in SIZES if variable in settings}
        urls = {f"{services.one(other).short.upper()}_URL": f"http://127.0.0.1:{service.port}" for other, service in self.running.items()}
        self.running[name] = self.stand.service(binary=built(f"services/{name}/{name}"),
                                                **{"DATABASE_URL": self.stand.url(services.one(name).role), **sizes, **urls, **more})

    def knows(self):
        """Waits until search-api has all messages."""
        client = Client(self.running["search-api"].port, self.key)
        messages = self.count("bot.message")
        assert messages > 3000, f"{messages} messages"
        wait_until("the messages are found", 60, lambda: client.get("/v1/index").json["documents"] >= messages, 0.2)
        client.close()


class Bench:
    """Another checkout is not measured."""

    def __init__(self, _beside=None):
        self.rows = []

    def __enter__(self):
        self.everything = Everything().__enter__()
        return self

    def __exit__(self, *_):
        self.everything.__exit__()

    def print_table(self):
        print(f"\n    {OURS}")
        for _, name, text in self.rows:
            print(f"      {name:46}{text}")
        print()


def memory_of(pid):
    """Resident memory, and the process's share of it if pages are shared; in MB."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
        sizes = dict(re.findall(r"^(Rss|Pss): +(\d+) kB$", rollup.read(), re.M))
    return int(sizes["Rss"]) / 1024, int(sizes["Pss"]) / 1024


def answered(client, request):
    """Whether it was answered, and not refused because of the load."""
    answer = client.connection.getresponse()
    assert answer.read() and not answer.will_close, f"{request[1]}: the connection does not remain open"
    assert answer.status in (200, 503), f"{request[1]}: {answer.status}"
    return answer.status == 200


def asked(everything, name):
    """The requests of ASKED: every connection has sent its own before the first answer is read; refused ones are repeated
    alone. The connections remain open."""
    chat = everything.stand.sql("SELECT chat_id FROM bot.message GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
    key = everything.keys.get(name, everything.key)
    clients = [Client(everything.running[name].port, key) for _ in range(CONNECTIONS)]
    headers = {"X-API-Key": key, "Content-Type": "application/json"}
    for method, path, body in ASKED[name] * TURNS:
        request = (method, path.replace("{chat}", chat), body and json.dumps(body).encode(), headers)
        for client in clients:
            client.ready()
            client.connection.request(*request)
        for client in [client for client in clients if not answered(client, request)]:
            client.connection.request(*request)
            assert answered(client, request), f"{path}: refused though there is no other request"
    return clients


def together(bench):
    everything = bench.everything
    everything.knows()
    idle = {name: memory_of(service.pid) for name, service in everything.running.items()}
    clients = [client for name in ASKED for client in asked(everything, name)]
    busy = {name: memory_of(service.pid) for name, service in everything.running.items()}
    for name, service in everything.running.items():
        held = service.metric("http_connections")
        assert held >= CONNECTIONS, f"{name} holds {held} connections"
        bench.rows.append((OURS, name, f"RSS {idle[name][0]:.1f} MB idle, {busy[name][0]:.1f} with {CONNECTIONS} connections; "
                                       f"PSS {idle[name][1]:.1f}, {busy[name][1]:.1f}"))
    for client in clients:
        client.close()
    for what, column in (("PSS", 1), ("RSS", 0)):
        bar(bench, f"{what} of all services, {CONNECTIONS} connections each", sum(one[column] for one in busy.values()), TOGETHER_MOST, "MB", OURS)


SECTIONS = {"together": together}
