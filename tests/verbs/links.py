# SPDX-License-Identifier: MIT
"""Two machines and the link between them: the files of init, the transfer by `link export` and `import`, and a real
WireGuard between two network namespaces (wireguard-go if the kernel has no module)."""
import contextlib
import os
import re
import shutil
import subprocess

import services
from machine import ADDRESS, SHORT, Machine
from stand import ROOT, wait_until

SECOND = "203.0.113.20"
PUBLIC = {"1": ADDRESS, "2": SECOND}
OTHER = {"1": "2", "2": "1"}
# Files that both servers have. The list is explicit, so that a new one is considered for the other server too.
SHARED = {"redis_password", "n8n_db_password", "n8n_link_key", "n8n_setup_key", "qdrant_api_key", "bot_runtime_password", "health_runtime_password", "health_link_key"}
# The checks for which a mistake is made here; doctor must find each.
CHECKS = {"link-compose", "link-files", "link-interface", "link", "link-peer", "link-clock", "link-certificate"}
seen = set()
SYSTEMCTL = "#!/bin/sh\nexit 1\n"  # no systemd: link.sh is run by hand


def init(number, *more):
    return ["init", "--yes", "--domain", "tapbot.test", "--email", "admin@tapbot.test", "--servers", number, "--admin-networks",
            "198.51.100.0/24", "--address", PUBLIC[number], "--peer-address", PUBLIC[OTHER[number]], "--user", "admin", *more]


class Linked(Machine):
    """Server 1 or 2, with an interface to the outside; prepared as one of two."""

    def __init__(self, number):
        super().__init__(prepared=False)
        self.number = number

    def __enter__(self):
        super().__enter__()
        self.put("bin/systemctl", SYSTEMCTL, 0o755)
        # Each machine has its own sockets of wireguard-go.
        self.sh("mkdir -p /run/wireguard && mount -t tmpfs tmpfs /run/wireguard && ip address del 203.0.113.10/32 dev lo")
        done = self.tapbot(*init(self.number))
        assert done.returncode == 0, done.stderr
        assert "docs/two-servers.md" in done.stdout and "then deploy/tapbot up" not in done.stdout, done.stdout
        return self

    def __exit__(self, *words):
        with contextlib.suppress(AssertionError):
            self.sh("sh deploy/host/link.sh down 2>/dev/null || :")
        super().__exit__(*words)

    def env(self):
        return dict(line.split("=", 1) for line in self.read(".env").splitlines() if line[:1].isalpha())

    def public(self):
        return re.search(r"key (\S{44})", self.tapbot("link").stdout)[1]


def joined(one, two):
    """A virtual cable between two machines."""
    name = f"tb{os.getpid() % 100000}"
    subprocess.run(["ip", "link", "add", "eth9", "netns", str(one.holder.pid), "type", "veth", "peer", "name", "eth9", "netns",
                    str(two.holder.pid)], check=True, capture_output=True)
    for machine in (one, two):
        own, other = PUBLIC[machine.number], PUBLIC[OTHER[machine.number]]
        machine.sh(f"ip address add {own} peer {other} dev eth9 && ip link set eth9 up")
    return name


