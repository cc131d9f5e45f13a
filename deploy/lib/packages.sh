# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# The packages that a Debian or Ubuntu machine needs, and their installation. Installed packages are not upgraded, and
# nothing else on the machine is changed.

PACKAGES_BUILD=(gcc libc6-dev cmake ninja-build pkg-config libmicrohttpd-dev libjansson-dev
    libpq-dev libhiredis-dev libcurl4-openssl-dev libssl-dev libutf8proc-dev libsqlite3-dev libyaml-dev
    libstemmer-dev libical-dev libc-ares-dev check python3-yaml)
PACKAGES_RUN=(postgresql redis-server tzdata ca-certificates curl python3
    util-linux procps)
PACKAGES_TEST=(clang libclang-rt-dev clang-format clang-tidy llvm shellcheck gcovr wrk strace
    iproute2 git python3-venv debian-archive-keyring openssl wireguard-tools wireguard-go)
# For the reference programs of the bench. Installed only if the part is named or with --full: npm depends on hundreds of
# packages.
PACKAGES_PEER=(nodejs npm)
# For the stack on a separate server (tests/stack/rig.py): namespaces and their firewall, a base image, a browser. Docker is
# not installed, the test unpacks its own.
PACKAGES_STACK=(iproute2 iptables nftables e2fsprogs mmdebstrap chromium openssl)
# For the firewall, the user monitor, sshd's settings and the socket proxy (tests/verbs, as root). Other users do not install
# them, because openssh-server starts to listen when it is installed.
PACKAGES_LOGIN=(openssh-server openssh-client sudo nftables haproxy)
# For backups of the demo's PostgreSQL (deploy/tapbot backup).
PACKAGES_BACKUP=(pgbackrest restic)
# For the status page in a browser; axe-core is installed with npm if npm is present.
PACKAGES_PAGE=(chromium)
# For the real Directus and n8n, from npm too: one of their modules is compiled. The bench compares vector search with
# libfaiss-dev.
PACKAGES_FULL=(g++ make wget libfaiss-dev)

# packages_known NAME: whether apt has this package. Names differ between releases.
packages_known() {
    apt-cache show --no-all-versions "$1" >/dev/null 2>&1
}

packages_missing() {
    printf '%s\n' "$@" | grep -vxFf <(dpkg-query -W -f '${Status} ${Package}\n' "$@" 2>/dev/null |
        sed -n 's/^install ok installed //p')
}

# packages_need NAME...: installs the missing packages; exits with 3 on failure.
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
