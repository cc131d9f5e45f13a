# SPDX-License-Identifier: MIT
"""Recognises a file of documents, and makes the lines that search-api reads: {"id", "version", "text", "sent_at"}, one per line.

A file of such lines is passed on as it is. An array, {"items": [...]}, documents over several lines, and an export of Telegram
Desktop are read in bounded memory, each line with its place in the file. Every other kind of file is refused by its name."""
import array
import json
import re
import shutil
import tempfile
import time

from say import Explained, text
from stack import file_encoding, file_kind, telegram_export
from stack.json_stream import BadJson, JsonStream

HEAD, BLOCK = 64 * 1024, 64 * 1024
ALIVE = 3  # seconds after which an empty line shows search-api, which waits 10 s, that the upload goes on
WANTED = ("Нужен файл, где каждая строка — это документ в JSON (образец: search load --help), или result.json, который сохраняет Telegram "
          "Desktop: «Экспорт истории чата», формат JSON.",
          "Wanted: a file with one document in JSON on each line (example: search load --help), or result.json as Telegram Desktop saves it: "
          "\"Export chat history\", format JSON.")
# What to do with a file of another kind, by the kind of file_kind.py.
ADVICE = {"zip": ("Распакуйте его.", "Unpack it."), "html": ("Если это экспорт Telegram, сохраните его ещё раз в формате JSON.", "If this is an export of Telegram, save it again in the format JSON."),
          "workbook": ("", ""), "utf16": ("Сохраните его в UTF-8.", "Save it in UTF-8.")}


class NotDocuments(Explained):
    """The file has another kind."""

    def __init__(self, names, advice=("", "")):
        super().__init__(*(" ".join(filter(None, (f"{word} {name}.", hint, wanted))) for word, name, hint, wanted in zip(("Это", "This is"), names, advice, WANTED)))


def kind_of_text(head):
    """The names of a file that is no JSON."""
    first = head.split(b"\n")[0]
    if not head.strip():
        return "пустой файл", "an empty file"
    if re.search(rb"[;,\t]", first):
        return "таблица CSV", "a CSV table"
    return "обычный текст", "plain text"


def kind_of_object(found):
    """The kind of a file by its first object."""
    if isinstance(found.get("messages"), list) or any(isinstance(found.get(name), dict) for name in telegram_export.LISTS):
        return "telegram"
    return "items" if isinstance(found.get("items"), list) else "lines"


def kind_of_stream(stream):
    """The kind of a JSON file whose first line is no whole value."""
    try:
        if stream.peek() == "[":
            return "array"
        for name in stream.names():
            inside = stream.peek()
            if (name == "messages" and inside == "[") or (name in telegram_export.LISTS and inside == "{"):
                return "telegram"
            if name == "items" and inside == "[":
                return "items"
            stream.skip()
        return "values"
    except BadJson:
        return "lines"  # search-api says which of them are wrong


def kind_of(file):
    """lines, values, array, items or telegram. `file` is a BufferedReader at its beginning, with a buffer of HEAD, and stays there if
    it is a pipe with lines."""
    head = file.peek(HEAD)[:HEAD]
    kind, names = file_kind.kind_of(head)
    if kind not in (None, "json"):
        raise NotDocuments(names, ADVICE.get(kind, ("", "")))
    if file_encoding.is_utf16(head):
        raise NotDocuments(("файл в UTF-16", "a file in UTF-16"), ADVICE["utf16"])
    content = head.removeprefix(file_encoding.BOM).lstrip()
    if content[:1] not in (b"{", b"["):
        raise NotDocuments(kind_of_text(content))
    line, end, _ = content.partition(b"\n")
    try:
        found = json.loads(line) if end or len(head) < HEAD else None
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, (dict, list)):
        return kind_of_object(found) if isinstance(found, dict) else "array"
    return None


class Documents:
    """A file of documents on its way to search-api. `taken` counts its bytes; `broken` is the line from which it could not be read."""

    def __init__(self, file):
        kind = kind_of(file)
        if kind != "lines" and not file.seekable():
            copy = tempfile.TemporaryFile()
            shutil.copyfileobj(file, copy)
            copy.seek(0)
            file = copy
        if kind is None:
            kind = kind_of_stream(JsonStream(file))
            file.seek(0)
        self.file, self.kind, self.taken, self.broken = file, kind, 0, None
        self.marked = kind == "lines" and file.peek(HEAD).startswith(file_encoding.BOM)
        self.export, self.places = None, array.array("Q")

    def line(self, number):
        """The line of the file from which this line of the upload was made."""
        return self.places[number - 1] if number <= len(self.places) else number

    def blocks(self):
        """The body of the upload."""
        if self.kind == "lines":
            yield from self.raw_blocks()
            return
        stream, ready, sent = JsonStream(self.file), bytearray(), time.monotonic()
        try:
            for document, line in self.documents(stream):
                self.taken = stream.taken
                late = time.monotonic() - sent > ALIVE
                if document is not None or late:
                    ready += (b"" if document is None else json.dumps(document).encode()) + b"\n"
                    self.places.append(line)
                if late or len(ready) > BLOCK:
                    yield bytes(ready)
                    ready, sent = bytearray(), time.monotonic()
        except BadJson as why:
            self.broken = why.args[0]
        if ready:
            yield bytes(ready)

    def raw_blocks(self):
        if self.marked:
            self.file.read(len(file_encoding.BOM))
        while block := self.file.read1(BLOCK):
            self.taken += len(block)
            yield block

    def documents(self, stream):
        """(document or None, line of the file) for each document, and from time to time in between."""
        if self.kind == "telegram":
            self.export = telegram_export.Export(stream)
            yield from self.export.documents()
        elif self.kind == "items":
            for name in stream.names():
                yield from self.items(stream) if name == "items" and stream.peek() == "[" else self.skipped(stream)
        elif self.kind == "array":
            yield from self.items(stream)
        else:
            while stream.peek():
                line = stream.line
                yield stream.value(), line

    @staticmethod
    def items(stream):
        for _ in stream.items():
            line = stream.peek() and stream.line
            yield stream.value(), line

    @staticmethod
    def skipped(stream):
        stream.skip()
        return ()

    def notes(self):
        """What the person should know besides the counts of search-api."""
        if self.export:
            counts = self.export.counts
            yield text(f"Экспорт Telegram: чатов {counts.chats}, сообщений с текстом {counts.messages}; пропущено: служебных {counts.service}, без текста {counts.wordless}, непонятных {counts.broken}.",
                       f"Export of Telegram: chats {counts.chats}, messages with text {counts.messages}; skipped: service {counts.service}, without text {counts.wordless}, not understood {counts.broken}.")
        if self.broken:
            yield text(f"Строка {self.broken}: дальше файл не читается: он оборван, или это не JSON. Что до этой строки, передано. Сохраните файл заново и передайте ещё раз.",
                       f"Line {self.broken}: the file cannot be read further: it is cut off, or no JSON. What is before that line was uploaded. Save the file again and upload it once more.")
