# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# demo: the whole backend on this machine, with data to play with. No Docker, no accounts, no network
# but apt's. Idempotent: what runs is kept, what died is started again.

# shellcheck source=deploy/lib/packages.sh
. "$TAPBOT_ROOT/deploy/lib/packages.sh"
# shellcheck source=deploy/lib/cluster.sh
. "$TAPBOT_ROOT/deploy/lib/cluster.sh"
# shellcheck source=deploy/lib/state.sh
. "$TAPBOT_ROOT/deploy/lib/state.sh"

DEMO_TENANT=018f0000-0000-7000-8000-000000000001
DEMO_SECOND_TENANT=018f0000-0000-7000-8000-000000000002

demo_usage() {
    say "deploy/tapbot demo: собрать и запустить бэкенд tapbot на этой машине.

  deploy/tapbot demo            запустить и ждать; Ctrl-C останавливает всё
  deploy/tapbot demo --detach   запустить и выйти; адреса и ключи в var/demo.env
  deploy/tapbot demo stop       остановить (данные остаются)
  deploy/tapbot demo stop --purge   остановить и удалить данные демо

Недостающие пакеты ставятся через apt. Повторный запуск поднимает только то, что упало; порты, данные
и ключи те же. Занятые порты обходятся. Любая переменная из .env.example, заданная в окружении, важнее
значения демо; HTTP_PORT это порт, с которого начинается поиск свободного.

Коды выхода: 0 работает, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине." \
        "deploy/tapbot demo: build and start the tapbot backend on this machine.

  deploy/tapbot demo            start and wait; Ctrl-C stops everything
  deploy/tapbot demo --detach   start and return; addresses and keys in var/demo.env
  deploy/tapbot demo stop       stop (the data stay)
  deploy/tapbot demo stop --purge   stop and remove the demo's data

Missing packages are installed by apt. A second start brings back only what died; ports, data and keys
stay. Taken ports are avoided. Any variable of .env.example that is set in the environment wins over
the demo's value; HTTP_PORT is the port where the search for a free one begins.

Exit codes: 0 running, 1 failed, 2 wrong usage, 3 something is missing on this machine."
}

verb_demo() {
    local detach=no purge=no action=start word
    for word in "$@"; do
        case $word in
        --detach) detach=yes ;;
        --purge) purge=yes ;;
        stop) action=stop ;;
        -h | --help) demo_usage && return 0 ;;
        *) demo_usage >&2 && return 2 ;;
        esac
    done
    if [ "$action$detach" = stopyes ] || [ "$action$purge" = startyes ]; then
        demo_usage >&2
        return 2
    fi
    if [ "$action" = stop ]; then
        demo_lock
        demo_stop "$purge"
        return
    fi
    [ "$detach" = yes ] || trap 'printf "\n"; demo_stop no; exit 0' INT TERM HUP
    packages_need "${PACKAGES_BUILD[@]}" "${PACKAGES_RUN[@]}"
    demo_lock
    demo_start
    demo_print "$detach"
    exec 9>&-
    [ "$detach" = yes ] || demo_watch
}

# One start or stop at a time; what is started must not inherit the lock (9>&-).
demo_lock() {
    mkdir -p "$TAPBOT_VAR"
    if [ -e "$TAPBOT_VAR/demo.lock" ] && [ ! -w "$TAPBOT_VAR/demo.lock" ]; then
        die 1 "Демо запускал другой пользователь: повторите через sudo." \
            "The demo was started by another user: try again with sudo."
    fi
    exec 9>"$TAPBOT_VAR/demo.lock" || exit 1
    flock -w 900 9 || die 1 "Другой запуск демо не заканчивается." "Another start of the demo does not end."
}

# Until Ctrl-C, or until the service ends by itself.
demo_watch() {
    while demo_service_alive booking-api; do sleep 1 & wait $!; done
    state_find || return 0
    warn "booking-api остановился, смотрите $STATE/booking-api.log" \
        "booking-api has ended, see $STATE/booking-api.log"
    demo_stop no
    return 1
}

demo_start() {
    demo_build
    cluster_user_make
    state_open
    demo_port
    demo_clusters
    demo_schema
    demo_service_start booking-api "$BOOKING_PORT"
    demo_env_write
}

# The port stays the same from start to start, unless HTTP_PORT asks for another or it is taken.
demo_port() {
    demo_service_alive booking-api && return 0
    [ "${HTTP_PORT:-0}" = 0 ] || [ "${BOOKING_PORT:-}" = "$HTTP_PORT" ] ||
        state_set BOOKING_PORT "$HTTP_PORT"
    state_port BOOKING_PORT 7020
}

