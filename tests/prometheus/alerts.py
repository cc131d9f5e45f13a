# SPDX-License-Identifier: MIT
"""A real Prometheus, with our rules and the configuration of docs/prometheus.md, sends alerts to health and to Debian's
Alertmanager, which must know the same alerts. Intervals and `for` are shortened, thresholds are unchanged."""
import contextlib
import email
import email.policy
import glob
import hashlib
import http.server
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.request

import yaml

from http_server import Handler
from rules import RULES, load
from stand import Client, Stand, free_port, wait_until
from telegram_standin import Standin
from tools import ROOT, tool, with_share

PAGE = "docs/prometheus.md"
SINK = os.path.join(ROOT, "tests", "support", "smtp_sink.py")
CHAT, TOKEN = 4242, "1002:AAalerts"
FOR_SECONDS, SENT_SECONDS = 1, 45
PLAN = """\
server: here
checks:
"""
# Metrics of a bad service; each of the alerts below fires at once.
BAD = """\
pg_stat_activity_count{datname="notes",state="active"} 46
booking_feed_lag_seconds 100
sending_oldest_seconds 200
node_memory_MemAvailable_bytes 1
node_memory_MemTotal_bytes 100
"""
FIRING = {"DbConnections", "DbConnectionsFull", "EventLag", "OutboxOld", "MemoryTight"}
SUBJECT = re.compile("(Авария|Предупреждение|Снова в порядке): (.*)")


class Source:
    """A fake service's /metrics."""

    def __init__(self):
        self.text = ""
        source = self

        class Answer(Handler):
            def do_GET(self):
                self.answer(200, source.text, Content_Type="text/plain; version=0.0.4")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def shown(number):
    """A YAML block of the page."""
    with open(os.path.join(ROOT, PAGE), encoding="utf-8") as file:
        return yaml.safe_load(re.findall(r"```yaml\n(.*?)```", file.read(), re.S)[number])


def configuration(folder, health, alertmanager, source):
    """The configuration of the page, with our addresses and an additional Alertmanager."""
    sent = shown(0)
    sent["global"] = {name: "1s" for name in sent["global"]}
    sent["alerting"]["alertmanagers"][0]["static_configs"] = [{"targets": [f"127.0.0.1:{health}"]}]
    sent["alerting"]["alertmanagers"].append({"static_configs": [{"targets": [f"127.0.0.1:{alertmanager}"]}]})
    sent["scrape_configs"] = [{**sent["scrape_configs"][0], "static_configs": [{"targets": [f"127.0.0.1:{health}"]}]},
                              {"job_name": sent["scrape_configs"][1]["job_name"], "static_configs": [{"targets": [f"127.0.0.1:{source}"]}]}]
    rules = load(RULES)
    for rule in (rule for group in rules["groups"] for rule in group["rules"]):
        if "for" in rule:
            rule["for"] = f"{FOR_SECONDS}s"
    for name, what in (("prometheus.yml", sent), ("rules.yml", rules), ("alertmanager.yml", {"route": {"receiver": "nobody"}, "receivers": [{"name": "nobody"}]})):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            yaml.safe_dump(what, file, allow_unicode=True)


def fetched(port, path):
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
        return answer.read().decode()


