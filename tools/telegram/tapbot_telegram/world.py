# SPDX-License-Identifier: MIT
"""Bots, users, chats and their messages. Pure: no sockets and no waiting; a waiting caller sets `on_change`."""
import collections
import hashlib
import random
import re
import time

from .clock import Clock
from .errors import Failure, bad, migrated
from .limits import Limits
from .updates import UpdateQueue

EVENTS_MAX = 100000     # stored events; the oldest are dropped
FILES_MAX = 128 << 20    # bytes of files that a bot can download
MESSAGES_MAX = 2000     # stored messages of a chat
CALLBACKS_MAX = 10000   # presses that can be answered
CALLBACK_SECONDS = 15.0  # not documented by Telegram; reported by users
FIRST_USER, FIRST_GROUP = 5_000_000_001, 4_000_000_001


class Chat:
    """A chat of one bot."""

    def __init__(self, info):
        self.info = info            # the object Chat of the API
        self.messages, self.next_id = {}, 1
        self.keyboard = None        # the keyboard below the input field
        self.status = "member"      # status of the bot: member, kicked, left
        self.migrated_to = None
        self.members = set()        # user ids of a group
        self.admin = False          # the bot is an administrator of a group
        self.ephemeral = {}         # messages that one member sees, by ephemeral_message_id
        self.topics = set()         # message_thread_id of each topic

    @property
    def id(self):
        return self.info["id"]

    @property
    def private(self):
        return self.info["type"] == "private"


def username_of(name):
    """A bot's username has 5 to 32 letters, digits and _, and ends in "bot" (core.telegram.org/bots/features#botfather)."""
    letters = re.sub(r"[^A-Za-z0-9]+", "_", name)
    return letters if re.fullmatch(r"\w{2,29}bot", letters, re.I) else letters[:28] + "_bot"


class Bot:
    def __init__(self, name, token, queue):
        self.name, self.token, self.queue = name, token, queue
        self.id = int(token.partition(":")[0])
        self.me = {"id": self.id, "is_bot": True, "first_name": name, "username": username_of(name)}
        self.chats, self.callbacks, self.commands = {}, collections.OrderedDict(), {}
        self.files, self.files_made, self.files_size = {}, 0, 0  # (object File, bytes) by file_id, oldest first
        self.limits = Limits()
        self.webhook = None         # parameters of setWebhook, a dict
        self.webhook_set_at = None
        self.last_error = None      # (unix time, text) of the webhook
        self.wake = lambda: None    # callback of the delivery after a change of the webhook

    def forget(self):
        """Deletes everything except for the bot itself, its webhook and its commands."""
        self.chats, self.callbacks, self.limits = {}, collections.OrderedDict(), Limits()
        self.files, self.files_size = {}, 0
        self.queue.clear()


