# SPDX-License-Identifier: MIT
"""The roles of --as: an owner is linked by an owner link, a member of staff by a one-time code in a group."""
import os

from say import die, text as words

from chat.standin import call

GROUP = "Сотрудники"
BEGIN = {"guest": ("Начните с /start", "Begin with /start"),
         "owner": ("Кабинет хозяина: /desk", "The desk of an owner: /desk"),
         "staff": ("Это группа сотрудников, бот пишет сюда сам", "This is the group of staff, the bot writes here by itself")}


def owner(gateway, bot, person):
    """(what to know before the chat, the command that links the person, or None if an owner has this account)"""
    booking = os.environ["BOOKING_URL"]

    def ask(method, root, path, given=None):
        return call(method, root, path, given, {"X-API-Key": gateway.key, "Content-Type": "application/json"})

    owners = sorted(ask("GET", booking, "/v1/owners?limit=100")["items"],
                    key=lambda one: (one["telegram_id"] != person, not one["notify"], one["name"]))
    for one in owners:
        if one["telegram_id"] not in (None, person):
            continue
        flats = ask("GET", booking, f"/v1/apartments?limit=1&owner_id={one['id']}")["items"]
        if not flats:
            continue
        code, title = flats[0]["code"], flats[0]["title"]
        known = words(f"Вы хозяин: {one['name']}. Одна из ваших квартир: {title['ru']}. Гость откроет её так: /start apt_{code}",
                      f"You are the owner {one['name']}. One of your apartments: {title['en'] or title['ru']}. "
                      f"A guest opens it by: /start apt_{code}")
        if one["telegram_id"] == person:
            return known, None
        url = ask("POST", gateway.root, f"/v1/bots/{bot}/owner-links", {"owner_id": one["id"]})["url"]
        return known, f"/start {url.partition('?start=')[2]}"
    return die(1, "Все хозяева демо уже привязаны к другим людям: --user их число, или начните заново: deploy/tapbot demo stop --purge",
               "All owners of the demo are linked to other users: give one by --user, or start again: deploy/tapbot demo stop --purge")


def staff(standin, bot, person):
    """(the group of staff, the command that links it and the person)"""
    groups = [one["chat"]["id"] for one in standin.see("chats", bot=bot)["chats"] if one["chat"].get("title") == GROUP]
    group = groups[0] if groups else standin.do("groups", bot=bot, title=GROUP, members=[person])["chat"]["id"]
    code, _, username = os.environ["CHAT_STAFF_CODE"].partition("\t")
    return group, f"/staff{'@' + username if username else ''} {code}"
