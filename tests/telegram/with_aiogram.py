# SPDX-License-Identifier: MIT
"""aiogram, unmodified, drives the stand-in: polling, webhook, messages, presses, errors. Its types are a published schema
of the Bot API: our answers must fit them, without unknown fields."""
import asyncio
import unittest

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (TelegramBadRequest, TelegramConflictError, TelegramForbiddenError, TelegramMigrateToChat,
                                TelegramNetworkError, TelegramNotFound, TelegramRetryAfter, TelegramServerError,
                                TelegramUnauthorizedError)
from aiogram.filters import CommandStart
from aiogram.types import (BotCommand, BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto,
                           KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove, ReplyParameters, TelegramObject)
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from stand import patience, wait_until
from telegram_standin import TOKEN, Standin

SECONDS = int(patience(10))
YES = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Да", callback_data="yes"),
                                             InlineKeyboardButton(text="Сайт", url="https://tapbot.kz")]])


def unknown_fields(value, path=""):
    """Fields at any depth that aiogram's types do not have."""
    if isinstance(value, TelegramObject):
        found = [f"{path}{type(value).__name__}.{name}" for name in value.model_extra or {}]
        for name in type(value).model_fields:
            found += unknown_fields(getattr(value, name), f"{path}{type(value).__name__}.{name}: ")
        return found
    if isinstance(value, (list, tuple)):
        return [one for item in value for one in unknown_fields(item, path)]
    return []


class Case(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.standin, self.unknown, self.objects = Standin(), [], 0
        self.bot = self.new_bot()
        await self.do("users", id=7, first_name="Айгуль", last_name="С", username="aigul", language_code="kk", start=True)

    async def asyncTearDown(self):
        await self.bot.session.close()
        self.assertEqual(self.standin.stop(), 0)
        self.assertEqual(self.unknown, [])
        self.assertGreater(self.objects, 0)

    def new_bot(self, token=TOKEN):
        session = AiohttpSession(api=TelegramAPIServer.from_base(self.standin.root), timeout=SECONDS)
        session.middleware(self.checked)
        return Bot(token, session=session)

    async def checked(self, make_request, bot, method):
        result = await make_request(bot, method)
        self.check_value(result)
        return result

    def check_value(self, value):
        self.objects += 1
        self.unknown += unknown_fields(value)

    async def do(self, what, /, **given):
        return await asyncio.to_thread(lambda: self.standin.do(what, **given))

    async def see(self, what, /, **given):
        return await asyncio.to_thread(lambda: self.standin.see(what, **given))

    async def event(self, event, after, count=1):
        """The next events of a kind in the chat of 7."""
        def found():
            return self.standin.see("wait", chat=7, event=event, after=after)["events"]
        await asyncio.to_thread(wait_until, f"{count} of {event}", SECONDS, lambda: len(found()) >= count)
        return found()


class AConversation(Case):
    """The same bot, once by polling and once by webhook."""

    def dispatcher(self):
        dispatcher = Dispatcher()

        @dispatcher.update.outer_middleware()
        async def checked(handler, update, data):
            self.check_value(update)
            return await handler(update, data)

        @dispatcher.message(CommandStart(deep_link=True))
        async def start(message, command):
            await message.answer(f"<b>Сәлем</b>, {command.args}", parse_mode="HTML", reply_markup=YES)

        @dispatcher.callback_query(F.data == "yes")
        async def yes(query):
            await query.answer("Қабылданды")
            await query.message.edit_text("Дайын")

        @dispatcher.message(F.contact)
        async def contact(message):
            await message.answer(message.contact.phone_number, reply_markup=ReplyKeyboardRemove())

        @dispatcher.message(F.photo)
        async def photo(message):
            await message.answer(f"{message.media_group_id}:{message.photo[-1].file_id}")

        @dispatcher.edited_message()
        async def edited(message):
            await message.answer(f"{message.location.latitude}")

        @dispatcher.my_chat_member()
        async def member(change):
            if change.new_chat_member.status == "member":
                await change.bot.send_message(7, "снова здесь")

        return dispatcher

    async def talk(self):
        since = (await self.see("state"))["sequence"]
        await self.do("send", user=7, text="/start almaty")
        sent = (await self.event("message", since, 2))[1]["message"]
        self.assertEqual((sent["text"], sent["entities"][0]["type"]), ("Сәлем, almaty", "bold"))
        pressed = await self.do("press", user=7, button="Да", wait=SECONDS)
        self.assertEqual(pressed["answers"][0]["text"], "Қабылданды")
        edited = (await self.event("edited", since))[0]["message"]
        self.assertEqual((edited["text"], "reply_markup" in edited), ("Дайын", False))
        for given, answers in (({"contact": {"phone_number": "+77010000000", "user_id": 7}}, 1), ({"photos": [{}, {}]}, 2)):
            since = (await self.see("state"))["sequence"]
            sent = await self.do("send", user=7, **given)
            await self.event("message", since, answers + len(sent["messages"]))
        since = (await self.see("state"))["sequence"]
        sent = await self.do("send", user=7, location={"latitude": 43.2, "longitude": 76.9, "live_period": 900})
        await self.do("edit", user=7, message_id=sent["messages"][0]["message_id"],
                      location={"latitude": 43.3, "longitude": 76.9})
        self.assertEqual((await self.event("message", since, 2))[1]["message"]["text"], "43.3")
        await self.do("block", user=7)
        with self.assertRaises(TelegramForbiddenError):
            await self.bot.send_message(7, "x")
        since = (await self.see("state"))["sequence"]
        await self.do("unblock", user=7)
        self.assertEqual((await self.event("message", since))[0]["message"]["text"], "снова здесь")

    async def test_by_polling(self):
        dispatcher = self.dispatcher()
        polling = asyncio.create_task(dispatcher.start_polling(self.bot, handle_signals=False, close_bot_session=False,
                                                               polling_timeout=1))
        await self.talk()
        await dispatcher.stop_polling()
        await polling

    async def test_by_webhook(self):
        application = web.Application()
        SimpleRequestHandler(self.dispatcher(), self.bot, handle_in_background=False, secret_token="Secret-1").register(
            application, "/hook")
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]
        self.assertTrue(await self.bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token="Secret-1", max_connections=5))
        await self.talk()
        await self.do("faults", kind="secret", value="wrong")
        await self.do("send", user=7, text="/start x")
        await asyncio.to_thread(wait_until, "the delivery is retried", SECONDS, lambda: [
            one["status"] for one in self.standin.see("deliveries")["deliveries"][-2:]] == [401, 200])
        info = await self.bot.get_webhook_info()
        self.assertEqual((info.pending_update_count, info.max_connections), (0, 5))
        self.assertIn("401", info.last_error_message)
        with self.assertRaises(TelegramConflictError):
            await self.bot.get_updates()
        self.assertTrue(await self.bot.delete_webhook())
        await runner.cleanup()


