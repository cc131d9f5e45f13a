# SPDX-License-Identifier: MIT
"""status: an overview of the stack, or JSON for programs. GREEN, YELLOW and RED have the meaning of the documentation."""
import json
import os
import sys
import time

import services
from say import ENGLISH, ago, aligned, answer_help, die, printable, say, text
from stack import backup, backup_place, backup_plan, certificates, checks_host, checks_running, host, maintenance, peer, releases, status_demo, tree, watch
from stack.masking import mask

USAGE = ("""deploy/tapbot status: всё на одном экране.

  deploy/tapbot status           для людей
  deploy/tapbot status --json    для программ
  deploy/tapbot status --here    без другого сервера

На машине без стека, где запускали демо: сервисы демо, их состояние, адрес, версия и сколько они работают.

Где серверов два, другой спрашивают по связи; если он не ответил за 10 с, сказано почему. Разные версии одного сервиса
на них видны отдельной строкой.

Оценка: GREEN — всё хорошо, YELLOW — пора посмотреть (и сутки после падения контейнера), RED — что-то не работает.
Общую оценку даёт health; если он не отвечает, команда оценивает сама. То, что проверяет только она, она добавляет всегда.
Коды выхода: 0 GREEN или YELLOW, 1 один из серверов RED или ничего не запущено, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot status: everything on one screen.

  deploy/tapbot status           for people
  deploy/tapbot status --json    for programs
  deploy/tapbot status --here    without the other server

On a machine without a stack where a demo was started: the services of the demo, their state, address, version and uptime.

With two servers the other one is queried over the link; if it does not answer within 10 s, the reason is printed.
Different versions of a service on them are reported on a line of their own.

The light: GREEN no problems, YELLOW needs attention (also for a day after a crash of a container), RED something does not work.
It is determined by the service health, or by the command itself if health does not answer. The command always adds problems
that only it can detect.
Exit codes: 0 GREEN or YELLOW, 1 one of the servers is RED or nothing runs, 2 wrong usage, 3 something is missing on this machine.""")

# Thresholds of the documentation; the exact threshold values are yellow.
MEMORY_YELLOW, MEMORY_RED = 85, 95
DISK_YELLOW, DISK_RED = 20, 10
CERTIFICATE_YELLOW, CERTIFICATE_RED = 30, 7


def memory_used(names):
    """{container: (MiB used, MiB of limit)}, by one command for all containers."""
    done = tree.docker("stats", "--no-stream", "--format", "{{json .}}", *names, timeout=30)
    used = {}
    for row in filter(None, map(tree.json_object, done.stdout.splitlines())):
        first, _, second = row.get("MemUsage", "").partition("/")
        used[row["Name"]] = (checks_host.to_mib(first), checks_host.to_mib(second))
    return used


def health_of(state, once):
    if state["Status"] == "exited":
        return "done" if once and state["ExitCode"] == 0 else "stopped"
    if not state["Running"]:
        return state["Status"]
    return tree.health_of(state) or "running"


def rows():
    known, _ = tree.configuration(everything=True)
    services = (known or {}).get("services", {})
    found = tree.containers()
    running = [one["Name"].lstrip("/") for one in found if one["State"]["Running"]]
    used = memory_used(running) if running else {}
    result = []
    for one in found:
        name, service = one["Name"].lstrip("/"), tree.service_of(one)
        once = services.get(service, {}).get("restart") == "no"
        labels, image = one["Config"]["Labels"], one["Config"]["Image"]
        mib, limit = used.get(name, (0, 0))
        result.append({
            "container": name, "service": service, "once": once,
            "version": labels.get("org.opencontainers.image.version") or image.split("@")[0].rpartition(":")[2],
            "health": health_of(one["State"], once), "restarts": one.get("RestartCount", 0),
            "oom_killed": bool(one["State"].get("OOMKilled")),
            "up_seconds": tree.seconds_since(one["State"]["StartedAt"]) if one["State"]["Running"] else 0,
            "memory_mib": round(mib, 1), "memory_limit_mib": round(limit),
            "memory_percent": round(100 * mib / limit) if limit else 0,
        })
    return sorted(result, key=lambda row: (row["once"], row["container"]))


