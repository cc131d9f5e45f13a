# SPDX-License-Identifier: MIT
"""The attacks (attack.py), run as a separate program in the outside namespace; it reports by itself."""
import contextlib
import json
import os

import internet
import rig
import stack as stacks

# The kernel writes for other network namespaces than the machine's own only with this setting.
ALL_NAMESPACES = "/proc/sys/net/netfilter/nf_log_all_netns"
PORTS = 65535


@contextlib.contextmanager
def kernel_writes():
    with open(ALL_NAMESPACES, encoding="ascii") as switch:
        before = switch.read()
    try:
        with open(ALL_NAMESPACES, "w", encoding="ascii") as switch:
            switch.write("1")
        yield
    finally:
        with open(ALL_NAMESPACES, "w", encoding="ascii") as switch:
            switch.write(before)


def attack(stack, *names, env=(), **more):
    with kernel_writes():
        return rig.outside(os.path.join(rig.HERE, "attack.py"), *names, **more, env={
            **stacks.VARIABLES, "EDGE_V4": rig.SERVER_V4, "EDGE_V6": rig.SERVER_V6, "EDGE_DOMAIN": rig.DOMAIN,
            "EDGE_CA": internet.ISSUED_CA, "EDGE_USER": stacks.USER, "EDGE_PASSWORD": stack.password,
            "EDGE_KEY": stack.key_make("read,write"), "EDGE_SLOW_KEY": stack.key_make("read", rate=1), "EDGE_ALLOWED_V4": stacks.ADMIN_ADDRESS,
            "EDGE_OWN_V6": rig.OUTSIDE_V6, "EDGE_OTHERS_V4": " ".join(rig.ATTACKERS_V4[1:]),
            "EDGE_LOG": ";".join(f"docker exec {stacks.containers('traefik')[0]} tail -n 0 -F /var/log/traefik/{one}.log" for one in ("access", "traefik")),
            **dict(env)})


def attacks(stack):
    rig.journal_up()  # with empty sets of sources
    attack(stack)


def counted(_stack):
    """The kernel wrote the permitted number of lines about the scan, and counted all of it."""
    most = []
    for name in ("sources4", "sources6"):
        output = rig.nft("--json", "list", "set", "inet", "tapbot_journal", name)
        elements = next(one["set"]["elem"] for one in json.loads(output)["nftables"] if "set" in one)
        most.append(max(one["elem"]["counter"]["packets"] for one in elements))
    assert min(most) >= PORTS, f"counted are {most}"
    return " and ".join(f"{count:,}" for count in most)


def not_written(stack):
    """If the kernel writes no line, a refused attack counts as failed."""
    rig.nft("delete", "table", "inet", "tapbot_journal")
    try:
        output = attack(stack, "no name", env={"TEST_REPORT": ""}, quiet=True).stdout
    finally:
        rig.journal_up()
    assert "FAIL  stack/attack no name: the kernel wrote nothing of tcp from" in output, output[-1500:]


CHECKS = (("every attack was tried", attacks), ("every port that was tried is counted", counted),
          ("a missing line of the kernel is a failure", not_written))
