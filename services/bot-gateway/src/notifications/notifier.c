// SPDX-License-Identifier: MIT
#include "notifications/notifier.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/metric.h"
#include "base/now.h"
#include "db/transaction.h"

#include "notifications/notifier_private.h"

enum {
    RUN_MS = 60000,
    ARENA_MAX = 4 * NOTIFICATION_PAGE_MAX * BOOKING_ANSWER_MAX, /* most answers have some KiB */
};

/* A bot that was followed once. */
struct follower {
    struct uuid bot_id; /* nil: the place is free */
    int failures;       /* in a row */
    int64_t seen_ns;    /* it was to be followed then */
    int64_t rests_until_ns;
    int64_t behind_since_ns; /* not all events are read; 0: they are, or another copy reads */
};

struct notifier {
    struct notifier_options options;
    struct uuid owner; /* this process */
    struct periodic *task;
    struct follower followers[BOTS_MAX];
    bool stopped; /* the leases are given back */
    struct metric lag;
    struct metric said[NOTIFIER_TO_COUNT];
};

/* --- which bots --- */

static bool is_followed(const struct bot *bot)
{
    return bot_has(bot, BOT_ROW) && bot->is_active && bot->type == BOT_APARTMENTS &&
           bot_has(bot, BOT_TOKEN) && bot_has(bot, BOT_KEY);
}

static struct follower *follower_of(struct notifier *notices, const struct uuid *bot_id)
{
    for (size_t i = 0; i < BOTS_MAX; i++) {
        struct follower *follower = &notices->followers[i];
        if (uuid_is_nil(&follower->bot_id))
            follower->bot_id = *bot_id;
        if (uuid_equal(&follower->bot_id, bot_id))
            return follower;
    }
    return NULL;
}

/* The n-th bot of those that there are now; false: there are not so many. */
static bool take_bot(const struct notifier *notices, size_t n, struct notifier_round *round,
                     bool *followed)
{
    const struct bot *all;
    struct fault ignored; /* no look yet: soon */
    size_t count;

    if (!bots_all(notices->options.bots, &all, &count, &ignored) || n >= count)
        return false;
    *followed = is_followed(&all[n]);
    round->options = &notices->options;
    round->bot_id = all[n].id;
    round->tenant_id = all[n].tenant_id;
    memcpy(round->name, all[n].name, sizeof round->name);
    memcpy(round->key, all[n].key, sizeof round->key);
    button_key(slice_of(all[n].token), round->button_key);
    return true;
}

/* --- a round --- */

struct leasing {
    const struct notifier *notices;
    struct notifier_round *round;
    bool leased;
};

static bool lease(struct db *tx, void *arg, struct fault *fault)
{
    struct leasing *leasing = arg;

    return notification_store_lease(tx, &leasing->round->bot_id, &leasing->notices->owner,
                                    NOTIFIER_LEASE_S, &leasing->leased, &leasing->round->place,
                                    fault);
}

static bool give_back(struct db *tx, void *arg, struct fault *fault)
{
    return notification_store_give_back(tx, &((const struct notifier *)arg)->owner, fault);
}

/* Reminders are said whether or not the events can be read. */
static bool go_round(struct notifier *notices, struct notifier_round *round, bool *leased,
                     struct fault *fault)
{
    struct leasing leasing = {.notices = notices, .round = round};
    struct fault later;

    if (!db_transaction(notices->options.service->pool, lease, &leasing, fault))
        return false;
    *leased = leasing.leased;
    if (!leasing.leased)
        return true;
    round->now = notices->options.now();
    const bool followed = notifier_read_events(round, fault);
    const bool reminded = notifier_send_reminders(round, followed ? fault : &later);
    return followed && reminded;
}

static void note(struct notifier *notices, struct follower *follower,
                 const struct notifier_round *round, bool leased, bool well)
{
    const int64_t now_ns = now_mono_ns();
    const int64_t rest_s = INT64_C(1) << (follower->failures < 3 ? follower->failures : 3);

    follower->failures = well ? 0 : follower->failures + 1;
    follower->rests_until_ns = well ? 0 : now_ns + rest_s * NS_PER_S;
    if (well && (!leased || round->at_end))
        follower->behind_since_ns = 0;
    else if (follower->behind_since_ns == 0)
        follower->behind_since_ns = now_ns;
    for (int to = 0; to < NOTIFIER_TO_COUNT; to++)
        notices->said[to].value += (double)round->said[to];
    if (round->said[NOTIFIER_TO_GUEST] + round->said[NOTIFIER_TO_OWNER] > 0)
        sender_wake(notices->options.sender);
    if (well && leased && !round->at_end)
        periodic_soon(notices->task, 0);
}

