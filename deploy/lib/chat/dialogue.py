# SPDX-License-Identifier: MIT
"""The view of one user's chat with a bot, and the mapping from numbers to buttons. Pure: takes events of the stand-in
(tools/telegram/README.md, `GET wait`) and returns text."""
from say import text as words

from chat import rendering

MESSAGES_MAX = 500  # messages whose buttons can still be pressed
QUOTED = 40         # characters shown of a deleted message


class Dialogue:
    def __init__(self, bot, person, styled=False):
        self.bot, self.person, self.styled = bot, person, styled
        self.messages = {}    # by id
        self.keyboard = None  # the keyboard below the input field
        self.numbered = None  # the owner of the buttons printed last, to which numbers refer: a message id, "keyboard" or None

    def take(self, event):
        """The text to print for an event, or None."""
        taker = {"message": self.new, "edited": self.edited, "deleted": self.deleted, "answer": self.answered}
        return taker.get(event["event"], lambda _: None)(event)

    def restore(self, chat):
        """The texts to print for the existing messages and the keyboard (`GET chat`)."""
        shown = []
        for message in chat["messages"]:
            text = self.take({"event": "message", "message": message})
            shown.append(text or f"> {rendering.content(message)}")
        self.keyboard = chat["keyboard"]
        if self.keyboard:
            self.numbered = "keyboard"
            shown += [f"  {row}" for row in rendering.buttons(self.keyboard["keyboard"])]
        return shown

    # Output

    def attributed(self, body, mark="", sender=None):
        return rendering.block(f"{sender or self.bot}{mark}", body, self.styled)

    def whole(self, message, rows, mark=""):
        """In a group other users write too."""
        sender = message["from"]
        return self.attributed("\n".join([rendering.content(message, self.styled), *rendering.buttons(rows)]), mark,
                               None if sender.get("is_bot") else sender.get("first_name"))

    def new(self, event):
        message = event["message"]
        if message.get("receiver_user", {}).get("id", self.person) != self.person:
            return None
        if message["from"]["id"] == self.person:
            if self.keyboard and self.keyboard.get("one_time_keyboard"):
                self.remove_keyboard()
            return None
        rows = self.store(message)
        if "keyboard" in event:
            self.remove_keyboard()
            if event["keyboard"]:
                self.keyboard, self.numbered, rows = event["keyboard"], "keyboard", event["keyboard"]["keyboard"]
        return self.whole(message, rows)

    def edited(self, event):
        message = event["message"]
        if message["from"]["id"] == self.person:
            return None
        before = self.messages.get(message["message_id"])
        rows = self.store(message)
        if before and not rows and rendering.content(before) == rendering.content(message):
            return self.attributed(self.quoted(message), words(" (убрал кнопки)", " (took the buttons away)"))
        return self.whole(message, rows, words(" (изменено)", " (edited)"))

    def deleted(self, event):
        message = self.messages.pop(event["message_id"], None)
        if self.numbered == event["message_id"]:
            self.numbered = None
        return self.attributed(self.quoted(message) if message else "...", words(" (удалил)", " (deleted)"))

    def answered(self, event):
        answer = event["answer"]
        if answer["url"]:
            return self.attributed(rendering.clean(answer["url"]), words(" (открывает)", " (opens)"))
        if not answer["text"]:
            return None
        mark = words(" (окно)", " (window)") if answer["show_alert"] else words(" (всплывает)", " (notice)")
        return self.attributed(rendering.clean(answer["text"]), mark)

    @staticmethod
    def quoted(message):
        first = rendering.content(message).partition("\n")[0]
        return first if len(first) <= QUOTED else first[:QUOTED] + "..."

    # Buttons

    def store(self, message):
        """Stores the message and returns the rows of its buttons."""
        number, rows = message["message_id"], message.get("reply_markup", {}).get("inline_keyboard", [])
        self.messages[number] = message
        if len(self.messages) > MESSAGES_MAX:
            del self.messages[next(iter(self.messages))]
        if rows:
            self.numbered = number
        elif self.numbered == number:
            self.numbered = None
        return rows

    def remove_keyboard(self):
        self.keyboard = None
        if self.numbered == "keyboard":
            self.numbered = None

    def pressable(self, which):
        """[(button, id of its message or None)] of a keyboard or message."""
        if which == "keyboard":
            rows, message_id = (self.keyboard or {}).get("keyboard", []), None
        else:
            message = self.messages.get(which, {})
            rows, message_id = message.get("reply_markup", {}).get("inline_keyboard", []), which
        return [(button, message_id) for row in rows for button in row]

    def by_number(self, number):
        """The button with that number; None if no buttons have numbers. Raises LookupError if there are fewer buttons."""
        if self.numbered is None:
            return None
        known = self.pressable(self.numbered)
        if not 1 <= number <= len(known):
            raise LookupError(words(f"Кнопки {number} нет, их {len(known)}. Отправить это число: ={number}",
                                    f"There is no button {number}, there are {len(known)}. To send the number: ={number}"))
        return known[number - 1]

    def by_label(self, part):
        """The button whose label is `part`, otherwise one whose label contains it, or None. Numbered buttons come first, then
        newer ones."""
        order = [self.numbered, "keyboard", *reversed(self.messages)]
        known = [one for which in order for one in self.pressable(which)]
        for matches in (lambda label: label == part, lambda label: part.casefold() in label.casefold()):
            for one in known:
                if matches(one[0]["text"]):
                    return one
        return None
