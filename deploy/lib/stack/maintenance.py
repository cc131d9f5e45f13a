# SPDX-License-Identifier: MIT
"""maintenance on|off: during maintenance all clients except for administrators get 503, and health sends no alerts but those of
calls for help."""
import contextlib
import os
import re
import sys
import time

from say import answer_help, die, say, warn
from stack import backup_plan, settings, tree, watch

USAGE = ("""deploy/tapbot maintenance: закрыть всё снаружи на время работ и открыть снова.

  deploy/tapbot maintenance on [--for 30m]    все, кроме ADMIN_NETWORKS, получают 503 «повторите позже»; health столько же не оповещает
  deploy/tapbot maintenance off               открыть
  deploy/tapbot maintenance                   как сейчас

Открывает только команда off: 30m (от 1m до 24h) — на сколько health перестаёт оповещать; о вызовах помощи он сообщает и тогда. Telegram хранит сообщения ботам сутки и
принесёт их потом. Для выкатки новой версии это не нужно: deploy/tapbot deploy ничего не закрывает.
Коды выхода: 0 сделано, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot maintenance: close public access during maintenance, and open it again.

  deploy/tapbot maintenance on [--for 30m]    all except ADMIN_NETWORKS get 503 with Retry-After; health sends no alerts for
                                              this time
  deploy/tapbot maintenance off               open
  deploy/tapbot maintenance                   print the state

Only `off` opens access again: 30m (1m to 24h) is the time without alerts; calls for help are still alerted. Telegram stores
messages to bots for a day and delivers them later. A new version does not need this: deploy/tapbot deploy closes nothing.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 something is missing on this machine.""")

PAGE = os.path.join(tree.ROOT, "traefik", "maintenance.yml")
ACTIVE = os.path.join(tree.ROOT, "traefik", "dynamic", "maintenance.yml")
MINUTES = 30


def minutes_of(words):
    """The minutes of `--for 30m` or `--for 2h`; None if the arguments are invalid."""
    if not words:
        return MINUTES
    found = re.fullmatch(r"([1-9]\d{0,3})([mh])", words[1], re.ASCII) if len(words) == 2 and words[0] == "--for" else None
    minutes = int(found[1]) * (60 if found[2] == "h" else 1) if found else 0
    return minutes if 1 <= minutes <= 24 * 60 else None


def silent(method, body=None):
    """Starts or ends the silence of health. Returns False if health does not answer or refuses. Ending a silence that does not
    exist is no error."""
    secret = watch.key()
    for address in watch.addresses() if secret else ():
        status, _ = watch.call(address, secret, method, "/v1/maintenance", body=body) or (0, {})
        if 200 <= status < 300 or (method, status) == ("DELETE", 404):
            return True
    return False


def since():
    """Since when the stack is closed, for people; None if it is open."""
    with contextlib.suppress(FileNotFoundError):
        return backup_plan.at(os.path.getmtime(ACTIVE))
    return None


def turn_on(minutes):
    with open(PAGE, encoding="utf-8") as file:
        settings.write_file(ACTIVE, file.read(), 0o644)
    until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + minutes * 60))
    if not silent("POST", {"until": until, "reason": "deploy/tapbot maintenance"}):
        warn("health не отвечает: сообщения о поломках могут прийти.", "health does not answer: it may send alerts.")
    settings.note_change("maintenance", "on", "done")
    say("Закрыто: снаружи 503, администраторам открыто. Открыть: deploy/tapbot maintenance off",
        "Closed: clients get 503, administrators have access. To open: deploy/tapbot maintenance off")


def turn_off():
    with contextlib.suppress(FileNotFoundError):
        os.unlink(ACTIVE)
    if not silent("DELETE"):
        warn("health не отвечает или отказал: до срока, заданного в on, сообщений о поломках может не быть. Повторите: deploy/tapbot maintenance off",
             "health does not answer or has refused: it may send no alerts until the time given to `on` has passed. Run again: deploy/tapbot maintenance off")
    settings.note_change("maintenance", "off", "done")
    say("Открыто.", "Open.")


def main(arguments):
    answer_help(arguments, USAGE)
    verb, rest = arguments[:1], arguments[1:]
    minutes = minutes_of(rest) if verb == ["on"] else None
    if arguments and arguments != ["off"] and minutes is None:
        die(2, *USAGE)
    if not arguments:
        on = os.path.exists(ACTIVE)
        say("Закрыто: deploy/tapbot maintenance off" if on else "Открыто.", "Closed: deploy/tapbot maintenance off" if on else "Open.")
        return 0
    if os.geteuid():
        die(3, f"Это может только root. Повторите: {tree.again()}", f"Only root may do this. Run: {tree.again()}")
    tree.env_read()
    tree.engine_needed()
    if minutes:
        turn_on(minutes)
    else:
        turn_off()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
