# SPDX-License-Identifier: MIT
"""bot-gateway under test: its fixture, the demo's bot with its files, and the two sides of Telegram."""
import http.client
import json
import os
import time

from stand import Stand, patience
from telegram_standin import Standin

BOT, TOKEN, SECRET = "apartments", "1001:AAtest", "A-secret_1"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Gateway:
    """As a context, with so many `instances` of the service. They call the Bot API at `root`, by default tools/telegram. Without a
    token the bot makes no calls."""

    def __init__(self, instances, root=None, token=TOKEN, database="tapbot_gateway"):
        self.telegram = None if root else Standin(bots={BOT: token})
        self.root, self.token = root or self.telegram.root, token
        self.stand = Stand(build=os.environ.get("TEST_BUILD", "release"), service="bot-gateway", demo=True, database=database)
        self.folder = os.path.join(self.stand.folder, "bots")
        self.instance_count, self.instances = instances, []

    def __enter__(self):
        try:
            self.stand.__enter__()
            os.mkdir(self.folder)
            self.give("token", self.token)
            self.give("secret", SECRET)
            self.prepare()
            self.instances = [self.service() for _ in range(self.instance_count)]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stand.__exit__()
        if self.telegram:
            self.telegram.stop()

    def give(self, name, text):
        """Writes a file of the bot."""
        path = os.path.join(self.folder, f"{BOT}.{name}")
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(path, 0o600)

    def prepare(self):
        """Prepares what else the instances need before they start."""

    @property
    def variables(self):
        return {"BOTS_DIR": self.folder, "BOTS_INTERVAL": "100ms", "TELEGRAM_API_ROOT": self.root}

    def service(self, start=True, **more):
        """One more instance."""
        return self.stand.service(start, **self.variables, **more)

    def count(self, sql):
        return int(self.stand.sql(f"SELECT count(*) FROM {sql}"))

    def deliver(self, instance, update):
        """Delivers an update like Telegram; returns the status of the answer, or None."""
        try:
            line = http.client.HTTPConnection("127.0.0.1", instance.port, timeout=patience(5))
            line.request("POST", f"/telegram/{BOT}", json.dumps(update), {"Content-Type": "application/json", HEADER: SECRET})
            return line.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            line.close()

    def hook(self):
        """The stand-in delivers to the first instance from now on."""
        self.telegram.call("setWebhook", self.token, secret_token=SECRET,
                           url=f"http://127.0.0.1:{self.instances[0].port}/telegram/{BOT}")

    def ask(self, person):
        """Milliseconds from the person's /start until the answer has reached Telegram."""
        self.telegram.do("users", id=person, first_name="Айгүл <3", language_code="kk", start=True)
        began = time.monotonic()
        self.telegram.do("send", user=person, text="/start")
        calls = self.telegram.see("calls", chat=person, method="sendMessage", at_least=1, timeout=10)["calls"]
        took = (time.monotonic() - began) * 1000
        if len(calls) != 1 or not calls[0]["parameters"]["text"].startswith("Сәлеметсіз бе, Айгүл &lt;3!"):
            raise AssertionError(f"answered with {calls}")
        return took
