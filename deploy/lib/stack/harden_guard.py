# SPDX-License-Identifier: MIT
"""harden guard: the firewall in front of Docker (deploy/host/guard.nft), with the SSH ports and the link of this server."""
import contextlib
import ipaddress
import os
import re

from stack import harden_host, tree
from stack.harden_host import Failed

NAME = "guard"
TITLE = ("межсетевой экран перед Docker: снаружи только SSH, 80, 443 и WireGuard",
         "a firewall in front of Docker: from outside only SSH, 80, 443 and WireGuard")

RULES = "/etc/tapbot/guard.nft"
UNIT = "tapbot-guard.service"
UNIT_FILE = f"{harden_host.UNITS}/{UNIT}"
TABLE = ("inet", "tapbot_guard")
USUAL_PORT = 22


def is_listener(pid):
    """Whether that sshd is the main process. The sshd process of a connection may listen too, on forwarded ports."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
        words = file.read()
        return not words.startswith("sshd: ") or "[listener]" in words
    return False


def listening_ports():
    """The ports on which sshd listens now, regardless of its files."""
    rows = re.findall(r'(?m)^LISTEN\s+\d+\s+\d+\s+\S+:(\d+)\s.*\("sshd",pid=(\d+),', tree.run("ss", "-Hltnp").stdout)
    return {int(port) for port, pid in rows if is_listener(pid)}


def ssh_ports():
    """The ports on which sshd listens now, by its files and by systemd's sockets, and the port of the current connection if sudo
    passes it."""
    found = {USUAL_PORT} | listening_ports()
    here = os.environ.get("SSH_CONNECTION", "").split()
    found.update(int(word) for word in here[3:4] if word.isdigit())
    sockets = tree.run("systemctl", "show", "--property=Listen", "--value", "ssh.socket", "sshd.socket").stdout
    found.update(map(int, re.findall(r":(\d+) \(Stream\)", sockets)))
    # A port that is part of a ListenAddress is not in the "port" lines.
    found.update(map(int, re.findall(r"(?m)^(?:port |listenaddress \S+:)(\d+)\b", harden_host.sshd_settings())))
    return found


def link_network(env):
    """The network of LINK_ADDRESS, or None without a link."""
    if not env.get("LINK_ADDRESS"):
        return None
    try:
        return ipaddress.IPv4Network(f"{env['LINK_ADDRESS']}/24", strict=False)
    except ValueError as error:
        raise Failed(f"LINK_ADDRESS в .env не адрес IPv4: {env['LINK_ADDRESS']}", f"LINK_ADDRESS in .env is not an IPv4 address: {env['LINK_ADDRESS']}") from error


def rules(env):
    """The expected content of /etc/tapbot/guard.nft."""
    text = harden_host.source("guard.nft")
    more = sorted(ssh_ports() - {USUAL_PORT})
    if more:
        text += f"add element {' '.join(TABLE)} tcp_ports {{ {', '.join(map(str, more))} }}\n"
    link = link_network(env)
    if link:
        text += f"add element {' '.join(TABLE)} link_networks {{ {link} }}\n"
    return text


def loaded():
    return tree.run("nft", "list", "table", *TABLE).returncode == 0


def plan(env):
    lines = []
    if not harden_host.program("nft"):
        lines.append(("поставить пакет nftables", "install the package nftables"))
    if harden_host.read(RULES) != rules(env):
        ports = ", ".join(map(str, sorted(ssh_ports() | {80, 443})))
        lines.append((f"{RULES}: снаружи пускать только tcp {ports} и udp 51820", f"{RULES}: accept from outside only tcp {ports} and udp 51820"))
    if harden_host.read(UNIT_FILE) != harden_host.source(UNIT) or not harden_host.enabled(UNIT):
        lines.append((f"{UNIT}: загружать его при каждом старте, до сети и до Docker",
                      f"{UNIT}: load it at boot, before the network and Docker"))
    if not loaded():
        lines.append((f"загрузить таблицу {TABLE[1]} в ядро", f"load the table {TABLE[1]} into the kernel"))
    return lines


def apply(env):
    if not harden_host.program("nft"):
        harden_host.install("nftables")
    text = rules(env)
    # The kernel checks the rules first, so that invalid rules are not written.
    harden_host.done("nft", "nft", "-c", "-f", "-", given=text)
    fresh = harden_host.read(UNIT_FILE) is None
    with harden_host.all_or_nothing(RULES, UNIT_FILE):
        try:
            load(text)
        except Failed:
            if fresh:
                forget()
            raise


def load(text):
    harden_host.write(RULES, text)
    harden_host.write(UNIT_FILE, harden_host.source(UNIT))
    for words in (("daemon-reload",), ("enable", "--quiet", UNIT), ("restart", UNIT)):
        harden_host.done("systemctl", "systemctl", *words)
    if not loaded():
        raise Failed(f"{UNIT} запущен, а таблицы {TABLE[1]} в ядре нет", f"{UNIT} was started, but the table {TABLE[1]} is not in the kernel")


def forget():
    """Removes the unit, the rules and the table, as far as they exist."""
    tree.run("systemctl", "disable", "--quiet", "--now", UNIT)
    harden_host.remove(UNIT_FILE)
    harden_host.remove(RULES)
    tree.run("systemctl", "daemon-reload")
    if loaded():
        harden_host.done("nft", "nft", "delete", "table", *TABLE)


def undo(_env):
    forget()
