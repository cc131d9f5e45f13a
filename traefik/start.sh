#!/bin/sh
# SPDX-License-Identifier: MIT
# Starts Traefik as process 1, and the rotation of its log files in /var/log/traefik. Nothing here depends on the engine: while
# it is down, nothing reads a container's standard output, and a process that writes there blocks.
cd /var/log/traefik || exit 1

# Traefik does not delete buffer files of aborted responses, nor of requests in flight when it was killed.
rm -f /tmp/temp-multibuf-*

# Traefik's own log is copied to standard output; only this copy can block.
touch traefik.log
tail -c "+$(($(stat -c %s traefik.log) + 1))" -F traefik.log &

# The access log: three files of 32 MiB, checked every 5 s. No line is lost: Traefik writes to the renamed file until it has
# opened the new one, and gets the signal again if it has not.
while :; do
    sleep 5
    if [ ! -e access.log ]; then
        kill -USR1 1
    elif [ "$(stat -c %s access.log)" -ge 33554432 ]; then
        [ ! -e access.log.1 ] || mv -f access.log.1 access.log.2
        mv access.log access.log.1 && kill -USR1 1
    fi
done &

# A shell drops variables whose names contain a dash, so this one is set by env.
exec env TRAEFIK_ACCESSLOG_FIELDS_HEADERS_NAMES_X-REQUEST-ID=keep traefik
