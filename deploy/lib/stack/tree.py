# SPDX-License-Identifier: MIT
"""Reads the state of the stack: .env, secrets/ and their table, the compose description, containers. settings.py and secret.py
write it."""
import calendar
import functools
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time

import services
from say import die, text

ROOT = os.environ["TAPBOT_ROOT"]
ENV_FILE = os.path.join(ROOT, ".env")
ENV_SAMPLE = os.path.join(ROOT, "deploy", "stack.env.example")
SECRETS = os.path.join(ROOT, "secrets")
BOTS = os.path.join(SECRETS, "bots")
LOCK = "docker-compose.lock.yml"
RELEASE = "docker-compose.release.yml"
# The override with versions. A running deploy appends a temporary file; the last entry is used.
release = [RELEASE]
# The compose project: the prefix of the names of containers and volumes.
PROJECT = os.environ.get("COMPOSE_PROJECT_NAME", "tapbot")

# The profiles of each choice of `init --servers`.
SERVERS = {"1": ["server1"], "2": ["server2"], "both": ["server1", "server2"]}
EXTRA_PROFILES = ["vectors", "monitoring", "admin"]


class Secret:
    """One row of secrets.tsv, or one derived from services.tsv."""

    def __init__(self, name, owner, kind, rotation):
        self.name, self.kind, self.rotation = name, kind, rotation
        uid, _, gid = owner.partition(":")
        self.uid, self.gid = int(uid), int(gid or uid)
        self.mode = 0o440 if gid else 0o400
        self.path = os.path.join(SECRETS, name)

    @property
    def template(self):
        """The template of a derived secret; None for others."""
        return self.kind[4:] if self.kind.startswith("url:") else None

    @property
    def parts(self):
        return re.findall(r"\{(\w+)\}", self.template or "")

    def made_of(self, values):
        """The value of the template with these {secret: value}."""
        return self.template.format(**{part: values[part] for part in self.parts})

    def is_text(self):
        """False if the file is readable and not UTF-8."""
        try:
            with open(self.path, encoding="utf-8") as file:
                file.read()
        except (OSError, UnicodeDecodeError) as error:
            return isinstance(error, OSError)
        return True

    def read(self):
        """The value, or None if it does not exist or is not readable."""
        try:
            with open(self.path, encoding="utf-8") as file:
                return file.read()
        except (OSError, UnicodeDecodeError):
            return None


@functools.lru_cache(None)
def secret_table():
    with open(os.path.join(ROOT, "deploy", "lib", "secrets.tsv"), encoding="utf-8") as table:
        rows = services.secret_rows(table.read(), services.services(), database_words())
    return {row[0]: Secret(*row) for row in rows}


def link_server():
    """The number of this server, "1" or "2"; None if there is no other server."""
    env = env_read() if os.access(ENV_FILE, os.R_OK) else {}  # secrets are listed without rights too
    profiles = env.get("COMPOSE_PROFILES", "").split(",")
    here = [number for number, names in (("1", "server1"), ("2", "server2")) if names in profiles]
    return here[0] if env.get("LINK_ADDRESS") and len(here) == 1 else None


def database_words():
    """The TLS parameters of database URLs: no TLS on the server of PostgreSQL; over the link only certificates of our authority."""
    return {"1": "?sslmode=verify-full&sslrootcert=/etc/tapbot-link/ca.crt", "2": "?sslmode=disable"}.get(link_server(), "")


def again():
    """The current command with sudo."""
    verb, words = os.path.splitext(os.path.basename(sys.argv[0]))[0], sys.argv[1:]
    if "--keys" in words:
        verb, words = "keys", words[words.index("--keys") + 1:]
    return shlex.join(["sudo", "deploy/tapbot", {"secret": "secrets", "imports": "import"}.get(verb, verb), *words])


