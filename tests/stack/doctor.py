# SPDX-License-Identifier: MIT
"""doctor, up, status, logs and lock on a running stack. tests/verbs makes about fifty mistakes that need no engine;
here are those that need containers. Every check restores the stack."""
import json
import os
import re
import secrets
import signal
import subprocess
import time

import disk
import internet
import rig
import stack as stacks
from stand import full

MIDDLEWARES = "traefik/dynamic/middlewares.yml"
POSTGRES = "deploy/postgres/postgresql.conf"
BROKEN = "docker-compose.broken.yml"


def doctor(*names):
    """(exit code, findings, all output)."""
    done = stacks.tapbot("doctor", *names, check=False, quiet=True)
    lines = [line for line in done.stdout.splitlines() if re.match(r"[a-z-]+: .*\. Command: ", line)]
    return done.returncode, lines, done.stdout


def silent(*names, seconds=0):
    """Reports nothing but empty secrets and missing recipients of alerts, within `seconds`: containers need a moment to become healthy."""
    end = time.monotonic() + seconds
    while True:
        code, lines, output = doctor(*names)
        remarks = [line for line in output.strip().splitlines() if not re.match(r"\((the secret \w+ is empty|health alerts nobody|there is no backup|the server is not fully hardened)", line)]
        if (code == 0 and not lines and len(remarks) == 1) or time.monotonic() > end:
            assert code == 0 and not lines, output[-1500:]
            assert len(remarks) == 1, output[-1500:]
            return
        time.sleep(1)


def on_server(script):
    return rig.on_server("sh", "-c", script, cwd=stacks.SITE, check=False, quiet=True, env=stacks.VARIABLES)


def found(name, words):
    """The command of the finding of this check with these words."""
    code, lines, output = doctor(name)
    ours = [line for line in lines if line.startswith(name + ": ") and words in line]
    assert code == 1 and ours, f"not found: {output[-1500:]}"
    return ours[0].split(" Command: ", 1)[1]


def mistake(plant, name, words, seconds=0):
    """Makes the mistake; doctor must name it; its command is run; then doctor must find nothing."""
    plant()
    command = found(name, words)
    done = on_server(command)
    assert done.returncode == 0, f"{command}: {done.stdout[-800:]}"
    silent(name, seconds=seconds)
    return command


def site_edit(path, old, new):
    """Writes into the same file as some editors do, because it is mounted."""
    with open(os.path.join(stacks.SITE, path), "r+", encoding="utf-8") as file:
        content = file.read()
        assert old in content, f"{path} does not hold {old!r}"
        file.seek(0)
        file.write(content.replace(old, new, 1))
        file.truncate()


def git(*words):
    return subprocess.run(["git", "-C", stacks.SITE, "-c", "user.name=test", "-c", "user.email=test@localhost", *words],
                          capture_output=True, text=True, check=True).stdout


def with_git(_stack):
    """From here on the tree has Git, like a user's clone: the commands use it."""
    if not os.path.isdir(os.path.join(stacks.SITE, ".git")):
        git("init", "-q")
        git("add", "-A")
        git("commit", "-qm", "all")
    silent("container", seconds=20)


def sound(_stack):
    silent(seconds=20)
    return "one line"


def off_its_network(_stack):
    container = stacks.containers(stacks.FIRST.name)[0]
    return mistake(lambda: rig.docker("network", "disconnect", "service-network", container), "membership",
                   "is not connected to service-network")


def on_another_network(_stack):
    container = stacks.containers("dozzle")[0]
    return mistake(lambda: rig.docker("network", "connect", "database-network", container), "membership", "is also connected to database-network")


def started():
    """{container: its start} of running containers."""
    return {one: stacks.inspect(one)["State"]["StartedAt"] for one in stacks.compose("ps", "--quiet").split()}


def stopped(_stack):
    """The command is `up`; it does not touch running containers."""
    before, container = started(), stacks.containers("redis-commander")[0]
    mistake(lambda: rig.docker("stop", "--time", "1", container), "container", "has stopped with exit code", seconds=20)
    after = started()
    assert {one for one in before if before[one] != after.get(one)} == {container}, "up recreated containers"
    return f"{len(after) - 1} containers kept"


def started_again(container, count):
    """Waits until the engine has restarted it, and it is healthy."""
    end = time.monotonic() + 60
    while (one := stacks.inspect(container))["RestartCount"] < count or one["State"]["Health"]["Status"] != "healthy":
        assert time.monotonic() < end, f"{one['RestartCount']} starts, {one['State']}"
        time.sleep(0.5)


