# SPDX-License-Identifier: MIT
"""What is wrong, why it matters, and the command that repairs it: one line each. A check is a row of a
table; its function yields what is wrong and nothing on a sound system."""
import os
import sys
import traceback

from say import say, text
from stack import tree


class Unchecked(Exception):
    """The check cannot be made here and now; the two texts say why."""

    def __init__(self, russian, english):
        super().__init__(english)
        self.why = (russian, english)


class Check:
    """One row: `looks` is what it looks at, `why` what happens otherwise, both Russian and English; `how`
    the function; `command` what repairs it, where the finding has none of its own. A fatal one stops `up`."""

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
    """The finding that a check itself does not work; where, for whoever mends it."""
    at = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(at.filename)}:{at.lineno}: {type(error).__name__}: {error}"
    return Finding(check, (f"проверка сломалась ({where})", f"the check itself is broken ({where})"), f"sudo deploy/tapbot doctor {check.name}",
                   ("Остальные сделаны, а эта ничего не говорит о стеке", "The others were made; this one says nothing of the stack"))


def run_checks(checks):
    """(findings, [(check, why it was not made)]). A check that is broken is a finding too."""
    found, unchecked = [], []
    for check in checks:
        try:
            for one in check.how():
                found.append(Finding(check, *one))
        except Unchecked as reason:
            unchecked.append((check, reason.why))
        except (OSError, UnicodeError) as error:
            unchecked.append((check, (f"не прочитать: {error}", f"cannot be read: {error}")))
        except Exception as error:  # what is wrong with one check hides no other's findings
            found.append(broken(check, error))
    return found, unchecked


def report(found, unchecked=()):
    """Prints both kinds of lines; the exit code."""
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
    """The command that brings a file of the repository back in order: Git's version where it was changed
    here, with a copy of what it was."""
    changed = tree.run("git", "-C", tree.ROOT, "status", "--porcelain", "--", path)
    if changed.returncode == 0 and changed.stdout.startswith((" M", "M", " D")):
        copy = f"cp -r {path} {path}.bak && " if os.path.exists(os.path.join(tree.ROOT, path)) else ""
        return f"{copy}git checkout HEAD -- {path}"
    return f"nano {path}"


def silent_pool(function, items, threads):
    """function(item) for all, some at a time; the results in order."""
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(function, items))
