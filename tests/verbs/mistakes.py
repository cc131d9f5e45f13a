# SPDX-License-Identifier: MIT
"""Mistakes of people, made one by one: doctor names each, the command that it gives repairs it, and then doctor finds
nothing. The mistakes that were made on real servers are among them."""
import contextlib
import functools
import os
import re
import subprocess

from machine import FIRST, SHORT, Machine
from stand import wait_until

COMPOSE = "docker-compose.yml"
ROUTERS = "traefik/dynamic/routers.yml"
POSTGRES = "deploy/postgres/postgresql.conf"
REDIS = "deploy/redis/redis.conf"


class Mistake:
    """`plant` spoils the machine; doctor must name `check` and `words`. `repair` is None if the test runs the command that
    doctor gives; otherwise it replaces a command that this machine cannot run (DNS, a larger disk)."""

    def __init__(self, name, check, words, plant, repair=None, command=None, env=None):
        self.name, self.check, self.words, self.plant, self.repair = name, check, words, plant, repair
        self.command, self.env = command, env or {}


def edits(path, old, new):
    return lambda machine: machine.edit(path, old, new)


def shell(script):
    return lambda machine: machine.sh(script)


def service_line(name, line):
    """Adds a line of compose to a service."""
    def plant(machine):
        content = machine.read(COMPOSE)
        assert f"\n  {name}:\n" in content
        machine.edit(COMPOSE, f"\n  {name}:\n", f"\n  {name}:\n    {line}\n")
    return plant


def in_service(name, old, new):
    """Replaces text in one service's block."""
    def plant(machine):
        content = machine.read(COMPOSE)
        block = re.search(rf"\n  {name}:\n(?:    .*\n|\s*\n)+", content)[0]
        assert old in block, f"{name} has no {old!r}"
        machine.edit(COMPOSE, block, block.replace(old, new, 1))
    return plant


def user(entry):
    """A users file written by hand."""
    return shell(f"printf '%s\\n' '{entry}' >>secrets/basicauth_users")


def bcrypt(password, cost=10):
    from stack import hashes
    known = hashes.make(password)
    if cost != 10:
        known = hashes._crypt(password, known[:4] + f"{cost:02d}" + known[6:29])
    return known


def listener(machine):
    machine.sh("python3 -m http.server 80 >/dev/null 2>&1 &")
    wait_until("the server listens", 20, lambda: is_taken(machine), 0.1)


def is_taken(machine):
    return machine.sh("ss -Hltn 'sport = :80'") != ""


def profiles(names):
    return shell(f"sed -i 's/^COMPOSE_PROFILES=.*/COMPOSE_PROFILES={names}/' .env")


def hosts_line(old, new):
    def plant(machine):
        path = os.path.join(machine.home, "etc/hosts")
        with open(path, encoding="utf-8") as file:
            content = file.read()
        assert old in content
        # In place: the file is bound into the machine.
        with open(path, "r+", encoding="utf-8") as file:
            file.write(content.replace(old, new))
            file.truncate()
    return plant


def outside(name, content):
    """A file of the machine outside the tree."""
    def plant(machine):
        with open(os.path.join(machine.home, name), "r+" if os.path.exists(os.path.join(machine.home, name)) else "w",
                  encoding="utf-8") as file:
            file.write(content)
            file.truncate()
    return plant


def gone(name):
    return lambda machine: os.unlink(os.path.join(machine.home, name))


APR1 = "$apr1$aaaaaaaa$" + "x" * 22

