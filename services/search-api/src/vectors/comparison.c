// SPDX-License-Identifier: MIT
#include "vectors/comparison.h"

#include "base/log.h"
#include "base/now.h"

#include "vectors/synchroniser_private.h"

enum { LOOK_S = 10, COUNT_S = 300, ANEW_S = 24 * 3600, TURN_S = 10 };

static bool is_past(int64_t ns, int64_t seconds)
{
    return ns == 0 || now_mono_ns() - ns >= seconds * NS_PER_S;
}

/* --- PostgreSQL's side --- */

static bool list_places(void *self, int64_t after, int64_t until,
                        struct qdrant_known out[QDRANT_PAGE], size_t *count, struct fault *fault)
{
    const struct synchroniser_index *index = self;
    auto_rows struct db_rows rows = {0};

    if (!synchroniser_store_places(index->service->db, &index->now, after, until, QDRANT_PAGE,
                                   &rows, fault))
        return false;
    for (int i = 0; i < rows.count; i++) {
        const struct sync_cursor place = synchroniser_store_place(&rows, i);
        out[i] = (struct qdrant_known){.number = place.number, .revision = place.tx};
    }
    *count = (size_t)rows.count;
    return true;
}

/* Those of the numbers, which rise, that have no row. */
static bool drop_rest(struct synchroniser_index *index, const int64_t *numbers, size_t count,
                      const struct db_rows *rows, struct fault *fault)
{
    size_t rest = 0;
    int at = 0;

    for (size_t i = 0; i < count; i++) {
        if (at < rows->count && synchroniser_store_place(rows, at).number == numbers[i])
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

    return synchroniser_store_some(index->service->db, &index->now, numbers, count, &rows, fault) &&
           synchroniser_put(index, &rows, &last, fault) &&
           drop_rest(index, numbers, count, &rows, fault);
}

/* --- turns --- */

static struct vector_index_state state_of(const struct synchroniser_index *index)
{
    struct vector_index_state state;

    index->vectors.kind->state(index->vectors.self, NULL, &state);
    return state;
}

/* Counting is also how a collection that is gone, and a Qdrant that is back, are noticed while
 * nothing changes. */
static bool look(struct synchroniser_index *index, struct fault *fault)
{
    struct comparison *comparison = &index->comparison;
    int64_t points, rows;

    if (!is_past(comparison->looked_ns, LOOK_S) && state_of(index).reason == NULL)
        return true;
    if (!index->vectors.kind->count(index->vectors.self, NULL, &points, fault))
        return false;
    comparison->looked_ns = now_mono_ns();
    if (!is_past(comparison->counted_ns, COUNT_S))
        return true;
    if (!synchroniser_store_count(index->service->db, &index->now, &rows, fault))
        return false;
    comparison->query_terms |= comparison->differed && points != rows;
    comparison->differed = points != rows && !comparison->query_terms;
    comparison->counted_ns = comparison->differed ? 0 : comparison->looked_ns;
    index->filled |= points >= rows;
    return true;
}

static void tell(const struct qdrant_compared *found)
{
    LOG(LOG_INFO, "vectors_compared", "Qdrant was held against PostgreSQL",
        log_int("seen", found->seen), log_int("missing", found->missing),
        log_int("older", found->older), log_int("newer", found->newer),
        log_int("orphans", found->orphans));
}

static bool go_on(struct synchroniser_index *index, struct fault *fault)
{
    const struct qdrant_truth truth = {.self = index, .list = list_places, .send = send_rows};
    const int64_t began_ns = now_mono_ns();
    struct comparison *comparison = &index->comparison;

    while (!comparison->so_far.ended) {
        if (is_past(began_ns, TURN_S))
            return true;
        if (!qdrant_compare(&index->vectors, &truth, &comparison->so_far, fault))
            return false;
    }
    tell(&comparison->so_far);
    comparison->so_far = (struct qdrant_compared){0};
    comparison->query_terms = false;
    comparison->ended_ns = now_mono_ns();
    index->filled |= state_of(index).reason == NULL;
    return true;
}

bool comparison_run(struct synchroniser_index *index, struct fault *fault)
{
    const struct comparison *comparison = &index->comparison;

    if (!look(index, fault))
        return false;
    /* The call went well, so a reason that is left is that of a comparison. */
    if (state_of(index).reason == NULL && !comparison->query_terms &&
        !is_past(comparison->ended_ns, ANEW_S))
        return true;
    return go_on(index, fault);
}

void comparison_soon(struct comparison *comparison)
{
    comparison->looked_ns = 0;
    comparison->counted_ns = 0;
}
