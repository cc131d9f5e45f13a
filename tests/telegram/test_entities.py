# SPDX-License-Identifier: MIT
import unittest

from tapbot_telegram import entities
from tapbot_telegram.errors import Failure
from tapbot_telegram.markdown import parse_markdown, parse_markdown_v2


def html(text):
    return entities.Html(text).parse()


def short(found):
    """Entities as (type, offset, length, further members)."""
    return [(one["type"], one["offset"], one["length"],
             *[value for name, value in one.items() if name not in ("type", "offset", "length")]) for one in found]


class HtmlParsing(unittest.TestCase):
    GOOD = (
        ("plain", "a b", "a b", []),
        ("bold", "<b>x</b>", "x", [("bold", 0, 1)]),
        ("tags in capitals, spaces in the end tag", "<B>x</B  >", "x", [("bold", 0, 1)]),
        ("an end tag without a name", "<i>x</>", "x", [("italic", 0, 1)]),
        ("offsets are UTF-16 code units", "🏟<b>жx</b>", "🏟жx", [("bold", 2, 2)]),
        ("named entities", "&lt;&gt;&amp;&quot;", "<>&\"", []),
        ("without a semicolon too", "&lt b", "< b", []),
        ("&apos; stays as it is", "&apos;", "&apos;", []),
        ("numbers", "&#65;&#x42;", "AB", []),
        ("a pair of surrogates as two numbers", "&#xD83D;&#xDE00;<b>x</b>", "😀x", [("bold", 2, 1)]),
        ("zero is not a character", "&#0;", "&#0;", []),
        ("a link", '<a href="http://a.kz/?a=1&amp;b=2">x</a>', "x", [("text_link", 0, 1, "http://a.kz/?a=1&b=2")]),
        ("its text as its address", "<a>a.kz</a>", "a.kz", [("text_link", 0, 4, "http://a.kz")]),
        ("an invalid address", '<a href="javascript">x</a>', "x", []),
        ("a mention", "<a href='tg://user?id=7'>x</a>", "x", [("text_mention", 0, 1, 7)]),
        ("a spoiler", '<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
        ("code with a language", '<pre><code class="language-c">x</code></pre>', "x", [("pre", 0, 1, "c")]),
        ("a quotation", "<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
        ("a time", '<tg-time unix="1770000000" format="wDT">x</tg-time>', "x", [("date_time", 0, 1, 1770000000, "wDT")]),
        ("a time as it stands", '<b><tg-time unix="1770000000">x</tg-time></b>', "x",
         [("date_time", 0, 1, 1770000000), ("bold", 0, 1)]),
        ("nothing within", "a<b></b>", "a", []),
        ("a bare >", "a > b", "a > b", []),
    )
    BAD = (
        ("no time", "<tg-time>x</tg-time>", "Invalid date specified"),
        ("no number as a time", '<tg-time unix="now">x</tg-time>', "Invalid date specified"),
        ("an unknown format", '<tg-time unix="1" format="x">x</tg-time>', "Invalid date format specified"),
        ("no end", "<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("unknown tag", "ж<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("a bare <", "1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("no >", "<b", "Unclosed start tag at byte offset 0"),
        ("no > after an attribute", '<a href="x"', "Unclosed start tag at byte offset 0"),
        ("crossed", "<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("an end alone", "x</b>", "Unexpected end tag at byte offset 1"),
        ("an open end tag", "<b>x</b", "Unclosed end tag at byte offset 4"),
        ("no value", "<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ("another span", '<span class="x">x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("a value without quotes", "<a href=http://a.kz>x</a>", "Unexpected end of name token at byte offset 8"),
    )

    def test_texts(self):
        for why, source, text, found in self.GOOD:
            with self.subTest(why):
                got = html(source)
                self.assertEqual((got[0], short({k: v for k, v in one.items() if k != "code"} for one in got[1])),
                                 (text, found))

    def test_refusals(self):
        for why, source, description in self.BAD:
            with self.subTest(why), self.assertRaises(Failure) as refused:
                html(source)
            self.assertEqual(refused.exception.description, f"Bad Request: can't parse entities: {description}", why)


class Markdown(unittest.TestCase):
    V2 = (
        ("nested", "*b _i_*", "b i", [("bold", 0, 3), ("italic", 2, 1)]),
        ("underline is not italic", "__u__", "u", [("underline", 0, 1)]),
        ("escaped", r"1\.5 \*", "1.5 *", []),
        ("a link", r"[x](http://a.kz/\))", "x", [("text_link", 0, 1, "http://a.kz/)")]),
        ("code holds reserved characters", "`a.b`", "a.b", [("code", 0, 3)]),
        ("a block with its language", "```c\nx```", "x", [("pre", 0, 1, "c")]),
        ("quotation", ">a\nb", "a\nb", [("blockquote", 0, 2)]),
    )
    BAD = (
        ("reserved", "1.5", r"Character '.' is reserved and must be escaped with the preceding '\'"),
        ("no end", "ж*b", "Can't find end of Bold entity at byte offset 2"),
        ("an open link", "[x](http", "Can't find end of a URL at byte offset 4"),
    )

    def test_v2(self):
        for why, source, text, found in self.V2:
            with self.subTest(why):
                got = parse_markdown_v2(source)
                self.assertEqual((got[0], sorted(short(got[1]), key=lambda one: one[1])), (text, found))
        for why, source, description in self.BAD:
            with self.subTest(why), self.assertRaises(Failure) as refused:
                parse_markdown_v2(source)
            self.assertEqual(refused.exception.description, f"Bad Request: can't parse entities: {description}", why)

    def test_the_old_mode(self):
        text, found = parse_markdown("a_b_ *c* [x](http://a.kz) \\*")
        self.assertEqual(text, "ab c x *")
        self.assertEqual(short(found), [("italic", 1, 1), ("bold", 3, 1), ("text_link", 5, 1, "http://a.kz")])
        with self.assertRaises(Failure) as refused:
            parse_markdown("a *b")
        self.assertIn("Can't find end of the entity starting at byte offset 2", refused.exception.description)


class CompleteText(unittest.TestCase):
    @staticmethod
    def formatted(text, mode="", given=None, **more):
        return entities.formatted(text, mode, given, {7: {"id": 7}}.get, **more)

    def test_spaces_at_the_ends_go_and_entities_stay_in_place(self):
        self.assertEqual(self.formatted("\n <b>x</b> y \n", "HTML"), ("x y", [{"type": "bold", "offset": 0, "length": 1}]))

    def test_entities_of_plain_text(self):
        text, found = self.formatted("/start@bot a@b.kz https://tapbot.kz/x?y. #тег @name1 1/2 🏠 /go")
        kinds = [(one["type"], text.encode("utf-16-le")[2 * one["offset"]:2 * (one["offset"] + one["length"])].decode("utf-16-le"))
                 for one in found]
        self.assertEqual(kinds, [("bot_command", "/start@bot"), ("email", "a@b.kz"), ("url", "https://tapbot.kz/x?y"),
                                 ("hashtag", "#тег"), ("mention", "@name1"), ("bot_command", "/go")])

    def test_bounds(self):
        self.assertEqual(len(self.formatted("ж" * 4096)[0]), 4096)
        self.assertEqual(len(self.formatted("<b>" + "x" * 4096 + "</b>", "html")[0]), 4096)
        for text, description in (("x" * 4097, "message is too long"), (" \n", "message text is empty"), ("", "message text is empty")):
            with self.assertRaises(Failure) as refused:
                self.formatted(text)
            self.assertEqual(refused.exception.description, f"Bad Request: {description}")
        self.assertEqual(self.formatted("", empty=None), ("", []))
        markup = "<blockquote>о</blockquote>\n"  # 28 bytes, two visible characters
        self.assertEqual(len(self.formatted(markup * 1170, "html")[0]), 2 * 1170 - 1)
        with self.assertRaises(Failure) as refused:
            self.formatted(markup * 1250, "html")
        self.assertEqual(refused.exception.description, "Bad Request: text is too long")

    def test_a_mention_has_a_user(self):
        self.assertEqual(self.formatted('<a href="tg://user?id=7">x</a>', "HTML")[1][0]["user"], {"id": 7})
        self.assertEqual(self.formatted('<a href="tg://user?id=8">x</a>', "HTML")[1], [])

    def test_an_unknown_mode_is_refused(self):
        with self.assertRaises(Failure):
            self.formatted("x", "wiki")


class Cleaning(unittest.TestCase):
    def test_texts(self):
        for why, source, text in (
                ("control characters", "a\tb\x00c\x1fd", "a b c d"), ("a line feed stays", "a\r\nb", "a\nb"),
                ("separators and overrides", "a\u2028b\u202ec\u202a", "abc"), ("combining lines", "a\u0333\u033f\u030a", "a"),
                ("direction marks", "a\u200f\u200e\u200eb\u200e", "a\u200c\u200c\u200eb\u200e"), ("others stay", "ё\u0301\u200b", "ё\u0301\u200b")):
            self.assertEqual(entities.cleaned(source)[0], text, why)

    def test_entities_move(self):
        text, found = entities.formatted("\u202e<b>😀\u202e</b> <i>x</i><u>\u202e</u>", "HTML", None, None)
        self.assertEqual((text, short(found)), ("😀 x", [("bold", 0, 2), ("italic", 3, 1)]))


class MarkdownTimes(unittest.TestCase):
    def test_time_and_emoji(self):
        self.assertEqual(short(parse_markdown_v2("![x](tg://time?unix=1770000000&format=r)")[1]),
                         [("date_time", 0, 1, 1770000000, "r")])
        self.assertEqual(short(parse_markdown_v2("![x](tg://emoji?id=7)")[1]), [("custom_emoji", 0, 1, "7")])
        with self.assertRaises(Failure):
            parse_markdown_v2("![x](tg://time?format=r)")
