# SPDX-License-Identifier: MIT
"""Persons in logs: what `deploy/tapbot logs --person` asks the database for."""
import os
import signal
import time

from stand import ROOT, Stand

os.environ.setdefault("TAPBOT_ROOT", ROOT)
from stack import logs  # it reads where the tree is

# A command of stack/ ends when nobody reads what it prints. A scenario goes on when a connection is closed.
signal.signal(signal.SIGPIPE, signal.SIG_IGN)

SECONDS = 5


def looked_up():
    """The keys of today and, if there is one, of yesterday; that of tomorrow is no use yet."""
    with Stand() as stand:
        stand.service()
        end = time.monotonic() + SECONDS
        while stand.sql("SELECT count(*) FROM api.log_key") != "2":
            assert time.monotonic() < end, "the service has made no keys"
            time.sleep(0.1)
        today = stand.sql(logs.PERSON_KEYS).split()
        assert len(today) == 1 and len(bytes.fromhex(today[0])) == 32, today
        stand.sql("INSERT INTO api.log_key SELECT min(day) - 1, sha256('x') FROM api.log_key")
        both = stand.sql(logs.PERSON_KEYS).split()
        assert len(both) == 2 and today[0] in both, both
        assert len(logs.person_hashes("telegram:7", both)) == 2


SCENARIOS = [("the keys of persons in logs", looked_up)]
