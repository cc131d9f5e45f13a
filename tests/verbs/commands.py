# SPDX-License-Identifier: MIT
"""The verbs as people and scripts call them, as far as they need no Docker Engine."""
import json
import os
import pty
import pwd
import re
import select
import stat
import subprocess
import tempfile
import time

import services
from machine import ADDRESS, DOMAIN, FIRST, SHORT, Machine
from stand import ROOT, patience

VERBS = ["init", "doctor", "validate", "up", "deploy", "rollback", "scale", "maintenance", "status", "logs", "users", "secrets", "link", "harden", "alerts", "report", "search", "rides", "directus", "n8n", "lock", "import", "backup", "restore", "drill", "keys", "bots", "chat", "shell"]
INIT = ["init", "--yes", "--domain", "tapbot.test", "--email", "admin@tapbot.test", "--servers", "both",
        "--admin-networks", "198.51.100.0/24", "--address", ADDRESS, "--user", "admin"]


def help_of_all():
    """Help in Russian and English with the exit codes; an unknown word exits with 2 and shows the usage."""
    for verb in VERBS:
        for language, letters in (("ru_RU.UTF-8", "[а-я]"), ("en_US.UTF-8", "Exit codes")):
            done = subprocess.run([os.path.join(ROOT, "deploy/tapbot"), verb, "--help"], capture_output=True, text=True,
                                  env={**os.environ, "LANG": language, "LC_ALL": language}, check=False)
            assert done.returncode == 0 and re.search(letters, done.stdout) and f"deploy/tapbot {verb}" in done.stdout, f"{verb} --help in {language}"
            assert "Коды выхода" in done.stdout or language.startswith("en"), verb
            assert language.startswith("ru") or not re.search("[а-яА-Я]", done.stdout), f"{verb} --help is not English"
        done = subprocess.run([os.path.join(ROOT, "deploy/tapbot"), verb, "--no-such"], capture_output=True, text=True, check=False)
        assert done.returncode == 2 and "deploy/tapbot" in done.stderr, f"{verb} --no-such: {done.returncode}"
    return f"{len(VERBS)} verbs"


def files_of(machine):
    """{path: content, owner, mode} of the files that init makes."""
    script = "for f in .env $(find secrets -type f | sort); do echo \"$f $(stat -c '%u:%g:%a' $f) $(sha256sum <$f)\"; done"
    return {line.split()[0]: line.split()[1:3] for line in machine.sh(script).splitlines()}


def init_twice():
    """Owners and modes are those of secrets.tsv; a second run changes a setting and no secret."""
    from stack import tree
    with Machine(prepared=False) as machine:
        done = machine.tapbot(*INIT)
        assert done.returncode == 0, done.stderr
        password = re.search(r"Password: +(\S{20})", done.stdout)[1]
        first = files_of(machine)
        for secret in tree.secret_table().values():
            assert first[f"secrets/{secret.name}"][0] == f"{secret.uid}:{secret.gid}:{secret.mode:o}", secret.name
        assert first[".env"][0] == "0:0:600" and machine.sh("stat -c %a secrets").strip() == "711"
        for path in first:
            assert path == ".env" or path.endswith("basicauth_users") or not machine.read(path).endswith("\n"), path
            assert not machine.read(path) or machine.read(path).strip() not in done.stdout, f"init printed {path}"
        assert machine.read("secrets/basicauth_users").startswith("admin:$2y$10$") and password not in machine.read(".env")
        assert "  dir " in done.stdout and ADDRESS in done.stdout and "ps.kz" in done.stdout
        again = machine.tapbot("init", "--yes", "--email", "other@tapbot.test")
        assert again.returncode == 0 and "Password" not in again.stdout, again.stdout
        second = files_of(machine)
        assert "ACME_EMAIL=other@tapbot.test" in machine.read(".env") and "TAPBOT_DOMAIN=tapbot.test" in machine.read(".env")
        assert {k: v for k, v in first.items() if k != ".env"} == {k: v for k, v in second.items() if k != ".env"}
        assert machine.doctor()[0] == 0, machine.doctor()[2]
        changes = machine.read("var/changes.log")
        assert password not in changes and '"verb": "init"' in changes
        # A new key beside an existing database, whose data are encrypted with the former one.
        machine.sh("rm secrets/n8n_encryption_key && echo POSTGRES_VOLUME=tapbot_postgres-data >>.env")
        assert "n8n_encryption_key: a new key" in machine.tapbot("init", "--yes").stdout and "n8n_encryption_key" not in done.stdout + again.stdout


