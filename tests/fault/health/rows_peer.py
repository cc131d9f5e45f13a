# SPDX-License-Identifier: MIT
"""Row 36: two instances of health on two servers. The link between them is cut, slow or frozen; one instance dies; the alert
channel of the responsible one fails. Each shows the fault on its page, and one of them sends the alert, once."""
import os
import re
import time

from link import Link
from stand import Client, Stand, built, full, wait_until
from telegram_standin import Standin

HEALTH = built("services/health/health")
CHAT = 4242
INTERVAL = 0.8
# Interval of the check of the peer. Its two requests must fit into its timeout, on a busy machine too.
ALIVE = 1.5
# Twelve intervals of the link's check.
PATIENCE = 12 * INTERVAL
# A dead server is reported within 30 s at the usual interval of 5 s; a busy machine needs some more.
SENT_SECONDS = 30 / 5 * ALIVE + 10
SETTLED_SECONDS = 30
PLAN = """\
server: ${{OWN_SERVER}}
checks:
  - {{name: here, kind: tcp, target: "127.0.0.1:{telegram}", limits: {{latency_ms: none}}, {times}}}
  - {{name: peer, kind: peer, when: HEALTH_PEER_URL, target: "${{HEALTH_PEER_URL}}", public: "${{HEALTH_PEER_PUBLIC_URL}}", bad: 3,
     interval: {alive:.0f}ms, timeout: {both:.0f}ms}}
  - {{name: peer-link, kind: peer, when: HEALTH_PEER_URL, target: "${{HEALTH_PEER_URL}}", needs: [peer], {times}}}
  - {{name: peer-public, kind: peer, when: HEALTH_PEER_URL, public: "${{HEALTH_PEER_PUBLIC_URL}}", needs: [peer], severity: warning, {times}}}
  - {{name: bots, kind: http, target: "http://127.0.0.1:{bots}/control/state", server: server1, needs: [base, peer-link],
     limits: {{latency_ms: none}}, {times}}}
  - {{name: base, kind: http, target: "http://127.0.0.1:{base}/control/state", server: server2, outside: true, limits: {{latency_ms: none}}, {times}}}
"""
NAMES = ("server1", "server2")
SUBJECT = re.compile("(Авария|Предупреждение|Снова в порядке): (.*)")


class Instance:
    """Health on one server: its checks, its page and the alerts it sent. The peer reaches it by `link` and `public`."""

    def __init__(self, pair, name):
        self.pair, self.name = pair, name
        self.telegram = Link(pair.telegram.port)
        self.service = pair.stand.service(start=False, binary=HEALTH, LINK_KEY=pair.key, OWN_SERVER=name,
                                           HEALTH_CONFIG=pair.plan, HEALTH_HISTORY=os.path.join(pair.stand.folder, f"{name}.sqlite"),
                                           DATABASE_URL=pair.stand.url("health_runtime"), ALERT_BOT_TOKEN=pair.tokens[name], ALERT_CHATS=CHAT,
                                           TELEGRAM_API_ROOT=f"http://127.0.0.1:{self.telegram.port}")
        self.link, self.public = Link(self.service.port), Link(self.service.port)
        self.known = 0

    def start(self, other=None):
        if other:
            self.service.environment |= {"HEALTH_PEER_URL": f"http://127.0.0.1:{other.link.port}",
                                         "HEALTH_PEER_PUBLIC_URL": f"http://127.0.0.1:{other.public.port}"}
        self.service.start()

    def ask(self, path):
        client = Client(self.service.port, self.pair.key)
        reply = client.get(path)
        client.close()
        assert reply.status == 200, f"{self.name}: {path} answers {reply.status} {reply.body[:200]}"
        return reply

    def checks(self):
        """{name: (status, cause)}."""
        return {one["name"]: (one["status"], one.get("cause")) for one in self.ask("/v1/status").json["checks"]}

    def is_red(self, name):
        return self.checks()[name][0] == "red"

    def page(self):
        return self.ask("/?lang=ru").body.decode()

    def alerts(self):
        """[(event, check)] of alerts since forget(), the oldest first."""
        calls = self.pair.telegram.see("calls", bot=self.name, method="sendMessage")["calls"]
        texts = [re.sub("<[^>]*>", "", one["parameters"]["text"]).splitlines()[0] for one in calls if one["status"] == 200]
        events = [SUBJECT.search(text) for text in texts]
        assert all(events), f"an alert without a known subject: {texts}"
        found = [("green" if one[1].startswith("Снова") else "bad", one[2].strip()) for one in events[self.known:]]
        return found

    def forget(self):
        self.known += len(self.alerts())


