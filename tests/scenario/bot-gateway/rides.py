# SPDX-License-Identifier: MIT
"""Two passengers write to a bot for rides, with the real booking-api: one takes the last seat of a trip and confirms it with a
phone, the other one has seen it too, learns that it is taken, and takes another trip. Seats fall with each hold and rise
with a cancel. A friend sees the ride by a link. A request is seen by a driver, whose offer the passenger accepts. A driver
publishes trips in a chat, one with stops on the way, takes a passenger to the end and shows where the car is, delivers a parcel,
and cancels another trip; both are notified of each other's steps. Where rides are switched off, the bot says so."""
import datetime
import os
import re

from booking_gateway import BOOKING, BookingGateway
from clock_ahead import clock_ahead
from owners import Desk, days
from stand import ALMATY, wait_until

FIRST, SECOND = 601, 602
DRIVERS = {"11:00": 8, "13:00": 9}  # of the demo, free at that time
SEATS = {"11:00": 1, "13:00": 3}
OFFERING = 10
AT_THE_WHEEL = 603
WISH = "послезавтра из Шымкента в Конаев, одно место"


class Rides(BookingGateway):
    def __init__(self, enabled):
        super().__init__(1, database="tapbot_taxi")
        self.enabled = enabled
        plain, preloaded = self.stand.environment, {name: os.environ[name] for name in ("LD_PRELOAD", "CLOCK_AHEAD_FILE") if name in os.environ}
        self.stand.environment = lambda **more: plain(**preloaded, **more)

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


def shared(desk):
    """The link shows a friend the car, without phones. The button needs the bot's username, which Telegram is asked for after the start."""
    wait_until("the bot knows its username", 20, lambda: "username" in desk.ask(desk.bot, "GET", "/v1/bots")["items"][0])
    desk.writes(FIRST, "/rides")
    desk.sees(FIRST, "Ваши поездки")
    desk.taps(FIRST, "Шымкент → Конаев")
    desk.sees(FIRST, "Поездка подтверждена")
    desk.taps(FIRST, "Поделиться")
    desk.sees(FIRST, "Перешлите это сообщение", "https://t.me/")
    link = re.search(r"start=(\S+)", desk.shown(FIRST)["text"])[1]
    desk.writes(SECOND, f"/start {link}")
    desk.sees(SECOND, "пассажир ещё не в машине", "Шымкент → Конаев", "TB")
    assert "+7705" not in desk.shown(SECOND)["text"] and "+7701" not in desk.shown(SECOND)["text"], desk.shown(SECOND)


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
    desk.writes(FIRST, "послезавтра днём из Шымкента в Ленгер, двое")
    desk.sees(FIRST, "Мест нет", "Можно оставить заявку")
    desk.taps(FIRST, "Заявка")
    desk.sees(FIRST, "Отправьте свой номер")
    desk.telegram.do("send", user=FIRST, contact={"phone_number": "77015551212", "user_id": FIRST})
    desk.sees(FIRST, "Заявка открыта")
    ride, = desk.ask(desk.booking, "GET", f"/v1/rides?telegram_id={FIRST}&status=open")["items"]
    day, = days(gateway, 2)
    assert (ride["depart_from"], ride["depart_to"]) == (f"{day}T06:00:00.000Z", f"{day}T12:00:00.000Z"), ride
    desk.ask(desk.booking, "POST", f"/v1/rides/{ride['id']}/offers",
             {"price": {"amount": 400000, "currency": "KZT"}, "depart_at": f"{day}T14:00:00+05:00", "car_id": f"018f0011-0000-7000-8000-{OFFERING:012}"},
             status=201, X_Actor=f"driver:018f0010-0000-7000-8000-{OFFERING:012}")
    desk.sees(FIRST, "На вашу заявку ответил водитель", "Шымкент → Ленгер")
    desk.taps(FIRST, "Открыть поездку")
    desk.sees(FIRST, "14:00–", "4\u00a0000\u00a0₸")
    desk.taps(FIRST, "Согласиться 14:00")
    desk.sees(FIRST, "Поездка подтверждена", "+7705")


