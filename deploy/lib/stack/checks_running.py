# SPDX-License-Identifier: MIT
"""doctor's checks of Docker's networks and containers and of the certificates. They only read."""
import os
import time

from stack import backup_plan, certificates, host, maintenance, settings, tree
from stack.findings import Check, Unchecked, edit
from stack.masking import shown

UP = "sudo deploy/tapbot up --yes"
REAL = f"sudo deploy/tapbot init --yes --acme production && {UP}"  # replaces the staging certificates
CERTIFICATE_DAYS = 21
RESTART_SECONDS = 86400
EDGE_LOGS, EDGE_LOG_MIB = "traefik-logs", 32  # of traefik/start.sh


def need_engine():
    if not tree.engine():
        raise Unchecked("Docker не отвечает", "Docker does not answer")


def description():
    need_engine()
    known, _ = tree.configuration()
    if known is None:
        raise Unchecked("описание не прочитано", "the description cannot be read")
    return known


def used_networks(known):
    used = {name for service in known["services"].values() for name in service.get("networks") or {}}
    return {key: body for key, body in known.get("networks", {}).items() if key in used}


def networks():
    for key, body in used_networks(description()).items():
        name = body.get("name", key)
        found = tree.docker_json("network", "inspect", name)
        if not found or body.get("external"):
            continue
        if found[0]["Labels"].get("com.docker.compose.project") != tree.PROJECT:
            inside = [one["Name"] for one in (found[0].get("Containers") or {}).values()]
            leave = "".join(f"docker network disconnect -f {name} {one} && " for one in inside)
            yield ((f"сеть {name} сделана не этим стеком", f"the network {name} was not made by this stack"),
                   f"{leave}docker network rm {name}")
        elif bool(found[0].get("Internal")) != bool(body.get("internal")):
            yield ((f"сеть {name} сделана с другими свойствами (internal)", f"the network {name} differs (internal)"),
                   f"{' '.join(tree.compose_program() or ['docker compose'])} down && {UP}")


def last_words(container):
    """The last log line of a container, for the finding."""
    lines = tree.docker("logs", "--tail", "1", container["Id"])
    output = (lines.stdout + lines.stderr).strip().splitlines()
    return shown(output[-1])[:160] if output else ""


def restarts():
    """(container, time, reason in Russian and English) of each container that the engine has restarted within a day."""
    fallen = [one for one in tree.containers() if one.get("RestartCount") and one["State"]["Running"]
              and tree.seconds_since(one["State"]["StartedAt"]) < RESTART_SECONDS]
    killed = host.killed_for_memory() if fallen else ""
    for one in fallen:
        began = one["State"]["StartedAt"]
        when = backup_plan.at(time.time() - tree.seconds_since(began))
        limit = one["HostConfig"]["Memory"] >> 20
        logs = tree.docker("logs", "--until", began, "--since", f"{tree.seconds_since(began) + 600}s", one["Id"])
        words = [shown(line)[:160] for line in (logs.stdout + logs.stderr).strip().splitlines()[-1:]]
        if one["Id"] in killed:
            why = (f"убит ядром, не хватило предела памяти {limit} МБ", f"killed by the kernel, its memory limit of {limit} MB was too low")
        elif words:
            why = (f"последняя строка журнала: {words[0]}", f"its last log line: {words[0]}")
        else:
            why = ("причина неизвестна", "the reason is unknown")
        yield one, when, why


def fallen():
    need_engine()
    for one, when, why in restarts():
        name, count = one["Name"].lstrip("/"), one["RestartCount"]
        yield ((f"{name} падал и запущен снова {when}, всего раз: {count}; {why[0]}",
                f"{name} crashed and was restarted at {when}, {count} times in total; {why[1]}"),
               f"deploy/tapbot logs {tree.service_of(one)} --since 24h --level warn")


def probe_words(state):
    log = (state.get("Health") or {}).get("Log") or [{}]
    return shown((log[-1].get("Output") or "").strip())[:160]


def containers():
    known = description()
    found = tree.containers()
    if not found:
        return
    there = {tree.service_of(one) for one in found}
    for name in sorted(set(known["services"]) - there):
        yield (f"{name} не создан", f"{name} was not created"), UP
    for one in found:
        service, state, name = tree.service_of(one), one["State"], one["Name"].lstrip("/")
        if service not in known["services"]:
            if state["Running"]:
                yield ((f"{name} работает, а его профиля нет в .env", f"{name} runs, but its profile is not in .env"), UP,
                       ("Он занимает память и открыт тем, кто рядом", "It uses memory and is reachable from its networks"))
            continue
        once = known["services"][service].get("restart") == "no"
        see = f"deploy/tapbot logs {service}"
        if state.get("OOMKilled"):
            yield ((f"{name}: убит ядром, не хватило предела памяти", f"{name}: killed, its memory limit was too low"),
                   f"docker restart {name}")
        elif state["Status"] == "restarting":
            yield ((f"{name} падает и перезапускается: {last_words(one)}", f"{name} keeps crashing: {last_words(one)}"), see)
        elif not state["Running"] and (not once or state["ExitCode"]):
            yield ((f"{name} остановлен, код {state['ExitCode']}: {last_words(one)}",
                    f"{name} has stopped with exit code {state['ExitCode']}: {last_words(one)}"), UP)
        elif state["Running"] and not once and tree.health_of(state) == "unhealthy":
            words = probe_words(state)
            if "executable file not found" in words or "no such file" in words:
                yield ((f"{name}: в образе нет программы проверки: {words}",
                        f"{name}: the probe's program is not in the image: {words}"), edit("docker-compose.yml"))
            else:
                yield (f"{name} не проходит проверку: {words}", f"{name} is unhealthy: {words}"), f"docker restart {name}"


