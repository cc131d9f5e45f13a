#!/bin/sh
# SPDX-License-Identifier: MIT
# microhttpd.sh LEAST FOLDER: puts libmicrohttpd's packages into FOLDER, LEAST or newer, rebuilt for Debian
# 13 out of Debian unstable's source package, its signatures checked, from the mirror that the base image
# has. LEAST=1.0.1 leaves FOLDER empty: then Debian 13's own is taken.
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
    # The suite's list may be past its date on a mirror of the day; it is signed all the same.
    apt-get update -q -o Acquire::Check-Valid-Until=false
    apt-get install -y -q --no-install-recommends build-essential fakeroot dpkg-dev
    apt-get build-dep -y -q --no-install-recommends libmicrohttpd
    apt-get source -q libmicrohttpd
} || {
    echo "Debian unstable's source of libmicrohttpd cannot be had." >&2
    echo "With --build-arg MICROHTTPD=1.0.1 (TAPBOT_MICROHTTPD=1.0.1 in .env) the image takes Debian 13's," >&2
    echo "and its label says so." >&2
    exit 1
}
version=$(dpkg-parsechangelog -l libmicrohttpd-*/debian/changelog -S Version)
dpkg --compare-versions "$version" ge "$least" || {
    echo "libmicrohttpd $version is older than $least." >&2
    exit 1
}
cd libmicrohttpd-*/
# Without debug packages: they take half of the time.
DEB_BUILD_OPTIONS="nocheck nodoc noautodbgsym parallel=$(nproc)" dpkg-buildpackage -b -uc -us -d
cp ../libmicrohttpd12*_*.deb ../libmicrohttpd-dev_*.deb "$folder"
cd /
rm -rf "$work"
