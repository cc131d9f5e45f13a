# SPDX-License-Identifier: MIT
"""A sentence in the terminal finds the apartment: in search-api's order and with its reasons, and by the bot's own rules if
search-api is down."""
import datetime
import os
import signal

from demo_telegram import TALKING, ask, start, told
from stand import wait_until

FREE_IN_DAYS = 200  # the demo's own stays are over by then
# The best result and its reasons; it is booked with the understood criteria.
SOUGHT = """тихая двушка у метро до 30 тысяч с парковкой в Алматы с {day} по {end} на двоих
expect: Новая двушка у метро Бауыржан Момышулы
expect: Почему она: комнат: 2;
expect: есть: парковка
expect: ✕ парковка
tap: ✕ до 30
expect: Почему она:
а если до 2 тысяч?
expect: где есть всё сразу, не нашлось
expect: за ночь (+
tap: ✕ до 2
expect: Почему она:
tap: Забронировать
expect: Держим квартиру за вами до
/cancel
expect: Квартиру мы ещё держим
tap: Отменить
"""
ENGLISH = """quiet two rooms near the metro under 30k with parking in Almaty from {day} to {end} for two
expect: Why this one: rooms: 2
expect: it has: parking
"""
# The same guest without search-api.
ALONE = """двушка в Алматы с {day} по {end} на двоих до 90 тысяч с парковкой
expect: Подходит: 2 комнаты, до 90
tap: Забронировать
expect: Держим квартиру за вами до
/cancel
expect: Квартиру мы ещё держим
tap: Отменить
"""


def wished(demo):
    folder, run = demo
    start(run)
    words = told(folder)
    day = datetime.date.today() + datetime.timedelta(FREE_IN_DAYS)
    stay = {"day": f"{day:%d.%m.%Y}", "end": f"{day + datetime.timedelta(2):%d.%m.%Y}"}

    def talk(user, said, *more):
        done = run("deploy/tapbot", "chat", "--user", str(user), *more, said=said.format(**stay))
        assert done.returncode == 0, done
        return done.stdout

    def metric(outcome):
        done = run("curl", "-fsS", "--noproxy", "*", f"{words['BOT_URL']}/metrics")
        line = f'search_calls_total{{outcome="{outcome}"}} '
        return next((float(one[len(line):]) for one in done.stdout.splitlines() if one.startswith(line)), 0)

    wait_until("flats are found", 20, lambda: ask(
        f"{words['SEARCH_URL']}/v1/search/apartments", {"city": "almaty"}, **{"X-API-Key": words["API_KEY"], "Content-Type": "application/json"})["items"], 0.2)
    talk(2001, SOUGHT)
    talk(2002, ENGLISH, "--lang", "en")
    answered = metric("answered")
    assert answered >= 5, answered
    os.kill(int(words["SEARCH_API_PID"]), signal.SIGKILL)
    talk(2003, ALONE)
    assert metric("answered") == answered and metric("failed") >= 1, "search-api is dead"
    start(run)
    talk(2004, SOUGHT)
    assert metric("answered") > answered, "search-api is back, and nobody asks it"
    return f"{metric('answered'):.0f} answers of search-api"


SCENARIOS = [("a sentence in the chat finds the flat", wished, 15, TALKING)]
