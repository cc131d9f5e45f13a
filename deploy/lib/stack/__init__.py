# SPDX-License-Identifier: MIT
"""The verbs of deploy/tapbot that look after the containers: one module a verb, run with python3 -m."""
import os
import signal
import sys

# Texts are Russian whatever the locale of a server is.
for stream in (sys.stdout, sys.stderr):
    stream.reconfigure(encoding="utf-8", errors="backslashreplace")
if sys.stdin and hasattr(sys.stdin, "reconfigure"):
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")
os.umask(0o022)
# `deploy/tapbot logs | head` ends quietly.
signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def _end(kind, error, trace):
    """Ctrl-C ends without a trace: every verb may be started again."""
    if kind is KeyboardInterrupt:
        sys.stderr.write("\n")
        return
    sys.__excepthook__(kind, error, trace)


sys.excepthook = _end
