# SPDX-License-Identifier: MIT
"""The user monitor, with the real sudo and accounts of a machine with its own /etc: its permitted commands, attempts to become
root, and the changes of apply and undo."""
import fcntl
import os
import re
import shutil

from machine import Machine, Missing

ROOT = "/opt/tapbot"
PROGRAM, HOME = f"{ROOT}/deploy/host/tapbot-monitor", "/var/lib/tapbot-monitor"
SECRET, TAKEN, EVIL = "words-of-root", "/srv/taken", "/tmp/evil"
# Own folders for accounts, sudo and sshd. The stack is mounted at its usual path, because /tmp is writable by all users.
SETUP = f"""
mkdir "$MACHINE/etc-own" && cp -a /etc/. "$MACHINE/etc-own" && mount --bind "$MACHINE/etc-own" /etc
for folder in /var/lib /run /root /srv /opt /usr/local/sbin /home; do mount -t tmpfs -o mode=0755 tmpfs $folder; done
mkdir {ROOT} /run/sshd /run/sudo && mount --bind "$MACHINE/site" {ROOT}
mkdir -p /var/lib/sudo && echo "127.0.0.1 $(hostname)" >>/etc/hosts
echo {SECRET} >/srv/secret && chmod 600 /srv/secret
# The machine's docker, which records its environment. Its folder is on a disk with free space.
echo '"/srv"' >/run/where
printf '#!/bin/sh\\nMACHINE={{home}}; export MACHINE; [ -x /run/engine ] && /run/engine "$@" && exit; env | sort >/run/environment; case $* in *DockerRootDir*) exec cat /run/where ;; esac; exec {{home}}/bin/docker "$@"\\n' >/usr/local/sbin/docker
chmod 755 /usr/local/sbin/docker
"""
# Each of these creates a file if root runs it.
WICKED = f"""
rm -rf {EVIL} && mkdir -m 755 {EVIL} && cd {EVIL} && mkdir stack bin
for name in json.py sitecustomize.py stack/__init__.py stack/status.py; do echo 'import os; os.geteuid() or open("{TAKEN}", "w")' >$name; done
printf '#!/bin/sh\\n[ "$(id -u)" != 0 ] || touch {TAKEN}\\n' >bin/docker && chmod 755 bin/docker
cp bin/docker bin/bash && cp bin/docker bin/python3 && cp bin/docker bin/less && cp bin/docker shellrc && cp bin/docker tapbot-monitor
ln -s {PROGRAM} bin/tapbot-monitor
chown -R monitor {EVIL}
"""
RUN = f"sudo -n {PROGRAM}"
# Attempts to become root: documented ones, options of other programs, and arguments of our own program.
REFUSED = [
    ("a pager on a log", "sudo -n less /var/log/syslog"), ("a path with ..", "sudo -n tail /var/log/../../srv/secret"),
    ("the journal and its pager", "sudo -n journalctl"), ("a file", "sudo -n cat /srv/secret"), ("a shell", "sudo -n -s"),
    ("a login", "sudo -n -i"), ("su", "sudo -n su"), ("an editor", "sudo -n -e /etc/sudoers"),
    ("a container with the disk", "sudo -n docker run -v /:/host alpine"), ("another service's restart", "sudo -n systemctl restart cron"),
    ("another user", f"sudo -n -u nobody {PROGRAM} status"), ("another group", f"sudo -n -g docker {PROGRAM} status"),
    ("the program by a shell", f"sudo -n bash {PROGRAM} status"), ("the program by Python", f"sudo -n python3 {PROGRAM} status"),
    ("a program of the same name", f"sudo -n {EVIL}/tapbot-monitor status"), ("the verbs themselves", f"sudo -n {ROOT}/deploy/tapbot status"),
    ("a path around", f"sudo -n {ROOT}/deploy/host/../tapbot status"), ("a variable for Python", f"sudo -n PYTHONPATH={EVIL} {PROGRAM} status"),
    ("a variable that is kept", f"PYTHONPATH={EVIL} sudo -n --preserve-env=PYTHONPATH {PROGRAM} status"),
    ("the whole environment", f"BASH_ENV={EVIL}/shellrc sudo -n -E {PROGRAM} status"), ("another folder", f"sudo -n -D {EVIL} {PROGRAM} status"),
    ("another root", f"sudo -n -R {EVIL} {PROGRAM} status"), ("no verb", RUN), ("a verb that changes", f"{RUN} maintenance on"),
    ("a verb that reads secrets", f"{RUN} secrets list"), ("a verb that writes a file", f"{RUN} link export {TAKEN}"),
    ("a second verb", f"{RUN} status deploy"), ("a file as output", f"{RUN} status --json={TAKEN}"),
    ("an option of compose", f"{RUN} logs --file={EVIL}/x"), ("an option behind --", f"{RUN} logs -- --file={EVIL}/x"),
    ("a path as a service", f"{RUN} logs ../../srv/secret"), ("a path as a number", f"{RUN} logs --tail '+1 /srv/secret'"),
    ("a command in a value", f"{RUN} logs --request-id '$(touch {TAKEN})'"), ("a command after a value", f"{RUN} logs --since '1h;touch {TAKEN}'"),
    ("a second line in an argument", f"{RUN} $'status\\ntouch {TAKEN}'"), ("an option as a value", f"{RUN} logs --request-id --follow"),
    ("a word that is too long", f"{RUN} doctor $(printf %300d 1)"), ("too many words", f"{RUN} doctor $(printf 'disk %.0s' $(seq 30))"),
    ("the command of ssh", f"SSH_ORIGINAL_COMMAND='status; touch {TAKEN}' {PROGRAM} --asked"),
    ("another verb by ssh", f"SSH_ORIGINAL_COMMAND=deploy {PROGRAM} --asked"), ("the command of ssh as root", f"SSH_ORIGINAL_COMMAND=status {RUN} --asked"),
    ("the program itself", f"echo >>{PROGRAM}"), ("a module of the stack", f"echo >>{ROOT}/deploy/lib/stack/status.py"),
    ("an additional module", f"touch {ROOT}/deploy/lib/json.py"), ("the rule", "cat /etc/sudoers.d/tapbot-monitor"),
    ("its own keys", f"echo >>{HOME}/.ssh/authorized_keys"), ("its own keys' folder", f"mv {HOME}/.ssh {HOME}/old"),
    ("its own shell's startup file", f"touch {HOME}/.bashrc"), ("an empty password", "su -c id root </dev/null"), ("Docker's group", "newgrp docker </dev/null && docker ps"),
]
# Attempts that succeed as commands and have no effect.
WITHOUT_EFFECT = [
    ("a folder with modules", f"cd {EVIL} && {RUN} status"), ("a PATH of its own", f"PATH={EVIL}/bin:$PATH {RUN} status"),
    ("a link of the same name", f"sudo -n {EVIL}/bin/tapbot-monitor status"), ("a shell's startup file", f"BASH_ENV={EVIL}/shellrc ENV={EVIL}/shellrc {RUN} status"),
    ("a function of the shell", f"env 'BASH_FUNC_say%%=() {{ touch {TAKEN}; }}' {RUN} status"),
    ("a preloaded library", f"LD_PRELOAD={EVIL}/x.so LD_LIBRARY_PATH={EVIL} {RUN} status"),
    ("another stack", f"TAPBOT_ROOT={EVIL} COMPOSE_FILE={EVIL}/x DOCKER_HOST=unix://{EVIL}/x DOCKER_CONFIG={EVIL} HOME={EVIL} {RUN} status"),
    ("a language", f"LC_ALL=../../tmp/evil LANGUAGE={EVIL} TZ=:{EVIL}/x PAGER={EVIL}/bin/less {RUN} status"),
    ("typed input", f"printf '!sh\\n!touch {TAKEN}\\n' | {RUN} logs --tail 5"),
]


