# SPDX-License-Identifier: MIT
"""deploy/tapbot chat: its output, the meaning of numbers and scripts; then the program itself, with a bot of the test."""
import contextlib
import http.client
import os
import pty
import select
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from unittest import mock

import say
from chat import lines, rendering, standin, talk
from chat.dialogue import Dialogue
from stand import patience, wait_until
from telegram_standin import ROOT, Standin

BOLD, PLAIN = "\x1b[1m", "\x1b[0m"
PERSON = {"id": 7, "first_name": "A"}
CITIES = [[{"text": "Алматы", "callback_data": "a"}, {"text": "Астана", "callback_data": "b"}],
          [{"text": "Карта", "url": "https://tapbot.kz/map"}]]


class Russian(unittest.TestCase):
    def setUp(self):
        patch = mock.patch.object(say, "ENGLISH", False)
        patch.start()
        self.addCleanup(patch.stop)


def span(kind, offset, length, **more):
    return {"type": kind, "offset": offset, "length": length, **more}


class Rendering(Russian):
    TEXTS = (
        ("plain", "a\nb", [], "a\nb", "a\nb"),
        ("bold", "a bc d", [span("bold", 2, 2)], "a bc d", f"a {BOLD}bc{PLAIN} d"),
        ("two with the same end", "ab", [span("bold", 0, 2), span("italic", 1, 1)], "ab", f"{BOLD}a{PLAIN}\x1b[1;3mb{PLAIN}"),
        ("over two lines", "a\nb", [span("bold", 0, 3)], "a\nb", f"{BOLD}a{PLAIN}\n{BOLD}b{PLAIN}"),
        ("after an emoji of two units", "😀ab", [span("bold", 2, 1)], "😀ab", f"😀{BOLD}a{PLAIN}b"),
        ("a link", "see here.", [span("text_link", 4, 4, url="https://a.kz")], "see here <https://a.kz>.", "see here <https://a.kz>."),
        ("a link with its address as text", "https://a.kz", [span("text_link", 0, 12, url="https://a.kz")], "https://a.kz", "https://a.kz"),
        ("a bold link", "x", [span("bold", 0, 1), span("text_link", 0, 1, url="tg://u")], "x <tg://u>", f"{BOLD}x{PLAIN} <tg://u>"),
        ("an entity that exceeds the end", "ab", [span("bold", 1, 9)], "ab", f"a{BOLD}b{PLAIN}"),
        ("control characters of the terminal", "\x1b[2Ja\u202eb\x07", [], "�[2Ja�b�", "�[2Ja�b�"),
        ("spaces and joiners that texts need", "15\u00a0000 ₸ 👨\u200d👩", [], "15\u00a0000 ₸ 👨\u200d👩", "15\u00a0000 ₸ 👨\u200d👩"),
        ("nothing", "", [], "", ""),
    )
    CONTENTS = (
        ({"photo": [{}], "caption": "Кухня", "caption_entities": [span("bold", 0, 5)]}, "[фото] Кухня"),
        ({"photo": [{}]}, "[фото]"),
        ({"document": {}, "caption": "Чек"}, "[файл] Чек"),
        ({"location": {"latitude": 43.238949, "longitude": -76.5}}, "[место] 43.2389, -76.5"),
        ({"venue": {"location": {"latitude": 43.24, "longitude": 76.945}, "title": "Двушка", "address": "Медеуский"}, "location": {}},
         "[место] 43.24, 76.945 Двушка, Медеуский"),
        ({"contact": {"phone_number": "+77011234567", "first_name": "Aйгерим"}}, "[контакт] Aйгерим +77011234567"),
        ({"sticker": {}}, "[сообщение, которого чат в терминале не показывает]"),
    )
    LABELS = (
        ({"text": "Да", "callback_data": "y"}, "Да"),
        ({"text": "Карта", "url": "https://a.kz"}, "Карта <https://a.kz>"),
        ({"text": "Окно", "web_app": {"url": "https://b.kz"}}, "Окно <https://b.kz>"),
        ({"text": "Номер", "request_contact": True}, "Номер (ваш номер)"),
        ({"text": "Где я", "request_location": True}, "Где я (ваше место)"),
        ({"text": "a\n\x1bb", "callback_data": "y"}, "a �b"),
    )

    def test_texts(self):
        for why, text, entities, plain, styled in self.TEXTS:
            self.assertEqual(rendering.formatted(text, entities, False), plain, why)
            self.assertEqual(rendering.formatted(text, entities, True), styled, why)

    def test_messages_without_text(self):
        for message, shown in self.CONTENTS:
            self.assertEqual(rendering.content(message), shown)

    def test_buttons_are_numbered_in_their_rows(self):
        self.assertEqual(rendering.buttons(CITIES), ["[1] Алматы  [2] Астана", "[3] Карта <https://tapbot.kz/map>"])
        for button, shown in self.LABELS:
            self.assertEqual(rendering.label(button), shown)

    def test_further_lines_are_indented(self):
        self.assertEqual(rendering.block("bot", "a\n\nb"), "bot: a\n\n  b")
        self.assertEqual(rendering.block("bot", "a\nb", True), f"{BOLD}bot:{PLAIN} a\n  b")


