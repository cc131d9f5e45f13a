# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Sourced: finds a Go for programs that the tests build from Go modules.

# go_find NEEDED TOOLCHAIN FOLDER: exports PATH and GOTOOLCHAIN so that `go` is at least version NEEDED: that of the machine, of
# Debian, or the module of TOOLCHAIN, which then lies in FOLDER.
go_find() {
    local needed=$1 named=$2 root=$3/$2 have toolchain folder
    if ! command -v go >/dev/null; then
        printf 'no go here: apt-get install golang-go, the toolchain %s by Go itself\n' "$named"
        DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends golang-go ca-certificates >/dev/null
    fi
    have=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null || GOTOOLCHAIN=local go version | cut -d ' ' -f 3)
    export GOTOOLCHAIN=local
    if [ "$(printf '%s\n%s\n' "$needed" "${have#go}" | sort -V | head -n 1)" = "$needed" ]; then
        return
    fi
    if [ "$(printf '1.21\n%s\n' "${have#go}" | sort -V | head -n 1)" = 1.21 ]; then
        GOTOOLCHAIN=$named
        return
    fi
    # A go before 1.21 (Debian 12 has 1.19) cannot switch by itself: the toolchain's module has a complete Go.
    if [ ! -x "$root/bin/go" ]; then
        toolchain=golang.org/toolchain@v0.0.1-$named.$(go env GOOS)-$(go env GOARCH)
        folder=$(cd / && go mod download -json "$toolchain" | sed -nE 's/^\t"Dir": "(.*)",?$/\1/p')
        mkdir -p "$3"
        rm -rf "$root"
        cp -r "$folder" "$root"
        chmod -R u+w "$root"
        chmod +x "$root"/bin/* "$root"/pkg/tool/*/*
    fi
    PATH=$root/bin:$PATH
}
