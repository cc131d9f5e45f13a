# SPDX-License-Identifier: MIT
"""status: everything on one screen, or as JSON for programs. The light is the documentation's: green, yellow,
red."""
import json
import os
import sys

from say import ENGLISH, print_table, say, text, warn
from stack import certificates, checks_host, checks_running, host, tree, watch
from stack.masking import mask

USAGE = ("""deploy/tapbot status: всё на одном экране.

  deploy/tapbot status           для людей
  deploy/tapbot status --json    для программ

Светофор: GREEN всё хорошо, YELLOW пора посмотреть (и сутки после падения контейнера), RED что-то не работает.
Судит сервис health; если он не отвечает, сама команда. Что видит только она, она добавляет в обоих случаях.
Коды выхода: 0 GREEN или YELLOW, 1 RED или ничего не запущено, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot status: everything on one screen.

  deploy/tapbot status           for people
  deploy/tapbot status --json    for programs

The light: GREEN all is well, YELLOW have a look (and a day after a container fell), RED something does not work.
The service health judges; where it does not answer, the command itself. What only the command sees it adds in both cases.
Exit codes: 0 GREEN or YELLOW, 1 RED or nothing runs, 2 wrong usage, 3 something is missing on this machine.""")

# Of the documentation: yellow and red from these on, exact borders are yellow.
MEMORY_YELLOW, MEMORY_RED = 85, 95
DISK_YELLOW, DISK_RED = 20, 10
CERTIFICATE_YELLOW, CERTIFICATE_RED = 30, 7


def memory_used(names):
    """{container: (MiB used, MiB of limit)}, one question for all."""
    done = tree.docker("stats", "--no-stream", "--format", "{{json .}}", *names, timeout=30)
    used = {}
    for line in done.stdout.splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
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


def problems(state, fallen):
    """[(colour, Russian, English)] of what is not as it should be; `fallen` as checks_running.restarts() gives them."""
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
            found.append(("YELLOW", f"{name}: процесс в нём убит из-за памяти", f"{name}: a process in it was killed for memory"))
    for one, when, why in fallen:
        name = one["Name"].lstrip("/")
        found.append(("YELLOW", f"{name}: падал и запущен снова {when}; {why[0]}", f"{name}: has fallen, started again at {when}; {why[1]}"))
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
    # One line for what is wrong: the container's own, else health's.
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
        "domain": tree.domain(), "version": tree.env_read().get("TAPBOT_VERSION", "dev"),
        "profiles": tree.env_read().get("COMPOSE_PROFILES", "").split(","), "containers": containers,
        "missing": sorted(set((known or {}).get("services", {})) - {row["service"] for row in containers}),
        "disk": disk_free(), "memory": {"total_mib": total, "swap_mib": swap},
        "certificates": certificates.days(), "health": watch.verdict(),
        "fallen": [{"container": one["Name"].lstrip("/"), "at": when, "why": why[1]} for one, when, why in fallen],
    }
    found = problems(state, fallen)
    colours = [colour for colour, _, _ in found] + [(state["health"] or {}).get("light")]
    state["light"] = "RED" if "RED" in colours or not containers else "YELLOW" if "YELLOW" in colours else "GREEN"
    state["problems"] = [english for _, _, english in found]
    return state, found


def ago(seconds):
    for unit, russian, english in ((86400, "д", "d"), (3600, "ч", "h"), (60, "мин", "min")):
        if seconds >= unit:
            return f"{seconds // unit} {text(russian, english)}"
    return f"{seconds} {text('с', 's')}"


def show(state, found):
    say(f"{state['light']}  {state['domain']}  версия {state['version']}  профили {','.join(state['profiles'])}",
        f"{state['light']}  {state['domain']}  version {state['version']}  profiles {','.join(state['profiles'])}")
    certificates_left = state["certificates"]
    least = min(certificates_left.values()) if certificates_left else None
    shown = text("видны только через sudo", "only seen with sudo") if certificates_left is None else \
        text("нет", "none") if least is None else f"{len(certificates_left)}, {text('ближайший через', 'the nearest in')} " \
        f"{least} {text('дн.', 'days')}"
    say(f"диск {state['disk']['free_mib'] / 1024:.1f} ГБ свободно ({state['disk']['free_percent']} %)  "
        f"память {state['memory']['total_mib']} МБ  сертификаты: {shown}",
        f"disk {state['disk']['free_mib'] / 1024:.1f} GB free ({state['disk']['free_percent']} %)  "
        f"memory {state['memory']['total_mib']} MB  certificates: {shown}")
    health = state["health"]
    if health:
        say(f"судит health: {health['light']} с {health['since']}\n", f"judged by health: {health['light']} since {health['since']}\n")
    else:
        say("health не отвечает (или вы не root): судит сама команда\n", "health does not answer (or you are not root): judged by this command\n")
    names = {"healthy": "здоров", "running": "работает", "done": "выполнен", "stopped": "остановлен",
             "starting": "запускается", "unhealthy": "нездоров", "restarting": "падает", "created": "создан"}
    table = [text("контейнер|версия|состояние|работает|память МБ|предел|%|падений",
                  "container|version|state|up|memory MB|limit|%|restarts").split("|")]
    for row in state["containers"]:
        health = row["health"] if ENGLISH else names.get(row["health"], row["health"])
        memory = [f"{row['memory_mib']:.0f}", str(row["memory_limit_mib"]), str(row["memory_percent"])]
        table.append([row["container"], row["version"], health, ago(row["up_seconds"]) if row["up_seconds"] else "-",
                      *(memory if row["memory_limit_mib"] else ["-"] * 3), str(row["restarts"])])
    print_table(table)
    for colour, russian, english in found:
        say(f"{colour}: {mask(russian)}", f"{colour}: {mask(english)}")
    if found:
        say("Подробнее: sudo deploy/tapbot doctor", "More: sudo deploy/tapbot doctor")


def main(arguments):
    if {"-h", "--help"} & set(arguments):
        say(*USAGE)
        return 0
    if not set(arguments) <= {"--json"}:
        warn(*USAGE)
        return 2
    tree.engine_needed()
    state, found = gather()
    if "--json" in arguments:
        print(json.dumps(state, ensure_ascii=False, indent=1))
    elif not state["containers"]:
        say("Ничего не запущено. Запустить: deploy/tapbot up", "Nothing runs. Start it: deploy/tapbot up")
    else:
        show(state, found)
    return 1 if state["light"] == "RED" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
