# SPDX-License-Identifier: MIT
"""The kind of a file that a command was given, by its first bytes. Pure."""
import re

HEAD = 4096  # bytes that show the kind
# A code, how such a file begins, and its name for people.
KINDS = tuple((code, re.compile(begin, re.DOTALL | re.IGNORECASE), names) for code, begin, names in (
    ("workbook", rb"PK\x03\x04.{0,4000}?(xl/|\[Content_Types\]\.xml|_rels/|docProps/|mimetypeapplication/vnd\.oasis)|\xd0\xcf\x11\xe0",
     ("книга Excel", "a workbook of Excel")),
    ("zip", rb"PK\x03\x04|PK\x05\x06|\x1f\x8b|Rar!|7z\xbc\xaf", ("архив", "an archive")),
    ("pdf", rb"%PDF-", ("документ PDF", "a PDF document")),
    ("rtf", rb"\{\\rtf", ("документ RTF", "an RTF document")),
    ("picture", rb"\xff\xd8\xff|\x89PNG|GIF8", ("картинка", "a picture")),
    ("spreadsheetml", rb"\s*<\?xml.{0,4000}?(urn:schemas-microsoft-com:office:spreadsheet|progid=\"Excel\.Sheet\")",
     ("таблица SpreadsheetML (XML Excel 2003)", "a SpreadsheetML table (XML of Excel 2003)")),
    ("html", rb"\s*(<!--.{0,2000}?-->\s*)*<(!doctype\s+html|html|head|meta|body|table|div|style)\b", ("страница HTML", "an HTML page")),
    ("xml", rb"\s*<\?xml", ("файл XML", "an XML file")),
    ("json", rb"\s*(\{\s*\"|\[\s*[\[{])", ("файл JSON", "a JSON file")),
))


def kind_of(data):
    """(code, (name in Russian, in English)) of a file that is known by how it begins; (None, None) of any other."""
    head = data[:HEAD].removeprefix(b"\xef\xbb\xbf")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = data[2:HEAD].replace(b"\0", b"")
    return next(((code, names) for code, begin, names in KINDS if begin.match(head)), (None, None))
