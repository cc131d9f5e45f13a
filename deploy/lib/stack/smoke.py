# SPDX-License-Identifier: MIT
"""Requests that a new instance must answer before it gets traffic: the rows of deploy/lib/smoke.tsv. During a deploy, in the context
of compared(), also those of staff, whose answers are compared with those of an old instance."""
import contextlib
import hashlib
import json
import os
import time
import typing

import services
from say import say, warn
from stack import tree, watch

SECONDS = 5          # timeout of a request
TRIES, PAUSE = 3, 2  # of a request that is answered "busy"
CLIENT = "deploy"    # the client of the key of staff
# Invariants that count what is late by the clock. They change without a deploy, and in data of the past everything is late.
OF_CLOCK = ("expired_not_swept", "stays_not_completed", "event_lag_seconds", "stored_answers_overdue", "ride_overdue", "offer_overdue",
            "trip_overdue", "ride_not_blanked")
# Days from today on which a stay is looked for, and its nights.
DAYS, NIGHTS = (30, 14, 60, 90), 3
# The tenant with the most apartments; system has none.
TENANT = """SELECT t.name FROM api.tenant t LEFT JOIN {short}.apartment a ON a.tenant_id = t.id AND a.is_active
WHERE t.name <> 'system' GROUP BY t.name ORDER BY count(a.id) DESC, t.name LIMIT 1"""


class Question(typing.NamedTuple):
    """A row. `judge`: how the answer is compared with that of the old instance, a key of JUDGES; "-" if only the status counts."""
    method: str
    path: str
    body: str
    status: int
    judge: str


class Old(typing.NamedTuple):
    """An instance of the running version, a key of staff, the violations of each invariant, and a stay that can be booked."""
    address: str
    key: str
    broken: dict | None
    stay: dict | None


old = {}  # {service: Old}, set by compared()
made = []  # the keys of staff that it deletes


def questions(service):
    with open(os.path.join(tree.ROOT, "deploy", "lib", "smoke.tsv"), encoding="utf-8") as table:
        rows = [line.rstrip("\n").split("\t") for line in table if line.strip() and not line.startswith("#")]
    return [Question(method, path, body, int(status), judge) for name, method, path, body, status, judge in rows if name == service]


def asked(address, key, method, path, body=None):
    """(status, JSON) of the response; (0, {}) if there is none. A busy instance is asked again."""
    for rest in reversed(range(TRIES)):
        status, found = watch.call(address, key, method, path, SECONDS, body) or (0, {})
        if status != 503 or not rest:
            return status, found
        time.sleep(PAUSE)
    return 0, {}


def refusal(one, status):
    return (f"новая копия отвечает {status} на {one.method} {one.path}, нужно {one.status}",
            f"the new instance answers {one.method} {one.path} with {status}, expected {one.status}")


def wrong(service, address):
    """Why the instance must not get traffic, in Russian and English, or None. Rows without a judge are asked with the key of health,
    whose tenant has no data."""
    for one in questions(service):
        if one.judge == "-":
            body = None if one.body == "-" else json.loads(one.body)
            status, _ = asked(address, watch.key(), one.method, one.path, body)
            why = refusal(one, status) if status != one.status else None
        else:
            why = JUDGES[one.judge](one, address, old[service]) if service in old else None
        if why:
            return why
    return None


# ---- the invariants

def violations(found):
    """{name of an invariant of the data: its violations, 0 if they are acceptable}"""
    return {check["name"]: 0 if check["ok"] else check["count"] for check in found["checks"] if check["name"] not in OF_CLOCK}


def not_more_broken(one, address, before):
    """An invariant that the old version does not know cannot be compared, so its violations are only reported."""
    if before.broken is None:
        return None
    status, found = asked(address, before.key, one.method, one.path)
    if status != one.status:
        return refusal(one, status)
    now = violations(found)
    if unknown := [f"{name}: {count}" for name, count in now.items() if count and name not in before.broken]:
        warn(f"Нарушены правила, которых прежняя версия не проверяла: {', '.join(unknown)}",
             f"Invariants are broken that the previous version did not check: {', '.join(unknown)}")
    worse = [f"{name}: {before.broken[name]} -> {count}" for name, count in now.items() if count > before.broken.get(name, count)]
    return (f"после миграций нарушений правил броней больше, чем до них: {', '.join(worse)}",
            f"more violations of the invariants than before the migrations: {', '.join(worse)}") if worse else None