def event(message_id=1, text="x", rows=None, kind="message", sender=None, **more):
    message = {"message_id": message_id, "from": sender or {"id": 1001}, "text": text}
    if rows:
        message["reply_markup"] = {"inline_keyboard": rows}
    return {"event": kind, "message": message, **more}


class Dialogues(Russian):
    def setUp(self):
        super().setUp()
        self.dialogue = Dialogue("taxi", 7)

    def pressed(self, number):
        chosen = self.dialogue.by_number(number)
        return chosen and (chosen[0]["text"], chosen[1])

    def test_a_message_with_buttons(self):
        self.assertEqual(self.dialogue.take(event(3, "Город?", CITIES)),
                         "taxi: Город?\n  [1] Алматы  [2] Астана\n  [3] Карта <https://tapbot.kz/map>")
        self.assertEqual(self.pressed(2), ("Астана", 3))
        with self.assertRaisesRegex(LookupError, "Кнопки 4 нет, их 3.*=4"):
            self.dialogue.by_number(4)
        with self.assertRaises(LookupError):
            self.dialogue.by_number(0)

    def test_messages_of_others_in_a_group_have_their_names(self):
        self.assertEqual(self.dialogue.take(event(1, "Беру", sender={"id": 8, "is_bot": False, "first_name": "Сауле"})), "Сауле: Беру")
        self.assertEqual(self.dialogue.take(event(2, "Кто?", sender={"id": 1001, "is_bot": True, "first_name": "Taxi"})), "taxi: Кто?")

    def test_typed_text_is_not_repeated(self):
        self.assertIsNone(self.dialogue.take(event(sender=PERSON)))

    def test_numbers_are_those_of_the_buttons_printed_last(self):
        self.assertIsNone(self.pressed(1), "there is no button")
        self.dialogue.take(event(1, "a", [[{"text": "old", "callback_data": "o"}]]))
        self.dialogue.take(event(2, "b", [[{"text": "new", "callback_data": "n"}]]))
        self.dialogue.take(event(3, "c"))
        self.assertEqual(self.pressed(1), ("new", 2))
        self.dialogue.take(event(1, "a", [[{"text": "again", "callback_data": "o"}]], "edited"))
        self.assertEqual(self.pressed(1), ("again", 1))
        self.dialogue.take(event(1, "a", None, "edited"))
        self.assertIsNone(self.pressed(1), "the number presses a button of an older message")

    def test_deleted_buttons_have_no_number(self):
        self.dialogue.take(event(1, "Первая строка " * 5, CITIES))
        self.assertEqual(self.dialogue.take({"event": "deleted", "message_id": 1}),
                         "taxi (удалил): " + ("Первая строка " * 5)[:40] + "...")
        self.assertIsNone(self.pressed(1))
        self.assertEqual(self.dialogue.take({"event": "deleted", "message_id": 99}), "taxi (удалил): ...")

    def test_edits(self):
        self.dialogue.take(event(1, "a", CITIES))
        self.assertEqual(self.dialogue.take(event(1, "b", CITIES[1:], "edited")), "taxi (изменено): b\n  [1] Карта <https://tapbot.kz/map>")
        self.assertEqual(self.dialogue.take(event(1, "b", None, "edited")), "taxi (убрал кнопки): b")
        self.assertEqual(self.dialogue.take(event(1, "c", None, "edited")), "taxi (изменено): c")

    def test_answers_to_presses(self):
        for answer, shown in (({"text": "Готово", "show_alert": False, "url": ""}, "taxi (всплывает): Готово"),
                              ({"text": "Занято", "show_alert": True, "url": ""}, "taxi (окно): Занято"),
                              ({"text": "", "show_alert": False, "url": "tg://x"}, "taxi (открывает): tg://x"),
                              ({"text": "", "show_alert": False, "url": ""}, None)):
            self.assertEqual(self.dialogue.take({"event": "answer", "answer": answer}), shown)
        self.assertIsNone(self.dialogue.take({"event": "action", "action": "typing"}))

    def test_the_keyboard_below_the_input_field(self):
        board = {"keyboard": [[{"text": "Номер", "request_contact": True}], [{"text": "Нет"}]], "one_time_keyboard": True}
        self.assertEqual(self.dialogue.take(event(1, "Кто вы?", keyboard=board)), "taxi: Кто вы?\n  [1] Номер (ваш номер)\n  [2] Нет")
        self.assertEqual(self.pressed(2), ("Нет", None))
        self.dialogue.take(event(2, "x"))
        self.assertEqual(self.pressed(2), ("Нет", None), "a message without buttons removed them")
        self.dialogue.take(event(3, sender=PERSON))
        self.assertIsNone(self.pressed(2), "it is shown only once")
        self.dialogue.take(event(4, "y", keyboard={"keyboard": [[{"text": "Да"}]]}))
        self.dialogue.take(event(5, sender=PERSON))
        self.assertEqual(self.pressed(1), ("Да", None))
        self.dialogue.take(event(6, "z", keyboard=None))
        self.assertIsNone(self.pressed(1))

    def test_labels(self):
        self.dialogue.take(event(1, "a", [[{"text": "Алматы, центр", "callback_data": "1"}]]))
        self.dialogue.take(event(2, "b", [[{"text": "Астана", "callback_data": "2"}, {"text": "Алматы", "callback_data": "3"}]]))
        for part, found in (("астан", "2"), ("Алматы", "3"), ("ЦЕНТР", "1"), ("Тараз", None)):
            chosen = self.dialogue.by_label(part)
            self.assertEqual(chosen and chosen[0]["callback_data"], found, part)

    def test_an_existing_chat(self):
        shown = self.dialogue.restore({"messages": [event(1, "/start", sender=PERSON)["message"], event(2, "a", CITIES[:1])["message"]],
                                       "keyboard": {"keyboard": [[{"text": "Меню"}]]}})
        self.assertEqual(shown, ["> /start", "taxi: a\n  [1] Алматы  [2] Астана", "  [1] Меню"])
        self.assertEqual(self.pressed(1), ("Меню", None))


