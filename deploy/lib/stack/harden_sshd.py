# SPDX-License-Identifier: MIT
"""sshd: keys alone, a few tries, known users. The first value of a setting wins (sshd_config(5)), so the file is the first of
its folder; hosters ship 50-cloud-init.conf with passwords on.

What is applied is on trial for TRIAL_SECONDS: the settings lie in /run, and the file in /etc only includes them. `keep`, called
from a connection that was opened after apply, puts them into /etc; without it the file is as before, also where the machine was
started anew in between. Connections that are open are never closed: sshd reads its settings again for new ones alone. However
apply ends, the timer and what it goes back to were there before FILE was changed."""
import contextlib
import fcntl
import fnmatch
import json
import os
import pwd
import re
import subprocess
import sys
import time

from say import say
from stack import harden_host, link_files, settings as files, tree
from stack.harden_monitor import USER as MONITOR, Failed, fail

NAME = "sshd"
TITLE = ("sshd: вход только по ключам", "sshd: keys alone")

FOLDER = "/etc/ssh/sshd_config.d"
FILE = os.path.join(FOLDER, "00-tapbot.conf")
TRIAL = "/run/tapbot-sshd.conf"
# {begun, boot, old}: when the trial began, which tells one from another; since when new connections have its settings, None until
# then; what stood in FILE before. The times are those of boot_seconds(). Like TRIAL it is gone when the machine is started anew.
STATE = "/run/tapbot-sshd.json"
TRIAL_SECONDS = 300
# Whoever changes these files holds a lock on their folder: apply, keep and undo wait so long for another one. The timer waits
# longer, and then puts back what was there even though somebody hangs.
LOCK_SECONDS, LATE_SECONDS = 30, 300
UNIT = "tapbot-sshd-undo"
# Where `sshd -T` asks from: a Match for an address of the documentation alone is not meant.
SOMEWHERE = "192.0.2.1"

# Where sshd finds keys, as it does by itself: has_key() looks nowhere else.
USUAL_KEYS = {"authorizedkeysfile": ".ssh/authorized_keys .ssh/authorized_keys2", "authorizedkeyscommand": "none", "trustedusercakeys": "none"}

# (setting, value): for everybody.
COMMON = [("PasswordAuthentication", "no"), ("KbdInteractiveAuthentication", "no"), ("PermitEmptyPasswords", "no"),
          ("PubkeyAuthentication", "yes"), ("PermitRootLogin", "prohibit-password"), ("MaxAuthTries", "3"),
          ("ClientAliveInterval", "300"), ("ClientAliveCountMax", "2"), ("X11Forwarding", "no")]
# For the user monitor alone: it looks, and goes nowhere from here.
OF_MONITOR = [("AllowTcpForwarding", "no"), ("AllowStreamLocalForwarding", "no"), ("AllowAgentForwarding", "no"), ("PermitTunnel", "no")]


@contextlib.contextmanager
def locked(seconds=None):
    """Alone with the files meanwhile; the kernel lets go when the holder ends. Failed where another one does not end."""
    handle = os.open(os.path.dirname(STATE), os.O_RDONLY | os.O_DIRECTORY)
    try:
        end = time.monotonic() + (seconds or LOCK_SECONDS)
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    fail("другая команда harden меняет настройки sshd: дождитесь её конца", "another command of harden changes the settings of sshd: wait for its end")
                time.sleep(0.1)
        yield
    finally:
        os.close(handle)


def here():
    """The user who runs this, before sudo."""
    return os.environ.get("SUDO_USER") or pwd.getpwuid(os.getuid()).pw_name


def effective(user=None):
    """{setting: [values]} as sshd has them now, for a connection of that user; raises where its files are wrong."""
    words = ["-C", f"user={user},host={SOMEWHERE},addr={SOMEWHERE}"] if user else []
    found = {}
    for line in harden_host.sshd_settings(*words).splitlines():
        name, _, value = line.partition(" ")
        found.setdefault(name, []).extend(value.split() if name == "allowusers" else [value])
    return found


