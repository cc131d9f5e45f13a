# SPDX-License-Identifier: MIT
"""Settings of each running container according to the engine and the kernel: privileges, limits, ports. The last check
prints the table of memory and image sizes."""
import contextlib
import json
import os
import re

import rig
import stack as stacks

# Root without capabilities: owner of the files that it reads (the Docker socket, Portainer's volume).
ROOT_WITHOUT_RIGHTS = {"socket-proxy", "dozzle-socket-proxy", "portainer-socket-proxy", "portainer"}
# Capabilities that one program needs: a one-shot's chown, reading the files to copy, and pgAdmin's python, whose file requires it.
RIGHTS = {"traefik-volumes": ["CHOWN"], "restic": ["DAC_READ_SEARCH"], "pgadmin": ["NET_BIND_SERVICE"]}
BOUNDING = {"pgadmin": 1 << 10}
SOCKET_OWNERS = {"socket-proxy", "dozzle-socket-proxy", "portainer-socket-proxy"}
STAND_INS = {"directus", "n8n", "dozzle", "pgadmin", "redis-commander", "portainer", "qdrant"}
MIB = 1 << 20
# The share of its limit that an idle container may use.
USED_MAX = 0.75
UNITS = {"B": 1, "KiB": 1 << 10, "MiB": MIB, "GiB": 1 << 30}
SWAP = {"n8n": 256 * MIB, "directus": 256 * MIB}


def every(running=True):
    """(service, `docker inspect`) of each container of the stack."""
    ids = stacks.compose("ps", "--quiet", *([] if running else ["--all"])).split()
    return [(one["Config"]["Labels"]["com.docker.compose.service"], one) for one in json.loads(rig.docker("inspect", *ids))]


def described(_stack):
    """Checks docker inspect, including one-shot containers."""
    containers = every(running=False)
    for service, one in containers:
        host = one["HostConfig"]
        ports = {port for port, bound in (one["NetworkSettings"]["Ports"] or {}).items() if bound}
        wrong = [what for what, right in (
            ("its root can be written", host["ReadonlyRootfs"]),
            ("capabilities are not dropped", host["CapDrop"] == ["ALL"]),
            (f"capabilities {host['CapAdd']}", (host["CapAdd"] or []) == RIGHTS.get(service, [])),
            ("new privileges", "no-new-privileges:true" in (host["SecurityOpt"] or [])),
            ("privileged", not host["Privileged"]),
            ("no memory limit", host["Memory"] > 0),
            ("swap", host["MemorySwap"] - host["Memory"] == SWAP.get(service, 0)),
            ("no CPU limit", host["NanoCpus"] > 0),
            ("no process limit", (host["PidsLimit"] or 0) > 0),
            ("no log rotation", host["LogConfig"]["Config"].get("max-size") and host["LogConfig"]["Config"].get("max-file")),
            ("a namespace of the host's", not any(str(host[name]).startswith("host")
                                                  for name in ("NetworkMode", "PidMode", "IpcMode", "UTSMode"))),
            ("the Docker socket", service in SOCKET_OWNERS or
             not any("docker.sock" in mount["Destination"] for mount in one["Mounts"])),
            (f"ports {ports}", ports == ({"80/tcp", "443/tcp"} if service == "traefik" and one["State"]["Running"] else set())),
        ) if not right]
        assert not wrong, f"{service}: {wrong}"
    return f"{len(containers)} containers"


def processes(_stack):
    """/proc: every process of every container, independent of the description."""
    count = 0
    for service, one in every():
        for pid in rig.docker("top", one["Id"], "-eo", "pid").split()[1:]:
            with contextlib.suppress(FileNotFoundError):  # the process has just ended
                with open(f"/proc/{pid}/status", encoding="ascii") as file:
                    status = dict(line.split(":", 1) for line in file.read().splitlines())
                value = {name: status[name].split()[0] for name in ("Uid", "CapEff", "CapBnd", "NoNewPrivs", "Seccomp")}
                rights = int(value["CapEff"], 16) == 0 and int(value["CapBnd"], 16) in (0, BOUNDING.get(service, 0))
                assert rights and value["NoNewPrivs"] == "1" and value["Seccomp"] == "2", f"{service}: {value}"
                assert value["Uid"] != "0" or service in ROOT_WITHOUT_RIGHTS, f"{service} runs as root"
                count += 1
    return f"{count} processes without a capability, with seccomp"


def no_way_out(_stack):
    """From the internal networks nothing outside can be reached; from Traefik's it can (the CA)."""
    ask = f"exec 3<>/dev/tcp/{rig.NAMES_V4}/14000"
    for service in ("postgres", "redis"):
        done = rig.run("docker", "exec", stacks.containers(service)[0], "timeout", "2", "bash", "-c", ask, check=False, quiet=True)
        assert done.returncode != 0, f"{service} reaches the Internet"
    # The same request succeeds where there is a route.
    rig.docker("exec", stacks.containers("directus")[0], "timeout", "2", "bash", "-c", ask)


def table(_stack):
    """Memory now and at most, and the size of each image of our own or built here."""
    containers = every()
    used = {}
    for line in rig.docker("stats", "--no-stream", "--no-trunc", "--format", "{{json .}}").splitlines():
        one = json.loads(line)
        used[one["ID"]] = (one["MemUsage"].split(" / ")[0], one["PIDs"])
    sizes = {one["Config"]["Image"]: int(rig.docker("image", "inspect", "--format", "{{.Size}}", one["Config"]["Image"]))
             for _, one in containers}
    print(f"    {'service':<24}{'memory':>12}{'of MiB':>8}{'processes':>11}{'image MB':>10}")
    limits, close = 0, []
    for service, one in sorted(containers, key=lambda pair: pair[0]):
        memory, pids = used.get(one["Id"], ("?", "?"))
        limit = one["HostConfig"]["Memory"] // MIB
        limits += limit
        held = re.fullmatch(r"([\d.]+)([A-Za-z]+)", memory)
        if held and float(held[1]) * UNITS[held[2]] > USED_MAX * limit * MIB:
            close.append(f"{service} uses {memory} of {limit} MiB")
        ours = one["Config"]["Image"].startswith("tapbot/")
        image = f"{sizes[one['Config']['Image']] / 1e6:.1f}" if ours else f"{traefik_size() / 1e6:.0f}" if service == "traefik" else "-"
        print(f"    {service + (' (stand-in)' if service in STAND_INS else ''):<24}{memory:>12}{limit:>8}{pids:>11}{image:>10}")
        if service == stacks.FIRST.name:
            assert sizes[one["Config"]["Image"]] < 45e6
    assert not close, "; ".join(close)
    return f"limits {limits} MiB in all, with the profiles of this test"


def traefik_size():
    return os.path.getsize(os.path.join(rig.ROOT, "build/stack/traefik/traefik"))


CHECKS = (("described", described), ("processes", processes), ("no way out", no_way_out), ("memory and sizes", table))
