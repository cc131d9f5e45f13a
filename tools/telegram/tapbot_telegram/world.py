# SPDX-License-Identifier: MIT
"""Bots, people, chats and what was said in them. Pure: no sockets and no waiting; who waits sets `on_change`."""
import collections
import hashlib
import random
import time

from .clock import Clock
from .errors import Failure, bad, migrated
from .limits import Limits
from .updates import UpdateQueue

EVENTS_MAX = 100000     # events kept for those who wait; the oldest go first
FILES_MAX = 128 << 20    # bytes of files a bot can still fetch
MESSAGES_MAX = 2000     # messages kept in a chat
CALLBACKS_MAX = 10000   # presses that can still be answered
CALLBACK_SECONDS = 15.0  # nobody at Telegram promises a number; this one is what people report
FIRST_USER, FIRST_GROUP = 5_000_000_001, 4_000_000_001


class Chat:
    """A chat as one bot knows it."""

    def __init__(self, told):
        self.told = told            # the object Chat of the API
        self.messages, self.next_id = {}, 1
        self.keyboard = None        # what stands below the input field
        self.status = "member"      # of the bot: member, kicked, left
        self.migrated_to = None
        self.members = set()        # user ids; of a group

    @property
    def id(self):
        return self.told["id"]

    @property
    def private(self):
        return self.told["type"] == "private"


class Bot:
    def __init__(self, name, token, queue):
        self.name, self.token, self.queue = name, token, queue
        self.id = int(token.partition(":")[0])
        self.me = {"id": self.id, "is_bot": True, "first_name": name, "username": name}
        self.chats, self.callbacks, self.commands = {}, collections.OrderedDict(), {}
        self.files, self.files_made, self.files_size = {}, 0, 0  # (object File, bytes) by file_id, oldest first
        self.limits = Limits()
        self.webhook = None         # what setWebhook was told; a dict
        self.webhook_set_at = None
        self.last_error = None      # (unix time, text) of the webhook
        self.wake = lambda: None    # of who delivers, when the webhook was changed

    def forget(self):
        """All but the bot itself, its webhook and its commands."""
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
        """By name or token; without a name the only one."""
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

    # What happens in chats

    def emit(self, event, bot, chat_id, **more):
        self.sequence += 1
        told = {"seq": self.sequence, "event": event, "bot": bot.name, "chat_id": chat_id, "at": time.time(), **more}
        self.events.append(told)
        self.on_change()
        return told

    def post(self, bot, chat, sender, content, update=None, **told):
        """A new message in the chat; `update` is the kind of update the bot gets of it, if any; `told` joins its event."""
        message = {"message_id": chat.next_id, "from": sender, "chat": chat.told, "date": int(time.time()), **content}
        chat.next_id += 1
        chat.messages[message["message_id"]] = message
        if len(chat.messages) > MESSAGES_MAX:
            del chat.messages[next(iter(chat.messages))]
        self.emit("message", bot, chat.id, message=message, **told)
        return message, self.tell(bot, update, message) if update else None

    def tell(self, bot, kind, body):
        update = bot.queue.add(kind, dict(body), self.clock.now())
        self.on_change()
        return update

    def change(self, bot, chat, message, content, remove=(), edited=True):
        """An edited message is a new object, so that what was sent of the old one stays as it was."""
        changed = {name: value for name, value in message.items() if name not in remove} | content
        if edited:
            changed["edit_date"] = int(time.time())
        chat.messages[message["message_id"]] = changed
        self.emit("edited", bot, chat.id, message=changed)
        return changed

    def delete(self, bot, chat, message_id):
        del chat.messages[message_id]
        self.emit("deleted", bot, chat.id, message_id=message_id)

    # What methods look up

    def chat_of(self, bot, text, writing=True):
        """The chat of a parameter chat_id; fails as Telegram does when the bot may not write there."""
        if not text:
            raise bad("chat_id is empty")
        if text.startswith("@"):
            found = [chat for chat in bot.chats.values() if not chat.private and chat.told.get("username") == text[1:]]
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
            where = "supergroup chat" if chat.told["type"] == "supergroup" else "group chat"
            raise Failure(403, "Forbidden: bot was blocked by the user" if chat.private else
                          f"Forbidden: bot was kicked from the {where}" if chat.status == "kicked" else
                          f"Forbidden: bot is not a member of the {where}")

    def mentioned(self, user_id):
        return self.users.get(user_id)

    # Files

    def keep_file(self, bot, content):
        """A file the bot can fetch; its object File."""
        bot.files_made += 1
        unique = hashlib.sha256(f"{bot.token} {bot.files_made}".encode()).hexdigest()[:16]
        told = {"file_id": f"AgACAg{unique}", "file_unique_id": f"AQAD{unique[:12]}", "file_size": len(content),
                "file_path": f"photos/file_{bot.files_made}.jpg"}
        bot.files[told["file_id"]] = (told, content)
        bot.files_size += len(content)
        while bot.files_size > FILES_MAX:
            bot.files_size -= len(bot.files.pop(next(iter(bot.files)))[1])
        return told

    def photo(self, bot, content, width=800, height=600):
        """The sizes of a photo, smallest first, as in `photo` of a message."""
        file = self.keep_file(bot, content)
        small = self.keep_file(bot, content[:1000])
        return [{"file_id": one["file_id"], "file_unique_id": one["file_unique_id"], "width": width // part,
                 "height": height // part, "file_size": one["file_size"]} for one, part in ((small, 8), (file, 1))]
