# SPDX-License-Identifier: MIT
"""One server asks the other: a real link, the real sshd and sudo on both. The servers have no stack; tests/stack-two tests
one."""
import json
import re
import subprocess
import time

from links import Linked, carried, exported, joined, spoken, wait
from monitor import Login
from stand import timed

ANSWER_SECONDS = 4
# An engine with two containers, their logs and Traefik's access log.
ENGINE = """#!/bin/sh
case $* in
"ps -aq "*) echo edge other ;;
"inspect edge other") cat /run/inspect ;;
"volume inspect "*) echo '[{"Mountpoint": "/run/edge"}]' ;;
"compose "*" logs "*) cat /run/lines ;;
*) exit 9 ;;
esac
"""
REQUEST = "r-1.a:b"
# {server: (the container besides Traefik, (second, line) of its log, seconds at which Traefik's requests began)}; r-2 is another request.
LOGS = {"1": ("n8n", [(1, f'{{"request_id": "{REQUEST}", "msg": "asks"}}'), (2, '{"request_id": "r-2", "msg": "another"}'),
                      (5, f'{{"request_id": "{REQUEST}", "msg": "has it"}}')], [(0, "r-2"), (6, REQUEST)]),
        "2": ("postgres", [(3, f"LOG: \x1b[31m {REQUEST} \x07 password=abcd1234"), (4, "LOG: r-2")], [(4, REQUEST)])}
# Traefik's requests end half a second after they began.
IN_ORDER = ["01 1:n8n-1", "03 2:postgres-1", "04 2:traefik-1", "05 1:n8n-1", "06 1:traefik-1"]


class Server(Linked, Login):
    """Server 1 or 2 with sshd and a host key of its own."""

    def __enter__(self):
        super().__enter__()
        self.sshd = None
        self.new_key()
        self.serve()
        return self

    def __exit__(self, *words):
        self.end()
        super().__exit__(*words)

    def new_key(self):
        self.sh("rm -f /etc/ssh/ssh_host_* && ssh-keygen -q -A")

    def serve(self):
        self.sshd = subprocess.Popen(self.entered("/usr/sbin/sshd", "-D"), stderr=subprocess.DEVNULL)

    def end(self):
        if self.sshd:
            self.sshd.kill()
            self.sshd.wait()
            self.sshd = None

    def status(self):
        """(the part about the other server, seconds)."""
        began = time.monotonic()
        done = self.tapbot("status")
        found = re.search(r"(?m)^Server \d, 10\.0\.100\.\d.*(?:\n.*)*", done.stdout)
        assert found, done.stdout + done.stderr
        return found[0], time.monotonic() - began

    def session(self):
        """Output of the beginning of a deploy over both servers."""
        done = self.python("from stack import deploy_other\nwith deploy_other.Other('session') as other:\n"
                           "    other.require(names=[], version='1', bake=0, who='x')")
        return done.stdout + done.stderr

    def asked(self, words):
        """Output of peer.asked() or its error; `words` set its limits."""
        return self.python(f"from stack import peer\n{words}\ntry:\n    print(peer.asked(['status', '--json', '--here']))\n"
                           "except peer.Silent as error:\n    print('silent', error)").stdout


def both():
    """Each server shows the other; one that does not answer is reported in time, with the reason and the next step."""
    with Server("2") as two, Server("1") as one:
        joined(one, two)
        assert "its keys are missing" in one.status()[0]
        done = carried(one, *exported(two))
        word = re.search(r"link peer (\S+)", done.stdout)[1]
        assert len(word.split(".")) == 3, word
        for wrong in (word + ".x", word[:-1], word.replace(".", "..", 1), word.replace("AAAAC3", "AAAAB3")):
            assert two.tapbot("link", "peer", wrong).returncode == 2, wrong
        assert two.tapbot("link", "peer", word).returncode == 0
        wait(lambda: spoken(one) and spoken(two))
        assert "it denies access: run sudo deploy/tapbot harden apply monitor there" in one.status()[0]
        for machine in (one, two):
            machine.control("harden_monitor", "apply")
        assert one.status()[0].splitlines()[1] == "The stack is not running. To start it: deploy/tapbot up"
        for machine, number in ((one, "2"), (two, "1")):
            known = json.loads(machine.tapbot("status", "--json").stdout)["peer"]
            assert known["server"] == number and known["state"]["light"] == "RED" and "peer" in known["state"] and known["silent"] is None
        assert json.loads(one.tapbot("status", "--json", "--here").stdout)["peer"] is None
        deploys(one, two)
        logs(one, two)
        silent(one, two)