def has_key(user):
    """Has somebody put a public key there by which that user can log in?"""
    try:
        home = pwd.getpwnam(user).pw_dir
    except KeyError:
        return False
    lines = [line for name in USUAL_KEYS["authorizedkeysfile"].split() for line in (link_files.read(os.path.join(home, name)) or "").splitlines()]
    return any(re.search(r"\b(?:ssh|ecdsa|sk)-[\w@.-]+ AAAA", line) and not line.lstrip().startswith("#") for line in lines)


def with_shell():
    """Accounts, of people and of programs (a backup by rsync), that get a shell."""
    return {one.pw_name for one in pwd.getpwall() if not re.search(r"(nologin|false|sync)$", one.pw_shell)}


def users():
    """Who may log in: who does now and who runs this, who could before (AllowUsers), whoever has a key and a shell, monitor."""
    known = {one.pw_name for one in pwd.getpwall()}
    logged = {line.split()[0] for line in tree.run("who").stdout.splitlines() if line.split()}
    found = {name for name in {here(), *logged, *with_shell()} if name in known and has_key(name)}
    found |= {one for one in effective().get("allowusers", []) if one.split("@")[0] in known or re.search(r"[*?!]", one)}
    return sorted(found | {MONITOR})


def shut_out(now):
    """Who loses what he had, in Russian and English; `now` as effective() has it. They have a shell and no key; whether they have
    a password is not asked."""
    allowed = now.get("allowusers") or ["*"]
    lost = sorted(one for one in with_shell() - {MONITOR} if any(fnmatch.fnmatchcase(one, form.split("@")[0]) for form in allowed) and not has_key(one))
    if lost:
        yield f"больше не войдут: {', '.join(lost)} (нет ключа)", f"will no longer log in: {', '.join(lost)} (no key)"
    for name, value in USUAL_KEYS.items():
        there = " ".join(now.get(name, [value]))
        if there != value:
            yield (f"{name} {there}: ключи есть не только в ~/.ssh, кто ходит по ним, в AllowUsers не попадёт сам",
                   f"{name} {there}: there are keys elsewhere than in ~/.ssh, and whoever comes by them is not put into AllowUsers")


def wanted():
    lines = ["# deploy/tapbot harden пишет этот файл заново. Written by deploy/tapbot harden."]
    lines += [f"{name} {value}" for name, value in COMMON]
    lines += [f"AllowUsers {' '.join(users())}", f"Match User {MONITOR}"]
    lines += [f"    {name} {value}" for name, value in OF_MONITOR]
    return "\n".join([*lines, "Match all", ""])


def settings_of(content):
    return [line.strip() for line in content.splitlines() if line.strip() and not line.startswith("#")]


