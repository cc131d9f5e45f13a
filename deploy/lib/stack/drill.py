# SPDX-License-Identifier: MIT
"""drill: restores the copy outside this server beside the live database, checks it, and measures the loss and the time."""
import contextlib
import json
import sys
import time

from say import print_table, say, text, warn
from stack import backup, backup_drill, restore
from stack.settings import note_change

HEAD = ("проверка восстановления: поднимает базу из копии вне сервера рядом с рабочей, проверяет и удаляет её. Рабочая база не меняется.",
        "a restore test: restores the database from the copy outside the server beside the live one, checks it and deletes it. The live database does not change.")
ROWS = (
    ("[--at T] [--json]", "проверить сейчас: последний момент или момент T; на сервере это делается и само, по воскресеньям", "test now: the last moment, or the moment T; on a server also done on Sundays"),
)


def drill(place, options):
    restore.prepared(place)
    with place.writing(), contextlib.redirect_stdout(sys.stderr if "--json" in options else sys.stdout):
        if "--at" in options:  # a moment that the copy does not reach is no failure of the copy
            place.note("drill", done=time.time(), why=None, **backup_drill.drill(place, *restore.target_at(options["--at"])))
            good = True
        else:
            good = backup.attempt(place, backup.job("drill"), None, time.time())
        backup.report(place)
    found = place.state()["drill"]
    note_change("drill", options.get("--at", ""), "done" if good else "failed")
    if "--json" in options:
        print(json.dumps({"ok": good, **(found if good else {"why": found["why"]})}, ensure_ascii=False))
    elif good:
        show(found)
    else:
        warn("Копию вне сервера восстановить не удалось. Рабочая база не изменена. Что делать: docs/backup.md, «Если что-то не так»",
             "The copy outside the server could not be restored. The live database is unchanged. What to do: docs/backup.md")
    return 0 if good else 1


def show(found):
    print_table([
        [text("снимок", "snapshot"), backup.at(found["snapshot"]), found["target"]],
        [text("база на момент", "database as of"), backup.at(found["moment"]), ""],
        [text("файлы, индексы, правила", "files, indexes, rules"), text("целы", "whole"), ""],
        [text("журналы как в рабочей базе", "journals equal the live ones"), *(text(f"таблиц: {len(found['tables'])}, строк: {sum(found['tables'].values())}", f"tables: {len(found['tables'])}, rows: {sum(found['tables'].values())}"), "")],
        [text("потеря данных", "loss of data"), backup.ago(found["rpo_s"]), ""],
        [text("время восстановления", "time to restore"), backup.ago(found["seconds"]), ""]])
    say("Копия восстанавливается.", "The copy can be restored.")


def main(arguments):
    usage = backup.usage("drill", HEAD, ROWS, restore.TAIL)
    if {"-h", "--help"} & set(arguments):
        say(*usage)
        return 0
    options = backup.options_of(arguments, ("--at", "--json"), ("--at",))
    if options is None:
        warn(*usage)
        return 2
    return backup.run(drill, options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
