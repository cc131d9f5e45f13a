#!/bin/sh
# SPDX-License-Identifier: MIT
# Starts Traefik, as process 1, and what looks after its log files in /var/log/traefik beside it. Nothing here needs
# the engine: while that is dead nobody empties a container's standard output, and what writes there stops.
cd /var/log/traefik || exit 1

# Traefik leaves the file of an answer that broke off, and those that were there when it was killed.
rm -f /tmp/temp-multibuf-*

# Traefik's own log is shown on standard output too; only this copy ever waits for a reader.
touch traefik.log
tail -c "+$(($(stat -c %s traefik.log) + 1))" -F traefik.log &

# The access log: three files of 32 MiB, looked at every 5 s. No line is lost: Traefik writes to the renamed file until
# it has opened the new one, and is asked again where it has not.
while :; do
    sleep 5
    if [ ! -e access.log ]; then
        kill -USR1 1
    elif [ "$(stat -c %s access.log)" -ge 33554432 ]; then
        [ ! -e access.log.1 ] || mv -f access.log.1 access.log.2
        mv access.log access.log.1 && kill -USR1 1
    fi
done &

# A shell drops variables whose names hold a dash, so this one comes last.
exec env TRAEFIK_ACCESSLOG_FIELDS_HEADERS_NAMES_X-REQUEST-ID=keep traefik
