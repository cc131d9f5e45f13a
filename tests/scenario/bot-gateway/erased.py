# SPDX-License-Identifier: MIT
"""A person who has sent messages and a location, searched, held an apartment and left a phone is erased: no row, log line or
cache entry of any service identifies the person, and no search finds the messages. In the demo, with all services; the gateway
is killed once between them, and search-api while it erases."""
import glob
import json
import os
import signal
import subprocess
import urllib.error
import urllib.request

from demo_telegram import TALKING, ask, start, demo_environment
from stand import free_port, patience, wait_until

HIM, PHONE, USERNAME, LATITUDE = 70001234567, "77015557733", "erased_person", "43.2375191"
WORDS = (str(HIM), PHONE, USERNAME, LATITUDE)
KILLS = 5  # the gateway may answer before it is killed
TALK = f"""/search
:location {LATITUDE},76.9443172
expect: Алматы
tap: Завтра
expect: Когда выезжаете?
=2
expect: Сколько будет гостей?
2
expect: за 2 ночи, это
tap: Подробнее
expect: Всего
tap: Забронировать
expect: Держим квартиру за вами до
"""
# Every column of every table of all services that contains a word, also in bytes.
COLUMNS = """SELECT format($$SELECT '%s.%s.%s' FROM %I.%I WHERE %s LIKE ANY ('{%%WORDS%%}') LIMIT 1$$,
  table_schema, table_name, column_name, table_schema, table_name,
  CASE data_type WHEN 'bytea' THEN format('encode(%I, ''escape'')', column_name) ELSE format('%I::text', column_name) END)
 FROM information_schema.columns JOIN information_schema.tables USING (table_catalog, table_schema, table_name)
 WHERE table_schema IN ('api', 'booking', 'bot', 'search') AND table_type = 'BASE TABLE'"""
READ = {"string": ["GET"], "list": ["LRANGE", "0", "-1"], "hash": ["HGETALL"], "set": ["SMEMBERS"], "zset": ["ZRANGE", "0", "-1"]}


def sql(words, text):
    done = subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", words["DATABASE_URL"]], input=text, text=True,
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


def columns(words, *phrases):
    """The columns that contain one of the words."""
    queries = sql(words, COLUMNS.replace("%%WORDS%%", ",".join(f"%%{word}%%" for word in phrases)))
    assert len(queries) > 200, f"{len(queries)} columns"
    return set(sql(words, ";\n".join(queries)))


def redis(words, *command):
    return subprocess.run(["redis-cli", "-u", words["REDIS_URL"], *command], capture_output=True, check=True).stdout.decode(errors="replace")


def cached(words, *phrases):
    """Keys of Redis that contain one of the words, or whose values do."""
    found = []
    for key in redis(words, "--scan").split("\n")[:-1]:
        kind = redis(words, "TYPE", key).strip()
        value = redis(words, READ[kind][0], key, *READ[kind][1:]) if kind in READ else ""
        assert kind in READ or kind == "none", f"{key} is a {kind}"
        if any(word in key + value for word in phrases):
            found.append(key)
    return found


def log_lines(folder, *phrases):
    """Log lines of the services, without the log of the fake Telegram."""
    lines = []
    for path in glob.glob(os.path.join(folder, "var/demo/*.log")):
        if os.path.basename(path) != "telegram.log":
            with open(path, encoding="utf-8", errors="replace") as file:
                lines += [line for line in file if any(word in line for word in phrases)]
    return lines


def erase_once(words, dry_run):
    """(status, body)."""
    request = urllib.request.Request(f"{words['BOT_URL']}/v1/users/apartments/{HIM}{dry_run}", None,
                                     {"X-API-Key": words["API_KEY"]}, method="DELETE")
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=patience(40)) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def erase(words, dry_run="", last=""):
    """(status, body). Asks again while it is unfinished, because something took longer than a request waits; prints so. `last` is
    a code of 503 that is expected."""
    answers = []

    def has_ended():
        answers.append(erase_once(words, dry_run))
        status, body = answers[-1]
        if status != 503 or body["code"] == last:
            return True
        print(f"    repeated after 503 {body['code']}: the erasure", flush=True)
        return False
    wait_until("the erasure ends", 20, has_ended, 1)
    return answers[-1]