def disk_free():
    known = os.statvfs(tree.docker_json("info", "--format", "{{json .DockerRootDir}}") or tree.ROOT)
    return {"free_mib": known.f_bavail * known.f_frsize >> 20,
            "free_percent": round(100 * known.f_bavail / known.f_blocks) if known.f_blocks else 0}


def backups():
    """Whether backups are enabled, the age of the last snapshot at the target that lags most, whether the recovery card is to be confirmed,
    why jobs have failed, and, where there is a database, the date of the last restore test that succeeded; None for never. Instead of all
    None if only root can read it."""
    place = backup_place.Stack()
    try:
        known, enabled = place.state(), place.prepared()
    except OSError:
        return None
    last = min((known.get(f"push {target}", {}).get("done", 0) for target in place.targets()), default=0)
    tested = known.get("drill", {}).get("done")
    return {"enabled": enabled, "age_seconds": max(0, int(time.time() - last)) if last else None, "card_asked": enabled and backup_plan.card_asked(known, time.time()),
            "why": [why for target in (None, *place.targets()) for why in backup.whys(known, target)] if enabled else [],
            **({"tested": backup_plan.at(tested)[:10] if tested else None} if place.has_database else {})}


def problems(state, fallen):
    """[(colour, Russian, English)] of the problems; `fallen` is a result of checks_running.restarts()."""
    found = []
    for row in state["containers"]:
        name = row["container"]
        if row["health"] not in ("healthy", "running", "done"):
            colour = "YELLOW" if row["health"] == "starting" else "RED"
            found.append((colour, f"{name}: {row['health']}", f"{name}: {row['health']}"))
        elif row["memory_percent"] >= MEMORY_YELLOW:
            colour = "RED" if row["memory_percent"] > MEMORY_RED else "YELLOW"
            found.append((colour, f"{name}: память {row['memory_percent']} % предела",
                          f"{name}: memory {row['memory_percent']} % of its limit"))
        if row["oom_killed"]:
            found.append(("YELLOW", f"{name}: процесс в нём убит из-за памяти", f"{name}: a process in it was killed because of its memory use"))
    for one, when, why in fallen:
        name = one["Name"].lstrip("/")
        found.append(("YELLOW", f"{name}: падал и запущен снова {when}; {why[0]}", f"{name}: crashed, restarted at {when}; {why[1]}"))
    if state["closed"]:
        found.append(("YELLOW", f"снаружи закрыто с {state['closed']}: deploy/tapbot maintenance off", f"closed for clients since {state['closed']}: deploy/tapbot maintenance off"))
    if (state["backup"] or {}).get("card_asked"):
        found.append(("YELLOW", "карточка восстановления не подтверждена: sudo deploy/tapbot backup card --confirm", "the recovery card is not confirmed: sudo deploy/tapbot backup card --confirm"))
    if whys := (state["backup"] or {}).get("why"):
        russian, english = whys[0]
        found.append(("YELLOW", f"резервная копия: {russian}; подробнее: sudo deploy/tapbot backup", f"backup: {english}; details: sudo deploy/tapbot backup"))
    missing = sorted(state["missing"])
    if missing:
        found.append(("RED", f"не созданы: {', '.join(missing)}", f"not created: {', '.join(missing)}"))
    free = state["disk"]["free_percent"]
    if free <= DISK_YELLOW and state["disk"]["free_mib"] < checks_host.DISK_FREE_MIB:
        found.append(("RED" if free < DISK_RED else "YELLOW", f"на диске свободно {free} %", f"the disk has {free} % free"))
    for name, days in (state["certificates"] or {}).items():
        if days <= CERTIFICATE_YELLOW:
            found.append(("RED" if days < CERTIFICATE_RED else "YELLOW", f"сертификат {name}: {days} дн.",
                          f"certificate of {name}: {days} days"))
    # One line per problem: that of the container, otherwise that of health.
    named = " ".join(russian for _, russian, _ in found)
    for colour, check, what in (state["health"] or {}).get("causes", []):
        if f"tapbot-{check}-" not in named:
            words = f"health: {check}" + (f", {what}" if what else "")
            found.append((colour, words, words))
    return found


