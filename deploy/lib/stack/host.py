# SPDX-License-Identifier: MIT
"""This machine: its addresses, listening sockets and memory, read from the kernel's files, so that no tool is needed."""
import glob
import ipaddress
import os
import re
import socket

from stack import tree


def _ipv4():
    """All local addresses in the kernel's routing table."""
    found, leaf = [], None
    try:
        with open("/proc/net/fib_trie", encoding="ascii") as table:
            for line in table:
                address = re.search(r"(\d+\.\d+\.\d+\.\d+)", line)
                if address:
                    leaf = address[1]
                elif "/32 host LOCAL" in line and leaf and leaf not in found:
                    found.append(leaf)
    except OSError:
        pass
    return found


def _ipv6():
    found = []
    try:
        with open("/proc/net/if_inet6", encoding="ascii") as table:
            for line in table:
                raw = bytes.fromhex(line.split()[0])
                found.append(str(ipaddress.IPv6Address(raw)))
    except OSError:
        pass
    return found


def addresses():
    return _ipv4() + _ipv6()


def outgoing():
    """The source addresses of packets to the Internet. No packet is sent."""
    found = []
    for family, target in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((target, 9))
                found.append(probe.getsockname()[0])
        except OSError:
            continue
    return found


def public_addresses():
    """The addresses for DNS: not loopback, not link-local, those of outgoing packets first. Private addresses only if there are no
    others (in a test, or behind NAT)."""
    out = outgoing()
    ordered = [one for one in out if not _inner(one)]
    for one in addresses():
        if one not in ordered and not _inner(one) and not ipaddress.ip_address(one).is_private:
            ordered.append(one)
    public = [one for one in ordered if not ipaddress.ip_address(one).is_private]
    return public or ordered


def _inner(address):
    known = ipaddress.ip_address(address)
    return known.is_loopback or known.is_link_local or known.is_unspecified


def listeners(port):
    """The inode of the socket that listens on that port, or None."""
    for name in ("tcp", "tcp6"):
        try:
            with open(f"/proc/net/{name}", encoding="ascii") as table:
                for line in list(table)[1:]:
                    words = line.split()
                    if words[3] == "0A" and int(words[1].rsplit(":", 1)[1], 16) == port:
                        return int(words[9])
        except OSError:
            continue
    return None


def owner_of(inode):
    """(pid, name) of the program that owns a socket, or None without the right to read it."""
    for folder in glob.glob("/proc/[0-9]*/fd"):
        try:
            if any(os.readlink(os.path.join(folder, one)) == f"socket:[{inode}]" for one in os.listdir(folder)):
                pid = int(folder.split("/")[2])
                with open(f"/proc/{pid}/comm", encoding="utf-8") as name:
                    return pid, name.read().strip()
        except OSError:
            continue
    return None


def unit_of(pid):
    """The systemd unit of a program, or None."""
    try:
        with open(f"/proc/{pid}/cgroup", encoding="utf-8") as groups:
            found = re.search(r"/([\w@.\\-]+\.service)", groups.read())
            return found[1] if found else None
    except OSError:
        return None


def memory():
    """(total, swap) in MiB."""
    values = {}
    with open("/proc/meminfo", encoding="ascii") as table:
        for line in table:
            name, _, rest = line.partition(":")
            values[name] = int(rest.split()[0]) // 1024
    return values.get("MemTotal", 0), values.get("SwapTotal", 0)


def killed_for_memory():
    """The kernel's messages of the last day about processes killed at a memory limit, which contain their container ids. Docker's
    own OOMKilled is false again after a restart. "" without the right to read the log."""
    words = "oom-kill:constraint=CONSTRAINT_MEMCG"
    logged = tree.run("journalctl", "-k", "-q", "--no-pager", "-o", "cat", "--since", "-24h", "-g", words).stdout
    return logged or "\n".join(line for line in tree.run("dmesg").stdout.splitlines() if words in line)


def visitor():
    """The SSH client's address of the user who runs this; None at the console. sudo removes the variable, but `who` still knows
    the terminal."""
    words = (os.environ.get("SSH_CONNECTION") or os.environ.get("SSH_CLIENT") or "").split()
    found = re.search(r"\(([0-9A-Fa-f.:]+)\)", tree.run("who", "-m").stdout) if not words else None
    address = words[0] if words else found[1] if found else ""
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None


def resolve(name):
    """The addresses of a name in DNS."""
    try:
        return sorted({one[4][0] for one in socket.getaddrinfo(name, 443, type=socket.SOCK_STREAM)})
    except (OSError, UnicodeError):
        return []
