# SPDX-License-Identifier: MIT
"""The verb import without a service: how tables are read, what their cells mean, and what it does with answers of booking-api."""
import contextlib
import io
import itertools
import json
import os
import re
import socket
import tempfile
from unittest import mock

from http_server import Handler, served
from stand import ROOT

from stack import import_api, import_columns, import_file, imports

REFUSED = None
CELLS = {
    import_columns.whole: {"12": 12, "1 200": 1200, "1\u00a0200": 1200, "1\u202f200": 1200, "2,00": 2, "30%": 30, "30 %": 30, "-1": -1, "0": 0,
                           "2,5": REFUSED, "1 20": REFUSED, "12 34 567": REFUSED, "1234 567": REFUSED, "1  200": REFUSED, "12a": REFUSED, "1e3": REFUSED,
                           "2,": REFUSED, ",5": REFUSED, "-": REFUSED, "": REFUSED, "١٢": REFUSED, "1234567890123456": REFUSED},
    import_columns.money: {"1 234,50": 123450, "15000": 1500000, "15 000 ₸": 1500000, "15 000 тг.": 1500000, "15 000 тг": 1500000, "7 тенге": 700,
                           "7KZT": 700, "15000.5": 1500050, "-5": -500, "15,000": REFUSED, "15 000,000": REFUSED, "1.234,50": REFUSED,
                           "1,234.50": REFUSED, "₸": REFUSED, "дорого": REFUSED},
    import_columns.degrees: {"43,238": 43.238, "-0.05": -0.05, "76": 76, "43°": REFUSED},
    import_columns.yes_no: {"да": True, "НЕТ": False, "ИСТИНА": True, "Yes": True, "0": False, "+": True, "может": REFUSED},
    import_columns.clock: {"14:00": "14:00", "9:05": "09:05", "14:00:00": "14:00", "14.30": "14:30", "9:5": "09:05", "24:00": REFUSED, "14:60": REFUSED,
                           "14": REFUSED, "14.3": REFUSED, "14:00:30": REFUSED, "14.00:00": REFUSED},
    import_columns.policy: {"Строгие": "strict", "flexible": "flexible"},
    import_columns.slugs: {"wifi, kitchen;": ["wifi", "kitchen"], "wifi": ["wifi"]},
    import_columns.urls: {"https://a/1\nhttps://a/2 ": ["https://a/1", "https://a/2"]},
}


def cells():
    """Cells are read as people and Excel write them; one that cannot be read has a message."""
    for read, table in CELLS.items():
        for cell, expected in table.items():
            try:
                found = read(cell)
            except import_columns.Wrong as wrong:
                assert expected is REFUSED and str(wrong) in import_columns.MESSAGES, f"{read.__name__} {cell!r}: {wrong}"
                continue
            expected = {"amount": expected, "currency": "KZT"} if read is import_columns.money and expected is not REFUSED else expected
            assert expected is not REFUSED and found == expected, f"{read.__name__} {cell!r}: {found}"
    assert import_file.trimmed(" \u00a0\tx y\u202f\n ") == "x y" and import_file.trimmed(" \u00a0 ") == ""
    return f"{sum(map(len, CELLS.values()))} cells"


NAMES = {"код": "code", "Code": "code", " КОД ": "code", "Цена за ночь": "base_price", "base_price": "base_price", "Base Price": "base_price",
         "Предоплата %": "prepayment_percent", "Сдаётся": "is_active", "Бронь вперёд, дней": "booking_window_days",
         "Телефон владельца": "owner/phone", "title_kz": "title/kz", "check-in": "check_in_time", "цен": None, "": None}


