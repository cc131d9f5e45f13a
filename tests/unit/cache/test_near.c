// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "base/digest.h"
#include "cache/near_private.h"

#include "support/test.h"

enum { ROOM = 4096 };
static struct cache_near near;

static void begin(void)
{
    struct fault fault;
    ck_assert(cache_near_init(&near, ROOM, &fault));
}

static void end(void)
{
    cache_near_finish(&near);
}

TEST_CASE("all", .setup = begin, .teardown = end);

static void put(const char *key, int64_t version, const char *data, int64_t until_ns)
{
    cache_near_put(&near, digest_fast64(slice_of(key)), slice_of(key), true, version,
                   slice_of(data), until_ns);
}

static struct cache_near_entry *find(const char *key, int64_t now_ns)
{
    return cache_near_find(&near, digest_fast64(slice_of(key)), slice_of(key), now_ns);
}

TEST(entry_is_found_until_it_expires)
{
    put("a", 7, "data", 100);
    struct cache_near_entry *entry = find("a", 99);
    ck_assert_ptr_nonnull(entry);
    ck_assert_int_eq(entry->version, 7);
    ck_assert(slice_is(cache_near_data(entry), "data"));
    ck_assert_ptr_null(find("b", 99));
    ck_assert_ptr_null(find("a", 100));
    ck_assert_uint_eq(near.count, 0);
    ck_assert_uint_eq(near.bytes, 0);
}

TEST(a_second_put_replaces_the_first)
{
    put("a", 1, "old", 100);
    put("a", 2, "new", 100);
    ck_assert_uint_eq(near.count, 1);
    ck_assert(slice_is(cache_near_data(find("a", 0)), "new"));
}

TEST(entry_may_be_replaced_by_its_own_bytes)
{
    put("a", 1, "same", 100);
    struct slice data = cache_near_data(find("a", 0));
    cache_near_put(&near, digest_fast64(SLICE("a")), SLICE("a"), true, 2, data, 200);
    ck_assert(slice_is(cache_near_data(find("a", 150)), "same"));
}

TEST(least_recently_used_entry_is_evicted_within_the_limit)
{
    char key[16];
    put("kept", 1, "x", 100);
    for (int i = 0; i < 500; i++) {
        snprintf(key, sizeof(key), "key%d", i);
        put(key, 1, "some data of some length", 100);
        ck_assert_ptr_nonnull(find("kept", 0));
        ck_assert_uint_le(near.bytes, ROOM);
        cache_near_free_removed(&near);
    }
    ck_assert_ptr_null(find("key0", 0));
    ck_assert_ptr_nonnull(find("key499", 0));
    ck_assert_uint_gt(near.count, 10);
}

TEST(oversized_entry_removes_the_old_one)
{
    char big[ROOM + 1];
    memset(big, 'x', sizeof(big));
    put("a", 1, "small", 100);
    cache_near_put(&near, digest_fast64(SLICE("a")), SLICE("a"), true, 2,
                   (struct slice){big, sizeof(big)}, 100);
    ck_assert_ptr_null(find("a", 0));
}

TEST(borrowed_bytes_stay_valid_until_the_entry_is_freed)
{
    put("a", 1, "still here", 100);
    struct slice data = cache_near_data(find("a", 0));
    cache_near_remove(&near, digest_fast64(SLICE("a")), SLICE("a"));
    cache_near_clear(&near);
    ck_assert_ptr_null(find("a", 0));
    ck_assert(slice_is(data, "still here"));
    cache_near_free_removed(&near);
    ck_assert(LIST_EMPTY(&near.grave));
}

TEST(keys_with_equal_hashes_are_distinguished)
{
    cache_near_put(&near, 5, SLICE("a"), true, 1, SLICE("A"), 100);
    cache_near_put(&near, 5, SLICE("b"), false, 2, SLICE(""), 100);
    ck_assert(slice_is(cache_near_data(cache_near_find(&near, 5, SLICE("a"), 0)), "A"));
    ck_assert(!cache_near_find(&near, 5, SLICE("b"), 0)->found);
    cache_near_remove(&near, 5, SLICE("a"));
    ck_assert_ptr_null(cache_near_find(&near, 5, SLICE("a"), 0));
    ck_assert_ptr_nonnull(cache_near_find(&near, 5, SLICE("b"), 0));
}
