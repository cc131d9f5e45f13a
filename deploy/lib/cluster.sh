# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# A private PostgreSQL and a private Redis on free ports, for the demo and for tests. The clusters of the machine are not
# touched. Processes started here are stopped here, by pid.
#
# PostgreSQL refuses to run as root, so root runs both as the system user `tapbot-demo`.

CLUSTER_USER=tapbot-demo

CLUSTER_SECONDS=120 # in which a started PostgreSQL or Redis must accept connections

# cluster_pg_bin: the folder of the newest PostgreSQL server on this machine.
cluster_pg_bin() {
    local folder
    folder=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -type d 2>/dev/null | sort -V | tail -n 1)
    [ -n "$folder" ] && printf '%s/bin' "$folder"
}

# as_user COMMAND...: runs it as the system user if the caller is root, otherwise as the caller. exec keeps the pid.
as_user() {
    if [ "$(id -u)" -eq 0 ]; then
        exec setpriv --reuid "$CLUSTER_USER" --regid "$CLUSTER_USER" --clear-groups -- "$@"
    fi
    exec "$@"
}

cluster_user_make() {
    [ "$(id -u)" -eq 0 ] || return 0
    id "$CLUSTER_USER" >/dev/null 2>&1 ||
        useradd --system --user-group --no-create-home --home-dir /nonexistent \
            --shell /usr/sbin/nologin "$CLUSTER_USER"
}

# cluster_home PREFERRED NAME: prints a folder below which that user can work: PREFERRED, or a system folder if the user has
# no access to a parent of PREFERRED (a clone below /root). The caller remains its owner.
cluster_home() {
    local preferred=$1 name=$2
    mkdir -p "$preferred" && chmod 0755 "$preferred" || return 1
    if [ "$(id -u)" -ne 0 ] || (cd / && as_user test -x "$preferred") 2>/dev/null; then
        printf '%s' "$preferred"
        return
    fi
    rmdir "$preferred" 2>/dev/null
    install -d -m 0755 "/var/lib/$name" && printf '/var/lib/%s' "$name"
}

# cluster_folder PATH MODE: creates the folder for that user if it does not exist.
cluster_folder() {
    if [ "$(id -u)" -eq 0 ]; then
        install -d -o "$CLUSTER_USER" -g "$CLUSTER_USER" -m "$2" "$1"
    else
        install -d -m "$2" "$1"
    fi
}

# free_port FROM: prints the first TCP port that has no listener, starting with FROM. It reads the kernel's table: a connection to a
# listener whose queue is full would wait for minutes.
free_port() {
    local port=$1
    while grep -qsE "^ *[0-9]+: [0-9A-F]+:$(printf '%04X' "$port") [0-9A-F]+:0000 0A " /proc/net/tcp /proc/net/tcp6; do
        port=$((port + 1))
    done
    printf '%s' "$port"
}

