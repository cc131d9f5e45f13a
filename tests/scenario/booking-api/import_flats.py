# SPDX-License-Identifier: MIT
"""The import of an agency's spreadsheet into the database, with the program that people run."""
import contextlib
import os
import subprocess
import tempfile
import time

from stand import Client, Stand, in_gate, timed

# Time and memory are measured with 10,000 lines, outside the gate; the result of each line needs fewer.
LINES, SECONDS, MEGABYTES, MORE_KILOBYTES = 2000 if in_gate() else 10000, 20, 48, 4096

# Like Excel saves "CSV (delimited)" on a Russian Windows.
EXCEL = ('Код;Владелец;Телефон владельца;Название;Описание;Город;Район;Адрес;Широта;Долгота;Комнат;Гостей;Цена;'
         'Цена в выходные;Предоплата, %;Заезд;Мгновенная бронь;Условия отмены;Удобства;Сдаётся\r\n'
         'ALM-1;Айгуль Садыкова;8 701 123 45 67;Студия «У парка»;"Тихий двор;\r\nвторая строка, ""центр""";Алматы;'
         'Медеуский;ул. Абая, 10;43,238;76,945;1;3;15 000,00;18 000;30%;14:00:00;ДА;строгие;wifi, kitchen;да\r\n'
         'ALM-2;Айгуль Садыкова;+7 701 123-45-67;Двушка;;алматы;;;;;2;4;1 234,00;;;;нет;;;\r\n'
         ';;;;;;;;;;;;;;;;;;;\r\n')


class Desk:
    """A service, a folder with files, and the command."""

    def __init__(self, stand):
        self.stand, self.peak = stand, 0
        stand.key(tenant="demo")

    def path(self, name, text, encoding="utf-8"):
        path = os.path.join(self.stand.folder, name)
        with open(path, "w", encoding=encoding, newline="") as file:
            file.write(text)
        return path

    def load(self, *words, language="ru_RU.UTF-8"):
        """(exit code, numbers of the summary, output); `peak` is its memory in kB."""
        self.peak = 0
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
            run = subprocess.Popen([self.stand.binary, "--import", "apartments", *words], stdout=out, stderr=errors,
                                   env=self.stand.environment(LANG=language))
            while run.poll() is None:
                self._look(run.pid)
                time.sleep(0.01)
            out.seek(0)
            errors.seek(0)
            summed = out.read()
            output = summed + errors.read()
        numbers = [int(word.strip(",;")) for word in summed.split() if word.strip(",;").isdigit()]
        return run.returncode, numbers[-5:], output

    def _look(self, pid):
        """The kernel's high-water mark, read while the process runs: rusage would include the parent's."""
        with contextlib.suppress(OSError), open(f"/proc/{pid}/status", encoding="utf-8") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    self.peak = int(line.split()[1])

    def count(self, what, where="true"):
        return int(self.stand.sql(f"SELECT count(*) FROM booking.{what} WHERE {where}"))


@contextlib.contextmanager
def a_desk():
    with Stand() as stand:
        yield Desk(stand)


def excel():
    """Windows-1251, semicolons, CRLF, "15 000,00": twice, then with one change."""
    with a_desk() as desk:
        path = desk.path("excel.csv", EXCEL, "cp1251")
        code, sums, output = desk.load(path, "--dry-run")
        assert (code, sums[0]) == (0, 2) and desk.count("apartment") == 0 and desk.count("owner") == 0, output
        code, sums, output = desk.load(path)
        assert (code, sums) == (0, [2, 0, 0, 0, 1]), output
        row = desk.stand.sql("SELECT title_ru, description_ru, city, lat, base_price, weekend_price, prepayment_percent,"
                             " check_in_time, instant_book, cancellation_policy, amenities, included_guests"
                             " FROM booking.apartment WHERE code = 'ALM-1'")
        assert row == ('Студия «У парка»|Тихий двор;\nвторая строка, "центр"|almaty|43.238|1500000|1800000|30|14:00:00'
                       '|t|strict|["wifi", "kitchen"]|3'), row
        assert desk.stand.sql("SELECT name, phone FROM booking.owner") == "Айгуль Садыкова|+77011234567"
        traces = desk.count("audit"), desk.count("outbox"), desk.count("apartment", "version = 1")
        assert traces == (3, 2, 2), traces
        code, sums, output = desk.load(path)
        assert (code, sums) == (0, [0, 0, 2, 0, 0]), output
        assert (desk.count("audit"), desk.count("outbox"), desk.count("apartment", "version = 1")) == traces
        code, sums, output = desk.load(desk.path("change.csv", "\ufeffcode,price,district,description\nALM-1,16000,-,\n"
                                               "# ALM-2,1,,\n"))
        assert (code, sums) == (0, [0, 1, 0, 0, 0]), output
        row = desk.stand.sql("SELECT base_price, district IS NULL, description_ru IS NULL, weekend_price, version"
                             " FROM booking.apartment WHERE code = 'ALM-1'")
        assert row == "1600000|t|f|1800000|2", row
        assert desk.count("outbox", "type = 'apartment.updated'") == 1
        service = desk.stand.service()
        reply = Client(service.port, desk.stand.key(tenant="demo")).get("/v1/apartments?q=%D0%BF%D0%B0%D1%80%D0%BA%D0%B0")
        assert reply.json["items"][0]["code"] == "ALM-1", reply.body
        return "2 flats, 1 owner"


