# SPDX-License-Identifier: MIT
"""search load FILE: uploads a file of documents, one per line, to search-api as a stream. Not through Traefik, which limits
bodies to 64 KiB."""
import http.client
import json
import os
import re
import stat
import sys
import time

from chat.rendering import clean
from say import answer_help, die, text
from stack import file_encoding, search_file

USAGE = ("""deploy/tapbot search load: передать файл документов.

  deploy/tapbot search load ФАЙЛ

ФАЙЛ   документ на строке (NDJSON): {"id": "call-17", "version": 1, "text": "...", "sent_at": "2026-01-02T03:04:05Z"};
       ещё можно bot, chat_id, user_id, language. До 1 ГиБ, строка до 64 КиБ. Плохие строки пропускаются и называются.
       Подходят и массив таких документов, и {"items": [...]}, и result.json из Telegram Desktop («Экспорт истории чата» или
       «Экспорт данных», формат JSON): каждое сообщение с текстом становится документом, изменённый текст — новой версией

Документ с тем же id заменяется большей версией; передать файл ещё раз безвредно, и так надо сделать, если связь
оборвалась. Передаётся демо, если оно запущено, иначе стеку. Стеку нужен ключ с правом search:write, в переменной API_KEY.

Коды выхода: 0 передано всё, 1 не всё, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot search load: upload a file of documents.

  deploy/tapbot search load FILE

FILE   one document per line (NDJSON): {"id": "call-17", "version": 1, "text": "...", "sent_at": "2026-01-02T03:04:05Z"};
       optional: bot, chat_id, user_id, language. Up to 1 GiB, a line up to 64 KiB. Invalid lines are skipped and listed.
       An array of such documents, {"items": [...]}, and result.json of Telegram Desktop ("Export chat history" or "Export
       Telegram data", format JSON) are read too: each message with text becomes a document, an edited text a new version

A higher version replaces the document with the same id. Uploading a file again is harmless: do that if the connection breaks.
The command uses the demo if it runs, otherwise the stack. The stack needs a key with the scope search:write, in API_KEY.

Exit codes: 0 all lines uploaded, 1 not all, 2 wrong usage, 3 something is missing on this machine.""")

SECONDS, SHOWN_EVERY = 60, 0.5

# Why search-api refused a line, by its code. Other codes come with search-api's own words.
REFUSALS = {
    "bad_json": ("это не JSON{}", "is not valid JSON{}"), "not_an_object": ("нужен документ: {{...}}", "must be a document: {{...}}"), "line_too_long": ("строка длиннее 64 КиБ", "the line is longer than 64 KiB"),
    "required": ("нужно заполнить", "is required"), "unknown_field": ("такого поля у документа нет", "a document has no such field"), "wrong_type": ("значение не того вида{}", "has the wrong type{}"),
    "too_short": ("слишком коротко", "is too short"), "too_long": ("слишком длинно{}", "is too long{}"), "out_of_range": ("вне границ{}", "is out of range{}"), "blank": ("пусто", "is blank"),
    "bad_text": ("в тексте есть недопустимые знаки", "the text has characters that are not allowed"), "bad_slug": ("нужно имя из маленьких латинских букв, цифр, «-» и «_»", "must be small Latin letters, digits, '-' and '_'"),
    "bad_time": ("нужно время, например 2026-01-02T03:04:05Z", "must be a time like 2026-01-02T03:04:05Z"), "in_the_future": ("это время в будущем", "is in the future"),
    "bad_document_id": ("нужно от 1 до 200 видимых знаков ASCII", "must be 1 to 200 visible ASCII characters"), "unknown_value": ("такого значения нет{}", "is not known{}"),
}
# Numbers and names in search-api's explanation, in the words of the command.
DETAILS = ((r"Must be a whole number", ("нужно целое число", "must be a whole number")), (r"Must be a string", ("нужен текст в кавычках", "must be a string")),
           (r"Must not be null", ("null здесь нельзя", "must not be null")), (r"Must be from (-?\d+) to (-?\d+)", ("нужно от {} до {}", "from {} to {}")), (r"At most (\d+)", ("можно до {}", "at most {}")),
           (r"Must be one of (.+)", ("есть {}", "one of {}")), (r"is not UTF-8", ("не в UTF-8", "not UTF-8")), (r"has a name twice", ("имя повторяется", "a name occurs twice")),
           (r"beyond 64 bits", ("слишком большое число", "a number is too large")), (r"column (\d+)", ("знак {}", "column {}")))