def gather():
    containers, fallen = rows(), list(checks_running.restarts())
    known, _ = tree.configuration()
    total, swap = host.memory()
    state = {
        "versions": versions_of(containers), "domain": tree.domain(), "version": releases.shown(),
        "profiles": tree.env_read().get("COMPOSE_PROFILES", "").split(","), "containers": containers,
        "missing": sorted(set((known or {}).get("services", {})) - {row["service"] for row in containers}),
        "disk": disk_free(), "memory": {"total_mib": total, "swap_mib": swap},
        "certificates": certificates.days(), "health": watch.verdict(), "closed": maintenance.since(),
        "fallen": [{"container": one["Name"].lstrip("/"), "at": when, "why": why[1]} for one, when, why in fallen],
        "backup": backups(),
    }
    found = problems(state, fallen)
    colours = [colour for colour, _, _ in found] + [(state["health"] or {}).get("light")]
    state["light"] = "RED" if "RED" in colours or not containers else "YELLOW" if "YELLOW" in colours else "GREEN"
    state["problems"] = [english for _, _, english in found]
    state["findings"] = [[colour, mask(russian), mask(english)] for colour, russian, english in found]
    return state


def versions_of(containers):
    """{service of ours: its version}, of a service whose migrations alone run here too."""
    ours = {one.name for one in services.services()}
    return {**releases.read(), **{row["service"]: row["version"] for row in containers if row["service"] in ours}}


def compare(state):
    """Adds a finding if a service has another version on the other server. A server of an older version of this program sends none."""
    here, there = state["versions"], ((state["peer"] or {}).get("state") or {}).get("versions", {})
    different = sorted(name for name in here if there.get(name, here[name]) != here[name])
    if not different:
        return
    listed = printable(", ".join(f"{name} {here[name]} / {there[name]}" for name in different))
    russian, english = f"на серверах разные версии (здесь / на другом): {listed}. Выровнять: deploy/tapbot deploy", \
        f"the servers run different versions (here / on the other): {listed}. To even them: deploy/tapbot deploy"
    state["light"] = "RED" if state["light"] == "RED" else "YELLOW"
    state["problems"].append(english)
    state["findings"].append(["YELLOW", mask(russian), mask(english)])


def answered(question):
    """The answer of the other server for the JSON: its state, or why there is none."""
    known = {"server": peer.number(), "address": tree.env_read()["LINK_PEER"], "state": None, "silent": None}
    try:
        _, output, messages = question.answer()
        if not output.strip():
            raise peer.Silent(*peer.why_not(messages))
        known["state"] = state = json.loads(output)
        # A state that this version cannot print counts as no answer. It is nested deeper in the final JSON.
        lines(state)
        as_json([[[state]]])
        if not all(isinstance(one, str) for pair in state.get("versions", {}).items() for one in pair):
            raise ValueError
    except peer.Silent as why:
        known["silent"] = list(why.why)
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError):
        known.update(state=None, silent=["ответ не понят: там другая версия?", "its answer is not valid: does it run another version?"])
    return known


def backup_line(known):
    """The line for a result of backups()."""
    never = text("ещё нет", "none yet")
    if known is None:
        return text("резервная копия: видна только через sudo", "backup: only visible with sudo")
    if not known["enabled"]:
        return text("резервная копия: не включена, включить: sudo deploy/tapbot backup init", "backup: not enabled, to enable it: sudo deploy/tapbot backup init")
    age = known["age_seconds"]
    made = never if age is None else text(f"{ago(age)} назад", f"{ago(age)} ago")
    tested = text(f"  проверка восстановления: {known['tested'] or never}", f"  restore test: {known['tested'] or never}") if "tested" in known else ""
    return text("резервная копия: ", "backup: ") + made + tested


