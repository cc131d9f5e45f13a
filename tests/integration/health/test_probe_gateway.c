// SPDX-License-Identifier: MIT
/* The kinds service and telegram with a running bot-gateway: its metrics have the names that the
 * probes read. */
#include <sys/stat.h>

#include "integration/program.h"
#include "probe_fixture.h"

static char folder[] = "/tmp/tapbot-probe-XXXXXX";

static void file(const char *name, const char *text)
{
    const char *path = textf("%s/%s", folder, name);

    file_write(path, text);
    ck_assert_int_eq(chmod(path, 0600), 0);
}

static void begin(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    file("taxi.secret", "Se-cret_1");
    file("taxi.token", "1:TokenThatNobodyLogs");
    setenv("BOTS_DIR", folder, 1);
    setenv("BOTS_INTERVAL", "100ms", 1);
    setenv("TELEGRAM_API_ROOT", "http://127.0.0.1:1", 1); /* a closed port */
    program_begin();
    stand_sql("INSERT INTO bot.bot (id, name, tenant_id) VALUES"
              " (gen_random_uuid(), 'taxi', (SELECT id FROM api.tenant WHERE name = 'tests'))");
    stand_disconnect();
}

static void end(void)
{
    program_end();
    ck_assert_int_eq(system(textf("rm -rf %s", folder)), 0);
}

static const char *gateway(const char *path)
{
    return url_of("127.0.0.1", atoi(getenv("HTTP_PORT")), path);
}

/* Probes until the condition holds. */
static struct probe_result probe_until(const struct check *check, enum probe_trouble trouble)
{
    struct probe_result result;

    wait_until((result = probe_once(check)).trouble == trouble, "%s, not %s",
               probe_trouble_names[result.trouble], probe_trouble_names[trouble]);
    return result;
}

TEST_CASE("probe_gateway", .setup_once = begin, .teardown_once = end, .setup = probe_fixture_begin,
          .teardown = probe_fixture_end);

TEST(running_service_has_the_probed_metrics)
{
    const struct check check = check_of(CHECK_SERVICE, gateway(""));
    struct probe_run probe = {.check = &check};

    (void)probe_until(&check, TROUBLE_NONE);
    repeat_probe(&probe);
    for (int i = 0; i < 30; i++) {
        struct reply reply;
        program_ask("GET", "/v1/bots", key_all, NULL, NULL, &reply);
        ck_assert_int_eq(reply.status, 200);
    }
    repeat_probe(&probe);
    ck_assert_str_eq(probe_trouble_names[probe.result.trouble], "none");
    ck_assert_double_ge(reading_of(&probe.result, MEASURE_log_errors), 0);
    ck_assert_double_eq(reading_of(&probe.result, MEASURE_error_percent), 0);
    ck_assert_double_ge(reading_of(&probe.result, MEASURE_oldest_unsent_s), 0);
    ck_assert_double_gt(reading_of(&probe.result, MEASURE_latency_ms), 0);
}

TEST(service_without_database_is_not_ready)
{
    const struct check check = check_of(CHECK_SERVICE, gateway(""));

    (void)probe_until(&check, TROUBLE_NONE);
    program_database_away(true);
    const struct probe_result result = probe_until(&check, TROUBLE_NOT_READY);
    ck_has(result.detail, "postgres");
    program_database_away(false);
    (void)probe_until(&check, TROUBLE_NONE);
}

TEST(bot_without_key_is_broken)
{
    const struct check check = check_of(CHECK_TELEGRAM, gateway("/v1/bots"));

    tools.link_key = key_all;
    struct probe_result result = probe_until(&check, TROUBLE_NONE);
    wait_until((result = probe_once(&check), reading_of(&result, MEASURE_bots_broken) == 1),
               "the bot is broken");
    ck_assert_double_eq(reading_of(&result, MEASURE_pending_updates), 0);
    ck_assert_str_eq(result.detail, "taxi: key");
    tools.link_key = "tb_test_wrong";
    result = probe_once(&check);
    ck_assert_str_eq(probe_trouble_names[result.trouble], "denied");
}
