# SPDX-License-Identifier: MIT
"""What the jails of `harden apply bans` count, by real fail2ban (fail2ban-regex): lines recorded from real sshd, and the answers of the
contract's callers as lines of Traefik's access log."""
import collections
import configparser
import contextlib
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from unittest import mock

import debian
from services import services
from stack import harden_bans, harden_host, harden_sshd
from stand import ROOT

HOST = os.path.join(ROOT, "deploy/host/fail2ban")
# fail2ban by release of Debian; 1.0 does not run with Python 3.12 and newer.
RELEASES = ("bookworm", "trixie") if sys.version_info < (3, 12) else ("trixie",)
# A line of Traefik 3.7.15, as it was written.
LINE = {"ClientAddr": "203.0.113.9:37148", "ClientHost": "203.0.113.9", "ClientPort": "37148", "ClientUsername": "-", "DownstreamContentSize": 11,
        "DownstreamStatus": 403, "Duration": 625031, "OriginContentSize": 11, "OriginDuration": 295412, "OriginStatus": 502, "Overhead": 329619,
        "RequestAddr": "api.example.kz", "RequestContentSize": 0, "RequestCount": 5, "RequestHost": "api.example.kz", "RequestMethod": "GET",
        "RequestPath": "/", "RequestPort": "-", "RequestProtocol": "HTTP/2.0", "RequestScheme": "https", "RetryAttempts": 0,
        "RouterName": "edge@file -> dashboard@file", "ServiceAddr": "pages:8081", "ServiceName": "edge-answers@file", "ServiceURL": "http://pages:8081",
        "StartLocal": "2026-12-01T03:36:11.209633868Z", "StartUTC": "2026-12-01T03:36:11.209633868Z", "TLSCipher": "TLS_AES_128_GCM_SHA256",
        "TLSVersion": "1.3", "entryPointName": "websecure", "level": "info", "msg": "", "request_X-Request-Id": "canary", "time": "2026-12-01T03:36:11Z"}
FIRST = services()[0].short
LISTS = {"admin-networks", "telegram-networks"}  # middlewares with a list of addresses of people or of Telegram


class Fail2ban:
    """fail2ban of a release of Debian, with the product's files in its configuration."""

    def __init__(self, release, folder):
        self.root, self.folder, self.etc = debian.unpacked(release, "fail2ban"), folder, os.path.join(folder, release)
        shutil.copytree(os.path.join(self.root, "etc/fail2ban"), self.etc)
        shutil.copy(os.path.join(HOST, "tapbot-edge.conf"), os.path.join(self.etc, "filter.d"))
        with open(os.path.join(HOST, "tapbot.local"), encoding="utf-8") as file:
            text = file.read().replace("@IGNORED@", "10.0.0.0/8").replace("@ACCESS_LOG@", os.path.join(folder, "access.log"))
        with open(os.path.join(self.etc, "jail.d/tapbot.local"), "w", encoding="utf-8") as file:
            file.write(text)
        self.jails = configparser.ConfigParser(interpolation=None)
        self.jails.read_string(text)

    def run(self, program, *words):
        done = subprocess.run([sys.executable, os.path.join(self.root, "usr/bin", program), "-c", self.etc, *words], capture_output=True, text=True, check=False,
                              env={**os.environ, "PYTHONPATH": os.path.join(self.root, "usr/lib/python3/dist-packages")})
        assert done.returncode in (0, 1), done.stderr  # 1: no line matches
        return done.stdout

    def counted(self, jail, path):
        """{address: failures} that the jail counts in a file."""
        return collections.Counter(self.run("fail2ban-regex", "--usedns", "no", "-o", "ip", path, self.jails[jail]["filter"]).split())


@contextlib.contextmanager
def every_fail2ban():
    with tempfile.TemporaryDirectory() as folder:
        open(os.path.join(folder, "access.log"), "wb").close()
        yield [Fail2ban(release, folder) for release in RELEASES]


