#!/bin/sh
# SPDX-License-Identifier: MIT
# build.sh SERVICE VERSION OUT: the release build of one service, stripped, as OUT/usr/bin/SERVICE. The same
# commit and packages give the same bytes: no path, no time and no order of the machine gets in.
set -eu
service=$1
version=$2
out=$3
cd /src
cmake -S . -B /build/tree -G Ninja -DCMAKE_BUILD_TYPE=Release -DTAPBOT_TESTS=OFF \
    -DCMAKE_C_FLAGS="-DTAPBOT_VERSION=\\\"$version\\\" -ffile-prefix-map=/build/tree=build" \
    -DCMAKE_AR=/usr/bin/gcc-ar -DCMAKE_C_ARCHIVE_CREATE="<CMAKE_AR> qcD <TARGET> <OBJECTS>" \
    -DCMAKE_C_ARCHIVE_FINISH="<CMAKE_RANLIB> -D <TARGET>"
ninja -C /build/tree "$service"
mkdir -p "$out/usr/bin"
strip --strip-unneeded -o "$out/usr/bin/$service" "$(find /build/tree/services -type f -name "$service")"
chmod 0755 "$out/usr/bin/$service"
ln -s "$service" "$out/usr/bin/service"
"$out/usr/bin/$service" --version
find "$out" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-0}" {} +
