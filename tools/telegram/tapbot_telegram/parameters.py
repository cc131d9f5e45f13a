# SPDX-License-Identifier: MIT
"""The parameters of a call: from its query string, a form, a multipart form or a JSON object.

As in Telegram's server every value is a string; a number, list or object of a JSON body is stored as its JSON text.
"""
import json
import re
import urllib.parse

from .errors import Failure, bad

PARAMETERS_MAX = 1 << 20  # bytes without files, as Telegram's server allows
SURROGATE = re.compile("[\ud800-\udfff]")  # invalid UTF-8, and unpaired surrogates in JSON
INTEGER = re.compile(r"[+-]?\d{1,19}")


class File:
    """An uploaded file."""

    def __init__(self, name, content_type, content):
        self.name, self.content_type, self.content = name, content_type, content


class Parameters:
    def __init__(self, values=None, files=None):
        self.values, self.files = values or {}, files or {}

    def __contains__(self, name):
        return name in self.values

    def text(self, name, default=""):
        return self.values.get(name, default)

    def integer(self, name, default=0, low=None, high=None):
        """The value as an integer within the bounds; the default if it is not a number."""
        given = self.values.get(name, "").strip()
        number = int(given) if INTEGER.fullmatch(given) else default
        if low is not None:
            number = max(low, number)
        return number if high is None else min(high, number)

    def number(self, name):
        try:
            return float(self.values.get(name, ""))
        except ValueError:
            return None

    def boolean(self, name):
        return self.values.get(name, "").strip().lower() in ("true", "yes", "1")

    def json(self, name, kind, what):
        """The value as JSON of the type `kind`; None if it is absent or empty."""
        given = self.values.get(name, "")
        if not given:
            return None
        try:
            value = json.loads(given)
        except ValueError:
            raise bad(f"can't parse {what} JSON object") from None
        if value is not None and not isinstance(value, kind):
            raise bad(f"object expected as {what}" if kind is dict else f"expected an Array of {what}")
        return value


def from_query(text):
    return dict(urllib.parse.parse_qsl(text, keep_blank_values=True, errors="surrogateescape"))


def from_json(body):
    try:
        given = json.loads(body)
    except ValueError:
        raise bad("can't parse request JSON object") from None
    if not isinstance(given, dict):
        raise bad("object expected as request")
    return {name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for name, value in given.items() if value is not None}


def header_parameter(header, name):
    found = re.search(rf'(?:^|;)\s*{name}=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))', header, re.I)
    return None if found is None else found[1] if found[1] is not None else found[2]


def from_multipart(body, boundary):
    """(values, files) of multipart/form-data."""
    values, files = {}, {}
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("latin-1"))
    if len(parts) < 3 or not parts[-1].startswith(b"--"):
        raise bad("can't parse multipart form")
    for part in parts[1:-1]:
        head, gap, content = part.partition(b"\r\n\r\n")
        if not gap:
            raise bad("can't parse multipart form")
        headers = {name.strip().lower(): value.strip() for name, _, value in
                   (line.partition(":") for line in head.decode("utf-8", "replace").split("\r\n") if line)}
        disposition = headers.get("content-disposition", "")
        name = header_parameter(disposition, "name")
        file_name = header_parameter(disposition, "filename")
        if name is None:
            raise bad("can't parse multipart form")
        if file_name is None:
            values[name] = content.decode("utf-8", "surrogateescape")
        else:
            files[name] = File(file_name, headers.get("content-type", ""), content)
    return values, files


def parse(query, content_type, body):
    """All parameters of a request; those of the body override the query string."""
    values, files = from_query(query) if query else {}, {}
    kind = content_type.partition(";")[0].strip().lower()
    if not body:
        pass
    elif kind == "application/json":
        values |= from_json(body)
    elif kind == "application/x-www-form-urlencoded":
        values |= from_query(body.decode("utf-8", "surrogateescape"))
    elif kind == "multipart/form-data":
        more, files = from_multipart(body, header_parameter(content_type, "boundary") or "")
        values |= more
    if sum(len(value) for value in values.values()) > PARAMETERS_MAX:
        raise Failure(413, "Request Entity Too Large")
    if any(SURROGATE.search(value) for value in values.values()):
        raise bad("strings must be encoded in UTF-8")
    return Parameters(values, files)
