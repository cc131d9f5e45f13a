# SPDX-License-Identifier: MIT
"""logs: the logs of all containers, merged by time and formatted for reading: JSON lines become sentences, secrets become ***.
Traefik's access log is read from the files in its volume."""
import collections
import contextlib
import datetime
import io
import os
import queue
import re
import subprocess
import sys
import threading

from say import answer_help, die, options_of, printable, text, warn
from stack import peer, tree
from stack.backup_plan import ZONE
from stack.masking import COLOUR, mask

USAGE = ("""deploy/tapbot logs: журналы, по порядку времени (Алматы), без секретов.

  deploy/tapbot logs [СЕРВИС...] [--since 1h] [--follow] [--tail N] [--request-id ID]
                     [--level warn] [--raw] [--here]

СЕРВИС          как в deploy/tapbot status: traefik, postgres, n8n...; без него все
--since         30s, 10m, 2h, 3d или время 2026-01-31T12:00:00 (Алматы)
--follow        ждать новых строк; Ctrl-C заканчивает
--tail N        последние N строк каждого контейнера, у Traefik ещё N запросов (200)
--request-id    только строки этого запроса, во всех сервисах
--level         debug, info, warn или error: не тише этого
--raw           строки как есть, время UTC (секреты скрыты и тут)
--here          только этот сервер; где их два, перед именем контейнера номер сервера

Запросы Traefik видит только root. Коды выхода: 0 показано, 1 не получилось, 2 неверные параметры,
3 чего-то нет на машине.""",
         """deploy/tapbot logs: the logs, ordered by time (of Almaty), with secrets masked.

  deploy/tapbot logs [SERVICE...] [--since 1h] [--follow] [--tail N] [--request-id ID]
                     [--level warn] [--raw] [--here]

SERVICE         as in deploy/tapbot status: traefik, postgres, n8n...; default: all
--since         30s, 10m, 2h, 3d, or a time like 2026-01-31T12:00:00 (Almaty)
--follow        wait for new lines; Ctrl-C to stop
--tail N        the last N lines of each container, and N requests of Traefik (200)
--request-id    only the lines of this request, from all services
--level         minimum level: debug, info, warn or error
--raw           unformatted lines, with times in UTC (secrets are masked here too)
--here          only this server; with two servers the container's name is preceded by the server's number

Only root can read Traefik's requests. Exit codes: 0 shown, 1 failed, 2 wrong usage, 3 something is missing
on this machine.""")

EDGE, EDGE_VOLUME = "traefik", "traefik-logs"
ACCESS = ("access.log.2", "access.log.1", "access.log")  # the oldest first: traefik/start.sh
LEVELS = ["debug", "info", "warn", "error"]
WORDS = {"debug": "отладка", "info": "", "warn": "ВНИМАНИЕ", "error": "ОШИБКА"}
EVENTS = {
    "http_request": "", "listening": "принимает соединения", "ready": "готов", "stopping": "завершается",
    "stopped": "завершён", "database_error": "ошибка базы", "schema_incompatible": "схема базы новее программы",
    "task_failed": "фоновая работа не удалась", "task_ended": "фоновая работа остановилась",
}
LINE = re.compile(r"^(\S+?)\s+\| (\S+) ?(.*)$")
POSTGRES = re.compile(r"\b(LOG|WARNING|ERROR|FATAL|PANIC|STATEMENT|DETAIL|HINT):")
# A line in the format of --raw, which the other server returns.
RAW = re.compile(r"(\d{4}-\d\d-\d\dT\S+) (\S+) (.*)$")
TAIL_MAX = 99999
SHOWN = {"timestamp", "time", "level", "service", "event", "message", "msg", "request_id", "method", "route", "status_code",
         "duration_ms", "bytes"}


REST_MAX = 300