def at_noon():
    """A clock. At night the bot asks which day "tomorrow" is, and drivers get no offers."""
    noon = datetime.datetime.now(ALMATY).replace(hour=12, minute=0) + datetime.timedelta(days=1)
    return clock_ahead(noon.timestamp())


def rides():
    with at_noon(), Rides("true") as gateway:
        gateway.hook()
        desk = Passengers(gateway)
        trip = taken(desk, gateway)
        confirmed(desk)
        shared(desk)
        cancelled(desk, trip)
        requested(desk, gateway)


def registered(desk):
    """A new driver, whose chat learns of each step of staff; returns driver and car."""
    desk.telegram.do("users", id=AT_THE_WHEEL, first_name="Бауыржан", language_code="ru", start=True)
    desk.writes(AT_THE_WHEEL, "/drive")
    desk.sees(AT_THE_WHEEL, "Водителей подключает наш сотрудник", str(AT_THE_WHEEL))
    papers = [{"kind": kind, "last4": "4821", "expires_on": "2035-06-01"} for kind in ("licence", "car", "insurance")]
    driver = desk.ask(desk.booking, "POST", "/v1/drivers", {"name": "Бауыржан Сейтов", "phone": "+77015551200", "telegram_id": AT_THE_WHEEL, "language": "ru",
                                                            "documents": [{"kind": "medical", "last4": "0001", "expires_on": "2026-01-01"}, *papers]}, status=201)["id"]
    desk.writes(AT_THE_WHEEL, "/drive")
    desk.sees(AT_THE_WHEEL, "ещё проверяет ваши документы", "Истёк срок: медосмотр")
    car = desk.ask(desk.booking, "POST", f"/v1/drivers/{driver}/cars", {"make": "Toyota", "model": "Camry", "color": "белый", "plate": "777KZA05", "seats": 4,
                                                                       "doors": 4, "steering": "left", "year": 2019}, status=201)["id"]
    desk.ask(desk.booking, "POST", f"/v1/drivers/{driver}/activate")
    return driver, car


def published(desk, driver):
    """By a phrase, a number and a tap; then cancelled."""
    desk.writes(AT_THE_WHEEL, "/drive")
    wait_until("the driver may publish", 10, lambda: "Опубликовать" in str(desk.shown(AT_THE_WHEEL)))
    desk.taps(AT_THE_WHEEL, "Опубликовать")
    desk.sees(AT_THE_WHEEL, "Куда едете?")
    desk.writes(AT_THE_WHEEL, "послезавтра в 3:30 из Ленгера в Конаев, 2 места")
    desk.sees(AT_THE_WHEEL, "Сколько стоит место? Обычно около")
    desk.writes(AT_THE_WHEEL, "7000")
    desk.sees(AT_THE_WHEEL, "03:30", "2 места", "7\u00a0000\u00a0₸", "777KZA05")
    desk.taps(AT_THE_WHEEL, "Беру посылки")
    desk.sees(AT_THE_WHEEL, "Берёте посылки: маленькая 1\u00a0800\u00a0₸, средняя 3\u00a0500\u00a0₸, большая 7\u00a0000\u00a0₸")
    desk.taps(AT_THE_WHEEL, "Опубликовать")
    desk.sees(AT_THE_WHEEL, "Рейс опубликован", "Занято 0 из 2")
    trip, = desk.ask(desk.booking, "GET", f"/v1/trips?driver_id={driver}")["items"]
    assert (trip["seats"], trip["segments"][0]["price"]["amount"]) == (2, 700000), trip
    assert {size: price["amount"] for size, price in trip["parcel_prices"].items()} == {"small": 180000, "medium": 350000, "large": 700000}, trip
    assert trip["depart_at"].endswith("T22:30:00.000Z"), trip
    desk.taps(AT_THE_WHEEL, "Отменить поездку")
    desk.sees(AT_THE_WHEEL, "Отменить рейс?")
    desk.taps(AT_THE_WHEEL, "Да, отменить")
    desk.sees(AT_THE_WHEEL, "Рейс отменён")
    assert desk.ask(desk.booking, "GET", f"/v1/trips/{trip['id']}")["status"] == "cancelled"


