# SPDX-License-Identifier: MIT
"""The verbs of deploy/tapbot that manage the containers: one module per verb, run with python3 -m."""
import errno
import os
import signal
import sys

from say import warn

# Messages are in Russian, so the output is UTF-8 regardless of the server's locale.
for stream in (sys.stdout, sys.stderr):
    stream.reconfigure(encoding="utf-8", errors="backslashreplace")
if sys.stdin and hasattr(sys.stdin, "reconfigure"):
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")
os.umask(0o022)
# `deploy/tapbot logs | head` ends without an error message.
signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def _end(kind, error, trace):
    """Ctrl-C, and Ctrl-D at the prompt for a secret, end without a traceback: every verb may be run again. A full disk ends with what to
    delete."""
    if kind in (KeyboardInterrupt, EOFError):
        warn("\nПрервано. Команду можно запустить снова.", "\nInterrupted. The command can be run again.")
        return
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        warn("На диске кончилось место. Чем он занят: df -h. Что удалить: docs/incidents.md, «Диск заполнен». Потом повторите команду.",
             "The disk is full. To see what fills it: df -h. What to delete: docs/incidents.md. Then run the command again.")
        return
    sys.__excepthook__(kind, error, trace)


sys.excepthook = _end
