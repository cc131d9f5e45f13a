# SPDX-License-Identifier: MIT
"""Reads a table as spreadsheets save it: CSV in UTF-8 or Windows-1251, with comma, semicolon or tab. Pure.

Accepts RFC 4180 and common deviations: lines end with CRLF, LF or CR; spaces may follow a closing quote; a quote inside an
unquoted cell is literal. The module csv of Python does not say in which cell a mistake is."""
import re

RECORD_MAX = 64 * 1024  # bytes of a record's cells in UTF-8
CELLS_MAX = 128
BOM = b"\xef\xbb\xbf"
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how .xlsx and .ods begin, and .xls


class Unusable(Exception):
    """The whole file is unusable: a code of MESSAGES in import_columns.py, and the line, or None."""


class Record:
    """A line of the table. `row` counts records from 1 with the blank ones, as spreadsheets do; `line` is the line of the file
    where it begins. `problem` is (number of the cell from 0, code), or None."""

    def __init__(self, row, line):
        self.row, self.line, self.cells, self.problem = row, line, [], None

    def refuse(self, code):
        self.problem = self.problem or (len(self.cells) - 1, code)

    @property
    def skipped(self):
        """Blank lines and lines that begin with #."""
        return self.problem is None and (self.cells[0].startswith("#") or not any(map(trimmed, self.cells)))


def trimmed(cell):
    """Without white space around it. Excel writes no-break spaces."""
    return cell.strip(" \t\n\u00a0\u202f\u2009")


def decoded(data):
    """The text of the file. Russian text in Windows-1251 is practically never valid UTF-8. A file with more valid than invalid
    sequences is damaged UTF-8: read as Windows-1251 it would fill the database with garbage."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unusable("utf16", None)
    if data.startswith(WORKBOOKS):
        raise Unusable("workbook", None)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig", "replace")
    wrong = text.count("\ufffd")
    if data.startswith(BOM) or len(re.findall("[^\0-\x7f]", text)) - wrong > wrong:
        raise Unusable("bad_encoding", text[:text.index("\ufffd")].count("\n") + 1)
    return data.decode("cp1251", "replace")


def delimiter_of(text):
    """The most frequent one of the header, outside quotes. Names of columns contain commas, so with equal numbers it is not the comma."""
    table = re.sub(r"\A(#.*\n|[^\S\n]*\n)+", "", text)  # from the header on
    header = re.sub(r'"[^"]*"?', "", table).partition("\n")[0]
    delimiter = max(";\t,", key=header.count)
    return delimiter if delimiter in header else ","


def records(text):
    """Each record of the text. One that cannot be read has a problem, and the next one can still be read."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    delimiter = delimiter_of(text)
    cell = re.compile(rf'(?:"([^"]*(?:""[^"]*)*)("?)([^{delimiter}\n]*)|([^{delimiter}\n]*))({delimiter}|\n|\Z)')
    at, row, line = 0, 0, 1
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