def init_with_another():
    """Each server gets its part of the settings and files; a single host gets none of them; a second run changes nothing."""
    with Linked("2") as two, Linked("1") as one:
        for machine, number in ((one, "1"), (two, "2")):
            env, own, peer = machine.env(), f"10.0.100.{number}", f"10.0.100.{OTHER[number]}"
            assert (env["LINK_ADDRESS"], env["LINK_PEER"], env["PEER_ADDRESS"]) == (own, peer, PUBLIC[OTHER[number]]), env
            assert env["COMPOSE_FILE"] == f"docker-compose.yml:deploy/compose/link.server{number}.yml"
            assert env["HEALTH_PEER_URL"] == f"http://{peer}:7000" and env["HEALTH_PEER_PUBLIC_URL"] == f"https://health{'2' * (number == '1')}.tapbot.test"
            file = machine.read("secrets/link/wg-tapbot.conf")
            assert f"Address = {own}/32\n" in file and "[Peer]" not in file and "MTU = 1420" in file
            assert machine.sh("stat -c '%u %a' secrets/link/wg-tapbot.conf secrets/link/wireguard.key").split() == ["0", "600", "0", "400"]
            shown = machine.sh("docker compose config --format json | grep -c '\"host_ip\": \"10.0.100'")
            assert int(shown) == {"1": 1, "2": 3}[number], shown
            assert machine.tapbot("validate").returncode == 0, machine.tapbot("validate").stdout
        # PostgreSQL's certificate is signed by our authority, for its name and its address on the link.
        two.sh("openssl verify -CAfile secrets/link/public/ca.crt -verify_hostname postgres -verify_ip 10.0.100.2 secrets/link/postgres/server.crt")
        assert two.sh("stat -c '%u %a' secrets/link/postgres secrets/link/postgres/server.key secrets/link/ca.key secrets/link/public/ca.crt").split() == \
            ["999", "500", "999", "400", "0", "400", "0", "444"]
        assert one.inside("ls", "secrets/link/ca.key").returncode, "server 1 has an authority of its own"
        assert two.read(f"secrets/{SHORT}_database_url").endswith("@postgres:5432/tapbot?sslmode=disable")
        assert one.read("secrets/bot_database_url").endswith("@postgres:5432/tapbot?sslmode=verify-full&sslrootcert=/etc/tapbot-link/ca.crt")
        before = two.sh("find secrets .env -type f | sort | xargs sha256sum")
        assert two.tapbot("init", "--yes").returncode == 0
        assert two.sh("find secrets .env -type f | sort | xargs sha256sum") == before
        for number in ("1", "2"):  # the number was a mistake
            assert two.tapbot("init", "--yes", "--servers", number).returncode == 0 and f"Address = 10.0.100.{number}/32\n" in two.read("secrets/link/wg-tapbot.conf")
            assert (two.env()["LINK_ADDRESS"], two.env()["LINK_PEER"]) == (f"10.0.100.{number}", f"10.0.100.{OTHER[number]}")
        # Without another server nothing of it remains.
        done = two.tapbot("init", "--yes", "--peer-address", "")
        assert done.returncode == 0 and "then deploy/tapbot up" in done.stdout, done.stdout + done.stderr
        env = two.env()
        assert not env["LINK_ADDRESS"] and not env["LINK_PEER"] and not env["HEALTH_PEER_URL"] and "COMPOSE_FILE" not in env, env
        assert two.read(f"secrets/{SHORT}_database_url").endswith("@postgres:5432/tapbot")
        assert two.tapbot("link").returncode == 3


def exported(two, path="link-export.txt"):
    done = two.tapbot("link", "export", path, env={"SUDO_UID": "1000", "SUDO_GID": "1000"})
    assert done.returncode == 0, done.stderr
    assert two.sh(f"stat -c '%u %a' {path}").split() == ["1000", "600"]
    return two.read(path), re.search(r"once: (\S+)", done.stdout)[1]


def carried(one, text, code):
    one.put("site/taken.txt", "")
    done = one.inside("sh", "-c", "cat >taken.txt", input=text)
    assert done.returncode == 0, done.stderr
    return one.tapbot("link", "import", "taken.txt", input=f"{code}\n")