def network_membership():
    """Finds containers that were disconnected from a network or connected to another one by hand."""
    known = description()
    real = {key: body.get("name", key) for key, body in known.get("networks", {}).items()}
    for one in tree.containers():
        service = known["services"].get(tree.service_of(one))
        if not service or not one["State"]["Running"] or one["HostConfig"]["NetworkMode"] == "none":
            continue
        wanted = {real.get(key, key) for key in service.get("networks") or {}}
        joined = set(one["NetworkSettings"]["Networks"])
        name = one["Name"].lstrip("/")
        for network in sorted(wanted - joined):
            # With the service's name as alias, which other containers use.
            yield ((f"{name} не подключён к {network}", f"{name} is not connected to {network}"),
                   f"docker network connect --alias {tree.service_of(one)} {network} {name}")
        for network in sorted(joined - wanted):
            yield ((f"{name} подключён к лишней сети {network}", f"{name} is also connected to {network}"),
                   f"docker network disconnect {network} {name}")


def stat_of(path):
    """The os.stat() of a file in a volume, or None if there is none."""
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise Unchecked("том читает только root", "only root reads the volume") from error


def acme_file():
    need_engine()
    path = certificates.acme_path()
    known = stat_of(path) if path else None
    if known and (mode := known.st_mode & 0o777) != 0o600:
        yield (f"права acme.json {mode:04o}, должно быть 0600", f"acme.json has mode {mode:04o} instead of 0600"), \
            f"sudo chmod 600 {path}"


def access_log():
    """Whether the access log is rotated (traefik/start.sh): at twice its maximum size it is not."""
    need_engine()
    known = stat_of(os.path.join(tree.volume(EDGE_LOGS) or "", "access.log"))
    if known and (size := known.st_size >> 20) > 2 * EDGE_LOG_MIB:
        yield (f"журнал запросов Traefik вырос до {size} МБ", f"Traefik's access log has grown to {size} MB"), \
            f"docker restart {tree.PROJECT}-traefik-1"


def certificate_days():
    for name, days in sorted((certificates.days() or {}).items()):
        if days < CERTIFICATE_DAYS:
            yield ((f"сертификат {name} кончается через {days} дн.", f"the certificate of {name} expires in {days} days"),
                   "deploy/tapbot logs traefik --since 24h")


def authority():
    other = certificates.other_authority()
    if other:
        yield (f"сертификаты выпустил {other}, а в .env другой центр", f"the certificates were issued by {other}, but .env names another authority"),
    elif former := certificates.of_other_domains():
        yield ((f"хранятся сертификаты не этого домена: {', '.join(former)}", f"there are certificates that are not of this domain: {', '.join(former)}"), UP,
               ("Traefik не сможет их продлить, и проверка traefik станет красной", "Traefik cannot renew them, and the check traefik turns red"))


def gateway_rows(*words):
    """The rows that the gateway's own program prints. An older or newer program has fewer or more columns."""
    gateway = tree.running("bot-gateway")
    if not gateway:
        return []
    done = tree.docker("exec", gateway[0]["Id"], "/usr/bin/service", *words)
    if done.returncode:
        raise Unchecked("bot-gateway не называет своих ботов", "bot-gateway cannot list its bots")
    return [line.split("\t") for line in done.stdout.splitlines()]


def active_bots():
    """The rows of active bots: name, tenant, intake, state, type, staff chat, support."""
    return [row for row in gateway_rows("--bots", "list") if row[3:4] == ["active"]]


def called_by_telegram():
    """The names of active bots that receive updates by webhook."""
    return [row[0] for row in active_bots() if row[2] == "webhook"]


def support():
    need_engine()
    for kind, rows in grouped(active_bots(), 4).items():
        if all(row[6:7] == ["none"] for row in rows):
            yield ((f"у ботов типа {kind} не указано, куда людям писать: {', '.join(row[0] for row in rows)}",
                    f"bots of the type {kind} name no support: {', '.join(row[0] for row in rows)}"),
                   f"sudo deploy/tapbot bots add {rows[0][0]} --tenant {rows[0][1]}")


