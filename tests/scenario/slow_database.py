# SPDX-License-Identifier: MIT
"""A command waits longer for the database than a request may, because no client waits for it. But it waits seconds only for one that
accepts the connection and does not answer, as a stopped PostgreSQL does."""
import os
import socket
import subprocess

import services
from stand import Stand, built, patience

SLOW = """CREATE FUNCTION api.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(3.2); RETURN NULL; END';
CREATE TRIGGER slow AFTER INSERT ON api.api_key FOR EACH ROW EXECUTE FUNCTION api.slow()"""


def slow_command():
    with Stand(demo=True) as stand:
        stand.sql(SLOW)
        assert stand.key(client="slow").startswith("tb_")


SILENT_SECONDS = 15


def silent(commands):
    """Starts each (service, words) with such a database."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"postgresql://a:b@127.0.0.1:{listener.getsockname()[1]}/tapbot"
        given = {**os.environ, "DATABASE_URL": url, "MIGRATE_DATABASE_URL": url}
        started = [(service, words, subprocess.Popen([built(f"services/{service}/{service}"), *words.split()], env=given, stdin=subprocess.DEVNULL,
                                                     stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True))
                   for service, words in commands]
        for service, words, process in started:
            try:
                said = process.communicate(timeout=patience(SILENT_SECONDS))[1]
            except subprocess.TimeoutExpired:
                process.kill()
                raise AssertionError(f"{service} {words} still waits") from None
            assert process.returncode == 1 and "database" in said, f"{service} {words}: {process.returncode} {said}"
    return f"{len(commands)} commands"


def common_commands():
    return silent([(one.name, words) for one in services.services() if one.kind == "database" for words in ("--keys list", "--migrate", "--migrate --dry-run")])


SCENARIOS = [("commands on a silent database", common_commands), ("a command on a slow database", slow_command)]
