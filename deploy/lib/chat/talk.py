# SPDX-License-Identifier: MIT
"""The chat of a user, at a terminal or from a script, with a bot."""
import os
import select
import sys
import time

from say import text as words

from chat import lines, rendering
from chat.dialogue import Dialogue
from chat.standin import ANSWER_SECONDS, Events, Refused

QUIET_SECONDS = 0.4   # an answer is complete if no further message follows within this time
FOLLOWS_SECONDS = 2   # the same after the bot has only removed its keyboard: its next message may wait for the chat's rate limit
# A script waits ANSWER_SECONDS for an answer; a callback answer without text does not count.
CHECK_SECONDS = 1     # without an answer for so long, check whether the gateway is ready
HISTORY = 6           # messages shown of an existing chat
READ_MAX = 4096
NAMES = ("Айгерим", "Данияр", "Алия", "Ерлан", "Мадина", "Тимур", "Сауле", "Арман")
LOCAL = ("lang", "who", "help", "quit")  # commands that send nothing to the bot

HELP = ("""Что напечатано, уходит боту; число нажимает кнопку с этим номером в последних кнопках.
  =3                      отправить число как текст; так же любой текст, который начинается с двоеточия
  :contact                поделиться своим номером
  :location 43.24,76.91   поделиться местом; без чисел оно в Алматы
  :lang ru|kz|en          язык человека
  :who 1002               дальше пишет другой человек, у него свой чат с ботом
  :quit                   выйти (или Ctrl-D)""",
        """Your input goes to the bot; a number presses the button with that number among the latest buttons.
  =3                      send a number as text; also for text that begins with a colon
  :contact                share your phone number
  :location 43.24,76.91   share a location; without numbers it is in Almaty
  :lang ru|kz|en          the user's language
  :who 1002               continue as another user, who has a separate chat
  :quit                   exit (or Ctrl-D)""")


class Wrong(Exception):
    """The bot's answer was not the expected one. Argument: the message."""


class Talk:
    """`show` prints a text. `styled`: the terminal supports SGR styles."""

    def __init__(self, standin, gateway, bot, language, show, styled=False):
        self.standin, self.gateway, self.bot, self.language = standin, gateway, bot, language
        self.show, self.styled = show, styled
        self.events = self.group = None
        self.expect_answer()

    def be(self, person, group=None):
        """Switches to another user; the chats of both continue. With a group the user writes there from then on, and so do later
        users."""
        self.introduce(person)
        self.group = group or self.group
        self.dialogue, self.past = Dialogue(self.bot, person, self.styled), []
        try:
            chat = self.standin.see("chat", bot=self.bot, chat=self.chat)
            sequence = chat["sequence"]
            chat["messages"] = chat["messages"][-HISTORY:]
            self.past = self.dialogue.restore(chat)
        except Refused:  # the user has not written to the bot yet
            sequence = self.standin.see("state")["sequence"]
        if self.events:
            self.events.close()
        self.events = Events(self.standin.root, self.bot, self.chat, sequence)
        return f"{self.name} ({person})"

    @property
    def name(self):
        return NAMES[self.person % len(NAMES)]

    @property
    def chat(self):
        return self.group or self.person

    def introduce(self, person):
        self.person = person
        self.standin.do("users", bot=self.bot, id=self.person, first_name=self.name, language_code=lines.LANGUAGES[self.language])

    # Actions of the user. Each returns the text that represents it in the chat.

    def act(self, kind, value):
        """(text that represents the action, whether the bot receives something)"""
        if kind not in LOCAL:
            self.expect_answer()
        if kind == "number":
            chosen = self.dialogue.by_number(value)
            return self.press(*chosen) if chosen else (self.send_text(str(value)), True)
        acts = {"text": self.send_text, "contact": self.send_contact, "location": self.send_location,
                "lang": self.speak, "who": self.be, "help": lambda _: words(*HELP)}
        return acts[kind](value), kind not in LOCAL

    def send(self, **what):
        self.standin.do("send", bot=self.bot, user=self.person, chat=self.chat, **what)

    def send_text(self, text):
        self.send(text=text)
        return text

    def send_contact(self, _=None):
        contact = {"phone_number": f"+7701{self.person % 10**7:07d}", "first_name": self.name, "user_id": self.person}
        self.send(contact=contact)
        return rendering.content({"contact": contact})

    def send_location(self, where=None):
        location = dict(zip(("latitude", "longitude"), where or lines.HERE))
        self.send(location=location)
        return rendering.content({"location": location})

    def speak(self, language):
        self.language = language
        self.introduce(self.person)
        return words(f"язык: {language}", f"language: {language}")

    def press(self, button, message_id):
        shown = f"[{rendering.label(button)}]"
        if "callback_data" in button:
            self.standin.do("press", bot=self.bot, user=self.person, chat=self.chat, message_id=message_id, data=button["callback_data"])
        elif button.get("request_contact"):
            return self.send_contact(), True
        elif button.get("request_location"):
            return self.send_location(), True
        elif rendering.address(button):
            return words(f"Откройте в браузере: {rendering.address(button)}", f"Open in a browser: {rendering.address(button)}"), False
        elif "copy_text" in button:
            return words(f"Скопировано: {rendering.clean(button['copy_text']['text'])}", f"Copied: {rendering.clean(button['copy_text']['text'])}"), False
        elif "disabled" in button:
            return words(f"{shown}: эта кнопка выключена", f"{shown}: this button is disabled"), False
        elif message_id is not None:
            return words(f"{shown}: такую кнопку чат в терминале не нажимает", f"{shown}: this chat cannot press such a button"), False
        else:
            self.send_text(button["text"])
        return shown, True

    # Answers of the bot

    def expect_answer(self):
        """Resets the state, to wait for a new answer."""
        self.answers, self.heard_at, self.quiet = [], None, None
        self.acted = time.monotonic()
        self.check_at = self.acted + CHECK_SECONDS

    def show_events(self):
        """Shows the events that have arrived."""
        for event in self.events.take():
            shown = self.dialogue.take(event)
            if shown:
                self.answers.append(shown)
                self.show(shown)
            if event["event"] in ("edited", "deleted") or shown:
                self.quiet = FOLLOWS_SECONDS if event.get("keyboard", "") is None else QUIET_SECONDS
            if event["event"] in ("edited", "deleted", "answer") or shown:
                self.heard_at = time.monotonic()

    def unanswered(self):
        """Whether there is no answer because the gateway is down."""
        now = time.monotonic()
        if self.heard_at or now < self.check_at or now > self.acted + ANSWER_SECONDS:
            return False
        self.check_at = now + CHECK_SECONDS
        return not self.gateway.ready()

    def gateway_gone(self):
        return words(f"bot-gateway ({self.gateway.root}) не отвечает. Запустить снова: deploy/tapbot demo --detach",
                     f"bot-gateway ({self.gateway.root}) does not answer. To start it again: deploy/tapbot demo --detach")

    def listen(self, found):
        """Shows events until found() returns a true value, at most ANSWER_SECONDS after the user's last action, and returns
        that value."""
        while not (got := found()) and (left := self.acted + ANSWER_SECONDS - time.monotonic()) > 0:
            if select.select([self.events], [], [], min(left, QUIET_SECONDS / 4))[0]:
                self.show_events()
            elif self.unanswered():
                raise Wrong(self.gateway_gone())
        return got

    def settled(self):
        return self.quiet is not None and time.monotonic() - self.heard_at >= self.quiet