def fallen(_stack):
    """Killed, and killed for its memory: both are reported for a day, with the time and the reason."""
    container, remarks = stacks.containers("dozzle")[0], []
    for count, reason in ((1, "its last log line: "), (2, "its memory limit of 64 MB was too low")):
        pid = stacks.inspect(container)["State"]["Pid"]
        if count == 1:
            rig.docker("exec", container, "sh", "-c", "echo the end is near >/proc/1/fd/1")
            os.kill(pid, signal.SIGKILL)
        else:
            with open(f"/proc/{pid}/oom_score_adj", "w", encoding="ascii") as file:
                file.write("1000")
            rig.run("docker", "exec", container, "python3", "-c", "bytearray(200 << 20)", check=False, quiet=True)
        started_again(container, count)
        command = found("restart", reason)
        assert on_server(command).returncode == 0, command
        _, state = stacks.light("YELLOW")
        remarks = [one for one in state["problems"] if "tapbot-dozzle-1: crashed, restarted at 2" in one and reason in one]
        assert remarks, state["problems"]
    rig.docker("restart", container)
    silent("restart", "container", seconds=20)
    return remarks[0]


def profile_gone(_stack):
    """A service whose profile left .env is stopped by the next `up`."""
    def drop(name):
        env = os.path.join(stacks.SITE, ".env")
        with open(env, encoding="utf-8") as file:
            content = file.read()
        profiles = re.search(r"^COMPOSE_PROFILES=(.*)$", content, re.M)[1].split(",")
        kept = ",".join(one for one in profiles if one != name)
        stacks.tapbot("init", "--yes", "--profiles", kept.replace("server1,", "").replace("server2", "").strip(","), quiet=True)
        return profiles
    before = drop("vectors")
    assert "vectors" in before
    command = mistake(lambda: None, "container", "tapbot-qdrant-1 runs, but its profile is not in .env", seconds=20)
    assert not stacks.containers("qdrant"), "qdrant still runs"
    stacks.tapbot("init", "--yes", "--profiles", "admin,vectors", quiet=True)
    stacks.tapbot("up", "--yes", quiet=True)
    return command


def acme_readable(_stack):
    mount = json.loads(rig.docker("volume", "inspect", "tapbot_traefik-acme"))[0]["Mountpoint"]
    return mistake(lambda: os.chmod(os.path.join(mount, "acme.json"), 0o644), "acme", "has mode 0644")


def telegram_distrusts(_stack):
    """A certificate authority that Telegram does not trust, and a bot with a webhook."""
    stacks.tapbot("bots", "add", "probe", input=f"1234567890:{secrets.token_hex(20)}\n", quiet=True)
    stacks.sql("UPDATE bot.bot SET is_active = true")
    silent("webhook-certificate")
    done = stacks.tapbot("doctor", "webhook-certificate", check=False, quiet=True, env={"SSL_CERT_FILE": internet.PEBBLE_CA})
    assert done.returncode == 1 and f"Telegram does not trust the certificate of bot.{rig.DOMAIN}" in done.stdout, done.stdout
    assert "by webhook: " in done.stdout and "probe" in done.stdout, done.stdout
    stacks.bots_off()
    return done.stdout.strip()


def traefik_refuses(_stack):
    """A running Traefik retains its settings; the trial start shows what the next start would do."""
    return mistake(lambda: site_edit(MIDDLEWARES, "        amount: 64\n", "        amount: many\n"), "traefik", "Traefik rejects its settings")


def counts_administrators(_stack):
    return mistake(lambda: rig.nft("flush", "set", "inet", "tapbot_connections", "trusted4"), "connections",
                   "the trusted addresses in the kernel differ")


def postgres_refuses(_stack):
    return mistake(lambda: site_edit(POSTGRES, "shared_buffers = 256MB", "shared_bufers = 256MB"), "postgres-trial",
                   "PostgreSQL rejects its settings")


def log_grows(_stack):
    """The process that rotates the access log has ended; the command starts it again."""
    folder = json.loads(rig.docker("volume", "inspect", "tapbot_traefik-logs"))[0]["Mountpoint"]

    def plant():
        for line in rig.docker("top", stacks.containers("traefik")[0], "-eo", "pid,args").splitlines():
            if "start.sh" in line:
                os.kill(int(line.split()[0]), signal.SIGKILL)
        with open(os.path.join(folder, "access.log"), "a", encoding="ascii") as file:
            file.write("{}\n" * (24 << 20))
    return mistake(plant, "access-log", "Traefik's access log has grown to 7", seconds=20)


def settings_refused(_stack):
    """The new program itself reports it, and running containers are not touched."""
    before = started()

    def plant():
        site_edit("docker-compose.yml", "DB_SHARED_CONNECTIONS: 2\n", "DB_SHARED_CONNECTIONS: 99\n")
        done = stacks.tapbot("up", "--yes", check=False, quiet=True)
        assert done.returncode == 1 and "Nothing was started" in done.stdout, done.stdout[-1500:]
    command = mistake(plant, "settings", "DB_SHARED_CONNECTIONS")
    mistake(lambda: site_edit("deploy/health/health.yaml", "kind: redis\n", "kind: reddis\n"), "settings", "health rejects its settings: ")
    assert started() == before, "a container was replaced"
    return command