class Login(Machine):
    """A machine with accounts, sudo and a folder of root's alone. Only one process at a time may use such machines, until it ends:
    userdel looks through all processes of the computer and refuses if one has the user's ID."""

    lock = None

    def __enter__(self):
        if Login.lock is None:
            Login.lock = os.open("/etc", os.O_RDONLY)
            fcntl.flock(Login.lock, fcntl.LOCK_EX)
        for program in ("sudo", "visudo", "sshd", "ssh"):
            if not shutil.which(program):
                raise Missing(f"there is no {program}")
        self.trial = 300
        super().__enter__()
        self.sh(SETUP.replace("{home}", self.home))
        self.site = ROOT
        self.environment["PATH"] = f"/usr/local/sbin:{self.environment['PATH']}"
        return self

    def python(self, words):
        return self.inside("python3", "-B", "-c", words, env={"PYTHONPATH": f"{ROOT}/deploy/lib", "TAPBOT_ROOT": ROOT})

    def control(self, name, what):
        """Returns the output of a control; raises its error."""
        done = self.called(name, what, "raise SystemExit(str(error))")
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def refused(self, name, what="apply"):
        """Returns the text of a control's refusal."""
        done = self.called(name, what, "print('refused', error)")
        assert done.stdout.startswith("refused "), f"it did not refuse: {done.stdout} {done.stderr}"
        return done.stdout

    def called(self, name, what, otherwise):
        words = "" if what == "keep" else "tree.env_read()"
        return self.python(f"from stack import {name} as one, tree\none.TRIAL_SECONDS = {self.trial}\ntry:\n    print(one.{what}({words}))\n"
                           f"except one.Failed as error:\n    {otherwise}")

    def as_monitor(self, script, **options):
        return self.inside("setpriv", "--reuid", "monitor", "--regid", "monitor", "--init-groups", "env", f"HOME={HOME}", "USER=monitor",
                           "PATH=/usr/local/bin:/usr/bin:/bin", "bash", "-c", script, **options)


