# SPDX-License-Identifier: MIT
"""n8n as `deploy/tapbot n8n install` sets it up, with our workflows: nothing is lost, doubled or believed."""
import base64
import concurrent.futures
import contextlib
import datetime
import hmac
import io
import itertools
import json
import os
import re
import signal
import threading
import time
import types
import uuid
from unittest import mock

import entry
import full as whole
from stack import n8n, n8n_files, tree, watch
from stand import TENANT

PORT, BOOKING, GATEWAY = 5678, 7020, 7010
INSTALL_SECONDS = 60
ROW_SECONDS = 2
CHAT = -1001234567890
BOT = f"""INSERT INTO bot.bot (id, name, tenant_id, username) VALUES (gen_random_uuid(), 'apartments', '{TENANT}', 'tapbot_kz_bot') ON CONFLICT DO NOTHING;"""


def until(seconds, condition, why=lambda: ""):
    """The value of the condition, once it is true."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"not within {seconds} s: {why()}"
        time.sleep(0.1)
    return value


# ---- the stack of these steps

def services_up(stack):
    """The other parts that n8n calls: the gateway and the entry point of our services; keys as the one-shots store them."""
    if getattr(stack, "entry", None):
        return
    stack.entry = entry.start()
    stack.sql("tapbot", BOT)
    for name in ("n8n-key", "n8n-setup-key"):
        command = stack.services[name]["command"]
        command[command.index("tapbot")] = "demo"  # the tenant of the demo's data
        stack.box(name).once()
    stack.box("bot-gateway").start().wait_healthy()
    threading.Thread(target=sample, args=(stack.box("n8n"),), daemon=True).start()


def sample(box):
    """Notes the memory of n8n while the steps run."""
    while True:
        with contextlib.suppress(OSError):
            box.rss()
        time.sleep(1)


def exec_in_n8n(stack, *command, given=None, **_):
    """tree.run("docker", "exec", ...) without Docker."""
    assert command[:3] == ("docker", "exec", "-i"), command
    return types.SimpleNamespace(returncode=0, stdout=stack.box("n8n").run(*command[4:], text=given), stderr="")


@contextlib.contextmanager
def as_on_a_server(stack):
    places = {"n8n": [f"127.0.0.1:{PORT}"], "traefik": [f"127.0.0.1:{entry.PORT}"]}

    def psql(statement, database):
        return types.SimpleNamespace(returncode=0, stdout=stack.sql(database, statement.replace("'tapbot'", "'demo'") + ";"))
    with mock.patch.object(watch, "addresses", lambda service, _: places[service]), mock.patch.object(tree, "running", return_value=[{"Id": "n8n"}]), \
            mock.patch.object(tree, "psql", psql), mock.patch.object(tree, "SECRETS", os.path.join(stack.home, "secrets")), \
            mock.patch.object(tree, "run", lambda *command, **more: exec_in_n8n(stack, *command, **more)):
        yield


def install(stack, reset=None):
    """`deploy/tapbot n8n install`; returns what it printed."""
    output = io.StringIO()
    with as_on_a_server(stack), contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        assert n8n.ensure(reset), output.getvalue()
    return output.getvalue().strip()


def rest(stack):
    """n8n's REST API as its owner."""
    with as_on_a_server(stack):
        return n8n.here()[0]


def secret(stack):
    return stack.secret("n8n_encryption_key")


# ---- tables of n8n

def table(stack, name):
    return "data_table_user_" + stack.sql("n8n", f"SELECT id FROM data_table WHERE name = '{name}';")


def rows(stack, name, columns, where="true"):
    return [line.split("|") for line in stack.sql("n8n", f'SELECT {columns} FROM "{table(stack, name)}" WHERE {where};').splitlines()]


