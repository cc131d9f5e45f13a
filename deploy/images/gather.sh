#!/bin/sh
# SPDX-License-Identifier: MIT
# gather.sh ROOT FILE...: builds a root file system with these programs and libraries, the libraries that they depend on,
# and the loader; folders and other files are copied unchanged. It has no shell and no package manager.
set -eu
root=$1
shift
triplet=$(dpkg-architecture -q DEB_HOST_MULTIARCH 2>/dev/null || gcc -print-multiarch)
libraries=/usr/lib/$triplet
list=$(mktemp)
packages=$(mktemp)
mkdir -p "$root$libraries" "$root/usr/bin" "$root/usr/sbin" "$root/etc" "$root/usr/share/tapbot" "$root/tmp"
# The folder for a service's data: a new volume gets the permissions of the folder where it is mounted.
mkdir -p "$root/var/lib/tapbot"
chmod 1777 "$root/tmp" "$root/var/lib/tapbot"
ln -s usr/bin "$root/bin"
ln -s usr/sbin "$root/sbin"
ln -s usr/lib "$root/lib"

copy_path() { # copy_path PATH: copies it unchanged and records its package
    mkdir -p "$root$(dirname "$1")"
    cp -aL "$1" "$root$1"
    { dpkg -S "$1" || dpkg -S "$(readlink -f "$1")"; } 2>/dev/null | head -n 1 | cut -d: -f1 >>"$packages"
}
library() { # library PATH: lists it under its SONAME, the name that the loader uses
    printf '%s/%s\n' "$libraries" "$(objdump -p "$1" | awk '$1 == "SONAME" {print $2}')" >>"$list"
}
for file in "$@"; do
    case $file in
    *.so | *.so.*)
        library "$(readlink -f "$file")"
        ldd "$(readlink -f "$file")" | awk '$2 == "=>" {print $3}' >>"$list"
        ;;
    */bin/* | */sbin/*)
        copy_path "$file"
        ldd "$file" | awk '$2 == "=>" {print $3}' >>"$list"
        ;;
    *) copy_path "$file" ;;
    esac
done
# The C library loads it with dlopen() when a thread is cancelled.
printf '%s/libgcc_s.so.1\n' "$libraries" >>"$list"
sed 's|^/lib/|/usr/lib/|' "$list" | sort -u | while read -r file; do
    cp -L "$file" "$root$libraries/"
    { dpkg -S "$(readlink -f "$file")" || dpkg -S "$file"; } 2>/dev/null | head -n 1 | cut -d: -f1 >>"$packages"
done

# The loader, at the path that every program contains.
loader=$(readelf -l /usr/bin/readelf | sed -n 's/.*program interpreter: \(.*\)]/\1/p')
case $loader in
/lib64/*) ln -s usr/lib64 "$root/lib64" ;;
esac
mkdir -p "$root/usr$(dirname "$loader")"
cp -L "$loader" "$root/usr$loader"

printf 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n' >"$root/etc/passwd"
printf 'nogroup:x:65534:\n' >"$root/etc/group"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
# The list of packages, to compare with security advisories.
sort -u "$packages" | while read -r package; do
    printf '%s %s\n' "$package" "$(dpkg-query -W -f "\${Version}" "$package")"
done >"$root/usr/share/tapbot/packages.txt"
# The same content gives the same layer.
find "$root" -exec touch -h -d @0 {} +
