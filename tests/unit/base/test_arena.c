// SPDX-License-Identifier: MIT
#include "support/scratch.h"

TEST(allocations_are_zeroed_aligned_and_disjoint)
{
    unsigned char *last = NULL;

    ck_assert_uint_eq(arena.used, 0);
    for (size_t size = 0; size < 300; size++) {
        unsigned char *piece = arena_alloc(&arena, size);
        ck_assert_ptr_nonnull(piece);
        ck_assert_uint_eq((uintptr_t)piece % 16, 0);
        ck_assert_ptr_ne(piece, last);
        for (size_t i = 0; i < size; i++)
            ck_assert_int_eq(piece[i], 0);
        memset(piece, 0xff, size);
        last = piece;
    }
    arena_finish(&arena);
    ck_assert_uint_eq(arena.used, 0);
    arena_finish(&arena);
}

static const struct {
    const char *why;
    size_t limit, size;
    bool fits;
} ladder[] = {
    {"nothing fits into an empty arena",        0,        1,             false},
    {"a zero-byte allocation takes memory too", 0,        0,             false},
    {"limit for the header only",               16,       1,             false},
    {"header and one aligned allocation",       32,       16,            true },
    {"one byte more",                           32,       17,            false},
    {"exactly the limit",                       8192,     8192 - 16,     true },
    {"one byte over the limit",                 8192,     8192 - 15,     false},
    {"larger than a block",                     1 << 20,  1 << 18,       true },
    {"the largest size does not overflow",      SIZE_MAX, SIZE_MAX,      false},
    {"a size near it does not overflow",        SIZE_MAX, SIZE_MAX - 20, false},
};

TEST_ROWS_WHY(limit_is_exact_to_the_byte, ladder)
{
    arena_init(&arena, row->limit);
    ck_assert((arena_alloc(&arena, row->size) != NULL) == row->fits);
    ck_assert_uint_le(arena.used, row->limit);
}

TEST(many_small_allocations_stop_at_the_limit)
{
    char text[64] = {0};
    size_t count = 0;

    arena_init(&arena, 300000);
    while (arena_alloc(&arena, 64) != NULL)
        count++;
    ck_assert_uint_le(arena.used, 300000);
    ck_assert_uint_gt(count, 300000 / 64 * 9 / 10);
    ck_assert_ptr_null(arena_copy(&arena, (struct slice){text, sizeof text}).at);
    ck_assert_ptr_null(arena_printf(&arena, "%64d", 1).at);
}

TEST(reset_keeps_one_small_block)
{
    const void *first = arena_alloc(&arena, 100);

    for (int i = 0; i < 1000; i++)
        ck_assert_ptr_nonnull(arena_alloc(&arena, 100));
    arena_reset(&arena);
    ck_assert_uint_eq(arena.used, ARENA_FIRST_BLOCK);
    ck_assert_ptr_eq(arena_alloc(&arena, 100), first);
    arena_finish(&arena);

    ck_assert_ptr_nonnull(arena_alloc(&arena, 50000));
    arena_reset(&arena);
    ck_assert_uint_eq(arena.used, 0);
    arena_reset(&arena);
}

TEST(copies_and_formatted_text_end_with_nul)
{
    struct slice copy = arena_copy(&arena, (struct slice){"abcdef", 3});

    ck_assert_slice(copy, "abc");
    ck_assert_int_eq(copy.at[3], '\0');
    copy = arena_copy(&arena, SLICE(""));
    ck_assert_ptr_nonnull(copy.at);
    ck_assert_ptr_null(arena_copy(&arena, SLICE_NONE).at);
    copy = arena_printf(&arena, "%s-%d", "flat", 42);
    ck_assert_slice(copy, "flat-42");
    ck_assert_int_eq(copy.at[copy.len], '\0');
}

static void count_call(void *data)
{
    ++*(int *)data;
}

TEST(owned_memory_ends_with_the_arena)
{
    int first = 0, second = 0;

    ck_assert(arena_own(&arena, count_call, &first));
    ck_assert(arena_own(&arena, count_call, &second));
    arena_reset(&arena);
    ck_assert(first == 1 && second == 1);
    ck_assert(arena_own(&arena, count_call, &second));
    arena_finish(&arena);
    arena_finish(&arena);
    ck_assert(first == 1 && second == 2);
    arena_init(&arena, 1);
    ck_assert(!arena_own(&arena, count_call, &first));
    arena_finish(&arena);
    ck_assert_int_eq(first, 1);
}

TEST(rewound_arena_is_as_at_the_mark)
{
    int older = 0, newer = 0;

    const struct arena_mark empty = arena_mark(&arena);
    ck_assert(arena_own(&arena, count_call, &older));
    const struct slice kept = arena_copy(&arena, SLICE("kept"));
    const struct arena_mark mark = arena_mark(&arena);
    const size_t used = arena.used;
    const void *first = NULL;
    for (int i = 1; i <= 1000; i++) {
        const void *next = arena_alloc(&arena, 100);
        ck_assert(first == NULL || next == first);
        first = next;
        ck_assert_ptr_nonnull(arena_alloc(&arena, 20000));
        ck_assert(arena_own(&arena, count_call, &newer));
        arena_put_back(&arena, &mark);
        ck_assert_uint_eq(arena.used, used);
        ck_assert_int_eq(newer, i);
    }
    ck_assert_slice(kept, "kept");
    ck_assert_int_eq(older, 0);
    arena_put_back(&arena, &empty);
    ck_assert_uint_eq(arena.used, 0);
    ck_assert_int_eq(older, 1);
    arena_finish(&arena);
    ck_assert(older == 1 && newer == 1000);
}
