# SPDX-License-Identifier: MIT
"""The statements that the service sends, taken from PostgreSQL's log, as pgbench scripts.

pgbench then measures the same SQL with the same parameters: no statement is copied by hand, so a changed
statement is measured with its change.
"""
import os
import re

LINE = re.compile(r"LOG:  duration: [\d.]+ ms  execute ([^:]*): (.*?)(?=\n\d{4}-\d\d-\d\d |\Z)", re.S)
DETAIL = re.compile(r"DETAIL:  (?:parameters|Parameters): (.*)")
VALUE = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')")
# Statements of background tasks, and the flush, which for pgbench is its own COMMIT.
BACKGROUND = re.compile(r"/\* (ping|flush|business|safety_watch|\w+_expire_due|api_key_\w*|schema_\w*|\w*sweep\w*|"
                        r"apartment_relist\w*|apartment_listed_last) \*/")
BEGIN, COMMIT = "/* begin */", "/* commit */"
# pgbench takes a colon before a letter for a variable, in a literal too: 'HH24:MI'.
COLON = re.compile(r"(?<!:):(?=[A-Za-z_])")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


DECLARED = re.compile(r"/\* \w+ \*/ /\* ([^*]*) \*/")


class Statement:
    """`types` of the declared parameters, from $1 on; "unknown" is inferred."""

    def __init__(self, sql, values):
        self.sql, self.values = sql, values
        declared = DECLARED.match(sql)
        self.types = [" ".join(one.split()[1:]) or "unknown" for one in declared.group(1).split(",")] if declared else []

    def cast(self, number):
        """The cast after parameter `number`, if its type is declared."""
        known = number <= len(self.types) and self.types[number - 1] != "unknown"
        return f"::{self.types[number - 1]}" if known else ""


def log_path():
    return os.path.join(os.environ["TEST_SERVICES_HOME"], "postgres.log")


def capture(stand, request, settle, **environment):
    """Statements that `request()` makes the service send, in the order of execution."""
    stand.sql(f"ALTER ROLE {stand.main.role} SET log_min_duration_statement = 0")
    try:
        service = stand.service(**{"REDIS_URL": "", **environment})
        settle(service)
        start = os.path.getsize(log_path())
        request(service)
        settle(service)
        service.stop()
    finally:
        stand.sql(f"ALTER ROLE {stand.main.role} RESET log_min_duration_statement")
    with open(log_path(), encoding="utf-8") as log:
        log.seek(start)
        text = log.read()
    statements = []
    chunks = re.split(r"(?m)^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", text)
    for number, chunk in enumerate(chunks):
        found = LINE.search(chunk)
        if not found or BACKGROUND.match(found.group(2).strip()):
            continue
        values = {}
        detail = DETAIL.search(chunks[number + 1]) if number + 1 < len(chunks) else None
        if detail:
            values = {int(n): None if v == "NULL" else v[1:-1].replace("''", "'") for n, v in VALUE.findall(detail.group(1))}
        statements.append(Statement(found.group(2).strip(), values))
    return [one for number, one in enumerate(statements)
            if not (one.sql.startswith(BEGIN) and statements[number + 1].sql.startswith(COMMIT))
            and not (one.sql.startswith(COMMIT) and statements[number - 1].sql.startswith(BEGIN))]


def as_pgbench(statements, known, preamble=""):
    """A pgbench script and its -D options. `known` maps a parameter's value to an expression, or to
    None if it is passed unchanged; unknown UUIDs were made by the service and get one of
    their own for each transaction; other values are passed unchanged, as parameters."""
    made, options, lines = {}, [], [preamble] if preamble else []
    for number, statement in enumerate(statements):
        def plain(found, number, statement):
            value = statement.values.get(int(found.group(1)))
            if value is None:
                return "NULL"
            if known.get(value):
                return known[value]
            if value not in known and UUID.fullmatch(value):
                made.setdefault(value, f"('018f{len(made) + 0x4000:04x}-0000-7000-8000-' || lpad(:u::text, 12, '0'))::uuid")
                return made[value]
            name = f"s{number}_{found.group(1)}"
            if f"{name}={value}" not in options:
                options.extend(["-D", f"{name}={value}"])
            return f":{name}"

        def place(found, number=number, statement=statement):
            return plain(found, number, statement) + statement.cast(int(found.group(1)))
        sql = COLON.sub("'||chr(58)||'", statement.sql)
        lines.append(re.sub(r"\$(\d+)", place, sql).replace("\n", " ") + ";")
    return "\n".join(lines) + "\n", options
