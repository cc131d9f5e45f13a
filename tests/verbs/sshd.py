# SPDX-License-Identifier: MIT
"""sshd's settings with the real sshd: permitted logins, the trial that ends by itself, and the user monitor with a
key."""
import os
import re
import subprocess

import stand
from monitor import HOME, PROGRAM, ROOT, Login

FILE, TRIAL = "/etc/ssh/sshd_config.d/00-tapbot.conf", "/run/tapbot-sshd.conf"
SSH = "ssh -F /dev/null -o BatchMode=yes -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
# Files as hosting providers ship them, and people with keys.
SETUP = """
echo 'PasswordAuthentication yes' >/etc/ssh/sshd_config.d/50-cloud-init.conf
cp /usr/share/openssh/sshd_config /etc/ssh/sshd_config
for name in right wrong1 wrong2 wrong3; do ssh-keygen -q -t ed25519 -N '' -f /srv/$name; done
mkdir -m 700 ~root/.ssh && cp /srv/right.pub ~root/.ssh/authorized_keys
"""


class Served(Login):
    """A machine with a running sshd, configured by its files at the start."""

    def __enter__(self):
        super().__enter__()
        self.sh(SETUP)
        self.sshd = subprocess.Popen(self.entered("/usr/sbin/sshd", "-D", "-e"), stderr=subprocess.PIPE, text=True)
        self.sessions = []
        self.until(lambda: self.login("true").returncode == 0)
        return self

    def __exit__(self, *words):
        for one in self.sessions:
            one.kill()
            one.wait()
        self.sshd.kill()
        self.sshd.wait()
        super().__exit__(*words)

    @staticmethod
    def until(what, seconds=60):
        stand.wait_until("the expected answer of sshd", seconds, what, 0.1)

    def login(self, words, user="root", keys=("right",), more=""):
        return self.inside("sh", "-c", f"{SSH} {more} {' '.join(f'-i /srv/{key}' for key in keys)} {user}@127.0.0.1 \"$0\"", words)

    def session(self):
        """A shell over ssh that stays open."""
        one = subprocess.Popen(self.entered("sh", "-c", f"exec {SSH} -i /srv/right root@127.0.0.1 sh"), stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True, env={**os.environ, **self.environment})
        self.sessions.append(one)
        assert self.typed(one, "echo here") == "here"
        return one

    @staticmethod
    def typed(one, line):
        """Types a line into a session; returns its last line of output."""
        one.stdin.write(f"{line}; echo; echo end\n")
        one.stdin.flush()
        lines = []
        while (got := one.stdout.readline()) not in ("end\n", ""):
            lines += [got.strip()] * bool(got.strip())
        assert got, "the session was closed"
        return lines[-1] if lines else ""

    def keep(self, session):
        return self.typed(session, f"cd {ROOT}; LANG=en_US.UTF-8 TAPBOT_ROOT={ROOT} PYTHONPATH=deploy/lib python3 -B -c '"
                          "from stack import harden_sshd as one\ntry:\n    one.keep(); print(\"kept\")\nexcept one.Failed as error:\n    print(error)'")

    def value(self, name):
        return next(line.split(" ", 1)[1] for line in self.sh("sshd -T").splitlines() if line.startswith(name + " "))


def files(machine):
    return machine.sh("cd /etc/ssh && find . -type f | sort | xargs sha256sum; ls /run | grep tapbot || :")


def refusals():
    """If an administrator could be locked out, or another file takes precedence, the reason is reported and nothing changes."""
    with Served(prepared=False) as machine:
        for plant, expected, repair in (
                ("mv ~root/.ssh ~root/.old", "root has no key", "mv ~root/.old ~root/.ssh"),
                ("sed -i s/^/#/ ~root/.ssh/authorized_keys", "root has no key", "sed -i s/^#// ~root/.ssh/authorized_keys"),
                ("sed -i '/^Include/d' /etc/ssh/sshd_config", "lacks the line", "sed -i '1iInclude /etc/ssh/sshd_config.d/*.conf' /etc/ssh/sshd_config"),
                ("sed -i '1iMaxAuthTries 6' /etc/ssh/sshd_config", "overrides the sshd settings: MaxAuthTries 6", "sed -i 1d /etc/ssh/sshd_config"),
                ("printf 'Match User root\\n PasswordAuthentication yes\\n' >>/etc/ssh/sshd_config", "overrides the sshd settings: PasswordAuthentication yes (root)",
                 "head -n -2 /etc/ssh/sshd_config >/run/x && cp /run/x /etc/ssh/sshd_config"),
                ("echo 'Nonsense yes' >/etc/ssh/sshd_config.d/90-x.conf", "rejects its settings", "rm /etc/ssh/sshd_config.d/90-x.conf")):
            machine.sh(plant)
            before = files(machine)
            refused = machine.refused("harden_sshd")
            assert expected in refused, f"{plant}: {refused}"
            assert files(machine) == before, plant
            machine.sh(repair)


