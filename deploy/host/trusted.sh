#!/bin/sh
# SPDX-License-Identifier: MIT
# Whose connections connections.nft does not count: ADMIN_NETWORKS, PEER_ADDRESS (the other server) and
# TELEGRAM_NETWORKS (its default, where it is not set) of .env. The unit runs it at every start of the machine, `deploy/tapbot up` after changes.
set -eu
cd "$(dirname "$0")/../.."
# As compose reads it: a comment behind the value is none of it.
value() {
    sed -nE "/^[[:space:]]*(export[[:space:]]+)?$1=/{s/^[^=]*=//;s/(^|[[:space:]])#.*//;p}" .env 2>/dev/null |
        tail -n 1 | tr -d "\"'[:space:]"
}
telegram=$(value TELEGRAM_NETWORKS)
for one in $(printf '%s,%s,%s' "$(value ADMIN_NETWORKS)" "$(value PEER_ADDRESS)" \
    "${telegram:-149.154.160.0/20,91.108.4.0/22}" | tr , ' '); do
    case $one in
    *:*) echo "add element inet tapbot_connections trusted6 { $one }" ;;
    *) echo "add element inet tapbot_connections trusted4 { $one }" ;;
    esac
done | { printf 'flush set inet tapbot_connections trusted%s\n' 4 6 && cat; } | nft -f -
