# SPDX-License-Identifier: MIT
"""The roles of PostgreSQL: those of future services, and those of long-running servers."""
import os
import re
import subprocess

import services
from stand import ROOT, Stand

PASSWORD = "0123456789abcdef"
SCHEMA = services.services()[0].short


def roles(stand, *rows):
    """Runs roles.sql again with these lines in addition to those of services.tsv; False if it refuses."""
    rows_text = services.role_rows(stand.passwords.get, limited=False) + "".join("\t".join(row) + "\n" for row in rows)
    done = subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", stand.admin_url, "-f", os.path.join(ROOT, "deploy/postgres/roles.sql")],
                          input=rows_text, capture_output=True, text=True, check=False)
    assert PASSWORD not in done.stdout and not any(word in done.stdout for word in stand.passwords.values())
    return done.returncode == 0


def may(stand, role, sql):
    """Whether the database permits that for a role, which logs in with its password."""
    done = subprocess.run(["psql", "-qXAt", stand.url(role), "-c", sql], capture_output=True, text=True, check=False,
                          env={**os.environ, "PGOPTIONS": f"-c search_path={SCHEMA}"})
    return done.returncode == 0


def later():
    """A service added after the first migration reads keys, and feeds if the list grants it; its role
    loses rights that are no longer listed. No log has a password, whatever fails."""
    with Stand() as stand:
        stand.passwords["later_runtime"] = PASSWORD
        assert roles(stand, ("later_runtime", "tapbot_service,tapbot_feeds", "5", PASSWORD))
        assert may(stand, "later_runtime", "SELECT FROM api.api_key, api.client, api.tenant, api.schema_migration")
        assert may(stand, "later_runtime", "UPDATE api.api_key SET last_used_at = now()")
        assert may(stand, "later_runtime", "SELECT FROM feed_apartments, feed_bookings")
        for one in services.services():
            if one.role:
                reads = one.short == SCHEMA or "tapbot_feeds" in one.groups
                assert may(stand, one.role, "SELECT FROM feed_apartments, feed_bookings") == reads, one.role
        for sql in ("SELECT FROM outbox", "UPDATE api.api_key SET revoked_at = now()", "CREATE TABLE x ()"):
            assert not may(stand, "later_runtime", sql), sql
        assert stand.sql("SELECT rolconnlimit FROM pg_roles WHERE rolname = 'later_runtime'") == "5"
        assert roles(stand, ("later_runtime", "tapbot_service", "6", PASSWORD))
        assert not may(stand, "later_runtime", "SELECT FROM feed_apartments")
        assert may(stand, "later_runtime", "SELECT FROM api.api_key")
        assert not roles(stand, ("later_runtime", "nobody", "6", PASSWORD)), "accepted a missing group"
        assert not roles(stand, ("later_runtime", "tapbot_service", "six", PASSWORD)), "accepted a limit that is not a number"
        assert not roles(stand, ("other_runtime", "tapbot_service", "6", "")), "accepted a role without a password"
        with open(os.path.join(os.environ["TEST_SERVICES_HOME"], "postgres.log"), encoding="utf-8") as log:
            text = log.read()
        assert not [word for word in stand.passwords.values() if word in text], "a password is in PostgreSQL's log"
        stand.sql("DROP ROLE later_runtime")


def upgrade():
    """On a server where each service had its own migrator, that one can no longer log in; the new one acts as the owner."""
    with Stand() as stand:
        old = f"{SCHEMA}_migrator"
        stand.passwords[old] = PASSWORD
        stand.sql(f"CREATE ROLE {old} LOGIN PASSWORD '{PASSWORD}' IN ROLE tapbot_owner")
        assert may(stand, old, "SELECT 1")
        assert roles(stand)
        assert not may(stand, old, "SELECT 1")
        assert may(stand, "tapbot_migrator", f"CREATE TABLE {SCHEMA}.made (); DROP TABLE {SCHEMA}.made")
        assert re.search("up to date", stand.run("--migrate", role="tapbot_migrator"))
        stand.sql(f"DROP ROLE {old}")


SCENARIOS = [("roles of future services", later), ("roles of an older server", upgrade)]