def sshd_lines():
    """Every refused login of a keys-only sshd counts, also of an existing user; a successful one does not."""
    with every_fail2ban() as known:
        for fail2ban in known:
            found = fail2ban.run("fail2ban-client", "-d")
            assert "'addjournalmatch', '_COMM=sshd', '+', '_COMM=sshd-session'" in found and "ERROR" not in found, found
            for version in ("9.2", "10.0"):
                path = os.path.join(ROOT, "tests/data/sshd", f"{version}.log")
                with open(path, encoding="utf-8") as file:
                    cases = re.findall(r"^# (banned|served|not counted): (.*)\n((?:[^#].*\n)+)", file.read(), re.M)
                counted = fail2ban.counted("sshd", path)
                for mark, name, lines in cases:
                    (address,) = set(re.findall(r"203\.0\.113\.\d+", lines))
                    assert bool(counted[address]) == (mark == "banned"), f"OpenSSH {version}, {name}: {counted[address]} failures\n{lines}"
                assert len(cases) >= 13, version
    return f"{len(known)} releases of fail2ban"


def logged(number, status, routers, **fields):
    """A line of the access log, of an address made from the number."""
    address = f"2001:db8::{number:x}"
    line = {**LINE, "ClientAddr": f"[{address}]:4711", "ClientHost": address, "DownstreamStatus": status, "RouterName": " -> ".join(f"{one}@file" for one in routers), **fields}
    return address, json.dumps(line, separators=(",", ":")).replace(">", "\\u003e")


def counts(lines):
    """For the lines of logged(): the addresses that the jail counts, the same by each fail2ban."""
    with every_fail2ban() as known:
        path = os.path.join(known[0].folder, "access.log")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for _, line in lines)
        found = [set(fail2ban.counted("tapbot-edge", path)) for fail2ban in known]
    assert all(one == found[0] for one in found), found
    return found[0]


def business():
    """A refusal of a service to a client whose key is good never counts; a missing key does. Rows: the contract's callers."""
    with open(os.path.join(ROOT, "tests/contract/callers.tsv"), encoding="utf-8") as file:
        rows = list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"))
    short, lines, expected = {one.name: one.short for one in services()}, [], set()
    for row in rows:
        if row["service"] not in short or not row["path"].startswith("/v1/"):
            continue
        for caller in ("nobody", "foreign", "lacking", "all"):
            status = int(row[caller].split()[0]) if row[caller] != "-" else 200
            for parents in (["edge"], ["edge", "long"]):
                address, line = logged(len(lines) + 1, status, [*parents, f"api-{short[row['service']]}"], RequestMethod=row["method"], RequestPath=row["path"])
                lines.append((address, line))
                if caller == "nobody" and status == 401:
                    expected.add(address)
    # Rules of the business that the table of callers does not reach.
    lines += [logged(len(lines) + 1 + number, 403, routers) for number, routers in enumerate((["edge", f"api-{FIRST}"], ["edge", FIRST], ["edge", "deploy-gate"], ["api-shared"], [f"link-{FIRST}"]))]
    found = counts(lines)
    assert found == expected, [line for address, line in lines if address in found ^ expected][:5]
    assert len(expected) > 200, len(expected)
    return f"{len(lines)} lines, {len(expected)} count"


def read(name):
    with open(os.path.join(ROOT, "traefik/dynamic", name), encoding="utf-8") as file:
        return file.read()


def chains():
    """{name of a middleware: those that it is a chain of}"""
    return {name: set(re.split(r", *", inner)) for name, inner in re.findall(r"^    ([\w-]+):\n      chain:\n        middlewares: \[(.*)\]", read("middlewares.yml"), re.M)}


def resolved(names, known):
    """The middlewares, those inside chains too."""
    return names | {one for name in names for one in resolved(known.get(name, set()), known)}


def routers():
    """[(its name, its middlewares)], of templates with the first service."""
    text = re.sub(r"^ *\{\{.*\}\}\n", "", read("routers.yml").replace("{{ .short }}", FIRST), flags=re.M)
    known, section = chains(), text.split("\n  routers:\n")[1].split("\n  services:\n")[0]
    for name, body in re.findall(r"^    ([\w-]+):\n((?:      .*\n|\s*#.*\n|\n)*)", section, re.M):
        (used,) = re.findall(r"^      middlewares: \[(.*)\]", body, re.M)
        yield name, resolved(set(re.split(r", *", used)), known)


