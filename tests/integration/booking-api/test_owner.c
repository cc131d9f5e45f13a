// SPDX-License-Identifier: MIT
/* Owners on PostgreSQL are found by their Telegram account. */
#include "stand.h"

/* Returns the number of listed owners with this account, and the name of the first. */
static size_t of_account(const char *telegram_id, char name[64])
{
    struct answer found =
        ck_status(ask_get(get_owners, .params = textf("telegram_id=%s", telegram_id)), 200);
    const char *first = text_at(found.json, "items.0.name");

    snprintf(name, 64, "%s", first != NULL ? first : "");
    return count_at(found.json, "items");
}

TEST_CASE("owner", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST(owner_is_found_by_telegram_account)
{
    char name[64];

    struct answer made =
        ask_post(post_owner, .body = "{'name':'Айгуль','telegram_id':4503599627370496}");
    ck_status(made, 201);
    ck_assert_uint_eq(of_account("4503599627370496", name), 1);
    ck_assert_str_eq(name, "Айгуль");
    ck_assert_uint_eq(of_account("77", name), 0);
    ck_status(ask_get(get_owners, .params = "telegram_id=0"), 422);
}
