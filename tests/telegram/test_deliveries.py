# SPDX-License-Identifier: MIT
"""Webhooks: retries, order, secrets, duplicates, expiry, TLS."""
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import unittest

from rig import Webhook
from stand import patience, timed, wait_until
from telegram_standin import TOKEN, Standin

# Seconds of the stand-in's time, which runs 20 times as fast: one real second, as a margin for a busy machine.
LATE = 20 if timed() else float("inf")


class Deliveries(unittest.TestCase):
    arguments, certificate = (), None

    @classmethod
    def setUpClass(cls):
        cls.standin = Standin(*cls.arguments)
        cls.addClassCleanup(cls.standin.stop)

    def setUp(self):
        self.webhook = Webhook(self.certificate)
        self.addCleanup(self.webhook.__exit__)
        self.standin.call("deleteWebhook", drop_pending_updates=True)
        self.standin.do("reset")
        self.standin.do("settings", speed=1, webhook_timeout=60, https_only=False)
        self.standin.do("bot", step=1, hold=False)
        for user in (7, 8):
            self.standin.do("users", id=user, start=True)

    def listen(self, **more):
        self.assertTrue(self.standin.call("setWebhook", url=self.webhook.url, secret_token="Secret_1", **more)["ok"])

    def settled(self, **wanted):
        """Waits until getWebhookInfo has these values; without any, until nothing is pending."""
        wanted = wanted or {"pending_update_count": 0}
        wait_until(f"the webhook has {wanted}", 5, lambda: wanted.items() <= self.standin.call("getWebhookInfo")["result"].items())

    def write(self, text, user=7):
        return self.standin.do("send", user=user, text=text)["update_ids"][0]


