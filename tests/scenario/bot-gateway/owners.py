# SPDX-License-Identifier: MIT
"""An owner opens the link of staff, approves a guest's request, confirms the payment with a double tap, and blocks
nights; nobody else can use the link, and without the account the chat is not an owner's."""
import base64
import uuid

from booking_gateway import BOOKING, BookingGateway
from stand import SteadyClient, wait_until

OWNER, FLAT = "018f0001-0000-7000-8000-000000000005", "018f0002-0000-7000-8000-000000000004"
HIM, STRANGER, GUEST = 501, 502, 503


class Desk:
    """A gateway with booking-api, and people in its chats."""

    def __init__(self, gateway):
        key = gateway.stand.key(client="staff", binary=BOOKING)
        self.gateway, self.telegram = gateway, gateway.telegram
        self.bot, self.booking = SteadyClient(gateway.instances[0].port, key=key), SteadyClient(gateway.booking.port, key=key)
        for person in (HIM, STRANGER, GUEST):
            self.telegram.do("users", id=person, first_name="Игорь", language_code="ru", start=True)

    def ask(self, client, method, path, body=None, status=200, **headers):
        reply = client.call(method, path, body, headers={name.replace("_", "-"): value for name, value in headers.items()})
        assert reply.status == status, f"{method} {path}: {reply.status} {reply.json}"
        return reply.json

    def shown(self, person):
        """The last message of the bot."""
        messages = [one for one in self.telegram.see("chat", chat=person)["messages"] if one.get("from", {}).get("is_bot")]
        return messages[-1] if messages else {"text": ""}

    def sees(self, person, *words):
        def there():
            text = self.shown(person).get("text", "")
            return all(word in text for word in words)
        try:
            wait_until(f"{person} sees {words}", 15, there)
        except TimeoutError as why:
            raise AssertionError(f"{why}: {self.shown(person)}") from None

    def writes(self, person, text):
        self.telegram.do("send", user=person, text=text)

    def button(self, person, label):
        rows = self.shown(person).get("reply_markup", {}).get("inline_keyboard", [])
        found = [one["callback_data"] for row in rows for one in row if label in one["text"]]
        assert found, f"no {label} in {self.shown(person)}"
        return found[0]

    def taps(self, person, label):
        self.telegram.do("press", user=person, data=self.button(person, label))

    def link(self, status=201):
        return self.ask(self.bot, "POST", "/v1/bots/apartments/owner-links", {"owner_id": OWNER}, status)

    def payload(self):
        return self.link()["url"].partition("?start=")[2]


def days(gateway, *after):
    """The dates `after` days from today, in the time zone of the apartments."""
    asked = ", ".join(f"(now() AT TIME ZONE 'Asia/Almaty')::date + {one}" for one in after)
    return gateway.stand.sql(f"SELECT concat_ws('|', {asked})").split("|")


def bound(desk):
    """The link binds the owner's account, and no other one."""
    desk.writes(HIM, "/desk")
    desk.sees(HIM, "не привязан ни к одному хозяину")
    payload = desk.payload()
    desk.writes(HIM, f"/start {payload[:-1]}{'A' if payload[-1] != 'A' else 'B'}")
    desk.sees(HIM, "Ссылка больше не действует")
    desk.writes(HIM, f"/start {payload}")
    desk.sees(HIM, "Готово, этот чат ваш", "Кабинет хозяина", "Игорь Васильев")
    assert desk.ask(desk.booking, "GET", f"/v1/owners/{OWNER}")["telegram_id"] == HIM
    desk.writes(STRANGER, f"/start {payload}")
    desk.sees(STRANGER, "По этой ссылке уже вошли с другого Telegram")
    assert desk.link(409)["code"] == "already_bound"
    desk.writes(HIM, "/start")
    desk.sees(HIM, "Здравствуйте")
    desk.taps(HIM, "Кабинет хозяина")
    desk.sees(HIM, "Ждут вашего ответа: 1")  # one of the demo
    return payload


def claimed(desk, path):
    """The guest sends a photo of the receipt, then the PDF; the owner gets both with buttons, and sees the last one again."""
    desk.ask(desk.booking, "PATCH", f"/v1/owners/{OWNER}", {"notify": True})
    desk.telegram.do("send", user=GUEST, photo={})
    desk.sees(GUEST, "Чек получен")
    receipt = desk.ask(desk.booking, "GET", path)["receipt"]
    assert receipt.startswith("telegram:apartments:photo:"), receipt
    wait_until("the owner gets the photo", 15, lambda: "photo" in desk.shown(HIM))
    desk.telegram.do("send", user=GUEST, document={"name": "receipt.zip", "mime_type": "application/zip"})
    desk.sees(GUEST, "Пришлите чек фотографией или в PDF")
    desk.telegram.do("send", user=GUEST, document={"name": "receipt.pdf"})
    wait_until("the owner gets the PDF", 15, lambda: "document" in desk.shown(HIM))
    assert desk.shown(HIM)["caption"], desk.shown(HIM)
    for label in ("Деньги пришли", "Не пришли"):
        desk.button(HIM, label)
    desk.taps(HIM, "Подробнее")
    desk.sees(HIM, "гость оплатил, проверьте")
    desk.taps(HIM, "Чек")
    wait_until("the receipt is shown again", 15, lambda: "document" in desk.shown(HIM))
    desk.ask(desk.booking, "PATCH", f"/v1/owners/{OWNER}", {"notify": False})


