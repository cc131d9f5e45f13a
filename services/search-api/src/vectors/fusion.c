// SPDX-License-Identifier: MIT
#include "vectors/fusion.h"

#include <stdlib.h>

static double worth(size_t place, double weight)
{
    return 1 / ((double)(place + 1) / weight + FUSION_K - 1);
}

static int by_number(const void *a, const void *b)
{
    const struct fusion_hit *one = a, *other = b;

    return (one->number > other->number) - (one->number < other->number);
}

/* A document that is absent from a list stands behind all of it. */
static int by_worth(const void *a, const void *b)
{
    const struct fusion_hit *one = a, *other = b;

    if (one->score > other->score || one->score < other->score)
        return one->score > other->score ? -1 : 1;
    for (size_t i = 0; i < FUSION_LISTS; i++)
        if (one->places[i] != other->places[i])
            return (uint32_t)one->places[i] < (uint32_t)other->places[i] ? -1 : 1;
    return 0;
}

/* One for each place of each list. */
static size_t collect(const struct fusion_list lists[FUSION_LISTS], struct fusion_hit *out)
{
    size_t count = 0;

    for (size_t list = 0; list < FUSION_LISTS; list++) {
        for (size_t place = 0; place < lists[list].count; place++) {
            struct fusion_hit *hit = &out[count++];
            *hit = (struct fusion_hit){
                .number = lists[list].numbers[place],
                .score = lists[list].weight > 0 ? worth(place, lists[list].weight) : 0,
                .places = {FUSION_ABSENT, FUSION_ABSENT}
            };
            hit->places[list] = (int32_t)place;
        }
    }
    return count;
}

/* Those of the same document become one. Returns how many are left. */
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
            if (hits[i].places[list] != FUSION_ABSENT)
                hit->places[list] = hits[i].places[list];
    }
    return left;
}

bool fusion_of(const struct fusion_list lists[FUSION_LISTS], struct arena *arena,
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
    qsort(list, left, sizeof *list, by_worth);
    while (left > 0 && list[left - 1].score <= 0)
        left--;
    *hits = list;
    *count = left;
    return true;
}
