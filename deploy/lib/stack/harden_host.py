# SPDX-License-Identifier: MIT
"""Changes of the host by the controls of `harden`: files below /etc, units, packages."""
import contextlib
import os
import shutil

from say import Explained
from stack import settings, tree

# Tests set another root folder.
ROOT = os.environ.get("TAPBOT_HOST_ROOT", "")
INSTALL_SECONDS = 600
# `sshd -T` fails without this folder; systemd creates it when sshd starts for the first time.
SSHD_FOLDER = "/run/sshd"
UNITS = "/etc/systemd/system"


class Failed(Explained):
    """A control cannot be applied or undone, and the host was not changed."""


def on_machine(path):
    return ROOT + path


def source(name):
    """The text of a file of deploy/host."""
    with open(os.path.join(tree.ROOT, "deploy", "host", name), encoding="utf-8") as file:
        return file.read()


def read(path):
    """A file's text, or None if it does not exist."""
    try:
        with open(on_machine(path), encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise Failed(f"{path} не читается: {error}", f"{path} cannot be read: {error}") from error


def write(path, text, mode=0o644):
    try:
        os.makedirs(os.path.dirname(on_machine(path)), mode=0o755, exist_ok=True)
        settings.write_file(on_machine(path), text, mode)
    except OSError as error:
        raise Failed(f"{path} не записать: {error}", f"{path} cannot be written: {error}") from error


def remove(path):
    with contextlib.suppress(FileNotFoundError):
        os.unlink(on_machine(path))


@contextlib.contextmanager
def all_or_nothing(*paths):
    """Context that restores these files if its body fails."""
    before = {path: read(path) for path in paths}
    try:
        yield
    except BaseException:
        for path, text in before.items():
            if text is None:
                remove(path)
            else:
                write(path, text)
        raise


def done(what, *words, timeout=60, **options):
    """Runs a command and returns its output. Raises Failed with its last line of output if it fails."""
    result = tree.run(*words, timeout=timeout, **options)
    if result.returncode:
        said = ((result.stderr.strip() or result.stdout.strip()).splitlines() or ["?"])[-1][:300]
        raise Failed(f"{what}: {said}", f"{what}: {said}")
    return result.stdout


def program(name):
    """The path of a program as root finds it, or None."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def sshd_settings(*words):
    """The output of `sshd -T` with these arguments; "" if sshd is not installed. Raises Failed if sshd rejects its files."""
    sshd = program("sshd")
    if not sshd:
        return ""
    with contextlib.suppress(OSError):
        os.makedirs(SSHD_FOLDER, mode=0o755, exist_ok=True)
    result = tree.run(sshd, "-T", *words)
    if result.returncode:
        said = ((result.stderr.strip() or result.stdout.strip()).splitlines() or ["?"])[0][:300]
        raise Failed(f"sshd не принимает свои настройки: {said}", f"sshd rejects its settings: {said}")
    return result.stdout


def install(*packages):
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done("apt-get", "apt-get", "install", "-y", "-q", *packages, timeout=INSTALL_SECONDS, env=environment)


def enabled(unit):
    return tree.run("systemctl", "is-enabled", "--quiet", unit).returncode == 0
