# SPDX-License-Identifier: MIT
"""Prometheus' programs from Debian. A package that is not installed is unpacked in the build folder, because an
installed exporter would start its service on this machine."""
import os
import shutil
import subprocess

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
FOLDER = os.path.join(ROOT, "build", "prometheus")
PACKAGES = {"promtool": "prometheus", "prometheus": "prometheus", "prometheus-alertmanager": "prometheus-alertmanager",
            "prometheus-node-exporter": "prometheus-node-exporter",
            "prometheus-postgres-exporter": "prometheus-postgres-exporter"}


class Missing(Exception):
    pass


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, check=False, **more)


def unpack(package):
    os.makedirs(FOLDER, exist_ok=True)
    for words in (("apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", package),
                  ("sh", "-c", 'dpkg -x "$1"_*.deb . && rm "$1"_*.deb', "sh", package)):
        try:
            done = run(*words, cwd=FOLDER, timeout=300)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Missing(f"{package} is not available: {error}") from error
        if done.returncode != 0:
            raise Missing(f"{package} is not available: {done.stderr.strip().splitlines()[-1:]}")


def tool(name):
    """The path of a program."""
    unpacked = os.path.join(FOLDER, "usr", "bin", name)
    found = shutil.which(name)
    if found is None and not os.path.exists(unpacked):
        unpack(PACKAGES[name])
    return found or unpacked


def with_share():
    """The prefix of a command that reads files of its package in /usr/share, where an unpacked package has none."""
    if os.path.exists("/usr/share/prometheus"):
        return []
    words = ["unshare", "-m", "sh", "-c", f'mount -t overlay overlay -o lowerdir={FOLDER}/usr/share:/usr/share /usr/share && exec "$@"', "sh"]
    done = run(*words, "true")
    if done.returncode != 0:
        raise Missing(f"the share of a package cannot be mounted: {done.stderr.strip()}")
    return words
