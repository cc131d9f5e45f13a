# SPDX-License-Identifier: MIT
"""Actions of users: writing, pressing buttons, blocking the bot, migrating a group to a supergroup. Invalid requests raise
ValueError or KeyError with a message for the control API."""
import base64
import time

from . import entities
from .world import CALLBACKS_MAX, Chat

ID_END = 1 << 52
SUPERGROUP_BASE = -1_000_000_000_000
USER_FIELDS = ("first_name", "last_name", "username", "language_code")
CONTACT_FIELDS = ("phone_number", "first_name", "last_name", "user_id")
LOCATION_FIELDS = ("latitude", "longitude", "horizontal_accuracy", "live_period", "heading")
# The default content of a photo: a minimal file with the first and last bytes of a JPEG.
PHOTO = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")


def add_user(world, given):
    user_id = given.get("id", world.next_user)
    if not isinstance(user_id, int) or not 0 < user_id < ID_END:
        raise ValueError("the id of a user is a number above 0, of at most 52 bits")
    world.next_user = max(world.next_user, user_id) + 1
    user = {"id": user_id, "is_bot": False, "first_name": "Guest"}
    user.update({name: given[name] for name in USER_FIELDS if given.get(name) is not None})
    world.users[user_id] = user
    return user


def private_chat(world, bot, user):
    """The private chat of the user with the bot; it is created if the user has not written yet."""
    if user["id"] not in bot.chats:
        info = {"id": user["id"], "type": "private"}
        info.update({name: user[name] for name in ("first_name", "last_name", "username") if name in user})
        bot.chats[user["id"]] = Chat(info)
    return bot.chats[user["id"]]


def add_group(world, bot, given):
    kind = given.get("type", "group")
    if kind not in ("group", "supergroup"):
        raise ValueError("type is group or supergroup")
    number = world.next_group
    world.next_group += 1
    chat_id = given.get("id") or (-number if kind == "group" else SUPERGROUP_BASE - number)
    if not isinstance(chat_id, int) or not -ID_END < chat_id < 0 or chat_id in bot.chats:
        raise ValueError("a group has a negative id of its own, of at most 52 bits")
    info = {"id": chat_id, "title": given.get("title", "Group"), "type": kind}
    if kind == "supergroup" and given.get("username"):
        info["username"] = given["username"]
    if kind == "supergroup" and given.get("is_forum"):
        info["is_forum"] = True
    chat = bot.chats[chat_id] = Chat(info)
    chat.members = {world.user(member)["id"] for member in given.get("members", [])}
    chat.admin = bool(given.get("admin"))
    adder = world.user(min(chat.members)) if chat.members else bot.me
    member_changed(world, bot, chat, adder, "left", "member")
    return chat


def chat_and_user(world, bot, given):
    """(chat, user) of a request: by default the only user and the private chat."""
    user_id = given.get("user")
    if user_id is None and len(world.users) == 1:
        user_id = next(iter(world.users))
    user = world.user(user_id)
    if given.get("chat") in (None, user["id"]):
        return private_chat(world, bot, user), user
    if given["chat"] not in bot.chats:
        raise KeyError(f"no chat {given['chat']!r}")
    return bot.chats[given["chat"]], user


def message_of(chat, message_id):
    if message_id not in chat.messages:
        raise KeyError(f"no message {message_id!r} in this chat")
    return chat.messages[message_id]


def picture(given):
    return base64.b64decode(given["content"]) if given.get("content") else PHOTO


def content_of(world, bot, given):
    """The content of a message."""
    if "text" in given:
        text = entities.cleaned(str(given["text"]))[0]
        content = {"text": text}
        if found := sorted(entities.found_in(text), key=lambda one: one["offset"]):
            content["entities"] = found
        return content
    if "contact" in given:
        contact = given["contact"]
        if "phone_number" not in contact:
            raise ValueError("a contact has a phone_number")
        return {"contact": {"first_name": "Guest"} | {k: contact[k] for k in CONTACT_FIELDS if k in contact}}
    if "location" in given:
        return {"location": {k: given["location"][k] for k in LOCATION_FIELDS if k in given["location"]}}
    if "photo" in given:
        photo = given["photo"] or {}
        content = {"photo": world.photo(bot, picture(photo))}
        if photo.get("caption"):
            content["caption"] = entities.cleaned(photo["caption"])[0]
        return content
    if "document" in given:
        document = given["document"] or {}
        named = {k: document[k] for k in ("name", "mime_type") if k in document}
        content = {"document": world.document(bot, picture(document), **named)}
        return content | ({"caption": entities.cleaned(document["caption"])[0]} if document.get("caption") else {})
    if "web_app_data" in given:
        data = given["web_app_data"]
        return {"web_app_data": {"data": str(data["data"]), "button_text": str(data.get("button_text", "Open"))}}
    if "message" in given:
        return dict(given["message"])  # any fields of a message, unchanged
    raise ValueError("text, contact, location, photo, photos, document, web_app_data or message")


