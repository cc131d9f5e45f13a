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

Недостающие пакеты ставятся через apt. Любая переменная из .env.example, заданная в окружении,
важнее значения демо. Занятые порты обходятся. Повторный запуск поднимает только то, что упало.

Коды выхода: 0 работает, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине." \
        "deploy/tapbot demo: build and start the tapbot backend on this machine.

  deploy/tapbot demo            start and wait; Ctrl-C stops everything
  deploy/tapbot demo --detach   start and return; addresses and keys in var/demo.env
  deploy/tapbot demo stop       stop (the data stay)
  deploy/tapbot demo stop --purge   stop and remove the demo's data

Missing packages are installed by apt. Any variable of .env.example that is set in the environment
wins over the demo's value. Taken ports are avoided. A second start brings back only what died.

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
    if [ "$action" = stop ]; then
        demo_stop "$purge"
        return
    fi
    packages_need "${PACKAGES_BUILD[@]}" "${PACKAGES_RUN[@]}"
    demo_start
    demo_print
    [ "$detach" = yes ] && return 0
    trap 'printf "\n"; demo_stop no; exit 0' INT TERM
    say "Остановить: Ctrl-C" "Stop: Ctrl-C"
    while demo_service_alive booking-api; do sleep 1 & wait $!; done
    warn "booking-api остановился, смотрите $STATE/booking-api.log" \
        "booking-api has ended, see $STATE/booking-api.log"
    demo_stop no
    return 1
}

demo_start() {
    demo_build
    cluster_user_make
    state_open
    demo_clusters
    demo_schema
    demo_service_start booking-api "$BOOKING_PORT"
    demo_env_write
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
    if ! pid_alive "$STATE/redis.pid" redis-server; then
        step "Запускаю Redis" "Starting Redis"
        state_port REDIS_PORT 6390
        cluster_redis_start "$STATE" "$REDIS_PORT"
    fi
}