class Lines(Russian):
    TYPED = (
        ("  привет ", ("text", "привет")), ("/start abc", ("text", "/start abc")), ("", None), ("  ", None), ("=", None),
        ("3", ("number", 3)), ("=3", ("text", "3")), ("==3", ("text", "=3")), ("2026", ("text", "2026")), ("٣", ("text", "٣")),
        (":help", ("help", None)), (":who 1002", ("who", 1002)), (":lang kz", ("lang", "kz")), (":)", ("text", ":)")),
        (":location", ("location", lines.HERE)), (":location 43.24,76.91", ("location", (43.24, 76.91))),
        (":location -33.9 151", ("location", (-33.9, 151.0))), ("=:help", ("text", ":help")),
        ("при\x1b[D\x1b[Aвет\x07", ("text", "привет")), ("x" * 4096, ("text", "x" * 4096)),
    )
    WRONG = (":nosuch", ":who", ":who x", ":who 0", ":who 9999999999999999", ":lang de", ":lang", ":location 99,1", ":location a",
             ":location 1,181", ":quit now", "x" * 4097)

    def test_input(self):
        for line, step in self.TYPED:
            self.assertEqual(lines.typed(line), step, line[:20])

    def test_invalid_input(self):
        for line in self.WRONG:
            with self.assertRaises(ValueError, msg=line[:20]):
                lines.typed(line)

    def test_scripts(self):
        self.assertEqual(lines.script("# a\n/start\n\nexpect: Куда едем: Алматы?\ntap:Да\n1\ntap later\n"),
                         [(2, "text", "/start"), (4, "expect", "Куда едем: Алматы?"), (5, "tap", "Да"), (6, "number", 1),
                          (7, "text", "tap later")])
        for wrong in ("a\nexpect:", "a\n:nosuch", "a\ntap: "):
            with self.assertRaisesRegex(ValueError, "^Строка 2: "):
                lines.script(wrong)


