# SPDX-License-Identifier: MIT
"""sshd: only keys, few tries, known users. The first value of a setting wins (sshd_config(5)), so our file sorts first in its
folder; hosting providers ship 50-cloud-init.conf with passwords enabled.

Applied settings are on trial for TRIAL_SECONDS: they are stored in /run, and the file in /etc only includes them. `keep`, called
from a connection that was opened after apply, moves them to /etc. Without it the previous file is restored, also after a reboot
in between. Open connections are never closed: sshd uses changed settings for new ones only. The timer and the state for the
restore exist before FILE is changed, so the restore works even if apply is killed."""
import contextlib
import fnmatch
import json
import os
import pwd
import re
import subprocess
import sys
import time

from say import say
from stack import deploy_lock, harden_bans, harden_host, link_files, settings as files, tree
from stack.harden_host import Failed
from stack.harden_monitor import USER as MONITOR

NAME = "sshd"
TITLE = ("sshd: вход только по ключам", "sshd: login only with keys")

FOLDER = "/etc/ssh/sshd_config.d"
FILE = os.path.join(FOLDER, "00-tapbot.conf")
TRIAL = "/run/tapbot-sshd.conf"
# {begun, boot, old}: the start of the trial, which identifies it; the time since which new connections have its settings, None
# until then; the previous content of FILE. The times are those of boot_seconds(). Like TRIAL the file is deleted by a reboot.
STATE = "/run/tapbot-sshd.json"
TRIAL_SECONDS = 300
# A process that changes these files holds a lock on their folder. apply, keep and undo wait LOCK_SECONDS for it. The timer waits
# LATE_SECONDS, and then restores the old file even if the holder hangs.
LOCK_SECONDS, LATE_SECONDS = 30, 300
UNIT = "tapbot-sshd-undo"
# The client address for `sshd -T`: an address for documentation, which no Match block should have.
SOMEWHERE = "192.0.2.1"

# The defaults of sshd for the location of keys; has_key() reads no other location.
USUAL_KEYS = {"authorizedkeysfile": ".ssh/authorized_keys .ssh/authorized_keys2", "authorizedkeyscommand": "none", "trustedusercakeys": "none"}

# (setting, value) for all users.
COMMON = [("PasswordAuthentication", "no"), ("KbdInteractiveAuthentication", "no"), ("PermitEmptyPasswords", "no"),
          ("PubkeyAuthentication", "yes"), ("PermitRootLogin", "prohibit-password"), ("MaxAuthTries", "3"),
          ("ClientAliveInterval", "300"), ("ClientAliveCountMax", "2"), ("X11Forwarding", "no")]
# OpenSSH 9.8 and newer: sshd itself refuses an address for up to ten minutes after failures there (PerSourcePenalties), and with it
# all clients behind the same NAT. These addresses are exempt.
EXEMPT = "PerSourcePenaltyExemptList"
# For the user monitor only: no forwarding.
OF_MONITOR = [("AllowTcpForwarding", "no"), ("AllowStreamLocalForwarding", "no"), ("AllowAgentForwarding", "no"), ("PermitTunnel", "no")]


@contextlib.contextmanager
def locked(seconds=None):
    """Context that holds the lock of the files; the kernel releases it when the process ends. Raises Failed on a timeout."""
    handle = os.open(os.path.dirname(STATE), os.O_RDONLY | os.O_DIRECTORY)
    try:
        if not deploy_lock.acquired(handle, seconds or LOCK_SECONDS):
            raise Failed("другая команда harden меняет настройки sshd: дождитесь её конца", "another harden command is changing the sshd settings: wait until it ends")
        yield
    finally:
        os.close(handle)


def here():
    """The user who runs this, before sudo."""
    return os.environ.get("SUDO_USER") or pwd.getpwuid(os.getuid()).pw_name


def effective(user=None):
    """{setting: [values]} of sshd's current configuration, for a connection of that user. Raises Failed if its files are
    invalid."""
    words = ["-C", f"user={user},host={SOMEWHERE},addr={SOMEWHERE}"] if user else []
    found = {}
    for line in harden_host.sshd_settings(*words).splitlines():
        name, _, value = line.partition(" ")
        found.setdefault(name, []).extend(value.split() if name == "allowusers" else [value])
    return found


def has_key(user):
    """Whether the user has a public key with which to log in."""
    try:
        home = pwd.getpwnam(user).pw_dir
    except KeyError:
        return False
    lines = [line for name in USUAL_KEYS["authorizedkeysfile"].split() for line in (link_files.read(os.path.join(home, name)) or "").splitlines()]
    return any(re.search(r"\b(?:ssh|ecdsa|sk)-[\w@.-]+ AAAA", line) and not line.lstrip().startswith("#") for line in lines)


def with_shell():
    """Accounts with a login shell, of people and of programs (for example a backup with rsync)."""
    return {one.pw_name for one in pwd.getpwall() if not re.search(r"(nologin|false|sync)$", one.pw_shell)}


