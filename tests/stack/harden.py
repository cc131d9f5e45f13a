# SPDX-License-Identifier: MIT
"""`deploy/tapbot harden` on the server of the rig: what somebody outside reaches before it and behind it, who is banned and
who never, and the same again after the engine was killed, all tables emptied and the units run in their order (hardened.py)."""
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
# Of 16, of which the parser may refuse some, and another host asks for no password; fewer than ban.
LIES_LOGGED, LIES_REFUSED = 10, 6
HOST = Host(stacks.THE_SITE, rig.THE_SERVER, (rig.SERVER_V4, rig.SERVER_V6), (stacks.FIRST.short, "/docs"))


def guarded(_stack):
    """What is published by mistake is there before, and is not any more; nor anything else that is not let in."""
    HOST.machine()
    HOST.guarded()
    closed([HOST])
    began = time.monotonic()
    stacks.Customer("api").call("GET", "/v1/cities")
    return f"{len(EVERY_PORT):,} ports of each address: 22, 80 and 443; the edge answers in {time.monotonic() - began:.1f} s"


def brute_force(_stack):
    return HOST.shut_out((GUESSER, rig.OUTSIDE_V6))


def lies():
    """Requests that pretend to be somebody else's failures: bytes of a head behind the target, and the target."""
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
    """Whoever lies bans himself, and nobody else; of every line that Traefik has written fail2ban reads the connection's end."""
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
    until("the lies are in the log", lambda: sum(f'"ClientAddr":"{LIAR}:' in line for line in stacks.access_log()[before:]) >= LIES_LOGGED, 10)
    lines = [line for line in stacks.access_log()[before:] if f'"ClientAddr":"{LIAR}:' in line]
    path = os.path.join(HOST.home, "lies.log")
    # Each written thirty times: of a burst nothing else may come.
    put(path, "\n".join(lines * 30) + "\n")
    told = HOST.on("env", PYTHON, "python3", f"{rig.ENGINE}/usr/bin/fail2ban-regex", "-c", f"{HOST.root}/etc/fail2ban", "--usedns", "no", "-o", "ip",
                   path, "tapbot-edge")
    found = set(told.split())
    assert found == {LIAR}, f"fail2ban reads {sorted(found)} of {lines}"
    refused = sum(json.loads(line)["DownstreamStatus"] in (401, 403) for line in lines)
    assert told.split().count(LIAR) == 30 * refused >= 30 * LIES_REFUSED, f"{told.split().count(LIAR)} found, {refused} refused of {len(lines)}"
    tried, _ = HOST.guess(LIAR)
    until("the liar is banned", lambda: LIAR in HOST.banned(), 5)
    assert HOST.banned() == {LIAR} and not HOST.banned() & victims, HOST.banned()
    assert HOST.served(VICTIM_V4)
    HOST.harden("unban", LIAR)
    return f"{len(lines)} lines that lie, {tried} passwords, one address banned"


def ssh(_stack):
    """sshd's lines ban as well, by all ports."""
    stamp = time.strftime("%b %d %H:%M:%S")
    with open(os.path.join(HOST.home, "auth.log"), "a", encoding="ascii") as file:
        for turn in range(5):
            file.write(f"{stamp} server sshd[{100 + turn}]: Failed password for root from {LIAR} port {4000 + turn} ssh2\n")
    took = until("five failures of SSH", lambda: LIAR in HOST.banned(), 20)
    assert not HOST.served(LIAR) and HOST.served(VICTIM_V4)
    HOST.harden("unban", LIAR)
    return f"after {took:.1f} s"


def page(_stack):
    """What "docs/hardening.md" has people type, each line."""
    shown = docs.blocks("hardening")
    lines = [line for block in shown if not block.reason for line in block.commands.splitlines()]
    for line in lines:
        done = rig.on_server("sh", "-c", line, cwd=stacks.SITE, check=False, quiet=True, env={**stacks.VARIABLES, **HOST.environment()})
        # `status` tells by its end, too, what is not applied yet.
        assert done.returncode == 0 or done.returncode == 1 and line.endswith(" status"), f"{line}: {done.stdout[-500:]}"
        assert done.stdout.strip(), f"{line} says nothing"
    HOST.harden("undo", "updates")
    return f"{len(lines)} commands, {sum(bool(block.reason) for block in shown)} blocks not"


def again(_stack):
    """The engine is killed, every table emptied, the units run in their order: as before. Then undone."""
    HOST.crash()
    until("the edge answers", lambda: HOST.served(VICTIM_V4), EDGE_SECONDS)
    closed([HOST], EVERY_PORT if full() else PORTS)
    tried, took = HOST.guess(GUESSER)
    assert "bans: applied" in HOST.harden("status", check=False).stdout
    HOST.harden("undo", "bans", "guard")
    until("nobody is banned", lambda: HOST.served(GUESSER), 10)
    tables = rig.nft("list", "tables")
    assert "tapbot_guard" not in tables and "tapbot_bans" not in tables, tables
    assert all(answers(address, MISTAKEN) for address in HOST.public), "what was undone still closes"
    return f"{tried} passwords in {took:.0f} s"


def ended(check):
    """The last one: nothing of this part is left, whatever comes of it."""
    def run(stack):
        try:
            return check(stack)
        finally:
            HOST.ended()
    return run


CHECKS = (("only what is let in", guarded), ("passwords are guessed", brute_force), ("lines that lie", hostile), ("guessed by SSH", ssh),
          ("the commands of docs/hardening.md", page),
          ("all again, and undone", ended(again)))
