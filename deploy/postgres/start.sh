#!/bin/sh
# SPDX-License-Identifier: MIT
# start.sh postgres OPTION...: starts PostgreSQL. The image's own entry point would leave the superuser's
# password in the server's environment for as long as it runs; here only what makes the first cluster has
# it, and ends. Where there is another server (LINK_PEER), pg_hba.conf has lines for it.
set -eu
rm -f /tmp/link_hba.conf
[ -z "${LINK_PEER:-}" ] || sed "s|LINK_PEER/32|$LINK_PEER/32|" /etc/tapbot-postgres/link_hba.conf >/tmp/link_hba.conf
docker-ensure-initdb.sh "$@"
# The log goes to pgBackRest as soon as `deploy/tapbot backup init` has made its place.
[ ! -e /var/lib/pgbackrest/archive/tapbot/archive.info ] ||
    set -- "$@" -c archive_mode=on -c archive_timeout=120 -c 'archive_command=pgbackrest --stanza=tapbot archive-push %p'
exec "$@"
