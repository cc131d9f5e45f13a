# SPDX-License-Identifier: MIT
"""Row 36: two copies of health, each on a server of its own, and the link between them cut, slow, frozen; a copy dead; and
the channel dead of the one that should tell. Each says on its page what is wrong, and one of them tells it, once."""
import os
import re
import time

from link import Link
from stand import Client, Stand, built, full, wait_until
from telegram_standin import Standin

HEALTH = built("services/health/health")
CHAT = 4242
INTERVAL = 0.8
# Of the check whether the other one lives: both looks must be in its timeout, on a busy machine too.
ALIVE = 1.5
# Twelve intervals of the link's check.
PATIENCE = 12 * INTERVAL
# A dead server is told within 30 s, where the check of it has an interval of 5 s; and what a busy machine adds.
TOLD_SECONDS = 30 / 5 * ALIVE + 10
SETTLED_SECONDS = 30
PLAN = """\
server: ${{TWIN_SERVER}}
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


class Copy:
    """Health on one server: what it says, and what it has told. The other one comes to it by `link` and by `public`."""

    def __init__(self, twins, name):
        self.twins, self.name = twins, name
        self.telegram = Link(twins.telegram.port)
        self.service = twins.stand.service(start=False, binary=HEALTH, LINK_KEY=twins.key, TWIN_SERVER=name,
                                           HEALTH_CONFIG=twins.plan, HEALTH_HISTORY=os.path.join(twins.stand.folder, f"{name}.sqlite"),
                                           DATABASE_URL=twins.stand.url("health_runtime"), ALERT_BOT_TOKEN=twins.tokens[name], ALERT_CHATS=CHAT,
                                           TELEGRAM_API_ROOT=f"http://127.0.0.1:{self.telegram.port}")
        self.link, self.public = Link(self.service.port), Link(self.service.port)
        self.known = 0

    def start(self, other=None):
        if other:
            self.service.environment |= {"HEALTH_PEER_URL": f"http://127.0.0.1:{other.link.port}",
                                         "HEALTH_PEER_PUBLIC_URL": f"http://127.0.0.1:{other.public.port}"}
        self.service.start()

    def ask(self, path):
        client = Client(self.service.port, self.twins.key)
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

    def told(self):
        """[(event, check)] that are new, the oldest first."""
        calls = self.twins.telegram.see("calls", bot=self.name, method="sendMessage")["calls"]
        texts = [re.sub("<[^>]*>", "", one["parameters"]["text"]).splitlines()[0] for one in calls if one["status"] == 200]
        events = [SUBJECT.search(text) for text in texts]
        assert all(events), f"an alert that says nothing: {texts}"
        found = [("green" if one[1].startswith("Снова") else "bad", one[2].strip()) for one in events[self.known:]]
        return found

    def forget(self):
        self.known += len(self.told())


class Twins:
    def __init__(self):
        self.stand = Stand(build=os.environ.get("TEST_BUILD", "release"), service="health", database="tapbot_twin")
        self.telegram = Standin(bots={})

    def __enter__(self):
        self.stand.__enter__()
        self.tokens = {name: f"100{at}:AA{name}" for at, name in enumerate(NAMES, 1)}
        for name, token in self.tokens.items():
            self.telegram.do("bots", name=name, token=token)
            self.telegram.do("users", id=CHAT, first_name="Дежурный", start=True, bot=name)
        self.key = self.stand.key(client="twin", tenant="system")
        self.base, self.bots = Link(self.telegram.port), Link(self.telegram.port)
        times = f"interval: {INTERVAL * 1000:.0f}ms, timeout: {INTERVAL * 950:.0f}ms, bad: 3"
        self.plan = os.path.join(self.stand.folder, "twins.yaml")
        with open(self.plan, "w", encoding="ascii") as file:
            file.write(PLAN.format(telegram=self.telegram.port, base=self.base.port, bots=self.bots.port, times=times, alive=ALIVE * 1000, both=ALIVE * 950))
        self.first, self.second = self.copies = [Copy(self, name) for name in NAMES]
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
        """Each is green to both, and says so by the name it has there."""
        def is_green():
            seen = [copy.checks() for copy in self.copies]
            return all(status == "green" for one in seen for status, _ in one.values())
        wait_until("both copies see all checks green", SETTLED_SECONDS, is_green, 0.2)
        assert "server2-here" in self.first.checks() and "server1-here" in self.second.checks()

    def each_way(self, act):
        for copy in self.copies:
            act(copy.link)

    def quiet(self, why, wanted, seconds):
        """Until then nothing else is told: {copy: what}."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for copy in self.copies:
                assert copy.told() == wanted[copy], f"{why}: {copy.name} told {copy.told()}, not {wanted[copy]}"
            time.sleep(0.3)

    def over(self, why, wanted):
        """All is well again: who told says so, once."""
        self.settled()
        after = {copy: told + [("green", check) for _, check in told] for copy, told in wanted.items()}
        wait_until(f"{why}: the end is told", 20, lambda: all(copy.told() == after[copy] for copy in self.copies), 0.2)
        self.quiet(why, after, 2)
        for copy in self.copies:
            copy.forget()


