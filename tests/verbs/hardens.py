# SPDX-License-Identifier: MIT
"""`harden` on a machine whose /etc is a folder of the test and whose systemd is a script that runs what units name. The
kernel's tables are real: in a network namespace of the machine, with a client outside and a container inside."""
import configparser
import contextlib
import glob
import ipaddress
import os
import re
import shutil
import socket
import struct
import subprocess
import time

from machine import ADDRESS, Machine
from rig import Namespace
from stand import ROOT, patience, wait_until

INSIDE, OUTSIDE, LINKED = ("192.0.2.10", "2001:db8:2::10"), ("192.0.2.66", "2001:db8:2::66"), "10.0.100.2"
CONTAINER, BRIDGE = "172.31.0.2", "172.31.0.1"
# Ports on which the server listens, and a port published by mistake: the container's port 80, by a rule like Docker's.
ELSEWHERE = 2322  # where a real sshd listens
TCP, UDP, PUBLISHED = (22, 80, 443, 2200, 2222, 9999), (51820, 5353), 8080
SECONDS = 0.4  # without an answer: the port is closed
SOON = 2  # an accepted connection exists by then, on an idle machine
SYSTEMCTL = """#!/bin/sh
# An enabled unit is a file; a start runs what the unit names, below the folder that replaces the machine's /.
for unit; do :; done
file=$TAPBOT_HOST_ROOT/etc/systemd/system/$unit
mkdir -p "$MACHINE/enabled"
case $1 in
daemon-reload) ;;
show) cat "$MACHINE/ssh-sockets" ;;
is-enabled) [ -e "$MACHINE/enabled/$unit" ] ;;
enable)
    [ ! -e "$MACHINE/no-systemd" ] || exit 1
    for unit; do case $unit in *.*) : >"$MACHINE/enabled/$unit" ;; esac; done ;;
disable) rm -f "$MACHINE/enabled/$unit" ;;
restart)
    if [ "$unit" = fail2ban.service ]; then
        echo sshd >"$MACHINE/jails"
        sed -n 's/^\\[\\(.*\\)\\]$/\\1/p' "$TAPBOT_HOST_ROOT"/etc/fail2ban/jail.d/*.local >>"$MACHINE/jails" 2>/dev/null || :
    else
        sed -n "s#/etc/#$TAPBOT_HOST_ROOT/etc/#; s#^ExecStart=/[us/rbin]*/##p" "$file" | sh -e
    fi ;;
*) exit 1 ;;
esac
"""
# Available after the installation of its package; reports whether a jail runs (tests/stack has the real one).
FAIL2BAN = """#!/bin/sh
case $* in
-t) [ ! -e "$MACHINE/fail2ban-refuses" ] || { echo "ERROR no such option" >&2; exit 255; } ;;
"status "*) grep -qx "$2" "$MACHINE/jails" ;;
"unban "*) grep -cx "$2" "$MACHINE/banned" || : ;;
*) exit 1 ;;
esac
"""
APT_GET = """#!/bin/sh
[ ! -e "$MACHINE/no-packages" ] || { echo "E: Unable to fetch some archives" >&2; exit 100; }
echo "$*" >>"$MACHINE/installed"
case $* in *fail2ban*) cp "$MACHINE/packages/fail2ban-client" "$MACHINE/bin" ;; *) cp "$MACHINE/packages/unattended-upgrade" "$MACHINE/bin" ;; esac
"""
DOCKER = """#!/bin/sh
# The volume of Traefik's logs exists.
case $* in
"volume inspect tapbot_traefik-logs") printf '[{"Mountpoint": "%s/volume"}]' "$MACHINE" ;;
*) exit 1 ;;
esac
"""
# As Debian's package has them, in the order in which apt reads them.
APT_PARTS = {"20auto-upgrades": 'APT::Periodic::Unattended-Upgrade "1";\n', "50unattended-upgrades": """
Unattended-Upgrade::Origins-Pattern { "origin=Debian,codename=${distro_codename},label=Debian"; };
Unattended-Upgrade::Allowed-Origins { "${distro_id}:${distro_codename}"; "${distro_id}:${distro_codename}-updates"; };
Unattended-Upgrade::Package-Blacklist { "linux-"; };
Unattended-Upgrade::Automatic-Reboot "false";
"""}
SSHD = '#!/bin/sh\ncat "$MACHINE/ssh-settings"\n'
DOCKERS = f"""
table inet published {{
    chain p {{ type nat hook prerouting priority dstnat; policy accept; fib daddr type local tcp dport {PUBLISHED} dnat ip to {CONTAINER}:80; }}
    chain o {{ type nat hook postrouting priority srcnat; policy accept; ip saddr {CONTAINER} oifname "eth0" masquerade; }}
}}
"""


