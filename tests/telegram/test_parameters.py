# SPDX-License-Identifier: MIT
import json
import unittest

from tapbot_telegram import keyboards, parameters
from tapbot_telegram.errors import Failure

FORM = "application/x-www-form-urlencoded"
MULTIPART = (b'--B\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n7\r\n'
             b'--B\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
             b"\xff\r\n\xd8-----BEGIN\r\n--B--\r\n")


class ParameterEncodings(unittest.TestCase):
    def test_all_encodings_are_equal(self):
        ways = (
            ("query", ("chat_id=7&text=%D0%B6", "", b"")),
            ("form", ("", FORM, "chat_id=7&text=ж".encode())),
            ("json", ("", "application/json; charset=utf-8", '{"chat_id":7,"text":"ж"}'.encode())),
            ("multipart", ("", "multipart/form-data; boundary=B",
                           '--B\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n7\r\n'
                           '--B\r\nContent-Disposition: form-data; name="text"\r\n\r\nж\r\n--B--\r\n'.encode())),
            ("both", ("chat_id=8&text=ж", FORM, b"chat_id=7")),
        )
        for why, way in ways:
            with self.subTest(why):
                given = parameters.parse(*way)
                self.assertEqual((given.integer("chat_id"), given.text("text")), (7, "ж"))

    def test_nested_json_is_text(self):
        given = parameters.parse("", "application/json", json.dumps({"reply_markup": {"a": [1]}, "b": True, "n": None}).encode())
        self.assertEqual(given.json("reply_markup", dict, "markup"), {"a": [1]})
        self.assertTrue(given.boolean("b"))
        self.assertNotIn("n", given)

    def test_a_file_keeps_its_bytes(self):
        given = parameters.parse("", 'multipart/form-data; boundary="B"', MULTIPART)
        self.assertEqual((given.text("chat_id"), given.files["photo"].content), ("7", b"\xff\r\n\xd8-----BEGIN"))

    def test_broken_input_is_refused(self):
        for why, way, code in (
                ("json", ("", "application/json", b"{"), 400), ("no object", ("", "application/json", b"[1]"), 400),
                ("multipart", ("", "multipart/form-data; boundary=B", b"--B\r\nx"), 400),
                ("a form that is not UTF-8", ("a=%ff", "", b""), 400),
                ("half of a pair", ("", "application/json", b'{"text":"\\ud83d"}'), 400),
                ("within a list", ("", "application/json", b'{"media":[{"caption":"\\ud83d"}]}'), 400),
                ("too much", ("", FORM, b"a=" + b"x" * (1 << 20) + b"x"), 413)):
            with self.subTest(why), self.assertRaises(Failure) as refused:
                parameters.parse(*way)
            self.assertEqual(refused.exception.code, code)

    def test_numbers_are_bounded(self):
        given = parameters.Parameters({"limit": "500", "odd": "x1", "low": "-3"})
        self.assertEqual((given.integer("limit", 100, 1, 100), given.integer("odd", 5), given.integer("low", 0, 1)), (100, 5, 1))


class Keyboards(unittest.TestCase):
    @staticmethod
    def inline(**button):
        return keyboards.markup(json.dumps({"inline_keyboard": [[{"text": "x", **button}]]}), True)

    def test_64_bytes_of_callback_data_pass_and_65_do_not(self):
        self.assertEqual(self.inline(callback_data="ж" * 32)[0], "inline")
        with self.assertRaises(Failure) as refused:
            self.inline(callback_data="ж" * 32 + "x")
        self.assertEqual(refused.exception.description, "Bad Request: BUTTON_DATA_INVALID")

    def test_refusals(self):
        for why, given, description in (
                ("text that is not JSON", "{", "can't parse reply keyboard markup JSON object"),
                ("JSON that is not an object", "[]", "object expected as reply markup"),
                ("only text", '{"inline_keyboard":[[{"text":"x"}]]}',
                 "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
                ("no text", '{"inline_keyboard":[[{"callback_data":"x"}]]}',
                 'can\'t parse inline keyboard button: Can\'t find field "text"'),
                ("a number as data", '{"inline_keyboard":[[{"text":"x","callback_data":7}]]}',
                 'can\'t parse inline keyboard button: Field "callback_data" must be of type String'),
                ("address", '{"inline_keyboard":[[{"text":"x","url":"/admin"}]]}',
                 "inline keyboard button URL '/admin' is invalid: Wrong HTTP URL"),
                ("this machine", '{"inline_keyboard":[[{"text":"x","url":"http://localhost/a"}]]}',
                 "inline keyboard button URL 'http://localhost/a' is invalid: Wrong HTTP URL"),
                ("a Web App in a group", '{"inline_keyboard":[[{"text":"x","web_app":{"url":"https://a.kz"}}]]}', "BUTTON_TYPE_INVALID"),
                ("nothing to copy", '{"inline_keyboard":[[{"text":"x","copy_text":{"text":""}}]]}', "BUTTON_COPY_TEXT_INVALID"),
                ("257 characters to copy", json.dumps({"inline_keyboard": [[{"text": "x", "copy_text": {"text": "ж" * 257}}]]}),
                 "BUTTON_COPY_TEXT_INVALID"),
                ("101 buttons", json.dumps({"inline_keyboard": [[{"text": "x", "callback_data": "y"}]] * 101}),
                 "reply markup is too long"),
                ("contact in a group", '{"keyboard":[[{"text":"x","request_contact":true}]]}',
                 "phone number can be requested in private chats only")):
            with self.subTest(why), self.assertRaises(Failure) as refused:
                keyboards.markup(given, private=False)
            self.assertEqual(refused.exception.description, f"Bad Request: {description}", why)

    def test_newer_buttons(self):
        for button in ({"copy_text": {"text": "ж" * 256}}, {"disabled": {}}, {"web_app": {"url": "https://a.kz"}},
                       {"callback_data": "y", "style": "danger"}):
            self.assertEqual(self.inline(**button)[1], {"inline_keyboard": [[{"text": "x", **button}]]})

    def test_kinds(self):
        for given, kind in (("", None), ("null", None), ('{"remove_keyboard":true}', "remove"), ('{"force_reply":true}', "force"),
                            ('{"keyboard":[["a",{"text":"b","request_location":true}]],"resize_keyboard":true}', "keyboard")):
            self.assertEqual(keyboards.markup(given, True)[0], kind, given)
