#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds the stack's images on a machine without access to an image registry.

  images.py [WHAT...]     builds them: base, stand-ins, ours, edge; all by default

base is debian:trixie-slim by mmdebstrap; ours are built by deploy/images as for production; third-party images
are stand-ins (images/Dockerfile); edge is the real Traefik, built from its Go module.
"""
import concurrent.futures
import os
import shutil
import sys
import time

sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "support"))

import internet
import rig
import stand  # noqa: F401 (finds deploy/lib)

import services

BASE = "debian:trixie-slim"
STAND_IN = "tapbot-stand-in"
# name: build arguments of the web stand-ins; None has a stage of its own
STAND_INS = {
    "postgres": None,
    "redis": None,
    "restic": None,
    "socket-proxy": None,
    "directus": {"USER": "1000", "FOLDER": "/directus/uploads"},
    "n8n": {"USER": "1000", "FOLDER": "/home/node/.n8n"},
    "pgadmin": {"USER": "5050", "FOLDER": "/var/lib/pgadmin"},
    "dozzle": {},
    "portainer": {},
    "redis-commander": {},
    "qdrant": {"USER": "1000", "FOLDER": "/qdrant/storage"},
}
# name: Dockerfile, build arguments
OURS = {**{one.name: ("service", {"SERVICE": one.name}) for one in services.services()}, "pages": ("pages", {})}
# The most recently used build cache remains: with 1.3 GB of it a changed tree is only recompiled (measured).
CACHE_KEPT = "1500MB"
# Files that debian:trixie-slim omits too.
SLIM = [f"--dpkgopt=path-exclude={path}" for path in
        ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*",
         "/usr/share/groff/*", "/usr/share/lintian/*", "/usr/share/linda/*")]
SLIM.append("--dpkgopt=path-include=/usr/share/doc/*/copyright")


def there(image):
    return rig.run("docker", "image", "inspect", image, check=False, quiet=True).returncode == 0


def base():
    """Once per clone: the archive is stored, so that another engine can load it."""
    if there(BASE):
        return
    kept = os.path.join(rig.SHARED, "trixie-slim.tar")
    if not os.path.exists(kept):
        rig.run("mmdebstrap", "--variant=minbase", "--quiet", *SLIM,
                "--customize-hook=rm -rf $1/var/lib/apt/lists/* $1/var/cache/apt/* $1/var/log/*",
                "trixie", kept + ".new", "--format=tar", quiet=True)
        os.rename(kept + ".new", kept)
    rig.run("docker", "import", "-c", 'CMD ["bash"]', kept, BASE, quiet=True)


def build(tag, *words, uplink, context):
    rig.run("docker", "buildx", "build", "--progress", "plain", "--network", "host", *uplink.arguments,
            "--tag", tag, *words, context, quiet=True)


def stand_ins(uplink):
    base()
    folder = os.path.join(rig.HERE, "images")
    for name, arguments in STAND_INS.items():
        words = ["--target", name if arguments is None else "web"]
        for key, value in {"NAME": name, **(arguments or {})}.items():
            words += ["--build-arg", f"{key}={value}"]
        build(f"{STAND_IN}/{name}:1", *words, uplink=uplink, context=folder)


def ours(uplink, root=rig.ROOT, tag="dev"):
    base()
    for name, (file, arguments) in OURS.items():
        words = ["--file", os.path.join(root, "deploy/images", f"{file}.Dockerfile")]
        for key, value in arguments.items():
            words += ["--build-arg", f"{key}={value}"]
        build(f"tapbot/{name}:{tag}", *words, uplink=uplink, context=root)


def rest(uplink):
    """Builds both in parallel: one mostly waits for packages, the other one compiles."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        for one in [pool.submit(stand_ins, uplink), pool.submit(ours, uplink)]:
            one.result()


def edge(uplink):
    """The real Traefik, with the certificate authority of the test's authority added to the trusted ones."""
    base()
    began = time.monotonic()
    rig.run(os.path.join(rig.HERE, "traefik", "build"), quiet=True)
    took = time.monotonic() - began
    folder = os.path.join(rig.HOME, "traefik-image")
    os.makedirs(folder, exist_ok=True)
    internet.pki()
    shutil.copy(internet.PEBBLE_CA, os.path.join(folder, "pebble-ca.pem"))
    shutil.copy(os.path.join(rig.ROOT, "build/stack/traefik/traefik"), os.path.join(folder, "traefik"))
    build(f"{STAND_IN}/traefik:1", "--file", os.path.join(rig.HERE, "traefik", "Dockerfile"), uplink=uplink,
          context=folder)
    shutil.rmtree(folder)
    return took


def tidy(docker=rig.docker):
    """Removes what the next run does not need: images of other trees, and their build cache."""
    for image in docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}", "tapbot/*").split():
        if not image.endswith(":dev"):
            docker("image", "rm", image, check=False)
    docker("image", "prune", "--force", check=False)
    docker("builder", "prune", "--force", "--keep-storage", CACHE_KEPT, check=False)


def main():
    wanted = sys.argv[1:] or ["base", "stand-ins", "edge", "ours"]
    rig.up()
    with rig.Uplink() as uplink:
        for what in wanted:
            began = time.monotonic()
            {"base": lambda _: base(), "stand-ins": stand_ins, "edge": edge, "ours": ours}[what](uplink)
            print(f"{what}: {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
