# SPDX-License-Identifier: MIT
"""Updates and their queues, the retry clock of webhooks, rates, switches, time."""
import asyncio
import random
import unittest

from stand import patience
from tapbot_telegram import faults, limits, schedule, updates
from tapbot_telegram.bell import Bell
from tapbot_telegram.clock import Clock
from tapbot_telegram.control import loopback


def message(chat_id, text="x"):
    return {"chat": {"id": chat_id}, "text": text}


class Updates(unittest.TestCase):
    def setUp(self):
        self.queue = updates.UpdateQueue(random.Random(1))

    def test_ids_follow_each_other_from_a_random_start(self):
        first = self.queue.add("message", message(1), 0)
        self.assertEqual(self.queue.add("message", message(1), 0).id, first.id + 1)
        self.assertNotEqual(updates.UpdateQueue(random.Random(2)).next_id, first.id)

    def test_ids_decrease_on_demand(self):
        self.queue.step = -1
        first = self.queue.add("message", message(1), 0)
        self.assertEqual(self.queue.add("message", message(1), 0).id, first.id - 1)

    def test_after_a_week_without_updates_ids_restart(self):
        first = self.queue.add("message", message(1), 0)
        self.assertNotEqual(self.queue.add("message", message(1), 7 * updates.DAY + 1).id, first.id + 1)

    def test_lifetimes(self):
        for kind, seconds in (("callback_query", 150), ("inline_query", 30), ("chosen_inline_result", 600),
                              ("message", 86400), ("my_chat_member", 86400)):
            with self.subTest(kind):
                self.queue.clear()
                self.queue.add(kind, {"from": {"id": 1}}, 1000)
                self.assertEqual(len(self.queue.take(0, 100, 1000 + seconds)), 1)
                self.assertEqual(self.queue.take(0, 100, 1000.1 + seconds), [])

    def test_an_offset_confirms_and_a_negative_one_keeps_the_last(self):
        ids = [self.queue.add("message", message(1), 0).id for _ in range(5)]
        self.assertEqual([one.id for one in self.queue.take(0, 2, 0)], ids[:2])
        self.assertEqual([one.id for one in self.queue.take(ids[2], 100, 0)], ids[2:])
        self.assertEqual([one.id for one in self.queue.take(-1, 100, 0)], ids[4:])
        self.assertEqual(len(self.queue.waiting), 1)

    def test_kinds_that_were_not_requested(self):
        self.assertIsNone(self.queue.add("chat_member", {}, 0))
        self.queue.allowed = ["callback_query"]
        self.assertIsNone(self.queue.add("message", message(1), 0))
        self.assertIsNotNone(self.queue.add("callback_query", {"from": {"id": 1}}, 0))

    def test_presses_queue_by_person_messages_by_chat(self):
        press = {"from": {"id": 7}, "message": message(-5)}
        self.assertEqual(updates.queue_of("callback_query", press), ("user", 7))
        self.assertEqual(updates.queue_of("message", message(-5)), ("chat", -5))
        self.assertNotEqual(updates.queue_of("my_chat_member", message(-5)), ("chat", -5))


