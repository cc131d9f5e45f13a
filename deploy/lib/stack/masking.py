# SPDX-License-Identifier: MIT
"""Masks secrets in output: the values of secrets/, as far as they are readable, and text that looks like a secret."""
import functools
import re

from say import printable
from stack import tree

HIDDEN = "***"
COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
LOOKS = [
    (re.compile(r"\btb_(live|test)_[0-9A-Za-z]{6,}"), r"tb_\1_" + HIDDEN),
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^/\s:@\"']*):[^/\s@\"']+@"), r"\1:" + HIDDEN + "@"),
    (re.compile(r"\$2[aby]\$\d\d\$[./0-9A-Za-z]{53}|\$apr1\$\S+"), HIDDEN),
    (re.compile(r"(?i)\b(bearer|basic)\s+[a-z0-9+/=._~-]{8,}"), r"\1 " + HIDDEN),
    (re.compile(r"(?i)(\"?\b(?:x-api-key|authorization|cookie|set-cookie|password|passwd|secret|token|api_?key)\"?\s*[:=]\s*\"?)"
                r"(?!(?:bearer|basic)\b)[^\s\",;&]{4,}"), r"\1" + HIDDEN),
    (re.compile(r"\b\d{8,10}:[A-Za-z0-9_-]{35,}"), HIDDEN),
]


@functools.lru_cache(None)
def _values():
    found = set()
    for secret in tree.secret_table().values():
        value = (secret.read() or "").strip()
        if secret.kind in ("random32", "key", "given") and len(value) >= 8:
            found.add(value)
    return re.compile("|".join(map(re.escape, sorted(found, key=len, reverse=True)))) if found else None


def mask(line):
    values = _values()
    if values:
        line = values.sub(HIDDEN, line)
    for pattern, instead in LOOKS:
        line = pattern.sub(instead, line)
    return line


def shown(output):
    """Output of another program as one line for the terminal, which the output cannot control; without secrets."""
    return mask(printable(COLOUR.sub("", output).replace("\n", " ")))