def trial():
    """From passwords to keys: open sessions survive, only a new session can confirm, and without a confirmation the old settings return."""
    with Served(prepared=False) as machine:
        machine.sh("useradd -m olzhas && mkdir -m 700 ~olzhas/.ssh && cp /srv/right.pub ~olzhas/.ssh/authorized_keys && chown -R olzhas ~olzhas/.ssh"
                   " && useradd -m -s /bin/bash keyless && useradd --system -s /bin/sh -m puller && cp -a ~olzhas/.ssh ~puller/ && chown -R puller ~puller/.ssh"
               " && usermod -s /usr/sbin/nologin backup")
        before, old = files(machine), machine.session()
        plan = machine.control("harden_sshd", "plan")
        assert "PasswordAuthentication no (now yes)" in plan and "MaxAuthTries 3 (now 6)" in plan and "AllowUsers monitor olzhas puller root" in plan, plan
        lost = re.search(r"will lose access: ([\w, -]+) \(no key\)", plan)
        assert lost and "keyless" in lost[1].split(", ") and not {"olzhas", "puller", "root", "backup"} & set(lost[1].split(", ")), plan
        assert "elsewhere" not in plan, plan
        # `su` without - has no folder of sshd in PATH.
        elsewhere = machine.python("import os\nos.environ['PATH'] = '/usr/bin:/bin'\nfrom stack import harden_sshd as one\nprint(one.plan({}))").stdout
        assert "PasswordAuthentication no (now yes)" in elsewhere, elsewhere
        machine.sh("printf 'TrustedUserCAKeys /etc/ssh/ca.pub\nAllowUsers root key*\n' >/etc/ssh/sshd_config.d/60-ca.conf")
        plan = machine.control("harden_sshd", "plan")
        assert "trustedusercakeys /etc/ssh/ca.pub: there are keys outside ~/.ssh" in plan and "lose access: keyless (no key)" in plan, plan
        machine.sh("rm /etc/ssh/sshd_config.d/60-ca.conf")
        assert files(machine) == before
        assert "(publickey,password" in methods(machine), methods(machine)
        # Without confirmation the timer of a second, shorter trial ends it.
        assert "will lose access: " in machine.control("harden_sshd", "apply")
        assert machine.value("passwordauthentication") == "no" and machine.login("true").returncode == 0
        machine.trial = 1
        machine.control("harden_sshd", "apply")
        machine.until(lambda: files(machine) == before)
        assert machine.value("passwordauthentication") == "yes"
        # After a reboot /run is empty.
        machine.trial = 300
        machine.control("harden_sshd", "apply")
        machine.sh("mkdir /run/kept && mv /run/tapbot* /run/kept")
        assert machine.value("passwordauthentication") == "yes" and machine.value("maxauthtries") == "6"
        machine.sh("mv /run/kept/* /run && rmdir /run/kept")
        # Applied twice, there is one trial.
        machine.control("harden_sshd", "apply")
        assert machine.control("harden_sshd", "plan") == "[]"
        refusal = machine.refused("harden_sshd", "keep")
        assert "not a new ssh connection" in refusal, refusal
        assert "not a new ssh connection" in machine.keep(old)
        assert machine.keep(machine.session()) == "kept"
        assert machine.sh("ls /run | grep tapbot || :") == "" and machine.control("harden_sshd", "plan") == "[]"
        assert machine.typed(old, "echo still here") == "still here"
        denied(machine)
        kept = files(machine)
        machine.control("harden_sshd", "apply")
        assert files(machine) == kept, "a repeated apply starts a trial again"
        assert "no trial" in machine.refused("harden_sshd", "keep")
        machine.control("harden_sshd", "undo")
        assert files(machine) == before and machine.typed(old, "echo still here") == "still here"