def held():
    """A process with a network namespace of its own."""
    process = subprocess.Popen(["unshare", "-n", "sh", "-c", "ip link set lo up && echo ready && exec sleep 900"], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


class Hardened(Machine):
    """A machine connected to the Internet, with everything real but systemd, sshd and the place of /etc."""

    def __enter__(self):
        super().__enter__()
        os.unlink(os.path.join(self.home, "bin/nft"))
        self.put("bin/systemctl", SYSTEMCTL, 0o755)
        self.put("bin/sshd", SSHD, 0o755)
        self.put("bin/apt-get", APT_GET, 0o755)
        self.put("packages/fail2ban-client", FAIL2BAN, 0o755)
        self.put("packages/unattended-upgrade", "#!/bin/sh\n", 0o755)
        self.put("ssh-settings", "port 22\nlistenaddress [::]:22\nlistenaddress 0.0.0.0:22\n")
        self.put("ssh-sockets", "")
        self.environment["TAPBOT_HOST_ROOT"] = os.path.join(self.home, "root")
        self.others = []
        with contextlib.ExitStack() as undone:
            undone.callback(self.others_end)
            self.outside, self.container = held(), held()
            self.others += [self.outside, self.container]
            self.cables()
            undone.pop_all()
        return self

    def cables(self):
        def ip(words, pid=self.holder.pid):
            subprocess.run(["nsenter", f"--net=/proc/{pid}/ns/net", "ip", *words.split()], check=True, capture_output=True)
        ip(f"link add eth0 type veth peer name eth0 netns {self.outside.pid}")
        ip(f"link add veth0 type veth peer name eth0 netns {self.container.pid}")
        ip("link add br-test type bridge")
        ip("link set veth0 master br-test")
        for pid, device, addresses in ((self.holder.pid, "eth0", [f"{INSIDE[0]}/24", f"{INSIDE[1]}/64"]), (self.holder.pid, "br-test", [f"{BRIDGE}/24"]),
                                       (self.outside.pid, "eth0", [f"{OUTSIDE[0]}/24", f"{OUTSIDE[1]}/64", f"{LINKED}/32"]),
                                       (self.container.pid, "eth0", [f"{CONTAINER}/24"])):
            for address in addresses:
                ip(f"address add {address} dev {device}{' nodad' if ':' in address else ''}", pid)
            ip(f"link set {device} up", pid)
        ip("link set veth0 up")
        ip(f"route add default via {BRIDGE}", self.container.pid)
        # A neighbour may send to a container's own address through the server; the second route is for answers to LINKED.
        ip(f"route add 172.31.0.0/24 via {INSIDE[0]}", self.outside.pid)
        ip(f"route add {LINKED}/32 dev eth0")
        self.sh("echo 1 >/proc/sys/net/ipv4/ip_forward")
        done = self.inside("nft", "-f", "-", input=DOCKERS)
        assert done.returncode == 0, done.stderr

    def others_end(self):
        for one in self.others:
            one.kill()
            one.wait()

    def __exit__(self, *words):
        self.others_end()
        super().__exit__(*words)

    @property
    def tables(self):
        return self.sh("nft list tables").split("\n")

    def etc(self):
        """{path: text} of the files in the folder of the test."""
        found = {}
        for top, _, names in os.walk(self.environment["TAPBOT_HOST_ROOT"]):
            for name in names:
                with open(os.path.join(top, name), encoding="utf-8") as file:
                    found[os.path.relpath(os.path.join(top, name), self.environment["TAPBOT_HOST_ROOT"])] = file.read()
        return found

    def at(self, process):
        return Namespace(f"/proc/{process.pid}/ns/net")


@contextlib.contextmanager
def listening(machine):
    """The server's ports and the container's, on both families; for UDP as sockets to inspect."""
    with contextlib.ExitStack() as all_of_them:
        udp = {}
        with machine.at(machine.holder):
            for port in TCP:
                all_of_them.enter_context(socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64))
            for port in UDP:
                udp[port] = all_of_them.enter_context(socket.socket(socket.AF_INET6, socket.SOCK_DGRAM))
                udp[port].bind(("", port))
        with machine.at(machine.container):
            all_of_them.enter_context(socket.create_server((CONTAINER, 80), backlog=64))
        yield udp