def blocks(documents, size):
    """The body of the upload; prints the progress on a terminal."""
    shown, whole = time.monotonic(), f" / {size >> 20}" if size is not None else ""
    for block in documents.blocks():
        yield block
        if sys.stderr.isatty() and time.monotonic() - shown >= SHOWN_EVERY:
            shown = time.monotonic()
            print(f"\r{documents.taken >> 20}{whole} MiB", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r", end="", file=sys.stderr, flush=True)


def send(address, key, documents):
    """(status, JSON of the response), also of a response before the end of the upload; None if the connection broke. If the length
    of the body is unknown, it is sent in chunks."""
    about = os.fstat(documents.file.fileno())
    size = about.st_size if stat.S_ISREG(about.st_mode) else None
    connection = http.client.HTTPConnection(address, timeout=SECONDS)
    headers = {"X-API-Key": key, "Content-Type": "application/x-ndjson"}
    if size is not None and documents.kind == "lines":
        headers["Content-Length"] = str(size - len(file_encoding.BOM) * documents.marked)
    try:
        try:
            connection.request("POST", "/v1/documents", blocks(documents, size), headers)
        except (BrokenPipeError, ConnectionResetError):
            pass  # There may be a response already.
        answer = connection.getresponse()
        found = json.loads(answer.read())
        return (answer.status, found) if isinstance(found, dict) else None
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def why_refused(one):
    """Why a line was refused, in the language of the command."""
    found = ((words, re.search(pattern, one["detail"])) for pattern, words in DETAILS)
    more = next((text(*words).format(*match.groups()) for words, match in found if match), "")
    words = text(*REFUSALS.get(one["code"], (f"{one['code']}. {one['detail']}".replace("{", "{{").replace("}", "}}"),) * 2))
    return words.format(f" ({more})" if more else "")


def lines_of(counts, documents):
    """The lines to print of the response."""
    refused = len(counts["refused"]) + counts["refused_more"]
    yield text(f"Записано: {counts['indexed']}, без изменений: {counts['unchanged']}, пропущено плохих строк: {refused}.",
               f"Written: {counts['indexed']}, unchanged: {counts['unchanged']}, invalid lines skipped: {refused}.")
    for one in counts["refused"]:
        field = f"{clean(one['field'])}: " if one["field"] else ""
        yield text("  строка ", "  line ") + f"{documents.line(one['line'])}: {field}{clean(why_refused(one))}"
    if counts["refused_more"]:
        yield text(f"  и ещё {counts['refused_more']}", f"  and {counts['refused_more']} more")
    if counts["unchanged"]:
        yield text("Без изменений — это те, у кого такой же id и та же или более новая версия; чтобы заменить текст, увеличьте version.",
                   "Unchanged ones have the same id and the same or a newer version; increase version to replace a text.")
    yield from documents.notes()


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
        file = open(arguments[0], "rb", buffering=search_file.HEAD)
    except OSError as why:
        die(2, f"{arguments[0]}: файл не читается ({why.strerror})", f"{arguments[0]}: the file cannot be read ({why.strerror})")
    with file:
        try:
            documents = search_file.Documents(file)
        except search_file.NotDocuments as why:
            die(1, *(f"{arguments[0]}: {words}" for words in why.why))
        address, key = ask()
        status, answer = send(address, key, documents) or (0, {})
    if status != 200:
        failed(status, answer)
    print("\n".join(lines_of(answer, documents)))
    return 1 if answer["refused"] or documents.broken else 0
