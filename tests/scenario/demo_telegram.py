# SPDX-License-Identifier: MIT
"""The demo and Telegram: with its own stand-in, which may be killed, and with one from outside."""
import contextlib
import datetime
import functools
import json
import os
import re
import shlex
import signal
import socket
import urllib.request

from docs import a_demo_of_our_own
from libpq import Connection
from phones import guests_with_phones
from stand import patience, wait_until
from telegram_standin import Standin


# The demo for dialogues; several scenarios share it.
TALKING = functools.partial(a_demo_of_our_own, BOTS_INTERVAL="100ms", LC_ALL="C.UTF-8")


def start(run):
    done = run("deploy/tapbot", "demo", "--detach")
    assert done.returncode == 0, done.stderr[-800:].replace("\n", " | ")
    return done.stderr


def demo_environment(folder):
    with open(os.path.join(folder, "var/demo.env"), encoding="utf-8") as text:
        return dict(line.split("=", 1) for line in shlex.split(text.read()))


def ask(url, body=None, **headers):
    request = urllib.request.Request(url, json.dumps(body).encode() if body is not None else None, headers)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=patience(10)) as answer:
        return json.load(answer)


def webhook(words, bot="apartments"):
    """The webhook of a bot of the demo, as GET /v1/bots shows it."""
    bots = ask(f"{words['BOT_URL']}/v1/bots", **{"X-API-Key": words["API_KEY"]})["items"]
    return next(one["webhook"] for one in bots if one["name"] == bot) or {}


def stored(words, text):
    database = Connection(words["DATABASE_URL"])
    wait_until(f"{text} is stored", 20, lambda: database.sql(
        f"SELECT count(*) FROM bot.update WHERE position('\"{text}\"'::bytea IN body) > 0") == "1", 0.2)


