// SPDX-License-Identifier: MIT
/* Cursors of searches: seen ids are restored, and nothing else is accepted. */
#include "messages/seen_ids.h"
#include "support/scratch.h"

static char room[8192];

TEST_CASE("seen_ids");

static struct slice cursor_of(const int64_t *numbers, size_t count, struct slice filters)
{
    struct buf out = buf_over(room, sizeof room);

    seen_ids_write_cursor(&(struct seen_ids){numbers, count}, filters, &out);
    ck_assert(buf_ok(&out, &fault));
    return buf_as_slice(&out);
}

static void refused(struct slice cursor, struct slice filters)
{
    struct seen_ids seen_ids = {NULL, 7};

    ck_assert(!seen_ids_read_cursor(cursor, filters, &arena, &seen_ids, &fault));
    ck_assert_str_eq(fault.code, "bad_cursor");
    ck_assert_uint_eq(seen_ids.count, 7);
}

static const struct {
    const char *why;
    int64_t first, step;
    size_t count;
    size_t len; /* of the cursor, in bytes */
} cases[] = {
    {"one",                       1,         1,         1,            14  },
    {"neighbours",                100,       1,         20,           39  },
    {"a hundred far apart",       1000000,   2000,      100,          280 },
    {"as many as a search finds", 7,         2000,      SEEN_IDS_MAX, 1344},
    {"the largest",               INT64_MAX, 1,         1,            24  },
    {"as far apart as can be",    1,         1LL << 54, SEEN_IDS_MAX, 5336},
};

TEST_ROWS_WHY(cursor_contains_the_seen_ids, cases)
{
    const struct slice filters = SLICE("search x");
    int64_t numbers[SEEN_IDS_MAX];
    struct seen_ids seen_ids;

    for (size_t i = 0; i < row->count; i++)
        numbers[i] = row->first + (int64_t)i * row->step;
    const struct slice cursor = cursor_of(numbers, row->count, filters);
    ck_assert_uint_eq(cursor.len, row->len);
    ck_assert(seen_ids_read_cursor(cursor, filters, &arena, &seen_ids, &fault));
    ck_assert_uint_eq(seen_ids.count, row->count);
    ck_assert_mem_eq(seen_ids.numbers, numbers, seen_ids.count * sizeof numbers[0]);
    ck_assert(seen_ids_has(&seen_ids, numbers[0]));
    ck_assert(seen_ids_has(&seen_ids, numbers[seen_ids.count - 1]));
    ck_assert(!seen_ids_has(&seen_ids, 0));
    ck_assert(!seen_ids_has(&seen_ids, numbers[0] - 1));
    refused(cursor, SLICE("search y"));
    refused((struct slice){cursor.at, cursor.len - 4}, SLICE("search x y"));
}

TEST(ids_of_a_page_are_added)
{
    const int64_t first[] = {5, 9}, page[] = {7, 1};
    const struct seen_ids before = {first, 2};
    struct seen_ids seen_ids;

    ck_assert(seen_ids_merge(&before, page, 2, &arena, &seen_ids, &fault));
    ck_assert_uint_eq(seen_ids.count, 4);
    for (int64_t number = 0; number <= 10; number++)
        ck_assert(seen_ids_has(&seen_ids, number) ==
                  (number == 1 || number == 5 || number == 7 || number == 9));
    ck_assert(seen_ids_merge(&(struct seen_ids){.count = 0}, NULL, 0, &arena, &seen_ids, &fault));
    ck_assert_uint_eq(seen_ids.count, 0);
}

/* What follows the head of one of our cursors. */
static const struct {
    const char *why, *tail;
} tails[] = {
    {"nothing",                           ""              },
    {"a difference of 0",                 "AAAA"          },
    {"a difference beyond all ids",       "__________9_AQ"},
    {"a difference longer than a number", "____________AQ"},
    {"an unterminated difference",        "gA"            },
    {"a valid difference, then one of 0", "AQA"           },
};

TEST_ROWS_WHY(changed_bytes_are_not_a_cursor, tails)
{
    const struct slice filters = SLICE("search x");
    const int64_t one[] = {1};

    refused(slice_of(textf("%.12s%s", cursor_of(one, 1, filters).at, row->tail)), filters);
}

TEST(nonsense_is_not_a_cursor)
{
    refused(SLICE(""), SLICE("x"));
    refused(SLICE("x"), SLICE("x"));
    refused(SLICE("????"), SLICE("x"));
    memset(room, 'A', sizeof room);
    refused((struct slice){room, sizeof room}, SLICE("x"));
}

/* 500 differences of a byte each, and one more: 9 + 501 bytes need no padding. */
TEST(too_many_ids_are_not_a_cursor)
{
    const struct slice filters = SLICE("search x");
    int64_t numbers[SEEN_IDS_MAX];

    for (int64_t i = 0; i < SEEN_IDS_MAX; i++)
        numbers[i] = i + 1;
    const struct slice full = cursor_of(numbers, SEEN_IDS_MAX, filters);
    ck_assert_uint_eq(full.len, 679);
    ck_assert_int_eq(full.at[full.len - 1], 'E'); /* of 0x01, its last bits */
    refused(slice_of(textf("%.*sEB", (int)full.len - 1, full.at)), filters);
}

TEST(full_arena_is_a_fault)
{
    const int64_t one[] = {1};
    struct seen_ids seen_ids = {NULL, 7};
    struct arena small = ARENA(8);

    ck_assert(!seen_ids_read_cursor(cursor_of(one, 1, SLICE("x")), SLICE("x"), &small, &seen_ids,
                                    &fault));
    ck_assert_str_eq(fault.code, "out_of_memory");
    ck_assert(!seen_ids_merge(&(struct seen_ids){one, 1}, one, 1, &small, &seen_ids, &fault));
    ck_assert_uint_eq(seen_ids.count, 7);
    arena_finish(&small);
}
