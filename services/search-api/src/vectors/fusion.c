// SPDX-License-Identifier: MIT
#include "vectors/fusion.h"

#include <stdlib.h>

/* Orders by score, then by the rank in each list. A document that a list does not have ranks after
 * all documents of that list. */
static int compare_hits(const void *a, const void *b)
{
    const struct fusion_hit *one = a, *other = b;

    if (one->score > other->score || one->score < other->score)
        return one->score > other->score ? -1 : 1;
    for (size_t i = 0; i < FUSION_LISTS; i++)
        if (one->ranks[i] != other->ranks[i])
            return (uint32_t)one->ranks[i] < (uint32_t)other->ranks[i] ? -1 : 1;
    return 0;
}

/* The hit of a document. If the document has no hit yet, appends a new one. */
static struct fusion_hit *find_or_add_hit(struct fusion_hit *hits, size_t *count, int64_t number)
{
    size_t at = 0;

    while (at < *count && hits[at].number != number)
        at++;
    if (at == *count)
        hits[(*count)++] = (struct fusion_hit){
            .number = number, .ranks = {FUSION_ABSENT, FUSION_ABSENT}
        };
    return &hits[at];
}

bool fusion_merge(const struct fusion_list lists[FUSION_LISTS], struct arena *arena,
                  struct fusion_hit **hits, size_t *count, struct fault *fault)
{
    const size_t most = lists[0].count + lists[1].count;
    struct fusion_hit *merged = arena_alloc(arena, (most + 1) * sizeof *merged);
    size_t found = 0;

    if (merged == NULL)
        return arena_fault(fault);
    for (size_t list = 0; list < FUSION_LISTS; list++)
        for (size_t rank = 0; rank < lists[list].count; rank++) {
            struct fusion_hit *hit = find_or_add_hit(merged, &found, lists[list].numbers[rank]);
            hit->score += 1.0 / (FUSION_K + (double)rank);
            hit->ranks[list] = (int32_t)rank;
        }
    qsort(merged, found, sizeof *merged, compare_hits);
    *hits = merged;
    *count = found;
    return true;
}
