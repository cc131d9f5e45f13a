#!/bin/sh
# SPDX-License-Identifier: MIT
# Fills the sets of sources that connections.nft does not limit: ADMIN_NETWORKS, PEER_ADDRESS (the other server) and
# TELEGRAM_NETWORKS of .env; the default of the last one is taken from stack.env.example. The systemd unit runs it at boot,
# `deploy/tapbot up` after changes.
set -eu
cd "$(dirname "$0")/../.."
# value NAME FILE: the value of a variable as compose reads it, without a trailing comment.
value() {
    sed -nE "/^[[:space:]]*(export[[:space:]]+)?$1=/{s/^[^=]*=//;s/(^|[[:space:]])#.*//;p}" "$2" 2>/dev/null |
        tail -n 1 | tr -d "\"'[:space:]"
}
telegram=$(value TELEGRAM_NETWORKS .env)
[ -n "$telegram" ] || telegram=$(value TELEGRAM_NETWORKS deploy/stack.env.example)
for one in $(printf '%s,%s,%s' "$(value ADMIN_NETWORKS .env)" "$(value PEER_ADDRESS .env)" "$telegram" | tr , ' '); do
    case $one in
    *:*) echo "add element inet tapbot_connections trusted6 { $one }" ;;
    *) echo "add element inet tapbot_connections trusted4 { $one }" ;;
    esac
done | { printf 'flush set inet tapbot_connections trusted%s\n' 4 6 && cat; } | nft -f -
