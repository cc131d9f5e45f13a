#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""amenities_each.py AMENITIES.tsv OUT.h: writes the amenities as the macros that phrases/amenity.h describes."""
import os
import sys

HEAD = "amenity\ttext\tru\tkz\ten\twithout_ru\twords_ru\twords_kz\twords_en"
SEPARATOR = ", "


def rows_of(path):
    """Rows as dictionaries, the lists of words as lists."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    if lines[0] != HEAD or lines[-1] != "":
        sys.exit(f"{path}: the first line is {HEAD!r}, and the last line ends")
    rows = []
    for number, line in enumerate(lines[1:-1], 2):
        fields = line.split("\t")
        if len(fields) != len(HEAD.split("\t")):
            sys.exit(f"{path}:{number}: not {len(HEAD.split())} fields")
        row = dict(zip(HEAD.split("\t"), fields))
        for name in ("words_ru", "words_kz", "words_en"):
            row[name] = [] if row[name] == "-" else row[name].split(SEPARATOR)
        rows.append(row)
    return rows


def literal(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("?", "\\?") + '"'


def write(path, text):
    """Writes the file, unless it has the text already: then it keeps its time, so that nothing is compiled again."""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main():
    _, source, out = sys.argv
    rows = rows_of(source)
    text = "#pragma once\n\n#define AMENITIES_EACH(ROW, context) \\\n"
    for row in rows:
        names = [literal(row[name]) for name in ("amenity", "ru", "kz", "en", "without_ru")]
        text += f"    ROW(context, {row['text'].upper()}, {', '.join(names)}) \\\n"
    text += f"\n#define AMENITY_SLUGS {literal(SEPARATOR.join(sorted(row['amenity'] for row in rows)))}\n"
    write(out, text)


if __name__ == "__main__":
    main()