class Retries(unittest.TestCase):
    def setUp(self):
        self.queue, self.schedule = updates.UpdateQueue(random.Random(1)), schedule.Schedule(2, random.Random(1))

    def add(self, chat_id, now=0.0, kind="message"):
        update = self.queue.add(kind, message(chat_id) | {"from": {"id": chat_id}}, now)
        self.schedule.add(update)
        return update

    def next(self, now):
        return self.schedule.next(now)[0]

    def failed(self, update, now, retry_after=0):
        self.schedule.begin(update)
        wait = self.schedule.failed(update, now, retry_after)
        self.schedule.end(update)
        return wait

    def test_at_once_then_doubled_up_to_a_minute_or_two(self):
        update, now, waits = self.add(1), 0.0, []
        for _ in range(9):
            self.assertIs(self.next(now), update)
            waits.append(self.failed(update, now))
            now += waits[-1]
        self.assertEqual(waits[:6], [0, 2, 4, 8, 16, 32])
        self.assertTrue(all(60 <= wait <= 120 for wait in waits[7:]), waits)

    def test_retry_after_overrides_up_to_an_hour(self):
        update = self.add(1)
        self.assertIs(self.next(0), update)
        self.assertEqual(self.failed(update, 0, 30), 30)
        self.assertIsNone(self.next(29.9))
        self.assertEqual(self.schedule.next(29.9)[1], 30)
        self.assertEqual(self.failed(update, 30, 99999), 3600)

    def test_the_head_of_a_queue_blocks_it_and_no_other(self):
        first, second, other = self.add(1), self.add(1), self.add(2)
        self.assertIs(self.next(0), first)
        self.schedule.begin(first)
        self.assertIs(self.next(0), other)
        self.schedule.begin(other)
        self.assertIsNone(self.next(0))
        self.schedule.succeeded(first, 0)
        self.assertIsNone(self.next(0))
        self.schedule.end(first)
        self.assertIs(self.next(0), second)

    def test_four_poisoned_chats_stall_a_webhook_of_two_connections(self):
        for update in [self.add(chat_id) for chat_id in range(4)]:
            self.next(0)
            self.failed(update, 0, 100)
        fifth = self.add(5)
        self.assertIsNone(self.next(50))
        self.assertIsNotNone(self.next(100))
        self.assertIn(fifth, self.schedule.unloaded)

    def test_a_press_dies_after_150_seconds(self):
        update = self.add(1, kind="callback_query")
        self.next(0)
        self.assertIsNone(self.failed(update, 100, 60))
        self.assertIsNone(self.next(1000))
        late = self.add(1, kind="callback_query")
        self.assertEqual(self.schedule.next(151)[2], [late])

    def test_410_for_23_hours_ends_the_webhook(self):
        self.assertFalse(self.schedule.answered(410, 0))
        self.assertFalse(self.schedule.answered(410, 23 * 3600))
        self.assertTrue(self.schedule.answered(410, 23 * 3600 + 1))
        self.schedule.answered(500, 0)
        self.assertFalse(self.schedule.answered(410, 99 * 3600))

    def test_connections_are_opened_one_by_one_until_something_succeeds(self):
        updates_now = [self.add(chat_id) for chat_id in range(4)]
        self.schedule.next(0)
        self.assertEqual(self.schedule.may_open(0, 0), (True, None))
        self.schedule.open(0)
        self.assertEqual(self.schedule.may_open(0, 1), (False, 2.0))
        self.assertEqual(self.schedule.may_open(1, 5), (False, None))
        self.schedule.begin(updates_now[0])
        self.schedule.succeeded(updates_now[0], 5)
        self.assertEqual(self.schedule.may_open(1, 5), (True, None))
        self.assertEqual(self.schedule.may_open(2, 5), (False, None))

    def test_updates_in_flight_when_the_queue_is_dropped_change_nothing(self):
        update = self.add(1)
        self.next(0)
        self.schedule.begin(update)
        self.schedule.clear()
        self.schedule.succeeded(update, 0)
        self.assertIsNone(self.schedule.failed(update, 0))
        self.assertIsNone(self.next(0))
        second, third = self.add(1), self.add(1)
        self.assertIs(self.next(0), second)
        self.schedule.begin(second)
        self.schedule.end(update)
        self.assertIsNone(self.next(0))
        self.assertIsNotNone(third)


class Rates(unittest.TestCase):
    def test_a_chat_takes_three_at_once_then_one_a_second(self):
        judge = limits.Limits()
        self.assertEqual([bool(judge.note("sendmessage", 7, 0.0)) for _ in range(4)], [False, False, False, True])
        judge = limits.Limits()
        self.assertEqual([judge.note("sendmessage", 7, at) for at in (0, 0, 0, 1, 1.97, 3.02)], [{}] * 6)

    def test_a_group_takes_twenty_a_minute(self):
        judge = limits.Limits()
        for number in range(20):
            self.assertEqual(judge.note("sendmessage", -7, number * 2.0), {}, number)
        self.assertIn("group", judge.waits("sendmessage", -7, 45.0))
        self.assertAlmostEqual(judge.waits("sendmessage", -7, 45.0)["group"], 14.9)
        self.assertEqual(judge.note("sendmessage", -7, 60.0), {})

    def test_a_bot_sends_thirty_a_second(self):
        judge = limits.Limits()
        over = [judge.note("sendmessage", number, number / 100) for number in range(100)]
        self.assertEqual(over[:30], [{}] * 30)
        self.assertGreater(sum(map(bool, over)), 30)
        judge = limits.Limits()
        self.assertEqual([judge.note("sendmessage", number, number / 30) for number in range(300)], [{}] * 300)

    def test_calls_without_a_limit(self):
        judge = limits.Limits()
        for method in ("sendchataction", "answercallbackquery", "getupdates", "deletemessage"):
            self.assertEqual([judge.note(method, 7, 0.0) for _ in range(50)], [{}] * 50, method)
        self.assertEqual([judge.note("editmessagetext", 7, 0.0) for _ in range(10)], [{}] * 10)


