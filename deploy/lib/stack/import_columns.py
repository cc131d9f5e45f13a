# SPDX-License-Identifier: MIT
"""The columns of a table of apartments: their names, the fields of the API that they fill, and what may stand in a cell. Which
values are valid decides booking-api. Pure."""
import collections
import decimal
import itertools
import re

from say import text
from stack import amenities
from stack.file_encoding import Unusable
from stack.import_file import DELIMITERS, records, trimmed, typed

SPACE = "[ \t\n\u00a0\u202f\u2009]"
# Digits with a space before each complete group of three, and at most one comma or point.
NUMBER = re.compile(rf"(-?)(\d+|\d{{1,3}}(?:{SPACE}\d{{3}})+)(?:[.,](\d+))?", re.ASCII)
DIGITS_MAX = 15
ROWS_MAX = 100000
HEADER_ROWS = 30  # in which a header is looked for, below titles
EXAMPLE_MARKS = ("# пример: ", "# example: ")  # before the code of the template's example
# What a formula leaves in a cell if it fails, in the spellings of Excel, LibreOffice and Google's tables: #Н/Д, #REF!, #ИМЯ?, Err:502.
FORMULA_ERROR = re.compile(r"#(?:[NН]/?[AАД]|[A-ZА-ЯЁ][A-ZА-ЯЁ_]*(?:/0)?[!?]|GETTING_DATA|ОЖИДАНИЕ_ДАННЫХ)|#{3,}|(?:Err|Ошибка|Қате):\d+", re.IGNORECASE)
SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E[+-]?\d+", re.IGNORECASE)  # how spreadsheets shorten long numbers
# Windows-1251 has no Kazakh letters except і: programs save "?" for them.
LOST_LETTERS = re.compile(r"[а-яёіА-ЯЁІ][?\ufffd]+[а-яёіА-ЯЁІ]|(?:^|[\s«\"(])[?\ufffd]+[а-яёіА-ЯЁІ]|[а-яёіА-ЯЁІ][?\ufffd]+(?=\s+[?а-яёіәғқңөұүһ])|\?{3,} \?")
YES_NO = {"да": True, "нет": False, "yes": True, "no": False, "истина": True, "ложь": False, "true": True, "false": False, "иә": True,
          "жоқ": False, "1": True, "0": False, "+": True}
POLICIES = {"гибкие": "flexible", "гибкая": "flexible", "умеренные": "moderate", "умеренная": "moderate", "строгие": "strict", "строгая": "strict"}


class Wrong(ValueError):
    """A cell that cannot be read; its argument is a code of MESSAGES."""


def number(cell, code):
    found = NUMBER.fullmatch(cell)
    if not found or len(re.findall(r"\d", cell)) > DIGITS_MAX:
        raise Wrong(code)
    sign, whole, decimals = found.groups("")
    return decimal.Decimal(f"{sign}{re.sub(SPACE, '', whole)}.{decimals or 0}")


def whole(cell):
    value = number(trimmed(cell.removesuffix("%")), "not_whole")
    if value != int(value):
        raise Wrong("not_whole")
    return int(value)


def money(cell):
    """"15,000" could mean fifteen or fifteen thousand, so three decimals are refused."""
    value = number(trimmed(re.sub(r"(₸|тенге|тг\.?|KZT)\Z", "", cell)), "not_money")
    if re.search(r"[.,]\d{3,}", cell):
        raise Wrong("not_money")
    return {"amount": int(value * 100), "currency": "KZT"}


def degrees(cell):
    return float(number(cell, "not_degrees"))


def folded(word):
    return word.casefold().replace("ё", "е")


def yes_no(cell):
    try:
        return YES_NO[folded(cell)]
    except KeyError:
        raise Wrong("not_yes_no") from None


def policy(cell):
    return POLICIES.get(folded(cell), cell)


def clock(cell):
    """A point needs two digits after it: spreadsheets with decimal points save 14.30 as 14.3."""
    found = re.fullmatch(r"(\d\d?)(?::(\d\d?)(?::00)?|\.(\d\d))", cell, re.ASCII)
    hours, minutes = (int(found[1]), int(found[2] or found[3])) if found else (24, 0)
    if hours > 23 or minutes > 59:
        raise Wrong("bad_time")
    return f"{hours:02}:{minutes:02}"


def slugs(cell):
    """Amenities, by their slugs or names: parking, парковка."""
    return [amenities.slug(part) for part in map(trimmed, re.split(r"[,;|\n]", cell)) if part]