def key(stack):
    """Of a program that books fast."""
    if not getattr(stack, "fast", None):
        output = stack.box("booking-migrate").run("/opt/booking-api", "--keys", "create", "--tenant", "demo", "--client", "load", "--scopes", "all", "--rate", "1000", "--burst", "2000")
        stack.fast = {"X-API-Key": re.search(r"tb_live_\w+", output).group(0)}
    return stack.fast


def stays(stack):
    """(flat, its code, first day, last day) of stays that do not overlap, without an end."""
    if not getattr(stack, "stays", None):
        stack.stays = free(stack)
    return stack.stays


def free(stack):
    for week in itertools.count(2):
        begin, end = whole.in_days(7 * week), whole.in_days(7 * week + 3)
        status, body = whole.call(BOOKING, "GET", f"/v1/apartments?check_in={begin}&check_out={end}&guests=2&limit=100", headers=key(stack))
        assert status == 200 and week < 100, (week, body)
        for flat in body["items"]:
            if flat["instant_book"]:
                yield flat["id"], flat["code"], begin, end


def book(stack, stay, minutes=60):
    """A booking; None if the flat refuses it."""
    flat, _, begin, end = stay
    status, body = whole.call(BOOKING, "POST", "/v1/bookings", {"apartment_id": flat, "check_in": begin, "check_out": end, "guests": 1, "hold_minutes": minutes,
                                                                "guest": {"name": "Айгерим", "phone": f"+7701{next(PHONES):07}", "language": "ru"}}, key(stack))
    assert status in (201, 409, 422), (status, body)
    return body if status == 201 else None


PHONES = itertools.count(1000000)


def booked(stack, count):
    """So many bookings, made by up to four clients."""
    made = []
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        while len(made) < count:
            some = [next(stays(stack)) for _ in range(count - len(made))]
            made += filter(None, pool.map(lambda stay: book(stack, stay), some))
    return made


# ---- steps

def installs(stack):
    """A new n8n gets everything by one command, and the first booking becomes a row."""
    services_up(stack)
    began = time.monotonic()
    first = install(stack)
    assert "изменено" in first, first
    made = booked(stack, 1)
    until(20, lambda: rows(stack, "Брони", "code", f"booking_id = '{made[0]['id']}'"))
    took = time.monotonic() - began
    assert took <= INSTALL_SECONDS, f"{took:.0f} s"
    began, again = time.monotonic(), install(stack)
    assert again == "n8n: всё уже так", again
    again_took = time.monotonic() - began
    hidden = stack.sql("n8n", "SELECT string_agg(data, ' ') FROM credentials_entity;")
    assert not any(word in hidden for word in (stack.secret("n8n_link_key"), n8n_files.signing(secret(stack)))), "a secret is stored unencrypted"
    return f"{first.splitlines()[-1]}; first row after {took:.0f} s, a second run in {again_took:.1f} s"


def row_is_soon(stack):
    """From a booking to its row in n8n."""
    made, waits = [], []
    for _ in range(40):
        made += booked(stack, 1)
        time.sleep(1)
    for one in made:
        (found,) = until(20, lambda one=one: rows(stack, "Брони", 'extract(epoch FROM "createdAt")', f"booking_id = '{one['id']}'"))
        waits.append(float(found[0]) - datetime.datetime.fromisoformat(one["created_at"].replace("Z", "+00:00")).timestamp())
    waits.sort()
    assert waits[int(len(waits) * 0.95) - 1] <= ROW_SECONDS, waits
    return f"{len(made)} bookings, p50 {waits[len(waits) // 2]:.2f} s, p95 {waits[int(len(waits) * 0.95) - 1]:.2f} s, worst {waits[-1]:.2f} s"


