# SPDX-License-Identifier: MIT
"""Packages of a release of Debian, unpacked into the build folder on first use: a test runs the programs that servers and images have."""
import glob
import hashlib
import os
import shutil

import pypi

DOWNLOAD = os.path.join(pypi.ROOT, "tests/stack/lib/debian13.sh")


def unpacked(release, *packages):
    """The folder with the files of these packages of that release (`trixie`). Raises pypi.Unavailable if they cannot be downloaded."""
    folder = os.path.join(pypi.ROOT, "build/debian", release, hashlib.sha256(" ".join(packages).encode()).hexdigest()[:12])
    with pypi.once(folder) as missing:
        if missing:
            shutil.rmtree(folder, ignore_errors=True)
            pypi.download([DOWNLOAD, os.path.join(folder, "debs"), *packages], env={**os.environ, "DEBIAN_RELEASE": release})
            for path in glob.glob(os.path.join(glob.escape(folder), "debs/*.deb")):
                pypi.download(["dpkg", "-x", path, folder])
            shutil.rmtree(os.path.join(folder, "debs"))
    return folder
