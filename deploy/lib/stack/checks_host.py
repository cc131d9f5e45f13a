# SPDX-License-Identifier: MIT
"""doctor's checks of the machine: Docker, DNS names, ports, disk space, clock, the kernel's tables."""
import glob
import ipaddress
import json
import os
import re
import shlex
import shutil
import time

from stack import edge, host, live_restore, tree
from stack.findings import Check, Unchecked, silent_pool

# The first versions with start_interval of health checks and with the API version that Traefik 3.7 needs.
ENGINE_MIN = (25, 0)
COMPOSE_MIN = (2, 24)
INSTALL = "curl -fsSL https://get.docker.com | sudo sh"
# The name of the package in Docker's own repository, then in Ubuntu.
COMPOSE_INSTALL = "sudo apt-get install -y docker-compose-plugin || sudo apt-get install -y docker-compose-v2"
# As documented: green above 20 %. That would be too strict for large disks.
DISK_FREE_SHARE, DISK_FREE_MIB = 0.20, 10240
# The share of memory for containers; the rest is for the system.
MEMORY_SHARE = 0.92
SWAP_MIB, SWAP_ENOUGH_RAM_MIB = 512, 6000
# The minimum for Qdrant, or the tools of administrators, in addition to the rest: of 6 GB memory Linux reports 5.8, a disk of 20 GB has
# a file system of 19.
LARGE_MEMORY_MIB, LARGE_DISK_MIB = 5600, 18500
CLOCK_SECONDS = 0.5
SWAP_MAKE = ("sudo fallocate -l 2G /swapfile && sudo chmod 600 /swapfile && sudo mkswap /swapfile && "
             "sudo swapon /swapfile && echo '/swapfile none swap sw 0 0' | sudo tee -a /etc/fstab")
# On a small disk, which is full without a file of 2 GB: compressed memory. Ubuntu's kernel may have the module in another package.
ZRAM_MAKE = ("{ sudo modprobe zram || sudo apt-get install -y linux-modules-extra-$(uname -r); } && sudo apt-get install -y zram-tools && "
             "echo PERCENT=50 | sudo tee -a /etc/default/zramswap && sudo systemctl restart zramswap")


def version_of(words):
    found = re.search(r"(\d+)\.(\d+)", words or "")
    return (int(found[1]), int(found[2])) if found else (0, 0)


def docker_there():
    if not shutil.which("docker"):
        yield ("нет docker", "docker is not installed"), INSTALL
        return
    engine = tree.engine()
    if engine is None:
        said = tree.docker("version").stderr.strip().splitlines()
        denied = any("permission denied" in line for line in said)
        if denied:
            yield (("У этого пользователя нет доступа к Docker", "Docker denies this user access"),
                   "sudo usermod -aG docker $USER && newgrp docker")
        else:
            yield ("Docker не отвечает", "Docker does not answer"), "sudo systemctl enable --now docker"
        return
    if version_of(engine.get("Version")) < ENGINE_MIN:
        yield ((f"Docker Engine {engine.get('Version')}, нужен {ENGINE_MIN[0]} или новее",
                f"Docker Engine {engine.get('Version')}, {ENGINE_MIN[0]} or newer is needed"), INSTALL)


def compose_there():
    program = tree.compose_program()
    if program is None:
        yield ("нет docker compose", "docker compose is not installed"), COMPOSE_INSTALL
        return
    known = tree.compose_version[0]
    if version_of(known) < COMPOSE_MIN:
        yield ((f"docker compose {known}, нужен {COMPOSE_MIN[0]}.{COMPOSE_MIN[1]} или новее",
                f"docker compose {known}, {COMPOSE_MIN[0]}.{COMPOSE_MIN[1]} or newer is needed"),
               COMPOSE_INSTALL)


def engine_restores():
    if live_restore.off():
        yield (("Docker без live-restore", "Docker without live restore"),)


