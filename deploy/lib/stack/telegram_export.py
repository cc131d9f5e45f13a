# SPDX-License-Identifier: MIT
"""Documents from result.json, which Telegram Desktop writes with "Export chat history" or "Export Telegram data" and the format
JSON (Telegram/SourceFiles/export/output/export_output_json.cpp of its sources). One chat is {"name", "type", "id", "messages"},
a whole account has such chats in chats.list and left_chats.list. Pure."""
import collections
import datetime
import re
import zoneinfo

ZONE = zoneinfo.ZoneInfo("Asia/Almaty")  # of `date` without a zone; exports since 2021 also have date_unixtime
LISTS = ("chats", "left_chats")
# The kinds of chats whose ids are counted separately, as from_id and the Bot API tell them apart.
KINDS = {"personal_chat": "user", "bot_chat": "user", "saved_messages": "user", "private_group": "group", "private_supergroup": "channel",
         "public_supergroup": "channel", "private_channel": "channel", "public_channel": "channel"}
CHANNEL_BASE = 1000000000000  # a channel or supergroup is -100... in the Bot API

Counts = collections.namedtuple("Counts", "chats messages service wordless broken")


def chat_id(kind, number):
    """The id of a chat in the Bot API, under which the bots store messages."""
    return number if kind == "user" else -number if kind == "group" else -CHANNEL_BASE - number


def text_of(message):
    """The text of a message, which is a string or an array of strings and of entities with a text."""
    parts = message.get("text") or ""
    parts = parts if isinstance(parts, list) else [parts]
    return "".join(part if isinstance(part, str) else str(part.get("text", "")) if isinstance(part, dict) else "" for part in parts)


def second_of(message, name):
    """The Unix time of `date` or `edited`; None without one. Old exports have 1970 for a message that was not edited."""
    seconds = message.get(f"{name}_unixtime")
    try:
        if seconds is None and message.get(name):
            seconds = datetime.datetime.fromisoformat(message[name]).replace(tzinfo=ZONE).timestamp()
        return int(seconds) if seconds is not None and int(seconds) > 86400 else None
    except (TypeError, ValueError):
        return None


def document_of(kind, number, message):
    """The document of a message. Its version is the time of the last change, so an edited text replaces the earlier one."""
    sent = second_of(message, "date")
    if sent is None or not isinstance(message.get("id"), int):
        return None
    sender = re.fullmatch(r"user(\d+)", str(message.get("from_id") or ""))
    moment = datetime.datetime.fromtimestamp(sent, datetime.timezone.utc)
    return {"id": f"telegram-{kind}{number}-{message['id']}", "version": second_of(message, "edited") or sent, "text": text_of(message),
            "sent_at": f"{moment:%Y-%m-%dT%H:%M:%SZ}", "chat_id": chat_id(kind, number), **({"user_id": int(sender[1])} if sender else {})}


class Export:
    """The messages of an export as documents; `counts` is final after the last one."""

    def __init__(self, stream):
        self.stream, self.counts = stream, Counts(0, 0, 0, 0, 0)

    def count(self, name):
        self.counts = self.counts._replace(**{name: getattr(self.counts, name) + 1})

    def documents(self):
        """(document, line of the file) of each message that has a text; None as document from time to time between them."""
        yield from self.chat({})

    def lists(self):
        for name in self.stream.names():
            if name == "list" and self.stream.peek() == "[":
                for _ in self.stream.items():
                    yield from self.chat({})
            else:
                self.stream.skip()

    def chat(self, about):
        """The messages of the chat, or of the account, at the position. Its type and id come before its messages."""
        for name in self.stream.names():
            if name == "messages" and self.stream.peek() == "[":
                self.count("chats")
                for _ in self.stream.items():
                    line = self.stream.peek() and self.stream.line
                    yield self.message(about, self.stream.value()), line
            elif name in LISTS and self.stream.peek() == "{":
                yield from self.lists()
            elif name in ("type", "id"):
                about[name] = self.stream.value()
            else:
                self.stream.skip()

    def message(self, about, message):
        if not isinstance(message, dict) or not isinstance(about.get("id"), int):
            self.count("broken")
            return None
        if message.get("type") != "message":
            self.count("service")
            return None
        document = document_of(KINDS.get(about.get("type"), "channel"), about["id"], message)
        kept = "broken" if document is None else "messages" if document["text"].strip() else "wordless"
        self.count(kept)
        return document if kept == "messages" else None