def failing_start(_stack):
    """The output names the container, the reason and a command with details; afterwards the stack is green again."""
    with open(os.path.join(stacks.SITE, BROKEN), "w", encoding="utf-8") as file:
        file.write('services:\n  redis-commander: {entrypoint: [/bin/sh, -c, "echo no room for me; exit 7"]}\n'
                   "  dozzle:\n    healthcheck: {test: [CMD, wgot, -q], interval: 1s, retries: 1, start_period: 0s}\n")
    files = stacks.VARIABLES["COMPOSE_FILE"] + ":" + BROKEN
    done = stacks.tapbot("up", "--yes", "--timeout", "8", check=False, quiet=True, env={"COMPOSE_FILE": files})
    os.unlink(os.path.join(stacks.SITE, BROKEN))
    # As once on a server: the program of a probe is missing in the image.
    assert any("tapbot-dozzle-1: the probe's program is not in the image" in line for line in doctor("container")[1])
    assert done.returncode == 1, done.stdout[-1500:]
    for words in ("tapbot-redis-commander-1 does not work", "no room for me", "deploy/tapbot logs redis-commander"):
        assert words in done.stdout, f"{words!r} is not in the output: {done.stdout[-1500:]}"
    again = stacks.tapbot("up", "--yes", check=False, quiet=True)
    assert again.returncode == 0, again.stdout[-1500:]
    silent("container")
    return ""


def status(_stack):
    code, known = stacks.light("GREEN", "YELLOW")
    assert not os.path.ismount(rig.DISK) or known["disk"]["free_mib"] <= disk.SIZE >> 20, f"not the server's disk: {known['disk']}"
    assert code == 0, known["problems"]
    services = {row["service"]: row for row in known["containers"]}
    api = services[stacks.FIRST.name]
    assert api["health"] == "healthy" and 0 < api["memory_mib"] < api["memory_limit_mib"], api
    assert known["certificates"] and min(known["certificates"].values()) > 0, known["certificates"]
    shown = stacks.tapbot("status", quiet=True, check=False).stdout
    assert f"tapbot-{stacks.FIRST.name}-" in shown and known["light"] in shown
    return f"{known['light']}, {len(known['containers'])} containers, {len(known['certificates'])} certificates"


def logs(stack):
    """One request is found in the edge's log and in the service's; the output has no secret."""
    request = secrets.token_hex(8)
    customer = stacks.Customer("api", key=stack.key)
    answer = customer.get("/v1/cities", headers={"X-Request-Id": request})
    customer.close()
    assert answer.status == 200
    shown = ""
    for _ in range(20):
        shown = stacks.tapbot("logs", "--request-id", request, quiet=True, check=False).stdout
        if f"{stacks.FIRST.name}-" in shown and "traefik-" in shown:
            break
        time.sleep(0.5)
    lines = shown.strip().splitlines()
    assert any(f"{stacks.FIRST.name}-" in line and "/v1/cities" in line for line in lines), shown
    assert any("traefik-" in line for line in lines), shown
    everything = stacks.tapbot("logs", "--raw", quiet=True, check=False).stdout
    assert stack.key not in everything
    for name, path in stacks.secret_files().items():
        with open(path, encoding="utf-8") as file:
            assert file.read().strip() not in everything, f"the secret {name} is in the logs"
    return f"{len(lines)} lines of one request"


def another_authority(_stack):
    """From staging certificates to real ones: `up` renames the old file, new certificates are issued."""
    mount = json.loads(rig.docker("volume", "inspect", "tapbot_traefik-acme"))[0]["Mountpoint"]
    path = os.path.join(mount, "acme.json")

    def plant():
        with open(path, "r+", encoding="utf-8") as file:
            content = file.read()
            file.seek(0)
            file.write(re.sub(r'"uri": *"https://[^/:"]+', '"uri": "https://rehearsal.test', content))
            file.truncate()
    mistake(plant, "authority", "rehearsal.test", seconds=20)
    stacks.certificate_ready("api")
    kept = [name for name in os.listdir(mount) if name.startswith("acme.json.")]
    assert len(kept) == 1, kept
    return "issued again, the old file is retained"


def lock_without_hub(_stack):
    done = stacks.tapbot("lock", check=False, quiet=True)
    assert done.returncode == 1 and "Nothing was written" in done.stdout, done.stdout[-800:]
    assert not os.path.exists(os.path.join(stacks.SITE, "docker-compose.lock.yml"))
    return "reports it, writes nothing"


CHECKS = [
    ("a clone", with_git),
    ("a container without its network", off_its_network),
    ("a container on an additional network", on_another_network),
    ("a stopped container", stopped),
    ("a container that was restarted", fallen),
    ("acme.json readable by others", acme_readable),
    ("a certificate that Telegram does not trust", telegram_distrusts),
    ("a file that Traefik refuses", traefik_refuses), ("administrators whose connections are limited", counts_administrators),
    ("settings that PostgreSQL refuses", postgres_refuses),
    ("an access log that grows", log_grows),
    ("settings that a service refuses", settings_refused),
    ("up names the failing container", failing_start),
    ("status", status),
    ("logs of one request", logs),
    *([("a service without its profile", profile_gone), ("certificates of another authority", another_authority), ("lock without an image hub", lock_without_hub)]
      if full() else []),
    ("no findings at the end", sound),
]
