# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What the commands say: Russian by default, English when LANG says so. Every message is given in
# both languages at the place where it is said.

case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in
en*) TAPBOT_LANGUAGE=en ;;
*) TAPBOT_LANGUAGE=ru ;;
esac

# text RU EN: the one of this language.
text() {
    if [ "$TAPBOT_LANGUAGE" = en ]; then printf '%s' "$2"; else printf '%s' "$1"; fi
}

# say RU EN: to the person, on standard output.
say() {
    text "$1" "$2"
    printf '\n'
}

# step RU EN: what is being done now.
step() {
    printf '==> '
    say "$1" "$2"
}

# warn RU EN: to standard error, and on.
warn() {
    say "$1" "$2" >&2
}

# die CODE RU EN: says what is wrong and what to do, and ends.
die() {
    local code=$1
    say "$2" "$3" >&2
    exit "$code"
}
