# SPDX-License-Identifier: MIT
"""The user monitor: it has no password, no group except for its own, and nothing writable in its home. With sudo it can run
only deploy/host/tapbot-monitor, without a password. The other server's key allows the same over the link."""
import contextlib
import grp
import os
import pwd
import re
import shutil
import stat

from stack import link_files, settings as files, tree
from stack.harden_host import Failed, done

NAME = "monitor"
TITLE = ("пользователь monitor: смотрит и ничего не меняет", "the user monitor, with read-only access")

USER, HOME, SHELL = "monitor", "/var/lib/tapbot-monitor", "/bin/bash"
PROGRAM = os.path.join(tree.ROOT, "deploy", "host", "tapbot-monitor")
RULE = "/etc/sudoers.d/tapbot-monitor"
TRIED = RULE + ".new"  # sudo reads no file with a dot in its name: sudoers(5)
KEYS = os.path.join(HOME, ".ssh", "authorized_keys")
# Comment of the other server's key in authorized_keys; the other lines belong to administrators.
MARK = "tapbot-link"
# The parts of the tree that root runs or reads: these folders, and these files of the root folder.
FOLDERS = ("deploy", "traefik", "services", ".git")
FILES = re.compile(r"docker-compose.*|services\.tsv|\.env")

SUDOERS = """# Written by deploy/tapbot harden.
Defaults:{user} env_reset, !setenv, !env_keep, !env_check, use_pty
Defaults:{user} secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
{user} ALL=(root:root) NOPASSWD: {program}
"""


def others_write(path):
    """Whether users other than root can change or replace this path."""
    known = os.lstat(path)
    if stat.S_ISLNK(known.st_mode):
        return known.st_uid != 0
    return known.st_uid != 0 or known.st_mode & 0o002 or known.st_mode & 0o020 and known.st_gid != 0


def untrusted():
    """The first path that root would run or read here and that others can change, or None."""
    folder = tree.ROOT
    while True:
        if others_write(folder):
            return folder
        if folder == "/":
            break
        folder = os.path.dirname(folder)
    paths = [os.path.join(tree.ROOT, name) for name in os.listdir(tree.ROOT) if name in FOLDERS or FILES.fullmatch(name)]
    for top, folders, names in (row for name in FOLDERS for row in os.walk(os.path.join(tree.ROOT, name))):
        paths += [os.path.join(top, name) for name in (*folders, *names)]
    return next(filter(others_write, paths), None)


def closed():
    """The first folder on the path to PROGRAM that the user cannot enter, or None."""
    folders = [os.path.dirname(PROGRAM)]
    while folders[-1] != "/":
        folders.append(os.path.dirname(folders[-1]))
    return next((folder for folder in reversed(folders) if not os.stat(folder).st_mode & stat.S_IXOTH), None)


def account():
    """The passwd entry of the user, or None."""
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        return None


def groups():
    """The supplementary groups of the user."""
    return sorted(one.gr_name for one in grp.getgrall() if USER in one.gr_mem)


def has_password():
    # The second field of shadow(5). Python has had no module for it since 3.13.
    fields = tree.run("getent", "shadow", USER).stdout.split(":")
    return len(fields) > 1 and fields[1] not in ("*", "!", "!!", "!*")


def rule():
    return SUDOERS.format(user=USER, program=PROGRAM)


def keys_with(there, settings, command):
    """The content of an authorized_keys: the administrators' lines unchanged, and the line of the other server with that command."""
    lines = [line for line in there.splitlines() if not line.endswith(f" {MARK}")]
    peer, key = settings.get("LINK_PEER"), link_files.ssh_peer()
    if peer and key:
        lines.append(f'restrict,from="{peer}",command="{command}" ssh-ed25519 {key} {MARK}')
    return "".join(line + "\n" for line in lines)


def keys_text(settings):
    return keys_with(link_files.read(KEYS) or "", settings, f"{PROGRAM} --asked")


def plan(settings):
    """The changes, in Russian and English."""
    found, known = [], account()
    if known is None:
        found.append((f"создать пользователя {USER} без пароля", f"create the user {USER} without a password"))
    else:
        if groups():
            found.append((f"убрать {USER} из групп: {', '.join(groups())}", f"remove {USER} from the groups: {', '.join(groups())}"))
        if has_password():
            found.append((f"отключить пароль {USER}", f"disable the password of {USER}"))
    if link_files.read(RULE) != rule():
        found.append((f"{RULE}: sudo только для status, logs и doctor", f"{RULE}: sudo only for status, logs and doctor"))
    if (link_files.read(KEYS) or "") != keys_text(settings):
        found.append((f"{KEYS}: ключ другого сервера", f"{KEYS}: the other server's key"))
    return found