def secrets_go_over():
    """The export has what both need and nothing else, encrypted; a wrong code or a changed byte changes nothing here."""
    from stack import link_transfer
    assert set(link_transfer.shared()) == SHARED, link_transfer.shared()
    with Linked("2") as two, Linked("1") as one:
        two.sh("printf 1:token >secrets/bots/flats.token && printf whsecret >secrets/bots/flats.secret && printf half >secrets/bots/flats.key.new")
        text, code = exported(two)
        for name in SHARED:
            assert two.read(f"secrets/{name}") not in text
        listing = "find secrets .env -type f | sort | xargs sha256sum"
        before = one.sh(listing)
        lines = text.splitlines(keepends=True)
        wrong = "A" if code[0] != "A" else "B"
        for spoilt, given in ((text, wrong + code[1:]), (text, ""), ("".join([*lines[:3], lines[3][:9] + "x" + lines[3][10:], *lines[4:]]), code),
                              ("".join(lines[:-1]), code), ("hello\n", code), ("", code)):
            done = carried(one, spoilt, given)
            assert done.returncode == 1 and "Nothing was changed" in done.stderr, done.stderr
            assert one.sh(listing) == before, "the files have changed"
        # Server 2 has the code of a version that did not share one of them yet.
        two.sh("sed -i 's/, \"qdrant_api_key\"]/]/' deploy/lib/stack/link_transfer.py")
        done = carried(one, *exported(two))
        assert done.returncode == 1 and "lacks qdrant_api_key" in done.stderr and "Traceback" not in done.stderr and one.sh(listing) == before, done.stderr
        two.sh("git checkout -q deploy/lib/stack/link_transfer.py")
        # Case and dashes of the code do not matter.
        done = carried(one, text.replace("\n", "\r\n"), code.lower().replace("-", " "))
        assert f"deploy/tapbot link peer {one.public()}" in done.stdout, done.stdout + done.stderr
        for secret in services.secret_rows(open(os.path.join(ROOT, "deploy/lib/secrets.tsv"), encoding="utf-8").read(), services.services()):
            same = one.read(f"secrets/{secret[0]}") == two.read(f"secrets/{secret[0]}")
            assert same == (secret[0] in SHARED or secret[0].endswith("_redis_url")
                            or secret[2] == "given"), secret[0]
        password = two.read("secrets/bot_runtime_password")
        assert one.read("secrets/bot_database_url").startswith(f"postgresql://bot_runtime:{password}@postgres:5432/tapbot?sslmode=verify-full")
        assert one.sh("ls secrets/bots").split() == ["flats.secret", "flats.token"] and one.read("secrets/bots/flats.token") == "1:token"
        assert one.sh("stat -c '%u %a' secrets/bots/flats.token").split() == [str(services.one("bot-gateway").uid), "400"]
        for words, output in ((["secrets", "rotate", "redis_password", "--yes"], "rotate it on server 2"), (["keys", "list"], "is on server 2")):
            refused = one.tapbot(*words)
            assert refused.returncode == 2 and output in refused.stderr, f"{words}: {refused.stderr}"
        # One that is lost here comes from there: a new one would fit neither the database nor Redis.
        one.sh("rm secrets/redis_password secrets/health_edge_secret")
        _, lost, _ = one.doctor("secrets")
        assert [(re.search(r"lacks (\S+)\.", line)[1], line.partition("Command: ")[2]) for line in lost] == \
            [("redis_password", "deploy/tapbot link import link-export.txt"), ("health_edge_secret", "deploy/tapbot secrets make")] and "link export" in lost[0], lost
        assert carried(one, text, code).returncode == 0 and one.read("secrets/redis_password") == two.read("secrets/redis_password")
        pair = ("secrets/link/dozzle/cert.pem", "secrets/link/dozzle/key.pem")
        assert [one.read(path) for path in pair] == [two.read(path) for path in pair] != [None, None]
        assert one.sh(f"stat -c '%u %a' {' '.join(pair)}").split() == ["10060", "400"] * 2
        assert one.read("secrets/link/public/ca.crt") == two.read("secrets/link/public/ca.crt")
        assert one.env()["LINK_PEER_PUBLIC"] == two.public() and password not in done.stdout
        for machine, words, code in ((one, ["export", "x"], 2), (two, ["import", "x"], 2), (two, ["peer", "x"], 2), (two, ["peer", two.public()], 2),
                                     (one, ["certificate"], 2), (one, ["import", "nothing"], 1), (one, ["bogus"], 2), (one, ["export"], 2), (two, ["export", "nowhere/x"], 1),
                                     (two, ["export", "secrets"], 1)):
            done = machine.tapbot("link", *words)
            assert done.returncode == code and "Traceback" not in done.stderr, (words, done.stderr)
        assert not two.sh("ls -A | grep '^[.]new-' || :"), "something was left"


