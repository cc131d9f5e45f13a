# SPDX-License-Identifier: MIT
"""The environment of `backup`: the data that it copies and how its programs run, for the demo of this clone and for the stack.
Both classes have the same methods."""
import contextlib
import copy
import json
import os
import pathlib
import re
import shlex
import shutil
import sqlite3
import subprocess
import threading
import time

import services
from say import Explained, die, say, text, warn
from stack import deploy_lock, harden_guard, harden_host, harden_sshd, link, maintenance, rollout, schemas, secret, settings, tree, watch
from stack.masking import shown

STANZA = "tapbot"
QUICK, LONG = 60, 6 * 3600  # seconds that one call may take
BUSY_SECONDS = 600
SPACE_LEAST = 0.15  # the part of the disk that copies and second databases leave free for PostgreSQL


class Failed(Explained):
    """A step of a copy has failed; the two texts say why and what to do."""


def worded(line):
    """The line of a program as people read it: of a JSON object, as `restic --json` writes them, its message, "" if it has none."""
    known = tree.json_object(line)
    if not known:
        return re.sub(r"^[-\d]+ [\d:.]+ P\d+ +", "", line.strip())
    if known.get("message_type") == "error":
        wrong = known.get("error")
        return f"error: {isinstance(wrong, dict) and wrong.get('message') or known.get('item', '')}"
    return str(known.get("message", ""))


def last_line(done):
    """The last line in which a program names its failure, else the last one that it wrote; without secrets."""
    lines = [line for line in map(worded, (done.stderr + "\n" + done.stdout).splitlines()) if line]
    lines = [line for line in lines if re.match(r"(Fatal|ERROR|error)\b", line)] or lines
    return shown(lines[-1])[:300] if lines else f"exit {done.returncode}"


def succeeded(done, russian, english):
    """The finished program, which must have succeeded; the two texts say what did not."""
    if done.returncode:
        raise Failed(f"{russian}: {last_line(done)}", f"{english}: {last_line(done)}")
    return done


def size(count):
    """A number of bytes, for people."""
    shift, russian, english = (30, "ГиБ", "GiB") if count >> 30 else (20, "МиБ", "MiB")
    return f"{count / (1 << shift):.1f} {text(russian, english)}"