def init_live_restore():
    """Existing settings in the engine's file are retained, as is its mode; a file that is not JSON is not changed."""
    with Machine(prepared=False) as machine:
        file, off = os.path.join(machine.home, "docker/daemon.json"), lambda: machine.bind("live-restore", "false\n")
        for before, after in ((None, {"live-restore": True}), ('{"log-level": "warn", "dns": ["192.0.2.1"]}',
                                                              {"log-level": "warn", "dns": ["192.0.2.1"], "live-restore": True})):
            off()
            if before:
                machine.put("docker/daemon.json", before, 0o600)
            done = machine.tapbot(*INIT)
            assert done.returncode == 0 and "live-restore: true in " in done.stdout and not done.stderr, done.stderr
            with open(file, encoding="utf-8") as written:
                assert json.load(written) == after
            assert machine.doctor("live-restore")[0] == 0 and "live-restore" not in machine.tapbot(*INIT).stdout
        assert os.stat(file).st_mode & 0o777 == 0o600
        for broken in ("{log-level: warn}", "[]"):
            off()
            machine.put("docker/daemon.json", broken)
            done = machine.tapbot("init", "--live-restore")
            assert done.returncode == 1 and "was not changed" in done.stderr, done.stderr
            with open(file, encoding="utf-8") as written:
                assert written.read() == broken


class Terminal:
    """A program at a terminal of its own: its output, and input to it."""

    def __init__(self, machine, *command):
        self.leader, follower = pty.openpty()
        self.printed, self.process = "", subprocess.Popen(
            machine.entered(*command), stdin=follower, stdout=follower, stderr=follower, start_new_session=True,
            env={**os.environ, **machine.environment})
        os.close(follower)

    def until(self, words):
        """Reads until the words appear; an empty string means the end."""
        end = time.monotonic() + patience()
        while not words or words not in self.printed:
            assert select.select([self.leader], [], [], max(0, end - time.monotonic()))[0], f"no output after: {self.printed}"
            try:
                got = os.read(self.leader, 4096).decode(errors="replace")
            except OSError:
                got = ""
            if not got:
                assert not words, f"ended without {words!r}: {self.printed}"
                return
            self.printed += got

    def type(self, *lines):
        os.write(self.leader, "".join(line + "\n" for line in lines).encode())

    def end(self):
        self.until("")
        code = self.process.wait(patience())
        os.close(self.leader)
        return code


def init_asks():
    """At a terminal every question has a default, an invalid answer is asked for again, and nothing is written before yes."""
    answers = ["tapbot.test", "3", "2", "", "wrong", "admin@tapbot.test", "", "198.51.100.0/24", ADDRESS, "", "", "olzhas"]
    with Machine(prepared=False) as machine:
        for last, code in (("no", 1), ("yes", 0)):
            terminal = Terminal(machine, "deploy/tapbot", "init")
            terminal.type(*answers)
            terminal.until("(empty: generate one): ")
            terminal.type("")
            terminal.until("(yes/no): ")
            terminal.type(last)
            assert terminal.end() == code, terminal.printed
            assert (machine.inside("test", "-e", ".env").returncode == 0) == (code == 0), "written without a yes"
        assert "olzhas:$2y$" in machine.read("secrets/basicauth_users") and "COMPOSE_PROFILES=server2\n" in machine.read(".env")
        # An answer of an earlier run is the default; only a word removes it.
        machine.sh("sed -i 's/^COMPOSE_PROFILES=.*/&,vectors/; s/^PEER_ADDRESS=.*/PEER_ADDRESS=203.0.113.20/; s|^BACKUP_TARGETS=.*|BACKUP_TARGETS=s3:https://storage.test/copies|' .env")
        terminal = Terminal(machine, "deploy/tapbot", "init")
        terminal.type("", "", "-", "", "", "", "", "нет", "no")
        terminal.until("(yes/no): ")
        terminal.type("yes")
        assert terminal.end() == 0, terminal.printed
        lines = machine.read(".env").splitlines()
        assert {"COMPOSE_PROFILES=server2", "PEER_ADDRESS=", "BACKUP_TARGETS="} <= set(lines), lines


