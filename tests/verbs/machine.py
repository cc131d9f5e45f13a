# SPDX-License-Identifier: MIT
"""A small server for the verbs: a copy of the tree with Git, an empty network namespace, names from a hosts file, memory and
clock as the test sets them. Docker is a script whose engine is empty; its compose is the real one."""
import contextlib
import os
import re
import shutil
import subprocess
import tempfile

import services
from stand import ROOT, patience

ADDRESS = "203.0.113.10"
DOMAIN = "tapbot.test"
# The first of our services, and the beginning of the names of its secrets, routers and roles.
FIRST = services.services()[0]
SHORT = FIRST.short
PARTS = ["docker-compose.yml", "services.tsv", "deploy", "traefik", "docs", "site", ".gitignore"]

MEMORY = "MemTotal:       4005000 kB\nMemFree:        3000000 kB\nSwapTotal:      {swap} kB\n"
SETUP = """
ip link set lo up && ip address add 203.0.113.10/32 dev lo
mount --bind "$1/etc/hosts" /etc/hosts
[ ! -e /etc/resolv.conf ] || mount --bind "$1/etc/resolv.conf" /etc/resolv.conf
mount --bind "$1/etc/meminfo" /proc/meminfo
mount -t tmpfs -o size=64m,mode=0755 tmpfs "$1/site" && cp -a "$2/." "$1/site"
echo ready
exec sleep 900
"""
DOCKER = """#!/bin/sh
# The engine runs and is empty; compose is the real one.
[ -e "$MACHINE/silent" ] && { echo "Cannot connect to the Docker daemon" >&2; exit 1; }
case $1 in
compose) shift; exec "$MACHINE/bin/compose" "$@" ;;
version) printf '{"Version":"%s"}\\n' "$(cat "$MACHINE/engine")" ;;
ps | pull) exit 0 ;;
info) case $* in *LiveRestore*) cat "$MACHINE/live-restore" ;; *) echo '"/nowhere"' ;; esac ;;
*) exit 1 ;;
esac
"""
# Answers like systemd's, and stores the setting.
TIMEDATECTL = """#!/bin/sh
case $1 in
show) cat "$MACHINE/clock" ;;
set-ntp) echo yes >"$MACHINE/clock" ;;
esac
"""
CHRONYC = "#!/bin/sh\nexit 1\n"
# The journal's table (tests/stack has the real one), and a systemd that runs what the unit names.
NFT = """#!/bin/sh
case $* in
"list table inet tapbot_journal") grep -q yes "$MACHINE/journal" ;;
"-f $PWD/deploy/host/journal.nft") [ -s "$2" ] && echo yes >"$MACHINE/journal" ;;
"list table inet tapbot_connections") grep -q yes "$MACHINE/connections" ;;
"-f $PWD/deploy/host/connections.nft") [ -s "$2" ] && echo yes >"$MACHINE/connections" ;;
"-f -") cat >"$MACHINE/trusted" ;;
"--json list set inet tapbot_connections "*)
    printf '{"nftables": [{"set": {"elem": ['
    grep " $6 " "$MACHINE/trusted" | sed 's|.*{ \\(.*\\)/\\(.*\\) }|{"prefix": {"addr": "\\1", "len": \\2}}|' | paste -sd,
    echo ']}}]}' ;;
*) exit 1 ;;
esac
"""
SYSTEMCTL = """#!/bin/sh
case $* in
"reload docker") # a signal alone: the engine reads its file a moment later
    grep -q '"live-restore": true' "$TAPBOT_DOCKER_DAEMON" || exit 0
    (sleep 0.5 && echo true >"$MACHINE/live-restore") >/dev/null 2>&1 & ;;
"enable "/*/tapbot-journal.service) echo "$2" >"$MACHINE/journal" ;;
"restart tapbot-journal.service")
    read -r unit <"$MACHINE/journal"
    sed -n "s#%Y#${unit%/*}#; s#^ExecStart=/[us/rbin]*/##p" "$unit" | sh -e ;;
*) exit 1 ;;
esac
"""


class Missing(Exception):
    """This machine cannot run these tests; the text says why."""