def deploys(one, two):
    """With the control `peer` the other server may deploy here and do nothing else; without it, it may not. There is no stack to deploy."""
    for machine, other in ((one, two), (two, one)):
        assert f"Server {other.number}: it denies access: run sudo deploy/tapbot harden apply peer there. Nothing was changed" in machine.session()
        other.control("harden_peer", "apply")
        assert other.control("harden_peer", "plan") == "[]" and other.sh("stat -c '%U %a' /root/.ssh/authorized_keys").split() == ["root", "600"]
        assert f"  {other.number}: The stack is not running. First: deploy/tapbot up" in machine.session()
        for words in ("status", "sh", "", "deploy --here", "session; id", "load x"):
            done = machine.python(f"import subprocess\nfrom stack import peer\nraise SystemExit(subprocess.run(peer.command({words.split()!r}, 'root')).returncode)")
            assert done.returncode == 2 and "only to deploy" in done.stderr, f"{words}: {done.returncode} {done.stderr}"
        other.control("harden_peer", "undo")
        assert "it denies access" in machine.session()


def speaks(machine):
    """Puts the containers of a server and their logs in place."""
    name, lines, requests = LOGS[machine.number]
    containers = [{"Name": f"/tapbot-{one}-1", "Config": {"Labels": {"com.docker.compose.service": one}}} for one in ("traefik", name)]
    access = [{"StartUTC": f"2026-01-31T12:00:0{second}.1Z", "Duration": 5e8, "RequestMethod": "GET", "RequestPath": "/", "DownstreamStatus": 200,
               "request_X-Request-Id": request} for second, request in requests]
    machine.sh("mkdir -p /run/edge && cat >/run/edge/access.log", input="".join(json.dumps(one) + "\n" for one in access))
    machine.sh("cat >/run/lines", input="".join(f"{name}-1  | 2026-01-31T12:00:0{second}.000000001Z {line}\n" for second, line in lines))
    machine.sh("cat >/run/inspect", input=json.dumps(containers))
    machine.sh("cat >/run/engine && chmod 755 /run/engine", input=ENGINE)


def logs(one, two):
    """Lines in the order of time, each with its server; also of a service that only the other server has, of one request, and
    of this server alone."""
    for machine in (one, two):
        speaks(machine)
    for machine in (one, two):
        done = machine.tapbot("logs", "--request-id", REQUEST)
        assert [line[6:].split("  ")[0].strip() for line in done.stdout.splitlines()] == IN_ORDER, done.stdout + done.stderr
        assert "\x1b" not in done.stdout and "abcd1234" not in done.stdout
    assert [line.split()[1] for line in one.tapbot("logs", "postgres", "--raw").stdout.splitlines()] == ["2:postgres-1"] * 2
    assert [line.split()[1] for line in one.tapbot("logs", "--here", "--raw", "--tail", "all").stdout.splitlines()] == \
        ["traefik-1", "n8n-1", "n8n-1", "n8n-1", "traefik-1"]
    assert one.tapbot("logs", "postgres", "--here").returncode == 2 and one.tapbot("logs", "nothing").returncode == 2
    two.sh("ip link set eth9 down")
    done = one.tapbot("logs", "--request-id", REQUEST)
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 3 and "(server 2: no answer within 3 s" in done.stderr, done.stderr
    two.sh("ip link set eth9 up")
    for machine in (one, two):
        machine.sh("rm /run/engine")
    # The link works again after its next handshake; requests before that would take seconds each.
    wait(lambda: "The stack is not running" in one.status()[0], 90)


def here(machine):
    """Seconds that `status` takes without the other server."""
    began = time.monotonic()
    machine.tapbot("status", "--here")
    return time.monotonic() - began


def silent(one, two):
    two.sh("mv deploy/tapbot /run/tapbot && printf '#!/bin/sh\\nexec sleep 60\\n' >deploy/tapbot && chmod 755 deploy/tapbot")
    assert "silent no answer within 1 s" in one.asked("peer.SECONDS = 1")
    two.sh("printf '#!/bin/sh\\nexec yes\\n' >deploy/tapbot")
    assert "silent the answer is longer than 0 MB" in one.asked("peer.BYTES_MAX = 65536")
    two.sh("printf '#!/bin/sh\\nprintf \"\\\\033]0;x\\\\007[1]\"\\n' >deploy/tapbot")
    assert "\\x1b" not in one.asked("") and "not valid" in one.status()[0]
    two.sh("printf '#!/bin/sh\\necho it is broken >&2\\nexit 3\\n' >deploy/tapbot")
    assert "it is broken" in one.status()[0]
    two.sh("cp /run/tapbot deploy/tapbot")
    assert "The stack is not running" in one.status()[0]
    two.end()
    assert "its sshd does not listen" in one.status()[0]
    two.new_key()
    two.serve()
    wait(lambda: "its sshd has another key" in one.status()[0])
    two.sh("ip link set eth9 down")
    # The machine may be busy, so the time of this server alone is measured too.
    before = here(one)
    lines, took = one.status()
    alone = max(before, here(one))
    assert "the link is down" in lines and len(lines.splitlines()) == 1, lines
    assert took < alone + ANSWER_SECONDS or not timed(), f"{took:.1f} s, alone {alone:.1f} s"


TESTS = [("peer: each server shows the other", both)]
