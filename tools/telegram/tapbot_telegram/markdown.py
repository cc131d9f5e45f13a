# SPDX-License-Identifier: MIT
"""The parse modes MarkdownV2 and Markdown, as implemented by Telegram (MessageEntity.cpp of tdlib/td)."""
import re

from .entities import link, moment, octets
from .errors import bad

TIME_LINK = re.compile(r"tg://time\?(.*)")
RESERVED = "_*[]()~`>#+-=|{}.!\n"
NAMES = {"bold": "Bold", "italic": "Italic", "underline": "Underline", "strikethrough": "Strikethrough",
         "spoiler": "Spoiler", "code": "Code", "pre": "Pre", "text_link": "TextUrl", "custom_emoji": "CustomEmoji",
         "blockquote": "BlockQuote"}
ENDS = {"bold": "*", "underline": "__", "strikethrough": "~", "spoiler": "||", "code": "`", "pre": "```",
        "text_link": "]", "custom_emoji": "]"}
# Longest first, so that __ is not parsed as _.
BEGINS = (("__", "underline"), ("||", "spoiler"), ("```", "pre"), ("![", "custom_emoji"), ("_", "italic"), ("*", "bold"),
          ("~", "strikethrough"), ("[", "text_link"), ("`", "code"))


def wrong(why):
    return bad(f"can't parse entities: {why}")


def wide(character):
    return 2 if ord(character) > 0xFFFF else 1


def language_at(text, at):
    """(language, start of the code) after the three backquotes of a block."""
    end = at
    while end < len(text) and not text[end].isspace() and text[end] != "`":
        end += 1
    language = ""
    if end > at and end < len(text) and text[end] != "`":
        language, at = text[at:end], end
    if text[at:at + 2] in ("\r\n", "\n\r"):
        return language, at + 2
    return language, at + 1 if text[at:at + 1] in ("\n", "\r") else at


class MarkdownV2:
    def __init__(self, source):
        self.source, self.at = source, 0
        self.text, self.length, self.open, self.entities = [], 0, [], []
        self.quoted = False

    def add(self, character):
        self.text.append(character)
        self.length += wide(character)

    def inner(self):
        return self.open[-1]["type"] if self.open else None

    def parse(self):
        while self.at < len(self.source):
            character, following = self.source[self.at], self.source[self.at + 1:self.at + 2]
            if character == "\\" and following and 0 < ord(following) <= 126:
                self.add(following)
                self.at += 2
            elif character not in ("`" if self.inner() in ("code", "pre") else RESERVED):
                self.add(character)
                self.at += 1
            elif self.ends():
                self.close()
            else:
                self.begin()
        if self.inner() == "blockquote":
            self.finish(self.open.pop())
        if self.open:
            raise self.unfinished()
        return "".join(self.text), self.entities

    def unfinished(self):
        one = self.open[-1]
        return wrong(f"Can't find end of {NAMES[one['type']]} entity at byte offset {octets(self.source[:one['at']])}")

    def ends(self):
        kind = self.inner()
        if kind is None:
            return False
        if self.quoted and self.source[self.at] == "\n" and self.source[self.at + 1:self.at + 2] != ">":
            return True
        if kind == "italic":
            return self.source[self.at] == "_" and self.source[self.at + 1:self.at + 2] != "_"
        return kind in ENDS and self.source.startswith(ENDS[kind], self.at)

    def begin(self):
        at, character = self.at, self.source[self.at]
        if character == "\n":
            self.add("\n")
            self.at += 1
            if self.source[self.at:self.at + 1] == ">":
                self.at += 1
                if not self.quoted:
                    self.enter("blockquote", at)
            return
        if character == ">" and at == 0:
            self.at += 1
            self.enter("blockquote", at)
            return
        for sign, kind in BEGINS:
            if self.source.startswith(sign, at):
                self.at += len(sign)
                language = ""
                if kind == "pre":
                    language, self.at = language_at(self.source, self.at)
                self.enter(kind, at, language)
                return
        raise wrong(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")

    def enter(self, kind, at, language=""):
        self.quoted |= kind == "blockquote"
        self.open.append({"type": kind, "at": at, "offset": self.length, "start": len(self.text), "language": language})

    def close(self):
        kind = self.inner()
        if self.source[self.at] == "\n" and self.quoted and kind != "blockquote":
            raise self.unfinished()
        one = self.open.pop()
        if kind == "blockquote":
            self.quoted = False
            self.add("\n")
            self.at += 1
            self.finish(one)
            return
        self.at += len(ENDS.get(kind, "_"))
        target = self.target(kind) if kind in ("text_link", "custom_emoji") else None
        self.finish(one, target)

    def target(self, kind):
        """The address in parentheses."""
        if self.source[self.at:self.at + 1] != "(":
            if kind == "custom_emoji":
                raise wrong("Custom emoji entity must contain a tg://emoji URL")
            return None
        self.at += 1
        begin, url = self.at, []
        while self.at < len(self.source) and self.source[self.at] != ")":
            if self.source[self.at] == "\\" and self.at + 1 < len(self.source):
                self.at += 1
            url.append(self.source[self.at])
            self.at += 1
        if self.at >= len(self.source):
            raise wrong(f"Can't find end of a {'URL' if kind == 'text_link' else 'custom emoji URL'} at byte offset "
                        f"{octets(self.source[:begin])}")
        self.at += 1
        return "".join(url)

    def finish(self, one, target=None):
        kind, length = one["type"], self.length - one["offset"]
        if length <= 0:
            return
        made = {"type": kind, "offset": one["offset"], "length": length}
        if kind == "text_link":
            made = link(made, target or "".join(self.text[one["start"]:]))
        elif kind == "custom_emoji" and (found := TIME_LINK.fullmatch(target)):
            given = dict(part.partition("=")[::2] for part in found[1].split("&"))
            made = moment({**made, "type": "date_time"}, given.get("unix", ""), given.get("format", ""))
        elif kind == "custom_emoji":
            made["custom_emoji_id"] = target.rpartition("=")[2]
        elif kind == "pre" and one["language"]:
            made["language"] = one["language"]
        if made:
            self.entities.append(made)


def parse_markdown_v2(text):
    return MarkdownV2(text).parse()


def parse_markdown(source):
    """The legacy mode: four kinds of entities, no nesting."""
    text, length, entities, at = [], 0, [], 0
    while at < len(source):
        character = source[at]
        if character == "\\" and source[at + 1:at + 2] and source[at + 1] in "_*`[":
            at += 1
            character = source[at]
        elif character in "_*`[":
            begin, offset = at, length
            pre = source.startswith("```", at)
            end = "```" if pre else "]" if character == "[" else character
            language, at = language_at(source, at + 3) if pre else ("", at + 1)
            stop = source.find(end, at)
            if stop < 0:
                raise wrong(f"Can't find end of the entity starting at byte offset {octets(source[:begin])}")
            inner, at = source[at:stop], stop + len(end)
            text.append(inner)
            length += sum(wide(one) for one in inner)
            one = {"type": "pre" if pre else {"_": "italic", "*": "bold", "`": "code", "[": "text_link"}[character],
                   "offset": offset, "length": length - offset}
            if language:
                one["language"] = language
            if character == "[":
                url = inner
                if source[at:at + 1] == "(":
                    close = source.find(")", at)
                    close = len(source) if close < 0 else close
                    url, at = source[at + 1:close], close + 1
                one = link(one, url)
            if one and length > offset:
                entities.append(one)
            continue
        text.append(character)
        length += wide(character)
        at += 1
    return "".join(text), entities
