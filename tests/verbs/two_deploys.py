# SPDX-License-Identifier: MIT
"""One deploy over two servers: each is a process in which the steps that need an engine are recorded instead; the pipes between them
stand for ssh, which verbs/peers has."""
import contextlib
import io
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
from unittest import mock

import services
from stack import harden, harden_host, harden_monitor, harden_peer, link, link_files, peer, settings, tree
from stand import ROOT, wait_until

# server NUMBER FOLDER [ARGUMENT...]: `deploy` there, or what tapbot-peer runs. FOLDER/case.json has what goes wrong.
SERVER = """
import contextlib, json, os, sys, time
number, folder, *words = sys.argv[1:]
own, case = os.path.join(folder, number), json.load(open(os.path.join(folder, "case.json")))
from unittest import mock
import services
from stack import deploy, deploy_lock, deploy_other, deploy_peer, peer, releases, rollout, settings, tree, up
deploy_lock.FOLDER, deploy_lock.LOCK, deploy_lock.FREE_SECONDS = own, os.path.join(own, "lock"), 0
deploy_peer.SILENT_SECONDS, deploy_other.PING_SECONDS = case.get("silent", 30), case.get("ping", 0.1)

def log(step):
    with open(os.path.join(folder, "steps"), "a") as file:
        file.write(f"{number} {step}\\n")

def fails(step):
    return case.get(step) == number

def version(new=None):
    path = os.path.join(own, "version")
    if new:  # at once: a kill -9 must not leave half of a file
        open(path + ".new", "w").write(new)
        os.replace(path + ".new", path)
    return open(path).read()

def here(names=None):
    return [one for one in services.services() if ("2" == number or number in one.servers) and (not names or one.name in names)]

def prepare(names, versions, fixed, timings):
    log("prepare")
    assert fixed or number == "2", "server 1 builds"
    if fails("prepare"):
        deploy.die(1, "?", "the settings are wrong")

def carry_out(names, versions, before, bake, timings):
    log("switch")
    assert bake == 7 and deploy_lock.holder(), "the lock is not held"
    try:
        for _ in range(12000 if fails("slow") else 0):  # naps: a signal that comes just before a sleep does not end it
            time.sleep(0.05)
    except KeyboardInterrupt:
        return names, deploy.interrupted()
    if fails("switch"):
        return names, rollout.Refused("?", "it answers 500")
    version(versions[names[0]])
    return names, None

def undo(touched, versions, before, timings):
    log("undo")
    version(before[touched[0]])

def load(images):
    log(f"load {' '.join(images)}")
    return not fails("load")

def command(words, user):
    assert user == "root"
    if case.get("away"):
        return ["sh", "-c", "echo 'ssh: connect to host 10.0.100.1 port 22: Connection refused' >&2; exit 255"]
    words = [word for word in words if word != "en"]
    return [sys.executable, "-B", os.path.join(folder, "server.py"), "12".replace(number, ""), folder, "peer", *words]

for module, name, instead in (
        (deploy, "prepared", lambda: None), (deploy, "runs_here", lambda names: [name for name in names if number in services.one(name).servers]),
        *((deploy, name, lambda: dict.fromkeys((one.name for one in here()), version())) for name in ("running_versions", "recorded_versions")), (releases, "here", here),
        (deploy, "plan", lambda names, *_: print("plan:", *names)), (deploy, "lacking_of", lambda names, wanted: [f"tapbot/{name}:{wanted}" for name in names] * (number == "1")),
        (deploy, "version", lambda: "2"), (deploy, "pin", lambda _: log("pin")), (deploy, "prepare", prepare), (deploy, "carry_out", carry_out), (deploy, "undo", undo), (deploy_other, "load", load),
        (deploy, "commit", lambda *_: log("commit")), (deploy, "watch_on", lambda *_: log("watch")), (up, "commit", lambda: case.get("code", {}).get(number, "abc")),
        (settings, "note_change", lambda *_: None), (tree, "env_read", lambda: {}), (peer, "number", lambda: "12".replace(number, "")),
        (peer, "keys_needed", lambda: None), (peer, "command", command)):
    mock.patch.object(module, name, instead).start()
sys.exit(deploy_peer.main(words[1:]) if words[:1] == ["peer"] else deploy.main([*words, "--bake", "7"]))
"""
BOTH = [one.name for one in services.services() if "1" in one.servers]
ALONE = next(one.name for one in services.services() if one.servers == ["2"])
LOAD = "2 load " + " ".join(f"tapbot/{name}:2" for name in BOTH)
PINNED = ["1 pin", "2 pin"]
READY = [*PINNED, "2 prepare", LOAD, "1 prepare"]
DONE = [*READY, "2 switch", "1 switch", "2 commit", "1 commit", "2 watch", "1 watch"]
# What is done, from which server, what goes wrong, the exit code, the steps, a part of the output.
CASES = (
    ("from server 2", "2", ["--yes"], {}, 0, DONE, "1: plan: " + " ".join(BOTH)),
    ("from server 1", "1", ["--yes"], {}, 0, DONE, "2: Deployed: 2"),
    ("a plan", "2", ["--plan"], {}, 0, [], "1: plan: "),
    ("a plan, from server 1", "1", ["--plan"], {}, 0, [], "2: plan: "),
    ("the question is answered with no", "1", [], {}, 1, [], "Nothing was changed"),
    ("this server only", "2", ["--yes", "--here"], {"away": True}, 0, ["2 pin", "2 prepare", "2 switch", "2 commit", "2 watch"], "Deployed: 2"),
    ("a service of server 2", "2", ["--yes", ALONE], {"away": True}, 0, ["2 pin", "2 prepare", "2 switch", "2 commit", "2 watch"], "Deployed: 2"),
    ("the link is cut", "2", ["--yes"], {"away": True}, 1, [], "Server 1: its sshd does not listen on the link. Nothing was changed"),
    ("the link is cut, from server 1", "1", ["--yes"], {"away": True}, 1, [], "Server 2: its sshd does not listen on the link."),
    ("the link is cut, a plan", "2", ["--plan"], {"away": True}, 1, [], "deploy --here"),
    ("other code", "2", ["--yes"], {"code": {"1": "def"}}, 1, [], "it has other code (def, here abc)"),
    ("other code, from server 1", "1", ["--yes"], {"code": {"1": "def"}}, 1, [], "it has other code (def, here abc)"),
    ("a check of server 2 fails", "2", ["--yes"], {"prepare": "2"}, 1, [*PINNED, "2 prepare"], "the settings are wrong"),
    ("the images do not arrive", "2", ["--yes"], {"load": "2"}, 1, READY[:-1], "the images could not be copied. Nothing was changed"),
    ("a check of server 1 fails", "2", ["--yes"], {"prepare": "1"}, 1, READY, "Server 1: the settings are wrong. Nothing was changed"),
    ("server 2 fails", "2", ["--yes"], {"switch": "2"}, 1, [*READY, "2 switch", "2 undo"], "Not deployed: it answers 500"),
    ("server 1 fails", "2", ["--yes"], {"switch": "1"}, 1, [*READY, "2 switch", "1 switch", "1 undo", "2 undo"], "Not deployed: server 1: it answers 500"),
    ("server 1 fails, from server 1", "1", ["--yes"], {"switch": "1"}, 1, [*READY, "2 switch", "1 switch", "1 undo", "2 undo"], "server 1: it answers 500"),
)


