# SPDX-License-Identifier: MIT
"""Live restore, a setting of the Docker engine: containers keep running while the engine is down or restarts."""
import json
import os
import time

from say import text
from stack import settings, tree

# Tests set another file.
DAEMON = os.environ.get("TAPBOT_DOCKER_DAEMON", "/etc/docker/daemon.json")
RELOAD_SECONDS = 5


def off():
    """Whether there is an engine on which live restore is off."""
    return bool(tree.engine()) and tree.docker("info", "--format", "{{.LiveRestoreEnabled}}").stdout.strip() == "false"


def turn_on():
    """Adds the setting to the engine's file and reloads the engine. Returns an error message, or None."""
    try:
        with open(DAEMON, encoding="utf-8") as file:
            known, mode = json.load(file), os.fstat(file.fileno()).st_mode & 0o777
    except FileNotFoundError:
        known, mode = {}, 0o644
    except (OSError, ValueError) as error:
        return text(f"{DAEMON} не читается ({error}), поэтому не тронут", f"{DAEMON} cannot be read ({error}) and was not changed")
    if not isinstance(known, dict):
        return text(f"{DAEMON} не объект JSON, поэтому не тронут", f"{DAEMON} is not a JSON object and was not changed")
    try:
        os.makedirs(os.path.dirname(DAEMON), exist_ok=True)
        settings.write_file(DAEMON, json.dumps({**known, "live-restore": True}, indent=2, ensure_ascii=False) + "\n", mode)
    except OSError as error:
        return text(f"{DAEMON} не записать ({error})", f"{DAEMON} cannot be written ({error})")
    tree.run("systemctl", "reload", "docker")
    # The reload only sends a signal; the engine reads its file a moment later.
    end = time.monotonic() + RELOAD_SECONDS
    while off():
        if time.monotonic() > end:
            return text("Docker не перечитал свой файл: sudo systemctl restart docker", "Docker has not read its file: sudo systemctl restart docker")
        time.sleep(0.1)
    return None
