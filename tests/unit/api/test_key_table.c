// SPDX-License-Identifier: MIT
#include "api/key.h"
#include "api/key_table_private.h"

#include "support/test.h"

static struct key_table table;

static void setup(void)
{
    ck_assert(key_table_init(&table, 64));
}

static void teardown(void)
{
    key_table_finish(&table);
}

TEST_CASE("key_table", .setup = setup, .teardown = teardown);

static const uint8_t *hash_of(int number)
{
    static uint8_t hash[DIGEST_SHA256_LEN];

    digest_sha256((struct slice){(const char *)&number, sizeof number}, hash);
    return hash;
}

static void put(int number, int64_t at_ns)
{
    const struct key_record record = {.rate_per_s = number};

    key_table_insert_or_update(&table, hash_of(number), &record, at_ns);
}

static struct key_entry *find(int number)
{
    return key_table_find(&table, hash_of(number));
}

TEST(age_of_a_key_counts_from_its_check)
{
    const int64_t at_ns = 7;
    const int64_t day_ns = API_KEY_AWAY_MS * INT64_C(1000000);

    put(7, at_ns);
    find(7)->seen_ns = at_ns + day_ns;
    ck_assert(key_entry_is_younger(find(7), at_ns + day_ns - 1, API_KEY_AWAY_MS));
    ck_assert(!key_entry_is_younger(find(7), at_ns + day_ns, API_KEY_AWAY_MS));
    ck_assert(!key_entry_is_younger(find(7), at_ns, 0));
}

TEST(repeated_key_keeps_its_entry_and_ends_its_refresh)
{
    put(7, 100);
    find(7)->refreshing = true;
    find(7)->touched_ns = 90;
    put(7, 200);
    ck_assert_int_eq(find(7)->checked_ns, 200);
    ck_assert_int_eq(find(7)->touched_ns, 90);
    ck_assert(!find(7)->refreshing);
}

TEST(unknown_key_is_cached_for_a_limited_time)
{
    ck_assert(!key_table_is_unknown(&table, hash_of(1), 50));
    key_table_mark_unknown(&table, hash_of(1), 100);
    ck_assert(key_table_is_unknown(&table, hash_of(1), 99));
    ck_assert(!key_table_is_unknown(&table, hash_of(1), 100));
    ck_assert(!key_table_is_unknown(&table, hash_of(2), 50));
}

TEST(least_recently_used_key_is_evicted)
{
    put(0, 10);
    for (int i = 1; i < 5000; i++) {
        find(0)->seen_ns = 1000000 + i;
        put(i, i);
    }
    ck_assert_ptr_nonnull(find(0));
    ck_assert_ptr_null(find(1));
    ck_assert_ptr_nonnull(find(4999));
}
