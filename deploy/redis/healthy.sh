#!/bin/sh
# SPDX-License-Identifier: MIT
# The container's health check: does Redis answer, with the password that is in the secret's file now?
REDISCLI_AUTH=$(cat /run/secrets/redis_password) || exit 1
export REDISCLI_AUTH
[ "$(redis-cli -h 127.0.0.1 ping 2>/dev/null)" = PONG ]
