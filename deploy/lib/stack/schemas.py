# SPDX-License-Identifier: MIT
"""Runs the one-shot containers that `up` runs first: the migrations of our services, on the host with PostgreSQL, and the
containers that store the keys for calls between services."""
import services
from stack import rollout, tree

MIGRATE_SECONDS = 20 * 60


def one_shots(kind, names):
    """The one-shots SHORT-KIND of these services that exist in the description."""
    known, _ = tree.configuration()
    return [f"{one.short}-{kind}" for one in services.services() if one.name in names and f"{one.short}-{kind}" in known["services"]]


def run_one(name, *words):
    done = tree.compose("--progress", "quiet", "run", "--rm", "--no-deps", "-T", name, *words, timeout=MIGRATE_SECONDS)
    if done.returncode:
        raise rollout.Refused(f"{name} не удалось, его шаг отменён: {done.stderr.strip()[-400:]}",
                              f"{name} failed, its step was undone: {done.stderr.strip()[-400:]}")


def after_migrations(names):
    """The one-shots that run after the migrations of these services: keys, and the grants of Directus."""
    known, _ = tree.configuration()
    others = ("directus-grants", "n8n-key", "n8n-setup-key") if one_shots("migrate", names) else ()
    return [*one_shots("key", names), *(name for name in others if name in known["services"])]


def migrate(names):
    """Runs the migrations, first all as a dry run, while the old instances serve, which are compatible with the result. Then stores
    the keys."""
    for words in (["--migrate", "--dry-run"], ["--migrate"]):
        for one in one_shots("migrate", names):
            run_one(one, *words)
    for one in after_migrations(names):
        run_one(one)
