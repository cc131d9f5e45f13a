# SPDX-License-Identifier: MIT
"""Our own images: the same commit gives the same bytes, they have only what they need, and they
are small, because server 1 has a disk of 10 GB."""
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile

import images
import rig
from stand import full

import services

MIB = 1 << 20
LIBRARIES_MAX = 35 * MIB
SERVICE_MAX = 5 * MIB
PAGES_MAX = 20 * MIB
WORDS = ["cmake", "common", "services", "third_party", "deploy/images", "docs", "site"]
FIRST = services.services()[0]
OURS = {one.name: f"tapbot/{one.name}:dev" for one in services.services()}
IMAGE, AGAIN, PROGRAM = f"tapbot/{FIRST.name}:dev", f"tapbot/{FIRST.name}:again", f"/usr/bin/{FIRST.name}"
FILES = ["CMakeLists.txt", "services.tsv", "LICENSE", ".dockerignore"]
# Names of shells, interpreters and package managers.
TOOLS = {"sh", "bash", "dash", "busybox", "perl", "python3", "apt", "apt-get", "dpkg", "env", "cat", "curl", "wget"}


def member(image, path):
    """A file of an image, read without running the image."""
    container = rig.docker("create", image).strip()
    try:
        packed = rig.run("docker", "cp", f"{container}:{path}", "-", quiet=True, text=False)
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as tar:
            return tar.extractfile(tar.next()).read()
    finally:
        rig.docker("rm", container)


def names(image):
    container = rig.docker("create", image).strip()
    try:
        packed = rig.run("docker", "export", container, quiet=True, text=False)
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as tar:
            return {entry.name: entry for entry in tar}
    finally:
        rig.docker("rm", container)


def other_tree(folder):
    """The same content in another folder, with other times."""
    for name in WORDS:
        shutil.copytree(os.path.join(rig.ROOT, name), os.path.join(folder, name), copy_function=shutil.copyfile,
                        ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    for name in FILES:
        shutil.copyfile(os.path.join(rig.ROOT, name), os.path.join(folder, name))


def same_bytes(_stack):
    """Compiled twice; with --full the second time by the classic builder, which shares no cache."""
    first = hashlib.sha256(member(IMAGE, PROGRAM)).hexdigest()
    with tempfile.TemporaryDirectory() as folder, rig.Uplink() as uplink:
        other_tree(folder)
        words = ["--file", os.path.join(folder, "deploy/images/service.Dockerfile"),
                 "--build-arg", f"SERVICE={FIRST.name}"]
        if full():
            rig.run("docker", "build", "--network", "host", *uplink.arguments, "--tag", AGAIN,
                    *words, folder, quiet=True, env={"DOCKER_BUILDKIT": "0"})
        else:
            images.build(AGAIN, "--no-cache-filter", "build", *words, uplink=uplink,
                         context=folder)
    second = hashlib.sha256(member(AGAIN, PROGRAM)).hexdigest()
    rig.docker("image", "rm", AGAIN)
    assert first == second, f"two builds of one commit differ: {first} and {second}"
    return f"{'both builders' if full() else 'two builds'}: sha256 {first[:16]}..."


def nothing_more(_stack):
    """No shell, no package manager, no folder of secrets, no source; not root; with labels."""
    for image, user in (*((image, "10000:10000") for image in OURS.values()), ("tapbot/pages:dev", "10050:10050")):
        there = names(image)
        programs = {os.path.basename(name) for name, entry in there.items()
                    if name.split("/")[0] != "dev" and entry.isfile() and entry.mode & 0o111
                    and ".so" not in name}
        assert not programs & TOOLS, f"{image} holds {sorted(programs & TOOLS)}"
        assert not any(name.startswith(("src", "build", "root", "secrets", ".git")) for name in there), image
        marked = [name for name, entry in there.items() if entry.mode & 0o6000]
        assert not marked, f"{image}: setuid {marked}"
        config = json.loads(rig.docker("inspect", image))[0]["Config"]
        assert config["User"] == user, f"{image} runs as {config['User']}"
        assert config.get("Healthcheck"), f"{image} has no health check"
        for label in ("title", "version", "revision"):
            assert config["Labels"].get(f"org.opencontainers.image.{label}"), f"{image}: no label {label}"
        assert not any(word in variable for variable in config["Env"] for word in ("PASSWORD", "KEY", "TOKEN"))
    versions = dict(line.split() for line in
                    member(IMAGE, "/usr/share/tapbot/packages.txt").decode().splitlines())
    http = next(version for name, version in versions.items() if name.startswith("libmicrohttpd"))
    promised = json.loads(rig.docker("inspect", IMAGE))[0]["Config"]["Labels"]["kz.tapbot.libmicrohttpd"]
    rig.run("dpkg", "--compare-versions", http, "ge", promised, quiet=True)
    return f"libmicrohttpd {http}"


def layers(image):
    """Sizes, the lowest layer first."""
    notes = rig.docker("history", "--no-trunc", "--human=false", "--format", "{{.Size}}", image).split()
    return [int(size) for size in reversed(notes) if int(size) > 0]


def small(_stack):
    """All services share one layer of libraries."""
    pages, notes = sum(layers("tapbot/pages:dev")), []
    shared = {json.loads(rig.docker("inspect", image))[0]["RootFS"]["Layers"][0] for image in OURS.values()}
    assert len(shared) == 1, f"{len(shared)} layers of libraries"
    for name, image in OURS.items():
        libraries, service = layers(image)
        assert libraries <= LIBRARIES_MAX, f"the libraries take {libraries / MIB:.1f} MiB"
        assert service <= SERVICE_MAX, f"{name} takes {service / MIB:.1f} MiB"
        notes.append(f"{name} {service / MIB:.1f}")
    assert pages <= PAGES_MAX, f"pages take {pages / MIB:.1f} MiB"
    return f"libraries of all services {libraries / MIB:.1f} MiB, {', '.join(notes)}, pages {pages / MIB:.1f}"


def another_service(_stack):
    """A service made by services/new has an image of its own, with its program and no other."""
    image = "tapbot/hello-api:made"
    with tempfile.TemporaryDirectory() as folder, rig.Uplink() as uplink:
        other_tree(folder)
        for name in ("docker-compose.yml", "traefik/dynamic/routers.yml"):
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            shutil.copyfile(os.path.join(rig.ROOT, name), os.path.join(folder, name))
        rig.run("python3", os.path.join(folder, "services/new"), "hello-api", "hello", "greeting", "7055", quiet=True)
        images.build(image, "--file", os.path.join(folder, "deploy/images/service.Dockerfile"), "--build-arg", "SERVICE=hello-api",
                     uplink=uplink, context=folder)
    notes = rig.docker("run", "--rm", "--network", "none", image, "--version").strip()
    programs = {name for name in names(image) if name.startswith("usr/bin/")}
    rig.docker("image", "rm", image)
    assert notes.startswith("hello-api ") and programs == {"usr/bin/hello-api", "usr/bin/service"}, f"{notes}: {programs}"
    return notes


CHECKS = [("small", small), ("nothing more", nothing_more), ("another service", another_service), ("same bytes", same_bytes)]
