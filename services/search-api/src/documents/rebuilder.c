// SPDX-License-Identifier: MIT
#include "documents/rebuilder.h"

#include "base/now.h"
#include "db/transaction.h"
#include "loop/fiber.h"

#include "documents/document_store.h"

enum {
    EVERY_MS = 1000,
    LIMIT_MS = 120000,
    CHECK_PAUSE = 20,       /* the pause after a check, in durations of the check */
    ROOM = 16 * 1024 * 1024 /* bytes of the arena of a page */
};

/* The input and the result of rebuilding one page, in one transaction. */
struct pass {
    struct work *work;
    struct arena arena;
    struct rebuild_cursor cursor, next; /* before the page, and after it */
    bool more;                          /* documents may follow after the page */
};

static bool rebuild_page(struct db *tx, struct pass *pass, struct rebuild_page *page,
                         struct fault *fault)
{
    pass->more = page->more;
    return page->count == 0 ||
           (document_make_terms(pass->work, page->documents, page->count, &pass->arena, fault) &&
            rebuild_store_write_terms(tx, page, fault));
}

static bool rebuild_outdated_page(struct db *tx, void *arg, struct fault *fault)
{
    struct pass *pass = arg;
    struct rebuild_page page;

    arena_reset(&pass->arena);
    if (!rebuild_store_read_outdated_page(tx, &pass->cursor, &pass->arena, &page, fault) ||
        !rebuild_page(tx, pass, &page, fault))
        return false;
    pass->next = page.more ? page.cursor : (struct rebuild_cursor){0};
    return true;
}

static bool rebuild_page_of_oldest_request(struct db *tx, void *arg, struct fault *fault)
{
    struct pass *pass = arg;
    struct rebuild_page page;

    arena_reset(&pass->arena);
    pass->next = pass->cursor;
    if (!document_store_lock(tx, false, fault) ||
        !rebuild_store_read_page_of_oldest_request(tx, &pass->arena, &page, fault) ||
        !rebuild_page(tx, pass, &page, fault))
        return false;
    return uuid_is_nil(&page.tenant_id) || rebuild_store_write_progress(tx, &page, fault);
}

/* Rebuilds pages. After each page it sleeps for as long as the page took, so that other work gets
 * an equal share of the time. */
static bool rebuild_pages(struct rebuilder *rebuilder, db_transaction_fn *rebuild_one_page,
                          struct fault *fault)
{
    const struct service *service = rebuilder->service;
    struct pass pass = {.work = service->work, .cursor = rebuilder->cursor, .more = true};
    bool ok = true;

    arena_init(&pass.arena, ROOM);
    for (int i = 0; ok && pass.more && i < REBUILD_PAGES_MAX; i++) {
        const int64_t began = now_mono_ns();
        ok = db_transaction(service->pool, rebuild_one_page, &pass, fault);
        if (ok)
            rebuilder->cursor = pass.cursor = pass.next;
        ok = ok && fiber_sleep(now_mono_ns() - began, fault);
    }
    arena_finish(&pass.arena);
    return ok;
}

/* Checks whether documents need a rebuild. The check reads dead row versions of rebuilt documents
 * until PostgreSQL vacuums them, so the pause until the next check is a multiple of its duration.
 */
static bool check_for_work(struct rebuilder *rebuilder, struct rebuild_work *work,
                           struct fault *fault)
{
    const int64_t began = now_mono_ns();

    if (!rebuild_store_check_for_work(rebuilder->service->db, work, fault))
        return false;
    rebuilder->behind = work->older || work->newer;
    rebuilder->check_ns = now_mono_ns() + CHECK_PAUSE * (now_mono_ns() - began);
    return true;
}

bool rebuilder_run(struct rebuilder *rebuilder, struct fault *fault)
{
    struct rebuild_work work;

    if (!check_for_work(rebuilder, &work, fault))
        return false;
    if (!work.older && !work.requested)
        return true;
    return (!work.older || rebuild_pages(rebuilder, rebuild_outdated_page, fault)) &&
           (!work.requested || rebuild_pages(rebuilder, rebuild_page_of_oldest_request, fault)) &&
           check_for_work(rebuilder, &work, fault);
}

static bool run_rebuilder(void *data, struct fault *fault)
{
    struct rebuilder *rebuilder = data;

    return now_mono_ns() < rebuilder->check_ns || rebuilder_run(rebuilder, fault);
}

void rebuilder_wake(struct rebuilder *rebuilder)
{
    rebuilder->check_ns = 0;
    periodic_run_soon(&rebuilder->task, 0);
}

void rebuilder_stop(struct rebuilder *rebuilder)
{
    periodic_stop(&rebuilder->task);
}

void rebuilder_start(struct rebuilder *rebuilder, struct service *service)
{
    static const struct periodic_task task = {"rebuild", run_rebuilder, EVERY_MS, LIMIT_MS,
                                              .at_once = true};

    *rebuilder = (struct rebuilder){.service = service, .behind = true};
    periodic_start(&rebuilder->task, service->loop, &task, rebuilder);
}
