# SPDX-License-Identifier: MIT
"""The schedule of `backup tick`: a table of jobs and pure functions of the time. Nothing here reads a clock or a file."""
import datetime
import typing
import zoneinfo

ZONE = zoneinfo.ZoneInfo("Asia/Almaty")
SUNDAY = 6
HOUR = 3600
# A time further ahead than this was written while the clock was wrong.
AHEAD = 300


class Job(typing.NamedTuple):
    """A row: due once after every `at` (of that weekday), without `at` at every tick. If it failed, it is tried again `retry`
    seconds later. `each`: once for each target."""
    name: str
    at: str = ""
    weekday: int | None = None
    retry: int = 0
    each: bool = False


JOBS = (
    Job("space"),
    Job("bases"),
    Job("full", "02:30", SUNDAY, retry=HOUR),
    Job("diff", "02:30", retry=HOUR),
    Job("drill", "04:10", SUNDAY, retry=HOUR),
    Job("archive"),
    Job("files"),
    Job("push", each=True),
    Job("verify", "03:30", retry=HOUR),
    Job("check", "03:30", retry=HOUR, each=True),
    Job("forget", "05:00", SUNDAY, retry=HOUR, each=True),
    Job("images", "05:30", retry=HOUR, each=True),
)
# Jobs without a time of day. They are short: each handles what has changed since the tick before.
OF_EVERY_TICK = tuple(job for job in JOBS if not job.at)


def scheduled(job, now):
    """The last time at which the job was to begin, in seconds since 1970."""
    if not job.at:
        return now
    hour, minute = map(int, job.at.split(":"))
    here = datetime.datetime.fromtimestamp(now, ZONE)
    begin = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
    while begin > here or job.weekday not in (None, begin.weekday()):
        begin -= datetime.timedelta(days=1)
    return begin.timestamp()


def past(time, now):
    """A remembered time, or 0 if it lies in the future."""
    return time if time <= now + AHEAD else 0


def is_due(job, done, tried, now):
    """`done`: when the job succeeded last; `tried`: when it failed last. 0: never."""
    if job.at and past(done, now) >= scheduled(job, now):
        return False
    return past(tried, now) + job.retry <= now or past(done, now) > past(tried, now)


# `forget` deletes snapshots by their age, which restic counts from the newest one: a wrong clock would delete all others.
CLOCK_SECONDS = 300
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
