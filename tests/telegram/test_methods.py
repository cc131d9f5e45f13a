# SPDX-License-Identifier: MIT
"""Methods and people, without sockets."""
import json
import random
import unittest

from tapbot_telegram import methods, people
from tapbot_telegram.clock import Clock
from tapbot_telegram.errors import Failure
from tapbot_telegram.parameters import File, Parameters, parse
from tapbot_telegram.world import World

LINE = {"inline_keyboard": [[{"text": "Да", "callback_data": "yes"}]]}


class Case(unittest.TestCase):
    def setUp(self):
        self.time = [0.0]
        self.world = World(Clock(1, lambda: self.time[0]), seed=1)
        self.bot = self.world.add_bot("taxi", "1001:x")
        people.add_user(self.world, {"id": 7, "first_name": "Айгуль", "language_code": "kk"})

    def call(self, method, files=None, **given):
        values = {name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}
        return methods.run(self.world, self.bot, method.lower(), Parameters(values, files))["result"]

    def write(self, **given):
        messages, updates = people.send(self.world, self.bot, {"user": 7, **given})
        return messages[0], updates

    def refused(self, code, description, method, **given):
        with self.assertRaises(Failure) as refused:
            self.call(method, **given)
        self.assertEqual((refused.exception.code, refused.exception.description), (code, description))
        return refused.exception


class Names(Case):
    def test_usernames_are_such_as_telegram_gives(self):
        for number, (name, username) in enumerate([("cab", "cab_bot"), ("x", "x_bot"), ("my-flats", "my_flats_bot"), ("flats-bot", "flats_bot"),
                                                   ("bot", "bot_bot"), ("a" * 32, "a" * 28 + "_bot")]):
            self.bot = self.world.add_bot(name, f"{2000 + number}:x")
            self.assertEqual(self.call("getMe")["username"], username)