def named(labels):
    """The name of the check of an alert's incident."""
    text = json.dumps(labels, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"prometheus-{labels['alertname'].lower()}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


class World:
    def __init__(self, stand):
        self.stand, self.children = stand, []

    def __enter__(self):
        try:
            self.prepare()
        except BaseException:
            self.__exit__()
            raise
        return self

    def prepare(self):
        stand, alertmanager, prometheus = self.stand, tool("prometheus-alertmanager"), tool("prometheus")
        self.source = Source()
        self.telegram = Standin(bots={"alerts": TOKEN})
        self.telegram.do("users", id=CHAT, first_name="Дежурный", start=True, bot="alerts")
        self.mails = os.path.join(stand.folder, "mails")
        os.mkdir(self.mails)
        sink = self.begin([sys.executable, SINK, self.mails], stdout=subprocess.PIPE, text=True)
        mail = sink.stdout.readline().rpartition(":")[2].strip()
        plan = os.path.join(stand.folder, "health.yaml")
        with open(plan, "w", encoding="ascii") as file:
            file.write(PLAN + "".join(f"  - {json.dumps(row)}\n" for row in shown(1)))
        self.health = stand.service(HEALTH_CONFIG=plan, HEALTH_HISTORY=os.path.join(stand.folder, "health.sqlite"),
                                    TELEGRAM_API_ROOT=self.telegram.root, ALERT_BOT_TOKEN=TOKEN, ALERT_CHATS=CHAT,
                                    SMTP_URL=f"smtp://127.0.0.1:{mail}", ALERT_FROM="health@example.org",
                                    ALERT_EMAILS="duty@example.org")
        self.key = stand.key(client="prometheus", tenant="system", scopes="health:admin,health:read")
        with open(os.path.join(stand.folder, "health.key"), "w", encoding="ascii") as file:
            file.write(self.key)
        self.alertmanager, self.prometheus = free_port(), free_port()
        configuration(stand.folder, self.health.port, self.alertmanager, self.source.port)
        self.begin([*with_share(), alertmanager, "--config.file=alertmanager.yml", "--storage.path=alertmanager", "--cluster.listen-address=",
                    f"--web.listen-address=127.0.0.1:{self.alertmanager}"], cwd=stand.folder, stdout=stand.log, stderr=stand.log)
        self.answers(self.alertmanager)
        self.begin([prometheus, "--config.file=prometheus.yml", "--storage.tsdb.path=data", "--rules.alert.resend-delay=2s",
                    f"--web.listen-address=127.0.0.1:{self.prometheus}"], cwd=stand.folder, stdout=stand.log, stderr=stand.log)
        self.answers(self.prometheus)

    def begin(self, words, **more):
        self.children.append(subprocess.Popen(words, stdin=subprocess.DEVNULL, **more))
        return self.children[-1]

    @staticmethod
    def answers(port):
        def ready():
            with contextlib.suppress(OSError):
                return bool(fetched(port, "/-/ready"))
        wait_until("it is ready", 30, ready, 0.1)

    def __exit__(self, *_):
        for child in reversed(self.children):
            child.kill()
            child.wait()
        self.source.server.shutdown()
        self.source.server.server_close()
        self.telegram.stop()

    def checks(self):
        client = Client(self.health.port, self.key)
        sent = client.get("/v1/status").json["checks"]
        client.close()
        return {one["name"]: one for one in sent}

    def firing(self):
        return {name for name, one in self.checks().items() if one["kind"] == "prometheus"}

    def of_alertmanager(self):
        """The same names for the alerts that fire there; Watchdog has severity none and no incident."""
        sent = json.loads(fetched(self.alertmanager, "/api/v2/alerts?active=true"))
        return {named(one["labels"]) for one in sent if one["labels"]["severity"] != "none"}, \
               {one["labels"]["alertname"] for one in sent}

    def sent(self):
        """[(channel, ended, title)] of the alerts sent so far."""
        texts = []
        for path in glob.glob(os.path.join(self.mails, "*.eml")):
            with open(path, "rb") as file:
                file.readline()
                texts.append(("mail", str(email.message_from_binary_file(file, policy=email.policy.default)["Subject"])))
        calls = self.telegram.see("calls", bot="alerts", method="sendMessage")["calls"]
        texts += [("telegram", re.sub("<[^>]*>", "", one["parameters"]["text"]).splitlines()[0]) for one in calls if one["status"] == 200]
        found = [(channel, SUBJECT.search(text)) for channel, text in texts]
        return sorted((channel, match[1].startswith("Снова"), match[2].strip()) for channel, match in found)


def alerts_of_a_real_prometheus_reach_people():
    with Stand(service="health", database="tapbot_prometheus") as stand, World(stand) as world:
        wait_until("Watchdog has arrived", 30, lambda: world.checks()["prometheus-watchdog"]["status"] == "green", 0.2)
        began = time.monotonic()
        world.source.text = BAD
        wait_until("each alert is sent on both channels", FOR_SECONDS + SENT_SECONDS, lambda: len(world.sent()) >= 2 * len(FIRING), 0.2)
        reached = time.monotonic() - began
        # Prometheus repeats an alert after every evaluation; an Alertmanager drops one that was repeated late, for a moment.
        known = []
        wait_until("an Alertmanager has them all", 30, lambda: known.append(world.of_alertmanager()) or known[-1][1] == FIRING | {"Watchdog"}, 0.2)
        names = known[-1][0]
        assert world.firing() == names, f"health: {sorted(world.firing())}, an Alertmanager: {sorted(names)}"
        world.health.kill()
        world.health.start()
        wait_until("health has them again", 20, lambda: world.firing() == names, 0.2)
        world.source.text = "up_to_date 1\n"
        wait_until("none fires", 30, lambda: not world.firing(), 0.2)
        wait_until("the recoveries are sent", 30, lambda: len(world.sent()) >= 4 * len(FIRING), 0.2)
        wait_until("an Alertmanager agrees", 30, lambda: not world.of_alertmanager()[0], 0.2)
        sent = world.sent()
        assert len(set(sent)) == len(sent) == 4 * len(FIRING), f"sent: {sent}"
        return f"{len(FIRING)} alerts, sent within {reached:.1f} s"


def each_instance_of_a_service_is_scraped():
    """A name with several addresses would be another instance's at each scrape, so that counters jump."""
    found = {row["job_name"]: row for row in shown(0)["scrape_configs"]}
    with open(os.path.join(ROOT, "services.tsv"), encoding="utf-8") as file:
        rows = [line.split("\t") for line in file if not line.startswith("#")]
    for name, port in ((row[0], int(row[3])) for row in rows if row[0] != "health"):
        assert found[name].get("dns_sd_configs") == [{"names": [name], "type": "A", "port": port}], found[name]


TESTS = [each_instance_of_a_service_is_scraped, alerts_of_a_real_prometheus_reach_people]