class Pair:
    def __init__(self):
        self.stand = Stand(build=os.environ.get("TEST_BUILD", "release"), service="health", database="tapbot_peer")
        self.telegram = Standin(bots={})

    def __enter__(self):
        self.stand.__enter__()
        self.tokens = {name: f"100{at}:AA{name}" for at, name in enumerate(NAMES, 1)}
        for name, token in self.tokens.items():
            self.telegram.do("bots", name=name, token=token)
            self.telegram.do("users", id=CHAT, first_name="Дежурный", start=True, bot=name)
        self.key = self.stand.key(client="peer", tenant="system")
        self.base, self.bots = Link(self.telegram.port), Link(self.telegram.port)
        times = f"interval: {INTERVAL * 1000:.0f}ms, timeout: {INTERVAL * 950:.0f}ms, bad: 3"
        self.plan = os.path.join(self.stand.folder, "pair.yaml")
        with open(self.plan, "w", encoding="ascii") as file:
            file.write(PLAN.format(telegram=self.telegram.port, base=self.base.port, bots=self.bots.port, times=times, alive=ALIVE * 1000, both=ALIVE * 950))
        self.first, self.second = self.instances = [Instance(self, name) for name in NAMES]
        self.first.start(self.second)
        self.second.start(self.first)
        self.settled()
        return self

    def __exit__(self, *error):
        if error[0]:
            print(self.stand.last_words())
        self.stand.__exit__(*error)
        self.telegram.stop()

    def settled(self):
        """Waits until each instance sees all checks green, under the names that they have there."""
        def is_green():
            seen = [instance.checks() for instance in self.instances]
            return all(status == "green" for one in seen for status, _ in one.values())
        wait_until("both instances see all checks green", SETTLED_SECONDS, is_green, 0.2)
        assert "server2-here" in self.first.checks() and "server1-here" in self.second.checks()

    def both_links(self, act):
        for instance in self.instances:
            act(instance.link)

    def quiet(self, why, wanted, seconds):
        """For `seconds` nothing else is sent than wanted: {instance: alerts}."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for instance in self.instances:
                assert instance.alerts() == wanted[instance], f"{why}: {instance.name} sent {instance.alerts()}, not {wanted[instance]}"
            time.sleep(0.3)

    def over(self, why, wanted):
        """After the repair: the instance that sent an alert sends its recovery, once."""
        self.settled()
        after = {instance: alerts + [("green", check) for _, check in alerts] for instance, alerts in wanted.items()}
        wait_until(f"{why}: the recovery is sent", 20, lambda: all(instance.alerts() == after[instance] for instance in self.instances), 0.2)
        self.quiet(why, after, 2)
        for instance in self.instances:
            instance.forget()


HARMS = {"cut": Link.cut, "slow": lambda link: link.slow(3.0), "frozen": Link.hold}


def link_broken(pair, how):
    """Both show the fault; only the first one sends an alert."""
    first, second = pair.instances
    why = f"link {how}"
    pair.both_links(HARMS[how])
    wait_until(f"{why}: both report it", 20, lambda: all(instance.is_red("peer-link") for instance in pair.instances), 0.1)
    wanted = {first: [("bad", "peer-link")], second: []}
    wait_until(f"{why}: the first sends an alert", 15, lambda: first.alerts() == wanted[first], 0.1)
    assert "Об этом оповещает server1" in second.page(), f"{why}: the second does not name the server that sends alerts"
    assert "Об этом оповещает" not in first.page()
    pair.quiet(why, wanted, PATIENCE + 4 * INTERVAL)
    for instance in pair.instances:
        seen = instance.checks()
        assert seen["peer"][0] == seen["peer-public"][0] == "green", f"{why}: {instance.name} sees {seen}"
    seen = first.checks()
    assert seen["base"] == seen["server2-here"] == ("unknown", "peer-link"), f"{why}: {seen}"
    pair.both_links(Link.heal)
    pair.over(why, wanted)


def one_dead(pair, dead, left):
    """kill -9: the remaining instance sends the alert."""
    why = f"{dead.name} dead"
    began = time.monotonic()
    dead.service.kill()
    wait_until(f"{why}: the alert is sent", SENT_SECONDS, lambda: left.alerts(), 0.05)
    took = time.monotonic() - began
    wanted = {left: [("bad", "peer")], dead: []}
    pair.quiet(why, wanted, 4 * INTERVAL)
    seen = left.checks()
    assert seen["peer-link"] == seen["peer-public"] == ("affected", "peer"), f"{why}: {seen}"
    dead.start()
    pair.over(why, wanted)
    return took


def cause_of_another(pair):
    """A fault on one server is reported only by the instance there, though checks of the other server depend on it too."""
    first, second = pair.instances
    pair.base.cut()
    pair.bots.cut()
    wait_until("base is red on both", 20, lambda: all(instance.is_red("base") for instance in pair.instances), 0.1)
    wait_until("bots is affected on both", 20, lambda: all(instance.checks()["bots"] == ("affected", "base") for instance in pair.instances), 0.1)
    wanted = {first: [], second: [("bad", "base")]}
    wait_until("base: the alert is sent", 15, lambda: second.alerts() == wanted[second], 0.1)
    pair.quiet("base", wanted, 3)
    assert "сбой" in first.ask("/public?lang=ru").body.decode().lower(), "the first does not show the fault of the second on its public page"
    pair.bots.heal()
    pair.base.heal()
    pair.over("base", wanted)


def first_is_mute(pair):
    """The link is cut, and the responsible instance cannot send: the other one sends after its waiting time."""
    first, second = pair.instances
    first.telegram.cut()
    pair.both_links(Link.cut)
    wait_until("mute: both report it", 20, lambda: all(instance.is_red("peer-link") for instance in pair.instances), 0.1)
    assert second.alerts() == []
    wait_until("mute: the second sends the alert", PATIENCE + 20, lambda: second.alerts() == [("bad", "peer-link")], 0.1)
    assert first.alerts() == []
    pair.both_links(Link.heal)
    pair.over("mute", {first: [], second: [("bad", "peer-link")]})
    first.telegram.heal()
    pair.quiet("mute, afterwards", {first: [], second: []}, 3)


def edge_broken(pair):
    """The page of one server cannot be reached from outside, and no check of that server shows why: the other one warns."""
    first, second = pair.instances
    second.public.cut()
    wanted = {first: [("bad", "peer-public")], second: []}
    wait_until("edge: the warning is sent", 25, lambda: first.alerts() == wanted[first], 0.1)
    assert first.checks()["peer"][0] == first.checks()["peer-link"][0] == "green"
    second.public.heal()
    pair.over("edge", wanted)


def both_servers(chance):
    harms = list(HARMS) if full() else ["cut", "slow"]
    chance.shuffle(harms)
    with Pair() as both:
        for how in harms:
            link_broken(both, how)
        pairs = [(both.first, both.second), (both.second, both.first)]
        took = max(one_dead(both, *pair) for pair in (pairs if full() else [chance.choice(pairs)]))
        cause_of_another(both)
        edge_broken(both)
        first_is_mute(both)
        rss = max(instance.service.status("VmRSS") for instance in both.instances) // 1024
    return f"link {', '.join(harms)}; a dead instance reported after {took:.1f} s at an interval of {ALIVE} s; RSS {rss} MiB"
