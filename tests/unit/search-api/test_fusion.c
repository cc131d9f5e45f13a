// SPDX-License-Identifier: MIT

#include "support/scratch.h"
#include "vectors/fusion.h"

enum { LIST_MAX = 4 };

/* Scores computed by hand, of 1 / (61 + rank). */
// clang-format off
static const struct {
    const char *why;
    int64_t text[LIST_MAX], vectors[LIST_MAX]; /* 0 ends them */
    int64_t fused[2 * LIST_MAX];
    double best; /* score of the first */
} cases[] = {
    {"both lists equal",                                   {1, 2, 3}, {1, 2, 3}, {1, 2, 3},    1. / 61 + 1. / 61},
    {"an id in both lists precedes the first of one list", {1, 2},    {3, 2},    {2, 1, 3},    1. / 62 + 1. / 62},
    {"of equal ones that of the earlier list",             {1, 2},    {3, 4},    {1, 3, 2, 4}, 1. / 61},
    {"one list alone",                                     {0},       {7, 6},    {7, 6},       1. / 61},
    {"no lists",                                           {0},       {0},       {0},          0},
};
// clang-format on

static size_t length_of(const int64_t *numbers, size_t max)
{
    size_t count = 0;

    while (count < max && numbers[count] != 0)
        count++;
    return count;
}

TEST_ROWS_WHY(two_rankings_are_fused, cases)
{
    const struct fusion_list lists[] = {
        {row->text,    length_of(row->text,    LIST_MAX)},
        {row->vectors, length_of(row->vectors, LIST_MAX)},
    };
    struct fusion_hit *hits;
    size_t count;

    ck_assert(fusion_merge(lists, &arena, &hits, &count, &fault));
    ck_assert_uint_eq(count, length_of(row->fused, 2 * LIST_MAX));
    for (size_t i = 0; i < count; i++)
        ck_assert_int_eq(hits[i].number, row->fused[i]);
    if (count > 0)
        ck_assert_msg(fabs(hits[0].score - row->best) < 1e-12, "%.9f", hits[0].score);
}

TEST(ranks_in_both_lists_are_reported)
{
    const struct fusion_list lists[] = {
        {(int64_t[]){5, 6}, 2},
        {(int64_t[]){6},    1},
    };
    struct fusion_hit *hits;
    size_t count;

    ck_assert(fusion_merge(lists, &arena, &hits, &count, &fault));
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(hits[0].ranks[0], 1);
    ck_assert_int_eq(hits[0].ranks[1], 0);
    ck_assert_int_eq(hits[1].ranks[0], 0);
    ck_assert_int_eq(hits[1].ranks[1], FUSION_ABSENT);
}

TEST(full_arena_is_a_fault)
{
    int64_t numbers[200];
    const struct fusion_list lists[] = {
        {numbers, 200},
        {NULL,    0  },
    };
    struct fusion_hit *hits = NULL;
    struct arena full = ARENA(4096);
    size_t count = 77;

    memset(numbers, 1, sizeof numbers);
    ck_assert(!fusion_merge(lists, &full, &hits, &count, &fault));
    ck_assert(hits == NULL && count == 77);
    arena_finish(&full);
}
