# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What the demo remembers between two runs: ports, passwords, keys. One file, NAME=value, 0600.
# STATE is its folder, SOCKETS the folder of PostgreSQL's socket. Both survive `demo stop`.

# Tests set it to have a demo of their own beside a person's.
TAPBOT_VAR=${TAPBOT_VAR:-$TAPBOT_ROOT/var}

# state_name: differs from clone to clone, so that two demos do not meet.
state_name() {
    printf 'tapbot-demo-%s' "$(printf '%s' "$TAPBOT_VAR" | cksum | cut -d' ' -f1)"
}

# state_find: is there a demo of this clone?
state_find() {
    local folder
    for folder in "$TAPBOT_VAR/demo" "/var/lib/$(state_name)"; do
        [ -f "$folder/state" ] || continue
        [ -r "$folder/state" ] || die 1 "Демо запускал другой пользователь: повторите через sudo." \
            "The demo was started by another user: try again with sudo."
        STATE=$folder
        # shellcheck source=/dev/null
        . "$STATE/state"
        state_sockets
        return 0
    done
    return 1
}

# state_open: finds it, or begins one.
state_open() {
    if ! state_find; then
        mkdir -p "$TAPBOT_VAR"
        STATE=$(cluster_home "$TAPBOT_VAR/demo" "$(state_name)") ||
            die 1 "Нет места для данных демо." "There is no place for the demo's data."
        (umask 077 && : >"$STATE/state")
        case $STATE in
        "$TAPBOT_VAR"/*) ;;
        *) say "Каталог $TAPBOT_VAR закрыт для пользователя $CLUSTER_USER, данные демо лежат в $STATE" \
            "$TAPBOT_VAR is closed to the user $CLUSTER_USER, the demo's data are in $STATE" ;;
        esac
    fi
    state_sockets
    cluster_folder "$SOCKETS" 0755
}

# state_sockets: where PostgreSQL's socket lives; its path may have 107 bytes with its own name.
state_sockets() {
    SOCKETS=$STATE/run
    [ $((${#SOCKETS} + 20)) -gt 107 ] || return 0
    SOCKETS=/tmp/$(state_name)
    [ "$(id -u)" -ne 0 ] || SOCKETS=/run/$(state_name)
}

# state_set NAME VALUE: now and for later runs.
state_set() {
    printf -v "$1" '%s' "$2"
    printf '%s=%q\n' "$1" "$2" >>"$STATE/state"
}

# state_secret NAME: made once.
state_secret() {
    [ -n "${!1:-}" ] || state_set "$1" "$(random_word)"
}

# state_port NAME WISHED: the remembered port if it is free, else WISHED, else the next free one.
state_port() {
    local name=$1 wished=${!1:-$2} port
    port=$(free_port "$wished")
    [ "$port" = "${!1:-}" ] && return 0
    [ "$port" = "$wished" ] || say "Порт $wished занят, беру $port" "Port $wished is taken, using $port"
    state_set "$name" "$port"
}
