# SPDX-License-Identifier: MIT
"""Packages of npm that a test runs: installed once for each state of their folder, into the build folder."""
import hashlib
import os
import shutil
import subprocess

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
INSTALL_SECONDS = 300


class Unavailable(Exception):
    """They cannot be installed; why."""


def installed(source):
    """A copy of the folder `source`, with what its package-lock.json lists."""
    if not shutil.which("npm"):
        raise Unavailable("npm is not here")
    digest = hashlib.sha256()
    for name in sorted(os.listdir(source)):
        with open(os.path.join(source, name), "rb") as file:
            digest.update(name.encode() + b"\0" + file.read())
    folder = os.path.join(ROOT, "build/npm", f"{os.path.basename(source)}-{digest.hexdigest()[:12]}")
    if not os.path.exists(os.path.join(folder, "done")):
        install(source, folder)
    return folder


def install(source, folder):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder)
    try:
        done = subprocess.run(["npm", "ci", "--silent", "--no-progress"], cwd=folder, capture_output=True, text=True,
                              timeout=INSTALL_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise Unavailable(f"npm took more than {INSTALL_SECONDS} s") from None
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise Unavailable(lines[-1] if lines else f"npm ci ended with {done.returncode}")
    with open(os.path.join(folder, "done"), "w", encoding="ascii"):
        pass
