#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# debian13.sh FOLDER PACKAGE...: packages for amd64 of Debian 13, or of DEBIAN_RELEASE, downloaded into FOLDER. apt runs with folders
# of its own and checks signatures; the machine's sources are not touched, only their mirror is used.
# Exits with 3 if they cannot be downloaded.
set -euo pipefail

missing() {
    printf 'debian13: %s\n' "$1" >&2
    exit 3
}

folder=$1
shift
key=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r "$key" ] || missing "$key is not there (package debian-archive-keyring)"
mirror=$(apt-get update --print-uris | sed -n "s|^'\(.*/debian\)/dists/.*|\1|p")
mirror=${mirror%%$'\n'*}
[ -n "$mirror" ] || missing "apt has no mirror of Debian here"

apt=$(mktemp -d)
trap 'rm -rf "$apt"' EXIT
mkdir -p "$folder" "$apt/lists/partial" "$apt/cache/archives/partial"
printf 'deb [arch=amd64 signed-by=%s] %s %s main\n' "$key" "$mirror" "${DEBIAN_RELEASE:-trixie}" >"$apt/sources.list"
: >"$apt/status"
options=(-q -o "Dir::Etc::SourceList=$apt/sources.list" -o Dir::Etc::SourceParts=-
    -o "Dir::State=$apt" -o "Dir::State::Lists=$apt/lists" -o "Dir::State::Status=$apt/status"
    -o "Dir::Cache=$apt/cache" -o Acquire::Languages=none -o APT::Architecture=amd64
    -o APT::Sandbox::User=root)
apt-get "${options[@]}" update || missing "$mirror does not answer"
cd "$folder"
apt-get "${options[@]}" download "$@" || missing "$mirror lacks one of: $*"
