# SPDX-License-Identifier: MIT
"""Runs checks and prints findings: one line each with the problem, its consequence, and the command that repairs it. A check is
a row of a table; its function yields problems, or nothing if there are none."""
import os
import sys
import traceback

from say import Explained, say, text
from stack import tree


class Unchecked(Explained):
    """The check cannot run now."""


class Check:
    """One row: `looks` is the subject, `why` the consequence of a problem, both in Russian and English; `how` is the function;
    `command` repairs the problem unless the finding has its own command. A finding of a fatal check stops `up`."""

    def __init__(self, name, looks, how, why, command="", fatal=False):
        self.name, self.looks, self.how, self.why, self.command, self.fatal = name, looks, how, why, command, fatal


class Finding:
    def __init__(self, check, what, command=None, why=None):
        self.check, self.what = check, what
        self.command = command or check.command
        self.why = why or check.why

    def line(self):
        command = self.command if os.geteuid() else self.command.replace("sudo ", "")
        return (f"{self.check.name}: {text(*self.what)}. {text(*self.why)}. "
                f"{text('Команда', 'Command')}: {command}").replace("\n", " ")


def broken(check, error):
    """The finding that a check itself has failed, with the place in the code."""
    at = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(at.filename)}:{at.lineno}: {type(error).__name__}: {error}"
    return Finding(check, (f"проверка сломалась ({where})", f"the check itself failed ({where})"), f"sudo deploy/tapbot doctor {check.name}",
                   ("Остальные проверки выполнены, у этой нет результата", "The other checks ran; this one has no result"))


def run_checks(checks):
    """(findings, [(check, why it did not run)]). A check that fails itself is a finding too."""
    found, unchecked = [], []
    for check in checks:
        try:
            for one in check.how():
                found.append(Finding(check, *one))
        except Unchecked as reason:
            unchecked.append((check, reason.why))
        except (OSError, UnicodeError) as error:
            unchecked.append((check, (f"не прочитать: {error}", f"cannot be read: {error}")))
        except Exception as error:  # a failure of one check must not hide the findings of others
            found.append(broken(check, error))
    return found, unchecked


def report(found, unchecked=()):
    """Prints the findings and the checks that did not run; returns the exit code."""
    for one in found:
        print(one.line())
    reasons = {}
    for check, why in unchecked:
        reasons.setdefault(why, []).append(check.name)
    for why, names in reasons.items():
        listed = ", ".join(names)
        say(f"(не проверено, {why[0]}: {listed})", f"(not checked, {why[1]}: {listed})")
    sys.stdout.flush()
    return 1 if found else 0


def listing(checks):
    width = max(len(check.name) for check in checks)
    for check in checks:
        print(f"{check.name:<{width}}  {text(*check.looks)}")


def edit(path):
    """The command that repairs a file of the repository: if it was changed here, a copy is saved and Git's version restored."""
    changed = tree.run("git", "-C", tree.ROOT, "status", "--porcelain", "--", path)
    if changed.returncode == 0 and changed.stdout.startswith((" M", "M", " D")):
        copy = f"cp -r {path} {path}.bak && " if os.path.exists(os.path.join(tree.ROOT, path)) else ""
        return f"{copy}git checkout HEAD -- {path}"
    return f"nano {path}"


def silent_pool(function, items, threads):
    """Calls function(item) for all items, at most `threads` at a time; returns the results in order."""
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(function, items))