def staff_chats():
    need_engine()
    for tenant, rows in grouped([row for row in active_bots() if row[4:5] != ["flow"]], 1).items():
        states = {row[5] for row in rows if len(row) > 5}
        if states and "linked" not in states:
            lost = "lost" in states
            yield ((f"у арендатора {tenant} {'потерян чат' if lost else 'нет чата'} сотрудников",
                    f"the tenant {tenant} has {'lost its' if lost else 'no'} staff chat"),
                   f"sudo deploy/tapbot bots staff {rows[0][0]}")


def held():
    need_engine()
    for bot, rows in grouped(gateway_rows("--held"), 0).items():
        yield ((f"после восстановления базы у бота {bot} ждут решения: {len(rows)}, с {rows[0][3]} UTC",
                f"after a restore of the database {len(rows)} messages of the bot {bot} wait for a decision, since {rows[0][3]} UTC"),
               f"sudo deploy/tapbot bots held {bot}")


def closed():
    since = maintenance.since()
    if since:
        yield (f"снаружи закрыто с {since}", f"closed for clients since {since}"), "sudo deploy/tapbot maintenance off"


def grouped(rows, column):
    """{value of the column: the rows with it}."""
    found = {}
    for row in rows:
        found.setdefault(row[column] if len(row) > column else "", []).append(row)
    return found


def trusted_again():
    """The command that replaces the certificates with those of a publicly trusted authority."""
    if tree.env_read().get("ACME_SERVER", "") == settings.ACME["staging"]:
        return REAL
    return UP if certificates.other_authority() else "deploy/tapbot logs traefik --since 24h"


def webhook_certificate():
    need_engine()
    bots = called_by_telegram()
    if not bots:
        return
    if not certificates.authorities_known():
        raise Unchecked("нет пакета ca-certificates", "the package ca-certificates is missing")
    host_name, named = f"bot.{tree.domain()}", ", ".join(bots)
    try:
        why = certificates.distrust(host_name)
    except OSError as error:
        raise Unchecked("порт 443 не отвечает", "port 443 does not answer") from error
    if why:
        yield ((f"сертификату {host_name} Telegram не поверит ({why}), а обновления по вебхуку ждут боты: {named}",
                f"Telegram does not trust the certificate of {host_name} ({why}), and these bots get updates by webhook: {named}"),
               trusted_again())


RUNNING = [
    Check("network", ("сети Docker", "Docker's networks"), networks,
          ("Контейнеры не увидят друг друга или не запустятся", "Containers do not reach each other, or do not start"), fatal=True),
    Check("container", ("контейнеры запущены и здоровы", "containers run and are healthy"), containers,
          ("Часть сайта не работает", "Part of the site does not work"), UP),
    Check("restart", ("падения за сутки", "crashes within a day"), fallen,
          ("Все, кто ждал ответа, его не получили; повторится, если причина осталась",
           "Requests in progress were lost; it will happen again unless the cause is removed")),
    Check("membership", ("контейнеры в своих сетях", "containers are on their networks"), network_membership,
          ("502 или 504 от Traefik, или доступ там, где его быть не должно", "Traefik answers 502 or 504, or there is access where there should be none")),
    Check("acme", ("права acme.json", "mode of acme.json"), acme_file,
          ("Traefik откажется от него и останется без сертификатов", "Traefik rejects the file and has no certificates")),
    Check("access-log", ("журнал запросов Traefik не растёт без конца", "the size of Traefik's access log is limited"), access_log,
          ("Он займёт весь диск", "It will fill the disk")),
    Check("authority", ("сертификаты того центра, что в .env", "certificates of the authority named in .env"), authority,
          ("Traefik показывал бы старые сертификаты, пока они не кончатся", "Traefik would use the old certificates until they expire"), UP),
    Check("certificate", ("сроки сертификатов", "validity of the certificates"), certificate_days,
          ("Traefik обновляет за 30 дней: значит, обновление не удаётся", "Traefik renews certificates 30 days before they expire, so the renewal is failing")),
    Check("webhook-certificate", ("сертификат, по которому приходит Telegram", "the certificate that Telegram checks"), webhook_certificate,
          ("Telegram не доставит им ни одного обновления", "Telegram will not deliver any update to them")),
    Check("support", ("у ботов указано, куда людям писать", "bots name where people can write"), support,
          ("Кому бот не помог, тот не узнает, к кому обратиться", "People whom a bot does not help do not learn whom to ask")),
    Check("staff-chat", ("у каждого арендатора есть чат сотрудников", "each tenant has a staff chat"), staff_chats,
          ("О брони, о которой хозяину не сообщить, не узнает никто, и человека не позвать",
           "What an owner cannot be told reaches nobody, and nobody can call a person")),
    Check("held", ("задержанные сообщения ботов", "held messages of bots"), held,
          ("Люди не получат их, пока вы не решите, отправлять ли", "People do not get them until you decide whether to send them")),
    Check("maintenance", ("стек открыт", "the stack is open"), closed,
          ("Сайт, боты и программы получают 503; так остаётся и после прерванной команды", "Clients and bots get 503; an interrupted command leaves this state, too")),
]
