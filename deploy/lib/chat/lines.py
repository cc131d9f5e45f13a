# SPDX-License-Identifier: MIT
"""Parses the user's input and scripts. Pure."""
import re

from say import text as words

LANGUAGES = {"ru": "ru", "kz": "kk", "en": "en"}  # as Telegram names them (IETF language tags)
TEXT_MAX = 4096     # Bot API, sendMessage; the limit of users is the same
PERSON_MAX = 2**52  # Bot API, User: at most 52 significant bits
HERE = (43.238949, 76.889709)
UNSEEN = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f]")  # key sequences of a terminal, as of arrow keys
LOCAL = re.compile(r":([a-z]+)(?:\s+(.*))?")


def language(argument):
    if argument not in LANGUAGES:
        raise ValueError(words("язык: ru, kz или en", "a language: ru, kz or en"))
    return argument


def person(argument):
    if not re.fullmatch(r"[0-9]{1,16}", argument) or not 0 < int(argument) < PERSON_MAX:
        raise ValueError(words("человек: число, как 1002", "a person: a number, as 1002"))
    return int(argument)


def location(argument):
    if not argument:
        return HERE
    numbers = re.fullmatch(r"(-?\d{1,2}(?:\.\d{1,9})?)[,\s]\s*(-?\d{1,3}(?:\.\d{1,9})?)", argument)
    if not numbers or abs(float(numbers[1])) > 90 or abs(float(numbers[2])) > 180:
        raise ValueError(words("место: широта и долгота, как 43.24,76.91", "a location: latitude and longitude, as 43.24,76.91"))
    return float(numbers[1]), float(numbers[2])


def nothing(argument):
    if argument:
        raise ValueError(words(f"лишнее: {argument}", f"unexpected: {argument}"))


COMMANDS = {"help": nothing, "contact": nothing, "location": location, "lang": language, "who": person, "quit": nothing}


def typed(line):
    """(kind, value) of a line: kind is text, number, or a name of COMMANDS; None for an empty line. Raises ValueError with the
    reason."""
    line = UNSEEN.sub("", line).strip()
    if not line:
        return None
    local = LOCAL.fullmatch(line)
    if local:
        if local[1] not in COMMANDS:
            raise ValueError(words(f"Нет такой команды: :{local[1]}. Какие есть: :help. Отправить как текст: ={line}",
                                   f"No such command: :{local[1]}. All commands: :help. To send it as text: ={line}"))
        return local[1], COMMANDS[local[1]]((local[2] or "").strip())
    if re.fullmatch(r"[0-9]{1,3}", line):
        return "number", int(line)
    line = line.removeprefix("=")
    if len(line) > TEXT_MAX:
        raise ValueError(words(f"Больше {TEXT_MAX} знаков Telegram не отправит", f"Telegram sends no more than {TEXT_MAX} characters"))
    return ("text", line) if line else None


def script(text):
    """[(line number, kind, value)], with the further kinds expect and tap. Raises ValueError with the line number."""
    steps = []
    for number, line in enumerate(text.splitlines(), 1):
        word, colon, rest = line.partition(":")
        try:
            if line.startswith("#"):
                continue
            if colon and word in ("expect", "tap"):
                if not rest.strip():
                    raise ValueError(words(f"после {word}: ничего нет", f"nothing follows {word}:"))
                steps.append((number, word, rest.strip()))
            elif step := typed(line):
                steps.append((number, *step))
        except ValueError as why:
            raise ValueError(words(f"Строка {number}: {why}", f"Line {number}: {why}")) from None
    return steps
