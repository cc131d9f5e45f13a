# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# services.tsv for the shell.

# services_names: all of them, a line each.
services_names() {
    awk '/^[a-z]/ { print $1 }' "$TAPBOT_ROOT/services.tsv"
}

# service_get NAME COLUMN: one value; - is empty.
service_get() {
    awk -F'\t' -v name="$1" -v column="$2" '
        /^#/ { sub(/^# /, ""); for (i = 1; i <= NF; i++) at[$i] = i; next }
        $1 == name { value = $at[column]; print value == "-" ? "" : value }' "$TAPBOT_ROOT/services.tsv"
}

# service_variable NAME WORD: the short name in capitals, _ and WORD.
service_variable() {
    local short
    short=$(service_get "$1" short)
    printf '%s_%s' "${short^^}" "$2"
}

# services_scopes [WORD]: the scopes that every tenant can have, or those that end so, separated by commas.
services_scopes() {
    grep -E "^[a-z]+:${1:-[a-z]+}\$" "$TAPBOT_ROOT/services/callers.txt" |
        grep -vxF "$(services_system_scopes | tr ',' '\n')" | paste -sd,
}

# services_system_scopes: those that only the tenant system has.
services_system_scopes() {
    sed -n 's/^system //p' "$TAPBOT_ROOT/services/callers.txt" | paste -sd,
}
