# SPDX-License-Identifier: MIT
"""A command waits longer for the database than a request may, because no client waits for it."""
from stand import Stand

SLOW = """CREATE FUNCTION api.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(3.2); RETURN NULL; END';
CREATE TRIGGER slow AFTER INSERT ON api.api_key FOR EACH ROW EXECUTE FUNCTION api.slow()"""


def slow_command():
    with Stand(demo=True) as stand:
        stand.sql(SLOW)
        assert stand.key(client="slow").startswith("tb_")


SCENARIOS = [("a command on a slow database", slow_command)]