class Bot:
    """Answers in a thread, until the stand-in has ended."""

    def __init__(self, standin):
        self.standin = standin
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        offset = 0
        while True:
            try:
                updates = self.standin.call("getUpdates", offset=offset, timeout=20)["result"]
                for update in updates:
                    offset = update["update_id"] + 1
                    self.heed(update)
            except (OSError, http.client.HTTPException):  # the tests have ended
                return

    def say(self, chat, text, **more):
        return self.standin.call("sendMessage", chat_id=chat, text=text, parse_mode="HTML", **more)

    def heed(self, update):
        if "callback_query" in update:
            press, call = update["callback_query"], self.standin.call
            about = {"chat_id": press["message"]["chat"]["id"], "message_id": press["message"]["message_id"]}
            if press["data"] == "slow":
                call("answerCallbackQuery", callback_query_id=press["id"])
                time.sleep(SLOW_SECONDS)
                call("editMessageText", **about, text="Нашлось")
                return
            call("answerCallbackQuery", callback_query_id=press["id"], text=f"Выбрано: {press['data']}")
            call("editMessageText", **about, text=f"Город: <b>{press['data']}</b>", parse_mode="HTML")
            return
        if "message" not in update:
            return
        message = update["message"]
        chat, text = message["chat"]["id"], message.get("text")
        if text == "/start":
            self.say(chat, f"Город, <b>{message['from']['first_name']}</b> ({message['from']['language_code']})?",
                     reply_markup={"inline_keyboard": CITIES})
        elif text == "кто":
            self.say(chat, "Номер?", reply_markup={"keyboard": [[{"text": "Дать", "request_contact": True}], ["Нет"]]})
        elif "contact" in message:
            self.say(chat, f"Ваш номер {message['contact']['phone_number']}", reply_markup={"remove_keyboard": True})
        elif "location" in message:
            self.say(chat, f"Вы в {message['location']['latitude']}")
        elif text == "медленно":
            self.say(chat, "Поискать?", reply_markup={"inline_keyboard": [[{"text": "Да", "callback_data": "slow"}]]})
        elif text == "хватит":
            self.say(chat, "Убрал клавиши", reply_markup={"remove_keyboard": True})
            time.sleep(SLOW_SECONDS)
            self.say(chat, "Всё")
        elif text == "дважды":
            self.say(chat, "раз")
            time.sleep(BETWEEN_SECONDS)
            self.say(chat, "два")
        elif text != "тихо":
            self.say(chat, f"Что такое {text}?")


