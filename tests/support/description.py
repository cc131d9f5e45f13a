# SPDX-License-Identifier: MIT
"""docker-compose.yml as Compose itself reads it, with nothing set: every variable has its default. `beside` are further
files, `env` what is set."""
import json
import os
import subprocess

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))


def description(profiles="*", beside=(), env=None):
    """Raises ValueError where Compose has anything to say against it."""
    words = [word for profile in profiles.split(",") for word in ("--profile", profile)]
    files = [word for file in ("docker-compose.yml", *beside) for word in ("-f", file)]
    told = subprocess.run(["tests/stack/lib/compose-plugin.sh", "--env-file", "/dev/null", "--project-directory", ROOT, *files, *words,
                           "config", "--format", "json"], cwd=ROOT, capture_output=True, text=True, check=False,
                          env={**{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}, **(env or {})})
    if told.returncode or told.stderr.strip():
        raise ValueError(f"profiles {profiles}: {told.stderr.strip() or 'the plugin says nothing'}")
    return json.loads(told.stdout)
