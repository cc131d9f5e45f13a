# SPDX-License-Identifier: MIT
"""People talk to a bot through a third-party fake Telegram: telegram-test-api, from npm. It sends no secret, so a
proxy adds it; an update gets a new id only after the previous one was answered, so each line waits for its answer. It
implements few methods of the Bot API; other calls of the gateway fail with 500, which must not affect people."""
import http.client
import json
import os
import re
import subprocess

import npm
from gateway import BOT, HEADER, SECRET, TOKEN, Gateway
from http_server import Handler, served
from stand import free_port, patience, wait_until

HERE = os.path.dirname(os.path.realpath(__file__))
SECONDS = 10

# The language, the typed text, and words of the bot's answer.
TALKS = {
    "ru": [
        ("/start", r"^Здравствуйте, Айгүл!"),
        ("/help", r"/start .*/help "),
        ("Сәлем, ауа райы қандай", r"не понял"),
    ],
    "kk": [
        ("/start", r"^Сәлеметсіз бе, Айгүл!"),
        ("/help", r"пәтер табу.*/help "),
        ("Сәлем", r"^Сәлеметсіз бе!"),
    ],
    "en": [
        ("/start", r"^Hello, Айгүл!"),
        ("/help", r"find an apartment.*/help "),
        ("a flat, please", r"didn't get that"),
    ],
}


class Relay(Handler):
    """A proxy between the other Telegram and the gateway that adds the secret; `answered` of its server has the answers of the gateway."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, answer = post(self.server.gateway_port, self.path, body, {HEADER: SECRET})
        self.server.answered.append(status)
        self.answer(status, answer)


def post(port, path, body, headers=None):
    """Returns (status, bytes); `body` is JSON text, or is encoded."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=patience(SECONDS))
    try:
        line.request("POST", path, body if isinstance(body, bytes) else json.dumps(body),
                     {"Content-Type": "application/json", **(headers or {})})
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


class Telegram:
    """telegram-test-api as a process, and the actions of people there."""

    def __init__(self):
        folder, self.port = npm.installed(os.path.join(HERE, "telegram-test-api")), free_port()
        self.process = subprocess.Popen(["node", "server.js"], cwd=folder, env={**os.environ, "PORT": str(self.port)},
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if self.process.stdout.readline() != "listening\n":
            raise RuntimeError(f"telegram-test-api ended with {self.process.wait(SECONDS)}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    @property
    def root(self):
        return f"http://127.0.0.1:{self.port}"

    def do(self, what, **given):
        status, answer = post(self.port, f"/{what}", given)
        assert status == 200, f"{what}: {status} {answer!r}"
        return json.loads(answer)["result"]

    def types(self, person, language, text):
        """The bot's reply to this line: all new texts in the person's chat."""
        message = {"botToken": TOKEN, "from": {"id": person, "is_bot": False, "first_name": "Айгүл", "language_code": language},
                   "chat": {"id": person, "type": "private"}, "date": 1780000000, "text": text}
        if text.startswith("/"):
            command = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
            self.do("sendCommand", **message, entities=[command])
        else:
            self.do("sendMessage", **message)
        messages = []
        wait_until(f"{text!r} is answered", SECONDS, lambda: messages.extend(self.do("getUpdates", token=TOKEN, chatId=person)) or messages)
        return [one["message"]["text"] for one in messages]


def talks():
    with Telegram() as telegram, Gateway(0, root=telegram.root, database="tapbot_other_telegram") as gateway, \
            served(Relay, answered=[]) as relay:
        service = gateway.service(BOT_PUBLIC_URL=f"http://127.0.0.1:{relay.server_port}")
        relay.gateway_port = service.port
        status, answer = post(service.port, f"/v1/bots/{BOT}/webhook", {}, {"X-API-Key": gateway.stand.key()})
        assert status == 200, f"the webhook: {status} {answer!r}"
        lines = 0
        for person, (language, talk) in enumerate(TALKS.items(), 7001):
            for typed, wanted in talk:
                messages = telegram.types(person, language, typed)
                assert len(messages) == 1 and re.search(wanted, messages[0], re.S), f"{language}, {typed!r}: {messages}"
                lines += 1
        wait_until("all are processed", SECONDS, lambda: gateway.count("bot.update WHERE status <> 'done'") == 0)
        wait_until("all are sent", SECONDS, lambda: gateway.count("bot.sending WHERE status <> 'sent'") == 0)
        assert relay.answered == [200] * lines, f"the gateway answered {relay.answered}"
        return f"{lines} lines in {len(TALKS)} languages"


SCENARIOS = [("a third-party fake Telegram", talks)]
