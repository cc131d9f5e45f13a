# SPDX-License-Identifier: MIT
"""Two passengers write to a bot for rides, with the real booking-api: one takes the last seat of a trip and confirms it with a
phone, the other one has seen it too, learns that it is taken, and takes another trip. Seats fall with each hold and rise
with a cancel. A request is seen by a driver, whose offer the passenger accepts. Where rides are switched off, the bot says so."""
from booking_gateway import BOOKING, BookingGateway
from owners import Desk, days
from stand import wait_until

FIRST, SECOND = 601, 602
DRIVERS = {"11:00": 8, "13:00": 9}  # of the demo, free at that time
SEATS = {"11:00": 1, "13:00": 3}
OFFERING = 10
WISH = "послезавтра из Шымкента в Конаев, одно место"


class Rides(BookingGateway):
    def __init__(self, enabled):
        super().__init__(1, database="tapbot_taxi")
        self.enabled = enabled

    def prepare(self):
        super().prepare()
        self.stand.load("booking-api/rides")
        self.stand.sql("UPDATE bot.bot SET bot_type = 'taxi'")
        self.booking.stop()
        self.booking = self.stand.service(binary=BOOKING, DATABASE_URL=self.stand.url("booking_runtime"), RIDES_ENABLED=self.enabled)


class Passengers(Desk):
    def __init__(self, gateway):
        super().__init__(gateway)
        for person in (FIRST, SECOND):
            self.telegram.do("users", id=person, first_name="Айгуль", language_code="ru", start=True)

    def trip(self, day, hour, arrives):
        """A new trip: no other one of the demo joins its places."""
        number = DRIVERS[hour]
        return self.ask(self.booking, "POST", "/v1/trips", {
            "driver_id": f"018f0010-0000-7000-8000-{number:012}", "car_id": f"018f0011-0000-7000-8000-{number:012}", "seats": SEATS[hour],
            "stops": [{"place": "shymkent", "at": f"{day}T{hour}:00+05:00", "point": "автовокзал"}, {"place": "konaev", "at": f"{day}T{arrives}:00+05:00"}],
            "seat_price": {"amount": 900000, "currency": "KZT"}}, status=201)["id"]

    def free(self, trip):
        return self.ask(self.booking, "GET", f"/v1/trips/{trip}")["segments"][0]["free_seats"]


def taken(desk, gateway):
    day, = days(gateway, 2)
    small, large = desk.trip(day, "11:00", "20:00"), desk.trip(day, "13:00", "22:00")
    for person in (FIRST, SECOND):
        desk.writes(person, WISH)
        desk.sees(person, "Шымкент → Конаев", "11:00–20:00", "13:00–22:00", "9\u00a0000\u00a0₸")
    desk.taps(FIRST, "Занять 11:00")
    desk.sees(FIRST, "Держу место до", "Подтвердите поездку")
    assert (desk.free(small), desk.free(large)) == (0, 3)
    desk.taps(SECOND, "Занять 11:00")
    desk.sees(SECOND, "Место только что заняли", "13:00–22:00")
    assert "11:00" not in desk.shown(SECOND)["text"], desk.shown(SECOND)
    desk.taps(SECOND, "Занять 13:00")
    desk.sees(SECOND, "Держу место до")
    assert (desk.free(small), desk.free(large)) == (0, 2)
    return small


def confirmed(desk):
    desk.taps(FIRST, "Подтвердить")
    desk.sees(FIRST, "отправьте свой номер")
    desk.telegram.do("send", user=FIRST, contact={"phone_number": "77015551212", "user_id": FIRST})
    desk.sees(FIRST, "Поездка подтверждена", "+7705", "TB", "Посадка: автовокзал", "Код:")
    ride, = desk.ask(desk.booking, "GET", f"/v1/rides?telegram_id={FIRST}")["items"]
    assert ride["status"] == "confirmed" and ride["passenger"]["phone"] == "+77015551212", ride


def cancelled(desk, trip):
    desk.writes(FIRST, "/rides")
    desk.sees(FIRST, "Ваши поездки")
    desk.taps(FIRST, "Шымкент → Конаев")
    desk.sees(FIRST, "Поездка подтверждена")
    desk.taps(FIRST, "Отменить")
    desk.sees(FIRST, "Отменить поездку?")
    desk.taps(FIRST, "Да, отменить")
    desk.sees(FIRST, "Поездка отменена")
    assert desk.free(trip) == 1


def requested(desk, gateway):
    """No trip joins these places. The other passenger's hold is at the same time, which does not matter."""
    desk.writes(FIRST, "послезавтра из Шымкента в Ленгер, двое")
    desk.sees(FIRST, "Мест нет", "Можно оставить заявку")
    desk.taps(FIRST, "Заявка")
    desk.sees(FIRST, "Отправьте свой номер")
    desk.telegram.do("send", user=FIRST, contact={"phone_number": "77015551212", "user_id": FIRST})
    desk.sees(FIRST, "Заявка открыта")
    ride, = desk.ask(desk.booking, "GET", f"/v1/rides?telegram_id={FIRST}&status=open")["items"]
    day, = days(gateway, 2)
    desk.ask(desk.booking, "POST", f"/v1/rides/{ride['id']}/offers",
             {"price": {"amount": 400000, "currency": "KZT"}, "depart_at": f"{day}T14:00:00+05:00", "car_id": f"018f0011-0000-7000-8000-{OFFERING:012}"},
             status=201, X_Actor=f"driver:018f0010-0000-7000-8000-{OFFERING:012}")
    desk.writes(FIRST, "/rides")
    desk.sees(FIRST, "Ваши поездки")
    desk.taps(FIRST, "Шымкент → Ленгер")
    desk.sees(FIRST, "14:00–", "4\u00a0000\u00a0₸")
    desk.taps(FIRST, "Согласиться 14:00")
    desk.sees(FIRST, "Поездка подтверждена", "+7705")


def rides():
    with Rides("true") as gateway:
        gateway.hook()
        wait_until("the towns are known", 10, lambda: gateway.instances[0].metric("places_known") > 0)
        desk = Passengers(gateway)
        trip = taken(desk, gateway)
        confirmed(desk)
        cancelled(desk, trip)
        requested(desk, gateway)


def off():
    with Rides("false") as gateway:
        gateway.hook()
        desk = Passengers(gateway)
        for text in ("/start", "/rides", WISH):
            desk.writes(FIRST, text)
            desk.sees(FIRST, "Пока поездки ещё не открыты")


SCENARIOS = [("passengers take seats in a chat", rides), ("a bot for rides without rides", off)]
