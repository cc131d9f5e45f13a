#!/bin/sh
# SPDX-License-Identifier: MIT
# gather.sh ROOT: a root file system with the libraries of all our services and what they read, no program.
# Nothing in it depends on one service, so all images share this layer.
set -eu
root=$1
triplet=$(gcc -print-multiarch)
libraries=$root/usr/lib/$triplet
mkdir -p "$libraries" "$root/usr/bin" "$root/etc/ssl/certs" "$root/usr/share/tapbot" "$root/tmp"
chmod 1777 "$root/tmp"
ln -s usr/bin "$root/bin"
ln -s usr/lib "$root/lib"

# What a service links (cmake/tapbot_targets.cmake), and all that these need in turn. Their names as the
# loader asks for them.
: >/build/needed
for name in libmicrohttpd libjansson libpq libhiredis libcurl libssl libcrypto libutf8proc; do
    file=$(readlink -f "/usr/lib/$triplet/$name.so")
    printf '%s\n' "/usr/lib/$triplet/$(objdump -p "$file" | awk '$1 == "SONAME" {print $2}')" >>/build/needed
    ldd "$file" | awk '$2 == "=>" {print $3}' >>/build/needed
done
# The C library loads it by name when a thread ends early.
printf '%s\n' "/usr/lib/$triplet/libgcc_s.so.1" >>/build/needed
sed 's|^/lib/|/usr/lib/|' /build/needed | sort -u | while read -r file; do
    cp -L "$file" "$libraries/"
    dpkg -S "$(readlink -f "$file")" 2>/dev/null | cut -d: -f1
done | sort -u >/build/packages

# The loader, at the path that is written into every program.
loader=$(readelf -l /usr/bin/readelf | sed -n 's/.*program interpreter: \(.*\)]/\1/p')
mkdir -p "$root$(dirname "$loader" | sed 's|^/lib|/usr/lib|')"
case $loader in
/lib64/*) ln -s usr/lib64 "$root/lib64" ;;
esac
cp -L "$loader" "$root$(printf '%s' "$loader" | sed 's|^/lib|/usr/lib|')"

cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
printf 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n' >"$root/etc/passwd"
printf 'nogroup:x:65534:\n' >"$root/etc/group"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
# A flat's zone is looked up by its name; the same zones under other prefixes are left out.
mkdir -p "$root/usr/share/zoneinfo"
cp -a /usr/share/zoneinfo/. "$root/usr/share/zoneinfo/"
rm -rf "$root/usr/share/zoneinfo/posix" "$root/usr/share/zoneinfo/right"
# What is in here, for whoever compares it with advisories.
printf 'tzdata\nca-certificates\n' >>/build/packages
sort -u /build/packages | while read -r package; do
    printf '%s %s\n' "$package" "$(dpkg-query -W -f "\${Version}" "$package")"
done >"$root/usr/share/tapbot/packages.txt"
# The same content gives the same layer.
find "$root" -exec touch -h -d @0 {} +
