#!/bin/sh
# SPDX-License-Identifier: MIT
# Whose connections connections.nft does not count: ADMIN_NETWORKS, PEER_ADDRESS (the other server) and
# TELEGRAM_NETWORKS of .env; the last has the sample's default. The unit runs it at every start of the machine,
# `deploy/tapbot up` after changes.
set -eu
cd "$(dirname "$0")/../.."
# value NAME FILE: as compose reads it, so a comment behind the value is none of it.
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
