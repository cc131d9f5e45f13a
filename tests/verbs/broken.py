# SPDX-License-Identifier: MIT
"""Broken settings and invalid answers: each is reported with the command that repairs it, none ends in a Python traceback."""
import os

import mistakes
from commands import Terminal
from machine import ADDRESS, Machine
from mistakes import Mistake, shell
from stand import in_gate

AGAIN = "deploy/tapbot init --yes >/dev/null --{}"


def setting(name, value):
    """Sets a variable of .env as an editor would."""
    return shell(f"sed -i '/^{name}=/d' .env && printf '%s\\n' '{name}={value}' >>.env")


def wrong(name, value, words, again=None, check="env-values"):
    """An invalid setting; `again` are the options of init with a valid one, where the command is init."""
    return Mistake(f"{name}={value}", check, words, setting(name, value), repair=shell(AGAIN.format(again)) if again else None)


DOMAIN, EMAIL, ADMINS = "domain tapbot.test", "email admin@tapbot.test", "admin-networks 198.51.100.0/24"
ENV = [
    wrong("TAPBOT_DOMAIN", "https://tapbot.test", "needed: a name without https://", DOMAIN),
    wrong("TAPBOT_DOMAIN", "Tapbot.test", "needed: a name without https://", DOMAIN),
    wrong("TAPBOT_DOMAIN", "тапбот.қаз", "тапбот.қаз is xn--80ac3bcne.xn--80ao21a in DNS", DOMAIN),
    wrong("TAPBOT_DOMAIN", "www.tapbot.test", "use the name without www", DOMAIN),
    wrong("COMPOSE_PROFILES", "server3", "needed: server1, server2", "servers 2"),
    wrong("ACME_EMAIL", "admin", "needed: an e-mail address", EMAIL),
    wrong("ACME_EMAIL", "a$b@tapbot.test", "Docker replaces $... with a variable", check="env-lines"),
    wrong("ACME_SERVER", "https://ca.test/$a|`b`&c", "Docker replaces $... with a variable", check="env-lines"),
    wrong("ACME_EMAIL", '"admin@tapbot.test', "unterminated quote", EMAIL, check="env-lines"),
    wrong("ACME_EMAIL", "you@example.com", "is a sample value", EMAIL, check="placeholder"),
    wrong("ACME_SERVER", "staging", "needed: the https://... address of a CA", "acme staging"),
    wrong("ADMIN_NETWORKS", "office", "needed: networks, comma-separated", ADMINS),
    wrong("ADMIN_NETWORKS", "198.51.100.7/24", "the whole network is 198.51.100.0/24, the single address is 198.51.100.7/32", ADMINS),
    wrong("ADMIN_NETWORKS", "0.0.0.0/0", "gives half of the Internet access", ADMINS, check="admin-list"),
    wrong("PUBLIC_ADDRESS", "here", "needed: addresses", f"address {ADDRESS}"),
    wrong("LOG_LEVEL", "loud", "needed: debug, info, warn or error"),
    wrong("TAPBOT_ENVIRONMENT", "prod", "needed: production, staging"),
    wrong("TAPBOT_VERSION", "release one", "needed: a tag of images"),
    wrong("TAPBOT_REVISION", "the last one", "needed: a commit"),
    wrong("SOURCE_DATE_EPOCH", "today", "needed: seconds since 1970"),
    wrong("TAPBOT_MICROHTTPD", "latest", "needed: a version"),
    wrong("RIDES_ENABLED", "yes", "needed: true or false"),
    wrong("LOG_LEVELS", "info", "unknown variable LOG_LEVELS", check="env-unknown"),
    wrong("API_TOKEN", "abcdef", "contains the secret API_TOKEN", check="env-secret"),
    Mistake("a variable that is missing", "env-names", "ACME_EMAIL is not set", shell("sed -i '/^ACME_EMAIL/d' .env"),
            repair=shell(AGAIN.format(EMAIL))),
    Mistake("a duplicate variable", "env-lines", ".env has ACME_EMAIL twice", shell("echo ACME_EMAIL=other@tapbot.test >>.env")),
    Mistake("an invalid line", "env-lines", "is not NAME=value: LOG_LEVEL info", shell("echo LOG_LEVEL info >>.env")),
    Mistake("bytes that are not UTF-8", "env-lines", "bytes that are not UTF-8", shell("printf 'LOG_LEVEL=\\351\\n' >>.env")),
    Mistake("a .env readable by all users", "env-mode", ".env has mode 0644", shell("chmod 644 .env")),
    Mistake("a .env that is a folder", "env", ".env is a folder", shell("mv .env ../env-aside && mkdir .env"),
            repair=shell("rmdir .env && mv ../env-aside .env")),
    Mistake("no .env", "env", ".env does not exist", shell("mv .env ../env-aside"), repair=shell("mv ../env-aside .env")),
]


