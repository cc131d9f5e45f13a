# SPDX-License-Identifier: MIT
"""search load without a service: which files it reads, which it refuses and with what words, and the lines that it uploads."""
import contextlib
import io
import json
import os
import resource
import tempfile
import threading
from unittest import mock

from http_server import Handler, served

from stack import json_stream, search_load


class Search(Handler):
    """A search-api that keeps the newest version of each document and refuses lines as the real one does."""

    def body(self):
        if self.headers["Content-Length"]:
            return self.rfile.read(int(self.headers["Content-Length"]))
        found = b""
        while size := int(self.rfile.readline(), 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        return found

    def do_POST(self):
        counts = {"indexed": 0, "unchanged": 0, "refused": [], "refused_more": 0}
        for number, line in enumerate(self.body().split(b"\n"), 1):
            if not line.strip():
                continue
            try:
                document = json.loads(line)
                known = self.server.documents.get(document["id"], {"version": -1})
                newer = document["version"] > known["version"]
            except ValueError:
                counts["refused"].append({"line": number, "code": "bad_json", "field": "", "detail": "The body is not valid JSON: line 1, column 7"})
            except (KeyError, TypeError):
                counts["refused"].append({"line": number, "code": "required", "field": "id", "detail": "Is required"})
            else:
                counts["indexed" if newer else "unchanged"] += 1
                if newer:
                    self.server.documents[document["id"]] = document
        self.answer(200, json.dumps(counts))


class Desk:
    def __init__(self, server, folder):
        self.server, self.folder = server, folder

    def load(self, content, english=False):
        """(exit code, output) of search load with a file of this content: bytes, text or a value."""
        path = os.path.join(self.folder, "file")
        if not isinstance(content, bytes):
            content = (content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)).encode()
        with open(path, "wb") as file:
            file.write(content)
        return self.load_path(path, english)

    def load_path(self, path, english=False):
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output), mock.patch("say.ENGLISH", english):
            try:
                code = search_load.main([path], lambda: (f"127.0.0.1:{self.server.server_address[1]}", "k"))
            except SystemExit as end:
                code = end.code
        return code, output.getvalue()


@contextlib.contextmanager
def a_desk():
    with served(Search, documents={}) as server, tempfile.TemporaryDirectory() as folder:
        yield Desk(server, folder)


DAY = 1700000000


def message(number, text, **more):
    return {"id": number, "type": "message", "date": "2023-11-15T03:13:20", "date_unixtime": str(DAY + number), "from": "Айгуль", "from_id": "user55",
            "text": text, "text_entities": [], **more}


SERVICE = {"id": 9, "type": "service", "date": "2023-11-15T03:13:20", "date_unixtime": str(DAY), "actor": "Иван", "action": "create_group", "text": ""}


def chat(kind, number, *messages):
    return {"name": "Гости", "type": kind, "id": number, "messages": list(messages)}


def exports():
    """An export of Telegram Desktop becomes documents: of one chat, of an account, with entities; an edited text is a new version."""
    link = ["Смотрите ", {"type": "link", "text": "https://a.kz/1"}, " и ", {"type": "bold", "text": "цену"}, "!"]
    one = chat("personal_chat", 55, message(1, "Есть парковка?"), SERVICE, message(2, "", photo="photos/1.jpg"), message(3, link, edited_unixtime=str(DAY + 90)))
    account = {"about": "Here is the data you requested.", "personal_information": {"user_id": 1, "first_name": "А}\"{[", "bio": "]"},
               "contacts": {"list": [{"user_id": 2}]}, "chats": {"about": "", "list": [one, chat("private_supergroup", 77, message(1, "Группа")),
                                                                                     chat("public_channel", 78, message(-999, "Канал", from_id="channel78"))]},
               "left_chats": {"list": [chat("private_group", 79, message(4, "Старая группа"))]}}
    first = {"id": "telegram-user55-1", "version": DAY + 1, "text": "Есть парковка?", "sent_at": "2023-11-14T22:13:21Z", "chat_id": 55, "user_id": 55}
    for written in (one, json.dumps(one), "\ufeff" + json.dumps(one, indent=1), json.dumps(one, indent=1).replace("\n", "\r\n")):
        with a_desk() as desk:
            code, output = desk.load(written)
            assert code == 0 and "Записано: 2, без изменений: 0, пропущено плохих строк: 0." in output, output
            assert "чатов 1, сообщений с текстом 2; пропущено: служебных 1, без текста 1, непонятных 0." in output, output
            assert desk.server.documents["telegram-user55-1"] == first, desk.server.documents
            assert desk.server.documents["telegram-user55-3"]["text"] == "Смотрите https://a.kz/1 и цену!" and desk.server.documents["telegram-user55-3"]["version"] == DAY + 90
            assert desk.load(written)[1].startswith("Записано: 0, без изменений: 2"), "uploaded again"
            one["messages"][0] |= {"text": "Есть ли парковка?", "edited_unixtime": str(DAY + 500)}
            code, output = desk.load(one)
            assert "Записано: 1, без изменений: 1" in output and desk.server.documents["telegram-user55-1"]["text"] == "Есть ли парковка?", output
            one["messages"][0] = message(1, "Есть парковка?")
    for written in (account, json.dumps(account)):
        with a_desk() as desk:
            code, output = desk.load(written, english=True)
            assert code == 0 and "Written: 5," in output and "chats 4, messages with text 5; skipped: service 1, without text 1" in output, output
            chats = {one["id"]: (one["chat_id"], one.get("user_id")) for one in desk.server.documents.values()}
            assert chats == {"telegram-user55-1": (55, 55), "telegram-user55-3": (55, 55), "telegram-channel77-1": (-1000000000077, 55),
                             "telegram-channel78--999": (-1000000000078, None), "telegram-group79-4": (-79, 55)}, chats
    old = chat("personal_chat", 7, {"id": 1, "type": "message", "date": "2019-05-01T12:00:00", "edited": "1970-01-01T06:00:00", "from_id": 4297, "text": "Давно"})
    with a_desk() as desk:
        assert desk.load(old)[0] == 0 and desk.server.documents["telegram-user7-1"]["sent_at"] == "2019-05-01T06:00:00Z", desk.server.documents
    return "chats and accounts"


