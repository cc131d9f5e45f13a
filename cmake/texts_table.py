#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""texts_table.py FOLDER AMENITIES.tsv OUT: writes OUT/text_names.h and OUT/texts_table.c, which texts/texts.h and texts/text_key.h
describe, from the folder's texts.tsv and values.tsv. Labels of amenities are their names. Refuses a file with a mistake.
"""
import os
import sys

import amenities_each
import texts_rows
from amenities_each import literal

BOTS = {"apartments": ("APARTMENTS",), "taxi": ("TAXI",), "all": ("APARTMENTS", "TAXI")}


def label_of(amenity):
    """The row of an amenity's label."""
    return {"key": texts_rows.OF_AMENITIES + amenity["text"], "kind": "button", "product": "apartments", "values": "-",
            **{language: amenity[language] for language in texts_rows.LANGUAGES}}


def enum_of(rows):
    return "".join(f"    TEXT_{row['key'].upper()},\n" for row in rows)


def header(rows, values):
    of_programs = sum(row["programs"] == "yes" for row in values.values())
    return (f"#pragma once\n\nenum text {{\n    TEXT_NONE,\n{enum_of(rows)}    TEXTS\n}};\n\n"
            f"enum {{ TEXT_VALUE_KINDS = {len(values)}, TEXT_PARAM_FIELDS = {of_programs} }};\n")


def key_of(row):
    bots = " | ".join(f"1U << BOT_{bot}" for bot in BOTS[row["product"]])
    values = "" if row["values"] == "-" else row["values"]
    return f"    {{{literal(row['key'])}, TEXT_USE_{row['kind'].upper()}, {bots}, {literal(values)}}},\n"


def text_of(row):
    return "    {" + ", ".join(f"TEXTS_LITERAL({literal(row[language])})" for language in texts_rows.LANGUAGES) + "},\n"


def kind_of(row):
    is_number = row["form"] == "number"
    form = "NONE" if row["form"] in ("words", "number") else row["form"].upper()
    return f"    {{{literal(row['value'])}, {str(is_number).lower()}, TEXT_FORMAT_{form}, {row['most']}}},\n"


def field_of(place, row):
    member, kind, least = ("numbers", "INT", 0) if row["form"] == "number" else ("words", "TEXT", 1)
    return (f"    {{.name = {literal(row['value'])}, .type = FIELD_{kind}, .flags = FIELD_NULLABLE, .min = {least}, .max = {row['most']},\n"
            f"     .offset = offsetof(struct text_params, {member}[{place}])}},\n")


def table(rows, values):
    fields = [field_of(place, row) for place, row in enumerate(values.values()) if row["programs"] == "yes"]
    return ('#include "texts/text_key.h"\n\n#include <stddef.h>\n\n'
            f"const struct text_key text_keys[TEXTS] = {{\n    {{.name = \"\", .values = \"\"}},\n{''.join(map(key_of, rows))}}};\n\n"
            f"const struct texts texts_table[TEXTS] = {{\n    {{.en = {{NULL, 0}}}},\n{''.join(map(text_of, rows))}}};\n\n"
            f"const struct text_value_kind text_value_kinds[TEXT_VALUE_KINDS] = {{\n{''.join(map(kind_of, values.values()))}}};\n\n"
            f"const struct field text_param_items[TEXT_PARAM_FIELDS] = {{\n{''.join(fields)}}};\n")


def main():
    _, folder, amenities, out = sys.argv
    rows, values, wrong = texts_rows.read(folder)
    if wrong:
        sys.exit("\n".join(wrong))
    rows += map(label_of, amenities_each.rows_of(amenities))
    rows.sort(key=lambda row: row["key"])
    os.makedirs(out, exist_ok=True)
    amenities_each.write(os.path.join(out, "text_names.h"), header(rows, values))
    amenities_each.write(os.path.join(out, "texts_table.c"), table(rows, values))


if __name__ == "__main__":
    main()