def n8n_was_down(stack):
    """What is booked while n8n is down becomes rows after its start, each once."""
    stack.box("n8n").stop()
    began = time.monotonic()
    made = booked(stack, 500)
    down = time.monotonic() - began
    stack.box("n8n").start().wait_healthy(180)
    began = time.monotonic()
    wanted = {one["id"] for one in made}

    def lost():
        return wanted - {one[0] for one in rows(stack, "Брони", "booking_id")}
    until(900, lambda: not lost(), lambda: f"{len(lost())} lost")
    took = time.monotonic() - began
    time.sleep(5)  # what would come twice
    found = [one[0] for one in rows(stack, "Брони", "booking_id")]
    assert len(found) == len(set(found)), f"{len(found) - len(set(found))} doubled"
    return f"{len(made)} bookings in {down:.0f} s without n8n, all rows {took:.0f} s after its start, 0 lost, 0 doubled"


def signed(stack, path, event, at=None, key_of=None, more=()):
    """The status of a hand-signed request, and its id."""
    body, event_id, now = json.dumps(event).encode(), f"evt-{uuid.uuid4()}", str(int(at or time.time()))
    def signature(secret_text):
        return "v1," + base64.b64encode(hmac.digest(secret_text.encode(), f"{event_id}.{now}.".encode() + body, "sha256")).decode()
    right = signature(key_of or n8n_files.signing(secret(stack)))
    headers = {"webhook-id": event_id, "webhook-timestamp": now, "webhook-signature": " ".join([*more, right])}
    return headers, body


def posted(path, headers, body):
    request = whole.http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    try:
        request.request("POST", f"/webhook/{path}", body, {"Content-Type": "application/json", **headers})
        answer = request.getresponse()
        answer.read()
        return answer.status
    finally:
        request.close()


def signatures(stack):
    """Only a genuine and recent event becomes a row."""
    def event():
        return {"bot": "apartments", "event": {"id": str(uuid.uuid4()), "type": "update.dead", "occurred_at": "2026-12-01T10:00:00Z", "data": {"id": str(uuid.uuid4())}}}
    def rows_of(one):
        return rows(stack, "Сбои", "failure_id", f"failure_id = '{one['event']['id']}'")
    path, other = "tapbot-failures", "v1," + base64.b64encode(b"x" * 32).decode()
    right, two = event(), event()
    assert posted(path, *signed(stack, path, right)) == 204 and len(rows_of(right)) == 1
    assert posted(path, *signed(stack, path, two, more=[other])) == 204 and len(rows_of(two)) == 1, "a right signature after another one is refused"
    assert posted(path, *signed(stack, path, right)) == 204 and len(rows_of(right)) == 1, "an event that comes twice has two rows"
    wrong = {"another key": lambda one: signed(stack, path, one, key_of="k" * 48), "old": lambda one: signed(stack, path, one, at=time.time() - 600),
             "of the future": lambda one: signed(stack, path, one, at=time.time() + 600), "a changed body": lambda one: (signed(stack, path, {})[0], json.dumps(one).encode()),
             "no signature": lambda one: ({}, json.dumps(one).encode()), "no body": lambda one: (signed(stack, path, one)[0], b"")}
    for what, make in wrong.items():
        one = event()
        assert posted(path, *make(one)) == 401, what
        assert not rows_of(one), f"{what}: a row"
    return f"{len(wrong)} refused with 401 and without a row, of two signatures the right one counts"


def lead(stack, stay, **more):
    _, code, begin, end = stay
    return {"apartment": code, "check_in": begin, "check_out": end, "guests": 2, "name": "Марат", "phone": f"8 (702) {next(PHONES):07}", **more}


def lead_path(stack):
    return n8n_files.public_paths(secret(stack))["Заявка с формы"]


def sent(stack, body, timeout=60):
    """(status, body) of a lead from a form."""
    return whole.call(PORT, "POST", f"/webhook/{lead_path(stack)}", body, timeout=timeout)


