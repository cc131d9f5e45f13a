// SPDX-License-Identifier: MIT
#include "notifications/notifier.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/metric.h"
#include "base/now.h"
#include "base/retry.h"

#include "notifications/notifier_private.h"

enum {
    RUN_MS = 60000,
    STAFF_MS = 10000, /* time between reads of the staff chat if no message is sent to it */
    /* Limit of memory in a round; an answer usually has a few KiB. */
    ARENA_MAX = 4 * NOTIFICATION_PAGE_MAX * BOOKING_ANSWER_MAX,
};

/* State of reading the events of a bot. */
struct feed {
    struct uuid bot_id;      /* nil: the slot is free */
    int failures;            /* number of rounds that have failed since the last success */
    int64_t seen_ns;         /* start of the last round, also if it was skipped */
    int64_t retry_ns;        /* rounds before this time are skipped */
    int64_t behind_since_ns; /* since when unread events may exist; 0: none, or another instance
                                reads them */
    int64_t stuck_since;     /* as in struct notifier_round */
    int64_t staff_ns;        /* when the staff chat was read for `staff_lost` */
    bool staff_lost;         /* the bot's staff chat was STAFF_CHAT_LOST at its last read */
};

struct notifier {
    struct notifier_options options;
    struct uuid owner; /* identifies this process in leases */
    struct periodic task;
    struct feed feeds[BOTS_MAX];
    bool stopped; /* the leases are released */
    struct metric lag;
    struct metric queued[NOTIFIER_TO_COUNT];
    struct metric unheard;
    struct metric staff_lost;
};

/* --- which bots --- */

static struct feed *find_or_add_feed(struct notifier *notifier, const struct uuid *bot_id)
{
    for (size_t i = 0; i < BOTS_MAX; i++) {
        struct feed *feed = &notifier->feeds[i];
        if (uuid_is_nil(&feed->bot_id))
            feed->bot_id = *bot_id;
        if (uuid_equal(&feed->bot_id, bot_id))
            return feed;
    }
    return NULL;
}

/* Copies the n-th bot to `round`; false: there are no more bots. `reads_events` is true if the
 * events of the bot are to be read. */
static bool copy_bot_to_round(const struct notifier *notifier, size_t bot_index,
                              struct notifier_round *round, bool *reads_events)
{
    const struct bot *all;
    struct fault ignored; /* the bots are not read yet: the next run handles them */
    size_t count;

    if (!bots_all(notifier->options.bots, &all, &count, &ignored) || bot_index >= count)
        return false;
    *reads_events = bot_is_active_with(&all[bot_index], BOT_TOKEN) &&
                    bot_has_part(&all[bot_index], BOT_KEY) &&
                    bot_type_has_dialogue(all[bot_index].type);
    round->options = &notifier->options;
    round->bot_id = all[bot_index].id;
    round->tenant_id = all[bot_index].tenant_id;
    round->type = (enum bot_type)all[bot_index].type;
    memcpy(round->name, all[bot_index].name, sizeof round->name);
    memcpy(round->key, all[bot_index].key, sizeof round->key);
    button_derive_key(slice_of(all[bot_index].token), round->button_key);
    return true;
}

/* --- a round --- */

/* Handles one bot. Reminders are sent even if the events cannot be read; reports of failed messages
 * wait, because booking-api may fail as a whole. */
static bool run_round_if_leased(struct notifier *notifier, struct notifier_round *round,
                                bool *leased, struct fault *fault)
{
    struct fault later;

    if (!notification_store_take_lease(notifier->options.service->pool, &round->bot_id,
                                       &notifier->owner, NOTIFIER_LEASE_S, leased, &round->position,
                                       fault))
        return false;
    if (!*leased)
        return true;
    if (round->staff_due && !notifier_read_staff_chat(round, fault))
        return false;
    round->now = notifier->options.now();
    const bool was_read = notifier_process_events(round, fault);
    const bool sent = notifier_send_due_reminders(round, was_read ? fault : &later);
    return was_read && sent && notifier_report_failed_messages(round, fault);
}

static void record_round_result(struct notifier *notifier, struct feed *feed,
                                const struct notifier_round *round, bool leased, bool succeeded)
{
    static const struct retry_policy policy = {
        .waits_ms = {1000, 2000, 4000, 8000}
    };
    const int64_t now_ns = now_mono_ns();

    feed->failures = succeeded ? 0 : feed->failures + 1;
    feed->stuck_since = round->stuck_since;
    feed->retry_ns = succeeded ? 0 : now_ns + retry_wait_ms(&policy, feed->failures, 0) * NS_PER_MS;
    if (round->at_end || (succeeded && !leased))
        feed->behind_since_ns = 0;
    else if (feed->behind_since_ns == 0)
        feed->behind_since_ns = now_ns;
    if (round->staff_read)
        feed->staff_ns = now_ns;
    if (round->staff_read || !leased)
        feed->staff_lost =
            leased && round->staff.state == STAFF_CHAT_LOST && round->staff.is_linked;
    notifier->unheard.value += (double)round->unheard;
    int64_t queued = 0;
    for (int to = 0; to < NOTIFIER_TO_COUNT; to++) {
        notifier->queued[to].value += (double)round->queued[to];
        queued += round->queued[to];
    }
    if (queued > 0)
        sender_wake(notifier->options.sender);
    if (succeeded && leased && !round->at_end)
        periodic_run_soon(&notifier->task, 0);
}

