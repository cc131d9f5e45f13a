#!/bin/sh
# SPDX-License-Identifier: MIT
# Starts Valkey with the password from the secret's file, passed in a configuration file on tmpfs, because command lines and
# environments are visible to others.
set -eu
umask 077
# After a power loss the append-only file may end with an incomplete command or with zeros, and Valkey would not start. The
# tail after the last complete command is removed. If that fails, Valkey starts empty: it has no data that are only here.
# valkey-check-aof would treat an invalid manifest as an append-only file and empty it, so the manifest is checked first.
manifest=/data/appendonlydir/appendonly.aof.manifest
if [ -e "$manifest" ] &&
    ! { head -n 1 "$manifest" | grep -q '^file ' && yes | valkey-check-aof --fix "$manifest"; }; then
    echo 'The append-only file cannot be repaired, Valkey starts empty' >&2
    rm -rf /data/appendonlydir
fi
printf 'requirepass %s\n' "$(cat /run/secrets/redis_password)" >/run/redis/password.conf
# Directus may use its cache and nothing else: the library of its cache puts these words before its keys.
printf 'user directus on >%s resetkeys ~sets:namespace:directus:* resetchannels -@all +get +set +del +unlink +keys +scan +ping +info\n' \
    "$(cat /run/secrets/directus_redis_password)" >>/run/redis/password.conf
exec valkey-server /etc/tapbot-redis/redis.conf
