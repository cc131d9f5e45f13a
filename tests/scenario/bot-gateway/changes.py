# SPDX-License-Identifier: MIT
"""A guest changes the dates of a booking in the chat: its own nights are available, those of others are not, a changed
price is confirmed again, and a double tap changes once. The owner is notified, the guest is not."""
from notices import GUEST, OWNER, Notices
from owners import days
from stand import wait_until

SOON_S = 15


class Change(Notices):
    """With a confirmed stay of the guest that can still be changed."""

    def __enter__(self):
        super().__enter__()
        self.dates, self.soon = days(self, *range(60, 80)), days(self, 1, 2, 3, 4, 5)
        self.flat = next(one for one in self.api.get("/v1/apartments?limit=100").json["items"]
                         if one["owner_id"] == self.flat["owner_id"] and self.free(one, self.dates) == self.dates[:-1] and self.free(one, self.soon))
        self.api.call("PATCH", f"/v1/apartments/{self.flat['id']}",
                      {"instant_book": True, "prepayment_percent": 0, "min_nights": 1, "buffer_days": 0, "cancellation_policy": "moderate"})
        self.api.call("PUT", f"/v1/apartments/{self.flat['id']}/rates", {"items": []})
        self.mine = self.booked(0, 2, f"guest:{GUEST}", {"name": "Guest", "telegram_id": GUEST})
        self.booked(4, 6, None, {"name": "Another", "phone": "+77012345678"})
        return self

    def free(self, flat, dates):
        """The free nights before the last date."""
        days = self.api.get(f"/v1/apartments/{flat['id']}/calendar?from={dates[0]}&to={dates[-1]}").json["days"]
        return [day["date"] for day in days if day["status"] == "free"]

    def booked(self, first, last, actor, guest):
        headers = {"X-Actor": actor} if actor else None
        made = self.api.post("/v1/bookings", {"apartment_id": self.flat["id"], "check_in": self.dates[first],
                                              "check_out": self.dates[last], "guests": 1, "guest": guest}, headers=headers)
        assert made.status == 201, made.body
        done = self.api.post(f"/v1/bookings/{made.json['id']}/confirm", {}, headers=headers)
        assert done.status == 200, done.body
        return done.json

    def now(self):
        return self.api.get(f"/v1/bookings/{self.mine['id']}").json

    def messages(self):
        return [one for one in self.telegram.see("chat", chat=GUEST)["messages"] if one.get("from", {}).get("is_bot")]

    def shown(self):
        return self.messages()[-1]

    def sees(self, *words):
        def there():
            return all(word in self.shown()["text"] for word in words)
        try:
            wait_until(f"he sees {words}", SOON_S, there)
        except TimeoutError as why:
            raise AssertionError(f"{why}: {self.shown()}") from None

    def writes(self, text, *words):
        self.telegram.do("send", user=GUEST, text=text)
        self.sees(*words)

    def button(self, label):
        found = [one["callback_data"] for row in self.shown()["reply_markup"]["inline_keyboard"] for one in row if label in one["text"]]
        assert found, f"no {label} in {self.shown()}"
        return found[0]

    def notices_sent(self):
        """Afterwards no notice of an earlier change follows the next screen."""
        wait_until("all events are read", SOON_S, self.at_end)
        wait_until("all messages are sent", SOON_S, lambda: self.count("bot.sending WHERE status IN ('queued', 'sending')") == 0)

    def taps(self, label, *words):
        self.telegram.do("press", user=GUEST, data=self.button(label))
        self.sees(*words)


def to_another_price(chat):
    """Nothing is changed at a price that the guest has not seen; after the confirmation it is changed once."""
    price = {"amount": chat.flat["base_price"]["amount"] + 100000, "currency": "KZT"}
    chat.api.call("PATCH", f"/v1/apartments/{chat.flat['id']}", {"base_price": price, "weekend_price": price})
    chat.taps("Yes, change", "That price is out of date", "To: ")
    assert chat.now()["version"] == chat.mine["version"], chat.now()
    data = chat.button("Yes, change")
    for _ in range(2):
        chat.telegram.do("press", user=GUEST, data=data)
    wait_until("both taps are processed", SOON_S, lambda: chat.count("bot.update WHERE status <> 'done'") == 0)
    wait_until("all messages are sent", SOON_S, lambda: chat.count("bot.sending WHERE status IN ('queued', 'sending')") == 0)
    chat.sees(chat.mine["code"], "2 nights", "in all")
    now = chat.now()
    assert (now["check_in"], now["check_out"], now["version"]) == (chat.dates[1], chat.dates[3], chat.mine["version"] + 1), now
    assert now["total"]["amount"] >= 2 * price["amount"], now["total"]


