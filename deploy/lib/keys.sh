# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# keys: API keys of the running demo (in production: the service's own --keys with its DATABASE_URL).

# shellcheck source=deploy/lib/demo.sh
. "$TAPBOT_ROOT/deploy/lib/demo.sh"

keys_usage() {
    say "deploy/tapbot keys: ключи API.

  deploy/tapbot keys create --tenant ИМЯ --client ИМЯ --scopes all|список [--rate N] [--burst N] [--test]
  deploy/tapbot keys list
  deploy/tapbot keys revoke НАЧАЛО_КЛЮЧА|ID

Ключ показывается один раз. Отозванный ключ перестаёт работать за 5 секунд.
Если задан DATABASE_URL, команда работает с ним, иначе с базой демо.

Коды выхода: 0 сделано, 1 не получилось, 2 неверные параметры." \
        "deploy/tapbot keys: API keys.

  deploy/tapbot keys create --tenant NAME --client NAME --scopes all|list [--rate N] [--burst N] [--test]
  deploy/tapbot keys list
  deploy/tapbot keys revoke PREFIX|ID

A key is shown once. A revoked key stops working within 5 seconds.
With DATABASE_URL set the command works on it, else on the demo's database.

Exit codes: 0 done, 1 failed, 2 wrong usage."
}

verb_keys() {
    case ${1:-} in
    create | list | revoke) ;;
    -h | --help) keys_usage && return 0 ;;
    *) keys_usage >&2 && return 2 ;;
    esac
    if [ -z "${DATABASE_URL:-}" ]; then
        state_find || die 1 "Демо не запущено: deploy/tapbot demo --detach" \
            "The demo is not running: deploy/tapbot demo --detach"
        SOCKETS=${SOCKETS:-$STATE}
        [ $((${#STATE} + 20)) -le 107 ] || SOCKETS=/tmp/$(state_name)
        DATABASE_URL=$(demo_url booking_migrator "$BOOKING_MIGRATOR_PASSWORD")
        export DATABASE_URL
    fi
    demo_binary booking-api --keys "$@"
}