def stopped_on_the_way(desk, gateway, driver):
    """The driver names places on the way at once, and adds one by a tap; a passenger gets in at the last of them."""
    day, = days(gateway, 4)
    date = f"{day[8:]}.{day[5:7]}"
    desk.writes(AT_THE_WHEEL, "/drive")
    wait_until("the driver may publish", 10, lambda: "Опубликовать" in str(desk.shown(AT_THE_WHEEL)))
    desk.writes(AT_THE_WHEEL, f"{date} в 6 утра из Ленгера в Конаев через Тараз, 3 места, 8000")
    desk.sees(AT_THE_WHEEL, "Ленгер → Конаев", "По пути: Тараз", "3 места", "8\u00a0000\u00a0₸", "За часть дороги")
    desk.taps(AT_THE_WHEEL, "Заезжаю по пути")
    desk.sees(AT_THE_WHEEL, "Где остановитесь по пути?")
    desk.taps(AT_THE_WHEEL, "Мерке")
    wait_until("the stop is chosen", 10, lambda: "✓ Мерке" in str(desk.shown(AT_THE_WHEEL)))
    desk.taps(AT_THE_WHEEL, "Готово")
    desk.sees(AT_THE_WHEEL, "По пути: Тараз", "Мерке")
    desk.taps(AT_THE_WHEEL, "Опубликовать")
    desk.sees(AT_THE_WHEEL, "Рейс опубликован", "По пути: Тараз", "Занято 0 из 3")
    trip, = desk.ask(desk.booking, "GET", f"/v1/trips?driver_id={driver}&status=scheduled")["items"]
    assert [stop["place"] for stop in trip["stops"]] == ["lenger", "taraz", "merke", "konaev"], trip
    prices = [segment["price"]["amount"] for segment in trip["segments"]]
    assert sum(prices) == 800000 and min(prices) > 0, prices
    desk.writes(SECOND, f"{date} из Мерке в Конаев, двое")
    desk.sees(SECOND, "Мерке → Конаев")
    desk.taps(SECOND, "Занять")
    desk.sees(SECOND, "Держу место до", "Мерке → Конаев")
    desk.taps(SECOND, "Подтвердить")
    desk.sees(SECOND, "отправьте свой номер")
    desk.telegram.do("send", user=SECOND, contact={"phone_number": "77015551214", "user_id": SECOND})
    desk.sees(SECOND, "Поездка подтверждена", "777KZA05")
    desk.sees(AT_THE_WHEEL, "Новый пассажир", "Мерке → Конаев")
    desk.taps(AT_THE_WHEEL, "Открыть рейс")
    desk.sees(AT_THE_WHEEL, "Занято 2 из 3", "+77015551214", "Мерке → Конаев", f"Получить {2 * prices[2] // 100000}")
    free = [segment["free_seats"] for segment in desk.ask(desk.booking, "GET", f"/v1/trips/{trip['id']}")["segments"]]
    assert free == [3, 3, 1], free
    desk.ask(desk.booking, "POST", f"/v1/trips/{trip['id']}/cancel", {"reason": "Отпуск"})
    desk.sees(AT_THE_WHEEL, "Ваш рейс отменён")


def leaves_soon(gateway):
    """In 20 minutes."""
    now = datetime.datetime.fromisoformat(gateway.stand.sql("SELECT date_trunc('second', now())::text"))
    return now.astimezone(datetime.timezone.utc) + datetime.timedelta(minutes=20)


def trip_of(desk, driver, car, leaves, **more):
    """The id of a new trip from Lenger to Konaev that takes 12 hours."""
    stops = [{"place": place, "at": (leaves + datetime.timedelta(hours=hours)).isoformat()} for place, hours in (("lenger", 0), ("konaev", 12))]
    return desk.ask(desk.booking, "POST", "/v1/trips", {"driver_id": driver, "car_id": car, "seats": 3, "stops": stops,
                                                        "seat_price": {"amount": 700000, "currency": "KZT"}, **more}, status=201)["id"]