def urls(cell):
    return [part for part in map(trimmed, re.split(r"[ |\n\t]", cell)) if part]


# `path` is the field in the body of a request, owner/... in that of an owner. `read` returns its value.
Column = collections.namedtuple("Column", "ru en others path read example")
COLUMNS = [Column(*one) for one in (
    ("код", "code", "код квартиры|id", "code", str, "ALM-001"),
    ("владелец", "owner", "собственник|хозяин|owner name", "owner/name", str, "Айгуль Садыкова"),
    ("телефон владельца", "owner phone", "телефон|телефон собственника|phone", "owner/phone", str, "+7 701 123 45 67"),
    ("id владельца", "owner id", "", "owner_id", str, ""),
    ("название", "title", "название ru|title ru|заголовок", "title/ru", str, "Студия у парка"),
    ("название kz", "title kz", "название каз", "title/kz", str, "Саябақ жанындағы студия"),
    ("название en", "title en", "название англ", "title/en", str, "Studio by the park"),
    ("описание", "description", "описание ru|description ru", "description/ru", str, "Тихий двор, 5 минут до метро"),
    ("описание kz", "description kz", "описание каз", "description/kz", str, ""),
    ("описание en", "description en", "описание англ", "description/en", str, ""),
    ("правила", "house rules", "правила ru|house rules ru|правила дома", "house_rules/ru", str, "Не курить, без вечеринок"),
    ("правила kz", "house rules kz", "правила каз", "house_rules/kz", str, ""),
    ("правила en", "house rules en", "правила англ", "house_rules/en", str, ""),
    ("город", "city", "", "city", str, "Алматы"),
    ("район", "district", "", "district", str, "Медеуский"),
    ("адрес", "address", "", "address", str, "ул. Абая, 10"),
    ("адрес kz", "address kz", "адрес каз", "address_kz", str, "Абай көшесі, 10"),
    ("адрес en", "address en", "адрес англ", "address_en", str, "10 Abay St"),
    ("широта", "lat", "latitude", "location/lat", degrees, "43,238"),
    ("долгота", "lon", "longitude|lng", "location/lon", degrees, "76,945"),
    ("комнат", "rooms", "комнаты|число комнат", "rooms", whole, "1"),
    ("гостей", "max guests", "гостей максимум|максимум гостей|вместимость", "max_guests", whole, "3"),
    ("гостей в цене", "included guests", "", "included_guests", whole, "2"),
    ("удобства", "amenities", "", "amenities", slugs, "Wi-Fi, кухня, парковка"),
    ("фото", "photos", "фотографии", "photos", urls, ""),
    ("цена", "base price", "цена за ночь|price|цена за сутки", "base_price", money, "15 000,00"),
    ("цена в выходные", "weekend price", "цена выходных", "weekend_price", money, "18 000"),
    ("доплата за гостя", "extra guest fee", "", "extra_guest_fee", money, "2 000"),
    ("уборка", "cleaning fee", "плата за уборку", "cleaning_fee", money, "5 000"),
    ("залог", "security deposit", "", "security_deposit", money, "20 000"),
    ("предоплата, %", "prepayment percent", "предоплата процентов", "prepayment_percent", whole, "30%"),
    ("минимум ночей", "min nights", "ночей минимум", "min_nights", whole, "1"),
    ("максимум ночей", "max nights", "ночей максимум", "max_nights", whole, "30"),
    ("заезд", "check in time", "время заезда|check-in", "check_in_time", clock, "14:00"),
    ("выезд", "check out time", "время выезда|check-out", "check_out_time", clock, "12:00"),
    ("дней между гостями", "buffer days", "ночей между гостями", "buffer_days", whole, "0"),
    ("предупреждать за часов", "advance notice hours", "", "advance_notice_hours", whole, "2"),
    ("бронь вперед, дней", "booking window days", "", "booking_window_days", whole, "365"),
    ("мгновенная бронь", "instant book", "", "instant_book", yes_no, "да"),
    ("условия отмены", "cancellation policy", "отмена", "cancellation_policy", policy, "умеренные"),
    ("часовой пояс", "timezone", "", "timezone", str, "Asia/Almaty"),
    ("как попасть", "check in info", "как попасть ru|check in info ru", "check_in_info/ru", str, "Код домофона 12#, ключ в сейфе у двери"),
    ("как попасть kz", "check in info kz", "как попасть каз", "check_in_info/kz", str, ""),
    ("как попасть en", "check in info en", "как попасть англ", "check_in_info/en", str, ""),
    ("как попасть за часов", "check in info hours", "", "check_in_info_hours", whole, "24"),
    ("календари площадок", "calendars", "календари|календарь|ical|feeds", "feeds", urls, ""),
    ("сдается", "is active", "активна|active", "is_active", yes_no, "да"))]