def broken_env(some):
    """Each verb that reads .env continues to a message. DNS is skipped: names of another domain take long to resolve."""
    def test():
        from stack.checks_settings import SETTINGS
        checks = [check.name for check in SETTINGS if check.name != "passwords"]
        verbs = [["validate"], ["init", "--dns"]]
        with Machine() as machine:
            for number, mistake in enumerate(some):
                mistake.plant(machine)
                _, command = mistakes.found(machine, mistake, *checks)
                assert command and "sudo" not in command, f"{mistake.name}: {command}"
                # In the gate one of the verbs for each value.
                for words in [*(verbs[number % 2:][:1] if in_gate() else verbs), *([["up", "--plan"]] if mistake.check in ("env", "env-lines") else [])]:
                    done = machine.tapbot(*words)
                    assert "Traceback" not in done.stderr and done.returncode in (0, 1, 3), f"{mistake.name}, {words}: {done.stderr}"
                if mistake.repair:
                    mistake.repair(machine)
                else:
                    done = machine.inside("sh", "-c", command)
                    assert done.returncode == 0, f"{mistake.name}: {command}: {done.stderr}"
                mistakes.silent(machine, mistake.check)
        return f"{len(some)} of them"
    return test


def unreadable():
    """A folder of PATH without permission, and a file of the tree replaced by a folder, give messages instead of tracebacks."""
    with Machine() as machine:
        machine.sh("mkdir -m 0 $MACHINE/closed && mv deploy/postgres/pg_hba.conf $MACHINE && mkdir deploy/postgres/pg_hba.conf")
        nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "env", f"PATH={machine.home}/closed:{os.environ['PATH']}"]
        for command in (["deploy/tapbot", "doctor"], [*nobody, "deploy/tapbot", "doctor", "clock"], [*nobody, "deploy/tapbot", "status"]):
            done = machine.inside(*command)
            assert "Traceback" not in done.stderr and done.stdout + done.stderr, f"{command}: {done.stderr}"
        assert "cannot be read" in machine.doctor("postgres")[2], machine.doctor("postgres")


def without_rights():
    """Without permission to read .env, verbs say so, with the command; they do not fall back to the sample's domain."""
    with Machine() as machine:
        for words in (["init", "--dns"], ["doctor"], ["up", "--yes"], ["status"], ["validate"], ["lock", "--check"], ["keys", "list"], ["logs"], ["harden", "status"], ["backup"], ["restore", "--look", "1h"]):
            done = machine.inside("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "deploy/tapbot", *words)
            printed = done.stdout + done.stderr
            assert done.returncode == 3 and f"sudo deploy/tapbot {' '.join(words)}" in printed and "tapbot.kz" not in printed, f"{words}: {printed}"
        done = machine.inside("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "deploy/tapbot", "demo", "stop")
        assert done.returncode == 3 and done.stderr.count("\n") == 1 and "again with sudo" in done.stderr, done.stderr
    with Machine(prepared=False) as machine:
        done = machine.tapbot("init", "--dns")
        assert done.returncode == 3 and "sudo deploy/tapbot init" in done.stderr and "tapbot.kz" not in done.stdout


# The typed text, and the message to it; None where it is accepted.
ANSWERS = [
    ("https://tapbot.kz", "a name without https://"), ("тапбот.қаз", "xn--80ac3bcne.xn--80ao21a"), ("tapbot", "a name without https://"),
    ("TapBot.TEST.", None), ("3", "one of: 1, 2, both"), ("BOTH", None), ("everything", "allowed: vectors"), ("", None),
    ("admin", "an e-mail address"), ("you@example.com", "this is a sample value"), ("a$b@tapbot.test", None), ("zzz", "staging, production or an address"), ("Staging", None),
    ("office", "networks, comma-separated"), ("198.51.100.7/24", "the single address is 198.51.100.7/32"), ("0.0.0.0/0", "gives half of the Internet access"),
    ("here", "addresses, comma-separated"), (ADDRESS, None), ("/mnt/disk", "addresses of storages"), ("", None), ("Иван", "Latin letters"), ("a:b", "Latin letters"), ("olzhas", None)]


def odd_answers():
    """An invalid answer is asked for again with the reason, and earlier answers are retained."""
    with Machine(prepared=False) as machine:
        terminal = Terminal(machine, "deploy/tapbot", "init")
        for typed, words in ANSWERS:
            terminal.until(": ")
            terminal.printed = ""
            terminal.type(typed)
            terminal.until(words or typed or ": ")
        terminal.until("(empty: generate one): ")
        terminal.type("")
        terminal.until("(yes/no): ")
        terminal.type("yes")
        assert terminal.end() == 0 and "Traceback" not in terminal.printed, terminal.printed
        values = dict(line.split("=", 1) for line in machine.read(".env").splitlines() if line[:1].isalpha())
        assert values["TAPBOT_DOMAIN"] == "tapbot.test" and values["COMPOSE_PROFILES"] == "server1,server2", values
        assert values["ACME_EMAIL"] == "'a$b@tapbot.test'" and "acme-staging" in values["ACME_SERVER"], values
        # Compose gets the value as typed.
        assert "ADMIN_EMAIL: a$$b@tapbot.test\n" in machine.sh("docker compose config directus")
        again = Terminal(machine, "deploy/tapbot", "init")
        again.until("Domain")
        again.type("www.tapbot.test")
        again.until("use the name without www")
        again.type("\x04")
        assert again.end() == 1 and "Interrupted" in again.printed and "Traceback" not in again.printed, again.printed
        assert "TAPBOT_DOMAIN=tapbot.test\n" in machine.read(".env")
    return f"{len(ANSWERS) + 2} answers"


HALF = len(ENV) // 2
TESTS = [("a .env that is broken, first half", broken_env(ENV[:HALF]), 40), ("a .env that is broken, second half", broken_env(ENV[HALF:]), 40),
         ("unreadable files of a machine", unreadable), ("verbs without rights", without_rights),
         ("init after invalid answers", odd_answers)]
