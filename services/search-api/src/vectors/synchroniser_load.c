// SPDX-License-Identifier: MIT
#include "base/log.h"
#include "base/now.h"
#include "loop/fiber.h"

#include "vectors/synchroniser_private.h"

static bool load_page(struct synchroniser_index *index, int64_t lowest, int64_t below,
                      struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    return synchroniser_store_read_page(index->service->db, &index->generation, lowest, below,
                                        &rows, fault) &&
           synchroniser_upsert_rows(index, &rows, &index->loaded, fault) && fiber_sleep(0, fault);
}

/* Loads the next listed pages of vectors with numbers below `*below`, and sets it to the lowest
 * number of these pages. `*count` is the number of pages; 0: there are no more. */
static bool load_pages(struct synchroniser_index *index, int64_t *below, int *count,
                       struct fault *fault)
{
    auto_rows struct db_rows bounds = {0};

    if (!synchroniser_store_list_pages(index->service->db, &index->generation, *below, &bounds,
                                       fault))
        return false;
    for (int i = 0; i < bounds.count; i++) {
        const int64_t lowest = synchroniser_store_read_page_bound(&bounds, i);
        if (!load_page(index, lowest, *below, fault))
            return false;
        *below = lowest;
    }
    *count = bounds.count;
    return true;
}

bool synchroniser_load_vectors(struct synchroniser_index *index, struct fault *fault)
{
    const int64_t began = now_mono_ns();
    int64_t below = index->loaded.number;
    struct vector_index_state state;
    int count;

    do {
        if (!load_pages(index, &below, &count, fault))
            return false;
    } while (count > 0);
    index->filled = true;
    index->vectors.kind->state(index->vectors.self, NULL, &state);
    LOG(LOG_INFO, "vectors_loaded", "All vectors are read", log_int("count", state.count),
        log_int("ms", (now_mono_ns() - began) / NS_PER_MS));
    return true;
}
