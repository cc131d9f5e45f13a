#!/bin/sh
# SPDX-License-Identifier: MIT
# start.sh postgres OPTION...: starts PostgreSQL. The image's own entry point would leave the superuser's password in the
# server's environment; here only the process that creates the cluster has it. If there is another server (LINK_PEER),
# pg_hba.conf includes lines for it.
set -eu
rm -f /tmp/link_hba.conf
[ -z "${LINK_PEER:-}" ] || sed "s|LINK_PEER/32|$LINK_PEER/32|" /etc/tapbot-postgres/link_hba.conf >/tmp/link_hba.conf
docker-ensure-initdb.sh "$@"
# WAL is archived with pgBackRest as soon as `deploy/tapbot backup init` has created the stanza.
[ ! -e /var/lib/pgbackrest/archive/tapbot/archive.info ] ||
    set -- "$@" -c archive_mode=on -c archive_timeout=120 -c 'archive_command=pgbackrest --stanza=tapbot archive-push %p'
exec "$@"
