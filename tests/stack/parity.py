# SPDX-License-Identifier: MIT
"""The stand-in description differs from production's only in images, the interval of stand-ins' health checks, the engine's
socket, and the authorities trusted by health."""
import json
import os
import shutil

import internet
import rig
import stack as stacks

PROFILES = "server1,server2,vectors,monitoring,admin"


def merged(*files):
    """The description that Compose makes of them, with every profile."""
    files = [word for file in files for word in ("--file", os.path.join(rig.ROOT, file))]
    return json.loads(rig.docker("compose", *files, "--env-file", "/dev/null", "config", "--format", "json",
                                 env={"COMPOSE_PROFILES": PROFILES, "COMPOSE_FILE": "", **{
                                     "TAPBOT_RIG_SOCKET": rig.SOCKET, "TAPBOT_RIG_CA": internet.ISSUED_CA}}))


def same(_stack):
    real, stand_in = merged("docker-compose.yml"), merged("docker-compose.yml", "tests/stack/compose.stand-in.yml")
    ours = 0
    for name, service in stand_in["services"].items():
        production = real["services"][name]
        if service["image"] == production["image"]:
            assert service["image"].startswith("tapbot/"), f"{name}: {service['image']} would have to be pulled"
            ours += 1
        else:
            assert service["image"].startswith("tapbot-stand-in/"), f"{name}: {service['image']}"
            if service.get("healthcheck", {}).get("interval") == "10s":
                service["healthcheck"]["interval"] = production["healthcheck"]["interval"]
        service["image"] = production["image"]
        for mount in service.get("volumes", []):
            if mount.get("source") == rig.SOCKET:
                mount["source"] = "/var/run/docker.sock"
        if name == "health":
            service["volumes"] = [mount for mount in service["volumes"] if mount.get("source") != internet.ISSUED_CA]
    for part in sorted({*real, *stand_in}):
        for name in sorted({*real[part], *stand_in[part]}) if isinstance(real[part], dict) else [None]:
            one, other = (real[part], stand_in[part]) if name is None else \
                (real[part].get(name), stand_in[part].get(name))
            assert one == other, f"{part} {name}: {one} in production, {other} on the rig"
    return f"{len(real['services'])} services, {ours} of them with our own images"


def seen(_stack):
    """The comparison must find a planted difference."""
    folder = os.path.join(rig.HOME, "parity")
    os.makedirs(folder, exist_ok=True)
    planted = os.path.join(folder, "planted.yml")
    with open(planted, "w", encoding="ascii") as file:
        file.write("services: {redis: {stop_grace_period: 31s}}\n")
    real = merged("docker-compose.yml")["services"]["redis"]
    other = merged("docker-compose.yml", planted)["services"]["redis"]
    shutil.rmtree(folder)
    assert real != other


CHECKS = (("same services, ports, networks, limits, secrets, health checks", same), ("a planted difference is seen", seen))