def columns():
    """Each column has names of its own, and each field of an apartment that can be written has a column."""
    for name, path in NAMES.items():
        found = import_columns.BY_NAME.get(import_columns.name_key(name))
        assert (found.path if found else None) == path, name
    names = [import_columns.name_key(name) for column in import_columns.COLUMNS for name in (column.ru, column.en, *column.others.split("|")) if name]
    twice = {name for name in names if len({id(import_columns.BY_NAME[name])}) != 1 or names.count(name) > 2}
    assert not twice and all(import_columns.BY_NAME[import_columns.name_key(column.ru)] is column is import_columns.BY_NAME[import_columns.name_key(column.en)]
                             for column in import_columns.COLUMNS), twice
    with open(os.path.join(ROOT, "services/booking-api/openapi.yaml"), encoding="utf-8") as contract:
        body = re.search(r"\n    ApartmentPatch:\n(?:      [^ ].*\n)+((?:        .*\n)+)", contract.read())[1]
    fields = set(re.findall(r"^        (\w+):", body, re.M))
    assert len(fields) > 20 and fields == {column.path.partition("/")[0] for column in import_columns.COLUMNS} - {"owner"}, fields
    return f"{len(import_columns.COLUMNS)} columns"


def x(count):
    return b"x" * count


FILES = [  # why, bytes, cells as "cell|cell/cell|cell" with ! and the code of a problem
    ("an empty file", b"", ""), ("one cell without a line's end", b"a", "a"), ("lines of LF", b"a,b\n1,2\n", "a|b/1|2"),
    ("lines of CRLF", b"a,b\r\n1,2\r\n", "a|b/1|2"), ("lines of CR", b"a,b\r1,2\r", "a|b/1|2"), ("semicolons", b"a;b\n1,5;2\n", "a|b/1,5|2"),
    ("tabs", b"a\tb\n1\t2\n", "a|b/1|2"), ("delimiters in quotes do not vote", b'"a,b,c";d\n', "a,b,c|d"),
    ("a comma in the name of a column", "код;предоплата, %\nA1;30\n".encode(), "код|предоплата, %/A1|30"),
    ("a comment before the header", b"# a, b, c\n\na;b\n1,5;2\n", "# a, b, c//a|b/1,5|2"),
    ("a line's end in the first name", '"код\nквартиры";"цена, тг"\nA1;1,5\n'.encode(), "код\nквартиры|цена, тг/A1|1,5"),
    ("empty cells at the end", b"a,b,c\n,,\n", "a|b|c/||"), ("an empty cell at the end of the file", b"a,b\n1,", "a|b/1|"),
    ("a blank line is a record", b"a,b\n\n1,2\n", "a|b//1|2"), ("quotes doubled", b'a,"say ""hi"""\n', 'a|say "hi"'),
    ("a line's end in quotes", b'a,"x\r\ny"\nb,c\n', "a|x\ny/b|c"), ("a quote inside a plain cell", b'a 2" b,c\n', 'a 2" b|c'),
    ("an empty quoted cell", b'"",a\n', "|a"), ("spaces after a closing quote", b'"a" ,b\n', "a|b"),
    ("text after a closing quote", b'"a"x,b\nc,d\n', "a|b!0 after_quote/c|d"), ("an unclosed quote", b'a,"b\nc,d\n', "a|b\nc,d\n!1 open_quote"),
    ("a zero byte", b"a,\0b\nc,d\n", "a|\0b!1 bad_byte/c|d"), ("UTF-8 with a BOM", "\ufeffкод,b\n".encode(), "код|b"), ("UTF-8 without", "код,b\n".encode(), "код|b"),
    ("Windows-1251", b"\xea\xee\xe4;\xa8\xe6\n", "код|Ёж"), ("its quotes, dash, number sign", b"\xab\xc0\xbb \x97 \xb9\n", "«А» — №"),
    ("one letter on the last line", b"a,b\n1,2\n3,\xff", "a|b/1|2/3|я"), ("U+FFFD in UTF-8", "я,\ufffd\n".encode(), "я|\ufffd"),
    ("the longest line", b"a,b\n" + x(65536) + b"\nc,d\n", "a|b/" + "x" * 65536 + "/c|d"),
    ("a line too long", b"a,b\n" + x(65537) + b"\nc,d\n", "a|b/" + "x" * 65537 + "!0 line_too_long/c|d"),
    ("a quote left open in a long file", b'a,b\n"' + x(65537) + b"\nc,d\n", "a|b/" + "x" * 65537 + "\nc,d\n!0 line_too_long/c|d"),
    ("a long quoted cell", b'a,b\n"' + x(65537) + b'"\nc,d\n', "a|b/" + "x" * 65537 + "!0 line_too_long/c|d"),
    ("128 cells", b"," * 127 + b"\na,b\n", "|" * 127 + "/a|b"), ("129 cells", b"," * 128 + b"\na,b\n", "|" * 127 + "!127 too_many_cells/a|b"),
]
UNUSABLE = [  # why, bytes, code and line
    ("UTF-16 of Excel's Unicode text", b"\xff\xfe\x3a\x04", ("utf16", None)), ("UTF-16 in the other byte order", b"\xfe\xff\x04\x3a", ("utf16", None)),
    ("a workbook of Excel", b"PK\x03\x04\x14\0\x06\0", ("workbook", None)), ("one of Excel 2003", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ("workbook", None)),
    ("UTF-8 with one broken byte", "код,город\nA1,Алм".encode() + b"\xff" + "ты\n".encode(), ("bad_encoding", 2)),
    ("a BOM, then Windows-1251", b"\xef\xbb\xbf\xea\xee\xe4\n", ("bad_encoding", 1)), ("UTF-8 cut within a letter", "код,город\nА1,".encode() + b"\xd0", ("bad_encoding", 2)),
    ("nothing", b"", ("no_key", None)), ("comments", b"# a\n\n,,,\n", ("no_key", None)), ("no column for codes", "\nгород\nАлматы\n".encode(), ("no_key", 2)),
    ("too many lines", b"code\n" + b"\n" * 99999 + b"A\n", ("too_many_lines", None)),
]


