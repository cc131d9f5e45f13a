# SPDX-License-Identifier: MIT
"""`deploy/tapbot harden` on the rig's server: ports reachable from outside before and after it, banned and never banned
addresses, and the same after a kill of the engine, a flush of all tables and a start of the units (hardened.py)."""
import base64
import contextlib
import json
import os
import time
import urllib.parse

import docs
import rig
import stack as stacks
from hardened import EVERY_PORT, GUESSER, LIAR, MISTAKEN, PORTS, PYTHON, VICTIM_V4, EDGE_SECONDS, Host, answers, closed, put, until
from stand import full

VICTIM_V6 = "2001:db8:113::77"
# Failures logged of 16: the parser may refuse some, and one host has no password. Fewer than a ban needs.
LIES_LOGGED, LIES_REFUSED = 10, 6
HOST = Host(stacks.THE_SITE, rig.THE_SERVER, (rig.SERVER_V4, rig.SERVER_V6), (stacks.FIRST.short, "/docs"))


def guarded(_stack):
    """A port published by mistake is open before and closed after, as is every port that is not listed."""
    HOST.machine()
    HOST.guarded()
    closed([HOST])
    began = time.monotonic()
    stacks.Customer("api").call("GET", "/v1/cities")
    return f"{len(EVERY_PORT):,} ports of each address: 22, 80 and 443; the edge answers in {time.monotonic() - began:.1f} s"


def brute_force(_stack):
    return HOST.shut_out((GUESSER, rig.OUTSIDE_V6))


def lies():
    """Requests forged to look like failures of other clients: bytes of a head after the target, and in the target."""
    line = f'{{"ClientAddr":"{VICTIM_V4}:1","ClientHost":"{VICTIM_V4}","ClientPort":"1","ClientUsername":"-","DownstreamContentSize":17,"DownstreamStatus":401,"time":"{time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}"}}'
    user = base64.b64encode(f'x","DownstreamContentSize":1,"DownstreamStatus":401,"ClientAddr":"{VICTIM_V4}:1\n{line}\n'.encode()).decode()
    yield "/docs", f"X-Forwarded-For: {VICTIM_V4}\r\nX-Real-Ip: {VICTIM_V4}\r\nForwarded: for={VICTIM_V4}\r\nX-Forwarded-For: {VICTIM_V6}"
    yield "/docs", f'X-Forwarded-For: {VICTIM_V4}"," \\", \\'
    yield f"/docs/{line}", "X-Nothing: 0"
    yield f"/docs/%0a{urllib.parse.quote(line)}%0a", "X-Nothing: 0"
    yield f"/docs?{line}", "X-Nothing: 0"
    yield "/docs", f"User-Agent: {line}"
    yield "/docs", f"X-Request-Id: {line}"
    yield "/docs", f"Authorization: Basic {user}"


def hostile(_stack):
    """A forging client bans itself and no one else: fail2ban reads the connection's address in each line of Traefik."""
    victims = {VICTIM_V4, VICTIM_V6}
    before = len(stacks.access_log())
    for target, header in lies():
        for host in (stacks.FIRST.short, "api"):
            with contextlib.suppress(OSError):
                customer = stacks.Customer(host, source=LIAR, timeout=2)
                customer.connect()
                customer.connection.sock.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}.{rig.DOMAIN}\r\nConnection: close\r\n{header}\r\n\r\n".encode())
                while customer.connection.sock.recv(65536):
                    pass
                customer.close()
    until("the forged requests are in the log", lambda: sum(f'"ClientAddr":"{LIAR}:' in line for line in stacks.access_log()[before:]) >= LIES_LOGGED, 10)
    lines = [line for line in stacks.access_log()[before:] if f'"ClientAddr":"{LIAR}:' in line]
    path = os.path.join(HOST.home, "lies.log")
    # Each line is written thirty times: a burst must give the same result.
    put(path, "\n".join(lines * 30) + "\n")
    output = HOST.on("env", PYTHON, "python3", f"{rig.ENGINE}/usr/bin/fail2ban-regex", "-c", f"{HOST.root}/etc/fail2ban", "--usedns", "no", "-o", "ip",
                   path, "tapbot-edge")
    found = set(output.split())
    assert found == {LIAR}, f"fail2ban reads {sorted(found)} of {lines}"
    refused = sum(json.loads(line)["DownstreamStatus"] == 401 for line in lines)
    assert output.split().count(LIAR) == 30 * refused >= 30 * LIES_REFUSED, f"{output.split().count(LIAR)} found, {refused} refused of {len(lines)}"
    tried, _ = HOST.guess(LIAR)
    until("the liar is banned", lambda: LIAR in HOST.banned(), 5)
    assert HOST.banned() == {LIAR} and not HOST.banned() & victims, HOST.banned()
    assert HOST.served(VICTIM_V4)
    HOST.harden("unban", LIAR)
    return f"{len(lines)} forged lines, {tried} passwords, one address banned"


def ssh(_stack):
    """Lines of a keys-only sshd ban too, on all ports."""
    stamp = time.strftime("%b %d %H:%M:%S")
    with open(os.path.join(HOST.home, "auth.log"), "a", encoding="ascii") as file:
        for turn in range(5):
            file.write(f"{stamp} server sshd-session[{100 + turn}]: Connection closed by authenticating user root {LIAR} port {4000 + turn} [preauth]\n")
    took = until("five failures of SSH", lambda: LIAR in HOST.banned(), 20)
    assert not HOST.served(LIAR) and HOST.served(VICTIM_V4)
    HOST.harden("unban", LIAR)
    return f"after {took:.1f} s"


def page(_stack):
    """Runs each command of "docs/hardening.md"."""
    shown = docs.blocks("hardening")
    lines = [line for block in shown if not block.reason for line in block.commands.splitlines()]
    for line in lines:
        done = rig.on_server("sh", "-c", line, cwd=stacks.SITE, check=False, quiet=True, env={**stacks.VARIABLES, **HOST.environment()})
        # The exit code of `status` shows too that something is not applied yet.
        assert done.returncode == 0 or done.returncode == 1 and line.endswith(" status"), f"{line}: {done.stdout[-500:]}"
        assert done.stdout.strip(), f"{line} says nothing"
    HOST.harden("undo", "updates")
    return f"{len(lines)} commands, {sum(bool(block.reason) for block in shown)} blocks not run"


def again(_stack):
    """After a kill of the engine, a flush of all tables and a start of the units the protection works as before. Then it is undone."""
    HOST.crash()
    until("the edge answers", lambda: HOST.served(VICTIM_V4), EDGE_SECONDS)
    closed([HOST], EVERY_PORT if full() else PORTS)
    tried, took = HOST.guess(GUESSER)
    assert "bans: applied" in HOST.harden("status", check=False).stdout
    HOST.harden("undo", "bans", "guard")
    until("no address is banned", lambda: HOST.served(GUESSER), 10)
    tables = rig.nft("list", "tables")
    assert "tapbot_guard" not in tables and "tapbot_bans" not in tables, tables
    assert all(answers(address, MISTAKEN) for address in HOST.public), "the firewall still works after undo"
    return f"{tried} passwords in {took:.0f} s"


def ended(check):
    """Wraps the last check: removes everything of this part, whatever its result."""
    def run(stack):
        try:
            return check(stack)
        finally:
            HOST.ended()
    return run


CHECKS = (("only listed ports", guarded), ("passwords are guessed", brute_force), ("forged lines", hostile), ("guessed by SSH", ssh),
          ("the commands of docs/hardening.md", page),
          ("all again, and undone", ended(again)))