def leads(stack):
    """A lead holds the nights, once; taken nights and wrong fields have answers of their own."""
    stay = next(stays(stack))
    one = lead(stack, stay)
    status, body = sent(stack, one)
    assert status == 200 and body["result"] == "held" and body["total_tenge"] > 0, (status, body)
    assert sent(stack, one)[1]["code"] == body["code"], "a lead that comes twice booked twice"
    status, taken = sent(stack, lead(stack, stay))
    assert status == 409 and taken["result"] == "taken" and (taken["nights"] or taken["alternatives"]), (status, taken)
    for name, value in (("phone", "12"), ("guests", 0), ("check_out", stay[2]), ("apartment", "'; --"), ("name", "")):
        status, wrong = sent(stack, {**one, name: value})
        assert status == 422 and wrong == {"result": "wrong", "what": [name]}, (name, status, wrong)
    status, wrong = sent(stack, {**one, "apartment": "NONE-1"})
    assert status == 502 and wrong["code"] == "unknown_apartment", (status, wrong)
    assert posted("public-lead", {}, b"{}") == 404, "the path without its random part"
    return f"held, once; taken 409 with {len(taken['nights'])} nights, {len(taken['alternatives'])} alternatives; wrong 422"


LEADS, KILLS = 100, 3


def kill(stack):
    """kill -9 of booking-api; Docker starts it again."""
    box = stack.box("booking-api")
    os.killpg(box.process.pid, signal.SIGKILL)
    box.process.wait()
    time.sleep(1)
    box.start().wait_healthy()


def leads_survive(stack):
    """While booking-api is killed, every lead is booked, and once. The form repeats what had no answer."""
    before = stack.sql("tapbot", "SELECT count(*) FROM booking.booking WHERE source = 'форма';")
    wanted = [lead(stack, next(stays(stack)), lead_id=f"form-{number}") for number in range(LEADS)]
    answers = {}

    def send(number):
        for _ in range(5):
            with contextlib.suppress(OSError, whole.http.client.HTTPException):
                status, body = sent(stack, wanted[number])
                if status in (200, 409, 422):
                    answers[number] = (status, body)
                    return
            time.sleep(1)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        tasks = [pool.submit(send, number) for number in range(LEADS)]
        for _ in range(KILLS):
            time.sleep(3)
            kill(stack)
        for one in tasks:
            one.result()
    held = {body["code"] for status, body in answers.values() if status == 200}
    refused = {number: answer for number, answer in answers.items() if answer[0] != 200}
    made = int(stack.sql("tapbot", "SELECT count(*) FROM booking.booking WHERE source = 'форма';")) - int(before)
    assert len(answers) == LEADS and made == len(held) == LEADS - len(refused), (len(answers), made, len(held), list(refused.items())[:3])
    assert not refused, list(refused.items())[:3]
    return f"{KILLS} kills, {LEADS} leads, {made} bookings, 0 doubled"


def payments(stack):
    """A callback with the key is recorded once; two at a time add up; without the key it is refused."""
    path = n8n_files.public_paths(secret(stack))["Оплата пришла"]
    callback = n8n_files.callback(secret(stack))
    headers = {callback["name"]: callback["value"]}
    booking = booked(stack, 1)[0]
    deposit = booking["deposit"]["amount"] // 100 or 1000

    def pay(number, amount, **more):
        return whole.call(PORT, "POST", f"/webhook/{path}", {"payment_id": f"{booking['code']}-{number}", "booking": booking["code"], "amount_tenge": amount}, {**headers, **more}, timeout=60)

    def paid():
        return whole.call(BOOKING, "GET", f"/v1/bookings/{booking['id']}", headers=key(stack))[1]["paid"]["amount"] // 100
    assert pay(0, 10, **{callback["name"]: "wrong"})[0] == 403 and paid() == 0
    answer = pay(1, deposit)
    assert answer == (200, {"result": "recorded"}) and paid() == deposit, (answer, paid())
    assert pay(1, deposit)[0] == 200 and paid() == deposit, "a payment that is reported twice counts twice"
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        assert {status for status, _ in pool.map(lambda number: pay(number, 100 * number), (2, 3, 4))} == {200}
    assert paid() == deposit + 900, paid()
    assert pay("x", -5)[0] == 422 and pay("y", 1.5)[0] == 422
    return f"{deposit} tenge once, three at a time add up"


