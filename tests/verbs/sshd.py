# SPDX-License-Identifier: MIT
"""sshd's settings with the real sshd: who may log in and how, the trial that ends by itself, and what the user monitor may do
by a key."""
import os
import re
import subprocess

import stand
from monitor import HOME, PROGRAM, ROOT, Login

FILE, TRIAL = "/etc/ssh/sshd_config.d/00-tapbot.conf", "/run/tapbot-sshd.conf"
SSH = "ssh -F /dev/null -o BatchMode=yes -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
# What hosters ship, and people with keys.
SETUP = """
echo 'PasswordAuthentication yes' >/etc/ssh/sshd_config.d/50-cloud-init.conf
cp /usr/share/openssh/sshd_config /etc/ssh/sshd_config
for name in right wrong1 wrong2 wrong3; do ssh-keygen -q -t ed25519 -N '' -f /srv/$name; done
mkdir -m 700 ~root/.ssh && cp /srv/right.pub ~root/.ssh/authorized_keys
"""


class Served(Login):
    """A machine on which sshd runs, as its files had it when it started."""

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
        stand.wait_until("what sshd says", seconds, what, 0.1)

    def login(self, words, user="root", keys=("right",), more=""):
        return self.inside("sh", "-c", f"{SSH} {more} {' '.join(f'-i /srv/{key}' for key in keys)} {user}@127.0.0.1 \"$0\"", words)

    def session(self):
        """A shell that stays, from now on."""
        one = subprocess.Popen(self.entered("sh", "-c", f"exec {SSH} -i /srv/right root@127.0.0.1 sh"), stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True, env={**os.environ, **self.environment})
        self.sessions.append(one)
        assert self.typed(one, "echo here") == "here"
        return one

    @staticmethod
    def typed(one, line):
        """The last line that a session says to it."""
        one.stdin.write(f"{line}; echo; echo end\n")
        one.stdin.flush()
        said = []
        while (got := one.stdout.readline()) not in ("end\n", ""):
            said += [got.strip()] * bool(got.strip())
        assert got, "the session was closed"
        return said[-1] if said else ""

    def keep(self, session):
        return self.typed(session, f"cd {ROOT}; LANG=en_US.UTF-8 TAPBOT_ROOT={ROOT} PYTHONPATH=deploy/lib python3 -B -c '"
                          "from stack import harden_sshd as one\ntry:\n    one.keep(); print(\"kept\")\nexcept one.Failed as error:\n    print(error)'")

    def value(self, name):
        return next(line.split(" ", 1)[1] for line in self.sh("sshd -T").splitlines() if line.startswith(name + " "))


def files(machine):
    return machine.sh("cd /etc/ssh && find . -type f | sort | xargs sha256sum; ls /run | grep tapbot || :")


