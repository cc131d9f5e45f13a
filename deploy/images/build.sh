#!/bin/sh
# SPDX-License-Identifier: MIT
# build.sh VERSION OUT: the release build of every service of services.tsv, stripped, as OUT/SERVICE/usr/bin/SERVICE.
# The same commit and packages give the same bytes: the output contains no path, time or file order of the build machine.
set -eu
version=$1
out=$2
cd /src
services=$(sed -n 's/^\([a-z][^\t]*\)\t.*/\1/p' services.tsv)
cmake -S . -B /build/tree -G Ninja -DCMAKE_BUILD_TYPE=Release -DTAPBOT_TESTS=OFF \
    -DCMAKE_C_FLAGS="-DTAPBOT_VERSION=\\\"$version\\\" -ffile-prefix-map=/build/tree=build" \
    -DCMAKE_AR=/usr/bin/gcc-ar -DCMAKE_C_ARCHIVE_CREATE="<CMAKE_AR> qcD <TARGET> <OBJECTS>" \
    -DCMAKE_C_ARCHIVE_FINISH="<CMAKE_RANLIB> -D <TARGET>"
# shellcheck disable=SC2086 # one argument per service
ninja -C /build/tree $services
for service in $services; do
    bin=$out/$service/usr/bin
    mkdir -p "$bin"
    strip --strip-unneeded -o "$bin/$service" "/build/tree/services/$service/$service"
    chmod 0755 "$bin/$service"
    ln -s "$service" "$bin/service"
    "$bin/$service" --version
done
find "$out" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-0}" {} +
