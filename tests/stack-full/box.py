# SPDX-License-Identifier: MIT
"""Runs a service of docker-compose.yml as a process. Its command, environment, secrets, volumes, user, memory limit and
read-only root come from the description; only the image's own files come from this machine. All services share one
network without a route to outside, in which every service's name is this machine.

Use it below `unshare --net --mount`: mounts made here disappear with the program.
"""
import os
import re
import signal
import subprocess
import time

PASSWD = """root:x:0:0::/root:/bin/sh
postgres:x:999:999::/var/lib/postgresql:/bin/sh
node:x:1000:1000::/home/node:/bin/sh
service:x:10020:10020::/:/bin/sh
"""
GROUP = "root:x:0:\npostgres:x:999:\nnode:x:1000:\nservice:x:10020:\n"
ETC = ("ssl", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "nsswitch.conf", "alternatives", "services",
       "postgresql-common")
DEVICES = ("null", "zero", "full", "random", "urandom")
MEMORY = "/sys/fs/cgroup/memory"  # cgroup v1
UNIFIED = "/sys/fs/cgroup"        # cgroup v2


def mount(*words):
    subprocess.run(["mount", *words], check=True)


def bind(source, target, writable=False):
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        open(target, "a", encoding="utf-8").close()
    mount("--bind", source, target)
    if not writable:
        mount("-o", "remount,bind,ro", target)


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def seconds_of(duration):
    """1m30s, as Compose prints it."""
    return sum(int(number) * {"h": 3600, "m": 60, "s": 1}[unit] for number, unit in re.findall(r"(\d+)([hms])", duration))


class Cgroup:
    """A memory limit as Docker sets it, if the machine permits it."""

    def __init__(self, name, limit):
        self.folder, self.limit = None, limit
        old = os.path.isdir(MEMORY)
        base, self.files = (MEMORY, ("memory.limit_in_bytes", "memory.max_usage_in_bytes")) if old else \
            (UNIFIED, ("memory.max", "memory.peak"))
        folder = os.path.join(base, f"tapbot-full-{os.getpid()}-{name}")
        try:
            os.mkdir(folder)
            write(os.path.join(folder, self.files[0]), str(limit))
            self.folder = folder
        except OSError:
            if os.path.isdir(folder):
                os.rmdir(folder)

    def join(self):
        if self.folder:
            write(os.path.join(self.folder, "cgroup.procs"), str(os.getpid()))

    def peak(self):
        """Bytes, page cache included; None if unknown."""
        if not self.folder:
            return None
        with open(os.path.join(self.folder, self.files[1]), encoding="ascii") as file:
            return int(file.read())

    def remove(self):
        if self.folder and os.path.isdir(self.folder):
            os.rmdir(self.folder)