def connected(machine, address, port, source=None, who=None, seconds=SECONDS):
    """A connection from outside, or None."""
    with machine.at(who or machine.outside):
        one = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    one.settimeout(seconds)
    try:
        if source:
            one.bind((source, 0))
        one.connect((address, port))
        return one
    except OSError:
        one.close()
        return None


def opens(machine, *way, **more):
    one = connected(machine, *way, **more)
    if one:
        one.close()
    return one is not None


def arrives(machine, socket_of, address, port, source=None, seconds=SECONDS):
    """Whether a datagram of an outside caller arrives."""
    word = os.urandom(8)
    with machine.at(machine.outside), socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as one:
        if source:
            one.bind((source, 0))
        one.sendto(word, (address, port))
    socket_of.settimeout(seconds)
    try:
        return socket_of.recv(100) == word
    except TimeoutError:
        return False


def seen(machine, udp, wanted):
    """Names of the ports and paths that an outside client reaches. Wanted ones may arrive late."""
    tried = [(f"{port}/v{6 if ':' in address else 4}", opens, (address, port)) for address in INSIDE for port in TCP]
    tried += [(f"udp {port}/v{6 if ':' in address else 4}", arrives, (udp[port], address, port)) for address in INSIDE for port in UDP]
    tried += [("published", opens, (INSIDE[0], PUBLISHED)), ("routed", opens, (CONTAINER, 80)), ("forged tcp", opens, (INSIDE[0], 22, LINKED)),
              ("forged udp", arrives, (udp[51820], INSIDE[0], 51820, LINKED))]
    return {name for name, gets, way in tried if gets(machine, *way, seconds=patience(SOON) if name in wanted else SECONDS)}


def ways(*ports):
    return {f"{port}/v{version}" for port in ports for version in (4, 6)}


ALL = ways(*TCP, *(f"udp {port}" for port in UDP)) | {"published", "routed", "forged tcp", "forged udp"}
LET_IN = ways(22, 80, 443, "udp 51820")


def pings(machine, address, size):
    """Whether an ICMP echo of `size` bytes is answered. RFC 792, RFC 4443: the kernel fills in ICMPv6's checksum alone."""
    v6, body = ":" in address, struct.pack("!HH", os.getpid() & 0xffff, 1) + bytes(size)
    total = (0 if v6 else 8 << 8) + sum(struct.unpack(f"!{len(body) // 2}H", body))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    with machine.at(machine.outside):
        one = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) if v6 else socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    with one:
        one.sendto(struct.pack("!BBH", 128 if v6 else 8, 0, ~total & 0xffff) + body, (address, 0))
        end = time.monotonic() + patience(SOON)
        while (left := end - time.monotonic()) > 0:
            one.settimeout(left)
            with contextlib.suppress(TimeoutError):
                found = one.recv(65536)[0 if v6 else 20:]
                if found[0] == (129 if v6 else 0) and found[4:] == body:
                    return True
    return False


def guarded(machine, udp):
    """Closed except for the listed ports; requests of the server itself and of its container work."""
    found = seen(machine, udp, LET_IN)
    assert found == LET_IN, f"open in addition: {sorted(found - LET_IN)}, closed by mistake: {sorted(LET_IN - found)}"
    for address in INSIDE:
        assert pings(machine, address, 56) and pings(machine, address, 3000), f"{address} does not answer pings"
    # The next requests must find the neighbours again, by ARP and by neighbour discovery.
    for who in (machine.holder, machine.outside):
        subprocess.run(["nsenter", f"--net=/proc/{who.pid}/ns/net", "ip", "neigh", "flush", "all"], check=True, capture_output=True)
    with machine.at(machine.outside):
        far = [socket.create_server((address, 7000), family=socket.AF_INET6 if ":" in address else socket.AF_INET) for address in OUTSIDE]
    for one in far:
        with one:
            assert opens(machine, one.getsockname()[0], 7000, who=machine.holder, seconds=patience(SOON)), "the server cannot connect to outside"
            assert ":" in one.getsockname()[0] or opens(machine, one.getsockname()[0], 7000, who=machine.container, seconds=patience(SOON)), "a container cannot connect to outside"
    for address, who in ((BRIDGE, machine.container), ("127.0.0.1", machine.holder)):
        assert opens(machine, address, 9999, who=who, seconds=patience(SOON)), f"{address} is closed inside"