def address_lists():
    """403 counts where an address list can say it, and nowhere else; 401 counts everywhere. Names that a client chooses do not count."""
    known = [(name, used, parents) for name, used in routers() for parents in ([], ["edge"], ["edge", "long"])]
    lines, expected = [], set()
    for name, used, parents in known:
        for status in (200, 401, 403, 404, 429):
            lines.append(logged(len(lines) + 1, status, [*parents, name]))
            if status == 401 or status == 403 and used & LISTS:
                expected.add(lines[-1][0])
    lie = '","RouterName":"dashboard@file","DownstreamStatus":401,'
    lines += [logged(len(lines) + 1 + number, 403, ["edge", f"api-{FIRST}"], **{name: lie}) for number, name in enumerate(("ClientUsername", "RequestPath", "RequestHost", "request_X-Request-Id"))]
    found = counts(lines)
    assert found == expected, [line for address, line in lines if address in found ^ expected][:5]
    listed = {name for name, used, _ in known if used & LISTS}
    assert {"dashboard", "directus", "n8n", "telegram"} <= listed and len(known) > 60, known
    return f"{len(known) // 3} routers, {len(listed)} with an address list"


# sshd of Debian 13, and the libraries without which it does not run on Debian 12.
SSHD = ("openssh-server", "libc6", "libssl3t64", "libcrypt1", "libpam0g", "libselinux1", "libaudit1", "libgssapi-krb5-2", "libkrb5-3", "libcom-err2", "libwtmpdb0", "zlib1g")
START = """#!/bin/sh
exec {root}/usr/lib64/ld-linux-x86-64.so.2 --argv0 /usr/sbin/sshd --library-path {root}/usr/lib/x86_64-linux-gnu {root}/usr/sbin/sshd -h {folder}/key -f {folder}/config "$@"
"""


def exempt():
    """An sshd that punishes addresses by itself, exempts those that fail2ban never bans; an older one does not get a word that it does not know."""
    env = {"ADMIN_NETWORKS": "198.51.100.0/24, 2001:db8::/48", "PEER_ADDRESS": "203.0.113.11"}
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(harden_host, "program", return_value=os.path.join(folder, "sshd")), \
            mock.patch.object(harden_sshd, "users", return_value=["monitor", "root"]):
        config = os.path.join(folder, "config")
        with open(os.path.join(folder, "sshd"), "w", encoding="utf-8") as file:
            file.write(START.format(root=debian.unpacked("trixie", *SSHD), folder=folder))
        os.chmod(file.name, 0o755)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", os.path.join(folder, "key")], check=True)
        open(config, "wb").close()
        assert any("PerSourcePenaltyExemptList" in line for line, _ in harden_sshd.plan(env)), harden_sshd.plan(env)
        now = harden_sshd.effective()
        assert "authfail:5" in now["persourcepenalties"][0], now
        with open(config, "w", encoding="utf-8") as file:
            file.write(harden_sshd.wanted(env, now))
        (listed,) = harden_sshd.effective("root")["persourcepenaltyexemptlist"]
        assert {"198.51.100.0/24", "2001:db8::/48", "203.0.113.11", "10.0.0.0/8"} <= set(listed.split(",")), listed
        assert set(listed.split(",")) <= set(harden_bans.ignored(env)), listed
        assert not any("PerSource" in line for line, _ in harden_sshd.plan(env)), harden_sshd.plan(env)
    old = {name: value for name, value in now.items() if not name.startswith("persourcepenalt")}
    assert "PerSource" in harden_sshd.wanted(env, now) and "PerSource" not in harden_sshd.wanted(env, old)


TESTS = [("bans: lines of sshd", sshd_lines), ("bans: refusals of the business", business), ("bans: address lists", address_lists), ("bans: penalties of sshd", exempt)]
