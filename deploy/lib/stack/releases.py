# SPDX-License-Identifier: MIT
"""Which version of each of our services runs here. `deploy` and `rollback` write it as an override of the description,
docker-compose.release.yml, beside the list of what ran before, var/deploy/releases.log."""
import json
import os
import re
import time

import services
from stack import settings, tree

HISTORY = os.path.join(tree.ROOT, "var", "deploy", "releases.log")
HISTORY_MAX = 1000  # lines that are looked at, the newest
PREFIX = "tapbot/"


def image_of(service, version):
    return f"{PREFIX}{service}:{version}"


def version_of(container):
    """The version of a container of ours: its image's tag."""
    return container["Config"]["Image"].rpartition(":")[2]


def bring_command(images):
    """For a person's own computer: it brings images to server 1 of two. Server 2 has them all, because all schemas are there.
    None elsewhere."""
    if not images or tree.link_server() != "1":
        return None
    env = tree.env_read()
    here, there = (env.get(name, "").partition(",")[0].strip() or name for name in ("PUBLIC_ADDRESS", "PEER_ADDRESS"))
    return f"ssh root@{there} 'docker save {' '.join(sorted(images))} | gzip' | ssh root@{here} docker load"


def read():
    """{name of a service: its version} as the override has them."""
    try:
        with open(os.path.join(tree.ROOT, tree.RELEASE), encoding="utf-8") as file:
            return dict(re.findall(rf"^ +image: {PREFIX}([\w-]+):(\S+)$", file.read(), re.M))
    except OSError:
        return {}


def pinned():
    """The images of the override."""
    return {image_of(name, version) for name, version in read().items()}


def text(versions, description):
    """The override: every service of the description whose image is one of these."""
    lines = ["# Written by deploy/tapbot deploy: which version of each of our services runs here.\n", "services:\n"]
    for name, service in sorted(description["services"].items()):
        ours = (service.get("image") or "").partition(":")[0].removeprefix(PREFIX)
        if ours in versions:
            lines.append(f"  {name}:\n    image: {image_of(ours, versions[ours])}\n")
    return "".join(lines)


def write(versions, before, description, verb):
    """The versions from now on, in one file; then a line of history for each that differs from `before`."""
    settings.write_file(os.path.join(tree.ROOT, tree.RELEASE), text(versions, description), 0o644)
    changed = {name: version for name, version in versions.items() if before.get(name) != version}
    os.makedirs(os.path.dirname(HISTORY), exist_ok=True)
    with open(HISTORY, "a", encoding="utf-8") as file:
        for name, version in changed.items():
            file.write(json.dumps({"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "verb": verb, "service": name,
                                   "version": version, "before": before.get(name)}) + "\n")
    tree.forget()


def history(service, good=False):
    """The versions that ran of a service, the oldest first, each once at its last place; `good`: without those that a rollback
    has left."""
    try:
        with open(HISTORY, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file.readlines()[-HISTORY_MAX:] if line.startswith("{")]
    except (OSError, ValueError):
        return []
    found, left = [], set()
    for line in lines:
        if line.get("service") == service:
            found += [one for one in (line.get("before"), line.get("version")) if one]
            left -= {line.get("version")}
            left |= {line.get("before")} if line.get("verb") == "rollback" else set()
    return [one for place, one in enumerate(found) if one not in found[place + 1:] and not (good and one in left)]


def here(names=None):
    """Services of services.tsv whose image something on this host is of: those that run here, and those whose schema is here
    alone. Of `names` where any are given; in its order."""
    known, _ = tree.configuration()
    images = {(body.get("image") or "").partition(":")[0].removeprefix(PREFIX) for body in known["services"].values()}
    return [one for one in services.services() if one.name in images and (not names or one.name in names)]


def ours(names=None):
    """Services of services.tsv that this host runs, of `names` where any are given; in its order."""
    known, _ = tree.configuration()
    return [one for one in services.services() if one.name in known["services"] and (not names or one.name in names)]
