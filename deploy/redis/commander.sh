#!/bin/sh
# SPDX-License-Identifier: MIT
# Starts Redis Commander. The image's own script passes the password on the command line; this one writes it to a
# configuration file on tmpfs, next to copies of the image's own files.
set -eu
umask 077
mkdir -p /tmp/config
cp /redis-commander/config/*.json /tmp/config/
cat >/tmp/config/local-production.json <<END
{"connections": [{"label": "tapbot", "host": "redis", "port": 6379, "dbIndex": 0,
                  "password": "$(cat /run/secrets/redis_password)"}]}
END
export NODE_ENV=production NODE_CONFIG_DIR=/tmp/config
cd /redis-commander
exec node ./bin/redis-commander
