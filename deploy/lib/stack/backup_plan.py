# SPDX-License-Identifier: MIT
"""When a job of `backup tick` is due, and when nothing may be deleted: pure functions of the time. Nothing here reads a clock or a file."""
import datetime
import typing
import zoneinfo

from say import die

try:
    ZONE = zoneinfo.ZoneInfo("Asia/Almaty")
except zoneinfo.ZoneInfoNotFoundError:  # a minimal system
    die(3, "Нет пакета с часовыми поясами. Поставьте: sudo apt-get install -y tzdata",
        "The package of time zones is missing. Install it: sudo apt-get install -y tzdata")

SUNDAY = 6
HOUR = 3600
# A time further ahead than this was written while the clock was wrong.
CLOCK_SECONDS = 300


def at(moment):
    """A moment, in seconds since 1970, for people: in Almaty, whatever the clock of the server shows."""
    return f"{datetime.datetime.fromtimestamp(moment, ZONE):%Y-%m-%d %H:%M}"


class Job(typing.NamedTuple):
    """A row of backup.JOBS: due once after every `at` (of that weekday), and an hour after a failure; without `at` at every tick.
    `do` returns values for state.json. `each`: once for each target. `of_database`: only where there is a database."""
    name: str
    do: typing.Callable
    at: str = ""
    weekday: int | None = None
    each: bool = False
    of_database: bool = False

    def key(self, target):
        """Its name in state.json."""
        return f"{self.name} {target}" if self.each else self.name


def scheduled(job, now):
    """The last time at which the job, which has a time of day, was to begin, in seconds since 1970."""
    hour, minute = map(int, job.at.split(":"))
    here = datetime.datetime.fromtimestamp(now, ZONE)
    begin = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
    while begin > here or job.weekday not in (None, begin.weekday()):
        begin -= datetime.timedelta(days=1)
    return begin.timestamp()


def past(time, now):
    """A remembered time, or 0 if it lies in the future."""
    return time if time <= now + CLOCK_SECONDS else 0


def is_due(job, done, tried, now):
    """`done`: when the job succeeded last; `tried`: when it failed last. 0: never."""
    if job.at and past(done, now) >= scheduled(job, now):
        return False
    return past(tried, now) + (HOUR if job.at else 0) <= now or past(done, now) > past(tried, now)


# `forget` deletes snapshots by their age, which restic counts from the newest one: a wrong clock would delete all others.
DAY = 86400
WEEK_DAYS, DAYS_NEEDED = 7, 5


def clock_doubt(times, target_time, now):
    """Why `forget` must not delete now, in Russian and English; None if the clock is plausible. `times`: of all snapshots;
    `target_time`: what the target's clock says, None if it has none."""
    if target_time is not None and abs(target_time - now) > CLOCK_SECONDS:
        minutes = round(abs(target_time - now) / 60)
        return (f"часы сервера и хранилища расходятся на {minutes} мин", f"the clocks of this server and of the storage differ by {minutes} min")
    if any(one > now + CLOCK_SECONDS for one in times):
        return ("в копии есть снимок из будущего: часы были переведены", "a snapshot lies in the future: the clock has been changed")
    if min(times, default=now) < now - WEEK_DAYS * DAY:
        days = {int((now - one) // DAY) for one in times} & set(range(WEEK_DAYS))
        if len(days) < DAYS_NEEDED:
            return (f"за последнюю неделю снимки сделаны только за {len(days)} дн. из {WEEK_DAYS}",
                    f"snapshots were made on {len(days)} of the last {WEEK_DAYS} days only")
    return None


CARD_DAYS = 90


def card_asked(state, now):
    """Whether the recovery card is to be confirmed: it never was, or CARD_DAYS ago. `state`: that of backup_place.Place."""
    return now - state.get("card", {}).get("confirmed", 0) > CARD_DAYS * DAY
