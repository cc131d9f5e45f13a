# SPDX-License-Identifier: MIT
"""Checks reply_markup like Telegram, with its error texts."""
import json
import re

from .errors import bad

CALLBACK_DATA_MAX = 64  # bytes
COPY_TEXT_MAX = 256     # characters
BUTTONS_MAX = 100
MARKUP_MAX = 10240      # bytes of JSON; approximately the limit of Telegram's cloud
URL = re.compile(r"https?://[^\s/?#]+\.[^\s/?#.]{2,}\S*|https?://[\d.]+(?::\d+)?(?:/\S*)?|tg://\S+", re.I)
SWITCHES = ("switch_inline_query", "switch_inline_query_current_chat")
KEYBOARD_FLAGS = ("is_persistent", "resize_keyboard", "one_time_keyboard", "selective")
STYLES = ("danger", "success", "primary")


def inline_button(given, private=True):
    if not isinstance(given, dict):
        raise bad("can't parse inline keyboard button: expected an Object")
    text = given.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad("inline keyboard button text must be non-empty" if isinstance(text, str) else
                  'can\'t parse inline keyboard button: Can\'t find field "text"')
    for name in ("url", "callback_data", *SWITCHES):
        if not isinstance(given.get(name, ""), str):
            raise bad(f'can\'t parse inline keyboard button: Field "{name}" must be of type String')
    button = {"text": text}
    if given.get("style"):
        if given["style"] not in STYLES:
            raise bad("can't parse inline keyboard button: invalid button style specified")
        button["style"] = given["style"]
    if given.get("url"):
        if not URL.fullmatch(given["url"]):
            raise bad(f"inline keyboard button URL '{given['url']}' is invalid: Wrong HTTP URL")
        button["url"] = given["url"]
    elif given.get("callback_data"):
        if len(given["callback_data"].encode()) > CALLBACK_DATA_MAX:
            raise bad("BUTTON_DATA_INVALID")
        button["callback_data"] = given["callback_data"]
    elif isinstance(given.get("web_app"), dict):
        if not private:
            raise bad("BUTTON_TYPE_INVALID")
        if not str(given["web_app"].get("url", "")).startswith("https://"):
            raise bad(f"inline keyboard button Web App URL '{given['web_app'].get('url', '')}' is invalid: "
                      "Only HTTPS links are allowed")
        button["web_app"] = {"url": given["web_app"]["url"]}
    elif isinstance(given.get("copy_text"), dict):
        copied = given["copy_text"].get("text")
        if not isinstance(copied, str) or not 1 <= len(copied) <= COPY_TEXT_MAX:
            raise bad("BUTTON_COPY_TEXT_INVALID")
        button["copy_text"] = {"text": copied}
    elif isinstance(given.get("disabled"), dict):
        button["disabled"] = {}
    elif any(name in given for name in SWITCHES):
        button.update({name: given[name] for name in SWITCHES if name in given})
    else:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    return button


def reply_button(given, private):
    if isinstance(given, str):
        given = {"text": given}
    if not isinstance(given, dict):
        raise bad("can't parse keyboard button: expected an Object or a String")
    if not isinstance(given.get("text"), str) or not given["text"].strip():
        raise bad("keyboard button text must be non-empty")
    button = {"text": given["text"]}
    for name, what in (("request_contact", "phone number"), ("request_location", "location")):
        if given.get(name):
            if not private:
                raise bad(f"{what} can be requested in private chats only")
            button[name] = True
    if isinstance(given.get("web_app"), dict):
        button["web_app"] = {"url": str(given["web_app"].get("url", ""))}
    return button


def rows_of(given, make, what):
    if not isinstance(given, list) or not all(isinstance(row, list) for row in given):
        raise bad(f"field \"{what}\" of the markup should be an Array of Arrays")
    rows = [[make(button) for button in row] for row in given if row]
    if sum(len(row) for row in rows) > BUTTONS_MAX:
        raise bad("reply markup is too long")
    return rows


def markup(text, private):
    """(kind, markup) of a reply_markup: "inline", "keyboard", "remove", "force" or None."""
    if not text.strip():
        return None, None
    try:
        given = json.loads(text)
    except ValueError:
        raise bad("can't parse reply keyboard markup JSON object") from None
    if given is None:
        return None, None
    if not isinstance(given, dict):
        raise bad("object expected as reply markup")
    if len(text.encode()) > MARKUP_MAX:
        raise bad("reply markup is too long")
    if "inline_keyboard" in given:
        rows = rows_of(given["inline_keyboard"], lambda button: inline_button(button, private), "inline_keyboard")
        return ("inline", {"inline_keyboard": rows}) if rows else ("inline", None)
    if "keyboard" in given:
        made = {"keyboard": rows_of(given["keyboard"], lambda button: reply_button(button, private), "keyboard")}
        made.update({name: True for name in KEYBOARD_FLAGS if given.get(name)})
        if given.get("input_field_placeholder"):
            made["input_field_placeholder"] = given["input_field_placeholder"]
        return "keyboard", made
    if given.get("remove_keyboard"):
        return "remove", None
    if given.get("force_reply"):
        return "force", {"force_reply": True}
    return None, None
