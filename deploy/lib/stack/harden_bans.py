# SPDX-License-Identifier: MIT
"""harden bans: fail2ban bans addresses that guess passwords and keys, over SSH or at Traefik (deploy/host/fail2ban)."""
import os
import time

from stack import harden_host, tree
from stack.harden_host import Failed

NAME = "bans"
TITLE = ("fail2ban: кто подбирает пароли и ключи, на час теряет доступ", "fail2ban: addresses that guess passwords and keys are banned for an hour")

UNIT = "fail2ban.service"
PACKAGES = ("fail2ban", "python3-systemd", "nftables")
FILTER, JAILS = "/etc/fail2ban/filter.d/tapbot-edge.conf", "/etc/fail2ban/jail.d/tapbot.local"
NAMES = ("sshd", "tapbot-edge")
START_SECONDS = 20
# Never banned, in addition to the addresses of .env. A private source address belongs to this server: a container, the link, or
# NAT of a bridge. Banning one of them would ban all clients behind it.
NEVER = ("127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fe80::/10")
OF_ENV = ("ADMIN_NETWORKS", "PEER_ADDRESS", "PUBLIC_ADDRESS")


def own(env):
    """Networks and addresses of the administrators and of our servers."""
    return [*NEVER, *(one.strip() for name in OF_ENV for one in (env.get(name) or "").split(",") if one.strip())]


def ignored(env):
    """Networks and addresses that are never banned."""
    telegram = env.get("TELEGRAM_NETWORKS") or tree.env_read(tree.ENV_SAMPLE)["TELEGRAM_NETWORKS"]
    return list(dict.fromkeys([*own(env), *(one.strip() for one in telegram.split(","))]))


def access_log():
    folder = tree.volume("traefik-logs")
    path = os.path.join(folder or "", "access.log")
    if folder is None or not os.path.exists(path):
        raise Failed("журнала запросов Traefik ещё нет, сначала: deploy/tapbot up", "Traefik's access log does not exist yet, first: deploy/tapbot up")
    return path


def files(env):
    """{path: text} of the files for fail2ban."""
    jails = harden_host.source("fail2ban/tapbot.local").replace("@IGNORED@", " ".join(ignored(env))).replace("@ACCESS_LOG@", access_log())
    return {FILTER: harden_host.source("fail2ban/tapbot-edge.conf"), JAILS: jails}


def running():
    return all(tree.run("fail2ban-client", "status", name).returncode == 0 for name in NAMES)


def plan(env):
    lines = []
    if not harden_host.program("fail2ban-client"):
        lines.append(("поставить пакет fail2ban", "install the package fail2ban"))
    if any(harden_host.read(path) != text for path, text in files(env).items()):
        lines.append((f"{JAILS}: за 5 неудач SSH в 10 минут и за 20 отказов Traefik в минуту запрет на час; никогда: {' '.join(ignored(env))}",
                      f"{JAILS}: ban for an hour after 5 SSH failures in 10 minutes or 20 refusals of Traefik in a minute; never: {' '.join(ignored(env))}"))
    if lines or not harden_host.enabled(UNIT) or not running():
        lines.append((f"{UNIT}: запускать при каждом старте, и сейчас", f"{UNIT}: start it at boot, and now"))
    return lines


def start():
    """Restarts fail2ban with the current files and waits until its jails answer."""
    harden_host.done("fail2ban-client -t", "fail2ban-client", "-t")
    harden_host.done("systemctl", "systemctl", "enable", "--quiet", UNIT)
    harden_host.done("systemctl", "systemctl", "restart", UNIT)
    end = time.monotonic() + START_SECONDS
    while not running():
        if time.monotonic() > end:
            raise Failed(f"{UNIT} не заработал за {START_SECONDS} с: journalctl -u fail2ban", f"{UNIT} does not work after {START_SECONDS} s: journalctl -u fail2ban")
        time.sleep(0.2)


def apply(env):
    texts = files(env)
    if not harden_host.program("fail2ban-client"):
        harden_host.install(*PACKAGES)
    try:
        with harden_host.all_or_nothing(*texts):
            for path, text in texts.items():
                harden_host.write(path, text)
            start()
    except Failed:
        tree.run("systemctl", "restart", UNIT)
        raise


def undo(_env):
    """Removes our jails and their bans. The package and its own jails remain."""
    there = [path for path in (JAILS, FILTER) if harden_host.read(path) is not None]
    for path in there:
        harden_host.remove(path)
    if there:
        harden_host.done("systemctl", "systemctl", "restart", UNIT)


def unban(address):
    """Lifts the ban; returns whether there was one."""
    if not harden_host.program("fail2ban-client"):
        raise Failed("fail2ban не установлен, поэтому запретов нет. Закрыто чем-то другим: docs/hardening.md, «Закрыли себе вход»",
                     "fail2ban is not installed, so nothing is banned. Something else denies access: docs/hardening.md")
    return harden_host.done("fail2ban-client", "fail2ban-client", "unban", address).strip() not in ("", "0")