def plugin():
    done = subprocess.run([os.path.join(ROOT, "tests/stack/lib/compose-plugin.sh")], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(f"no compose plugin: {done.stderr.strip()[-200:]}")
    return done.stdout.strip()


def machine_check():
    if os.geteuid():
        raise Missing("namespaces need root")
    done = subprocess.run(["unshare", "-mn", "true"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(f"no namespaces: {done.stderr.strip()}")
    plugin()


TREE = []  # the folder made by tree(), and the folder of the tree after `init`, which the first prepared machine makes


@contextlib.contextmanager
def tree():
    """The tree of the machines, committed: `git checkout` repairs a file. Used around all tests."""
    copy = tempfile.mkdtemp(prefix="tapbot-verbs-tree-")  # no TemporaryDirectory: the process of each unit would delete it
    try:
        os.chmod(copy, 0o755)
        ignore = shutil.ignore_patterns("__pycache__", "*.bak")
        for part in PARTS:
            source = os.path.join(ROOT, part)
            if os.path.isdir(source):
                shutil.copytree(source, os.path.join(copy, part), ignore=ignore)
            elif os.path.exists(source):
                shutil.copy2(source, copy)
        # doctor tries each password on each user, and bcrypt takes 50 ms; verbs/units has the whole list.
        with open(os.path.join(copy, "deploy/lib/stack/common-passwords.txt"), "w", encoding="utf-8") as common:
            common.write("123456\npassword\nqwerty123\n")
        # Few files, because they are copied into each machine.
        for words in (["git", "init", "-q", "--template="], ["git", "add", "-A"],
                      ["git", "-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "-qm", "all"], ["git", "repack", "-adq"],
                      ["python3", "-m", "compileall", "-q", "deploy/lib"]):
            subprocess.run(words, cwd=copy, check=True, capture_output=True)
        TREE[:] = [copy, f"{copy}-prepared"]
        yield
    finally:
        for folder in (copy, f"{copy}-prepared"):
            shutil.rmtree(folder, ignore_errors=True)


class Machine:
    """As a context: a machine prepared by `init`, unless `prepared` is false."""

    def __init__(self, prepared=True, swap=2000000):
        self.prepared, self.swap = prepared, swap
        self.home = tempfile.mkdtemp(prefix="tapbot-verbs-")
        os.chmod(self.home, 0o755)
        self.site = os.path.join(self.home, "site")
        self.holder = None
        self.environment = {"PATH": f"{self.home}/bin:{os.environ['PATH']}", "LANG": "en_US.UTF-8", "MACHINE": self.home,
                            "TAPBOT_DOCKER_DAEMON": f"{self.home}/docker/daemon.json", "HOME": self.home, "USER": "root",
                            "GOGC": "off", "GOMAXPROCS": "1"}  # compose then takes two thirds of the time

    def __enter__(self):
        self.files()
        plain, prepared = TREE
        ready = self.prepared and os.path.exists(prepared)
        self.holder = subprocess.Popen(["unshare", "-mn", "sh", "-c", SETUP, "sh", self.home, prepared if ready else plain], stdout=subprocess.PIPE, text=True)
        assert self.holder.stdout.readline() == "ready\n", "the machine did not start"
        if self.prepared and not ready:
            done = self.tapbot("init", "--yes", "--domain", DOMAIN, "--email", f"admin@{DOMAIN}", "--servers", "2",
                               "--admin-networks", "198.51.100.0/24", "--address", ADDRESS, "--user", "admin")
            assert done.returncode == 0, done.stderr
            # doctor tries 20 passwords of 50 ms each, but none on a hash of this cost.
            self.sh("sed -i 's/2y.10/2y$13/' secrets/basicauth_users")
            # Another process may be doing the same.
            self.sh(f'cp -a . "$MACHINE/prepared" && {{ mv -T "$MACHINE/prepared" {prepared} 2>/dev/null || [ -e {prepared} ]; }}')
        return self

    def __exit__(self, *_):
        if self.holder:
            self.holder.kill()
            self.holder.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def put(self, name, content, mode=0o644):
        path = os.path.join(self.home, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)
        os.chmod(path, mode)

    def put_compose(self):
        """Next to the other programs, because a mount of a test may hide the folder of the tree."""
        path = os.path.join(self.home, "bin/compose")
        try:
            os.link(plugin(), path)
        except OSError:  # another file system
            shutil.copy2(plugin(), path)

    def bind(self, name, content):
        self.bound[name] = content
        self.put(name, content)

    def files(self):
        with open(os.path.join(ROOT, "traefik/dynamic/routers.yml"), encoding="utf-8") as routers:
            names = sorted({*re.findall(r"Host\(`([\w.-]*)\{\{ env", routers.read()), *(f"{host}." for one in services.services() for host in one.hosts.values())})
        self.bound = {}
        self.bind("etc/hosts", "127.0.0.1 localhost\n" + "".join(f"{ADDRESS} {name}{DOMAIN}\n" for name in names))
        self.bind("etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        self.bind("etc/meminfo", MEMORY.format(swap=self.swap))
        self.put("bin/docker", DOCKER, 0o755)
        self.put_compose()
        self.put("bin/timedatectl", TIMEDATECTL, 0o755)
        self.put("bin/chronyc", CHRONYC, 0o755)
        self.put("bin/nft", NFT, 0o755)
        self.put("bin/systemctl", SYSTEMCTL, 0o755)
        self.bind("clock", "yes\n")
        self.bind("journal", "yes\n")
        self.bind("live-restore", "true\n")
        self.bind("connections", "yes\n")
        self.bind("trusted", "".join(f"add element inet tapbot_connections trusted4 {{ {one} }}\n"
                                     for one in ("198.51.100.0/24", "149.154.160.0/20", "91.108.4.0/22")))
        self.bind("engine", "28.2.2\n")
        os.mkdir(self.site)

    def files_again(self):
        """Restores the files that are bound into the machine; in place, because a new file would not be bound."""
        for name, content in self.bound.items():
            with open(os.path.join(self.home, name), "r+", encoding="utf-8") as file:
                file.write(content)
                file.truncate()

    def keep(self):
        """Stores the state that again() restores."""
        self.sh('mkdir "$MACHINE/kept" && cp -a . "$MACHINE/kept"')

    def again(self):
        """Restores the state that keep() has stored."""
        self.files_again()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(self.home, "silent"))
        self.sh('find . -mindepth 1 -delete && cp -a "$MACHINE/kept/." .')

    def entered(self, *command):
        """A command line that runs in the machine, in the site's folder."""
        return ["nsenter", f"--mount=/proc/{self.holder.pid}/ns/mnt", f"--net=/proc/{self.holder.pid}/ns/net",
                f"--root=/proc/{self.holder.pid}/root",
                "sh", "-c", 'cd "$0" && exec "$@"', self.site, *command]

    def inside(self, *command, **options):
        if "input" not in options:
            options.setdefault("stdin", subprocess.DEVNULL)
        environment = {**self.environment, **options.pop("env", {})}
        return subprocess.run(self.entered(*command), env=environment, capture_output=True, text=True, timeout=patience(120), check=False,
                              **options)

    def sh(self, script, **options):
        done = self.inside("sh", "-c", script, **options)
        assert done.returncode == 0, f"{script}: {done.stderr}"
        return done.stdout

    def tapbot(self, *words, **options):
        return self.inside("deploy/tapbot", *words, **options)

    def read(self, path):
        done = self.inside("cat", path)
        return done.stdout if done.returncode == 0 else None

    def edit(self, path, old, new, count=1):
        """Replaces text in a file, as a person with an editor would."""
        content = self.read(path)
        assert old in content, f"{path} does not hold {old!r}"
        done = self.inside("sh", "-c", f"cat >{path}", input=content.replace(old, new, count))
        assert done.returncode == 0, done.stderr

    def doctor(self, *words, **options):
        """(exit code, the lines that are findings, all output)."""
        done = self.tapbot("doctor", *words, **options)
        lines = [line for line in done.stdout.splitlines() if re.match(r"[a-z-]+: .*\. Command: ", line)]
        return done.returncode, lines, done.stdout + done.stderr
