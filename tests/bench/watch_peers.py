# SPDX-License-Identifier: MIT
"""health compared with a usual alternative: Prometheus with its blackbox exporter and Alertmanager, from Debian. Both probe the
same targets at the same interval, alert after the second bad probe, and send e-mail."""
import contextlib
import email
import email.policy
import glob
import json
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.request

import measure
from sections import bar
from stand import ROOT, Client, free_port, full, report, wait_until
from targets import Targets, certificates

sys.path.append(os.path.join(ROOT, "tests/prometheus"))
import tools  # noqa: E402

SINK = os.path.join(ROOT, "tests/support/smtp_sink.py")
COUNT, HANGING, INTERVAL_S, TIMEOUT_S = 60, 5, 10, 3
# They fail one after another, each at another moment of the interval.
OUTAGES, STEP_S, LAST_S = 20, INTERVAL_S + INTERVAL_S / 20, 60
OURS, PEER = "health", "Prometheus"
tools.PACKAGES.update({"prometheus": "prometheus", "prometheus-blackbox-exporter": "prometheus-blackbox-exporter",
                       "prometheus-alertmanager": "prometheus-alertmanager"})
# Alertmanager reads templates in /usr/share, where an unpacked package does not have them.
WITH_SHARE = ("unshare", "-m", "sh", "-c", f'mount -t overlay overlay -o lowerdir={tools.FOLDER}/usr/share:/usr/share /usr/share && exec "$@"', "sh")

BLACKBOX = """modules:
  look: {{prober: http, timeout: {timeout}s, http: {{preferred_ip_protocol: ip4}}}}
"""
# Two bad evaluations in a row.
RULES = """groups:
- name: all
  rules:
  - {{alert: Down, expr: probe_success == 0, for: {interval}s}}
"""
PROMETHEUS = """global: {{scrape_interval: {interval}s, scrape_timeout: {interval}s, evaluation_interval: {interval}s}}
rule_files: [{rules}]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["127.0.0.1:{alertmanager}"]}}]}}]}}
scrape_configs:
- job_name: look
  metrics_path: /probe
  params: {{module: [look]}}
  static_configs: [{{targets: {targets}}}]
  relabel_configs:
  - {{source_labels: [__address__], target_label: __param_target}}
  - {{source_labels: [__param_target], target_label: instance}}
  - {{target_label: __address__, replacement: "127.0.0.1:{blackbox}"}}
"""
# As fast as possible: without waiting for other alerts of a group.
ALERTMANAGER = """route: {{receiver: mail, group_by: [instance], group_wait: 0s}}
receivers:
- name: mail
  email_configs:
  - {{to: duty@example.org, from: a@example.org, smarthost: "127.0.0.1:{mail}", require_tls: false}}
"""


class Mails:
    """The mails of a separate mail server, by target."""

    def __init__(self, folder):
        self.folder, self.seen = folder, {}
        os.mkdir(folder)
        self.sink = subprocess.Popen([sys.executable, SINK, folder], stdout=subprocess.PIPE, text=True)
        self.port = int(self.sink.stdout.readline().rpartition(":")[2])
        self.read = set()

    def stop(self):
        self.sink.kill()
        self.sink.wait()

    def look(self):
        """{target: time of its first mail}; each mail is read once."""
        for path in set(glob.glob(os.path.join(self.folder, "*.eml"))) - self.read:
            self.read.add(path)
            with open(path, "rb") as file:
                file.readline()
                mail = email.message_from_binary_file(file, policy=email.policy.default)
            for name in set(re.findall(r"(?:target|hang)-\d\d", f"{mail['Subject']} {mail.get_body().get_content()}")):
                self.seen.setdefault(name, os.path.getmtime(path))
        return self.seen


class Health:
    def __init__(self, bench, names, targets):
        self.mails = Mails(os.path.join(bench.folder, "mails-health"))
        checks = [f'name: {name}, kind: http, target: "http://127.0.0.1:{targets.http}/{name}", timeout: {TIMEOUT_S}s' for name in names]
        self.service = bench.watch("peers", checks, SMTP_URL=f"smtp://127.0.0.1:{self.mails.port}", ALERT_FROM="a@example.org",
                                   ALERT_EMAILS="duty@example.org")
        self.pids, self.client = [self.service.pid], Client(self.service.port, bench.key)

    def down(self):
        return {one["name"] for one in self.client.get("/v1/status").json["checks"] if one["status"] == "red"}

    def looked(self):
        return all(one["status"] != "unknown" for one in self.client.get("/v1/status").json["checks"])

    def stop(self):
        self.service.stop()
        self.mails.stop()