# Its child holds the lock until the test has compared the files, so that the timer waits.
KILLED = """if os.fork():
        os.kill(os.getpid(), 9)
    os.closerange(0, 3)
    while not os.path.exists("/run/looked"):
        time.sleep(0.1)
    os._exit(0)"""
# It reports that it waits for the lock; after the answer it has waited long enough.
LATE = """import types
from stack import harden_sshd as one
now = [0]
def sleep(_):
    print("waits", flush=True)
    now[0] = 2 * one.LATE_SECONDS
    input()
one.time = types.SimpleNamespace(sleep=sleep, monotonic=lambda: now[0])
one.late(0)
"""


def broken_off():
    """An interrupted apply restores all; after a kill the timer restores it. Only one command runs at a time: keep waits for the
    lock, and a timer that has waited long enough continues."""
    with Served(prepared=False) as machine:
        before = files(machine)
        for end in ("raise KeyboardInterrupt", "raise OSError", KILLED):
            done = machine.python(f"import os, time\nfrom stack import harden_sshd as one\none.TRIAL_SECONDS = 1\ndef ends():\n    {end}\none.not_won = ends\none.apply({{}})")
            assert done.returncode, f"{end}: {done}"
            if "kill" in end:
                assert machine.value("passwordauthentication") == "no" and machine.read("/run/tapbot-sshd.json"), end
                machine.sh("touch /run/looked")
                machine.until(lambda: files(machine) == before)
            assert files(machine) == before, end
        # A timer that starts late would mistake the next trial for its own.
        machine.until(lambda: machine.sh("pgrep -f 'harden_sshd late 1$' || :") == "")
        machine.control("harden_sshd", "apply")
        held = subprocess.Popen(machine.entered("sh", "-c", "exec 9</run && flock 9 && echo held && exec sleep 600"), stdout=subprocess.PIPE, text=True)
        machine.sessions.append(held)
        assert held.stdout.readline() == "held\n"
        there = files(machine)
        done = machine.python("from stack import harden_sshd as one\none.LOCK_SECONDS = 1\nfor what in (one.keep, lambda: one.apply({}), lambda: one.undo({})):\n"
                              "    try:\n        what()\n    except one.Failed as error:\n        print(error)")
        assert done.stdout.count("another harden command") == 3 and files(machine) == there, done
        late = subprocess.Popen(machine.entered("env", f"TAPBOT_ROOT={ROOT}", f"PYTHONPATH={ROOT}/deploy/lib", "python3", "-B", "-c",
                                                LATE), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        machine.sessions.append(late)
        assert late.stdout.readline() == "waits\n"
        assert files(machine) == there, "the timer does not wait for the lock"
        late.communicate("\n", stand.patience())
        assert files(machine) == before, "the timer does not stop waiting"


def methods(machine):
    """The answer of sshd to a client without a key."""
    return machine.inside("sh", "-c", f"{SSH} -o PreferredAuthentications=none root@127.0.0.1 true").stderr


def denied(machine):
    """Tries the limits of the settings from outside."""
    assert "Permission denied (publickey)." in methods(machine), methods(machine)
    assert machine.login("true", "olzhas").returncode == 0
    machine.sh("useradd -m late && cp -a ~olzhas/.ssh ~late/ && chown -R late ~late/.ssh")
    assert "Permission denied" in machine.login("true", "late").stderr, "a user missing in AllowUsers can log in"
    machine.sh("userdel --remove late 2>/dev/null")
    assert machine.login("true", keys=("wrong1", "wrong2", "right")).returncode == 0
    done = machine.login("true", keys=("wrong1", "wrong2", "wrong3", "right"))
    assert done.returncode == 255 and "Too many authentication failures" in done.stderr, done.stderr


def monitor_by_key():
    """A person's key allows commands but no forwarding; the other server's key runs one program from one address."""
    with Served() as machine:
        machine.control("harden_monitor", "apply")
        machine.control("harden_sshd", "apply")
        body = machine.read("/srv/right.pub").split()[1]
        keys = f"{HOME}/.ssh/authorized_keys"
        machine.sh(f"echo 'ssh-ed25519 {body} aigul' >{keys}")
        done = machine.login("id -un; tapbot-monitor status 2>&1; sudo -n id", "monitor", more="-o SendEnv=LC_ALL")
        assert done.stdout.startswith("monitor\n") and done.returncode, done.stdout + done.stderr
        done = machine.login(f"{PROGRAM} status --here", "monitor")
        assert done.returncode == 1 and "Ничего не запущено" in done.stdout, done.stderr
        assert forwards(machine, "root") and not forwards(machine, "monitor"), "sshd forwards connections for monitor"
        forced(machine, keys, body)


def forwards(machine, user):
    """Whether sshd can be reached through a forwarding of that user."""
    done = machine.inside("bash", "-c", f"{SSH} -L 127.0.0.1:9999:127.0.0.1:22 -N -i /srv/right {user}@127.0.0.1 & "
                          "for try in {1..600}; do { exec 3<>/dev/tcp/127.0.0.1/9999; } 2>/dev/null && echo open && break; sleep 0.1; done; "
                          "read -t 60 x <&3; echo $x; kill -9 $!")
    assert "open" in done.stdout, f"{user} is not logged in: {done.stderr}"
    return "SSH-2.0" in done.stdout


def forced(machine, keys, body):
    # The setup of link_files, with this server as the other one.
    machine.sh("mkdir -p secrets/link/ssh && sed -i '/^LINK_/d' .env && "
               f"echo 'ssh-ed25519 {body} x' >secrets/link/ssh/peer.pub && echo LINK_PEER=127.0.0.1 >>.env && : >{keys}")
    assert "the other server's key" in machine.control("harden_monitor", "plan")
    machine.control("harden_monitor", "apply")
    assert machine.sh(f"cat {keys}").startswith(f'restrict,from="127.0.0.1",command="{PROGRAM} --asked" ssh-ed25519 {body}')
    done = machine.login("status --json --here", "monitor")
    assert done.returncode == 1 and '"light": "RED"' in done.stdout, done.stdout + done.stderr
    for words in ("", "id", "deploy", "status; id", "status && id", "$(id)", "logs --file=x", "sh -c id", f"{PROGRAM} status"):
        done = machine.login(words, "monitor")
        assert done.returncode == 2 and "uid=" not in done.stdout and "Можно только" in done.stderr, f"{words}: {done.stdout} {done.stderr}"
    assert machine.login("status", "monitor", more="-tt").returncode, "a terminal for the other server"
    sftp = machine.inside("sh", "-c", f"{SSH} -i /srv/right -s monitor@127.0.0.1 sftp")
    assert sftp.returncode == 2, sftp.stdout
    machine.sh(f"sed -i s/127.0.0.1/10.0.100.9/ {keys}")
    assert "Permission denied" in machine.login("status", "monitor").stderr, "logged in from another address"


def blocks():
    """(mark, line) of each command of "docs/hardening-ssh.md"."""
    with open(os.path.join(stand.ROOT, "docs/hardening-ssh.md"), encoding="utf-8") as file:
        text = file.read()
    found = re.findall(r"(?:<!-- проверка: (.*?) -->\n)?```sh\n(.*?)```", text, re.S)
    return [(mark, line) for mark, block in found for line in block.splitlines() if not mark.startswith("пропустить")]


def page():
    """Runs the page's commands in their order, then those that undo them."""
    with Served() as machine:
        rows = sorted(blocks(), key=lambda row: row[0] == "в конце")
        for mark, line in rows:
            control = re.fullmatch(r"deploy/tapbot harden (apply|undo) (\w+)", line)
            if control:
                machine.control(f"harden_{control[2]}", control[1])
            elif mark == "второе соединение":
                assert machine.keep(machine.session()) == "kept"
            else:
                done = machine.as_monitor(line) if mark == "как monitor" else machine.inside("sh", "-c", line)
                assert "Можно только" not in done.stderr and done.stdout + done.stderr, f"{line}: {done.stderr}"
                assert done.returncode == 0 or mark == "как monitor", f"{line}: {done.stderr}"
        assert machine.inside("id", "monitor").returncode and machine.read(FILE) is None
    return f"{len(rows)} commands"


TESTS = [("sshd: the page of ssh and monitor", page), ("sshd: refuses settings that lock out", refusals), ("sshd: a trial that ends by itself", trial), ("sshd: interrupted", broken_off), ("sshd: monitor by a key", monitor_by_key)]
