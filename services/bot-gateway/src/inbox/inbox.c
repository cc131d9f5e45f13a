// SPDX-License-Identifier: MIT
#include "inbox/inbox.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/now.h"
#include "db/transaction.h"
#include "loop/fiber.h"

#include "inbox/update_store.h"

/* Bodies of a batch, so that what libpq keeps for a connection stays small; one of its own may be
 * larger. */
enum { BATCH_BYTES_MAX = 256 * 1024 };

enum state {
    WAITING,
    STORED, /* the batch is on the disk */
    FAILED, /* `fault` says why */
    ALONE   /* the batch failed for one of its updates, perhaps another one */
};

/* An update and its fiber, on the fiber's stack. */
struct member {
    const struct update *update;
    struct fiber *fiber;
    enum state state;
    struct fault fault;
    bool fresh;
};

/* On the stack of its first member's fiber. */
struct batch {
    struct inbox *intake;
    struct member *members[UPDATE_BATCH_MAX]; /* NULL: it gave up */
    size_t count;
    size_t bytes;
};

enum result { FRESH, KNOWN, BROKEN, REFUSED, RESULTS };

struct inbox {
    struct db_pool *pool;
    struct batch *forming; /* others may join it; NULL: none */
    void (*on_stored)(void *data);
    void *on_stored_data;
    void (*on_missed)(void *data, const struct update *update);
    void *on_missed_data;
    struct metric counters[RESULTS];
    int64_t told_ns; /* when a refusal was logged last; 0: never */
    int64_t untold;  /* refusals since then */
};

static const char *const result_labels[RESULTS] = {"result=\"stored\"", "result=\"known\"",
                                                   "result=\"broken\"", "result=\"refused\""};

struct inbox *inbox_create(struct db_pool *pool, struct fault *fault)
{
    struct inbox *intake = fault_calloc(sizeof *intake, "updates", fault);
    if (intake == NULL)
        return NULL;
    intake->pool = pool;
    for (int i = 0; i < RESULTS; i++)
        intake->counters[i] = (struct metric){
            .name = "telegram_updates_total",
            .help = "Updates that came from Telegram: stored, known already, broken and stored as "
                    "dead letters, refused.",
            .type = METRIC_COUNTER,
            .labels = result_labels[i],
        };
    metric_register_all(intake->counters, RESULTS);
    return intake;
}

void inbox_destroy(struct inbox *intake)
{
    if (intake == NULL)
        return;
    for (int i = 0; i < RESULTS; i++)
        metric_unregister(&intake->counters[i]);
    free(intake);
}

void inbox_on_stored(struct inbox *intake, void (*run)(void *data), void *data)
{
    intake->on_stored = run;
    intake->on_stored_data = data;
}

void inbox_on_missed(struct inbox *intake, void (*run)(void *data, const struct update *update),
                     void *data)
{
    intake->on_missed = run;
    intake->on_missed_data = data;
}

void inbox_refused(struct inbox *intake, struct slice bot, const char *why)
{
    const int64_t now = now_mono_ns();
    intake->counters[REFUSED].value++;
    intake->untold++;
    if (intake->told_ns != 0 && now - intake->told_ns < INBOX_LOG_MS * NS_PER_MS)
        return;
    LOG(LOG_WARN, "webhook_refused", "A request to a webhook is refused", log_text("bot", bot),
        log_str("why", why), log_int("refused", intake->untold));
    intake->told_ns = now;
    intake->untold = 0;
}

static void join(struct batch *batch, struct member *member)
{
    batch->members[batch->count++] = member;
    batch->bytes += member->update->body.len;
}

static bool has_room(const struct batch *batch, const struct update *update)
{
    return batch != NULL && batch->count < UPDATE_BATCH_MAX &&
           batch->bytes + update->body.len <= BATCH_BYTES_MAX;
}

/* There is a connection: nobody joins any more. */
static bool commit(struct db *tx, void *arg, struct fault *fault)
{
    struct batch *batch = arg;
    const struct update *updates[UPDATE_BATCH_MAX];
    struct member *members[UPDATE_BATCH_MAX];
    bool fresh[UPDATE_BATCH_MAX];
    size_t count = 0;
    if (batch->intake->forming == batch)
        batch->intake->forming = NULL;
    for (size_t i = 0; i < batch->count; i++)
        if (batch->members[i] != NULL) {
            members[count] = batch->members[i];
            updates[count++] = batch->members[i]->update;
        }
    memcpy(batch->members, members, count * sizeof *members);
    batch->count = count;
    if (!update_store_commit(tx, updates, count, fresh, fault))
        return false;
    /* Who gave up while the answer was under way has left its place. */
    for (size_t i = 0; i < count; i++)
        if (batch->members[i] != NULL)
            batch->members[i]->fresh = fresh[i];
    return true;
}

static bool is_passing(const struct fault *fault)
{
    return fault->kind == FAULT_UNAVAILABLE || fault->kind == FAULT_TIMEOUT;
}

static void tell(const struct batch *batch, bool stored, const struct fault *fault)
{
    for (size_t i = 0; i < batch->count; i++) {
        struct member *member = batch->members[i];
        if (member == NULL)
            continue;
        member->state = stored ? STORED : is_passing(fault) || batch->count == 1 ? FAILED : ALONE;
        if (!stored)
            member->fault = *fault;
        if (member->fiber != fiber_current())
            fiber_wake(member->fiber);
    }
}

static void lead(struct inbox *intake, struct member *member, bool open)
{
    struct batch batch = {.intake = intake};
    struct fault fault;
    join(&batch, member);
    if (open)
        intake->forming = &batch;
    /* After the sleep all whose requests are here have joined. */
    const bool stored =
        (!open || fiber_sleep(0, &fault)) && db_transaction(intake->pool, commit, &batch, &fault);
    if (intake->forming == &batch)
        intake->forming = NULL;
    tell(&batch, stored, &fault);
    if (stored && intake->on_stored != NULL)
        intake->on_stored(intake->on_stored_data);
}

static bool follow(struct batch *batch, struct member *member, struct fault *fault)
{
    join(batch, member);
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

static bool miss(const struct inbox *intake, const struct update *update, const struct fault *fault)
{
    if (intake->on_missed != NULL && is_passing(fault) && !fiber_was_cancelled(fault))
        intake->on_missed(intake->on_missed_data, update);
    return false;
}

bool inbox_store(struct inbox *intake, struct update *update, struct fault *fault)
{
    struct member member = {.update = update, .fiber = fiber_current(), .state = WAITING};
    update->id = uuid_make();
    if (!has_room(intake->forming, update))
        lead(intake, &member, true);
    else if (!follow(intake->forming, &member, fault))
        return miss(intake, update, fault);
    if (member.state == ALONE)
        lead(intake, &member, false);
    if (member.state != STORED) {
        *fault = member.fault;
        return miss(intake, update, fault);
    }
    intake->counters[!member.fresh ? KNOWN : update->broken ? BROKEN : FRESH].value++;
    return true;
}
