# SPDX-License-Identifier: MIT
"""doctor's trial starts: Traefik with the current configuration in a container without a network, PostgreSQL and our programs
with their settings. Uses only images that are on this machine, and removes its containers."""
import contextlib
import json
import os
import re
import shutil
import tempfile
import time

import services as listed
from stack import checks_running, tree
from stack.findings import Check, Unchecked, edit
from stack.masking import mask

BOOT_SECONDS = 15
CLEAN = re.compile(r"\x1b\[[0-9;]*m")


def image_of(service):
    """(image, description) of a service; raises Unchecked if the image is not on this machine."""
    known = checks_running.description()["services"].get(service)
    if known is None:
        raise Unchecked(f"{service} не для этого сервера", f"{service} does not run on this server")
    if tree.docker("image", "inspect", known["image"]).returncode != 0:
        raise Unchecked(f"образ {known['image']} ещё не загружен", f"the image {known['image']} has not been pulled yet")
    return known["image"], known


def label_tree(services):
    """The labels of all services as configuration for the file provider (JSON is valid YAML). The address of a container is unknown
    in a trial, so loopback is used instead."""
    top = {}
    for service in services.values():
        labels = tree.labels_of(service)
        if labels.get("traefik.enable", "").lower() != "true":
            continue
        for label, value in labels.items():
            words = label.split(".")[1:]
            if words[0] not in ("http", "tcp", "udp", "tls"):
                continue
            at = top
            for word in words[:-1]:
                at = at.setdefault(word, {})
            if words[-2:] == ["server", "port"] or words[-3:] == ["loadbalancer", "server", "port"]:
                parent = top["http"]["services"][words[2]]["loadbalancer"]
                parent.pop("server", None)
                parent["servers"] = [{"url": f"http://127.0.0.1:{value}"}]
            elif words[-1] in ("middlewares", "entrypoints"):
                at[words[-1]] = value.split(",")
            else:
                at[words[-1]] = value
    return top


@contextlib.contextmanager
def dynamic_copy(services):
    """A temporary folder with traefik/dynamic and the labels, in which names of the docker provider are those of the file
    provider."""
    base = os.path.join(tree.ROOT, "var")
    os.makedirs(base, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="doctor-", dir=base)
    try:
        os.chmod(folder, 0o755)
        for path in tree.traefik_files():
            with open(path, encoding="utf-8") as file:
                content = file.read().replace("@docker", "@file")
            with open(os.path.join(folder, os.path.basename(path)), "w", encoding="utf-8") as file:
                file.write(content)
        with open(os.path.join(folder, "labels.yml"), "w", encoding="utf-8") as file:
            json.dump(label_tree(services), file)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def asked_inside(container, url):
    """The body of a 2xx response to a request from the container's network namespace, or None."""
    state = tree.docker_json("inspect", "--format", "{{json .State}}", container) or {}
    if not state.get("Running"):
        return None
    script = f"import urllib.request as u; print(u.urlopen({url!r}, timeout=2).read().decode())"
    done = tree.run("nsenter", "-t", str(state["Pid"]), "-n", "python3", "-c", script)
    if done.returncode != 0:
        done = tree.docker("exec", container, "wget", "-T", "2", "-qO-", url)
    return done.stdout if done.returncode == 0 else None


def raw_data(container):
    """Traefik's raw data of its configuration, or None."""
    try:
        return json.loads(asked_inside(container, "http://127.0.0.1:8080/api/rawdata") or "")
    except ValueError:
        return None


def complaints(container):
    """Traefik's errors about its files, except for those caused by the missing network."""
    logs = tree.docker("logs", container)
    for line in (logs.stdout + logs.stderr).splitlines():
        line = CLEAN.sub("", line)
        with contextlib.suppress(ValueError):
            known = json.loads(line)
            if known.get("level") in ("error", "fatal") and "acme" not in line.lower():
                yield mask(f"{known.get('message', '')} {known.get('error', '')}".strip())[:300]
            continue
        if re.search(r"\berror\b|\bERR\b|command traefik", line):
            yield mask(line.strip())[:300]


def traefik_boot():
    image, known = image_of("traefik")
    services = checks_running.description()["services"]
    environment = {name: str(value) for name, value in (known.get("environment") or {}).items() if value is not None}
    # Without the Docker engine, and with logs on standard output.
    environment = {name: value for name, value in environment.items()
                   if not re.match("TRAEFIK_PROVIDERS_DOCKER_|TRAEFIK_(ACCESS)?LOG_FILEPATH$", name)}
    for name in environment:
        if name.endswith("_ACME_STORAGE"):
            environment[name] = "/tmp/acme.json"
    users = tree.secret_table()["basicauth_users"].path
    container = f"tapbot-doctor-{os.getpid()}"
    with dynamic_copy(services) as folder, tempfile.NamedTemporaryFile("w", suffix=".env") as variables:
        variables.write("".join(f"{name}={value}\n" for name, value in environment.items()))
        variables.flush()
        words = ["run", "-d", "--name", container, "--network", "none", "--read-only", "--tmpfs", "/tmp:mode=1777",
                 "--user", str(known.get("user", "10080")), "--cap-drop", "ALL", "--memory", "192m",
                 "--sysctl", "net.ipv4.ip_unprivileged_port_start=0", "--env-file", variables.name,
                 "-v", f"{folder}:/etc/traefik/dynamic:ro"]
        if os.path.exists(users):
            words += ["-v", f"{users}:/run/secrets/basicauth_users:ro"]
        started = tree.docker(*words, "--entrypoint", "traefik", image)
        try:
            if started.returncode != 0:
                yield ((f"пробный запуск не начался: {started.stderr.strip()[-200:]}",
                        f"the trial did not start: {started.stderr.strip()[-200:]}"),)
                return
            yield from boot_findings(container)
        finally:
            tree.docker("rm", "-f", container)


