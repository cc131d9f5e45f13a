// SPDX-License-Identifier: MIT
/* The comparison of a Qdrant collection with the table `document_vector`. Points are read before
 * the vectors with the same numbers, so a vector that is written in between is sent once more, but
 * never deleted. */
#include "base/auto.h"
#include "base/log.h"
#include "base/now.h"

#include "vectors/synchroniser_private.h"

enum {
    POINTS_S = 10,         /* time between two counts of points */
    ROWS_S = 300,          /* time between two counts of vectors */
    COMPARE_S = 24 * 3600, /* time between two comparisons */
    RUN_S = 10             /* the longest part of a comparison in one run */
};

/* A page of points, and what must be done with them. */
struct page {
    struct qdrant_known points[QDRANT_PAGE];
    int64_t dropped[QDRANT_PAGE], sent[QDRANT_PAGE];
    size_t count, drop_count, send_count;
};

/* Whether `since_ns` is 0 or at least so many seconds ago. */
static bool has_elapsed(int64_t since_ns, int64_t seconds)
{
    return since_ns == 0 || now_mono_ns() - since_ns >= seconds * NS_PER_S;
}

/* Decides how a difference is repaired. A point without a vector is deleted, however many such
 * points there are: it may be of an erased person, and PostgreSQL is authoritative. A point newer
 * than the vector must be deleted before the vector is sent, because Qdrant refuses older
 * revisions.
 */
static void plan_repair(struct page *page, const struct sync_difference *difference,
                        struct comparison *comparison)
{
    const bool is_orphan = difference->ours == FIELD_ABSENT;
    const bool is_newer = !is_orphan && difference->theirs > difference->ours;

    if (is_orphan || is_newer)
        page->dropped[page->drop_count++] = difference->number;
    if (!is_orphan)
        page->sent[page->send_count++] = difference->number;
    comparison->orphans += is_orphan;
    comparison->newer += is_newer;
    comparison->missing += !difference->has_point;
    comparison->older += !is_orphan && !is_newer && difference->has_point;
}

/* Deletes and sends the points that `page` lists for it. A vector that is deleted meanwhile is not
 * sent; its deletion is synchronised as a change. */
static bool repair_page(struct synchroniser_index *index, const struct page *page,
                        struct fault *fault)
{
    struct sync_cursor ignored;

    for (size_t i = 0; i < page->drop_count; i += VECTOR_ROWS_MAX) {
        const size_t left = page->drop_count - i;
        if (!index->vectors.kind->drop(index->vectors.self, page->dropped + i,
                                       left < VECTOR_ROWS_MAX ? left : VECTOR_ROWS_MAX, fault))
            return false;
    }
    for (size_t i = 0; i < page->send_count; i += VECTOR_ROWS_MAX) {
        const size_t left = page->send_count - i;
        auto_rows struct db_rows rows = {0};
        if (!synchroniser_store_list_vectors_by_number(
                index->service->db, &index->generation, page->sent + i,
                left < VECTOR_ROWS_MAX ? left : VECTOR_ROWS_MAX, &rows, fault) ||
            !synchroniser_upsert_rows(index, &rows, &ignored, fault))
            return false;
    }
    return true;
}

/* Compares the next page, of at most QDRANT_PAGE points and vectors. */
static bool compare_and_repair_page(struct synchroniser_index *index, struct fault *fault)
{
    auto_free struct page *page = fault_calloc(sizeof *page, "a comparison", fault);
    struct qdrant_index *qdrant = index->vectors.self;
    struct comparison comparison = index->comparison;
    auto_rows struct db_rows rows = {0};
    struct sync_difference difference;
    bool more;

    if (page == NULL || !qdrant_index_open_or_create(qdrant, fault))
        return false;
    if (comparison.doubts == 0)
        comparison.doubts = qdrant->doubts;
    if (!qdrant_index_list_points(qdrant, comparison.after, page->points, &page->count, &more,
                                  fault) ||
        !synchroniser_store_list_differences(
            index->service->db, &index->generation, comparison.after,
            more ? page->points[page->count - 1].number : INT64_MAX, page->points, page->count,
            &rows, &comparison.after, fault))
        return false;
    for (int i = 0; i < rows.count; i++)
        if (synchroniser_store_read_difference(&rows, i, &difference))
            plan_repair(page, &difference, &comparison);
    if (!repair_page(index, page, fault))
        return false;
    for (size_t i = 0; i < page->count; i++)
        comparison.seen += page->points[i].number <= comparison.after;
    index->comparison = comparison;
    return true;
}

static struct vector_index_state get_index_state(const struct synchroniser_index *index)
{
    struct vector_index_state state;

    index->vectors.kind->state(index->vectors.self, NULL, &state);
    return state;
}

/* Ends a comparison. If the content became doubtful again during the comparison, another comparison
 * must follow. */
static void end_comparison(struct synchroniser_index *index)
{
    const struct comparison *found = &index->comparison;
    struct qdrant_index *qdrant = index->vectors.self;

    LOG(LOG_INFO, "vectors_compared", "Qdrant was compared with PostgreSQL",
        log_int("seen", found->seen), log_int("missing", found->missing),
        log_int("older", found->older), log_int("newer", found->newer),
        log_int("orphans", found->orphans));
    qdrant->is_compared |= found->doubts == qdrant->doubts;
    index->comparison = (struct comparison){0};
    index->plan.requested = false;
    index->plan.ended_ns = now_mono_ns();
    index->filled |= get_index_state(index).reason == NULL;
}

/* Counts Qdrant's points, and sometimes the rows, and requests a comparison if the numbers differ.
 * Counting also detects, while nothing changes, that a collection is missing or that Qdrant is
 * reachable again. */
static bool request_comparison_if_counts_differ(struct synchroniser_index *index,
                                                struct fault *fault)
{
    struct comparison_plan *plan = &index->plan;
    int64_t points, rows;

    if (!has_elapsed(plan->points_ns, POINTS_S) && get_index_state(index).reason == NULL)
        return true;
    if (!index->vectors.kind->count(index->vectors.self, &points, fault))
        return false;
    plan->points_ns = now_mono_ns();
    if (!has_elapsed(plan->rows_ns, ROWS_S))
        return true;
    if (!synchroniser_store_count_vectors(index->service->db, &index->generation, &rows, fault))
        return false;
    plan->requested |= plan->differed && points != rows;
    plan->differed = points != rows && !plan->requested;
    plan->rows_ns = plan->differed ? 0 : plan->points_ns;
    index->filled |= points >= rows;
    return true;
}

bool synchroniser_compare_if_due(struct synchroniser_index *index, struct fault *fault)
{
    const int64_t began_ns = now_mono_ns();

    if (!request_comparison_if_counts_differ(index, fault))
        return false;
    /* Counting has succeeded, so a reason in the state can only be that the collection was not
     * compared. */
    if (get_index_state(index).reason == NULL && !index->plan.requested &&
        !has_elapsed(index->plan.ended_ns, COMPARE_S))
        return true;
    while (index->comparison.after < INT64_MAX) {
        if (has_elapsed(began_ns, RUN_S))
            return true;
        if (!compare_and_repair_page(index, fault))
            return false;
    }
    end_comparison(index);
    return true;
}