class Rules(Deliveries):
    def test_secret_order_and_one_connection(self):
        self.listen()
        ids = [self.write(str(number)) for number in range(5)]
        seen = self.webhook.take(5)
        self.assertEqual([update["update_id"] for _, _, _, update in seen], ids)
        self.assertEqual({secret for _, _, secret, _ in seen}, {"Secret_1"})
        self.assertEqual(len({port for _, port, _, _ in seen}), 1)

    def test_pending_updates_are_delivered_to_a_new_webhook(self):
        self.write("before")
        self.listen()
        self.assertEqual(self.webhook.take(1)[0][3]["message"]["text"], "before")
        self.settled()

    def test_retries_at_once_then_after_2_4_8_seconds(self):
        self.standin.do("settings", speed=20)
        self.listen()
        for _ in range(5):
            self.webhook.answers.put((500, {}))
        self.write("first")
        self.write("second")
        seen = self.webhook.take(7)
        self.assertEqual([update["message"]["text"] for _, _, _, update in seen], ["first"] * 6 + ["second"])
        gaps = [20 * (after[0] - before[0]) for before, after in zip(seen, seen[1:])]
        for gap, wanted in zip(gaps, (0, 2, 4, 8, 16)):
            self.assertTrue(wanted - 0.5 <= gap <= wanted + LATE, (gap, wanted))
        deliveries = self.standin.see("deliveries")["deliveries"]
        self.assertEqual([one.get("retry_in") for one in deliveries][:5], [0, 2, 4, 8, 16])
        self.settled(last_error_message="Wrong response from the webhook: 500 Internal Server Error")

    def test_retry_after_is_obeyed(self):
        self.standin.do("settings", speed=20)
        self.listen()
        self.webhook.answers.put((503, {"Retry-After": "10"}))
        self.write("x")
        first, second = self.webhook.take(2)
        self.assertTrue(9.5 <= 20 * (second[0] - first[0]) <= 10 + LATE)

    def test_a_failing_chat_does_not_delay_another(self):
        self.listen()
        self.write("warm")
        self.webhook.take(1)
        self.webhook.answers.put((503, {"Retry-After": "3600"}))
        self.write("stuck", 7)
        self.webhook.take(1)
        self.write("behind", 7)
        self.write("free", 8)
        self.assertEqual(self.webhook.take(1)[0][3]["message"]["text"], "free")
        self.assertTrue(self.webhook.is_silent())
        self.standin.do("advance", seconds=3600)
        self.assertEqual([one[3]["message"]["text"] for one in self.webhook.take(2)], ["stuck", "behind"])

    def test_max_connections(self):
        self.listen(max_connections=2)
        self.write("warm")
        self.webhook.take(1)
        answered = threading.Event()
        self.addCleanup(answered.set)
        for _ in range(3):
            self.webhook.answers.put(answered)
        self.standin.do("users", id=9, start=True)
        for user in (7, 8, 9):
            self.write("x", user)
        self.webhook.take(2)
        self.assertTrue(self.webhook.is_silent())
        answered.set()
        self.webhook.take(1)

    def test_a_closed_port_is_retried(self):
        self.standin.do("settings", speed=20)
        with socket.socket() as closed:  # bound, and not listening
            closed.bind(("127.0.0.1", 0))
            self.standin.call("setWebhook", url=f"http://127.0.0.1:{closed.getsockname()[1]}/x")
            self.write("x")
            self.settled(pending_update_count=1, last_error_message="Connection refused")
        self.listen()
        self.webhook.take(1)

    def test_a_press_expires(self):
        self.standin.call("sendMessage", chat_id=7, text="x",
                          reply_markup={"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]})
        self.listen()
        self.webhook.answers.put((503, {"Retry-After": "100"}))
        self.standin.do("press", user=7, data="a")
        self.webhook.take(1)
        self.standin.do("advance", seconds=151)
        wait_until("it expires", 5, lambda: self.standin.see("deliveries")["deliveries"][-1]["error"] == "expired")
        self.assertTrue(self.webhook.is_silent())
        self.assertEqual(self.standin.call("getWebhookInfo")["result"]["pending_update_count"], 0)

    def test_410_for_a_day_removes_the_webhook(self):
        self.listen()
        for _ in range(10000):
            self.webhook.answers.put((410, {}))
        self.write("x")
        self.webhook.take(2)

        def removed():
            self.standin.do("advance", seconds=3500)
            return self.standin.call("getWebhookInfo")["result"]["url"] == ""
        wait_until("the webhook is removed", 10, removed)

    def test_a_missing_answer_is_a_failure(self):
        self.standin.do("settings", webhook_timeout=0.3)
        self.listen()
        answered = threading.Event()
        self.addCleanup(answered.set)
        self.webhook.answers.put(answered)
        self.write("x")
        first, second = self.webhook.take(2)
        self.assertEqual(first[3]["update_id"], second[3]["update_id"])
        self.settled(last_error_message="Read timeout expired")

    def test_a_connection_the_webhook_has_closed_is_not_used_again(self):
        self.listen()
        for headers in ({"Connection": "close"}, {"hang up": True}, {}):
            self.webhook.answers.put((200, headers))
            self.write("x")
            self.webhook.take(1)
            self.settled()
            if headers:
                self.webhook.closed.get(timeout=patience(5))
                self.settled()  # the stand-in has run since, and has noticed it
        self.assertEqual([one["status"] for one in self.standin.see("deliveries")["deliveries"]], [200, 200, 200])
        self.assertEqual(len({one["connection"] for one in self.standin.see("deliveries")["deliveries"]}), 3)

    def test_an_answer_may_carry_a_call(self):
        self.webhook.body = b"method=sendChatAction&chat_id=7&action=typing"
        self.webhook.answers.put((200, {"Content-Type": "application/x-www-form-urlencoded"}))
        self.listen()
        self.write("x")
        self.webhook.take(1)
        calls = self.standin.see("calls", method="sendChatAction", at_least=1, timeout=5)["calls"]
        self.assertEqual((calls[0]["connection"], calls[0]["effect"]), (None, True))


class Switches(Deliveries):
    def test_wrong_and_missing_secrets(self):
        self.standin.do("faults", kind="secret", value="wrong")
        self.standin.do("faults", kind="secret")
        self.listen()
        for number in range(3):
            self.write(str(number))
        self.assertEqual([one[2] for one in self.webhook.take(3)], ["wrong", None, "Secret_1"])

    def test_repeated_updates(self):
        for parallel in (False, True):
            with self.subTest(parallel=parallel):
                self.standin.do("faults", kind="repeat", times=20, parallel=parallel)
                if not parallel:
                    self.listen()
                answered = threading.Event()
                self.addCleanup(answered.set)
                for _ in range(21 if parallel else 0):
                    self.webhook.answers.put(answered)
                update_id = self.write("x")
                self.write("after")
                seen = self.webhook.take(21)  # in parallel: none is answered yet
                answered.set()
                self.assertEqual([one[3]["update_id"] for one in seen], [update_id] * 21)
                self.assertEqual(self.webhook.take(1)[0][3]["message"]["text"], "after")

    def test_duplicates_are_late_and_random(self):
        self.listen()
        self.standin.do("faults", kind="repeat", times=6, least=2, within=0.5, count=20)
        ids = [self.write(str(number)) for number in range(20)]
        seen = [one[3]["update_id"] for one in self.webhook.take(3 * 20)]
        while not self.webhook.is_silent(2) or min(map(seen.count, ids)) < 3:
            seen += [one[3]["update_id"] for one in self.webhook.take(max(1, self.webhook.seen.qsize()))]
        times = {update_id: seen.count(update_id) for update_id in ids}
        self.assertTrue(all(3 <= count <= 7 for count in times.values()) and len(set(times.values())) > 1, times)
        self.assertNotEqual(seen, sorted(seen))  # others overtake a duplicate
        self.assertEqual(sorted(ids), sorted(ids, key=seen.index))  # but not the original

    def test_ids_decrease(self):
        self.listen()
        self.standin.do("bot", step=-1)
        ids = [self.write("x") for _ in range(3)]
        self.assertEqual([one[3]["update_id"] for one in self.webhook.take(3)], ids)
        self.assertEqual(ids, sorted(ids, reverse=True))

    def test_updates_are_held_back(self):
        self.listen()
        self.standin.do("bot", hold=True)
        self.write("x")
        self.assertTrue(self.webhook.is_silent())
        self.standin.do("bot", hold=False)
        self.webhook.take(1)

    def test_arbitrary_updates(self):
        self.listen()
        self.standin.do("update", kind="poll", body={"id": "1"}, queue="a")
        self.assertIn("poll", self.webhook.take(1)[0][3])
        update_id = self.standin.do("update", raw='{"update_id":%UPDATE_ID%,"message":{', queue="b")["update_ids"][0]
        self.assertEqual(self.webhook.take(1)[0][3], b'{"update_id":%d,"message":{' % update_id)


@unittest.skipUnless(shutil.which("openssl"), "openssl is not installed")
class Tls(Deliveries):
    trusting = True

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="tapbot-telegram-")
        cls.addClassCleanup(folder.cleanup)
        cls.certificate = os.path.join(folder.name, "both.pem")
        key, certificate = (os.path.join(folder.name, name) for name in ("key.pem", "certificate.pem"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2",
                        "-keyout", key, "-out", certificate], check=True, capture_output=True)
        with open(cls.certificate, "wb") as both:
            for name in (key, certificate):
                with open(name, "rb") as one:
                    both.write(one.read())
        cls.public = certificate
        cls.arguments = ("--trust", certificate) if cls.trusting else ()
        super().setUpClass()

    def test_https(self):
        self.standin.do("settings", https_only=True)
        self.listen()
        self.write("x")
        self.assertEqual(self.webhook.take(1)[0][2], "Secret_1")


class UntrustedTls(Tls):
    trusting = False

    def test_https(self):
        self.listen()
        self.write("x")
        wait_until("why shows", 5, lambda: "certificate" in self.standin.call("getWebhookInfo")["result"].get(
            "last_error_message", "").lower())
        self.assertTrue(self.webhook.is_silent(0.5))
        with open(self.public, "rb") as certificate:
            form = (b'--B\r\nContent-Disposition: form-data; name="url"\r\n\r\n' + self.webhook.url.encode() +
                    b'\r\n--B\r\nContent-Disposition: form-data; name="certificate"; filename="c.pem"\r\n\r\n' +
                    certificate.read() + b"\r\n--B--\r\n")
        self.standin.request("POST", f"/bot{TOKEN}/setWebhook", form, {"Content-Type": "multipart/form-data; boundary=B"})
        self.webhook.take(1)
        self.assertTrue(self.standin.call("getWebhookInfo")["result"]["has_custom_certificate"])
