# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# demo: runs the whole backend on this machine with sample data. It needs no Docker, no accounts, and no network except for
# apt. Idempotent: running processes continue, stopped ones are started again.

# shellcheck source=deploy/lib/packages.sh
. "$TAPBOT_ROOT/deploy/lib/packages.sh"
# shellcheck source=deploy/lib/cluster.sh
. "$TAPBOT_ROOT/deploy/lib/cluster.sh"
# shellcheck source=deploy/lib/state.sh
. "$TAPBOT_ROOT/deploy/lib/state.sh"
# shellcheck source=deploy/lib/services.sh
. "$TAPBOT_ROOT/deploy/lib/services.sh"
# shellcheck source=deploy/lib/bots_files.sh
. "$TAPBOT_ROOT/deploy/lib/bots_files.sh"

DEMO_TENANT=018f0000-0000-7000-8000-000000000001
DEMO_SECOND_TENANT=018f0000-0000-7000-8000-000000000002

demo_usage() {
    say "deploy/tapbot demo: собрать и запустить бэкенд tapbot на этой машине.

  deploy/tapbot demo            запустить и ждать; Ctrl-C останавливает всё
  deploy/tapbot demo --detach   запустить и выйти; адреса и ключи в var/demo.env
  deploy/tapbot demo stop       остановить (данные остаются)
  deploy/tapbot demo stop --purge   остановить и удалить данные демо

Недостающие пакеты ставятся через apt. Повторный запуск запускает только то, что остановилось; порты, данные
и ключи те же. Занятые порты обходятся; если порт демо заняла другая программа, все его сервисы запускаются заново.
Любая переменная из .env.example, заданная в окружении, важнее значения демо. С порта HTTP_PORT начинается поиск
свободного для первого сервиса services.tsv; у других сервисов переменные свои (BOT_PORT, SEARCH_PORT...),
DATABASE_URL тоже относится к первому.

Коды выхода: 0 работает, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине." \
        "deploy/tapbot demo: build and start the tapbot backend on this machine.

  deploy/tapbot demo            start and wait; Ctrl-C stops everything
  deploy/tapbot demo --detach   start and return; addresses and keys in var/demo.env
  deploy/tapbot demo stop       stop (the data are kept)
  deploy/tapbot demo stop --purge   stop and remove the demo's data

Missing packages are installed with apt. A second start starts only the processes that have stopped; ports, data and keys
do not change. Ports in use are skipped; if another program has taken a port of the demo, all its services start again. A
variable of .env.example that is set in the environment overrides the demo's value. The first service of services.tsv gets
the first free port from HTTP_PORT on; the other services have their own variables (BOT_PORT, SEARCH_PORT...). DATABASE_URL
also applies to the first service only.

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
    demo_requested_ports
    demo_forget
    [ "$detach" = yes ] || trap 'printf "\n"; demo_stop no; exit 0' INT TERM HUP
    packages_need "${PACKAGES_BUILD[@]}" "${PACKAGES_RUN[@]}"
    demo_lock
    demo_start
    demo_print "$detach"
    exec 9>&-
    [ "$detach" = yes ] || demo_watch
}

# Only one start or stop runs at a time; started processes must not inherit the locks (8<&- 9>&-).
demo_lock() {
    if ! { mkdir -p "$TAPBOT_VAR" && : >>"$TAPBOT_VAR/demo.lock"; } 2>/dev/null; then
        die 3 "Демо запускал другой пользователь, или каталог $TAPBOT_VAR чужой: повторите через sudo." \
            "The demo was started by another user, or $TAPBOT_VAR belongs to another user: try again with sudo."
    fi
    exec 9>"$TAPBOT_VAR/demo.lock"
    flock -n 9 && return
    warn "Другой запуск или остановка демо ещё идёт, жду конца." "Another start or stop of the demo is at work, waiting for its end."
    flock -w 900 9 || die 1 "Другой запуск демо не заканчивается." "Another start or stop of the demo does not finish."
}