def guard():
    """Plan, apply, the resulting filter, undo; open connections survive; after a flush the unit closes the ports again."""
    with Hardened() as machine, listening(machine) as udp:
        machine.sh("printf 'LINK_ADDRESS=10.0.100.1\\nLINK_PEER=10.0.100.2\\n' >>.env")
        found = seen(machine, udp, ALL)
        assert found == ALL, f"before: {ALL - found}"
        plan = machine.tapbot("harden")
        assert plan.returncode == 0 and "guard: not applied" in plan.stdout and "harden apply" in plan.stdout, plan.stdout
        assert not machine.etc() and not any("guard" in one for one in machine.tables), "the plan has changed something"
        before, kept = machine.tables, connected(machine, INSIDE[0], 443, seconds=patience(SOON))
        done = machine.tapbot("harden", "apply", "guard")
        assert done.returncode == 0, done.stderr
        kept.send(b"on")
        kept.close()
        guarded(machine, udp)
        written, state = machine.etc(), machine.sh("nft -s list table inet tapbot_guard")
        assert machine.tapbot("harden", "apply", "guard").returncode == 0
        assert machine.etc() == written and machine.sh("nft -s list table inet tapbot_guard") == state, "a second time changed something"
        status = machine.tapbot("harden", "status")
        assert "guard: applied" in status.stdout, status.stdout
        # doctor gives advice, which is no finding; for named checks it gives none.
        advice = re.search(r"\(the server is not fully hardened, missing: (.*?);", machine.tapbot("doctor").stdout)
        assert {"bans", "updates"} <= set(advice[1].split(", ")) and "guard" not in advice[1], advice[1]
        assert "fully hardened" not in machine.tapbot("doctor", "clock").stdout
        # Flushing the tables opens all ports; status reports it, the unit closes them again. The test restores Docker's rules too.
        machine.sh("nft flush ruleset")
        status = machine.tapbot("harden", "status")
        assert status.returncode == 1 and "load the table tapbot_guard" in status.stdout, status.stdout
        machine.sh("systemctl restart tapbot-guard.service")
        assert machine.inside("nft", "-f", "-", input=DOCKERS).returncode == 0
        guarded(machine, udp)
        assert machine.tapbot("harden", "undo", "guard").returncode == 0
        assert seen(machine, udp, ALL) == ALL and not machine.etc() and machine.tables == before, "undo did not restore the former state"
        assert not os.listdir(os.path.join(machine.home, "enabled"))
        assert machine.tapbot("harden", "undo", "guard").returncode == 0


