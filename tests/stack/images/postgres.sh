#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The steps of the official image's entrypoint: *_FILE variables, the first cluster, the scripts of
# /docker-entrypoint-initdb.d, and then the server itself, as uid 999.
set -euo pipefail

# from_file NAME [DEFAULT]: NAME, or the content of the file of NAME_FILE.
from_file() {
    local file=${1}_FILE
    if [ -n "${!file:-}" ]; then
        export "$1"="$(<"${!file}")"
    else
        export "$1"="${!1:-${2:-}}"
    fi
    unset "$file"
}

first_cluster() {
    from_file POSTGRES_PASSWORD
    from_file POSTGRES_USER postgres
    from_file POSTGRES_DB "$POSTGRES_USER"
    from_file POSTGRES_INITDB_ARGS
    [ -n "$POSTGRES_PASSWORD" ] || {
        echo "Error: Database is uninitialized and superuser password is not specified." >&2
        exit 1
    }
    eval "initdb --username=\"\$POSTGRES_USER\" --pwfile=<(printf '%s\n' \"\$POSTGRES_PASSWORD\") $POSTGRES_INITDB_ARGS"
    printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"
    export PGPASSWORD=$POSTGRES_PASSWORD
    pg_ctl -D "$PGDATA" -o "$(printf '%q ' "${@:2}" -c listen_addresses='' -p 5432)" -w start
    local ask=(psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --no-password)
    [ "$POSTGRES_DB" = postgres ] ||
        "${ask[@]}" --dbname postgres -v db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
    local file
    for file in /docker-entrypoint-initdb.d/*; do
        echo "$0: $file"
        # shellcheck source=/dev/null
        case $file in
        *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
        *.sql) "${ask[@]}" --dbname "$POSTGRES_DB" -f "$file" ;;
        esac
    done
    pg_ctl -D "$PGDATA" -m fast -w stop
    unset PGPASSWORD
}

[ "${1:0:1}" != - ] || set -- postgres "$@"
if [ "$1" = postgres ]; then
    if [ "$(id -u)" = 0 ]; then
        mkdir -p "$PGDATA"
        chmod 0700 "$PGDATA"
        find "$PGDATA" /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
        exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
    fi
    [ -s "$PGDATA/PG_VERSION" ] || first_cluster "$@"
fi
# Under its other name it creates the first cluster and does not start a server.
[ "${0##*/}" != docker-ensure-initdb.sh ] || exit 0
exec "$@"
