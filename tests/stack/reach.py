# SPDX-License-Identifier: MIT
"""Connections between containers, tried from inside every container: each listening port, at each of its addresses, and
the route to outside. The expected ones are the table of traefik/README.md."""
import concurrent.futures
import errno
import os
import re
import select
import socket

import rig
import stack as stacks

OUT = "the Internet"
SECONDS = 2.0
LISTENS = "0A"
README = "traefik/README.md"


def promised():
    """Target -> its ports, and the containers that may connect."""
    with open(os.path.join(rig.ROOT, README), encoding="utf-8") as file:
        part = file.read().split("## Who reaches whom\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `?([\w -]+)`? \| ([\d ]*) \| (.*) \|$", part, re.M)
    return {name.strip(): ({int(port) for port in ports.split()}, set(re.findall(r"`([\w-]+)`", who))) for name, ports, who in rows}


def listening(pid):
    """The TCP ports on which other containers can reach that process's network."""
    found = set()
    for file, loopback in (("tcp", "7F"), ("tcp6", "1")):
        with open(f"/proc/{pid}/net/{file}", encoding="ascii") as table:
            for line in table.readlines()[1:]:
                _, local, _, state = line.split()[:4]
                address, port = local.split(":")
                # The kernel prints addresses in the machine's byte order: 127.0.0.1 ends in 7F.
                inside = address.endswith(loopback) if file == "tcp" else int(address, 16) == 0x01000000
                if state == LISTENS and not inside:
                    found.add(int(port, 16))
    return found


def there():
    """Name -> process, addresses and listening ports of each container that runs."""
    found = {}
    for container in rig.docker("ps", "--quiet").split():
        one = stacks.inspect(container)
        networks = one["NetworkSettings"]["Networks"].values()
        addresses = {net[key] for net in networks for key in ("IPAddress", "GlobalIPv6Address") if net[key]}
        found[one["Config"]["Labels"]["com.docker.compose.service"]] = one["State"]["Pid"], addresses, listening(one["State"]["Pid"])
    return found


def opened(pid, targets):
    """The (container, address, port) to which a connection can be opened from the network of that process."""
    found, waiting, poll = set(), {}, select.poll()
    with rig.Namespace(f"/proc/{pid}/ns/net"):
        for who, address, port in targets:
            one = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
            one.setblocking(False)
            if one.connect_ex((address, port)) not in (0, errno.EINPROGRESS):  # no route
                one.close()
                continue
            waiting[one.fileno()] = one, who, port
            poll.register(one, select.POLLOUT)
    while waiting and (ready := poll.poll(SECONDS * 1000)):
        for descriptor, _ in ready:
            one, who, port = waiting.pop(descriptor)
            poll.unregister(descriptor)
            if one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                found.add((who, port))
            one.close()
    for one, _, _ in waiting.values():
        one.close()
    return found


def everybody(_stack):
    """Tries the whole table."""
    table, containers = promised(), there()
    wrong = [f"{name} is not in the table, or does not run" for name in set(table) - {OUT} ^ set(containers)]
    wrong += [f"{name} listens on {sorted(containers[name][2])}, the table says {sorted(ports)}"
              for name, (ports, _) in table.items() if name in containers and ports != containers[name][2]]
    with rig.Namespace(rig.OUTSIDE):
        outside = [socket.create_server((address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET, backlog=64)
                   for address in (rig.NAMES_V4, rig.OUTSIDE_V6)]
    try:
        targets = [(who, address, port) for who, (_, addresses, ports) in containers.items()
                   for address in addresses for port in ports]
        targets += [(OUT, *one.getsockname()[:2]) for one in outside]
        with concurrent.futures.ThreadPoolExecutor(len(containers)) as pool:
            tried = {name: pool.submit(opened, pid, [one for one in targets if one[0] != name])
                     for name, (pid, _, _) in containers.items()}
        found = {name: one.result() for name, one in tried.items()}
    finally:
        for one in outside:
            one.close()
    for who, (ports, may) in table.items():
        for name in containers:
            open_ones = sorted(port for target, port in found[name] if target == who)
            whole = [0] if who == OUT else sorted(ports)
            right = [] if name not in may or name == who else whole
            if (bool(open_ones) != bool(right)) if who == OUT else open_ones != right:
                wrong.append(f"{name} opens {open_ones or 'nothing'} of {who}, not {right or 'nothing'}")
    assert not wrong, "\n".join(wrong)
    return f"{len(containers)} containers, {len({(who, port) for who, _, port in targets})} ports, {sum(map(len, found.values()))} connections possible"


CHECKS = (("who reaches whom", everybody),)
