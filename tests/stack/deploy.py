# SPDX-License-Identifier: MIT
"""deploy and rollback under load from outside: no request fails; a version that does not serve is taken back, and the copies
that served before are the same containers afterwards. Versions are the built image under other tags; bad ones are made of it."""
import functools
import os
import random
import signal
import subprocess
import tempfile
import time

import rig
import scale
import stack as stacks
from stand import full

SERVICE = stacks.FIRST.name
KEPT = f"tapbot-kept/{SERVICE}:1"
TABLE = f"{stacks.FIRST.short}.schema_migration"
BAKE = "5"
REFUSED_SECONDS, BACK_SECONDS = 90.0, 60.0
DEPLOYS, DEPLOYS_FULL = 2, 20
KILLS, KILLS_FULL = 1, 12
# Where Traefik's access log judges, three POSTs of a hundred take their time.
FLAKY_BAKE = "30"
# Answers 3 % of POSTs with 500, as a bug in a new version would.
FLAKY = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
struct info { const char *method; };
const struct info *MHD_get_connection_info(void *, int, ...);
int MHD_queue_response(void *connection, unsigned status, void *response)
{
    static int (*queue)(void *, unsigned, void *);
    static unsigned posts;
    if (queue == NULL)
        queue = (int (*)(void *, unsigned, void *))dlsym(RTLD_NEXT, "MHD_queue_response");
    if (status == 201 && ++posts % 33 == 0)
        status = 500;
    return queue(connection, status, response);
}
"""


def ids():
    return sorted(stacks.containers(SERVICE))


def versions():
    return {stacks.inspect(one)["Config"]["Image"].rpartition(":")[2] for one in ids()}


@functools.cache
def built():
    """The built image under a name that no deploy takes for an old version of its own."""
    rig.docker("tag", f"tapbot/{SERVICE}:dev", KEPT)
    return KEPT


def tagged(version):
    rig.docker("tag", built(), f"tapbot/{SERVICE}:{version}")
    return version


def made_of(version, lines, **files):
    """A version whose image is the built one with these lines of a Dockerfile."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
        with open(os.path.join(folder, "Dockerfile"), "w", encoding="ascii") as file:
            file.write(f"FROM {built()}\n{lines}\n")
        rig.run("docker", "buildx", "build", "--tag", f"tapbot/{SERVICE}:{version}", folder, quiet=True)
    return version


def flaky():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "flaky.so")
        rig.run("gcc", "-shared", "-fPIC", "-O1", "-x", "c", "-", "-o", path, input=FLAKY, quiet=True)
        with open(path, "rb") as file:
            return file.read()


def deploy(version, *more, verb="deploy", check=True):
    """(exit code, seconds, what was said)."""
    began = time.monotonic()
    words = ["--version", version] if version else []
    done = stacks.tapbot(verb, SERVICE, "--yes", *words, *more, check=check, quiet=True)
    return done.returncode, time.monotonic() - began, done.stdout


def unwatched():
    """The ten minutes behind a deploy would outlast the test, and bring versions back that it does not expect."""
    path = os.path.join(stacks.SITE, ".env")
    with open(path, encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith("DEPLOY_WATCH=")]
    with open(path, "w", encoding="utf-8") as file:
        file.writelines([*lines, "DEPLOY_WATCH=0\n"])


def in_row(stack):
    """One deploy after the other; in CI two copies, so that each replaces one beside another old one."""
    unwatched()
    scale.scale(2)
    count, longest = DEPLOYS_FULL if full() else DEPLOYS, 0.0
    with scale.Load(stack) as load:
        for number in range(count):
            _, took, said = deploy(tagged(f"row{number % 7}"), "--bake", BAKE)
            longest = max(longest, took)
            assert versions() == {f"row{number % 7}"} and len(ids()) == 2, (versions(), said)
            assert " s\n" in said, f"no timings: {said}"
        time.sleep(scale.SETTLE_SECONDS)
    assert not load.failed(), f"{load.summary()}: {load.failed()[:3]}"
    return f"{count} deploys of 2 copies, {longest:.0f} s at most: {load.summary()}, {scale.nothing_lost(load)} bookings kept"


