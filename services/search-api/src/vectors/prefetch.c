// SPDX-License-Identifier: MIT
#include "vectors/prefetch.h"

#include <stdlib.h>
#include <string.h>

#include "loop/fiber.h"

enum { PAGES = 2 /* pages read while another is processed */ };

struct page {
    struct prefetch *prefetch; /* NULL: the page was abandoned and is freed by its reader */
    struct service *service;
    struct sync_generation now;
    int64_t lowest, below;
    struct db_rows rows;
    bool reading;
    struct fiber *reader; /* NULL: not started */
    bool failed;
    struct fault fault;
};

struct prefetch {
    struct service *service;
    struct sync_generation now;
    int64_t below;         /* of the next page */
    struct db_rows bounds; /* of pages from there on */
    int bound;             /* the next one */
    struct page *pages[PAGES];
    size_t count;          /* of pages, in order */
    struct fiber *waiting; /* waits for the first page; NULL: none */
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
    page->failed = page->prefetch == NULL ||
                   !synchroniser_store_load_page(page->service->db, &page->now, page->lowest,
                                                 page->below, &page->rows, &page->fault);
    page->reading = false;
    if (page->prefetch == NULL)
        page_destroy(page);
    else if (page->prefetch->waiting != NULL)
        fiber_wake(page->prefetch->waiting);
}

static bool start_page(struct prefetch *prefetch, int64_t lowest, struct fault *fault)
{
    struct page *page = fault_calloc(sizeof *page, "the vectors", fault);

    if (page == NULL)
        return false;
    *page = (struct page){.prefetch = prefetch,
                          .service = prefetch->service,
                          .now = prefetch->now,
                          .lowest = lowest,
                          .below = prefetch->below,
                          .reading = true};
    if (!fiber_start(prefetch->service->loop, read_page, page, fiber_deadline_ns(fiber_current()),
                     "vectors", fault)) {
        page_destroy(page);
        return false;
    }
    prefetch->pages[prefetch->count++] = page;
    prefetch->below = lowest;
    return true;
}

/* Starts reads until PAGES are under way, then yields to the loop, which sends their statements. */
static bool start_pages(struct prefetch *prefetch, struct fault *fault)
{
    const size_t before = prefetch->count;

    while (prefetch->count < PAGES) {
        if (prefetch->bound == prefetch->bounds.count) {
            db_rows_finish(&prefetch->bounds);
            prefetch->bounds = (struct db_rows){.count = 0};
            prefetch->bound = 0;
            if (!synchroniser_store_list_pages(prefetch->service->db, &prefetch->now,
                                               prefetch->below, &prefetch->bounds, fault))
                return false;
            if (prefetch->bounds.count == 0)
                break;
        }
        if (!start_page(prefetch,
                        synchroniser_store_read_lowest(&prefetch->bounds, prefetch->bound), fault))
            return false;
        prefetch->bound++;
    }
    return prefetch->count == before || fiber_sleep(0, fault);
}

struct prefetch *prefetch_create(struct service *service, const struct sync_generation *now,
                                 int64_t below, struct fault *fault)
{
    struct prefetch *prefetch = fault_calloc(sizeof *prefetch, "the vectors", fault);

    if (prefetch == NULL)
        return NULL;
    *prefetch = (struct prefetch){.service = service, .now = *now, .below = below};
    if (start_pages(prefetch, fault))
        return prefetch;
    prefetch_destroy(prefetch);
    return NULL;
}

static bool wait_for(struct prefetch *prefetch, const struct page *page, struct fault *fault)
{
    bool ok = true;

    prefetch->waiting = fiber_current();
    while (ok && page->reading)
        ok = fiber_park(0, fault);
    prefetch->waiting = NULL;
    if (ok && page->failed)
        *fault = page->fault;
    return ok && !page->failed;
}

bool prefetch_next_page(struct prefetch *prefetch, struct db_rows *rows, bool *more,
                        struct fault *fault)
{
    *more = prefetch->count > 0;
    if (!*more)
        return true;
    struct page *const page = prefetch->pages[0];
    if (!wait_for(prefetch, page, fault))
        return false;
    *rows = page->rows;
    page->rows = (struct db_rows){.count = 0};
    page_destroy(page);
    prefetch->count--;
    memmove(prefetch->pages, prefetch->pages + 1, prefetch->count * sizeof prefetch->pages[0]);
    return start_pages(prefetch, fault);
}

void prefetch_destroy(struct prefetch *prefetch)
{
    if (prefetch == NULL)
        return;
    for (size_t i = 0; i < prefetch->count; i++) {
        struct page *const page = prefetch->pages[i];
        page->prefetch = NULL;
        if (!page->reading)
            page_destroy(page);
        else if (page->reader != NULL)
            fiber_cancel(page->reader);
    }
    db_rows_finish(&prefetch->bounds);
    free(prefetch);
}
