// SPDX-License-Identifier: MIT
#include "following/ahead.h"

#include <stdlib.h>

#include "loop/fiber.h"

struct ahead {
    struct service *service;
    struct follow_now now;
    int64_t below;
    struct db_rows rows; /* of the page that was read */
    bool reading;
    struct fiber *reader; /* NULL: it has not begun */
    bool failed;
    struct fault fault;
    struct fiber *waiting; /* for the page; NULL: nobody */
    bool dropped;          /* by its owner; the reading fiber still has it */
};

static void finish(struct ahead *ahead)
{
    db_rows_finish(&ahead->rows);
    free(ahead);
}

static void read_page(void *data)
{
    struct ahead *ahead = data;

    ahead->reader = fiber_current();
    ahead->failed = ahead->dropped || !follow_store_load(ahead->service->db, &ahead->now,
                                                         ahead->below, &ahead->rows, &ahead->fault);
    ahead->reading = false;
    if (ahead->dropped)
        finish(ahead);
    else if (ahead->waiting != NULL)
        fiber_wake(ahead->waiting);
}

/* The statement is sent at the end of the turn. */
static bool begin(struct ahead *ahead, struct fault *fault)
{
    ahead->reader = NULL;
    ahead->reading = fiber_start(ahead->service->loop, read_page, ahead,
                                 fiber_deadline_ns(fiber_current()), "vectors", fault);
    return ahead->reading && fiber_sleep(0, fault);
}

static bool wait(struct ahead *ahead, struct fault *fault)
{
    bool ok = true;

    ahead->waiting = fiber_current();
    while (ok && ahead->reading)
        ok = fiber_park(0, fault);
    ahead->waiting = NULL;
    if (ok && ahead->failed)
        *fault = ahead->fault;
    return ok && !ahead->failed;
}

struct ahead *ahead_create(struct service *service, const struct follow_now *now, int64_t below,
                           struct fault *fault)
{
    struct ahead *ahead = fault_calloc(sizeof *ahead, "the vectors", fault);

    if (ahead == NULL)
        return NULL;
    *ahead = (struct ahead){.service = service, .now = *now, .below = below};
    if (begin(ahead, fault))
        return ahead;
    ahead_destroy(ahead);
    return NULL;
}

bool ahead_next(struct ahead *ahead, struct db_rows *rows, struct fault *fault)
{
    if (!wait(ahead, fault))
        return false;
    *rows = ahead->rows;
    ahead->rows = (struct db_rows){.count = 0};
    if (rows->count == 0)
        return true;
    ahead->below = follow_store_place(rows, rows->count - 1).number;
    return begin(ahead, fault);
}

void ahead_destroy(struct ahead *ahead)
{
    if (ahead == NULL)
        return;
    ahead->dropped = true;
    if (!ahead->reading)
        finish(ahead);
    else if (ahead->reader != NULL)
        fiber_cancel(ahead->reader);
}