def shown(record):
    return "|".join(record.cells) + (f"!{record.problem[0]} {record.problem[1]}" if record.problem else "")


def files():
    """Encodings, delimiters, line ends and quotes are recognised; a line that cannot be read does not harm the next one."""
    for why, data, expected in FILES:
        found = "/".join(map(shown, import_file.records(import_file.decoded(data))))
        assert found == expected, f"{why}: {found[:100]!r}"
    for why, data, expected in UNUSABLE:
        try:
            import_columns.lines_of(import_file.records(import_file.decoded(data)))
            raise AssertionError(why)
        except import_file.Unusable as found:
            assert found.args == expected and found.args[0] in import_columns.MESSAGES, f"{why}: {found.args}"
    rows = [(record.row, record.line) for record in import_file.records('a,"1\n2\n3"\n\nb,c\n')]
    assert rows == [(1, 1), (2, 4), (3, 5)], rows
    letters = b"".join(bytes([one]) for one in range(128, 256))
    assert len(import_file.decoded(letters)) == 128
    return f"{len(FILES)} files, {len(UNUSABLE)} unusable ones"


TABLE = '''код;Цена;город;удобства;широта;долгота;описание;телефон владельца
A1;1 000;-;;-;-;"две
строки";
# A2;1;;;;;;
A3;дорого;;wifi;43,2;;-;8 701
;5;;;;;;;лишнее
A1;;;;;;;
'''
PROBLEMS = ['line 4 (of the file 5), column 2 (B) "base price": "дорого": must be a sum in tenge, such as 15000 or 1 234.00',
            'line 5 (of the file 6), column 1 (A) "code": must be filled in',
            'line 5 (of the file 6), column 9 (I): "лишнее": the line has more cells than the header has columns',
            'line 6 (of the file 7), column 1 (A) "code": "A1": this code was on line 2']


