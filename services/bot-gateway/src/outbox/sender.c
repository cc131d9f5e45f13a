// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/auto.h"
#include "base/now.h"
#include "db/transaction.h"
#include "loop/fiber.h"

#include "outbox/sender_private.h"

enum {
    ROUND_MS = 10000,
    WAITS_MAX = 256, /* chats that one round tells to wait; the others are met in the next one */
    IDS_MAX = WAITS_MAX * (UUID_TEXT_LEN + 1) + 2,
    NUMBERS_MAX = WAITS_MAX * 21 + 2,
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
    size_t room; /* for calls */
    size_t begun;
    struct uuid begun_of[SENDER_CALLS_MAX]; /* their bots */
    size_t waits;
    struct buf answers, chats, waiting, wait_ms;
    int64_t soon_ms; /* when the next round is of use */
    struct db_rows calls;
};

static void round_begin(struct round *round, struct sender *sender)
{
    *round = (struct round){
        .sender = sender, .room = SENDER_CALLS_MAX - sender->flying, .soon_ms = SENDER_POLL_MS};
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

static void come_back(struct round *round, int64_t after_ms)
{
    if (after_ms != FIELD_ABSENT && after_ms < round->soon_ms)
        round->soon_ms = after_ms > 0 ? after_ms : 0;
}

/* How many calls the bot may begin (SENDER_CALLS_MAX). */
static size_t room_of(const struct round *round, const struct uuid *bot_id)
{
    const struct sender_flight *flight;
    size_t calls = 0;

    LIST_FOREACH (flight, &round->sender->flights, next)
        calls += uuid_equal(&flight->call.bot_id, bot_id);
    for (size_t i = 0; i < round->begun; i++)
        calls += uuid_equal(&round->begun_of[i], bot_id);
    return round->room > calls ? (round->room - calls + 1) / 2 : 0;
}

static void begin_call(struct round *round, struct buf *list, const struct uuid *id,
                       const struct uuid *bot_id)
{
    list_add_id(list, id);
    round->begun_of[round->begun++] = *bot_id;
    round->room--;
}

/* The bots that can call, and have room: "{a,b}". False: there is none. */
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
            room_of(round, &bots[i].id) > 0)
            list_add_id(list, &bots[i].id);
    const bool any = list->len > 1;
    buf_char(list, '}');
    return any;
}

static void note_answers(struct round *round, const struct db_rows *answers)
{
    for (int row = 0; row < answers->count; row++) {
        const struct uuid id = db_get_uuid(answers, row, 0);
        const struct uuid bot_id = db_get_uuid(answers, row, 1);
        if (room_of(round, &bot_id) > 0)
            begin_call(round, &round->answers, &id, &bot_id);
    }
}

/* What the pace says of rows `first` to `first` + `count` - 1, which are of one bot. */
static void note_verdicts(struct round *round, const struct db_rows *chats, int first,
                          const struct rate_limit_ask *asks, size_t count, int64_t bot_wait_ms)
{
    for (size_t i = 0; i < count; i++) {
        const struct uuid id = db_get_uuid(chats, first + (int)i, 0);
        if (asks[i].wait_ms == RATE_LIMIT_GO) {
            const struct uuid bot_id = db_get_uuid(chats, first + (int)i, 1);
            begin_call(round, &round->chats, &id, &bot_id);
        } else if (asks[i].wait_ms == RATE_LIMIT_BOT) {
            come_back(round, bot_wait_ms);
        } else if (round->waits < WAITS_MAX) {
            list_add_id(&round->waiting, &id);
            list_add_number(&round->wait_ms, asks[i].wait_ms);
            round->waits++;
            come_back(round, asks[i].wait_ms);
        }
    }
}

/* Asks for the rows of one bot, which begin at `first`. Returns where the next bot's begin. */
static int ask_bot(struct round *round, const struct db_rows *chats, int first)
{
    const struct uuid bot_id = db_get_uuid(chats, first, 1);
    const size_t most = room_of(round, &bot_id);
    struct rate_limit_ask asks[RATE_LIMITER_ASKS_MAX];
    char name[BOT_NAME_MAX + 1] = "";
    const struct bot *bot;
    struct fault ignored;
    size_t count = 0;
    int row = first;

    for (; row < chats->count; row++) {
        const struct uuid other = db_get_uuid(chats, row, 1);
        if (!uuid_equal(&other, &bot_id))
            break;
        if (count < RATE_LIMITER_ASKS_MAX && count < most)
            asks[count++].chat_id = db_get_int(chats, row, 2);
    }
    if (count == 0 || !bots_find_id(round->sender->options.bots, &bot_id, &bot, &ignored))
        return row;
    memcpy(name, bot->name, sizeof name); /* the bots may be others after a wait */
    const int64_t bot_wait_ms =
        rate_limiter_decide(round->sender->pacer, slice_of(name), asks, count);
    note_verdicts(round, chats, first, asks, count, bot_wait_ms);
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

/* Marks and calls what the lists have. */
static bool send_lists(struct round *round, struct fault *fault)
{
    struct buf *lists[] = {&round->answers, &round->chats, &round->waiting, &round->wait_ms};
    bool any = false;

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
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
        sender_store_call(&round->calls, row, &call);
        sender_fly(round->sender, &call);
    }
    if (round->calls.count > 0)
        come_back(round, 0);
    return true;
}

