# SPDX-License-Identifier: MIT
"""Reads texts.tsv and values.tsv of a service, and finds their mistakes: the README beside them describes both. Sentences are Russian, for
translators. What only Telegram's rules decide is checked by the suite gateway_text_check.
"""
import bisect
import html
import os
import re

LANGUAGES = ("ru", "kz", "en")
HEAD = ("key", "kind", "product", "values", "note", *LANGUAGES)
VALUES_HEAD = ("value", "form", "most", "programs", "meaning")
# Kinds of texts, and their maximum length in UTF-16 units: text_use_limits of texts/text_key.c.
KINDS = {"message": 4096, "button": 64, "notice": 200}
PRODUCTS = ("all", "apartments", "taxi")
FORMS = ("words", "number", "money", "date", "dates", "time", "deadline")
FORMS_NEEDED = {"ru": (3, 3), "kz": (1, 2), "en": (2, 2)}
TEXT_VALUES_MAX = 16     # of one text, as in texts/texts.h
PROGRAM_VALUES_MAX = 64  # FIELDS_MAX of json/fields.h
KEY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
KEY_MAX = 64
OF_AMENITIES = "stay_amenity_"
TOKEN = re.compile(r"\{\{|\}\}|\{([a-z][a-z0-9_]*)(?:([}?])|\|([^}]*)\})|[{}]")
TAG = re.compile(r"<(/?)([a-z-]*)([^>]*)>")


def lines_of(path, head, wrong):
    """(line number, fields by name) of each sound row; mistakes are added to `wrong`."""
    with open(path, encoding="utf-8", newline="") as file:
        lines = file.read().split("\n")
    if lines[0].startswith("\ufeff") or lines[0].endswith("\r"):
        wrong.append(f"{path}:1: сохраните файл как UTF-8 без BOM, с концами строк LF")
        return
    if tuple(lines[0].split("\t")) != head:
        wrong.append(f"{path}:1: первая строка — названия столбцов через табуляцию: {', '.join(head)}")
        return
    if lines.pop() != "":
        wrong.append(f"{path}:{len(lines) + 1}: в конце последней строки нет перевода строки")
        return
    for number, line in enumerate(lines[1:], 2):
        fields = line.split("\t")
        empty = [name for name, field in zip(head, fields) if not field.strip()]
        quoted = [name for name, field in zip(head, fields) if len(field) > 1 and field[0] == field[-1] == '"']
        if len(fields) != len(head):
            wrong.append(f"{path}:{number}: столбцов {len(fields)}, а нужно {len(head)}, между ними по одной табуляции: {', '.join(head)}")
        elif empty:
            wrong.append(f"{path}:{number}: столбец {empty[0]} пуст" + ("" if empty[0] in LANGUAGES else "; если писать нечего, в нём стоит -"))
        elif quoted:
            wrong.append(f"{path}:{number}: столбец {quoted[0]} в кавычках: их добавила программа, в которой файл сохранён")
        else:
            yield number, dict(zip(head, fields))


def order_faults(path, rows, name):
    """Each key stands once, and in the order of the alphabet."""
    first, keys = {}, sorted({row[name] for _, row in rows})
    for at, (number, row) in enumerate(rows):
        key = row[name]
        if key in first:
            yield f"{path}:{number}: {key} уже есть в строке {first[key]}"
        elif at > 0 and key < rows[at - 1][1][name]:
            place = bisect.bisect_right(keys, key)
            yield f"{path}:{number}: {key} стоит не по алфавиту" + (f", его место перед {keys[place]}" if place < len(keys) else "")
        first.setdefault(key, number)


def value_fault(row):
    if not KEY.fullmatch(row["value"]):
        return "значение называется строчными латинскими буквами, цифрами и _"
    if row["form"] not in FORMS:
        return "в столбце form стоит одно из слов " + ", ".join(FORMS)
    if not re.fullmatch(r"[1-9]\d{0,4}", row["most"]):
        return "в столбце most стоит число: самое длинное слово в знаках или наибольшее число"
    return None if row["programs"] in ("yes", "no") else "в столбце programs стоит yes или no"


def read_values(path, wrong):
    rows = list(lines_of(path, VALUES_HEAD, wrong))
    for number, row in rows:
        if fault := value_fault(row):
            wrong.append(f"{path}:{number}: {fault}")
    wrong.extend(order_faults(path, rows, "value"))
    if sum(row["programs"] == "yes" for _, row in rows) > PROGRAM_VALUES_MAX:
        wrong.append(f"{path}:1: значений, которые задают программы, не может быть больше {PROGRAM_VALUES_MAX}: у нового стоит no")
    return {row["value"]: row for _, row in rows}


def names_of(values):
    """Whether the value may be missing, by its name."""
    return {} if values == "-" else {name.removesuffix("?"): name.endswith("?") for name in values.split(" ")}


