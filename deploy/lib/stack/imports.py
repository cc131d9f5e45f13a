# SPDX-License-Identifier: MIT
"""import: apartments from a table. Uses booking-api of the running demo, otherwise of the stack."""
import socket
import sys

from say import answer_help, die, printable, text
from stack import import_api, watch
from stack.file_encoding import Unusable
from stack.import_columns import COLUMNS, EXAMPLE_MARKS, lines_of, message
from stack.import_file import decoded, trimmed

USAGE = ("""deploy/tapbot import: квартиры из таблицы.

  deploy/tapbot import apartments ФАЙЛ.csv [--dry-run] [--skip-bad]
  deploy/tapbot import apartments --template

Квартира узнаётся по столбцу «код»: новый код создаёт квартиру, известный меняет её. Чего в таблице
нет, остаётся как было; пустая ячейка ничего не меняет, «-» стирает. Повторная загрузка того же файла
ничего не меняет. Подходит то, что Excel сохраняет как CSV: UTF-8 или Windows-1251, запятая, точка с
запятой или табуляция, 1 234,50. Кодировка проверяется по тексту; файл в другой кодировке не загружается. Пропускаются
только пустые строки и строка-пример шаблона.

Сначала проверяется весь файл, и с ошибкой не загружается ничего. Если загрузка оборвалась, повторите
команду: она допишет остальное, дважды ничего не появится.

--template  напечатать пустую таблицу со всеми столбцами и строкой-примером
--dry-run   проверить весь файл и ничего не изменить
--skip-bad  загрузить строки без ошибок; без этого одна ошибка отменяет всё

Квартиры получает демо, если оно запущено, иначе стек (deploy/tapbot up); в оболочке стека всегда стек. Стеку нужен
ключ с правами booking:read, booking:write и booking:admin, в переменной API_KEY; чей ключ, того и квартиры.

Коды выхода: 0 загружено, 1 есть строки с ошибками или не получилось, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot import: apartments from a table.

  deploy/tapbot import apartments FILE.csv [--dry-run] [--skip-bad]
  deploy/tapbot import apartments --template

The column "code" identifies an apartment: a new code creates one, a known code updates it. Columns missing in the table
are not changed; an empty cell changes nothing, '-' clears the value. Importing the same file again changes nothing. CSV files
saved by Excel are accepted: UTF-8 or Windows-1251, comma, semicolon or tab, 1 234,50. The encoding is proved by the text; a file in another one
is not imported. Only blank lines and the template's example are skipped.

The whole file is checked first, and with an error nothing is imported. If an import was interrupted, run the command again:
it imports the rest, and nothing appears twice.

--template  print an empty table with all columns and an example
--dry-run   check the whole file, change nothing
--skip-bad  import the rows without errors; without this option one error cancels the whole import

The demo gets the apartments if it runs, otherwise the stack (deploy/tapbot up); in the stack's shell always the stack. The
stack needs a key with the scopes booking:read, booking:write and booking:admin, in the variable API_KEY; the apartments belong to
the key's tenant.

Exit codes: 0 imported, 1 rows with errors or failed, 2 wrong usage, 3 something is missing on this machine.""")

SCOPES = "booking:read,booking:write,booking:admin"
CELL_SHOWN, BAR = 60, 30


def template():
    """BOM, semicolons and CRLF make Excel with a Russian locale open it as a table."""
    rows = [text(column.ru, column.en) for column in COLUMNS], [column.example for column in COLUMNS]
    return "\ufeff" + ";".join(rows[0]) + "\r\n" + text(*EXAMPLE_MARKS) + ";".join(rows[1]) + "\r\n"