# ---- a quote

def total(address, key, stay):
    """(status, total) of a quote that is not stored."""
    status, found = asked(address, key, "POST", "/v1/quotes?dry_run=true", stay)
    amount = ((found.get("would") or {}).get("total") or {}).get("amount")
    return status, amount if status == 200 and isinstance(amount, int) and amount > 0 else None


def free_stay(address, key):
    """A stay for which the instance names a total, or None."""
    for days in DAYS:
        first, last = (time.strftime("%Y-%m-%d", time.gmtime(time.time() + day * 86400)) for day in (days, days + NIGHTS))
        _, found = asked(address, key, "GET", f"/v1/apartments?limit=1&guests=1&check_in={first}&check_out={last}")
        for item in found.get("items", ()):
            stay = {"apartment_id": item["id"], "check_in": first, "check_out": last, "guests": 1}
            if total(address, key, stay)[1]:
                return stay
    return None


def as_quoted(one, address, before):
    """If the old instance quotes no total any more, a guest has booked the stay in the meantime, and another stay is looked for."""
    stay = before.stay
    for _ in range(TRIES):
        if stay is None:
            return None
        status, amount = total(address, before.key, stay)
        if amount:
            return None
        if total(before.address, before.key, stay)[1]:
            break
        stay = free_stay(before.address, before.key)
    if status != one.status:
        return refusal(one, status)
    return (f"новая копия не называет цену: {one.method} {one.path}", f"the new instance names no total: {one.method} {one.path}")


JUDGES = {"invariants": not_more_broken, "total": as_quoted}


# ---- the key of staff

def key_made(service, tenant):
    """A key that expires tomorrow if this process is killed, or None. It is in the memory of this process only."""
    tomorrow = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86400))
    scopes = ",".join(f"{service.short}:{right}" for right in ("read", "write", "admin"))
    done = tree.run(*tree.run_once_command(f"{service.short}-migrate", "--keys", "create", "--tenant", tenant, "--client", CLIENT, "--scopes", scopes, "--expires", tomorrow), cwd=tree.ROOT)
    if done.returncode:
        return None
    made.append(done.stdout.strip())
    return made[-1]


def drop(key):
    """The statement that deletes the key. Its client may have others, given to people by `keys create`."""
    return f"DELETE FROM api.api_key WHERE hash = '\\x{hashlib.sha256(key.encode()).hexdigest()}'"


def asked_before(service):
    """Asks an instance of the running version; None, with the reason printed, if that is not possible."""
    address = next((one for one in watch.addresses(service.name) if asked(one, None, "GET", "/livez")[0]), None)
    found = tree.psql(TENANT.format(short=service.short), "tapbot") if address else None
    tenant = found.stdout.strip() if found else ""
    key = key_made(service, tenant) if tenant else None
    if not key:
        why = ("прежняя копия не отвечает", "the previous instance does not answer") if not address else \
            ("в базе ещё нет арендатора", "the database has no tenant yet") if not tenant else ("ключ для вопросов не сделан", "no key was made")
        warn(f"{service.name}: правила и цена не сравниваются: {why[0]}", f"{service.name}: invariants and quote are not compared: {why[1]}")
        return None
    status, checks = asked(address, key, "GET", "/v1/selfcheck")
    if status != 200:
        warn(f"{service.name}: правила не сравниваются: прежняя копия ответила {status}", f"{service.name}: the invariants are not compared: the previous instance answered {status}")
    stay = free_stay(address, key)
    if not stay:
        say(f"{service.name}: квартир, которые можно забронировать, нет: цена не спрашивается.", f"{service.name}: no apartment can be booked: no quote is asked for.")
    return Old(address, key, violations(checks) if status == 200 else None, stay)


@contextlib.contextmanager
def compared(names):
    """Context in which new instances of these services are compared with what an old one answers now."""
    ours = [one for one in services.services() if one.name in names and any(row.judge != "-" for row in questions(one.name))]
    try:
        old.update({one.name: found for one in ours if (found := asked_before(one))})
        yield
    finally:
        old.clear()
        while made:
            tree.psql(drop(made.pop()), "tapbot")