def approved(desk):
    """The guest changes the request before the owner taps its first notification; then the payment is confirmed by a double tap."""
    first, last = days(desk.gateway, 40, 43)
    desk.ask(desk.booking, "PATCH", f"/v1/apartments/{FLAT}", {"instant_book": False})
    stay = {"apartment_id": FLAT, "check_in": first, "check_out": last, "guests": 2,
            "guest": {"name": "Айгуль", "phone": "+77012345678", "telegram_id": GUEST}}
    made = desk.ask(desk.booking, "POST", "/v1/bookings", stay, 201, X_Actor=f"guest:{GUEST}")
    path = f"/v1/bookings/{made['id']}"
    assert made["status"] == "requested", made
    desk.writes(HIM, "/desk")
    desk.sees(HIM, "Ждут вашего ответа: 2")
    desk.taps(HIM, "запрос")
    desk.sees(HIM, made["code"], "Айгуль", "+77012345678")
    # As in the buttons of notifications; the second tap comes when the first is answered.
    named = base64.urlsafe_b64encode(uuid.UUID(made["id"]).bytes).decode().rstrip("=")
    stay = {"check_in": first, "check_out": days(desk.gateway, 40, 44)[1]}
    shown, made = made["version"], desk.ask(desk.booking, "POST", f"{path}/change-dates", stay, X_Actor=f"guest:{GUEST}")
    desk.writes(HIM, f"/deal_ok {named}_{shown}")
    desk.sees(HIM, "Бронь за это время изменилась", "запрос")
    assert desk.ask(desk.booking, "GET", path)["status"] == "requested"
    argument = f"{named}_{made['version']}"
    desk.writes(STRANGER, f"/deal_ok {argument}")
    desk.sees(STRANGER, "не привязан ни к одному хозяину")
    for _ in range(2):
        desk.writes(HIM, f"/deal_ok {argument}")
    desk.sees(HIM, "Бронь за это время изменилась", "гость ещё не подтвердил")
    assert desk.ask(desk.booking, "GET", path)["status"] == "held"
    claimed(desk, path)
    desk.writes(HIM, "/desk")
    desk.sees(HIM, "Ждут вашего ответа: 2")
    desk.taps(HIM, "гость оплатил")
    desk.sees(HIM, "гость оплатил, проверьте")
    money = desk.button(HIM, "Деньги пришли")
    for _ in range(2):
        desk.telegram.do("press", user=HIM, data=money)
    desk.sees(HIM, "подтверждена")
    now = desk.ask(desk.booking, "GET", path)
    assert (now["status"], now["paid"]) == ("confirmed", made["deposit"]), now
    steps = desk.ask(desk.booking, "GET", f"{path}/history")["items"]
    by_him = [one["to_status"] for one in steps if one["actor"] == f"owner:{OWNER}"]
    assert by_him == ["held", "confirmed"], steps
    return made


def kept_for_himself(desk):
    """Nights are blocked and released."""
    first, last = days(desk.gateway, 1, 3)
    desk.writes(HIM, "/desk")
    desk.sees(HIM, "Кабинет хозяина")
    for label, then in (("Мои квартиры", "Ваши квартиры"), ("ALM-004", "ALM-004"), ("Закрыть даты", "С какой даты закрыть?")):
        desk.taps(HIM, label)
        desk.sees(HIM, then)
    taken = {day["date"] for day in desk.ask(desk.booking, "GET", f"/v1/apartments/{FLAT}/calendar")["days"] if day["status"] != "free"}
    if {first, days(desk.gateway, 2)[0]} & taken:  # the demo has a guest there
        first, last = days(desk.gateway, 50, 52)
    for words, then in ((first, "Закрываем с"), (last, "Даты закрыты")):
        desk.writes(HIM, words)
        desk.sees(HIM, then)
    blocks = desk.ask(desk.booking, "GET", f"/v1/apartments/{FLAT}/blocks")["items"]
    mine = [one for one in blocks if (one["from"], one["to"]) == (first, last)]
    assert len(mine) == 1, blocks
    rows = desk.shown(HIM)["reply_markup"]["inline_keyboard"]
    desk.telegram.do("press", user=HIM, data=rows[[one["from"] for one in sorted(blocks, key=lambda one: one["from"])].index(first)][0]["callback_data"])
    desk.sees(HIM, "Открыть эти даты?")
    desk.taps(HIM, "Открыть даты")
    desk.sees(HIM, "Даты снова открыты")
    assert mine[0] not in desk.ask(desk.booking, "GET", f"/v1/apartments/{FLAT}/blocks")["items"]


def unbound(desk, payload, made):
    """Staff clears the account: the old link and the old chat lose their rights."""
    desk.ask(desk.booking, "PATCH", f"/v1/owners/{OWNER}", {"telegram_id": None})
    desk.writes(HIM, "/desk")
    desk.sees(HIM, "не привязан ни к одному хозяину")
    desk.writes(HIM, f"/start {payload}")
    desk.sees(HIM, "Ссылка больше не действует")
    desk.writes(STRANGER, f"/start {desk.payload()}")
    desk.sees(STRANGER, "Готово, этот чат ваш")
    desk.writes(STRANGER, "/desk")
    desk.sees(STRANGER, "Кабинет хозяина")
    assert desk.ask(desk.booking, "GET", f"/v1/bookings/{made['id']}")["status"] == "confirmed"


def desk_of_an_owner():
    with BookingGateway(1, database="tapbot_owners") as gateway:
        gateway.hook()
        desk = Desk(gateway)
        payload = bound(desk)
        made = approved(desk)
        kept_for_himself(desk)
        unbound(desk, payload, made)
        wait_until("all are processed", 10, lambda: gateway.count("bot.update WHERE status <> 'done'") == 0)


SCENARIOS = [("an owner answers from the chat", desk_of_an_owner, 26)]