class Template:
    """One text in one language, read as texts/template.h describes."""

    def __init__(self, text, language, row, known):
        self.text, self.language, self.row, self.known = text, language, row, known
        self.allowed, self.used, self.part, self.longest = names_of(row["values"]), set(), None, ""

    def piece_fault(self, token):
        name, mark, forms = token.groups()
        if name is None:
            if token[0] == "}" and self.part:
                self.part = None
                return None
            return None if len(token[0]) == 2 else f"скобка {token[0]} лишняя; сама скобка пишется дважды: {2 * token[0]}"
        self.used.add(name)
        if name not in self.allowed:
            return f"значения {{{name}}} у этого текста нет, есть: {', '.join(self.allowed) or 'никаких'}"
        if mark == "?":
            nested, self.part = self.part, name
            return f"часть {{{name}?...}} стоит внутри части {{{nested}?...}}" if nested else None
        if self.allowed[name] and self.part != name:
            return f"значения {name} может не быть, поэтому нужно {{{name}?...{{{name}}}...}}"
        return None if forms is None else self.forms_fault(name, forms.split("|"))

    def forms_fault(self, name, forms):
        least, most = FORMS_NEEDED[self.language]
        if self.known[name]["form"] != "number":
            return f"{name} — не число, форм слова у него нет"
        if not least <= len(forms) <= most:
            return f"форм слова у {name} {len(forms)}, а нужно три по-русски, две по-английски, одна или две по-казахски"
        return None

    def faults(self):
        at = 0
        for token in TOKEN.finditer(self.text):
            if fault := self.piece_fault(token):
                yield fault
                return
            self.longest += self.text[at:token.start()] + self.longest_of(token)
            at = token.end()
        self.longest += self.text[at:]
        if self.part:
            yield f"часть {{{self.part}?...}} не закрыта скобкой }}"
        else:
            yield from self.use_faults()

    def longest_of(self, token):
        name, mark, forms = token.groups()
        if name is None:
            return token[0][0] if len(token[0]) == 2 else ""
        if forms is not None:
            return max(forms.split("|"), key=len)
        most = self.known[name]["most"]
        return "" if mark == "?" else most if self.known[name]["form"] == "number" else "x" * int(most)

    def use_faults(self):
        kind, read = self.row["kind"], self.longest.replace("\\n", "\n")
        if kind == "button" and "\n" in read:
            yield "надпись на кнопке может быть только в одну строку"
        if kind == "message":
            yield from self.tag_faults()
            read = html.unescape(TAG.sub("", read))
        length = len(read.encode("utf-16-le")) // 2
        if length > KINDS[kind]:
            yield f"с самыми длинными значениями {length} знаков, а можно {KINDS[kind]}"

    def tag_faults(self):
        opened = []
        for end, tag, _ in TAG.findall(self.text):
            if not end:
                opened.append(tag)
            elif not opened or opened.pop() != tag:
                yield f"</{tag}> ничего не закрывает"
                return
        if opened:
            yield f"<{opened[-1]}> не закрыт: нужно </{opened[-1]}>"


def head_faults(row, known):
    names = list(names_of(row["values"]))
    if not KEY.fullmatch(row["key"]) or len(row["key"]) > KEY_MAX:
        yield f"ключ — до {KEY_MAX} строчных латинских букв, цифр и _"
    if row["key"].startswith(OF_AMENITIES):
        yield "надписи удобств берутся из common/phrases/amenities.tsv"
    if row["kind"] not in KINDS:
        yield "в столбце kind стоит одно из слов " + ", ".join(KINDS)
    if row["product"] not in PRODUCTS:
        yield "в столбце product стоит одно из слов " + ", ".join(PRODUCTS)
    if unknown := [name for name in names if name not in known]:
        yield f"значения {unknown[0]!r} нет в values.tsv"
    if len(names) > TEXT_VALUES_MAX or row["values"] != "-" and len(names) != row["values"].count(" ") + 1:
        yield f"в столбце values — до {TEXT_VALUES_MAX} разных имён через пробел, ? после тех, которых может не быть"


def row_faults(row, known):
    faults = list(head_faults(row, known))
    if faults:
        yield from faults
        return
    used = {}
    for language in LANGUAGES:
        template = Template(row[language], language, row, known)
        faults = list(template.faults())
        used[language] = template.used
        yield from (f"{language}: {fault}" for fault in faults)
        if faults:
            return
    for language in LANGUAGES:
        for other in LANGUAGES:
            if missing := sorted(used[other] - used[language]):
                yield f"{language}: нет {{{missing[0]}}}, а в столбце {other} есть"
                return


def read(folder):
    """(rows of texts, rows of values by name, mistakes) of the folder's texts.tsv and values.tsv."""
    path, wrong = os.path.join(folder, "texts.tsv"), []
    known = read_values(os.path.join(folder, "values.tsv"), wrong)
    if wrong:
        return [], known, wrong
    rows = list(lines_of(path, HEAD, wrong))
    for number, row in rows:
        wrong.extend(f"{path}:{number}: {fault}" for fault in row_faults(row, known))
    wrong.extend(order_faults(path, rows, "key"))
    return [row for _, row in rows], known, wrong
