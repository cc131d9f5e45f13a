# SPDX-License-Identifier: MIT
"""Guest and owner write to each other through the bot, and staff answer who calls a person; none of them learns more of
another than is written."""
from notices import GUEST, OWNER, SOON_S
from staff import MEMBER, Staff
from stand import wait_until

PHONE = "+7 701 234 56 78"


class Relay(Staff):
    """With a booking that both sides know."""

    def __enter__(self):
        super().__enter__()
        self.made = self.request(1)
        return self

    def messages(self, chat):
        return [one for one in self.telegram.see("chat", chat=chat)["messages"] if one.get("from", {}).get("is_bot")]

    def sees(self, chat, *words):
        """Waits for a message of the bot with these words; returns the last one."""
        def found():
            return [one for one in self.messages(chat) if all(word in one.get("text", one.get("caption", "")) for word in words)]
        wait_until(f"{chat} sees {words}", SOON_S, found)
        return found()[-1]

    def says(self, person, text, **more):
        self.telegram.do("send", user=person, text=text, **more)

    def taps(self, person, label, chat=None):
        """The newest button with this label, once there is one."""
        def found():
            return [one for message in self.messages(chat or person)[::-1] for row in message.get("reply_markup", {}).get("inline_keyboard", [])
                    for one in row if label in one["text"]]
        wait_until(f"{person} sees the button {label}", SOON_S, found)
        self.telegram.do("press", user=person, data=found()[0]["callback_data"], **({"chat": chat} if chat else {}))

    def open_booking(self):
        self.says(GUEST, "/mybookings")
        self.taps(GUEST, self.made["code"])


def both_ways():
    """Words and a photo reach the owner, the answer reaches the guest; names and numbers do not, and no text is left."""
    with Relay(1) as gateway:
        gateway.open_booking()
        gateway.taps(GUEST, "Write to the host")
        gateway.sees(GUEST, "What shall we tell the host?")
        gateway.says(GUEST, f"May we come early? My number is {PHONE}")
        gateway.sees(GUEST, "Passed on")
        first = gateway.sees(OWNER, "Гость", gateway.made["code"], "May we come early?")
        assert PHONE not in first["text"] and "•••" in first["text"], first
        gateway.telegram.do("send", user=GUEST, photo={"caption": "the door"})
        photo = gateway.sees(OWNER, "the door")
        assert photo.get("photo"), photo
        gateway.telegram.do("send", user=GUEST, document={"name": "x.pdf", "mime_type": "application/pdf"})
        gateway.sees(GUEST, "Only text and photos")
        gateway.says(OWNER, "Приезжайте в 12", reply_to=first["message_id"])
        gateway.sees(GUEST, "Host", gateway.made["code"], "Приезжайте в 12")
        gateway.taps(GUEST, "Reply")
        gateway.sees(GUEST, "What shall we tell the host?")
        gateway.says(GUEST, "Thanks")
        gateway.sees(OWNER, "Гость", "Thanks")
        gateway.sees(GUEST, "Host", "Приезжайте в 12")  # also after the tap of its button
        wait_until("nothing is left", SOON_S, lambda: gateway.count("bot.relay WHERE otherwise IS NOT NULL") == 0)
        for table, column in (("update", "encode(body, 'escape')"), ("message", "text"), ("sending", "payload::text"), ("dialogue", "data::text")):
            assert gateway.count(f"bot.{table} WHERE {column} LIKE '%come early%' OR {column} LIKE '%the door%'") == 0, table


def undelivered():
    """The owner blocks the bot: the message goes to staff, the guest learns that, and a member answers."""
    with Relay(1) as gateway:
        gateway.link()
        gateway.open_booking()
        # Telegram has not reported the block, so the gateway learns it from the refused message.
        gateway.telegram.do("faults", kind="error", name="blocked", chat_id=OWNER, method="send*", count=None)
        gateway.taps(GUEST, "Write to the host")
        gateway.sees(GUEST, "What shall we tell the host?")
        gateway.says(GUEST, "Where is the key?")
        lost = gateway.sees(gateway.group, "сообщение не дошло", "Where is the key?")
        gateway.sees(GUEST, "did not arrive", "who will answer here")
        gateway.says(MEMBER, "Под ковриком", chat=gateway.group, reply_to=lost["message_id"])
        gateway.sees(GUEST, "Staff", "Под ковриком")