def on_trial():
    """STATE of a trial that goes on, or None."""
    try:
        with open(STATE, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def plan(_settings):
    """What would change, in Russian and English: each setting that sshd has otherwise now."""
    if not harden_host.program("sshd"):
        return []
    content, now = wanted(), effective("root")
    found = []
    for name, value in COMMON:
        there = " ".join(now.get(name.lower(), ["-"]))
        if not same(value, there):
            found.append((f"{name} {value} (сейчас {there})", f"{name} {value} (now {there})"))
    lacking = sorted(set(users()) - set(now.get("allowusers", [])))
    if lacking:
        found.append((f"AllowUsers {' '.join(users())}", f"AllowUsers {' '.join(users())}"))
    there = TRIAL if on_trial() else FILE
    if not found and settings_of(link_files.read(there) or "") != settings_of(content):
        found.append((f"{FILE} заново", f"{FILE} anew"))
    return found + list(shut_out(now)) if found else []


def same(wanted_value, value):
    """`sshd -T` writes an old name for one value."""
    return {"without-password": "prohibit-password"}.get(value, value) == wanted_value


def not_won():
    """The first of our settings that sshd has otherwise, in the words of both, or None: another file or a Match has it."""
    for user in users():
        now = effective(user.split("@")[0] if not re.search(r"[*?!]", user) else None)
        for name, value in COMMON + (OF_MONITOR if user == MONITOR else []):
            there = " ".join(now.get(name.lower(), ["-"]))
            if not same(value, there):
                return f"{name} {there} ({user})"
        lacking = set(users()) - set(now.get("allowusers", []))
        if lacking:
            return f"AllowUsers: {' '.join(sorted(lacking))} ({user})"
    return None


def reload():
    """New connections get the settings as they are now; open ones go on."""
    for unit in ("ssh.service", "sshd.service"):
        if tree.run("systemctl", "is-active", "--quiet", unit).returncode == 0:
            if tree.run("systemctl", "reload", unit).returncode == 0:
                return
    with contextlib.suppress(OSError, ValueError):
        with open("/run/sshd.pid", encoding="ascii") as file:
            os.kill(int(file.read()), 1)
    # With ssh.socket and nobody connected there is no sshd to tell: the next one reads the files.


def checked():
    if not harden_host.program("sshd"):
        fail("нет sshd: apt-get install -y openssh-server", "there is no sshd: apt-get install -y openssh-server")
    me = here()
    if not has_key(me):
        fail(f"у {me} нет ключа в ~/.ssh/authorized_keys: без пароля вы бы не вошли. Со своего компьютера: ssh-copy-id {me}@СЕРВЕР",
             f"{me} has no key in ~/.ssh/authorized_keys: without a password you could not log in. From your computer: ssh-copy-id {me}@SERVER")
    main = link_files.read("/etc/ssh/sshd_config") or ""
    if not re.search(r"(?mi)^\s*Include\s+/etc/ssh/sshd_config\.d/\*\.conf", main):
        fail("в /etc/ssh/sshd_config нет строки «Include /etc/ssh/sshd_config.d/*.conf»: добавьте её первой",
             "/etc/ssh/sshd_config lacks the line \"Include /etc/ssh/sshd_config.d/*.conf\": put it first")


def apply(_settings):
    """Puts the settings on trial. Again while one goes on: what stood there before it is still what it goes back to."""
    checked()
    with locked():
        lost = list(shut_out(effective()))
        if not try_out():
            return
    for russian, english in lost:
        say(f"sshd: {russian}", f"sshd: {english}")
    say(f"sshd: проба {TRIAL_SECONDS // 60} мин. Откройте ВТОРОЕ соединение и выполните там: sudo deploy/tapbot harden keep\n"
        "Не вошли: ничего не делайте, прежние настройки вернутся сами. Это соединение не закрывайте.",
        f"sshd: on trial for {TRIAL_SECONDS // 60} min. Open a SECOND connection and run there: sudo deploy/tapbot harden keep\n"
        "You cannot log in: do nothing, the old settings come back by themselves. Leave this connection open.")


def try_out():
    """Begins a trial; False where the settings are in force already."""
    going = on_trial()
    old = going["old"] if going else link_files.read(FILE)
    content = wanted()
    if not going and old is not None and settings_of(old) == settings_of(content) and not_won() is None:
        return False
    os.makedirs(FOLDER, exist_ok=True)
    begun = {"begun": boot_seconds(), "boot": None, "old": old}
    try:
        # Whoever is killed from here on leaves the timer, and what it puts back.
        files.write_file(STATE, json.dumps(begun), 0o600)
        timer_start()
        files.write_file(TRIAL, content, 0o600)
        # The old settings stand behind: they count as soon as /run is empty.
        files.write_file(FILE, f"Include {TRIAL}\n{old or ''}", 0o600)
        other = not_won()
        if other:
            fail(f"другой файл или Match в настройках sshd сильнее: {other}", f"another file or a Match of sshd's settings is stronger: {other}")
        reload()
        files.write_file(STATE, json.dumps({**begun, "boot": boot_seconds()}), 0o600)
    except BaseException:
        put_back(old)
        timer_end()
        reload()
        raise
    return True


def timer_end():
    """Of a trial that is over; what runs already finds no trial."""
    tree.run("systemctl", "stop", f"{UNIT}.timer")


def timer_start():
    """Ends the trial in time, by systemd, else by a program of its own."""
    tree.run("systemctl", "stop", f"{UNIT}.timer", f"{UNIT}.service")
    words = ["env", f"TAPBOT_ROOT={tree.ROOT}", f"PYTHONPATH={os.path.join(tree.ROOT, 'deploy/lib')}", "PYTHONSAFEPATH=1",
             sys.executable, "-B", "-m", "stack.harden_sshd", "late"]
    if tree.run("systemd-run", f"--unit={UNIT}", "--collect", f"--on-active={TRIAL_SECONDS}", "--timer-property=AccuracySec=1s", *words).returncode == 0:
        return
    subprocess.Popen([*words, str(TRIAL_SECONDS)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                     start_new_session=True, cwd="/")


def put_back(old):
    """FILE as it was; the trial is over."""
    if old is None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(FILE)
    else:
        files.write_file(FILE, old, 0o600)
    for path in (TRIAL, STATE):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


def late(seconds):
    """What the timer runs: nobody has kept the settings in time. One that was applied anew meanwhile has a timer of its own."""
    began, end = (on_trial() or {}).get("begun"), time.monotonic() + seconds
    while seconds and time.monotonic() < end:
        time.sleep(min(1, seconds))
        if (on_trial() or {}).get("begun") != began:
            return
    with contextlib.ExitStack() as until_the_end:
        with contextlib.suppress(Failed):
            until_the_end.enter_context(locked(LATE_SECONDS))
        going = on_trial()
        if going is None or seconds and going["begun"] != began:
            return
        put_back(going["old"])
        reload()
        files.note_change("harden", "sshd", "not kept, put back")


def boot_seconds():
    """Seconds since the machine was started, of a clock that nobody sets."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def session_began():
    """When the sshd that serves this connection was started, by boot_seconds(); None at a console or behind tmux."""
    pid, tick = os.getpid(), os.sysconf("SC_CLK_TCK")
    while pid > 1:
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
                name, rest = re.match(r"\d+ \((.*)\) (.*)", file.read(), re.S).groups()
        except OSError:
            return None
        words = rest.split()
        if re.match(r"sshd", name):
            return int(words[19]) / tick
        pid = int(words[1])
    return None


def keep():
    """The settings stay: called from a connection that was opened after apply, which proves that one can log in."""
    with locked():
        keep_trial()
    files.note_change("harden", "sshd", "kept")


def keep_trial():
    going = on_trial()
    if going is None:
        fail("проба не идёт: нечего оставлять. Заново: sudo deploy/tapbot harden", "there is no trial to keep. Anew: sudo deploy/tapbot harden")
    began = session_began()
    if began is None or going["boot"] is None or began < going["boot"]:
        fail("это не новое соединение ssh: откройте второе и выполните это там (не из tmux и screen)",
             "this is no new connection of ssh: open a second one and run it there (not in tmux or screen)")
    files.write_file(FILE, link_files.read(TRIAL), 0o600)
    for path in (STATE, TRIAL):
        os.unlink(path)
    reload()
    timer_end()


def undo(_settings):
    """As it was without us; a trial goes back to what stood there before it, which was ours if anything."""
    with locked():
        put_back(None)
        timer_end()
        if harden_host.program("sshd"):
            effective()
            reload()


if __name__ == "__main__":
    if sys.argv[1:2] == ["late"]:
        late(int((sys.argv[2:3] or ["0"])[0]))
