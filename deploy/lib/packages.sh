# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What a Debian or Ubuntu machine must have, and how it gets it. Packages that are there are not
# touched; nothing else of the machine is changed.

PACKAGES_BUILD=(gcc libc6-dev cmake ninja-build pkg-config libmicrohttpd-dev libjansson-dev
    libpq-dev libhiredis-dev libcurl4-openssl-dev libssl-dev libutf8proc-dev libsqlite3-dev libyaml-dev
    libstemmer-dev check python3-yaml)
PACKAGES_RUN=(postgresql redis-server tzdata ca-certificates curl python3
    util-linux procps)
PACKAGES_TEST=(clang libclang-rt-dev clang-format clang-tidy llvm shellcheck gcovr wrk strace
    iproute2 git python3-venv debian-archive-keyring openssl wireguard-tools wireguard-go)
# For the bench's peer; asked for by name or with --full only: npm brings hundreds of packages.
PACKAGES_PEER=(nodejs npm)
# For the stack on a server of its own (tests/stack/rig.py): namespaces and their firewall, a base image, a
# browser. Docker itself is not installed, the test unpacks one.
PACKAGES_STACK=(iproute2 iptables nftables e2fsprogs mmdebstrap chromium openssl)
# For the firewall, the user monitor, sshd's settings and the socket proxy (tests/verbs, as root). Where a test runs as somebody
# else they are not installed: openssh-server listens from then on.
PACKAGES_LOGIN=(openssh-server openssh-client sudo nftables haproxy)
# For copies of the demo's PostgreSQL (deploy/tapbot backup).
PACKAGES_BACKUP=(pgbackrest restic)
# For the status page in a browser; axe-core comes from npm where npm is there.
PACKAGES_PAGE=(chromium)
# For the real Directus and n8n, likewise: one module of theirs is compiled. libfaiss-dev is the peer of the
# bench's search among vectors.
PACKAGES_FULL=(g++ make wget libfaiss-dev)

# packages_known NAME: does apt know it? Names differ between releases.
packages_known() {
    apt-cache show --no-all-versions "$1" >/dev/null 2>&1
}

packages_missing() {
    printf '%s\n' "$@" | grep -vxFf <(dpkg-query -W -f '${Status} ${Package}\n' "$@" 2>/dev/null |
        sed -n 's/^install ok installed //p')
}

# packages_need NAME...: installs what is missing; ends with 3 when it cannot.
packages_need() {
    local missing sudo=()
    mapfile -t missing < <(packages_missing "$@")
    [ ${#missing[@]} -eq 0 ] && return 0
    if ! command -v apt-get >/dev/null; then
        die 3 "Не хватает: ${missing[*]}. Здесь нет apt-get: поставьте их сами и повторите." \
            "Missing: ${missing[*]}. There is no apt-get here: install them and try again."
    fi
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            die 3 "Не хватает: ${missing[*]}. Запустите от root или поставьте sudo." \
                "Missing: ${missing[*]}. Run as root, or install sudo."
        sudo=(sudo)
    fi
    step "Ставлю пакеты: ${missing[*]}" "Installing packages: ${missing[*]}"
    local log
    log=$(mktemp)
    if ! { "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 update -q &&
        "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get -o Acquire::Retries=3 install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        die 3 "apt не смог поставить пакеты: ${missing[*]}" \
            "apt could not install: ${missing[*]}"
    fi
    rm -f "$log"
}