def located(desk, ride):
    """The driver shares a live location; a friend of the passenger sees the car on the map, to about a kilometre."""
    link = desk.ask(desk.booking, "POST", f"/v1/rides/{ride}/share", status=201, X_Actor=f"guest:{FIRST}")["url"]

    def seen():
        return desk.ask(desk.booking, "GET", link)["place"]["location"]
    sent, = desk.telegram.do("send", user=AT_THE_WHEEL, location={"latitude": 44.123, "longitude": 77.514, "live_period": 3600})["messages"]
    desk.sees(AT_THE_WHEEL, "Место машины обновлено", "Занято 2 из 3")
    assert seen() == {"lat": 44.12, "lon": 77.51}, seen()

    def moved():
        desk.telegram.do("edit", user=AT_THE_WHEEL, message_id=sent["message_id"], location={"latitude": 44.314, "longitude": 77.618})
        return seen() == {"lat": 44.31, "lon": 77.62}
    wait_until("the car has moved", 10, moved)  # not within the second of the first place: edit_date has no fractions
    desk.writes(SECOND, f"/start see_{link.rsplit('/', 1)[1]}")
    desk.sees(SECOND, "Пассажир в пути", "Ленгер → Конаев", "777KZA05")
    places = [one["venue"]["location"] for one in desk.telegram.see("chat", chat=SECOND)["messages"] if "venue" in one]
    assert [(place["latitude"], place["longitude"]) for place in places] == [(44.31, 77.62)], places


def driven(desk, gateway, driver, car):
    """A trip that leaves in 20 minutes, with a passenger, to its end."""
    desk.writes(FIRST, "/rides")
    desk.sees(FIRST, "Поездок у вас пока нет")
    leaves = leaves_soon(gateway)
    trip = trip_of(desk, driver, car, leaves, instant_book=False)
    ride = desk.ask(desk.booking, "POST", "/v1/rides", {"trip_id": trip, "from_stop": 0, "to_stop": 1, "seats": 2, "passenger": {
        "name": "Айгуль Серикова", "phone": "+77015551213", "telegram_id": FIRST}}, status=201)["id"]
    desk.sees(AT_THE_WHEEL, "Заявка на ваш рейс", "Ленгер → Конаев", "2 места", "14\u00a0000\u00a0₸")
    assert "Айгуль" not in desk.shown(AT_THE_WHEEL)["text"]
    desk.taps(AT_THE_WHEEL, "Открыть рейс")
    desk.sees(AT_THE_WHEEL, "Занято 2 из 3", "Айгуль", "ждёт вашего ответа")
    assert "+77015551213" not in desk.shown(AT_THE_WHEEL)["text"]
    desk.taps(AT_THE_WHEEL, "Подтвердить · Айгуль")
    desk.sees(AT_THE_WHEEL, "Айгуль Серикова", "+77015551213", "едет с вами", "Получить 14\u00a0000\u00a0₸")
    desk.sees(FIRST, "Водитель подтвердил поездку", "+77015551200", "777KZA05")
    desk.taps(AT_THE_WHEEL, "Еду")
    wait_until("the departure is confirmed", 10, lambda: "'Еду'" not in str(desk.shown(AT_THE_WHEEL)))
    assert desk.ask(desk.booking, "GET", f"/v1/trips/{trip}")["confirmed_at"]
    desk.taps(AT_THE_WHEEL, "Задержусь")
    desk.sees(AT_THE_WHEEL, "На сколько задержитесь?")
    desk.taps(AT_THE_WHEEL, "10 мин")
    desk.sees(AT_THE_WHEEL, "едет с вами", (leaves + datetime.timedelta(hours=5, minutes=10)).strftime("%H:%M — "))
    assert desk.ask(desk.booking, "GET", f"/v1/trips/{trip}")["delay_minutes"] == 10
    desk.sees(FIRST, "Водитель задержится", "10 мин")
    desk.taps(AT_THE_WHEEL, "Выезжаю")
    wait_until("the trip has started", 10, lambda: "Выезжаю" not in str(desk.shown(AT_THE_WHEEL)))
    desk.sees(FIRST, "Водитель выехал")
    assert "Приехали" not in str(desk.shown(AT_THE_WHEEL)), "a passenger is neither in the car nor absent"
    desk.taps(AT_THE_WHEEL, "Сел · Айгуль")
    desk.sees(AT_THE_WHEEL, "в машине", "пришлите сюда геопозицию")
    located(desk, ride)
    desk.taps(AT_THE_WHEEL, "Приехали")
    desk.sees(AT_THE_WHEEL, "Рейс завершён", "Получить 14\u00a0000\u00a0₸")
    assert desk.ask(desk.booking, "GET", f"/v1/rides/{ride}")["status"] == "completed"
    desk.sees(FIRST, "Поездка завершена", "оцените водителя")
    desk.taps(AT_THE_WHEEL, "Оценить · Айгуль")
    desk.sees(AT_THE_WHEEL, "Ваш пассажир", "Айгуль")
    desk.taps(AT_THE_WHEEL, "★ 4")
    desk.sees(AT_THE_WHEEL, "Ваша оценка: 4 из 5")
    desk.taps(AT_THE_WHEEL, "Назад")
    desk.sees(AT_THE_WHEEL, "Рейс завершён")
    desk.taps(AT_THE_WHEEL, "Назад")
    desk.sees(AT_THE_WHEEL, "Ваши рейсы")
    assert "🏁" in str(desk.shown(AT_THE_WHEEL)), desk.shown(AT_THE_WHEEL)
    desk.writes(FIRST, "/rides")
    desk.sees(FIRST, "Ваши поездки")
    desk.taps(FIRST, "Ленгер → Конаев")
    desk.sees(FIRST, "Как прошла поездка?")
    desk.taps(FIRST, "★ 5")
    desk.sees(FIRST, "Ваша оценка: 5 из 5")
    assert desk.ask(desk.booking, "GET", f"/v1/rides/{ride}/rating")["guest"]["stars"] == 5
    assert desk.ask(desk.booking, "GET", f"/v1/rides/{ride}/rating")["driver"]["stars"] == 4


