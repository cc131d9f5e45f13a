// SPDX-License-Identifier: MIT
/* A database that refuses writes, like a standby or a managed database whose disk is nearly
 * full. */

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
static void read_only(bool on)
{
    setenv("PGOPTIONS", "-c default_transaction_read_only=off", 1);
    stand_sql(on ? "ALTER SYSTEM SET default_transaction_read_only = on"
                 : "ALTER SYSTEM RESET default_transaction_read_only");
    stand_sql("SELECT pg_reload_conf()");
}

static void end(void)
{
    read_only(false);
    program_end();
}

TEST_CASE("read_only", .setup_once = program_begin, .teardown_once = end);

TEST(read_only_database_is_readable_and_not_ready)
{
    comes(note, 201, "");
    read_only(true);
    comes(note, 503, "\"database_read_only\"");
    ck_assert_ptr_nonnull(program_header(&answer, "Retry-After"));
    comes(ready, 503, "\"postgres\":\"up\",\"schema\":\"up\",\"writes\":\"down\"");
    comes(whoami, 200, "");
    comes(events, 200, "\"note.written\"");
    read_only(false);
    comes(ready, 200, "");
    comes(note, 201, "");
}