demo_build() {
    local build=$TAPBOT_ROOT/build/release
    step "Собираю" "Building"
    mkdir -p "$TAPBOT_ROOT/build"
    if ! { (cd "$TAPBOT_ROOT" && cmake --preset release) &&
        ninja -C "$build" booking-api; } >"$TAPBOT_ROOT/build/demo-build.log" 2>&1; then
        tail -n 30 "$TAPBOT_ROOT/build/demo-build.log" >&2
        die 1 "Сборка не удалась, смотрите build/demo-build.log" "The build failed, see build/demo-build.log"
    fi
}

demo_clusters() {
    if ! pid_alive "$STATE/postgres.pid" "$STATE/pg"; then
        step "Запускаю PostgreSQL" "Starting PostgreSQL"
        state_port PG_PORT 5433
        cluster_pg_start "$STATE" "$PG_PORT" "$SOCKETS"
    fi
    if [ -z "${REDIS_PORT:-}" ] || ! cluster_redis_alive "$STATE" "$REDIS_PORT"; then
        step "Запускаю Redis" "Starting Redis"
        state_port REDIS_PORT 6390
        cluster_redis_start "$STATE" "$REDIS_PORT"
    fi
}

demo_psql() {
    local password
    password=$(cat "$STATE/pg.password")
    # Nothing of a person's own settings applies here.
    env -u PGSERVICE -u PGOPTIONS -u PGSSLMODE -u PGHOSTADDR PGPASSWORD="$password" \
        "$(cluster_pg_bin)/psql" -qXAt -v ON_ERROR_STOP=1 -h "$SOCKETS" -p "$PG_PORT" -U postgres "$@"
}

# A person's own DATABASE_URL is for the service; the demo makes its schema and keys in its own database.
demo_migrator() {
    env -u DATABASE_URL_FILE -u MIGRATION_DATABASE_URL -u MIGRATION_DATABASE_URL_FILE \
        DATABASE_URL="$(demo_url booking_migrator "$BOOKING_MIGRATOR_PASSWORD")" \
        "$(demo_binary booking-api)" "$@"
}

# The database, its roles, the schema, the demo's rows and keys: each only where it is missing.
demo_schema() {
    local log=$STATE/schema.log
    state_secret BOOKING_MIGRATOR_PASSWORD
    state_secret BOOKING_RUNTIME_PASSWORD
    {
        demo_psql -d postgres -v "booking_migrator_password=$BOOKING_MIGRATOR_PASSWORD" \
            -v "booking_runtime_password=$BOOKING_RUNTIME_PASSWORD" \
            -f "$TAPBOT_ROOT/deploy/postgres/roles.sql" &&
            if [ -z "$(demo_psql -d postgres -c "SELECT 1 FROM pg_database WHERE datname = 'tapbot'")" ]; then
                demo_psql -d postgres -c 'CREATE DATABASE tapbot OWNER tapbot_owner'
            fi &&
            demo_migrator --migrate
    } >"$log" 2>&1 || {
        tail -n 20 "$log" >&2
        die 1 "Схема базы не применилась, смотрите $log
После обновления кода помогает начать заново: deploy/tapbot demo stop --purge" \
            "The schema was not applied, see $log
After an update of the code it helps to begin anew: deploy/tapbot demo stop --purge"
    }
    [ "${DEMO_LOADED:-}" = yes ] && return 0
    step "Загружаю демо-данные" "Loading demo data"
    demo_load >"$log" 2>&1 || {
        tail -n 20 "$log" >&2
        die 1 "Демо-данные не загрузились, смотрите $log" "The demo data were not loaded, see $log"
    }
    state_set DEMO_LOADED yes
}

# demo_url ROLE PASSWORD: over the socket, for our own services.
demo_url() {
    printf 'postgresql://%s:%s@/tapbot?host=%s&port=%s' "$1" "$2" "$SOCKETS" "$PG_PORT"
}

# demo_binary NAME: the program as built, or the copy that runs where the build was removed.
demo_binary() {
    local built=$TAPBOT_ROOT/build/release/services/$1/$1
    [ -x "$built" ] || built=${STATE:-}/bin/$1
    printf '%s' "$built"
}