DOCUMENTS = [{"id": f"d{number}", "version": 1, "text": f"Текст {number}\n{{[", "sent_at": "2026-01-02T03:04:05Z"} for number in range(3)]
LINES = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in DOCUMENTS)
READ = {"lines": LINES, "lines with a mark": "\ufeff" + LINES, "lines of CR LF": LINES.replace("\n", "\r\n"), "no line's end": LINES.rstrip(), "an array": DOCUMENTS,
        "an array in a line": json.dumps(DOCUMENTS), "items": {"items": DOCUMENTS}, "items with others": {"next_cursor": None, "items": DOCUMENTS, "n": [1, {"a": "]"}]},
        "items in a line": json.dumps({"items": DOCUMENTS}), "objects over lines": "\n".join(json.dumps(one, indent=2) for one in DOCUMENTS), "blank lines first": "\n\n" + LINES}
NAMED = [("пустой файл", b""), ("пустой файл", b"\xef\xbb\xbf \n"), ("таблица CSV", "id;text\n1;Привет\n"), ("таблица CSV", "id,text\n1,Привет\n"), ("обычный текст", "Привет\n"),
         ("страница HTML", "<!DOCTYPE html>\n<html>"), ("страница HTML", "\ufeff\n<html lang=ru>"), ("архив", b"PK\x03\x04" + b"\0" * 26 + b"result.json"), ("архив", b"\x1f\x8b\x08\0"),
         ("книга Excel", b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml"), ("книга Excel", b"\xd0\xcf\x11\xe0"), ("файл в UTF-16", LINES.encode("utf-16")),
         ("файл в UTF-16", LINES.encode("utf-16-le")), ("документ PDF", b"%PDF-1.4\n"), ("картинка", b"\xff\xd8\xff\xe0"), ("файл XML", b"<?xml version='1.0'?><a/>")]


def kinds():
    """Every form of documents is read. A file of another kind is named in one sentence, with what is wanted."""
    for why, content in READ.items():
        with a_desk() as desk:
            code, output = desk.load(content)
            assert code == 0 and "Записано: 3, без изменений: 0, пропущено плохих строк: 0." in output and list(desk.server.documents.values()) == DOCUMENTS, f"{why}: {output}"
    with a_desk() as desk:
        for name, content in NAMED:
            code, output = desk.load(content)
            assert code == 1 and f"Это {name}. " in output and "Нужен файл" in output and output.count("\n") == 1 and not desk.server.documents, f"{name}: {output}"
            assert "Wanted: a file" in desk.load(content, english=True)[1], name
        assert "формате JSON" in desk.load("<html>")[1] and "Распакуйте" in desk.load(b"PK\x03\x04")[1]
    return f"{len(READ)} forms, {len(NAMED)} other kinds"


def mistakes():
    """A mistake has its line in the file, in the language of the command; what is before a broken place is uploaded."""
    with a_desk() as desk:
        code, output = desk.load(LINES + "nonsense\n\n" + LINES + "{}\n")
        assert code == 1 and "  строка 4: это не JSON (знак 7)\n" in output and "  строка 9: id: нужно заполнить\n" in output, output
        assert "увеличьте version" in output, output
        output = desk.load(LINES + "nonsense\n", english=True)[1]
        assert "  line 4: is not valid JSON (column 7)\n" in output and "increase version" in output, output
        code, output = desk.load([DOCUMENTS[0], {"text": "x"}])
        assert code == 1 and "  строка 8: id: нужно заполнить\n" in output, output
        desk.server.documents.clear()
        text = json.dumps(chat("personal_chat", 55, *(message(number, f"Слово {number}") for number in range(1, 9))), ensure_ascii=False, indent=1)
        cut = text[:text.index("Слово 5")]
        code, output = desk.load(cut)
        assert code == 1 and len(desk.server.documents) == 4 and f"Строка {cut.count(chr(10), 0, cut.rindex('{')) + 1}: дальше файл не читается" in output, output
    told = {"code": "out_of_range", "detail": "Must be from 0 to 9"}, {"code": "too_long", "detail": "At most 4096 characters"}, {"code": "unknown_value", "detail": "Must be one of ru, kz"}, \
        {"code": "of_tomorrow", "detail": "Not {yet}"}, {"code": "not_an_object", "detail": "The body must be a JSON object"}
    with mock.patch("say.ENGLISH", False):
        assert [search_load.why_refused(one) for one in told] == ["вне границ (нужно от 0 до 9)", "слишком длинно (можно до 4096)", "такого значения нет (есть ru, kz)",
                                                                  "of_tomorrow. Not {yet}", "нужен документ: {...}"], [search_load.why_refused(one) for one in told]
    assert all("{" not in words.format("").replace("{...}", "") for pair in search_load.REFUSALS.values() for words in pair)


def large():
    """A file is read as a stream: memory does not grow with it. A pipe is read too."""
    with a_desk() as desk:
        path, filler = os.path.join(desk.folder, "large"), "о" * 2000
        with open(path, "w", encoding="utf-8") as file:
            file.write('{"name": "Г", "type": "personal_chat", "id": 5, "messages": [\n')
            for number in range(1, 20001):
                file.write(json.dumps(message(number, "" if number % 100 else f"Сообщение {number}", more=filler), ensure_ascii=False) + ("," if number < 20000 else "") + "\n")
            file.write("]}")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        code, output = desk.load_path(path)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert code == 0 and len(desk.server.documents) == 200 and os.path.getsize(path) > 70 << 20 and grown < 40 << 10, f"{grown} KiB: {output}"
        desk.server.documents.clear()
        pipe = os.path.join(desk.folder, "pipe")
        os.mkfifo(pipe)
        for content in (LINES, json.dumps(DOCUMENTS, indent=1)):
            def write(content=content):
                with open(pipe, "w", encoding="utf-8") as file:
                    file.write(content)
            writer = threading.Thread(target=write)
            writer.start()
            code, output = desk.load_path(pipe)
            writer.join()
            assert code == 0 and "плохих строк: 0" in output and len(desk.server.documents) == 3, output
        return f"{os.path.getsize(path) >> 20} MiB, {grown} KiB of memory"


def streams():
    """Values that a block cuts are read; what is no JSON has its line."""
    content = json.dumps({"a": [1, 23, -4.5e3, True, None, "я\"\\\n{"], "b": {"c": []}, "d": {}, "e": "x"}, ensure_ascii=False, indent=1)
    for block in (1, 2, 3, 7, 1000):
        with mock.patch.object(json_stream, "BLOCK", block):
            stream = json_stream.JsonStream(io.BytesIO(content.encode()))
            found = {}
            for name in stream.names():
                if name == "a":
                    found[name] = [stream.value() for _ in stream.items()]
                elif name == "b":
                    stream.skip()
                else:
                    found[name] = stream.value()
            assert found == {"a": [1, 23, -4500.0, True, None, "я\"\\\n{"], "d": {}, "e": "x"} and stream.peek() == "" and stream.line == content.count("\n") + 1, found
    for bad, line in ((b'{"a": 1,\n\n"b" 2}', 3), (b'{"a": [1\n2]}', 2), (b'{"a":\n\xff}', 1), (b"[" * 100, 1)):
        try:
            json_stream.JsonStream(io.BytesIO(bad)).skip()
            raise AssertionError(bad)
        except json_stream.BadJson as why:
            assert why.args == (line,), f"{bad}: {why.args}"


TESTS = [(f"documents: {function.__name__}", function) for function in (streams, exports, kinds, mistakes, large)]
