# SPDX-License-Identifier: MIT
"""The verbs of deploy/tapbot that manage the containers: one module per verb, run with python3 -m."""
import os
import signal
import sys

# Messages are in Russian, so the output is UTF-8 regardless of the server's locale.
for stream in (sys.stdout, sys.stderr):
    stream.reconfigure(encoding="utf-8", errors="backslashreplace")
if sys.stdin and hasattr(sys.stdin, "reconfigure"):
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")
os.umask(0o022)
# `deploy/tapbot logs | head` ends without an error message.
signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def _end(kind, error, trace):
    """Ctrl-C ends without a traceback: every verb may be run again."""
    if kind is KeyboardInterrupt:
        sys.stderr.write("\n")
        return
    sys.__excepthook__(kind, error, trace)


sys.excepthook = _end