def read(path):
    """A file's text without its last line's end; "" if there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().rstrip("\n")
    except FileNotFoundError:
        return ""


def private(path, flags):
    """An opener of files that only their owner may read."""
    return os.open(path, flags, 0o600)


class Place:
    """`keys` is the folder of the key, the password and the S3 credentials; `folder` that of all other stored state; `base_folder`
    pgBackRest's repository, as restic finds it; `get` pgBackRest's command that gets a WAL file, where PostgreSQL runs."""
    has_database = ticks = True
    inherited = ()

    def __init__(self):
        self.reached = set()  # the targets that have answered

    # The name of the data that have pgBackRest's repository (backup_instance.py); None: it is that of the live database.
    scratch = None

    def targets(self):
        return [one for one in self.targets_text().split(",") if one]

    def prepared(self):
        return bool(self.targets() and read(os.path.join(self.keys, "key")))

    def write_key(self, name, text):
        os.makedirs(self.keys, mode=0o700, exist_ok=True)
        settings.write_file(os.path.join(self.keys, name), text + "\n", 0o600)

    @contextlib.contextmanager
    def keys_or_nothing(self):
        """Restores key and credentials if the body raises."""
        before = {name: read(os.path.join(self.keys, name)) for name in ("key", "password", "s3")}
        try:
            yield
        except BaseException:
            for name, text in before.items():
                self.write_key(name, text) if text else pathlib.Path(self.keys, name).unlink(missing_ok=True)
            raise

    # The state stored between two runs: {job or "job target": {"done", "tried", "why", ...}}.
    def state(self):
        return tree.json_object(read(os.path.join(self.folder, "state.json")))

    noting = threading.Lock()

    def note(self, name, **values):
        with self.noting:
            known = self.state()
            known[name] = {**known.get(name, {}), **values}
            settings.write_file(os.path.join(self.folder, "state.json"), json.dumps(known, ensure_ascii=False, indent=1), 0o600)

    @contextlib.contextmanager
    def locked(self, seconds=0):
        """One writer at a time: yields whether this process is it. The programs that it starts inherit the lock, so it is held for
        as long as one of them runs, even if this process is killed."""
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        with open(os.path.join(self.folder, "lock"), "ab", opener=private) as lock:
            mine = deploy_lock.acquired(lock)
            if seconds and not mine:
                warn("Идёт другая копия, жду её конца.", "Another copy runs, waiting for its end.")
                mine = deploy_lock.acquired(lock, seconds)
            self.inherited = (lock.fileno(),) if mine else ()
            try:
                yield mine
            finally:
                self.inherited = ()

    @contextlib.contextmanager
    def writing(self):
        """The lock, for a person: waits for a tick that runs, and ends if it takes long."""
        with self.locked(BUSY_SECONDS) as mine:
            if not mine:
                die(1, "Идёт другая копия. Дождитесь её конца и повторите: deploy/tapbot backup",
                    "Another copy runs. Wait for its end and try again: deploy/tapbot backup")
            yield

    # The answer of `pgbackrest info`. It is asked once, and again after a base backup was started.
    known = None

    def info(self):
        known = self.known = self.known or self.pgbackrest("info", "--output=json")  # another thread may forget it
        try:
            (found,) = json.loads(known.stdout)
        except ValueError as error:
            raise Failed(f"pgBackRest не отвечает: {last_line(known)}", f"pgBackRest does not answer: {last_line(known)}") from error
        return found

    def bases(self):
        """The base backups that are whole, the oldest first."""
        return [{"label": one["label"], "type": one["type"], "time": one["timestamp"]["stop"], "size": one["info"]["size"]}
                for one in self.info()["backup"]]

    def base_runs(self):
        return self.has_database and self.info()["status"]["lock"]["backup"]["held"]

    def pgbackrest(self, *words, timeout=QUICK):
        return tree.run(*self.pgbackrest_words(*words), timeout=timeout, **self.as_postgres())

    def client(self, name, program, *words, timeout=QUICK, **more):
        """Runs a client of PostgreSQL for the instance of that name, or for the live server (None)."""
        return tree.run(*self.inside(name, program, *self.connection(name), *words), timeout=timeout, **self.as_postgres(), **more)

    def sql(self, text, database="postgres", name=None):
        """What psql prints for the statements."""
        done = self.client(name, "psql", "-qXAt", "-v", "ON_ERROR_STOP=1", "-d", database, timeout=LONG, given=text)
        return succeeded(done, "PostgreSQL", "PostgreSQL").stdout.rstrip("\n")

    def wait_writable(self):
        """Waits for the end of a recovery: before it the database is read-only, and pgBackRest finds no primary."""
        self.sql("SET statement_timeout = 0; DO $$BEGIN WHILE pg_is_in_recovery() LOOP PERFORM pg_sleep(0.1); END LOOP; END$$")

    def answers(self):
        """Whether the live PostgreSQL accepts statements."""
        with contextlib.suppress(Failed):
            return bool(self.sql("SELECT 1"))
        return False

    def need_space(self, needed, russian, english):
        """Fails if the disk lacks so many bytes beside those that stay free; the texts say for what. A demo may fill it: its machine has other uses."""
        disk = shutil.disk_usage(self.repository)
        spare = disk.free - (int(disk.total * SPACE_LEAST) if self.ticks else 0)
        if spare < needed:
            raise Failed(f"на диске нет места {russian}: нужно {size(needed)}, занять можно {size(max(spare, 0))}. Место: df -h",
                         f"the disk has no room {english}: {size(needed)} are needed, {size(max(spare, 0))} may be used. Space: df -h")

    def stanza(self):
        """Creates pgBackRest's stanza for this cluster if it does not exist."""
        succeeded(self.pgbackrest("stanza-create"), "pgBackRest", "pgBackRest")

    def copy_files(self):
        """Copies the files that restic cannot read where they are, of an SQLite database its committed content. If one fails, its previous copy
        remains; at the end the job fails with the names of those not copied."""
        copies, new, wrong = pathlib.Path(self.folder, "files"), pathlib.Path(self.folder, "new-file"), []
        os.makedirs(copies, exist_ok=True)
        os.chmod(copies, 0o700)  # Docker creates it with other rights
        for path in map(pathlib.Path, self.to_copy()):
            try:
                if not os.path.exists(path):
                    (copies / path.name).unlink(missing_ok=True)
                    continue
                new.unlink(missing_ok=True)  # of a run that was killed
                if path.suffix == ".sqlite":
                    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as database:
                        database.execute("VACUUM INTO ?", (str(new),))
                else:
                    shutil.copy2(path, new)
                os.replace(new, copies / path.name)
            except (OSError, sqlite3.Error) as error:
                wrong.append(f"{path.name}: {error}")
        if wrong:
            raise Failed(f"в снимке прежняя копия файла: {'; '.join(wrong)}", f"the snapshot has the previous copy of a file: {'; '.join(wrong)}")

    def images(self):
        """{name of an image of Docker that is copied, too: (its ID, its size)}"""
        return {}

    def timer_on(self):
        """Enables the timer that calls `tick`. Without one, `tick` must be called by hand."""

    def secrets_due(self):
        """The body of the heartbeat of secrets; None if none are rotated, as in the demo."""

    def start_base(self, kind):
        """Starts a base backup that goes on if this process ends; it does not hold the lock."""
        self.known = None
        with open(os.path.join(self.folder, "base.log"), "wb") as log:
            return subprocess.Popen(self.pgbackrest_words("backup", f"--type={kind}", "--log-level-console=warn"), stdin=subprocess.DEVNULL,
                                    stdout=log, stderr=log, start_new_session=True, **self.as_postgres())

    def programs_needed(self, *names):
        absent = [name for name in names if not shutil.which(name)]
        if absent:
            names = " ".join(absent)
            die(3, f"Нет программ: {names}. Поставить: sudo apt-get install -y {names}",
                f"Missing programs: {names}. To install them: sudo apt-get install -y {names}")

    def restic_command(self, *words):
        """The command, and options of subprocess."""
        environment = {**os.environ, "RESTIC_PASSWORD_FILE": os.path.join(self.keys, "password"), "AWS_SHARED_CREDENTIALS_FILE": os.path.join(self.keys, "s3"),
                       "RESTIC_CACHE_DIR": os.path.join(self.folder, "cache")}
        return ["restic", *words], {"cwd": "/", "env": environment}

    def restic(self, target, *words, timeout=QUICK, **more):
        """restic on the repository of this server at the target."""
        command, options = self.restic_command("--repo", f"{target.rstrip('/')}/{self.server}", *words)
        return tree.run(*command, timeout=timeout, pass_fds=self.inherited, **options, **more)


