#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# `docker compose` for a machine without it: the Compose v2 plugin is a static binary inside Debian
# 13's package docker-compose, and it runs on Debian 12 too (debian13.sh fetches it). Needs no daemon to
# check and print a configuration.
#
#   compose-plugin.sh                the path of the binary (fetched into build/ on first use)
#   compose-plugin.sh ARGUMENT...    runs it: compose-plugin.sh -f a.yml config --format json
#
# An installed plugin is used if it is new enough (2.24: `!reset`, `!override`).
set -euo pipefail

here=$(cd -- "$(dirname -- "$(readlink -f -- "$0")")/../../.." && pwd)
home=$here/build/compose-plugin
binary=$home/docker-compose

plugin_there() {
    local folder
    for folder in "${HOME:-/root}/.docker/cli-plugins" /usr/local/lib/docker/cli-plugins \
        /usr/local/libexec/docker/cli-plugins /usr/lib/docker/cli-plugins \
        /usr/libexec/docker/cli-plugins; do
        [ -x "$folder/docker-compose" ] || continue
        "$folder/docker-compose" version --short 2>/dev/null |
            awk -F'[v.]' '{ sub(/^v/, ""); split($0, n, "."); exit !(n[1] > 2 || n[1] == 2 && n[2] >= 24) }' ||
            continue
        printf '%s\n' "$folder/docker-compose"
        return
    done
    return 1
}

plugin_fetch() {
    rm -rf "$home/debs" "$home/root"
    "$here/tests/stack/lib/debian13.sh" "$home/debs" docker-compose &&
        dpkg -x "$home"/debs/docker-compose_*.deb "$home/root" &&
        find "$home/root" -type f -name docker-compose -path '*cli-plugins*' -exec mv {} "$binary.new" \; &&
        chmod 0755 "$binary.new" &&
        # A rename: a parallel run finds the old or the complete new one.
        mv "$binary.new" "$binary" &&
        rm -rf "$home/debs" "$home/root"
}

mkdir -p "$home"
path=$(plugin_there) || {
    exec 7>"$home/lock"
    flock 7
    [ -x "$binary" ] || plugin_fetch >"$home/log" 2>&1 || {
        tail -n 20 "$home/log" >&2
        exit 3
    }
    exec 7>&-
    path=$binary
}
if [ $# -eq 0 ]; then
    printf '%s\n' "$path"
else
    exec "$path" "$@"
fi
