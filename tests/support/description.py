# SPDX-License-Identifier: MIT
"""docker-compose.yml as Compose itself reads it, with nothing set: every variable has its default."""
import json
import os
import subprocess

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))


def description(profiles="*"):
    """Raises ValueError where Compose has anything to say against it."""
    words = [word for profile in profiles.split(",") for word in ("--profile", profile)]
    told = subprocess.run(["tests/stack/lib/compose-plugin.sh", "--env-file", "/dev/null", "-f", "docker-compose.yml", *words,
                           "config", "--format", "json"], cwd=ROOT, capture_output=True, text=True, check=False,
                          env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ})
    if told.returncode or told.stderr.strip():
        raise ValueError(f"profiles {profiles}: {told.stderr.strip() or 'the plugin says nothing'}")
    return json.loads(told.stdout)