def users():
    """The users for AllowUsers: those who are logged in, run this command, or have a shell, if they have a key; those already in
    AllowUsers; and monitor."""
    known = {one.pw_name for one in pwd.getpwall()}
    logged = {line.split()[0] for line in tree.run("who").stdout.splitlines() if line.split()}
    found = {name for name in {here(), *logged, *with_shell()} if name in known and has_key(name)}
    found |= {one for one in effective().get("allowusers", []) if one.split("@")[0] in known or re.search(r"[*?!]", one)}
    return sorted(found | {MONITOR})


def shut_out(now):
    """The users who lose access, in Russian and English: those with a shell and no key, whether or not they have a password. `now`
    is a result of effective()."""
    allowed = now.get("allowusers") or ["*"]
    lost = sorted(one for one in with_shell() - {MONITOR} if any(fnmatch.fnmatchcase(one, form.split("@")[0]) for form in allowed) and not has_key(one))
    if lost:
        yield f"больше не войдут: {', '.join(lost)} (нет ключа)", f"will lose access: {', '.join(lost)} (no key)"
    for name, value in USUAL_KEYS.items():
        there = " ".join(now.get(name, [value]))
        if there != value:
            yield (f"{name} {there}: ключи есть не только в ~/.ssh, кто ходит по ним, в AllowUsers не попадёт сам",
                   f"{name} {there}: there are keys outside ~/.ssh, and users who log in with them are not added to AllowUsers")


def exempt(env, now):
    """The setting of EXEMPT, where sshd knows it; `now` is a result of effective()."""
    return [(EXEMPT, ",".join(dict.fromkeys(harden_bans.own(env))))] if EXEMPT.lower() in now else []


def wanted(env, now):
    """The content of FILE; `now` is a result of effective()."""
    lines = ["# deploy/tapbot harden пишет этот файл заново. Written by deploy/tapbot harden."]
    lines += [f"{name} {value}" for name, value in COMMON + exempt(env, now)]
    lines += [f"AllowUsers {' '.join(users())}", f"Match User {MONITOR}"]
    lines += [f"    {name} {value}" for name, value in OF_MONITOR]
    return "\n".join([*lines, "Match all", ""])


def settings_of(content):
    return [line.strip() for line in content.splitlines() if line.strip() and not line.startswith("#")]


