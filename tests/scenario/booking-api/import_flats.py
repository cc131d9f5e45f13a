# SPDX-License-Identifier: MIT
"""The import of an agency's spreadsheet, with the command that people run."""
import contextlib
import os
import subprocess
import time

from stand import ROOT, Stand, SteadyClient, in_gate, patience, timed, wait_until

LINES, SECONDS = 600 if in_gate() else 2000, 60

# A run stops at the line in the middle of lines(): the service is busy with it, and the command repeats the request for a minute.
# Before it writes anything it checks each line.
HOLD = f"""CREATE FUNCTION booking.hold() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$BEGIN
    IF EXISTS (SELECT FROM booking.apartment) THEN RAISE EXCEPTION 'held' USING ERRCODE = '55P03'; END IF; RETURN NEW; END$$;
CREATE TRIGGER hold BEFORE INSERT ON booking.apartment FOR EACH ROW WHEN (NEW.code = 'F{LINES // 2}') EXECUTE FUNCTION booking.hold()"""

# Like Excel saves "CSV (delimited)" on a Russian Windows.
EXCEL = ('Код;Владелец;Телефон владельца;Название;Описание;Город;Район;Адрес;Широта;Долгота;Комнат;Гостей;Цена;'
         'Цена в выходные;Предоплата, %;Заезд;Мгновенная бронь;Условия отмены;Удобства;Сдаётся\r\n'
         'ALM-1;Айгуль Садыкова;8 701 123 45 67;Студия «У парка»;"Тихий двор;\r\nвторая строка, ""центр""";Алматы;'
         'Медеуский;ул. Абая, 10;43,238;76,945;1;3;15 000,00;18 000;30%;14:00:00;ДА;строгие;wifi, kitchen;да\r\n'
         'ALM-2;Айгуль Садыкова;+7 701 123-45-67;Двушка;;алматы;;;;;2;4;1 234,00;;;;нет;;;\r\n'
         ';;;;;;;;;;;;;;;;;;;\r\n')


def feeds_of(desk, code):
    """(channel, host, whether it was imported) of the feeds of an apartment."""
    rows = desk.stand.sql("SELECT f.channel, f.host, coalesce(f.name, '') LIKE 'import %' FROM booking.channel_feed f JOIN booking.apartment a"
                          f" ON a.id = f.apartment_id WHERE a.code = '{code}' AND f.deleted_at IS NULL ORDER BY f.channel, f.host")
    return [tuple(row.split("|")) for row in rows.splitlines()]


def calendars():
    """A column of calendars: connected, unchanged, replaced, disconnected; a wrong address names its cell."""
    with a_desk() as desk:
        def table(cell, code="ALM-1"):
            return desk.path("calendars.csv", "Код;Владелец;Название;Город;Комнат;Гостей;Цена;Календари площадок\r\n"
                             f"{code};Айгуль;Студия;Алматы;1;2;10000;{cell}\r\n")

        airbnb, booking = "https://www.airbnb.com/calendar/ical/1.ics?s=2", "https://ical.booking.com/v1/export?t=ab"
        code, sums, output = desk.load(table("http://www.airbnb.com/1.ics"))
        assert code == 1 and "https://" in output and "столбец 8" in output and desk.count("apartment") == 0, output
        code, sums, output = desk.load(table(f"{airbnb} {booking}"), "--dry-run")
        assert (code, sums) == (0, [1, 0, 0, 0, 1]) and desk.count("channel_feed") == 0, output
        code, sums, output = desk.load(table(f"{airbnb} {booking}"))
        assert (code, sums) == (0, [1, 0, 0, 0, 1]), output
        assert feeds_of(desk, "ALM-1") == [("airbnb", "www.airbnb.com", "t"), ("booking", "ical.booking.com", "t")], feeds_of(desk, "ALM-1")
        code, sums, output = desk.load(table(f"{booking} {airbnb}"))
        assert (code, sums) == (0, [0, 0, 1, 0, 0]) and desk.count("channel_feed") == 2, output
        flat = desk.stand.sql("SELECT id FROM booking.apartment")
        assert desk.client.post(f"/v1/apartments/{flat}/feeds", {"url": "https://krisha.kz/1.ics", "channel": "krisha"}).status == 201
        code, sums, output = desk.load(table(airbnb + "9"))
        assert (code, sums) == (0, [0, 1, 0, 0, 0]), output
        assert feeds_of(desk, "ALM-1") == [("airbnb", "www.airbnb.com", "t"), ("krisha", "krisha.kz", "f")], feeds_of(desk, "ALM-1")
        assert desk.stand.sql("SELECT url FROM booking.channel_feed WHERE channel = 'airbnb'") == airbnb + "9"
        code, sums, output = desk.load(table("https://10.0.0.1/1.ics"))
        assert code == 1 and "столбец 8" in output and len(feeds_of(desk, "ALM-1")) == 2, output
        code, sums, output = desk.load(table(""))
        assert (code, sums) == (0, [0, 0, 1, 0, 0]) and len(feeds_of(desk, "ALM-1")) == 2, output
        code, sums, output = desk.load(table("-"))
        assert (code, sums) == (0, [0, 1, 0, 0, 0]) and not feeds_of(desk, "ALM-1"), output
        for url in (airbnb, airbnb + "9"):  # by hand: the cell would change the newer one to the address of the older
            assert desk.client.post(f"/v1/apartments/{flat}/feeds", {"url": url, "channel": "airbnb"}).status == 201
        code, sums, output = desk.load(table(airbnb))
        assert code == 1 and "столбец 8" in output and "уже подключён" in output and len(feeds_of(desk, "ALM-1")) == 2, output
        return "10 imports"


