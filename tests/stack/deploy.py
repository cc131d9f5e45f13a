# SPDX-License-Identifier: MIT
"""deploy and rollback under load from outside: no request fails; a version that does not serve is rolled back, and the containers
that served before run unchanged. Versions are the built image under other tags; bad ones are derived from it."""
import contextlib
import functools
import os
import random
import signal
import subprocess
import tempfile
import time

import builds
import images
import rig
import scale
import stack as stacks
from stand import full

SERVICE, OTHER = stacks.FIRST.name, "health"
KEPT = f"tapbot-kept/{SERVICE}:1"
SCHEMA = stacks.FIRST.short
TABLE = f"{SCHEMA}.schema_migration"
BAKE = "5"
REFUSED_SECONDS, BACK_SECONDS = 90.0, 60.0
DEPLOYS, DEPLOYS_FULL = 2, 20
# Output of a deploy of one service with one instance.
STEPS = 10
# Deployed versions, in this order.
DEPLOYED = []
# Old and new instances serve together for so long.
BESIDE = "60"
# Requests a second in checks that load the machine otherwise.
CALM_RATE = 20
# For a verdict from Traefik's access log, three of a hundred POSTs take time to occur.
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
    """The built image under a name that no deploy mistakes for one of its old versions."""
    rig.docker("tag", f"tapbot/{SERVICE}:dev", KEPT)
    return KEPT


def tagged(version):
    rig.docker("tag", built(), f"tapbot/{SERVICE}:{version}")
    return version


def made_of(version, lines, **files):
    """A version whose image is the built one plus these lines of a Dockerfile."""
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
    """(exit code, seconds, output)."""
    began = time.monotonic()
    words = ["--version", version] if version else []
    done = stacks.tapbot(verb, SERVICE, "--yes", *words, *more, check=check, quiet=True)
    if version and done.returncode == 0:
        DEPLOYED.append(version)
    return done.returncode, time.monotonic() - began, done.stdout


def unwatched():
    """Disables the watch of ten minutes after a deploy: it would outlast the test, and roll back versions unexpectedly."""
    path = os.path.join(stacks.SITE, ".env")
    with open(path, encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith("DEPLOY_WATCH=")]
    with open(path, "w", encoding="utf-8") as file:
        file.writelines([*lines, "DEPLOY_WATCH=0\n"])


def in_row(stack):
    """Consecutive deploys; in CI of two instances, so that each deploy replaces one beside another old one."""
    unwatched()
    scale.scale(2)
    count, longest = DEPLOYS_FULL if full() else DEPLOYS, 0.0
    with scale.Load(stack) as load:
        for number in range(count):
            _, took, output = deploy(tagged(f"row{number % 7}"), "--bake", BAKE)
            longest = max(longest, took)
            assert versions() == {f"row{number % 7}"} and len(ids()) == 2, (versions(), output)
            assert " s\n" in output, f"no timings: {output}"
        time.sleep(scale.SETTLE_SECONDS)
    assert not load.failed(), f"{load.summary()}: {load.failed()[:3]}"
    return f"{count} deploys of 2 instances, {longest:.0f} s at most: {load.summary()}, {scale.nothing_lost(load)} bookings stored"


def went_back(stack):
    """Rollback to the previous version, under load; a version too old for the database is refused, and the oldest possible one is named."""
    unwatched()
    while len(set(DEPLOYED[-2:])) < 2 or versions() != set(DEPLOYED[-1:]):
        deploy(tagged(f"back{len(DEPLOYED)}"), "--bake", "0")
    before, left = DEPLOYED[-2:]
    with scale.Load(stack) as load:
        _, took, _ = deploy(None, verb="rollback")
        time.sleep(scale.SETTLE_SECONDS)
    assert versions() == {before} and took <= BACK_SECONDS, (versions(), took)
    assert not load.failed(), f"{load.summary()}: {load.failed()[:3]}"
    stacks.sql(f"UPDATE {TABLE} SET min_compatible = min_compatible + 1000 WHERE set_name = '' AND number = 1")
    try:
        serving = ids()
        code, _, output = deploy(None, verb="rollback", check=False)
        # It must not offer the version that was just rolled back.
        assert code == 1 and "cannot work with the current database" in output and left not in output and f"oldest version that can: {before}" in output and ids() == serving, output
    finally:
        stacks.sql(f"UPDATE {TABLE} SET min_compatible = min_compatible - 1000 WHERE set_name = '' AND number = 1")
    return f"rollback {took:.0f} s, {load.summary()}"


