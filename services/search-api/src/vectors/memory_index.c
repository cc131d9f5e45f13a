// SPDX-License-Identifier: MIT
#include "vectors/memory_index.h"

#include <stdlib.h>

#include "base/now.h"
#include "loop/fiber.h"

#include "jobs/job.h"
#include "vectors/scan.h"

enum { BUSY_MS = 2 };

struct memory_index {
    struct work *work;
    struct matrix *matrix;
};

static bool run_scan_step(void *data, struct fault *fault)
{
    (void)fault;
    scan_run_step(data);
    return true;
}

static void drop_scan(void *data)
{
    scan_destroy(data);
}

static bool find_nearest(void *self, const struct vector_filter *filter, const float *vector,
                         size_t limit, struct vector_hit *hits, size_t *count, struct fault *fault)
{
    const struct memory_index *index = self;
    struct scan *scan = scan_create(index->matrix, filter, vector, limit, fault);
    const struct vector_hit *found;

    if (scan == NULL)
        return false;
    while (!scan_is_done(scan))
        if (!job_run(index->work, run_scan_step, scan, drop_scan, fault))
            return false;
    *count = scan_get_hits(scan, &found);
    memcpy(hits, found, *count * sizeof *hits);
    scan_destroy(scan);
    return true;
}

static bool count_rows(void *self, int64_t *out, struct fault *fault)
{
    const struct memory_index *index = self;

    (void)fault;
    *out = (int64_t)matrix_count_rows(index->matrix);
    return true;
}

/* Puts the rows. While scans occupy all free slots, waits until some of them end. */
static bool upsert_rows(void *self, const struct vector_row *rows, size_t row_count,
                        struct fault *fault)
{
    const struct memory_index *index = self;

    for (size_t i = 0; i < row_count; i++)
        while (!matrix_upsert_row(index->matrix, &rows[i], fault))
            if (!slice_is(slice_of(fault->code), "busy") ||
                !fiber_sleep(BUSY_MS * NS_PER_MS, fault))
                return false;
    return true;
}

static bool delete_rows(void *self, const int64_t *numbers, size_t number_count,
                        struct fault *fault)
{
    const struct memory_index *index = self;

    (void)fault;
    for (size_t i = 0; i < number_count; i++)
        matrix_delete_row(index->matrix, numbers[i]);
    return true;
}

static void get_state(const void *self, const struct uuid *tenant_id,
                      struct vector_index_state *out)
{
    const struct memory_index *index = self;

    *out = (struct vector_index_state){
        .count = (int64_t)matrix_count_rows(index->matrix),
        .reason = matrix_has_evicted(index->matrix, tenant_id) ? "vector_memory" : NULL};
}

static void destroy_index(void *self)
{
    struct memory_index *index = self;
    struct fault fault;

    while (fiber_current() != NULL && matrix_free_last_chunk(index->matrix) &&
           fiber_sleep(0, &fault))
        ;
    matrix_destroy(index->matrix);
    free(index);
}

static const struct vector_index_kind kind = {
    .nearest = find_nearest,
    .put = upsert_rows,
    .drop = delete_rows,
    .count = count_rows,
    .state = get_state,
    .destroy = destroy_index,
};

bool memory_index_create(struct work *work, size_t dimensions, size_t bytes_max,
                         struct vector_index *out, struct fault *fault)
{
    struct memory_index *index = fault_calloc(sizeof *index, "the vectors", fault);

    if (index == NULL)
        return false;
    index->work = work;
    index->matrix = matrix_create(dimensions, bytes_max, fault);
    if (index->matrix == NULL) {
        free(index);
        return false;
    }
    *out = (struct vector_index){.kind = &kind, .self = index};
    return true;
}