BAD = """code,owner,title,city,rooms,max guests,min nights,price
A1,Иван,Одна,Алматы,1,2,1,16000
A2,Иван,Две,Нигде,один,200,1,1.5
A1,Иван,Снова,Алматы,1,2,1,16000
"A4"x,Иван,Четыре,Алматы,1,2,1,100
A5,,Пять,Алматы,1,2,1,100
A6,Иван,Шесть,Алматы,1,2,31,100
,Иван,Семь,Алматы,1,2,1,100
A8,Иван,Восемь,Алматы,1,2,1,100,лишнее
A9,Иван,Девять,Алматы,1,2,1,"15,000"
A10,Иван,Десять,Астана,1,2,1,100
"""
RUSSIAN = ["строка 3, столбец 4 (D) «город»: «Нигде»: такого города у нас нет",
           "строка 3, столбец 5 (E) «комнат»: «один»: нужно целое число",
           "строка 3, столбец 6 (F) «гостей»: «200»: вне границ: нужно от 1 до 100",
           "строка 3, столбец 8 (H) «цена»: «1.5»: нужны целые тенге",
           "строка 4, столбец 1 (A) «код»: «A1»: этот код уже был в строке 2",
           "строка 5, столбец 1 (A) «код»: «A4»: после закрывающей кавычки",
           "строка 6, столбец 2 (B) «владелец»: нужно заполнить",
           "строка 7, столбец 7 (G) «минимум ночей»: «31»: противоречит",
           "строка 8, столбец 1 (A) «код»: нужно заполнить",
           "строка 9, столбец 9 (I): «лишнее»: в строке больше ячеек",
           "строка 10, столбец 8 (H) «цена»: «15,000»: нужна сумма в тенге"]


def bad_lines():
    """Each mistake has its line and column; nothing is imported, or with --skip-bad the other lines."""
    with a_desk() as desk:
        path = desk.path("bad.csv", BAD)
        code, sums, output = desk.load(path)
        assert code == 1 and sums[3] == 8, output
        missing = [text for text in RUSSIAN if text not in output]
        assert not missing, f"not said: {missing}\n{output}"
        assert (desk.count("apartment"), desk.count("owner"), desk.count("audit")) == (0, 0, 0)
        code, sums, output = desk.load(path, "--skip-bad", language="en_US.UTF-8")
        assert (code, sums) == (1, [2, 0, 0, 8, 1]), output
        assert 'line 3, column 4 (D) "city": "Нигде": no such city' in output, output
        assert desk.stand.sql("SELECT string_agg(code, ' ' ORDER BY code) FROM booking.apartment") == "A1 A10"
        for name, text, wanted in [
                ("column.csv", "код,цвет\nA1,синий\n", "столбец 2 (B): «цвет»: такого столбца нет"),
                ("twice.csv", "код,город,city\n", "этот столбец уже был"), ("key.csv", "город\nАлматы\n", "нет столбца «код»"),
                ("empty.csv", "", "нет столбца «код»"), ("few.csv", "код\nA77\n", "в файле нет столбца «название»"),
                ("owner.csv", "код,id владельца\nA1,018f0000-0000-7000-8000-0000000000ff\n", "такого владельца нет")]:
            code, _, output = desk.load(desk.path(name, text))
            assert code == 1 and wanted in output, f"{name}: {output}"
        with open(os.path.join(desk.stand.folder, "utf16.csv"), "wb") as file:
            file.write("код\nA1\n".encode("utf-16"))
        code, _, output = desk.load(file.name)
        assert code == 1 and "UTF-16" in output, output
        for words in ([], [path, "--what"], [path, "--template"], [path, "--tenant"]):
            assert desk.load(*words)[0] == 2, words
        assert desk.load(path, "--tenant", "nobody")[0] == 2
        assert desk.load("/nowhere.csv")[0] == 1
        return f"{len(RUSSIAN)} problems"


