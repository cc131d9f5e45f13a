# SPDX-License-Identifier: MIT
"""Formatted text: HTML as parsed by Telegram (MessageEntity.cpp of tdlib/td), and entities found in plain text.

Offsets and lengths of entities count UTF-16 code units, offsets in error messages bytes of UTF-8.
"""
import re

from .errors import bad

TEXT_MAX, CAPTION_MAX = 4096, 1024
TIME_MAX = 2**31 - 1
# What Telegram removes from every text (clean_input_string() of td/telegram/misc.cpp): control characters become spaces; line
# and paragraph separators, overrides of the direction, and three combining lines go.
CLEAN = ({chr(code): " " for code in range(32) if code not in (10, 13)} | {"\r": ""} |
         {chr(code): "" for code in (*range(0x2028, 0x202F), 0x0333, 0x033F, 0x030A)})
DIRECTIONS = re.compile("[\u200e\u200f]+(?=[\u200e\u200f])")
UNPARSED_MAX = 1 << 15  # bytes of a text with its markup (get_formatted_text() in Client.cpp of telegram-bot-api)
SPACES = " \t\r\n\v\f\0"
TAGS = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
        "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
        "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link", "tg-emoji": "custom_emoji", "tg-time": "date_time"}
# Formats of a date_time: "r" (relative), or at most one of each: "w" (day of the week), "d" or "D" (date), "t" or "T" (time).
TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#([0-9]{1,8})|#x([0-9a-fA-F]{1,8})|([a-z]+));?")
USER_LINK = re.compile(r"tg://user\?id=(\d+)")
LINK = re.compile(r"(?:(?:https?|ton|tg|ftp)://)?[^\s/?#]+\.[^\s]{2,}|tg:\S+|https?://[^\s/?#]+\S*", re.I)
FOUND = (
    ("url", re.compile(r"https?://[^\s<>\"]+[^\s<>\".,!?)]|"
                       r"(?<![\w@./])(?:[\w-]+\.)+(?:kz|ru|com|org|net|me)(?:/[^\s<>\"]*)?(?!\w)")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z0-9_]{3,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
)


def utf16(text):
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def octets(text):
    return len(text.encode("utf-8", "surrogatepass"))


def reference(text, at):
    """(character, length) of the entity reference at `at`, or None: &apos; and the like are not decoded."""
    found = REFERENCE.match(text, at)
    if found is None:
        return None
    if found[3]:
        name = next((name for name in NAMED if found[3] == name), None)
        return (NAMED[name], found.end() - at) if name else None
    code = int(found[1]) if found[1] else int(found[2], 16)
    return (chr(code), found.end() - at) if 0 < code < 0x10FFFF else None


def paired(text):
    """Combines surrogate pairs, which were decoded from two references, to one character."""
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        raise bad("can't parse entities: Text contains invalid Unicode characters after decoding HTML entities, check for "
                  "unmatched surrogate code units") from None


class Html:
    """One text in parse mode HTML."""

    def __init__(self, text):
        self.source, self.at = text, 0
        self.text, self.length = [], 0  # the parsed text, and its length in UTF-16 code units
        self.open, self.entities = [], []

    def wrong(self, why, at):
        return bad(f"can't parse entities: {why} at byte offset {octets(self.source[:at])}")

    def look(self):
        return self.source[self.at] if self.at < len(self.source) else ""

    def skip(self, wanted):
        begin = self.at
        while self.at < len(self.source) and wanted(self.source[self.at]):
            self.at += 1
        return self.source[begin:self.at]

    def spaces(self):
        self.skip(lambda c: c in SPACES)

    def add(self, character):
        self.text.append(character)
        self.length += 2 if ord(character) > 0xFFFF else 1

    def parse(self):
        while self.at < len(self.source):
            character = self.look()
            if character == "&" and (decoded := reference(self.source, self.at)):
                self.add(decoded[0])
                self.at += decoded[1]
            elif character != "<":
                self.add(character)
                self.at += 1
            elif self.source.startswith("</", self.at):
                self.end_tag()
            else:
                self.start_tag()
        if self.open:
            raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{self.open[-1][0]}\"")
        return paired("".join(self.text)), [one for one in self.entities if one.pop("kept", True)]

    def start_tag(self):
        begin = self.at
        self.at += 1
        tag = self.skip(lambda c: c not in SPACES and c != ">").lower()
        if not self.look():
            raise self.wrong("Unclosed start tag", begin)
        if tag not in TAGS:
            raise self.wrong(f'Unsupported start tag "{tag}"', begin)
        argument, self.moment = "", {}
        while True:
            self.spaces()
            if self.look() == ">":
                break
            if not self.look():
                raise self.wrong("Unclosed start tag", begin)
            argument = self.attribute(tag, begin) or argument
        self.at += 1
        if tag == "span" and argument != "spoiler":
            raise self.wrong('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append((tag, self.moment if tag == "tg-time" else argument, self.length, len(self.text)))

    def attribute(self, tag, begin):
        """Parses an attribute; returns its value if the tag uses it."""
        name = self.skip(lambda c: c not in SPACES and c not in "=>/\"'")
        if not name:
            raise self.wrong(f'Empty attribute name in the tag "{tag}"', begin)
        self.spaces()
        if self.look() != "=":
            if tag == "blockquote" and name == "expandable":
                return "expandable"
            raise self.wrong(f'Expected equal sign in declaration of an attribute of the tag "{tag}"', begin)
        self.at += 1
        self.spaces()
        value = self.value(begin)
        if not self.look():
            raise self.wrong("Unclosed start tag", begin)
        if (tag, name) in (("a", "href"), ("tg-emoji", "emoji-id")):
            return value
        if (tag, name) in (("tg-time", "unix"), ("tg-time", "format")):
            self.moment[name] = value
        if (tag, name) == ("code", "class") and value.startswith("language-"):
            return value[len("language-"):]
        if (tag, name) == ("span", "class") and value.startswith("tg-"):
            return value[len("tg-"):]
        return "expandable" if (tag, name) == ("blockquote", "expandable") else ""

    def value(self, begin):
        quote = self.look()
        if not quote:
            raise self.wrong("Unclosed start tag", begin)
        if quote not in "\"'":
            token = self.at
            value = self.skip(lambda c: c.isascii() and (c.isalnum() or c in ".-"))
            if self.look() not in SPACES + ">":
                raise self.wrong("Unexpected end of name token", token)
            return value.lower()
        self.at += 1
        value = []
        while self.look() and self.look() != quote:
            decoded = reference(self.source, self.at) if self.look() == "&" else None
            value.append(decoded[0] if decoded else self.look())
            self.at += decoded[1] if decoded else 1
        self.at += 1
        return "".join(value)

    def end_tag(self):
        begin = self.at
        if not self.open:
            raise self.wrong("Unexpected end tag", begin)
        self.at += 2
        name = self.skip(lambda c: c not in SPACES and c != ">").lower()
        self.spaces()
        if self.look() != ">":
            raise self.wrong("Unclosed end tag", begin)
        self.at += 1
        tag, argument, offset, place = self.open.pop()
        if name and name != tag:
            raise bad(f"can't parse entities: Unmatched end tag at byte offset {octets(self.source[:begin])}, "
                      f'expected "</{tag}>", found "</{name}>"')
        if self.length > offset:
            self.entity(tag, argument, offset, "".join(self.text[place:]))

    def entity(self, tag, argument, offset, inner):
        one = {"type": TAGS[tag], "offset": offset, "length": self.length - offset}
        last = self.entities[-1] if self.entities else {}
        same = (last.get("offset"), last.get("length")) == (one["offset"], one["length"])
        if tag == "a":
            one = link(one, argument or inner)
        elif tag == "tg-emoji":
            if not argument.isdigit():
                raise bad("can't parse entities: Invalid custom emoji identifier specified")
            one["custom_emoji_id"] = argument
        elif tag == "tg-time":
            one = moment(one, argument.get("unix", ""), argument.get("format", ""))
        elif tag == "blockquote" and argument:
            one["type"] = "expandable_blockquote"
        elif tag == "code" and argument:
            one["code"] = argument  # becomes the language of the <pre> around it
        elif tag == "pre" and same and last["type"] == "code" and "code" in last:
            one["language"] = last.pop("code")
            last["kept"] = False
        if one:
            self.entities.append(one)


def moment(one, unix, shape):
    """The entity with its time, as Telegram shows it in the time zone of the reader."""
    if not unix.isdecimal() or not 0 < int(unix) <= TIME_MAX:
        raise bad("can't parse entities: Invalid date specified")
    if not TIME_FORMAT.fullmatch(shape):
        raise bad("can't parse entities: Invalid date format specified")
    return {**one, "unix_time": int(unix), **({"date_time_format": shape} if shape else {})}


def link(one, url):
    """The entity with its target; None if Telegram would reject the address."""
    user = USER_LINK.fullmatch(url)
    if user:
        return {**one, "type": "text_mention", "user": int(user[1])}
    if not LINK.fullmatch(url):
        return None
    return {**one, "url": url if re.match(r"\w+:", url) else f"http://{url}"}


def found_in(text):
    """Commands, addresses and mentions of plain text; they do not overlap."""
    taken, entities = [], []
    for kind, pattern in FOUND:
        for found in pattern.finditer(text):
            if all(found.end() <= begin or end <= found.start() for begin, end in taken):
                taken.append(found.span())
                entities.append({"type": kind, "offset": utf16(text[:found.start()]), "length": utf16(found[0])})
    return entities


def cleaned(text, entities=()):
    """(text, entities) without what Telegram removes; of a run of direction marks only the last stays one."""
    text = DIRECTIONS.sub(lambda run: "\u200c" * len(run[0]), text)
    moved, places, length = [CLEAN.get(one, one) for one in text], [], 0
    for before, after in zip(text, moved, strict=True):
        places += [length] * utf16(before)
        length += utf16(after)
    places.append(length)
    found = []
    for one in entities:
        begin, end = (places[min(at, len(places) - 1)] for at in (one["offset"], one["offset"] + one["length"]))
        if begin < end:
            found.append({**one, "offset": begin, "length": end - begin})
    return "".join(moved), found


def trimmed(text, entities):
    """Removes the spaces at both ends, as Telegram does, and adjusts the entities."""
    stripped = text.strip(SPACES)
    cut = utf16(text[:len(text) - len(text.lstrip(SPACES))])
    end = utf16(stripped)
    moved = []
    for one in entities:
        begin, stop = max(0, one["offset"] - cut), min(end, one["offset"] - cut + one["length"])
        if begin < stop:
            moved.append({**one, "offset": begin, "length": stop - begin})
    return stripped, moved


def checked(one):
    """Checks an entity sent by a bot."""
    if not isinstance(one, dict) or not isinstance(one.get("type"), str) or not all(
            isinstance(one.get(name), int) for name in ("offset", "length")):
        raise bad("can't parse MessageEntity: an entity has type, offset and length")
    user = one.get("user")
    return {**one, "user": user.get("id", 0) if isinstance(user, dict) else 0} if "user" in one else dict(one)


def formatted(text, parse_mode, given, user_of, longest=TEXT_MAX, empty="message text is empty",
              long="message is too long"):
    """(text, entities) of a text sent by a bot. `given` are the entities sent with it, `user_of` finds the user of a mention by
    id. With `empty` None the text may be empty."""
    from .markdown import parse_markdown, parse_markdown_v2

    if octets(text) > UNPARSED_MAX:
        raise bad("text is too long")
    mode = parse_mode.lower()
    parser = {"html": lambda t: Html(t).parse(), "markdown": parse_markdown, "markdownv2": parse_markdown_v2}.get(mode)
    if parser:
        text, entities = parser(text)
    elif mode and mode != "none":
        raise bad("unsupported parse_mode")
    else:
        entities = [checked(one) for one in given or []]
    for one in entities:
        one.pop("code", None)
        if isinstance(one.get("user"), int):
            one["user"] = user_of(one["user"])
    text, entities = trimmed(*cleaned(text, [one for one in entities if one.get("user", True)]))
    if not text and empty:
        raise bad(empty)
    if len(text) > longest:
        raise bad(long)
    covered = [(one["offset"], one["offset"] + one["length"]) for one in entities
               if one["type"] in ("code", "pre", "text_link", "text_mention")]
    for one in found_in(text):
        if all(one["offset"] + one["length"] <= begin or end <= one["offset"] for begin, end in covered) and not any(
                (one["offset"], one["length"]) == (other["offset"], other["length"]) for other in entities):
            entities.append(one)
    return text, sorted(entities, key=lambda one: (one["offset"], -one["length"]))