def names():
    if not os.path.exists(tree.ENV_FILE):
        raise Unchecked("нет .env", "there is no .env")
    ours = {one.strip() for one in tree.env_read().get("PUBLIC_ADDRESS", "").split(",") if one.strip()}
    ours = ours or set(host.addresses())
    wanted = sorted(edge.hosts())
    missing, astray = [], {}
    for name, found in zip(wanted, silent_pool(host.resolve, wanted, 16)):
        # cloud-init gives the machine's own name an address of loopback in /etc/hosts, which hides those of DNS.
        foreign = ", ".join(one for one in found if one not in ours and not ipaddress.ip_address(one).is_loopback)
        if not found:
            missing.append(name)
        elif foreign:
            astray.setdefault(foreign, []).append(name)
    if missing:
        yield (f"нет адреса в DNS у {', '.join(missing)}", f"no address in DNS for {', '.join(missing)}"),
    for foreign, several in astray.items():
        yield ((f"{', '.join(several)} ведёт на {foreign}, а эта машина {', '.join(sorted(ours))}",
                f"{', '.join(several)} resolves to {foreign}, but this machine is {', '.join(sorted(ours))}"),)


def ports_free():
    ours = tree.engine() and tree.running("traefik")
    for port in (80, 443):
        inode = host.listeners(port)
        if inode is None or ours:
            continue
        owner = host.owner_of(inode)
        pid, program = owner or (0, "?")
        if program == "docker-proxy":
            name = tree.docker("ps", "--filter", f"publish={port}", "--format", "{{.Names}}").stdout.split()
            program, command = f"docker: {' '.join(name)}", f"docker stop {' '.join(name)}"
        elif owner:
            unit = host.unit_of(pid)
            command = f"sudo systemctl disable --now {unit}" if unit else f"sudo kill {pid}"
        else:
            command = f"sudo ss -ltnp 'sport = :{port}'"
        yield (f"порт {port} занят: {program}", f"port {port} is in use: {program}"), command


def disk():
    folders = {tree.ROOT: "."}
    engine = tree.docker_json("info", "--format", "{{json .DockerRootDir}}") if tree.engine() else None
    if engine and os.path.isdir(engine):
        folders[engine] = engine
    seen = set()
    for folder in folders:
        known = os.statvfs(folder)
        if os.stat(folder).st_dev in seen or not known.f_blocks:
            continue
        seen.add(os.stat(folder).st_dev)
        free = known.f_bavail * known.f_frsize >> 20
        share = known.f_bavail / known.f_blocks
        if share < DISK_FREE_SHARE and free < DISK_FREE_MIB:
            yield ((f"на диске с {folder} свободно {free} МБ, {share:.0%}",
                    f"the disk of {folder} has {free} MB free, {share:.0%}"),
                   "docker image prune -af && docker builder prune -af")