static bool look(struct round *round, struct slice bots, struct fault *fault)
{
    const size_t most = round->room < RATE_LIMITER_ASKS_MAX ? round->room : RATE_LIMITER_ASKS_MAX;
    AUTO(sender_due_finish) struct sender_due due = {0};

    if (!sender_store_due(round->sender->options.service->db, bots, (int64_t)most, &due, fault))
        return false;
    come_back(round, due.next_ms);
    note_answers(round, &due.answers);
    for (int row = 0; row < due.chats.count;)
        row = ask_bot(round, &due.chats, row);
    return send_lists(round, fault);
}

static bool run_round(void *data, struct fault *fault)
{
    struct sender *sender = data;
    AUTO(buf_finish) struct buf bots;
    AUTO(round_finish) struct round round;

    round_begin(&round, sender);
    if (!list_bots(&round, &bots) || sender->options.service->stopping)
        return true;
    if (!buf_ok(&bots, fault) || !look(&round, buf_as_slice(&bots), fault))
        return false;
    periodic_soon(sender->rounds, round.soon_ms);
    return true;
}

void sender_wake(void *sender)
{
    if (sender != NULL)
        periodic_soon(((struct sender *)sender)->rounds, 0);
}

/* --- the whole --- */

static double read_oldest(void *data)
{
    return ((const struct sender *)data)->gauges.oldest_s;
}

static double read_parked(void *data)
{
    return (double)((const struct sender *)data)->gauges.parked;
}

static void register_metrics(struct sender *sender)
{
    static const char *const labels[SENDER_COUNTS] = {
        [SENDER_SENT] = "outcome=\"sent\"",     [SENDER_AGAIN] = "outcome=\"again\"",
        [SENDER_PARKED] = "outcome=\"parked\"", [SENDER_UNCERTAIN] = "outcome=\"uncertain\"",
        [SENDER_FAILED] = "outcome=\"failed\"", [SENDER_EXPIRED] = "outcome=\"expired\"",
    };

    for (int i = 0; i < SENDER_COUNTS; i++)
        sender->counters[i] = (struct metric){.name = "sending_total",
                                              .help = "What calls to Telegram came to.",
                                              .labels = labels[i]};
    sender->gauge_metrics[0] = (struct metric){.name = "sending_oldest_seconds",
                                               .help = "How long the oldest message waits.",
                                               .type = METRIC_GAUGE,
                                               .read = read_oldest,
                                               .data = sender};
    sender->gauge_metrics[1] = (struct metric){.name = "sending_parked_chats",
                                               .help = "Chats to which nothing goes for a while.",
                                               .type = METRIC_GAUGE,
                                               .read = read_parked,
                                               .data = sender};
    metric_register_all(sender->counters, SENDER_COUNTS);
    metric_register_all(sender->gauge_metrics, 2);
}

static struct periodic *start_task(struct sender *sender, const char *name, periodic_fn *run,
                                   int64_t every_ms, struct fault *fault)
{
    const struct periodic_options options = {
        .name = name, .run = run, .data = sender, .every_ms = every_ms, .limit_ms = ROUND_MS};

    return periodic_start(sender->options.service->loop, &options, fault);
}

struct sender *sender_start(const struct sender_options *options, struct fault *fault)
{
    struct sender *sender = fault_calloc(sizeof *sender, "the sender", fault);

    if (sender == NULL)
        return NULL;
    sender->options = *options;
    sender->pool = options->service->pool;
    sender->process = uuid_make();
    register_metrics(sender);
    sender->pacer = rate_limiter_create(options->service->loop, options->service->cache, fault);
    if (sender->pacer == NULL)
        goto fail;
    sender->rounds = start_task(sender, "sender", run_round, SENDER_POLL_MS, fault);
    if (sender->rounds == NULL)
        goto fail;
    sender->leases =
        start_task(sender, "sender leases", sender_keep_leases, SENDER_LEASE_MS / 3, fault);
    if (sender->leases == NULL)
        goto fail;
    sender->sweeps = start_task(sender, "sender sweep", sender_sweep, SENDER_SWEEP_MS, fault);
    if (sender->sweeps == NULL)
        goto fail;
    return sender;
fail:
    sender_stop(sender);
    return NULL;
}

static void wait_for_calls(const struct sender *sender)
{
    struct fault ignored;

    while (sender->flying > 0 && fiber_current() != NULL &&
           fiber_sleep(STOP_POLL_MS * NS_PER_MS, &ignored))
        continue;
}

void sender_stop(struct sender *sender)
{
    if (sender == NULL)
        return;
    periodic_stop(sender->rounds);
    sender->rounds = NULL; /* the end of a call would wake it */
    wait_for_calls(sender);
    periodic_stop(sender->sweeps);
    periodic_stop(sender->leases);
    for (int i = 0; i < SENDER_COUNTS; i++)
        metric_unregister(&sender->counters[i]);
    for (int i = 0; i < 2; i++)
        metric_unregister(&sender->gauge_metrics[i]);
    rate_limiter_destroy(sender->pacer);
    free(sender);
}