class World:
    def __init__(self, clock=None, seed=None):
        self.clock, self.random = clock or Clock(), random.Random(seed)
        self.bots, self.users, self.deactivated = {}, {}, set()  # bots by token, users by id
        self.events, self.sequence = collections.deque(maxlen=EVENTS_MAX), 0
        self.next_user, self.next_group = FIRST_USER, FIRST_GROUP
        self.callback_seconds, self.enforce_limits, self.https_only = CALLBACK_SECONDS, False, False
        self.on_change = lambda: None

    # Bots and people

    def add_bot(self, name, token):
        head, colon, secret = token.partition(":")
        if not (head.isdigit() and colon and secret):
            raise ValueError("a token is NUMBER:SECRET")
        if token in self.bots or any(bot.name == name for bot in self.bots.values()):
            raise ValueError(f"there is a bot {name} already, or one with this token")
        self.bots[token] = Bot(name, token, UpdateQueue(self.random))
        return self.bots[token]

    def bot_named(self, name):
        """The bot with this name or token; without a name the only bot."""
        if not name and len(self.bots) == 1:
            return next(iter(self.bots.values()))
        for bot in self.bots.values():
            if name in (bot.name, bot.token):
                return bot
        raise KeyError(f"no bot {name!r}")

    def forget(self):
        for bot in self.bots.values():
            bot.forget()
        self.users, self.deactivated = {}, set()
        self.events.clear()
        self.on_change()

    def user(self, user_id):
        if user_id not in self.users:
            raise KeyError(f"no user {user_id!r}")
        return self.users[user_id]

    # Events in chats

    def emit(self, event, bot, chat_id, **more):
        self.sequence += 1
        info = {"seq": self.sequence, "event": event, "bot": bot.name, "chat_id": chat_id, "at": time.time(), **more}
        self.events.append(info)
        self.on_change()
        return info

    def post(self, bot, chat, sender, content, update=None, **fields):
        """Adds a message to the chat. `update`: kind of the update that the bot gets, if any; `fields` are added to the event."""
        message = {"message_id": chat.next_id, "from": sender, "chat": chat.info, "date": int(time.time()), **content}
        chat.next_id += 1
        chat.messages[message["message_id"]] = message
        if len(chat.messages) > MESSAGES_MAX:
            del chat.messages[next(iter(chat.messages))]
        self.emit("message", bot, chat.id, message=message, **fields)
        return message, self.queue_update(bot, update, message) if update else None

    def post_to_one(self, bot, chat, user, content):
        """Adds an ephemeral message, which has no message_id and which only the user sees."""
        number = max(chat.ephemeral, default=0) + 1
        message = {"message_id": 0, "ephemeral_message_id": number, "receiver_user": user, "from": bot.me, "chat": chat.info,
                   "date": int(time.time()), **content}
        chat.ephemeral[number] = message
        if len(chat.ephemeral) > MESSAGES_MAX:
            del chat.ephemeral[min(chat.ephemeral)]
        self.emit("message", bot, chat.id, message=message)
        return message

    def queue_update(self, bot, kind, body):
        update = bot.queue.add(kind, dict(body), self.clock.now())
        self.on_change()
        return update

    def change(self, bot, chat, message, content, remove=(), edited=True):
        """Edits a message. The edited message is a new object, so that data already sent do not change."""
        changed = {name: value for name, value in message.items() if name not in remove} | content
        if edited:
            changed["edit_date"] = int(time.time())
        chat.messages[message["message_id"]] = changed
        self.emit("edited", bot, chat.id, message=changed)
        return changed

    def delete(self, bot, chat, message_id):
        del chat.messages[message_id]
        self.emit("deleted", bot, chat.id, message_id=message_id)

    # Lookups of methods

    def chat_of(self, bot, text, writing=True):
        """The chat of a parameter chat_id; fails like Telegram if the bot may not write there."""
        if not text:
            raise bad("chat_id is empty")
        if text.startswith("@"):
            found = [chat for chat in bot.chats.values() if not chat.private and chat.info.get("username") == text[1:]]
            if not found:
                raise bad("chat not found")
            chat = found[0]
        else:
            try:
                chat_id = int(text)
            except ValueError:
                raise bad("chat not found") from None
            chat = bot.chats.get(chat_id)
            if chat is None and chat_id in self.users:
                raise Failure(403, "Forbidden: bot can't initiate conversation with a user")
            if chat is None:
                raise bad("chat not found")
        if writing:
            self.writable(chat)
        return chat

    def writable(self, chat):
        if chat.migrated_to is not None:
            raise migrated(chat.migrated_to)
        if chat.private and chat.id in self.deactivated:
            raise Failure(403, "Forbidden: user is deactivated")
        if chat.status != "member":
            where = "supergroup chat" if chat.info["type"] == "supergroup" else "group chat"
            raise Failure(403, "Forbidden: bot was blocked by the user" if chat.private else
                          f"Forbidden: bot was kicked from the {where}" if chat.status == "kicked" else
                          f"Forbidden: bot is not a member of the {where}")

    def mentioned(self, user_id):
        return self.users.get(user_id)

    # Files

    def keep_file(self, bot, content):
        """Stores a file that the bot can download; returns its object File."""
        bot.files_made += 1
        unique = hashlib.sha256(f"{bot.token} {bot.files_made}".encode()).hexdigest()[:16]
        info = {"file_id": f"AgACAg{unique}", "file_unique_id": f"AQAD{unique[:12]}", "file_size": len(content),
                "file_path": f"photos/file_{bot.files_made}.jpg"}
        bot.files[info["file_id"]] = (info, content)
        bot.files_size += len(content)
        while bot.files_size > FILES_MAX:
            bot.files_size -= len(bot.files.pop(next(iter(bot.files)))[1])
        return info

    def document(self, bot, content, name="file.pdf", mime_type="application/pdf"):
        """The object Document of a message."""
        file = self.keep_file(bot, content)
        return {"file_name": name, "mime_type": mime_type, **{k: file[k] for k in ("file_id", "file_unique_id", "file_size")}}

    def photo(self, bot, content, width=800, height=600):
        """The sizes of a photo, smallest first, as in `photo` of a message."""
        file = self.keep_file(bot, content)
        small = self.keep_file(bot, content[:1000])
        return [{"file_id": one["file_id"], "file_unique_id": one["file_unique_id"], "width": width // part,
                 "height": height // part, "file_size": one["file_size"]} for one, part in ((small, 8), (file, 1))]
