#!/bin/sh
# SPDX-License-Identifier: MIT
# Starts Redis with the password of the secret's file: through a file in memory, since a command line and
# an environment are seen by others.
set -eu
umask 077
printf 'requirepass %s\n' "$(cat /run/secrets/redis_password)" >/run/redis/password.conf
exec redis-server /etc/tapbot-redis/redis.conf
