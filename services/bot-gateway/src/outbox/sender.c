// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/auto.h"
#include "base/now.h"
#include "db/transaction.h"
#include "loop/fiber.h"

#include "outbox/sender_private.h"

enum {
    ROUND_MS = 10000,
    WAITING_MAX = 256, /* chats that one round delays; the next round handles the others */
    IDS_MAX = WAITING_MAX * (UUID_TEXT_LEN + 1) + 2,
    NUMBERS_MAX = WAITING_MAX * 21 + 2,
    BOT_IDS_MAX = BOTS_MAX * (UUID_TEXT_LEN + 1) + 2,
    STOP_POLL_MS = 5
};

/* --- lists --- */

static void list_open(struct buf *list, size_t max)
{
    buf_init(list, max);
    buf_char(list, '{');
}

static void list_add_id(struct buf *list, const struct uuid *id)
{
    char text[UUID_TEXT_LEN + 1];

    if (list->len > 1)
        buf_char(list, ',');
    uuid_format(id, text);
    buf_text(list, text);
}

static void list_add_number(struct buf *list, int64_t number)
{
    if (list->len > 1)
        buf_char(list, ',');
    buf_i64(list, number);
}

/* --- a round --- */

struct round {
    struct sender *sender;
    size_t free_calls;
    size_t started_count;
    struct uuid started[SENDER_CALLS_MAX]; /* bots of the calls started in this round */
    size_t wait_count;
    struct buf answers, chats, waiting, wait_ms;
    int64_t next_ms; /* delay until the next round */
    struct db_rows calls;
};

static void round_begin(struct round *round, struct sender *sender)
{
    *round = (struct round){.sender = sender,
                            .free_calls = SENDER_CALLS_MAX - sender->running_count,
                            .next_ms = SENDER_POLL_MS};
    list_open(&round->answers, IDS_MAX);
    list_open(&round->chats, IDS_MAX);
    list_open(&round->waiting, IDS_MAX);
    list_open(&round->wait_ms, NUMBERS_MAX);
}

static void round_finish(struct round *round)
{
    buf_finish(&round->answers);
    buf_finish(&round->chats);
    buf_finish(&round->waiting);
    buf_finish(&round->wait_ms);
    db_rows_finish(&round->calls);
}

static void run_again_after(struct round *round, int64_t after_ms)
{
    if (after_ms != FIELD_ABSENT && after_ms < round->next_ms)
        round->next_ms = after_ms > 0 ? after_ms : 0;
}

/* Calls that the bot may start, see SENDER_CALLS_MAX. */
static size_t free_calls_of(const struct round *round, const struct uuid *bot_id)
{
    const struct sender_running *task;
    size_t calls = 0;

    LIST_FOREACH (task, &round->sender->running, next)
        calls += uuid_equal(&task->call.bot_id, bot_id);
    for (size_t i = 0; i < round->started_count; i++)
        calls += uuid_equal(&round->started[i], bot_id);
    return round->free_calls > calls ? (round->free_calls - calls + 1) / 2 : 0;
}

static void begin_call(struct round *round, struct buf *list, const struct uuid *id,
                       const struct uuid *bot_id)
{
    list_add_id(list, id);
    round->started[round->started_count++] = *bot_id;
    round->free_calls--;
}

/* Active bots with a token and free calls, as "{a,b}". False: there is none. */
static bool list_bots(const struct round *round, struct buf *list)
{
    const struct bot *bots;
    struct fault ignored;
    size_t count;

    list_open(list, BOT_IDS_MAX);
    if (!bots_all(round->sender->options.bots, &bots, &count, &ignored))
        return false;
    for (size_t i = 0; i < count; i++)
        if (bot_has(&bots[i], BOT_ROW) && bots[i].is_active && bot_has(&bots[i], BOT_TOKEN) &&
            free_calls_of(round, &bots[i].id) > 0)
            list_add_id(list, &bots[i].id);
    const bool any = list->len > 1;
    buf_char(list, '}');
    return any;
}

static void take_answers(struct round *round, const struct db_rows *answers)
{
    for (int row = 0; row < answers->count; row++) {
        const struct uuid id = db_get_uuid(answers, row, 0);
        const struct uuid bot_id = db_get_uuid(answers, row, 1);
        if (free_calls_of(round, &bot_id) > 0)
            begin_call(round, &round->answers, &id, &bot_id);
    }
}

