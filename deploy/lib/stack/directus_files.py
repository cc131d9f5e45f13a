# SPDX-License-Identifier: MIT
"""What Directus should show, read from deploy/directus, in the form that its REST API has. Pure: asks nobody."""
import csv
import json
import os
import re

from stack import amenities, tree

FOLDER = os.path.join(tree.ROOT, "deploy/directus")
CHECKS = "extensions/tapbot/checks.json"
LANGUAGES = (("ru-RU", "ru"), ("kk-KZ", "kz"))
PAGE = 50  # rows of a table
# kind of fields.tsv: (interface, its options, display, its options)
DATE = {"relative": False, "format": "short"}
KINDS = {
    "text": ("input", None, "raw", None),
    "long": ("input-multiline", None, "raw", None),
    "value": ("input", None, "raw", None),
    "number": ("input", None, "raw", None),
    "yes": ("boolean", None, "boolean", None),
    "date": ("datetime", None, "datetime", DATE),
    "time": ("datetime", None, "datetime", DATE),
    "moment": ("datetime", None, "datetime", DATE),
    "money": ("tapbot-money", None, "tapbot-money", None),
    "photos": ("tapbot-photos", None, "tapbot-photos", None),
    "lines": ("tapbot-lines", None, "raw", None),
    "json": ("input-code", {"language": "JSON", "lineNumber": False}, "raw", None),
    "group:open": ("group-detail", {"start": "open"}, None, None),
    "group:closed": ("group-detail", {"start": "closed"}, None, None),
}
SPECIAL = {"link": ["m2o"], "rows": ["o2m"], "group": ["alias", "no-data", "group"], "json": ["cast-json"], "value": ["cast-json"],
           "photos": ["cast-json"], "lines": ["cast-json"], "many": ["cast-json"]}
ALIASES = ("rows", "group")  # no columns


def table(name):
    """The rows of a TSV file as dictionaries, "-" as an empty value; the last comment before the first row names the columns."""
    with open(os.path.join(FOLDER, name), encoding="utf-8", newline="") as file:
        lines = file.read().splitlines()
    head = [line for line in lines if line.startswith("#")][-1].removeprefix("# ").split("\t")
    rows = csv.reader([line for line in lines if line and not line.startswith("#")], delimiter="\t", quoting=csv.QUOTE_NONE)
    return [dict(zip(head, ("" if cell == "-" else cell for cell in row), strict=True)) for row in rows]


