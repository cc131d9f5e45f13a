# SPDX-License-Identifier: MIT
"""The schemas of our services on the host that has PostgreSQL, and the keys with which they call each other: the one-shots that
`up` runs first."""
import services
from stack import rollout, tree

MIGRATE_SECONDS = 20 * 60


def one_shots(kind, names):
    """SHORT-KIND of each of these services that the description has."""
    known, _ = tree.configuration()
    return [f"{one.short}-{kind}" for one in services.services() if one.name in names and f"{one.short}-{kind}" in known["services"]]


def run_one(name, *words):
    done = tree.compose("--progress", "quiet", "run", "--rm", "--no-deps", "-T", name, *words, timeout=MIGRATE_SECONDS)
    if done.returncode:
        raise rollout.Refused(f"{name} не удалось, его шаг отменён: {done.stderr.strip()[-400:]}",
                              f"{name} failed, its step was undone: {done.stderr.strip()[-400:]}")


def behind(names):
    """What follows the migrations of these services: keys, and what Directus may do."""
    known, _ = tree.configuration()
    return [*one_shots("key", names), *(["directus-grants"] if one_shots("migrate", names) and "directus-grants" in known["services"] else [])]


def migrate(names):
    """First what would be done, then all; old copies serve meanwhile, and can live with the result. Then whose keys are new."""
    for words in (["--migrate", "--dry-run"], ["--migrate"]):
        for one in one_shots("migrate", names):
            run_one(one, *words)
    for one in behind(names):
        run_one(one)
