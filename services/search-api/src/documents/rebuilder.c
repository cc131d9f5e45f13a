// SPDX-License-Identifier: MIT
#include "documents/rebuilder.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/metric.h"
#include "base/now.h"
#include "db/transaction.h"
#include "loop/fiber.h"

#include "documents/document_store.h"
#include "documents/rebuild_store.h"

enum {
    EVERY_MS = 1000,
    LIMIT_MS = 120000,
    LOOK_REST = 20, /* times as long as it has taken to look nobody looks again */
    ROOM = 16 * 1024 * 1024
};

struct rebuilder {
    struct service *service;
    struct periodic *periodic;
    bool behind;
    struct rebuild_place place; /* those of older rules before it are done */
    int64_t look_ns;            /* not before */
    struct metric rebuilt;
    struct metric running;
};

/* One page: a transaction. */
struct turn {
    struct work *work;
    struct arena arena;
    struct rebuild_place place, behind;
    size_t count; /* documents */
    bool more;    /* perhaps more are left for this copy */
};

static bool make_anew(struct db *tx, struct turn *turn, struct rebuild_page *page,
                      struct fault *fault)
{
    turn->count = page->count;
    turn->more = page->more;
    return page->count == 0 ||
           (documents_read(turn->work, page->documents, page->count, &turn->arena, fault) &&
            rebuild_store_write(tx, page, &turn->arena, fault));
}

static bool do_older(struct db *tx, void *arg, struct fault *fault)
{
    struct turn *turn = arg;
    struct rebuild_page page;

    arena_reset(&turn->arena);
    if (!rebuild_store_older(tx, &turn->place, &turn->arena, &page, fault) ||
        !make_anew(tx, turn, &page, fault))
        return false;
    turn->behind = page.more ? page.behind : (struct rebuild_place){0};
    return true;
}

static bool do_asked(struct db *tx, void *arg, struct fault *fault)
{
    struct turn *turn = arg;
    struct rebuild_page page;

    arena_reset(&turn->arena);
    turn->behind = turn->place;
    if (!document_store_lock(tx, false, fault) ||
        !rebuild_store_asked(tx, &turn->arena, &page, fault) || !make_anew(tx, turn, &page, fault))
        return false;
    return uuid_is_nil(&page.tenant_id) || rebuild_store_move(tx, &page, fault);
}

/* Between pages it rests for as long as a page has taken, so that others get as much. */
static bool do_pages(struct rebuilder *rebuilder, db_transaction_fn *page, struct fault *fault)
{
    const struct service *service = rebuilder->service;
    struct turn turn = {.work = service->work, .place = rebuilder->place, .more = true};
    bool ok = true;

    arena_init(&turn.arena, ROOM);
    for (int i = 0; ok && turn.more && i < REBUILD_PAGES_MAX; i++) {
        const int64_t began = now_mono_ns();
        ok = db_transaction(service->pool, page, &turn, fault);
        if (ok) {
            rebuilder->rebuilt.value += (double)turn.count;
            rebuilder->place = turn.place = turn.behind;
        }
        ok = ok && fiber_sleep(now_mono_ns() - began, fault);
    }
    arena_finish(&turn.arena);
    return ok;
}

/* What was made anew is passed over, until PostgreSQL has forgotten what it was before. */
static bool look(struct rebuilder *rebuilder, struct rebuild_work *work, struct fault *fault)
{
    const int64_t began = now_mono_ns();

    if (!rebuild_store_look(rebuilder->service->db, work, fault))
        return false;
    rebuilder->behind = work->older || work->newer;
    rebuilder->running.value = work->older || work->asked;
    rebuilder->look_ns = now_mono_ns() + LOOK_REST * (now_mono_ns() - began);
    return true;
}

bool rebuilder_run(struct rebuilder *rebuilder, struct fault *fault)
{
    struct rebuild_work work;

    if (!look(rebuilder, &work, fault))
        return false;
    if (!work.older && !work.asked)
        return true;
    return (!work.older || do_pages(rebuilder, do_older, fault)) &&
           (!work.asked || do_pages(rebuilder, do_asked, fault)) && look(rebuilder, &work, fault);
}

static bool run(void *data, struct fault *fault)
{
    struct rebuilder *rebuilder = data;

    return now_mono_ns() < rebuilder->look_ns || rebuilder_run(rebuilder, fault);
}

bool rebuilder_is_behind(const struct rebuilder *rebuilder)
{
    return rebuilder->behind;
}

void rebuilder_soon(struct rebuilder *rebuilder)
{
    rebuilder->look_ns = 0;
    periodic_soon(rebuilder->periodic, 0);
}

void rebuilder_stop(struct rebuilder *rebuilder)
{
    if (rebuilder == NULL)
        return;
    periodic_stop(rebuilder->periodic);
    metric_unregister(&rebuilder->rebuilt);
    metric_unregister(&rebuilder->running);
    free(rebuilder);
}

struct rebuilder *rebuilder_create(struct service *service, struct fault *fault)
{
    struct rebuilder *rebuilder = fault_calloc(sizeof *rebuilder, "the rebuilder", fault);

    if (rebuilder == NULL)
        return NULL;
    rebuilder->service = service;
    rebuilder->behind = true;
    rebuilder->rebuilt = (struct metric){.name = "search_rebuilt_documents_total",
                                         .help = "Documents whose terms were made anew."};
    rebuilder->running = (struct metric){.name = "search_rebuild_running",
                                         .help = "1 while terms are being made anew.",
                                         .type = METRIC_GAUGE};
    metric_register(&rebuilder->rebuilt);
    metric_register(&rebuilder->running);
    return rebuilder;
}

bool rebuilder_start(struct rebuilder *rebuilder, struct fault *fault)
{
    const struct periodic_options options = {.name = "rebuild",
                                             .run = run,
                                             .data = rebuilder,
                                             .every_ms = EVERY_MS,
                                             .limit_ms = LIMIT_MS,
                                             .at_once = true};

    rebuilder->periodic = periodic_start(rebuilder->service->loop, &options, fault);
    return rebuilder->periodic != NULL;
}
