// SPDX-License-Identifier: MIT
/* Owners on PostgreSQL: what is written is read back, by callers who may see it. */
#include "stand.h"

/* Returns the number of listed owners with this account, and the name of the first. */
static size_t of_account(const char *telegram_id, char name[64])
{
    struct answer found =
        ck_status(ask_get(get_owners, .params = textf("telegram_id=%s", telegram_id)), 200);
    const json_t *items = json_object_get(found.json, "items");
    const json_t *first = value_at(items, "0.name");
    const size_t count = json_array_size(items);
    snprintf(name, 64, "%s", first != NULL ? json_string_value(first) : "");
    return count;
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

FIBER_TEST(owners_are_created_changed_listed_and_see_themselves)
{
    struct answer made =
        ask_post(post_owner, .body = "{'name':' Айгуль ','phone':'8 701 123-45-67','language':'kk',"
                                     "'payment_info':' Kaspi +7 701 123 45 67 '}");
    ck_status(made, 201);
    ck_text(made.json, "name", "Айгуль");
    ck_text(made.json, "phone", "+77011234567");
    ck_text(made.json, "language", "kz");
    ck_text(made.json, "payment_info", "Kaspi +7 701 123 45 67");
    ck_assert(json_equal(ask_get(get_owner, .id = made.id).json, made.json));
    struct answer changed =
        ck_status(ask_patch(patch_owner, .id = made.id, .if_match = made.etag,
                            .body = "{'phone':null,'notify':false,'payment_info':null}"),
                  200);
    ck_assert(json_equal(ask_get(get_owner, .id = made.id).json, changed.json));
    ck_status(ask_get(get_owner, .caller = &stand_owner, .id = made.id), 404);
    ck_status(ask_get(get_owner, .caller = &stand_other, .id = made.id), 404);
    ck_status(ask_get(get_owners, .caller = &stand_guest), 403);
    struct answer all = ask_get(get_owners, .params = "limit=1");
    ck_count(all.json, "items", 1);
    const char *cursor = text_at(all.json, "next_cursor");
    struct answer next = ask_get(get_owners, .params = textf("limit=1&cursor=%s", cursor));
    ck_count(next.json, "items", 1);
    ck_assert(json_is_null(json_object_get(next.json, "next_cursor")));
    struct answer own = ask_get(get_owners, .caller = &stand_owner);
    ck_count(own.json, "items", 1);
}
