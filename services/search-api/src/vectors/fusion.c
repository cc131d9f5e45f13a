// SPDX-License-Identifier: MIT
#include "vectors/fusion.h"

#include <stdlib.h>

static double score_at(size_t rank, double weight)
{
    return 1 / ((double)(rank + 1) / weight + FUSION_K - 1);
}

static int by_number(const void *a, const void *b)
{
    const struct fusion_hit *one = a, *other = b;

    return (one->number > other->number) - (one->number < other->number);
}

/* Orders by score, then by the rank in each list; a document that a list lacks ranks after all of
 * that list. */
static int by_score(const void *a, const void *b)
{
    const struct fusion_hit *one = a, *other = b;

    if (one->score > other->score || one->score < other->score)
        return one->score > other->score ? -1 : 1;
    for (size_t i = 0; i < FUSION_LISTS; i++)
        if (one->ranks[i] != other->ranks[i])
            return (uint32_t)one->ranks[i] < (uint32_t)other->ranks[i] ? -1 : 1;
    return 0;
}

/* Makes a hit for each rank of each list. */
static size_t collect(const struct fusion_list lists[FUSION_LISTS], struct fusion_hit *out)
{
    size_t count = 0;

    for (size_t list = 0; list < FUSION_LISTS; list++) {
        for (size_t rank = 0; rank < lists[list].count; rank++) {
            struct fusion_hit *hit = &out[count++];
            *hit = (struct fusion_hit){
                .number = lists[list].numbers[rank],
                .score = lists[list].weight > 0 ? score_at(rank, lists[list].weight) : 0,
                .ranks = {FUSION_ABSENT, FUSION_ABSENT}
            };
            hit->ranks[list] = (int32_t)rank;
        }
    }
    return count;
}

/* Merges the hits of each document, which follow one another. Returns how many hits are left. */
static size_t merge(struct fusion_hit *hits, size_t count)
{
    size_t left = 0;

    for (size_t i = 0; i < count; i++) {
        if (left == 0 || hits[left - 1].number != hits[i].number) {
            hits[left++] = hits[i];
            continue;
        }
        struct fusion_hit *hit = &hits[left - 1];
        hit->score += hits[i].score;
        for (size_t list = 0; list < FUSION_LISTS; list++)
            if (hits[i].ranks[list] != FUSION_ABSENT)
                hit->ranks[list] = hits[i].ranks[list];
    }
    return left;
}

bool fusion_merge(const struct fusion_list lists[FUSION_LISTS], struct arena *arena,
                  struct fusion_hit **hits, size_t *count, struct fault *fault)
{
    size_t all = 0;

    for (size_t i = 0; i < FUSION_LISTS; i++)
        all += lists[i].count;
    struct fusion_hit *list = arena_alloc(arena, (all + 1) * sizeof *list);
    if (list == NULL)
        return arena_fault(fault);
    collect(lists, list);
    qsort(list, all, sizeof *list, by_number);
    size_t left = merge(list, all);
    qsort(list, left, sizeof *list, by_score);
    while (left > 0 && list[left - 1].score <= 0)
        left--;
    *hits = list;
    *count = left;
    return true;
}
