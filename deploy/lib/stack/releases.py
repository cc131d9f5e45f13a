# SPDX-License-Identifier: MIT
"""The version of each of our services that runs here. `deploy` and `rollback` write it to docker-compose.release.yml, an override
of the description, and append to the history in var/deploy/releases.log."""
import json
import os
import re
import time

import services
from stack import settings, tree

HISTORY = os.path.join(tree.ROOT, "var", "deploy", "releases.log")
HISTORY_MAX = 1000  # only so many of the newest lines are read
PREFIX = "tapbot/"


def image_of(service, version):
    return f"{PREFIX}{service}:{version}"


def version_of(container):
    """The version of a container of ours: its image's tag."""
    return container["Config"]["Image"].rpartition(":")[2]


def bring_command(images):
    """The command, to be run on the administrator's computer, that copies images to server 1 of two from server 2, which has all
    images because all schemas are there. None on other servers."""
    if not images or tree.link_server() != "1":
        return None
    env = tree.env_read()
    here, there = (env.get(name, "").partition(",")[0].strip() or name for name in ("PUBLIC_ADDRESS", "PEER_ADDRESS"))
    return f"ssh root@{there} 'docker save {' '.join(sorted(images))} | gzip' | ssh root@{here} docker load"


def read():
    """{name of a service: its version} from the override."""
    try:
        with open(os.path.join(tree.ROOT, tree.RELEASE), encoding="utf-8") as file:
            return dict(re.findall(rf"^ +image: {PREFIX}([\w-]+):(\S+)$", file.read(), re.M))
    except OSError:
        return {}


def pinned():
    """The images of the override."""
    return {image_of(name, version) for name, version in read().items()}


def shown():
    """The version of this server, for people: that of the last deploy, or several; before the first one that of .env."""
    return ", ".join(sorted(set(read().values()))) or tree.env_read().get("TAPBOT_VERSION") or "dev"


def text(versions, description):
    """The text of the override: all services of the description with one of these images."""
    lines = ["# Written by deploy/tapbot deploy: the version of each of our services that runs here.\n", "services:\n"]
    for name, service in sorted(description["services"].items()):
        ours = (service.get("image") or "").partition(":")[0].removeprefix(PREFIX)
        if ours in versions:
            lines.append(f"  {name}:\n    image: {image_of(ours, versions[ours])}\n")
    return "".join(lines)


def write(versions, before, description, verb):
    """Writes the new versions to the override, then a line of history for each version that differs from `before`."""
    settings.write_file(os.path.join(tree.ROOT, tree.RELEASE), text(versions, description), 0o644)
    changed = {name: version for name, version in versions.items() if before.get(name) != version}
    os.makedirs(os.path.dirname(HISTORY), exist_ok=True)
    with open(HISTORY, "a", encoding="utf-8") as file:
        for name, version in changed.items():
            file.write(json.dumps({"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "verb": verb, "service": name,
                                   "version": version, "before": before.get(name)}) + "\n")
    tree.forget()


def changes(service):
    """The lines of the history about a service, the oldest first."""
    try:
        with open(HISTORY, encoding="utf-8", errors="replace") as file:
            lines = [tree.json_object(line) for line in file.readlines()[-HISTORY_MAX:]]
    except OSError:
        return []
    return [line for line in lines if line.get("service") == service]


def replaced_by(service, version):
    """The version whose deploy has replaced this one last, or None."""
    return next((line.get("version") for line in reversed(changes(service)) if (line.get("verb"), line.get("before")) == ("deploy", version)), None)


def history(service, good=False):
    """The versions of a service that ran, the oldest first, each once at its last position; `good`: without the versions that
    were rolled back."""
    found, left = [], set()
    for line in changes(service):
        found += [one for one in (line.get("before"), line.get("version")) if one]
        left -= {line.get("version")}
        left |= {line.get("before")} if line.get("verb") == "rollback" else set()
    return [one for at, one in enumerate(found) if one not in found[at + 1:] and not (good and one in left)]


def here(names=None):
    """Services of services.tsv whose image is used on this host, by the service itself or only by its migrations; only those of
    `names` if any are given. In the order of services.tsv."""
    known, _ = tree.configuration()
    images = {(body.get("image") or "").partition(":")[0].removeprefix(PREFIX) for body in known["services"].values()}
    return [one for one in services.services() if one.name in images and (not names or one.name in names)]


def ours(names=None):
    """Services of services.tsv that run on this host; only those of `names` if any are given. In the order of services.tsv."""
    known, _ = tree.configuration()
    return [one for one in services.services() if one.name in known["services"] and (not names or one.name in names)]
