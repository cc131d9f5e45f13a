# SPDX-License-Identifier: MIT
"""People who talk with a bot: each taps what it shows and writes now and then, as his own seed says."""
import collections
import random
import threading
import time

# How much people like a button, by its action and by the argument behind it, where that matters; words that are typed; how
# often they write instead of tapping, tap what is old, tap twice, or tap and write.
LIKES = {"search": 4, "city": 10, "day": 10, "nights": 10, "guests": 10, "flat": 30, "book": 200, "confirm": 40, "claim": 40,
         "cancel": 20, "yes": 100, "other": 20, "open": 20}
FAVOURITES = {"almaty": 100, "astana": 50}
WORDS = ["/start", "/help", "/search", "/search", "/language", "/cancel", "/start ref_x", "Алматы", "2", "сәлем", "22.11", "🙂 <b>&"]
WRITES, OLD, TWICE, AND_WORDS = 0.05, 0.04, 0.08, 0.05
PATIENCE_SECONDS = 8.0   # and what all of them take at 10 answers a second
THINKS_SECONDS = 0.3
RESTS_SECONDS = 3.0     # for more to come, while answers are owed
PAGE = 10000


class Person:
    def __init__(self, number, seed):
        self.id, self.random = number, random.Random(f"{seed}/{number}")
        self.taps, self.old = [], []  # (message_id, data) that the bot shows now, and showed before
        self.at, self.owed, self.rests = 0.0, 0, False  # when he acts next; answers that he waits for

    def hears(self, message, now):
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        taps = [(message["message_id"], one["callback_data"]) for row in rows for one in row]
        if taps:
            self.old, self.taps = (self.old + self.taps)[-8:], taps
        self.owed = max(0, self.owed - 1)
        self.rests = self.owed > 0
        self.at = now + (RESTS_SECONDS if self.rests else self.random.uniform(0, THINKS_SECONDS))

    def chosen(self):
        """What he taps."""
        if self.old and self.random.random() < OLD:
            return self.random.choice(self.old)
        words = [data.split(".") for _, data in self.taps]
        return self.random.choices(self.taps, [LIKES.get(one[2], 1) * FAVOURITES.get(one[3], 1) for one in words])[0]


class People(threading.Thread):
    """`made` has, for each update_id, whose it is and what kind of update."""

    def __init__(self, telegram, seed, count, updates):
        super().__init__(daemon=True)
        self.telegram, self.updates, self.patience = telegram, updates, PATIENCE_SECONDS + count / 10
        self.all = {number: Person(number, seed) for number in range(1001, 1001 + count)}
        self.made, self.failure, self.sequence = {}, None, 0
        for person in self.all.values():
            telegram.do("users", id=person.id, first_name="Айгүл <3", start=True,
                        language_code=person.random.choice(["ru", "kk", "en"]))

    def run(self):
        try:
            while len(self.made) < self.updates:
                self._hear()
                now = time.monotonic()
                for person in self.all.values():
                    if person.at <= now and len(self.made) < self.updates:
                        self._act(person)
        except Exception as why:  # whoever waits for the people finds it
            self.failure = why

    def _hear(self):
        told = self.telegram.see("wait", after=self.sequence, timeout=0.1)
        self.sequence, now = told["sequence"], time.monotonic()
        for event in told["events"]:
            message = event.get("message", {})
            if message.get("from", {}).get("is_bot") and event["event"] in ("message", "edited"):
                self.all[event["chat_id"]].hears(message, now)

    def _act(self, person):
        chance = person.random.random()
        person.owed = 0 if person.rests else person.owed  # a tap of nothing is answered without a message
        person.rests, person.at = False, time.monotonic() + self.patience
        if not person.taps or chance < WRITES:
            self._write(person, person.random.choice(WORDS) if person.taps else "/start")
            return
        tap = person.chosen()
        self._tap(person, *tap)
        if chance > 1 - TWICE:
            self._tap(person, *tap)
        elif chance > 1 - TWICE - AND_WORDS:
            self._write(person, person.random.choice(WORDS))

    def _write(self, person, text):
        self._note(person, "message", self.telegram.do("send", user=person.id, text=text))

    def _tap(self, person, message_id, data):
        """`forged`, because the message may show other buttons by now."""
        made = self.telegram.do("press", user=person.id, message_id=message_id, data=data, forged=True)
        self._note(person, "callback_query", made)

    def _note(self, person, kind, made):
        person.owed += 1
        for update_id in made["update_ids"]:
            self.made[update_id] = (person.id, kind)


def seen(telegram, what):
    """All records of the stand-in's journal."""
    found = []
    while page := telegram.see(what, after=found[-1]["n"] if found else 0, limit=PAGE)[what]:
        found += page
    return found


def counted(things):
    return ", ".join(f"{count} {name}" for name, count in sorted(collections.Counter(things).items()))
