# SPDX-License-Identifier: MIT
"""deploy/tapbot search finds the messages and apartments of the demo, in any spelling."""
import datetime
import glob
import os
import re

from demo_telegram import ask, start, demo_environment
from docs import BOT_DEMO, on_a_demo
from stand import ROOT, wait_until

TALKS = os.path.join(ROOT, "services/bot-gateway/demo/talks.sql")
TENANT = "018f0000-0000-7000-8000-000000000001"
# The query, an expected part of the output, and the expected rewrite.
TYPED = [
    (["парковка"], r"\*[Пп]арковка\*", None), (["gfhrjdrf"], r"\*[Пп]арковка\*", "парковка"), (["obogrevatel"], r"\*Обогреватель\*", "обогреватель"), (["klyuchi"], r"\*klyuchi\*", None),
    (["турак"], r"\*[Тт]ұрақ\*", None), (["холодно"], r"\*холодно\*", None), (["heating"], r"\*heating\*", None),
    (['"код от домофона"'], r"\*Код\* \*от\* \*домофона\*", None), (["суық"], r"\*суық\*", None), (["taxi", "airport"], r"\*taxi\*.*\*airport\*", None),
    (["скидка", "--bot", "apartments"], r"\*скидк[аи]\*", None)]
BUSY = ("database_unavailable", "overloaded")  # no connection yet, or none within a second
SUMS = """SELECT count(*), md5(string_agg(concat(id, chat_id, message_id, language, text), '|' ORDER BY id)) FROM bot.message"""


def search(run, *words):
    done = run("deploy/tapbot", "search", *words)
    assert done.returncode == 0, f"{words}: {done.stderr}"
    return done.stdout


def background_failures(folder):
    """The background tasks of all services that failed, such as for a right that their role lacks. On a busy machine the first run of a task can
    come before the database is connected, or wait too long for a connection: that is no failure of the task."""
    failed = []
    logs = glob.glob(os.path.join(folder, "var/demo/*-*.log"))
    assert {os.path.basename(name) for name in logs} >= {"booking-api.log", "bot-gateway.log", "search-api.log"}, logs
    for name in [*logs, os.path.join(folder, "var/demo/health.log")]:
        with open(name, encoding="utf-8", errors="replace") as lines:
            failed += [line for line in lines if '"event":"task_failed"' in line and not any(f'"code":"{code}"' in line for code in BUSY)]
    return failed


def searched(demo):
    folder, run = demo
    start(run)
    words = demo_environment(folder)
    assert not background_failures(folder), background_failures(folder)

    def sql(*more):
        done = run("psql", "-XqAtv", "ON_ERROR_STOP=1", words["DATABASE_URL"], *more)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def documents(key):
        return ask(f"{words['SEARCH_URL']}/v1/index", **{"X-API-Key": words[key]})["documents"]
    before = sql("-c", SUMS)
    count = int(before.split("|", maxsplit=1)[0])
    assert count >= 3000, count
    found = documents("API_KEY")
    assert found >= count, f"the demo did not wait until its {count} messages are found: {found}"
    # The lexicon counts words up to a second after they can be found.
    wait_until("words typed otherwise are recognised", 20, lambda: all(read is None or read in search(run, *typed) for typed, _, read in TYPED), 0.2)
    assert documents("API_KEY_TENANT") == 0, "another tenant finds them"
    shares = dict(line.split("|") for line in sql("-c", "SELECT language, count(*) FROM bot.message GROUP BY 1").splitlines())
    assert set(shares) == {"ru", "kz", "en"} and min(map(int, shares.values())) > 300, shares
    sent = sql("-c", "SELECT max(sent_at) < now() AND min(sent_at) > now() - interval '200 days' FROM bot.message")
    assert sent == "t", "dated in the future, or before the retention time"
    texts = sql("-c", "SELECT text FROM bot.message")
    phones = re.findall(r"(?:\+7|\b8)[ \d()-]{9,}", texts)
    others = [one for one in phones if not re.fullmatch(r"\+7 700 000 \d\d \d\d", one.strip())]
    assert len(phones) > 20 and not others, f"unexpected phones: {others}"
    assert "{" not in texts and "|" not in texts, "a name was not filled in"
    for typed, wanted, read in TYPED:
        shown = search(run, *typed)
        assert re.search(wanted, shown), f"{typed}: {shown}"
        assert read is None or f"Искали также: {read}\n" in shown, f"{typed}: {shown}"
    assert "\n  место по словам 1, вес 1.00\n" in search(run, "парковка", "--why", "--limit", "1")
    # The demo has no embeddings endpoint.
    shown = search(run, "парковка", "--mode", "vector")
    assert "Ответ хуже обычного: по смыслу искать пока нечем" in shown and "*" in shown and "Найдено по словам," in shown, shown
    wait_until("apartments are found", 20, lambda: not re.search("Ничего не подходит|Ответ хуже обычного", search(run, "--flats", "алматы")), 0.2)
    shown = search(run, "--flats", "тихая двушка у метро до 30 тысяч с парковкой, Алматы", "--why", "--limit", "2")
    assert re.match(r"\nНовая двушка у метро Бауыржан Момышулы\n  20 000 ₸ за ночь .*\n  вес .*.*, есть парковка, в описании: метро\n", shown), shown
    assert re.search(r"Если убрать предел цены: ещё \d+, от \d\d \d{3} ₸ за ночь\.", shown), shown
    stay = [datetime.date.today() + datetime.timedelta(days=days) for days in (40, 42)]
    shown = search(run, "--flats", f"алматы с {stay[0]:%d.%m.%Y} по {stay[1]:%d.%m.%Y} вдвоём", "--why")
    assert " ₸ за всё  almaty, " in shown and "свободна на эти даты" in shown and "booking-api не отвечает" not in shown, shown
    chat = re.search(r"чат (\d+)", search(run, "парковка", "--limit", "1"))[1]
    assert set(re.findall(r"чат (\d+)", search(run, "парковка", "--chat", chat))) == {chat}
    start(run)
    assert sql("-c", SUMS) == before, "a second start has changed the messages"
    sql("-v", f"tenant={TENANT}", "-f", TALKS)
    assert sql("-c", SUMS) == before, "loading twice has changed the messages"
    run("deploy/tapbot", "demo", "stop")
    done = run("deploy/tapbot", "search", "парковка")
    assert done.returncode in (1, 3) and "Traceback" not in done.stderr, done
    return f"{count} messages"


# The first case of its demo (tests/scenario/run): those of docs.py write messages.
SCENARIOS = on_a_demo(BOT_DEMO, [("deploy/tapbot search finds the demo's messages", searched)])