ARRIVALS = "Утром: заезды и выезды"


def scheduled(api, number, cron):
    """Changes the time of the daily list, as a person would in the editor; returns the workflow."""
    mine = api.call("GET", f"/rest/workflows/{number}")
    next(node for node in mine["nodes"] if node["name"] == "Каждое утро")["parameters"]["rule"]["interval"][0]["expression"] = cron
    return api.call("PATCH", f"/rest/workflows/{number}", {one: mine[one] for one in ("name", "nodes", "connections", "settings", "versionId")})


def people_keep(stack):
    """What a person has changed, unpublished or deleted stays; --reset brings ours back."""
    api, name = rest(stack), ARRIVALS
    (listed,) = [one for one in api.call("GET", "/rest/workflows") if one["name"] == name]
    scheduled(api, listed["id"], "30 6 * * *")
    printed = install(stack)
    assert "всё уже так" in printed and f"«{name}» изменён" in printed and "--reset" in printed, printed
    assert "30 6 * * *" in json.dumps(api.call("GET", f"/rest/workflows/{listed['id']}")), "an edit of a person is lost"
    assert name in install(stack, name) and "0 8 * * *" in json.dumps(api.call("GET", f"/rest/workflows/{listed['id']}"))
    api.call("POST", f"/rest/workflows/{listed['id']}/deactivate", {})
    assert "снят с публикации" in install(stack)
    assert "изменено 1" in install(stack, name) and install(stack) == "n8n: всё уже так"
    api.call("POST", f"/rest/workflows/{listed['id']}/archive", {})
    assert "удалён" in install(stack)
    assert "изменено 1" in install(stack, name) and install(stack) == "n8n: всё уже так"
    return "changed, unpublished, deleted: kept; --reset restores"


def chat_is_set(stack):
    """People write the number of their chat into the table of settings."""
    stack.sql("n8n", f"UPDATE \"{table(stack, 'TapBot: настройки')}\" SET value = '{CHAT}' WHERE setting = 'staff_chat';")


def messages(stack):
    return [line.split("|", 1) for line in stack.sql("tapbot", f"SELECT id, payload FROM bot.sending WHERE chat_id = {CHAT} ORDER BY id;").splitlines()]


def staff_hears(stack):
    """With a chat of staff: a new booking, a broken workflow and an expiring hold without Telegram are reported, each once."""
    chat_is_set(stack)
    assert install(stack) == "n8n: всё уже так", "an install has replaced the number of the chat"
    before = len(messages(stack))
    booked(stack, 1)
    until(120, lambda: len(messages(stack)) > before)
    unknown = {"id": str(uuid.uuid4()), "type": "booking.held", "occurred_at": "2026-12-01T10:00:00Z", "sequence": 1, "resource": {"type": "booking", "id": str(uuid.uuid4()), "version": 1},
               "data": {"id": str(uuid.uuid4())}}
    broken = len(rows(stack, "Сбои", "failure_id"))
    assert posted("tapbot-bookings", *signed(stack, "tapbot-bookings", unknown)) >= 500, "an event that became no row was accepted"
    until(120, lambda: len(rows(stack, "Сбои", "failure_id")) > broken)
    until(120, lambda: len(messages(stack)) > before + 1)
    while not (ending := book(stack, next(stays(stack)), 10)):
        pass
    reminders = lambda: [one for one in messages(stack) if ending["code"] in one[1] and "позвоните" in one[1]]  # noqa: E731
    until(130, reminders)
    time.sleep(65)
    assert len(reminders()) == 1, reminders()
    return "a booking, a broken workflow, an expiring hold"


