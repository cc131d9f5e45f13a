#!/bin/sh
# SPDX-License-Identifier: MIT
# tools.sh: compiler and libraries for our services.
set -eu
export DEBIAN_FRONTEND=noninteractive
# What is lost with the machine is built again: no need to wait for the disk after each package.
echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/unsafe-io
apt-get update -q
apt-get install -y -q --no-install-recommends gcc libc6-dev cmake ninja-build pkg-config binutils python3 \
    libmicrohttpd-dev libjansson-dev libpq-dev libhiredis-dev libcurl4-openssl-dev libssl-dev \
    libutf8proc-dev check tzdata ca-certificates
rm -rf /var/lib/apt/lists/*