def refusals():
    """Where somebody could lock himself out, or another file is stronger, it is said and all is as before."""
    with Served(prepared=False) as machine:
        for plant, said, repair in (
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
            assert said in refused, f"{plant}: {refused}"
            assert files(machine) == before, plant
            machine.sh(repair)


def trial():
    """From passwords to keys: open sessions go on, only a new one keeps it, and who does nothing has the old settings back."""
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
        # `su` without - does not look where sshd is.
        elsewhere = machine.python("import os\nos.environ['PATH'] = '/usr/bin:/bin'\nfrom stack import harden_sshd as one\nprint(one.plan({}))").stdout
        assert "PasswordAuthentication no (now yes)" in elsewhere, elsewhere
        machine.sh("printf 'TrustedUserCAKeys /etc/ssh/ca.pub\nAllowUsers root key*\n' >/etc/ssh/sshd_config.d/60-ca.conf")
        plan = machine.control("harden_sshd", "plan")
        assert "trustedusercakeys /etc/ssh/ca.pub: there are keys outside ~/.ssh" in plan and "lose access: keyless (no key)" in plan, plan
        machine.sh("rm /etc/ssh/sshd_config.d/60-ca.conf")
        assert files(machine) == before
        assert "(publickey,password" in methods(machine), methods(machine)
        # Nobody keeps it: the timer of a second, shorter trial ends it.
        assert "will lose access: " in machine.control("harden_sshd", "apply")
        assert machine.value("passwordauthentication") == "no" and machine.login("true").returncode == 0
        machine.trial = 1
        machine.control("harden_sshd", "apply")
        machine.until(lambda: files(machine) == before)
        assert machine.value("passwordauthentication") == "yes"
        # The machine is started anew: /run is empty.
        machine.trial = 300
        machine.control("harden_sshd", "apply")
        machine.sh("mkdir /run/kept && mv /run/tapbot* /run/kept")
        assert machine.value("passwordauthentication") == "yes" and machine.value("maxauthtries") == "6"
        machine.sh("mv /run/kept/* /run && rmdir /run/kept")
        # Twice is one trial.
        machine.control("harden_sshd", "apply")
        assert machine.control("harden_sshd", "plan") == "[]"
        said = machine.refused("harden_sshd", "keep")
        assert "not a new ssh connection" in said, said
        assert "not a new ssh connection" in machine.keep(old)
        assert machine.keep(machine.session()) == "kept"
        assert machine.sh("ls /run | grep tapbot || :") == "" and machine.control("harden_sshd", "plan") == "[]"
        assert machine.typed(old, "echo still here") == "still here"
        denied(machine)
        kept = files(machine)
        machine.control("harden_sshd", "apply")
        assert files(machine) == kept, "applied again, it is on trial again"
        assert "no trial" in machine.refused("harden_sshd", "keep")
        machine.control("harden_sshd", "undo")
        assert files(machine) == before and machine.typed(old, "echo still here") == "still here"


# Its child holds the lock until the test has looked, so that the timer waits.
KILLED = """if os.fork():
        os.kill(os.getpid(), 9)
    os.closerange(0, 3)
    while not os.path.exists("/run/looked"):
        time.sleep(0.1)
    os._exit(0)"""
# It says that it waits for the lock; by the answer it has waited long enough.
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
    """Whoever is interrupted leaves all as it was, whoever is killed the timer, which puts it back. One at a time: keep waits for its
    turn, and a timer that has waited long enough goes on."""
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
        # One that started late would take the next trial for its own.
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
        assert files(machine) == there, "the timer does not wait for who holds the lock"
        late.communicate("\n", stand.patience())
        assert files(machine) == before, "the timer waits for ever"


def methods(machine):
    """What sshd says to who has no key."""
    return machine.inside("sh", "-c", f"{SSH} -o PreferredAuthentications=none root@127.0.0.1 true").stderr


def denied(machine):
    """What the settings say, tried from outside."""
    assert "Permission denied (publickey)." in methods(machine), methods(machine)
    assert machine.login("true", "olzhas").returncode == 0
    machine.sh("useradd -m late && cp -a ~olzhas/.ssh ~late/ && chown -R late ~late/.ssh")
    assert "Permission denied" in machine.login("true", "late").stderr, "whoever is not in AllowUsers is let in"
    machine.sh("userdel --remove late 2>/dev/null")
    assert machine.login("true", keys=("wrong1", "wrong2", "right")).returncode == 0
    said = machine.login("true", keys=("wrong1", "wrong2", "wrong3", "right"))
    assert said.returncode == 255 and "Too many authentication failures" in said.stderr, said.stderr


def monitor_by_key():
    """A person looks and forwards nothing; the other server's key runs the one program from the one address."""
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
        assert forwards(machine, "root") and not forwards(machine, "monitor"), "forwarded for monitor"
        forced(machine, keys, body)


def forwards(machine, user):
    """Does a connection through that user's reach sshd?"""
    done = machine.inside("bash", "-c", f"{SSH} -L 127.0.0.1:9999:127.0.0.1:22 -N -i /srv/right {user}@127.0.0.1 & "
                          "for try in {1..600}; do { exec 3<>/dev/tcp/127.0.0.1/9999; } 2>/dev/null && echo open && break; sleep 0.1; done; "
                          "read -t 60 x <&3; echo $x; kill -9 $!")
    assert "open" in done.stdout, f"{user} is not logged in: {done.stderr}"
    return "SSH-2.0" in done.stdout


def forced(machine, keys, body):
    # As link_files has it for the other server, which is this one here.
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
    assert "Permission denied" in machine.login("status", "monitor").stderr, "let in from elsewhere"


def blocks():
    """(mark, line) of each command of "docs/hardening-ssh.md"."""
    with open(os.path.join(stand.ROOT, "docs/hardening-ssh.md"), encoding="utf-8") as file:
        text = file.read()
    found = re.findall(r"(?:<!-- проверка: (.*?) -->\n)?```sh\n(.*?)```", text, re.S)
    return [(mark, line) for mark, block in found for line in block.splitlines() if not mark.startswith("пропустить")]


def page():
    """Its commands in their order, and what undoes them last."""
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


TESTS = [("sshd: the page of ssh and monitor", page), ("sshd: refuses what would lock out", refusals), ("sshd: a trial that ends by itself", trial), ("sshd: broken off", broken_off), ("sshd: monitor by a key", monitor_by_key)]
