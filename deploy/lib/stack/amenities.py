# SPDX-License-Identifier: MIT
"""The amenities that the services know, common/phrases/amenities.tsv: a name in any language is its amenity."""
import functools
import os

PATH = os.path.join(os.path.dirname(__file__), "..", "..", "..", "common", "phrases", "amenities.tsv")
MARKS = "*+~!"  # of inflected words, which are stems


def folded(name):
    return " ".join(name.casefold().replace("ё", "е").replace("-", " ").split())


@functools.cache
def by_name():
    """{name, folded: amenity}: its slug, its names, and words for it that have no mark."""
    with open(PATH, encoding="utf-8") as file:
        head, *lines = file.read().splitlines()
    names = {}
    for line in lines:
        row = dict(zip(head.split("\t"), line.split("\t")))
        words = (word for language in ("ru", "kz", "en") for word in row[f"words_{language}"].split(", "))
        for name in (row["amenity"], row["ru"], row["kz"], row["en"], *(word for word in words if not set(word) & set(MARKS + "-"))):
            names.setdefault(folded(name), row["amenity"])
    return names


def slug(name):
    """The amenity with this name; the name itself, if there is none: apartments may have other amenities too."""
    return by_name().get(folded(name), name)
