// SPDX-License-Identifier: MIT
#include "inbox/inbox.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/now.h"
#include "db/transaction.h"
#include "loop/fiber.h"

#include "inbox/update_store.h"

/* Limit of the bodies in a batch, to bound libpq's buffers. A batch of one update may exceed it. */
enum { BATCH_BYTES_MAX = 256 * 1024 };

enum state {
    WAITING,
    STORED, /* the batch is committed */
    FAILED, /* see `fault` */
    ALONE   /* the batch failed; this update is retried in a batch of its own */
};

/* An update to store and the fiber that waits for it; on the stack of that fiber. */
struct member {
    const struct update *update;
    struct fiber *fiber;
    enum state state;
    struct fault fault;
    bool is_new;
};

/* Updates that share a commit; on the stack of the fiber of the first member. */
struct batch {
    struct inbox *inbox;
    struct member *members[UPDATE_BATCH_MAX]; /* NULL: its fiber was cancelled */
    size_t count;
    size_t bytes;
};

enum result { NEW, KNOWN, BROKEN, REFUSED, RESULTS };

struct inbox {
    struct db_pool *pool;
    struct batch *forming; /* accepts further members; NULL: none */
    void (*on_stored)(void *data);
    void *on_stored_data;
    void (*on_missed)(void *data, const struct update *update);
    void *on_missed_data;
    struct metric counters[RESULTS];
    struct log_limit refusals;
};

static const char *const result_labels[RESULTS] = {"result=\"stored\"", "result=\"known\"",
                                                   "result=\"broken\"", "result=\"refused\""};

struct inbox *inbox_create(struct db_pool *pool, struct fault *fault)
{
    struct inbox *inbox = fault_calloc(sizeof *inbox, "updates", fault);

    if (inbox == NULL)
        return NULL;
    inbox->pool = pool;
    for (int i = 0; i < RESULTS; i++)
        metric_register_counter(&inbox->counters[i], "telegram_updates_total",
                                "Updates from Telegram: stored, known already, broken and stored "
                                "as dead letters, refused.",
                                result_labels[i]);
    return inbox;
}

void inbox_destroy(struct inbox *inbox)
{
    if (inbox == NULL)
        return;
    metric_unregister_all(inbox->counters, RESULTS);
    free(inbox);
}

void inbox_set_stored_callback(struct inbox *inbox, void (*run)(void *data), void *data)
{
    inbox->on_stored = run;
    inbox->on_stored_data = data;
}

void inbox_set_missed_callback(struct inbox *inbox,
                               void (*run)(void *data, const struct update *update), void *data)
{
    inbox->on_missed = run;
    inbox->on_missed_data = data;
}

void inbox_count_refused_request(struct inbox *inbox, struct slice bot_name, const char *reason)
{
    const int64_t refused = log_limit_count(&inbox->refusals, now_mono_ns(), INBOX_LOG_MS);

    inbox->counters[REFUSED].value++;
    if (refused > 0)
        LOG(LOG_WARN, "webhook_refused", "A request to a webhook is refused",
            log_text("bot", bot_name), log_str("why", reason), log_int("refused", refused));
}

static void add_member(struct batch *batch, struct member *member)
{
    batch->members[batch->count++] = member;
    batch->bytes += member->update->body.len;
}

static bool has_room_for_update(const struct batch *batch, const struct update *update)
{
    return batch != NULL && batch->count < UPDATE_BATCH_MAX &&
           batch->bytes + update->body.len <= BATCH_BYTES_MAX;
}

/* Stores the batch. Runs once a database connection is available; updates that arrive after that
 * form another batch. */
static bool commit_batch(struct db *tx, void *arg, struct fault *fault)
{
    struct batch *batch = arg;
    const struct update *updates[UPDATE_BATCH_MAX];
    struct member *members[UPDATE_BATCH_MAX];
    bool is_new[UPDATE_BATCH_MAX];
    size_t count = 0;

    if (batch->inbox->forming == batch)
        batch->inbox->forming = NULL;
    for (size_t i = 0; i < batch->count; i++)
        if (batch->members[i] != NULL) {
            members[count] = batch->members[i];
            updates[count++] = batch->members[i]->update;
        }
    memcpy(batch->members, members, count * sizeof *members);
    batch->count = count;
    if (!update_store_insert_and_commit(tx, updates, count, is_new, fault))
        return false;
    /* A member may have been cancelled while the statement was running. */
    for (size_t i = 0; i < count; i++)
        if (batch->members[i] != NULL)
            batch->members[i]->is_new = is_new[i];
    return true;
}

static bool is_database_unavailable(const struct fault *fault)
{
    return fault->kind == FAULT_UNAVAILABLE || fault->kind == FAULT_TIMEOUT;
}

static void set_results_and_wake_members(const struct batch *batch, bool stored,
                                         const struct fault *fault)
{
    for (size_t i = 0; i < batch->count; i++) {
        struct member *member = batch->members[i];
        if (member == NULL)
            continue;
        member->state = stored                                                ? STORED
                        : is_database_unavailable(fault) || batch->count == 1 ? FAILED
                                                                              : ALONE;
        if (!stored)
            member->fault = *fault;
        if (member->fiber != fiber_current())
            fiber_wake(member->fiber);
    }
}

/* Stores the member in a new batch; if `is_shared`, other updates may join the batch. */
static void store_in_new_batch(struct inbox *inbox, struct member *member, bool is_shared)
{
    struct batch batch = {.inbox = inbox};
    struct fault fault;

    add_member(&batch, member);
    if (is_shared)
        inbox->forming = &batch;
    /* This sleep lets all updates whose requests have arrived join the batch. */
    const bool stored = (!is_shared || fiber_sleep(0, &fault)) &&
                        db_transaction(inbox->pool, commit_batch, &batch, &fault);
    if (inbox->forming == &batch)
        inbox->forming = NULL;
    set_results_and_wake_members(&batch, stored, &fault);
    if (stored && inbox->on_stored != NULL)
        inbox->on_stored(inbox->on_stored_data);
}

static bool join_batch_and_wait(struct batch *batch, struct member *member, struct fault *fault)
{
    add_member(batch, member);
    while (member->state == WAITING) {
        if (fiber_park(0, fault) || member->state != WAITING)
            continue;
        for (size_t i = 0; i < batch->count; i++)
            if (batch->members[i] == member)
                batch->members[i] = NULL;
        return false;
    }
    return true;
}

static bool call_missed_callback(const struct inbox *inbox, const struct update *update,
                                 const struct fault *fault)
{
    if (inbox->on_missed != NULL && is_database_unavailable(fault) && !fiber_was_cancelled(fault))
        inbox->on_missed(inbox->on_missed_data, update);
    return false;
}

bool inbox_store(struct inbox *inbox, struct update *update, struct fault *fault)
{
    struct member member = {.update = update, .fiber = fiber_current(), .state = WAITING};

    update->id = uuid_make();
    if (!has_room_for_update(inbox->forming, update))
        store_in_new_batch(inbox, &member, true);
    else if (!join_batch_and_wait(inbox->forming, &member, fault))
        return call_missed_callback(inbox, update, fault);
    if (member.state == ALONE)
        store_in_new_batch(inbox, &member, false);
    if (member.state != STORED) {
        *fault = member.fault;
        return call_missed_callback(inbox, update, fault);
    }
    inbox->counters[!member.is_new ? KNOWN : update->broken ? BROKEN : NEW].value++;
    return true;
}