/* Applies the answers of the rate limiter to `count` rows of one bot, from row `first` on. */
static void apply_limits(struct round *round, const struct db_rows *chats, int first,
                         const struct rate_limit_request *requests, size_t count,
                         int64_t bot_wait_ms)
{
    for (size_t i = 0; i < count; i++) {
        const struct uuid id = db_get_uuid(chats, first + (int)i, 0);
        if (requests[i].wait_ms == RATE_LIMIT_GO) {
            const struct uuid bot_id = db_get_uuid(chats, first + (int)i, 1);
            begin_call(round, &round->chats, &id, &bot_id);
        } else if (requests[i].wait_ms == RATE_LIMIT_BOT) {
            run_again_after(round, bot_wait_ms);
        } else if (round->wait_count < WAITING_MAX) {
            list_add_id(&round->waiting, &id);
            list_add_number(&round->wait_ms, requests[i].wait_ms);
            round->wait_count++;
            run_again_after(round, requests[i].wait_ms);
        }
    }
}

/* Checks the rows of one bot, from row `first` on. Returns the first row of the next bot. */
static int check_bot(struct round *round, const struct db_rows *chats, int first)
{
    const struct uuid bot_id = db_get_uuid(chats, first, 1);
    const size_t most = free_calls_of(round, &bot_id);
    struct rate_limit_request requests[RATE_LIMITER_BATCH_MAX];
    char name[BOT_NAME_MAX + 1] = "";
    const struct bot *bot;
    struct fault ignored;
    size_t count = 0;
    int row = first;

    for (; row < chats->count; row++) {
        const struct uuid other = db_get_uuid(chats, row, 1);
        if (!uuid_equal(&other, &bot_id))
            break;
        if (count < RATE_LIMITER_BATCH_MAX && count < most)
            requests[count++].chat_id = db_get_int(chats, row, 2);
    }
    if (count == 0 || !bots_find_id(round->sender->options.bots, &bot_id, &bot, &ignored))
        return row;
    memcpy(name, bot->name, sizeof name); /* `bot` is borrowed only until the next wait */
    const int64_t bot_wait_ms =
        rate_limiter_check(round->sender->limiter, slice_of(name), requests, count);
    apply_limits(round, chats, first, requests, count, bot_wait_ms);
    return row;
}

static bool claim(struct db *tx, void *arg, struct fault *fault)
{
    struct round *round = arg;
    const struct sender_claim wanted = {
        .process = &round->sender->process,
        .answers = buf_as_slice(&round->answers),
        .chats = buf_as_slice(&round->chats),
        .waiting = buf_as_slice(&round->waiting),
        .waits = buf_as_slice(&round->wait_ms),
    };

    db_rows_finish(&round->calls);
    return sender_store_claim(tx, &wanted, &round->calls, fault);
}

/* Marks the messages of the lists as being sent, commits, and starts their calls. */
static bool claim_and_send(struct round *round, struct fault *fault)
{
    struct buf *lists[] = {&round->answers, &round->chats, &round->waiting, &round->wait_ms};
    bool any = false;

    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        any = any || lists[i]->len > 1;
        buf_char(lists[i], '}');
        if (!buf_ok(lists[i], fault))
            return false;
    }
    if (!any)
        return true;
    if (!db_transaction(round->sender->pool, claim, round, fault))
        return false;
    for (int row = 0; row < round->calls.count; row++) {
        struct sender_call call;
        sender_store_read_call(&round->calls, row, &call);
        sender_start_call(round->sender, &call);
    }
    if (round->calls.count > 0)
        run_again_after(round, 0);
    return true;
}

static bool send_due(struct round *round, struct slice bots, struct fault *fault)
{
    const size_t most =
        round->free_calls < RATE_LIMITER_BATCH_MAX ? round->free_calls : RATE_LIMITER_BATCH_MAX;
    AUTO(sender_due_finish) struct sender_due due = {0};

    if (!sender_store_due(round->sender->options.service->db, bots, (int64_t)most, &due, fault))
        return false;
    run_again_after(round, due.next_ms);
    take_answers(round, &due.answers);
    for (int row = 0; row < due.chats.count;)
        row = check_bot(round, &due.chats, row);
    return claim_and_send(round, fault);
}

