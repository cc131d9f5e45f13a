# SPDX-License-Identifier: MIT
"""An AI understands a text that the rules do not: the guest sees matching apartments, nothing is booked, no phone is sent to it,
the log contains no text of the guest, and without the AI the guest is still answered."""
import contextlib
import json

from booking_gateway import BookingGateway
from http_server import Handler, served
from stand import wait_until

GUEST, KEY, CANARY = 7101, "sk-of-the-test", "7075550143"
WORDS = "абракадабра, сим-салабим"
WISH = {"city": "Алматы", "place": None, "check_in": None, "check_out": None, "nights": None, "guests": 2, "rooms": [1, 2],
        "min_price": None, "max_price": 90000, "amenities": ["wifi"]}


class Ai(Handler):
    """An endpoint that always answers WISH."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append((self.path, dict(self.headers), body))
        answer = {"choices": [{"message": {"role": "assistant", "content": json.dumps(WISH)}}]}
        self.answer(200, json.dumps(answer), Content_Type="application/json")


class Guessing(BookingGateway):
    def __init__(self, ai):
        super().__init__(1, database="tapbot_guesses")
        self.ai = ai

    @property
    def variables(self):
        return {**super().variables, "AI_URL": f"http://127.0.0.1:{self.ai.server_port}/v1", "AI_KEY": KEY, "AI_TIMEOUT": "5s"}

    def say(self, text, wanted):
        """Sends a message of the guest, and checks that the bot's answer contains these words."""
        before = self.telegram.see("calls", chat=GUEST, at_least=0)["calls"]
        self.telegram.do("send", user=GUEST, text=text)
        calls = self.telegram.see("calls", chat=GUEST, at_least=len(before) + 1, timeout=20)["calls"]
        texts = [call["parameters"].get("text", "") for call in calls[len(before):]]
        assert any(wanted in text for text in texts), texts


def log_of(gateway):
    """The log is written every second."""
    with open(gateway.stand.log.name, encoding="utf-8") as log:
        return log.read()


def guesses():
    serving = contextlib.ExitStack()
    ai = serving.enter_context(served(Ai, asked=[]))
    with serving, Guessing(ai) as gateway:
        gateway.hook()
        gateway.telegram.do("users", id=GUEST, language_code="ru", start=True)
        gateway.say(f"{WORDS}, звоните 8 {CANARY[:3]} {CANARY[3:6]}-{CANARY[6:8]}-{CANARY[8:]}", "не понял")
        assert not ai.asked, ai.asked
        gateway.say(WORDS, "Алматы")
        (path, headers, body), = ai.asked
        assert path == "/v1/chat/completions" and headers["Authorization"] == f"Bearer {KEY}", (path, headers)
        sent = json.loads(json.loads(body)["messages"][-1]["content"])
        assert set(sent) == {"text", "language", "today", "weekday"} and sent["text"] == WORDS, sent
        assert str(GUEST) not in body and str(GUEST) not in str(headers), (headers, body)
        state = json.loads(gateway.stand.sql(f"SELECT data FROM bot.dialogue WHERE user_id = {GUEST}"))
        assert (state["guests"], state["wish"]["amenities"], state["wish"]["max_price"]) == (2, "wifi", 9000000), state
        serving.close()
        gateway.say(WORDS, "Не похоже на дату")
        assert gateway.instances[0].metric("ai_calls_total") == 2
        assert gateway.count("bot.update WHERE status = 'dead'") == 0 and gateway.count("booking.booking WHERE source LIKE 'tg%'") == 0
        wait_until("the log has the event", 5, lambda: "ai_not_understood" in log_of(gateway))
        log = log_of(gateway)
        assert "салабим" not in log and KEY not in log and CANARY[6:8] + "-" + CANARY[8:] not in log
    return "1 query, no phone"


SCENARIOS = [("an AI understands a text that the rules do not", guesses)]
