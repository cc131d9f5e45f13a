#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""words_table.py WORDS.tsv AMENITIES.tsv OUT.c: writes the vocabulary of phrases, which includes the words of
amenities, as the tables that phrases/words.h declares.

If a word has two meanings, that of the later kind in KINDS takes precedence.
"""
import re
import sys

import amenities_each
from amenities_each import literal

HEAD = "word\tlanguage\tkind\tvalue\talso"

# Kinds, by rising precedence, and the prefix of the constants that are their values; None: the value is a number.
KINDS = {
    "nothing": None, "city": None, "elsewhere": None, "district-kind": None, "street-kind": None, "label": None,
    "near": "NEAR", "amenity": None, "keyword": "KEYWORD",
    "people": None, "person": None, "child": None, "me": None, "we": None, "companion": "COMPANION", "group": None, "room": None,
    "rooms": None, "bedroom": None, "floor": None,
    "thousand": None, "tenge": None, "foreign": None, "at-most": "LIMIT", "at-least": "LIMIT", "more": "COMPARES",
    "less": "COMPARES", "about": None, "cheap": None, "total": None, "budget": None,
    "from": "FROM", "to": "TO", "on": None, "at": "AT", "per": "PER", "and": None, "or": None, "but": None, "not": "NOT",
    "not-back": None, "not-verb": None, "needless": None,
    "month": None, "short-month": None, "weekday": None, "from-today": None, "tonight": None, "weekend": None, "holiday": None,
    "this": None, "next": None, "nearest": None, "unit": "UNIT", "vague": None, "long": None, "numbered-day": None, "in": None,
    "later": None, "inclusive": None, "arrive": None, "leave": None, "daytime": "DAYTIME", "clock": None, "half": "HALF",
    "quarter": None, "past": None, "bound": "BOUND", "out-of": "", "parcel": None, "child-seat": None, "car": None,
    "via": None,
    "number": None, "ordinal": None, "collective": None, "together": None,
    "dictated": None, "sound": None,
}
# Kinds whose words are lists of their own, no words of the vocabulary.
APART = ("city", "dictated", "sound")
# Another flag of the value.
ALSO = {"follows": "LIMIT_FOLLOWS", "ablative": "COMPARES_ABLATIVE", "only-after-amount": "ONLY_AFTER_AMOUNT",
        "grandchild": "CHILD_GRANDCHILD"}
# Kinds whose values are positions in a list of names, which this program writes too.
NAMED = ("keyword", "near")
NUMBER = re.compile(r"-?\d+")


def fail(message):
    sys.exit(f"words_table.py: {message}")


def rows_of(path, kinds):
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    if lines[0] != HEAD or lines[-1] != "":
        fail(f"{path}: the first line is {HEAD!r}, and the last line ends")
    rows = [tuple(line.split("\t")) for line in lines[1:-1]]
    for number, row in enumerate(rows, 2):
        if len(row) != 5 or row[2] not in kinds:
            fail(f"{path}:{number}: not a word, language, kind, value and also")
    return rows


def amenity_rows(amenities):
    """The words of amenities as rows of the vocabulary; their value is the position of the amenity."""
    for at, amenity in enumerate(amenities):
        for language in ("ru", "kz", "en"):
            yield from ((word, language, "amenity", str(at), "-") for word in amenity[f"words_{language}"])


def constant(text):
    return text.upper().replace("-", "_")


def value_of(row, names):
    _, _, kind, value, also = row
    time = re.fullmatch(r"(\d+):(\d\d)", value)
    if kind in NAMED:
        return str(names[kind].index(value))
    if time:
        return str(60 * int(time[1]) + int(time[2]))
    flags = [] if value == "-" else [value if NUMBER.fullmatch(value) else constant(f"{KINDS[kind]}-{value}".lstrip("-"))]
    flags += [ALSO[also]] if also != "-" else []
    return " | ".join(flags) or "0"


def main():
    _, source, amenities, out = sys.argv
    rows = sorted([*rows_of(source, KINDS), *amenity_rows(amenities_each.rows_of(amenities))],
                  key=lambda row: (list(KINDS).index(row[2]), row))
    names = {kind: sorted({row[3] for row in rows if row[2] == kind}) for kind in NAMED}
    text = '#include "phrases/words.h"\n\n'
    for kind, values in names.items():
        text += f"const char *const {kind}_names[] = {{{', '.join(map(literal, values))}}};\n"
    text += "\nconst struct word_city word_cities[] = {\n"
    text += "".join(f"    {{{literal(row[3])}, {literal(row[0])}}},\n" for row in rows if row[2] == "city")
    text += "};\nconst size_t word_city_count = ARRAY_LEN(word_cities);\n"
    text += "\nconst char *const word_dictated[] = {\n"
    text += "".join(f"    {literal(row[0])},\n" for row in rows if row[2] == "dictated")
    text += "};\nconst size_t word_dictated_count = ARRAY_LEN(word_dictated);\n"
    text += "\nconst struct word_sound word_sounds[] = {\n"
    text += "".join(f"    {{{literal(row[0])}, {literal(row[3])}}},\n" for row in rows if row[2] == "sound")
    text += "};\nconst size_t word_sound_count = ARRAY_LEN(word_sounds);\n"
    text += "\nconst struct word_row word_rows[] = {\n"
    text += "".join(f"    {{{literal(row[0])}, WORD_{constant(row[2])}, {value_of(row, names)}}},\n"
                    for row in rows if row[2] not in APART)
    text += "};\nconst size_t word_row_count = ARRAY_LEN(word_rows);\n"
    with open(out, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()