static bool run_round(void *data, struct fault *fault)
{
    struct sender *sender = data;
    AUTO(buf_finish) struct buf bots;
    AUTO(round_finish) struct round round;

    round_begin(&round, sender);
    if (!list_bots(&round, &bots) || sender->options.service->stopping)
        return true;
    if (!buf_ok(&bots, fault) || !send_due(&round, buf_as_slice(&bots), fault))
        return false;
    periodic_soon(&sender->rounds, round.next_ms);
    return true;
}

void sender_wake(void *sender)
{
    if (sender != NULL)
        periodic_soon(&((struct sender *)sender)->rounds, 0);
}

/* --- start and stop --- */

static double read_oldest(void *data)
{
    return ((const struct sender *)data)->gauges.oldest_s;
}

static double read_throttled(void *data)
{
    return (double)((const struct sender *)data)->gauges.throttled;
}

static void register_metrics(struct sender *sender)
{
    static const char *const labels[SENDER_COUNTS] = {
        [SENDER_SENT] = "outcome=\"sent\"",        [SENDER_RETRIED] = "outcome=\"again\"",
        [SENDER_THROTTLED] = "outcome=\"parked\"", [SENDER_UNCERTAIN] = "outcome=\"uncertain\"",
        [SENDER_FAILED] = "outcome=\"failed\"",    [SENDER_EXPIRED] = "outcome=\"expired\"",
    };

    for (int i = 0; i < SENDER_COUNTS; i++)
        sender->counters[i] = (struct metric){
            .name = "sending_total", .help = "Calls to Telegram by outcome.", .labels = labels[i]};
    sender->gauge_metrics[0] = (struct metric){.name = "sending_oldest_seconds",
                                               .help = "Age of the oldest queued message.",
                                               .type = METRIC_GAUGE,
                                               .read = read_oldest,
                                               .data = sender};
    sender->gauge_metrics[1] = (struct metric){.name = "sending_parked_chats",
                                               .help = "Chats that back off.",
                                               .type = METRIC_GAUGE,
                                               .read = read_throttled,
                                               .data = sender};
    metric_register_all(sender->counters, SENDER_COUNTS);
    metric_register_all(sender->gauge_metrics, 2);
}

struct sender *sender_start(const struct sender_options *options, struct fault *fault)
{
    static const struct periodic_task rounds = {"sender", run_round, SENDER_POLL_MS, ROUND_MS,
                                                .at_once = false};
    static const struct periodic_task leases = {"sender leases", sender_renew_leases,
                                                SENDER_LEASE_MS / 3, ROUND_MS, .at_once = false};
    static const struct periodic_task cleanups = {"sender sweep", sender_clean_up,
                                                  SENDER_CLEANUP_MS, ROUND_MS, .at_once = false};
    struct sender *sender = fault_calloc(sizeof *sender, "the sender", fault);

    if (sender == NULL)
        return NULL;
    sender->options = *options;
    sender->pool = options->service->pool;
    sender->process = uuid_make();
    register_metrics(sender);
    sender->limiter = rate_limiter_create(options->service->loop, options->service->cache, fault);
    if (sender->limiter == NULL) {
        sender_stop(sender);
        return NULL;
    }
    periodic_start(&sender->rounds, options->service->loop, &rounds, sender);
    periodic_start(&sender->leases, options->service->loop, &leases, sender);
    periodic_start(&sender->cleanups, options->service->loop, &cleanups, sender);
    return sender;
}

static void wait_for_calls(const struct sender *sender)
{
    struct fault ignored;

    while (sender->running_count > 0 && fiber_current() != NULL &&
           fiber_sleep(STOP_POLL_MS * NS_PER_MS, &ignored))
        continue;
}

void sender_stop(struct sender *sender)
{
    if (sender == NULL)
        return;
    periodic_stop(&sender->rounds);
    wait_for_calls(sender);
    periodic_stop(&sender->cleanups);
    periodic_stop(&sender->leases);
    metric_unregister_all(sender->counters, SENDER_COUNTS);
    metric_unregister_all(sender->gauge_metrics, 2);
    rate_limiter_destroy(sender->limiter);
    free(sender);
}
