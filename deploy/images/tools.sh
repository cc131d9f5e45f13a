#!/bin/sh
# SPDX-License-Identifier: MIT
# tools.sh PACKAGES: installs the compiler and the libraries for our services, and the packages in the folder PACKAGES:
# libical, and libmicrohttpd if a newer one than Debian's was built.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y -q --no-install-recommends gcc libc6-dev cmake ninja-build pkg-config binutils python3 python3-yaml \
    libmicrohttpd-dev libjansson-dev libpq-dev libhiredis-dev libcurl4-openssl-dev libssl-dev \
    libutf8proc-dev libsqlite3-dev libyaml-dev libstemmer-dev libc-ares-dev check tzdata ca-certificates
apt-get install -y -q --no-install-recommends --allow-downgrades "$1"/*.deb
rm -rf /var/lib/apt/lists/*
