# SPDX-License-Identifier: MIT
"""Replaces the instances of a service one by one: starts a new one, then removes an old one, until all match the description.
The next step follows from the existing containers, so after a kill -9 at any moment the next run continues or reverts."""
import contextlib
import hashlib
import json
import os
import time

import services
from say import Explained, step
from stack import bake, deploy_lock, masking, settings, smoke as smoke_test, trial, tree

READY_SECONDS = 60   # until an instance is healthy and routed
REACH_SECONDS = 10   # until a healthy instance answers Traefik
STOP_SECONDS = 30    # for an instance to finish its requests
BAKE_LOOK_SECONDS = 2
ASKED_SECONDS = 2.5  # Traefik checks the health of each instance every 2 s
ENDS_MAX = 3         # restarts of an instance before it is ready
MARK = "kz.tapbot.made-of"

class Refused(Explained):
    """The new version does not work; the old one serves."""

    def __init__(self, russian, english):
        super().__init__(masking.mask(russian), masking.mask(english))


def copies(service):
    """Its containers, the oldest first, including stopped ones."""
    found = [one for one in tree.containers() if tree.service_of(one) == service]
    return sorted(found, key=lambda one: one["Created"])


def files_changed(container, below=""):
    """The modification time of the newest file that the container only reads, in seconds since 1970: a secret or its settings. A
    running container does not see a file that an editor or Git has put in place of the mounted one. `below`: the beginning of its path."""
    paths = [mount["Source"] for mount in container.get("Mounts", ()) if mount["Type"] == "bind" and not mount["RW"] and mount["Source"].startswith(below)]
    written = [os.stat(path).st_mtime for path in paths if os.path.isfile(path)]
    return max((one for one in written if one <= time.time()), default=0)  # a time ahead, of a wrong clock, would be newer than any container


def is_new(container, wanted):
    """Whether the container was created from the current description, image, secrets and settings file. `wanted` is a result of
    wanted_marks()."""
    marks, image = wanted
    made = time.time() - tree.seconds_since(container["Created"])
    labels = container["Config"]["Labels"]
    mark = labels.get(MARK) or labels.get("com.docker.compose.config-hash")
    return mark in marks and container["Image"] == image and files_changed(container) <= made + 1


def description_of(service):
    known, wrong = tree.configuration()
    if known is None:
        raise Refused(f"описание не читается: {wrong[-200:]}", f"the description cannot be read: {wrong[-200:]}")
    return known["services"][service]


def mark_of(service):
    """A hash of the service's description. Compose's own hash cannot be used, because it depends on the number of instances
    (2.26)."""
    body = {name: value for name, value in description_of(service).items() if name not in ("build", "depends_on", "profiles")}
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32]


def wanted_marks(service):
    """(marks, image) of an up-to-date instance: our mark, and compose's hash, which an instance created by `up` has."""
    done = tree.compose("config", "--hash", service)
    image = tree.docker("image", "inspect", "--format", "{{.Id}}", description_of(service)["image"]).stdout.strip()
    return {mark_of(service), *done.stdout.split()[1:2]}, image


def shares_a_volume(service):
    """Whether two instances would write to one volume: then the old one must stop before the new one starts."""
    return any(one["type"] == "volume" and not one.get("read_only") for one in description_of(service).get("volumes") or [])


def address_of(container):
    known = tree.docker_json("inspect", container["Id"])[0]["NetworkSettings"]["Networks"].get("service-network") or {}
    return f"{known['IPAddress']}:{services.one(tree.service_of(container)).port}" if known.get("IPAddress") else None


def remove(container):
    """Stops and removes a container: it finishes its requests, and Traefik stops routing to it."""
    tree.docker("stop", "-t", str(STOP_SECONDS), container["Id"], timeout=STOP_SECONDS + 30)
    tree.docker("rm", "-f", container["Id"])


def start(service, count, *how):
    """Starts instances up to `count` without changing the existing ones."""
    path = os.path.join(deploy_lock.FOLDER, f"{service}.mark.yml")
    os.makedirs(deploy_lock.FOLDER, exist_ok=True)
    settings.write_file(path, json.dumps({"services": {service: {"labels": {MARK: mark_of(service)}}}}), 0o644)
    done = tree.compose("--progress", "quiet", "up", "-d", "--no-deps", "--no-recreate", "--no-build", *how, "--scale", f"{service}={count}", service,
                        files=[*tree.compose_files(), os.path.relpath(path, tree.ROOT)], timeout=READY_SECONDS)
    os.unlink(path)
    if done.returncode:
        raise Refused(f"новая копия не запускается: {done.stderr.strip()[-300:]}", f"the new instance does not start: {done.stderr.strip()[-300:]}")


def last_words(container):
    output = tree.docker("logs", "--tail", "1", container["Id"])
    return masking.shown((output.stdout + output.stderr).strip())[-300:]


