# SPDX-License-Identifier: MIT
"""docs/personal-data.md lists every table, states the retention times of the source, lists every table that an erasure
changes, and the requests whose paths have the id of a person."""
import os
import re

import yaml

from stand import ROOT, Stand, built, services

TABLES = """SELECT table_schema || '.' || table_name FROM information_schema.tables
 WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE' AND table_name <> 'schema_migration'"""
# The retention time of a table in the source.
DAYS, HOURS = r"interval '(\d+) days?'", r"interval '(\d+) hours'"
KEPT = {"bot.message": ("services/bot-gateway/src/history/history_store.c", r"sent_at < now\(\) - " + DAYS, "дней"),
        "bot.misunderstood": ("services/bot-gateway/src/history/misunderstood_store.c", DAYS, "дней"),
        "bot.update": ("services/bot-gateway/src/inbox/update_store.c", HOURS, "часа"),
        "bot.sending": ("services/bot-gateway/src/outbox/sender_cleanup_store.c", DAYS, "дней"),
        "bot.reminder": ("services/bot-gateway/src/notifications/notification_store.c", r"until_at < now\(\) - " + DAYS, "дней"),
        "bot.relay": ("services/bot-gateway/src/dialogue/relay_store.c", r"sent_at < now\(\) - " + DAYS, "дня"),
        "bot.person_talk": ("services/bot-gateway/src/dialogue/relay_store.c", r"ends_at < now\(\) - " + DAYS, "дней"),
        "bot.delivery": ("common/api/deliver_store.c", r"placed_at < now\(\) - " + DAYS, "дней"),
        "booking.idempotency": ("common/api/change_store.c", HOURS, "часов"),
        "booking.quote": ("services/booking-api/src/bookings/quote.h", r"QUOTE_RETENTION_S = (\d+) \* 60 \* 60", "часа"),
        "ride.ride": ("services/booking-api/rides/src/rides/reveal.h", r"REVEAL_KEPT_DAYS = (\d+)", "дней"),
        "ride.ride_history": ("services/booking-api/rides/src/rides/reveal.h", r"REVEAL_KEPT_DAYS = (\d+)", "дней"),
        "n8n": ("deploy/n8n/n8n.env", r"EXECUTIONS_DATA_MAX_AGE=(\d+)", "часов"),
        "backup": ("deploy/lib/stack/backup_target.py", r'"--keep-within-monthly", "(\d+)m"', "месяцев"),
        "pgbackrest": ("deploy/postgres/pgbackrest.conf", r"repo1-retention-full=(\d+)", "дней"),
        "restore": ("deploy/lib/stack/backup.py", r"OLD_DAYS = (\d+)", "дней")}


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def page_rows(page):
    """{table: the other cells of its row}; the first cell may name several."""
    found = {}
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) >= 3:
            found.update({name: cells[1:] for name in re.findall(r"`([a-z0-9_.]+)`", cells[0])})
    return found


def personal_data():
    page = read("docs/personal-data.md")
    rows, nothing = page_rows(page), set(re.findall(r"`([a-z]+\.[a-z_]+)`", page.split("О людях ничего нет в остальных")[1].split("Кроме базы")[0]))
    documented = {name for name in rows if "." in name and not name.startswith(".")}
    with Stand() as stand:
        for one in services.services():
            if one.kind == "database":
                stand.run("--migrate", role="tapbot_migrator", binary=built(f"services/{one.name}/{one.name}"))
        there = set(stand.sql(TABLES).split())
    assert not documented & nothing, f"both with people and without: {documented & nothing}"
    assert documented | nothing == there, f"the page and the database differ: {sorted((documented | nothing) ^ there)}"
    for name, (path, pattern, unit) in KEPT.items():
        number = re.search(pattern, read(path))
        assert number, f"{path} has no {pattern}"
        assert f"{number[1]} {unit}" in rows[name][1], f"{name}: {number[1]} {unit}, the page has {rows[name][1]}"
    gateway = next(one for one in services.services() if one.short == "bot")
    paths = yaml.safe_load(read(f"services/{gateway.name}/openapi.yaml"))["paths"]
    receipt = paths["/v1/users/{bot}/{user}"]["delete"]["responses"]["200"]
    for name in receipt["content"]["application/json"]["example"]["erased"]:
        name = name if "." in name else f"bot.{name}"
        assert re.search("удаляется|пустеет|пустеют|убирается", rows[name][2]), f"{name} is erased, the page has {rows[name][2]}"
    log = next(line for line in page.splitlines() if line.startswith("| журнал запросов Traefik"))
    for path in (path for path in paths if "{user}" in path or "{chat}" in path):
        assert path.partition("{")[0] in log, f"the access log has {path}, the page has {log}"
    return f"{len(documented)} tables with people, {len(nothing)} without, {len(KEPT)} times"


SCENARIOS = [("docs/personal-data.md", personal_data)]
