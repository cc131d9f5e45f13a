#!/bin/sh
# SPDX-License-Identifier: MIT
# roles.sh LIST: runs stack.sql with a line on its standard input for each login role of our services, from LIST
# (services.tsv) and the passwords in /run/secrets. Passwords are not passed on a command line or in a file.
set -eu
tab=$(printf '\t')
row() { # row ROLE GROUPS CONNECTIONS
    password=$(cat "/run/secrets/$1_password")
    printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$password"
}
# The columns are those of services.tsv. `read` merges adjacent tabs, so an empty column would be lost.
# shellcheck disable=SC2034
rows=$(
    row tapbot_migrator tapbot_owner 4
    grep -v '^#' "$1" | while IFS=$tab read -r name short kind port uid servers copies redis groups connections key paths; do
        [ "$kind" != none ] || continue
        case $groups in
        -) groups=tapbot_service ;;
        *) groups=tapbot_service,$groups ;;
        esac
        row "${short}_runtime" "$groups" "$connections"
    done
)
printf '%s\n' "$rows" | psql -X -q -v ON_ERROR_STOP=1 -h /var/run/postgresql -U postgres -d postgres \
    -f /etc/tapbot-postgres/stack.sql