def person():
    """A guest calls a person; support is named while there is no staff chat; staff answer and end the talk."""
    with Relay(1) as gateway:
        tenant = gateway.stand.sql("SELECT t.name FROM bot.bot b JOIN api.tenant t ON t.id = b.tenant_id WHERE b.name = 'apartments'")
        gateway.stand.run("--bots", "add", "apartments", "--tenant", tenant, "--support", "@flats_help", role="tapbot_migrator")
        assert gateway.stand.run("--bots", "list", role="tapbot_migrator").rstrip("\n").split("\t")[5:] == ["none", "set"]

        def supported():
            gateway.says(GUEST, "/person")
            return any("@flats_help" in one.get("text", "") for one in gateway.messages(GUEST))
        wait_until("the support is named", SOON_S, supported, pause=1)  # a chat gets one answer a second
        gateway.link()
        assert gateway.stand.run("--bots", "list", role="tapbot_migrator").rstrip("\n").split("\t")[5] == "linked"
        gateway.says(GUEST, "/person")
        gateway.sees(GUEST, "We have called a person")
        gateway.sees(gateway.group, "Гость зовёт человека")
        gateway.says(GUEST, "The door is locked")
        asked = gateway.sees(gateway.group, "The door is locked")
        assert "Guest" not in asked["text"] and str(GUEST) not in str(asked), asked
        gateway.says(MEMBER, "Сейчас откроем", chat=gateway.group, reply_to=asked["message_id"])
        gateway.sees(GUEST, "Staff", "Сейчас откроем")
        gateway.taps(MEMBER, "Закрыть разговор", gateway.group)
        gateway.sees(gateway.group, "Разговор закрыт: Айгуль")
        gateway.sees(GUEST, "conversation is over")


def topic():
    """In a group with topics each talk has a topic of its own, until that is gone."""
    with Relay(1) as gateway:
        gateway.group = gateway.telegram.do("groups", type="supergroup", is_forum=True, members=[MEMBER])["chat"]["id"]
        gateway.link()
        gateway.says(GUEST, "/person")
        called = gateway.sees(gateway.group, "Гость зовёт человека")
        made = [one for one in gateway.messages(gateway.group) if "forum_topic_created" in one]
        assert [one["forum_topic_created"]["name"] for one in made] == ["Гость"], made
        assert called["message_thread_id"] == made[0]["message_id"], called
        gateway.says(GUEST, "The door is locked")
        asked = gateway.sees(gateway.group, "The door is locked")
        assert asked["message_thread_id"] == made[0]["message_id"], asked
        gateway.telegram.do("send", user=GUEST, photo={"caption": "this door"})
        assert gateway.sees(gateway.group, "this door")["message_thread_id"] == made[0]["message_id"]
        gateway.says(MEMBER, "Сейчас откроем", chat=gateway.group, reply_to=asked["message_id"])
        gateway.sees(GUEST, "Staff", "Сейчас откроем")
        gateway.telegram.do("faults", kind="error", code=400, description="Bad Request: message thread not found", method="send*", text="topic is gone")
        gateway.says(GUEST, "The topic is gone")
        assert "message_thread_id" not in gateway.sees(gateway.group, "The topic is gone")
        gateway.says(GUEST, "The chat is not lost")
        gateway.sees(gateway.group, "The chat is not lost")


SCENARIOS = [("a talk has a topic of its own", topic),
             ("guest and owner write to each other", both_ways), ("a message that is not delivered goes to staff", undelivered),
             ("a guest calls a person and staff answer", person)]