def env_lines(path=None):
    """(number, name, raw text after =, value) of each line of a .env file; the name of an invalid line is None. As in compose,
    quotes and comments are not part of the value."""
    try:
        with open(path or ENV_FILE, encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
    except PermissionError:
        die(3, f"Настройки сервера (.env) читает только root. Повторите: {again()}",
            f"Only root can read the settings of this server (.env). Run: {again()}")
    except OSError:
        return
    for number, line in enumerate(lines, 1):
        found = re.match(r"\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)", line)
        if not found:
            if line.strip() and not line.strip().startswith("#"):
                yield number, None, line.strip(), None
            continue
        raw = found[2].strip()
        quoted = re.match(r"'([^']*)'|\"([^\"]*)\"", raw)
        yield number, found[1], raw, (quoted[1] or quoted[2] or "") if quoted else re.sub(r"(^|\s)#.*", "", raw).strip()


def env_read(path=None):
    """{name: value} of a .env, in order."""
    return {name: value for _, name, _, value in env_lines(path) if name}


def domain():
    return env_read().get("TAPBOT_DOMAIN") or "tapbot.kz"


def run(*command, timeout=60, given=None, **options):
    """The result of a command, with its output as text, unless `stdout` is a file; `given` is its standard input. A missing or hanging
    program gives a result too."""
    if given is not None:
        # A file in memory, because writing to a pipe whose reader has ended would kill this process (SIGPIPE).
        with open(os.memfd_create("given"), "w+", encoding="utf-8") as file:
            file.write(given)
            file.seek(0)
            return run(*command, timeout=timeout, stdin=file, **options)
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, **options}
    try:
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, errors="replace", timeout=timeout, check=False, **options)
        done.stdout = done.stdout or ""
        return done
    except FileNotFoundError:
        return subprocess.CompletedProcess(command, 127, "", f"{command[0]}: not found")
    except OSError as error:  # a folder of PATH that is not accessible, a file that is not executable
        return subprocess.CompletedProcess(command, 126, "", f"{command[0]}: {error.strerror}")
    except subprocess.TimeoutExpired as error:
        output = (error.stderr or b"").decode(errors="replace") if isinstance(error.stderr, (bytes, type(None))) else error.stderr
        return subprocess.CompletedProcess(command, 124, "", f"{output}{command[0]}: no answer within {timeout} s")


compose_version = []


@functools.lru_cache(None)
def compose_program():
    """The command `docker compose`, or the stand-alone program if the plugin is missing; None if neither exists."""
    for words in (("docker", "compose"), ("docker-compose",)):
        known = run(*words, "version", "--short").stdout.strip() if shutil.which(words[0]) else ""
        if re.match(r"v?([2-9]|\d\d)\.", known):
            compose_version.append(known)
            return words
    return None


def compose_files():
    """The files of COMPOSE_FILE, by default the main description, and the overrides of `lock` and `deploy` if they exist."""
    chosen = os.environ.get("COMPOSE_FILE") or env_read().get("COMPOSE_FILE") or "docker-compose.yml"
    files = chosen.split(":")
    files += [name for name in (LOCK, release[-1]) if os.path.exists(os.path.join(ROOT, name)) and name not in files]
    return files


def compose_command(*arguments, profiles=None, files=None):
    """The command line of compose for this stack, independent of the current folder; with `files` instead of the default ones."""
    program = compose_program()
    if program is None:
        die(3, "Нет docker compose. Установите: https://docs.docker.com/engine/install/ubuntu/",
            "docker compose is not installed. Install it: https://docs.docker.com/engine/install/ubuntu/")
    command = [*program, "--project-directory", ROOT, "-p", PROJECT]
    for name in files or compose_files():
        command += ["-f", os.path.join(ROOT, name)]
    for profile in profiles or []:
        command += ["--profile", profile]
    return [*command, *arguments]


def run_once_command(service, *arguments):
    """The command line that runs a one-shot container with other arguments. Docker does not log its output, which may be a new key."""
    command = compose_command("--progress", "quiet", "run", "--rm", "--no-deps", "-T", service, *arguments, profiles=["*"])
    return ["env", "MIGRATE_LOG_DRIVER=none", *command]


def compose(*arguments, profiles=None, files=None, timeout=60):
    return run(*compose_command(*arguments, profiles=profiles, files=files), timeout=timeout, cwd=ROOT)


@functools.lru_cache(None)
def _configuration(profiles):
    done = compose("config", "--format", "json", profiles=profiles)
    if done.returncode != 0:
        return None, done.stderr.strip() or done.stdout.strip()
    return json.loads(done.stdout), ""


def configuration(everything=False):
    """(merged compose description, "") or (None, reason). `everything`: all profiles instead of those of .env."""
    if compose_program() is None:
        return None, text("нет docker compose", "docker compose is not installed")
    return _configuration(("*",) if everything else ())


