# SPDX-License-Identifier: MIT
"""The methods that send, edit and delete messages."""
import time

from . import entities, keyboards
from .errors import bad, named

ACTIONS = frozenset("""typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker
    find_location record_video_note upload_video_note""".split())
ALBUM_MAX = 10
DELETE_SECONDS = 48 * 3600
PHOTO_MAX = 10 << 20
QUOTE_MAX = 1024
# Parameters that change who sees a message. Without them a bot that is tested here would publish what is meant for one person.
AUDIENCE = ("receiver_user_id", "business_connection_id", "direct_messages_topic_id")
TOPIC_NAME_MAX = 128
LIVE_PERIODS = (60, 86400)
FOREVER = 0x7FFFFFFF


def text_of(world, given, name="text", **more):
    """{name, entities} of a parameter with formatted text."""
    listed = "entities" if name == "text" else f"{name}_entities"
    text, found = entities.formatted(given.text(name), given.text("parse_mode"),
                                     given.json(listed, list, "MessageEntity"), world.mentioned, **more)
    content = {name: text} if text else {}
    if found:
        content[listed] = found
    return content


def caption_of(world, given):
    return text_of(world, given, "caption", longest=entities.CAPTION_MAX, empty=None, long="message caption is too long")


def reply_of(chat, given):
    """reply_parameters, or reply_to_message_id of older libraries."""
    asked = given.json("reply_parameters", dict, "ReplyParameters") or {}
    message_id = asked.get("message_id") or given.integer("reply_to_message_id")
    if not message_id:
        return {}
    if not isinstance(message_id, int):
        raise bad('field "message_id" must be of type Number')
    found = chat.messages.get(message_id)
    if found is None:
        if asked.get("allow_sending_without_reply") or given.boolean("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")
    answered = {"reply_to_message": {name: value for name, value in found.items() if name != "reply_to_message"}}
    quote = asked.get("quote") or ""
    if not isinstance(quote, str) or len(quote) > QUOTE_MAX:
        raise bad("message quote is too long")
    if not quote:
        return answered
    whole = found.get("text") or found.get("caption") or ""
    if quote not in whole:
        raise bad("QUOTE_TEXT_INVALID")
    return answered | {"quote": {"text": quote, "position": entities.utf16(whole[:whole.index(quote)]), "is_manual": True}}


def topic_of(chat, given):
    """message_thread_id; in a group without topics there are no such threads."""
    topic = given.integer("message_thread_id")
    if not topic:
        return {}
    if topic not in chat.topics:
        raise bad("message thread not found")
    return {"message_thread_id": topic, "is_topic_message": True}


def create_forum_topic(world, bot, given):
    chat = world.chat_of(bot, given.text("chat_id"))
    name = given.text("name")
    if not chat.info.get("is_forum"):
        raise bad("the chat is not a forum")
    if not 1 <= len(name) <= TOPIC_NAME_MAX:
        raise bad("TOPIC_TITLE_INVALID" if name else "topic name must be non-empty")
    made = {"name": name, "icon_color": 0x6FB9F0}
    topic = world.post(bot, chat, bot.me, {"forum_topic_created": made, "is_topic_message": True})[0]["message_id"]
    chat.topics.add(topic)
    return {"message_thread_id": topic, **made}


def refuse_audience(given, *more):
    for name in (*AUDIENCE, *more):
        if given.text(name):
            raise bad(f"the stand-in cannot send with {name}")


def receiver_of(world, bot, chat, given):
    """The member who alone sees the message, or None. An administrator may choose any, another bot only one who has just pressed a
    button. The words of the errors are ours."""
    asked = given.json("ephemeral_message_parameters", dict, "EphemeralMessageParameters")
    if not asked:
        return None
    user_id, press = asked.get("receiver_user_id"), bot.callbacks.get(str(asked.get("callback_query_id", "")))
    if not isinstance(user_id, int):
        raise bad('can\'t parse EphemeralMessageParameters: Field "receiver_user_id" must be of type Number')
    if chat.private:
        raise bad("ephemeral messages can be sent to groups and supergroups only")
    if user_id not in chat.members or user_id not in world.users:
        raise bad("receiver of the ephemeral message is not a member of the chat")
    pressed = press and press["chat_id"] == chat.id and press["user_id"] == user_id and (
        world.clock.unhurried() - press["at"] <= world.callback_seconds)
    if not chat.admin and not pressed:
        raise bad("not enough rights to send ephemeral messages")
    if asked.get("replace_callback_query_message"):
        raise bad("the stand-in cannot replace a message by an ephemeral one")
    return world.users[user_id]