def init_refuses():
    """Invalid values are reported with their options, and nothing is written."""
    with Machine(prepared=False) as machine:
        for option, value in (("--domain", "https://tapbot.kz"), ("--email", "admin"), ("--acme", "letsencrypt"), ("--servers", "3"),
                              ("--admin-networks", "office"), ("--profiles", "everything"), ("--address", "here"), ("--user", "a:b")):
            words = list(INIT)
            if option in words:
                words[words.index(option) + 1] = value
            else:
                words += [option, value]
            done = machine.tapbot(*words)
            assert done.returncode == 2 and value in done.stderr, f"{option} {value}: {done.returncode} {done.stderr}"
        done = machine.tapbot(*INIT, "--password-stdin", input="password\n")
        assert done.returncode == 2, done.stderr
        assert machine.inside("test", "-e", ".env").returncode == 1
        nobody = machine.inside("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "deploy/tapbot", *INIT)
        assert nobody.returncode == 3 and "sudo" in nobody.stderr, nobody.stderr


def users_come_and_go():
    with Machine() as machine:
        done = machine.tapbot("users", "add", "olzhas", "--password-stdin", input="длинный пароль\n")
        assert done.returncode == 0, done.stderr
        from stack import hashes
        rows = dict(line.split(":", 1) for line in machine.read("secrets/basicauth_users").splitlines())
        assert set(rows) == {"admin", "olzhas"} and hashes.matches("длинный пароль", rows["olzhas"])
        assert machine.sh("stat -c %u:%a secrets/basicauth_users").strip() == "10080:400"
        changed = machine.tapbot("users", "add", "olzhas", "--generate")
        password = re.search(r"Password: +(\S+)", changed.stdout)[1]
        rows = dict(line.split(":", 1) for line in machine.read("secrets/basicauth_users").splitlines())
        assert hashes.matches(password, rows["olzhas"]) and len(rows) == 2
        assert machine.tapbot("users", "add", "olzhas", "--password-stdin", input="qwerty123\n").returncode == 2
        assert machine.tapbot("users", "add", "a:b", "--generate").returncode == 2
        assert machine.tapbot("users", "list").stdout == "admin\tbcrypt 13\nolzhas\tbcrypt 10\n"
        assert machine.tapbot("users", "remove", "nobody", "--yes").returncode == 1
        assert machine.tapbot("users", "remove", "admin", "--yes").returncode == 0
        last = machine.tapbot("users", "remove", "olzhas", "--yes")
        assert last.returncode == 1 and "last user" in last.stderr


def secrets_rotate():
    """Secrets that depend on the rotated one follow; secrets that must not change do not."""
    from stack import tree
    with Machine() as machine:
        before = files_of(machine)
        done = machine.tapbot("secrets", "rotate", "redis_password", "--yes")
        assert done.returncode == 0, done.stderr
        after = files_of(machine)
        followers = {f"secrets/{one.name}" for one in tree.secret_table().values() if "redis_password" in one.parts}
        assert f"secrets/{SHORT}_redis_url" in followers
        assert {name for name in before if before[name] != after[name]} == {"secrets/redis_password", *followers}
        value = machine.read("secrets/redis_password")
        assert machine.read(f"secrets/{SHORT}_redis_url") == f"redis://:{value}@redis:6379/0" and value not in done.stdout
        assert machine.sh("stat -c %u:%a secrets/redis_password").strip() == "999:400"
        for name, code, words in (("n8n_encryption_key", 2, "must not change"), (f"{SHORT}_redis_url", 2, "redis_password"),
                                  ("pgadmin_password", 2, "first login"), ("basicauth_users", 2, "users add"), ("nothing", 2, "No such"),
                                  (f"{FIRST.role}_password", 1, "PostgreSQL is not running")):
            refused = machine.tapbot("secrets", "rotate", name, "--yes")
            assert refused.returncode == code and words in refused.stderr, f"{name}: {refused.returncode} {refused.stderr}"
        assert machine.tapbot("secrets", "rotate", "redis_password", input="no\n").returncode == 1
        assert files_of(machine) == after
        shown = machine.tapbot("secrets", "list").stdout
        assert "redis_password" in shown and value not in shown
        # With live restore containers run on without the engine: what cannot be restarted is not changed.
        machine.put("silent", "")
        for words in (["secrets", "rotate", "redis_password", "--yes"], ["secrets", "set", "smtp_password"], ["users", "add", "olzhas", "--generate"],
                      ["users", "remove", "admin", "--yes"]):
            refused = machine.tapbot(*words, input="x\n")
            assert refused.returncode == 3 and "Docker does not answer" in refused.stderr and files_of(machine) == after, (words, refused)


def secrets_due():
    """Those older than 80 days are rotated, the oldest first; not those that cannot be rotated by this command. A failure leaves the rest."""
    with Machine() as machine:
        assert "Nothing to rotate" in machine.tapbot("secrets", "rotate", "--due").stdout
        machine.sh("touch -d '79 days ago' secrets/directus_key; touch -d '81 days ago' secrets/redis_password secrets/n8n_encryption_key"
                   f" secrets/pgadmin_password secrets/{SHORT}_redis_url; touch -d '90 days ago' secrets/directus_secret")
        told = json.loads(machine.sh('TAPBOT_ROOT=$PWD PYTHONPATH=deploy/lib python3 -B -c "import json; from stack import backup_place; '
                                     'print(json.dumps(backup_place.Stack().secrets_due()))"'))
        assert told["due"] == 2 and told["oldest_s"] // 86400 == 90, told
        before = files_of(machine)
        listed = "Rotated one by one: directus_secret, redis_password.\n"
        done = machine.tapbot("secrets", "rotate", "--due", input="no\n")
        assert done.returncode == 1 and listed in done.stdout and files_of(machine) == before, done
        done = machine.tapbot("secrets", "rotate", "--due", "--yes")
        changed = {name for name, value in files_of(machine).items() if value != before[name]}
        assert done.returncode == 0 and listed in done.stdout and {"secrets/directus_secret", "secrets/redis_password"} <= changed, done
        assert not {"secrets/directus_key", "secrets/n8n_encryption_key", "secrets/pgadmin_password"} & changed, changed
        machine.sh(f"touch -d '82 days ago' secrets/{FIRST.role}_password; touch -d '81 days ago' secrets/redis_password")
        before = files_of(machine)
        refused = machine.tapbot("secrets", "rotate", "--due", "--yes")
        assert refused.returncode == 1 and "PostgreSQL is not running" in refused.stderr and files_of(machine) == before, refused
        # One whose rotation has not come to its end is due again, however young its file is.
        machine.sh(f"touch secrets/{FIRST.role}_password; rm secrets/{SHORT}_redis_url; mkdir secrets/{SHORT}_redis_url")
        assert machine.tapbot("secrets", "rotate", "--due", "--yes").returncode == 1
        machine.sh(f"rmdir secrets/{SHORT}_redis_url; touch secrets/redis_password")
        done = machine.tapbot("secrets", "rotate", "--due", "--yes")
        assert done.returncode == 0 and "Rotated one by one: redis_password.\n" in done.stdout and "Nothing to rotate" in machine.tapbot("secrets", "rotate", "--due").stdout, done
        # Server 1 of two has no database: of all secrets, it rotates those that only its own services read.
        machine.sh("printf 'COMPOSE_PROFILES=server1\\nLINK_ADDRESS=10.0.100.1\\nLINK_PEER=10.0.100.2\\n' >>.env; find secrets -type f -exec touch -d '90 days ago' {} +")
        done = machine.tapbot("secrets", "rotate", "--due", "--yes")
        assert done.returncode == 0 and "Rotated one by one: health_edge_secret.\n" in done.stdout, done
        assert "Nothing to rotate" in machine.tapbot("secrets", "rotate", "--due").stdout


def secrets_given():
    """A given secret is first an empty file for its reader, which is no finding; it is typed without echo and removed by an empty line."""
    with Machine(prepared=False) as machine:
        machine.sh("printf 'sms_key\\t10020\\tgiven\\tset\\n' >>deploy/lib/secrets.tsv")
        machine.edit("docker-compose.yml", "\nsecrets:\n", "\nsecrets:\n  sms_key: {file: ./secrets/sms_key}\n")
        machine.edit("docker-compose.yml", f"    secrets: [{SHORT}_database_url, ", f"    secrets: [sms_key, {SHORT}_database_url, ")
        done = machine.tapbot(*INIT)
        assert done.returncode == 0 and machine.read("secrets/sms_key") == "", done.stderr
        assert machine.sh("stat -c %u:%a secrets/sms_key").strip() == "10020:400"
        code, lines, printed = machine.doctor("secrets", "secret-value", "secret-mode", "secret-weak", "secret-table", "required")
        assert code == 0 and not lines and "secrets set sms_key" in printed, printed
        russian = machine.tapbot("doctor", "secret-value", env={"LANG": "ru_RU.UTF-8"}).stdout
        assert "секрет sms_key пуст" in russian, russian
        assert "secrets set" not in machine.doctor("env")[2]
        assert re.search(r"^sms_key +10020 +0400 +empty +set$", machine.tapbot("secrets", "list").stdout, re.M)
        put = machine.tapbot("secrets", "set", "sms_key", input="0123:сказали по телефону\r\n")
        assert put.returncode == 0 and machine.read("secrets/sms_key") == "0123:сказали по телефону", put.stderr
        assert "0123:" not in put.stdout + put.stderr + machine.read("var/changes.log") + machine.tapbot("secrets", "list").stdout
        assert machine.sh("stat -c %u:%a secrets/sms_key").strip() == "10020:400"
        assert machine.tapbot("secrets", "make").returncode == 0 and machine.read("secrets/sms_key").startswith("0123")
        code, _, printed = machine.doctor("secret-value", "secret-mode")
        assert code == 0 and "sms_key" not in printed, printed
        for words, typed, expected in ((["set", "sms_key"], "a\tb\n", "control characters"), (["set", "sms_key"], "x" * 4097, "4096 bytes"),
                                   (["set", "redis_password"], "x\n", "secrets rotate"), (["set", "nothing"], "x\n", "No such"),
                                   (["set"], "x\n", "secrets set NAME"), (["set", "sms_key", "x"], "", "secrets set NAME"),
                                   (["rotate", "sms_key", "--yes"], "", "secrets set sms_key")):
            refused = machine.tapbot("secrets", *words, input=typed)
            assert refused.returncode == 2 and expected in refused.stderr, f"{words}: {refused.returncode} {refused.stderr}"
        assert machine.read("secrets/sms_key").startswith("0123")
        terminal = Terminal(machine, "deploy/tapbot", "secrets", "set", "sms_key")
        terminal.until("(not shown): ")
        terminal.type("s3cret-of-somebody")
        assert terminal.end() == 0 and "s3cret" not in terminal.printed, terminal.printed
        assert machine.read("secrets/sms_key") == "s3cret-of-somebody"
        off = machine.tapbot("secrets", "set", "sms_key", input="\n")
        assert off.returncode == 0 and "is off" in off.stdout and machine.read("secrets/sms_key") == ""


def secrets_of_callers():
    """A service that calls others has its key in a file, readable by it and by the service that stores its hash."""
    import services
    name = f"{SHORT}_link_key"
    with Machine(prepared=False) as machine:
        machine.edit("services.tsv", "\t20\t-\t", f"\t20\tsystem/{SHORT}:read\t")
        machine.edit("docker-compose.yml", "\nsecrets:\n", f"\nsecrets:\n  {name}: {{file: ./secrets/{name}}}\n")
        done = machine.tapbot("secrets", "make")
        assert done.returncode == 0 and name in done.stdout, done.stderr
        key = machine.read(f"secrets/{name}")
        assert len(key) == 44 and services.key_check(key[:38]) == key[38:] and key not in done.stdout
        assert machine.sh(f"stat -c %u:%g:%a secrets/{name}").strip() == f"{FIRST.uid}:10000:440"
        code, lines, printed = machine.doctor("required")
        assert code == 1 and f"{FIRST.name}: LINK_KEY is not set" in printed, printed
        refused = machine.tapbot("secrets", "rotate", name, "--yes")
        assert refused.returncode == 1 and "PostgreSQL is not running" in refused.stderr
        assert machine.read(f"secrets/{name}") == key


REGISTRY = """#!/bin/sh
# A registry that has every image; `no` in the file stops its answers.
case $1 in
compose) shift; exec "$MACHINE/bin/compose" "$@" ;;
version) echo '{"Version":"28.2.2"}' ;;
create) case $2 in tapbot/health:*) echo 0123 ;; *) exit 1 ;; esac ;;
cp) [ "$*" = "cp 0123:/usr/share/tapbot/packages.txt -" ] && printf 'libjansson4 2.14-2\nlibmicrohttpd12t64 1.0.11-1\n' || exit 1 ;;
rm) [ "$2" = 0123 ] ;;
buildx) grep -q no "$MACHINE/registry" && { echo "dial tcp: lookup registry-1.docker.io: no such host" >&2; exit 1; }
    printf '{"digest":"sha256:%064d"}\\n' 7 ;;
*) echo "dial tcp: lookup registry-1.docker.io: no such host" >&2; exit 1 ;;
esac
"""


def lock():
    """The file has the digests of all third-party images and of the bases of ours, and is a valid part of a description. `up` uses it, and
    refuses it when the description has gone on to another version."""
    with Machine() as machine:
        machine.put("bin/docker", REGISTRY, 0o755)
        machine.put("registry", "no\n")
        failed = machine.tapbot("lock")
        assert failed.returncode == 1 and "no such host" in failed.stderr and machine.read("docker-compose.lock.yml") is None
        machine.put("registry", "yes\n")
        done = machine.tapbot("lock")
        assert done.returncode == 0, done.stderr
        written = machine.read("docker-compose.lock.yml")
        assert re.search(r"  redis:\n    image: valkey/valkey:8[\w.-]*@sha256:0{63}7\n", written) and "tapbot/" not in written
        digest = f"@sha256:{7:064d}"
        bases = dict(re.findall(r"  ([\w-]+):\n    build:\n      args:\n        BASE: (\S+)\n", written))
        assert {one.name for one in services.services()} | {"pages", "restic", "postgres"} <= set(bases), bases
        assert bases["postgres"] == f"postgres:16.15-trixie{digest}" and bases["health"] == f"debian:trixie-slim{digest}", bases
        # The version in a built image; without one the least version of the description.
        least = dict(re.findall(r"  ([\w-]+):\n    build:\n      args:\n.*\n        MICROHTTPD: \"(.*)\"\n", written))
        assert least["health"] == "1.0.11" and set(least.values()) == {"1.0.11", "1.0.10"}, least
        assert machine.tapbot("validate").returncode == 0, machine.tapbot("validate").stdout
        assert machine.tapbot("lock", "--check").returncode == 0
        machine.sh("sed -i s/7$/8/ docker-compose.lock.yml")
        assert machine.tapbot("lock", "--check").returncode == 1
        # `up` would use it.
        merged = machine.sh("PYTHONPATH=deploy/lib TAPBOT_ROOT=$PWD python3 -B -c 'from stack import tree; "
                            "print(tree.configuration()[0][\"services\"][\"redis\"][\"image\"])'")
        assert "@sha256:" in merged, merged
        assert not machine.tapbot("doctor", "lock").returncode
        for old, new, words in (("valkey/valkey:8.1", "valkey/valkey:9.1", "keeps redis at valkey/valkey:8.1"), ("postgres:16.15-trixie", "postgres:16.16-trixie", "keeps postgres at postgres:16.15-trixie"),
                                ("  qdrant:\n", "  qdrants:\n", "has nothing like it")):
            content = machine.read("docker-compose.yml")
            machine.edit("docker-compose.yml", old, new)
            found = machine.tapbot("doctor", "lock")
            assert found.returncode == 1 and words in found.stdout and "deploy/tapbot lock" in found.stdout, found.stdout
            with open(os.path.join(machine.site, "docker-compose.yml"), "w", encoding="utf-8") as file:
                file.write(content)


def up_refuses():
    """Nothing is started while a start would fail; each reason has its command. A setting of newer code is no reason."""
    with Machine(prepared=False) as machine:
        done = machine.tapbot("up", "--yes")
        assert done.returncode == 3 and "deploy/tapbot init" in done.stderr
    with Machine() as machine:
        machine.sh("rm secrets/redis_password; sed -i 's/^ACME_EMAIL=.*/ACME_EMAIL=none/' .env; echo NEWER=1 >>.env")
        done = machine.tapbot("up", "--yes")
        assert done.returncode == 1 and "NEWER" not in done.stdout, done.stdout
        assert "secrets: " in done.stdout and "env-values: " in done.stdout and "Nothing was started" in done.stdout
        machine.put("silent", "")
        assert machine.tapbot("status").returncode == 3 and machine.tapbot("logs").returncode == 3


def logs_since():
    """An invalid time is refused in the person's language, with an example of a valid one."""
    with Machine() as machine:
        done = machine.tapbot("logs", "--since", "yesterday", env={"LANG": "ru_RU.UTF-8"})
        assert done.returncode == 2 and "--since yesterday: нужно 30s" in done.stderr and not done.stdout, done.stderr


def keys_of_whom():
    """Keys of the stack where this machine is prepared for it; a named database takes precedence."""
    with Machine() as machine:
        done = machine.tapbot("keys", "list")
        assert done.returncode == 1 and "deploy/tapbot up" in done.stderr, done.stderr
        assert "demo" in machine.tapbot("keys", "--demo", "list").stderr
        # A demo that runs is used, and one that does not is not; on this machine each command says which, unless it was named.
        machine.sh("mkdir -p var/demo && touch var/demo/state var/demo/pg")
        for whose, given, before in (("the stack's data", "--stack", ":"), ("the demo's data", "--demo", 'tail -f "$PWD/var/demo/pg" & echo $! >var/demo/postgres.pid')):
            for verb, word in (("keys", "list"), ("bots", "list"), ("backup", ""), ("restore", "--undo")):
                said = [machine.sh(f"{before}; deploy/tapbot {verb} {one} {word} 2>&1; kill $!; rm -f var/demo/postgres.pid") for one in ("", given)]
                assert whose in said[0] and whose not in said[1], said
        machine.sh("rm -r .env var/demo")
        assert "deploy/tapbot demo" in machine.tapbot("keys", "list").stderr
        assert "deploy/tapbot up" in machine.tapbot("keys", "--stack", "list").stderr


def another_user():
    """The command that another user than root is advised to repeat with sudo exists."""
    with Machine() as machine:
        machine.sh("deploy/tapbot import apartments --template >flats.csv")
        for words in (["import", "apartments", "flats.csv"], ["search", "parking"], ["secrets", "make"], ["keys", "list"], ["maintenance", "on"]):
            done = machine.inside("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "deploy/tapbot", *words)
            assert done.returncode == 3 and f": sudo deploy/tapbot {' '.join(words)}\n" in done.stderr, (words, done)


def bots_of_the_stack():
    """The files stored before the database is called: readable by the gateway alone, none for an invalid token."""
    with Machine() as machine:
        uid = services.one("bot-gateway").uid
        assert machine.sh("stat -c %u:%g:%a secrets/bots").strip() == f"{uid}:0:500"
        done = machine.tapbot("bots", "list")
        assert done.returncode == 1 and "deploy/tapbot up" in done.stderr, done.stderr
        assert "demo" in machine.tapbot("bots", "--demo", "list").stderr
        for words in (["bots", "add"], ["bots", "add", "Taxi"], ["bots", "add", "taxi", "--tenant"], ["bots", "add", "../x"],
                      ["bots", "add", "taxi", "--type", "bus"], ["bots", "add", "kitchen", "--type", "flow", "--support", "@x"], ["bots", "texts", "taxi"], ["bots", "staff"], ["bots", "staff", "Taxi"],
                      ["bots", "staff", "taxi", "--language", "de"], ["bots", "staff", "taxi", "--language"], ["bots", "staff", "taxi", "--remove", "x"], ["bots", "add", "taxi", "--support"]):
            assert machine.tapbot(*words).returncode == 2, words
        for token in ("", "12345", "1:a/b", ":abc"):
            done = machine.tapbot("bots", "add", "taxi", input=token + "\n")
            assert done.returncode == 1 and "1234567890:AAH" in done.stderr, (token, done.stderr)
        assert machine.sh("ls secrets/bots") == ""
        for token in ("1:AA", "2:BB"):
            machine.sh("cat >token.txt", input=f"{token}\n")
            done = machine.tapbot("bots", "add", "taxi", *(["--token-file", "token.txt"] if token[0] == "2" else []), input=f"{token}\n")
            assert done.returncode == 1 and "deploy/tapbot up" in done.stderr and token not in done.stdout + done.stderr, done.stderr
            assert machine.read("secrets/bots/taxi.token") == token
        secret = machine.read("secrets/bots/taxi.secret")
        assert re.fullmatch("[0-9a-f]{64}", secret), secret
        done = machine.tapbot("bots", "add", "taxi")
        assert machine.read("secrets/bots/taxi.secret") == secret and machine.read("secrets/bots/taxi.token") == "2:BB"
        modes = machine.sh("stat -c %u:%a secrets/bots/taxi.token secrets/bots/taxi.secret").split()
        assert modes == [f"{uid}:400"] * 2, modes
        assert machine.doctor()[0] == 0, machine.doctor()[2]


ENGINE = """#!/bin/sh
# The stack runs; its one-shot container makes and revokes keys.
case $* in
version*) echo '{"Version":"28.2.2"}' ;;
"compose version"*) echo v2.40.0 ;;
compose*" config "*) shift; exec "$MACHINE/bin/compose" "$@" ;;
ps*) echo postgres ;;
inspect*) echo '[{"Name": "/postgres", "Config": {"Labels": {"com.docker.compose.service": "postgres"}}, "State": {"Running": true}}]' ;;
*" --keys "*) echo "${*#* --keys }" >>"$MACHINE/keys"; case $* in *create*) echo tb_live_0123456789 ;; esac ;;
*" exec "*) echo "${*#* exec }" ;;
*) exit 0 ;;
esac
"""


CURL = """#!/bin/sh
echo "$*" >>"$MACHINE/curl"
for word; do case $word in @*) cat "${word#@}" >>"$MACHINE/headers" ;; esac; done
"""


def shell_on_a_server():
    """The shell has the addresses and a key of its own, which is revoked at the end even if a command fails, and is neither printed nor in
    a command line. Keys and bots are the stack's there."""
    with Machine() as machine:
        done = machine.tapbot("shell", "--nosuch")
        assert done.returncode == 2 and "deploy/tapbot shell" in done.stderr, done
        done = machine.tapbot("shell", input="")
        assert done.returncode == 1 and "deploy/tapbot up" in done.stderr, done
        for words in (["shell"], ["shell", "--stack"]):  # another user than root
            done = machine.inside("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "deploy/tapbot", *words, input="")
            assert done.returncode == 3 and done.stderr.endswith(f"Run: sudo deploy/tapbot {' '.join(words)}\n") and "keys" not in done.stderr, done
        machine.put("bin/docker", ENGINE, 0o755)
        machine.put("bin/curl", CURL, 0o755)
        script = 'echo "$BOT_URL"\nday +0 >/dev/null\npsql -X "$DATABASE_URL" -c "SELECT 1"\ntype curl\n' \
            'api "$BOT_URL/v1/a"\ncurl -fsS -H "X-API-Key: $API_KEY" "$BOT_URL/v1/b"\n' \
            'curl -sS --header "x-api-key: $API_KEY" "$BOT_URL/v1/c"\ncurl -sS -H"X-Api-Key:$API_KEY" "$BOT_URL/v1/d"\n' \
            "deploy/tapbot keys list </dev/null\ndeploy/tapbot bots list </dev/null\ndeploy/tapbot chat </dev/null || echo \"chat $?\"\nfalse\necho never\n"
        done = machine.tapbot("shell", input=script)
        lines = done.stdout.splitlines()
        assert done.returncode == 1 and lines[0] == f"https://api.{DOMAIN}" and "never" not in lines, done
        assert lines[-1] == "chat 1" and "for the demo only" in done.stderr, done
        assert lines[1] == "-T postgres psql -X postgresql:///tapbot?host=/var/run/postgresql&user=postgres -c SELECT 1", done
        assert "tb_live" not in done.stdout + done.stderr and "curl is a function" in lines, done
        assert {"prefix", "bot"} <= {line.split()[0] for line in lines if line.strip()}, done
        requests = machine.sh('cat "$MACHINE/curl"')
        assert all(f" https://api.{DOMAIN}/v1/{path}\n" in requests for path in "abcd") and " -k " in requests and "tb_live" not in requests, requests
        assert machine.sh('cat "$MACHINE/headers"').splitlines() == [*["X-API-Key: tb_live_0123456789"] * 2, "x-api-key: tb_live_0123456789",
                                                                    "X-Api-Key:tb_live_0123456789"]
        made, *after = machine.sh('cat "$MACHINE/keys"').splitlines()
        assert made.startswith("create --tenant tapbot --client shell --scopes all ") and after == ["list", "revoke tb_live_0123"], (made, after)


def bot_files_and_links():
    """The folder of the demo's bots belongs to another user: a link in place of a file is replaced, never followed."""
    user = pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory() as home:
        folder, victim = os.path.join(home, "bots"), os.path.join(home, "victim")
        os.mkdir(folder)
        with open(victim, "w", encoding="ascii") as file:
            file.write("kept")
        os.chmod(victim, 0o600)
        for name in ("taxi.token", "taxi.token.new"):
            os.symlink(victim, os.path.join(folder, name))
        os.chown(folder, user.pw_uid, user.pw_gid)
        for owner, uid, gid in (("10010", 10010, 10010), ("nobody", user.pw_uid, user.pw_gid)):
            subprocess.run(["bash", "-ec", '. "$TAPBOT_ROOT/deploy/lib/bots_files.sh"; bots_write "$@"', "bash", folder, owner, "taxi", "token", f"1:{owner}"],
                           check=True, env={**os.environ, "TAPBOT_ROOT": ROOT})
            expected = os.lstat(os.path.join(folder, "taxi.token"))
            assert (stat.S_ISREG(expected.st_mode), stat.S_IMODE(expected.st_mode), expected.st_uid, expected.st_gid) == (True, 0o400, uid, gid), expected
            with open(os.path.join(folder, "taxi.token"), encoding="ascii") as file:
                assert file.read() == f"1:{owner}"
        with open(victim, encoding="ascii") as file:
            assert file.read() == "kept" and (os.stat(victim).st_uid, stat.S_IMODE(os.stat(victim).st_mode)) == (0, 0o600), "a link was followed"
        assert sorted(os.listdir(folder)) == ["taxi.token", "taxi.token.new"], os.listdir(folder)


# What `bots` and `keys` run in Python.
TABLES = """export TAPBOT_ROOT=$OLDPWD
. "$TAPBOT_ROOT/deploy/lib/say.sh" && . "$TAPBOT_ROOT/deploy/lib/bots.sh" && bots_program() { :; } && BOTS_FOLDER=.
bots_table one one <<<two && bots_write . 0 name part value && bots_list && keys_table </dev/null"""


def modules_of_the_folder():
    """`sudo deploy/tapbot` of an administrator imports no modules from the current folder, also with Python 3.10, which ignores PYTHONSAFEPATH."""
    with Machine(prepared=False) as machine:
        machine.sh("mkdir $MACHINE/wicked && cd $MACHINE/wicked && mkdir stack && for f in json.py say.py stack/__init__.py; do echo 'open(\"taken\", \"w\")' >$f; done")
        for older in (False, True):
            if older:
                machine.put("bin/python3", '#!/bin/sh\nunset PYTHONSAFEPATH\nexec /usr/bin/python3 "$@"\n', 0o755)
            for words in (["sh", "-c", "cd $MACHINE/wicked && $OLDPWD/deploy/tapbot doctor --list"], ["bash", "-c", f"cd $MACHINE/wicked && {TABLES}"]):
                done = machine.inside(*words)
                assert done.returncode == 0 and not os.path.exists(os.path.join(machine.home, "wicked/taken")), (older, words, done)


TESTS = [
    ("help of every verb", help_of_all), ("init twice keeps every secret", init_twice), ("init asks", init_asks),
    ("init refuses invalid values", init_refuses), ("init turns on live restore", init_live_restore), ("users are added and removed", users_come_and_go), ("secrets rotate", secrets_rotate), ("secrets rotate: those that are due", secrets_due),
    ("secrets given by others", secrets_given), ("secrets of services that call others", secrets_of_callers),
    ("lock writes digests", lock), ("up refuses to start an invalid stack", up_refuses), ("keys of the stack or of the demo", keys_of_whom), ("another user than root", another_user),
    ("shell on a server", shell_on_a_server),
    ("bots of the stack", bots_of_the_stack), ("bots' files follow no links", bot_files_and_links),
    ("logs since an invalid time", logs_since), ("modules of the current folder", modules_of_the_folder),
]