BETWEEN_SECONDS = 0.1  # between two messages of one answer
SLOW_SECONDS = 0.5     # until the screen is sent
SCRIPT = """# как человек
/start
expect: Город, Данияр (kk)?
tap: астан
expect: Выбрано: b
expect: Город: b
3
кто
1
expect: +77010000001
:location 43.24,76.91
:lang en
:who 2
/start
expect: Алия (en)
=2
"""
TRANSCRIPT = """> /start
taxi: Город, Данияр (kk)?
  [1] Алматы  [2] Астана
  [3] Карта <https://tapbot.kz/map>
> [Астана]
taxi (всплывает): Выбрано: b
taxi (изменено): Город: b
> 3
taxi: Что такое 3?
> кто
taxi: Номер?
  [1] Дать (ваш номер)
  [2] Нет
> [контакт] Данияр +77010000001
taxi: Ваш номер +77010000001
> [место] 43.24, 76.91
taxi: Вы в 43.24
> язык: en
> Алия (2)
> /start
taxi: Город, Алия (en)?
  [1] Алматы  [2] Астана
  [3] Карта <https://tapbot.kz/map>
> 2
taxi: Что такое 2?
"""


class Clock:
    """Replaces the module `time`: the clock stops while the bot has sent something that the talk has not received."""

    def __init__(self, telegram, talker):
        self.telegram, self.talker, self.stood, self.at = telegram, talker, 0.0, time.monotonic()

    def busy(self):
        # The poller removes an update from the queue when it has processed it.
        return self.telegram.call("getWebhookInfo")["result"]["pending_update_count"] or self.telegram.see(
            "wait", chat=self.talker.chat, after=self.talker.events.after)["events"]

    def monotonic(self):
        busy, now = self.busy(), time.monotonic()
        self.stood += now - self.at if busy else 0
        self.at = now
        return now - self.stood