@contextlib.contextmanager
def real_sshd(machine):
    """An sshd that listens on ELSEWHERE, and a process on the next port that only calls itself a connection of sshd."""
    key = os.path.join(machine.home, "host-key")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
    sshd = shutil.which("sshd", path="/usr/sbin:/sbin")
    assert sshd, "there is no sshd"
    script = f"import socket, time; s = socket.create_server(('', {ELSEWHERE + 1})); open('/proc/self/comm', 'w').write('sshd'); print('on', flush=True); time.sleep(600)"
    with contextlib.ExitStack() as started:
        for words in ([sshd, "-D", "-f", "/dev/null", "-h", key, "-p", str(ELSEWHERE), "-o", "PidFile=none"], ["bash", "-c", 'exec -a "sshd: root@notty" python3 -c "$0"', script]):
            one = subprocess.Popen(["nsenter", f"--net=/proc/{machine.holder.pid}/ns/net", *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            started.callback(one.wait)
            started.callback(one.kill)
        assert one.stdout.readline() == "on\n"
        wait_until("sshd listens", 20, lambda: opens(machine, INSIDE[0], ELSEWHERE), 0.1)
        yield


def guard_of_this_server():
    """Ports also let in: sshd's port given with an address, a port on which it listens without a line in its files, those where
    systemd listens for it, and the port of the current SSH session. The link's network comes from .env; others are not trusted."""
    with Hardened() as machine, listening(machine) as udp, real_sshd(machine):
        machine.put("ssh-settings", "port 22\nlistenaddress 192.0.2.10:2222\nlistenaddress [2001:db8:2::10]:2222\nlogingracetime 9999\n")
        machine.put("ssh-sockets", "0.0.0.0:2200 (Stream)\n[::]:2200 (Stream)\n\n")
        machine.sh("printf 'LINK_ADDRESS=10.7.0.1\\n' >>.env")
        assert f"tcp 22, 80, 443, 2200, 2222, {ELSEWHERE} " in machine.tapbot("harden").stdout
        assert machine.tapbot("harden", "apply", "guard", env={"SSH_CONNECTION": "192.0.2.66 40000 192.0.2.10 9999"}).returncode == 0
        let_in = LET_IN | ways(2200, 2222, 9999) | {"forged tcp", "forged udp"}
        found = seen(machine, udp, let_in)
        assert found == let_in, found
        assert opens(machine, INSIDE[0], ELSEWHERE, seconds=patience(SOON)) and not opens(machine, INSIDE[0], ELSEWHERE + 1)
        assert "elements = { 10.7.0.0/24 }" in machine.sh("nft list set inet tapbot_guard link_networks")
        machine.sh("sed -i /^LINK_ADDRESS/d .env")
        assert machine.tapbot("harden", "apply", "guard").returncode == 0
        assert "elements" not in machine.sh("nft list set inet tapbot_guard link_networks"), "a network is trusted without a link"
        machine.sh("echo LINK_ADDRESS=10.0.100 >>.env")
        plan = machine.tapbot("harden")
        assert plan.returncode == 0 and "LINK_ADDRESS in .env is not an IPv4 address: 10.0.100" in plan.stdout and "updates: not applied" in plan.stdout, plan


def guard_that_fails():
    """After any failure the former state remains, and the reason is reported."""
    with Hardened() as machine, listening(machine) as udp:
        machine.put("no-systemd", "")
        done = machine.tapbot("harden", "apply", "guard")
        assert done.returncode == 1 and "guard: failed" in done.stderr and seen(machine, udp, ALL) == ALL and not machine.etc(), done.stderr
        os.unlink(os.path.join(machine.home, "no-systemd"))
        assert machine.tapbot("harden", "apply", "guard").returncode == 0
        written, state = machine.etc(), machine.sh("nft -s list table inet tapbot_guard")
        for spoil in ("echo nonsense >>deploy/host/guard.nft", "printf '#!/bin/sh\\necho no such thing >&2; exit 1\\n' >$MACHINE/bin/sshd",
                      ": >$MACHINE/no-systemd"):
            machine.sh(spoil)
            done = machine.tapbot("harden", "apply", "guard")
            assert done.returncode == 1 and "guard: failed" in done.stderr and done.stderr.count("\n") == 1, done.stderr
            assert machine.etc() == written and machine.sh("nft -s list table inet tapbot_guard") == state, spoil
        assert "cannot be determined: sshd rejects its settings: no such thing" in machine.tapbot("harden").stdout


def bans():
    """Plan, apply, undo; .env's addresses are never banned; what fail2ban refuses is taken back."""
    with Hardened() as machine:
        done = machine.tapbot("harden", "unban", "192.0.2.9")
        assert done.returncode == 1 and "fail2ban is not installed" in done.stderr and "docs/hardening.md" in done.stderr, done.stderr
        done = machine.tapbot("harden", "apply", "bans")
        assert done.returncode == 1 and "deploy/tapbot up" in done.stderr and not machine.etc(), done.stderr
        machine.put("bin/docker", DOCKER, 0o755)
        machine.put("volume/access.log", "")
        machine.sh("printf 'PEER_ADDRESS=198.51.100.77, 2001:db8:9::1\\n' >>.env")
        machine.put("no-packages", "")
        done = machine.tapbot("harden", "apply", "bans")
        assert done.returncode == 1 and "Unable to fetch" in done.stderr and not machine.etc(), done.stderr
        os.unlink(os.path.join(machine.home, "no-packages"))
        plan = machine.tapbot("harden").stdout
        assert "install the package fail2ban" in plan and not machine.etc(), plan
        assert machine.tapbot("harden", "apply", "bans").returncode == 0
        written = machine.etc()
        assert set(written) == {"etc/fail2ban/filter.d/tapbot-edge.conf", "etc/fail2ban/jail.d/tapbot.local"}, set(written)
        jails = configparser.ConfigParser(interpolation=None)
        jails.read_string(written["etc/fail2ban/jail.d/tapbot.local"])
        assert jails["tapbot-edge"]["logpath"] == os.path.join(machine.home, "volume/access.log")
        for jail in jails.sections():
            never = jails[jail]["ignoreip"].split()
            assert {"127.0.0.0/8", "::1", "198.51.100.0/24", "149.154.160.0/20", "91.108.4.0/22", "198.51.100.77", "2001:db8:9::1", ADDRESS} <= set(never), never
            assert all(ipaddress.ip_network(one) for one in never)
        status = machine.tapbot("harden", "status").stdout
        assert "bans: applied" in status, status
        # A jail of another file must not be changed.
        machine.put("root/etc/fail2ban/jail.d/own.local", "[own]\n")
        machine.sh("sed -i s/^ADMIN_NETWORKS=.*/ADMIN_NETWORKS=192.0.2.0\\\\/24/ .env")
        assert "never: " in machine.tapbot("harden").stdout, "a change of .env is not in the plan"
        for spoil in ("fail2ban-refuses", "no-systemd"):
            machine.put(spoil, "")
            done = machine.tapbot("harden", "apply", "bans")
            assert done.returncode == 1 and "bans: failed" in done.stderr, done.stderr
            assert {**machine.etc(), **written} == machine.etc(), f"{spoil}: the files have changed"
            os.unlink(os.path.join(machine.home, spoil))
        assert machine.tapbot("harden", "apply", "bans").returncode == 0 and "192.0.2.0/24" in machine.etc()["etc/fail2ban/jail.d/tapbot.local"]
        machine.put("banned", "192.0.2.9\n")
        done = machine.tapbot("harden", "unban", "192.0.2.9")
        assert done.returncode == 0 and "No longer banned: 192.0.2.9" in done.stdout, done.stdout
        done = machine.tapbot("harden", "unban", "2001:db8::5")
        assert done.returncode == 0 and "was not banned" in done.stdout, done.stdout
        assert machine.tapbot("harden", "undo", "bans").returncode == 0
        assert list(machine.etc()) == ["etc/fail2ban/jail.d/own.local"]


def updates():
    """apt reads the package's own file and ours: security updates alone, none of Docker, a reboot at 04:30 in Almaty."""
    with Hardened() as machine:
        machine.environment["TZ"] = "UTC"
        for name, text in APT_PARTS.items():
            machine.put(f"root/etc/apt/apt.conf.d/{name}", text)
        assert machine.tapbot("harden", "apply", "updates").returncode == 0
        assert "unattended-upgrades" in machine.sh("cat $MACHINE/installed")
        machine.put("apt.conf", 'Dir::Etc::parts "%s";\n' % os.path.join(machine.environment["TAPBOT_HOST_ROOT"], "etc/apt/apt.conf.d"))
        config = machine.sh("APT_CONFIG=$MACHINE/apt.conf apt-config dump")
        found = {}
        for name, value in re.findall(r'(?m)^(?:Unattended-Upgrade|APT::Periodic)::([\w-]+)(?:::)? "(.*)";$', config):
            found.setdefault(name, []).append(value)
        assert found["Automatic-Reboot"] == ["true"] and found["Automatic-Reboot-Time"] == ["23:30"] and found["Unattended-Upgrade"] == ["1"], found
        origins = [one for one in found["Origins-Pattern"] + found.get("Allowed-Origins", []) if one]
        assert len(origins) == 4 and all("-security" in one for one in origins), origins
        held = [one for one in found["Package-Blacklist"] if one]
        for package in ("docker-ce", "docker.io", "docker-compose-plugin", "containerd.io", "runc", "linux-image"):
            assert any(re.match(one, package) for one in held), f"{package} is not held: {held}"
        assert not any(re.match(one, package) for one in held for package in ("openssl", "openssh-server", "libc6", "runcible"))
        assert "updates: applied" in machine.tapbot("harden", "status").stdout
        # The second of two reboots half an hour later than the first.
        machine.sh("printf 'LINK_ADDRESS=10.0.100.2\\nLINK_PEER=10.0.100.1\\nCOMPOSE_PROFILES=server2\\n' >>.env")
        assert "a reboot at 00:00" in machine.tapbot("harden").stdout
        assert machine.tapbot("harden", "apply", "updates").returncode == 0
        assert 'Automatic-Reboot-Time "00:00";' in machine.etc()["etc/apt/apt.conf.d/52tapbot-updates"]
        assert machine.tapbot("harden", "undo", "updates").returncode == 0
        assert set(machine.etc()) == {f"etc/apt/apt.conf.d/{name}" for name in APT_PARTS}


def units():
    """Each unit that loads tables of the kernel does it before Docker starts, after nftables, and again when nftables is restarted or reloaded,
    which removes all tables. systemd accepts it, where systemd-analyze is installed."""
    loads = []
    for path in sorted(glob.glob(os.path.join(ROOT, "deploy/host/*.service"))):
        words = configparser.RawConfigParser(strict=False, dict_type=Repeated)
        words.optionxform = str
        words.read(path, encoding="utf-8")
        start, unit_ = words["Service"]["ExecStart"].split("\n"), words["Unit"]
        if not any(re.search(r"/nft\b", line) for line in start):
            continue
        loads.append(os.path.basename(path))
        assert {"docker.service"} <= set(unit_["Before"].split()) and "nftables.service" in unit_["After"].split(), path
        assert unit_["PartOf"] == unit_["ReloadPropagatedFrom"] == "nftables.service", path
        # Without RemainAfterExit the unit is not running, and a restart of nftables leaves it so.
        assert words["Service"]["Type"] == "oneshot" and words["Service"]["RemainAfterExit"] == "yes", path
        assert words["Service"]["ExecReload"].split("\n") == start, path
        if shutil.which("systemd-analyze"):
            done = subprocess.run(["systemd-analyze", "verify", path], capture_output=True, text=True, check=False)
            assert done.returncode == 0 and not done.stderr.strip(), done.stderr
    assert loads == ["tapbot-guard.service", "tapbot-journal.service"], loads
    with open(os.path.join(ROOT, "deploy/host/tapbot-guard.service"), encoding="utf-8") as file:
        assert "network-pre.target" in re.search(r"(?m)^Before=(.*)$", file.read())[1].split()
    return "" if shutil.which("systemd-analyze") else "systemd-analyze is not installed"


class Repeated(dict):
    """Options that occur several times are lines of one value."""

    def __setitem__(self, key, value):
        if isinstance(value, list) and key in self:
            value = self[key] + value
        super().__setitem__(key, value)


def control_that_breaks():
    """An unexpected exception of a control is one line; the other controls continue."""
    with Hardened() as machine:
        machine.sh("printf '\\n\\ndef plan(_env):\\n    return 1 / 0\\n\\n\\napply = plan\\n' >>deploy/lib/stack/harden_guard.py")
        plan = machine.tapbot("harden")
        assert plan.returncode == 0 and "ZeroDivisionError: division by zero" in plan.stdout and "updates: not applied" in plan.stdout, plan
        done = machine.tapbot("harden", "apply", "guard", "updates")
        assert done.returncode == 1 and "guard: failed, nothing was changed: ZeroDivisionError" in done.stderr and "Traceback" not in done.stderr, done.stderr
        assert "updates: applied" in machine.tapbot("harden", "status").stdout


def wrong_words():
    """Unknown names, undo without a name, no .env."""
    with Hardened() as machine:
        for words in (["apply", "nothing"], ["undo"], ["unban"], ["unban", "nobody"], ["unban", "192.0.2.1", "192.0.2.2"], ["guard"], ["status", "guard"], ["apply", "--yes"]):
            done = machine.tapbot("harden", *words)
            assert done.returncode == 2 and "deploy/tapbot harden" in done.stderr, words
        machine.sh("rm .env")
        done = machine.tapbot("harden")
        assert done.returncode == 1 and "sudo deploy/tapbot init" in done.stderr, done.stderr


TESTS = [("harden guard", guard, 15), ("harden guard of this server", guard_of_this_server), ("harden guard that fails", guard_that_fails),
         ("harden units", units), ("harden bans", bans),
         ("harden updates", updates), ("harden control that breaks", control_that_breaks), ("harden wrong arguments", wrong_words)]