BY_PATH = {column.path: column for column in COLUMNS}
# Texts that keep their dashes and spaces; every other value has a form of its own.
FREE_TEXTS = {column.path for column in COLUMNS if column.path.endswith(("/ru", "/kz", "/en", "/name")) or column.path.startswith(("address", "district", "photos", "feeds"))}


def name_key(name):
    """Names are compared without case, spaces, punctuation and the dots of ё."""
    return re.sub('[ _%*".,:\n\u00a0-]', "", folded(name))


BY_NAME = {name_key(name): column for column in COLUMNS for name in (column.ru, column.en, *column.others.split("|")) if name}

# What is wrong with a cell, by a code of this program or of booking-api.
MESSAGES = {
    "after_quote": ("после закрывающей кавычки есть что-то ещё", "there is something after the closing quote"),
    "open_quote": ("кавычка открыта и не закрыта до конца файла", "a quote is opened and not closed until the end of the file"),
    "line_too_long": ("строка длиннее 64 КБ (не закрыта кавычка?)", "the line is longer than 64 kB (a quote left open?)"),
    "body_too_large": ("в строке больше 64 КБ", "the line has more than 64 kB"),
    "too_many_cells": ("больше 128 столбцов", "more than 128 columns"),
    "bad_byte": ("нулевой байт: это не текстовый файл", "a zero byte: this is no text file"),
    "extra_cell": ("в строке больше ячеек, чем столбцов в заголовке", "the line has more cells than the header has columns"),
    "formula_error": ("ошибка формулы в таблице: исправьте формулу или впишите значение", "a failed formula of the table: correct it or write the value"),
    "scientific": ("таблица сделала из этого число и сократила его: задайте столбцу формат «Текст» и впишите значение снова",
                   "the spreadsheet made a number of it and shortened it: format the column as text and write the value again"),
    "example_changed": ("уберите «{}» перед кодом, если это ваша квартира, или всю строку, если это пример",
                        "remove \"{}\" before the code if this is your apartment, or the whole line if it is the example"),
    "lost_letters": ("похоже, вместо казахских букв стоит «?»: так их сохраняет Windows-1251. Сохраните таблицу как «CSV UTF-8»",
                     "Kazakh letters seem to be lost (\"?\"), as Windows-1251 has none; save the table as \"CSV UTF-8\""),
    "mojibake": ("текст испорчен ещё до сохранения: это UTF-8, прочитанный как {}", "the text was damaged before: it is UTF-8 read as {}"),
    "renamed_column": ("такого столбца нет; похоже, это «{}»: переименуйте его или удалите", "no such column; it seems to be \"{}\": rename it or remove it"),
    "header_below": ("похоже, заголовок в строке {}: удалите строки над ним", "the header seems to be in line {}: remove the lines above it"),
    "similar_code": ("код отличается от кода «{}» ({}) только большими и маленькими буквами: пишите один и тот же", "the code differs from \"{}\" ({}) only by case: write the same one"),
    "unknown_column": ("такого столбца нет; все столбцы: --template", "no such column; --template shows all"),
    "repeated_column": ("этот столбец уже был", "this column was there before"),
    "no_key": ("нет столбца «код»: по нему квартиры узнаются", "there is no column \"code\", by which apartments are known"),
    "required": ("нужно заполнить", "must be filled in"),
    "wrong_type": ("стереть это нельзя, можно только заменить", "cannot be cleared, only replaced"),
    "not_whole": ("нужно целое число", "must be a whole number"),
    "not_money": ("нужна сумма в тенге, например 15000 или 1 234,00", "must be a sum in tenge, such as 15000 or 1 234.00"),
    "not_degrees": ("нужны градусы, например 43,238", "must be degrees, such as 43.238"),
    "not_yes_no": ("нужно да или нет", "must be yes or no"),
    "not_whole_tenge": ("нужны целые тенге, без тиынов", "must be whole tenge"),
    "bad_time": ("нужно время, например 14:00", "must be a time, such as 14:00"),
    "bad_uuid": ("нужен id владельца из системы", "must be an owner's id"),
    "bad_phone": ("нужен телефон, например +7 701 123 45 67", "must be a phone number, such as +7 701 123 45 67"),
    "bad_url": ("нужны адреса, которые начинаются с https://", "must be addresses that begin with https://"),
    "bad_slug": ("нужны слова латинскими буквами через запятую: wifi, parking", "must be words of small Latin letters: wifi, parking"),
    "bad_code": ("до 32 латинских букв, цифр, «-» и «_», первая буква или цифра", "at most 32 Latin letters, digits, '-' and '_', the first a letter or digit"),
    "bad_text": ("в тексте есть непечатаемые знаки или слишком много ударений подряд", "the text has control characters, or too many accents in a row"),
    "blank": ("пусто", "is blank"),
    "unknown_city": ("такого города у нас нет", "no such city"),
    "unknown_timezone": ("такого часового пояса нет; обычный: Asia/Almaty", "no such time zone; the usual one: Asia/Almaty"),
    "unknown_value": ("такого значения нет", "no such value"),
    "url_not_allowed": ("адрес календаря должен начинаться с https:// и вести на сайт площадки", "the address of a calendar must begin with https:// and lead to the site"),
    "already_connected": ("этот календарь уже подключён к квартире", "this calendar is connected to the apartment already"),
    "own_calendar": ("это наша ссылка для площадок: нужен адрес, который даёт площадка", "this is our own link for other sites: give the address that the site gives"),
    "too_many_feeds": ("у квартиры слишком много календарей", "the apartment has too many calendars"),
    "unknown_owner": ("такого владельца нет", "no such owner"),
    "several_owners": ("владельцев с таким именем несколько: добавьте телефон", "several owners have this name: give the phone"),
    "contradiction": ("противоречит соседнему столбцу (минимум больше максимума)", "contradicts another column (the minimum above the maximum)"),
    "code_taken": ("квартира с этим кодом уже есть", "another apartment has this code"),
    "repeated_code": ("этот код уже был в строке {}", "this code was on line {}"),
    "too_many_lines": ("в файле больше 100 000 строк: разделите его", "the file has more than 100,000 lines: split it"),
    "bad_encoding": ("файл повреждён: это не UTF-8 и не Windows-1251. Сохраните его заново как «CSV UTF-8»",
                     "the file is damaged: neither UTF-8 nor Windows-1251; save it again as \"CSV UTF-8\""),
    "other_encoding": ("файл в кодировке {}, а нужна UTF-8 или Windows-1251. Сохраните его заново как «CSV UTF-8»",
                       "the file is in the encoding {}, not in UTF-8 or Windows-1251; save it again as \"CSV UTF-8\""),
    "unknown_encoding": ("не удалось понять кодировку файла: это не UTF-8, и не видно, что это Windows-1251. Сохраните его заново как «CSV UTF-8»",
                         "the encoding is not clear: the file is not UTF-8, and nothing proves Windows-1251; save it again as \"CSV UTF-8\""),
    "not_a_table": ("это {}, а не CSV. Если файл открывается в Excel: «Файл», «Сохранить как», тип «CSV UTF-8»",
                    "this is {}, not CSV; if Excel opens it: File, Save as, type \"CSV UTF-8\""),
    "utf16": ("файл в UTF-16. Сохраните его как «CSV UTF-8»", "the file is in UTF-16; save it as \"CSV UTF-8\""),
    "workbook": ("это книга Excel, а не CSV. В Excel: «Файл», «Сохранить как», тип «CSV UTF-8»", "this is a workbook of Excel, not CSV; in Excel: File, Save as, type \"CSV UTF-8\""),
    "too_short": ("слишком коротко", "is too short"),
    "too_long": ("слишком длинно: можно до {}", "is too long: at most {}"),
    "too_many": ("слишком много: можно до {}", "too many: at most {}"),
    "out_of_range": ("вне границ: нужно от {} до {}", "is out of range: from {} to {}"),
}