class Prometheus:
    def __init__(self, bench, names, targets):
        self.mails, self.children = Mails(os.path.join(bench.folder, "mails-prometheus")), []
        self.ports = {name: free_port() for name in ("blackbox", "alertmanager", "prometheus")}
        given = {"interval": INTERVAL_S, "timeout": TIMEOUT_S, "mail": self.mails.port, **self.ports,
                 "targets": json.dumps([f"http://127.0.0.1:{targets.http}/{name}" for name in names])}
        given["rules"] = bench.file("rules.yml", RULES.format(**given))
        blackbox, alertmanager, main = (bench.file(f"{name}.yml", text.format(**given)) for name, text in
                                        (("blackbox", BLACKBOX), ("alertmanager", ALERTMANAGER), ("prometheus", PROMETHEUS)))
        data = os.path.join(bench.folder, "prometheus-data")
        self.begin("prometheus-blackbox-exporter", "blackbox", f"--config.file={blackbox}")
        self.begin("prometheus-alertmanager", "alertmanager", f"--config.file={alertmanager}", f"--storage.path={data}-alerts",
                   "--cluster.listen-address=")
        self.begin("prometheus", "prometheus", f"--config.file={main}", f"--storage.tsdb.path={data}")
        self.pids = [child.pid for child in self.children]
        wait_until("Prometheus answers", 60, lambda: self.asked("targets") is not None, 0.2)

    def begin(self, program, name, *words):
        self.children.append(subprocess.Popen([*WITH_SHARE, tools.tool(program), f"--web.listen-address=127.0.0.1:{self.ports[name]}", *words],
                                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def asked(self, what):
        with contextlib.suppress(OSError):
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports['prometheus']}/api/v1/{what}", timeout=5) as answer:
                return json.load(answer)["data"]
        return None

    def down(self):
        return {one["labels"]["instance"].rpartition("/")[2] for one in self.asked("alerts")["alerts"] if one["state"] == "firing"}

    def looked(self):
        return all(one["health"] == "up" for one in self.asked("targets")["activeTargets"])

    def stop(self):
        for child in self.children:
            child.kill()
            child.wait()
        self.mails.stop()


def outages(sides, targets, names):
    """Targets fail one after another. {side: ([seconds until it is shown], [seconds until the mail])}"""
    gone, shown = {}, {name: {} for name in sides}
    begin, names = time.monotonic(), list(names)
    while time.monotonic() < begin + OUTAGES * STEP_S + LAST_S:
        if names and time.monotonic() >= begin + len(gone) * STEP_S:
            name = names.pop(0)
            gone[name] = time.time()
            targets.gone.add(name)
        for side, watcher in sides.items():
            for name in watcher.down() & gone.keys():
                shown[side].setdefault(name, time.time())
        if not names and all(shown[side].keys() >= gone.keys() <= sides[side].mails.look().keys() for side in sides):
            break
        time.sleep(0.1)
    found = {}
    for side, watcher in sides.items():
        mails = watcher.mails.look()
        missing = [name for name in gone if name not in mails or name not in shown[side]]
        assert not missing, f"{side} did not report {missing}"
        found[side] = [[at[name] - since for name, since in gone.items()] for at in (shown[side], mails)]
    return found


def peers(bench):
    if not full():
        report("skip", "bench/watch-peers", "only with --full")
        return
    names = [*(f"target-{n:02}" for n in range(COUNT - HANGING)), *(f"hang-{n:02}" for n in range(HANGING))]
    sides = {}
    with Targets(certificates(bench.folder)[0]) as targets:
        try:
            for side, kind in ((OURS, Health), (PEER, Prometheus)):
                sides[side] = kind(bench, names, targets)
            wait_until("both have probed all targets", 120, lambda: all(watcher.looked() for watcher in sides.values()), 0.5)
            wait_until("both show the hanging targets", 120, lambda: all(len(watcher.down()) == HANGING for watcher in sides.values()), 0.5)
            before, began = {side: sum(map(measure.cpu_of, watcher.pids)) for side, watcher in sides.items()}, time.monotonic()
            found = outages(sides, targets, names[:OUTAGES])
            took = time.monotonic() - began
            cpu = {side: (sum(map(measure.cpu_of, watcher.pids)) - before[side]) / took * 100 for side, watcher in sides.items()}
            rss = {side: sum(map(rss_of, watcher.pids)) for side, watcher in sides.items()}
        except tools.Missing as why:
            report("skip", "bench/watch-peers", why)
            return
        finally:
            for watcher in sides.values():
                watcher.stop()
    for side in sides:
        shown, mailed = found[side]
        bench.rows.append(("peers", side, f"shown after {statistics.mean(shown):.1f} s ({max(shown):.1f} at most), mails after "
                                          f"{statistics.mean(mailed):.1f} ({max(mailed):.1f}), {cpu[side]:.2f} % CPU, RSS {rss[side]:.0f} MB"))
    ratio = f"of {PEER}'s"
    for what, ours, peer in (("until it is shown", *(statistics.mean(found[side][0]) for side in sides)),
                             ("until the mail", *(statistics.mean(found[side][1]) for side in sides)),
                             ("CPU", cpu[OURS], cpu[PEER]), ("RSS", rss[OURS], rss[PEER])):
        bar(bench, f"{what}, {ratio}", ours / peer, 1, "times", "peers")


def rss_of(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(re.search(r"^VmRSS:\s+(\d+)", status.read(), re.M)[1]) / 1024


SECTIONS = {"watch-peers": peers}