def forget():
    """Clears caches after .env or the versions have changed."""
    _configuration.cache_clear()
    secret_table.cache_clear()


def docker(*arguments, timeout=60):
    return run("docker", *arguments, timeout=timeout)


CONNECT_SECONDS = 10  # until a client of PostgreSQL gives up to connect; without it a server that is stopped keeps it for ever
CONNECT = f"PGCONNECT_TIMEOUT={CONNECT_SECONDS}"


def psql(statement, database="postgres"):
    """The result of a statement of the superuser of PostgreSQL, or None if it does not run on this server."""
    for one in running("postgres"):
        return docker("exec", "--env", CONNECT, one["Id"], "psql", "-h", "/var/run/postgresql", "-U", "postgres", "-d", database, "-XAtqc", statement)
    return None


def json_object(written):
    """The JSON object that the text is; {} if it is none, for example cut off by a power failure."""
    try:
        known = json.loads(written)
    except ValueError:
        return {}
    return known if isinstance(known, dict) else {}


def docker_json(*arguments):
    """The JSON that a docker command prints, or None. `inspect` prints those that it has found even if one of several is gone."""
    try:
        return json.loads(docker(*arguments).stdout)
    except ValueError:
        return None


def volume(name):
    """The path of a volume of this stack on this machine, or None."""
    found = docker_json("volume", "inspect", f"{PROJECT}_{name}")
    return found[0]["Mountpoint"] if found else None


@functools.lru_cache(None)
def engine():
    """The version data of the engine, or None if it does not answer."""
    return docker_json("version", "--format", "{{json .Server}}") or None


def engine_needed():
    if not engine():
        if "permission denied" in docker("version").stderr:
            die(3, f"У этого пользователя нет доступа к Docker. Повторите: {again()}", f"Docker denies this user access. Run: {again()}")
        die(3, "Docker не отвечает: sudo systemctl start docker", "Docker does not answer: sudo systemctl start docker")


def neither():
    """Exits where there is neither a stack nor a demo."""
    die(1, "Здесь нет ни стека, ни демо. Сервер: sudo deploy/tapbot init, потом deploy/tapbot up. Своя машина: deploy/tapbot demo --detach",
        "There is neither a stack nor a demo here. On a server: sudo deploy/tapbot init, then deploy/tapbot up. On your machine: deploy/tapbot demo --detach")


def containers():
    """The `docker inspect` data of all containers of this stack."""
    done = docker("ps", "-aq", "--filter", f"label=com.docker.compose.project={PROJECT}")
    names = done.stdout.split()
    found = docker_json("inspect", *names) if names else []
    found = [one for one in found or [] if one["Config"]["Labels"].get("com.docker.compose.oneoff") != "True"]
    return sorted(found, key=lambda one: one["Name"])


def service_of(container):
    return container["Config"]["Labels"].get("com.docker.compose.service", container["Name"].lstrip("/"))


def running(service):
    """The running containers of a service."""
    return [one for one in containers() if service_of(one) == service and one["State"]["Running"]]


def seconds_since(stamp):
    """Seconds since a time in Docker's format; 0 if it is unset."""
    found = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)", stamp)
    if not found or stamp.startswith("0001"):
        return 0
    return max(0, int(time.time() - calendar.timegm(time.strptime(found[1], "%Y-%m-%dT%H:%M:%S"))))


def health_of(state):
    """healthy, unhealthy or starting; None without a health check."""
    return (state.get("Health") or {}).get("Status")


def limits_of(service):
    """The resource limits in a service's description."""
    return ((service.get("deploy") or {}).get("resources") or {}).get("limits") or {}


def labels_of(service):
    labels = service.get("labels") or {}
    if isinstance(labels, list):
        labels = dict(label.partition("=")[::2] for label in labels)
    return {name: str(value) for name, value in labels.items()}


def traefik_files():
    """The files of Traefik's file provider."""
    folder = os.path.join(ROOT, "traefik", "dynamic")
    try:
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith((".yml", ".yaml"))]
    except OSError:
        return []


def expand(template):
    """Replaces ${NAME:-default} with the values of .env."""
    values = {"TAPBOT_DOMAIN": domain(), **env_read()}
    return re.sub(r"\$\{(\w+)(?::?[-?][^}]*)?\}", lambda found: values.get(found[1], ""), template)
