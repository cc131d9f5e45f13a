# SPDX-License-Identifier: MIT
"""Messages of the commands: Russian by default, English if the locale is English. The same as say.sh, in Python. And their options."""
import os
import sys

ENGLISH = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)),
               "").startswith("en")


class Explained(Exception):
    """An error with its reason in Russian and English."""

    def __init__(self, russian, english):
        super().__init__(english)
        self.why = (russian, english)


def text(russian, english):
    return english if ENGLISH else russian


def say(russian, english):
    """Prints a message on standard output."""
    print(text(russian, english), flush=True)


def printable(line):
    """A line of untrusted text for the terminal: without control characters, changes of the writing direction and line breaks."""
    return "".join(one if one.isprintable() or one == "\t" else "�" for one in line)


def step(russian, english):
    """Prints the step that begins now."""
    print("==> " + text(russian, english), flush=True)


def aligned(rows):
    """The rows as lines, each column as wide as its widest cell."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]


def print_table(rows):
    print("\n".join(aligned(rows)))


def ago(seconds):
    """A number of seconds in the largest unit that it reaches."""
    for unit, russian, english in ((86400, "д", "d"), (3600, "ч", "h"), (60, "мин", "min")):
        if seconds >= unit:
            return f"{int(seconds // unit)} {text(russian, english)}"
    return f"{max(int(seconds), 0)} {text('с', 's')}"


def warn(russian, english):
    """Prints a message on standard error and continues."""
    print(text(russian, english), file=sys.stderr, flush=True)


def die(code, russian, english):
    """Prints a message on standard error and exits."""
    warn(russian, english)
    sys.exit(code)


def answer_help(arguments, usage):
    """Prints the usage (Russian, English) and exits if the arguments ask for help."""
    if {"-h", "--help"} & set(arguments):
        say(*usage)
        sys.exit(0)


def options_of(arguments, valued, flags, names=None):
    """{option: its value, or True if it is one of `flags`}; None if the arguments are wrong. Words that are no options are appended to `names`."""
    given, words = {}, list(arguments)
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if word in flags:
            given[word] = True
        elif name in valued and (equals or words):
            given[name] = value if equals else words.pop(0)
        elif names is not None and not word.startswith("-"):
            names.append(word)
        else:
            return None
    return given


def ask(russian, english, default=""):
    """Prompts for one line; an empty line means the default. End of file at a terminal ends the command."""
    hint = f" [{default}]" if default else ""
    try:
        return input(f"{text(russian, english)}{hint}: ").strip() or default
    except EOFError:
        if sys.stdin.isatty():
            die(1, "\nПрервано.", "\nInterrupted.")
        return default


def confirm(russian, english):
    """Prompts for yes or no; an empty line means no."""
    answer = ask(f"{russian} (да/нет)", f"{english} (yes/no)", "")
    return answer.lower() in ("да", "д", "yes", "y")