class Entry:
    """One line of one container."""

    def __init__(self, container, stamp, body):
        self.container, self.stamp, self.body = container, stamp, body
        self.server = ""
        self.service = re.sub(r"-\d+$", "", container)
        self.fields = tree.json_object(body) if body.startswith("{") else {}

    @property
    def name(self):
        """The container's name, with two servers preceded by the server's number."""
        return f"{self.server}:{self.container}" if self.server else self.container

    @property
    def level(self):
        known = str(self.fields.get("level", "")).lower()
        if known:
            return {"warning": "warn", "err": "error", "fatal": "error", "panic": "error", "trace": "debug"}.get(known, known)
        found = POSTGRES.search(self.body)
        if found:
            return {"WARNING": "warn", "ERROR": "error", "FATAL": "error", "PANIC": "error"}.get(found[1], "info")
        return "info"

    def of_request(self, request_id):
        known = [self.fields.get(name) for name in ("request_id", "request_X-Request-Id", "downstream_X-Request-Id")]
        return request_id in known or (not self.fields and request_id in self.body)


def request_words(fields):
    """The text of a request, logged by our services or by Traefik."""
    if "status_code" in fields:
        words = [fields.get("method"), fields.get("route"), fields.get("status_code")]
        took = fields.get("duration_ms")
        words.append(None if took is None else f"{took:g} {text('мс', 'ms')}")
    else:
        words = [fields.get("RequestMethod"), f"{fields.get('RequestHost', '')}{fields.get('RequestPath', '')}",
                 fields.get("DownstreamStatus"), fields.get("ClientHost")]
        took = fields.get("Duration")
        words.append(None if took is None else f"{took / 1e6:.1f} {text('мс', 'ms')}")
    return "  ".join(str(word) for word in words if word not in (None, ""))


def human(entry):
    fields = entry.fields
    if not fields:
        body = entry.body
    elif "RequestMethod" in fields or "status_code" in fields and "route" in fields:
        body = request_words(fields)
        known = fields.get("request_id") or fields.get("request_X-Request-Id")
        body += f"  [{known}]" if known else ""
    else:
        event = fields.get("event", "")
        spoken = text(EVENTS.get(event) or "", "") or fields.get("message") or fields.get("msg") or event
        others = sorted((name for name in fields if name not in SHOWN), key=lambda name: name != "error")
        rest = "  ".join(f"{name}={fields[name]}" for name in others)[:REST_MAX]
        known = fields.get("request_id")
        body = f"{spoken}  {rest}".rstrip() + (f"  [{known}]" if known else "")
    word = text(WORDS.get(entry.level, entry.level), entry.level if entry.level in ("warn", "error") else "")
    return printable(f"{clock_of(entry.stamp)} {entry.name:<{20 if entry.server else 18}} {word + ' ' if word else ''}{body}")


def clock_of(stamp):
    """The time of day in Almaty of a timestamp in UTC."""
    with contextlib.suppress(ValueError, OverflowError):  # the other server may send anything
        return f"{datetime.datetime.fromisoformat(stamp[:19] + '+00:00').astimezone(ZONE):%H:%M:%S}"
    return stamp[11:19]


UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def time_of(words):
    """The moment of a text like 10m or 1h30m (ago), or of a time, in Almaty if it names no zone; None if it is neither."""
    with contextlib.suppress(ValueError, OverflowError):
        if re.fullmatch(r"(\d+[smhd])+", words):
            seconds = sum(int(number) * UNITS[unit] for number, unit in re.findall(r"(\d+)(.)", words))
            return datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=seconds)
        found = datetime.datetime.fromisoformat(re.sub("Z$", "+00:00", words))
        return (found if found.tzinfo else found.replace(tzinfo=ZONE)).astimezone(datetime.timezone.utc)
    return None


def stamp_of(when):
    return when.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def wanted(entry, given):
    if entry.stamp < given.get("--since", ""):
        return False
    if given.get("--request-id") and not entry.of_request(given["--request-id"]):
        return False
    level = entry.level if entry.level in LEVELS else "info"
    return LEVELS.index(level) >= LEVELS.index(given["--level"])


def show(entry, given):
    line = printable(f"{entry.stamp} {entry.name} {entry.body}") if given.get("--raw") else human(entry)
    print(mask(line), flush=bool(given.get("--follow")))