def template():
    """It has every column, opens in Excel, and its example line can be imported."""
    with a_desk() as desk:
        for language, mark in (("ru_RU.UTF-8", "# пример: "), ("en_US.UTF-8", "# example: ")):
            done = subprocess.run([desk.stand.binary, "--import", "apartments", "--template"], capture_output=True,
                                  env={"LANG": language}, check=True)
            text = done.stdout.decode("utf-8-sig")
            assert done.stdout.startswith(b"\xef\xbb\xbf") and text.count("\r\n") == 2 and mark in text
            code, sums, output = desk.load(desk.path("template.csv", text))
            assert (code, sums) == (0, [0, 0, 0, 0, 0]), output
            code, sums, output = desk.load(desk.path("example.csv", text.replace(mark, "")))
            assert code == 0 and sums[0] + sums[2] == 1, output
        return "ru, en"


def lines(count, price=10):
    head = "код;владелец;телефон владельца;название;описание;город;комнат;гостей;цена;удобства\r\n"
    return head + "".join(f"F{n};Владелец {n % 300};+7701{n % 300:07d};Квартира {n};\"Описание; {'о' * 200}\";Алматы;"
                          f"{n % 4 + 1};{n % 6 + 1};{n % 50 + price} 000,00;wifi, kitchen\r\n" for n in range(count))


def many_lines():
    """Many lines are imported in time, with no more memory than a few hundred lines."""
    with a_desk() as desk:
        few = desk.load(desk.path("few.csv", lines(500).replace("F", "G"), "cp1251"))
        assert few[0] == 0, few[2]
        little = desk.peak
        began = time.monotonic()
        code, sums, output = desk.load(desk.path("many.csv", lines(LINES), "cp1251"))
        seconds = time.monotonic() - began
        assert (code, sums) == (0, [LINES, 0, 0, 0, 0]), output
        assert seconds < SECONDS or not timed(), f"{seconds:.1f} s"
        in_order = desk.stand.sql("SELECT count(DISTINCT time) = count(*) AND array_agg(code ORDER BY time) ="
                                  " array_agg(code ORDER BY substr(code, 2)::integer) FROM booking.apartment,"
                                  " substr(id::text, 1, 13) AS time WHERE code LIKE 'F%'")
        assert in_order == "t", "the times in the IDs differ from the order of the file"
        again = time.monotonic()
        code, sums, output = desk.load(os.path.join(desk.stand.folder, "many.csv"))
        assert (code, sums) == (0, [0, 0, LINES, 0, 0]), output
        again = time.monotonic() - again
        changed = time.monotonic()
        code, sums, output = desk.load(desk.path("dearer.csv", lines(LINES, price=11), "cp1251"))
        assert (code, sums) == (0, [0, LINES, 0, 0, 0]), output
        changed = time.monotonic() - changed
        assert changed < SECONDS or not timed(), f"{changed:.1f} s for changes"
        assert not timed() or desk.peak < MEGABYTES * 1024 and desk.peak - little < MORE_KILOBYTES, (little, desk.peak)
        assert desk.count("outbox") == 2 * LINES + 500
        return f"{LINES} lines, {seconds:.1f} s, again {again:.1f} s, all changed {changed:.1f} s, {desk.peak // 1024} MB"


SCENARIOS = [("import: a file of Excel", excel), ("import: bad lines", bad_lines), ("import: the template", template),
             ("import: many lines", many_lines, 6)]