def on_trial():
    """The STATE of a running trial, or None."""
    try:
        with open(STATE, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def plan(env):
    """The changes, in Russian and English: each setting for which sshd now has another value."""
    if not harden_host.program("sshd"):
        return []
    now = effective("root")
    content, found = wanted(env, now), []
    for name, value in COMMON + exempt(env, now):
        there = " ".join(now.get(name.lower(), ["-"]))
        if not same(value, there):
            found.append((f"{name} {value} (сейчас {there})", f"{name} {value} (now {there})"))
    lacking = sorted(set(users()) - set(now.get("allowusers", [])))
    if lacking:
        found.append((f"AllowUsers {' '.join(users())}", f"AllowUsers {' '.join(users())}"))
    there = TRIAL if on_trial() else FILE
    if not found and settings_of(link_files.read(there) or "") != settings_of(content):
        found.append((f"{FILE} заново", f"{FILE}: write it again"))
    return found + list(shut_out(now)) if found else []


def same(wanted_value, value):
    """Whether the values are equal; `sshd -T` prints an old name for one of them."""
    return {"without-password": "prohibit-password"}.get(value, value) == wanted_value


def not_won():
    """The first of our settings that another file or a Match block overrides, with its value, or None."""
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
    """Reloads sshd: new connections get the current settings; open ones continue."""
    for unit in ("ssh.service", "sshd.service"):
        if tree.run("systemctl", "is-active", "--quiet", unit).returncode == 0:
            if tree.run("systemctl", "reload", unit).returncode == 0:
                return
    with contextlib.suppress(OSError, ValueError):
        with open("/run/sshd.pid", encoding="ascii") as file:
            os.kill(int(file.read()), 1)
    # With ssh.socket and no connection there is no sshd to signal: the next one reads the files.


def checked():
    if not harden_host.program("sshd"):
        raise Failed("нет sshd: apt-get install -y openssh-server", "sshd is not installed: apt-get install -y openssh-server")
    me = here()
    if not has_key(me):
        raise Failed(f"у {me} нет ключа в ~/.ssh/authorized_keys: без пароля вы бы не вошли. Со своего компьютера: ssh-copy-id {me}@СЕРВЕР",
                     f"{me} has no key in ~/.ssh/authorized_keys: without a password you could not log in. From your computer: ssh-copy-id {me}@SERVER")
    main = link_files.read("/etc/ssh/sshd_config") or ""
    if not re.search(r"(?mi)^\s*Include\s+/etc/ssh/sshd_config\.d/\*\.conf", main):
        raise Failed("в /etc/ssh/sshd_config нет строки «Include /etc/ssh/sshd_config.d/*.conf»: добавьте её первой",
                     "/etc/ssh/sshd_config lacks the line \"Include /etc/ssh/sshd_config.d/*.conf\": add it as the first line")


def apply(env):
    """Puts the settings on trial. If a trial is already running, its end still restores the file from before the first trial."""
    checked()
    with locked():
        lost = list(shut_out(effective()))
        if not try_out(env):
            return
    for russian, english in lost:
        say(f"sshd: {russian}", f"sshd: {english}")
    say(f"sshd: проба {TRIAL_SECONDS // 60} мин. Откройте ВТОРОЕ соединение и выполните там: sudo deploy/tapbot harden keep\n"
        "Не вошли: ничего не делайте, прежние настройки вернутся сами. Это соединение не закрывайте.",
        f"sshd: on trial for {TRIAL_SECONDS // 60} min. Open a SECOND connection and run there: sudo deploy/tapbot harden keep\n"
        "If you cannot log in, do nothing: the old settings are restored automatically. Leave this connection open.")


def try_out(env):
    """Starts a trial. Returns False if the settings are already in force."""
    going = on_trial()
    old = going["old"] if going else link_files.read(FILE)
    content = wanted(env, effective())
    if not going and old is not None and settings_of(old) == settings_of(content) and not_won() is None:
        return False
    os.makedirs(FOLDER, exist_ok=True)
    begun = {"begun": boot_seconds(), "boot": None, "old": old}
    try:
        # If the process is killed after this, the timer and the state that it restores remain.
        files.write_file(STATE, json.dumps(begun), 0o600)
        timer_start()
        files.write_file(TRIAL, content, 0o600)
        # The old settings follow the Include: they take effect when /run is empty.
        files.write_file(FILE, f"Include {TRIAL}\n{old or ''}", 0o600)
        other = not_won()
        if other:
            raise Failed(f"другой файл или Match в настройках sshd сильнее: {other}", f"another file or a Match block overrides the sshd settings: {other}")
        reload()
        files.write_file(STATE, json.dumps({**begun, "boot": boot_seconds()}), 0o600)
    except BaseException:
        put_back(old)
        timer_end()
        reload()
        raise
    return True


def timer_end():
    """Stops the timer of a finished trial. If it has already fired, late() finds no trial."""
    tree.run("systemctl", "stop", f"{UNIT}.timer")


def timer_start():
    """Starts the timer that ends the trial: by systemd, otherwise as a background process."""
    tree.run("systemctl", "stop", f"{UNIT}.timer", f"{UNIT}.service")
    words = ["env", f"TAPBOT_ROOT={tree.ROOT}", f"PYTHONPATH={os.path.join(tree.ROOT, 'deploy/lib')}", "PYTHONSAFEPATH=1",
             sys.executable, "-B", "-m", "stack.harden_sshd", "late"]
    if tree.run("systemd-run", f"--unit={UNIT}", "--collect", f"--on-active={TRIAL_SECONDS}", "--timer-property=AccuracySec=1s", *words).returncode == 0:
        return
    subprocess.Popen([*words, str(TRIAL_SECONDS)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                     start_new_session=True, cwd="/")


def put_back(old):
    """Restores FILE and ends the trial."""
    if old is None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(FILE)
    else:
        files.write_file(FILE, old, 0o600)
    for path in (TRIAL, STATE):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


def late(seconds):
    """Run by the timer if the settings were not kept in time. A trial that was started later has its own timer."""
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
    """Seconds since boot, of a clock that cannot be set."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def session_began():
    """The start of the sshd process of this connection, in boot_seconds(); None at a console or in tmux."""
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
    """Makes the settings permanent. Must be called from a connection that was opened after apply, which proves that login works."""
    with locked():
        keep_trial()
    files.note_change("harden", "sshd", "kept")


def keep_trial():
    going = on_trial()
    if going is None:
        raise Failed("проба не идёт: нечего оставлять. Заново: sudo deploy/tapbot harden", "no trial is running. To start again: sudo deploy/tapbot harden")
    began = session_began()
    if began is None or going["boot"] is None or began < going["boot"]:
        raise Failed("это не новое соединение ssh: откройте второе и выполните это там (не из tmux и screen)",
                     "this is not a new ssh connection: open a second one and run the command there (not in tmux or screen)")
    files.write_file(FILE, link_files.read(TRIAL), 0o600)
    for path in (STATE, TRIAL):
        os.unlink(path)
    reload()
    timer_end()


def undo(_settings):
    """Removes our file, also during a trial: the file from before the trial, if any, was ours too."""
    with locked():
        put_back(None)
        timer_end()
        if harden_host.program("sshd"):
            effective()
            reload()


if __name__ == "__main__":
    if sys.argv[1:2] == ["late"]:
        late(int((sys.argv[2:3] or ["0"])[0]))
