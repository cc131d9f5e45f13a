# SPDX-License-Identifier: MIT
"""harden updates: automatic security updates, and a reboot at night if one requires it (deploy/host/apt-updates.conf)."""
import datetime

from stack import backup_plan, harden_host, tree

NAME = "updates"
TITLE = ("обновления безопасности ставятся сами; Docker нет; перезагрузка, если нужна, в 04:30 по Алматы, на сервере 2 в 05:00",
         "automatic security updates, except for Docker; a reboot, if needed, at 04:30 in Almaty, on server 2 at 05:00")

SETTINGS = "/etc/apt/apt.conf.d/52tapbot-updates"
PROGRAM = "unattended-upgrade"
# These two timers start it once a day.
TIMERS = ("apt-daily.timer", "apt-daily-upgrade.timer")


def reboot_time():
    """By the clock of the machine, often UTC: 04:30 in Almaty, on server 2 half an hour later, so that the two do not reboot together."""
    night = datetime.datetime(2026, 1, 1, *((5, 0) if tree.link_server() == "2" else (4, 30)), tzinfo=backup_plan.ZONE)
    return f"{night.astimezone():%H:%M}"


def wanted():
    return harden_host.source("apt-updates.conf").replace("@REBOOT@", reboot_time())


def plan(_env):
    lines = []
    if not harden_host.program(PROGRAM):
        lines.append(("поставить пакет unattended-upgrades", "install the package unattended-upgrades"))
    if harden_host.read(SETTINGS) != wanted():
        lines.append((f"{SETTINGS}: только обновления безопасности, без Docker, перезагрузка в {reboot_time()} по часам машины",
                      f"{SETTINGS}: security updates only, without Docker, a reboot at {reboot_time()} by the machine's clock"))
    off = [one for one in TIMERS if not harden_host.enabled(one)]
    if off:
        lines.append((f"включить {', '.join(off)}", f"enable {', '.join(off)}"))
    return lines


def apply(_env):
    if not harden_host.program(PROGRAM):
        harden_host.install("unattended-upgrades")
    with harden_host.all_or_nothing(SETTINGS):
        harden_host.write(SETTINGS, wanted())
        # apt refuses to work with a file that it cannot read.
        harden_host.done("apt-config", "apt-config", "dump")
        harden_host.done("systemctl", "systemctl", "enable", "--quiet", "--now", *TIMERS)


def undo(_env):
    harden_host.remove(SETTINGS)