def delivered(desk, gateway, driver, car):
    """A parcel that a passenger orders. The driver sees its recipient, who names the code. Neither history nor stored replies have the phone."""
    leaves = leaves_soon(gateway)
    trip_of(desk, driver, car, leaves,
            parcel_prices={size: {"amount": amount, "currency": "KZT"} for size, amount in (("small", 100000), ("medium", 300000))})
    desk.writes(FIRST, f"посылка {(leaves + datetime.timedelta(hours=5)).strftime('%d.%m')} из Ленгера в Конаев")
    desk.sees(FIRST, "Ленгер → Конаев", "Какая у вас посылка?")
    desk.taps(FIRST, "📦 Большая")
    desk.sees(FIRST, "Машин, которые возьмут такую посылку, нет")
    desk.taps(FIRST, "← Назад")
    desk.sees(FIRST, "Какая у вас посылка?")
    desk.taps(FIRST, "📦 Средняя")
    desk.sees(FIRST, "посылка, средняя", "3\u00a0000\u00a0₸")
    desk.taps(FIRST, "Отправить")
    desk.sees(FIRST, "Кто получит посылку?")
    desk.writes(FIRST, "Сауле Ахметова, 8 701 555 44 33")
    desk.sees(FIRST, "Держу место для посылки", "Получатель: Сауле Ахметова +77015554433", "3\u00a0000\u00a0₸")
    desk.taps(FIRST, "Подтвердить")
    desk.sees(FIRST, "отправьте свой номер")
    desk.telegram.do("send", user=FIRST, contact={"phone_number": "77015551213", "user_id": FIRST})
    desk.sees(FIRST, "Посылка записана на рейс", "Сообщите получателю код")
    code = re.search(r"код (?:<b>)?(\d{6})", desk.shown(FIRST)["text"])[1]
    desk.sees(AT_THE_WHEEL, "Новый пассажир", "посылка")
    desk.taps(AT_THE_WHEEL, "Открыть рейс")
    desk.sees(AT_THE_WHEEL, "посылка, средняя", "Получатель: Сауле Ахметова +77015554433")
    assert code not in desk.shown(AT_THE_WHEEL)["text"], desk.shown(AT_THE_WHEEL)
    desk.taps(AT_THE_WHEEL, "Взял посылку · Айгуль")
    desk.sees(AT_THE_WHEEL, "в машине")
    desk.taps(AT_THE_WHEEL, "Посылка вручена")
    desk.sees(AT_THE_WHEEL, "Напишите код")
    desk.writes(AT_THE_WHEEL, code)
    desk.sees(AT_THE_WHEEL, "на месте")
    desk.taps(AT_THE_WHEEL, "Приехали")
    desk.sees(AT_THE_WHEEL, "Рейс завершён")
    for table in ("bot.message", "bot.sending", "bot.dialogue"):
        wait_until(f"no phone in {table}", 10, lambda table=table: gateway.stand.sql(
            f"SELECT count(*) FROM {table} t WHERE translate(t::text, ' ', '') LIKE '%7015554433%'") == "0")