# The services. HTTP_PORT and DATABASE_URL of the environment apply to the first one.
mapfile -t SERVICES < <(services_names)
FIRST_SERVICE=${SERVICES[0]}

# A service whose demo needs more than rows has demo/demo.sh with functions demo_SHORT_WORD. WORD is: forget (unsets its
# variables of the state), rows (in addition to load.sql), files (after the keys exist), before (the service starts),
# environment (of the service), after (it is ready), variables (prints lines of var/demo.env), stop.
for name in "${SERVICES[@]}"; do
    # shellcheck source=/dev/null
    [ ! -f "$TAPBOT_ROOT/services/$name/demo/demo.sh" ] || . "$TAPBOT_ROOT/services/$name/demo/demo.sh"
done
demo_own() { # demo_own NAME WORD
    local own
    own=demo_$(service_get "$1" short)_$2
    ! declare -F "$own" >/dev/null || "$own"
}

# Stores the ports that the environment requests. Must run before the state is read, which has the same variables.
declare -A PORT_REQUESTED
demo_requested_ports() {
    local name variable
    for name in "${SERVICES[@]}"; do
        variable=$(service_variable "$name" PORT)
        PORT_REQUESTED[$name]=${!variable:-}
    done
    PORT_REQUESTED[$FIRST_SERVICE]=${HTTP_PORT:-}
}

# Unsets the variables that the state stores, so that they come only from there: in the environment, API_KEY or BOT_TOKEN may be
# those of another program. Must run before the state is read.
demo_forget() {
    local name word
    unset API_KEY API_KEY_READ API_KEY_SECOND API_KEY_TENANT API_KEY_LIMITED
    unset PG_PORT REDIS_PORT TAPBOT_MIGRATOR_PASSWORD DEMO_LOADED
    for name in "${SERVICES[@]}"; do
        for word in PORT RUNTIME_PASSWORD LINK_KEY LOADED; do unset "$(service_variable "$name" "$word")"; done
        demo_own "$name" forget
    done
}

# Waits until Ctrl-C, or until a service exits by itself.
demo_watch() {
    local name
    while :; do
        for name in "${SERVICES[@]}"; do demo_service_alive "$name" || break 2; done
        sleep 1 & wait $!
    done
    state_find || return 0
    warn "$name остановился, смотрите $STATE/$name.log" "$name has ended, see $STATE/$name.log"
    demo_stop no
    return 1
}

demo_start() {
    local name PORT_MOVED=no
    demo_build
    cluster_user_make
    state_open
    demo_ports_lock
    demo_clusters
    demo_schema
    for name in "${SERVICES[@]}"; do demo_own "$name" before; done
    demo_services
    for name in "${SERVICES[@]}"; do demo_own "$name" after; done
    exec 8<&-
    demo_env_write
}

# demo_ports_lock: a port looks free until its server listens, so two demos that start at the same time would choose the same
# ports. A start holds this machine-wide lock until all its servers listen. The lock is on the folder itself, because a file
# in it could be a symbolic link of another user.
demo_ports_lock() {
    exec 8</tmp
    flock -w 300 8 || warn "Другое демо не заканчивает запуск." "Another demo does not finish starting."
}

# demo_services: starts the services that do not run, and waits until all are ready. Another program may take a port between
# its choice and the start: demo_ports_lock stops only other demos. Then all get other ports. If PORT_MOVED is yes, those that
# still run have an old address of another server.
demo_services() {
    local name
    for _ in 1 2 3; do
        for name in "${SERVICES[@]}"; do demo_port "$name"; done
        [ "$PORT_MOVED" = no ] || demo_services_stop
        PORT_MOVED=no
        for name in "${SERVICES[@]}"; do demo_service_start "$name"; done
        for name in "${SERVICES[@]}"; do demo_service_wait "$name" || continue 2; done
        return 0
    done
    die 1 "Порт $name занят." "The port of $name is in use."
}

