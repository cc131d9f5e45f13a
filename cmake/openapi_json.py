#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""openapi_json.py IN.yaml OUT.json: the contract as people write it to the one that is served.

Reads the plain part of YAML that our openapi.yaml files keep to, with nothing but the standard
library, so that a build needs no package more: block mappings and lists by indentation, plain and
quoted scalars, folded text (`>-`), comments, and flow values ({a: b}, [a, b]) on one line. Anything
else is an error that names its line.
"""
import json
import re
import sys


class Bad(Exception):
    pass


KEY = re.compile(r'("(?:[^"\\]|\\.)*"|[^\s"\'{\[#&*!|>%@`:][^:#]*?):(?:\s+(.*))?$')
NUMBER = re.compile(r'-?(0|[1-9][0-9]*)(\.[0-9]+)?$')
WORDS = {'true': True, 'false': False, 'null': None, '~': None}


def scalar(text):
    if text in WORDS:
        return WORDS[text]
    if NUMBER.match(text):
        return json.loads(text)
    return text


class Flow:
    """One value in flow style, within one line."""

    def __init__(self, text):
        self.text, self.at = text, 0

    def peek(self):
        while self.at < len(self.text) and self.text[self.at] == ' ':
            self.at += 1
        return self.text[self.at:self.at + 1]

    def take(self, char):
        if self.peek() != char:
            raise Bad(f'expected {char!r} at {self.text[self.at:]!r}')
        self.at += 1

    def value(self, ends=''):
        first = self.peek()
        if first == '{':
            return self.mapping()
        if first == '[':
            return self.list()
        if first in '"\'' and first:
            return self.quoted(first)
        begin = self.at
        while self.at < len(self.text) and not (
                self.text[self.at] in ends or self.text.startswith(': ', self.at)):
            self.at += 1
        return scalar(self.text[begin:self.at].strip())

    def quoted(self, quote):
        if quote == '"':
            text, end = json.JSONDecoder().raw_decode(self.text, self.at)
            self.at = end
            return text
        match = re.compile(r"'((?:[^']|'')*)'").match(self.text, self.at)
        if not match:
            raise Bad('unfinished quote')
        self.at = match.end()
        return match.group(1).replace("''", "'")

    def mapping(self):
        out = {}
        self.take('{')
        while self.peek() != '}':
            key = self.value(',}:')
            self.take(':')
            if key in out:
                raise Bad(f'{key!r} twice')
            out[key] = self.value(',}')
            if self.peek() != '}':
                self.take(',')
        self.take('}')
        return out

    def list(self):
        out = []
        self.take('[')
        while self.peek() != ']':
            out.append(self.value(',]'))
            if self.peek() != ']':
                self.take(',')
        self.take(']')
        return out


def inline(text):
    if text[0] in '&*!|%@`':
        raise Bad(f'not in our part of YAML: {text!r}')
    flow = Flow(text)
    if text[0] in '{["\'':
        value = flow.value()
        rest = text[flow.at:].strip()
        if rest and not rest.startswith('#'):
            raise Bad(f'more after the value: {rest!r}')
        return value
    return scalar(re.split(r'\s+#', text)[0].strip())


class Reader:
    def __init__(self, lines):
        self.lines = []
        for number, line in enumerate(lines, 1):
            text = line.rstrip()
            indent = len(text) - len(text.lstrip(' '))
            self.lines.append((number, indent, text.strip()))
        self.at = 0

    def skip(self):
        while self.at < len(self.lines) and (
                not self.lines[self.at][2] or self.lines[self.at][2].startswith('#')):
            self.at += 1
        return self.at < len(self.lines)

    def block(self, indent):
        _, _, text = self.lines[self.at]
        return self.items(indent) if text == '-' or text.startswith('- ') else self.mapping(indent)

    def folded(self, parent):
        words = []
        while self.at < len(self.lines):
            _, indent, text = self.lines[self.at]
            if text and indent <= parent:
                break
            words.append(text)
            self.at += 1
        return re.sub(r' *\n *', '\n', ' '.join(word or '\n' for word in words)).strip()

    def after(self, rest, indent):
        """The value behind a key or dash at `indent`, whose line is done."""
        if rest == '>-':
            return self.folded(indent)
        if rest:
            return inline(rest)
        if self.skip() and self.lines[self.at][1] > indent:
            return self.block(self.lines[self.at][1])
        return None

    def mapping(self, indent):
        out = {}
        while self.skip() and self.lines[self.at][1] == indent:
            match = KEY.match(self.lines[self.at][2])
            if not match:
                raise Bad('no key')
            key = json.loads(match[1]) if match[1].startswith('"') else match[1]
            if key in out:
                raise Bad(f'{key!r} twice')
            self.at += 1
            out[key] = self.after((match[2] or '').split(' #')[0].strip()
                                  if (match[2] or '').startswith('>-') else (match[2] or ''), indent)
        if self.skip() and self.lines[self.at][1] > indent:
            raise Bad('too far in')
        return out

    def items(self, indent):
        out = []
        while self.skip() and self.lines[self.at][1] == indent and (
                self.lines[self.at][2] + ' ').startswith('- '):
            number, _, text = self.lines[self.at]
            rest = text[1:].strip()
            if rest and rest[0] not in '{["\'' and KEY.match(rest):
                inner = indent + len(text) - len(text[1:].lstrip())
                self.lines[self.at] = (number, inner, rest)
                out.append(self.mapping(inner))
                continue
            self.at += 1
            out.append(self.after(rest, indent))
        return out


def convert(text):
    reader = Reader(text.split('\n'))
    try:
        if not reader.skip():
            raise Bad('empty')
        value = reader.block(0)
        if reader.skip():
            raise Bad('unexpected')
        return value
    except (Bad, ValueError) as why:
        line = reader.lines[min(reader.at, len(reader.lines) - 1)][0]
        raise SystemExit(f'line {line} or above: {why}') from None


def main():
    with open(sys.argv[1], encoding='utf-8') as source:
        value = convert(source.read())
    with open(sys.argv[2], 'w', encoding='utf-8') as target:
        json.dump(value, target, ensure_ascii=False, separators=(',', ':'))
        target.write('\n')


if __name__ == '__main__':
    main()
