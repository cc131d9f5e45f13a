#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""remarks_table.py REMARKS.tsv OUT.c: writes the words of remarks, thanks and greetings as the tables that dialogue/remark.h,
courtesy.h and other_bot.h declare.
"""
import sys

import words_table
from amenities_each import literal

# Of a remark: the first of these that matches is used; the kind (enum remark_kind).
REMARKS = {
    "call-person": "CALL_PERSON", "for-person": "FOR_PERSON", "no-phone": "NO_PHONE",
    "nothing": "NONE", "cancelling": "CANCELLING", "cancel": "CANCEL", "move": "MOVE", "paid": "PAID", "entry": "ENTRY",
    "payment": "PAYMENT", "capacity": "CAPACITY", "price": "PRICE", "times": "TIMES", "place": "PLACE", "bookings": "BOOKINGS",
    "where": "PLACE",
}
RATINGS = ("1", "2", "3", "4", "5")
# Kinds with the values of each; "-": none.
KINDS = {
    "remark": tuple(REMARKS), "answer": ("yes", "no"), "rating": RATINGS, "courtesy": ("hello", "welcome"),
    "stem": ("apartments", "taxi"), "judgement": ("-",), "question": ("-",), "negation": ("-",), "extension": ("-",),
    "booking": ("-",), "booking-noun": ("-",), "search": ("-",), "receipt": ("-",), "scale": ("-",),
}
# Kinds whose words may stand beside others that belong to them.
WITH_BESIDE = ("answer", "judgement")
# The lists of a kind without values.
LISTS = {
    "question": "remark_question_words", "negation": "remark_negations", "extension": "remark_extensions",
    "booking": "remark_booking_words", "booking-noun": "remark_booking_nouns", "search": "remark_search_words",
    "receipt": "remark_receipt_words", "scale": "remark_scale_words",
}


class Words:
    def __init__(self, rows):
        self.rows = sorted(rows, key=lambda row: ("ru", "kz", "en").index(row[1]))

    def list(self, kind, value="-", also="-"):
        return [row[0] for row in self.rows if row[2:] == (kind, value, also)]

    def joined(self, *of):
        return literal("|".join(self.list(*of)))

    def answer(self, constant, kind, value):
        return f"{{REMARK_{constant}, {self.joined(kind, value)},\n     {self.joined(kind, value, 'beside')}}}"


def array(declaration, items):
    return f"\nconst {declaration}[] = {{\n" + "".join(f"    {item},\n" for item in items) + "};\n"


def counted(declaration, items):
    """The array, and the number of its items as the constant that ends with _count in place of s."""
    name = declaration.split(" ")[-1]
    return array(declaration, items) + f"const size_t {name[:-1]}_count = ARRAY_LEN({name});\n"


def table(words):
    text = '#include "dialogue/courtesy.h"\n#include "dialogue/other_bot.h"\n#include "dialogue/remark.h"\n'
    text += counted("struct remark_answer remark_answers", [words.answer(name.upper(), "answer", name) for name in KINDS["answer"]])
    text += counted("struct remark_row remark_rows",
                    [f"{{REMARK_{constant}, {words.joined('remark', name)}}}" for name, constant in REMARKS.items()])
    text += f"\nconst struct remark_answer remark_judgement = {words.answer('NONE', 'judgement', '-')};\n"
    text += array("char *const remark_rating_words", [words.joined("rating", number) for number in RATINGS])
    for kind, name in LISTS.items():
        text += f"\nconst char *const {name} = {words.joined(kind)};\n"
    text += counted("struct courtesy_word courtesy_words", [f"{{TEXT_{answer.upper()}, {literal(word)}}}" for answer in KINDS["courtesy"]
                                                           for word in words.list("courtesy", answer)])
    for bot in KINDS["stem"]:
        text += array(f"char *const other_bot_stems_{bot}", [*(literal(word) for word in words.list("stem", bot)), "NULL"])
    return text


def main():
    _, source, out = sys.argv
    with open(out, "w", encoding="utf-8") as file:
        file.write(table(Words(words_table.rows_of(source, KINDS))))


if __name__ == "__main__":
    main()
