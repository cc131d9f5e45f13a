// SPDX-License-Identifier: MIT
#include "following/ahead.h"

#include <stdlib.h>
#include <string.h>

#include "loop/fiber.h"

enum { AT_ONCE = 2 /* pages that are read while another is worked on */ };

struct page {
    struct ahead *ahead; /* NULL: it has dropped the page, which its reader still has */
    struct service *service;
    struct follow_now now;
    int64_t lowest, below;
    struct db_rows rows;
    bool reading;
    struct fiber *reader; /* NULL: it has not begun */
    bool failed;
    struct fault fault;
};

struct ahead {
    struct service *service;
    struct follow_now now;
    int64_t below;         /* of the page that is read next */
    struct db_rows bounds; /* of the pages from there on */
    int bound;             /* the next of these */
    struct page *pages[AT_ONCE];
    size_t count;          /* of these, in their order */
    struct fiber *waiting; /* for the first of them; NULL: nobody */
};

static void page_destroy(struct page *page)
{
    db_rows_finish(&page->rows);
    free(page);
}

static void read_page(void *data)
{
    struct page *page = data;

    page->reader = fiber_current();
    page->failed =
        page->ahead == NULL || !follow_store_load(page->service->db, &page->now, page->lowest,
                                                  page->below, &page->rows, &page->fault);
    page->reading = false;
    if (page->ahead == NULL)
        page_destroy(page);
    else if (page->ahead->waiting != NULL)
        fiber_wake(page->ahead->waiting);
}

static bool begin_page(struct ahead *ahead, int64_t lowest, struct fault *fault)
{
    struct page *page = fault_calloc(sizeof *page, "the vectors", fault);

    if (page == NULL)
        return false;
    *page = (struct page){.ahead = ahead,
                          .service = ahead->service,
                          .now = ahead->now,
                          .lowest = lowest,
                          .below = ahead->below,
                          .reading = true};
    if (!fiber_start(ahead->service->loop, read_page, page, fiber_deadline_ns(fiber_current()),
                     "vectors", fault)) {
        page_destroy(page);
        return false;
    }
    ahead->pages[ahead->count++] = page;
    ahead->below = lowest;
    return true;
}

/* Asks for as many pages as there may be at once. The statements are sent at the end of the turn.
 */
static bool begin(struct ahead *ahead, struct fault *fault)
{
    const size_t before = ahead->count;

    while (ahead->count < AT_ONCE) {
        if (ahead->bound == ahead->bounds.count) {
            db_rows_finish(&ahead->bounds);
            ahead->bounds = (struct db_rows){.count = 0};
            ahead->bound = 0;
            if (!follow_store_pages(ahead->service->db, &ahead->now, ahead->below, &ahead->bounds,
                                    fault))
                return false;
            if (ahead->bounds.count == 0)
                break;
        }
        if (!begin_page(ahead, follow_store_lowest(&ahead->bounds, ahead->bound), fault))
            return false;
        ahead->bound++;
    }
    return ahead->count == before || fiber_sleep(0, fault);
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

static bool wait_for(struct ahead *ahead, const struct page *page, struct fault *fault)
{
    bool ok = true;

    ahead->waiting = fiber_current();
    while (ok && page->reading)
        ok = fiber_park(0, fault);
    ahead->waiting = NULL;
    if (ok && page->failed)
        *fault = page->fault;
    return ok && !page->failed;
}

bool ahead_next(struct ahead *ahead, struct db_rows *rows, bool *more, struct fault *fault)
{
    *more = ahead->count > 0;
    if (!*more)
        return true;
    struct page *const page = ahead->pages[0];
    if (!wait_for(ahead, page, fault))
        return false;
    *rows = page->rows;
    page->rows = (struct db_rows){.count = 0};
    page_destroy(page);
    ahead->count--;
    memmove(ahead->pages, ahead->pages + 1, ahead->count * sizeof ahead->pages[0]);
    return begin(ahead, fault);
}

void ahead_destroy(struct ahead *ahead)
{
    if (ahead == NULL)
        return;
    for (size_t i = 0; i < ahead->count; i++) {
        struct page *const page = ahead->pages[i];
        page->ahead = NULL;
        if (!page->reading)
            page_destroy(page);
        else if (page->reader != NULL)
            fiber_cancel(page->reader);
    }
    db_rows_finish(&ahead->bounds);
    free(ahead);
}