def runs(pid):
    """False for a zombie."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read() != b""
    except OSError:
        return False


def is_closed(pid):
    """Whether a killed process has no open files any more, which is a moment later."""
    try:
        return not os.listdir(f"/proc/{pid}/fd")
    except OSError:
        return True


CHAT = """/start
expect: Здравствуйте, Данияр! Это бот tapbot.kz
:lang kz
/help
expect: /help — көмек
"""
# A person finds a flat by text and buttons, holds it, confirms it by a phone number, and cancels.
STAY = """/search
Алматы
tap: Завтра
expect: Когда выезжаете?
=2
expect: Сколько будет гостей?
2
expect: за 2 ночи, это
tap: ›
expect: 2 / 5+
tap: ‹
expect: 1 / 5+
tap: Подробнее
expect: Всего
tap: Забронировать
expect: Держим квартиру за вами до
:contact
expect: Готово, бронь подтверждена
tap: На карте
expect: [место]
expect: Бронь подтверждена
expect: (удалил)
/mybookings
expect: · подтверждена
tap: · подтверждена
expect: Бронь подтверждена
tap: Отменить бронь
expect: Отменить бронь?
tap: Да, отменить
expect: Бронь отменена
/cancel
expect: Хорошо, остановимся
/cancel
expect: прерывать нечего
"""
# A link names the flat; its calendar comes first, its photos, place and rules are a tap away, another of its dates two.
LINK = """/start apt_ALM-001
expect: Студия на Достыке с видом на горы, Алматы. Когда заезжаете?
tap: →
={day}
expect: Когда выезжаете?
=2
expect: Сколько будет гостей?
tap: 2
expect: : 2 ночи, 2 гостя
expect: Без предоплаты, бесплатная отмена
tap: Фото
expect: [фото]
expect: (удалил)
tap: На карте
expect: Медеуский, Алматы. Место примерное
expect: (удалил)
tap: Правила
expect: Не курить, без вечеринок
tap: Назад
expect: : 2 ночи, 2 гостя
tap: Другие даты
expect: Когда заезжаете?
=01.01.2020
expect: Этот день уже прошёл
/start apt_NOBODY
expect: Этой квартиры в списке больше нет
"""
# A guest books the apartment that the owner's chat names, and claims the payment; another one books where the owner has no chat.
STEPS_TO_BOOK = """/start apt_{flat}
={day}
=2
=1
tap: Забронировать
:contact
"""
FREE_IN_DAYS = 200  # the demo's own stays are over by then
OFFERED_IN_DAYS = 80  # by every apartment, of which some are offered only 90 days ahead
BUTTONS = {"bot": "apartments", "chat_id": 1001, "text": "Квартира <b>готова</b>", "parse_mode": "HTML",
           "buttons": [[{"text": "Еду", "action": "on-the-way"}, {"text": "Карта", "url": "https://example.com/map"}]]}


def side_by_side(run, day):
    """The owner confirms the payment that a guest claims, and staff are notified of a stay whose owner has no chat with the bot."""
    def chat_as(role, script, *more):
        done = run("deploy/tapbot", "chat", "--as", role, *more, typed=script)
        assert done.returncode == 0, done
        return done.stdout
    chat_as("staff", "expect: Готово, Ерлан\n")
    flat = re.search(r"/start apt_(\S+)", chat_as("owner", "expect: Готово, этот чат ваш\n"))[1]
    guest = STEPS_TO_BOOK.format(flat=flat, day=day)
    chat_as("guest", guest + "expect: переведите предоплату\ntap: Я оплатил\nexpect: Хозяин проверит оплату\n", "--user", "1008")
    chat_as("owner", "tap: Деньги пришли\nexpect: подтверждена\n")
    chat_as("guest", "tap: Открыть бронь\nexpect: Бронь подтверждена\n", "--user", "1008")
    chat_as("guest", STEPS_TO_BOOK.format(flat="ALM-001", day=day), "--user", "1009")
    chat_as("staff", "expect: он ни разу не писал боту\n")


def chat(folder, run):
    """deploy/tapbot chat starts the demo, a person writes and presses a button; a bot added with the suggested command
    answers too."""
    done = run("deploy/tapbot", "chat", typed=CHAT)
    assert done.returncode == 0 and "Демо не запущено" in done.stderr, done
    assert done.stdout.startswith("> /start\napartments: Здравствуйте, Данияр!") and "> язык: kz" in done.stdout, done
    done = run("deploy/tapbot", "chat", "--user", "1003", typed=STAY)
    assert done.returncode == 0, done
    day = datetime.date.today() + datetime.timedelta(FREE_IN_DAYS)
    done = run("deploy/tapbot", "chat", "--user", "1004", typed=LINK.format(day=f"{day:%d.%m.%Y}"))
    assert done.returncode == 0, done
    words = demo_environment(folder)
    side_by_side(run, f"{datetime.date.today() + datetime.timedelta(OFFERED_IN_DAYS):%d.%m.%Y}")
    guests_with_phones(run, ask, words, day)
    ask(f"{words['BOT_URL']}/v1/messages", BUTTONS, **{"X-API-Key": words["API_KEY"], "Content-Type": "application/json"})
    wait_until("the buttons are shown", 10, lambda: "готова" in json.dumps(
        ask(f"{words['TELEGRAM_API_ROOT']}/control/chat?bot=apartments&chat=1001"), ensure_ascii=False))
    done = run("deploy/tapbot", "chat", "apartments", "--script", "-", typed="tap: еду\n", TAPBOT_CHAT_SECONDS="5")
    assert (done.stdout, done.stderr, done.returncode) == ("> [Еду]\n(бот не ответил)\n", "", 0), done  # the tap is answered without a message
    done = run("deploy/tapbot", "chat", "taxi")
    assert done.returncode == 1 and "bots add taxi" in done.stderr, done
    run("bash", "-c", re.search("echo .*", done.stderr)[0])
    assert webhook(words, "taxi").get("state") == "ours", "an added bot has no webhook"
    done = run("deploy/tapbot", "chat", "taxi", "--lang", "en", typed="/start\nexpect: Hello\n")
    assert done.returncode == 0 and done.stdout.startswith("> /start\ntaxi: Hello"), done


def address(root):
    host, port = root.removeprefix("http://").split(":")
    return host, int(port)


def in_use(root):
    with socket.socket() as s:
        return s.connect_ex(address(root)) == 0


def killed():
    """The demo's own stand-in is killed: the next start restarts it with the webhook, at the same port. If another program has taken
    that, the services are restarted with the new address."""
    with TALKING() as (folder, run):
        chat(folder, run)
        words = demo_environment(folder)
        for text in ("first", "second", "third"):
            root = words["TELEGRAM_API_ROOT"]
            ask(f"{root}/control/users", {"bot": "apartments", "id": 7})
            ask(f"{root}/control/send", {"bot": "apartments", "user": 7, "text": text})
            stored(words, text)
            with open(os.path.join(folder, "var/demo/telegram.pid"), encoding="ascii") as file:
                pid = int(file.read())
            if text == "third":
                start(run)
                with open(os.path.join(folder, "var/demo/telegram.pid"), encoding="ascii") as file:
                    assert int(file.read()) == pid, "a running process was restarted"
                continue
            os.kill(pid, signal.SIGKILL)
            wait_until("its port is free", 10, lambda: not runs(pid) and is_closed(pid))
            ours = text == "second" and not in_use(root)  # else another program may have it for a moment
            with socket.create_server(address(root)) if ours else contextlib.nullcontext():
                start(run)
                again = demo_environment(folder)
                taken = again["TELEGRAM_API_ROOT"] != root and (in_use(root) or text == "second")
            assert taken or not ours, f"the port was not taken: {again}"
            may_change = {"TELEGRAM_API_ROOT", *(name for name in words if name.endswith("_PID"))} if taken else set()
            assert {name for name in words if again[name] != words[name]} <= may_change, \
                f"a second start changed var/demo.env: {again.items() - words.items()}"
            words = again
            bots = {one["name"]: one["webhook"] for one in ask(f"{words['TELEGRAM_API_ROOT']}/control/state")["bots"]}
            assert bots["apartments"] and bots["taxi"], f"a bot has no webhook after a start: {bots}"
        run("deploy/tapbot", "demo", "stop")
        assert not runs(pid), "demo stop leaves it running"


def brought():
    """With TELEGRAM_API_ROOT in the environment no own stand-in starts, and the webhook is set once the other one knows the bot."""
    with Standin(bots={"other": "1:AA"}) as other, a_demo_of_our_own(TELEGRAM_API_ROOT=other.root) as (folder, run):
        stderr = start(run)
        words = demo_environment(folder)
        assert other.root in stderr, "no message says that the webhook is not set"
        assert words["TELEGRAM_API_ROOT"] == other.root, words["TELEGRAM_API_ROOT"]
        assert not os.path.exists(os.path.join(folder, "var/demo/telegram.pid")), "a second stand-in was started"
        wait_until("why shows", 10, lambda: webhook(words).get("error") == "no_bot")
        other.do("bots", name="apartments", token=words["BOT_TOKEN"])
        url = f"{words['BOT_URL']}/telegram/apartments"
        wait_until("the webhook is set", 20, lambda: other.call("getWebhookInfo", words["BOT_TOKEN"])["result"]["url"] == url, 0.2)
        other.do("users", bot="apartments", id=7)
        other.do("send", bot="apartments", user=7, text="brought")
        stored(words, "brought")


SCENARIOS = [("deploy/tapbot chat; the demo's Telegram is killed and comes back", killed, 70),
             ("the demo with another fake Telegram", brought, 12)]