static bool run_round_unless_backing_off(struct notifier *notifier, struct notifier_round *round,
                                         struct fault *fault)
{
    struct feed *feed = find_or_add_feed(notifier, &round->bot_id);
    bool leased = false;

    if (feed == NULL)
        return true;
    feed->seen_ns = now_mono_ns();
    if (feed->seen_ns < feed->retry_ns)
        return true;
    round->one_by_one = feed->failures > 0;
    round->was_stuck_since = feed->stuck_since;
    round->staff_due =
        feed->staff_ns == 0 || feed->seen_ns - feed->staff_ns >= STAFF_MS * NS_PER_MS;
    arena_init(&round->arena, ARENA_MAX);
    const bool well = run_round_if_leased(notifier, round, &leased, fault);
    arena_finish(&round->arena);
    record_round_result(notifier, feed, round, leased, well);
    return well;
}

static bool release_leases_once(struct notifier *notifier, struct fault *fault)
{
    notifier->stopped =
        notifier->stopped ||
        notification_store_release_leases(notifier->options.service->pool, &notifier->owner, fault);
    return notifier->stopped;
}

/* Handles all bots. A failure of one bot does not delay the others. */
static bool run_rounds_of_all_bots(void *data, struct fault *fault)
{
    struct notifier *notifier = data;
    bool well = true, reads;

    for (size_t n = 0; n < BOTS_MAX && !notifier->options.service->stopping; n++) {
        struct notifier_round round = {.at_end = false};
        struct fault one;
        if (!copy_bot_to_round(notifier, n, &round, &reads))
            break;
        if (!reads || run_round_unless_backing_off(notifier, &round, &one))
            continue;
        *fault = one;
        well = false;
    }
    return notifier->options.service->stopping ? release_leases_once(notifier, fault) : well;
}

/* --- start and stop --- */

static double compute_feed_lag_s(void *data)
{
    const struct notifier *notifier = data;
    const int64_t now_ns = now_mono_ns();
    int64_t lag_ns = 0;

    for (size_t i = 0; i < BOTS_MAX; i++) {
        const struct feed *feed = &notifier->feeds[i];
        const bool counts =
            feed->behind_since_ns != 0 && now_ns - feed->seen_ns < 2 * RUN_MS * NS_PER_MS;
        if (counts && now_ns - feed->behind_since_ns > lag_ns)
            lag_ns = now_ns - feed->behind_since_ns;
    }
    return (double)lag_ns / (double)NS_PER_S;
}

static double count_lost_staff_chats(void *data)
{
    const struct notifier *notifier = data;
    int count = 0;

    for (size_t i = 0; i < BOTS_MAX; i++)
        count += notifier->feeds[i].staff_lost;
    return count;
}

static void register_metrics(struct notifier *notifier)
{
    static const char *const labels[NOTIFIER_TO_COUNT] = {"to=\"guest\"", "to=\"owner\"",
                                                          "to=\"staff\"", "to=\"driver\""};

    metric_register_gauge(&notifier->lag, "booking_feed_lag_seconds",
                          "How long events of booking-api have been waiting to be read.",
                          compute_feed_lag_s, notifier);
    for (int to = 0; to < NOTIFIER_TO_COUNT; to++)
        metric_register_counter(&notifier->queued[to], "notices_total",
                                "Notifications queued for people.", labels[to]);
    metric_register_counter(&notifier->unheard, "notices_unheard_total",
                            "Notifications of bookings that reach neither owner nor staff.", NULL);
    metric_register_gauge(&notifier->staff_lost, "staff_chats_lost",
                          "Staff chats to which Telegram refuses messages.", count_lost_staff_chats,
                          notifier);
}

struct notifier *notifier_start(const struct notifier_options *options, struct fault *fault)
{
    const int64_t every_ms = options->poll_ms > 0 ? options->poll_ms : NOTIFIER_POLL_MS;
    const struct periodic_task task = {"notices", run_rounds_of_all_bots, every_ms, RUN_MS,
                                       .at_once = true};
    struct notifier *notifier = fault_calloc(sizeof *notifier, "notices", fault);

    if (notifier == NULL)
        return NULL;
    notifier->options = *options;
    notifier->owner = uuid_make();
    if (notifier->options.now == NULL)
        notifier->options.now = now_wall_us;
    register_metrics(notifier);
    periodic_start(&notifier->task, options->service->loop, &task, notifier);
    return notifier;
}

void notifier_stop(struct notifier *notifier)
{
    if (notifier == NULL)
        return;
    periodic_stop(&notifier->task);
    metric_unregister(&notifier->lag);
    metric_unregister_all(notifier->queued, NOTIFIER_TO_COUNT);
    metric_unregister(&notifier->unheard);
    metric_unregister(&notifier->staff_lost);
    free(notifier);
}