class Demo(Place):
    """The demo's PostgreSQL and small files, with the programs of Debian's packages."""
    server, servers, ticks = "demo", ("demo",), False
    next_step = ("Готово. Запустить сервисы: deploy/tapbot demo --detach", "Done. To start the services: deploy/tapbot demo --detach")
    kinds = ("s3:", "/")
    where = ("s3:https://хост/корзина или папка на другом диске (/mnt/disk)", "s3:https://host/bucket or a folder on another disk (/mnt/disk)")

    def __init__(self, state):
        super().__init__()
        self.home = state
        self.data = os.path.join(state, "pg")
        self.folder = self.keys = os.path.join(state, "backup")
        self.repository = self.base_folder = os.path.join(state, "repository")
        self.configuration = os.path.join(state, "pgbackrest.conf")
        self.user = os.environ["TAPBOT_DEMO_USER"]
        self.get = shlex.join(self.pgbackrest_words("archive-get"))

    def targets_text(self):
        return read(os.path.join(self.folder, "targets"))

    def write_targets(self, text):
        self.write_key("targets", text)

    def is_new(self):
        """Whether this machine has no data yet."""
        return not os.path.exists(self.data)

    def needed(self, live=True):
        """Ends if a program is missing or, with `live`, PostgreSQL does not run."""
        self.programs_needed("pgbackrest", "restic")
        if live and not self.answers():
            die(1, "PostgreSQL демо не работает или не отвечает: deploy/tapbot demo --detach", "The demo's PostgreSQL does not run or does not answer: deploy/tapbot demo --detach")

    def as_postgres(self):
        """Options of subprocess: PostgreSQL and its programs refuse to run as root."""
        environment = {**os.environ, "PATH": f"{os.environ['TAPBOT_DEMO_BIN']}:{os.environ['PATH']}", "PGPASSWORD": read(os.path.join(self.home, "pg.password")),
                       "PGCONNECT_TIMEOUT": str(tree.CONNECT_SECONDS)}
        own = {"user": self.user, "group": self.user, "extra_groups": []} if os.geteuid() == 0 else {}
        return {"env": environment, "cwd": "/", "umask": 0o077, **own}

    def inside(self, _name, *words):
        """The command that runs these words where the PostgreSQL of that name runs."""
        return words

    def connection(self, name):
        """The options of PostgreSQL's clients."""
        sockets = os.environ["TAPBOT_DEMO_SOCKETS"]
        return ["-U", "postgres", *(["-h", os.path.join(sockets, name), "-p", "5432"] if name else ["-h", sockets, "-p", os.environ["TAPBOT_DEMO_PORT"]])]

    def health(self):
        """(HOST:PORT, key) of the service health, or None if it does not run."""
        return watch.demo("HEALTH_URL")

    def elsewhere(self, name, fetch):
        """A copy of this object for the repository in the data of that name: fetch(copy, folder) restores it and returns its path."""
        other = copy.copy(self)
        other.scratch, other.known = name, None
        other.repository = fetch(other, self.data_of(name))
        self.own(self.data_of(name))
        return other

    def psql_hint(self, name):
        """The command that opens the instance in psql."""
        psql = shlex.join([os.path.join(os.environ["TAPBOT_DEMO_BIN"], "psql"), *self.connection(name)])
        return f"PGPASSWORD=$(sudo cat {self.home}/pg.password) {'sudo -E ' if os.geteuid() == 0 else ''}{psql} tapbot"

    def shell(self, script):
        """Runs functions of lib/demo.sh; returns what they print."""
        begin = '. "$TAPBOT_ROOT/deploy/lib/say.sh" && . "$TAPBOT_ROOT/deploy/lib/demo.sh" && state_find && demo_lock && '
        return succeeded(tree.run("bash", "-c", begin + script, timeout=BUSY_SECONDS, start_new_session=True), "демо", "demo").stdout.strip()

    @contextlib.contextmanager
    def closed(self, migrate=True):
        """The services that run are stopped while the body runs. `migrate`: before they start, the schema becomes theirs; in the demo always."""
        ran = self.shell('demo_services_stop && echo "${RAN[@]}"').split()
        try:
            yield
        finally:
            if ran:
                self.shell(f'demo_migrate && for name in {" ".join(ran)}; do demo_service_start "$name" && demo_service_wait "$name" || exit; done')

    def stop_live(self):
        self.shell('cluster_pg_stop "$STATE" && demo_swap_end')

    def start_live(self):
        self.shell('cluster_pg_start "$STATE" "$PG_PORT" "$SOCKETS"')

    def swap(self, name):
        """These data become the live ones, and the live ones become `old`. Neither runs. If this is killed, demo_swap_end of
        lib/demo.sh ends it."""
        if name != "old":
            self.drop_data("old")
        os.rename(self.data, self.data_of("swap"))
        os.rename(self.data_of(name), self.data)
        os.rename(self.data_of("swap"), self.data_of("old"))

    # ---- PostgreSQL beside the live one
    def data_of(self, name):
        return f"{self.data}-{name}"

    def has_data(self, name):
        return os.path.isdir(self.data_of(name))

    def recover(self, name):
        """Makes the next start a recovery; returns the settings for it."""
        tree.run("touch", os.path.join(self.data_of(name), "recovery.signal"), **self.as_postgres())
        return {"restore_command": f"{shlex.join(self.pgbackrest_beside(name, 'archive-get'))} %f %p"}

    def make_data(self, name):
        self.folder_of_postgres(self.data_of(name))

    def drop_data(self, name):
        shutil.rmtree(self.data_of(name), ignore_errors=True)
        pathlib.Path(f"{self.data_of(name)}.log").unlink(missing_ok=True)
        shutil.rmtree(os.path.join(os.environ["TAPBOT_DEMO_SOCKETS"], name), ignore_errors=True)

    def pgbackrest_beside(self, name, *words):
        """The command that runs pgBackRest on the data of that name."""
        return [*self.pgbackrest_words(*words), f"--pg1-path={self.data_of(name)}"]

    def start_instance(self, name, seconds, options):
        """Starts PostgreSQL on these data; returns a function: whether it has ended."""
        sockets = os.path.join(os.environ["TAPBOT_DEMO_SOCKETS"], name)
        self.folder_of_postgres(sockets)
        words = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        with open(f"{self.data_of(name)}.log", "wb") as log:
            process = subprocess.Popen(["timeout", "--signal=INT", str(seconds), "postgres", "-D", self.data_of(name), "-k", sockets, "-p", "5432", *words],
                                       stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **self.as_postgres())
        return lambda: process.poll() is not None

    def stop_instance(self, name):
        if os.path.exists(os.path.join(self.data_of(name), "postmaster.pid")):
            tree.run("pg_ctl", "stop", "-s", "-w", "-m", "fast", "-D", self.data_of(name), timeout=BUSY_SECONDS, **self.as_postgres())

    def instance_log(self, name):
        return read(f"{self.data_of(name)}.log")

    def pgbackrest_words(self, *words):
        return ["pgbackrest", f"--config={self.configuration}", f"--stanza={STANZA}", f"--repo1-path={self.repository}", *words]

    def configure(self):
        """Writes pgBackRest's settings."""
        self.folder_of_postgres(self.repository)
        own = {"repo1-path": self.repository, "lock-path": f"{self.repository}/lock\nspool-path={self.repository}/spool", "pg1-path": self.data,
               "pg1-socket-path": f"{os.environ['TAPBOT_DEMO_SOCKETS']}\npg1-port={os.environ['TAPBOT_DEMO_PORT']}"}
        # pgBackRest 2.45 of Debian 12 does not know repo1-block.
        text = read(os.path.join(tree.ROOT, "deploy", "postgres", "pgbackrest.conf")).replace("repo1-block=y\n", "")
        for name, value in own.items():
            text = re.sub(rf"^{name}=.*", f"{name}={value}", text, flags=re.MULTILINE)
        settings.write_file(self.configuration, f"{text}\n", 0o644)

    def adopt(self, former):
        """Makes the files and the database of a fetched state folder those of this machine."""
        for name, to in (("repository", self.repository), ("pg.password", f"{self.home}/pg.password"), ("backup/files/health.sqlite", f"{self.home}/health/health.sqlite"), ("state", f"{self.home}/state")):
            if os.path.exists(f"{former}/{name}"):
                os.makedirs(os.path.dirname(to), exist_ok=True)
                os.replace(f"{former}/{name}", to)
        self.own(self.repository, f"{self.home}/pg.password")
        self.configure()
        self.folder_of_postgres(self.data)
        succeeded(self.pgbackrest("restore", timeout=LONG), "база не восстановлена", "the database was not restored")
        os.environ["TAPBOT_DEMO_PORT"] = self.shell('state_port PG_PORT 5433 >&2 && cluster_folder "$SOCKETS" 0755 && cluster_pg_start "$STATE" "$PG_PORT" "$SOCKETS" && echo "$PG_PORT"')
        self.wait_writable()
        self.archive_on()

    def archive_on(self):
        """Switches archiving on: PostgreSQL is restarted with the options that it was started with, if it does not archive yet."""
        self.configure()
        wanted = {"archive_mode": "on", "archive_timeout": "120", "archive_command": f"{shlex.join(self.pgbackrest_words('archive-push'))} %p"}
        self.sql("".join(f"ALTER SYSTEM SET {name} = $text${value}$text$;\n" for name, value in wanted.items()))
        if self.sql("SHOW archive_mode") != "on":
            self.stop_live()
            self.start_live()
        else:
            self.sql("SELECT pg_reload_conf()")
        self.stanza()

    def own(self, *paths):
        if os.geteuid() == 0:
            tree.run("chown", "-R", f"{self.user}:", *paths, timeout=LONG)

    def folder_of_postgres(self, path):
        os.makedirs(path, mode=0o700, exist_ok=True)
        self.own(path)

    def to_copy(self):
        return [os.path.join(self.home, "health", "health.sqlite")]

    def paths(self):
        found = [os.path.join(self.home, "state"), os.path.join(self.home, "pg.password"), os.path.join(os.environ["TAPBOT_VAR"], "demo.env"),
                 os.path.join(self.folder, "files")]
        return [path for path in found if os.path.exists(path)]