def cancelled_by_driver(desk, gateway, driver, car):
    """The passenger of a trip learns that the road is closed, then that the driver cancels, and searches again; the driver answers the next one by a tap."""
    day, = days(gateway, 6)
    trip = trip_of(desk, driver, car, datetime.datetime.fromisoformat(f"{day}T08:00:00+05:00"), instant_book=False)
    order = {"trip_id": trip, "from_stop": 0, "to_stop": 1, "seats": 1, "passenger": {"name": "Айгуль Серикова", "phone": "+77015551213", "telegram_id": FIRST}}
    declined = desk.ask(desk.booking, "POST", "/v1/rides", order, status=201, X_Actor=f"guest:{FIRST}")["id"]
    desk.sees(AT_THE_WHEEL, "Заявка на ваш рейс", "1 место")
    desk.taps(AT_THE_WHEEL, "Отклонить")
    desk.sees(FIRST, "Водитель не смог взять заявку")
    assert desk.ask(desk.booking, "GET", f"/v1/rides/{declined}")["status"] == "declined"
    desk.ask(desk.booking, "POST", "/v1/rides", order, status=201, X_Actor=f"guest:{FIRST}")
    desk.sees(AT_THE_WHEEL, "Заявка на ваш рейс")
    desk.taps(AT_THE_WHEEL, "Подтвердить")
    desk.sees(AT_THE_WHEEL, "Айгуль Серикова", "едет с вами")
    desk.sees(FIRST, "Водитель подтвердил поездку")
    closure = desk.ask(desk.booking, "POST", "/v1/closures", {"pairs": [{"from": "lenger", "to": "konaev"}], "from": f"{day}T00:00:00+05:00",
                                                              "until": f"{day}T23:00:00+05:00", "reason": "weather", "text": "Метель"}, status=201)["id"]
    for person in (FIRST, AT_THE_WHEEL):
        desk.sees(person, "Дорога закрыта", "23:00")
    desk.button(FIRST, "Отменить")
    assert "Отмена бесплатна" in desk.shown(FIRST)["text"], desk.shown(FIRST)
    assert desk.booking.call("DELETE", f"/v1/closures/{closure}").status == 204
    desk.ask(desk.booking, "POST", f"/v1/trips/{trip}/cancel", {"reason": "Машина сломалась"}, X_Actor=f"driver:{driver}")
    desk.sees(FIRST, "Водитель отменил поездку")
    desk.taps(FIRST, "Найти поездку")
    desk.sees(FIRST, "Ленгер → Конаев", "Мест нет")


def wished(desk, day, hour, **more):
    """A request that no trip answers, which is offered to the driver of the route; returns its path."""
    made = desk.ask(desk.booking, "POST", "/v1/rides", {
        "from": "lenger", "to": "konaev", "depart_from": f"{day}T{hour}:00:00+05:00", "depart_to": f"{day}T{hour}:30:00+05:00",
        "price": {"amount": 900000, "currency": "KZT"}, "passenger": {"name": "Дана Ким", "phone": f"+770155512{hour}"}, **more}, status=201)
    desk.sees(AT_THE_WHEEL, "Пассажир ищет машину", "9\u00a0000\u00a0₸", "Ленгер → Конаев", f"{hour}:00 — {hour}:30")
    assert "Дана" not in desk.shown(AT_THE_WHEEL)["text"]
    if hour == 10:
        desk.taps(AT_THE_WHEEL, "Взять")
    else:
        desk.writes(AT_THE_WHEEL, "/drive")
        wait_until("the driver sees requests", 10, lambda: "Заявки пассажиров" in str(desk.shown(AT_THE_WHEEL)))
        desk.taps(AT_THE_WHEEL, "Заявки пассажиров")
        desk.sees(AT_THE_WHEEL, "Пассажиры ищут водителя")
        desk.taps(AT_THE_WHEEL, f"{hour}:00–{hour}:30 · Ленгер → Конаев")
    desk.sees(AT_THE_WHEEL, "Дана", "Пассажир предлагает 9\u00a0000\u00a0₸")
    assert "Ким" not in desk.shown(AT_THE_WHEEL)["text"]
    return f"/v1/rides/{made['id']}"


