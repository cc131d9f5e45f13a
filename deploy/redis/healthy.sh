#!/bin/sh
# SPDX-License-Identifier: MIT
# The container's health check: whether Valkey answers with the current password of the secret's file.
REDISCLI_AUTH=$(cat /run/secrets/redis_password) || exit 1
export REDISCLI_AUTH
[ "$(valkey-cli -h 127.0.0.1 ping 2>/dev/null)" = PONG ]