def too_late(chat):
    """Meanwhile the owner moves the stay to dates at which only the owner may change it."""
    chat.taps("Change the dates", "Your dates are")
    chat.writes(chat.dates[10], "Check-in")
    chat.writes("2", "Change the dates of booking")
    soon = chat.free(chat.flat, chat.soon)[0]
    data = chat.button("Yes, change")
    chat.stand.sql(f"UPDATE booking.occupancy SET created_at = created_at - interval '30 d' WHERE id = '{chat.mine['id']}'")
    chat.move(chat.mine, "change-dates", body={"check_in": soon, "check_out": chat.stand.sql(f"SELECT '{soon}'::date + 1")})
    chat.telegram.do("press", user=GUEST, data=data)  # a notice of that move may come after the screen
    wait_until("the guest gets the refusal", SOON_S, lambda: any("could only be changed until" in one["text"] for one in chat.messages()))
    screen = next(one for one in chat.messages() if "could only be changed until" in one["text"])
    assert chat.mine["code"] in screen["text"] and "Change the dates" not in str(screen["reply_markup"]), screen
    assert chat.now()["check_in"] == soon


def not_at_the_shown_sum(chat):
    """The guest claims a payment on a screen that is older than a change of the dates by staff: nothing is claimed."""
    chat.api.call("PATCH", f"/v1/apartments/{chat.flat['id']}", {"prepayment_percent": 30})
    held = chat.api.post("/v1/bookings", {"apartment_id": chat.flat["id"], "check_in": chat.dates[14], "check_out": chat.dates[16], "guests": 1,
                                          "guest": {"name": "Guest", "telegram_id": GUEST}}, headers={"X-Actor": f"guest:{GUEST}"}).json
    chat.writes("/mybookings", "Your bookings")
    chat.taps(held["code"], held["code"], "To keep the apartment")
    data = chat.button("I have paid")
    moved = chat.api.post(f"/v1/bookings/{held['id']}/change-dates", {"check_in": chat.dates[14], "check_out": chat.dates[17]})
    assert moved.status == 200 and moved.json["deposit"]["amount"] > held["deposit"]["amount"], moved.body
    chat.telegram.do("press", user=GUEST, data=data)
    wait_until("the new sum is shown", SOON_S, lambda: any(  # a notice of the change comes too
        "changed in the meantime" in one["text"] and "I have paid" in str(one["reply_markup"]) for one in chat.messages()))
    now = chat.api.get(f"/v1/bookings/{held['id']}").json
    assert (now["status"], now["claimed"]["amount"]) == ("held", 0), now


def changed():
    with Change(1) as chat:
        chat.writes("/mybookings", "Your bookings")
        chat.taps(chat.mine["code"], f"Booking {chat.mine['code']}")
        chat.writes("change the dates", "Your dates are")
        chat.writes(chat.dates[1], "Check-in")
        chat.writes(chat.dates[5], "The apartment isn't free on these dates", "Your dates are")  # another guest has the last night
        chat.writes(chat.dates[1], "Check-in")
        chat.writes(chat.dates[3], "Change the dates of booking", "From: ", "To: ")  # a night of the guest's own stay, and the next one
        to_another_price(chat)
        wait_until("the owner is notified", SOON_S, lambda: chat.notified(OWNER, "Бронь изменилась") == 1)
        chat.notices_sent()
        assert chat.notified(GUEST, "has changed meanwhile") == 0
        too_late(chat)
        chat.notices_sent()
        not_at_the_shown_sum(chat)


SCENARIOS = [("a guest changes the dates of a booking", changed, 17)]
