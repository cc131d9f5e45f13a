# SPDX-License-Identifier: MIT
"""The user monitor: no password, no group but its own, nothing in its home that it may write; by sudo it runs
deploy/host/tapbot-monitor and nothing else, without a password. By the other server's key it does the same over the link."""
import contextlib
import grp
import os
import pwd
import re
import shutil
import stat

from stack import link_files, settings as files, tree
from stack.harden_host import Failed

NAME = "monitor"
TITLE = ("пользователь monitor: смотрит и ничего не меняет", "the user monitor, who looks and changes nothing")

USER, HOME, SHELL = "monitor", "/var/lib/tapbot-monitor", "/bin/bash"
PROGRAM = os.path.join(tree.ROOT, "deploy", "host", "tapbot-monitor")
RULE = "/etc/sudoers.d/tapbot-monitor"
TRIED = RULE + ".new"  # sudo reads no file with a dot in its name: sudoers(5)
KEYS = os.path.join(HOME, ".ssh", "authorized_keys")
# How its line among the keys is known; the others are people's.
MARK = "tapbot-link"
# What is run or read of the tree: these folders whole, and these files of its own.
FOLDERS = ("deploy", "traefik", "services", ".git")
FILES = re.compile(r"docker-compose.*|services\.tsv|\.env")

SUDOERS = """# deploy/tapbot harden writes this file anew.
Defaults:{user} env_reset, !setenv, !env_keep, !env_check, use_pty
Defaults:{user} secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
{user} ALL=(root:root) NOPASSWD: {program}
"""


def fail(russian, english):
    raise Failed(russian, english)


def done(*words):
    """Runs a program of the system; its last words where it fails."""
    result = tree.run(*words)
    if result.returncode:
        said = (result.stderr.strip() or result.stdout.strip() or "?").splitlines()[-1][:200]
        fail(f"{words[0]}: {said}", f"{words[0]}: {said}")
    return result.stdout


def others_write(path):
    """May somebody beside root change what is there, or put something else in its place?"""
    known = os.lstat(path)
    if stat.S_ISLNK(known.st_mode):
        return known.st_uid != 0
    return known.st_uid != 0 or known.st_mode & 0o002 or known.st_mode & 0o020 and known.st_gid != 0


def untrusted():
    """The first of the paths that root would run or read here and others may change, or None."""
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
    """The user as the system has it, or None."""
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        return None


def groups():
    """The groups beside its own."""
    return sorted(one.gr_name for one in grp.getgrall() if USER in one.gr_mem)


def has_password():
    # shadow(5): the second field. Python has no module for it since 3.13.
    fields = tree.run("getent", "shadow", USER).stdout.split(":")
    return len(fields) > 1 and fields[1] not in ("*", "!", "!!", "!*")


def rule():
    return SUDOERS.format(user=USER, program=PROGRAM)


def keys_text(settings):
    """authorized_keys: people's lines as they are, and the other server's as it should be."""
    lines = [line for line in (link_files.read(KEYS) or "").splitlines() if not line.endswith(f" {MARK}")]
    peer, key = settings.get("LINK_PEER"), link_files.ssh_peer()
    if peer and key:
        lines.append(f'restrict,from="{peer}",command="{PROGRAM} --asked" ssh-ed25519 {key} {MARK}')
    return "".join(line + "\n" for line in lines)


def plan(settings):
    """What would change, in Russian and English."""
    found, known = [], account()
    if known is None:
        found.append((f"создать пользователя {USER} без пароля", f"make the user {USER}, without a password"))
    else:
        if groups():
            found.append((f"убрать {USER} из групп: {', '.join(groups())}", f"take {USER} out of the groups: {', '.join(groups())}"))
        if has_password():
            found.append((f"отключить пароль {USER}", f"switch off the password of {USER}"))
    if link_files.read(RULE) != rule():
        found.append((f"{RULE}: sudo только для status, logs и doctor", f"{RULE}: sudo for status, logs and doctor alone"))
    if (link_files.read(KEYS) or "") != keys_text(settings):
        found.append((f"{KEYS}: ключ другого сервера", f"{KEYS}: the other server's key"))
    return found


def checked():
    """Ends where it would not be safe or would take somebody's own user away."""
    if not re.fullmatch(r"[\w./-]+", tree.ROOT, re.ASCII):
        fail(f"путь {tree.ROOT}: для sudo нужны только латинские буквы, цифры, точка, - и _",
             f"the path {tree.ROOT}: sudo needs Latin letters, digits, dot, - and _")
    for program, package in (("visudo", "sudo"), ("useradd", "passwd")):
        if not shutil.which(program):
            fail(f"нет {program}: apt-get install -y {package}", f"there is no {program}: apt-get install -y {package}")
    path = untrusted()
    if path:
        fail(f"{path} может менять не только root, а {USER} запускал бы это от root: chown root:root {path} && chmod go-w {path}",
             f"not root alone may change {path}, and {USER} would run it as root: chown root:root {path} && chmod go-w {path}")
    path = closed()
    if path:
        fail(f"{USER} не войдёт в {path} и не запустит {PROGRAM}: перенесите {tree.ROOT} в /opt или выполните chmod o+x {path}",
             f"{USER} cannot enter {path} to run {PROGRAM}: move {tree.ROOT} to /opt, or run chmod o+x {path}")
    known = account()
    if known and known.pw_dir != HOME:
        fail(f"пользователь {USER} уже есть, его создали не мы (дом {known.pw_dir}). Сохраните нужное, затем: userdel {USER}",
             f"there is a user {USER} already, and not of ours (home {known.pw_dir}). Keep what you need, then: userdel {USER}")


def rights():
    """The rules that sudo has for the user."""
    said = done("sudo", "-n", "-l", "-U", USER)
    return re.findall(r"(?m)^    (\(.*)$", said)


def keys_write(settings):
    for path in (HOME, os.path.dirname(KEYS)):
        os.makedirs(path, exist_ok=True)
        os.chown(path, 0, 0)
        os.chmod(path, 0o755)
    files.write_file(KEYS, keys_text(settings), 0o644, 0, 0)


def refresh():
    """The other server's key has changed: where the user is there, so is the key from now on."""
    known = account()
    if known and known.pw_dir == HOME:
        keys_write(tree.env_read())


def account_make():
    if account() is None:
        done("useradd", "--system", "--user-group", "--home-dir", HOME, "--no-create-home", "--shell", SHELL, "--password", "*", USER)
    else:
        done("usermod", "--groups", "", "--password", "*", USER)


def rule_write():
    """Only what visudo takes is ever read by sudo."""
    files.write_file(TRIED, rule(), 0o440, 0, 0)
    try:
        done("visudo", "-c", "-q", "-f", TRIED)
        os.rename(TRIED, RULE)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(TRIED)
    more = [one for one in rights() if one != f"(root : root) NOPASSWD: {PROGRAM}"]
    if more:
        fail(f"sudo даёт {USER} ещё и это: {'; '.join(more)}. Уберите правила из /etc/sudoers и /etc/sudoers.d и повторите",
             f"sudo gives {USER} this too: {'; '.join(more)}. Take the rules out of /etc/sudoers and /etc/sudoers.d and try again")


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
    """Its sessions go on without rights: the rule goes first. Keys that people have put there stay for the next time."""
    rule_remove()
    known = account()
    if known and known.pw_dir != HOME:
        return
    if known:
        done("userdel", "--force", USER)
    theirs = keys_text({})
    if theirs.strip():
        files.write_file(KEYS, theirs, 0o644, 0, 0)
    else:
        shutil.rmtree(HOME, ignore_errors=True)
