#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The steps of the official image's entrypoint: a file or an option alone is passed to valkey-server; never as root.
set -euo pipefail
if [ "${1#-}" != "$1" ] || [ "${1%.conf}" != "$1" ]; then
    set -- valkey-server "$@"
fi
if [ "$1" = valkey-server ] && [ "$(id -u)" = 0 ]; then
    find . \! -uid 999 -exec chown 999:999 '{}' +
    exec setpriv --reuid 999 --regid 999 --clear-groups "$0" "$@"
fi
umask 0077
exec "$@"