def edge_edit():
    """The command for the one of Traefik's two configuration paths that was changed here."""
    commands = [edit("traefik/dynamic"), edit("traefik/traefik.env")]
    return next((one for one in commands if not one.startswith("nano")), commands[0])


def boot_findings(container):
    deadline, data = time.monotonic() + BOOT_SECONDS, None
    while data is None and time.monotonic() < deadline:
        state = tree.docker_json("inspect", "--format", "{{json .State}}", container) or {}
        if not state.get("Running") or any("file" in words.lower() for words in complaints(container)):
            # With one unreadable file Traefik ignores the whole folder.
            break
        data = raw_data(container)
        # The file provider is loaded a moment after the API answers.
        if data is not None and not any(name.endswith("@file") for name in data.get("routers", {})) \
                and time.monotonic() < deadline - BOOT_SECONDS + 4:
            data = None
        time.sleep(0.2)
    said = list(complaints(container))
    if data is None:
        words = (said or ["?"])[0]
        yield (f"Traefik не принимает настройки: {words}", f"Traefik rejects its settings: {words}"), edge_edit()
        return
    bad = 0
    for kind in ("routers", "middlewares", "services", "tcpRouters", "tcpServices"):
        for name, item in (data.get(kind) or {}).items():
            if item.get("status", "enabled") != "enabled":
                bad += 1
                why = "; ".join(item.get("error") or []) if isinstance(item.get("error"), list) else item.get("error", "")
                yield (f"Traefik отверг {name}: {why}", f"Traefik rejected {name}: {why}"), edge_edit()
    if not bad:
        for words in dict.fromkeys(said):
            yield (f"Traefik: {words}", f"Traefik: {words}"), edge_edit()


def postgres_reads():
    image, known = image_of("postgres")
    command = [str(one) for one in known.get("command") or ["postgres"]]
    folder = os.path.join(tree.ROOT, "deploy", "postgres")
    done = tree.docker("run", "--rm", "--network", "none", "--read-only", "--tmpfs", "/tmp:mode=1777", "--cap-drop", "ALL",
                       "--user", str(known.get("user", "999:999")), "-v", f"{folder}:/etc/tapbot-postgres:ro",
                       "--entrypoint", command[0], image, *command[1:], "-D", "/tmp", "-C", "listen_addresses")
    lines = [line for line in done.stderr.strip().splitlines() if line.strip()]
    if done.returncode != 0:
        words = (lines or ["?"])[0][:200]
        yield (f"PostgreSQL не принимает настройки: {words}", f"PostgreSQL rejects its settings: {words}"), \
            edit("deploy/postgres/postgresql.conf")
    elif done.stdout.strip() in ("", "localhost"):
        yield (("PostgreSQL слушает только себя", "PostgreSQL listens only on loopback"),
               edit("deploy/postgres/postgresql.conf"))


def settings_read():
    """Runs the program of each image of ours with --check-config and the settings of compose."""
    for one in listed.services():
        if one.name not in checks_running.description()["services"]:
            continue
        image, known = image_of(one.name)
        words = ["run", "--rm", "--network", "none", "--read-only", "--cap-drop", "ALL", "--user", str(known["user"])]
        for secret in known.get("secrets") or []:
            path = tree.secret_table()[secret["source"]].path
            if not os.path.isfile(path):  # Docker would create a folder there
                raise Unchecked(f"нет secrets/{secret['source']}", f"secrets/{secret['source']} is missing")
            words += ["-v", f"{path}:/run/secrets/{os.path.basename(secret.get('target') or secret['source'])}:ro"]
        files = {mount["source"]: mount["target"] for mount in known.get("volumes") or [] if mount.get("read_only") and os.path.isfile(mount["source"])}
        words += [word for source, target in files.items() for word in ("-v", f"{source}:{target}:ro")]
        with tempfile.NamedTemporaryFile("w", suffix=".env") as variables:
            variables.write("".join(f"{name}={value}\n" for name, value in (known.get("environment") or {}).items() if value is not None))
            variables.flush()
            done = tree.docker(*words, "--env-file", variables.name, image, "--check-config")
        if done.returncode:
            messages = "; ".join(mask(line)[:200] for line in done.stderr.strip().splitlines()) or "?"
            # If none of these files was changed, the mistake is in .env.
            repairs = [edit(path) for path in ("docker-compose.yml", *(os.path.relpath(source, tree.ROOT) for source in files))]
            yield ((f"{one.name} не принимает настройки: {messages}", f"{one.name} rejects its settings: {messages}"),
                   next((repair for repair in repairs if not repair.startswith("nano")), "sudo nano .env"))


TRIALS = [
    Check("settings", ("наши программы читают свои настройки", "our programs accept their settings"), settings_read,
          ("Новая копия не запустится, а прежней уже нет", "The new instance would not start, and the old one would be gone"), fatal=True),
    Check("traefik", ("пробный запуск Traefik без сети", "a trial start of Traefik without a network"), traefik_boot,
          ("С этими файлами Traefik откажет всем или потеряет маршрут", "With these files Traefik rejects all requests or loses a route"),
          "git diff traefik"),
    Check("postgres-trial", ("PostgreSQL читает свои настройки", "PostgreSQL accepts its settings"), postgres_reads,
          ("База не запустится или откажет сервисам", "The database would not start, or would reject the services")),
]