static bool follow(struct notifier *notices, struct notifier_round *round, struct fault *fault)
{
    struct follower *follower = follower_of(notices, &round->bot_id);
    bool leased = false;

    if (follower == NULL)
        return true;
    follower->seen_ns = now_mono_ns();
    if (follower->seen_ns < follower->rests_until_ns)
        return true;
    round->careful = follower->failures > 0;
    arena_init(&round->arena, ARENA_MAX);
    const bool well = go_round(notices, round, &leased, fault);
    arena_finish(&round->arena);
    note(notices, follower, round, leased, well);
    return well;
}

static bool stop_following(struct notifier *notices, struct fault *fault)
{
    if (notices->stopped)
        return true;
    notices->stopped = db_transaction(notices->options.service->pool, give_back, notices, fault);
    return notices->stopped;
}

/* One bot whose key is refused holds up no other. */
static bool run(void *data, struct fault *fault)
{
    struct notifier *notices = data;
    bool well = true, followed;

    for (size_t n = 0; n < BOTS_MAX && !notices->options.service->stopping; n++) {
        struct notifier_round round = {.at_end = false};
        struct fault one;
        if (!take_bot(notices, n, &round, &followed))
            break;
        if (!followed || follow(notices, &round, &one))
            continue;
        *fault = one;
        well = false;
    }
    return notices->options.service->stopping ? stop_following(notices, fault) : well;
}

/* --- start and stop --- */

static double read_lag(void *data)
{
    const struct notifier *notices = data;
    const int64_t now_ns = now_mono_ns();
    int64_t lag_ns = 0;

    for (size_t i = 0; i < BOTS_MAX; i++) {
        const struct follower *follower = &notices->followers[i];
        const bool counts =
            follower->behind_since_ns != 0 && now_ns - follower->seen_ns < 2 * RUN_MS * NS_PER_MS;
        if (counts && now_ns - follower->behind_since_ns > lag_ns)
            lag_ns = now_ns - follower->behind_since_ns;
    }
    return (double)lag_ns / (double)NS_PER_S;
}

static void register_metrics(struct notifier *notices)
{
    static const char *const labels[NOTIFIER_TO_COUNT] = {"to=\"guest\"", "to=\"owner\""};

    notices->lag = (struct metric){.name = "booking_feed_lag_seconds",
                                   .help = "For how long events of booking-api wait to be read.",
                                   .type = METRIC_GAUGE,
                                   .read = read_lag,
                                   .data = notices};
    metric_register(&notices->lag);
    for (int to = 0; to < NOTIFIER_TO_COUNT; to++)
        notices->said[to] = (struct metric){.name = "notices_total",
                                            .help = "Messages that people were sent by themselves.",
                                            .labels = labels[to]};
    metric_register_all(notices->said, NOTIFIER_TO_COUNT);
}

struct notifier *notifier_start(const struct notifier_options *options, struct fault *fault)
{
    struct notifier *notices = fault_calloc(sizeof *notices, "notices", fault);

    if (notices == NULL)
        return NULL;
    notices->options = *options;
    notices->owner = uuid_make();
    if (notices->options.now == NULL)
        notices->options.now = now_wall_us;
    const struct periodic_options task = {.name = "notices",
                                          .run = run,
                                          .data = notices,
                                          .every_ms = options->poll_ms > 0 ? options->poll_ms
                                                                           : NOTIFIER_POLL_MS,
                                          .limit_ms = RUN_MS,
                                          .at_once = true};
    register_metrics(notices);
    notices->task = periodic_start(options->service->loop, &task, fault);
    if (notices->task == NULL) {
        notifier_stop(notices);
        return NULL;
    }
    return notices;
}

void notifier_stop(struct notifier *notices)
{
    if (notices == NULL)
        return;
    periodic_stop(notices->task);
    metric_unregister(&notices->lag);
    for (int to = 0; to < NOTIFIER_TO_COUNT; to++)
        metric_unregister(&notices->said[to]);
    free(notices);
}
