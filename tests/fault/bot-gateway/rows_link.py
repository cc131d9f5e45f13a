# SPDX-License-Identifier: MIT
"""Row 18 of bot-gateway: the link to PostgreSQL freezes, then is reset, while people write and tap."""
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
HELP, PAUSED = "Что я умею", "базой"  # parts of the bot's answers: to /help; without a database
TAP_PAUSED = "пауза"
LAST_SECONDS = 3.5  # at the end of the outage, longer than the 2 s limit of an update: updates of this time may still be stored
NOTICE_SECONDS = 15  # the 2 s, the call, and a margin for a busy machine
BACK_SECONDS = 60  # Telegram retries after 5 s, chat by chat; a busy machine needs longer


class World:
    """The Telegram stand-in, the demo's bot, an instance of the gateway, and the link between it and PostgreSQL."""

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

    def calls_with(self, method, words):
        """Successful calls of `method` whose text contains `words`, in order."""
        calls = self.telegram.see("calls", method=method, limit=10000)["calls"]
        return [one for one in calls if one["status"] == 200 and words in str(one["parameters"].get("text"))]


def write_and_tap(world, writers, stop):
    """Four times a second one person writes and another one taps. Each tap comes from a new person, because a tap waits for the
    previous one."""
    for n in itertools.count():
        if stop.wait(PAUSE_SECONDS):
            return
        world.write(writers[n % len(writers)])
        world.tap(world.person())


def wrong_with_pauses(world, began, ended, wrong):
    """Each tap during the outage gets one notice at once; each chat gets at most one notice per minute."""
    first = {}
    deliveries = world.telegram.see("deliveries", limit=10000)["deliveries"]
    for one in deliveries:
        first.setdefault(one["update_id"], one)
    statuses = collections.Counter(one["status"] for one in deliveries)
    wrong += [f"a delivery was answered with {status}" for status in statuses if status not in (200, 503)]
    answers = collections.defaultdict(list)
    for one in world.calls_with("answerCallbackQuery", TAP_PAUSED):
        answers[str(one["parameters"]["callback_query_id"])].append(one["at"])
    late = 0.0
    for tap, update_id in world.taps.items():
        delivered = first[update_id]
        if delivered["status"] == 503 and began + 1 < delivered["at"] < ended - LAST_SECONDS:
            late = max([late, *[at - delivered["at"] for at in answers[tap]]])
            if len(answers[tap]) != 1 or answers[tap][0] - delivered["at"] > NOTICE_SECONDS:
                wrong.append(f"a tap got {len(answers[tap])} notices, the latest within {late:.1f} s")
    notices = collections.defaultdict(list)
    for one in world.calls_with("sendMessage", PAUSED):
        notices[one["chat_id"]].append(one["at"])
    wrong += [f"chat {chat} got two notices within {b - a:.0f} s"
              for chat, at in notices.items() for a, b in itertools.pairwise(at) if b - a < 59]
    return statuses, answers, notices, late


def wrong_afterwards(world, wrong):
    """Every update is stored once and was answered once."""
    rows = world.stand.sql("SELECT count(*), count(DISTINCT update_id) FROM bot.update")
    if rows != f"{world.updates()}|{world.updates()}":
        wrong.append(f"{world.updates()} updates, rows {rows}")
    helped = collections.Counter(one["chat_id"] for one in world.calls_with("sendMessage", HELP))
    wrong += [f"chat {chat} wrote {count} times, answered {helped[chat]} times"
              for chat, count in world.texts.items() if helped[chat] != count]
    unsettled = world.stand.sql("SELECT count(*) FROM bot.sending WHERE status <> 'sent'")
    if unsettled != "0":
        wrong.append(f"{unsettled} messages are not sent")


def cut(_random):
    """Updates are answered with 503 or 200; taps get a notice at once, chats once a minute. Afterwards each update takes effect once."""
    seconds = 60 if full() else 10
    with World() as world:
        writers = [world.person() for _ in range(PEOPLE)]
        for person in writers:
            world.write(person)
        wait_until("all are answered", BACK_SECONDS, lambda: len(world.calls_with("sendMessage", HELP)) == PEOPLE)
        time.sleep(1)
        stop = threading.Event()
        crowd = threading.Thread(target=write_and_tap, args=(world, writers, stop))
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
        wait_until("all updates are processed", BACK_SECONDS, lambda: world.done() == world.updates())
        wait_until("all texts are answered", BACK_SECONDS,
                   lambda: len(world.calls_with("sendMessage", HELP)) >= sum(world.texts.values()))
        time.sleep(1)
        wrong = []
        # An instance that the load balancer excludes could not send notices.
        if ready.status != 200 or ready.json["checks"]["postgres"] != "down":
            wrong.append(f"during the outage the instance answered {ready.status} {ready.body}")
        statuses, answers, notices, late = wrong_with_pauses(world, began, ended, wrong)
        wrong_afterwards(world, wrong)
        if not answers or len(notices) < PEOPLE:
            wrong.append(f"{len(answers)} taps and {len(notices)} of {PEOPLE} chats got notices")
        assert not wrong, wrong[:5]
        return f"{seconds} s, {world.updates()} updates, {statuses[503]} times 503, {len(answers)} taps got notices within " \
               f"{late:.1f} s, {len(notices)} chats"