def refused(stack, version, words, *more):
    """(seconds, summary) of a deploy under load that must end with 1 and change nothing."""
    unwatched()
    before = ids()
    with scale.Load(stack) as load:
        code, took, output = deploy(version, *(more or ("--bake", BAKE)), check=False)
        time.sleep(scale.SETTLE_SECONDS)
    assert code == 1 and words in output, f"{code}: {output}"
    assert ids() == before, f"{before} served before, now {ids()}: {output}"
    assert took <= REFUSED_SECONDS, f"{took:.0f} s: {output}"
    return took, load


def never_ready(stack):
    scale.scale(1)
    took, load = refused(stack, made_of("never", 'CMD ["--version"]'), "not ready")
    assert not load.failed(), f"{load.summary()}: {load.failed()[:3]}"
    return f"{took:.0f} s, {load.summary()}"


def out_of_reach(stack):
    """Healthy by its own check, but on a port that Traefik does not use: its trial fails, and it gets no guests' requests."""
    took, load = refused(stack, made_of("elsewhere", "ENV HTTP_PORT=7999"), "Traefik cannot reach it")
    assert not load.failed(), f"{load.summary()}: {load.failed()[:3]}"
    return f"{took:.0f} s, {load.summary()}"


@contextlib.contextmanager
def changed(path, how):
    """Changes a file of the server's tree by `how` for the duration of the context."""
    path = os.path.join(stacks.SITE, path)
    with open(path, encoding="utf-8") as file:
        known = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(how(known))
    try:
        yield
    finally:
        with open(path, "w", encoding="utf-8") as file:
            file.write(known)


def own_version():
    """The version of the folder, which `up` and `deploy` give to what they build."""
    with open(os.path.join(stacks.SITE, ".env"), encoding="utf-8") as file:
        return next(line.strip().partition("=")[2] for line in file if line.startswith("TAPBOT_VERSION="))


def bad_build(stack):
    """Code that does not compile, as a version without an image: running containers are not touched, and the compiler's messages are shown.
    Uses the network of the rig's own builds, so that their cached layers of packages apply."""
    version = own_version()
    built()
    rig.docker("image", "rm", "--force", f"tapbot/{SERVICE}:{version}")
    try:
        with changed("docker-compose.yml", lambda known: known.replace("  context: .\n", "  context: .\n  network: host\n", 1)), \
                changed("common/base/slice.h", lambda known: known + "#error not finished\n"):
            took, load = refused(stack, None, "#error not finished")
    finally:
        tagged(version)
    assert not load.failed(), f"{load.summary()}: {load.failed()[:3]}"
    return f"{took:.0f} s, {load.summary()}"


def answers_badly(stack):
    """500 for 3 % of POSTs: only requests during the short time beside the old instance fail."""
    took, load = refused(stack, made_of("flaky", "COPY flaky.so /flaky.so\nENV LD_PRELOAD=/flaky.so", **{"flaky.so": flaky()}), "5xx", "--bake", FLAKY_BAKE)
    assert all(one.status == 500 for one in load.failed()), load.failed()[:3]
    return f"{took:.0f} s, {load.summary()}"


def bad_settings(stack):
    """A trial run of the program finds them before any container starts."""
    with changed("docker-compose.yml", lambda known: known.replace("DB_SHARED_CONNECTIONS: 2\n      DB_EXCLUSIVE", "DB_SHARED_CONNECTIONS: many\n      DB_EXCLUSIVE", 1)):
        took, load = refused(stack, tagged("settings"), "DB_SHARED_CONNECTIONS")
    assert not load.failed(), f"{load.summary()}: {load.failed()[:3]}"
    return f"{took:.0f} s, {load.summary()}"