def bots_go_away():
    """The import deletes the files of bots that server 2 does not have any more, and no other file; none if server 2 has no bot at all."""
    with Linked("2") as two, Linked("1") as one:
        two.sh("for name in flats taxi; do for part in token secret key; do printf $name >secrets/bots/$name.$part; done; done")
        assert carried(one, *exported(two)).returncode == 0
        one.sh("echo mine >secrets/bots/README")
        two.sh("rm secrets/bots/taxi.* secrets/bots/flats.key")
        done = carried(one, *exported(two))
        assert done.returncode == 0 and "deleted here: taxi." in done.stdout, done.stdout + done.stderr
        # The key of flats is missing there, but the bot is not.
        kept = ["README", "flats.key", "flats.secret", "flats.token"]
        assert one.sh("ls secrets/bots").split() == kept, one.sh("ls secrets/bots")
        two.sh("rm secrets/bots/*")
        done = carried(one, *exported(two))
        assert done.returncode == 0 and "were kept" in done.stdout and "deleted" not in done.stdout, done.stdout + done.stderr
        assert one.sh("ls secrets/bots").split() == kept, one.sh("ls secrets/bots")


def spoken(machine):
    words = machine.sh("wg show wg-tapbot latest-handshakes").split()
    return len(words) > 1 and words[1] != "0"


def wait(what, seconds=60):
    wait_until("the other server's answer", seconds, what, 0.2)


ANSWER = """
import http.server, sys, time
class Ping(http.server.BaseHTTPRequestHandler):
    def date_time_string(self, timestamp=None):
        return super().date_time_string(time.time() + float(open("clock-off").read()))
    def do_GET(self):
        self.send_response(200 if self.path == "/ping" else 404)
        self.end_headers()
    def log_message(self, *words):
        pass
http.server.HTTPServer(("10.0.100.2", 7000), Ping).serve_forever()
"""


@contextlib.contextmanager
def answering(machine):
    """The Traefik of the other server, with a clock that may be wrong."""
    machine.sh("echo 0 >clock-off")
    process = subprocess.Popen(machine.entered("python3", "-c", ANSWER), env={**os.environ, **machine.environment})
    try:
        yield
    finally:
        process.kill()
        process.wait()


def found(machine, check, words):
    code, lines, output = machine.doctor(check)
    ours = [line for line in lines if line.startswith(f"{check}: ") and words in line]
    seen.add(check)
    assert code == 1 and ours, f"{check} does not say {words!r}: {output}"
    return ours[0].split(" Command: ", 1)[1]


def silent(machine, *checks):
    code, lines, output = machine.doctor(*(checks or sorted(CHECKS)))
    assert code == 0 and not lines, f"not silent: {output}"


def of_the_page(number):
    """The commands of docs/two-servers.md for that server."""
    with open(os.path.join(ROOT, "docs/two-servers.md"), encoding="utf-8") as file:
        text = file.read()
    blocks = re.findall(r"<!-- (.*?) -->\n```sh\n(.*?)```", text, re.S)
    assert len(blocks) == text.count("```sh"), "a block of commands without a mark"
    return [line for mark, block in blocks if mark == f"на сервере {number}" for line in block.splitlines()]


def page():
    """Runs the commands of "docs/two-servers.md", each line on its server, from export to a working link."""
    with Linked("2") as two, Linked("1") as one:
        joined(one, two)
        (export, *rest), key = of_the_page("2"), None
        done = two.sh(export)
        code = re.search(r"once: (\S+)", done)[1]
        assert one.inside("sh", "-c", "cat >link-export.txt", input=two.read("link-export.txt")).returncode == 0
        for line in of_the_page("1"):
            done = one.inside("sh", "-c", line, input=f"{code}\n")
            assert done.returncode == 0, f"{line}: {done.stderr}"
            key = key or re.search(r"link peer (\S+)", done.stdout)[1]
        for line in rest:
            if line.startswith("deploy/tapbot doctor"):
                wait(lambda: spoken(one) and spoken(two))
            done = two.inside("sh", "-c", line.replace("КЛЮЧ", key))
            assert done.returncode == 0, f"{line}: {done.stdout} {done.stderr}"
    return f"{len(of_the_page('1')) + len(of_the_page('2'))} commands"


