# SPDX-License-Identifier: MIT
"""What Directus shows and permits (deploy/directus), compared with the migrated schema and with the rights of
deploy/postgres/directus.sql. The program itself: tests/stack-full."""
import os
import re

import directus_checks
from stand import ROOT, Stand, built

os.environ.setdefault("TAPBOT_ROOT", ROOT)
from stack import directus_files  # noqa: E402

COLUMNS = """SELECT c.relname AS "table", a.attname AS "column" FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace s ON s.oid = c.relnamespace
    WHERE s.nspname IN ('booking', 'bot') AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"""


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def granted():
    return directus_files.granted(read("deploy/postgres/directus.sql"))


def every_column(stand):
    """Each column of a granted table has a row in fields.tsv, and each row is a column or an alias."""
    rights, rows = granted(), directus_files.table("fields.tsv")
    there = {(one["table"], one["column"]) for one in stand.rows(COLUMNS) if one["table"] in rights}
    named = {(one["collection"], one["field"]) for one in rows if one["kind"].partition(":")[0] not in directus_files.ALIASES}
    assert there == named, f"without a row in deploy/directus/fields.tsv: {sorted(there - named)}; without a column: {sorted(named - there)}"
    return len(named)


def every_other_table(stand):
    """DB_EXCLUDE_TABLES has all tables but the granted ones."""
    tables = {one["table"] for one in stand.rows(COLUMNS)} - set(granted())
    listed = set(re.search(r"^DB_EXCLUDE_TABLES=(.*)$", read("deploy/directus/directus.env"), re.M).group(1).split(","))
    assert tables == listed, f"DB_EXCLUDE_TABLES lacks {sorted(tables - listed)}, and has {sorted(listed - tables)}, which are no tables"
    return len(listed)


def checks(stand):
    """checks.json says what the schema demands. With TEST_WRITE=yes the file is written again."""
    lists = {name: {one["value"]: one["text"] for one in some} for name, some in directus_files.choices().items()}
    choices = {f"{row['collection']}.{row['field']}": lists[row["kind"].partition(":")[2]]
               for row in directus_files.table("fields.tsv") if row["kind"].startswith(("choice:", "many:"))}
    sentences = {row["constraint"]: (row["field"], row["sentence"]) for row in directus_files.table("refusals.tsv")}
    document = directus_checks.made(stand.rows(directus_checks.CONSTRAINTS), stand.rows(directus_checks.NOT_NULL), granted(), choices, sentences)
    text = directus_checks.text_of(document)
    if os.environ.get("TEST_WRITE") == "yes":
        with open(directus_checks.PATH, "w", encoding="utf-8") as file:
            file.write(text)
    assert text == read(directus_checks.PATH), \
        "the schema has other CHECKs than checks.json: TEST_WRITE=yes deploy/tapbot test scenario 'what Directus shows'"
    unused = sorted(sentences.keys() - document["constraints"].keys())
    assert not unused, f"deploy/directus/refusals.tsv names constraints that no editor meets: {unused}"
    return len(document["constraints"])


def directus_metadata():
    with Stand(database="tapbot_directus") as stand:
        stand.run("--migrate", role="tapbot_migrator", binary=built("services/bot-gateway/bot-gateway"))
        return f"{every_column(stand)} columns, {every_other_table(stand)} tables hidden, {checks(stand)} constraints"


SCENARIOS = [("what Directus shows fits the schema", directus_metadata)]
