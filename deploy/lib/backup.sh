# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# backup, restore, drill: choose the demo or the stack, also by --demo or --stack as the first argument; lib/stack/backup.py and
# restore.py do the rest.

# shellcheck source=deploy/lib/demo.sh
. "$TAPBOT_ROOT/deploy/lib/demo.sh"

verb_backup() { # verb_backup backup|restore|drill ARGUMENT...
    local verb=$1 whose=
    shift
    case ${1:-} in --demo | --stack) whose=${1#--} && shift ;; esac
    [ "$verb" != drill ] || { verb=restore && set -- --drill "$@"; }
    # Only the user of the demo's PostgreSQL may read its state, and --help must work before the demo was started.
    case " $* " in
    *" --help "* | *" -h "*) whose=stack ;;
    *" --new-machine "*) [ "$whose" != demo ] || { cluster_user_make && state_open; } ;;
    esac
    if [ "$whose" != stack ] && state_find && { [ "$whose" = demo ] || [ ! -f "$TAPBOT_ROOT/.env" ] || demo_runs; }; then
        export TAPBOT_DEMO=$STATE TAPBOT_DEMO_SOCKETS=$SOCKETS TAPBOT_DEMO_PORT=${PG_PORT:-} TAPBOT_VAR
        TAPBOT_DEMO_BIN=$(cluster_pg_bin)
        TAPBOT_DEMO_USER=$CLUSTER_USER
        export TAPBOT_DEMO_BIN TAPBOT_DEMO_USER
    elif [ "$whose" = demo ]; then
        die 1 "Демо не запущено: deploy/tapbot demo --detach" "The demo is not running: deploy/tapbot demo --detach"
    fi
    [ -n "$whose" ] || demo_noted "${TAPBOT_DEMO:+demo}"
    verb_python "$verb" "$@"
}
