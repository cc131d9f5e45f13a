# SPDX-License-Identifier: MIT
"""The texts that bots send: the rows of texts.tsv."""
import csv
import os

PATH = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "services/bot-gateway/texts/texts.tsv")
LANGUAGES = ("ru", "kz", "en")


def texts():
    """(key, text) of each text in each language."""
    with open(PATH, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield from ((row["key"], row[language]) for language in LANGUAGES)


def texts_of(wanted):
    """The text of this key in every language."""
    return {text for key, text in texts() if key == wanted}