# demo_port NAME: chooses the service's port. It stays the same across starts, unless the environment requests another one
# or it is in use.
demo_port() {
    local variable requested=${PORT_REQUESTED[$1]:-0}
    variable=$(service_variable "$1" PORT)
    demo_service_alive "$1" && return 0
    [ "$requested" = 0 ] || [ "${!variable:-}" = "$requested" ] || { PORT_MOVED=yes && state_set "$variable" "$requested"; }
    state_port "$variable" "$(service_get "$1" port)"
}

# A clone is built by one process at a time, even if it has several demos. Ninja calls CMake if its files have changed; this
# function calls CMake the first time, after a change of the presets, and in a clone that was moved or copied.
demo_build() {
    local build=$TAPBOT_ROOT/build/release
    step "Собираю" "Building"
    mkdir -p "$TAPBOT_ROOT/build"
    if ! (
        flock 7 && cd "$TAPBOT_ROOT" || exit 1
        if [ ! "$build/build.ninja" -nt CMakePresets.json ] ||
            ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$TAPBOT_ROOT" "$build/CMakeCache.txt"; then
            cmake --preset release || exit 1
        fi
        ninja -C "$build" "${SERVICES[@]}"
    ) 7<"$TAPBOT_ROOT/build" >"$TAPBOT_ROOT/build/demo-build.log" 2>&1; then
        tail -n 30 "$TAPBOT_ROOT/build/demo-build.log" >&2
        die 1 "Сборка не удалась, смотрите build/demo-build.log" "The build failed, see build/demo-build.log"
    fi
}

# demo_swap_end: ends an exchange of the data by `restore` that was killed between two renames.
demo_swap_end() {
    [ ! -d "$STATE/pg-swap" ] || mv -T "$STATE/pg-swap" "$STATE/$([ -d "$STATE/pg" ] && printf pg-old || printf pg)"
}

# Another program may take the port between its choice and the start: demo_ports_lock stops only other demos.
demo_postgres() {
    step "Запускаю PostgreSQL" "Starting PostgreSQL"
    demo_swap_end
    for _ in 1 2 3; do
        state_port PG_PORT 5433
        ! cluster_pg_start "$STATE" "$PG_PORT" "$SOCKETS" || return 0
        sleep 1
    done
    die 1 "Порт $PG_PORT занят." "Port $PG_PORT is in use."
}

demo_clusters() {
    pid_alive "$STATE/postgres.pid" "$STATE/pg" || demo_postgres
    if [ -z "${REDIS_PORT:-}" ] || ! cluster_redis_alive "$STATE" "$REDIS_PORT"; then
        step "Запускаю Redis" "Starting Redis"
        state_port REDIS_PORT 6390
        cluster_redis_start "$STATE" "$REDIS_PORT"
    fi
}

demo_psql() {
    local password
    password=$(cat "$STATE/pg.password")
    # The settings of the user's environment must not apply.
    env -u PGSERVICE -u PGOPTIONS -u PGSSLMODE -u PGHOSTADDR PGPASSWORD="$password" PGCONNECT_TIMEOUT=10 \
        "$(cluster_pg_bin)/psql" -qXAt -v ON_ERROR_STOP=1 -h "$SOCKETS" -p "$PG_PORT" -U postgres "$@"
}

# Whether the demo's database runs. Requires state_find.
demo_runs() {
    [ -n "${STATE:-}" ] && pid_alive "$STATE/postgres.pid" "$STATE/pg"
}

# demo_noted demo|stack: on a machine with both says whose data the command uses, because nobody has chosen. Requires state_find.
demo_noted() {
    [ -n "${STATE:-}" ] && [ -f "$TAPBOT_ROOT/.env" ] || return 0
    if [ "$1" = demo ]; then
        warn "Это данные демо, оно запущено. Данные стека: --stack первым словом" "These are the demo's data, because it runs. For the stack's: --stack as the first argument"
    else
        warn "Это данные стека, демо не запущено" "These are the stack's data, the demo does not run"
    fi
}

