# SPDX-License-Identifier: MIT
"""Guests of a bot for flats: each follows its buttons until it has the code of a booking; some are impatient."""
import re
import threading
import time

from telegram_people import LIKES, People, Person

# The code in the bot's message (services/bot-gateway/texts, stay_booking), with the letters of booking-api's codes: one in twenty codes
# has no digit.
TOLD = re.compile(r"\b(?:Бронь|Booking) ([0-9A-HJKMNP-TV-Z]{8})\b")
# An answer of the bot has several messages; a guest acts after the last one.
READS_SECONDS = 1.0
BOOKS = "book"


def booking_code(text):
    """The booking code in the text, or None."""
    found = TOLD.search(text)
    return found and found[1]


class Guest(Person):
    """Taps the preferred button and waits for the reply. `booked` is the first code received."""
    likes = {**LIKES, "weekend": 1}
    patience = 60.0

    def __init__(self, number, seed=0):
        super().__init__(number, seed)
        self.booked, self.at = None, 0.0

    def take_event(self, event):
        message = event["message"]
        self.booked = self.booked or booking_code(message.get("text", message.get("caption", "")))
        self.at = time.monotonic() + READS_SECONDS
        return super().take_event(event)

    def chosen(self):
        most = max(map(self.liking, self.taps))
        return self.random.choice([one for one in self.taps if self.liking(one) == most])

    def may_book(self):
        return any(number is not None and data.split(".")[2] == BOOKS for number, data in self.taps)

    def in_silence(self):
        """The tap while the bot does not answer; None: starts again."""
        return self.chosen()


class Impatient(Guest):
    """Taps the same button repeatedly."""
    patience = 2.0


class Restless(Guest):
    """Taps any other button of the message, except those that start another dialogue."""
    patience = 3.0

    def in_silence(self):
        return self.random.choice([one for one in self.taps if one[1].startswith("stay.")])


class StartingOver(Guest):
    """Starts a new search."""
    patience = 2.5

    def in_silence(self):
        return None


class Guests(People):
    """Guests proceed until the first of them can book, each separately; book() permits it. `silent` is set while a test prevents
    answers of the bot."""

    def __init__(self, telegram, everybody):
        super().__init__(telegram, everybody, 0)
        self.may, self.ended, self.silent = threading.Event(), threading.Event(), threading.Event()
        for guest in self.all.values():
            guest.at = time.monotonic() + guest.patience
            self.write(guest, "/search")

    def goes_on(self):
        return not self.ended.is_set()

    def act(self, now):
        for guest in self.all.values():
            if guest.booked or not guest.taps or guest.at > now or guest.may_book() and not self.may.is_set():
                continue
            guest.at = now + guest.patience
            tap = guest.in_silence() if self.silent.is_set() else guest.chosen()
            if tap is None:
                self.write(guest, "/search")
            else:
                self.tap(guest, *tap)

    def book(self, within):
        """Each taps at a random moment within so many seconds."""
        for guest in self.all.values():
            guest.at = time.monotonic() + guest.random.uniform(0, within)
        self.may.set()

    def all_may_book(self):
        return self._all(Guest.may_book)

    def all_booked(self):
        return self._all(lambda guest: guest.booked)

    def _all(self, is_so):
        if self.failure:
            raise self.failure
        return all(is_so(guest) for guest in self.all.values())

    def end(self):
        self.ended.set()
        self.join()
