# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# keys: manages the API keys of the stack on this machine or of the running demo; if DATABASE_URL is set, of that database.

# shellcheck source=deploy/lib/demo.sh
. "$TAPBOT_ROOT/deploy/lib/demo.sh"

# The scopes of services/callers.txt, wrapped for a help text.
keys_scopes() {
    services_scopes | sed 's/,/, /g' | fold -s -w 85 | sed 's/^/             /; s/ *$//'
}

keys_usage() {
    say "deploy/tapbot keys: ключи API.

  deploy/tapbot keys create --tenant ИМЯ --client ИМЯ --scopes all|a,b
                            [--rate N] [--burst N] [--expires ГГГГ-ММ-ДД] [--test]
  deploy/tapbot keys list
  deploy/tapbot keys revoke НАЧАЛО_КЛЮЧА|ID

create   печатает новый ключ; увидеть его второй раз нельзя. Арендатор (tenant) и клиент (client)
         появляются, если их ещё нет; у клиента может быть несколько ключей
  --scopes   all или через запятую из этих:
$(keys_scopes)
             all не включает права health, они есть только у арендатора system, по одному или несколько:
             $(services_system_scopes | sed 's/,/, /g')
  --rate     запросов в секунду (100), --burst сколько сразу (200)
  --expires  последний день, когда ключ работает; без этого бессрочный
  --test     ключ tb_test_... вместо tb_live_...
list     все ключи: чьи, что разрешено, когда работали в последний раз
revoke   по первым 12 символам ключа или по id; ключ перестаёт работать за 5 секунд

Чьи ключи: MIGRATION_DATABASE_URL или DATABASE_URL, если задан; иначе работающего демо; иначе стека
(deploy/tapbot up), если машина под него подготовлена. --demo и --stack первым словом выбирают сами.

Коды выхода: 0 сделано, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине." \
        "deploy/tapbot keys: API keys.

  deploy/tapbot keys create --tenant NAME --client NAME --scopes all|a,b
                            [--rate N] [--burst N] [--expires YYYY-MM-DD] [--test]
  deploy/tapbot keys list
  deploy/tapbot keys revoke PREFIX|ID

create   prints a new key; it cannot be shown again. Tenant and client are created if they do not
         exist; a client may have several keys
  --scopes   all, or a comma-separated list of these:
$(keys_scopes)
             all does not include the scopes of health, which only the tenant system may have, one or several of:
             $(services_system_scopes | sed 's/,/, /g')
  --rate     requests per second (100), --burst requests at once (200)
  --expires  the last day on which the key works; default: no expiry
  --test     a key tb_test_... instead of tb_live_...
list     all keys: owner, scopes, last use
revoke   by the first 12 characters of the key or by its id; the key stops working within 5 seconds

The command uses the database of MIGRATION_DATABASE_URL or DATABASE_URL if set, otherwise the running demo, otherwise the
stack (deploy/tapbot up) if this machine is set up for it. --demo or --stack as the first argument selects one.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 something is missing on this machine."
}

# Formats the service's tab-separated list as a table with the longest column last.
keys_table() {
    PYTHONSAFEPATH=1 PYTHONPATH=$TAPBOT_ROOT/deploy/lib python3 -B "$TAPBOT_ROOT/deploy/lib/run.py" -c '
import sys
from say import print_table
rows = [sys.argv[1].split("|")]
for line in filter(str.strip, sys.stdin):
    key, prefix, tenant, client, scopes, rate, used, state = line.rstrip("\n").split("\t")
    rows.append([prefix, tenant, client, rate, used, state, key, scopes])
print_table(rows)
' "$(text 'начало|арендатор|клиент|в секунду/сразу|работал|состояние|id|разрешено' \
        'prefix|tenant|client|rate/burst|last use|state|id|scopes')"
}

verb_keys() {
    local word
    for word in "$@"; do
        case $word in -h | --help) keys_usage && return 0 ;; esac
    done
    local whose=
    case ${1:-} in --demo | --stack) whose=${1#--} && shift ;; esac
    case ${1:-} in
    create | list | revoke) ;;
    *) keys_usage >&2 && return 2 ;;
    esac
    state_find || true
    if [ "$whose" = stack ] || { [ -z "$whose" ] && keys_stack_chosen; }; then
        [ -n "$whose" ] || demo_noted stack
        keys_run keys_stack "$@"
        return
    fi
    if [ -z "$whose" ] && [ -n "${DATABASE_URL:-}${DATABASE_URL_FILE:-}${MIGRATION_DATABASE_URL:-}${MIGRATION_DATABASE_URL_FILE:-}" ]; then
        [ -x "$(demo_binary "$FIRST_SERVICE")" ] || die 1 "Программа не собрана: deploy/tapbot demo --detach" \
            "The program is not built: deploy/tapbot demo --detach"
        keys_run "$(demo_binary "$FIRST_SERVICE")" "$@"
        return
    fi
    keys_demo_needed
    [ -n "$whose" ] || demo_noted demo
    keys_run keys_demo "$@"
}

# Whether to use the stack: this machine is set up for it, no database is given, and no demo runs. In the stack's shell always:
# that shell itself sets DATABASE_URL, for psql.
keys_stack_chosen() {
    [ "${TAPBOT_SHELL:-}" = stack ] && return
    [ -z "${DATABASE_URL:-}${DATABASE_URL_FILE:-}${MIGRATION_DATABASE_URL:-}${MIGRATION_DATABASE_URL_FILE:-}" ] &&
        [ -f "$TAPBOT_ROOT/.env" ] && command -v docker >/dev/null &&
        ! demo_runs
}

keys_demo_needed() {
    demo_runs ||
        die 1 "Здесь нет ни стека, ни демо. Сервер: sudo deploy/tapbot init, потом deploy/tapbot up. Своя машина: deploy/tapbot demo --detach" \
            "There is neither a stack nor a demo here. On a server: sudo deploy/tapbot init, then deploy/tapbot up. On your machine: deploy/tapbot demo --detach"
}

keys_demo() {
    demo_migrator "$FIRST_SERVICE" "$@"
}

keys_stack() {
    stack_migrator "$FIRST_SERVICE" "$@"
}

# stack_migrator NAME ARGUMENT...: like demo_migrator(). The one-shot migration container has the service's program, and the
# migrator's database URL as a secret.
stack_migrator() {
    PYTHONSAFEPATH=1 PYTHONPATH=$TAPBOT_ROOT/deploy/lib python3 -B "$TAPBOT_ROOT/deploy/lib/run.py" stack.run_once "$(service_get "$1" short)-migrate" "${@:2}"
}

# keys_run PROGRAM VERB ARGUMENT...
keys_run() {
    local rows
    if [ "$2" = list ]; then
        rows=$("$1" --keys "${@:2}") || return
        keys_table <<<"$rows"
        return
    fi
    "$1" --keys "${@:2}"
}