class Program(unittest.TestCase):
    """The stand-in also replaces the gateway, which only needs to answer."""

    @classmethod
    def setUpClass(cls):
        cls.standin = Standin()
        cls.addClassCleanup(cls.standin.stop)
        cls.bot = Bot(cls.standin)

    def setUp(self):
        self.standin.do("reset")
        self.state = tempfile.TemporaryDirectory()
        self.addCleanup(self.state.cleanup)

    def command(self, *arguments, **more):
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": os.path.join(ROOT, "deploy", "lib"), "API_KEY": "x",
                       "TELEGRAM_API_ROOT": self.standin.root, "BOT_URL": self.standin.root, "CHAT_STATE": self.state.name,
                       "TAPBOT_CHAT_SECONDS": f"{patience(10)}", **more}
        return {"args": [sys.executable, "-B", "-m", "chat", *arguments], "env": environment}

    def play(self, script, bot="taxi", **more):
        return subprocess.run(**self.command("guest", bot, "1", "kz", "-", **more), input=script, capture_output=True, text=True,
                              timeout=patience(60), check=False)

    @contextlib.contextmanager
    def talk(self, gateway, **more):
        """A talk in this process, with other waits: (Talk, its output). It waits long for an answer."""
        shown = []
        talker = talk.Talk(standin.Standin(self.standin.root), standin.Gateway(gateway, ""), "taxi", "kz", shown.append)
        with mock.patch.multiple(talk, **{"ANSWER_SECONDS": patience(10), **more}), mock.patch.object(say, "ENGLISH", False), \
                mock.patch.object(standin, "ANSWER_SECONDS", patience(10)):
            talker.be(1)
            yield talker, shown
        talker.events.close()

    def fails(self, done, *words):
        self.assertEqual(done.returncode, 1, done.stdout)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertNotIn("Traceback", done.stderr)

    def test_a_script(self):
        self.maxDiff = None
        with self.talk(self.standin.root, QUIET_SECONDS=0.1) as (talker, shown):
            talk.play(talker, lines.script(SCRIPT))
        self.assertEqual("\n".join(shown) + "\n", TRANSCRIPT)

    def test_scripts_that_fail_name_the_line(self):
        self.fails(self.play(":nosuch\n"), "Строка 1: Нет такой команды")
        self.fails(self.play("", bot="nosuch"), "Бота nosuch в демо нет, есть: taxi", "bots add nosuch")
        self.standin.do("users", id=1)
        self.standin.do("block", bot="taxi", user=1)
        self.fails(self.play("x\n"), "Строка 1: this user has blocked the bot")

    def test_a_script_waits_until_the_bot_is_silent(self):
        with self.talk(self.standin.root) as (talker, shown), mock.patch.object(talk, "time", Clock(self.standin, talker)):
            talk.play(talker, lines.script("дважды\n:lang en"))
        self.assertEqual(shown, ["> дважды", "taxi: раз", "taxi: два", "> язык: en"])

    def test_a_script_waits_for_the_screen_after_the_answer_to_a_press(self):
        with self.talk(self.standin.root, QUIET_SECONDS=SLOW_SECONDS / 10) as (talker, shown):
            talk.play(talker, lines.script("медленно\ntap: Да\n:lang en"))
        self.assertEqual(shown[-3:], ["> [Да]", "taxi (изменено): Нашлось", "> язык: en"])

    def test_a_script_waits_for_the_answer_after_keys_are_removed(self):
        with self.talk(self.standin.root, QUIET_SECONDS=SLOW_SECONDS / 10, FOLLOWS_SECONDS=patience(2)) as (talker, shown):
            talk.play(talker, lines.script("кто\nхватит\n:lang en"))
        self.assertEqual(shown[-4:], ["> хватит", "taxi: Убрал клавиши", "taxi: Всё", "> язык: en"])

    def test_missing_expected_texts(self):
        for before, script, words in (
                ("/start\nexpect: Город\n1\nexpect: Город: a", "expect: Тараз", "Строка 1: ожидалось «Тараз», а бот сказал:\n.*Город: a"),
                ("/start\nexpect: Город", "# x\n7", "Строка 2: Кнопки 7 нет"), ("", "тихо\ntap: Тараз", "Строка 2: нет кнопки «Тараз»")):
            with self.talk(self.standin.root, QUIET_SECONDS=0.1) as (talker, shown):
                talk.play(talker, lines.script(before))
                with mock.patch.object(talk, "ANSWER_SECONDS", 0), self.assertRaisesRegex(talk.Wrong, "(?s)" + words):
                    talk.play(talker, lines.script(script))
            self.assertEqual("(бот не ответил)" in shown, "тихо" in script, shown)

    def test_a_press_answered_without_text_is_no_answer(self):
        talker = talk.Talk(None, None, "taxi", "ru", print)
        talker.heard_at = talker.acted  # as after the answer to a press
        with mock.patch.object(talk.time, "monotonic", lambda: talker.acted + talk.ANSWER_SECONDS + 0.1):
            self.assertFalse(talker.listen(talker.settled))

    def test_a_script_without_a_gateway(self):
        with self.talk("http://127.0.0.1:1", CHECK_SECONDS=0.2) as (talker, _shown):
            with self.assertRaisesRegex(talk.Wrong, "Строка 1: bot-gateway .http://127.0.0.1:1.*demo --detach"):
                talk.play(talker, lines.script("тихо\nx"))

    def test_staff_write_and_press_in_their_group(self):
        def said(person, script):
            staff = self.command("staff", "taxi", person, "ru", "-", CHAT_STAFF_CODE="K7Q2\ttaxi_bot")
            done = subprocess.run(**staff, input=script, capture_output=True, text=True, timeout=patience(60), check=False)
            self.assertEqual((done.stderr, done.returncode), ("", 0))
            return done.stdout
        self.assertEqual(said("3", "медленно\n"), "> /staff@taxi_bot K7Q2\ntaxi: Что такое /staff@taxi_bot K7Q2?\n"
                                                  "> медленно\ntaxi: Поискать?\n  [1] Да\n")
        self.assertIn("> [Да]\ntaxi (изменено): Нашлось\n", said("4", "tap: Да\n"))
        groups = [one for one in self.standin.see("chats", bot="taxi")["chats"] if one["chat"]["id"] < 0]
        self.assertEqual(len(groups), 1, "both are in the same group")

    def test_an_added_bot_is_registered(self):
        os.mkdir(os.path.join(self.state.name, "bots"))
        for name, token in (("added", "1002:AA"), ("taxi", "1001:replaced")):
            with open(os.path.join(self.state.name, "bots", f"{name}.token"), "w", encoding="ascii") as file:
                file.write(token)
        self.fails(self.play("", bot="taxi"), "Токен бота taxi заменён")
        asked = subprocess.Popen(**self.command("guest", "added", "1", "ru", "-"), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(asked.wait)
        self.addCleanup(asked.kill)
        wait_until("the stand-in knows the bot", 10, lambda: "added" in [one["name"] for one in self.standin.see("state")["bots"]])

    def terminal(self, **more):
        leader, follower = pty.openpty()
        process = subprocess.Popen(**self.command("guest", "taxi", "1", "ru", **more), stdin=follower, stdout=follower, stderr=follower,
                                   start_new_session=True)
        os.close(follower)
        self.addCleanup(os.close, leader)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        output = b""

        def until(words, seconds=15):
            """The output up to these words."""
            nonlocal output
            end = time.monotonic() + patience(seconds)
            while words not in output.decode(errors="replace"):
                self.assertTrue(select.select([leader], [], [], max(0, end - time.monotonic()))[0], output.decode(errors="replace"))
                output += os.read(leader, 4096)
            shown, _, rest = output.decode(errors="replace").partition(words)
            output = rest.encode()
            return shown

        return leader, process, until

    def test_a_terminal(self):
        leader, process, until = self.terminal()
        until("> ")
        os.write(leader, "/start\n".encode())
        self.assertIn(f"Город, {BOLD}Данияр{PLAIN} (ru)?", until("[3] Карта"))
        os.write(leader, b"2\n")
        until("(всплывает)")
        until("(изменено)")
        os.write(leader, b"5\n")
        self.assertEqual(until("Что такое 5?").count("5"), 1, "the typed text is printed again")
        self.bot.say(1, "Сам по себе", reply_markup={"inline_keyboard": CITIES})
        until("Сам по себе")
        until("[3] Карта")
        os.write(leader, b":nosuch\n3\n")
        until("Нет такой команды")
        until("Откройте в браузере: https://tapbot.kz/map")
        self.standin.call("deleteMessage", chat_id=1, message_id=2)
        until("(удалил)")
        os.write(leader, b"\x04")
        self.assertEqual(process.wait(patience(10)), 0)

    def test_a_terminal_when_servers_fail(self):
        telegram = Standin()
        self.addCleanup(telegram.stop)
        leader, process, until = self.terminal(BOT_URL="http://127.0.0.1:1", TELEGRAM_API_ROOT=telegram.root)
        until("> ")
        os.write(leader, "тихо\n".encode())
        until("bot-gateway (http://127.0.0.1:1) не отвечает")
        until("> ")
        telegram.stop()
        until(f"{telegram.root} не отвечает")
        until("demo --detach")
        self.assertEqual(process.wait(patience(10)), 1)

    def test_earlier_messages(self):
        done = self.play("/start\n")
        self.assertEqual((done.stdout, done.stderr, done.returncode), (TRANSCRIPT[:TRANSCRIPT.index("> [")], "", 0))
        leader, _process, until = self.terminal()
        until("> /start")
        until("[3] Карта")
        os.write(leader, b"1\n")
        until("(изменено)")
