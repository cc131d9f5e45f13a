# SPDX-License-Identifier: MIT
"""People who talk with a bot at the Telegram stand-in: each taps the shown buttons or uses the keys below the chat, by a seed of
its own."""
import random
import threading
import time

# Weights of buttons, by their action and, if relevant, by the argument after it. A day that cannot be chosen
# ("no") is not tapped: its tap causes no change to wait for.
LIKES = {"search": 4, "city": 10, "day": 10, "weekend": 100, "no": 0, "guests": 10, "flat": 100, "book": 200, "confirm": 40,
         "claim": 40, "cancel": 20, "yes": 100, "other": 20, "open": 20, "drop": 20, "again": 20}
FAVOURITES = {"almaty": 100, "astana": 50}
FOREIGN = 0.2  # of the contacts that people share
RECEIVE_SECONDS = 0.1


class Person:
    likes = LIKES

    def __init__(self, number, seed):
        self.id, self.random = number, random.Random(f"{seed}/{number}")
        self.taps = []  # (message_id, data) of the buttons shown now; (None, key) of keys below the chat

    def take_event(self, event):
        """Takes a new or changed message of the bot; returns whether the buttons have changed."""
        message = event["message"]
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        taps = [(message["message_id"], one["callback_data"]) for row in rows for one in row if "callback_data" in one]
        taps = taps or [(None, one) for row in (event.get("keyboard") or {}).get("keyboard", []) for one in row]
        self.taps = taps or self.taps
        return bool(taps)

    def drop_message(self, message_id):
        """Buttons of a deleted message are not tapped."""
        self.taps = [one for one in self.taps if one[0] != message_id]

    def liking(self, tap):
        number, data = tap
        words = data.split(".") if number else ["", "", "key", ""]
        return self.likes.get(words[2], 1) * FAVOURITES.get(words[3], 1)

    def chosen(self):
        """The next tap."""
        return self.random.choices(self.taps, [self.liking(tap) for tap in self.taps])[0]


class People(threading.Thread):
    """Makes so many updates; act() of a subclass selects who acts. `made` has the person and the kind of each
    update_id."""

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
                self.receive_events()
                self.act(time.monotonic())
        except Exception as why:  # read by the waiting test
            self.failure = why

    def goes_on(self):
        return len(self.made) < self.updates

    def pause(self):
        """Seconds until the next act() without a message of the bot."""
        return RECEIVE_SECONDS

    def act(self, now):
        raise NotImplementedError

    def receive_events(self):
        answer = self.telegram.see("wait", after=self.sequence, timeout=self.pause())
        self.sequence = answer["sequence"]
        for event in answer["events"]:
            if event.get("chat_id") not in self.all:
                continue
            if event["event"] in ("message", "edited") and event["message"].get("from", {}).get("is_bot"):
                self.all[event["chat_id"]].take_event(event)
            elif event["event"] == "deleted":
                self.all[event["chat_id"]].drop_message(event["message_id"])

    def write(self, person, text):
        return self._note(person, "message", self.telegram.do("send", user=person.id, text=text))

    def tap(self, person, message_id, data):
        """`forged`, because the message may have other buttons by now. Without a message it is a key: its text, or a contact,
        sometimes of another person."""
        if message_id is None:
            whose = person.id + (person.random.random() < FOREIGN)
            content = {"contact": {"phone_number": f"7701{whose:07}", "user_id": whose}} if data.get("request_contact") else \
                {"text": data["text"]}
            return self._note(person, "message", self.telegram.do("send", user=person.id, **content))
        made = self.telegram.do("press", user=person.id, message_id=message_id, data=data, forged=True)
        return self._note(person, "callback_query", made)

    def _note(self, person, kind, made):
        """Records the IDs of the updates."""
        for update_id in made["update_ids"]:
            self.made[update_id] = (person.id, kind)
        return made["update_ids"]
