# SPDX-License-Identifier: MIT
"""Both servers on one screen: each queries the other over the link, as the user monitor, with the real sshd and sudo. Each server
has its own accounts for that, in a copy of /etc."""
import json
import os
import subprocess
import sys
import time

import rig
import two

READY_SECONDS, ANSWER_SECONDS = 20, 4
# Containers with a log line of a booking call of the bot: from the gateway through both Traefiks.
ON_THE_WAY = {"1:traefik", "2:traefik", "2:booking-api"}
SETUP = """
set -e
[ -e {own}/etc/passwd ] || {{ mkdir -p {own}/etc {own}/sbin; cp -a /etc/. {own}/etc; }}
mount --bind {own}/etc /etc
mount --bind {own}/sbin /usr/local/sbin
mkdir -p /run/sshd /run/sudo
printf '#!/bin/sh\\n{variables} exec {docker} "$@"\\n' >/usr/local/sbin/docker
chmod 755 /usr/local/sbin/docker
exec "$@"
"""


def entered(site, *words):
    """(Command line, environment) of `words` on that server, with its own accounts and, for programs without an environment, its docker."""
    variables = {**rig.environment(), **site.server.environment(), **site.variables}
    wanted = ("DOCKER_HOST", "DOCKER_CONFIG", "TAPBOT_RIG_SOCKET", "TAPBOT_RIG_CA")
    script = SETUP.format(own=os.path.join(site.server.run, "own"), docker=os.path.join(rig.ENGINE, "usr/bin/docker"),
                          variables=" ".join(f"{name}={variables[name]}" for name in wanted))
    return two.command(site.server, "sh", "-c", script, "sh", *words)


class Monitored:
    """As a context: both have the user monitor, and sshd on the link."""

    def __init__(self, subject):
        self.sites, self.sshd = subject.sites, []

    def __enter__(self):
        for site, address in zip(self.sites, two.LINK):
            line, own = entered(site, sys.executable, "-B", "-c", "from stack import harden_monitor, tree; harden_monitor.apply(tree.env_read())")
            rig.run(*line, env={**own, "TAPBOT_ROOT": site.folder, "PYTHONPATH": os.path.join(site.folder, "deploy/lib")}, quiet=True)
            line, own = entered(site, "/usr/sbin/sshd", "-D", "-o", f"ListenAddress={address}")
            self.sshd.append(subprocess.Popen(line, env={**os.environ, **rig.environment(), **own}, stderr=subprocess.DEVNULL))
        return self

    def __exit__(self, *_):
        for one in self.sshd:
            one.terminate()
            one.wait()


def state_of(site):
    return json.loads(site.tapbot("status", "--json", check=False, quiet=True).stdout)


def ready(site):
    """The state, as soon as the other server answers."""
    end = time.monotonic() + READY_SECONDS
    while (state := state_of(site))["peer"]["silent"]:
        assert time.monotonic() < end, state["peer"]["silent"]
        time.sleep(0.5)
    return state


def shown(subject):
    """On each server `status` shows both; with the link cut it reports the other server in time, and --here does not query it."""
    with Monitored(subject):
        for site, other in zip(subject.sites, reversed(subject.sites)):
            known = ready(site)["peer"]
            there = {one["container"] for one in known["state"]["containers"]}
            assert there == {one["container"] for one in state_of(other)["containers"]} and len(there) > 5, there
            output = site.tapbot("status", check=False, quiet=True).stdout
            assert f"\nServer {other.number}, {two.LINK[other.number - 1]}\n" in output, output
        note = requests(subject)
        subject.way.cut()
        try:
            began = time.monotonic()
            subject.one.tapbot("status", "--here", check=False, quiet=True)
            here = time.monotonic() - began
            output = subject.one.tapbot("status", check=False, quiet=True).stdout
            took = time.monotonic() - began - here
        finally:
            subject.way.open()
        assert output.rstrip().splitlines()[-1].startswith("Server 2, 10.0.100.2: no answer within 3 s"), output[-500:]
        assert took < max(ANSWER_SECONDS, here + 1), f"{took:.1f} s, without the other {here:.1f} s"
    return f"{note}; link cut: reported after {took:.1f} s, alone {here:.1f} s"


def rows(output):
    """(stamp, server:container, JSON of the line or {}) of `logs --raw`."""
    for line in output.splitlines():
        words = line.split(" ", 2)
        if len(words) == 3 and words[1][:2] in ("1:", "2:"):
            try:
                fields = json.loads(words[2]) if words[2].startswith("{") else {}
            except ValueError:
                fields = {}
            yield words[0], words[1], fields


def requests(subject):
    """One of the bot's booking requests is traced over both servers, with Traefik's line."""
    asked, found = {}, []
    for _, container, fields in rows(subject.one.tapbot("logs", "--raw", "--since", "1h", quiet=True).stdout):
        request = fields.get("request_id") or fields.get("request_X-Request-Id")
        asked.setdefault(request, set()).add(container.rpartition("-")[0])
    both = [request for request, containers in asked.items() if request and ON_THE_WAY <= containers]
    assert both, f"no request on both: {list(asked.values())[:5]}"
    for request in both[:3]:
        found = list(rows(subject.one.tapbot("logs", "--raw", "--request-id", request, quiet=True).stdout))
        stamps, names = [one[0] for one in found], {one[1].rpartition("-")[0] for one in found}
        assert stamps == sorted(stamps) and ON_THE_WAY <= names, f"{request}: {names}"
    return f"{both[0]}: {len(found)} lines of {len(names)} containers"


CHECKS = (("both on one screen", shown),)