def to_mib(value):
    """MiB of a number of bytes, as in compose's JSON, or of a text like 512M."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmg]?)i?b?", str(value).strip().lower())
    if not found:
        return 0
    return float(found[1]) * {"": 1 / 1048576, "k": 1 / 1024, "m": 1, "g": 1024}[found[2]]


def disk_mib():
    """MiB of the file system with this folder."""
    known = os.statvfs(tree.ROOT)
    return known.f_blocks * known.f_frsize >> 20


def limits_sum():
    """The sum of the memory limits, in MiB, of all long-running services of this machine, with all their running instances."""
    description, _ = tree.configuration()
    running = [tree.service_of(one) for one in tree.containers() if one["State"]["Running"]]
    total = 0
    for name, service in (description or {}).get("services", {}).items():
        if service.get("restart") != "no":
            limit = to_mib(tree.limits_of(service).get("memory") or service.get("mem_limit") or 0)
            total += limit * max(1, running.count(name))
    return total


def memory():
    total, swap = host.memory()
    wanted = limits_sum()
    if wanted > total * MEMORY_SHARE:
        yield ((f"пределы памяти контейнеров {wanted:.0f} МБ, а памяти {total} МБ",
                f"the memory limits of the containers are {wanted:.0f} MB, but the machine has {total} MB"),
               "sudo deploy/tapbot init", ("Ядро убьёт случайный контейнер; уберите профили или добавьте память",
                                           "The kernel would kill some container; remove profiles or add memory"))
    if total < SWAP_ENOUGH_RAM_MIB and swap < SWAP_MIB:
        yield (f"памяти {total} МБ и нет подкачки", f"{total} MB of memory and no swap"), ZRAM_MAKE if disk_mib() < LARGE_DISK_MIB else SWAP_MAKE


def profiles_chosen():
    return {one.strip() for one in tree.env_read().get("COMPOSE_PROFILES", "").split(",")}


def admin_tools():
    """If the profile admin is enabled on server 2, which has the database: it needs enough memory for both."""
    total, _ = host.memory()
    if {"server2", "admin"} <= profiles_chosen() and total < LARGE_MEMORY_MIB:
        yield (f"профиль admin при {total} МБ памяти, нужно 6 ГБ", f"the profile admin is enabled with {total} MB of memory, 6 GB are needed"),


def vectors():
    """If the profile vectors is enabled: server 2 needs enough memory, server 1, which has the smaller disk, enough disk space."""
    profiles = profiles_chosen()
    if "vectors" not in profiles:
        return
    total, _ = host.memory()
    if "server2" in profiles and total < LARGE_MEMORY_MIB:
        yield (f"профиль vectors при {total} МБ памяти, нужно 6 ГБ", f"the profile vectors is enabled with {total} MB of memory, 6 GB are needed"),
    room = disk_mib()
    if "server2" not in profiles and room < LARGE_DISK_MIB:
        yield (f"профиль vectors на диске в {room} МБ, нужно 20 ГБ", f"the profile vectors is enabled on a disk of {room} MB, 20 GB are needed"),


def clock():
    state = tree.run("timedatectl", "show", "--property=NTPSynchronized", "--value").stdout.strip()
    tracking = tree.run("chronyc", "-c", "tracking").stdout.split(",")
    if len(tracking) > 4:
        try:
            offset = abs(float(tracking[4]))
        except ValueError:
            offset = 0.0
        if offset > CLOCK_SECONDS:
            yield ((f"часы расходятся с сетевыми на {offset:.1f} с", f"the clock is {offset:.1f} s off"),
                   "sudo chronyc makestep")
    elif state == "no":
        yield ("часы не сверяются с сетью", "the clock is not synchronised"), "sudo timedatectl set-ntp true"
    # Only files, which have a dot: the time of a folder changes when byte code is written.
    newest = max(os.path.getmtime(one) for one in glob.glob(os.path.join(tree.ROOT, "deploy", "lib", "*.*")))
    if time.time() < newest - 86400:
        yield (("часы показывают время раньше, чем сделаны эти файлы", "the clock shows a time before these files were made"),
               "sudo timedatectl set-ntp true")


def journal():
    """Whether the table of deploy/host/journal.nft is loaded."""
    if not table_there("tapbot_journal"):
        yield ("никто не записывает, кто приходит снаружи", "incoming connections are not logged"), tables_load()


def table_there(name):
    if os.geteuid():
        raise Unchecked("таблицы ядра видит только root", "only root can list the kernel's tables")
    return tree.run("nft", "list", "table", "inet", name).returncode == 0


def tables_load():
    """The command that loads both tables, also while systemd takes the unit for running: `nft flush ruleset` does not stop it."""
    install = "" if shutil.which("nft") else "sudo apt-get install -y nftables && "
    return f"{install}sudo systemctl enable {shlex.quote(f'{tree.ROOT}/deploy/host/tapbot-journal.service')} && sudo systemctl restart tapbot-journal.service"


def trusted_wanted():
    """The networks of .env without a connection limit, read like deploy/host/trusted.sh does."""
    env = tree.env_read()
    telegram = env.get("TELEGRAM_NETWORKS") or tree.env_read(tree.ENV_SAMPLE)["TELEGRAM_NETWORKS"]
    words = f"{env.get('ADMIN_NETWORKS', '')},{env.get('PEER_ADDRESS', '')},{telegram}".split(",")
    try:
        return {ipaddress.ip_network(one.strip(), strict=False) for one in words if one.strip()}
    except ValueError:
        raise Unchecked("в .env не сети", "invalid networks in .env") from None


def trusted_loaded():
    """The networks of the kernel's two sets."""
    found = []
    for name in ("trusted4", "trusted6"):
        listed = json.loads(tree.run("nft", "--json", "list", "set", "inet", "tapbot_connections", name).stdout or "{}")
        for one in [one for part in listed.get("nftables", []) for one in part.get("set", {}).get("elem", [])]:
            if isinstance(one, str):
                found.append(ipaddress.ip_network(one))
            elif "prefix" in one:
                found.append(ipaddress.ip_network(f"{one['prefix']['addr']}/{one['prefix']['len']}"))
            else:
                found += ipaddress.summarize_address_range(*map(ipaddress.ip_address, one["range"]))
    return found