class Methods(Case):
    async def test_messages(self):
        me = await self.bot.me()
        self.assertEqual((me.username, me.is_bot), ("taxi_bot", True))
        sent = await self.bot.send_message(7, "x <a href='tg://user?id=7'>y</a>", parse_mode="HTML", reply_markup=YES)
        self.assertEqual(sent.entities[0].user.id, 7)
        reply = await self.bot.send_message(7, "z", reply_parameters=ReplyParameters(message_id=sent.message_id),
                                            reply_markup=ReplyKeyboardMarkup(keyboard=[[KeyboardButton(
                                                text="Номер", request_contact=True)]], resize_keyboard=True))
        self.assertEqual(reply.reply_to_message.message_id, sent.message_id)
        edited = await self.bot.edit_message_text("y", chat_id=7, message_id=sent.message_id, reply_markup=YES)
        self.assertEqual(edited.text, "y")
        await self.bot.edit_message_reply_markup(chat_id=7, message_id=sent.message_id)
        await self.bot.copy_message(7, 7, sent.message_id)
        await self.bot.forward_message(7, 7, sent.message_id)
        self.assertTrue(await self.bot.delete_message(7, sent.message_id))
        self.assertTrue(await self.bot.send_chat_action(7, "typing"))
        place = await self.bot.send_location(7, 43.2, 76.9, live_period=60)
        self.assertEqual(place.location.live_period, 60)

    async def test_files(self):
        sent = await self.bot.send_photo(7, BufferedInputFile(b"\xff\xd8\r\n--x", "a.jpg"), caption="<b>x</b>", parse_mode="HTML")
        file = await self.bot.get_file(sent.photo[-1].file_id)
        self.assertEqual((await self.bot.download_file(file.file_path)).read(), b"\xff\xd8\r\n--x")
        self.assertEqual((await self.bot.edit_message_caption(chat_id=7, message_id=sent.message_id, caption="y")).caption, "y")
        album = await self.bot.send_media_group(7, [InputMediaPhoto(media=BufferedInputFile(b"1", "1.jpg"), caption="a"),
                                                    InputMediaPhoto(media=sent.photo[-1].file_id)])
        self.assertEqual(len({one.media_group_id for one in album}), 1)
        changed = await self.bot.edit_message_media(InputMediaPhoto(media="https://tapbot.kz/a.jpg"), chat_id=7,
                                                    message_id=sent.message_id)
        self.assertIsNone(changed.caption)

    async def test_photos_by_address(self):
        sent = await self.bot.send_photo(7, "https://tapbot.kz/a.jpg", caption="<b>x</b>", parse_mode="HTML", reply_markup=YES)
        self.assertEqual((sent.caption, sent.caption_entities[0].type), ("x", "bold"))
        other = InputMediaPhoto(media="https://tapbot.kz/b.jpg", caption="<i>y</i>", parse_mode="HTML")
        changed = await self.bot.edit_message_media(other, chat_id=7, message_id=sent.message_id, reply_markup=YES)
        self.assertEqual((changed.caption, changed.caption_entities[0].type), ("y", "italic"))
        self.assertNotEqual(changed.photo[-1].file_id, sent.photo[-1].file_id)
        words = await self.bot.send_message(7, "words")
        self.assertTrue((await self.bot.edit_message_media(other, chat_id=7, message_id=words.message_id)).photo)
        with self.assertRaisesRegex(TelegramBadRequest, "there is no text in the message to edit"):
            await self.bot.edit_message_text("z", chat_id=7, message_id=sent.message_id)
        await self.do("faults", kind="error", name="photo_type", photo="/b.jpg", count=None)
        for call in (lambda: self.bot.send_photo(7, other.media),
                     lambda: self.bot.edit_message_media(other, chat_id=7, message_id=sent.message_id)):
            with self.assertRaisesRegex(TelegramBadRequest, "wrong type of the web page content"):
                await call()
        self.assertTrue((await self.bot.send_photo(7, "https://tapbot.kz/a.jpg")).photo, "other photos are refused too")

    async def test_commands(self):
        commands = [BotCommand(command="start", description="Бастау")]
        self.assertTrue(await self.bot.set_my_commands(commands, language_code="kk"))
        found = await self.bot.get_my_commands(language_code="kk")
        self.assertEqual([(one.command, one.description) for one in found], [("start", "Бастау")])

    async def test_errors_have_their_types(self):
        group = (await self.do("groups", members=[7]))["chat"]["id"]
        new = (await self.do("migrate", chat=group))["chat"]["id"]
        with self.assertRaises(TelegramMigrateToChat) as migrated:
            await self.bot.send_message(group, "x")
        self.assertEqual(migrated.exception.migrate_to_chat_id, new)
        await self.do("faults", kind="flood", retry_after=3)
        with self.assertRaises(TelegramRetryAfter) as flood:
            await self.bot.send_message(7, "x")
        self.assertEqual(flood.exception.retry_after, 3)
        for error, call in (
                (TelegramBadRequest, lambda: self.bot.send_message(7, "<b>x", parse_mode="HTML")),
                (TelegramBadRequest, lambda: self.bot.send_message(7, "x" * 4097)),
                (TelegramBadRequest, lambda: self.bot.send_message(99, "x")),
                (TelegramBadRequest, lambda: self.bot.answer_callback_query("1")),
                (TelegramNotFound, lambda: self.bot.send_dice(7)),
                (TelegramUnauthorizedError, lambda: self.other.get_me())):
            self.other = self.new_bot("5:x")
            with self.assertRaises(error):
                await call()
            await self.other.session.close()
        for fault, error in (({"kind": "error", "name": "internal"}, TelegramServerError),
                             ({"kind": "cut", "at": "answer"}, TelegramNetworkError),
                             ({"kind": "error", "name": "deactivated"}, TelegramForbiddenError)):
            await self.do("faults", **fault)
            with self.assertRaises(error):
                await self.bot.send_message(7, "x")
        self.assertEqual(await self.bot.get_me(), await self.bot.me())

    async def test_every_kind_of_update(self):
        """Updates without a handler are checked too."""
        group = (await self.do("groups", members=[7], type="supergroup", username="tapbot_group"))["chat"]["id"]
        await self.do("send", user=7, chat=group, text="/start@taxi_bot")
        await self.do("send", user=7, web_app_data={"data": "{}"})
        sent = await self.do("send", user=7, text="x")
        await self.do("send", user=7, text="y", reply_to=sent["messages"][0]["message_id"])
        await self.do("edit", user=7, message_id=sent["messages"][0]["message_id"], text="z")
        await self.do("press", user=7, data="x", forged=True, message_id=99)
        await self.do("block", user=7, chat=group)
        updates = await self.bot.get_updates()
        self.assertEqual([update.event_type for update in updates], [
            "my_chat_member", "message", "message", "message", "message", "edited_message", "callback_query",
            "my_chat_member"])