def ended_by_newline(stream):
    """The lines of a program's output. A carriage return, which a container may write, does not end a line."""
    return io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline="\n")


def entries(stream):
    for line in stream:
        found = LINE.match(COLOUR.sub("", line.rstrip("\n")))
        if found and re.match(r"\d{4}-\d\d-\d\dT", found[2]):
            yield Entry(found[1], found[2], found[3])


def request_entries(stream):
    """Entries of lines of the access log, each with the end of the request as its time, like in the logs of containers."""
    for line in stream:
        entry = Entry(f"{EDGE}-1", "", line.rstrip("\n"))
        with contextlib.suppress(KeyError, TypeError, ValueError):
            began = datetime.datetime.fromisoformat(entry.fields["StartUTC"][:19] + "+00:00")
            fraction = float("0" + (re.search(r"\.\d+", entry.fields["StartUTC"]) or ["0"])[0])
            entry.stamp = stamp_of(began + datetime.timedelta(seconds=fraction + entry.fields["Duration"] / 1e9))
            yield entry


def access_files():
    """Paths of Traefik's access log on this machine; none without the right to read them."""
    folder = tree.volume(EDGE_VOLUME)
    if folder is None:
        return []
    if not os.access(folder, os.R_OK):
        warn("(запросы Traefik видит только root: sudo deploy/tapbot logs)", "(only root can read Traefik's requests: sudo deploy/tapbot logs)")
        return []
    return [path for path in (os.path.join(folder, name) for name in ACCESS) if os.path.exists(path)]


def lines_of(paths):
    for path in paths:
        with contextlib.suppress(FileNotFoundError), open(path, encoding="utf-8", errors="replace", newline="\n") as file:
            yield from file


def stored_requests(given):
    """The entries of the access log that may match the options."""
    lines = lines_of(access_files())
    if given.get("--request-id"):
        lines = (line for line in lines if given["--request-id"] in line)
    elif not given.get("--since") and given["--tail"] != "all":
        lines = collections.deque(lines, int(given["--tail"]))
    return request_entries(lines)


def together(*streams):
    """The entries of several streams as they arrive, until one of the streams ends."""
    found = queue.Queue(1000)

    def take(stream):
        for entry in stream:
            found.put(entry)
        found.put(None)
    for stream in streams:
        threading.Thread(target=take, args=(stream,), daemon=True).start()
    return iter(found.get, None)


def peer_question(given):
    """Starts the query to the other server, which runs while this server's logs are read. None if there is no other server, or if
    it must not be queried."""
    if given.get("--here") or not peer.number():
        return None
    if given.get("--follow"):
        warn("(--follow показывает только этот сервер)", "(--follow shows this server only)")
        return None
    words = ["logs", "--here", "--raw", "--level", given["--level"], *given["services"]]
    for name in ("--since", "--request-id"):
        words += [name, given[name]] if given.get(name) else []
    # The answer has a limit (peer.BYTES_MAX), so the query has one too.
    tail = TAIL_MAX if given["--tail"] == "all" else min(int(given["--tail"]), TAIL_MAX)
    return peer.Question(*words, "--tail", str(tail))


def peer_entries(question, given):
    """Entries of the other server; if it does not answer, a warning is printed."""
    number = peer.number()
    try:
        code, output, messages = question.answer()
    except peer.Silent as why:
        warn(f"(сервер {number}: {why.why[0]})", f"(server {number}: {why.why[1]})")
        return
    # A service may run on only one of the servers.
    if code and not (code == 2 and given["services"]):
        last = peer.last_line(messages) if messages.strip() else f"exit {code}"
        warn(*[f"(server {number}: {mask(last)})"] * 2)
    # Not splitlines(), which also splits at U+2028: logged text could then forge a line.
    for line in output.split("\n"):
        found = RAW.match(printable(line))
        if found:
            entry = Entry(found[2], found[1], found[3])
            entry.server = number
            yield entry


def own_entries(process, requests, given, number):
    """The existing entries of this server."""
    for entry in (*entries(ended_by_newline(process.stdout)), *(stored_requests(given) if requests else [])):
        entry.server = number
        yield entry


