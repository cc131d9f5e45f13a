# SPDX-License-Identifier: MIT
"""The steps of a user on a bare machine with Docker: init, doctor, up, and then a booking from outside."""
import os
import uuid

import browser
import rig
import stack as stacks
from booking_load import day

import services

NOT_FOR_CUSTOMERS = ("n8n", "dir", "traefik1", "pg", "logs2", "redis1", "portainer2")
EVERY_HOST = ("", "www", "docs", "api", "booking", "health", "health2", *NOT_FOR_CUSTOMERS)


def init(stack):
    stack.init()
    with open(os.path.join(stacks.SITE, "deploy/lib/secrets.tsv"), encoding="utf-8") as file:
        table = dict(row[:2] for row in services.secret_rows(file.read(), services.services()))
    folder = os.path.join(stacks.SITE, "secrets")
    assert set(os.listdir(folder)) == {*table, "bots"}, set(os.listdir(folder)) ^ {*table, "bots"}
    bots = os.stat(os.path.join(folder, "bots"))
    assert (bots.st_mode & 0o777, bots.st_uid) == (0o500, services.one("bot-gateway").uid), f"secrets/bots: {bots}"
    for name, owner in table.items():
        file, mode = os.stat(os.path.join(folder, name)), 0o440 if ":" in owner else 0o400
        assert (file.st_mode & 0o777, str(file.st_uid)) == (mode, owner.split(":")[0]), f"secrets/{name}: {file}"
    assert os.stat(os.path.join(stacks.SITE, ".env")).st_mode & 0o777 == 0o600
    return f"{len(table)} secrets"


def up(stack):
    took = stack.up()
    stack.key = stack.key_make()
    return f"{len(stacks.compose('ps', '--quiet').split())} containers, ready after {took:.0f} s"


def doctor(_stack):
    """On a correct machine it finds nothing."""
    done = stacks.tapbot("doctor", check=False, quiet=True)
    assert done.returncode == 0, done.stdout[-2000:]
    return done.stdout.strip().splitlines()[-1][:100] if done.stdout.strip() else ""


def certificates(_stack):
    for name in EVERY_HOST:
        stacks.certificate_ready(name)
    return f"{len(EVERY_HOST)} names, issued over HTTP-01"


def booking(stack):
    """With an API key, over TLS; and again with the same Idempotency-Key from another connection."""
    customer = stacks.Customer("api", key=stack.key)

    def step(why, status, method, path, body=None, headers=None):
        answer = customer.call(method, path, body, headers)
        assert answer.status == status, f"{why}: {answer.status}: {answer.body[:300]!r}"
        return answer

    owner = step("an owner", 201, "POST", "/v1/owners", {"name": "Асель", "phone": "+77010000001"}).json["id"]
    flat = step("a flat", 201, "POST", "/v1/apartments",
                {"owner_id": owner, "title": {"ru": "У парка"}, "city": "almaty", "rooms": 1, "max_guests": 4,
                 "base_price": {"amount": 1500000, "currency": "KZT"}}).json["id"]
    body = {"apartment_id": flat, "check_in": day(10), "check_out": day(12), "guests": 2,
            "guest": {"name": "Ерлан", "telegram_id": 77, "language": "ru"}}
    once, other = ({"Idempotency-Key": f'"{uuid.uuid4()}"'} for _ in range(2))
    first = step("the booking", 201, "POST", "/v1/bookings", body, once).json
    customer.close()
    again = step("the same from another connection", 201, "POST", "/v1/bookings", body, once)
    assert again.json["id"] == first["id"] and again.headers["Idempotent-Replay"] == "true"
    step("the same nights for another guest", 409, "POST", "/v1/bookings", body, other)
    customer.close()
    v6 = stacks.Customer("api", key=stack.key, source=rig.OUTSIDE_V6)
    assert v6.get(f"/v1/bookings/{first['id']}").json["code"] == first["code"]
    v6.close()
    return f"{first['code']}, over IPv4 and IPv6"


def people(stack):
    """The host booking requires a password for its pages, and for /v1 also the key."""
    without = stacks.Customer("booking")
    answer = without.get("/docs")
    assert answer.status == 401 and "Basic" in answer.headers["WWW-Authenticate"], answer.status
    without.close()
    with_password = stacks.Customer("booking", password=stack.password)
    assert with_password.get("/docs").status == 200
    assert with_password.get("/v1/cities").status == 401
    assert with_password.get("/v1/cities", key=stack.key).status == 200
    with_password.close()


def in_browser(stack):
    """/docs behind BasicAuth, with its scripts and operations; the documentation without a password."""
    docs = f"https://booking.{rig.DOMAIN}/docs"
    with browser.Browser(stacks.USER, stack.password) as chromium:
        status, shown = chromium.page(docs, lambda page: "opblock" in page)
        assert status == 200 and "/v1/apartments" in shown and chromium.asked == 1
        status, _ = chromium.page(f"https://docs.{rig.DOMAIN}/", lambda page: "tapbot" in page)
        assert status == 200 and chromium.asked == 0
    with browser.Browser() as anonymous:
        status, shown = anonymous.page(docs)
        assert status == 401 and "swagger" not in shown, f"without the password: {status}"
    return "operations shown with the password, 401 without"


CHECKS = (("init", init), ("up", up), ("doctor", doctor), ("certificates", certificates), ("booking", booking),
          ("people", people), ("browser", in_browser))


def optional(name):
    """Later steps do not need it."""
    return name not in ("init", "up", "certificates")
