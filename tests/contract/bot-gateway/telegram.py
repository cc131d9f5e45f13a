# SPDX-License-Identifier: MIT
"""The fake Bot API of these groups, with a bot of its own."""

import atexit

from telegram_standin import Standin

TOKEN = "1001:AAcontract"


class Telegram(Standin):
    """Has the bot `courier`. Ends with this process."""

    def __init__(self):
        super().__init__(bots={"courier": TOKEN})
        atexit.register(self.stop)

    def person(self, number, bot="courier"):
        """Adds a user with a chat with the bot."""
        self.do("users", id=number, start=True, bot=bot)
        return number

    def messages(self, chat, bot="courier"):
        """The messages of the bot there."""
        return [one for one in self.see("chat", chat=chat, bot=bot)["messages"] if one.get("from", {}).get("is_bot")]

    def calls(self, chat):
        return self.see("calls", chat=chat)["calls"]