# demo_key NAME TENANT CLIENT OPTION...: makes an API key once and remembers it.
demo_key() {
    local name=$1 tenant=$2 client=$3 key
    shift 3
    [ -n "${!name:-}" ] && return 0
    key=$(demo_migrator --keys create --tenant "$tenant" --client "$client" --test "$@") &&
        [[ $key =~ ^tb_test_[0-9A-Za-z]+$ ]] && state_set "$name" "$key"
}

demo_load() {
    demo_psql -d tapbot -v tenant="$DEMO_TENANT" -v second_tenant="$DEMO_SECOND_TENANT" \
        -f "$TAPBOT_ROOT/services/booking-api/demo/load.sql" &&
        demo_key API_KEY demo demo-bot --scopes all --rate 5000 --burst 10000 &&
        demo_key API_KEY_READ demo demo-reader --scopes booking:read,bot:read,search:read,health:read \
            --rate 5000 --burst 10000 &&
        demo_key API_KEY_SECOND demo demo-second --scopes all --rate 5000 --burst 10000 &&
        demo_key API_KEY_TENANT second demo-neighbour --scopes all --rate 5000 --burst 10000 &&
        demo_key API_KEY_LIMITED demo demo-limited --scopes all
}

demo_service_alive() {
    pid_alive "$STATE/$1.pid" "$STATE/bin/$1"
}

# demo_host: where clients on this machine reach what listens on HTTP_ADDRESS.
demo_host() {
    case ${HTTP_ADDRESS:-} in
    '' | 0.0.0.0 | '::') printf '127.0.0.1' ;;
    *:*) printf '[%s]' "$HTTP_ADDRESS" ;;
    *) printf '%s' "$HTTP_ADDRESS" ;;
    esac
}

# demo_service_start NAME PORT: starts it unless it runs, and waits until it is ready.
demo_service_start() {
    local name=$1 port=$2 tries=600
    if ! demo_service_alive "$name"; then
        step "Запускаю $name" "Starting $name"
        demo_service_launch "$name" "$port"
    elif ! cmp -s "$(demo_binary "$name")" "$STATE/bin/$name"; then
        warn "$name работает в прежней сборке; чтобы запустить новую: deploy/tapbot demo stop, затем demo" \
            "$name runs as built before; for the new build: deploy/tapbot demo stop, then demo"
    fi
    until curl -fsS -o /dev/null --noproxy '*' "http://$(demo_host):$port/readyz" 2>/dev/null; do
        if ! demo_service_alive "$name" || [ $((tries -= 1)) -eq 0 ]; then
            tail -n 5 "$STATE/$name.log" >&2
            die 1 "$name не готов, смотрите $STATE/$name.log" "$name is not ready, see $STATE/$name.log"
        fi
        sleep 0.05
    done
}

# demo_service_launch NAME PORT: runs a copy of the program that the system user can reach. The values
# here are the demo's own; what the environment sets wins.
demo_service_launch() {
    install -D -m 0755 "$(demo_binary "$1")" "$STATE/bin/$1"
    # shellcheck disable=SC2030 # for the service alone
    (
        cd / || exit 1
        export HTTP_ADDRESS=${HTTP_ADDRESS:-127.0.0.1} HTTP_PORT=$2 ENVIRONMENT=${ENVIRONMENT:-demo}
        [ -n "${REDIS_URL:-}${REDIS_URL_FILE:-}" ] || export REDIS_URL=redis://127.0.0.1:$REDIS_PORT
        if demo_own_database; then
            DATABASE_URL=$(demo_url booking_runtime "$BOOKING_RUNTIME_PASSWORD")
            export DATABASE_URL
        fi
        as_user setsid "$STATE/bin/$1"
    ) >>"$STATE/$1.log" 2>&1 </dev/null 9>&- &
    printf '%s\n' $! >"$STATE/$1.pid"
    # Between fork and exec its command line is still this script's.
    local tries=100
    until demo_service_alive "$1" || [ $((tries -= 1)) -eq 0 ]; do sleep 0.02; done
}

# demo_admin_url: the superuser's, for programs that look into the demo's database.
demo_admin_url() {
    printf 'postgresql://postgres:%s@127.0.0.1:%s/tapbot' "$(cat "$STATE/pg.password")" "$PG_PORT"
}

# Does the service use the demo's database? Not when the environment names another one; what was read
# from var/demo.env is none.
demo_own_database() {
    [ -z "${DATABASE_URL_FILE:-}" ] &&
        { [ -z "${DATABASE_URL:-}" ] || [ "$DATABASE_URL" = "$(demo_admin_url)" ]; }
}

