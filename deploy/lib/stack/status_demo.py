# SPDX-License-Identifier: MIT
"""The overview of the demo of this clone, for `status` on a machine without a stack: its services, PostgreSQL and Redis."""
import concurrent.futures
import http.client
import json
import os
import re
import shlex
import socket
import urllib.parse

import services
from say import ago, aligned, say, text
from stack import tree

SECONDS = 3  # for each question
STATES = {"ready": ("работает", "ready"), "unready": ("не готов", "not ready"), "silent": ("не отвечает", "does not answer"), "stopped": ("остановлен", "stopped")}
SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"  # which PostgreSQL answers with S or N before any password


def environment():
    """The variables of var/demo.env; None if there is no demo."""
    try:
        with open(os.path.join(os.environ.get("TAPBOT_VAR", os.path.join(tree.ROOT, "var")), "demo.env"), encoding="utf-8") as file:
            return dict(word.partition("=")[::2] for word in shlex.split(file.read()))
    except OSError:
        return None


def started(pid):
    """For how many seconds the process has run; None if it does not."""
    try:
        with open(f"/proc/{int(pid)}/stat", encoding="utf-8", errors="replace") as stat, open("/proc/uptime", encoding="ascii") as uptime:
            ticks = int(stat.read().rpartition(")")[2].split()[19])  # starttime (proc(5), field 22)
            return max(0, int(float(uptime.read().split()[0]) - ticks / os.sysconf("SC_CLK_TCK")))
    except (OSError, ValueError, IndexError):
        return None


def fetched(url, path):
    """(status, body) of a GET; (0, "") without an answer in time."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def service(one, words):
    """The row of a service of ours."""
    url, up = words.get(f"{one.short.upper()}_URL", ""), started(words.get(f"{one.name.upper().replace('-', '_')}_PID", ""))
    status, _ = fetched(url, "/readyz") if up is not None else (0, "")
    version = re.search(r'^\w*build_info\{[^}]*version="([^"]*)"', fetched(url, "/metrics")[1], re.MULTILINE) if status else None
    state = "stopped" if up is None else "silent" if not status else "ready" if status == 200 else "unready"
    return {"name": one.name, "state": state, "url": url, "version": version[1] if version else None, "up_seconds": up}


def server(name, url, question, answers):
    """The row of PostgreSQL or Redis: whether it answers in time."""
    place, state = urllib.parse.urlsplit(url), "silent"
    try:
        with socket.create_connection((place.hostname, place.port), SECONDS) as connection:
            connection.settimeout(SECONDS)
            connection.sendall(question)
            state = "ready" if connection.recv(1) in answers else "silent"
    except ConnectionRefusedError:
        state = "stopped"
    except (OSError, ValueError, TypeError):
        pass
    return {"name": name, "state": state, "url": f"{place.scheme}://{place.hostname}:{place.port}", "version": None, "up_seconds": None}


def gather(words):
    """The state of the demo, for --json too."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        rows = [pool.submit(service, one, words) for one in services.services()]
        rows += [pool.submit(server, "PostgreSQL", words.get("DATABASE_URL", ""), SSL_REQUEST, (b"S", b"N")),
                 pool.submit(server, "Redis", words.get("REDIS_URL", ""), b"PING\r\n", (b"+", b"-"))]
        found = [row.result() for row in rows]
    good = all(row["state"] == "ready" for row in found)
    return {"demo": True, "light": "GREEN" if good else "RED", "services": found}


def show(state):
    say(f"{state['light']}  демо этой папки (стека на этой машине нет)", f"{state['light']}  the demo of this folder (this machine has no stack)")
    rows = [text("сервис|состояние|адрес|версия|работает", "service|state|address|version|up").split("|")]
    rows += [[row["name"], text(*STATES[row["state"]]), row["url"], row["version"] or "-", "-" if row["up_seconds"] is None else ago(row["up_seconds"])]
             for row in state["services"]]
    print("\n".join(aligned(rows)))
    wrong = [row["name"] for row in state["services"] if row["state"] != "ready"]
    if wrong and all(row["state"] == "stopped" for row in state["services"]):
        say("Демо остановлено. Запустить: deploy/tapbot demo --detach", "The demo is stopped. To start it: deploy/tapbot demo --detach")
    elif wrong:
        listed = ", ".join(wrong)
        say(f"Не работает: {listed}. Запустить остановленное: deploy/tapbot demo --detach. Не помогло: deploy/tapbot demo stop и снова. Журналы: var/demo/*.log",
            f"Does not work: {listed}. To start what has stopped: deploy/tapbot demo --detach. If that does not help: deploy/tapbot demo stop, and again. Logs: var/demo/*.log")
    else:
        say("Всё работает. Поговорить с ботом: deploy/tapbot chat. Остановить: deploy/tapbot demo stop",
            "All is well. To chat with the bot: deploy/tapbot chat. To stop it: deploy/tapbot demo stop")


def main(words, as_json):
    """The exit code."""
    state = gather(words)
    if as_json:
        print(json.dumps(state, ensure_ascii=False, indent=1))
    else:
        show(state)
    return 0 if state["light"] == "GREEN" else 1
