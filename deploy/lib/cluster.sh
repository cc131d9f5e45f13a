# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# A private PostgreSQL and a private Redis on free ports, for the demo and for tests. Nothing of the
# machine's own clusters is touched; what is started here is stopped here, by pid.
#
# PostgreSQL refuses to run as root: under root both run as the system user `tapbot-demo`.

CLUSTER_USER=tapbot-demo

# cluster_pg_bin: the folder of the newest PostgreSQL server on this machine.
cluster_pg_bin() {
    local folder
    folder=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -type d 2>/dev/null | sort -V | tail -n 1)
    [ -n "$folder" ] && printf '%s/bin' "$folder"
}

# as_user COMMAND...: under root as the system user, else as oneself. exec keeps the pid.
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

# cluster_home WISHED NAME: a folder below which that user can work: WISHED, or a system folder where a
# parent of WISHED is closed to it (a clone below /root). The folder itself stays ours.
cluster_home() {
    local wished=$1 name=$2
    mkdir -p "$wished" && chmod 0755 "$wished" || return 1
    if [ "$(id -u)" -ne 0 ] || (cd / && as_user test -x "$wished") 2>/dev/null; then
        printf '%s' "$wished"
        return
    fi
    rmdir "$wished" 2>/dev/null
    install -d -m 0755 "/var/lib/$name" && printf '/var/lib/%s' "$name"
}

# cluster_folder PATH MODE: made for that user, if it is not there.
cluster_folder() {
    if [ "$(id -u)" -eq 0 ]; then
        install -d -o "$CLUSTER_USER" -g "$CLUSTER_USER" -m "$2" "$1"
    else
        install -d -m "$2" "$1"
    fi
}

# free_port FROM: the first free TCP port of loopback from there on.
free_port() {
    local port=$1
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
        port=$((port + 1))
    done
    printf '%s' "$port"
}

random_word() {
    od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

# pid_alive FILE WORD: is the process of that pid file running, and is it ours (its command line
# holds WORD)? A reused pid does not count.
pid_alive() {
    local pid
    pid=$(head -n 1 "$1" 2>/dev/null) || return 1
    [ -n "$pid" ] && [ -r "/proc/$pid/cmdline" ] &&
        tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "$2"
}

# pid_stop FILE WORD SIGNAL SECONDS: asks, waits, then kills.
pid_stop() {
    local pid tries=$(($4 * 20))
    pid_alive "$1" "$2" || return 0
    pid=$(head -n 1 "$1")
    kill "-$3" "$pid" 2>/dev/null
    while pid_alive "$1" "$2" && [ $((tries -= 1)) -gt 0 ]; do sleep 0.05; done
    pid_alive "$1" "$2" && kill -KILL "$pid" 2>/dev/null
    return 0
}

# cluster_pg_leftovers DATA SOCKETS PORT: after a kill -9 the backends notice within moments; only then
# are the lock files nobody's. (PostgreSQL itself would also trust a pid that is a zombie by now.)
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

# cluster_pg_start HOME PORT SOCKETS [SETTING=VALUE...]: creates on first use, starts, waits.
# The superuser is `postgres` with the password in HOME/pg.password.
cluster_pg_start() {
    local home=$1 port=$2 sockets=$3 bin data setting
    shift 3
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
    for setting in "$@"; do args+=(-c "$setting"); done
    cluster_pg_leftovers "$data" "$sockets" "$port"
    (
        cd / || exit 1
        read -ra extra <<<"${TEST_PG_ENVIRONMENT:-}"
        as_user setsid env ${extra[@]+"${extra[@]}"} "$bin/postgres" "${args[@]}"
    ) >>"$home/postgres.log" 2>&1 </dev/null 8<&- 9>&- &
    disown
    local pid=$! tries=1200
    printf '%s\n' "$pid" >"$home/postgres.pid"
    until "$bin/pg_isready" -q -h "$sockets" -p "$port"; do
        if ! kill -0 "$pid" 2>/dev/null || [ $((tries -= 1)) -eq 0 ]; then
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
        # Redis 8 does not start where the locale of LANG was never generated.
        as_user setsid env LC_ALL=C redis-server --bind 127.0.0.1 --port "$port" --dir "$home/redis" --save '' \
            --appendonly no --daemonize no --maxmemory 128mb --maxmemory-policy allkeys-lru "$@"
    ) >>"$home/redis.log" 2>&1 </dev/null 8<&- 9>&- &
    disown
    local pid=$! tries=1200
    printf '%s\n' "$pid" >"$home/redis.pid"
    until redis-cli -p "$port" ping 2>/dev/null | grep -q PONG; do
        if ! kill -0 "$pid" 2>/dev/null || [ $((tries -= 1)) -eq 0 ]; then
            tail -n 20 "$home/redis.log" >&2
            die 1 "Redis не запустился, смотрите $home/redis.log" "Redis did not start, see $home/redis.log"
        fi
        sleep 0.05
    done
}

# Redis shows its port in its command line: so one of the machine's own is never taken for ours.
cluster_redis_alive() {
    pid_alive "$1/redis.pid" "redis-server 127.0.0.1:$2"
}

cluster_redis_stop() {
    pid_stop "$1/redis.pid" "redis-server 127.0.0.1:$2" TERM 5
}