# var/demo.env: what programs that test against the demo read.
demo_env_write() {
    local file=$TAPBOT_VAR/demo.env database
    database=$(demo_admin_url)
    demo_own_database || database=${DATABASE_URL:-$database}
    mkdir -p "$TAPBOT_VAR"
    (
        umask 077
        cat >"$file.new" <<EOF
BOOKING_URL=http://$(demo_host):$BOOKING_PORT
API_KEY=$API_KEY
API_KEY_READ=$API_KEY_READ
API_KEY_SECOND=$API_KEY_SECOND
API_KEY_TENANT=$API_KEY_TENANT
API_KEY_LIMITED=$API_KEY_LIMITED
DATABASE_URL=$(demo_quoted "$database")
REDIS_URL=$(demo_quoted "${REDIS_URL:-redis://127.0.0.1:$REDIS_PORT}")
BOOKING_API_PID=$(cat "$STATE/booking-api.pid")
EOF
    )
    # After sudo it is the person who reads it.
    [ -z "${SUDO_UID:-}" ] || [ "$(id -u)" -ne 0 ] || chown "$SUDO_UID" "$file.new"
    mv "$file.new" "$file"
}

# demo_quoted VALUE: as it is where a shell takes it so, else in single quotes.
demo_quoted() {
    case $1 in
    *[!A-Za-z0-9:/@._+%-]*) printf "'%s'" "${1//\'/%27}" ;;
    *) printf '%s' "$1" ;;
    esac
}

# demo_stay FLAT CHECK_IN CHECK_OUT PHONE: the body of a booking.
demo_stay() {
    printf '{"apartment_id":"%s","check_in":"%s","check_out":"%s","guests":2,' "$1" "$2" "$3"
    printf '"guest":{"name":"Айгерим","phone":"%s","language":"ru"}}' "$4"
}

# demo_print DETACH: what to do next. Another phone each time: a guest may hold three flats at most.
demo_print() {
    local flat check_in check_out phone
    IFS='|' read -r flat check_in check_out < <(demo_psql -d tapbot \
        -f "$TAPBOT_ROOT/services/booking-api/demo/free_flat.sql")
    phone=$(printf '+7701%07d' $((RANDOM * 300 + RANDOM % 300)))
    say "
Готово.

  booking-api   http://$(demo_host):$BOOKING_PORT
  Ключ API      $API_KEY
  Ключи, база   var/demo.env
  Журнал        $STATE/booking-api.log
" "
Ready.

  booking-api     http://$(demo_host):$BOOKING_PORT
  API key         $API_KEY
  Keys, database  var/demo.env
  Log             $STATE/booking-api.log
"
    if [ -n "$check_out" ]; then
        say "Забронировать квартиру на две ночи:
" "Book a flat for two nights:
"
        printf '%s\n\n' "curl -sS -w '\n' -X POST http://$(demo_host):$BOOKING_PORT/v1/bookings -H 'X-API-Key: $API_KEY' -H 'Content-Type: application/json' -d '$(demo_stay "$flat" "$check_in" "$check_out" "$phone")'"
    else
        warn "Свободных квартир не осталось. Начать заново: deploy/tapbot demo stop --purge" \
            "No flat is free any more. To begin anew: deploy/tapbot demo stop --purge"
    fi
    if [ "$1" = yes ]; then
        say "Что попробовать дальше: docs/demo.md. Остановить: deploy/tapbot demo stop" \
            "What to try next: docs/demo.md. Stop: deploy/tapbot demo stop"
    else
        say "Что попробовать дальше: docs/demo.md. Остановить: Ctrl-C" \
            "What to try next: docs/demo.md. Stop: Ctrl-C"
    fi
}

demo_stop() {
    local purge=$1
    state_find || {
        say "Демо не запущено." "The demo is not running."
        return 0
    }
    step "Останавливаю (сервис ещё несколько секунд отвечает тем, кто подключён)" \
        "Stopping (the service answers those connected for some seconds more)"
    pid_stop "$STATE/booking-api.pid" "$STATE/bin/booking-api" TERM 25
    [ -z "${REDIS_PORT:-}" ] || cluster_redis_stop "$STATE" "$REDIS_PORT"
    cluster_pg_stop "$STATE"
    if [ "$purge" = yes ]; then
        rm -rf "$STATE" "$SOCKETS" "$TAPBOT_VAR/demo.env"
        say "Демо остановлено, его данные удалены." "The demo is stopped, its data are removed."
        return 0
    fi
    say "Демо остановлено. Данные остались до следующего запуска." \
        "The demo is stopped. The data stay for the next start."
}
