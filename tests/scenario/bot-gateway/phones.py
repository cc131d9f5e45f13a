# SPDX-License-Identifier: MIT
"""Two guests of the demo's bot, one with a request, one with a prepayment: each leaves a phone, which is stored with the
waiting booking, and learns after the confirmation where to go and when the door code comes. The first asks and agrees in
words; what the bot does not understand is listed."""
import re

REQUEST = """/start apt_alm-005
={day}
=2
tap: 2
во сколько заезд?
expect: Заезд с 
а тостер будет?
expect: Забронировать
беру
expect: чтобы хозяин мог вам позвонить
:contact
expect: Спасибо! Номер записан в бронь
"""
PREPAID = """/start apt_ALM-012
={day}
=2
tap: 2
tap: Забронировать
expect: чтобы хозяин мог вам позвонить
8 (701) 555-12-12
expect: Kaspi +7
tap: Я оплатил
expect: Хозяин проверит оплату
"""
AGREED = """/mybookings
tap: подтверждена
expect: Адрес:
expect: Код двери и Wi-Fi придут:
пароль от wifi?
expect: Код двери и Wi-Fi придут:
"""
# The user, the messages, the status of the booking, the beginning of its phone.
GUESTS = [(1005, REQUEST, "requested", "+7701"), (1006, PREPAID, "payment_claimed", "+77015551212")]


def talk(run, person, lines):
    done = run("deploy/tapbot", "chat", "--user", str(person), typed=lines)
    assert done.returncode == 0, done


def guests_with_phones(run, ask, words, day):
    """In the demo of `words`; `ask` calls its services, `day` is free."""
    url, key = f"{words['BOOKING_URL']}/v1/bookings", {"X-API-Key": words["API_KEY"], "Content-Type": "application/json"}
    for person, lines, status, phone in GUESTS:
        talk(run, person, lines.format(day=f"{day:%d.%m.%Y}"))
        stay = ask(f"{url}?telegram_id={person}", **key)["items"][0]
        assert stay["status"] == status and stay["guest"]["phone"].startswith(phone), stay
        ask(f"{url}/{stay['id']}/confirm", {}, **key)
        talk(run, person, AGREED)
    done = run("deploy/tapbot", "bots", "misunderstood", "apartments")
    assert done.returncode == 0 and re.search(r"apartments +ru +stay\.flat +1 +\S+ +а тостер будет\?", done.stdout), done
    done = run("deploy/tapbot", "bots", "misunderstood", "nobody")
    assert done.returncode == 0 and "тостер" not in done.stdout, done
