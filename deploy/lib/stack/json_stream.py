# SPDX-License-Identifier: MIT
"""Reads JSON files of any size in bounded memory: containers are walked, and only single values are decoded. Pure."""
import codecs
import json
import re

BLOCK = 256 * 1024  # bytes read at a time
VALUE_MAX = 8 * 1024 * 1024  # characters of a value that is decoded whole
DEPTH_MAX = 64
SPACE = re.compile(r"[ \t\r\n]*")


class BadJson(Exception):
    """Not JSON; the argument is the line of the file."""


class JsonStream:
    """A position in a file. `file` needs only read(size); a byte order mark is skipped."""

    def __init__(self, file):
        self.file, self.decode = file, codecs.getincrementaldecoder("utf-8-sig")().decode
        self.text, self.at, self.ended, self.taken = "", 0, False, 0
        self.counted, self.lines = 0, 1  # the line of the file at the character `counted`

    @property
    def line(self):
        """The line of the file at the position."""
        self.lines += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        return self.lines

    def bad(self):
        return BadJson(self.line)

    def more(self):
        """Reads a block; false at the end of the file. Forgets what is before the position."""
        if self.ended or len(self.text) - self.at > VALUE_MAX:
            return False
        block = self.file.read(BLOCK)
        self.taken, self.ended, self.lines = self.taken + len(block), not block, self.line
        try:
            self.text, self.at, self.counted = self.text[self.at:] + self.decode(block, self.ended), 0, 0
        except UnicodeDecodeError:
            raise self.bad() from None
        return not self.ended

    def peek(self):
        """The next character that is not white space; "" at the end of the file."""
        while True:
            self.at = SPACE.match(self.text, self.at).end()
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def accept(self, character):
        """Whether this is the next character, which is then taken."""
        found = self.peek() == character
        self.at += found
        return found

    def value(self):
        """Decodes the next value whole."""
        self.peek()
        while True:
            try:
                value, end = json.JSONDecoder().raw_decode(self.text, self.at)
            except (ValueError, RecursionError):
                if self.more():
                    continue
                raise self.bad() from None
            goes_on = self.text[end - 1] not in '"}]' and self.text[end:end + 1] not in tuple(" \t\r\n,]}")
            if not goes_on or not self.more():  # the rest of a number may be in the next block
                self.at = end
                return value

    def names(self):
        """The name of each member of the object at the position. The caller takes the value before it asks for the next name."""
        if not self.accept("{"):
            raise self.bad()
        if self.accept("}"):
            return
        while True:
            name = self.value() if self.peek() == '"' else None
            if name is None or not self.accept(":"):
                raise self.bad()
            yield name
            if self.accept("}"):
                return
            if not self.accept(","):
                raise self.bad()

    def items(self):
        """The index of each item of the array at the position. The caller takes the item before it asks for the next one."""
        if not self.accept("["):
            raise self.bad()
        index = 0
        if self.accept("]"):
            return
        while True:
            yield index
            index += 1
            if self.accept("]"):
                return
            if not self.accept(","):
                raise self.bad()

    def skip(self, depth=0):
        """Takes a value of any size."""
        kind = self.peek()
        if kind not in ("{", "["):
            self.value()
            return
        if depth == DEPTH_MAX:
            raise self.bad()
        for _ in self.names() if kind == "{" else self.items():
            self.skip(depth + 1)