# demo_migrator NAME ARGUMENT...: runs a service's program with the migrator's role. DATABASE_URL of the user's environment
# applies only to the service; the demo creates schemas and keys in its own database.
demo_migrator() {
    env -u DATABASE_URL_FILE -u MIGRATION_DATABASE_URL -u MIGRATION_DATABASE_URL_FILE \
        DATABASE_URL="$(demo_url tapbot_migrator "$TAPBOT_MIGRATOR_PASSWORD")" \
        "$(demo_binary "$1")" "${@:2}"
}

# demo_roles: prints the input of deploy/postgres/roles.sql. Without connection limits: this cluster has enough connections.
demo_roles() {
    local name short groups password
    printf 'tapbot_migrator\ttapbot_owner\t-1\t%s\n' "$TAPBOT_MIGRATOR_PASSWORD"
    for name in "${SERVICES[@]}"; do
        [ "$(service_get "$name" kind)" != none ] || continue
        short=$(service_get "$name" short)
        groups=$(service_get "$name" groups)
        password=$(service_variable "$name" RUNTIME_PASSWORD)
        printf '%s_runtime\ttapbot_service%s\t-1\t%s\n' "$short" "${groups:+,$groups}" "${!password}"
    done
}

# Creates the database, its roles, the schemas, and the demo's rows and keys, if they do not exist.
demo_schema() {
    local log=$STATE/schema.log name
    state_secret TAPBOT_MIGRATOR_PASSWORD
    for name in "${SERVICES[@]}"; do state_secret "$(service_variable "$name" RUNTIME_PASSWORD)"; done
    {
        demo_roles | demo_psql -d postgres -f "$TAPBOT_ROOT/deploy/postgres/roles.sql" &&
            if [ -z "$(demo_psql -d postgres -c "SELECT 1 FROM pg_database WHERE datname = 'tapbot'")" ]; then
                demo_psql -d postgres -c 'CREATE DATABASE tapbot OWNER tapbot_owner'
            fi &&
            demo_migrate
    } >"$log" 2>&1 || {
        tail -n 20 "$log" >&2
        die 1 "Схема базы не применилась, смотрите $log
После обновления кода помогает начать заново: deploy/tapbot demo stop --purge" \
            "The schema was not applied, see $log
After an update of the code, delete the demo's data and start again: deploy/tapbot demo stop --purge"
    }
    [ "${DEMO_LOADED:-}" = yes ] || step "Загружаю демо-данные" "Loading demo data"
    demo_load >"$log" 2>&1 || {
        tail -n 20 "$log" >&2
        die 1 "Демо-данные не загрузились, смотрите $log" "The demo data were not loaded, see $log"
    }
    [ "${DEMO_LOADED:-}" = yes ] || state_set DEMO_LOADED yes
}

demo_migrate() {
    local name
    for name in "${SERVICES[@]}"; do
        [ "$(service_get "$name" kind)" != database ] || demo_migrator "$name" --migrate || return 1
    done
}

# demo_url ROLE PASSWORD: the URL for our own services, over the Unix socket. In it libpq 17 refuses a space, and every version a %.
demo_url() {
    printf 'postgresql://%s:%s@/tapbot?host=%s&port=%s' "$1" "$2" "$(sed 's/%/%25/g; s/ /%20/g; s/&/%26/g; s/=/%3D/g' <<<"$SOCKETS")" "$PG_PORT"
}

# demo_binary NAME: the path of the built program; if the build was removed, of the copy that runs.
demo_binary() {
    local built=$TAPBOT_ROOT/build/release/services/$1/$1
    [ -x "$built" ] || built=${STATE:-}/bin/$1
    printf '%s' "$built"
}

