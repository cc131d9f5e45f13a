# SPDX-License-Identifier: MIT
"""search load FILE: documents of a file, one on a line, as a stream to search-api, past the edge, where a body ends at 64 KiB."""
import http.client
import json
import os
import stat
import sys
import time

from chat.rendering import clean
from say import die, say, text, warn

USAGE = ("""deploy/tapbot search load: передать файл документов.

  deploy/tapbot search load ФАЙЛ

ФАЙЛ   документ на строке (NDJSON): {"id": "call-17", "version": 1, "text": "...", "sent_at": "2026-01-02T03:04:05Z"};
       ещё можно bot, chat_id, user_id, language. До 1 ГиБ, строка до 64 КиБ. Плохие строки пропускаются и называются

Документ с тем же id заменяется большей версией; передать файл ещё раз безвредно, и так надо сделать, если связь
оборвалась. Передаётся демо, если оно запущено, иначе стеку. Стеку нужен ключ с правом search:write, в переменной API_KEY.

Коды выхода: 0 передано всё, 1 не всё, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot search load: send a file of documents.

  deploy/tapbot search load FILE

FILE   a document on each line (NDJSON): {"id": "call-17", "version": 1, "text": "...", "sent_at": "2026-01-02T03:04:05Z"};
       bot, chat_id, user_id, language may be there too. Up to 1 GiB, a line up to 64 KiB. Bad lines are passed over and told

A higher version replaces the document of its id; sending a file again is harmless, and what to do where the connection
breaks. It goes to the demo where that runs, else to the stack. The stack needs a key with the scope search:write, in API_KEY.

Exit codes: 0 all of it is there, 1 not all, 2 wrong usage, 3 something is missing on this machine.""")

SECONDS, BLOCK, SHOWN_EVERY = 60, 64 * 1024, 0.5


def blocks(file, size):
    """The file's bytes; on a terminal how far it is."""
    sent, shown = 0, time.monotonic()
    whole = f" / {size >> 20}" if size is not None else ""
    while block := file.read1(BLOCK):
        yield block
        sent += len(block)
        if sys.stderr.isatty() and time.monotonic() - shown >= SHOWN_EVERY:
            shown = time.monotonic()
            print(f"\r{sent >> 20}{whole} MiB", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r", end="", file=sys.stderr, flush=True)


def send(address, key, file):
    """(status, JSON of the answer), also of one that came before the end; None: the connection broke. Of a pipe nobody knows
    the length: it goes in chunks."""
    about = os.fstat(file.fileno())
    size = about.st_size if stat.S_ISREG(about.st_mode) else None
    connection = http.client.HTTPConnection(address, timeout=SECONDS)
    headers = {"X-API-Key": key, "Content-Type": "application/x-ndjson"}
    if size is not None:
        headers["Content-Length"] = str(size)
    try:
        try:
            connection.request("POST", "/v1/documents", blocks(file, size), headers)
        except (BrokenPipeError, ConnectionResetError):
            pass  # It may have answered already.
        answer = connection.getresponse()
        found = json.loads(answer.read())
        return (answer.status, found) if isinstance(found, dict) else None
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def lines_of(told):
    """What people read of the answer."""
    refused = len(told["refused"]) + told["refused_more"]
    yield text(f"Записано: {told['indexed']}, без изменений: {told['unchanged']}, пропущено плохих строк: {refused}.",
               f"Written: {told['indexed']}, unchanged: {told['unchanged']}, bad lines passed over: {refused}.")
    for one in told["refused"]:
        field = f"{clean(one['field'])}: " if one["field"] else ""
        yield text("  строка ", "  line ") + f"{one['line']}: {field}{clean(one['code'])}. {clean(one['detail'])}"
    if told["refused_more"]:
        yield text(f"  и ещё {told['refused_more']}", f"  and {told['refused_more']} more")


def failed(status, told):
    """What to do when it was not taken."""
    code = told.get("code", "")
    if status in (401, 403):
        die(1, f"Этому ключу записывать нельзя ({code}): нужно право search:write.",
            f"This key may not write ({code}): it needs the scope search:write.")
    if status == 413:
        die(1, "Файл больше 1 ГиБ. Разделите его: split -l 1000000 ФАЙЛ", "The file is larger than 1 GiB. Split it: split -l 1000000 FILE")
    if status in (0, 429, 503):
        die(1, "Связь оборвалась, или search-api занят. Что записано, осталось; передайте файл ещё раз, это безвредно.",
            "The connection broke, or search-api is busy. What is written stays; send the file again, that is harmless.")
    die(1, f"search-api не смог: {status} {code}", f"search-api could not: {status} {code}")


def main(arguments, ask):
    """`ask` gives (HOST:PORT, key)."""
    if any(word in ("-h", "--help") for word in arguments):
        say(*USAGE)
        return 0
    if len(arguments) != 1 or arguments[0].startswith("-"):
        warn(*USAGE)
        return 2
    try:
        file = open(arguments[0], "rb")
    except OSError as why:
        die(2, f"{arguments[0]}: файл не читается ({why.strerror})", f"{arguments[0]}: it cannot be read ({why.strerror})")
    with file:
        address, key = ask()
        status, told = send(address, key, file) or (0, {})
    if status != 200:
        failed(status, told)
    print("\n".join(lines_of(told)))
    return 1 if told["refused"] else 0
