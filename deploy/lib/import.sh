# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# import: flats from a spreadsheet into the demo's database, or into the one that DATABASE_URL names.

# shellcheck source=deploy/lib/demo.sh
. "$TAPBOT_ROOT/deploy/lib/demo.sh"

import_usage() {
    say "deploy/tapbot import: квартиры из таблицы.

  deploy/tapbot import apartments ФАЙЛ.csv [--dry-run] [--skip-bad] [--tenant ИМЯ]
  deploy/tapbot import apartments --template

Квартира узнаётся по столбцу «код»: новый код создаёт квартиру, известный меняет её. Чего в таблице
нет, остаётся как было; пустая ячейка ничего не меняет, «-» стирает. Повторная загрузка того же файла
ничего не меняет. Подходит то, что Excel сохраняет как CSV: UTF-8 или Windows-1251, запятая или точка с
запятой, 1 234,50.

--template  напечатать пустую таблицу со всеми столбцами и строкой-примером
--dry-run   проверить весь файл и ничего не изменить
--skip-bad  загрузить строки без ошибок; без этого одна ошибка отменяет всё
--tenant    чьи квартиры; у демо без этого demo

Если задан DATABASE_URL, команда работает с этой базой, иначе с базой демо.

Коды выхода: 0 загружено, 1 есть строки с ошибками или не получилось, 2 неверные параметры." \
        "deploy/tapbot import: flats from a table.

  deploy/tapbot import apartments FILE.csv [--dry-run] [--skip-bad] [--tenant NAME]
  deploy/tapbot import apartments --template

A flat is known by its column \"code\": a new code makes a flat, a known one changes it. What the table
does not have stays as it was; an empty cell changes nothing, '-' clears. The same file a second time
changes nothing. What Excel saves as CSV will do: UTF-8 or Windows-1251, comma or semicolon, 1 234,50.

--template  print an empty table with all columns and an example
--dry-run   check the whole file, change nothing
--skip-bad  load the lines without problems; without it one problem undoes all
--tenant    whose flats; with the demo's database demo where left out

With DATABASE_URL set the command works on that database, else on the demo's.

Exit codes: 0 loaded, 1 there are bad lines or it failed, 2 wrong usage."
}

verb_import() {
    local word program tenant=no template=no
    for word in "$@"; do
        case $word in
        -h | --help) import_usage && return 0 ;;
        --tenant) tenant=yes ;;
        --template) template=yes ;;
        esac
    done
    if [ "${1:-}" != apartments ] || [ $# -lt 2 ]; then
        import_usage >&2
        return 2
    fi
    state_find || true
    program=$(demo_binary booking-api)
    [ -x "$program" ] || die 1 "Программа не собрана: deploy/tapbot demo --detach" \
        "The program is not built: deploy/tapbot demo --detach"
    if [ $template = yes ] || ! demo_own_database; then
        "$program" --import "$@"
        return
    fi
    if ! demo_runs; then
        die 1 "Демо не запущено: deploy/tapbot demo --detach" \
            "The demo is not running: deploy/tapbot demo --detach"
    fi
    [ $tenant = yes ] || set -- "$@" --tenant demo
    # The service's own role: it may do no more than a request.
    env -u DATABASE_URL_FILE DATABASE_URL="$(demo_url booking_runtime "$BOOKING_RUNTIME_PASSWORD")" \
        "$program" --import "$@"
}
