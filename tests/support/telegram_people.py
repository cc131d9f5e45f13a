# SPDX-License-Identifier: MIT
"""People who talk with a bot at the stand-in for Telegram: each taps what it shows, or does what its keys say, as his own seed
says."""
import random
import threading
import time

# How much people like a button, by its action and by the argument behind it, where that matters. A day that cannot be chosen
# ("no") is left alone: its tap changes nothing that they could wait for.
LIKES = {"search": 4, "city": 10, "day": 10, "weekend": 100, "no": 0, "guests": 10, "flat": 100, "book": 200, "confirm": 40,
         "claim": 40, "cancel": 20, "yes": 100, "other": 20, "open": 20, "drop": 20, "again": 20}
FAVOURITES = {"almaty": 100, "astana": 50}
FOREIGN = 0.2  # of the contacts that people share
HEAR_SECONDS = 0.1


class Person:
    likes = LIKES

    def __init__(self, number, seed):
        self.id, self.random = number, random.Random(f"{seed}/{number}")
        self.taps = []  # (message_id, data) that the bot shows now; of keys below the chat (None, key)

    def hears(self, event):
        """The bot has written a message, or changed one; whether there is something else to tap."""
        message = event["message"]
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        taps = [(message["message_id"], one["callback_data"]) for row in rows for one in row]
        taps = taps or [(None, one) for row in (event.get("keyboard") or {}).get("keyboard", []) for one in row]
        self.taps = taps or self.taps
        return bool(taps)

    def loses(self, message_id):
        """Nobody taps a message that is gone."""
        self.taps = [one for one in self.taps if one[0] != message_id]

    def liking(self, tap):
        number, data = tap
        words = data.split(".") if number else ["", "", "key", ""]
        return self.likes.get(words[2], 1) * FAVOURITES.get(words[3], 1)

    def chosen(self):
        """What he taps."""
        return self.random.choices(self.taps, [self.liking(tap) for tap in self.taps])[0]


class People(threading.Thread):
    """They make so many updates; act() of a subclass says who acts now. `made` has, for each update_id, whose it is and what
    kind of update."""

    def __init__(self, telegram, everybody, updates):
        super().__init__(daemon=True)
        self.telegram, self.updates = telegram, updates
        self.all = {person.id: person for person in everybody}
        self.made, self.failure, self.sequence = {}, None, telegram.see("state")["sequence"]
        for person in self.all.values():
            telegram.do("users", id=person.id, first_name="Айгүл <3", start=True,
                        language_code=person.random.choice(["ru", "kk", "en"]))

    def run(self):
        try:
            while self.goes_on():
                self.hear()
                self.act(time.monotonic())
        except Exception as why:  # read by the waiting test
            self.failure = why

    def goes_on(self):
        return len(self.made) < self.updates

    def pause(self):
        """Seconds until a person may act without a message of the bot."""
        return HEAR_SECONDS

    def act(self, now):
        raise NotImplementedError

    def hear(self):
        told = self.telegram.see("wait", after=self.sequence, timeout=self.pause())
        self.sequence = told["sequence"]
        for event in told["events"]:
            if event.get("chat_id") not in self.all:
                continue
            if event["event"] in ("message", "edited") and event["message"].get("from", {}).get("is_bot"):
                self.all[event["chat_id"]].hears(event)
            elif event["event"] == "deleted":
                self.all[event["chat_id"]].loses(event["message_id"])

    def write(self, person, text):
        return self._note(person, "message", self.telegram.do("send", user=person.id, text=text))

    def tap(self, person, message_id, data):
        """`forged`, because the message may show other buttons by now. Without a message it is a key: its words, or a contact,
        now and then of somebody else."""
        if message_id is None:
            whose = person.id + (person.random.random() < FOREIGN)
            said = {"contact": {"phone_number": f"7701{whose:07}", "user_id": whose}} if data.get("request_contact") else \
                {"text": data["text"]}
            return self._note(person, "message", self.telegram.do("send", user=person.id, **said))
        made = self.telegram.do("press", user=person.id, message_id=message_id, data=data, forged=True)
        return self._note(person, "callback_query", made)

    def _note(self, person, kind, made):
        """The updates' ids."""
        for update_id in made["update_ids"]:
            self.made[update_id] = (person.id, kind)
        return made["update_ids"]