def lines():
    """A line becomes the body of a request: what is empty is missing, - is null. A problem is named by line and column."""
    with mock.patch("say.ENGLISH", True):
        header, head, found = import_columns.lines_of(import_file.records(TABLE))
        assert not head.problems and [line.record.row for line in found] == [2, 4, 5, 6], head.problems
        assert found[0].body == {"code": "A1", "base_price": {"amount": 100000, "currency": "KZT"}, "city": None, "location": None,
                                 "description": {"ru": "две\nстроки"}}, found[0].body
        assert found[1].body == {"code": "A3", "amenities": ["wifi"], "location": {"lat": 43.2}, "description": {"ru": None}}, found[1].body
        assert found[1].owner == {"phone": "8 701"} and not found[0].owner
        said = [imports.problem_line(header, line, problem) for line in found for problem in line.problems]
        assert said == PROBLEMS, said
        header, head, found = import_columns.lines_of(import_file.records("Город,цвет,код,,CODE\nx,y,z,,\n"))
        said = [imports.problem_line(header, head, problem) for problem in head.problems]
        assert said == ['line 1, column 2 (B): "цвет": no such column; --template shows all',
                        'line 1, column 5 (E): "CODE": this column was there before'] and not found, said
        line = import_columns.Line(import_file.Record(7, 7))
        line.refuse_field("base_price/amount", "out_of_range", "Must be from 0 to 1000000000000")
        line.refuse_field("max_guests", "out_of_range", "Must be from 1 to 100")
        line.refuse_field("location/lat", "out_of_range", "Must be from -90 to 90")
        line.refuse_field("title", "of_tomorrow", "Not \x1b[2J yet")
        line.refuse_field("", "too_many", "")
        header = {import_columns.BY_PATH[path]: number for number, path in enumerate(("title/ru", "base_price", "max_guests", "location/lat"))}
        said = [imports.problem_line(header, line, problem) for problem in line.problems]
        assert said == ['line 7, column 2 (B) "base price": is out of range: from 0 to 10000000000', 'line 7, column 3 (C) "max guests": is out of range: from 1 to 100',
                        'line 7, column 4 (D) "lat": is out of range: from -90 to 90', 'line 7, column 1 (A) "title": Not �[2J yet', "line 7: too many"], said
        assert imports.letters(25) + imports.letters(26) + imports.letters(127) == "ZAADX"


class Booking(Handler):
    """A booking-api that accepts everything. `faults` has what happens to a request, by its number among the changes."""
    protocol_version = "HTTP/1.1"

    def reply(self, status, found, **headers):
        self.answer(status, json.dumps(found), **headers)

    def do_GET(self):
        path, _, number = self.path.partition("?")[0].removeprefix("/v1/").partition("/")
        things = self.server.things.get(path, {})
        found = things.get(number, {"code": "not_found"}) if number else {"items": list(things.values())[::-1], "next_cursor": None}
        self.reply(401 if self.headers["X-API-Key"] != "k" else 200, found)

    def do_POST(self):
        body, made, things = json.loads(self.rfile.read(int(self.headers["Content-Length"]))), self.server.made, self.server.things
        path, _, query = self.path.removeprefix("/v1/").partition("?")
        if query:
            self.reply(200, {"would": {"phone": None, **body}})
            return
        fault, key = self.server.faults.get(next(self.server.count)), self.headers["Idempotency-Key"]
        if isinstance(fault, int):
            self.reply(fault, {"code": "of_today", "detail": "Not today."}, Retry_After=1)
            return
        self.server.keys.append(key)
        answer = made.get(key) or {"phone": None, **body, "id": str(len(made))}
        replay = {"Idempotent-Replay": "true"} if key in made else {}
        made[key] = answer
        things.setdefault(path, {}).setdefault(answer["id"], dict(answer))
        if fault == "lost":
            self.close_connection = True
        else:
            self.reply(201, answer, **replay)


@contextlib.contextmanager
def booking(key="k"):
    with served(Booking, things={}, made={}, keys=[], faults={}, count=itertools.count(1)) as server, \
            tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, TAPBOT_VAR=folder):
        with open(os.path.join(folder, "demo.env"), "w", encoding="utf-8") as file:
            file.write(f"BOOKING_URL=http://127.0.0.1:{server.server_address[1]}\nAPI_KEY={key}\n")
        server.path = os.path.join(folder, "of.csv")
        with open(server.path, "w", encoding="utf-8") as file:
            file.write("код;владелец;цена\n" + "".join(f"A{number};Иван;{number}\n" for number in range(1, 6)))
        yield server