def state(machine):
    return machine.sh("cat /etc/passwd /etc/group /etc/shadow; ls -la /etc/sudoers.d | grep -v ' \\.\\.*$'; ls -a /var/lib | grep tapbot || :")


def applied_and_undone():
    """The plan lists the changes, a second apply has nothing to do, and undo restores the former state."""
    with Login(prepared=False) as machine:
        before = state(machine)
        plan = machine.control("harden_monitor", "plan")
        assert "create the user monitor" in plan and "sudo only for status, logs and doctor" in plan, plan
        machine.control("harden_monitor", "apply")
        machine.control("harden_monitor", "apply")
        assert machine.control("harden_monitor", "plan") == "[]"
        assert machine.sh("id -Gn monitor").split() == ["monitor"]
        assert machine.sh("getent shadow monitor").split(":")[1] == "*"
        assert machine.sh(f"stat -c '%U %a' {HOME} {HOME}/.ssh {HOME}/.ssh/authorized_keys /etc/sudoers.d/tapbot-monitor").split() == \
            ["root", "755", "root", "755", "root", "644", "root", "440"]
        # Rights granted later are found and removed; keys of people remain.
        machine.sh(f"groupadd -f docker && usermod -aG docker monitor && usermod -p x monitor && echo 'restrict,pty ssh-ed25519 AAAA one@home' >>{HOME}/.ssh/authorized_keys")
        plan = machine.control("harden_monitor", "plan")
        assert "from the groups: docker" in plan and "password" in plan and "key" not in plan, plan
        machine.control("harden_monitor", "apply")
        assert machine.control("harden_monitor", "plan") == "[]" and "one@home" in machine.sh(f"cat {HOME}/.ssh/authorized_keys")
        machine.sh("groupdel docker 2>/dev/null || :")
        machine.sh(f"echo 'restrict ssh-ed25519 AAAA tapbot-link' >>{HOME}/.ssh/authorized_keys")
        machine.control("harden_monitor", "undo")
        assert machine.sh(f"cat {HOME}/.ssh/authorized_keys") == "restrict,pty ssh-ed25519 AAAA one@home\n"
        machine.control("harden_monitor", "apply")
        assert machine.control("harden_monitor", "plan") == "[]"
        machine.sh(f": >{HOME}/.ssh/authorized_keys")
        machine.control("harden_monitor", "undo")
        assert state(machine) == before
        machine.control("harden_monitor", "undo")


