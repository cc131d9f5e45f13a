# SPDX-License-Identifier: MIT
"""search load FILE: uploads a file of documents, one per line, to search-api as a stream. Not through Traefik, which limits
bodies to 64 KiB."""
import http.client
import json
import os
import stat
import sys
import time

from chat.rendering import clean
from say import answer_help, die, text

USAGE = ("""deploy/tapbot search load: передать файл документов.

  deploy/tapbot search load ФАЙЛ

ФАЙЛ   документ на строке (NDJSON): {"id": "call-17", "version": 1, "text": "...", "sent_at": "2026-01-02T03:04:05Z"};
       ещё можно bot, chat_id, user_id, language. До 1 ГиБ, строка до 64 КиБ. Плохие строки пропускаются и называются

Документ с тем же id заменяется большей версией; передать файл ещё раз безвредно, и так надо сделать, если связь
оборвалась. Передаётся демо, если оно запущено, иначе стеку. Стеку нужен ключ с правом search:write, в переменной API_KEY.

Коды выхода: 0 передано всё, 1 не всё, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot search load: upload a file of documents.

  deploy/tapbot search load FILE

FILE   one document per line (NDJSON): {"id": "call-17", "version": 1, "text": "...", "sent_at": "2026-01-02T03:04:05Z"};
       optional: bot, chat_id, user_id, language. Up to 1 GiB, a line up to 64 KiB. Invalid lines are skipped and listed

A higher version replaces the document with the same id. Uploading a file again is harmless: do that if the connection breaks.
The command uses the demo if it runs, otherwise the stack. The stack needs a key with the scope search:write, in API_KEY.

Exit codes: 0 all lines uploaded, 1 not all, 2 wrong usage, 3 something is missing on this machine.""")

SECONDS, BLOCK, SHOWN_EVERY = 60, 64 * 1024, 0.5


def blocks(file, size):
    """The blocks of the file; prints the progress on a terminal."""
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
    """(status, JSON of the response), also of a response before the end of the upload; None if the connection broke. The length of
    a pipe is unknown, so it is sent in chunks."""
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
            pass  # There may be a response already.
        answer = connection.getresponse()
        found = json.loads(answer.read())
        return (answer.status, found) if isinstance(found, dict) else None
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def lines_of(counts):
    """The lines to print of the response."""
    refused = len(counts["refused"]) + counts["refused_more"]
    yield text(f"Записано: {counts['indexed']}, без изменений: {counts['unchanged']}, пропущено плохих строк: {refused}.",
               f"Written: {counts['indexed']}, unchanged: {counts['unchanged']}, invalid lines skipped: {refused}.")
    for one in counts["refused"]:
        field = f"{clean(one['field'])}: " if one["field"] else ""
        yield text("  строка ", "  line ") + f"{one['line']}: {field}{clean(one['code'])}. {clean(one['detail'])}"
    if counts["refused_more"]:
        yield text(f"  и ещё {counts['refused_more']}", f"  and {counts['refused_more']} more")


def failed(status, answer):
    """Exits with the reason of a failed upload and what to do."""
    code = answer.get("code", "")
    if status in (401, 403):
        die(1, f"Этому ключу записывать нельзя ({code}): нужно право search:write.",
            f"This key may not write ({code}): it needs the scope search:write.")
    if status == 413:
        die(1, "Файл больше 1 ГиБ. Разделите его: split -l 1000000 ФАЙЛ", "The file is larger than 1 GiB. Split it: split -l 1000000 FILE")
    if status in (0, 429, 503):
        die(1, "Связь оборвалась, или search-api занят. Что записано, осталось; передайте файл ещё раз, это безвредно.",
            "The connection broke, or search-api is busy. Stored documents remain; upload the file again, that is harmless.")
    die(1, f"search-api не смог: {status} {code}", f"search-api failed: {status} {code}")


def main(arguments, ask):
    """`ask` returns (HOST:PORT, key)."""
    answer_help(arguments, USAGE)
    if len(arguments) != 1 or arguments[0].startswith("-"):
        die(2, *USAGE)
    try:
        file = open(arguments[0], "rb")
    except OSError as why:
        die(2, f"{arguments[0]}: файл не читается ({why.strerror})", f"{arguments[0]}: the file cannot be read ({why.strerror})")
    with file:
        address, key = ask()
        status, answer = send(address, key, file) or (0, {})
    if status != 200:
        failed(status, answer)
    print("\n".join(lines_of(answer)))
    return 1 if answer["refused"] else 0
