# SPDX-License-Identifier: MIT
"""Broadcasts beside replies, with killed instances, and with chats in 429. Telegram is tools/telegram, which counts
every exceeded limit."""
import contextlib
import threading
import time

from gateway import BOT, Gateway
from stand import SteadyClient, full, in_gate, timed, wait_until

TEXT = "Новые квартиры в Алматы"
RATE = 30  # of the bot, a second (api.md, "Limits")
SECONDS = 60 if full() else 10
PEOPLE = RATE * (SECONDS + 5)  # more than can be reached in that time
ETA_SECONDS = 60
LEAST, TRIES = 0.95, 3
REPLY_MS = 150
DELAY_MS = 50
ASKED = 40
KILLED_PEOPLE, BETWEEN_KILLS, HUNG = 240, 40, 1
MANY, FEW = 100_000, 1_000
MORE_KB = 1024  # the permitted additional memory of a larger audience


class Broadcasts(Gateway):
    """A gateway with an API key."""

    def __enter__(self):
        super().__enter__()
        self.key = self.stand.key(scopes="bot:admin,bot:read,bot:send")
        return self

    def client(self, instance=0):
        return SteadyClient(self.instances[instance].port, self.key)

    def people(self, first, last, there=True):
        """Adds people who have written to the bot; `there`: in the fake Telegram too."""
        if there:
            for person in range(first, last + 1):
                self.telegram.do("users", id=person, first_name="A", start=True)
        self.stand.sql("INSERT INTO bot.person (bot_id, user_id, told_language)"
                       f" SELECT b.id, n, 'ru' FROM bot.bot b, generate_series({first}, {last}) n WHERE b.name = '{BOT}'")

    def make(self, audience=None, instance=0):
        reply = self.client(instance).post("/v1/broadcasts", {"bot": BOT, "audience": audience or {"all": True}, "text": TEXT})
        if reply.status != 202:
            raise AssertionError(f"{reply.status} {reply.body}")
        return reply.json["id"]

    def shown(self, number, instance=0):
        return self.client(instance).get(f"/v1/broadcasts/{number}").json

    def calls(self):
        """All messages that were sent to Telegram."""
        found, after = [], 0
        while page := self.telegram.see("calls", after=after, method="sendMessage", limit=1000)["calls"]:
            found += page
            after = page[-1]["n"]
        return found

    def limits_kept(self, began):
        """Since that time.time(). If the fake Telegram stalls, calls arrive together: the gate checks the whole time."""
        exceeded = self.telegram.see("limits")["exceeded"].get(BOT)
        if timed() and exceeded:
            raise AssertionError(f"limits were exceeded: {exceeded}")
        calls = [call for call in self.calls() if call["at"] >= began]
        seconds = calls[-1]["at"] - began
        if len(calls) > RATE * (1 + seconds) + 1:
            raise AssertionError(f"{len(calls)} calls in {seconds:.1f} s")


