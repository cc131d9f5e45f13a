# SPDX-License-Identifier: MIT
"""The other server's status and logs: deploy/host/tapbot-monitor there, by ssh over the link, as the user monitor. Every
question has a deadline, and an answer a limit; who does not answer is told with the reason."""
import os
import re
import shlex
import subprocess
import tempfile
import threading

from say import printable
from stack import link_files, tree

USER = "monitor"
CONNECT_SECONDS, SECONDS = 3, 10
BYTES_MAX = 8 << 20
# What would play with a terminal; a line's end and a tab are none of it. JSON may still have it in its own writing: whoever
# shows what it has decoded asks say.printable().
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# How ssh says it, and how people read it.
REASONS = [
    (r"timed out|No route|unreachable", f"не ответил за {CONNECT_SECONDS} с, связь оборвана: sudo deploy/tapbot doctor link",
     f"no answer within {CONNECT_SECONDS} s, the link is cut: sudo deploy/tapbot doctor link"),
    (r"Connection refused", "его sshd не слушает связь", "its sshd does not listen on the link"),
    (r"Host key verification failed|host key", "его ключ sshd не тот, что был: повторите link export, import и peer",
     "its sshd has another key: link export, import and peer again"),
    (r"Permission denied", "он не пускает: выполните там sudo deploy/tapbot harden", "it does not let in: run sudo deploy/tapbot harden there"),
]


class Silent(Exception):
    """It did not answer; why, in Russian and English."""

    def __init__(self, russian, english):
        super().__init__(english)
        self.why = (russian, english)


def number():
    """1 or 2, which the other server is; None where there is none."""
    return {"1": "2", "2": "1"}.get(tree.link_server())


def command(words):
    options = {"BatchMode": "yes", "ConnectTimeout": CONNECT_SECONDS, "StrictHostKeyChecking": "yes", "UserKnownHostsFile": link_files.SSH_HOSTS,
               "GlobalKnownHostsFile": "/dev/null", "HostKeyAlgorithms": "ssh-ed25519", "PreferredAuthentications": "publickey",
               "IdentitiesOnly": "yes", "IdentityAgent": "none", "ControlPath": "none", "LogLevel": "ERROR"}
    return ["ssh", "-F", "/dev/null", "-T", "-i", link_files.SSH_KEY, *(f"-o{name}={value}" for name, value in options.items()),
            f"{USER}@{tree.env_read()['LINK_PEER']}", shlex.join(words)]


def last_line(said):
    """Of what a program has said beside its answer."""
    return printable((said.strip().splitlines() or ["?"])[-1][:200])


def why_not(said):
    for form, russian, english in REASONS:
        if re.search(form, said, re.IGNORECASE):
            return russian, english
    last = last_line(said)
    return last, last


def asked(words):
    """(exit code, output, what was said beside it) of those words of tapbot-monitor there; Silent."""
    if os.geteuid():
        raise Silent("его спрашивает только root (sudo)", "only root asks it (sudo)")
    if not link_files.read(link_files.SSH_KEY) or not link_files.read(link_files.SSH_HOSTS):
        raise Silent("нет ключей для него: повторите link export, import и peer (docs/two-servers.md)",
                     "its keys are not here: link export, import and peer again (docs/two-servers.md)")
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as beside:
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
                    raise Silent(f"ответ длиннее {BYTES_MAX >> 20} МБ: спросите меньше", f"the answer is longer than {BYTES_MAX >> 20} MB: ask for less")
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
    """Asked while something else is done; the answer is waited for at most SECONDS."""

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
        """As asked() has it."""
        self.thread.join()
        if self.got is None:
            raise self.wrong or Silent("?", "?")
        return self.got
