// SPDX-License-Identifier: MIT
/* The webhook of the running program while PostgreSQL, Redis or Telegram is down or slow, and its
 * log. */
#include <sys/stat.h>

#include "integration/program.h"

#define SECRET "X-Telegram-Bot-Api-Secret-Token: Se-cret_1"

/* The deadline is 2 s; a connection of PostgreSQL is waited for 1 s. */
enum { SLOW_MIN_MS = 900, SLOW_MAX_MS = 8000, KNOCKS = 50, LOG_EVERY_MS = 10000 };

static char folder[] = "/tmp/tapbot-webhook-XXXXXX";

static void file(const char *name, const char *text)
{
    const char *path = textf("%s/%s", folder, name);

    file_write(path, text);
    ck_assert_int_eq(chmod(path, 0600), 0);
}

/* Returns the status. */
static long deliver(const char *secret, int number)
{
    program_ask(
        "POST", "/telegram/taxi", NULL, HEADERS(secret),
        textf("{\"update_id\":%d,\"message\":{\"chat\":{\"id\":5},\"text\":\"Hi there\"}}", number),
        &answer);
    return answer.status;
}

/* As Telegram, repeats it until the instance has stored it: on a busy machine that may take longer
 * than its deadline. The gate accepts that. */
static void deliver_until_stored(int number)
{
    const bool in_time = deliver(SECRET, number) != 503;

    wait_until(in_time || deliver(SECRET, number) != 503, "update %d is stored", number);
    ck_assert_int_eq(answer.status, 200);
    ck_assert(in_time || !is_timed());
}

static void begin(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    file("taxi.secret", "Se-cret_1");
    file("taxi.token", "1:TokenThatNobodyLogs");
    setenv("BOTS_DIR", folder, 1);
    setenv("BOTS_INTERVAL", "100ms", 1);
    setenv("TELEGRAM_API_ROOT", "http://127.0.0.1:1", 1); /* no server listens there */
    program_begin();
    stand_sql("INSERT INTO bot.bot (id, name, tenant_id) VALUES"
              " (gen_random_uuid(), 'taxi', (SELECT id FROM api.tenant WHERE name = 'tests'))");
    wait_until(deliver(SECRET, 0) == 200, "%ld", answer.status);
    stand_disconnect();
}

static void end(void)
{
    program_end();
    ck_assert_int_eq(system(textf("rm -rf %s", folder)), 0);
}

TEST_CASE("webhook", .setup_once = begin, .teardown_once = end, .timeout_s = 60);

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* Case: Postgres down. */
TEST(without_postgresql_the_answer_is_503_with_retry_after)
{
    program_database_away(true);
    for (int i = 0; i < 5; i++) {
        deliver(SECRET, 1);
        ck_assert_msg(answer.status == 503, "%ld %s", answer.status, answer.body);
        ck_assert_str_eq(program_header(&answer, "Retry-After"), "5");
    }
    deliver("X-Telegram-Bot-Api-Secret-Token: wrong", 1);
    ck_assert_int_eq(answer.status, 401);
    program_database_away(false);
    wait_until(deliver(SECRET, 1) == 200, "%ld", answer.status);
    ck_rows(1, "bot.update WHERE update_id = 1");
}

/* Case: PG slow. */
TEST(slow_postgresql_gives_503_after_two_seconds)
{
    PGconn *held = stand_hold("LOCK TABLE bot.update IN ACCESS EXCLUSIVE MODE");
    const int64_t began = now_ms();

    deliver(SECRET, 2);
    const int64_t took = now_ms() - began;
    ck_assert_msg(answer.status == 503, "%ld %s", answer.status, answer.body);
    ck_assert_str_eq(program_header(&answer, "Retry-After"), "5");
    ck_assert_msg(took > SLOW_MIN_MS && (!is_timed() || took < SLOW_MAX_MS), "%lld ms",
                  (long long)took);
    stand_commit(held);
    deliver_until_stored(2);
    ck_rows(1, "bot.update WHERE update_id = 2");
}

static void wait_shows(const char *path, const char *words)
{
    wait_until((program_ask("GET", path, key_all, NULL, NULL, &answer),
                strstr(answer.body, words) != NULL),
               "%s without %s: %s", path, words, answer.body);
}

/* Case: Redis down. */
TEST(without_redis_updates_are_stored_and_count_once)
{
    const int port = program_other_port();
    const char *kept = textf("%s", getenv("REDIS_URL"));

    setenv("REDIS_URL", "redis://127.0.0.1:1", 1);
    const pid_t copy = program_start();
    setenv("REDIS_URL", kept, 1);
    program_ready();
    wait_shows("/readyz", "\"redis\":\"down\"");
    wait_until(deliver(SECRET, 4) != 503, "the bots are known");
    ck_assert_int_eq(answer.status, 200);
    deliver_until_stored(4);
    ck_rows(1, "bot.update WHERE update_id = 4");
    program_stop(copy);
    program_port(port);
}

/* Case: Bot blocked by local firewall / DNS. */
TEST(without_telegram_updates_are_stored_and_messages_wait)
{
    char id[64];

    program_ask("POST", "/v1/messages", key_all, NULL,
                "{\"bot\":\"taxi\",\"chat_id\":5,\"text\":\"x\"}", &answer);
    ck_assert_msg(answer.status == 202, "%ld %s", answer.status, answer.body);
    ck_assert_int_eq(sscanf(answer.body, "{\"id\":\"%36[^\"]\"", id), 1);
    wait_shows(textf("/v1/messages/%s", id), "\"code\":\"telegram_unreachable\"");
    ck_has(answer.body, "\"status\":\"queued\"");
    wait_shows("/v1/bots", "\"error\":\"not_sent\"");
    program_ready();
    deliver_until_stored(5);
}

/* Case: Wrong secret/path. */
TEST(refused_requests_are_logged_rarely_and_without_secrets)
{
    const int before = program_logged("\"event\":\"webhook_refused\"");
    const int64_t began_ms = wait_now_ms();

    for (int i = 0; i < KNOCKS; i++)
        deliver("X-Telegram-Bot-Api-Secret-Token: Wrong_1", 3);
    ck_assert_int_eq(answer.status, 401);
    deliver(SECRET, 3);
    program_logs("\"event\":\"webhook_refused\"");
    usleep(1500 * 1000); /* a second log line would appear after a second */
    ck_assert_int_le(program_logged("\"event\":\"webhook_refused\"") - before,
                     1 + (wait_now_ms() - began_ms) / LOG_EVERY_MS);
    ck_assert_int_eq(program_logged("Se-cret_1"), 0);
    ck_assert_int_eq(program_logged("Wrong_1"), 0);
    ck_assert_int_eq(program_logged("TokenThatNobodyLogs"), 0);
    ck_assert_int_eq(program_logged("Hi there"), 0);
    ck_assert_int_ge(program_logged("\"route\":\"/telegram/:bot\""), 1);
}
