# SPDX-License-Identifier: MIT
"""Notifications about bookings: their latency, and each once while the gateway is killed with -9."""
import time
from datetime import date, timedelta

from booking_gateway import BOOKING, BookingGateway
from stand import SteadyClient, in_gate, wait_until

GUEST, OWNER, SOON_S = 7001, 700000101, 10  # the first owner of the demo has this account
ROUNDS = 8 if in_gate() else 20

TOLD = "bot.sending WHERE dedupe_key LIKE 'notice:%:guest'"


class Notices(BookingGateway):
    """With a guest and an owner who have chats with the bot."""

    def __enter__(self):
        super().__enter__()
        self.hook()
        for person, language in ((GUEST, "en"), (OWNER, "ru")):
            self.telegram.do("users", id=person, language_code=language, start=True)
            self.telegram.do("send", user=person, text="/start")
            self.telegram.see("calls", chat=person, method="sendMessage", at_least=1, timeout=10)
        self.api = SteadyClient(self.booking.port, self.stand.key(client="reception", binary=BOOKING))
        owner = self.stand.sql(f"SELECT id FROM booking.owner WHERE telegram_id = {OWNER}")
        self.owner = {"X-Actor": f"owner:{owner}"}
        flats = self.api.get("/v1/apartments?limit=100").json["items"]
        self.flat = next(one for one in flats if one["owner_id"] == owner)
        self.api.call("PATCH", f"/v1/apartments/{self.flat['id']}", {"instant_book": False, "prepayment_percent": 0})
        wait_until("the events are read", 10, lambda: self.count("bot.booking_feed WHERE place IS NOT NULL") == 1)
        wait_until("all events are read", 10, self.at_end)
        return self

    def at_end(self):
        events, place = self.api.get("/v1/events?limit=100").json, None
        while events["items"]:
            place = events["next_cursor"]
            events = self.api.get(f"/v1/events?limit=100&after={place}").json
        return self.stand.sql("SELECT place FROM bot.booking_feed") == place

    def request(self, number):
        """A booking request of the guest."""
        first = date.today() + timedelta(days=20 + 3 * number)
        made = self.api.post("/v1/bookings", {
            "apartment_id": self.flat["id"], "check_in": str(first), "check_out": str(first + timedelta(days=2)), "guests": 1,
            "guest": {"name": "Guest", "telegram_id": GUEST}}, headers={"X-Actor": f"guest:{GUEST}"})
        assert made.status == 201 and made.json["status"] == "requested", made.body
        return made.json

    def move(self, booking, action, headers=None, body=None):
        moved = self.api.post(f"/v1/bookings/{booking['id']}/{action}", body or {}, headers=headers or self.owner)
        assert moved.status == 200, moved.body

    def notified(self, person, words):
        return sum(words in message.get("text", "") for message in self.telegram.see("chat", chat=person)["messages"])


def soon():
    """The request reaches the owner, and the answer reaches the guest, each within 10 s (in the gate without a limit)."""
    with Notices(1) as gateway:
        took = []
        for person, words, act in ((OWNER, "Запрос на бронь", lambda: booking.update(gateway.request(1))),
                                   (GUEST, "your booking is confirmed", lambda: gateway.move(booking, "confirm"))):
            booking = booking if took else {}
            began = time.monotonic()
            act()
            wait_until(f"{words} is said", SOON_S, lambda: gateway.notified(person, words) == 1)
            took.append(f"{time.monotonic() - began:.1f} s")
        buttons = gateway.telegram.see("chat", chat=OWNER)["messages"][-1]["reply_markup"]["inline_keyboard"]
        assert [row[0]["callback_data"].split(".")[2] for row in buttons] == ["deal_ok", "deal_no", "deal"], buttons
        data = gateway.telegram.see("chat", chat=GUEST)["messages"][-1]["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        gateway.telegram.do("press", user=GUEST, data=data)
        wait_until("the booking is shown", SOON_S, lambda: "Your booking is confirmed." in
                   gateway.telegram.see("chat", chat=GUEST)["messages"][-1]["text"])
        assert gateway.count(f"bot.reminder WHERE booking_id = '{booking['id']}' AND done_at IS NULL") == 7
        return ", ".join(took)


def entry():
    """The door code comes only when booking-api shows it, and only to the guest who has left a phone."""
    with Notices(1) as gateway:
        flat, code = f"/v1/apartments/{gateway.flat['id']}", "the key is in the safe"
        for number, phone, words in ((1, None, "as soon as you leave your phone"), (2, "+77010007001", code)):
            assert gateway.notified(GUEST, code) == 0
            gateway.api.call("PATCH", flat, {"check_in_info_hours": 24})
            booking = gateway.request(number)
            if phone:
                gateway.move(booking, "contact", {"X-Actor": f"guest:{GUEST}"}, {"phone": phone})
            gateway.move(booking, "confirm")
            mine = f"bot.reminder WHERE booking_id = '{booking['id']}' AND kind = 'entry' AND done_at IS NULL"
            wait_until("it is planned", 20, lambda mine=mine: gateway.count(f"{mine} AND due_at > now()") == 1)
            due = f"UPDATE {mine}".replace(" WHERE", " SET due_at = now() - interval '1 minute', until_at = now(), try_at = now() WHERE")
            gateway.stand.sql(due)
            wait_until("it waits for its time", 20, lambda mine=mine: gateway.count(f"{mine} AND try_at > now()") == 1)
            gateway.api.call("PATCH", flat, {"check_in_info_hours": 720})
            gateway.stand.sql(due)
            wait_until(words, 20, lambda words=words: gateway.notified(GUEST, words) == 1)


def killed():
    """Requests are declined while two instances are killed in turn: the guest is notified of each once."""
    with Notices(2) as gateway:
        kills = 0
        for number in range(ROUNDS):
            gateway.move(gateway.request(number), "decline")
            instance = gateway.instances[kills % 2]
            if number % 2:  # otherwise the instance is killed before or while it reads the event
                wait_until("the guest is notified", SOON_S, lambda number=number: gateway.count(TOLD) > number)
            instance.kill()
            instance.start()
            kills += 1
        wait_until("all events are read", 40, gateway.at_end)
        declined = gateway.count(TOLD)
        if declined != ROUNDS:
            raise AssertionError(f"the guest was notified of {declined} answers, not {ROUNDS}")
        return f"{kills} kills"


SCENARIOS = [("a request reaches the owner in time, and the answer the guest", soon),
             ("the door code reaches the guest at its time", entry),
             ("each step of a booking is notified once while the gateway is killed", killed)]