MISTAKES = [
    # Mistakes made on real servers.
    Mistake("PostgreSQL's settings without listen_addresses", "postgres", "listen_addresses is missing",
            edits(POSTGRES, "listen_addresses = '*'\n", "")),
    Mistake("PostgreSQL that listens on loopback only", "postgres", "no other container can connect",
            edits(POSTGRES, "listen_addresses = '*'", "listen_addresses = 'localhost'")),
    Mistake("Directus without KEY", "required", "directus: KEY is not set",
            edits(COMPOSE, "      KEY_FILE: /run/secrets/directus_key\n", "")),
    Mistake("a page without a login", "auth", "without basicAuth",
            lambda machine: machine.edit(ROUTERS, "middlewares: [admins]", "middlewares: [readers]")),
    Mistake("our services' entry point without its list of addresses", "auth", f"router link-{SHORT}",
            lambda machine: machine.edit(ROUTERS, "middlewares: [link]", "middlewares: [programs]")),
    Mistake("YAML broken by sed", "compose", "cannot be read", edits(COMPOSE, "  postgres:\n", "  postgres\n")),
    Mistake("a network's name without its prefix", "networks", "traefik.docker.network=tapbot_service-network",
            edits(COMPOSE, "traefik.docker.network: service-network", "traefik.docker.network: tapbot_service-network")),
    Mistake("a service outside Traefik's networks", "networks", "shares no network with Traefik",
            in_service("directus", "networks: [traefik-network, database-network, redis-network]", "networks: [database-network]")),
    Mistake("a name without an address in DNS", "dns", "no address in DNS for dir.tapbot.test",
            hosts_line("203.0.113.10 dir.tapbot.test\n", "# " + "x" * 28 + "\n"),
            repair=lambda machine: machine.files_again()),
    Mistake("a name with the address of another server", "dns", "dir.tapbot.test resolves to 203.0.113.99",
            hosts_line("203.0.113.10 dir.tapbot.test", "203.0.113.99 dir.tapbot.test"),
            repair=lambda machine: machine.files_again(), command="deploy/tapbot init --dns"),
    Mistake("the sample password of the documentation", "passwords", "the password of olzhas is a common or sample one",
            lambda machine: user("olzhas:" + bcrypt("password"))(machine)),
    Mistake("the sample hash of the documentation", "users", "the hash of olzhas is not bcrypt", user("olzhas:" + APR1)),
    Mistake("an image called latest", "image", "without an exact version",
            lambda machine: machine.sh(f"sed -i -E '0,/image: valkey\\/valkey:.*/s//image: valkey\\/valkey:latest/' {COMPOSE}")),
    Mistake("PostgreSQL's new version in its tag alone", "image", "tapbot/postgres:16.99 is built from postgres:",
            lambda machine: machine.sh(f"sed -i 's|tapbot/postgres:[0-9.]*|tapbot/postgres:16.99|' {COMPOSE}")),
    Mistake("Traefik on the database's network", "edge-data", "Traefik is on database-network",
            in_service("traefik", "networks: [traefik-network, service-network, admin-network, socket-network]",
                       "networks: [traefik-network, service-network, admin-network, socket-network, database-network]")),
    Mistake("a rule of Traefik v2", "routers", "the syntax of Traefik v2",
            lambda machine: machine.sh(
                f"sed -i 's/rule: Host(`dir.{{{{ env \"TAPBOT_DOMAIN\" }}}}`)/rule: HostRegexp(`{{any:dir.*}}`)/' {ROUTERS}")),
    # The description.
    Mistake("privileged", "privileged", "directus: privileged: true", service_line("directus", "privileged: true")),
    Mistake("the engine's socket mounted into a web page's container", "socket", "dozzle mounts docker.sock",
            service_line("dozzle", 'volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]')),
    Mistake("the database's port open to the Internet", "ports", "postgres publishes port 5432",
            service_line("postgres", 'ports: ["5432:5432"]')),
    Mistake("a password in the environment", "secret-env", "a secret in the variable DB_PASSWORD",
            edits(COMPOSE, "      DB_PASSWORD_FILE: /run/secrets/directus_db_password\n",
                  "      DB_PASSWORD: directus-2025\n")),
    Mistake("a password in a URL of the environment", "secret-env", "a secret in the variable DATABASE_URL",
            edits(COMPOSE, f"      DATABASE_URL_FILE: /run/secrets/{SHORT}_database_url\n",
                  "      DATABASE_URL: postgresql://flats:hunter22@postgres/tapbot\n")),
    Mistake("a service without a memory limit", "limits", "redis: no memory",
            in_service("redis", "memory: 176M, ", "")),
    Mistake("a service without a health check", "limits", "n8n: no healthcheck",
            lambda machine: machine.sh(f"sed -i '/5678.healthz/d' {COMPOSE}")),
    Mistake("container_name on a service of ours", "scale", f"{FIRST.name}: container_name",
            service_line(FIRST.name, "container_name: flats")),
    Mistake("a middleware that does not exist", "routers", "there is no middleware admin",
            lambda machine: machine.edit(ROUTERS, "middlewares: [admins]", "middlewares: [admin]")),
    Mistake("a secret missing from the table", "secret-table", "sms_key is not in deploy/lib/secrets.tsv",
            lambda machine: (edits(COMPOSE, "\nsecrets:\n", "\nsecrets:\n  sms_key: {file: ./secrets/sms_key}\n")(machine),
                             in_service("n8n", "secrets: [", "secrets: [sms_key, ")(machine))),
    Mistake("a secret that is not mounted into the service", "required", "which is not mounted into the service",
            edits(COMPOSE, f"    secrets: [{SHORT}_database_url, {SHORT}_redis_url]\n", f"    secrets: [{SHORT}_database_url]\n")),
    Mistake("the data's network open to the world", "internal", "database-network is not internal",
            lambda machine: machine.sh(f"sed -i 's/name: database-network, internal: true/name: database-network/' {COMPOSE}")),
    Mistake("the network of Portainer's proxy open to the world", "internal", "portainer-network is not internal",
            edits(COMPOSE, "name: portainer-network, internal: true", "name: portainer-network")),
    Mistake("the network of Dozzle's proxy open to the world", "internal", "dozzle-network is not internal",
            edits(COMPOSE, "name: dozzle-network, internal: true", "name: dozzle-network")),
    Mistake("Redis without a bound", "redis", "redis.conf has no maxmemory", edits(REDIS, "maxmemory 112mb\n", "")),
    Mistake("Redis without a password", "redis", "Redis starts without a password",
            edits(REDIS, "include /run/redis/password.conf\n", "")),
    Mistake("PostgreSQL that trusts its network", "postgres", "without scram",
            lambda machine: machine.sh("sed -i '/+tapbot_service/s/scram-sha-256/trust/' deploy/postgres/pg_hba.conf")),
    # Settings and secrets.
    Mistake("a .env readable by all users", "env-mode", ".env has mode 0644", shell("chmod 644 .env")),
    Mistake("a misspelt variable", "env-unknown", "unknown variable TAPBOT_DOMIAN", shell("echo TAPBOT_DOMIAN=tapbot.kz >>.env")),
    Mistake("an old secret", "secret-age", "older than 80 days: redis_password", shell("touch -d '81 days ago' secrets/redis_password")),
    Mistake("a secret in .env", "env-secret", ".env contains the secret SMS_TOKEN", shell("echo SMS_TOKEN=abcdef >>.env")),
    Mistake("a variable that is missing", "env-names", "ACME_EMAIL is not set", shell("sed -i '/^ACME_EMAIL/d' .env"),
            repair=shell("deploy/tapbot init --yes --email admin@tapbot.test >/dev/null")),
    Mistake("an address of the sample", "placeholder", "is a sample value", shell("sed -i 's/^ACME_EMAIL=.*/ACME_EMAIL=you@example.com/' .env"),
            repair=shell("deploy/tapbot init --yes --email admin@tapbot.test >/dev/null")),
    Mistake("an invalid network", "env-values", "ADMIN_NETWORKS=office", shell("sed -i 's/^ADMIN_NETWORKS=.*/ADMIN_NETWORKS=office/' .env"),
            repair=shell("deploy/tapbot init --yes --admin-networks 198.51.100.0/24 >/dev/null")),
    # The repair of this one does not update the kernel's set; the mistakes of connections below cover that.
    Mistake("an administrator whose address is not listed", "admin-list", "you are connected from 192.0.2.77",
            lambda machine: None, env={"SSH_CONNECTION": "192.0.2.77 50000 203.0.113.10 22"}),
    Mistake("administrators' networks that cover the Internet", "admin-list", "gives half of the Internet access",
            shell("sed -i 's#^ADMIN_NETWORKS=.*#ADMIN_NETWORKS=0.0.0.0/0#' .env"),
            repair=shell("deploy/tapbot init --yes --admin-networks 198.51.100.0/24 >/dev/null")),
    Mistake("a secret that is missing", "secrets", "secrets/ lacks redis_password", shell("rm secrets/redis_password"),
            repair=shell("deploy/tapbot secrets make && rm secrets/*_redis_url && deploy/tapbot secrets make")),
    Mistake("a key of stored data that is missing", "secrets", "secrets/ lacks n8n_encryption_key", shell("mv secrets/n8n_encryption_key ../kept-aside"),
            repair=shell("mv ../kept-aside secrets/n8n_encryption_key"), command="deploy/tapbot restore files secrets/n8n_encryption_key"),
    Mistake("an empty key of stored data", "secret-value", "secrets/n8n_encryption_key is empty",
            shell("cp -p secrets/n8n_encryption_key ../kept-aside && : >secrets/n8n_encryption_key"),
            repair=shell("mv ../kept-aside secrets/n8n_encryption_key"), command="deploy/tapbot restore files secrets/n8n_encryption_key"),
    Mistake("a secret readable by all users", "secret-mode", "has mode 0644", shell("chmod 644 secrets/postgres_password")),
    Mistake("a secret of another user", "secret-mode", "belongs to 0:0", shell(f"chown 0:0 secrets/{SHORT}_database_url")),
    Mistake("alerts to chats without a bot", "alerts", "alert_bot_token is not set", shell("sed -i 's/^ALERT_CHATS=.*/ALERT_CHATS=100200300/' .env"),
            repair=shell("sed -i 's/^ALERT_CHATS=.*/ALERT_CHATS=/' .env"), command="deploy/tapbot secrets set alert_bot_token"),
    Mistake("alerts by e-mail without recipients", "alerts", "ALERT_EMAILS is not set",
            shell("sed -i 's/^\\(SMTP_URL\\|ALERT_FROM\\)=.*/\\1=smtp:%%mail.test:587/; s/%%/\\/\\//' .env"),
            repair=shell("sed -i 's/^\\(SMTP_URL\\|ALERT_FROM\\)=.*/\\1=/' .env"), command="nano .env && deploy/tapbot up --yes"),
    Mistake("alerts by SMS without a key", "alerts", "sms_api_id is not set", shell("sed -i 's/^ALERT_PHONES=.*/ALERT_PHONES=+77010000000/' .env"),
            repair=shell("sed -i 's/^ALERT_PHONES=.*/ALERT_PHONES=/' .env"), command="deploy/tapbot secrets set sms_api_id"),
    Mistake("an empty secret", "secret-value", "secrets/directus_secret is empty", shell(": >secrets/directus_secret")),
    Mistake("a newline after a secret", "secret-value", "ends with a newline", shell("echo >>secrets/qdrant_api_key")),
    Mistake("a URL with an old password", "secret-value", "does not match redis_password",
            shell(f"printf redis://:old@redis:6379/0 >secrets/{SHORT}_redis_url")),
    Mistake("a weak secret", "secret-weak", "a weak or sample password", shell("printf changeme-changeme-1 >secrets/qdrant_api_key")),
    Mistake("a user without a hash", "users", "is not bcrypt", user("olzhas:password")),
    Mistake("an invalid line", "users", "not name:hash", user("olzhas")),
    Mistake("bcrypt that is too cheap", "users", "at least 10 is needed", lambda machine: user("olzhas:" + bcrypt("Long-enough-77", 5))(machine)),
    Mistake("a secret in Git", "git", "Git tracks secrets/redis_password", shell("git add -f secrets/redis_password")),
    Mistake("a secret that is a folder", "secret-file", "secrets/redis_password is a folder",
            shell("cp -p secrets/redis_password ../kept-aside && rm secrets/redis_password && mkdir secrets/redis_password"),
            repair=shell("rmdir secrets/redis_password && mv ../kept-aside secrets/redis_password")),
    Mistake("a secret that is not UTF-8", "secret-file", "secrets/directus_secret has bytes that are not UTF-8",
            shell("printf '\\377\\376' >secrets/directus_secret")),
    # The machine.
    Mistake("port 80 taken", "port", "port 80 is in use: python3", listener),
    Mistake("no journal of connections", "journal", "incoming connections are not logged", outside("journal", "no\n")),
    Mistake("an engine without live restore", "live-restore", "Docker without live restore", outside("live-restore", "false\n")),
    Mistake("no limit of connections", "connections", "connections of one source are not limited", outside("connections", "no\n")),
    Mistake("former administrators are still exempt in the kernel", "connections", "the trusted addresses in the kernel differ",
            outside("trusted", "add element inet tapbot_connections trusted4 { 192.0.2.0/24 }\n")),
    Mistake("no exempt addresses, and no networks of Telegram in .env", "connections", "the trusted addresses in the kernel differ",
            lambda machine: (machine.sh("sed -i '/^TELEGRAM_NETWORKS=/d' .env"), outside("trusted", "")(machine))),
    Mistake("a comment behind the administrators' networks", "connections", "the trusted addresses in the kernel differ",
            lambda machine: (machine.sh("sed -i 's/^ADMIN_NETWORKS=.*/& # the office/' .env"), outside("trusted", "")(machine))),
    Mistake("an unsynchronised clock", "clock", "the clock is not synchronised", outside("clock", "no\n")),
    Mistake("a full disk", "disk", " MB free, ", shell("dd if=/dev/zero of=filler bs=1M count=$(($(df -m --output=avail . | tail -n 1) - 1)) 2>/dev/null"),
            repair=shell("rm filler"),
            command="docker image prune -af && docker builder prune -af"),
    Mistake("little memory and no swap", "memory", "no swap", outside("etc/meminfo", "MemTotal: 4005000 kB\nSwapTotal: 0 kB\n"),
            repair=lambda machine: machine.files_again()),
    Mistake("limits that exceed the memory", "memory", "the memory limits of the containers", outside("etc/meminfo", "MemTotal: 2005000 kB\nSwapTotal: 2000000 kB\n"),
            repair=lambda machine: machine.files_again()),
    Mistake("Qdrant on a small server 2", "vectors", "the profile vectors is enabled with 3911 MB of memory", profiles("server2,vectors"),
            repair=profiles("server1,server2")),
    Mistake("the pages of administrators on a small server 2", "admin-tools", "the profile admin is enabled with 3911 MB of memory",
            profiles("server2,admin"), repair=profiles("server1,server2")),
    Mistake("Qdrant on the small disk of server 1", "vectors", "the profile vectors is enabled on a disk of", profiles("server1,vectors"),
            repair=profiles("server1,server2")),
    Mistake("a stack that was left closed", "maintenance", "closed for clients since ", shell("cp traefik/maintenance.yml traefik/dynamic/")),
    Mistake("an engine that is too old", "docker", "Docker Engine 20.10.24", outside("engine", "20.10.24\n"), repair=outside("engine", "28.2.2\n")),
    Mistake("a lock of another version", "lock", "keeps redis at valkey/valkey:7.9",
            shell("printf 'services:\\n  redis:\\n    image: valkey/valkey:7.9@sha256:%064d\\n' 7 >docker-compose.lock.yml"), repair=shell("rm docker-compose.lock.yml"),
            command="deploy/tapbot lock"),
    Mistake("an engine that does not answer", "docker", "Docker does not answer", outside("silent", ""), repair=gone("silent"),
            command="systemctl enable --now docker"),
]


