# SPDX-License-Identifier: MIT
"""deploy/directus/extensions/tapbot/checks.json from the CHECKs of the schema that an editor of Directus can meet: rules for its
forms, and the sentence for each constraint."""
import json
import os
import re

from stand import ROOT

PATH = os.path.join(ROOT, "deploy/directus/extensions/tapbot/checks.json")
EMPTY = "Не может быть пустым"
# A character as PostgreSQL counts it: JavaScript has two units for those beyond the first plane.
ONE = r"(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\uD800-\uDFFF])"
NUMBER = r"'?(-?\d+)'?(?:::\w+(?: \w+)?)?"

CONSTRAINTS = """SELECT c.relname AS "table", n.conname AS name, pg_get_constraintdef(n.oid) AS definition,
        (SELECT json_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (n.conkey)) AS columns
    FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid JOIN pg_namespace s ON s.oid = c.relnamespace
    WHERE n.contype = 'c' AND s.nspname IN ('booking', 'bot') ORDER BY c.relname, n.conname"""
NOT_NULL = """SELECT c.relname AS "table", a.attname AS "column" FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace s ON s.oid = c.relnamespace
    WHERE a.attnotnull AND a.attnum > 0 AND s.nspname IN ('booking', 'bot') AND c.relkind = 'r' ORDER BY 1, 2"""


def rule(column, definition, names):
    """(the filter for a value that is not null, the sentence), or None where the form of the CHECK is another one."""
    body = re.fullmatch(r"CHECK \(\((.*)\)\)(?: NOT VALID)?", definition).group(1)
    if found := re.fullmatch(rf"\(?(?:char_)?length\({column}\) >= (\d+)\)? AND \(?(?:char_)?length\({column}\) <= (\d+)\)?", body):
        low, high = found.groups()
        return {"_regex": f"^{ONE}{{{low},{high}}}$"}, f"От {low} до {high} знаков"
    if found := re.fullmatch(rf"\(?{column} >= \(?{NUMBER}\)?(?:::[\w ]+)?\)? AND \(?{column} <= \(?{NUMBER}\)?(?:::[\w ]+)?\)?", body):
        low, high = (int(number) for number in found.groups())
        return {"_between": [low, high]}, f"Число от {low} до {high}"
    if found := re.fullmatch(rf"{column} = ANY \(ARRAY\[(.*)\]\)", body):
        values = re.findall(r"'([^']*)'::text", found.group(1))
        return {"_in": values}, "Выберите из списка: " + ", ".join(names.get(value, value) for value in values)
    if found := re.fullmatch(rf"{column} ~ '([^']*)'::text", body):
        return {"_regex": found.group(1)}, None
    return None


def made(constraints, not_null, granted, choices, sentences):
    """The document. `granted`: directus_files.granted(); `choices`: {collection.field: {value: its name}}; `sentences`: {constraint: (field, text)}."""
    document = {"constraints": {}, "fields": {}, "rules": {}}

    def tell(table, field, text, condition=None):
        known = document["fields"].setdefault(field, text)
        assert known in (text, EMPTY) or condition is None, f"{field} has two sentences: {known!r} and {text!r}"
        if condition is not None:
            document["fields"][field] = text
        document["rules"].setdefault(table, {}).setdefault(field, {"text": text}).update({"filter": condition} if condition else {})

    def editable(table, column):
        return table in granted and (granted[table][0] is None or column in granted[table][0])

    for one in constraints:
        met = [column for column in one["columns"] if editable(one["table"], column)]
        if not met:
            continue
        found = rule(met[0], one["definition"], choices.get(f"{one['table']}.{met[0]}", {})) if len(one["columns"]) == 1 else None
        field, text = sentences.get(one["name"], (met[0], found and found[1]))
        assert text, f"{one['name']} needs a sentence in deploy/directus/refusals.tsv: {one['definition']}"
        document["constraints"][one["name"]] = {"field": field, "text": text}
        condition = found and {field: found[0]}
        if condition and not any((row["table"], row["column"]) == (one["table"], field) for row in not_null):
            # _null would let everything pass here: Directus makes of it a value that is permitted, not one that is demanded.
            condition = {"_or": [{field: {"_eq": None}}, condition]}
        tell(one["table"], field, text, condition)
    for row in not_null:
        if editable(row["table"], row["column"]):
            document["fields"].setdefault(row["column"], EMPTY)
    return document


def text_of(document):
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