def message(code, detail, column=None):
    """The text of a problem. `detail` is a tuple of values for the text, with pairs of Russian and English words, or the API's English
    explanation, whose numbers are limits; those of money are in tiyn."""
    if code not in MESSAGES:
        return detail or code
    if isinstance(detail, tuple):
        return text(*MESSAGES[code]).format(*(text(*one) if isinstance(one, tuple) else one for one in detail))
    limits = [int(one) // (100 if column and column.read is money else 1) for one in re.findall(r"-?\d+", detail or "")]
    try:
        return text(*MESSAGES[code]).format(*limits)
    except IndexError:
        return text(*MESSAGES[code]).partition(": ")[0]


class Line:
    """A line of the table that is not blank. `body` and `owner` are what its cells say of the apartment and of its owner; a
    cell with - is None there, an empty one is missing. `problems` are (column or None, number of the cell or None, code, detail). `doubts`, of
    the same form, do not keep the line from being imported."""

    def __init__(self, record):
        self.record, self.body, self.owner, self.problems, self.doubts = record, {}, {}, [], []
        if record.problem:
            self.refuse(record.problem[1], cell=record.problem[0])

    def refuse(self, code, column=None, cell=None, detail=None):
        self.problems.append((column, cell, code, detail))

    def refuse_field(self, path, code, detail):
        """A problem that the API has with a field. People name owners by name, not by id."""
        path = "owner/name" if (path, code) == ("owner_id", "required") else path
        meets = [column for column in COLUMNS if f"{column.path}/".startswith(f"{path}/") or f"{path}/".startswith(f"{column.path}/")]
        self.refuse(code, meets[0] if meets else None, detail=detail)

    @property
    def code(self):
        return self.body.get("code")

    def put(self, column, value):
        name, _, member = column.path.rpartition("/")
        (self.owner if name == "owner" else self.body.setdefault(name, {}) if name else self.body)[member] = value

    def read(self, header):
        """Reads its cells; `header` is {column: number of its cell}."""
        for column, cell in header.items():
            content = trimmed(self.record.cells[cell]) if cell < len(self.record.cells) else ""
            try:
                if content:
                    self.put(column, None if typed(content) == "-" else self.value(column, content))
            except Wrong as wrong:
                self.refuse(wrong.args[0], column, detail=wrong.args[1:] or None)
        if self.body.get("location") and not any(self.body["location"].values()):
            self.body["location"] = None
        if not self.code and not any(column is BY_PATH["code"] for column, *_ in self.problems):
            self.refuse("required", BY_PATH["code"])

    def value(self, column, content):
        """The value of a cell that is filled in."""
        if FORMULA_ERROR.fullmatch(content):
            raise Wrong("formula_error")
        if column.path == "code" and content.startswith(EXAMPLE_MARKS):
            raise Wrong("example_changed", content[:content.index(":") + 1])
        if column.path in ("code", "owner/phone") and SCIENTIFIC.fullmatch(content):
            raise Wrong("scientific")
        if mojibake := read_wrongly(content):
            raise Wrong("mojibake", mojibake)
        if column.read is str and LOST_LETTERS.search(content):
            self.doubts.append((column, None, "lost_letters", None))
        return column.read(content if column.path in FREE_TEXTS else typed(content))


def read_wrongly(content):
    """The encoding in which UTF-8 was read to get this text, such as "РЎС‚СѓРґРёСЏ" for "Студия"; None for real text."""
    for encoding, name in (("cp1251", "Windows-1251"), ("cp1252", "Windows-1252")):
        try:
            if len(re.findall("[а-яёәғқңөұүһі]", content.encode(encoding).decode("utf-8"), re.IGNORECASE)) > 1:
                return name
        except UnicodeError:
            continue
    return None


# The usual names of columns in other systems, by the words in them; the first that is found in a name counts.
HINTS = [(re.compile(words), BY_PATH[path]) for words, path in (
    ("тел|phone|моб|whatsapp|контакт", "owner/phone"), ("владел|собствен|хозя|арендодат|owner|host|landlord", "owner/name"),
    ("уборк|клининг|clean", "cleaning_fee"), ("залог|депозит|обеспечит|deposit", "security_deposit"), ("предоплат|аванс|prepay", "prepayment_percent"),
    ("(доп|доплат|extra|additional).*(гост|мест|чел|guest|person|bed)", "extra_guest_fee"), ("(вых|пт|weekend).*(цен|стоим|тариф|price|rate)|(цен|стоим|тариф|price|rate).*(вых|пт|weekend)", "weekend_price"),
    ("(включ|includ|основн|базов).*(гост|мест|guest)|guestsinclud", "included_guests"), ("мин.*(ноч|сут|срок|дн)|min.*(night|stay)", "min_nights"),
    ("макс.*(ноч|сут|срок|дн)|max.*(night|stay)", "max_nights"), ("инструкц|домофон|instruction", "check_in_info/ru"), ("правил.*отмен|отмен|аннул|cancel", "cancellation_policy"),
    ("заезд|заселен|checkin|arrival", "check_in_time"), ("выезд|выселен|checkout|departure", "check_out_time"), ("мгновен|моментал|instant", "instant_book"),
    ("правил|rules", "house_rules/ru"), ("цен|стоим|тариф|сутки|price|rate", "base_price"), ("комнат(?!ы?номер)|спал[ье]н?[яи]|спален|bedroom|rooms", "rooms"),
    ("гост|мест(?!о)|вмест|чел|guest|capacity|occupan|accommod|sleeps", "max_guests"), ("фото|картин|изображ|photo|image|picture", "photos"),
    ("удобств|оснащ|amenit|facilit|услуг", "amenities"), ("описан|descri|коммент|примеч|summary", "description/ru"), ("город|населен|city|town", "city"),
    ("район|мкр|district|neighbo", "district"), ("адрес|улиц|местополож|address|street", "address"), ("широт|lat", "location/lat"), ("долгот|lon|lng", "location/lon"),
    ("статус|актив|опублик|status|active|publish", "is_active"), ("код|артикул|номер|идентиф|№|code|number|id$", "code"),
    ("назван|наимен|заголов|категор|объект|title|name|тип|type", "title/ru"))]


def hint(name, header):
    """The column that a name of another system seems to mean; None if there is none, or if the header has it already."""
    key = name_key(name)
    column = next((column for words, column in HINTS if words.search(key)), None)
    return None if column in header else column


def header_of(record):
    """({column: number of its cell}, problems as those of a Line) of the first line. A column that is not known is a problem,
    because its data would be lost silently."""
    header, line, unknown = {}, Line(record), []
    for cell, name in enumerate(map(trimmed, record.cells if not record.problem else ())):
        column = BY_NAME.get(name_key(name))
        if column in header:
            line.refuse("repeated_column", cell=cell)
        elif column:
            header[column] = cell
        elif name:
            unknown.append((cell, name))
    similar = {cell: hint(name, header) for cell, name in unknown}
    for cell, column in similar.items():
        line.refuse(*("renamed_column", None, cell, ((column.ru, column.en),)) if column else ("unknown_column", None, cell))
    if line.problems and BY_PATH["code"] not in (*header, *similar.values()) and not record.problem:
        line.refuse("no_key")
    return header, line


def header_below(content, first):
    """The row of a header below the first filled line, which is a title: it has the column of codes and others. None if there is none."""
    for delimiter in DELIMITERS:
        for record in itertools.islice(records(content, delimiter), HEADER_ROWS):
            known = {BY_NAME.get(name_key(trimmed(name))) for name in record.cells} - {None}
            if record.row > first.row and len(known) > 1 and len(known) * 2 > sum(map(bool, map(trimmed, record.cells))):
                return record.row
    return None


def is_example(record):
    """Whether this is the example line of the template. Columns may have been moved, so its mark may be in any cell."""
    return any(trimmed(cell) == mark + BY_PATH["code"].example for cell in record.cells for mark in EXAMPLE_MARKS)


def lines_of(content):
    """(header, line of the header, the other lines, the row of the template's example or None) of a file's text. A header with
    problems has no lines."""
    found = (record for record in records(content) if not record.is_blank)
    first = next(found, None)
    if first is None:
        raise Unusable("no_key")
    header, head = header_of(first)
    if head.problems or BY_PATH["code"] not in header:
        below = header_below(content, first) if len(header) < 2 else None
        if below:
            raise Unusable("header_below", None, below)
    if not head.problems and BY_PATH["code"] not in header:
        raise Unusable("no_key", first.row)
    lines, rows, example = [], {}, None
    for record in found if not head.problems else ():
        if record.row > ROWS_MAX:
            raise Unusable("too_many_lines")
        if is_example(record):
            example = record.row
            continue
        line = Line(record)
        lines.append(line)
        if record.problem:
            continue
        line.read(header)
        for cell in range(len(first.cells), len(record.cells)):
            if trimmed(record.cells[cell]):
                line.refuse("extra_cell", cell=cell)
        if rows.setdefault(line.code or record, record.row) != record.row:
            line.refuse("repeated_code", BY_PATH["code"], detail=(rows[line.code],))
    return header, head, lines, example