def loaded(server, *words):
    """(exit code, output)"""
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output), mock.patch("say.ENGLISH", True):
        try:
            code = imports.main(["apartments", server.path, *words])
        except SystemExit as end:
            code = end.code
    return code, output.getvalue()


def repeated():
    """A request without an answer is sent again and creates one thing; Retry-After is respected."""
    with booking() as server:
        server.faults = {1: "lost", 2: 429, 4: 503, 6: "lost"}
        code, output = loaded(server)
        assert code == 0 and "created 5, changed 0, unchanged 0, bad 0; new owners 1" in output, output
        assert len(server.things["owners"]) == 1 and [flat["code"] for flat in server.things["apartments"].values()] == ["A1", "A2", "A3", "A4", "A5"]
        assert len(set(server.keys)) == 6 and len(server.keys) == 8 and all(flat["owner_id"] == "0" for flat in server.things["apartments"].values())


def interrupted():
    """A run that was cut off says how much it wrote; the next one writes the rest."""
    with booking() as server, mock.patch.object(import_api, "PATIENCE", 0.5):
        server.faults = {number: 503 for number in range(4, 99)}
        code, output = loaded(server)
        assert code == 1 and "was interrupted (503 of_today)" in output and "created 2, changed 0, unchanged 0, bad 0; new owners 1" in output, output
        server.faults = {}
        known = {flat["id"]: flat for flat in server.things["apartments"].values()}
        # Unchanged ones would be compared by PATCH; this booking-api has none.
        with mock.patch.object(import_api.Import, "check_line", lambda work, line: setattr(line, "plan", "unchanged" if line.code in work.flats else "created")):
            code, output = loaded(server)
        assert code == 0 and "created 3, changed 0, unchanged 2, bad 0; new owners 0" in output and len(known) == 2, output
        assert len(server.things["apartments"]) == 5 and len(server.things["owners"]) == 1


def renamed():
    """What was created before and has another code or name now is created again, in spite of the stored answer."""
    with booking() as server:
        assert loaded(server)[0] == 0
        for flat in server.things["apartments"].values():
            flat["code"] += "-old"
        next(iter(server.things["owners"].values()))["name"] = "Пётр"
        code, output = loaded(server)
        assert code == 0 and "created 5, changed 0, unchanged 0, bad 0; new owners 1" in output, output
        assert len(server.things["apartments"]) == 10 and [owner["name"] for owner in server.things["owners"].values()] == ["Пётр", "Иван"]


def refused():
    """A refusal at the last moment is a problem of its line; a key without rights, a second import and no service end the import."""
    with booking() as server:
        server.faults = {3: 409}
        code, output = loaded(server)
        assert code == 1 and "line 3: Not today.\n" in output and "created 4, changed 0, unchanged 0, bad 1; new owners 1" in output, output
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as lock:
            lock.bind(f"\0tapbot-import-127.0.0.1:{server.server_address[1]}")
            code, output = loaded(server)
        assert code == 1 and "Another file is being loaded" in output, output
        assert loaded(server, "--dry-run=yes")[0] == loaded(server, "--tenant", "demo")[0] == 2
        with mock.patch.object(import_api, "PATIENCE", 0.2), mock.patch.object(Booking, "do_GET", lambda request: request.reply(200 if request.path == "/livez" else 500, {})):
            code, output = loaded(server)
        assert code == 1 and "Nothing was changed" in output and "500" in output, output
    with booking(key="of another") as server:
        assert "This key may not import" in loaded(server)[1]
    with booking() as server, mock.patch.object(Booking, "do_POST", lambda request: request.reply(403, {"code": "scope_missing"})):
        code, output = loaded(server)
        assert code == 1 and "scope_missing" in output and "booking:admin" in output, output


TESTS = [(f"import: {function.__name__}", function) for function in (cells, columns, files, lines, repeated, interrupted, renamed, refused)]
