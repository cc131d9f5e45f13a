#!/bin/sh
# SPDX-License-Identifier: MIT
# link.sh up|down: the interface of WireGuard by which the other server is reached, as `deploy/tapbot` has written it to
# secrets/link; again and again does no harm. Without such a file nothing is done. wg-quick takes wireguard-go where the
# kernel has no module.
set -eu
cd "$(dirname "$0")/../.."
file=$PWD/secrets/link/wg-tapbot.conf
[ -s "$file" ] || exit 0
case ${1:-} in
up)
    # Docker starts no container whose address is not there: it shall be taken for there, should this fail.
    sysctl -q -w net.ipv4.ip_nonlocal_bind=1
    # While there is no interface, what is for the other server goes nowhere: by the default route it would go to the Internet,
    # and Redis speaks in the clear. The interface's own route has a better metric.
    sed -n 's/^AllowedIPs *= *//p' "$file" | tr -d ' ' | tr ',' '\n' | sed 's/.*/route replace unreachable & metric 1000/' |
        ip -force -batch - || echo 'There is no unreachable route behind the link' >&2
    wg-quick down "$file" 2>/dev/null || :
    exec wg-quick up "$file"
    ;;
down)
    exec wg-quick down "$file"
    ;;
*)
    sed -n '3,5s/^# //p' "$0" >&2
    exit 2
    ;;
esac