class Desk:
    """A service, a folder with files, and the command."""

    def __init__(self, stand):
        self.stand, self.service = stand, stand.service()
        self.client = SteadyClient(self.service.port, stand.key(tenant="demo"))
        self.path("demo.env", f"BOOKING_URL=http://127.0.0.1:{self.service.port}\nAPI_KEY={self.client.key}\n")

    def path(self, name, text, encoding="utf-8"):
        path = os.path.join(self.stand.folder, name)
        with open(path, "w", encoding=encoding, newline="") as file:
            file.write(text)
        return path

    def start(self, *words, language="ru_RU.UTF-8"):
        return subprocess.Popen([os.path.join(ROOT, "deploy/tapbot"), "import", "apartments", *words], text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env={"PATH": os.environ["PATH"], "LANG": language, "TAPBOT_VAR": self.stand.folder})

    @staticmethod
    def end(run):
        """(exit code, numbers of the summary, output)"""
        summed, said = run.communicate(timeout=patience(120))
        numbers = [int(word.strip(",;")) for word in summed.split() if word.strip(",;").isdigit()]
        return run.returncode, numbers[-5:], summed + said

    def load(self, *words, **more):
        return self.end(self.start(*words, **more))

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
                                               "# пример: ALM-001,1,,\n"))
        assert (code, sums) == (0, [0, 1, 0, 0, 0]), output
        row = desk.stand.sql("SELECT base_price, district IS NULL, description_ru IS NULL, weekend_price, version"
                             " FROM booking.apartment WHERE code = 'ALM-1'")
        assert row == "1600000|t|f|1800000|2", row
        assert desk.count("outbox", "type = 'apartment.updated'") == 1
        for cell, wanted in (("Код 12#", "f"), ("-", "t")):
            path = desk.path("door.csv", f"code,check in info,description,lat,lon\nALM-1,{cell},{cell},,\nALM-2,,-,-,-\n")
            assert desk.load(path)[1] == [0, 1, 1, 0, 0] and desk.load(path)[1] == [0, 0, 2, 0, 0], desk.load(path)
            assert desk.stand.sql("SELECT check_in_info_ru IS NULL AND description_ru IS NULL FROM booking.apartment WHERE code = 'ALM-1'") == wanted
        path = desk.path("owner.csv", "code,owner,owner phone\nALM-1,Ермек,87012223344\nALM-2,ермек,\n")
        for words, owners in (["--dry-run"], 1), ([], 2):
            code, sums, output = desk.load(path, *words)
            assert (code, sums, desk.count("owner")) == (0, [0, 2, 0, 0, 1], owners), output
        assert desk.count("apartment a JOIN booking.owner o ON o.id = a.owner_id", "phone = '+77012223344'") == 2
        reply = desk.client.get("/v1/apartments?q=%D0%BF%D0%B0%D1%80%D0%BA%D0%B0")
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
A10,Иван,Десять,г. Нур-Султан,1,2,1,100
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
                ("empty.csv", "", "нет столбца «код»"), ("hash.csv", f"{BAD.splitlines()[0]}\n#12,Иван,Одна,Алматы,1,2,1,16000\n", "строка 2, столбец 1 (A) «код»: «#12»: до 32 латинских букв"), ("few.csv", "код\nA77\n", "в файле нет столбца «название»"),
                ("owner.csv", "код,id владельца\nA1,018f0000-0000-7000-8000-0000000000ff\n", "такого владельца нет")]:
            code, _, output = desk.load(desk.path(name, text))
            assert code == 1 and wanted in output, f"{name}: {output}"
        with open(os.path.join(desk.stand.folder, "utf16.csv"), "wb") as file:
            file.write("код\nA1\n".encode("utf-16"))
        code, _, output = desk.load(file.name)
        assert code == 1 and "UTF-16" in output, output
        for words in ([], [path, "--what"], [path, "--template"], [path, path], [path, "--tenant", "demo"]):
            assert desk.load(*words)[0] == 2, words
        assert desk.load("/nowhere.csv")[0] == 1
        return f"{len(RUSSIAN)} problems"


