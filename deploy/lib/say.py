# SPDX-License-Identifier: MIT
"""What the commands say: Russian by default, English when LANG says so. Like say.sh, in Python."""
import os
import sys

ENGLISH = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)),
               "").startswith("en")


def text(russian, english):
    return english if ENGLISH else russian


def say(russian, english):
    """To the person, on standard output."""
    print(text(russian, english), flush=True)


def printable(line):
    """One line of someone else's, which must not play with the terminal: no control characters, no direction of writing, no
    second line."""
    return "".join(one if one.isprintable() or one == "\t" else "�" for one in line)


def step(russian, english):
    """What is being done now."""
    print("==> " + text(russian, english), flush=True)


def aligned(rows):
    """Lines of columns as wide as their widest cell."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]


def print_table(rows):
    print("\n".join(aligned(rows)))


def warn(russian, english):
    """To standard error, and on."""
    print(text(russian, english), file=sys.stderr, flush=True)


def die(code, russian, english):
    """Says what is wrong and what to do, and ends."""
    warn(russian, english)
    sys.exit(code)


def ask(russian, english, default=""):
    """One line from the person; an empty one is the default. Who ends the input at a terminal ends the command."""
    hint = f" [{default}]" if default else ""
    try:
        return input(f"{text(russian, english)}{hint}: ").strip() or default
    except EOFError:
        if sys.stdin.isatty():
            die(1, "\nПрервано.", "\nBroken off.")
        return default


def confirm(russian, english):
    """Yes or no; silence is no."""
    answer = ask(f"{russian} (да/нет)", f"{english} (yes/no)", "")
    return answer.lower() in ("да", "д", "yes", "y")
