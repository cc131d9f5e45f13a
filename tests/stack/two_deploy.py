# SPDX-License-Identifier: MIT
"""One `deploy` over both servers, from either, by ssh over the link with the real sshd: the images of server 1 come from server 2. A
version that does not serve on server 1, a kill -9 and a cut link leave one version on both."""
import os
import signal
import subprocess
import tempfile
import time

import rig
import services
import two
import two_peer
from booking_guests import Guest

BAKE, UNDONE_SECONDS, STARTED_SECONDS, CUT_SECONDS = "0", 120, 300, 15
# The gateway runs on server 1, and its migrations on server 2.
GATEWAY = "bot-gateway"
OURS = tuple(one.name for one in services.services())
# Besides the accounts of two_peer.py: root's keys.
KEYS = """
mkdir -p /root/.ssh {own}/ssh
mount --bind {own}/ssh /root/.ssh
"""


def entered(site, *words):
    """As two_peer.entered(), with root's own keys."""
    script = KEYS.format(own=os.path.join(site.server.run, "own"))
    return two_peer.entered(site, "sh", "-c", f'{script}exec "$@"', "sh", *words)


class Peers(two_peer.Monitored):
    """As a context: each server may deploy on the other. COMPOSE_FILE is written to .env, because a command from the other server has
    no environment."""

    def __enter__(self):
        for site, address in zip(self.sites, two.LINK):
            site.settings(DEPLOY_WATCH="0", COMPOSE_FILE=site.variables["COMPOSE_FILE"])
            line, own = entered(site, "python3", "-B", "-c", "from stack import harden_peer, tree; harden_peer.apply(tree.env_read())")
            rig.run(*line, env={**own, "TAPBOT_ROOT": site.folder, "PYTHONPATH": os.path.join(site.folder, "deploy/lib")}, quiet=True)
            line, own = entered(site, "/usr/sbin/sshd", "-D", "-o", f"ListenAddress={address}")
            self.sshd.append(subprocess.Popen(line, env={**os.environ, **rig.environment(), **own}, stderr=subprocess.DEVNULL))
        return self


def version(site, name):
    """The versions of the running instances of a service."""
    lines = site.run_docker("ps", "--format", "{{.Image}}", "--filter", f"label=com.docker.compose.service={name}").split()
    return {line.rpartition(":")[2] for line in lines}


def versions(subject):
    """The versions of both servers together."""
    return set().union(*(version(site, name) for site in subject.sites for name in OURS))


def tagged(subject, name):
    """A version whose images only server 2 has, as those of the version that runs on both."""
    running, = versions(subject)
    for one in OURS:
        two.docker(two.SERVERS[1], "tag", f"tapbot/{one}:{running}", f"tapbot/{one}:{name}")
    return name


def broken(subject, name):
    """A version whose gateway never gets ready."""
    tagged(subject, name)
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "Dockerfile"), "w", encoding="ascii") as file:
            file.write(f"FROM tapbot/{GATEWAY}:{name}\nENV HTTP_PORT=7999\n")
        two.docker(two.SERVERS[1], "buildx", "build", "--tag", f"tapbot/{GATEWAY}:{name}", folder)
    return name


def deploy(site, name, **more):
    return site.tapbot("deploy", "--yes", "--version", name, "--bake", BAKE, quiet=True, **more)


def forward(subject):
    """From server 2, then from server 1: both run the version, and a guest can book afterwards."""
    with Peers(subject):
        for site, name in ((subject.two, "both1"), (subject.one, "both2")):
            began = time.monotonic()
            output = deploy(site, tagged(subject, name)).stdout
            assert versions(subject) == {name}, f"{versions(subject)}: {output}"
            took = time.monotonic() - began
        taps = subject.books(Guest(subject.first_guest(1)))
    return f"the second took {took:.0f} s; then a guest booked with {taps} taps"


def back(subject):
    """The gateway of server 1 does not serve: both go back, and both locks are free."""
    with Peers(subject):
        deploy(subject.two, tagged(subject, "good"))
        done = deploy(subject.two, broken(subject, "bad"), check=False)
        assert done.returncode == 1 and "server 1: " in done.stdout and versions(subject) == {"good"}, f"{versions(subject)}: {done.stdout}"
        for site in subject.sites:
            assert not os.path.exists(os.path.join(site.folder, "var/deploy/lock")), site.folder
    return "both went back"


def started(subject, name):
    """A deploy of the version from server 2, at the moment when server 1 begins to replace the gateway."""
    line, own = two.command(subject.two.server, os.path.join(subject.two.folder, "deploy/tapbot"), "deploy", "--yes", "--version",
                            tagged(subject, name), "--bake", BAKE)
    environment = {**os.environ, **rig.environment(), **own, **subject.two.variables}
    process = subprocess.Popen(line, cwd=subject.two.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               env=environment, start_new_session=True)
    end = time.monotonic() + STARTED_SECONDS
    for output in process.stdout:
        if output.startswith(f"  1: ==> {GATEWAY}: "):
            break
        assert time.monotonic() < end, output
    return process


def undone(subject, name):
    """Waits until no deploy holds server 1 and it runs the version."""
    lock, end = os.path.join(subject.one.folder, "var/deploy/lock"), time.monotonic() + UNDONE_SECONDS
    while os.path.exists(lock) or version(subject.one, GATEWAY) != {name}:
        assert time.monotonic() < end, f"the lock exists: {os.path.exists(lock)}, {version(subject.one, GATEWAY)}"
        time.sleep(0.5)


def killed(subject):
    """kill -9 while server 1 replaces its instances: it goes back by itself; the same deploy again completes."""
    with Peers(subject):
        deploy(subject.two, tagged(subject, "before"))
        with started(subject, "after") as process:
            os.killpg(process.pid, signal.SIGKILL)
        undone(subject, "before")
        deploy(subject.two, "after")
        assert versions(subject) == {"after"}, versions(subject)
    return "server 1 went back, then both went forward"


def interrupted(subject):
    """The link is cut for 15 s while server 1 replaces its instances: both run the new version if the deploy succeeded, else the old
    one, and the next deploy completes."""
    with Peers(subject):
        before, = versions(subject)
        with started(subject, "through") as process:
            subject.way.cut()
            try:
                time.sleep(CUT_SECONDS)
            finally:
                subject.way.open()
            output, _ = process.communicate(timeout=STARTED_SECONDS)
        after = "through" if process.returncode == 0 else before
        undone(subject, after)
        assert versions(subject) == {after}, f"{versions(subject)}: {output}"
        deploy(subject.two, tagged(subject, "again"))
        assert versions(subject) == {"again"}, versions(subject)
        subject.books(Guest(subject.first_guest(1)))
    return f"both {'went forward' if after == 'through' else 'went back'}, then a deploy completed and a guest booked"


def away(subject):
    """With the link cut nothing changes; --here deploys on one."""
    with Peers(subject):
        before = versions(subject)
        subject.way.cut()
        try:
            done = deploy(subject.two, tagged(subject, "alone"), check=False)
            assert done.returncode == 1 and "deploy --here" in done.stdout and versions(subject) == before, done.stdout
        finally:
            subject.way.open()
        subject.two.tapbot("deploy", "--yes", "--here", "--version", "alone", "--bake", BAKE, quiet=True)
        assert versions(subject) == before | {"alone"}, versions(subject)
        deploy(subject.two, "alone")
        assert versions(subject) == {"alone"}, versions(subject)
    return "refused, then on one, then on both"


CHECKS = (("from either server", forward), ("server 1 fails", back), ("killed", killed), ("cut for 15 s", interrupted), ("the link is cut", away))
