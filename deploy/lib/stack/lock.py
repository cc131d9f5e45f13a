# SPDX-License-Identifier: MIT
"""lock: writes the digest of every third-party image and of the bases of our images to docker-compose.lock.yml, an override of the
description, so that the tested images keep running even if a tag is moved; and the version of libmicrohttpd in our images as the least
one. Needs access to the image registries. `up` and builds use the file if it exists, and refuse one whose tags are not those of the
description any more."""
import json
import os
import re
import sys

from say import answer_help, die, say, step
from stack import settings, tree

USAGE = ("""deploy/tapbot lock: записать дайджесты чужих образов и основ наших в docker-compose.lock.yml.

  deploy/tapbot lock            спросить у реестров и записать
  deploy/tapbot lock --check    только сравнить с тем, что записано

Файл кладут в Git: с ним up на любом сервере берёт ровно эти образы. Нужен выход к реестрам образов.
Коды выхода: 0 записано (совпадает), 1 не получилось (отличается), 2 неверные параметры, 3 чего-то нет.""",
         """deploy/tapbot lock: write the digests of third-party images and of the bases of ours to docker-compose.lock.yml.

  deploy/tapbot lock            query the registries and write the file
  deploy/tapbot lock --check    only compare with the file

Commit the file to Git: with it `up` uses exactly these images on every server. Needs access to the image registries.
Exit codes: 0 written (equal), 1 failed (differs), 2 wrong usage, 3 something is missing.""")

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


# A line of the file with a reference to an image: `image` of a service, or `BASE` of its build.
REFERENCE = re.compile(r"^  ([\w-]+):\n(?:    build:\n      args:\n)?((?:    image|        BASE)): (\S+)$", re.M)


def base_of(build):
    """The image from which one of ours is built; "" if it has none."""
    with open(os.path.join(build["context"], build.get("dockerfile", "Dockerfile")), encoding="utf-8") as file:
        default = re.search(r"^ARG BASE=(\S+)", file.read(), re.M)
    return build.get("args", {}).get("BASE") or (default[1] if default else "")


def references():
    """{(service, "image" or "BASE"): image} of the description without the file, and {service: (its image, the least version)} of those
    that are built with libmicrohttpd. Raises ValueError with the reason if the description cannot be read."""
    files = [name for name in tree.compose_files() if name != tree.LOCK]
    done = tree.compose("config", "--format", "json", profiles=["*"], files=files)
    if done.returncode != 0:
        raise ValueError(done.stderr.strip()[-300:])
    found, built = {}, {}
    for name, service in json.loads(done.stdout)["services"].items():
        if service.get("image") and not service["image"].startswith("tapbot/"):
            found[name, "image"] = service["image"]
        elif service.get("build") and base_of(service["build"]):
            found[name, "BASE"] = base_of(service["build"])
            if "MICROHTTPD" in service["build"].get("args", {}):
                built[name] = service["image"], service["build"]["args"]["MICROHTTPD"]
    return found, built


def library_of(image):
    """The version of libmicrohttpd in a built image of ours, from its list of packages; "" if it is not built here."""
    made = tree.docker("create", image)
    if made.returncode:
        return ""
    copied = tree.docker("cp", f"{made.stdout.strip()}:/usr/share/tapbot/packages.txt", "-")
    tree.docker("rm", made.stdout.strip())
    found = re.search(r"\blibmicrohttpd\S* (?:\d+:)?(\d+\.\d+\.\d+)", copied.stdout)
    return found[1] if found else ""


def stale():
    """[(service, image in the file, image of the description or "")] of the references whose image or tag has changed since `lock`."""
    try:
        with open(os.path.join(tree.ROOT, tree.LOCK), encoding="utf-8") as file:
            written = {(name, kind.strip()): image for name, kind, image in REFERENCE.findall(file.read())}
    except FileNotFoundError:
        return []
    wanted, _ = references()
    return [(name, image.split("@")[0], wanted.get((name, kind), "")) for (name, kind), image in written.items()
            if image.split("@")[0] != wanted.get((name, kind), "").split("@")[0]]


def digest_of(image):
    """(digest, "") from the registry, by the first of Docker's commands that works; or (None, reason)."""
    bare, why = image.split("@")[0], ""
    for words in (("buildx", "imagetools", "inspect", bare, "--format", "{{json .Manifest}}"),
                  ("manifest", "inspect", "--verbose", bare), ("pull", bare)):
        done = tree.docker(*words, timeout=600 if words[0] == "pull" else 60)
        if done.returncode == 0:
            found = top_digest(words[0], done.stdout)
            if found:
                return found, ""
        why = (done.stderr.strip().splitlines() or [why])[-1]
    return None, why


def top_digest(kind, answer):
    """The digest of the index of all platforms, not of one platform."""
    if kind == "pull":
        found = re.search(r"Digest: (sha256:[0-9a-f]{64})", answer)
        return found[1] if found else None
    known = tree.json_object(answer)
    # `manifest inspect` lists the digests of the platforms: only for a single platform it is the image's digest.
    digest = known.get("digest") or (known.get("Descriptor") or {}).get("digest")
    return digest if digest and DIGEST.fullmatch(digest) else None


def lock_text(pinned, libraries):
    # --check compares whole files: a change of the first line counts as a difference.
    lines = ["# Written by deploy/tapbot lock: what the tags of docker-compose.yml meant when they were tried.\n", "services:\n"]
    for (name, kind), image in sorted(pinned.items()):
        lines.append(f"  {name}:\n    image: {image}\n" if kind == "image" else f"  {name}:\n    build:\n      args:\n        BASE: {image}\n")
        if name in libraries:
            lines.append(f'        MICROHTTPD: "{libraries[name]}"\n')
    return "".join(lines)


def main(arguments):
    answer_help(arguments, USAGE)
    if not set(arguments) <= {"--check"}:
        die(2, *USAGE)
    try:
        wanted, built = references()
    except ValueError as error:
        die(1, f"Описание не читается: {error}", f"The description cannot be read: {error}")
    known = {}
    for image in sorted(set(wanted.values())):
        step(image, image)
        digest, why = digest_of(image)
        if digest is None:
            die(1, f"Дайджест {image} не узнать: {why}\nРеестр недоступен с этой машины, или такого образа нет. Ничего не записано. "
                   "Запустите на машине с выходом в Интернет и положите docker-compose.lock.yml в Git.",
                f"The digest of {image} is unknown: {why}\nThe registry cannot be reached, or the image does not exist. "
                "Nothing was written. Run it on a machine with Internet access and commit docker-compose.lock.yml.")
        known[image] = f"{image.split('@')[0]}@{digest}"
    content = lock_text({name: known[image] for name, image in wanted.items()},
                        {name: library_of(image) or least for name, (image, least) in built.items()})
    path = os.path.join(tree.ROOT, tree.LOCK)
    old = open(path, encoding="utf-8").read() if os.path.exists(path) else ""
    if "--check" in arguments:
        same = old == content
        say(f"{tree.LOCK} {'совпадает с реестрами' if same else 'отличается от реестров'}.",
            f"{tree.LOCK} {'matches the registries' if same else 'differs from the registries'}.")
        return 0 if same else 1
    settings.write_file(path, content, 0o644)
    settings.note_change("lock", tree.LOCK, "done")
    say(f"Записано: {tree.LOCK}, образов {len(known)}. Дальше: git add {tree.LOCK} && git commit, затем deploy/tapbot up",
        f"Written: {tree.LOCK}, {len(known)} images. Next: git add {tree.LOCK} && git commit, then deploy/tapbot up")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
