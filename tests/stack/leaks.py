# SPDX-License-Identifier: MIT
"""No secret is readable by others: in environments, `docker inspect`, command lines, image layers, logs, tracked
files, a dump of the database. First the scan must find each secret planted in each of these places."""
import base64
import io
import os
import subprocess
import tarfile

import images
import rig
import settings
import stack as stacks

PLANTED = "tapbot-planted"


def canaries(stack):
    """name -> bytes that must not be found."""
    found = {}
    for name, path in stacks.secret_files().items():
        with open(path, "rb") as file:
            value = file.read().strip()
        if name == "basicauth_users":
            for line in value.splitlines():
                user, _, known = line.partition(b":")
                found[f"BasicAuth hash of {user.decode()}"] = known
        else:
            found[name] = value
    found["BasicAuth password"] = stack.password.encode()
    found["BasicAuth header"] = base64.b64encode(f"{stacks.USER}:{stack.password}".encode())
    found["API key"] = stack.key.encode()
    # A value that contains another secret is found by that one. `docker inspect` escapes its quotes.
    return {name: value for name, value in found.items()
            if not any(other != value and other in value for other in found.values())}


def of_containers(ids):
    """(place, content) of containers."""
    for one in ids:
        yield "inspect", rig.docker("inspect", one).encode()
        done = rig.run("docker", "logs", one, quiet=True, text=False)
        yield "log", done.stdout
        for pid in rig.run("docker", "top", one, "-eo", "pid", quiet=True, check=False).stdout.split()[1:]:
            for file, place in (("cmdline", "command line"), ("environ", "environment")):
                try:
                    with open(f"/proc/{pid}/{file}", "rb") as content:
                        yield place, content.read().replace(b"\0", b"\n")
                except OSError:  # the process has just ended
                    continue


def of_images(names):
    """Every layer, and the configuration with its history."""
    for name in names:
        saved = subprocess.Popen(["docker", "save", name], stdout=subprocess.PIPE, env={**os.environ, **rig.environment()})
        with tarfile.open(fileobj=saved.stdout, mode="r|") as outer:
            for member in outer:
                if member.isfile():
                    yield "image", outer.extractfile(member).read()
        saved.wait()


def of_tree(root):
    """Contents of a clone: tracked files and the last commits."""
    for words in (("git", "-C", root, "grep", "-I", "--untracked", "-h", "-e", "", "--", ":!*.svg", ":!third_party"),
                  ("git", "-C", root, "log", "-p", "-n", "20", "--format=%B")):
        yield "git", rig.run(*words, quiet=True, text=False, check=False).stdout


def of_database():
    yield "database dump", stacks.compose("exec", "-T", "postgres", "pg_dump", "-h", "/var/run/postgresql", "-U", "postgres",
                                          "tapbot").encode()


def of_edge():
    yield "log", "\n".join(stacks.access_log()).encode()


def scan(places, wanted):
    """{(place, name)} of secrets found."""
    return {(place, name) for place, content in places for name, value in wanted.items() if value in content}


def planted(stack):
    """Puts each secret in each place; the scan must find it there."""
    wanted = canaries(stack)
    text = b"\n".join(wanted.values()).decode()
    seen = set()
    tree = os.path.join(rig.HOME, "planted")
    try:
        rig.docker("run", "--detach", "--name", PLANTED, "--network", "none", "--env", f"LEAK={text}", "--entrypoint",
                   "sh", f"{images.STAND_IN}/dozzle:1", "-c", 'echo "$LEAK"; sleep 60; exit', "sh", text)
        seen |= scan(of_containers([PLANTED]), wanted)
        layer = io.BytesIO()
        with tarfile.open(fileobj=layer, mode="w") as tar:
            entry = tarfile.TarInfo("leak")
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
        rig.run("docker", "import", "-", PLANTED, input=layer.getvalue(), text=False, quiet=True)
        seen |= scan(of_images([PLANTED]), wanted)
        os.makedirs(tree, exist_ok=True)
        rig.run("git", "init", "--quiet", tree)
        with open(os.path.join(tree, "leak"), "w", encoding="utf-8") as file:
            file.write(text)
        seen |= scan(of_tree(tree), wanted)
        stacks.sql(f"CREATE TABLE leak AS SELECT $leak${text}$leak$::text")
        seen |= scan(of_database(), wanted)
    finally:
        rig.run("docker", "rm", "--force", PLANTED, check=False, quiet=True)
        rig.run("docker", "rmi", PLANTED, check=False, quiet=True)
        rig.run("rm", "-rf", tree)
        stacks.sql("DROP TABLE IF EXISTS leak")
    places = {"inspect", "log", "command line", "environment", "image", "git", "database dump"}
    missed = {(place, name) for place in places for name in wanted} - seen
    assert not missed, f"not found: {sorted(missed)[:5]}"
    return f"{len(wanted)} secrets found in {len(places)} places"


def none(stack):
    """Scans the stack after all other checks."""
    wanted = canaries(stack)
    # The health check's own short process has it in its environment, for a moment, inside its container.
    allowed = {("environment", "redis_password")}
    every = settings.every(running=False)
    ours = sorted({one["Config"]["Image"] for _, one in every if one["Config"]["Image"].startswith("tapbot/")})
    found = scan(of_containers([one["Id"] for _, one in every]), wanted) | scan(of_images(ours), wanted) | \
        scan(of_tree(rig.ROOT), wanted) | scan(of_database(), wanted) | scan(of_edge(), wanted)
    assert not found - allowed, f"leaked: {sorted(found - allowed)}"
    return f"{len(wanted)} secrets, {len(every)} containers, {len(ours)} images"


CHECKS = (("planted leaks are found", planted), ("none in the stack", none))