def failing_migration(stack):
    """A migration file that differs from the applied one."""
    stacks.sql(f"UPDATE {TABLE} SET checksum = reverse(checksum) WHERE set_name = '' AND number = 1")
    try:
        took, load = refused(stack, tagged("migration"), "differs from what was applied")
    finally:
        stacks.sql(f"UPDATE {TABLE} SET checksum = reverse(checksum) WHERE set_name = '' AND number = 1")
    assert not load.failed(), f"{load.summary()}: {load.failed()[:3]}"
    return f"{took:.0f} s, {load.summary()}"


def migrated(version):
    """(image, schema number) of a version with one more migration, which only adds a column."""
    with tempfile.TemporaryDirectory() as folder:
        builds.other_tree(folder)
        schema = os.path.join(folder, "services", SERVICE, "schema")
        number = len(os.listdir(schema)) + 1
        with open(os.path.join(schema, f"{number:04}-later.sql"), "w", encoding="ascii") as file:
            file.write("-- SPDX-License-Identifier: MIT\n-- min_compatible: 1\n\nALTER TABLE apartment ADD COLUMN later text;\n")
        with rig.Uplink() as uplink:
            images.build(f"tapbot/{SERVICE}:{version}", "--file", os.path.join(folder, "deploy/images/service.Dockerfile"),
                         "--build-arg", f"SERVICE={SERVICE}", uplink=uplink, context=folder)
    return version, number


def schema_number():
    return int(stacks.sql(f"SELECT max(number) FROM {TABLE} WHERE set_name = ''"))


def over_a_migration(stack):
    """Forward with a migration, old and new instances side by side for a minute; then back, with the database unchanged."""
    unwatched()
    scale.scale(1)
    deploy(tagged("before"), "--bake", "0")
    (version, number), before = migrated("later"), schema_number()
    assert number == before + 1, (number, before)
    try:
        with scale.Load(stack) as load:
            _, forward, _ = deploy(version, "--bake", BESIDE)
            assert versions() == {version} and schema_number() == number, (versions(), schema_number())
            _, back, _ = deploy(None, verb="rollback")
            assert versions() == {"before"} and schema_number() == number, (versions(), schema_number())
            time.sleep(scale.SETTLE_SECONDS)
        kept = scale.nothing_lost(load)
    finally:
        stacks.sql(f"ALTER TABLE {SCHEMA}.apartment DROP COLUMN IF EXISTS later; DELETE FROM {TABLE} WHERE set_name = '' AND number > {before}")
    assert back <= BACK_SECONDS, f"rolled back only after {back:.0f} s"
    assert not load.failed(), f"{load.summary()}: {load.failed()[:3]}"
    return f"forward {forward:.0f} s with {BESIDE} s side by side, back {back:.0f} s: {load.summary()}, {kept} bookings stored"


def begun(version):
    """Starts a deploy in a process group of its own."""
    return subprocess.Popen(rig.inside(rig.SERVER, os.path.join(stacks.SITE, "deploy/tapbot"), "deploy", SERVICE, "--yes", "--version", version, "--bake", BAKE),
                            cwd=stacks.SITE, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
                            env={**os.environ, **rig.environment(), **stacks.VARIABLES})


def killed(stack):
    """kill -9 in the middle of a step (of each step, or of a random one), then the same deploy again: it completes, and no
    request fails."""
    unwatched()
    scale.scale(1)
    seed = int(os.environ.get("TEST_SEED") or random.SystemRandom().randrange(1 << 30))
    chance, places = random.Random(seed), []
    with scale.Load(stack) as load:
        if full():
            seen = deploy(tagged("kill6"), "--bake", BAKE)[2].count("==>")
            assert seen == STEPS, f"{seen} steps, not {STEPS}"
        for number, steps in enumerate(range(1, STEPS + 1) if full() else [chance.randrange(1, STEPS + 1)]):
            version, output = tagged(f"kill{number % 7}"), ""
            with begun(version) as process:
                for line in process.stdout:
                    output += line
                    steps -= line.startswith("==>")
                    if not steps:
                        time.sleep(chance.random() * 2)
                        break
                os.killpg(process.pid, signal.SIGKILL)
            places.append(output.strip().rpartition("\n")[2][4:44])
            deploy(version, "--bake", BAKE)
            assert versions() == {version} and len(ids()) == 1, (seed, versions(), output)
            assert not trials("--all"), f"left: {trials('--all')}"
        time.sleep(scale.SETTLE_SECONDS)
    assert not load.failed(), f"seed {seed}, {places}: {load.summary()}: {load.failed()[:3]}"
    return f"seed {seed}, killed at {places}: {load.summary()}, {scale.nothing_lost(load)} bookings stored"


