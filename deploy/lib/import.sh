# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# import: imports apartments from a spreadsheet into the demo's database or into that of DATABASE_URL.

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
        "deploy/tapbot import: apartments from a table.

  deploy/tapbot import apartments FILE.csv [--dry-run] [--skip-bad] [--tenant NAME]
  deploy/tapbot import apartments --template

The column \"code\" identifies an apartment: a new code creates one, a known code updates it. Columns missing in the table
are not changed; an empty cell changes nothing, '-' clears the value. Importing the same file again
changes nothing. CSV files saved by Excel are accepted: UTF-8 or Windows-1251, comma or semicolon, 1 234,50.

--template  print an empty table with all columns and an example
--dry-run   check the whole file, change nothing
--skip-bad  import the rows without errors; without this option one error cancels the whole import
--tenant    owner of the apartments; for the demo's database the default is demo

If DATABASE_URL is set, the command uses that database, otherwise the demo's.

Exit codes: 0 imported, 1 rows with errors or failed, 2 wrong usage."
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
    # With the service's own role, which has no more rights than a request has.
    env -u DATABASE_URL_FILE DATABASE_URL="$(demo_url booking_runtime "$BOOKING_RUNTIME_PASSWORD")" \
        "$program" --import "$@"
}
