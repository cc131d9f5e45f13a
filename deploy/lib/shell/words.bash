# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Read by the shell of `deploy/tapbot shell`: the words that the pages in docs/ use. TAPBOT_SHELL is demo or stack.

unset BASH_ENV
# shellcheck source=/dev/null
[ ! -r ~/.bashrc ] || [ -z "${PS1:-}" ] || . ~/.bashrc
[ -z "${PS1:-}" ] || PS1="tapbot($TAPBOT_SHELL) \\w\\$ "

# A request with the key, an answer line by line, a field of an answer or of the first one of a list, the date so many days
# from today.
api() { curl -fsS -H "X-API-Key: $API_KEY" -H 'Content-Type: application/json' "$@"; }
show() { python3 -m json.tool --no-ensure-ascii; }
field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
first() { python3 -c 'import json, sys; print(json.load(sys.stdin)["items"][0][sys.argv[1]])' "$1"; }
day() { TZ=Asia/Almaty date -d "$1 days" +%F; }

# Every user of the machine can read command lines, so curl gets the key through a pipe. A trial certificate is not
# trusted.
curl() {
    local -a words=()
    local key='' header
    [ "${TAPBOT_TRIAL:-}" != yes ] || words+=(-k)
    while [ $# -gt 0 ]; do
        case $1 in
        -H | --header) header=${2:-} ;;
        -H*) header=${1#-H} ;;
        *) header= ;;
        esac
        if [[ ${header,,} == x-api-key:* ]]; then
            key=$header
            [[ $1 == -H?* ]] || shift
        else
            words+=("$1")
        fi
        shift
    done
    if [ -n "$key" ]; then
        command curl -H @<(printf '%s\n' "$key") "${words[@]}"
    else
        command curl "${words[@]}"
    fi
}

if [ "$TAPBOT_SHELL" = stack ]; then
    # PostgreSQL has no port outside its container.
    psql() { docker compose --project-directory "$TAPBOT_ROOT" exec -T postgres psql "$@"; }
fi
