# SPDX-License-Identifier: MIT
"""Requests status and logs from the other server: runs deploy/host/tapbot-monitor there as the user monitor, by ssh over the
link. A query has a deadline, its answer a size limit, and a failure a reason. deploy_other.py calls deploy/host/tapbot-peer the same
way, as root."""
import os
import re
import shlex
import subprocess
import threading

from say import Explained, printable
from stack import link_files, tree

USER = "monitor"
CONNECT_SECONDS, SECONDS = 3, 10
BYTES_MAX = 8 << 20
# Control characters except for line feed and tab. JSON may contain them escaped, so decoded values must be printed with
# say.printable().
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# (pattern of ssh's message, explanation in Russian and English).
REASONS = [
    (r"timed out|No route|unreachable", f"не ответил за {CONNECT_SECONDS} с, связь оборвана: sudo deploy/tapbot doctor link",
     f"no answer within {CONNECT_SECONDS} s, the link is down: sudo deploy/tapbot doctor link"),
    (r"Connection refused", "его sshd не слушает связь", "its sshd does not listen on the link"),
    (r"Host key verification failed|host key", "его ключ sshd не тот, что был: повторите link export, import и peer",
     "its sshd has another key: repeat link export, import and peer"),
    (r"Permission denied", "он отказывает в доступе: выполните там sudo deploy/tapbot harden apply {control}",
     "it denies access: run sudo deploy/tapbot harden apply {control} there"),
]


class Silent(Explained):
    """The other server did not answer."""


def number():
    """The number of the other server, "1" or "2"; None if there is none."""
    return {"1": "2", "2": "1"}.get(tree.link_server())


def command(words, user=USER):
    # Only a deploy lasts longer than SECONDS; it notices a cut link by the questions that ssh sends.
    options = {"ServerAliveInterval": 5, "ServerAliveCountMax": 3, "BatchMode": "yes", "ConnectTimeout": CONNECT_SECONDS, "StrictHostKeyChecking": "yes", "UserKnownHostsFile": link_files.SSH_HOSTS,
               "GlobalKnownHostsFile": "/dev/null", "HostKeyAlgorithms": "ssh-ed25519", "PreferredAuthentications": "publickey",
               "Port": tree.env_read().get("LINK_SSH_PORT") or 22, "HostKeyAlias": tree.env_read()["LINK_PEER"],  # the stored host key has no port
               "IdentitiesOnly": "yes", "IdentityAgent": "none", "ControlPath": "none", "LogLevel": "ERROR"}
    return ["ssh", "-F", "/dev/null", "-T", "-i", link_files.SSH_KEY, *(f"-o{name}={value}" for name, value in options.items()),
            f"{user}@{tree.env_read()['LINK_PEER']}", shlex.join(words)]


def last_line(said):
    """The last line of a program's standard error."""
    return printable((said.strip().splitlines() or ["?"])[-1][:200])


def why_not(said, control="monitor"):
    for form, *reason in REASONS:
        if re.search(form, said, re.IGNORECASE):
            return tuple(one.format(control=control) for one in reason)
    last = last_line(said)
    return last, last


def keys_needed():
    """Raises Silent if this user cannot call the other server."""
    if os.geteuid():
        raise Silent("его спрашивает только root (sudo)", "only root can query it (sudo)")
    if not link_files.read(link_files.SSH_KEY) or not link_files.read(link_files.SSH_HOSTS):
        raise Silent("нет ключей для него: повторите link export, import и peer (docs/two-servers.md)",
                     "its keys are missing: repeat link export, import and peer (docs/two-servers.md)")


def asked(words):
    """(exit code, output, standard error) of tapbot-monitor with these arguments on the other server. Raises Silent."""
    keys_needed()
    with open(os.memfd_create("beside"), "w+", encoding="utf-8", errors="replace") as beside:  # this disk may be full
        try:
            process = subprocess.Popen(command(words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=beside)
        except OSError as error:
            raise Silent(f"ssh: {error.strerror}", f"ssh: {error.strerror}") from error
        with process:
            late = threading.Event()
            end = threading.Timer(SECONDS, lambda: (late.set(), process.kill()))
            end.start()
            try:
                output = process.stdout.read(BYTES_MAX + 1)
                if len(output) > BYTES_MAX:
                    process.kill()
                    raise Silent(f"ответ длиннее {BYTES_MAX >> 20} МБ: спросите меньше", f"the answer is longer than {BYTES_MAX >> 20} MB: limit the query")
                code = process.wait()
            finally:
                end.cancel()
        beside.seek(0)
        said = beside.read(4096)
    if late.is_set():
        raise Silent(f"не ответил за {SECONDS} с", f"no answer within {SECONDS} s")
    if code == 255:
        raise Silent(*why_not(said))
    return code, CONTROL.sub("�", output.decode(errors="replace")), said


class Question:
    """A query that runs in a thread of its own; its answer takes at most SECONDS."""

    def __init__(self, *words):
        self.got = self.wrong = None
        self.thread = threading.Thread(target=self.run, args=(words,), daemon=True)
        self.thread.start()

    def run(self, words):
        try:
            self.got = asked(words)
        except Silent as why:
            self.wrong = why

    def answer(self):
        """Waits for the result of asked()."""
        self.thread.join()
        if self.got is None:
            raise self.wrong or Silent("?", "?")
        return self.got