def requests_of_passengers(desk, gateway):
    """One is the driver's at once, for another one the passenger chooses, the third one is cancelled meanwhile, the last one is a parcel."""
    day, = days(gateway, 3)
    ride = wished(desk, day, 10, seats=2, auto_accept=True)
    desk.taps(AT_THE_WHEEL, "Взять 10:00")
    desk.sees(AT_THE_WHEEL, "Заявка ваша", "Дана Ким", "Получить 9\u00a0000\u00a0₸")
    assert desk.ask(desk.booking, "GET", ride)["status"] == "confirmed"
    day, = days(gateway, 5)
    ride = wished(desk, day, 11, seats=2)
    desk.taps(AT_THE_WHEEL, "Своя цена")
    desk.sees(AT_THE_WHEEL, "Ваша цена за всю заявку?")
    desk.writes(AT_THE_WHEEL, "9500")
    wait_until("the price is understood", 10, lambda: "Взять 11:00 · 9\u00a0500\u00a0₸" in str(desk.shown(AT_THE_WHEEL)).replace("\\xa0", "\u00a0"))
    desk.taps(AT_THE_WHEEL, "Взять 11:00")
    desk.sees(AT_THE_WHEEL, "Вы предложили", "9\u00a0500\u00a0₸")
    offer, = desk.ask(desk.booking, "GET", f"{ride}/offers")["items"]
    desk.ask(desk.booking, "POST", f"{ride}/offers/{offer['id']}/accept")
    desk.sees(AT_THE_WHEEL, "Новый пассажир", "Ленгер → Конаев")
    desk.writes(AT_THE_WHEEL, "/drive")
    wait_until("the driver sees trips", 10, lambda: "Мои рейсы" in str(desk.shown(AT_THE_WHEEL)))
    desk.taps(AT_THE_WHEEL, "Мои рейсы")
    wait_until("both trips, and the two that ended", 10, lambda: str(desk.shown(AT_THE_WHEEL)).count("Ленгер → Конаев") == 4)
    day, = days(gateway, 2)
    ride = wished(desk, day, 12, seats=2)
    desk.ask(desk.booking, "POST", f"{ride}/cancel")
    desk.taps(AT_THE_WHEEL, "Взять 12:00")
    desk.sees(AT_THE_WHEEL, "Заявку взяли или отменили")
    day, = days(gateway, 4)
    wished(desk, day, 13, auto_accept=True, kind="parcel", parcel={"size": "large", "recipient": {"name": "Ержан Бек", "phone": "+77015551299"}})
    desk.taps(AT_THE_WHEEL, "Взять 13:00")
    desk.sees(AT_THE_WHEEL, "Заявка ваша", "посылка, большая", "Получатель: Ержан Бек +77015551299")


def drives():
    with at_noon(), Rides("true") as gateway:
        gateway.hook()
        desk = Passengers(gateway)
        driver, car = registered(desk)
        published(desk, driver)
        stopped_on_the_way(desk, gateway, driver)
        driven(desk, gateway, driver, car)
        delivered(desk, gateway, driver, car)
        cancelled_by_driver(desk, gateway, driver, car)
        requests_of_passengers(desk, gateway)


def off():
    with Rides("false") as gateway:
        gateway.hook()
        desk = Passengers(gateway)
        for text in ("/start", "/rides", "/drive", WISH):
            desk.writes(FIRST, text)
            desk.sees(FIRST, "Пока поездки ещё не открыты")


SCENARIOS = [("passengers take seats in a chat", rides, 20), ("a driver publishes a trip in a chat", drives, 70), ("a bot for rides without rides", off)]