def checked():
    """Fails if the control would not be safe or would take over an existing user."""
    if not re.fullmatch(r"[\w./-]+", tree.ROOT, re.ASCII):
        raise Failed(f"путь {tree.ROOT}: для sudo нужны только латинские буквы, цифры, точка, - и _",
                     f"the path {tree.ROOT}: sudo accepts only Latin letters, digits, dot, - and _")
    for program, package in (("visudo", "sudo"), ("useradd", "passwd")):
        if not shutil.which(program):
            raise Failed(f"нет {program}: apt-get install -y {package}", f"{program} is not installed: apt-get install -y {package}")
    path = untrusted()
    if path:
        raise Failed(f"{path} может менять не только root, а {USER} запускал бы это от root: chown root:root {path} && chmod go-w {path}",
                     f"users other than root can change {path}, which {USER} would run as root: chown root:root {path} && chmod go-w {path}")
    path = closed()
    if path:
        raise Failed(f"{USER} не войдёт в {path} и не запустит {PROGRAM}: перенесите {tree.ROOT} в /opt или выполните chmod o+x {path}",
                     f"{USER} cannot enter {path} to run {PROGRAM}: move {tree.ROOT} to /opt, or run chmod o+x {path}")
    known = account()
    if known and known.pw_dir != HOME:
        raise Failed(f"пользователь {USER} уже есть, его создали не мы (дом {known.pw_dir}). Сохраните нужное, затем: userdel {USER}",
                     f"the user {USER} already exists and was not created by us (home {known.pw_dir}). Save what you need, then: userdel {USER}")


def rights():
    """The sudo rules of the user."""
    listed = done("sudo", "sudo", "-n", "-l", "-U", USER)
    return re.findall(r"(?m)^    (\(.*)$", listed)


def keys_write(settings):
    for path in (HOME, os.path.dirname(KEYS)):
        os.makedirs(path, exist_ok=True)
        os.chown(path, 0, 0)
        os.chmod(path, 0o755)
    files.write_file(KEYS, keys_text(settings), 0o644, 0, 0)


def refresh():
    """Writes the changed key of the other server if the user exists."""
    known = account()
    if known and known.pw_dir == HOME:
        keys_write(tree.env_read())


def account_make():
    if account() is None:
        done("useradd", "useradd", "--system", "--user-group", "--home-dir", HOME, "--no-create-home", "--shell", SHELL, "--password", "*", USER)
    else:
        done("usermod", "usermod", "--groups", "", "--password", "*", USER)


def rule_write():
    """Installs the rule after visudo has accepted it, so that sudo never reads an invalid one."""
    files.write_file(TRIED, rule(), 0o440, 0, 0)
    try:
        done("visudo", "visudo", "-c", "-q", "-f", TRIED)
        os.rename(TRIED, RULE)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(TRIED)
    more = [one for one in rights() if one != f"(root : root) NOPASSWD: {PROGRAM}"]
    if more:
        raise Failed(f"sudo даёт {USER} ещё и это: {'; '.join(more)}. Уберите правила из /etc/sudoers и /etc/sudoers.d и повторите",
                     f"sudo also allows {USER} this: {'; '.join(more)}. Remove the rules from /etc/sudoers and /etc/sudoers.d and try again")


def apply(settings):
    checked()
    was, before = account(), link_files.read(RULE)
    try:
        account_make()
        keys_write(settings)
        rule_write()
    except Exception:
        if was is None:
            undo(settings)
        elif before is None:
            rule_remove()
        else:
            files.write_file(RULE, before, 0o440, 0, 0)
        raise


def rule_remove():
    with contextlib.suppress(FileNotFoundError):
        os.unlink(RULE)


def undo(_settings):
    """Removes the rule first, so that running sessions lose their rights, then the user. Keys added by administrators are kept
    for the next time."""
    rule_remove()
    known = account()
    if known and known.pw_dir != HOME:
        return
    if known:
        done("userdel", "userdel", "--force", USER)
    theirs = keys_text({})
    if theirs.strip():
        files.write_file(KEYS, theirs, 0o644, 0, 0)
    else:
        shutil.rmtree(HOME, ignore_errors=True)