def went_back(stack):
    """The version before, under load; one that the database is too new for is refused, and the oldest that can is named."""
    unwatched()
    scale.scale(1)
    deploy(tagged("back1"), "--bake", "0")
    deploy(tagged("back2"), "--bake", "0")
    with scale.Load(stack) as load:
        _, took, _ = deploy(None, verb="rollback")
        time.sleep(scale.SETTLE_SECONDS)
    assert versions() == {"back1"} and took <= BACK_SECONDS, (versions(), took)
    assert not load.failed(), f"{load.summary()}: {load.failed()[:3]}"
    stacks.sql(f"UPDATE {TABLE} SET min_compatible = min_compatible + 1000 WHERE set_name = '' AND number = 1")
    try:
        before = ids()
        code, _, said = deploy(None, verb="rollback", check=False)
        # Not to back2, from which it has just gone back.
        assert code == 1 and "cannot serve" in said and "back2" not in said and "oldest that can: back1" in said and ids() == before, said
    finally:
        stacks.sql(f"UPDATE {TABLE} SET min_compatible = min_compatible - 1000 WHERE set_name = '' AND number = 1")
    return f"rollback {took:.0f} s, {load.summary()}"


def refused(stack, version, words, *more):
    """(seconds, summary) of a deploy under load that must end with 1 and change nothing."""
    unwatched()
    before = ids()
    with scale.Load(stack) as load:
        code, took, said = deploy(version, *(more or ("--bake", BAKE)), check=False)
        time.sleep(scale.SETTLE_SECONDS)
    assert code == 1 and words in said, f"{code}: {said}"
    assert ids() == before, f"{before} served, now {ids()}: {said}"
    assert took <= REFUSED_SECONDS, f"{took:.0f} s: {said}"
    return took, load


def never_ready(stack):
    scale.scale(1)
    took, load = refused(stack, made_of("never", 'CMD ["--version"]'), "not ready")
    assert not load.failed(), f"{load.summary()}: {load.failed()[:3]}"
    return f"{took:.0f} s, {load.summary()}"


def out_of_reach(stack):
    """Healthy by its own look, on a port that Traefik does not ask: what Traefik sends there before its first look fails."""
    took, load = refused(stack, made_of("elsewhere", "ENV HTTP_PORT=7999"), "Traefik does not reach it")
    assert all(one.status == 502 for one in load.failed()) and len(load.failed()) < scale.RATE * scale.EJECTED_SECONDS, load.failed()[:3]
    return f"{took:.0f} s, {load.summary()}"


def answers_badly(stack):
    """500 to 3 % of POSTs: those of the short while beside the old copy are all that fail."""
    took, load = refused(stack, made_of("flaky", "COPY flaky.so /flaky.so\nENV LD_PRELOAD=/flaky.so", **{"flaky.so": flaky()}), "5xx", "--bake", FLAKY_BAKE)
    assert all(one.status == 500 for one in load.failed()), load.failed()[:3]
    return f"{took:.0f} s, {load.summary()}"


def bad_settings(stack):
    """Found by a trial of the program, before anything starts."""
    path = os.path.join(stacks.SITE, "docker-compose.yml")
    with open(path, encoding="utf-8") as file:
        known = file.read()
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(known.replace("DB_SHARED_CONNECTIONS: 2\n      DB_EXCLUSIVE", "DB_SHARED_CONNECTIONS: many\n      DB_EXCLUSIVE", 1))
        took, load = refused(stack, tagged("settings"), "DB_SHARED_CONNECTIONS")
    finally:
        with open(path, "w", encoding="utf-8") as file:
            file.write(known)
    assert not load.failed(), f"{load.summary()}: {load.failed()[:3]}"
    return f"{took:.0f} s, {load.summary()}"


