# SPDX-License-Identifier: MIT
"""docker-compose.yml as Compose itself reads it, without variables: each has its default. `beside` are further
files, `env` variables that are set."""
import json
import os
import subprocess

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))


def description(profiles="*", beside=(), env=None):
    """Raises ValueError if Compose reports anything."""
    words = [word for profile in profiles.split(",") for word in ("--profile", profile)]
    files = [word for file in ("docker-compose.yml", *beside) for word in ("-f", file)]
    done = subprocess.run(["tests/stack/lib/compose-plugin.sh", "--env-file", "/dev/null", "--project-directory", ROOT, *files, *words,
                           "config", "--format", "json"], cwd=ROOT, capture_output=True, text=True, check=False,
                          env={**{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}, **(env or {})})
    if done.returncode or done.stderr.strip():
        raise ValueError(f"profiles {profiles}: {done.stderr.strip() or 'the plugin printed nothing'}")
    return json.loads(done.stdout)
