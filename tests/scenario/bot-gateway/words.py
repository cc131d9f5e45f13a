# SPDX-License-Identifier: MIT
"""Staff edits texts of bots as Directus does, with its role: its rights, used and refused texts."""
import os
import subprocess

import services
from stand import ROOT, Stand, built, wait_until

PASSWORD = "0123456789abcdef"
ROLE = "directus_user"
ALLOWED = [
    "UPDATE bot_messages SET message_text = 'Hello', is_active = true WHERE message_key = 'help' AND language = 'en'",
    "UPDATE bot_settings SET setting_value = '20', is_active = true WHERE setting_key = 'hold_minutes'",
    "UPDATE bot SET intake = 'webhook', is_active = true",
]
REFUSED = [
    "UPDATE bot SET name = 'x'", "UPDATE bot SET bot_type = 'taxi'", "UPDATE bot SET tenant_id = id",
    "UPDATE bot SET username = 'tapbot_bot'",
    "UPDATE bot_messages SET built_in = 'x'", "UPDATE bot_messages SET message_key = 'x'", "DELETE FROM bot_messages",
    "INSERT INTO bot_messages (message_key, bot_type, language, message_text, built_in) VALUES ('x', 'taxi', 'ru', 'x', 'x')",
    "UPDATE bot_settings SET setting_key = 'x'", "DELETE FROM bot_settings", "SELECT FROM update", "SELECT FROM sending",
    "CREATE TRIGGER own AFTER DELETE ON directus.own FOR EACH ROW EXECUTE FUNCTION booking.feed_bury('booking')",
    "CREATE TRIGGER own AFTER DELETE ON directus.own FOR EACH ROW EXECUTE FUNCTION bot.message_bury()",
    "UPDATE bot_messages SET message_text = ''", f"UPDATE bot_messages SET message_text = '{8001 * 'x'}'",
]


def psql(url, *words):
    return subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", url, *words], capture_output=True, text=True, check=False,
                          env={**os.environ, "PGOPTIONS": "-c search_path=bot"})


def directus(stand):
    """The role of Directus and its rights, as the stack creates them."""
    others = [one for one in services.services() if one.kind == "database" and one.name != stand.main.name]
    for one in others:
        stand.run("--migrate", role="tapbot_migrator", binary=built(f"services/{one.name}/{one.name}"))
    stand.passwords[ROLE] = PASSWORD
    stand.sql(f"DO $$ BEGIN CREATE ROLE {ROLE} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
    stand.sql(f"ALTER ROLE {ROLE} PASSWORD '{PASSWORD}'")
    stand.sql(f"CREATE SCHEMA directus AUTHORIZATION {ROLE} CREATE TABLE directus.own (id uuid, tenant_id uuid)")
    stand.sql(f"ALTER TABLE directus.own OWNER TO {ROLE}")
    done = psql(stand.url("postgres"), "-f", os.path.join(ROOT, "deploy/postgres/directus.sql"))
    assert done.returncode == 0, done.stderr


def lint(stand):
    done = subprocess.run([stand.binary, "--texts", "lint"], capture_output=True, text=True, check=False,
                          env=stand.environment(DATABASE_URL=stand.url("tapbot_migrator")))
    return done.returncode, done.stdout


def edit(stand, text, language="kz"):
    done = psql(stand.url(ROLE), "-c", f"UPDATE bot_messages SET message_text = '{text}' WHERE message_key = 'start'"
                f" AND bot_type = 'taxi' AND language = '{language}'")
    assert done.returncode == 0, done.stderr


def refused_in(path):
    with open(path, encoding="utf-8") as log:
        return "".join(line for line in log if '"text_refused"' in line)


def words():
    with Stand(service="bot-gateway", demo=True, database="tapbot_words") as stand:
        directus(stand)
        gateway = stand.service(BOTS_DIR=stand.folder, BOTS_INTERVAL="100ms")
        wait_until("the texts are stored", 10, lambda: stand.sql("SELECT count(*) > 20 FROM bot.bot_messages") == "t")
        for sql in ALLOWED:
            assert psql(stand.url(ROLE), "-c", sql).returncode == 0, sql
        for sql in REFUSED:
            assert psql(stand.url(ROLE), "-c", sql).returncode != 0, sql
        assert psql(stand.url(ROLE), "-c", "CREATE TRIGGER own BEFORE UPDATE ON directus.own FOR EACH ROW"
                    " EXECUTE FUNCTION suppress_redundant_updates_trigger()").returncode == 0, "a trigger of its own"
        assert stand.sql("SELECT count(*) FROM pg_proc WHERE prosecdef AND pronamespace <> 'pg_catalog'::regnamespace"
                         f" AND has_function_privilege('{ROLE}', oid, 'EXECUTE')") == "0"
        assert lint(stand) == (0, "Все тексты и настройки годятся.\n"), lint(stand)
        edit(stand, "{name?<b>{name}} {{")
        wait_until("it is refused", 10, lambda: gateway.metric("texts_refused") == 1)
        code, output = lint(stand)
        assert code == 1 and output.startswith("start, taxi, kz: HTML, который Telegram не примет ("), output
        edit(stand, "{nmae}")
        code, output = lint(stand)
        assert code == 1 and output == "start, taxi, kz: такого значения у этого текста нет (nmae)\n", output
        done = psql(stand.url(ROLE), "-c", "UPDATE bot_settings SET setting_value = '90' WHERE bot_type = 'taxi' AND setting_key = 'hold_minutes'")
        assert done.returncode == 0, done.stderr
        wait_until("both are refused", 10, lambda: gateway.metric("texts_refused") == 2)
        code, output = lint(stand)
        assert code == 1 and output.endswith("\nhold_minutes, taxi: число вне границ (1-60)\n"), output
        edit(stand, "Сәлем{name?, {name}}!")
        wait_until("it is used", 10, lambda: gateway.metric("texts_refused") == 1)
        wait_until("the log has the reason", 10, lambda: "nmae" in refused_in(stand.log.name))
        assert "<b>" not in refused_in(stand.log.name)
        # Another version has written this row, and it is not edited.
        gateway.stop()
        stand.sql("UPDATE bot.bot_messages SET built_in = 'Old', message_text = 'Old' WHERE message_key = 'unknown'")
        stand.service(BOTS_DIR=stand.folder, BOTS_INTERVAL="100ms")
        wait_until("the row is restored", 10, lambda: stand.sql("SELECT count(*) FROM bot.bot_messages WHERE message_text = 'Old'") == "0")
        return f"{len(ALLOWED)} changes allowed, {len(REFUSED)} refused"


SCENARIOS = [("people change texts of bots", words)]
