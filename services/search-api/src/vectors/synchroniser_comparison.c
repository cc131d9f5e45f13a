// SPDX-License-Identifier: MIT
#include "base/log.h"
#include "base/now.h"

#include "vectors/synchroniser_private.h"

enum { POINTS_S = 10, ROWS_S = 300, COMPARE_S = 24 * 3600, RUN_S = 10 };

static bool is_past(int64_t ns, int64_t seconds)
{
    return ns == 0 || now_mono_ns() - ns >= seconds * NS_PER_S;
}

/* --- PostgreSQL's side --- */

static bool list_revisions(void *self, int64_t after, int64_t until,
                           struct qdrant_known out[QDRANT_PAGE], size_t *count, struct fault *fault)
{
    const struct synchroniser_index *index = self;
    auto_rows struct db_rows rows = {0};

    if (!synchroniser_store_list_revisions(index->service->db, &index->generation, after, until,
                                           QDRANT_PAGE, &rows, fault))
        return false;
    for (int i = 0; i < rows.count; i++) {
        const struct sync_cursor cursor = synchroniser_store_read_cursor(&rows, i);
        out[i] = (struct qdrant_known){.number = cursor.number, .revision = cursor.tx};
    }
    *count = (size_t)rows.count;
    return true;
}

/* Drops the points of those `numbers` for which `rows` has no row; both are in the order of
 * numbers. */
static bool drop_rest(struct synchroniser_index *index, const int64_t *numbers, size_t count,
                      const struct db_rows *rows, struct fault *fault)
{
    size_t rest = 0;
    int at = 0;

    for (size_t i = 0; i < count; i++) {
        if (at < rows->count && synchroniser_store_read_cursor(rows, at).number == numbers[i])
            at++;
        else
            index->numbers[rest++] = numbers[i];
    }
    return rest == 0 || index->vectors.kind->drop(index->vectors.self, index->numbers, rest, fault);
}

static bool send_rows(void *self, const int64_t *numbers, size_t count, struct fault *fault)
{
    struct synchroniser_index *index = self;
    auto_rows struct db_rows rows = {0};
    struct sync_cursor last;

    return synchroniser_store_list_vectors(index->service->db, &index->generation, numbers, count,
                                           &rows, fault) &&
           synchroniser_put_rows(index, &rows, &last, fault) &&
           drop_rest(index, numbers, count, &rows, fault);
}

/* --- runs --- */

static struct vector_index_state state_of(const struct synchroniser_index *index)
{
    struct vector_index_state state;

    index->vectors.kind->state(index->vectors.self, NULL, &state);
    return state;
}

/* Counts Qdrant's points, and sometimes the rows, and requests a comparison if the numbers differ.
 * Counting also detects, while nothing changes, that a collection is missing or that Qdrant is
 * reachable again. */
static bool count_both(struct synchroniser_index *index, struct fault *fault)
{
    struct comparison *comparison = &index->comparison;
    int64_t points, rows;

    if (!is_past(comparison->points_ns, POINTS_S) && state_of(index).reason == NULL)
        return true;
    if (!index->vectors.kind->count(index->vectors.self, NULL, &points, fault))
        return false;
    comparison->points_ns = now_mono_ns();
    if (!is_past(comparison->rows_ns, ROWS_S))
        return true;
    if (!synchroniser_store_count_vectors(index->service->db, &index->generation, &rows, fault))
        return false;
    comparison->requested |= comparison->differed && points != rows;
    comparison->differed = points != rows && !comparison->requested;
    comparison->rows_ns = comparison->differed ? 0 : comparison->points_ns;
    index->filled |= points >= rows;
    return true;
}

static void log_result(const struct qdrant_progress *found)
{
    LOG(LOG_INFO, "vectors_compared", "Qdrant was compared with PostgreSQL",
        log_int("seen", found->seen), log_int("missing", found->missing),
        log_int("older", found->older), log_int("newer", found->newer),
        log_int("orphans", found->orphans));
}

static bool compare(struct synchroniser_index *index, struct fault *fault)
{
    const struct qdrant_source truth = {.self = index, .list = list_revisions, .send = send_rows};
    const int64_t began_ns = now_mono_ns();
    struct comparison *comparison = &index->comparison;

    while (!comparison->progress.ended) {
        if (is_past(began_ns, RUN_S))
            return true;
        if (!qdrant_compare_page(&index->vectors, &truth, &comparison->progress, fault))
            return false;
    }
    log_result(&comparison->progress);
    comparison->progress = (struct qdrant_progress){0};
    comparison->requested = false;
    comparison->ended_ns = now_mono_ns();
    index->filled |= state_of(index).reason == NULL;
    return true;
}

bool synchroniser_run_comparison(struct synchroniser_index *index, struct fault *fault)
{
    const struct comparison *comparison = &index->comparison;

    if (!count_both(index, fault))
        return false;
    /* Counting has succeeded, so a reason in the state can only be that the collection was not
     * compared. */
    if (state_of(index).reason == NULL && !comparison->requested &&
        !is_past(comparison->ended_ns, COMPARE_S))
        return true;
    return compare(index, fault);
}

void synchroniser_comparison_request_count(struct comparison *comparison)
{
    comparison->points_ns = 0;
    comparison->rows_ns = 0;
}
