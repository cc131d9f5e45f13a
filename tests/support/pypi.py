# SPDX-License-Identifier: MIT
"""Packages of PyPI that a test runs: installed once for each list of versions, into the build folder."""
import hashlib
import os
import subprocess
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
INSTALL_SECONDS = 300


class Unavailable(Exception):
    """They cannot be installed; why."""


def installed(requirements):
    """The folder of a virtual environment with all that the file of requirements lists."""
    with open(requirements, "rb") as text:
        name = hashlib.sha256(text.read()).hexdigest()[:12]
    folder = os.path.join(ROOT, "build/venv", name)
    if not os.path.exists(os.path.join(folder, "done")):
        install(folder, requirements)
    return folder


def install(folder, requirements):
    pip = [os.path.join(folder, "bin/python3"), "-m", "pip", "-q", "--disable-pip-version-check"]
    for command in (
        [sys.executable, "-m", "venv", "--clear", folder],
        [*pip, "install", "--retries", "1", "--timeout", "20", "--requirement", requirements],
    ):
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise Unavailable(f"pip took more than {INSTALL_SECONDS} s") from None
        if done.returncode != 0:
            lines = (done.stderr or done.stdout).strip().splitlines()
            raise Unavailable(lines[-1] if lines else " ".join(command))
    with open(os.path.join(folder, "done"), "w", encoding="ascii"):
        pass
