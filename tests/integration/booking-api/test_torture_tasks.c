// SPDX-License-Identifier: MIT
/* Every task without a request loses its connection at each of its database calls (torture.h). Add
 * a row for a new background task or command. */
#include "base/now.h"

#include "channels/feed_reader.h"
#include "maintenance/business.h"
#include "maintenance/edits.h"
#include "maintenance/selfcheck.h"
#include "maintenance/sweeper.h"
#include "tortured.h"
#include "webhooks/webhook_feeder.h"

enum { SWEEP_MS = 5 };

static long long left_to_sweep(void)
{
    return stand_number("SELECT (SELECT count(*) FROM occupancy WHERE status IN"
                        " ('held', 'confirmed')) + (SELECT count(*) FROM quote)"
                        " + (SELECT count(*) FROM apartment"
                        "    WHERE listed_version IS DISTINCT FROM version)");
}

/* Runs the sweeper until nothing is left to do, also after a lost connection. */
static struct answer sweep(void)
{
    struct fault fault;
    struct periodic sweeper;

    sweeper_start(&sweeper, stand_app()->service, SWEEP_MS);
    stand_until(left_to_sweep() == 0, "%lld are left to sweep", left_to_sweep());
    periodic_stop(&sweeper);
    return torture_answer(true, &fault);
}

static struct answer delete_answers(void)
{
    struct fault fault;

    return torture_answer(api_changes_delete_old_replies(stand_changes(), &fault), &fault);
}

static struct answer check_rules(void)
{
    struct fault fault;
    struct selfcheck_watch watch = {0};

    selfcheck_watch_start(&watch, stand_app()->service, 1000);
    const struct answer answer = torture_answer(selfcheck_watch_run(&watch, &fault), &fault);
    selfcheck_watch_stop(&watch);
    return answer;
}

static struct answer count_business(void)
{
    struct fault fault;
    struct business business;

    return torture_answer(
        business_store_compute_figures(stand_app()->service->db, now_wall_us(), &business, &fault),
        &fault);
}

enum { FEED_RUNS_MAX = 100 };

/* Announces until nothing is left to do, also after a lost connection. */
static struct answer announce(void)
{
    struct feed_reader reader = {.service = stand_app()->service};
    struct fault fault = {.code = ""};
    bool done = false;

    for (int i = 0; i < FEED_RUNS_MAX && !done; i++)
        done = feed_announcer_run(&reader, &fault);
    return torture_answer(done, &fault);
}

/* Reads until the feed was read. A lost connection may leave the lease of the feed, which is ended
 * here, so that the test does not wait for it. */
static struct answer read_feeds(void)
{
    struct feed_reader reader = {
        .service = stand_app()->service,
        .client = feed_client_of(stand_app()->service),
        .settings = {.interval_s = 600, .stale_s = 3600}
    };
    struct fault fault = {.code = ""};
    bool done = false;

    for (int i = 0; i < FEED_RUNS_MAX && !done; i++) {
        stand_sql("UPDATE channel_feed SET due_at = now() WHERE last_read_at IS NULL");
        done = feed_reader_run(&reader, &fault) &&
               stand_number("SELECT count(*) FROM channel_feed WHERE last_read_at IS NULL") == 0;
    }
    return torture_answer(done, &fault);
}

/* Feeds until nothing is left to do. Events are not visible while older transactions are open, also
 * of suites that run beside this one. */
static struct answer feed_webhooks(void)
{
    struct webhook_feeder feeder = {.service = stand_app()->service};
    struct fault fault = {.code = ""};
    bool done = false;

    for (int i = 0; i < FEED_RUNS_MAX && !done; i++) {
        stand_wait_for_events();
        done = webhook_feeder_run(&feeder, &fault);
    }
    return torture_answer(done, &fault);
}

/* Writes events until no edit is left. */
static struct answer tell_edits(void)
{
    struct fault fault = {.code = ""};
    bool done = false;

    for (int i = 0; i < FEED_RUNS_MAX && !done; i++)
        done = edits_run(stand_app()->service, &fault);
    return torture_answer(done, &fault);
}

// clang-format off
static const struct torture_case rows[] = {
    {.name = "holds that are over", .given = GIVEN_BOOKED, .task = sweep,
     .then = "UPDATE occupancy SET expires_at = now() - interval '1 second'"},
    {.name = "stays that are over", .given = GIVEN_CONFIRMED, .task = sweep,
     .then = "UPDATE occupancy SET check_in = check_in - 13, check_out = check_out - 13"},
    {.name = "quotes that are over", .given = GIVEN_QUOTE, .task = sweep,
     .then = "UPDATE quote SET expires_at = now() - interval '25 hours'"},
    {.name = "expired stored answers", .given = GIVEN_APARTMENTS, .task = delete_answers,
     .then = "INSERT INTO idempotency (id, client_id, key, fingerprint, status, created_at)"
             " SELECT gen_random_uuid(), gen_random_uuid(), 'old', sha256(''), 200,"
             " now() - interval '49 hours' FROM generate_series(1, 3)"},
    {.name = "apartments without listed JSON", .given = GIVEN_APARTMENTS, .task = sweep},
    {.name = "stale feed and conflict", .given = GIVEN_CONFLICT, .task = announce,
     .then = "UPDATE channel_feed SET stale_at = now()"},
    {.name = "feeds", .given = GIVEN_FEED, .task = read_feeds},
    {.name = "events of a webhook", .given = GIVEN_WEBHOOK, .task = feed_webhooks,
     .then = "INSERT INTO outbox (id, event_id, type, source, sequence, resource_type, resource_id, resource_version, tenant_id, data)"
             " SELECT 1000000 + n, gen_random_uuid(), 'block.created', 'test', 1, 'block', gen_random_uuid(), 1, tenant_id, '{}'"
             " FROM webhook, generate_series(1, 3) n"},
    {.name = "disabled webhook", .given = GIVEN_WEBHOOK, .task = feed_webhooks,
     .then = "UPDATE receiver SET disabled_at = now()"},
    {.name = "edited apartments", .given = GIVEN_APARTMENTS, .task = tell_edits,
     .then = "INSERT INTO apartment_edited (apartment_id) SELECT id FROM apartment"},
    {.name = "rules of the data", .given = GIVEN_CONFIRMED, .task = check_rules},
    {.name = "figures of the business", .given = GIVEN_CONFIRMED, .task = count_business},
};
// clang-format on

int main(void)
{
    return torture_main(&tortured_service, "test_torture_tasks", rows, ARRAY_LEN(rows));
}