# demo_key NAME TENANT CLIENT OPTION...: creates an API key once and stores it in the state.
demo_key() {
    local name=$1 tenant=$2 client=$3 key
    shift 3
    [ -n "${!name:-}" ] && return 0
    key=$(demo_migrator "$FIRST_SERVICE" --keys create --tenant "$tenant" --client "$client" --test "$@") &&
        [[ $key =~ ^tb_test_[0-9A-Za-z]+$ ]] && state_set "$name" "$key"
}

# demo_link_key NAME: creates and stores the key with which the service calls others, if it does. May be repeated.
demo_link_key() {
    local key variable
    key=$(service_get "$1" key)
    [ -n "$key" ] || return 0
    variable=$(service_variable "$1" LINK_KEY)
    [ -n "${!variable:-}" ] || state_set "$variable" "$(python3 -B "$TAPBOT_ROOT/deploy/lib/services.py" key_make)"
    demo_migrator "$FIRST_SERVICE" --keys ensure --tenant "${key%%/*}" --client "$1" --scopes "${key#*/}" \
        --key-file <(printf '%s' "${!variable}")
}

# Loads the rows of each service once, then creates the keys.
demo_load() {
    local name loaded file
    for name in "${SERVICES[@]}"; do
        loaded=$(service_variable "$name" LOADED)
        file=$TAPBOT_ROOT/services/$name/demo/load.sql
        # DEMO_LOADED without the service's variable: loaded when only the first service existed.
        if [ "$name:${DEMO_LOADED:-}" = "$FIRST_SERVICE:yes" ] || [ "${!loaded:-}" = yes ] || [ ! -f "$file" ]; then
            continue
        fi
        demo_psql -d tapbot -v tenant="$DEMO_TENANT" -v second_tenant="$DEMO_SECOND_TENANT" -f "$file" || return 1
        state_set "$loaded" yes
    done
    for name in "${SERVICES[@]}"; do demo_own "$name" rows || return 1; done
    for name in "${SERVICES[@]}"; do demo_link_key "$name" || return 1; done
    demo_key API_KEY demo demo-bot --scopes all --rate 5000 --burst 10000 &&
        demo_key API_KEY_READ demo demo-reader --scopes "$(services_scopes read),health:read" \
            --rate 5000 --burst 10000 &&
        demo_key API_KEY_SECOND demo demo-second --scopes all --rate 5000 --burst 10000 &&
        demo_key API_KEY_TENANT second demo-neighbour --scopes all --rate 5000 --burst 10000 &&
        demo_key API_KEY_LIMITED demo demo-limited --scopes all || return 1
    for name in "${SERVICES[@]}"; do demo_own "$name" files || return 1; done
}

demo_service_alive() {
    pid_alive "$STATE/$1.pid" "$STATE/bin/$1"
}

# demo_host: the address at which clients on this machine reach servers that listen on HTTP_ADDRESS.
demo_host() {
    case ${HTTP_ADDRESS:-} in
    '' | 0.0.0.0 | '::') printf '127.0.0.1' ;;
    *:*) printf '[%s]' "$HTTP_ADDRESS" ;;
    *) printf '%s' "$HTTP_ADDRESS" ;;
    esac
}

# demo_service_url NAME
demo_service_url() {
    local port
    port=$(service_variable "$1" PORT)
    printf 'http://%s:%s' "$(demo_host)" "${!port}"
}

# demo_service_start NAME: starts it unless it runs.
demo_service_start() {
    if ! demo_service_alive "$1"; then
        step "Запускаю $1" "Starting $1"
        demo_service_launch "$1"
    elif ! cmp -s "$(demo_binary "$1")" "$STATE/bin/$1"; then
        warn "$1 работает в прежней сборке; чтобы запустить новую: deploy/tapbot demo stop, затем demo" \
            "$1 runs an older build; to start the new one: deploy/tapbot demo stop, then demo"
    fi
}

