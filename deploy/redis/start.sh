#!/bin/sh
# SPDX-License-Identifier: MIT
# Starts Redis with the password of the secret's file: through a file in memory, since a command line and
# an environment are seen by others.
set -eu
umask 077
# After a loss of power the file of commands may end in the middle of one, or in zeros, with which Redis does not start.
# What follows the last whole one goes. Where that is no help it begins without them: nothing is only here.
# A manifest that is none would be taken for such a file, and emptied.
manifest=/data/appendonlydir/appendonly.aof.manifest
if [ -e "$manifest" ] &&
    ! { head -n 1 "$manifest" | grep -q '^file ' && yes | redis-check-aof --fix "$manifest"; }; then
    echo 'What Redis has kept cannot be read, it begins without' >&2
    rm -rf /data/appendonlydir
fi
printf 'requirepass %s\n' "$(cat /run/secrets/redis_password)" >/run/redis/password.conf
exec redis-server /etc/tapbot-redis/redis.conf