class Box:
    def __init__(self, home, name, service, image, names):
        """image: the parts that come from the image: {path inside: path here}, PATH, cwd, entrypoint, command."""
        self.name, self.service, self.image = name, service, image
        self.root = os.path.join(home, "roots", name)
        self.volumes = os.path.join(home, "volumes")
        self.secrets = os.path.join(home, "secrets")
        self.log = os.path.join(home, f"{name}.log")
        self.limit = int(service["deploy"]["resources"]["limits"]["memory"])
        self.uid, self.gid = (int(word) for word in service["user"].split(":"))
        self.process, self.cgroup, self.rss_peak = None, None, 0
        self._root_make(names)

    def _root_make(self, names):
        root = self.root
        os.makedirs(root)
        mount("-t", "tmpfs", "-o", "mode=0755", "tmpfs", root)
        for link in ("bin", "sbin", "lib", "lib64"):
            os.symlink(f"usr/{link}", os.path.join(root, link))
        bind("/usr", f"{root}/usr")
        for name in ("etc", "proc", "dev", "tmp", "run", "run/secrets", "home/node", "var/run", "var/lib"):
            os.makedirs(os.path.join(root, name), exist_ok=True)
        os.chown(f"{root}/home/node", 1000, 1000)
        mount("--rbind", "/proc", f"{root}/proc")
        for name in DEVICES:
            bind(f"/dev/{name}", f"{root}/dev/{name}", writable=True)
        os.symlink("/proc/self/fd", f"{root}/dev/fd")
        for number, name in enumerate(("stdin", "stdout", "stderr")):
            os.symlink(f"/proc/self/fd/{number}", f"{root}/dev/{name}")
        self._tmpfs("/dev/shm", "mode=1777")
        for name in ETC:
            if os.path.exists(f"/etc/{name}"):
                bind(f"/etc/{name}", f"{root}/etc/{name}")
        write(f"{root}/etc/passwd", PASSWD)
        write(f"{root}/etc/group", GROUP)
        write(f"{root}/etc/hosts", "127.0.0.1 localhost " + " ".join(names) + "\n")
        for inside, here in self.image.get("files", {}).items():
            bind(here, root + inside)
        for entry in self.service.get("tmpfs") or []:
            path, _, options = entry.partition(":")
            self._tmpfs(path, options or "mode=1777")
        for entry in self.service.get("volumes") or []:
            self._volume(entry)
        for entry in self.service.get("secrets") or []:
            bind(os.path.join(self.secrets, entry["source"]), root + entry["target"])
        if self.service.get("read_only"):
            mount("-o", "remount,ro", root)

    def _tmpfs(self, path, options):
        os.makedirs(self.root + path, exist_ok=True)
        mount("-t", "tmpfs", "-o", options, "tmpfs", self.root + path)

    def _volume(self, entry):
        if entry["type"] == "bind":
            return bind(entry["source"], self.root + entry["target"], not entry.get("read_only"))
        here = os.path.join(self.volumes, entry["source"])
        if not os.path.isdir(here):
            os.makedirs(here)
            # A new volume gets the owner of the folder in the image.
            os.chown(here, self.uid, self.gid)
        return bind(here, self.root + entry["target"], writable=True)

    def command(self):
        entrypoint = self.service.get("entrypoint") or self.image.get("entrypoint", [])
        given = self.service.get("command")
        return [*entrypoint, *(given if given is not None else self.image.get("command", []))]

    def environment(self):
        """The description's variables and those of the image."""
        own = {"PATH": self.image.get("path", "/usr/bin:/bin"), "HOME": self.image.get("home", "/"), "LANG": "C.UTF-8"}
        return {**own, **self.image.get("environment", {}), **(self.service.get("environment") or {})}

    def inside(self, *command):
        return ["/usr/sbin/chroot", self.root, "/usr/bin/setpriv", f"--reuid={self.uid}", f"--regid={self.gid}",
                "--clear-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all",
                "/usr/bin/env", "-C", self.image.get("cwd", "/"), *command]

    def start(self):
        self.cgroup = self.cgroup or Cgroup(self.name, self.limit)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.inside(*self.command()), env=self.environment(), stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL, preexec_fn=self.cgroup.join, start_new_session=True)
        return self

    def once(self, seconds=60):
        """A one-shot container: runs it to its end; raises if it fails."""
        self.start()
        if self.process.wait(seconds):
            raise RuntimeError(f"{self.name} ended with {self.process.returncode}: {self.tail()}")
        self.cgroup.remove()

    def run(self, *command, seconds=120, text=None):
        """`docker compose exec`: runs another command in the same box; returns its output."""
        done = subprocess.run(self.inside(*command), env=self.environment(), input=text, capture_output=True, text=True,
                              timeout=seconds, check=False)
        if done.returncode:
            raise RuntimeError(f"{self.name}: {' '.join(command)}: {done.stderr[-600:]}{done.stdout[-300:]}")
        return done.stdout

    def healthy(self):
        test = self.service["healthcheck"]["test"]
        assert test[0] == "CMD", test
        # Files of the image in /usr have other paths here: /usr is this machine's.
        program = self.image.get("moved", {}).get(test[1], test[1])
        return subprocess.run(self.inside(program, *test[2:]), env=self.environment(), stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, timeout=10, check=False).returncode == 0

    def wait_healthy(self, seconds=90):
        began = time.monotonic()
        while time.monotonic() < began + seconds:
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.name} ended with {self.process.returncode}: {self.tail()}")
            if self.healthy():
                return time.monotonic() - began
            time.sleep(0.3)
        raise TimeoutError(f"{self.name} is not healthy after {seconds} s: {self.tail()}")

    def tree(self):
        """Its processes: those of its session, and those that left it."""
        found, parents = {self.process.pid}, {}
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as stat:
                        parents[int(entry)] = int(stat.read().rpartition(")")[2].split()[1])
                except OSError:
                    continue
        grown = True
        while grown:
            more = {pid for pid, parent in parents.items() if parent in found} - found
            grown = bool(more)
            found |= more
        return found

    def rss(self):
        """RSS of all its processes now, in bytes."""
        total = 0
        for pid in self.tree():
            try:
                with open(f"/proc/{pid}/statm", encoding="ascii") as statm:
                    total += int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            except OSError:
                continue
        self.rss_peak = max(self.rss_peak, total)
        return total

    def tail(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()[-1500:]

    def stop(self):
        """Stops it as Docker does: its signal, then SIGKILL. Returns False if SIGKILL was needed."""
        if not self.process or self.process.poll() is not None:
            return True
        self.process.send_signal(getattr(signal, self.service.get("stop_signal", "SIGTERM")))
        try:
            self.process.wait(seconds_of(self.service.get("stop_grace_period", "10s")))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            return False
        return True

    def end(self):
        self.stop()
        if self.cgroup:
            for _ in range(50):
                try:
                    return self.cgroup.remove()
                except OSError:
                    time.sleep(0.1)
