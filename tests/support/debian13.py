# SPDX-License-Identifier: MIT
"""Packages of Debian 13, unpacked into the build folder on first use: a test runs the programs that our images and new servers have."""
import glob
import hashlib
import os
import shutil

import pypi

DOWNLOAD = os.path.join(pypi.ROOT, "tests/stack/lib/debian13.sh")


def unpacked(*packages):
    """The folder with the files of these packages. Raises pypi.Unavailable if they cannot be downloaded."""
    folder = os.path.join(pypi.ROOT, "build/debian13", hashlib.sha256(" ".join(packages).encode()).hexdigest()[:12])
    with pypi.once(folder) as missing:
        if missing:
            shutil.rmtree(folder, ignore_errors=True)
            pypi.download([DOWNLOAD, os.path.join(folder, "debs"), *packages])
            for path in glob.glob(os.path.join(glob.escape(folder), "debs/*.deb")):
                pypi.download(["dpkg", "-x", path, folder])
            shutil.rmtree(os.path.join(folder, "debs"))
    return folder