class Stack(Place):
    """The stack on this server: pgBackRest runs in the container postgres, restic in one of its own."""
    kinds = ("s3:",)
    where = ("s3:https://хост/корзина", "s3:https://host/bucket")
    keys = os.path.join(tree.SECRETS, "backup")
    folder = os.path.join(tree.ROOT, "var", "backup")
    # Paths in the container restic (docker-compose.yml).
    base_folder, FILES = "/repository", "/files"
    servers = ("server", "s1", "s2")
    next_step = ("Готово. Адрес машины другой? sudo deploy/tapbot init --yes --address АДРЕС, и он же в DNS. Запустить: sudo deploy/tapbot up",
                 "Done. Has the machine another address? sudo deploy/tapbot init --yes --address ADDRESS, and the same in DNS. To start: sudo deploy/tapbot up")
    # Volumes, as restic has them in FILES.
    VOLUMES = ("traefik-acme", "directus-uploads", "n8n-data", "portainer-data")
    # Files of this folder that differ between servers.
    SETTINGS = (".env", tree.LOCK, tree.RELEASE, "docker-compose.override.yml")
    BUNDLE = "tapbot.bundle"
    get = f"pgbackrest --stanza={STANZA} archive-get"

    def __init__(self):
        super().__init__()
        self.settings_read()

    def settings_read(self):
        tree.forget()
        self.server = {"1": "s1", "2": "s2"}.get(tree.link_server(), "server")
        self.has_database = "server2" in tree.env_read().get("COMPOSE_PROFILES", "").split(",")

    def interrupted(self):
        """Whether `adopt` has begun and not ended."""
        return bool(self.state().get("machine", {}).get("began"))

    def is_new(self):
        """Whether this machine has no data yet, or `adopt` was interrupted. `init` makes no volume, and a lost .env leaves them."""
        there = tree.docker("volume", "ls", "--quiet")
        return self.interrupted() or not there.returncode and not re.search(rf"^{tree.PROJECT}_", there.stdout, re.M)

    def targets_text(self):
        return tree.env_read().get("BACKUP_TARGETS", "")

    def write_targets(self, text):
        settings.env_write({**tree.env_read(), "BACKUP_TARGETS": text})

    @property
    def repository(self):
        if found := tree.volume("backup-repository"):
            return found
        raise Failed("Docker не отвечает или тома с копией базы нет: deploy/tapbot up", "Docker does not answer, or the volume of base backups is missing: deploy/tapbot up")

    def needed(self, live=True):
        if os.geteuid():
            die(3, f"Копии делает только root. Повторите: {tree.again()}", f"Only root makes copies. Again: {tree.again()}")
        tree.engine_needed()
        if live and self.has_database and not tree.running("postgres"):
            die(1, "PostgreSQL не работает. Сначала: deploy/tapbot up", "PostgreSQL does not run. First: deploy/tapbot up")
        if self.is_new():
            self.programs_needed("restic")

    def as_postgres(self):
        return {}

    def container(self):
        """The ID of PostgreSQL's container, if it runs and has not just failed to start."""
        return next((one["Id"] for one in tree.running("postgres") if not one["State"].get("Restarting")), None)

    def inside(self, name, *words):
        found = f"tapbot-{name}" if name else self.container()
        if not found:
            raise Failed("PostgreSQL не работает: deploy/tapbot up", "PostgreSQL does not run: deploy/tapbot up")
        return ["docker", "exec", "-i", "--env", tree.CONNECT, found, *words]

    def connection(self, _name):
        return ["-U", "postgres", "-h", "/var/run/postgresql"]

    def health(self):
        key = watch.key()
        return next(((one, key) for one in watch.addresses() if watch.call(one, key, "GET", "/livez")), None)

    def secrets_due(self):
        ages = secret.ages()
        return {"due": len(secret.due()), "oldest_s": max(0, int(max(ages.values())))} if ages else None

    def elsewhere(self, name, fetch):
        other = copy.copy(self)
        other.scratch, other.known = name, None
        fetch(other, "/scratch")  # there the container restic mounts the volume, and beside() in place of the repository
        return other

    def psql_hint(self, name):
        return f"sudo docker exec -it tapbot-{name} psql -U postgres tapbot"

    @contextlib.contextmanager
    def closed(self, migrate=True):
        with deploy_lock.held("restore"):
            before, ran = maintenance.since() is not None, []  # an administrator has closed the stack
            try:
                if not before:
                    maintenance.turn_on(maintenance.MINUTES)
                users = [one.name for one in services.services()] + ["directus", "n8n"]
                ran = [one for name in users for one in tree.running(name)]
                if ran:
                    words = ("stop", *dict.fromkeys(map(tree.service_of, ran)))
                    try:
                        tree.compose(*words, profiles=["*"], timeout=BUSY_SECONDS)
                    except KeyboardInterrupt:  # to the end: a container that is stopping cannot be started
                        tree.compose(*words, profiles=["*"], timeout=BUSY_SECONDS)
                        raise
                yield
            finally:
                try:
                    wrong = self.start_services([one["Id"] for one in ran], migrate) if ran else None
                except KeyboardInterrupt:
                    wrong = ("прервано", "interrupted")
                if wrong:
                    warn(f"Сервисы не запустились: {wrong[0]}. Снаружи закрыто. Дальше: sudo deploy/tapbot up, потом sudo deploy/tapbot maintenance off",
                         f"The services did not start: {wrong[1]}. Closed for clients. Next: sudo deploy/tapbot up, then sudo deploy/tapbot maintenance off")
                elif before:
                    say("Снаружи закрыто, как и до этого. Открыть: deploy/tapbot maintenance off", "Closed for clients, as before. To open: deploy/tapbot maintenance off")
                else:
                    maintenance.turn_off()
            if wrong:
                raise SystemExit(1)

    @staticmethod
    def start_services(containers, migrate):
        """Starts them; returns None or what has failed. Not by compose, which would also start the containers with migrations that `up` has
        left, perhaps of another version. The data may be older than the passwords in secrets/, so the roles get these first."""
        wrong = None
        try:
            schemas.run_one("postgres-roles")
            if migrate:
                schemas.migrate([one.name for one in services.services()])
        except rollout.Refused as error:
            wrong = error.why
        done = tree.docker("start", *containers, timeout=BUSY_SECONDS)
        return wrong or ((last_line(done),) * 2 if done.returncode else None)

    def stop_live(self):
        tree.compose("stop", "postgres", timeout=BUSY_SECONDS)

    def start_live(self, files=None):
        tree.forget()
        succeeded(tree.compose("up", "--detach", "--no-deps", "--wait", "postgres", files=files, timeout=BUSY_SECONDS), "PostgreSQL не запускается", "PostgreSQL does not start")

    # ---- PostgreSQL beside the live one: a container without network, its data in a volume
    def data_of(self, name):
        live, known = tree.env_read().get("POSTGRES_VOLUME") or f"{tree.PROJECT}_postgres-data", self.state().get("volumes", {})
        if name == "old" and known.get("old") == live:
            name = "undone"  # swap() was killed after it had written .env
        return live if name == "live" else known.get(name) or f"{tree.PROJECT}_restore-{name}"

    def swap(self, name):
        live, new = self.data_of("live"), self.data_of(name)
        # The former data are not noted as new ones: if this were killed, the next tick would delete them.
        if name == "old":
            self.note("volumes", old=new, undone=live)
        else:
            self.drop_data("old")
            self.note("volumes", old=live, new=new)
        settings.env_write({**tree.env_read(), "POSTGRES_VOLUME": new})
        self.note("volumes", old=live, new=None)

    def has_data(self, name):
        return self.data_of(name) != self.data_of("live") and tree.docker("volume", "inspect", self.data_of(name)).returncode == 0

    def make_data(self, name):
        if name == "new":
            self.note("volumes", new=f"{tree.PROJECT}_postgres-{int(time.time())}")
        self.make_volume(self.data_of(name), "postgres-data")

    @staticmethod
    def make_volume(path, name):
        """As compose would; `name`: in docker-compose.yml."""
        label = "com.docker.compose"
        tree.docker("volume", "create", "--label", f"{label}.project={tree.PROJECT}", "--label", f"{label}.volume={name}", path)

    def adopt(self, former):
        """Makes the files, volumes and database of a fetched folder those of this machine. Until the caller clears the note, the restore
        counts as interrupted and is repeated from the beginning."""
        self.note("machine", began=time.time())
        if os.path.isfile(tree.ENV_FILE):
            tree.compose("down", profiles=["*"], timeout=BUSY_SECONDS)
        files, health = former + self.FILES, os.path.join(former, "health")
        os.makedirs(health)
        if os.path.exists(f"{files}/host/health.sqlite"):
            os.rename(f"{files}/host/health.sqlite", f"{health}/health.sqlite")
        tree.run("chown", "-R", str(services.one("health").uid), health)
        for name, source in (("health-data", health), ("backup-repository", former + self.base_folder), *((one, f"{files}/{one}") for one in self.VOLUMES)):
            if os.path.isdir(source):
                self.make_volume(f"{tree.PROJECT}_{name}", name)
                tree.run("sh", "-c", 'rm -rf "$2" && mv -T "$1" "$2"', "sh", source, tree.volume(name), timeout=LONG)
        shutil.rmtree(tree.SECRETS)
        shutil.move(f"{files}/secrets", tree.SECRETS)
        for name in set(os.listdir(f"{files}/host")) & set(self.SETTINGS):
            shutil.move(os.path.join(files, "host", name), os.path.join(tree.ROOT, name))
        self.settings_read()
        if tree.link_server():
            link.bring_up()
        if self.has_database:
            self.image_needed("postgres")
            tree.docker("volume", "rm", "--force", self.data_of("live"))
            self.make_data("live")
            succeeded(tree.run(*self.pgbackrest_beside("live", "restore"), timeout=LONG), "база не восстановлена", "the database was not restored")
            # Without the port on the link until `up`: the other server must not send what the caller marks as held, and if the link did not
            # come up, its address is missing.
            self.start_live([one for one in tree.compose_files() if not one.startswith("deploy/compose/link.")])
            self.wait_writable()

    def drop_data(self, name):
        if self.data_of(name) != self.data_of("live"):
            tree.docker("volume", "rm", "--force", self.data_of(name))

    def beside(self, name, program, *words, options=("--rm",)):
        """The command that runs a program on the data of that name."""
        mounts = {self.data_of(name): "/var/lib/postgresql/data", self.data_of(self.scratch) if self.scratch else f"{tree.PROJECT}_backup-repository": "/var/lib/pgbackrest:ro", f"{tree.ROOT}/deploy/postgres": "/etc/tapbot-postgres:ro"}
        return ["docker", "run", *options, "--network", "none", "--user", "999:999", "--memory", "320m" if self.scratch else "512m", "--shm-size", "128m", "--tmpfs", "/tmp:mode=1777", "--tmpfs", "/var/run/postgresql:mode=1777",
                *(part for source, target in mounts.items() for part in ("--volume", f"{source}:{target}")), "--env", "PGBACKREST_CONFIG=/etc/tapbot-postgres/pgbackrest.conf",
                "--entrypoint", program, self.image("postgres"), *words]

    def pgbackrest_beside(self, name, *words):
        return self.beside(name, "pgbackrest", f"--stanza={STANZA}", *words)

    def start_instance(self, name, seconds, options):
        self.stop_instance(name)  # of a run that was killed
        words = [part for key, value in {"config_file": "/etc/tapbot-postgres/postgresql.conf", "archive_mode": "on", **options}.items() for part in ("-c", f"{key}={value}")]
        # health alerts of a container that has ended with another status than 0.
        tree.run(*self.beside(name, "timeout", "--preserve-status", "--signal=INT", str(seconds), "postgres", *words, options=("--detach", "--name", f"tapbot-{name}")))
        return lambda: tree.docker("inspect", "--format", "{{.State.Running}}", f"tapbot-{name}").stdout.strip() != "true"

    def stop_instance(self, name):
        tree.docker("stop", "--time", "60", f"tapbot-{name}", timeout=BUSY_SECONDS)
        tree.docker("rm", "--force", f"tapbot-{name}")

    def instance_log(self, name):
        done = tree.docker("logs", f"tapbot-{name}")
        return done.stdout + done.stderr

    def recover(self, name):
        tree.run(*self.beside(name, "touch", "/var/lib/postgresql/data/recovery.signal"))
        return {"restore_command": f"{self.get} %f %p"}

    def pgbackrest_words(self, *words):
        if self.scratch or not self.container():
            return self.pgbackrest_beside(self.scratch or "live", *words)
        return self.inside(None, "pgbackrest", f"--stanza={STANZA}", *words)

    def image(self, service):
        known, wrong = tree.configuration(everything=True)
        if known is None:
            raise Failed(wrong, wrong)
        return known["services"][service]["image"]

    def image_needed(self, service):
        """Builds an image if it is missing: at first, of another version, or after `docker image prune`."""
        if tree.docker("image", "inspect", self.image(service)).returncode:
            succeeded(tree.compose("--progress", "quiet", "build", service, profiles=["*"], timeout=BUSY_SECONDS), f"образ {service} не собран", f"the image of {service} was not built")

    def restic_command(self, *words):
        if self.is_new():
            return super().restic_command(*words)
        self.image_needed("restic")
        # The holder of the lock gives its container a fixed name, so that the container of a killed holder can be removed here. A check
        # may run beside a push.
        named = ["--name", f"tapbot-{self.scratch or ('restic-check' if 'check' in words else 'restic')}"] if self.inherited else []
        if named:
            tree.docker("rm", "--force", named[1])
        # It gives the restored files to their owner, which is PostgreSQL's.
        scratch = ["--volume", f"{self.data_of(self.scratch)}:/scratch{self.base_folder}", *(part for one in ("CHOWN", "FOWNER", "DAC_OVERRIDE") for part in ("--cap-add", one))] if self.scratch else []
        return tree.compose_command("--progress", "quiet", "run", "--rm", "--no-deps", "-T", *named, *scratch, "restic", *words, profiles=["*"]), {"cwd": tree.ROOT}

    def archive_on(self):
        """PostgreSQL archives from its next start on, as soon as there is a stanza (deploy/postgres/start.sh)."""
        self.stanza()
        if self.sql("SHOW archive_mode") == "on":
            return
        with deploy_lock.held("backup init"):
            if not secret.restart(tree.running("postgres")[0]):
                raise Failed("PostgreSQL не перезапустился: deploy/tapbot logs postgres", "PostgreSQL did not restart: deploy/tapbot logs postgres")

    def timer_on(self):
        folder = os.path.join(tree.ROOT, "deploy", "host")
        for words in (("link", os.path.join(folder, "tapbot-backup.service")), ("enable", "--now", os.path.join(folder, "tapbot-backup.timer"))):
            done = tree.run("systemctl", *words)
            if done.returncode:
                return warn(f"Таймер не включён, копии делает только deploy/tapbot backup now ({last_line(done)}). Включить: sudo deploy/tapbot backup init",
                            f"The timer is not enabled, only deploy/tapbot backup now makes copies ({last_line(done)}). To enable it: sudo deploy/tapbot backup init")
        return None

    def to_copy(self):
        volume = tree.volume("health-data")
        return [*(os.path.join(tree.ROOT, name) for name in self.SETTINGS), *map(harden_host.on_machine, (harden_guard.RULES, harden_sshd.FILE)),
                *([os.path.join(volume, "health.sqlite")] if volume else [])]

    def copy_files(self):
        """Copies also the commit of this folder with its history, as a bundle of Git, if it has changed."""
        super().copy_files()
        path = os.path.join(self.folder, "files", self.BUNDLE)
        if not os.path.exists(os.path.join(tree.ROOT, ".git")):
            return
        # Git refuses to read the folder of another user, and the configuration of root is closed to its owner.
        owner = {"cwd": tree.ROOT, "user": os.stat(tree.ROOT).st_uid, "env": {**os.environ, "HOME": "/"}}
        head = succeeded(tree.run("git", "rev-parse", "HEAD", **owner), "код проекта не скопирован", "the code was not copied").stdout.strip()
        if os.path.exists(path) and self.state().get("bundle", {}).get("head") == head:
            return
        with open(f"{self.folder}/new-file", "wb") as file:
            done = tree.run("git", "bundle", "create", "--quiet", "-", "HEAD", "--tags", timeout=BUSY_SECONDS, stdout=file, **owner)
        succeeded(done, "код проекта не скопирован", "the code was not copied")
        os.replace(file.name, path)
        self.note("bundle", head=head)

    def images(self):
        """Those of the services of this server, and restic's. `docker load` restores a name only if it has no digest."""
        known, wrong = tree.configuration()
        if known is None:
            raise Failed(wrong, wrong)
        found = {}
        for image in sorted({self.image("restic"), *(one["image"] for one in known["services"].values() if one.get("image"))}):
            done = tree.docker("image", "inspect", "--format", "{{.Id}} {{.Size}}", image)
            if done.returncode == 0:
                number, count = done.stdout.split()
                name = image.partition("@")[0]
                if name != image:
                    tree.docker("tag", number, name)
                found[name] = (number, int(count))
        return found

    def paths(self):
        """Volumes, secrets and the copied files, as mounted into the container."""
        return [self.FILES]


def here(new=False):
    """The environment for which the verb was called; `new`: it need not exist yet."""
    if os.environ.get("TAPBOT_DEMO"):
        return Demo(os.environ["TAPBOT_DEMO"])
    if new or os.path.isfile(tree.ENV_FILE):
        return Stack()
    if os.path.isfile(copied := os.path.join(Stack.folder, "files", ".env")):
        die(1, f"Нет .env. Его последняя копия: {copied}; возьмёт её sudo deploy/tapbot init", f"There is no .env. Its last copy: {copied}; sudo deploy/tapbot init takes it")
    return tree.neither()