def failing_migration(stack):
    """A file that differs from what was applied."""
    stacks.sql(f"UPDATE {TABLE} SET checksum = reverse(checksum) WHERE set_name = '' AND number = 1")
    try:
        took, load = refused(stack, tagged("migration"), "differs from what was applied")
    finally:
        stacks.sql(f"UPDATE {TABLE} SET checksum = reverse(checksum) WHERE set_name = '' AND number = 1")
    assert not load.failed(), f"{load.summary()}: {load.failed()[:3]}"
    return f"{took:.0f} s, {load.summary()}"


def begun(version):
    """A deploy in a group of processes of its own."""
    return subprocess.Popen(rig.inside(rig.SERVER, os.path.join(stacks.SITE, "deploy/tapbot"), "deploy", SERVICE, "--yes", "--version", version, "--bake", BAKE),
                            cwd=stacks.SITE, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
                            env={**os.environ, **rig.environment(), **stacks.VARIABLES})


def killed(stack):
    """kill -9 in the middle of a step drawn by chance, then the same again: it converges, and nobody notices."""
    unwatched()
    scale.scale(1)
    seed = int(os.environ.get("TEST_SEED") or random.SystemRandom().randrange(1 << 30))
    chance, told = random.Random(seed), []
    with scale.Load(stack) as load:
        for number in range(KILLS_FULL if full() else KILLS):
            version = tagged(f"kill{number % 7}")
            steps, said = chance.randrange(1, 8), ""
            with begun(version) as process:
                for line in process.stdout:
                    said += line
                    steps -= line.startswith("==>")
                    if not steps:
                        time.sleep(chance.random() * 2)
                        break
                os.killpg(process.pid, signal.SIGKILL)
            told.append(said.strip().rpartition("\n")[2][4:44])
            deploy(version, "--bake", BAKE)
            assert versions() == {version} and len(ids()) == 1, (seed, versions(), said)
        time.sleep(scale.SETTLE_SECONDS)
    assert not load.failed(), f"seed {seed}, {told}: {load.summary()}: {load.failed()[:3]}"
    return f"seed {seed}, killed at {told}: {load.summary()}, {scale.nothing_lost(load)} bookings kept"


def secrets_renewed(stack):
    """A role's new password: a new copy beside the old one takes it."""
    unwatched()
    before = ids()
    with scale.Load(stack) as load:
        stacks.tapbot("secrets", "rotate", f"{stacks.FIRST.role}_password", "--yes", quiet=True)
        time.sleep(scale.SETTLE_SECONDS)
    assert not set(ids()) & set(before), "the same copy"
    assert not load.failed(), f"{load.summary()}: {load.failed()[:3]}"
    return load.summary()


def closed(_stack):
    """maintenance: 503 to everybody outside but administrators, and as before behind it."""
    def status(source):
        customer = stacks.Customer("api", source=source)
        answer = customer.get("/health")
        customer.close()
        return answer.status

    def until(wanted):
        end = time.monotonic() + scale.ROUTED_SECONDS
        while (seen := (status(stacks.ADMIN_ADDRESS), status(rig.ATTACKERS_V4[1]))) != wanted:
            assert time.monotonic() < end, f"{seen}, not {wanted}"
            time.sleep(0.2)
    try:
        stacks.tapbot("maintenance", "on", "--for", "5m", quiet=True)
        until((200, 503))
        assert stacks.tapbot("status", "--json", check=False, quiet=True).returncode == 0, "administrators see something red"
    finally:
        stacks.tapbot("maintenance", "off", quiet=True)
    until((200, 200))


CHECKS = (("maintenance", closed), ("in a row", in_row), ("rollback", went_back), ("never ready", never_ready), ("a failing migration", failing_migration), ("killed", killed),
          ("out of Traefik's reach", out_of_reach), ("500 to 3 % of POSTs", answers_badly), ("bad settings", bad_settings))
