# SPDX-License-Identifier: MIT
"""Live restore: containers go on while the engine is dead or started anew. A setting of the engine."""
import json
import os
import time

from say import text
from stack import settings, tree

# Tests have one of their own.
DAEMON = os.environ.get("TAPBOT_DOCKER_DAEMON", "/etc/docker/daemon.json")
RELOAD_SECONDS = 5


def off():
    """Is there an engine, and is it off there?"""
    return bool(tree.engine()) and tree.docker("info", "--format", "{{.LiveRestoreEnabled}}").stdout.strip() == "false"


def turn_on():
    """Adds it to what the engine's file says, and has the engine read it; what went wrong, or None."""
    try:
        with open(DAEMON, encoding="utf-8") as file:
            known, mode = json.load(file), os.fstat(file.fileno()).st_mode & 0o777
    except FileNotFoundError:
        known, mode = {}, 0o644
    except (OSError, ValueError) as error:
        return text(f"{DAEMON} не читается ({error}), поэтому не тронут", f"{DAEMON} cannot be read ({error}), it was left alone")
    if not isinstance(known, dict):
        return text(f"{DAEMON} не объект JSON, поэтому не тронут", f"{DAEMON} is no JSON object, it was left alone")
    try:
        os.makedirs(os.path.dirname(DAEMON), exist_ok=True)
        settings.write_file(DAEMON, json.dumps({**known, "live-restore": True}, indent=2, ensure_ascii=False) + "\n", mode)
    except OSError as error:
        return text(f"{DAEMON} не записать ({error})", f"{DAEMON} cannot be written ({error})")
    tree.run("systemctl", "reload", "docker")
    # That only sends a signal; the engine reads its file a moment later.
    end = time.monotonic() + RELOAD_SECONDS
    while off():
        if time.monotonic() > end:
            return text("Docker не перечитал свой файл: sudo systemctl restart docker", "Docker has not read its file: sudo systemctl restart docker")
        time.sleep(0.1)
    return None