class Switches(unittest.TestCase):
    def setUp(self):
        self.faults = faults.Faults()

    def call(self, now=0.0, method="sendmessage", chat_id=7, text="x"):
        return self.faults.for_call(now, "taxi", method, chat_id, text)

    def test_count_and_skip(self):
        self.faults.add({"kind": "error", "name": "blocked", "count": 2, "skip": 1})
        self.assertEqual([bool(self.call()) for _ in range(4)], [False, True, True, False])

    def test_seconds_run_from_the_first_hit(self):
        self.faults.add({"kind": "flood", "seconds": 5})
        first = self.call(100.0)
        self.assertEqual(first.failure(100.0).retry_after, 5)
        self.assertEqual(self.call(103.5).failure(103.5).retry_after, 2)
        self.assertIsNone(self.call(105.0))

    def test_targets_of_faults(self):
        for whom in ({"bot": "other"}, {"method": "getMe"}, {"chat_id": 8}, {"text": "y"}, {"photo": "y"}):
            with self.subTest(whom):
                self.faults.remove()
                self.faults.add({"kind": "error", "name": "internal", **whom})
                self.assertIsNone(self.call())
        self.faults.remove()
        self.faults.add({"kind": "error", "name": "internal", "bot": "taxi", "method": "sendMessage", "chat_id": 7, "text": "x"})
        self.assertIsNotNone(self.call())
        self.faults.add({"kind": "error", "name": "internal", "method": "send*"})
        self.assertIsNone(self.call(method="getme"))
        self.assertIsNotNone(self.call(method="sendphoto"))

    def test_each_stage_takes_its_own_kind(self):
        for at in ("accept", "head", "answer"):
            self.faults.add({"kind": "cut", "at": at})
        self.faults.add({"kind": "secret"})
        self.assertEqual(self.call().more["at"], "answer")
        self.assertIsNone(self.call())
        self.assertEqual(self.faults.for_head(0, "taxi", "getme").more["at"], "head")
        self.assertEqual(self.faults.for_accept(0).more["at"], "accept")
        self.assertIsNone(self.faults.for_delivery(0, "repeat", "taxi", 7))
        self.assertEqual(self.faults.for_delivery(0, "secret", "taxi", 7).kind, "secret")

    def test_answers(self):
        self.faults.add({"kind": "error", "name": "parse"})
        self.assertEqual(self.call().failure(0).code, 400)
        self.faults.add({"kind": "error", "code": 400, "description": "Bad Request: x", "migrate_to_chat_id": -5})
        self.assertEqual(self.call().failure(0).answer()["parameters"], {"migrate_to_chat_id": -5})
        self.assertEqual(self.faults.add({"kind": "html"}).page()[0], 502)

    def test_wrong_switches_are_refused(self):
        for given in ({}, {"kind": "x"}, {"kind": "error"}, {"kind": "error", "name": "x"}, {"kind": "cut", "at": "x"},
                      {"kind": "cut", "at": "head", "chat_id": 7}, {"kind": "cut", "at": "accept", "bot": "x"},
                      {"kind": "slow", "wait": "1"}, {"kind": "flood", "count": True}, {"kind": "html", "times": 3}):
            with self.subTest(given), self.assertRaises(ValueError):
                self.faults.add(given)


class ControlAccess(unittest.TestCase):
    def test_this_machine_only(self):
        for peer, may in (("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("::ffff:127.0.0.1", True), ("10.0.0.1", False),
                          ("::ffff:10.0.0.1", False), ("fe80::1", False), ("", False)):
            self.assertEqual(loopback(peer), may, peer)


class Waiting(unittest.TestCase):
    def test_a_waiter_cancelled_during_the_notification_ends(self):
        async def ends():
            bell = Bell()
            waiting = asyncio.ensure_future(bell.until(lambda: None, 600))
            await asyncio.sleep(0)
            bell.ring()
            waiting.cancel()
            await asyncio.wait({waiting}, timeout=patience(4))
            return waiting.cancelled()
        self.assertTrue(asyncio.run(ends()))


class Time(unittest.TestCase):
    def test_it_runs_faster_and_jumps(self):
        at = [0.0]
        clock = Clock(10, lambda: at[0])
        at[0] = 2.0
        self.assertEqual(clock.now(), 20)
        clock.set_speed(1)
        at[0] = 3.0
        clock.advance(100)
        self.assertEqual((clock.now(), clock.real(5), clock.unhurried()), (121, 5, 103))