def head(state):
    """The lines above the table."""
    yield text(f"{state['light']}  {state['domain']}  версия {state['version']}  профили {','.join(state['profiles'])}",
               f"{state['light']}  {state['domain']}  version {state['version']}  profiles {','.join(state['profiles'])}")
    left = state["certificates"]
    least = min(left.values()) if left else None
    shown = text("видны только через sudo", "only visible with sudo") if left is None else \
        text("нет", "none") if least is None else f"{len(left)}, {text('ближайший через', 'the first expires in')} {least} {text('дн.', 'days')}"
    yield text(f"диск {state['disk']['free_mib'] / 1024:.1f} ГБ свободно ({state['disk']['free_percent']} %)  "
               f"память {state['memory']['total_mib']} МБ  сертификаты: {shown}",
               f"disk {state['disk']['free_mib'] / 1024:.1f} GB free ({state['disk']['free_percent']} %)  "
               f"memory {state['memory']['total_mib']} MB  certificates: {shown}")
    if "backup" in state:  # a server of an older version of this program sends none
        yield backup_line(state["backup"])
    health = state["health"]
    if health:
        yield text(f"общую оценку дал health: {health['light']} с {health['since']}", f"determined by health: {health['light']} since {health['since']}")
    else:
        yield text("health не отвечает (или вы не root): оценка самой команды", "health does not answer (or you are not root): determined by this command")
    yield ""


def table(state):
    names = {"healthy": "здоров", "running": "работает", "done": "выполнен", "stopped": "остановлен",
             "starting": "запускается", "unhealthy": "не проходит проверку", "restarting": "падает", "created": "создан"}
    yield text("контейнер|версия|состояние|работает|память МБ|предел|%|падений",
               "container|version|state|up|memory MB|limit|%|restarts").split("|")
    for row in state["containers"]:
        health = row["health"] if ENGLISH else names.get(row["health"], row["health"])
        memory = [f"{row['memory_mib']:.0f}", str(row["memory_limit_mib"]), str(row["memory_percent"])]
        yield [row["container"], row["version"], health, ago(row["up_seconds"]) if row["up_seconds"] else "-",
               *(memory if row["memory_limit_mib"] else ["-"] * 3), str(row["restarts"])]


def lines(state):
    """All lines of a server."""
    if not state["containers"]:
        return [text("Ничего не запущено. Запустить: deploy/tapbot up", "The stack is not running. To start it: deploy/tapbot up")]
    return [*head(state), *aligned(table(state)),
            *(f"{colour}: {text(russian, english)}" for colour, russian, english in state["findings"])]


def as_json(state):
    """JSON in which control characters for the terminal are escaped."""
    written = json.dumps(state, ensure_ascii=False, indent=1)
    return "".join(one if one.isprintable() or one == "\n" else json.dumps(one)[1:-1] for one in written)


def show(state):
    other = state.get("peer")
    if other:
        here = tree.link_server()
        say(f"Сервер {here}, этот", f"Server {here}, this one")
    print("\n".join(lines(state)))
    if state["findings"] and state["containers"]:
        say("Подробнее: sudo deploy/tapbot doctor", "Details: sudo deploy/tapbot doctor")
    if other and other["silent"]:
        russian, english = other["silent"]
        say(f"\nСервер {other['server']}, {other['address']}: {russian}", f"\nServer {other['server']}, {other['address']}: {english}")
    elif other:
        say(f"\nСервер {other['server']}, {other['address']}", f"\nServer {other['server']}, {other['address']}")
        print("\n".join(mask(printable(line)) for line in lines(other["state"])))


def main(arguments):
    answer_help(arguments, USAGE)
    if not set(arguments) <= {"--json", "--here"}:
        die(2, *USAGE)
    of_demo = None if os.path.exists(tree.ENV_FILE) else status_demo.environment()
    if of_demo is not None:
        return status_demo.main(of_demo, "--json" in arguments)
    tree.engine_needed()
    question = peer.Question("status", "--json", "--here") if peer.number() and "--here" not in arguments else None
    state = gather()
    state["peer"] = answered(question) if question else None
    compare(state)
    if "--json" in arguments:
        print(as_json(state))
    else:
        show(state)
    lights = [state["light"], ((state["peer"] or {}).get("state") or {}).get("light")]
    return 1 if "RED" in lights else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
