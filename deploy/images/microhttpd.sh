#!/bin/sh
# SPDX-License-Identifier: MIT
# microhttpd.sh LEAST FOLDER: puts packages of libmicrohttpd, version LEAST or newer, into FOLDER. They are built for
# Debian 13 from the source package of Debian unstable, which is downloaded from the base image's mirror and whose
# signatures are checked. LEAST=1.0.1 leaves FOLDER empty, and Debian 13's own packages are used.
set -eu
least=$1
folder=$2
mkdir -p "$folder"
[ "$least" != 1.0.1 ] || exit 0

export DEBIAN_FRONTEND=noninteractive
work=$(mktemp -d)
chmod 0755 "$work"
cd "$work"
mirror=$(apt-get update --print-uris | sed -n "/-security/!s|^'\(.*\)/dists/.*|\1|p" | head -n 1)
cat >/etc/apt/sources.list.d/unstable-source.sources <<END
Types: deb-src
URIs: $mirror
Suites: unstable
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
END
{
    # On a daily mirror the Release file of the suite may have expired; its signature is still checked.
    apt-get update -q -o Acquire::Check-Valid-Until=false
    apt-get install -y -q --no-install-recommends build-essential fakeroot dpkg-dev
    apt-get build-dep -y -q --no-install-recommends libmicrohttpd
    apt-get source -q libmicrohttpd
} || {
    echo "The source package of libmicrohttpd cannot be downloaded from Debian unstable." >&2
    echo "With --build-arg MICROHTTPD=1.0.1 (TAPBOT_MICROHTTPD=1.0.1 in .env) the image uses Debian 13's," >&2
    echo "and its label has that version." >&2
    exit 1
}
version=$(dpkg-parsechangelog -l libmicrohttpd-*/debian/changelog -S Version)
dpkg --compare-versions "$version" ge "$least" || {
    echo "libmicrohttpd $version is older than $least." >&2
    exit 1
}
cd libmicrohttpd-*/
# Debug packages are not built: they take half of the build time.
DEB_BUILD_OPTIONS="nocheck nodoc noautodbgsym parallel=$(nproc)" dpkg-buildpackage -b -uc -us -d
cp ../libmicrohttpd12*_*.deb ../libmicrohttpd-dev_*.deb "$folder"
cd /
rm -rf "$work"