# demo_service_wait NAME: waits until it is ready; fails if another program has its port, which may accept and never answer.
demo_service_wait() {
    local tries=1200
    until demo_service_alive "$1" && curl -fsS -o /dev/null --max-time 5 --noproxy '*' "$(demo_service_url "$1")/readyz" 2>/dev/null; do
        if ! demo_service_alive "$1" || [ $((tries -= 1)) -eq 0 ]; then
            ! tail -n 3 "$STATE/$1.log" | grep -q 'Address already in use' || return 1
            tail -n 5 "$STATE/$1.log" >&2
            die 1 "$1 не готов, смотрите $STATE/$1.log" "$1 is not ready, see $STATE/$1.log"
        fi
        sleep 0.05
    done
}

# demo_service_launch NAME: runs a copy of the program that the system user can read. Variables of the environment override
# the demo's values; DATABASE_URL only for the first service.
demo_service_launch() {
    local port password key
    port=$(service_variable "$1" PORT)
    password=$(service_variable "$1" RUNTIME_PASSWORD)
    key=$(service_variable "$1" LINK_KEY)
    install -D -m 0755 "$(demo_binary "$1")" "$STATE/bin/$1"
    # shellcheck disable=SC2030 # only for the service
    (
        cd / || exit 1
        export HTTP_ADDRESS=${HTTP_ADDRESS:-127.0.0.1} HTTP_PORT=${!port} ENVIRONMENT=${ENVIRONMENT:-demo}
        export OPERATOR_TENANT=${OPERATOR_TENANT:-demo}
        [ -z "${!key:-}" ] || [ -n "${LINK_KEY:-}${LINK_KEY_FILE:-}" ] || export LINK_KEY=${!key}
        [ -n "${REDIS_URL:-}${REDIS_URL_FILE:-}" ] || export REDIS_URL=redis://127.0.0.1:$REDIS_PORT
        if [ "$1" != "$FIRST_SERVICE" ] || demo_own_database; then
            unset DATABASE_URL DATABASE_URL_FILE
            if [ "$(service_get "$1" kind)" != none ]; then
                DATABASE_URL=$(demo_url "$(service_get "$1" short)_runtime" "${!password}")
                export DATABASE_URL
            fi
        fi
        demo_own "$1" environment
        as_user setsid "$STATE/bin/$1"
    ) >>"$STATE/$1.log" 2>&1 </dev/null 8<&- 9>&- &
    printf '%s\n' $! >"$STATE/$1.pid"
    # Between fork and exec its command line is still this script's.
    local tries=3000
    until demo_service_alive "$1" || ! kill -0 $! 2>/dev/null || [ $((tries -= 1)) -eq 0 ]; do sleep 0.02; done
}

# demo_admin_url: the superuser's URL, for programs that inspect the demo's database.
demo_admin_url() {
    printf 'postgresql://postgres:%s@127.0.0.1:%s/tapbot' "$(cat "$STATE/pg.password")" "$PG_PORT"
}

# Whether the first service uses the demo's database: not if DATABASE_URL of the environment is another one than that of
# var/demo.env.
demo_own_database() {
    [ -z "${DATABASE_URL_FILE:-}" ] &&
        { [ -z "${DATABASE_URL:-}" ] || [ "$DATABASE_URL" = "$(demo_admin_url)" ]; }
}