def template():
    """It has every column, opens in Excel, and its example line can be imported."""
    with a_desk() as desk:
        for language, mark in (("ru_RU.UTF-8", "# пример: "), ("en_US.UTF-8", "# example: ")):
            done = subprocess.run([os.path.join(ROOT, "deploy/tapbot"), "import", "apartments", "--template"], capture_output=True,
                                  env={"PATH": os.environ["PATH"], "LANG": language}, check=True)
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


def longest():
    """All texts of an apartment may have their full length in one line; a longer line is a problem of that line."""
    texts = ("описание", "описание kz", "описание en", "как попасть", "как попасть kz", "как попасть en")
    head = "код;владелец;название;город;комнат;гостей;цена;" + ";".join(texts)
    with a_desk() as desk:
        begin = "L{};Иван;Одна;Алматы;1;2;1000;"
        path = desk.path("long.csv", f"{head}\n{begin.format(1)}{';'.join(['я' * 3000] * len(texts))}\n")
        code, sums, output = desk.load(path)
        assert (code, sums) == (0, [1, 0, 0, 0, 1]) and desk.load(path)[1] == [0, 0, 1, 0, 0], output
        quotes = '""' * 40000  # twice as long in JSON
        code, sums, output = desk.load(desk.path("longer.csv", f'{head}\n{begin.format(2)}"{quotes}"\n{begin.format(3)}\n'), "--skip-bad")
        assert (code, sums) == (1, [1, 0, 0, 1, 0]) and "строка 2: в строке больше 64 КБ" in output, output


def cut_off():
    """A run that is killed is completed by the next one; nothing appears twice."""
    with a_desk() as desk:
        path = desk.path("many.csv", lines(LINES))
        desk.stand.sql(HOLD)
        run = desk.start(path)
        wait_until("half of the flats", 60, lambda: desk.count("apartment") == LINES // 2)
        run.kill()
        code, _, _ = desk.end(run)
        left = LINES - desk.count("apartment")
        assert code != 0 and left > 0, left
        desk.stand.sql("DROP TRIGGER hold ON booking.apartment")
        code, sums, output = desk.load(path)
        assert code == 0 and sums[0] + sums[2] == LINES and left - 1 <= sums[0] <= left and sums[1] == 0, output
        assert (desk.count("apartment"), desk.count("owner"), desk.count("outbox")) == (LINES, 300, LINES)
        return f"{sums[2]} and {sums[0]} flats"


def many_lines():
    """Many lines are imported in time, in the order of the file, and changed; what did not change is not written."""
    with a_desk() as desk:
        taken = []

        def load(counts, text):
            began = time.monotonic()
            code, sums, output = desk.load(desk.path("many.csv", text, "cp1251"))
            assert (code, sums) == (0, counts), output
            taken.append(time.monotonic() - began)
        load([LINES, 0, 0, 0, 300], lines(LINES))
        in_order = desk.stand.sql("SELECT array_agg(code ORDER BY id) = array_agg(code ORDER BY substr(code, 2)::integer)"
                                  " FROM booking.apartment")
        assert in_order == "t", "the IDs are not in the order of the file"
        load([0, 0, LINES, 0, 0], lines(LINES))
        load([0, LINES, 0, 0, 0], lines(LINES, price=11))
        assert desk.count("outbox") == 2 * LINES
        assert max(taken) < SECONDS or not timed(), taken
        return f"{LINES} lines, {taken[0]:.1f} s, again {taken[1]:.1f} s, all changed {taken[2]:.1f} s"


SCENARIOS = [("import: a file of Excel", excel), ("import: bad lines", bad_lines), ("import: the template", template),
             ("import: the longest line", longest), ("import: calendars of other sites", calendars), ("import: a run that is cut off", cut_off, 5), ("import: many lines", many_lines, 6)]
