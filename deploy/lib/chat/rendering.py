# SPDX-License-Identifier: MIT
"""Formats messages of the Bot API for a terminal. Pure."""
import itertools
import re
import unicodedata

from say import text as words

# Types of entities (Bot API, MessageEntity) and their SGR parameters (ECMA-48).
STYLES = {"bold": "1", "italic": "3", "underline": "4", "strikethrough": "9", "code": "36", "pre": "36",
          "spoiler": "2", "blockquote": "2", "expandable_blockquote": "2"}
BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean(text):
    """Replaces characters of received text that would move the cursor or change the writing direction."""
    shown = "".join(one if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cs") else "�" for one in text)
    return BIDI.sub("�", shown)


def in_style(text, codes):
    """Applies the style to each line separately, so that the indent of a line has no style."""
    if not codes:
        return text
    return "\n".join(f"\x1b[{';'.join(codes)}m{line}\x1b[0m" if line else "" for line in text.split("\n"))


def formatted(text, entities, styled):
    """Entities count UTF-16 code units. The address of a link follows its text."""
    units = text.encode("utf-16-le", "surrogatepass")
    spans = [(one["offset"], min(one["offset"] + one["length"], len(units) // 2), one) for one in entities]
    cuts = sorted({0, len(units) // 2, *(end for span in spans for end in span[:2])})
    shown = []
    for begin, end in itertools.pairwise(cuts):
        piece = clean(units[2 * begin:2 * end].decode("utf-16-le", "replace"))
        codes = [STYLES[one["type"]] for first, last, one in spans
                 if first <= begin and end <= last and one["type"] in STYLES]
        shown.append(in_style(piece, sorted(set(codes)) if styled else []))
        for first, last, one in spans:
            named = units[2 * first:2 * last].decode("utf-16-le", "replace")
            if last == end and one.get("url") and one["url"] != named:
                shown.append(f" <{clean(one['url'])}>")
    return "".join(shown)


def place(location):
    return f"{location['latitude']:.6g}, {location['longitude']:.6g}"


def contact(given):
    return f"{given['first_name']} {given['phone_number']}"


def content(message, styled=False):
    """The text of a message, or a label for its type."""
    if "text" in message:
        return formatted(message["text"], message.get("entities", []), styled)
    for kind, name in (("photo", words("[фото]", "[photo]")), ("document", words("[файл]", "[file]"))):
        if kind in message:
            caption = formatted(message.get("caption", ""), message.get("caption_entities", []), styled)
            return f"{name} {caption}".rstrip()
    if "venue" in message:
        venue = message["venue"]
        return f"{words('[место]', '[location]')} {place(venue['location'])} {clean(venue['title'])}, {clean(venue['address'])}"
    if "location" in message:
        return f"{words('[место]', '[location]')} {place(message['location'])}"
    if "contact" in message:
        return f"{words('[контакт]', '[contact]')} {clean(contact(message['contact']))}"
    return words("[сообщение, которого чат в терминале не показывает]", "[a message that this chat cannot show]")


def address(button):
    """The URL that the button opens, or None."""
    return button.get("url") or button.get("web_app", {}).get("url")


def label(button):
    """The label, with the data that pressing the button shares or the URL that it opens."""
    more = ""
    if button.get("request_contact"):
        more = words(" (ваш номер)", " (your number)")
    elif button.get("request_location"):
        more = words(" (ваше место)", " (your location)")
    elif address(button):
        more = f" <{address(button)}>"
    return clean(" ".join((button["text"] + more).split()))


def buttons(rows):
    """The rows of buttons as text, numbered from 1."""
    number = itertools.count(1)
    return ["  ".join(f"[{next(number)}] {label(button)}" for button in row) for row in rows]


def block(head, body, styled=False):
    """A sender's name and message; lines after the first are indented."""
    first, *rest = body.split("\n")
    return "\n".join([f"{in_style(clean(head) + ':', ['1'] if styled else [])} {first}".rstrip(),
                      *(f"  {line}".rstrip() for line in rest)])
