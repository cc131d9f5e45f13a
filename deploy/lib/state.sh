# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# The state of the demo that is stored between runs: ports, passwords, keys. One file of NAME=value lines with mode 0600.
# STATE is its folder, SOCKETS the folder of PostgreSQL's socket. `demo stop` keeps both.

# Tests set it, to run a separate demo.
TAPBOT_VAR=${TAPBOT_VAR:-$TAPBOT_ROOT/var}

# state_name: prints a name that is unique for this clone, so that the demos of two clones do not conflict.
state_name() {
    printf 'tapbot-demo-%s' "$(printf '%s' "$TAPBOT_VAR" | cksum | cut -d' ' -f1)"
}

# state_find: loads the state of this clone's demo; fails if there is none.
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

# state_open: loads the state, or creates it.
state_open() {
    if ! state_find; then
        mkdir -p "$TAPBOT_VAR"
        STATE=$(cluster_home "$TAPBOT_VAR/demo" "$(state_name)") ||
            die 1 "Нет места для данных демо." "There is no writable folder for the demo's data."
        (umask 077 && : >"$STATE/state")
        case $STATE in
        "$TAPBOT_VAR"/*) ;;
        *) say "Каталог $TAPBOT_VAR закрыт для пользователя $CLUSTER_USER, данные демо лежат в $STATE" \
            "The user $CLUSTER_USER has no access to $TAPBOT_VAR, so the demo's data are in $STATE" ;;
        esac
    fi
    state_sockets
    cluster_folder "$SOCKETS" 0755
}

# state_sockets: sets the folder of PostgreSQL's socket, whose path must not exceed 107 bytes.
state_sockets() {
    SOCKETS=$STATE/run
    [ $((${#SOCKETS} + 20)) -gt 107 ] || return 0
    SOCKETS=/tmp/$(state_name)
    [ "$(id -u)" -ne 0 ] || SOCKETS=/run/$(state_name)
}

# state_set NAME VALUE: sets the variable now and in the stored state.
state_set() {
    printf -v "$1" '%s' "$2"
    printf '%s=%q\n' "$1" "$2" >>"$STATE/state"
}

# state_secret NAME: creates a random secret once.
state_secret() {
    [ -n "${!1:-}" ] || state_set "$1" "$(random_word)"
}

# state_port NAME PREFERRED: chooses the stored port, or PREFERRED, or the next free one. Sets PORT_MOVED if another was stored.
state_port() {
    local name=$1 preferred=${!1:-$2} port
    port=$(free_port "$preferred")
    [ "$port" = "${!1:-}" ] && return 0
    [ "$port" = "$preferred" ] || say "Порт $preferred занят, беру $port" "Port $preferred is in use, using $port"
    # shellcheck disable=SC2034 # read by demo.sh
    [ -z "${!1:-}" ] || PORT_MOVED=yes
    state_set "$name" "$port"
}