# Writes var/demo.env, the variables for programs that test against the demo.
demo_env_write() {
    local file=$TAPBOT_VAR/demo.env database
    database=$(demo_admin_url)
    demo_own_database || database=${DATABASE_URL:-$database}
    mkdir -p "$TAPBOT_VAR"
    (
        umask 077
        local name
        for name in "${SERVICES[@]}"; do
            printf '%s=%s\n' "$(service_variable "$name" URL)" "$(demo_service_url "$name")"
        done >"$file.new"
        cat >>"$file.new" <<EOF
API_KEY=$API_KEY
API_KEY_READ=$API_KEY_READ
API_KEY_SECOND=$API_KEY_SECOND
API_KEY_TENANT=$API_KEY_TENANT
API_KEY_LIMITED=$API_KEY_LIMITED
DATABASE_URL=$(demo_quoted "$database")
REDIS_URL=$(demo_quoted "${REDIS_URL:-redis://127.0.0.1:$REDIS_PORT}")
EOF
        for name in "${SERVICES[@]}"; do
            demo_own "$name" variables
            name=${name^^}
            printf '%s_PID=%s\n' "${name//-/_}" "$(cat "$STATE/${name,,}.pid")"
        done >>"$file.new"
    )
    # After sudo, the calling user must be able to read it.
    [ -z "${SUDO_UID:-}" ] || [ "$(id -u)" -ne 0 ] || chown "$SUDO_UID" "$file.new"
    mv "$file.new" "$file"
}

# demo_quoted VALUE: quotes the value for a shell if necessary.
demo_quoted() {
    case $1 in
    *[!A-Za-z0-9:/@._+%-]*) printf "'%s'" "${1//\'/%27}" ;;
    *) printf '%s' "$1" ;;
    esac
}

# demo_print DETACH: prints the addresses and the next steps.
demo_print() {
    local name
    say "
Готово.
" "
Ready.
"
    for name in "${SERVICES[@]}"; do printf '  %-15s %s\n' "$name" "$(demo_service_url "$name")"; done
    say "  Ключ API        $API_KEY
  Ключи, база     var/demo.env
  Журналы         $STATE/*.log
" "  API key         $API_KEY
  Keys, database  var/demo.env
  Logs            $STATE/*.log
"
    for name in "${SERVICES[@]}"; do
        # Examples of use of this service.
        # shellcheck source=/dev/null
        [ ! -f "$TAPBOT_ROOT/services/$name/demo/hint.sh" ] || . "$TAPBOT_ROOT/services/$name/demo/hint.sh"
    done
    if [ "$1" = yes ]; then
        say "Что попробовать дальше: docs/demo.md. Остановить: deploy/tapbot demo stop" \
            "What to try next: docs/demo.md. Stop: deploy/tapbot demo stop"
    else
        say "Что попробовать дальше: docs/demo.md. Остановить: Ctrl-C" \
            "What to try next: docs/demo.md. Stop: Ctrl-C"
    fi
}

# demo_services_stop: stops the services that run; they drain at the same time. RAN has their names.
demo_services_stop() {
    local name
    RAN=()
    for name in "${SERVICES[@]}"; do
        if demo_service_alive "$name"; then RAN+=("$name") && kill -TERM "$(head -n 1 "$STATE/$name.pid")"; fi
    done
    for name in "${SERVICES[@]}"; do pid_stop "$STATE/$name.pid" "$STATE/bin/$name" CONT 25; done
}

demo_stop() {
    local purge=$1 name
    state_find || {
        say "Демо не запущено." "The demo is not running."
        return 0
    }
    step "Останавливаю (сервисы ещё несколько секунд отвечают тем, кто подключён)" \
        "Stopping (services answer connected clients for a few more seconds)"
    demo_services_stop
    for name in "${SERVICES[@]}"; do demo_own "$name" stop; done
    [ -z "${REDIS_PORT:-}" ] || cluster_redis_stop "$STATE" "$REDIS_PORT"
    cluster_pg_stop "$STATE"
    if [ "$purge" = yes ]; then
        rm -rf "$STATE" "$SOCKETS" "$TAPBOT_VAR/demo.env"
        say "Демо остановлено, его данные удалены." "The demo has been stopped, its data have been removed."
        return 0
    fi
    say "Демо остановлено. Данные остались до следующего запуска." \
        "The demo has been stopped. The data are kept for the next start."
}