def real_link():
    """Sets up a link between two machines until doctor finds nothing; then each mistake is reported, and its command
    repairs it."""
    for program in ("wg", "wg-quick", "openssl"):
        assert shutil.which(program), f"{program} is not installed"
    with Linked("2") as two, Linked("1") as one:
        joined(one, two)
        assert found(two, "link-interface", "does not exist")
        assert found(one, "link-files", "the secrets of server 2 are missing").startswith("deploy/tapbot link import")
        assert found(one, "link", "the other server's key is missing")
        done = carried(one, *exported(two))
        assert done.returncode == 0, done.stdout + done.stderr
        words = re.search(r"link peer (\S+)", done.stdout)[1]
        done = two.tapbot("link", "peer", words)
        assert done.returncode == 0, done.stderr
        wait(lambda: spoken(one) and spoken(two))
        assert one.sh("cat /proc/sys/net/ipv4/ip_nonlocal_bind").strip() == "1"
        assert "mtu 1420" in one.sh("ip link show wg-tapbot")
        with answering(two):
            wait(lambda: one.doctor("link-peer")[0] == 0)
            silent(one)
            assert re.search(r"Handshake +\d+ s ago", one.tapbot("link").stdout)
            two.sh("echo 3600 >clock-off")
            assert found(one, "link-clock", "clocks differ by 3")
            two.sh("echo 0 >clock-off")
            # Repetition does no harm.
            one.sh("sh deploy/host/link.sh up && sh deploy/host/link.sh up")
            wait(lambda: one.doctor("link-peer")[0] == 0)
        assert found(one, "link-peer", "does not answer over the link") == "deploy/tapbot link"
        mistakes(one, two)
    assert seen == CHECKS, f"no mistake was made for {CHECKS - seen}"


def mistakes(one, two):
    def repaired(machine, check, words, plant):
        machine.sh(plant)
        command = found(machine, check, words)
        done = machine.inside("sh", "-c", command.replace("deploy/tapbot init", "deploy/tapbot init --yes"))
        assert done.returncode == 0, f"{command}: {done.stderr}"
        silent(machine, check)
    repaired(one, "link-compose", "COMPOSE_FILE lacks", "sed -i /^COMPOSE_FILE/d .env")
    repaired(one, "link-files", "WireGuard's key or file is missing", "rm secrets/link/wg-tapbot.conf")
    repaired(one, "link-files", "an older .env", "sed -i 's/^LINK_MTU=.*/LINK_MTU=1380/' .env")
    repaired(two, "link-files", "has no certificate", "rm secrets/link/postgres/server.crt")
    repaired(two, "link-files", "Dozzle has no key pair", "rm secrets/link/dozzle/key.pem")
    repaired(two, "link-files", "secrets/link/ca.key is readable by others", "chmod 444 secrets/link/ca.key")
    assert "mtu 1380" in one.sh("ip link show wg-tapbot")
    assert "dev wg-tapbot" in one.sh("ip route get 10.0.100.2")
    one.sh("sh deploy/host/link.sh down")
    # Without the link, packets do not take the route to the Internet.
    assert "No route to host" in one.sh("ip route add default dev eth9 && ! ip route get 10.0.100.2 2>&1 && ip route del default dev eth9")
    assert "systemctl restart tapbot-link.service" in found(one, "link-interface", "does not exist")
    old = two.read("secrets/link/postgres/server.crt")
    soon = ("import sys; sys.path.insert(0, 'deploy/lib'); from stack import link_files; link_files.certificate_make('10.0.100.2', 30)")
    two.sh(f'python3 -B -c "{soon}"', env={"TAPBOT_ROOT": two.site})
    repaired(two, "link-certificate", "expires in 29 days", ":")
    assert two.read("secrets/link/postgres/server.crt") not in (old, None)


TESTS = [("init with another server", init_with_another), ("secrets go over to the other server", secrets_go_over, 12),
         ("bots that server 2 does not have any more", bots_go_away, 12),
         ("the page about two servers", page), ("a link of WireGuard, and its mistakes", real_link, 24)]
