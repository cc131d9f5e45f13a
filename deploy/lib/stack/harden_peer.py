# SPDX-License-Identifier: MIT
"""harden peer: the other server may deploy here. Its key in root's authorized_keys runs deploy/host/tapbot-peer and nothing else, and is
accepted over the link only."""
import os
import shlex

from stack import harden_host, harden_monitor, tree

NAME = "peer"
TITLE = ("другой сервер выкатывает и сюда (deploy)", "the other server deploys here too (deploy)")

PROGRAM = os.path.join(tree.ROOT, "deploy", "host", "tapbot-peer")
KEYS = "/root/.ssh/authorized_keys"


def wanted(settings):
    return harden_monitor.keys_with(harden_host.read(KEYS) or "", settings, shlex.quote(PROGRAM))  # sshd passes it to a shell


def plan(settings):
    if (harden_host.read(KEYS) or "") == wanted(settings):
        return []
    return [(f"{KEYS}: ключ другого сервера, только для deploy и только по связи", f"{KEYS}: the other server's key, for deploy only and over the link only")]


def apply(settings):
    if path := harden_monitor.untrusted():
        raise harden_host.Failed(f"{path} может менять не только root: chown root:root {path} && chmod go-w {path}",
                                 f"users other than root can change {path}: chown root:root {path} && chmod go-w {path}")
    if plan(settings):
        harden_host.write(KEYS, wanted(settings), 0o600)


def refresh():
    """Writes the changed key of the other server if the control is applied."""
    if f" {harden_monitor.MARK}\n" in (harden_host.read(KEYS) or ""):
        apply(tree.env_read())


def undo(_settings):
    if plan({}):
        harden_host.write(KEYS, wanted({}), 0o600)