def document(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return json.load(file)


def granted(sql):
    """{table: (columns that may be updated, or None for all; whether rows may be inserted)} of directus.sql."""
    found = {}
    sql = re.sub(r"--.*", "", sql)
    for rights, tables in re.findall(r"GRANT (.*?) ON ([^;]*?) TO directus_user", sql, re.S):
        if rights.startswith("USAGE"):
            continue
        for name in re.findall(r"\w+\.(\w+)", tables):
            columns, inserts = found.get(name, (frozenset(), False))
            if columns_listed := re.search(r"UPDATE\s*\(([^)]*)\)", rights):
                columns = columns | frozenset(re.findall(r"\w+", columns_listed.group(1)))
            elif "UPDATE" in rights:
                columns = None
            found[name] = (columns, inserts or "INSERT" in rights)
    return found


def translations(row, **more):
    return [{"language": language, "translation": row[column], **more} for language, column in LANGUAGES]


def collections():
    """[{collection, meta}], folders before what is in them."""
    wanted = []
    for number, row in enumerate(table("collections.tsv"), 1):
        of_one = {"singular": row["singular"], "plural": row["ru"].lower()} if row["singular"] else {}
        wanted.append({"collection": row["collection"], "meta": {
            "icon": row["icon"], "note": row["note"] or None, "display_template": row["template"] or None, "hidden": False,
            "singleton": False, "sort": number, "group": row["folder"] or None, "collapse": "open", "versioning": False,
            "translations": [{**one, **of_one} if one["language"] == "ru-RU" else one for one in translations(row)]}})
    return wanted


def amenity_choices():
    """The amenities that the services know."""
    with open(amenities.PATH, encoding="utf-8", newline="") as file:
        return [{"text": row["ru"], "value": row["amenity"]} for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def choices():
    """{list: [{text, value, color}]}"""
    found = {"amenity": amenity_choices()}
    for row in table("choices.tsv"):
        found.setdefault(row["list"], []).append({"text": row["text"], "value": row["value"], **({"color": row["colour"]} if row["colour"] else {})})
    return found


def shown(kind, lists, templates, columns):
    """(interface, its options, display, its options) of a kind."""
    if kind in KINDS:
        return KINDS[kind]
    name, _, of = kind.partition(":")
    if name == "link":
        options = {"template": templates[of], "enableCreate": False, "enableSelect": False}
        return "select-dropdown-m2o", options, "related-values", {"template": templates[of]}
    if name == "rows":
        collection = of.partition(".")[0]
        options = {"layout": "table", "fields": columns[collection], "enableCreate": False, "enableSelect": False, "enableLink": True}
        return "list-o2m", options, "related-values", {"template": templates[collection]}
    labels = {"choices": [{"text": one["text"], "value": one["value"], **({"background": one["color"], "foreground": "#FFFFFF"} if "color" in one else {})}
                          for one in lists[of]], "format": False, "showAsDot": False}
    if name == "many":
        return "select-multiple-checkbox", {"choices": lists[of], "allowOther": True, "itemsShown": len(lists[of])}, "labels", labels
    return "select-dropdown", {"choices": lists[of]}, "labels", labels


def field_of(row, number, look, checks):
    interface, options, display, display_options = look
    check = checks["rules"].get(row["collection"], {}).get(row["field"], {})
    meta = {"interface": interface, "options": options, "display": display, "display_options": display_options,
            "special": SPECIAL.get(row["kind"].partition(":")[0]), "readonly": "e" not in row["flags"] and not row["kind"].startswith("group"),
            "hidden": bool(set("hx") & set(row["flags"])), "sort": number, "width": row["width"], "group": row["group"] or None,
            "note": row["note"] or None, "translations": translations(row), "required": False,
            "validation": check.get("filter"), "validation_message": check.get("text")}
    return {"collection": row["collection"], "field": row["field"], "alias": row["kind"].partition(":")[0] in ALIASES, "meta": meta}


def fields():
    """[{collection, field, alias, meta}]; an alias is a field without a column."""
    rows, lists, checks = table("fields.tsv"), choices(), document(CHECKS)
    templates = {row["collection"]: row["template"] for row in table("collections.tsv")}
    columns = {one["collection"]: one["fields"] for one in document("bookmarks.json") if not one.get("name")}
    return [field_of(row, number, shown(row["kind"], lists, templates, columns), checks) for number, row in enumerate(rows, 1)]


def relations():
    """The rows of directus_relations that let one row list those that point to it."""
    found = []
    for row in table("fields.tsv"):
        kind, _, of = row["kind"].partition(":")
        if kind == "rows":
            collection, _, field = of.partition(".")
            found.append({"many_collection": collection, "many_field": field, "one_collection": row["collection"], "one_field": row["field"],
                          "one_deselect_action": "nullify"})
    return found


def permissions(role):
    """[{collection, action, fields}] of a role of access.json."""
    rows, found = table("fields.tsv"), []
    for name in dict.fromkeys(row["collection"] for row in rows):
        mine = [row for row in rows if row["collection"] == name and "x" not in row["flags"]]
        may = {"read": [row for row in mine if role["personal"] or "p" not in row["flags"]]}
        if role["edits"]:
            edited = [row for row in mine if "e" in row["flags"]]
            # In a part of the form that may not be edited, no field may.
            may["update"] = edited and edited + [row for row in mine if row["kind"].startswith("group")]
            may["create"] = [row for row in mine if "c" in row["flags"]]
        found += [{"collection": name, "action": action, "fields": [row["field"] for row in some]} for action, some in may.items() if some]
    return found + [{"collection": name, "action": "read", "fields": ["*"]} for name in document("access.json")["system_read"]]


def presets():
    """The tables' columns and the bookmarks, for everybody."""
    return [{"collection": one["collection"], "bookmark": one.get("name"), "icon": one.get("icon", "bookmark"), "user": None, "role": None,
             "layout": "tabular", "layout_options": {"tabular": {"widths": one.get("widths", {})}}, "layout_query": {"tabular": {"fields": one["fields"], "sort": one["sort"], "limit": PAGE}},
             "filter": one.get("filter")} for one in document("bookmarks.json")]