def trials(*more):
    """IDs of trial containers of any service."""
    return rig.docker("ps", "--quiet", "--filter", "name=-trial$", *more).split()


def left_behind(stack):
    """The trial container of a killed deploy is ended by the next command that changes the stack, also for another service;
    and no request fails."""
    unwatched()
    scale.scale(1)
    deploy(tagged("left0"), "--bake", "0")
    ways = (["deploy", OTHER, "--version", own_version()], ["rollback", SERVICE], ["up"], ["scale", SERVICE, "1"], ["deploy", SERVICE, "--version", tagged("left1")])
    with scale.Load(stack, rate=CALM_RATE) as load:
        for words in ways:
            with begun("left1") as process:
                end = time.monotonic() + REFUSED_SECONDS
                while not trials():
                    assert process.poll() is None and time.monotonic() < end, "no trial container was started"
                    time.sleep(0.05)
                os.killpg(process.pid, signal.SIGKILL)
            assert trials(), "the trial container ended by itself"
            stacks.tapbot(*words, *(["--yes"] if words[0] != "scale" else []), quiet=True)
            assert not trials("--all") and len(ids()) == 1, f"left by {words}: {trials('--all')}, instances {ids()}"
            assert versions() == {"left1" if words is ways[-1] else "left0"}, (words, versions())
        time.sleep(scale.SETTLE_SECONDS)
    assert not load.failed(), f"{load.summary()}: {load.failed()[:3]}"
    return f"{', '.join(words[0] for words in ways)}: {load.summary()}, {scale.nothing_lost(load)} bookings stored"


def secrets_renewed(stack):
    """After a role's password has changed, a new instance with it replaces the old one."""
    unwatched()
    before = ids()
    with scale.Load(stack) as load:
        stacks.tapbot("secrets", "rotate", f"{stacks.FIRST.role}_password", "--yes", quiet=True)
        time.sleep(scale.SETTLE_SECONDS)
    assert not set(ids()) & set(before), "the same instance"
    assert not load.failed(), f"{load.summary()}: {load.failed()[:3]}"
    return load.summary()


def closed(_stack):
    """maintenance: 503 to all outside clients except administrators, to Telegram too; without change inside."""
    def status(source, host="api", path="/health"):
        customer = stacks.Customer(host, source=source)
        answer = customer.get(path)
        customer.close()
        return answer.status

    def until(wanted):
        """`wanted`: what an administrator, a client and one with the link to a ride get, and whether Telegram gets 503."""
        end = time.monotonic() + scale.ROUTED_SECONDS
        while (seen := (status(stacks.ADMIN_ADDRESS), status(rig.ATTACKERS_V4[1]), status(rig.ATTACKERS_V4[1], "api", "/v1/shared/x"),
                        status(rig.ATTACKERS_V4[1], "bot", "/telegram/x") == 503)) != wanted:
            assert time.monotonic() < end, f"{seen}, not {wanted}"
            time.sleep(0.2)
    try:
        stacks.tapbot("maintenance", "on", "--for", "5m", quiet=True)
        until((200, 503, 503, True))
        assert stacks.tapbot("status", "--json", check=False, quiet=True).returncode == 0, "administrators see something red"
    finally:
        stacks.tapbot("maintenance", "off", quiet=True)
    until((200, 200, 404, False))


CHECKS = (("maintenance", closed), ("consecutive deploys", in_row), ("rollback", went_back), ("never ready", never_ready), ("a failing migration", failing_migration), ("killed", killed),
          ("out of Traefik's reach", out_of_reach), ("500 to 3 % of POSTs", answers_badly), ("bad settings", bad_settings), ("a bad build", bad_build),
          ("over a migration", over_a_migration), ("a trial container of a killed deploy", left_behind), ("a new password", secrets_renewed))
