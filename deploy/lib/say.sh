# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Messages of the commands: Russian by default, English if the locale is English. Every call passes the message in both
# languages.

case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in
en*) TAPBOT_LANGUAGE=en ;;
*) TAPBOT_LANGUAGE=ru ;;
esac

# text RU EN: prints the text in the user's language, without a newline.
text() {
    if [ "$TAPBOT_LANGUAGE" = en ]; then printf '%s' "$2"; else printf '%s' "$1"; fi
}

# say RU EN: prints a message on standard output.
say() {
    text "$1" "$2"
    printf '\n'
}

# step RU EN: prints the step that begins now.
step() {
    printf '==> '
    say "$1" "$2"
}

# warn RU EN: prints a message on standard error and continues.
warn() {
    say "$1" "$2" >&2
}

# die CODE RU EN: prints a message on standard error and exits with CODE.
die() {
    local code=$1
    say "$2" "$3" >&2
    exit "$code"
}
