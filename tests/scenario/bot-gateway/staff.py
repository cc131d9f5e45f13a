# SPDX-License-Identifier: MIT
"""The staff chat: linked by a code, it gets what the owner does not learn, and its members answer under their names."""
from notices import OWNER, SOON_S, Notices
from stand import wait_until

MEMBER, STRANGER = 9001, 9002
READ_S = 20  # the staff chat is read every 10 s (STAFF_MS of notifier.c)


class Staff(Notices):
    """With a group of the bot, and an owner without notifications."""

    def __enter__(self):
        super().__enter__()
        for person, name in ((MEMBER, "Айгуль"), (STRANGER, "Мимо")):
            self.telegram.do("users", id=person, first_name=name, language_code="ru")
        self.group = self.telegram.do("groups", title="Staff", type="group", members=[MEMBER, STRANGER])["chat"]["id"]
        self.notify(False)
        return self

    def notify(self, on):
        owner = self.owner["X-Actor"].partition(":")[2]
        changed = self.api.call("PATCH", f"/v1/owners/{owner}", {"notify": on})
        assert changed.status == 200, changed.body

    def link(self):
        """Types the code in the group; returns it."""
        code, username = self.stand.run("--staff", "apartments", role="tapbot_migrator").rstrip("\n").split("\t")
        self.telegram.do("send", user=MEMBER, chat=self.group, text=f"/staff{'@' + username if username else ''} {code}")
        wait_until("the chat is linked", SOON_S, lambda: self.count("bot.staff_code") == 0 and self.count("bot.staff_chat") == 1)
        return code

    def last(self):
        messages = self.telegram.see("chat", chat=self.group)["messages"]
        return {"text": "", **messages[-1]} if messages else {"text": ""}


def answered():
    """A request whose owner has no notifications is accepted in the staff chat; the audit names the member."""
    with Staff(1) as gateway:
        gateway.link()
        wait_until("the bot answers", SOON_S, lambda: "Готово, Айгуль" in gateway.last()["text"])
        booking = gateway.request(1)
        wait_until("staff are notified", SOON_S, lambda: "Запрос на бронь" in gateway.last()["text"])
        shown = gateway.last()
        assert booking["code"] in shown["text"] and "уведомления у него выключены" in shown["text"] and "Guest" not in shown["text"], shown
        data = shown["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        refused = gateway.telegram.do("press", user=STRANGER, chat=gateway.group, data=data, wait=SOON_S)
        assert "представьтесь" in str(refused["answers"]), refused
        gateway.telegram.do("press", user=MEMBER, chat=gateway.group, data=data)
        wait_until("the answer is shown", SOON_S, lambda: "Решение: Айгуль" in gateway.last()["text"])
        assert gateway.api.get(f"/v1/bookings/{booking['id']}").json["status"] == "confirmed"
        actors = gateway.stand.sql(f"SELECT actor FROM booking.booking_history WHERE booking_id = '{booking['id']}' ORDER BY version DESC LIMIT 1")
        assert actors == "staff:Айгуль", actors
        gateway.telegram.do("press", user=MEMBER, chat=gateway.group, data=data, message_id=shown["message_id"], forged=True)  # once more
        wait_until("it has changed", SOON_S, lambda: "за это время изменилась" in gateway.last()["text"])


def alone():
    """A wrong code concerns its writer alone. Where the bot is no administrator, Telegram refuses that, and all see the answer."""
    with Staff(1) as gateway:
        username = gateway.stand.run("--staff", "apartments", role="tapbot_migrator").rstrip("\n").split("\t")[1]
        for admin in (True, False):
            group = gateway.telegram.do("groups", title="Group", type="group", members=[STRANGER], admin=admin)["chat"]["id"]
            gateway.telegram.do("send", user=STRANGER, chat=group, text=f"/staff{'@' + username if username else ''} WRONG")
            wait_until("the answer is sent", SOON_S, lambda group=group: gateway.count(f"bot.sending WHERE chat_id = {group} AND status = 'sent'") == 1)
            calls = [(call["status"], "ephemeral_message_parameters" in call["parameters"])
                     for call in gateway.telegram.see("calls", chat=group, method="sendMessage")["calls"]]
            assert calls == ([(200, True)] if admin else [(400, True), (200, False)]), calls
            seen = [message["from"]["id"] for message in gateway.telegram.see("chat", chat=group)["messages"]]
            assert len(seen) == (1 if admin else 2) and seen[0] == STRANGER, seen
            shown = [event["message"] for event in gateway.telegram.see("wait", chat=group, event="message")["events"]]
            assert shown[-1].get("receiver_user", {}).get("id") == (STRANGER if admin else None), shown
            assert gateway.count(f"bot.recipient WHERE chat_id = {group} AND unreachable_since IS NOT NULL") == 0


def moved():
    """The group becomes a supergroup, then the bot is thrown out: the loss is reported."""
    with Staff(1) as gateway:
        gateway.link()
        gateway.group = gateway.telegram.do("migrate", chat=gateway.group)["chat"]["id"]
        wait_until("the link follows", SOON_S, lambda: gateway.count(f"bot.staff_chat WHERE chat_id = {gateway.group}") == 1)
        # Each of the two chats has a message about it, and either moves the link. If the other one came after the bot is
        # thrown out, the chat would count as reachable.
        wait_until("both messages about it are processed", SOON_S, lambda: gateway.count(
            "bot.update WHERE status = 'done' AND position('\"migrate_' IN body) > 0") == 2)
        booking = gateway.request(1)
        wait_until("staff are notified", SOON_S, lambda: booking["code"] in gateway.last()["text"])
        gateway.telegram.do("block", user=MEMBER, chat=gateway.group)
        wait_until("the loss is reported", READ_S, lambda: gateway.instances[0].metric("staff_chats_lost") == 1)
        gateway.request(2)
        wait_until("what nobody gets is counted", SOON_S, lambda: gateway.instances[0].metric("notices_unheard_total") == 1)
        assert gateway.stand.run("--staff", "apartments", "--remove", role="tapbot_migrator") == "removed\n"
        wait_until("there is no chat any more", READ_S, lambda: gateway.instances[0].metric("staff_chats_lost") == 0)


def refused():
    """Telegram refuses a message to the owner, whose account is gone, after it was queued: staff get it once, with the reason."""
    with Staff(1) as gateway:
        gateway.link()
        gateway.notify(True)
        gateway.telegram.do("deactivate", user=OWNER)
        booking = gateway.request(1)
        wait_until("staff are notified", SOON_S, lambda: booking["code"] in gateway.last()["text"])
        shown = gateway.last()
        assert "Запрос на бронь" in shown["text"] and "его Telegram больше недоступен" in shown["text"], shown
        assert gateway.count(f"bot.sending WHERE chat_id = {OWNER} AND status = 'failed'") == 1
        later = gateway.request(2)  # which the owner is not sent any more
        wait_until("staff are notified at once", SOON_S, lambda: later["code"] in gateway.last()["text"])
        assert gateway.count(f"bot.sending WHERE chat_id = {gateway.group} AND payload::text LIKE '%{booking['code']}%'") == 1


SCENARIOS = [("a member of staff answers for an owner without notifications", answered),
             ("a wrong code is answered to its writer alone", alone),
             ("the staff chat becomes a supergroup and is lost", moved),
             ("staff get what Telegram does not deliver to the owner", refused)]