demo_psql() {
    PGPASSWORD=$(cat "$STATE/pg.password") psql -qXAt -v ON_ERROR_STOP=1 -h "$SOCKETS" \
        -p "$PG_PORT" -U postgres "$@"
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
            DATABASE_URL=$(demo_url booking_migrator "$BOOKING_MIGRATOR_PASSWORD") \
                demo_binary booking-api --migrate
    } >"$log" 2>&1 || {
        tail -n 20 "$log" >&2
        die 1 "Схема базы не применилась, смотрите $log" "The schema was not applied, see $log"
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

# demo_binary NAME ARGUMENT...: once, in the foreground.
demo_binary() {
    local name=$1
    shift
    "$TAPBOT_ROOT/build/release/services/$name/$name" "$@"
}

# demo_key NAME TENANT CLIENT OPTION...: makes an API key once and remembers it.
demo_key() {
    local name=$1 tenant=$2 client=$3 key
    shift 3
    [ -n "${!name:-}" ] && return 0
    key=$(DATABASE_URL=$(demo_url booking_migrator "$BOOKING_MIGRATOR_PASSWORD") \
        demo_binary booking-api --keys create --tenant "$tenant" --client "$client" --test "$@") ||
        return 1
    key=$(grep -o 'tb_test_[0-9A-Za-z]*' <<<"$key" | head -n 1)
    [ -n "$key" ] && state_set "$name" "$key"
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

# demo_service_start NAME PORT: runs a copy of the binary that the system user can reach. The values
# here are the demo's own; what the environment sets wins.
demo_service_start() {
    local name=$1 port=$2 pid tries=200
    demo_service_alive "$name" && return 0
    step "Запускаю $name" "Starting $name"
    install -D -m 0755 "$TAPBOT_ROOT/build/release/services/$name/$name" "$STATE/bin/$name"
    (
        cd / || exit 1
        export HTTP_ADDRESS=${HTTP_ADDRESS:-127.0.0.1} HTTP_PORT=$port ENVIRONMENT=${ENVIRONMENT:-demo}
        export REDIS_URL=${REDIS_URL:-redis://127.0.0.1:$REDIS_PORT}
        [ -n "${DATABASE_URL:-}${DATABASE_URL_FILE:-}" ] ||
            DATABASE_URL=$(demo_url booking_runtime "$BOOKING_RUNTIME_PASSWORD")
        export DATABASE_URL
        as_user setsid "$STATE/bin/$name"
    ) >>"$STATE/$name.log" 2>&1 </dev/null &
    pid=$!
    printf '%s\n' "$pid" >"$STATE/$name.pid"
    until curl -fsS -o /dev/null "http://127.0.0.1:$port/readyz" 2>/dev/null; do
        if ! kill -0 "$pid" 2>/dev/null || [ $((tries -= 1)) -eq 0 ]; then
            tail -n 20 "$STATE/$name.log" >&2
            die 1 "$name не готов, смотрите $STATE/$name.log" "$name is not ready, see $STATE/$name.log"
        fi
        sleep 0.05
    done
}

# var/demo.env: what programs that test against the demo read.
demo_env_write() {
    local file=$TAPBOT_ROOT/var/demo.env
    mkdir -p "$TAPBOT_ROOT/var"
    (
        umask 077
        cat >"$file.new" <<EOF
BOOKING_URL=http://127.0.0.1:$BOOKING_PORT
API_KEY=$API_KEY
API_KEY_READ=$API_KEY_READ
API_KEY_SECOND=$API_KEY_SECOND
API_KEY_TENANT=$API_KEY_TENANT
API_KEY_LIMITED=$API_KEY_LIMITED
DATABASE_URL=postgresql://postgres:$(cat "$STATE/pg.password")@127.0.0.1:$PG_PORT/tapbot
REDIS_URL=redis://127.0.0.1:$REDIS_PORT
BOOKING_API_PID=$(cat "$STATE/booking-api.pid")
EOF
    ) && mv "$file.new" "$file"
}

demo_print() {
    local flat check_in check_out
    flat=$(demo_psql -d tapbot -f "$TAPBOT_ROOT/services/booking-api/demo/free_flat.sql")
    check_in=${flat#*|}
    check_out=${check_in#*|}
    check_in=${check_in%|*}
    flat=${flat%%|*}
    say "
Готово.

  booking-api   http://127.0.0.1:$BOOKING_PORT   (журнал: $STATE/booking-api.log)
  Ключ API      $API_KEY
  Всё остальное var/demo.env

Забронировать квартиру:
" "
Ready.

  booking-api   http://127.0.0.1:$BOOKING_PORT   (log: $STATE/booking-api.log)
  API key       $API_KEY
  The rest      var/demo.env

Book a flat:
"
    printf "curl -sS -X POST http://127.0.0.1:%s/v1/bookings -H 'X-API-Key: %s' -H 'Content-Type: application/json' -d '%s'\n\n" \
        "$BOOKING_PORT" "$API_KEY" \
        "{\"apartment_id\":\"$flat\",\"check_in\":\"$check_in\",\"check_out\":\"$check_out\",\"guests\":2,\"guest\":{\"name\":\"Айгерим\",\"phone\":\"+77011234567\",\"language\":\"ru\"}}"
}

demo_stop() {
    local purge=$1
    state_find || {
        say "Демо не запущено." "The demo is not running."
        return 0
    }
    pid_stop "$STATE/booking-api.pid" "$STATE/bin/booking-api" TERM 25
    cluster_redis_stop "$STATE"
    cluster_pg_stop "$STATE"
    if [ "$purge" = yes ]; then
        rm -rf "$STATE" "$SOCKETS" "$TAPBOT_ROOT/var/demo.env" "$TAPBOT_ROOT/var/demo"
    fi
    say "Демо остановлено." "The demo is stopped."
}