def silent(machine, *checks, env=None):
    code, lines, output = machine.doctor(*checks, env=env or {})
    assert code == 0 and not lines, f"not silent: {output}"


def found(machine, mistake, *more):
    """Finds the line that names a mistake, also beside `more` checks; returns its command."""
    code, lines, output = machine.doctor(*{mistake.check, *more}, env=mistake.env)
    assert "Traceback" not in output, f"{mistake.name}: {output}"
    ours = [line for line in lines if line.startswith(mistake.check + ": ") and mistake.words in line]
    assert code == 1 and ours, f"not found: {output}"
    return ours[0], ours[0].split(" Command: ", 1)[1]


def planted(machine, mistake):
    mistake.plant(machine)
    line, command = found(machine, mistake)
    assert mistake.command in (None, command), f"another command: {line}"
    if mistake.repair:
        mistake.repair(machine)
    else:
        done = machine.inside("sh", "-c", command, env=mistake.env)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        if mistake.check == "port":
            wait_until("the port is free", 20, lambda: not is_taken(machine), 0.1)
    silent(machine, mistake.check, env=mistake.env)


def planted_and_repaired(mistake):
    """A test on a machine where others ran before: each repair restores its state."""
    def test(machine):
        try:
            planted(machine, mistake)
        except (AssertionError, OSError, subprocess.SubprocessError):
            machine.again()
            raise
    return test


@contextlib.contextmanager
def kept():
    with Machine() as machine:
        machine.keep()
        yield machine


# Each of these has a machine of its own.
HALVES = [functools.partial(kept) for _ in range(2)]
TESTS = [(f"doctor finds {mistake.name}", planted_and_repaired(mistake), 2, HALVES[number * 2 // len(MISTAKES)])
         for number, mistake in enumerate(MISTAKES)]
# All checks: the repairs left nothing behind.
TESTS += [(f"doctor finds nothing after the repairs of half {number}", silent, 1, half) for number, half in enumerate(HALVES, 1)]