class Sending(Case):
    def test_people_who_never_wrote_cannot_be_written_to(self):
        self.refused(403, "Forbidden: bot can't initiate conversation with a user", "sendMessage", chat_id=7, text="x")
        self.refused(400, "Bad Request: chat not found", "sendMessage", chat_id=8, text="x")
        self.refused(400, "Bad Request: chat_id is empty", "sendMessage", text="x")
        self.write(text="/start")
        self.assertEqual(self.call("sendMessage", chat_id=7, text="x")["chat"]["id"], 7)

    def test_dead_chats(self):
        self.write(text="/start")
        people.set_status(self.world, self.bot, {"user": 7}, "kicked")
        self.refused(403, "Forbidden: bot was blocked by the user", "sendMessage", chat_id=7, text="x")
        self.assertEqual([u.body["new_chat_member"]["status"] for u in self.bot.queue.waiting if u.kind == "my_chat_member"],
                         ["kicked"])
        with self.assertRaises(ValueError):
            self.write(text="x")
        people.set_status(self.world, self.bot, {"user": 7}, "member")
        self.call("sendMessage", chat_id=7, text="x")
        self.world.deactivated.add(7)
        self.refused(403, "Forbidden: user is deactivated", "sendMessage", chat_id=7, text="x")

    def test_a_group_that_became_a_supergroup(self):
        group = people.add_group(self.world, self.bot, {"members": [7]})
        self.call("sendMessage", chat_id=group.id, text="x")
        new, updates = people.migrate(self.world, self.bot, {"chat": group.id})
        refused = self.refused(400, "Bad Request: group chat was upgraded to a supergroup chat", "sendMessage",
                               chat_id=group.id, text="x")
        self.assertEqual(refused.migrate_to, new.id)
        self.assertEqual([sorted(set(u.body) & {"migrate_to_chat_id", "migrate_from_chat_id"}) for u in updates],
                         [["migrate_to_chat_id"], ["migrate_from_chat_id"]])
        self.call("sendMessage", chat_id=new.id, text="x")
        people.set_status(self.world, self.bot, {"user": 7, "chat": new.id}, "kicked")
        self.refused(403, "Forbidden: bot was kicked from the supergroup chat", "sendMessage", chat_id=new.id, text="x")

    def test_photos_albums_places(self):
        self.write(text="/start")
        sent = self.call("sendPhoto", chat_id=7, caption="<i>x</i>", parse_mode="HTML",
                         files={"photo": File("a.jpg", "image/jpeg", b"123")})
        self.assertEqual((sent["caption"], sent["photo"][-1]["file_size"]), ("x", 3))
        file = self.call("getFile", file_id=sent["photo"][-1]["file_id"])
        self.assertEqual(self.bot.files[file["file_id"]][1], b"123")
        again = self.call("sendPhoto", chat_id=7, photo=file["file_id"])
        self.assertEqual(again["photo"][-1]["file_size"], 3)
        self.refused(400, "Bad Request: there is no photo in the request", "sendPhoto", chat_id=7)
        self.refused(400, "Bad Request: wrong file identifier/HTTP URL specified", "sendPhoto", chat_id=7, photo="x")
        album = self.call("sendMediaGroup", chat_id=7, files={"a": File("a", "", b"1")}, media=[
            {"type": "photo", "media": "attach://a", "caption": "x"}, {"type": "photo", "media": "https://a.kz/b.jpg"}])
        self.assertEqual(len({one["media_group_id"] for one in album}), 1)
        self.refused(400, "Bad Request: there are no messages to send", "sendMediaGroup", chat_id=7, media=[])
        self.refused(400, "Bad Request: too many messages to send as an album", "sendMediaGroup", chat_id=7,
                     media=[{"type": "photo", "media": "https://a.kz/b.jpg"}] * 11)
        self.assertEqual(self.call("sendLocation", chat_id=7, latitude=43.2, longitude=76.9)["location"],
                         {"latitude": 43.2, "longitude": 76.9})
        where = {"latitude": 43.2, "longitude": 76.9}
        venue = self.call("sendVenue", chat_id=7, title="x", address="y", **where)
        self.assertEqual((venue["venue"], venue["location"]), ({"location": where, "title": "x", "address": "y"}, where))
        self.refused(400, 'Bad Request: parameter "address" is required', "sendVenue", chat_id=7, title="x", **where)
        self.assertTrue(self.call("sendChatAction", chat_id=7, action="typing"))
        self.refused(400, "Bad Request: wrong parameter action in request", "sendChatAction", chat_id=7, action="x")
        self.refused(400, "Bad Request: message caption is too long", "sendPhoto", chat_id=7, photo=file["file_id"],
                     caption="x" * 1025)

    def test_documents(self):
        written, _ = self.write(document={"caption": "x", "name": "check.pdf"})
        self.assertEqual((written["document"]["file_name"], written["document"]["mime_type"]), ("check.pdf", "application/pdf"))
        file_id = written["document"]["file_id"]
        sent = self.call("sendDocument", chat_id=7, document=file_id, caption="<i>x</i>", parse_mode="HTML")
        self.assertEqual((sent["caption"], "photo" in sent, sent["document"]["file_size"]),
                         ("x", False, written["document"]["file_size"]))
        self.refused(400, "Bad Request: there is no document in the request", "sendDocument", chat_id=7)
        self.refused(400, "Bad Request: wrong file identifier/HTTP URL specified", "sendDocument", chat_id=7, document="x")
        text = self.call("sendMessage", chat_id=7, text="x")["message_id"]
        shown = self.call("editMessageMedia", chat_id=7, message_id=text, media={"type": "document", "media": file_id})
        self.assertEqual(("text" in shown, "document" in shown), (False, True))
        self.refused(400, "Bad Request: there is no text in the message to edit", "editMessageText", chat_id=7,
                     message_id=text, text="y")

    def test_topics(self):
        group = people.add_group(self.world, self.bot, {"type": "supergroup", "is_forum": True, "members": [self.world.user(7)["id"]]}).id
        made = self.call("createForumTopic", chat_id=group, name="x")
        topic = made["message_thread_id"]
        sent = self.call("sendMessage", chat_id=group, text="y", message_thread_id=topic)
        self.assertEqual((made["name"], sent["message_thread_id"], sent["is_topic_message"]), ("x", topic, True))
        replied, _ = self.write(chat=group, text="z", reply_to=sent["message_id"])
        self.assertEqual(replied["message_thread_id"], topic)
        self.refused(400, "Bad Request: message thread not found", "sendMessage", chat_id=group, text="y", message_thread_id=topic + 9)
        self.refused(400, "Bad Request: topic name must be non-empty", "createForumTopic", chat_id=group, name="")
        plain = people.add_group(self.world, self.bot, {"members": [7]}).id
        self.refused(400, "Bad Request: the chat is not a forum", "createForumTopic", chat_id=plain, name="x")

    def test_replies_and_copies(self):
        question, _ = self.write(text="вопрос")
        reply = self.call("sendMessage", chat_id=7, text="ответ", reply_parameters={"message_id": question["message_id"]})
        self.assertEqual(reply["reply_to_message"]["text"], "вопрос")
        self.refused(400, "Bad Request: message to be replied not found", "sendMessage", chat_id=7, text="x",
                     reply_parameters={"message_id": 99})
        quoted = self.call("sendMessage", chat_id=7, text="да",
                           reply_parameters={"message_id": reply["message_id"], "quote": "вет"})
        self.assertEqual(quoted["quote"], {"text": "вет", "position": 2, "is_manual": True})
        self.refused(400, "Bad Request: QUOTE_TEXT_INVALID", "sendMessage", chat_id=7, text="x",
                     reply_parameters={"message_id": reply["message_id"], "quote": "нет"})
        for name, value in (("business_connection_id", "x"), ("receiver_user_id", 7)):
            self.refused(400, f"Bad Request: the stand-in cannot send with {name}", "sendMessage", chat_id=7, text="x", **{name: value})
        self.assertGreater(self.call("copyMessage", chat_id=7, from_chat_id=7, message_id=question["message_id"])["message_id"], 2)
        forwarded = self.call("forwardMessage", chat_id=7, from_chat_id=7, message_id=question["message_id"])
        self.assertEqual(forwarded["forward_origin"]["sender_user"]["id"], 7)

    def test_a_message_to_one_member_of_a_group(self):
        def send(**more):
            return self.call("sendMessage", chat_id=chat.id, text="x", ephemeral_message_parameters={"receiver_user_id": 7, **more})

        self.write(text="/start")
        chat = people.add_group(self.world, self.bot, {"members": [7]})
        asked = {"chat_id": chat.id, "text": "x"}
        for why, description, parameters in (
                ("no administrator", "not enough rights to send ephemeral messages", {"receiver_user_id": 7}),
                ("a press of nobody", "not enough rights to send ephemeral messages", {"receiver_user_id": 7, "callback_query_id": "1"}),
                ("no member", "receiver of the ephemeral message is not a member of the chat", {"receiver_user_id": 8}),
                ("no receiver", 'can\'t parse EphemeralMessageParameters: Field "receiver_user_id" must be of type Number', {"callback_query_id": "1"})):
            with self.subTest(why):
                self.refused(400, f"Bad Request: {description}", "sendMessage", **asked, ephemeral_message_parameters=parameters)
        self.refused(400, "Bad Request: ephemeral messages can be sent to groups and supergroups only", "sendMessage", chat_id=7, text="x",
                     ephemeral_message_parameters={"receiver_user_id": 7})
        shown = self.call("sendMessage", **asked, reply_markup={"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]})
        press, _ = people.press(self.world, self.bot, {"user": 7, "chat": chat.id, "data": "a"})
        self.assertEqual(send(callback_query_id=press["id"])["ephemeral_message_id"], 1)
        chat.admin = True
        made = send()
        self.assertEqual((made["message_id"], made["ephemeral_message_id"], made["receiver_user"]["id"]), (0, 2, 7))
        self.assertEqual(self.world.events[-1]["message"], made)
        self.assertEqual(list(chat.messages), [shown["message_id"]], "it is no message of all")
        self.refused(400, "Bad Request: the stand-in cannot send with ephemeral_message_parameters", "sendMediaGroup", chat_id=chat.id,
                     media=[{"type": "photo", "media": "https://x.kz/1.jpg"}] * 2, ephemeral_message_parameters={"receiver_user_id": 7})

    def test_keyboards_below_the_input_field(self):
        self.write(text="/start")
        self.call("sendMessage", chat_id=7, text="x", reply_markup={"keyboard": [["a"]], "one_time_keyboard": True})
        self.assertEqual(self.bot.chats[7].keyboard["keyboard"], [[{"text": "a"}]])
        self.assertEqual(self.world.events[-1]["keyboard"]["keyboard"], [[{"text": "a"}]], "a waiting client does not get it")
        self.write(text="a")
        self.assertIsNone(self.bot.chats[7].keyboard)


class Editing(Case):
    def setUp(self):
        super().setUp()
        self.message, _ = self.write(text="/start")
        self.sent = self.call("sendMessage", chat_id=7, text="x", reply_markup=LINE)

    def edit(self, method="editMessageText", **given):
        return self.call(method, chat_id=7, message_id=self.sent["message_id"], **given)

    def test_an_unchanged_edit_is_refused(self):
        self.refused(400, "Bad Request: message is not modified: specified new message content and reply markup are exactly "
                          "the same as a current content and reply markup of the message",
                     "editMessageText", chat_id=7, message_id=self.sent["message_id"], text="x", reply_markup=LINE)

    def test_an_edit_without_a_keyboard_removes_it(self):
        edited = self.edit(text="x")
        self.assertNotIn("reply_markup", edited)
        self.assertIn("edit_date", edited)
        self.assertEqual(self.edit("editMessageReplyMarkup", reply_markup=LINE)["reply_markup"], LINE)

    def test_refusals(self):
        for message_id, description in ((99, "message to edit not found"), (self.message["message_id"], "message can't be edited")):
            self.refused(400, f"Bad Request: {description}", "editMessageText", chat_id=7, message_id=message_id, text="y")
        self.refused(400, "Bad Request: there is no caption in the message to edit", "editMessageCaption", chat_id=7,
                     message_id=self.sent["message_id"], caption="y")
        photo = self.call("sendPhoto", chat_id=7, photo="https://a.kz/a.jpg")["message_id"]
        self.refused(400, "Bad Request: there is no text in the message to edit", "editMessageText", chat_id=7,
                     message_id=photo, text="y")
        self.assertEqual(self.call("editMessageCaption", chat_id=7, message_id=photo, caption="y")["caption"], "y")

    def test_a_photo_cannot_become_a_text(self):
        photo = self.call("sendPhoto", chat_id=7, photo="https://a.kz/a.jpg", caption="x")["message_id"]
        self.refused(400, "Bad Request: there is no text in the message to edit", "editMessageText", chat_id=7,
                     message_id=photo, text="y")
        other = self.call("editMessageMedia", chat_id=7, message_id=photo,
                          media={"type": "photo", "media": "https://a.kz/b.jpg", "caption": "<b>z</b>", "parse_mode": "HTML"},
                          reply_markup=LINE)
        self.assertEqual((other["caption"], other["caption_entities"][0]["type"], other["reply_markup"]), ("z", "bold", LINE))
        self.refused(400, "Bad Request: wrong file identifier/HTTP URL specified", "editMessageMedia", chat_id=7,
                     message_id=photo, media={"type": "photo", "media": "a.kz/b.jpg"})
        self.refused(400, "Bad Request: message caption is too long", "editMessageMedia", chat_id=7, message_id=photo,
                     media={"type": "photo", "media": "https://a.kz/b.jpg", "caption": "x" * 1025})
        self.assertEqual(self.bot.chats[7].messages[photo]["caption"], "z", "a refused edit has changed it")

    def test_text_becomes_a_photo(self):
        edited = self.edit("editMessageMedia", media={"type": "photo", "media": "https://a.kz/a.jpg", "caption": "z"})
        self.assertEqual((edited["caption"], "text" in edited), ("z", False))

    def test_deleting(self):
        self.assertTrue(self.call("deleteMessage", chat_id=7, message_id=self.sent["message_id"]))
        self.refused(400, "Bad Request: message to delete not found", "deleteMessage", chat_id=7,
                     message_id=self.sent["message_id"])


class Presses(Case):
    def setUp(self):
        super().setUp()
        self.write(text="/start")
        self.sent = self.call("sendMessage", chat_id=7, text="x", reply_markup=LINE)

    def test_a_press_is_answered_in_time(self):
        press, update = people.press(self.world, self.bot, {"user": 7, "button": "Да"})
        self.assertEqual((update.body["data"], update.body["message"]["message_id"], update.body["from"]["id"]),
                         ("yes", self.sent["message_id"], 7))
        self.assertTrue(self.call("answerCallbackQuery", callback_query_id=press["id"], text="ok"))
        self.assertEqual(press["answers"][0]["text"], "ok")
        self.time[0] += 16
        old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
        self.refused(400, old, "answerCallbackQuery", callback_query_id=press["id"])
        self.refused(400, old, "answerCallbackQuery", callback_query_id="1")

    def test_a_missing_button(self):
        with self.assertRaises(KeyError):
            people.press(self.world, self.bot, {"user": 7, "data": "no"})
        _, update = people.press(self.world, self.bot, {"user": 7, "data": "no", "forged": True, "message_id": 99})
        self.assertEqual((update.body["data"], update.body["message"]["date"]), ("no", 0))


class Updates(Case):
    def test_what_people_send(self):
        for given, field in (({"text": "x"}, "text"), ({"contact": {"phone_number": "+77010000000", "user_id": 7}}, "contact"),
                             ({"location": {"latitude": 43.2, "longitude": 76.9, "live_period": 600}}, "location"),
                             ({"photo": {"caption": "x"}}, "photo"), ({"web_app_data": {"data": "{}"}}, "web_app_data")):
            message, updates = self.write(**given)
            self.assertIn(field, updates[0].body, field)
        _, updates = self.write(photos=[{}, {"caption": "y"}, {}])
        self.assertEqual(len({update.body["media_group_id"] for update in updates}), 1)
        self.assertEqual(len(updates), 3)
        moved, update = people.edit(self.world, self.bot, {"user": 7, "message_id": 3,
                                                           "location": {"latitude": 43.3, "longitude": 77.0}})
        self.assertEqual((update.kind, moved["location"]["live_period"]), ("edited_message", 600))

    def test_message_ids_are_separate_in_each_chat(self):
        people.add_user(self.world, {"id": 8})
        first, _ = self.write(text="x")
        other, _ = self.write(text="x", user=8)
        self.assertEqual(first["message_id"], other["message_id"])

    def test_webhook_and_polling_exclude_each_other(self):
        self.call("setWebhook", url="http://127.0.0.1:1/x", secret_token="s", max_connections=1000)
        self.assertEqual(self.call("getWebhookInfo")["max_connections"], 100)
        with self.assertRaises(Failure) as refused:
            methods.updates_now(self.world, self.bot, Parameters())
        self.assertEqual(refused.exception.code, 409)
        self.assertTrue(self.call("deleteWebhook"))
        self.assertEqual(methods.updates_now(self.world, self.bot, Parameters()), [])
        self.refused(400, "Bad Request: secret token contains unallowed characters", "setWebhook", url="https://a.kz",
                     secret_token="a:b")
        for url in ("http://", "http://a.kz:99999/", "ftp://a.kz", "http://a b"):
            self.refused(400, "Bad Request: bad webhook: Invalid URL specified", "setWebhook", url=url)
        self.world.https_only = True
        self.refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook", "setWebhook", url="http://a.kz")

    def test_commands(self):
        self.assertTrue(self.call("setMyCommands", commands=[{"command": "start", "description": "Бастау"}], language_code="kk"))
        self.assertEqual(self.call("getMyCommands"), [])
        self.assertEqual(self.call("getMyCommands", language_code="kk")[0]["command"], "start")
        self.refused(400, "Bad Request: BOT_COMMAND_INVALID", "setMyCommands", commands=[{"command": "Ж", "description": "x"}])
        for code in ("kaz", "KK", "k"):
            self.refused(400, "Bad Request: Invalid language code specified", "setMyCommands", language_code=code,
                         commands=[{"command": "start", "description": "x"}])
        for description in ("", "x" * 257):
            self.refused(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID", "setMyCommands",
                         commands=[{"command": "start", "description": description}])

    def test_an_unknown_method(self):
        self.refused(404, "Not Found", "sendNothing")


class ArbitraryInput(Case):
    """Any input of a bot or a test gives a result, or an error with a description."""

    VALUES = ("", "7", "-5", "x", "@x", "{}", "[]", "[1]", "null", "true", "1e400", "9" * 40, '{"inline_keyboard":[[1]]}', 7, -1, 0.5,
              '{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}', '{"keyboard":[[{"text":1}]]}', '{"keyboard":1}',
              '{"message_id":"x"}', '{"message_id":1}', '[{"type":"photo","media":"http://a.kz/b"},{"type":"photo","media":1}]',
              '[{"type":"bold","offset":-5,"length":99}]', '[{"offset":0}]', "<b>", "HTML", "a.kz", '{"type":"photo"}',
              '[{"command":"a","description":"b"}]', '[{"command":1}]', '{"type":"chat","chat_id":[]}', [], {}, None, True)
    NAMES = """chat_id message_id text parse_mode entities reply_markup photo caption caption_entities media latitude longitude
        live_period action from_chat_id message_ids callback_query_id url max_connections allowed_updates commands scope
        language_code file_id reply_parameters offset limit""".split()
    GIVEN = """id user chat text contact location photo photos web_app_data message reply_to message_id data button forged
        members title type count username first_name""".split()

    def test_calls(self):
        chance = random.Random(1)
        methods_known = [*methods.METHODS, "getupdates"]
        self.write(text="x")
        self.call("sendMessage", chat_id=7, text="x")
        for _ in range(20000):
            given = {name: chance.choice(self.VALUES) for name in chance.sample(self.NAMES, chance.randint(0, 6))}
            if chance.random() < 0.7:
                given |= {"chat_id": "7", "message_id": chance.choice(["1", "2", "3"])}
            method = chance.choice(methods_known)
            try:
                parsed = parse("", "application/json", json.dumps(given).encode())
                if method == "getupdates":
                    methods.updates_now(self.world, self.bot, parsed)
                else:
                    json.dumps(methods.run(self.world, self.bot, method, parsed))
            except Failure as failure:
                self.assertTrue(400 <= failure.code < 500, failure)
            except Exception as broken:
                raise AssertionError(f"{method} {given}") from broken

    def test_people(self):
        chance = random.Random(1)
        values = [json.loads(value) if isinstance(value, str) and value[:1] in ("{", "[") else value for value in self.VALUES]
        self.write(text="x")
        self.call("sendMessage", chat_id=7, text="x", reply_markup=LINE)
        done = 0
        for _ in range(10000):
            given = {name: chance.choice(values) for name in chance.sample(self.GIVEN, chance.randint(0, 4))}
            given |= {"user": 7} if chance.random() < 0.7 else {}
            act = chance.choice((people.send, people.edit, people.press, people.migrate, people.add_group))
            try:
                act(self.world, self.bot, given)
                done += 1
            except (ValueError, KeyError, TypeError, AttributeError):
                pass  # the control API reports these as 400 and 404
            except Exception as broken:
                raise AssertionError(f"{act.__name__} {given}") from broken
        self.assertGreater(done, 100)
