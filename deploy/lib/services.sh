# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Reads services.tsv in shell scripts.

# services_names: prints the names, one per line.
services_names() {
    awk '/^[a-z]/ { print $1 }' "$TAPBOT_ROOT/services.tsv"
}

# service_get NAME COLUMN: prints one value; - stands for an empty one.
service_get() {
    awk -F'\t' -v name="$1" -v column="$2" '
        /^#/ { sub(/^# /, ""); for (i = 1; i <= NF; i++) at[$i] = i; next }
        $1 == name { value = $at[column]; print value == "-" ? "" : value }' "$TAPBOT_ROOT/services.tsv"
}

# service_variable NAME WORD: prints the variable's name: the short name in capitals, _ and WORD.
service_variable() {
    local short
    short=$(service_get "$1" short)
    printf '%s_%s' "${short^^}" "$2"
}

# services_scopes [WORD]: prints the scopes that every tenant may have, comma-separated; with WORD only those that end with it.
services_scopes() {
    grep -E "^[a-z]+:${1:-[a-z]+}\$" "$TAPBOT_ROOT/services/callers.txt" |
        grep -vxF "$(services_system_scopes | tr ',' '\n')" | paste -sd,
}

# services_system_scopes: prints the scopes that only the tenant system may have.
services_system_scopes() {
    sed -n 's/^system //p' "$TAPBOT_ROOT/services/callers.txt" | paste -sd,
}
