// SPDX-License-Identifier: MIT
/* A database that refuses writes: a standby, a managed database whose disk is nearly full, or one
 * whose disk is full. */

#include "integration/program.h"

/* An instance checks once a second whether it can write, so on a fast disk a second suffices. */

/* Each note has its own text, because a repeated text is refused. */
static void note(void)
{
    static int number;

    program_ask("POST", "/v1/notes", key_all, HEADERS("X-Actor: staff:A"),
                textf("{\"text\":\"note %d\"}", ++number), &answer);
}

static void ready(void)
{
    program_ask("GET", "/readyz", NULL, NULL, NULL, &answer);
}

static void whoami(void)
{
    program_ask("GET", "/v1/whoami", key_all, NULL, NULL, &answer);
}

static void events(void)
{
    program_ask("GET", "/v1/events", key_all, HEADERS("X-Actor: staff:A"), NULL, &answer);
}

/* Sends requests until the answer has this status and contains `words`. Until then a change
 * succeeds or is refused temporarily, for example while the disk stalls; any other answer is an
 * error. */
static void comes(void (*ask)(void), long status, const char *words)
{
    wait_until((ask(), answer.status == 500 ||
                           (answer.status == status && strstr(answer.body, words) != NULL)),
               "not %ld with %s: %ld %s", status, words, answer.status, answer.body);
    ck_assert_msg(answer.status == status, "%s", answer.body);
}

/* The connections of the test itself can still write. */
static void set_read_only(bool on)
{
    setenv("PGOPTIONS", "-c default_transaction_read_only=off", 1);
    stand_sql(on ? "ALTER SYSTEM SET default_transaction_read_only = on"
                 : "ALTER SYSTEM RESET default_transaction_read_only");
    stand_sql("SELECT pg_reload_conf()");
}

/* Refuses notes with this SQLSTATE. */
static void refuse_with(const char *sqlstate)
{
    stand_sql("CREATE FUNCTION notes.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
              " RAISE 'refused' USING ERRCODE = '%s'; END $$",
              sqlstate);
    stand_sql("CREATE TRIGGER refuse BEFORE INSERT ON notes.note"
              " FOR EACH STATEMENT EXECUTE FUNCTION notes.refuse()");
}

static void set_full(bool on)
{
    if (on)
        refuse_with("53100");
    else
        stand_sql("DROP FUNCTION notes.refuse CASCADE");
}

static void set_locked(bool on)
{
    if (on)
        refuse_with("55P03");
    else
        stand_sql("DROP FUNCTION notes.refuse CASCADE");
}

static void end(void)
{
    set_read_only(false);
    program_end();
}

TEST_CASE("read_only", .setup_once = program_begin, .teardown_once = end);

#define DOWN "\"postgres\":\"up\",\"schema\":\"up\",\"writes\":\"down\""

/* What a change is refused with, and what /readyz says about it. A full disk is the same for all
 * instances, so Traefik must not take them away: reads work. */
static const struct {
    const char *why;
    void (*set)(bool on);
    const char *code;
    long ready;
    const char *says, *also;
} refusals[] = {
    {"a read-only database", set_read_only, "\"database_read_only\"", 503, "\"not_ready\"", DOWN               },
    {"a full disk",          set_full,      "\"storage_full\"",       200, "\"paused\"",    DOWN               },
    {"a row that is locked", set_locked,    "\"busy\"",               200, "\"ready\"",     "\"writes\":\"up\""},
};

TEST_ROWS_WHY(readiness_tells_why_no_change_is_accepted, refusals)
{
    comes(note, 201, "");
    row->set(true);
    comes(note, 503, row->code);
    ck_assert_ptr_nonnull(program_header(&answer, "Retry-After"));
    comes(ready, row->ready, row->says);
    comes(ready, row->ready, row->also);
    comes(whoami, 200, "");
    comes(events, 200, "\"note.written\"");
    row->set(false);
    comes(ready, 200, "\"status\":\"ready\"");
    comes(note, 201, "");
}
