# SPDX-License-Identifier: MIT
"""Packages of npm that a test runs: installed once for each state of their folder, into the build folder."""
import hashlib
import os
import shutil

from pypi import ROOT, Unavailable, download, once


def installed(source):
    """A copy of the folder `source`, with the packages of its package-lock.json."""
    if not shutil.which("npm"):
        raise Unavailable("npm is not installed")
    digest = hashlib.sha256()
    for name in sorted(os.listdir(source)):
        with open(os.path.join(source, name), "rb") as file:
            digest.update(name.encode() + b"\0" + file.read())
    folder = os.path.join(ROOT, "build/npm", f"{os.path.basename(source)}-{digest.hexdigest()[:12]}")
    with once(folder) as missing:
        if missing:
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(source, folder)
            download(["npm", "ci", "--silent", "--no-progress", "--prefer-offline"], cwd=folder)
    return folder