def letters(cell):
    """A, B, ... Z, AA, ...: the spreadsheet's name of a column."""
    return (chr(ord("A") + cell // 26 - 1) if cell >= 26 else "") + chr(ord("A") + cell % 26)


def problem_line(header, line, problem):
    """A problem with its place: line and column, and what the cell says."""
    column, cell, code, detail = problem
    record = line.record
    cell = header.get(column) if cell is None else cell
    column = column or next((one for one in header if header[one] == cell), None)
    place = text("строка", "line") + f" {record.row}"
    if record.line != record.row:
        place += text(f" (в файле {record.line})", f" (of the file {record.line})")
    name = text(f" «{column.ru}»", f' "{column.en}"') if column else ""
    if cell is None and column:
        return place + text(f": в файле нет столбца{name}, а для новой квартиры он нужен", f": the file has no column{name}, which a new apartment must have")
    if cell is not None:
        place += text(", столбец", ", column") + f" {cell + 1} ({letters(cell)})"
    content = trimmed(record.cells[cell]).replace("\n", " ") if cell is not None and cell < len(record.cells) else ""
    content = printable(content if len(content) <= CELL_SHOWN else content[:CELL_SHOWN] + "...")
    shown = text(f" «{content}»:", f' "{content}":') if content else ""
    return f"{place}{name}:{shown} {printable(message(code, detail, column))}"


def print_problems(header, lines):
    for line in lines:
        for problem in line.problems:
            print(problem_line(header, line, problem), file=sys.stderr)


def print_doubts(header, lines, example):
    """What does not keep anything from being loaded: the skipped example, and cells whose text is strange."""
    if example:
        print(text(f"строка {example}: это пример из шаблона, она пропущена", f"line {example}: the template's example, skipped"), file=sys.stderr)
    for line in lines:
        for doubt in line.doubts:
            print(text("Внимание: ", "Warning: ") + problem_line(header, line, doubt), file=sys.stderr)


def progress(count, total):
    """A bar on a terminal; it disappears at the end."""
    if sys.stderr.isatty() and (count == total or count * 1000 // total != (count - 1) * 1000 // total):
        bar = "#" * (count * BAR // total)
        print("\r\033[K" if count == total else f"\r[{bar:.<{BAR}}] {count * 100 // total:3}%", end="", file=sys.stderr, flush=True)


def summary(lines, done, owners):
    """What was done, or of a trial what would be; `done` says of a line whether it counts."""
    counts = [sum(done(line) and line.plan == plan for line in lines) for plan in ("created", "changed", "unchanged")]
    return text("создано {}, изменено {}, без изменений {}, с ошибками {}; новых владельцев {}",
                "created {}, changed {}, unchanged {}, bad {}; new owners {}").format(*counts, sum(bool(line.problems) for line in lines), owners)


def write(work, header):
    """Writes what was planned; returns the words for how that ended. What others change meanwhile may make a line wrong."""
    try:
        work.write()
        ended = text("Загружено.", "Loaded.")
    except (import_api.Away, KeyboardInterrupt) as why:
        ended = text(f"Загрузка оборвалась ({why or 'Ctrl-C'}). Что загружено, осталось; повторите команду, она допишет остальное.",
                     f"The import was interrupted ({why or 'Ctrl-C'}). What was loaded remains; run the command again to load the rest.")
    print_problems(header, [line for line in work.lines if line.plan])
    return ended


def load(client, header, lines, example, options):
    """The exit code."""
    work = import_api.Import(client, lines, progress)
    work.check()
    print_doubts(header, lines, example)
    print_problems(header, lines)
    bad = any(line.problems for line in lines)
    if "--dry-run" in options:
        print(text("Проба: в базе ничего не изменено.", "A trial: nothing was changed."))
        print(summary(lines, lambda line: not line.problems, len(work.new_owners())))
        return 1 if bad else 0
    if bad and "--skip-bad" not in options:
        print(text("Ничего не загружено: исправьте строки выше или загрузите остальные с --skip-bad.",
                   "Nothing was loaded: correct the lines above, or load the others with --skip-bad."))
    else:
        print(write(work, header))
    print(summary(lines, lambda line: line.done, work.owners_made))
    return 0 if all(line.done for line in lines) else 1


def read(path):
    """(header, line of the header, lines, row of the example) of the file."""
    try:
        with open(path, "rb") as file:
            return lines_of(decoded(file.read()))
    except OSError as why:
        return die(1, f"{path}: файл не читается ({why.strerror})", f"{path}: the file cannot be read ({why.strerror})")
    except Unusable as why:
        place = text(f" (строка {why.line})", f" (line {why.line})") if why.line else ""
        return die(1, *(message(why.code, why.values) + place,) * 2)


def alone(address):
    """Two imports at the same time could both create an owner. The name in the kernel is free again when this process ends."""
    lock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        lock.bind(f"\0tapbot-import-{address}")
    except OSError:
        die(1, "Сейчас загружается другой файл, подождите.", "Another file is being loaded, wait for it.")
    return lock


def main(arguments):
    answer_help(arguments, USAGE)
    options, files = {word for word in arguments[1:] if word.startswith("-")}, [word for word in arguments[1:] if not word.startswith("-")]
    if arguments[:1] != ["apartments"] or not options <= {"--template", "--dry-run", "--skip-bad"} or len(files) != ("--template" not in options):
        die(2, *USAGE)
    if "--template" in options:
        print(template(), end="")
        return 0
    header, head, lines, example = read(files[0])
    if head.problems:
        print_problems(header, [head])
        die(1, "Ничего не загружено: исправьте заголовок.", "Nothing was loaded: correct the header.")
    address, key = watch.demo("BOOKING_URL") or watch.stack("booking-api", SCOPES)
    try:
        with alone(address):
            return load(import_api.Client(address, key), header, lines, example, options)
    except import_api.Refused as why:
        return die(1, f"Этому ключу загружать нельзя ({why}): нужны права {SCOPES}.", f"This key may not import ({why}): it needs the scopes {SCOPES}.")
    except import_api.Away as why:
        return die(1, f"booking-api не отвечает ({why}). Ничего не изменено; повторите команду.",
                   f"booking-api does not answer ({why}). Nothing was changed; run the command again.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