def options_checked(arguments):
    """The options, with the time as a timestamp; exits if they are invalid."""
    names = []
    found = options_of(arguments, ("--since", "--tail", "--request-id", "--level"), ("--follow", "-f", "--raw", "--here"), names)
    given = {"services": names, "--tail": "200", "--level": "debug", **(found or {})}
    if found is None or given["--level"] not in LEVELS or not re.fullmatch(r"\d+|all", given["--tail"]):
        die(2, *USAGE)
    if "-f" in given:
        given["--follow"] = True
    if given.get("--since"):
        when = time_of(given["--since"])
        if when is None:
            die(2, f"--since {given['--since']}: нужно 30s, 10m, 2h, 3d или время, например 2026-01-31T12:00:00",
                f"--since {given['--since']}: expected 30s, 10m, 2h, 3d, or a time like 2026-01-31T12:00:00")
        given["--since"] = stamp_of(when)
    return given


def services_of(given):
    """{services that have a container here}; exits if a requested service does not exist."""
    there = {tree.service_of(one) for one in tree.containers()}
    if not there:
        die(1, "Ничего не запущено. Запустить: deploy/tapbot up", "The stack is not running. To start it: deploy/tapbot up")
    known = set(there)
    if peer.number() and not given.get("--here"):
        known |= set((tree.configuration(everything=True)[0] or {}).get("services", {}))
    unknown = [name for name in given["services"] if name not in known]
    if unknown:
        listed = ", ".join(sorted(there))
        die(2, f"Нет контейнера {', '.join(unknown)}. Есть: {listed}", f"No container {', '.join(unknown)}. Containers: {listed}")
    return there


def logs_command(given, tail, here):
    command = tree.compose_command("logs", "--timestamps", "--no-color", "--tail", tail, profiles=["*"])
    command += ["--since", given["--since"]] if given.get("--since") else []
    command += ["--follow"] if given.get("--follow") else []
    # If all requested services run on the other server, nothing is read here.
    return [*command, *here] if here or not given["services"] else ["true"]


def main(arguments):
    answer_help(arguments, USAGE)
    given = options_checked(arguments)
    tree.env_read()  # exits with a message if .env is not readable
    tree.engine_needed()
    there = services_of(given)
    question = peer_question(given)
    # Requests are searched in all stored lines, not only in the last ones.
    tail = "all" if {"--request-id", "--since"} & set(given) else given["--tail"]
    here = [name for name in given["services"] if name in there]
    requests = EDGE in (given["services"] or there) and EDGE in there
    # In memory, because people read logs when the disk is full.
    with open(os.memfd_create("messages"), "w+", encoding="utf-8", errors="replace") as messages, \
            subprocess.Popen(logs_command(given, tail, here), cwd=tree.ROOT, stdout=subprocess.PIPE, stderr=messages,
                             stdin=subprocess.DEVNULL) as process, contextlib.ExitStack() as stack:
        try:
            if not given.get("--follow"):
                found = list(own_entries(process, requests, given, tree.link_server() if question else ""))
                found += peer_entries(question, given) if question else []
                found = sorted(found, key=lambda one: one.stamp)
            elif requests and (files := access_files()):
                last = stack.enter_context(subprocess.Popen(
                    ["tail", "-n", tail.replace("all", "+1"), "-F", files[-1]], stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL))
                stack.callback(last.kill)
                found = together(entries(ended_by_newline(process.stdout)), request_entries(ended_by_newline(last.stdout)))
            else:
                found = entries(ended_by_newline(process.stdout))
            for entry in found:
                if wanted(entry, given):
                    show(entry, given)
        except KeyboardInterrupt:
            process.terminate()
            return 0
        if process.wait():
            messages.seek(0)
            why = mask((messages.read().strip().splitlines() or ["?"])[-1])
            die(1, f"Docker не показал журналы: {why}. Почему: deploy/tapbot doctor", f"Docker did not show the logs: {why}. To find out: deploy/tapbot doctor")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