def merged(networks):
    return [one for version in (4, 6) for one in ipaddress.collapse_addresses(n for n in networks if n.version == version)]


def connections():
    """Whether the table of deploy/host/connections.nft is loaded with the trusted networks of .env."""
    if not table_there("tapbot_connections"):
        yield ("соединения одного адреса никто не считает", "the connections of one source are not limited"), tables_load()
    elif merged(trusted_wanted()) != merged(trusted_loaded()):
        yield (("ядро щадит не те адреса, что в .env", "the trusted addresses in the kernel differ from .env"),
               f"sudo sh {shlex.quote(f'{tree.ROOT}/deploy/host/trusted.sh')}")


HOST = [
    Check("docker", ("Docker есть, отвечает, достаточно новый", "Docker is installed, answers, and is new enough"), docker_there,
          ("Контейнеры не запустить", "Containers cannot be started"), fatal=True),
    Check("compose-version", ("docker compose есть и достаточно новый", "docker compose is installed and new enough"), compose_there,
          ("Описание стека не прочитать", "The description cannot be read"), fatal=True),
    Check("live-restore", ("live-restore в Docker", "live restore of Docker"), engine_restores,
          ("Упадёт или обновится Docker, и остановится всё", "If Docker crashes or is updated, everything stops"),
          "sudo deploy/tapbot init --live-restore"),
    Check("dns", ("DNS каждого имени ведёт на эту машину", "every DNS name resolves to this machine"), names,
          ("Сертификат не выпустят, а пять неудач за час закроют выпуск", "No certificate is issued, and five failures within an hour block the issue"),
          "deploy/tapbot init --dns"),
    Check("port", ("порты 80 и 443 свободны или наши", "ports 80 and 443 are free or used by the stack"), ports_free,
          ("Traefik не запустится", "Traefik does not start"), fatal=True),
    Check("disk", ("место на диске", "free disk space"), disk,
          ("При полном диске PostgreSQL останавливается", "PostgreSQL stops on a full disk")),
    Check("memory", ("память против пределов, подкачка", "memory limits against memory, swap"), memory,
          ("Ядро начнёт убивать процессы", "The kernel starts to kill processes")),
    Check("vectors", ("хватит ли машины для Qdrant", "enough resources for Qdrant"), vectors,
          ("Не хватит всем: базе и ботам тоже; без Qdrant поиск идёт по словам", "All services run short, including the database and the bots; without Qdrant search works by words"),
          "sudo deploy/tapbot init", fatal=True),
    Check("admin-tools", ("хватит ли памяти для страниц администратора", "enough memory for the pages of administrators"), admin_tools,
          ("Ядро убьёт случайный контейнер, и базу тоже может", "The kernel would kill some container, perhaps the database"),
          "sudo deploy/tapbot init", fatal=True),
    Check("clock", ("часы", "the clock"), clock,
          ("Сертификаты и сроки бронирований считаются неверно", "Validity of certificates and expiry of holds are computed wrongly")),
    Check("journal", ("журнал приходящих соединений", "the log of incoming connections"), journal,
          ("После нападения не узнать, кто и на какие порты приходил", "After an attack the sources and their target ports are unknown")),
    Check("connections", ("предел соединений одного адреса", "the limit of connections of one source"), connections,
          ("Один адрес займёт всю память Traefik", "One address can use all of Traefik's memory")),
]