HARMS = {"cut": Link.cut, "slow": lambda link: link.slow(3.0), "frozen": Link.hold}


def link_broken(twins, how):
    """Both say so; the first one alone tells."""
    first, second = twins.copies
    why = f"link {how}"
    twins.each_way(HARMS[how])
    wait_until(f"{why}: both say so", 20, lambda: all(copy.is_red("peer-link") for copy in twins.copies), 0.1)
    wanted = {first: [("bad", "peer-link")], second: []}
    wait_until(f"{why}: the first tells", 15, lambda: first.told() == wanted[first], 0.1)
    assert "Об этом оповещает server1" in second.page(), f"{why}: the second does not say who tells"
    assert "Об этом оповещает" not in first.page()
    twins.quiet(why, wanted, PATIENCE + 4 * INTERVAL)
    for copy in twins.copies:
        seen = copy.checks()
        assert seen["peer"][0] == seen["peer-public"][0] == "green", f"{why}: {copy.name} sees {seen}"
    seen = first.checks()
    assert seen["base"] == seen["server2-here"] == ("unknown", "peer-link"), f"{why}: {seen}"
    twins.each_way(Link.heal)
    twins.over(why, wanted)


def one_dead(twins, dead, left):
    """kill -9: who is left tells."""
    why = f"{dead.name} dead"
    began = time.monotonic()
    dead.service.kill()
    wait_until(f"{why}: it is told", TOLD_SECONDS, lambda: left.told(), 0.05)
    took = time.monotonic() - began
    wanted = {left: [("bad", "peer")], dead: []}
    twins.quiet(why, wanted, 4 * INTERVAL)
    seen = left.checks()
    assert seen["peer-link"] == seen["peer-public"] == ("affected", "peer"), f"{why}: {seen}"
    dead.start()
    twins.over(why, wanted)
    return took


def cause_of_another(twins):
    """What is broken on one server is told by its copy alone, though it breaks what needs it on the other too."""
    first, second = twins.copies
    twins.base.cut()
    twins.bots.cut()
    wait_until("base is red to both", 20, lambda: all(copy.is_red("base") for copy in twins.copies), 0.1)
    wait_until("bots is affected to both", 20, lambda: all(copy.checks()["bots"] == ("affected", "base") for copy in twins.copies), 0.1)
    wanted = {first: [], second: [("bad", "base")]}
    wait_until("base: it is told", 15, lambda: second.told() == wanted[second], 0.1)
    twins.quiet("base", wanted, 3)
    assert "сбой" in first.ask("/public?lang=ru").body.decode().lower(), "the first does not show the public what is broken at the second"
    twins.bots.heal()
    twins.base.heal()
    twins.over("base", wanted)


def first_is_mute(twins):
    """The link is cut, and the one that should tell reaches nobody: the other one does, after its patience."""
    first, second = twins.copies
    first.telegram.cut()
    twins.each_way(Link.cut)
    wait_until("mute: both say so", 20, lambda: all(copy.is_red("peer-link") for copy in twins.copies), 0.1)
    assert second.told() == []
    wait_until("mute: the second tells", PATIENCE + 20, lambda: second.told() == [("bad", "peer-link")], 0.1)
    assert first.told() == []
    twins.each_way(Link.heal)
    twins.over("mute", {first: [], second: [("bad", "peer-link")]})
    first.telegram.heal()
    twins.quiet("mute, afterwards", {first: [], second: []}, 3)


def edge_broken(twins):
    """The page of one cannot be reached from outside, and it has no check that sees why: a warning, of the other one."""
    first, second = twins.copies
    second.public.cut()
    wanted = {first: [("bad", "peer-public")], second: []}
    wait_until("edge: it is told", 25, lambda: first.told() == wanted[first], 0.1)
    assert first.checks()["peer"][0] == first.checks()["peer-link"][0] == "green"
    second.public.heal()
    twins.over("edge", wanted)


def twins(chance):
    harms = list(HARMS) if full() else ["cut", "slow"]
    chance.shuffle(harms)
    with Twins() as both:
        for how in harms:
            link_broken(both, how)
        pairs = [(both.first, both.second), (both.second, both.first)]
        took = max(one_dead(both, *pair) for pair in (pairs if full() else [chance.choice(pairs)]))
        cause_of_another(both)
        edge_broken(both)
        first_is_mute(both)
        rss = max(copy.service.status("VmRSS") for copy in both.copies) // 1024
    return f"link {', '.join(harms)}; a dead copy told after {took:.1f} s at an interval of {ALIVE} s; RSS {rss} MiB"