random_word() {
    od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

# pid_alive FILE WORD: whether the process of that pid file runs and its command line contains WORD, so that a reused
# pid does not count.
pid_alive() {
    local pid
    pid=$(head -n 1 "$1" 2>/dev/null) || return 1
    [ -n "$pid" ] && [ -r "/proc/$pid/cmdline" ] &&
        tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "$2"
}

# pid_stop FILE WORD SIGNAL SECONDS: sends SIGNAL, waits up to SECONDS, then sends SIGKILL.
pid_stop() {
    local pid tries=$(($4 * 20))
    pid_alive "$1" "$2" || return 0
    pid=$(head -n 1 "$1")
    kill "-$3" "$pid" 2>/dev/null
    while pid_alive "$1" "$2" && [ $((tries -= 1)) -gt 0 ]; do sleep 0.05; done
    pid_alive "$1" "$2" && kill -KILL "$pid" 2>/dev/null
    return 0
}

# cluster_pg_leftovers DATA SOCKETS PORT: removes the lock files of a killed server. After kill -9 of the postmaster its
# backends exit a moment later, and only then the files may be removed. (PostgreSQL itself would accept the pid of a zombie.)
cluster_pg_leftovers() {
    local process tries=1200
    [ -e "$1/postmaster.pid" ] || return 0
    for process in /proc/[0-9]*; do
        while [ "$(readlink "$process/cwd" 2>/dev/null)" = "$1" ] && [ $((tries -= 1)) -gt 0 ]; do
            sleep 0.05
        done
    done
    [ "$tries" -gt 0 ] && rm -f "$1/postmaster.pid" "$2/.s.PGSQL.$3" "$2/.s.PGSQL.$3.lock"
}

# cluster_pg_start HOME PORT SOCKETS [SETTING=VALUE...]: creates the cluster on first use, starts it and waits until it is
# ready. The superuser is `postgres` with the password in HOME/pg.password. Returns 2 if another program has the port. Tests may
# give more settings in TEST_PG_SETTINGS.
cluster_pg_start() {
    local home=$1 port=$2 sockets=$3 bin data setting logged tested
    shift 3
    read -ra tested <<<"${TEST_PG_SETTINGS:-}"
    bin=$(cluster_pg_bin)
    [ -n "$bin" ] || die 3 "PostgreSQL не найден." "PostgreSQL was not found."
    data=$home/pg
    if [ ! -f "$data/PG_VERSION" ]; then
        [ -f "$home/pg.password" ] || (umask 077 && random_word >"$home/pg.password")
        [ "$(id -u)" -ne 0 ] || chown "$CLUSTER_USER:" "$home/pg.password"
        cluster_folder "$data" 0700
        (cd / && as_user "$bin/initdb" -D "$data" -U postgres -E UTF8 --locale=C.UTF-8 --data-checksums \
            -A scram-sha-256 --pwfile="$home/pg.password") >"$home/initdb.log" 2>&1 ||
            die 1 "initdb не сработал, смотрите $home/initdb.log" "initdb failed, see $home/initdb.log"
    fi
    local args=(-D "$data" -p "$port" -k "$sockets" -c listen_addresses=127.0.0.1
        -c max_connections=100 -c shared_buffers=128MB -c max_wal_size=1GB
        -c log_min_messages=warning -c log_line_prefix='%m [%p] ' -c timezone=UTC
        -c idle_in_transaction_session_timeout=60s)
    for setting in "$@" ${tested[@]+"${tested[@]}"}; do args+=(-c "$setting"); done
    cluster_pg_leftovers "$data" "$sockets" "$port"
    touch "$home/postgres.log"
    logged=$(wc -c <"$home/postgres.log")
    (
        cd / || exit 1
        read -ra extra <<<"${TEST_PG_ENVIRONMENT:-}"
        as_user setsid env ${extra[@]+"${extra[@]}"} "$bin/postgres" "${args[@]}"
    ) >>"$home/postgres.log" 2>&1 </dev/null 8<&- 9>&- &
    disown
    local pid=$! until=$((SECONDS + CLUSTER_SECONDS))
    printf '%s\n' "$pid" >"$home/postgres.pid"
    until "$bin/pg_isready" -q -t 2 -h "$sockets" -p "$port"; do
        if ! kill -0 "$pid" 2>/dev/null || [ "$SECONDS" -ge "$until" ]; then
            ! tail -c "+$((logged + 1))" "$home/postgres.log" | grep -q "Address already in use" || return 2
            tail -n 20 "$home/postgres.log" >&2
            die 1 "PostgreSQL не запустился, смотрите $home/postgres.log" \
                "PostgreSQL did not start, see $home/postgres.log"
        fi
        sleep 0.05
    done
}

cluster_pg_stop() {
    pid_stop "$1/postgres.pid" "$1/pg" INT 10
}

# cluster_redis_start HOME PORT [OPTION VALUE]...
cluster_redis_start() {
    local home=$1 port=$2
    shift 2
    cluster_folder "$home/redis" 0700
    (
        cd / || exit 1
        # Redis 8 does not start if the locale in LANG has not been generated.
        as_user setsid env LC_ALL=C redis-server --bind 127.0.0.1 --port "$port" --dir "$home/redis" --save '' \
            --appendonly no --daemonize no --maxmemory 128mb --maxmemory-policy allkeys-lru "$@"
    ) >>"$home/redis.log" 2>&1 </dev/null 8<&- 9>&- &
    disown
    local pid=$! until=$((SECONDS + CLUSTER_SECONDS))
    printf '%s\n' "$pid" >"$home/redis.pid"
    until timeout 5 redis-cli -p "$port" ping 2>/dev/null | grep -q PONG; do
        if ! kill -0 "$pid" 2>/dev/null || [ "$SECONDS" -ge "$until" ]; then
            tail -n 20 "$home/redis.log" >&2
            die 1 "Redis не запустился, смотрите $home/redis.log" "Redis did not start, see $home/redis.log"
        fi
        sleep 0.05
    done
}

# Redis shows its port in its command line, so another Redis of the machine is never mistaken for this one.
cluster_redis_alive() {
    pid_alive "$1/redis.pid" "redis-server 127.0.0.1:$2"
}

cluster_redis_stop() {
    pid_stop "$1/redis.pid" "redis-server 127.0.0.1:$2" TERM 5
}