def p95(took):
    return sorted(took)[len(took) * 95 // 100]


@contextlib.contextmanager
def asking(gateway, first, took):
    """People write to the bot, two messages a second."""
    ended = threading.Event()

    def run():
        person = first
        while not ended.is_set():
            took.append(gateway.ask(person))
            person += 1
            ended.wait(0.5)
    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def fast():
    """At least 95 % of what the limit allows, no limit exceeded, replies not delayed."""
    best = (0, 0)
    for number in range(TRIES):
        with Broadcasts(1) as gateway:
            gateway.hook()
            gateway.ask(900_000)
            gateway.people(1, PEOPLE)
            took, first = [], time.time()
            one = gateway.make()
            gateway.telegram.see("calls", method="sendMessage", at_least=RATE, timeout=20)
            began = gateway.calls()[-1]["at"]
            with asking(gateway, 910_000 + 1000 * number, took):
                time.sleep(SECONDS)
            shown = gateway.shown(one)
            sent = [call for call in gateway.calls() if began < call["at"] <= began + SECONDS]
            gateway.limits_kept(first)
            share, reply = len(sent) / (RATE * SECONDS), p95(took)
            best = max(best, (share, -reply))
            if shown["status"] != "running" or not 0 <= shown["eta_seconds"] <= ETA_SECONDS:
                raise AssertionError(f"shown as {shown}")
            if share >= LEAST and reply <= REPLY_MS:
                return f"{share:.1%} of {RATE}/s over {SECONDS} s, replies p95 {reply:.0f} ms of {len(took)}"
    raise AssertionError(f"at best {best[0]:.1%} of the allowed rate, replies p95 {-best[1]:.0f} ms")


def killed():
    """Case: Restart with queued rows. Two instances, one killed with -9. Nothing is sent twice, nothing is missing, possibly sent
    messages are uncertain."""
    with Broadcasts(2) as gateway:
        gateway.people(1, KILLED_PEOPLE)
        # At least this call is in progress when an instance is killed.
        gateway.telegram.do("faults", kind="hang", chat_id=HUNG, wait=60, effect=True)
        gateway.telegram.do("faults", kind="slow", wait=0.3, count=None)
        began, one = time.time(), gateway.make()
        wait_until("the call hangs", 10, lambda: gateway.telegram.see("chat", chat=HUNG)["messages"])

        def gone():
            return gateway.count("bot.sending WHERE status IN ('sent', 'uncertain')")
        kills, enough = 0, KILLED_PEOPLE * 2 // 3
        while kills < len(gateway.instances) or gone() < enough:
            before = gone()
            instance = gateway.instances[kills % 2]
            instance.kill()
            instance.start()
            kills += 1
            wait_until("more have left", 20, lambda before=before: gone() >= min(before + BETWEEN_KILLS, enough))
        wait_until("it is done", 60, lambda: gateway.shown(one)["status"] == "done")
        shown = gateway.shown(one)
        times = {}
        for call in gateway.calls():
            if call["effect"]:
                times[call["chat_id"]] = times.get(call["chat_id"], 0) + 1
        uncertain = {int(chat) for chat in gateway.stand.sql("SELECT chat_id FROM bot.sending WHERE status = 'uncertain'").split()}
        twice = [chat for chat, count in times.items() if count > 1]
        missing = [chat for chat in range(1, KILLED_PEOPLE + 1) if chat not in times and chat not in uncertain]
        if twice or missing or not uncertain:
            raise AssertionError(f"twice {twice}, missing {missing}, {len(uncertain)} uncertain")
        if (shown["total"], shown["sent"] + shown["uncertain"]) != (KILLED_PEOPLE, KILLED_PEOPLE):
            raise AssertionError(f"shown as {shown}")
        if shown["uncertain"] != len(uncertain):
            raise AssertionError(f"{len(uncertain)} are uncertain, and it shows {shown['uncertain']}")
        gateway.limits_kept(began)
        return f"{kills} kills, {len(uncertain)} uncertain"


def others():
    """Case: 429. A chat in 429 for an hour and an unreachable one do not delay others by more than 50 ms."""
    tried = []
    for number in range(TRIES):
        with Broadcasts(1) as gateway:
            gateway.hook()
            gateway.people(1, 2)
            gateway.ask(900_000)
            without = p95([gateway.ask(910_000 + n) for n in range(ASKED)])
            gateway.telegram.do("faults", kind="flood", chat_id=1, seconds=3600.0, retry_after=3600)
            gateway.telegram.do("faults", kind="error", name="blocked", chat_id=2, count=None)
            one = gateway.make({"user_ids": [1, 2]})
            wait_until("both have been tried", 20, lambda: gateway.count(
                "bot.recipient WHERE parked_until > now() + interval '30 minutes'") == 1 and gateway.shown(one)["unreachable"] == 1)
            shown = gateway.shown(one)
            if (shown["status"], shown["queued"]) != ("running", 1) or not 1800 < shown["eta_seconds"] <= 3602:
                raise AssertionError(f"shown as {shown}")
            beside = p95([gateway.ask(920_000 + 1000 * number + n) for n in range(ASKED)])
            tried.append(beside - without)
            if timed() and tried[-1] <= DELAY_MS:
                return f"p95 {without:.0f} ms without, {beside:.0f} ms beside them"
    raise AssertionError(f"others are answered {min(tried):.0f} ms later (bar {DELAY_MS} ms)")


def rested(gateway, people):
    """Memory of the gateway in kB after it has read so many people, while its sender is paused."""
    one = gateway.make()
    wait_until("all are found", 60, lambda: gateway.count("bot.broadcast WHERE found_at IS NULL") == 0)
    wait_until("messages wait", 10, lambda: gateway.count("bot.sending") > 0)
    gateway.instances[0].wait_run("broadcasts")
    shown = gateway.shown(one)
    if (shown["total"], shown["queued"]) != (people, people):
        raise AssertionError(f"shown as {shown}")
    return gateway.instances[0].status("VmHWM")


def large():
    """MANY queued people take no more memory than FEW."""
    took = {}
    for people in (FEW, MANY):
        with Broadcasts(1) as gateway:
            gateway.stand.sql("INSERT INTO bot.sending_pause SELECT id, now() + interval '1 hour', 'test' FROM bot.bot")
            gateway.people(1, people, there=False)
            took[people] = rested(gateway, people)
    note = f"{took[FEW]} kB of {FEW:,}, {took[MANY]} kB of {MANY:,}"
    if timed() and took[MANY] > took[FEW] + MORE_KB:
        raise AssertionError(note)
    return note


SCENARIOS = [("a broadcast reaches each person once while the gateway is killed", killed, 10)]
# What the gate may check of these, which measure, is tested in tests/integration/bot-gateway/test_broadcasts.c and test_sender.c.
SCENARIOS += [] if in_gate() else [("a broadcast uses the permitted rate", fast, 12), ("a waiting chat delays no other", others),
                                   ("a large broadcast takes no more memory", large, 15)]