def arrivals(stack):
    """The list of the day, by its schedule, which is set to each minute for it."""
    for flat, code, _, _ in itertools.islice(stays(stack), 20):
        made = book(stack, (flat, code, whole.in_days(0), whole.in_days(2)))
        if made and whole.call(BOOKING, "POST", f"/v1/bookings/{made['id']}/confirm", {}, key(stack))[0] == 200:
            break
    api = rest(stack)
    (listed,) = [one for one in api.call("GET", "/rest/workflows") if one["name"] == ARRIVALS and not one["isArchived"]]
    mine = scheduled(api, listed["id"], "* * * * *")
    api.call("POST", f"/rest/workflows/{listed['id']}/activate", {"versionId": mine["versionId"]})
    (found,) = until(130, lambda: [one[1] for one in messages(stack) if "Заезды:" in one[1]][:1])
    day = f"kind = 'booking' AND tenant_id = '{TENANT}' AND status IN ('confirmed', 'checked_in') AND (now() AT TIME ZONE 'Asia/Almaty')::date"
    wanted = [stack.sql("tapbot", f"SELECT count(*) FROM booking.occupancy WHERE {day} = {column};") for column in ("check_in", "check_out")]
    assert [number.replace("нет", "0") for number in re.findall(r"(?:Заезды|Выезды): (\w+)", found)] == wanted, (wanted, found)
    assert install(stack, ARRIVALS)
    return f"{wanted[0]} arrivals, {wanted[1]} departures"


def registered(stack):
    """booking-api and the gateway send events here; a disabled webhook is revived; a key that was renewed is replaced in n8n."""
    status, body = whole.call(BOOKING, "GET", "/v1/webhooks", headers=key(stack))
    assert [one["url"] for one in body["items"]] == ["http://n8n:5678/webhook/tapbot-bookings"] and body["items"][0]["status"] == "active", body
    status, body = whole.call(GATEWAY, "GET", "/v1/forwards?bot=apartments", headers=key(stack))
    assert [one["url"] for one in body["items"]] == ["http://n8n:5678/webhook/tapbot-failures"], body
    broken, number = len(rows(stack, "Сбои", "failure_id")), whole.call(BOOKING, "GET", "/v1/webhooks", headers=key(stack))[1]["items"][0]["id"]
    assert whole.call(BOOKING, "POST", f"/v1/webhooks/{number}/test", {}, key(stack))[0] in (200, 202, 204)
    time.sleep(5)
    (hook,) = whole.call(BOOKING, "GET", "/v1/webhooks", headers=key(stack))[1]["items"]
    assert hook["status"] == "active" and "last_error" not in hook and len(rows(stack, "Сбои", "failure_id")) == broken, hook
    whole.call(BOOKING, "DELETE", f"/v1/webhooks/{number}", headers=key(stack))
    assert "webhook" in install(stack) and install(stack) == "n8n: всё уже так"
    made = booked(stack, 1)
    until(20, lambda: rows(stack, "Брони", "code", f"booking_id = '{made[0]['id']}'"))
    return "one webhook, one forward; a test event is taken; a deleted webhook is registered again"


def memory(stack):
    """What all these steps needed."""
    return whole.memory_note(stack.box("n8n"))


STEPS = [
    ("n8n is installed by one command, and a second time changes nothing", installs),
    ("n8n has a row of a booking within two seconds", row_is_soon),
    ("n8n refuses events that are not genuine", signatures),
    ("a form's lead holds nights in n8n", leads),
    ("n8n records payments once", payments),
    ("n8n loses and doubles nothing while booking-api is killed", leads_survive),
    ("n8n loses and doubles nothing while it is down itself", n8n_was_down),
    ("n8n is registered at our services", registered),
    ("n8n keeps what people change", people_keep),
    ("n8n reports to staff", staff_hears),
    ("n8n lists the arrivals of the day", arrivals),
    ("n8n stays in its memory with our workflows", memory),
]