class Two:
    """As a context: two servers with version 1 on each."""

    def __init__(self, **case):
        self.case = case

    def __enter__(self):
        self.home = tempfile.TemporaryDirectory()
        self.folder = self.home.name
        for number in "12":
            os.mkdir(self.path(number))
            self.write(f"{number}/version", "1")
        self.write("case.json", json.dumps(self.case))
        self.write("server.py", SERVER)
        self.write("steps", "")
        return self

    def __exit__(self, *_):
        self.home.cleanup()

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def steps(self):
        return self.read("steps").splitlines()

    def versions(self):
        return self.read("2/version") + self.read("1/version")

    def begin(self, number, *words):
        environment = {**os.environ, "TAPBOT_ROOT": ROOT, "PYTHONPATH": os.path.join(ROOT, "deploy/lib"), "LANG": "en_US.UTF-8", "LC_ALL": "en_US.UTF-8", "USER": "aigul"}
        return subprocess.Popen([sys.executable, "-B", self.path("server.py"), number, self.folder, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, env=environment, start_new_session=True)

    def deploy(self, number, *words):
        """(exit code, output)"""
        with self.begin(number, *words) as process:
            output, _ = process.communicate("no\n")
        return process.returncode, output

    def free(self):
        """Waits until nobody holds a lock, and nothing runs."""
        wait_until("the locks are free", 20, lambda: not any(os.path.exists(self.path(f"{number}/lock")) for number in "12") and not self.running())

    def running(self):
        return subprocess.run(["pgrep", "-f", self.path("server.py")], capture_output=True, check=False).returncode == 0


def sorted_end(steps):
    """The last two steps may come in either order: each server starts its own watch."""
    return steps[:-2] + sorted(steps[-2:], reverse=True)


def table():
    """Both are deployed in order, from either; what goes wrong before the first switch changes nothing, a failure later undoes both."""
    for why, number, words, case, code, steps, part in CASES:
        with Two(**case) as two:
            found, output = two.deploy(number, *words)
            assert found == code and part in output, f"{why}: {found}: {output}"
            two.free()
            assert sorted_end(two.steps()) == sorted_end(steps), f"{why}: {two.steps()}: {output}"
            assert two.versions() == ("11" if code or not steps else "21" if case.get("away") else "22"), f"{why}: {two.versions()}"
            assert "Traceback" not in output, f"{why}: {output}"
    return f"{len(CASES)} cases"


def holders():
    """A deploy, or another command, holds the lock of either server: it is named, and nothing changes on both; after its kill -9 the
    lock is free."""
    with Two(slow="1") as two, two.begin("2", "--yes") as first:
        wait_until("server 1 switches", 20, lambda: "1 switch" in two.steps())
        before = two.steps()
        for number in "21":
            code, output = two.deploy(number, "--yes")
            assert code == 1 and '"deploy --yes' in output and "Nothing" not in output.splitlines()[0], output
        assert two.steps() == before
        os.unlink(two.path("2/lock"))  # as if server 2 was restored: server 1 alone is locked
        code, output = two.deploy("2", "--yes")
        assert code == 1 and '"deploy (server 2, aigul)" is running' in output and "Nothing was changed, the previous version serves on both servers" in output, output
        assert two.steps() == before
        first.kill()
        first.communicate()
        wait_until("server 1 goes back", 20, lambda: "1 undo" in two.steps())
        wait_until("it has no lock", 20, lambda: not os.path.exists(two.path("1/lock")))
        two.write("case.json", "{}")
        code, output = two.deploy("1", "--yes")
        assert code == 0 and two.versions() == "22", output


def ends(how, place):
    """The deploying process ends at that step: the version of each server, and what server 1 did."""
    with Two(slow=place, ping=0.1 if how else 600, silent=30 if how else 6) as two, two.begin("2", "--yes") as first:
        wait_until("the switch", 20, lambda: f"{place} switch" in two.steps())
        if how:
            os.kill(first.pid, how)
        if how in (None, signal.SIGKILL):  # None: the link is cut, and nothing ends on this side
            wait_until("server 1 has no lock", 20, lambda: not os.path.exists(two.path("1/lock")))
            first.kill()
        output, _ = first.communicate()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(two.path("2/lock"))  # of a killed process: the next one takes it over
        two.free()
        return two.versions(), two.steps(), output


def interruptions():
    """kill -9, Ctrl-C and a cut link, while either server switches: server 1 goes back if it has begun and is not locked; Ctrl-C
    undoes both."""
    versions, steps, _ = ends(signal.SIGKILL, "1")
    assert versions == "21" and steps[-1] == "1 undo", (versions, steps)
    versions, steps, _ = ends(signal.SIGKILL, "2")
    assert versions == "11" and steps[-1] == "2 switch", (versions, steps)
    versions, steps, _ = ends(None, "1")
    assert versions[1] == "1" and "1 undo" in steps, (versions, steps)
    for place in "12":
        versions, steps, output = ends(signal.SIGINT, place)
        assert versions == "11" and steps[-1] == "2 undo" and ("1 undo" in steps) == (place == "1") and "interrupted" in output, (versions, steps, output)


def allowed():
    """What tapbot-peer accepts from the other server."""
    import importlib.machinery
    import importlib.util
    loader = importlib.machinery.SourceFileLoader("tapbot_peer", os.path.join(ROOT, "deploy/host/tapbot-peer"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("tapbot_peer", loader))
    dont, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    loader.exec_module(module)
    sys.dont_write_bytecode = dont
    for good in ("load", "session", "en session", "deploy", "en deploy --yes", f"deploy --plan {ALONE} --version v1.2.3-4-gabc --bake 60"):
        assert module.ALLOWED.fullmatch(good), good
    for bad in ("", "en", "status", "load x", "session 1", "deploy --here", "deploy ;id", "deploy  --yes", "deploy --version -x", "deploy --version ../x", "deploy\nid",
                "deploy --yes\n", "deploy $(id)", "rollback --yes", "ru deploy", "deploy --version", "deploy " + "a " * 30, "LOAD", "deploy --version é"):
        assert not module.ALLOWED.fullmatch(bad), bad


def port_of_sshd():
    """ssh gets the port of the other server's sshd; its host key is stored without one."""
    for port, wanted in (({}, "22"), ({"LINK_SSH_PORT": "2222"}, "2222")):
        with mock.patch.object(tree, "env_read", lambda port=port: {"LINK_PEER": "10.0.100.2", **port}):
            program, *words = peer.command(["status"])
        known = subprocess.run([program, "-G", *words], capture_output=True, text=True, check=True).stdout.splitlines()
        assert {f"port {wanted}", "hostname 10.0.100.2", "hostkeyalias 10.0.100.2"} <= set(known), known


def key_of_root():
    """The other server's key gets its line in root's authorized_keys, with its forced command, beside the lines of people; undo removes
    that line only. Without another server there is nothing to do."""
    env, key, mine = {"LINK_PEER": "10.0.100.1"}, "AAAAC3NzaC1lZDI1NTE5AAAAI" + "x" * 43, "ssh-ed25519 AAAA aigul@home\n"
    line = f'restrict,from="10.0.100.1",command="{shlex.quote(harden_peer.PROGRAM)}" ssh-ed25519 {key} tapbot-link\n'
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(harden_host, "ROOT", folder), mock.patch.object(link_files, "ssh_peer", return_value=key) as peer, \
            mock.patch.object(harden_monitor, "untrusted", return_value=None) as untrusted, mock.patch.object(tree, "env_read", return_value=env):
        def there():
            return harden_host.read(harden_peer.KEYS)
        assert not harden_peer.plan({})
        harden_peer.undo(env)
        harden_peer.refresh()
        assert there() is None and len(harden_peer.plan(env)) == 1
        harden_peer.apply(env)
        assert there() == line and not harden_peer.plan(env)
        harden_host.write(harden_peer.KEYS, mine + line)
        peer.return_value = key[:-1] + "y"
        harden_peer.refresh()
        assert there() == mine + line.replace(key, peer.return_value) and not harden_peer.plan(env)
        harden_peer.undo(env)
        assert there() == mine
        untrusted.return_value = "/opt"
        try:
            harden_peer.apply(env)
            assert False, "not refused"
        except harden_host.Failed as error:
            assert "can change /opt" in error.why[1] and there() == mine


def key_refused():
    """If root's authorized_keys may not get the other server's key, `link peer` and `link import` store its keys and name the reason."""
    env, said = {"LINK_PEER": "10.0.100.1"}, io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as patched:
        for module, name, instead in (
                (harden_host, "ROOT", folder), (harden_monitor, "untrusted", lambda: "/opt"), (harden_monitor, "refresh", lambda: None), (tree, "env_read", lambda: env),
                (link_files, "introduced", lambda _: ("wireguard", "ssh", "host")), (link_files, "folders", lambda: None), (link_files, "ssh_peer_write", lambda *_: None)):
            patched.enter_context(mock.patch.object(module, name, instead))
        written = patched.enter_context(mock.patch.object(settings, "env_write"))
        harden_host.write(harden_peer.KEYS, f"former key {harden_monitor.MARK}\n")
        with contextlib.redirect_stderr(said):
            link.peer_store("word")
        written.assert_called_once_with({**env, "LINK_PEER_PUBLIC": "wireguard"})
    assert "/opt" in said.getvalue() and "harden apply peer" in said.getvalue(), said.getvalue()


def by_its_name():
    """Only its name applies the control, and doctor does not list it: it lets the other server in. On one server it is not even shown."""
    names, applied = [one.NAME for one in harden.CONTROLS], []
    with contextlib.ExitStack() as patched:
        patched.enter_context(mock.patch.object(harden, "note_change"))
        for one in harden.CONTROLS:
            patched.enter_context(mock.patch.object(one, "apply", lambda env, name=one.NAME: applied.append(name)))
            patched.enter_context(mock.patch.object(one, "plan", return_value=[("ничего", "nothing")]))
        harden.apply({}, [])
        harden.apply({}, ["peer"])
        assert [*applied[:-1], "peer"] == [*(name for name in names if name != "peer"), "peer"], applied
        for env, shown in (({}, False), ({"LINK_PEER": "10.0.100.1"}, True)):
            said = patched.enter_context(contextlib.redirect_stdout(io.StringIO()))
            assert "peer" not in harden.missing(env) and "peer" not in harden.show(env, True)
            assert (": optional. " in said.getvalue() or ": по желанию. " in said.getvalue()) is shown, said.getvalue()


WAITS = """
import signal
from stack import deploy_peer
steps = deploy_peer.Steps()
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])  # the other thread gets it, so that it does not end the call
try:
    print("waits", flush=True)
    steps.next()
except KeyboardInterrupt:
    print("ended")
"""


def end_before_wait():
    """The end of the connection ends a wait for a step even if its signal does not interrupt the wait, as when it comes just before."""
    environment = {**os.environ, "PYTHONPATH": os.path.join(ROOT, "deploy/lib")}
    with subprocess.Popen([sys.executable, "-B", "-c", WAITS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout.readline() == "waits\n"
            wait_until("it waits", 20, lambda: is_asleep(process.pid))
            process.stdin.close()
            wait_until("it ends", 20, lambda: process.poll() is not None)
        finally:
            process.kill()
        assert process.stdout.read() == "ended\n"


def is_asleep(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        return file.read().rsplit(")", 1)[1].split()[0] == "S"


TESTS = [(f"two deploys: {name}", function) for name, function in (("each case", table), ("locks", holders), ("interruptions", interruptions), ("an end before the wait", end_before_wait), ("words", allowed), ("port of sshd", port_of_sshd), ("the key", key_of_root), ("a key that is refused", key_refused),
                                                                   ("by its name", by_its_name))]
