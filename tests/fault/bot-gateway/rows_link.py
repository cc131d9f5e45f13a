# SPDX-License-Identifier: MIT
"""Row 18 of bot-gateway: the link to PostgreSQL stands still, then is reset, while people write and tap."""
import collections
import itertools
import os
import threading
import time

from link import Link
from stand import Client, Stand, full, wait_until
from telegram_standin import Standin

TOKEN, SECRET = "1001:AAfault", "A-secret_1"
PEOPLE, PAUSE_SECONDS = 20, 0.25
HELP, PAUSED = "Что я умею", "базой"  # in what a bot says: to /help; when it has no database
TAP_PAUSED = "пауза"
LAST_SECONDS = 3.5  # of the outage, more than the 2 s that an update may take: what comes then may still be stored
TOLD_SECONDS = 15  # the 2 s, the call, and a machine that has other work
BACK_SECONDS = 60  # Telegram comes again after 5 s, chat by chat; beside other load all of it takes its time


class World:
    """The stand-in for Telegram, the demo's bot, a copy of the gateway, and the link between it and PostgreSQL."""

    def __enter__(self):
        self.telegram = Standin(bots={"apartments": TOKEN})
        self.telegram.do("settings", callback_seconds=150.0)
        self.stand = Stand(service="bot-gateway", demo=True, database="tapbot_fault_gateway").__enter__()
        self.link = Link(self.stand.port)
        folder = os.path.join(self.stand.folder, "bots")
        os.mkdir(folder)
        for name, text in (("token", TOKEN), ("secret", SECRET)):
            path = os.path.join(folder, f"apartments.{name}")
            with open(path, "w", encoding="ascii") as file:
                file.write(text)
            os.chmod(path, 0o600)
        url = self.stand.url(self.stand.main.role, port=self.link.port)
        self.service = self.stand.service(BOTS_DIR=folder, DATABASE_URL=url, TELEGRAM_API_ROOT=self.telegram.root)
        self.telegram.call("setWebhook", TOKEN, secret_token=SECRET,
                           url=f"http://127.0.0.1:{self.service.port}/telegram/apartments")
        self.people, self.texts, self.taps = itertools.count(1000), collections.Counter(), {}
        return self

    def __exit__(self, *error):
        self.stand.__exit__(*error)
        self.link.__exit__()
        self.telegram.stop()

    def person(self):
        number = next(self.people)
        self.telegram.do("users", id=number, first_name="А", start=True)
        return number

    def write(self, person):
        self.telegram.do("send", user=person, text="/help")
        self.texts[person] += 1

    def tap(self, person):
        made = self.telegram.do("press", user=person, data="a", forged=True)
        self.taps[made["callback_query_id"]] = made["update_ids"][0]

    def updates(self):
        return sum(self.texts.values()) + len(self.taps)

    def done(self):
        return int(self.stand.sql("SELECT count(*) FROM bot.update WHERE status = 'done'"))

    def said(self, method, words):
        """Calls that took place and said so, in order."""
        calls = self.telegram.see("calls", method=method, limit=10000)["calls"]
        return [one for one in calls if one["status"] == 200 and words in str(one["parameters"].get("text"))]


def people_go_on(world, writers, stop):
    """One writes and another one taps, four times a second; who taps is somebody new, because a tap waits for the last one."""
    for n in itertools.count():
        if stop.wait(PAUSE_SECONDS):
            return
        world.write(writers[n % len(writers)])
        world.tap(world.person())


def wrong_with_pauses(world, began, ended, wrong):
    """Each tap that came meanwhile was told so once and at once; each chat no more than once in a minute."""
    first = {}
    deliveries = world.telegram.see("deliveries", limit=10000)["deliveries"]
    for one in deliveries:
        first.setdefault(one["update_id"], one)
    statuses = collections.Counter(one["status"] for one in deliveries)
    wrong += [f"a delivery was answered with {status}" for status in statuses if status not in (200, 503)]
    answers = collections.defaultdict(list)
    for one in world.said("answerCallbackQuery", TAP_PAUSED):
        answers[str(one["parameters"]["callback_query_id"])].append(one["at"])
    late = 0.0
    for tap, update_id in world.taps.items():
        delivered = first[update_id]
        if delivered["status"] == 503 and began + 1 < delivered["at"] < ended - LAST_SECONDS:
            late = max([late, *[at - delivered["at"] for at in answers[tap]]])
            if len(answers[tap]) != 1 or answers[tap][0] - delivered["at"] > TOLD_SECONDS:
                wrong.append(f"a tap was told {len(answers[tap])} times, the latest within {late:.1f} s")
    told = collections.defaultdict(list)
    for one in world.said("sendMessage", PAUSED):
        told[one["chat_id"]].append(one["at"])
    wrong += [f"chat {chat} was told twice within {b - a:.0f} s"
              for chat, at in told.items() for a, b in itertools.pairwise(at) if b - a < 59]
    return statuses, answers, told, late


def wrong_afterwards(world, wrong):
    """Every update is there once, and was answered once."""
    rows = world.stand.sql("SELECT count(*), count(DISTINCT update_id) FROM bot.update")
    if rows != f"{world.updates()}|{world.updates()}":
        wrong.append(f"{world.updates()} updates, rows {rows}")
    helped = collections.Counter(one["chat_id"] for one in world.said("sendMessage", HELP))
    wrong += [f"chat {chat} wrote {count} times, answered {helped[chat]} times"
              for chat, count in world.texts.items() if helped[chat] != count]
    unsettled = world.stand.sql("SELECT count(*) FROM bot.sending WHERE status <> 'sent'")
    if unsettled != "0":
        wrong.append(f"{unsettled} messages are not sent")


def cut(_random):
    """Updates are answered 503 or 200, taps at once and chats once a minute; afterwards each takes effect once."""
    seconds = 60 if full() else 10
    with World() as world:
        writers = [world.person() for _ in range(PEOPLE)]
        for person in writers:
            world.write(person)
        wait_until("all are answered", BACK_SECONDS, lambda: len(world.said("sendMessage", HELP)) == PEOPLE)
        time.sleep(1)
        stop = threading.Event()
        crowd = threading.Thread(target=people_go_on, args=(world, writers, stop))
        crowd.start()
        began = time.time()
        world.link.hold()
        time.sleep(seconds / 2)
        world.link.cut()
        time.sleep(seconds / 2)
        ready = Client(world.service.port).get("/readyz")
        ended = time.time()
        world.link.heal()
        time.sleep(1)
        stop.set()
        crowd.join()
        wait_until("all is done", BACK_SECONDS, lambda: world.done() == world.updates())
        wait_until("all is answered", BACK_SECONDS,
                   lambda: len(world.said("sendMessage", HELP)) >= sum(world.texts.values()))
        time.sleep(1)
        wrong = []
        # Whoever is left out by a load balancer tells nobody anything.
        if ready.status != 200 or ready.json["checks"]["postgres"] != "down":
            wrong.append(f"meanwhile the copy said {ready.status} {ready.body}")
        statuses, answers, told, late = wrong_with_pauses(world, began, ended, wrong)
        wrong_afterwards(world, wrong)
        if not answers or len(told) < PEOPLE:
            wrong.append(f"{len(answers)} taps and {len(told)} of {PEOPLE} chats were told")
        assert not wrong, wrong[:5]
        return f"{seconds} s, {world.updates()} updates, {statuses[503]} times 503, {len(answers)} taps told within " \
               f"{late:.1f} s, {len(told)} chats"
