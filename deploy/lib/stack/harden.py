# SPDX-License-Identifier: MIT
"""harden: applies the security controls of this server. Shows the plan; each control can be applied and undone separately."""
import ipaddress
import os
import sys

from say import answer_help, die, say, step, text, warn
from stack import harden_bans, harden_guard, harden_monitor, harden_peer, harden_sshd, harden_updates, tree
from stack.settings import note_change

USAGE = ("""deploy/tapbot harden: закрыть сервер от нападающих. Без слов: что было бы сделано; ничего не меняет.

  deploy/tapbot harden                 план: что изменится и какой командой
  deploy/tapbot harden apply           сделать всё; ещё раз не вредит
  deploy/tapbot harden apply ИМЯ...    только это
  deploy/tapbot harden undo ИМЯ...     вернуть, как было; поставленные пакеты остаются
  deploy/tapbot harden status          что применено
  deploy/tapbot harden unban АДРЕС     снять запрет с адреса
  deploy/tapbot harden keep            из второго соединения ssh: настройки sshd остаются (иначе через 5 минут прежние)
{controls}
Нужен root. Что делает каждое и как вернуться, если закрыли себе вход: docs/hardening.md.
Коды выхода: 0 сделано (status: всё применено), 1 не получилось (status: не всё), 2 неверные параметры,
3 не хватает прав.""",
         """deploy/tapbot harden: harden the server against attackers. Without arguments it prints the plan and changes nothing.

  deploy/tapbot harden                 plan: the changes and the commands
  deploy/tapbot harden apply           apply all controls; may be repeated
  deploy/tapbot harden apply NAME...   apply only these
  deploy/tapbot harden undo NAME...    restore the previous state; installed packages remain
  deploy/tapbot harden status          list the applied controls
  deploy/tapbot harden unban ADDRESS   lift the ban of an address
  deploy/tapbot harden keep            from a second ssh connection: keep the sshd settings (otherwise reverted after 5 minutes)
{controls}
Needs root. What each control does, and how to recover if you have locked yourself out: docs/hardening.md.
Exit codes: 0 done (status: all applied), 1 failed (status: not all), 2 wrong usage, 3 missing rights.""")

# Each module has NAME, TITLE, plan(env), apply(env) and undo(env); texts are in Russian and English. Their exceptions for users
# have `why`, the two texts.
CONTROLS = (harden_guard, harden_bans, harden_sshd, harden_monitor, harden_peer, harden_updates)
# This one does not close anything but lets the other server in, so `apply` must name it, and `doctor` does not list it.
BY_NAME = (harden_peer,)
USUAL = tuple(one for one in CONTROLS if one not in BY_NAME)


def usage(language):
    listed = "".join(f"\n  {one.NAME:<9}{one.TITLE[language]}" for one in CONTROLS)
    return USAGE[language].replace("{controls}", listed + "\n")


def reason(error):
    """The two texts of an exception of a control. For an unexpected exception these are its type and message, so that a control
    that fails ends neither the others nor doctor."""
    return getattr(error, "why", None) or (f"{type(error).__name__}: {error}",) * 2


def lacking(control, env):
    """The changes that the control would make, in both languages. If they cannot be determined, that is one of them."""
    try:
        return control.plan(env)
    except Exception as error:
        russian, english = reason(error)
        return [(f"не узнать, что сделано: {russian}", f"the state cannot be determined: {english}")]


def missing(env):
    """Names of the controls that are not applied."""
    return [one.NAME for one in USUAL if lacking(one, env)]


def show(env, what_to_call):
    left = []
    for one in CONTROLS if env.get("LINK_PEER") else USUAL:
        lines = lacking(one, env)
        state = text("применено", "applied") if not lines else text("не применено", "not applied") if one in USUAL else text("по желанию", "optional")
        print(f"{one.NAME}: {state}. {text(*one.TITLE)}")
        for line in lines:
            print(f"    {text(*line)}")
        left += [one.NAME] * bool(lines and one in USUAL)
    if left and what_to_call:
        say(f"\nСделать всё: sudo deploy/tapbot harden apply\nТолько одно: sudo deploy/tapbot harden apply {left[0]}",
            f"\nTo apply all: sudo deploy/tapbot harden apply\nOnly one:     sudo deploy/tapbot harden apply {left[0]}")
    return left


def plan(env, _names):
    show(env, True)
    return 0


def status(env, _names):
    return 1 if show(env, False) else 0


def each(verb, env, names, what):
    """Calls the function `verb` of each of these controls; if one fails, the others are called nevertheless."""
    failed = []
    for one in [one for one in CONTROLS if one.NAME in names]:
        step(f"{what[0]}: {one.NAME}", f"{what[1]}: {one.NAME}")
        try:
            getattr(one, verb)(env)
            note_change(f"harden {verb}", one.NAME, "done")
        except Exception as error:
            russian, english = reason(error)
            warn(f"{one.NAME}: не получилось, всё осталось, как было: {russian}.", f"{one.NAME}: failed, nothing was changed: {english}.")
            note_change(f"harden {verb}", one.NAME, "failed")
            failed.append(one.NAME)
    return 1 if failed else 0


def apply(env, names):
    return each("apply", env, names or [one.NAME for one in USUAL], ("Применяю", "Applying"))


def undo(env, names):
    return each("undo", env, names, ("Возвращаю", "Undoing"))


def unban(_env, addresses):
    address = addresses[0]
    try:
        was = harden_bans.unban(address)
    except harden_bans.Failed as error:
        die(1, f"Запрет не снят: {error.why[0]}", f"It is still banned: {error.why[1]}")
    note_change("harden unban", address, "done" if was else "was not banned")
    if was:
        say(f"Запрет снят: {address}", f"No longer banned: {address}")
    else:
        say(f"{address} и не был под запретом. Кто под ним: sudo fail2ban-client banned", f"{address} was not banned. Banned addresses: sudo fail2ban-client banned")
    return 0


def keep(_env, _names):
    try:
        harden_sshd.keep()
    except harden_sshd.Failed as error:
        die(1, f"Не оставлено: {error.why[0]}", f"Not kept: {error.why[1]}")
    say("Настройки sshd остаются.", "The sshd settings are kept.")
    return 0


def is_control(word):
    return word in {one.NAME for one in CONTROLS}


def is_address(word):
    try:
        return bool(ipaddress.ip_address(word))
    except ValueError:
        return False


# {subcommand: (function, minimum and maximum number of arguments, predicate of an argument)}.
VERBS = {"": (plan, 0, 0, None), "apply": (apply, 0, len(CONTROLS), is_control), "undo": (undo, 1, len(CONTROLS), is_control),
         "status": (status, 0, 0, None), "unban": (unban, 1, 1, is_address), "keep": (keep, 0, 0, None)}


def main(arguments):
    answer_help(arguments, (usage(0), usage(1)))
    verb, words = (arguments or [""])[0], arguments[1:]
    how, least, most, fits = VERBS.get(verb, (None, 0, 0, None))
    if how is None or not least <= len(words) <= most or not all(map(fits or bool, words)):
        die(2, usage(0), usage(1))
    if os.geteuid():
        die(3, f"Защиту сервера видит и меняет только root. Повторите: {tree.again()}",
            f"Only root can read and change the hardening of the server. Run: {tree.again()}")
    env = tree.env_read()
    if not env:
        die(1, "Сервер не подготовлен. Сначала: sudo deploy/tapbot init", "The server is not prepared. First: sudo deploy/tapbot init")
    return how(env, words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
