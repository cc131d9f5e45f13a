# SPDX-License-Identifier: MIT
"""Simulated people. Besides tapping the shown buttons they sometimes write, tap old buttons, or tap twice."""
import collections
import time

from telegram_people import People, Person

# Texts that are typed; the shares of people who write instead of tapping, tap an old button, tap twice, or tap and write.
WORDS = ["/start", "/help", "/search", "/search", "/language", "/cancel", "/mybookings", "/start ref_x", "/start apt_X",
         "Алматы", "2", "сәлем", "22.11", "🙂 <b>&", "брр"]
WRITES, OLD, TWICE, AND_WORDS = 0.05, 0.04, 0.08, 0.05
PATIENCE_SECONDS = 8.0   # plus the time of all of them at 10 answers a second
ACTS_A_SECOND = 20       # of all people together, at most: with more, Telegram's rate limit determines the result
RESTS_SECONDS = 3.0     # wait for more messages while answers are due


class WildPerson(Person):
    def __init__(self, number, seed, thinks):
        super().__init__(number, seed)
        self.thinks = thinks  # seconds between acts, on average
        self.old = []  # earlier buttons
        self.at, self.owed, self.rests = 0.0, 0, False  # when they act next; answers they wait for

    def take_event(self, event):
        shown, changed = self.taps, super().take_event(event)
        if changed:
            self.old = (self.old + [one for one in shown if one[0]])[-8:]
        self.owed = max(0, self.owed - 1)
        self.rests = self.owed > 0
        self.at = time.monotonic() + (RESTS_SECONDS if self.rests else self.random.uniform(0, 2 * self.thinks))
        return changed

    def drop_message(self, message_id):
        super().drop_message(message_id)
        self.old = [one for one in self.old if one[0] != message_id]

    def chosen(self):
        if self.old and self.random.random() < OLD:
            return self.random.choice(self.old)
        return super().chosen()


class WildPeople(People):
    """`count` people with the numbers from 1001 on."""

    def __init__(self, telegram, seed, count, updates):
        super().__init__(telegram, [WildPerson(number, seed, count / ACTS_A_SECOND) for number in range(1001, 1001 + count)], updates)
        self.patience = PATIENCE_SECONDS + count / 10

    def act(self, now):
        for person in self.all.values():
            if person.at <= now and self.goes_on():
                self._act_as(person)

    def _act_as(self, person):
        chance = person.random.random()
        person.owed = 0 if person.rests else person.owed  # a tap of a button without effect is answered without a message
        person.rests, person.at = False, time.monotonic() + self.patience
        if not person.taps or chance < WRITES:
            self.write(person, person.random.choice(WORDS) if person.taps else "/start")
            return
        tap = person.chosen()
        self.tap(person, *tap)
        if chance > 1 - TWICE:
            self.tap(person, *tap)
        elif chance > 1 - TWICE - AND_WORDS:
            self.write(person, person.random.choice(WORDS))

    def _note(self, person, kind, made):
        person.owed += 1
        return super()._note(person, kind, made)


def counted(things):
    return ", ".join(f"{count} {name}" for name, count in sorted(collections.Counter(things).items()))
