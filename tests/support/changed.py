#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""changed.py: reads paths from standard input, each ended by a NUL, and prints the tests that tests/changed.tsv names for them:
a part and its names on each line, separated by tabs. `gate` alone: the whole gate. The head of the table explains its rows."""
import os
import re
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", ".."))
TABLE = "tests/changed.tsv"


class Row:
    def __init__(self, line):
        self.pattern, *self.words = line.split("\t")
        expression = re.escape(self.pattern).replace(r"\*", "([^/]*)")
        self.expression = re.compile(expression + (".+" if self.pattern.endswith("/") else ""))

    def match(self, path):
        """[part, name...] for this path, or None if it does not match."""
        found = self.expression.fullmatch(path)
        return found and [word.replace("*", found[1]) if "*" in word else word for word in self.words]


def rows(root=ROOT):
    with open(os.path.join(root, TABLE), encoding="utf-8") as file:
        return [Row(line.rstrip("\n")) for line in file if line.strip() and not line.startswith("#")]


def rows_of(path, table):
    """The rows with the longest pattern that matches."""
    found = [row for row in table if row.match(path) is not None]
    longest = max((len(row.pattern) for row in found), default=0)
    return [row for row in found if len(row.pattern) == longest]


def touched(paths, table):
    """{part: names}; no names: the whole part."""
    parts = {}
    for path in paths:
        for row in rows_of(path, table) or [Row(f"{path}\tgate")]:
            part, *names = row.match(path)
            known = parts.setdefault(part, names)
            parts[part] = list(dict.fromkeys([*known, *names])) if known and names else []
    return {"gate": []} if "gate" in parts else {part: names for part, names in parts.items() if part != "-"}


if __name__ == "__main__":
    for chosen, its_names in touched(filter(None, sys.stdin.read().split("\0")), rows()).items():
        print("\t".join([chosen, *its_names]))
