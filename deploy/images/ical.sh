#!/bin/sh
# SPDX-License-Identifier: MIT
# ical.sh FOLDER: puts a package of libical into FOLDER, built from the upstream archive in the base image's own source
# package. apt checks its hash, which Debian has signed. Debian's binary package needs ICU (40 MB in the image), and its
# build needs GLib and Berkeley DB; only the library itself is built here. NDEBUG: a failed assertion of libical must not
# end a service.
set -eu
folder=$1
mkdir -p "$folder"

export DEBIAN_FRONTEND=noninteractive
work=$(mktemp -d)
chmod 0755 "$work"
cd "$work"
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
mirror=$(apt-get update --print-uris | sed -n "/-security/!s|^'\(.*\)/dists/.*|\1|p" | head -n 1)
cat >/etc/apt/sources.list.d/ical-source.sources <<END
Types: deb-src
URIs: $mirror
Suites: $suite
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
END
apt-get update -q -o Acquire::Check-Valid-Until=false
apt-get install -y -q --no-install-recommends gcc libc6-dev cmake ninja-build perl pkg-config
# Of a source package only the archive is needed; a mirror may lack Debian's own part of it.
apt-get source -q --tar-only libical3
mkdir source
tar -xf libical3_*.orig.tar.* --strip-components 1 -C source
version=$(apt-cache showsrc libical3 | sed -n 's/^Version: //p' | sort -V | tail -n 1)
library=/usr/lib/$(gcc -print-multiarch)

cmake -S source -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DSHARED_ONLY=ON \
    -DCMAKE_C_FLAGS="-ffile-prefix-map=$work=. -fstack-protector-strong -D_FORTIFY_SOURCE=2" \
    -DCMAKE_DISABLE_FIND_PACKAGE_ICU=ON -DCMAKE_DISABLE_FIND_PACKAGE_BerkeleyDB=ON -DWITH_CXX_BINDINGS=OFF \
    -DICAL_GLIB=OFF -DGOBJECT_INTROSPECTION=OFF -DICAL_BUILD_DOCS=OFF -DLIBICAL_BUILD_TESTING=OFF
ninja -C build ical

# One package with library and headers, so that the list of packages in the image names it.
mkdir -p "package/DEBIAN" "package$library" package/usr/include/libical
cp -d build/lib/libical.so* "package$library"
strip --strip-unneeded "package$library"/libical.so.*.*.*
cp source/src/libical/libical_ical_export.h build/src/libical/ical.h package/usr/include/libical
cat >package/DEBIAN/control <<END
Package: libical3
Version: $version
Architecture: $(dpkg --print-architecture)
Maintainer: tapbot <noreply@tapbot.kz>
Depends: libc6
Description: libical without ICU, GLib and Berkeley DB
END
dpkg-deb --build --root-owner-group package "$folder/libical3_$version.deb"
cd /
rm -rf "$work"
