# SPDX-License-Identifier: MIT
"""Reads services.tsv and derives rows of the table of secrets from it."""
import os
import secrets
import string
import zlib

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", ".."))
NUMBERS = ("port", "uid", "copies", "connections")
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
LISTS = ("servers", "groups", "paths")


class Service:
    """A row of services.tsv; its columns are attributes."""

    def __init__(self, columns, values):
        for column, value in zip(columns, values, strict=True):
            value = "" if value == "-" else value
            setattr(self, column, int(value or 0) if column in NUMBERS else
                    [one for one in value.split(",") if one] if column in LISTS else value)

    @property
    def role(self):
        """Its role of PostgreSQL, or None."""
        return None if self.kind == "none" else f"{self.short}_runtime"

    @property
    def key_words(self):
        """Arguments of the program with which it stores the service's key for calls to other services."""
        tenant, scopes = self.key.split("/")
        return ["--keys", "ensure", "--tenant", tenant, "--client", self.name, "--scopes", scopes,
                "--key-file", f"/run/secrets/{self.short}_link_key"]

    @property
    def hosts(self):
        """{profile in which it runs: first label of its public host name there}."""
        return {f"server{number}": self.short + (number if place else "") for place, number in enumerate(self.servers)}

    @property
    def routes(self):
        """Its lines in the list at the head of traefik/dynamic/routers.yml."""
        return [f'(dict "name" "{self.name}" "short" "{host}" "profile" "{profile}" "paths" "{"|".join(self.paths)}")'
                for profile, host in self.hosts.items()]


def parse(text):
    """The services of a text in the format of services.tsv, in the order of the text."""
    lines = [line for line in text.splitlines() if line.strip()]
    head = [line for line in lines if line.startswith("#")][-1]
    columns = head.lstrip("# ").split("\t")
    return [Service(columns, line.split("\t")) for line in lines if not line.startswith("#")]


def services():
    with open(os.path.join(ROOT, "services.tsv"), encoding="utf-8") as file:
        return parse(file.read())


def one(name):
    """The service with that name."""
    return next(service for service in services() if service.name == name)


def key_check(text):
    """The six check digits at the end of a key, as computed by common/api/key.c."""
    crc, digits = zlib.crc32(text.encode()), ""
    for _ in range(6):
        crc, digit = divmod(crc, 62)
        digits = BASE62[digit] + digits
    return digits


def key_make():
    """A new API key."""
    text = "tb_live_" + "".join(secrets.choice(BASE62) for _ in range(30))
    return text + key_check(text)


def role_rows(password, limited=True):
    """The input of deploy/postgres/roles.sql, a line for each login role; `password` maps a role to its password."""
    rows = [("tapbot_migrator", "tapbot_owner", 4)]
    rows += [(one.role, ",".join(["tapbot_service", *one.groups]), one.connections) for one in services() if one.role]
    return "".join(f"{role}\t{groups}\t{limit if limited else -1}\t{password(role)}\n" for role, groups, limit in rows)


def secret_rows(table, listed, database=""):
    """Rows [name, owner, kind, rotation]: those of the text `table` and those of each service. `database` is appended to every
    PostgreSQL URL."""
    rows = [line.split("\t") for line in table.splitlines() if line.strip() and not line.startswith("#")]
    for service in listed:
        short = service.short
        if service.role:
            rows.append([f"{service.role}_password", "999", "random32", f"role:{service.role}"])
            rows.append([f"{short}_database_url", str(service.uid),
                         f"url:postgresql://{service.role}:{{{service.role}_password}}@postgres:5432/tapbot", "derived"])
        if service.redis:
            rows.append([f"{short}_redis_url", str(service.uid), "url:redis://:{redis_password}@redis:6379/0", "derived"])
        if service.key:
            # The migrator's user reads it to store its hash.
            rows.append([f"{short}_link_key", f"{service.uid}:10000", "key", f"key:{short}"])
    for row in rows:
        row[2] += database if row[2].startswith("url:postgresql:") else ""
    return rows


if __name__ == "__main__":
    # For shell scripts: prints the names of all secrets, a new key, or one column of all services.
    import sys
    if sys.argv[1] == "secrets":
        with open(os.path.join(ROOT, "deploy/lib/secrets.tsv"), encoding="utf-8") as file:
            print("\n".join(row[0] for row in secret_rows(file.read(), services())))
    elif sys.argv[1] == "key_make":
        print(key_make())
    else:
        print("\n".join(str(getattr(service, sys.argv[1])) for service in services()))
