#!/bin/sh
# SPDX-License-Identifier: MIT
# link.sh up|down: starts or stops the WireGuard interface to the other server, by the file that `deploy/tapbot` has written
# to secrets/link; may be repeated. Without such a file it does nothing. If the kernel has no WireGuard module, wg-quick
# uses wireguard-go.
set -eu
cd "$(dirname "$0")/../.."
file=$PWD/secrets/link/wg-tapbot.conf
[ -s "$file" ] || exit 0
case ${1:-} in
up)
    # Docker does not start a container that publishes a port on a missing address. This setting lets it bind even if the
    # interface cannot be created.
    sysctl -q -w net.ipv4.ip_nonlocal_bind=1
    # While the interface is down, packets for the other server must be rejected: by the default route they would go to the
    # Internet, and Redis traffic is not encrypted. The interface's own route has a better metric.
    sed -n 's/^AllowedIPs *= *//p' "$file" | tr -d ' ' | tr ',' '\n' | sed 's/.*/route replace unreachable & metric 1000/' |
        ip -force -batch - || echo 'The unreachable route for the link was not added' >&2
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