def refuses_what_others_may_change():
    """apply refuses if root would run a file, folder or link that other users may change, or if monitor cannot enter a folder.
    Nothing of the attempt remains."""
    with Login(prepared=False) as machine:
        before = state(machine)
        for path, plant, repair in (
                (f"{ROOT}/deploy/lib/stack/status.py", "chown nobody {}", "chown root {}"), (f"{ROOT}/deploy/lib", "chmod o+w {}", "chmod o-w {}"),
                (ROOT, "chmod 777 {}", "chmod 755 {}"), (PROGRAM, "chown root:nogroup {0} && chmod g+w {0}", "chmod g-w {}"),
                (f"{ROOT}/docker-compose.override.yml", "touch {0} && chown nobody {0}", "rm {}"), ("/opt", "chmod 1777 {}", "chmod 755 {}"),
                (f"{ROOT}/deploy/link", "ln -s /tmp {0} && chown -h nobody {0}", "rm {}")):
            machine.sh(plant.format(path))
            output = machine.refused("harden_monitor")
            assert f"can change {path}," in output, f"{path}: {output}"
            assert state(machine) == before
            machine.sh(repair.format(path))
        for path in ("/opt", f"{ROOT}/deploy/host"):
            machine.sh(f"chmod 750 {path}")
            output = machine.refused("harden_monitor")
            assert f"cannot enter {path} " in output and state(machine) == before, output
            machine.sh(f"chmod 755 {path}")
        machine.sh("useradd --system monitor")
        assert "not created by us" in machine.refused("harden_monitor")
        machine.sh("userdel monitor && echo 'monitor ALL=(root) NOPASSWD: /usr/bin/less /var/log/*' >/etc/sudoers.d/old")
        before = state(machine)
        output = machine.refused("harden_monitor")
        assert "sudo also allows monitor this" in output and "/usr/bin/less" in output, output
        assert state(machine) == before
        machine.sh("rm /etc/sudoers.d/old")
        machine.control("harden_monitor", "apply")


def ways_to_root():
    """The permitted commands work; each attempt to become root is refused or has no effect."""
    with Login() as machine:
        machine.control("harden_monitor", "apply")
        machine.sh(WICKED)
        for words, code in (("status", 1), ("status --json --here", 1), ("logs", 1), ("logs traefik --since 10m --tail 5 --level warn", 1),
                            ("logs --request-id a.b:c-1 --here --raw", 1), ("doctor --list", 0), ("doctor disk", 0)):
            for before in (RUN, PROGRAM, f"SSH_ORIGINAL_COMMAND='{words}' {PROGRAM} --asked #"):
                done = machine.as_monitor(f"{before} {words}")
                assert done.returncode == code and "Можно только" not in done.stderr, f"{before} {words}: {done.returncode} {done.stderr}"
        machine.as_monitor(f"{RUN} status", env={"COMPOSE_PROFILES": "x", "LC_ALL": "en_US.UTF-8", "http_proxy": "x"})
        seen = dict(line.split("=", 1) for line in machine.sh("cat /run/environment").splitlines())
        # The last one is Python's own (PEP 538).
        known = {"PATH", "HOME", "USER", "MACHINE", "PWD", "OLDPWD", "SHLVL", "_", "TAPBOT_ROOT", "PYTHONPATH", "PYTHONSAFEPATH", "LC_CTYPE"}
        assert set(seen) <= known and seen["HOME"] == "/root" and seen.get("LC_CTYPE", "C.UTF-8") == "C.UTF-8" and EVIL not in str(seen), f"carried over: {seen}"
        for rows, ends_well in ((REFUSED, False), (WITHOUT_EFFECT, True)):
            for name, script in rows:
                done = machine.as_monitor(script)
                assert SECRET not in done.stdout + done.stderr, f"{name}: {done.stdout}"
                assert machine.inside("test", "-e", TAKEN).returncode, f"{name}: root has run it"
                # The refusal must come from sudo or from the grammar, not from the verb.
                passed = done.returncode == 1 and re.search("Ничего не запущено", done.stdout + done.stderr)
                assert bool(passed) == ends_well and (ends_well or done.returncode), f"{name}: {done.returncode} {done.stdout} {done.stderr}"
        assert machine.sh(f"git -C {ROOT} status --short") == "", "something has changed in the tree"
    return f"{len(REFUSED)} attempts refused, {len(WITHOUT_EFFECT)} without effect"


TESTS = [("monitor: applied and undone", applied_and_undone), ("monitor: refuses what others may change", refuses_what_others_may_change),
         ("monitor: attempts to become root", ways_to_root, 20)]