def search(words):
    """The numbers of the person's documents that search-api finds, by phone and by chat."""
    key = {"X-API-Key": words["API_KEY"], "Content-Type": "application/json"}
    asked = [{"query": PHONE}, {"query": "номер", "user_id": HIM}, {"query": "звоните", "chat_id": HIM}]
    return [len(ask(f"{words['SEARCH_URL']}/v1/search/messages", body, **key)["items"]) for body in asked]


def talk(run, words):
    """Talks with the bot by text, buttons and a contact; a forward has a receiver that is down."""
    key = {"X-API-Key": words["API_KEY"], "Content-Type": "application/json"}
    ask(f"{words['BOT_URL']}/v1/forwards", {"bot": "apartments", "url": f"http://127.0.0.1:{free_port()}/dead",
                                            "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, **key)
    done = run("deploy/tapbot", "chat", "--user", str(HIM), typed=TALK)
    assert done.returncode == 0, done
    control = f"{words['TELEGRAM_API_ROOT']}/control"
    ask(f"{control}/users", {"bot": "apartments", "id": HIM, "first_name": "Забытый", "username": USERNAME})
    ask(f"{control}/send", {"bot": "apartments", "user": HIM, "contact": {"phone_number": f"+{PHONE}", "user_id": HIM}})
    ask(f"{control}/send", {"bot": "apartments", "user": HIM, "text": f"Мой номер +{PHONE}"})
    message = {"bot": "apartments", "chat_id": HIM, "text": f"Звоните: +{PHONE}"}
    ask(f"{words['BOT_URL']}/v1/messages", message, **key, **{"Idempotency-Key": f"call-{HIM}"})
    wait_until("all messages are sent", 20, lambda: sql(words, f"SELECT count(*) FROM bot.message WHERE chat_id = {HIM} AND text LIKE '%{PHONE}%'") == ["2"])
    bookings = f"{words['BOOKING_URL']}/v1/bookings"  # the contact confirmed one; an agreed stay forbids the erasure
    for one in ask(f"{bookings}?telegram_id={HIM}&status=held,confirmed", **key)["items"]:
        ask(f"{bookings}/{one['id']}/cancel", {}, **key)


def book(words):
    """Books an agreed stay for the same person by the API; returns its path."""
    key = {"X-API-Key": words["API_KEY"], "Content-Type": "application/json"}
    day = sql(words, "SELECT (now() AT TIME ZONE 'Asia/Almaty')::date + 40, (now() AT TIME ZONE 'Asia/Almaty')::date + 42")[0].split("|")
    flats = ask(f"{words['BOOKING_URL']}/v1/apartments?check_in={day[0]}&check_out={day[1]}", **key)["items"]
    flat = next(one for one in flats if one["instant_book"])
    stay = {"apartment_id": flat["id"], "check_in": day[0], "check_out": day[1], "guests": 1, "note": f"зовите {USERNAME}",
            "guest": {"name": "Забытый", "phone": f"+{PHONE}", "telegram_id": HIM}}
    made = ask(f"{words['BOOKING_URL']}/v1/bookings", stay, **key, **{"Idempotency-Key": "book"})
    path = f"{words['BOOKING_URL']}/v1/bookings/{made['id']}"
    assert ask(f"{path}/confirm", {}, **key)["status"] == "confirmed"
    return path


def killed_at(words, table, pid):
    """Requests the erasure, and kills the process while a statement waits for the table. Returns the answer; none if the gateway
    was killed in time: a statement waits for three seconds."""
    hold = subprocess.Popen(["psql", "-XqAt", words["DATABASE_URL"], "-c",
                             f"BEGIN; LOCK TABLE {table} IN SHARE MODE; SELECT pg_sleep(600)"],
                            stderr=subprocess.DEVNULL)
    locks = f"FROM pg_locks WHERE relation = '{table}'::regclass AND"
    try:
        wait_until("the table is locked", 10, lambda: sql(
            words, f"SELECT count(*) {locks} mode = 'ShareLock' AND granted") == ["1"])
        asking = subprocess.Popen(["curl", "-sS", "-X", "DELETE", "-H", f"X-API-Key: {words['API_KEY']}",
                                   f"{words['BOT_URL']}/v1/users/apartments/{HIM}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        wait_until("a statement waits for the lock", 20, lambda: asking.poll() is not None or sql(
            words, f"SELECT count(*) > 0 {locks} NOT granted AND mode = 'RowExclusiveLock'") == ["t"])
        os.kill(int(words[pid]), signal.SIGKILL)
        answer = asking.communicate(timeout=patience(40))[0]
    finally:
        sql(words, f"SELECT pg_terminate_backend(pid) {locks} granted AND mode = 'ShareLock'")
        hold.wait(patience(20))
    return answer


def killed_between(run, folder):
    """booking-api has erased and the gateway has not: a repeated request continues."""
    for _ in range(KILLS):
        answer = killed_at(demo_environment(folder), "bot.person", "BOT_GATEWAY_PID")
        start(run)
        if answer == b"":
            return
        assert json.loads(answer)["status"] == 503, answer
    raise AssertionError(f"the killed gateway has answered: {answer}")


def killed_last(run, words):
    """search-api is killed while it erases, and is down at the next call: no receipt, and everything else is erased."""
    answer = json.loads(killed_at(words, "search.document", "SEARCH_API_PID"))
    assert answer["status"] >= 503, answer
    status, refusal = erase(words, last="search_failed")
    assert (status, refusal["code"]) == (503, "search_failed"), refusal
    left = columns(words, *WORDS)
    assert all(one.startswith("search.") for one in left), f"{sorted(left)} without search-api"
    start(run)


def erased(demo):
    folder, run = demo
    start(run)
    words = demo_environment(folder)
    key = {"X-API-Key": words["API_KEY"], "Content-Type": "application/json"}
    talk(run, words)
    stay = book(words)
    wait_until("the messages are found", 20, lambda: all(search(words)))
    assert cached(words, *WORDS) == [], "Redis has data of the person"
    found = columns(words, *WORDS)
    for column in ("bot.person.user_id", "bot.dialogue.user_id", "bot.message.text", "bot.update.body", "bot.update.calls",
                   "bot.sending.payload", "bot.recipient.chat_id", "bot.delivery.body", "bot.delivery_lane.key",
                   "bot.idempotency.body", "booking.booking.guest_phone", "booking.booking.guest_telegram_id",
                   "booking.booking.note", "booking.idempotency.body", "booking.audit.actor", "search.document.user_id", "search.document.chat_id",
                   "search.document.text", "search.document.terms"):
        assert column in found, f"{column} is not among {sorted(found)}"
    status, refusal = erase(words)
    assert (status, refusal["code"], refusal["bookings"]) == (409, "has_live_bookings", [stay.rpartition("/")[2]]), refusal
    assert columns(words, *WORDS) >= found, "something was erased"
    ask(f"{stay}/cancel", {}, **key)
    killed_between(run, folder)
    words = demo_environment(folder)
    half = columns(words, *WORDS)
    assert half and not any(one.startswith("booking.") for one in half), f"{sorted(half)} after the first half"
    status, would = erase(words, "?dry_run=true")
    would = would["would"]["erased"]
    assert status == 200 and would["message"] > 5 and would["search.document"] > 5, would
    killed_last(run, words)
    words = demo_environment(folder)
    status, receipt = erase(words)
    assert status == 200 and receipt["services"] == {"booking-api": "erased", "search-api": "erased"}, receipt
    assert search(words) == [0, 0, 0], f"{search(words)} are found"
    assert columns(words, *WORDS) == set(), sorted(columns(words, *WORDS))
    assert log_lines(folder, "/v1/users/:bot/:user"), "the searched logs do not mention the erasure"
    assert log_lines(folder, *WORDS) == [], log_lines(folder, *WORDS)
    status, again = erase(words)
    assert status == 200 and not any(again["erased"].values()), again
    return f"{len(found)} columns had the person's data, {len(half)} when the gateway was killed"


SCENARIOS = [("a person is erased in all services", erased, 15, TALKING)]
