#!/bin/bash
# SPDX-License-Identifier: MIT
# The container's health check. The image has no HTTP client, so bash sends the request.
exec 3<>/dev/tcp/127.0.0.1/6333 || exit 1
printf 'GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r -t 2 _ status _ <&3
[ "$status" = 200 ]