def wait_ready(container, deadline):
    """Waits until Docker reports the container healthy."""
    while True:
        known = (tree.docker_json("inspect", container["Id"]) or [{"State": {}}])[0]
        state = known["State"]
        if state.get("Running") and tree.health_of(state) in (None, "healthy"):
            return
        if time.monotonic() > deadline or state.get("Status") in ("exited", "dead", None) or known["RestartCount"] >= ENDS_MAX:
            raise Refused(f"новая копия не готова ({state.get('Status', '?')}): {last_words(container)}",
                          f"the new instance is not ready ({state.get('Status', '?')}): {last_words(container)}")
        time.sleep(0.2)


def traefik_knows():
    """{address of an instance: UP or DOWN} of all services routed by labels, or None if Traefik does not answer."""
    for one in tree.running("traefik"):
        data = trial.raw_data(one["Id"])
        if data is not None:
            return {url.removeprefix("http://"): status for name, known in (data.get("services") or {}).items() if name.endswith("@docker")
                    for url, status in (known.get("serverStatus") or {}).items()}
    return None


def wait_routed(container, deadline):
    """Waits until Traefik has reported the instance UP for one interval of its health check, because it reports every instance UP
    before the first check."""
    since = None
    while True:
        address, known = address_of(container), traefik_knows()
        if not (address and known and known.get(address) == "UP"):
            since = None
        elif since is None:
            since = time.monotonic()
        elif time.monotonic() - since > ASKED_SECONDS:
            return address
        if time.monotonic() > deadline:
            seen = "Traefik" if known is None else known.get(address, "?")
            raise Refused(f"новая копия готова, но Traefik до неё не достаёт ({address}: {seen})",
                          f"the new instance is ready, but Traefik cannot reach it ({address}: {seen})")
        time.sleep(0.3)


def smoke(service, address):
    """Sends the smoke requests directly to the instance."""
    if why := smoke_test.wrong(service, address):
        raise Refused(*why)


def probe_of(service):
    """(port, path) of Traefik's health check, from the labels of the description."""
    labels, begin = tree.labels_of(description_of(service)), f"traefik.http.services.{service}.loadbalancer."
    return labels[f"{begin}server.port"], labels[f"{begin}healthcheck.path"]


def within_reach(service, container, deadline):
    """Waits until the instance answers the health check from Traefik's network namespace."""
    port, path = probe_of(service)
    address = f"{(address_of(container) or '?').partition(':')[0]}:{port}"
    while not any(trial.asked_inside(one["Id"], f"http://{address}{path}") is not None for one in tree.running("traefik")):
        if time.monotonic() > deadline:
            raise Refused(f"новая копия готова, но Traefik до неё не достаёт ({address}{path})",
                          f"the new instance is ready, but Traefik cannot reach it ({address}{path})")
        time.sleep(0.3)


def trial_name(service):
    return f"{tree.PROJECT}-{service}-trial"


def remove_trials():
    """Removes trial instances of killed runs. The caller holds the lock, so no other run uses them."""
    tree.docker("rm", "-f", *(trial_name(one.name) for one in services.services()))


def rehearse(service):
    """Tests a trial instance to which Traefik does not route. Without it a broken instance would get requests, because Traefik
    regards every instance as up before its first check. The trial ends before the real instance starts, because the role's
    connections are sufficient for one additional instance."""
    step(f"{service}: пробная копия без запросов гостей", f"{service}: a trial instance without traffic")
    name, deadline = trial_name(service), time.monotonic() + READY_SECONDS
    try:
        # No client uses it, and it starts no work of its own, so it needs no time to drain.
        done = tree.compose("--progress", "quiet", "run", "-d", "-T", "--no-deps", "--name", name, "--label", "traefik.enable=false",
                            "--env", "DRAIN_LAME=0s", "--env", "TRIAL=true", service, timeout=READY_SECONDS)
        container = (tree.docker_json("inspect", name) or [None])[0]
        if done.returncode or not container:
            raise Refused(f"новая копия не запускается: {done.stderr.strip()[-300:]}", f"the new instance does not start: {done.stderr.strip()[-300:]}")
        wait_ready(container, deadline)
        within_reach(service, container, time.monotonic() + REACH_SECONDS)
        smoke(service, address_of(container))
    finally:
        remove({"Id": name})


def bake_beside(container, address, seconds):
    """Compares the instance, which gets traffic, with the old ones. Raises Refused as soon as it performs worse."""
    folder = tree.volume("traefik-logs")
    if not folder or not seconds:
        return
    others = {address_of(one) for one in copies(tree.service_of(container)) if one["Id"] != container["Id"]}
    log, end = bake.Since(folder), time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(min(BAKE_LOOK_SECONDS, max(0.1, end - time.monotonic())))
        wrong = bake.verdict(log.answers(), address, others)
        if wrong:
            raise Refused(*wrong)


