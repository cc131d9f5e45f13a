#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# `docker compose` for a machine that has none: the Compose v2 plugin is a static binary inside Debian
# 13's package docker-compose, and it runs on Debian 12 too. It is fetched by apt with a configuration of
# its own, signatures checked, and the machine's sources are not touched. Needs no daemon to check and
# print a configuration.
#
#   compose-plugin.sh                the path of the binary (fetched into build/ on first use)
#   compose-plugin.sh ARGUMENT...    runs it: compose-plugin.sh -f a.yml config --format json
#
# A plugin that the machine has already is taken when it is new enough (2.24: `!reset`, `!override`).
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

# apt with folders of its own: only what is named here is configured.
plugin_fetch() {
    local apt=$home/apt key=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -r "$key" ] || {
        echo "compose-plugin: $key is missing (package debian-archive-keyring)" >&2
        exit 3
    }
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/state"
    cat >"$apt/sources.list" <<END
deb [arch=amd64 signed-by=$key] http://deb.debian.org/debian trixie main
END
    : >"$apt/state/status"
    local options=(-q -o "Dir::Etc::SourceList=$apt/sources.list" -o Dir::Etc::SourceParts=-
        -o "Dir::State=$apt/state" -o "Dir::State::Lists=$apt/lists"
        -o "Dir::State::Status=$apt/state/status" -o "Dir::Cache=$apt/cache"
        -o Acquire::Languages=none -o APT::Architecture=amd64 -o APT::Sandbox::User=root)
    apt-get "${options[@]}" update
    (cd "$home" && apt-get "${options[@]}" download docker-compose)
    dpkg -x "$home"/docker-compose_*.deb "$home/root"
    # A rename: who runs beside us finds the old or the whole new one.
    find "$home/root" -type f -name docker-compose -path '*cli-plugins*' -exec mv {} "$binary.new" \;
    chmod 0755 "$binary.new"
    mv "$binary.new" "$binary"
    rm -rf "$home/root" "$apt" "$home"/docker-compose_*.deb
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