def sent(world, bot, chat, given, content):
    """Posts the message with its keyboard; returns the message."""
    refuse_audience(given)
    receiver = receiver_of(world, bot, chat, given)
    kind, markup = keyboards.markup(given.text("reply_markup"), chat.private)
    content = {**topic_of(chat, given), **reply_of(chat, given), **content}
    if given.boolean("protect_content"):
        content["has_protected_content"] = True
    if kind == "inline" and markup:
        content["reply_markup"] = markup
    if receiver:
        return world.post_to_one(bot, chat, receiver, content)
    if kind in ("keyboard", "remove"):
        chat.keyboard = markup
        return world.post(bot, chat, bot.me, content, keyboard=markup)[0]
    return world.post(bot, chat, bot.me, content)[0]


def send_message(world, bot, given):
    chat = world.chat_of(bot, given.text("chat_id"))
    return sent(world, bot, chat, given, text_of(world, given))


FILES = ("photo", "document")


def file_of(world, bot, given, value, kind, field=None):
    """A photo or a document that was uploaded, sent before, or given by its URL (which is not fetched)."""
    made = world.photo if kind == "photo" else world.document
    file = given.files.get(value.removeprefix("attach://")) if value.startswith("attach://") else given.files.get(field)
    if file is not None:
        if not file.content:
            raise bad("file must be non-empty")
        if len(file.content) > PHOTO_MAX:
            raise bad("file is too big")
        return made(bot, file.content)
    if not value or value.startswith("attach://"):
        raise bad(f"there is no {kind} in the request")
    if value in bot.files:
        return made(bot, bot.files[value][1])
    if value.startswith(("http://", "https://")):
        return made(bot, value.encode())
    raise named("photo_address")


def send_file(world, bot, given, kind):
    chat = world.chat_of(bot, given.text("chat_id"))
    content = {kind: file_of(world, bot, given, given.text(kind), kind, kind), **caption_of(world, given)}
    return sent(world, bot, chat, given, content)


def send_photo(world, bot, given):
    return send_file(world, bot, given, "photo")


def send_document(world, bot, given):
    return send_file(world, bot, given, "document")


def input_media(world, bot, given, one):
    """The content of an InputMediaPhoto or InputMediaDocument."""
    if not isinstance(one, dict) or one.get("type") not in FILES:
        raise bad("can't parse InputMedia: the stand-in knows photos and documents only")
    listed = one.get("caption_entities")
    if not isinstance(listed, list | None):
        raise bad("expected an Array of MessageEntity")
    content = {one["type"]: file_of(world, bot, given, str(one.get("media", "")), one["type"])}
    text, found = entities.formatted(str(one.get("caption", "")), str(one.get("parse_mode", "")), listed,
                                     world.mentioned, longest=entities.CAPTION_MAX, empty=None,
                                     long="message caption is too long")
    content.update({"caption": text} if text else {})
    content.update({"caption_entities": found} if found else {})
    return content


def send_media_group(world, bot, given):
    chat = world.chat_of(bot, given.text("chat_id"))
    media = given.json("media", list, "InputMedia") or []
    if not media:
        raise bad("there are no messages to send")
    if len(media) > ALBUM_MAX:
        raise bad("too many messages to send as an album")
    refuse_audience(given, "ephemeral_message_parameters")
    group = str(world.random.randrange(10**16, 10**17))
    contents = [{"media_group_id": group, **input_media(world, bot, given, one)} for one in media]
    return [world.post(bot, chat, bot.me, {**reply_of(chat, given), **content})[0] for content in contents]


def location_of(given):
    latitude, longitude = given.number("latitude"), given.number("longitude")
    if latitude is None or longitude is None:
        raise bad(f"parameter \"{'latitude' if latitude is None else 'longitude'}\" is required")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad("wrong latitude or longitude specified")
    return {"latitude": latitude, "longitude": longitude}


def send_location(world, bot, given):
    chat, location = world.chat_of(bot, given.text("chat_id")), location_of(given)
    if (period := given.integer("live_period")) != 0:
        if period != FOREVER and not LIVE_PERIODS[0] <= period <= LIVE_PERIODS[1]:
            raise bad("wrong live location period specified")
        location["live_period"] = period
    return sent(world, bot, chat, given, {"location": location})


def send_venue(world, bot, given):
    chat, location = world.chat_of(bot, given.text("chat_id")), location_of(given)
    for name in ("title", "address"):
        if name not in given:
            raise bad(f'parameter "{name}" is required')
    venue = {"location": location, "title": given.text("title"), "address": given.text("address")}
    return sent(world, bot, chat, given, {"venue": venue, "location": location})


def send_chat_action(world, bot, given):
    chat = world.chat_of(bot, given.text("chat_id"))
    if given.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    world.emit("action", bot, chat.id, action=given.text("action"))
    return True