def labels_agree(service, old):
    described = {name: value for name, value in tree.labels_of(description_of(service)).items() if name.startswith("traefik.")}
    return described == {name: value for name, value in old["Config"]["Labels"].items() if name.startswith("traefik.")}


def same_labels(service, old):
    """Traefik drops a service whose instances have different labels, so a change of labels cannot be rolled out."""
    if not labels_agree(service, old):
        raise Refused("у сервиса изменились метки Traefik: такую правку применяет deploy/tapbot up",
                      "the service's labels for Traefik have changed: deploy/tapbot up applies such a change")


def begun(service):
    """The target number of instances stored by an interrupted run, or None."""
    try:
        with open(note_of(service), encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):
        return None


def note_of(service):
    return os.path.join(deploy_lock.FOLDER, f"{service}.copies")


def judged(container, bake_seconds):
    """Checks that the instance is ready, routed, answers, and does not perform worse than the others; otherwise removes it."""
    service, deadline = tree.service_of(container), time.monotonic() + READY_SECONDS
    try:
        wait_ready(container, deadline)
        address = wait_routed(container, deadline)
        smoke(service, address)
        if bake_seconds:
            step(f"{service}: новая копия работает рядом, сравниваю {bake_seconds} с", f"{service}: the new instance gets traffic, comparing for {bake_seconds} s")
        bake_beside(container, address, bake_seconds)
    except (Refused, KeyboardInterrupt):
        remove(container)
        raise


def one_more(service, *how):
    """Starts one additional instance and returns its container."""
    there = copies(service)
    step(f"{service}: новая копия рядом со старыми", f"{service}: a new instance next to the old ones")
    start(service, len(there) + 1, *how)
    known = {one["Id"] for one in there}
    return next(one for one in copies(service) if one["Id"] not in known)


def beside(service, wanted, count, bake_seconds):
    """Replaces the old instances with `count` new ones: starts one, then removes one."""
    while True:
        there = copies(service)
        fresh = [one for one in there if is_new(one, wanted)]
        old = [one for one in there if one not in fresh]
        if len(there) <= count and (old or len(fresh) < count) or not fresh:
            if not fresh:
                rehearse(service)
            fresh.append(one_more(service))
            judged(fresh[-1], bake_seconds if old else 0)
        elif old and len(there) > count:
            # Left by an interrupted run; it is unknown whether it was checked.
            judged(fresh[-1], bake_seconds)
        if old:
            step(f"{service}: старая копия заканчивает начатое и уходит", f"{service}: an old instance finishes its requests and stops")
            remove(old[-1])  # the youngest: it may be one that never served
        elif len(fresh) >= count:
            for one in fresh[count:]:
                remove(one)
            return


def alone(service, wanted):
    """Stops the old instance before the new one starts, because both would write to one volume. If the new one fails or this is interrupted,
    the old one is started again."""
    there = copies(service)
    old = [one for one in there if not is_new(one, wanted)]
    newest = next((one for one in there if one not in old), None) or one_more(service, "--no-start")
    try:
        for one in old:
            if one["State"]["Running"]:
                step(f"{service}: старая копия останавливается, у неё общий том с новой", f"{service}: the old instance stops, because it shares a volume with the new one")
                tree.docker("stop", "-t", str(STOP_SECONDS), one["Id"], timeout=STOP_SECONDS + 30)
        tree.docker("start", newest["Id"])
        judged(newest, 0)
    except (Refused, KeyboardInterrupt):
        tree.docker("rm", "-f", newest["Id"])
        for one in old:
            # To the end: a container that is stopping cannot be started.
            tree.docker("stop", "-t", str(STOP_SECONDS), one["Id"], timeout=STOP_SECONDS + 30)
            tree.docker("start", one["Id"])
        raise
    for one in old:
        tree.docker("rm", "-f", one["Id"])


def replace(service, bake_seconds):
    """Replaces all instances of a service with up-to-date ones, keeping their number. Returns False if there was nothing to do."""
    wanted, count, shared = wanted_marks(service), begun(service), shares_a_volume(service)
    remove_trials()
    for one in copies(service):
        if not one["State"]["Running"] and not shared:  # a stopped instance is not needed
            tree.docker("rm", "-f", one["Id"])
    there = copies(service)
    old = [one for one in there if not is_new(one, wanted)]
    if count is None and there and not old:
        return False
    for one in old[:1]:
        same_labels(service, one)
    os.makedirs(deploy_lock.FOLDER, exist_ok=True)
    settings.write_file(note_of(service), str(count or len(there) or 1), 0o644)
    if shared:
        alone(service, wanted)
    else:
        beside(service, wanted, count or len(there) or 1, bake_seconds)
    os.unlink(note_of(service))
    return True


def give_up(service):
    """Deletes the stored state of an interrupted run."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(note_of(service))
