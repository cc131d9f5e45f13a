# SPDX-License-Identifier: MIT
"""Reads a table as spreadsheets save it: CSV in UTF-8 or Windows-1251, with comma, semicolon or tab. Pure.

Accepts RFC 4180 and common deviations: lines end with CRLF, LF or CR; spaces may follow a closing quote; a quote inside an
unquoted cell is literal; Excel's line "sep=;" names the delimiter. The module csv of Python does not say in which cell a mistake is."""
import re

from stack import file_encoding, file_kind

RECORD_MAX = 64 * 1024  # bytes of a record's cells in UTF-8
CELLS_MAX = 128
DELIMITERS = ";\t,"
# Excel's own line before the header, which it does not show.
SEP = re.compile(r'\A"?sep=([^\n"])"?[;,\t]*\n', re.IGNORECASE)

# What cannot be seen: controls but tab, line ends and NUL, soft hyphens, zero-width spaces, marks of the writing direction, byte order
# marks. The API removes them from bodies too, and decides which joiners (U+200C, U+200D) belong to a word or an emoji.
UNSEEN = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]")
JOINERS = re.compile("(?<=[\\d\\s!-~А-Яа-яЁё])[\u200c\u200d]|[\u200c\u200d](?=[\\d\\s!-~А-Яа-яЁё])|^[\u200c\u200d]|[\u200c\u200d]$", re.MULTILINE)
DASHES = re.compile("[\u2010-\u2015\u2212\u2043\ufe58\ufe63\uff0d]")
SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


class Record:
    """A line of the table. `row` counts records from 1 with the blank ones, as spreadsheets do; `line` is the line of the file
    where it begins. `problem` is (number of the cell from 0, code), or None."""

    def __init__(self, row, line):
        self.row, self.line, self.cells, self.problem = row, line, [], None

    def refuse(self, code):
        self.problem = self.problem or (len(self.cells) - 1, code)

    @property
    def is_blank(self):
        return self.problem is None and not any(map(trimmed, self.cells))


def trimmed(cell):
    """Without white space around it. Excel writes no-break spaces."""
    return cell.strip(" \t\n\u00a0\u202f\u2009")


def typed(cell):
    """A value with a form of its own, such as a code, a phone or a number, with plain hyphens and spaces."""
    return trimmed(SPACES.sub(" ", DASHES.sub("-", cell)))


def decoded(data):
    """The text of the file without what cannot be seen. What cannot be a table, and what is in another encoding, is Unusable with its
    name."""
    kind, names = file_kind.kind_of(data)
    if kind:
        raise file_encoding.Unusable("workbook" if kind == "workbook" else "not_a_table", None, names)
    return JOINERS.sub("", UNSEEN.sub("", file_encoding.decoded(data)))


def delimiter_of(text):
    """The most frequent one of the header, outside quotes. Names of columns contain commas, so with equal numbers it is not the comma."""
    table = re.sub(r"\A([^\S\n]*\n)+", "", text)  # from the header on
    header = re.sub(r'"[^"]*"?', "", table).partition("\n")[0]
    delimiter = max(DELIMITERS, key=header.count)
    return delimiter if delimiter in header else ","


def records(text, delimiter=None):
    """Each record of the text. One that cannot be read has a problem, and the next one can still be read. Without a delimiter it is
    that of Excel's line, which spreadsheets do not count, or the most frequent one."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    named = SEP.match(text)
    delimiter = delimiter or (named[1] if named else delimiter_of(text))
    end = re.escape(delimiter)
    cell = re.compile(rf'(?:"([^"]*(?:""[^"]*)*)("?)([^{end}\n]*)|([^{end}\n]*))({end}|\n|\Z)')
    at, row, line = (named.end(), 0, 2) if named else (0, 0, 1)
    while at < len(text):
        row, begin, size, more = row + 1, at, 0, True
        record = Record(row, line)
        while more:
            found = cell.match(text, at)
            quoted, closing, rest, plain, end = found.groups()
            content = plain if quoted is None else quoted.replace('""', '"')
            at, more, size = found.end(), end == delimiter, size + len(content.encode())
            if len(record.cells) == CELLS_MAX:
                record.refuse("too_many_cells")
                continue
            record.cells.append(content)
            if size > RECORD_MAX:
                record.refuse("line_too_long")
                if quoted is not None:  # a quote left open does not take the rest of the file along
                    at, more = text.find("\n", min(found.start() + RECORD_MAX, at - 1)) + 1 or len(text), False
            elif quoted is not None and not closing:
                record.refuse("open_quote")
            elif rest and rest.strip(" "):
                record.refuse("after_quote")
            elif "\0" in content:
                record.refuse("bad_byte")
        line += text.count("\n", begin, at)
        yield record