# Editing

def editable(world, bot, given):
    if given.text("inline_message_id"):
        raise bad("MESSAGE_ID_INVALID")
    chat = world.chat_of(bot, given.text("chat_id"))
    if not given.text("message_id"):
        raise bad("message identifier is not specified")
    message = chat.messages.get(given.integer("message_id"))
    if message is None:
        raise named("edit_not_found")
    if message["from"]["id"] != bot.id:
        raise named("cannot_edit")
    return chat, message


def edited(world, bot, given, chat, message, content, replaced):
    """Replaces the fields `replaced` of a message with `content`; without a keyboard the message loses its own."""
    kind, markup = keyboards.markup(given.text("reply_markup"), chat.private)
    if kind == "inline" and markup:
        content["reply_markup"] = markup
    elif kind not in (None, "inline"):
        raise bad("inline keyboard expected")
    replaced = (*replaced, "reply_markup")
    if all(message.get(name) == content.get(name) for name in replaced):
        raise named("not_modified")
    return world.change(bot, chat, message, content, remove=replaced)


def edit_message_text(world, bot, given):
    chat, message = editable(world, bot, given)
    content = text_of(world, given)
    if "text" not in message:
        raise named("no_text")
    return edited(world, bot, given, chat, message, content, ("text", "entities"))


def edit_message_caption(world, bot, given):
    chat, message = editable(world, bot, given)
    if not any(kind in message for kind in FILES):
        raise bad("there is no caption in the message to edit")
    return edited(world, bot, given, chat, message, caption_of(world, given), ("caption", "caption_entities"))


def edit_message_reply_markup(world, bot, given):
    chat, message = editable(world, bot, given)
    return edited(world, bot, given, chat, message, {}, ())


def edit_message_media(world, bot, given):
    chat, message = editable(world, bot, given)
    media = given.json("media", dict, "InputMedia")
    if media is None:
        raise bad('parameter "media" is required')
    if not any(kind in message for kind in ("text", *FILES)):
        raise named("cannot_edit")
    content = input_media(world, bot, given, media)
    replaced = ("text", "entities", *FILES, "caption", "caption_entities")
    return edited(world, bot, given, chat, message, content, replaced)


def delete_message(world, bot, given):
    chat = world.chat_of(bot, given.text("chat_id"))
    message = chat.messages.get(given.integer("message_id"))
    if message is None:
        raise named("delete_not_found")
    own = message["from"]["id"] == bot.id
    if not (own or chat.private) or time.time() - message["date"] > DELETE_SECONDS:
        raise bad("message can't be deleted for everyone" if own else "message can't be deleted")
    world.delete(bot, chat, message["message_id"])
    return True


def delete_messages(world, bot, given):
    """Messages that do not exist are skipped."""
    chat = world.chat_of(bot, given.text("chat_id"))
    for message_id in given.json("message_ids", list, "Integer") or []:
        if isinstance(message_id, int) and message_id in chat.messages:
            world.delete(bot, chat, message_id)
    return True


# Copies

CONTENT = ("text", "entities", *FILES, "caption", "caption_entities", "venue", "location", "contact")


def source_of(world, bot, given, what):
    message = world.chat_of(bot, given.text("from_chat_id"), writing=False).messages.get(given.integer("message_id"))
    if message is None:
        raise bad(f"message to {what} not found")
    return message, {name: message[name] for name in CONTENT if name in message}


def copy_message(world, bot, given):
    chat = world.chat_of(bot, given.text("chat_id"))
    _message, content = source_of(world, bot, given, "copy")
    kept = {kind: content[kind] for kind in FILES if kind in content}
    if "caption" in given and kept:
        content = {**kept, **caption_of(world, given)}
    return {"message_id": sent(world, bot, chat, given, content)["message_id"]}


def forward_message(world, bot, given):
    chat = world.chat_of(bot, given.text("chat_id"))
    message, content = source_of(world, bot, given, "forward")
    content["forward_origin"] = {"type": "user", "date": message["date"], "sender_user": message["from"]}
    return world.post(bot, chat, bot.me, content)[0]


METHODS = {
    "sendmessage": send_message, "sendphoto": send_photo, "senddocument": send_document, "sendmediagroup": send_media_group,
    "sendlocation": send_location, "sendvenue": send_venue, "sendchataction": send_chat_action,
    "editmessagetext": edit_message_text, "editmessagecaption": edit_message_caption,
    "editmessagereplymarkup": edit_message_reply_markup, "editmessagemedia": edit_message_media,
    "deletemessage": delete_message, "deletemessages": delete_messages,
    "copymessage": copy_message, "forwardmessage": forward_message, "createforumtopic": create_forum_topic,
}
