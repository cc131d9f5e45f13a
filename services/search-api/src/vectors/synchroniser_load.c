// SPDX-License-Identifier: MIT
/* Loads all vectors of a generation into memory. Fibers read the next pages while the rows of one
 * page are put, so PostgreSQL and this process work at the same time: with one page at a time the
 * load takes 1.3 times as long. */
#include <stdlib.h>

#include "base/log.h"
#include "base/now.h"
#include "loop/fiber.h"

#include "vectors/synchroniser_private.h"

enum { READERS = 2 };

/* One page, which a fiber reads. */
struct reader {
    struct service *service;
    struct sync_generation generation;
    int64_t lowest, below; /* numbers of the page; `lowest` 0: there are no more pages */
    struct db_rows rows;
    struct fault fault;
    bool ok;
    bool reading;
    struct fiber
        *fiber; /* the fiber that reads the page; NULL: reading has not begun, or has ended */
    struct fiber *waiting; /* the fiber that waits for the page; NULL: none */
    bool abandoned;        /* the reading fiber frees the reader when it ends */
};

struct loader {
    struct synchroniser_index *index;
    int64_t below;         /* upper bound of the numbers of the next page */
    struct db_rows bounds; /* lowest numbers of listed pages */
    int bound;             /* row of the next page in `bounds` */
    struct reader *readers[READERS];
};

static void reader_destroy(struct reader *reader)
{
    db_rows_finish(&reader->rows);
    free(reader);
}

static void read_page(void *data)
{
    struct reader *reader = data;

    reader->fiber = fiber_current();
    reader->ok = !reader->abandoned && synchroniser_store_read_page(
                                           reader->service->db, &reader->generation, reader->lowest,
                                           reader->below, &reader->rows, &reader->fault);
    reader->fiber = NULL;
    reader->reading = false;
    if (reader->abandoned)
        reader_destroy(reader);
    else if (reader->waiting != NULL)
        fiber_wake(reader->waiting);
}

/* Starts a fiber that reads the next page of vectors. If there are no more pages, sets
 * reader->lowest to 0 and returns true. */
static bool start_reading_next_page(struct loader *loader, struct reader *reader,
                                    struct fault *fault)
{
    reader->lowest = 0;
    if (loader->bound == loader->bounds.count) {
        db_rows_finish(&loader->bounds);
        loader->bound = 0;
        if (!synchroniser_store_list_pages(reader->service->db, &reader->generation, loader->below,
                                           &loader->bounds, fault))
            return false;
        if (loader->bounds.count == 0)
            return true;
    }
    reader->lowest = synchroniser_store_read_page_bound(&loader->bounds, loader->bound++);
    reader->below = loader->below;
    loader->below = reader->lowest;
    reader->reading = fiber_start(reader->service->loop, read_page, reader,
                                  fiber_deadline_ns(fiber_current()), "vectors", fault);
    return reader->reading;
}

/* Waits for the page of the reader, and returns its rows. */
static bool wait_for_page(struct reader *reader, struct db_rows *rows, struct fault *fault)
{
    bool ok = true;

    reader->waiting = fiber_current();
    while (ok && reader->reading)
        ok = fiber_park(0, fault);
    reader->waiting = NULL;
    if (!ok)
        return false;
    *rows = reader->rows;
    reader->rows = (struct db_rows){0};
    if (!reader->ok)
        *fault = reader->fault;
    return reader->ok;
}

static bool load_pages(struct loader *loader, struct fault *fault)
{
    struct synchroniser_index *index = loader->index;

    for (size_t i = 0; i < READERS; i++) {
        struct reader *reader = fault_calloc(sizeof *reader, "the vectors", fault);
        if (reader == NULL)
            return false;
        loader->readers[i] = reader;
        reader->service = index->service;
        reader->generation = index->generation;
        if (!start_reading_next_page(loader, reader, fault))
            return false;
    }
    for (size_t i = 0; loader->readers[i]->lowest > 0; i = (i + 1) % READERS) {
        auto_rows struct db_rows rows = {0};
        /* Yield before the rows are put, so that the loop sends the next statement. */
        if (!wait_for_page(loader->readers[i], &rows, fault) ||
            !start_reading_next_page(loader, loader->readers[i], fault) || !fiber_sleep(0, fault) ||
            !synchroniser_upsert_rows(index, &rows, &index->loaded, fault))
            return false;
    }
    return true;
}

bool synchroniser_load_vectors(struct synchroniser_index *index, struct fault *fault)
{
    struct loader loader = {.index = index, .below = index->loaded.number};
    const int64_t began = now_mono_ns();
    struct vector_index_state state;
    const bool ok = load_pages(&loader, fault);

    db_rows_finish(&loader.bounds);
    for (size_t i = 0; i < READERS && loader.readers[i] != NULL; i++) {
        struct reader *reader = loader.readers[i];
        reader->abandoned = reader->reading;
        if (!reader->reading)
            reader_destroy(reader);
        else if (reader->fiber != NULL)
            fiber_cancel(reader->fiber);
    }
    if (!ok)
        return false;
    index->filled = true;
    index->vectors.kind->state(index->vectors.self, NULL, &state);
    LOG(LOG_INFO, "vectors_loaded", "All vectors are read", log_int("count", state.count),
        log_int("ms", (now_mono_ns() - began) / NS_PER_MS));
    return true;
}
