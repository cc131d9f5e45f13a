# SPDX-License-Identifier: MIT
"""What the jails of `harden apply bans` count, by real fail2ban (fail2ban-regex): lines recorded from real sshd."""
import collections
import configparser
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from unittest import mock

import debian
from stack import harden_bans, harden_host, harden_sshd
from stand import ROOT

HOST = os.path.join(ROOT, "deploy/host/fail2ban")
# fail2ban by release of Debian; 1.0 does not run with Python 3.12 and newer.
RELEASES = ("bookworm", "trixie") if sys.version_info < (3, 12) else ("trixie",)


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


TESTS = [("bans: lines of sshd", sshd_lines), ("bans: penalties of sshd", exempt)]