# A script

def perform(talk, kind, value):
    if kind == "expect":
        if not talk.listen(lambda: value in "\n".join(talk.answers)):
            answers = "\n".join(talk.answers) or words("(ничего)", "(nothing)")
            raise Wrong(words(f"ожидалось «{value}», а бот сказал:\n{answers}", f"expected '{value}', but the bot answered:\n{answers}"))
        return
    if kind == "tap":
        chosen = talk.listen(lambda: talk.dialogue.by_label(value))
        if not chosen:
            raise Wrong(words(f"нет кнопки «{value}»", f"there is no button '{value}'"))
        talk.expect_answer()
        shown, sent = talk.press(*chosen)
    else:
        shown, sent = talk.act(kind, value)
    talk.show(f"> {shown}")
    if sent and not talk.listen(talk.settled):
        talk.show(words("(бот не ответил)", "(no answer from the bot)"))


def play(talk, steps):
    """Runs a script. Raises Wrong with the line number."""
    for number, kind, value in steps:
        if kind == "quit":
            return
        try:
            perform(talk, kind, value)
        except (Wrong, LookupError) as why:
            raise Wrong(words(f"Строка {number}: {why}", f"Line {number}: {why}")) from None
        except Refused as why:
            raise Wrong(words(f"Строка {number}: {why.args[1]}", f"Line {number}: {why.args[1]}")) from None


# A terminal

class Screen:
    """Standard output that ends with the input line of the user."""

    def __init__(self):
        self.asked = False

    def show(self, text):
        print("\r\x1b[K" * self.asked + text, flush=True)
        self.asked = False

    def ask(self):
        if not self.asked:
            print("> ", end="", flush=True)
        self.asked = True

    def entered(self):
        """The user has completed the input line."""
        self.asked = False


def show_past(talk, screen):
    """Shows the earlier messages of the chat once."""
    for shown in talk.past:
        screen.show(shown)
    talk.past = []


def handle(talk, screen, line):
    """Executes an input line. Returns False if the user wants to exit."""
    try:
        step = lines.typed(line)
        if step is None:
            return True
        if step[0] == "quit":
            return False
        shown, _sent = talk.act(*step)
        if step[0] != "text" and shown != line.strip():
            screen.show(shown)
        show_past(talk, screen)
    except (ValueError, LookupError) as why:
        screen.show(str(why))
    except Refused as why:
        screen.show(why.args[1])
    return True


def converse(talk, screen, first=()):
    """Runs the chat until the user exits, after the first steps. Input typed ahead is processed line by line."""
    typed, warned = b"", False
    show_past(talk, screen)
    for _, kind, value in first:
        screen.show(f"> {talk.act(kind, value)[0]}")
    while True:
        screen.ask()
        ready = select.select([sys.stdin, talk.events], [], [], CHECK_SECONDS)[0]
        if talk.events in ready:
            talk.show_events()
        if sys.stdin in ready:
            got = os.read(sys.stdin.fileno(), READ_MAX)
            if not got:
                screen.show("")
                return
            *whole, typed = (typed + got).split(b"\n")
            for line in whole:
                screen.entered()
                if not handle(talk, screen, line.decode(errors="replace")):
                    return
        down = talk.unanswered()
        if down and not warned:
            screen.show(talk.gateway_gone())
        warned = down or warned and not talk.heard_at
