# SPDX-License-Identifier: MIT
"""Both servers from nothing to a guest's booking: Telegram outside, the edge and the gateway on server 1, the link, the
API and the data on server 2; programs with keys, people with passwords."""
import time
import uuid

import browser
import rig
import stack as stacks
from booking_guests import Guest
from booking_load import day
from two_stack import BOT

FLATS = 24
ASKED, LOOKED_FOR = "Подскажите, есть ли парковка у дома?", "парковка"
FOUND_SECONDS, PAGE_SECONDS = 30, 60
# The gateway polls for new bots and their files.
KNOWN_SECONDS = 30
NOT_KNOWN = (404, 409)


def init(subject):
    for site in subject.sites:
        site.init(subject.password)
        subject.hosts[site.number] = site.names()
    return " and ".join(f"{len(names)} names" for names in subject.hosts.values())


def link(subject):
    subject.link()


def up(subject):
    """The data first, as the documentation has it."""
    took = {}
    for site in reversed(subject.sites):
        began = time.monotonic()
        site.tapbot("up", "--yes", quiet=True)
        took[site.number] = time.monotonic() - began
    subject.key = subject.two.key_make()
    return ", ".join(f"server {number} {len(subject.sites[number - 1].compose('ps', '--quiet').split())} containers after {seconds:.0f} s"
                     for number, seconds in took.items())


def certificates(subject):
    """Every name of an init resolves to its server."""
    for site in subject.sites:
        for name in subject.hosts[site.number]:
            stacks.certificate_ready(name.removesuffix(rig.DOMAIN).rstrip("."), server=site.public)
    return f"{sum(map(len, subject.hosts.values()))}"


def step(why, status, answer):
    assert answer.status == status, f"{why}: {answer.status}: {answer.body[:300]!r}"
    return answer.json


def flats_made(subject, count):
    """Creates flats with a key on the api host; returns their IDs."""
    customer = subject.two.customer("api", key=subject.key)
    owner = step("an owner", 201, customer.post("/v1/owners", {"name": "Асель", "phone": "+77010000001"}))["id"]
    ids = [step("a flat", 201, customer.post("/v1/apartments", {
        "owner_id": owner, "title": {"ru": f"У парка, {number + 1}"}, "city": "almaty", "rooms": 1, "max_guests": 10,
        "base_price": {"amount": 1500000, "currency": "KZT"}}))["id"] for number in range(count)]
    customer.close()
    return ids


def flats(subject):
    flats_made(subject, FLATS)


def guest(subject):
    """A guest writes to the bot and taps until a flat is booked."""
    subject.bot()
    caller = subject.two.customer("api", key=subject.two.key_make(also="bot:read,bot:admin"))
    end = time.monotonic() + KNOWN_SECONDS
    while (answer := caller.post(f"/v1/bots/{BOT}/webhook", {})).status in NOT_KNOWN and time.monotonic() < end:
        time.sleep(0.5)
    step("the webhook, over the link", 200, answer)
    caller.close()
    one = Guest(subject.first_guest(1))
    taps = subject.books(one)
    assert subject.bookings([one]) == [(one.id, one.booked)], f"received {one.booked}: {subject.bookings([one])}"
    subject.telegram.do("send", user=one.id, text=ASKED)
    return f"{taps} taps, {one.booked}"


def program(subject):
    """Like n8n: with a key on the api host it books, reads the bot's messages, which come from server 1, and finds the
    conversation by search."""
    customer = subject.two.customer("api", key=subject.key)
    flat = step("flats", 200, customer.get("/v1/apartments"))["items"][0]["id"]
    body = {"apartment_id": flat, "check_in": day(60), "check_out": day(62), "guests": 2,
            "guest": {"name": "Ерлан", "telegram_id": 77, "language": "ru"}}
    once = {"Idempotency-Key": f'"{uuid.uuid4()}"'}
    made = step("a booking", 201, customer.call("POST", "/v1/bookings", body, once))
    assert step("the same again", 201, customer.call("POST", "/v1/bookings", body, once))["id"] == made["id"]
    everything = subject.two.customer("api", key=subject.two.key_make(also="bot:read,search:read"))
    end = time.monotonic() + FOUND_SECONDS
    while not (found := step("a search", 200, everything.post("/v1/search/messages", {"query": LOOKED_FOR}))["items"]):
        assert time.monotonic() < end, "the conversation is not found"
        time.sleep(0.5)
    chat = found[0]["chat_id"]
    messages = step("the chat, over the link", 200, everything.get(f"/v1/chats/{BOT}/{chat}/messages"))["items"]
    assert any(ASKED == one["text"] for one in messages), f"the chat has {messages}"
    everything.close()
    customer.close()
    return f"{made['code']}, {len(messages)} messages"


def pages(subject):
    """Both status pages, in a browser, with the password; both work completely."""
    with browser.Browser(stacks.USER, subject.password) as chromium:
        for host in ("health", "health2"):
            status, _ = chromium.page(f"https://{host}.{rig.DOMAIN}/", lambda page: "<title>Всё работает" in page, PAGE_SECONDS)
            assert status == 200 and chromium.asked == 1, f"{host}: {status}"
    with browser.Browser() as anonymous:
        for host in ("health", "health2"):
            status, _ = anonymous.page(f"https://{host}.{rig.DOMAIN}/")
            assert status == 401, f"{host} without the password: {status}"


CHECKS = (("init", init), ("link", link), ("up", up), ("certificates", certificates), ("flats", flats), ("guest", guest),
          ("program", program), ("pages", pages))


def optional(name):
    """Later steps do not need it."""
    return name in ("program", "pages")
