# SPDX-License-Identifier: MIT
"""The table of fault rows; each module has the rows of one kind of fault."""
import typing


class Row(typing.NamedTuple):
    number: int
    name: str
    short: bool  # runs in CI too
    run: typing.Callable
    waits: bool = False  # mostly waits: such rows may run in parallel

    @property
    def title(self):
        return f"{self.number} {self.name}"


class Unavailable(Exception):
    """This machine cannot run the row; the text says why."""


import rows_answers  # noqa: E402
import rows_broken  # noqa: E402
import rows_cache  # noqa: E402  (they need Unavailable)
import rows_chaos  # noqa: E402
import rows_clock  # noqa: E402
import rows_database  # noqa: E402
import rows_disk  # noqa: E402
import rows_doubled  # noqa: E402
import rows_link  # noqa: E402
import rows_load  # noqa: E402
import rows_loading  # noqa: E402
import rows_deploy  # noqa: E402
import rows_memory  # noqa: E402
import rows_names  # noqa: E402
import rows_process  # noqa: E402
import rows_race  # noqa: E402
import rows_readers  # noqa: E402
import rows_rides  # noqa: E402
import rows_peer  # noqa: E402
import rows_watch  # noqa: E402
import rows_wire  # noqa: E402
import rows_without  # noqa: E402

ROWS = [
    Row(1, "killed with -9 under load", False, rows_process.killed),
    Row(1, "search-api: killed with -9 in the middle of a stream of documents", True, rows_loading.killed),
    Row(1, "rides: killed with -9 while everything is done with them", True, rows_rides.killed),
    Row(2, "SIGTERM under load loses nothing that had arrived", False, rows_process.terminated),
    Row(4, "PostgreSQL crashes", True, rows_database.crashed),
    Row(5, "PostgreSQL frozen", False, rows_database.frozen),
    Row(6, "the answer to a commit is lost", True, rows_answers.lost_commit),
    Row(6, "the client goes away after its request", True, rows_answers.lost_answer),
    Row(6, "bot-gateway: answers are lost behind COMMIT while guests go on", True, rows_doubled.answers_lost),
    Row(7, "the disk fails at fdatasync", False, rows_disk.broken_disk),
    Row(8, "the disk is full", False, rows_disk.full_disk),
    Row(10, "all processes gone at once, the directory as it was", False, rows_disk.power_lost),
    Row(11, "Redis dead, frozen, full, wiped", True, rows_cache.away),
    Row(14, "bot-gateway: updates again and shuffled, and everything is killed", True, rows_chaos.chaos),
    Row(18, "bot-gateway's link to PostgreSQL stands still and is reset", True, rows_link.cut),
    Row(18, "bot-gateway's links to PostgreSQL and to the API are slow, narrow and cut while guests tap", True, rows_broken.broken),
    Row(20, "slow headers, bodies and readers", True, rows_wire.slow_clients),
    Row(21, "idle connections, twice the limit", False, rows_wire.idle_connections),
    Row(22, "three times the load it can carry", True, rows_load.overload),
    Row(23, "hostile HTTP", True, rows_wire.hostile_http),
    Row(24, "hostile JSON", True, rows_wire.hostile_json),
    Row(25, "the clock jumps", False, rows_clock.stepped),
    Row(26, "out of descriptors", False, rows_wire.out_of_descriptors),
    Row(27, "the n-th allocation fails", True, rows_memory.refused),
    Row(28, "killed for its memory", False, rows_memory.killed_for_memory),
    Row(28, "answers that nobody reads, in the memory of the container", False, rows_readers.unread),
    Row(29, "names that nobody answers", False, rows_names.black_hole),
    Row(31, "the schema changes under load, old and new instances in parallel", True, rows_deploy.schema_change),
    Row(33, "200 clients want the same nights", True, rows_race.one_slot),
    Row(33, "200 passengers want the last seat", True, rows_race.last_seat),
    Row(36, "health: two instances, faults of the link between them", True, rows_peer.both_servers, waits=True),
    Row(36, "health: each part stopped, frozen, slowed", True, rows_watch.outages, waits=True),
    Row(36, "health: PostgreSQL and Telegram dead together", True, rows_without.both_dead, waits=True),
    Row(36, "health: its disk is full", True, rows_without.disk_full, waits=True),
    Row(36, "health: its disk hangs", True, rows_without.disk_hangs, waits=True),
]