def send(world, bot, given):
    """Sends messages of a user, several for an album. Returns (messages, updates)."""
    chat, user = chat_and_user(world, bot, given)
    if chat.private and chat.status == "kicked":
        raise ValueError("this user has blocked the bot; unblock first")
    if "photos" in given:
        group = str(world.random.randrange(10**16, 10**17))
        contents = [content_of(world, bot, {"photo": one}) | {"media_group_id": group} for one in given["photos"]]
    else:
        contents = [content_of(world, bot, given)]
    if given.get("reply_to"):
        replied = {k: v for k, v in message_of(chat, given["reply_to"]).items() if k != "reply_to_message"}
        topic = {k: replied[k] for k in ("message_thread_id", "is_topic_message") if k in replied}
        contents = [content | topic | {"reply_to_message": replied} for content in contents]
    if chat.keyboard and chat.keyboard.get("one_time_keyboard"):
        chat.keyboard = None
    posted = [world.post(bot, chat, user, content, "message") for content in contents]
    return [message for message, _ in posted], [update for _, update in posted if update]


def edit(world, bot, given):
    """Edits a message of the user: its text or a live location."""
    chat, user = chat_and_user(world, bot, given)
    message = message_of(chat, given.get("message_id"))
    if message["from"]["id"] != user["id"]:
        raise ValueError("that is not this user's message")
    period = {k: v for k, v in message.get("location", {}).items() if k == "live_period"}
    content = content_of(world, bot, given)
    if "location" in content:
        content["location"] = period | content["location"]
    changed = world.change(bot, chat, message, content, remove=("entities",))
    return changed, world.queue_update(bot, "edited_message", changed)


def buttons(message):
    return [button for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]


def pressed(chat, given):
    """(message, data) of a button with this data or text, in the given message or in the newest one that has it."""
    if given.get("message_id") is not None:
        candidates = [chat.messages[given["message_id"]]] if given["message_id"] in chat.messages else []
    else:
        candidates = [message for message in reversed(chat.messages.values()) if message.get("reply_markup")]
    for message in candidates:
        for button in buttons(message):
            if "callback_data" in button and (given.get("data", button["callback_data"]) == button["callback_data"]
                                              and given.get("button", button["text"]) == button["text"]):
                return message, button["callback_data"]
    return None, None


def press(world, bot, given):
    """Presses a button; returns (press, update). `forged`: the button and its message need not exist."""
    chat, user = chat_and_user(world, bot, given)
    message, data = pressed(chat, given)
    if given.get("forged"):
        data = str(given.get("data", ""))
        message = chat.messages.get(given.get("message_id")) or {
            "message_id": given.get("message_id") or 1, "chat": chat.info, "date": 0}
    elif message is None:
        raise KeyError("no such button in this chat")
    query_id = str(world.random.randrange(10**17, 10**18))
    body = {"id": query_id, "from": user, "message": message, "chat_instance": str(hash((bot.id, chat.id)) & (2**62 - 1)),
            "data": data}
    bot.callbacks[query_id] = {"id": query_id, "at": world.clock.unhurried(), "chat_id": chat.id, "user_id": user["id"], "answers": []}
    while len(bot.callbacks) > CALLBACKS_MAX:
        bot.callbacks.popitem(last=False)
    return bot.callbacks[query_id], world.queue_update(bot, "callback_query", body)


def member(bot, status):
    info = {"status": status, "user": bot.me}
    if status == "kicked":
        info["until_date"] = 0
    return info


def member_changed(world, bot, chat, user, before, after):
    chat.status = after
    world.emit("member", bot, chat.id, status=after)
    return world.queue_update(bot, "my_chat_member", {
        "chat": chat.info, "from": user, "date": int(time.time()),
        "old_chat_member": member(bot, before), "new_chat_member": member(bot, after)})


def set_status(world, bot, given, after):
    """Blocks or unblocks the bot; in a group removes or adds it."""
    chat, user = chat_and_user(world, bot, given)
    return None if chat.status == after else member_changed(world, bot, chat, user, chat.status, after)


def migrate(world, bot, given):
    """Migrates a group to a supergroup with another id; calls with the old id return that id."""
    chat = bot.chats.get(given.get("chat"))
    if chat is None or chat.info["type"] != "group" or chat.migrated_to is not None:
        raise ValueError("chat is a group that was not migrated yet")
    user = world.user(given["user"]) if given.get("user") else bot.me
    info = {"id": SUPERGROUP_BASE - world.next_group, "title": chat.info["title"], "type": "supergroup"}
    world.next_group += 1
    new = bot.chats[info["id"]] = Chat(info)
    new.members, new.admin = set(chat.members), chat.admin
    first = world.post(bot, chat, user, {"migrate_to_chat_id": new.id}, "message")[1]
    chat.migrated_to = new.id
    second = world.post(bot, new, user, {"migrate_from_chat_id": chat.id}, "message")[1]
    return new, [update for update in (first, second) if update]
