# SPDX-License-Identifier: MIT
"""The Bot API over real connections, and the effects of its fault switches."""
import http.client
import json
import socket
import threading
import time
import unittest

from stand import patience, timed
from telegram_standin import TOKEN, Standin

THREADS, CALLS = 4, 1500
RATE_MIN = 300


class Calls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.standin = Standin()

    @classmethod
    def tearDownClass(cls):
        assert cls.standin.stop() == 0

    def setUp(self):
        self.standin.do("reset")
        self.standin.do("settings", enforce_limits=False)
        self.standin.do("users", id=7, first_name="Айгуль", start=True)

    def send(self, text="x", **more):
        return self.standin.call("sendMessage", chat_id=7, text=text, **more)

    def raw(self, octets, seconds=5.0):
        """The answer until the connection ends; None for a reset before any data."""
        with socket.create_connection(("127.0.0.1", self.standin.port), timeout=patience(seconds)) as line:
            got = b""
            try:
                line.sendall(octets)
                while data := line.recv(65536):
                    got += data
            except ConnectionResetError:
                return got or None
            return got

    def calls(self, **wanted):
        return self.standin.see("calls", method="sendMessage", **wanted)["calls"]

    def texts(self):
        return [message["text"] for message in self.standin.see("chat", chat=7)["messages"]]

    def test_forms_of_calls(self):
        head = {"Content-Type": "application/json"}
        for method, path, body, headers in (
                ("GET", "sendMessage?chat_id=7&text=query", None, {}), ("POST", "SENDMESSAGE", b'{"chat_id":7,"text":"json"}', head),
                ("POST", "sendmessage", b"chat_id=7&text=form", {"Content-Type": "application/x-www-form-urlencoded"})):
            status, _, answer = self.standin.request(method, f"/bot{TOKEN}/{path}", body, headers)
            self.assertEqual((status, json.loads(answer)["ok"]), (200, True), path)
        chunked = b"POST /bot%s/sendMessage HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: application/" \
                  b"json\r\nConnection: close\r\n\r\n1d\r\n{\"chat_id\":7,\"text\":\"chunked\"}\r\n0\r\n\r\n" % TOKEN.encode()
        self.assertIn(b'"chunked"', self.raw(chunked.replace(b"1d\r\n", b"%x\r\n" % len('{"chat_id":7,"text":"chunked"}'))))
        self.assertEqual(self.texts(), ["query", "json", "form", "chunked"])

    def test_wrong_addresses(self):
        for path, code in (("/bot1:x/getMe", 401), (f"/bot{TOKEN}/no", 404), ("/bot/getMe", 404), ("/", 404), ("/botx/getMe", 404)):
            status, _, answer = self.standin.request("GET", path)
            self.assertEqual((status, json.loads(answer)["error_code"]), (code, code), path)

    def test_errors_by_name_for_one_chat(self):
        self.standin.do("users", id=8, start=True)
        self.standin.do("faults", kind="error", name="blocked", chat_id=7, count=2)
        codes = [self.send().get("error_code") for _ in range(3)]
        self.assertEqual(codes, [403, 403, None])
        self.assertTrue(self.standin.call("sendMessage", chat_id=8, text="x")["ok"])

    def test_a_flood_says_how_long_in_body_and_header(self):
        self.standin.do("faults", kind="flood", retry_after=10800)
        status, headers, answer = self.standin.request("GET", f"/bot{TOKEN}/sendMessage?chat_id=7&text=x")
        self.assertEqual((status, headers["Retry-After"], json.loads(answer)), (429, "10800", {
            "ok": False, "error_code": 429, "description": "Too Many Requests: retry after 10800",
            "parameters": {"retry_after": 10800}}))
        self.assertEqual(self.texts(), [])

    def test_a_page_of_a_proxy(self):
        self.standin.do("faults", kind="html", status=504, effect=True)
        status, headers, answer = self.standin.request("GET", f"/bot{TOKEN}/sendMessage?chat_id=7&text=x")
        self.assertEqual((status, headers["Content-Type"]), (504, "text/html"))
        self.assertIn(b"<html>", answer)
        self.assertEqual(self.texts(), ["x"])

    def test_cuts(self):
        for at, effect in (("accept", False), ("head", False), ("request", False), ("answer", True), ("half", True)):
            with self.subTest(at):
                before = len(self.texts())
                self.standin.do("faults", kind="cut", at=at)
                self.standin.lines.open.close()
                with self.assertRaises((OSError, http.client.HTTPException)):
                    self.send(at)
                self.assertEqual(len(self.texts()) - before, effect)
                if at != "accept":
                    self.assertEqual((self.calls()[-1]["fault"], self.calls()[-1]["effect"]), ("cut", effect))

    def test_a_cut_within_the_request_comes_before_its_body(self):
        self.standin.do("faults", kind="cut", at="head", method="sendMessage")
        self.assertIsNone(self.raw(b"POST /bot%s/sendMessage HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" % TOKEN.encode()))

    def test_hanging_and_slow_answers(self):
        self.standin.do("faults", kind="slow", wait=0.3)
        began = time.monotonic()
        self.assertTrue(self.send()["ok"])
        self.assertGreater(time.monotonic() - began, 0.29)
        self.standin.do("faults", kind="hang", wait=0.3)
        began = time.monotonic()
        with self.assertRaises((OSError, http.client.HTTPException)):
            self.send()
        self.assertGreater(time.monotonic() - began, 0.29)

    def burst(self, enforce_limits=False):
        """Answers to five messages within the second in which a chat may get three."""
        while True:
            self.standin.do("reset")
            self.standin.do("users", id=7, start=True)
            self.standin.do("settings", enforce_limits=enforce_limits)
            answers = [self.send() for _ in range(5)]
            if self.calls()[-1]["at"] - self.calls()[0]["at"] < 0.8:
                return answers

    def test_limits_are_reported_and_enforced_on_demand(self):
        answers = self.burst()
        self.assertTrue(all(answer["ok"] for answer in answers))
        self.assertEqual([sorted(call["over"]) for call in self.calls()], [[], [], [], ["chat"], ["chat"]])
        self.assertEqual(self.standin.see("limits")["exceeded"], {"taxi": {"chat": 2}})
        answers = self.burst(enforce_limits=True)
        self.assertEqual([answer.get("error_code") for answer in answers], [None, None, None, 429, 429])
        self.assertEqual(answers[3]["parameters"], {"retry_after": 1})

    def test_long_polling(self):
        with self.subTest("an update ends the wait"):
            threading.Timer(0.2, self.standin.do, ("send",), {"user": 7, "text": "x"}).start()
            found = self.standin.call("getUpdates", timeout=50)["result"]  # would be empty without the update
            self.assertEqual(found[0]["message"]["text"], "x")
            self.assertEqual(self.standin.call("getUpdates", offset=found[0]["update_id"] + 1)["result"], [])
        with self.subTest("a second poller ends the first"):
            got = []
            asked = len(self.standin.see("calls", method="getUpdates")["calls"])
            first = threading.Thread(target=lambda: got.append(self.standin.call("getUpdates", timeout=50)))
            first.start()
            self.standin.see("calls", method="getUpdates", at_least=asked + 1, timeout=5)
            self.assertEqual(self.standin.call("getUpdates")["result"], [])
            first.join(patience(5))
            self.assertEqual(got[0]["error_code"], 409)

    def test_the_content_of_a_chat(self):
        line = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
        since = self.standin.see("state")["sequence"]
        sent = self.send("было", reply_markup=line)["result"]
        self.standin.call("editMessageText", chat_id=7, message_id=sent["message_id"], text="стало", reply_markup=line)
        message = self.standin.see("chat", chat=7)["messages"][0]
        self.assertEqual((message["text"], message["reply_markup"]), ("стало", line))
        events = self.standin.see("wait", chat=7, after=since)["events"]
        self.assertEqual([event["event"] for event in events], ["message", "edited"])
        threading.Timer(0.2, self.send, ("потом",)).start()
        events = self.standin.see("wait", chat=7, after=events[-1]["seq"], timeout=patience(10))["events"]
        self.assertEqual(events[0]["message"]["text"], "потом")

    def test_a_press_waits_for_its_answer(self):
        self.send(reply_markup={"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]})

        def answer():
            found = self.standin.call("getUpdates", timeout=50)["result"]
            self.standin.call("answerCallbackQuery", callback_query_id=found[-1]["callback_query"]["id"], text="принято")

        answering = threading.Thread(target=answer)
        answering.start()
        pressed = self.standin.do("press", user=7, button="A", wait=patience(10))
        answering.join()
        self.assertEqual(pressed["answers"], [{"text": "принято", "show_alert": False, "url": ""}])

    def test_files(self):
        sent = self.standin.do("send", user=7, photo={"content": "aGVsbG8="})["messages"][0]
        file = self.standin.call("getFile", file_id=sent["photo"][-1]["file_id"])["result"]
        self.assertEqual(self.standin.request("GET", f"/file/bot{TOKEN}/{file['file_path']}")[2], b"hello")

    def test_control_reports_errors(self):
        for method, name, given, status in (("GET", "nothing", {}, "404"), ("POST", "calls", {}, "405"),
                                          ("POST", "send", {"user": 7}, "400"), ("POST", "send", {"user": 9, "text": "x"}, "404"),
                                          ("POST", "settings", {"speed": "fast"}, "400"), ("POST", "faults", {"kind": "x"}, "400")):
            with self.subTest(name), self.assertRaisesRegex(RuntimeError, f"{name}: {status}"):
                self.standin.control(method, name, given)

    def test_rate(self):
        """Far above the limit of a bot, so that the stand-in does not affect measurements."""
        def sending():
            for _ in range(CALLS // THREADS):
                self.send("x", reply_markup={"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]})

        threads = [threading.Thread(target=sending) for _ in range(THREADS)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rate = CALLS // THREADS * THREADS / (time.monotonic() - began)
        if timed():
            self.assertGreater(rate, RATE_MIN)
        self.assertEqual(len({call["connection"] for call in self.calls(limit=10000)}), THREADS)
