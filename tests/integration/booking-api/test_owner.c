// SPDX-License-Identifier: MIT
/* Owners on PostgreSQL: what is written is read back, by callers who may see it. */
#include "handlers/handlers.h"
#include "stand.h"
#include "support/test.h"

static void begin(void)
{
    stand_begin("test_owner");
}

TEST_CASE("owners", .setup = begin, .teardown = stand_end);

STAND_TEST(owners_are_created_changed_listed_and_see_themselves)
{
    struct answer made = stand_ask(&(struct ask){
        .handler = post_owner,
        .method = HTTP_POST,
        .body = "{\"name\":\" Айгуль \",\"phone\":\"8 701 123-45-67\",\"language\":\"kk\","
                "\"payment_info\":\" Kaspi +7 701 123 45 67 \"}"});
    ck_status(made, 201);
    ck_assert_str_eq(json_string_value(json_object_get(made.json, "name")), "Айгуль");
    ck_assert_str_eq(json_string_value(json_object_get(made.json, "phone")), "+77011234567");
    ck_assert_str_eq(json_string_value(json_object_get(made.json, "language")), "kz");
    ck_assert_str_eq(json_string_value(json_object_get(made.json, "payment_info")),
                     "Kaspi +7 701 123 45 67");
    struct answer paid_to = stand_ask(&(struct ask){.handler = get_owner, .id = made.id});
    ck_assert(json_equal(paid_to.json, made.json));
    answer_drop(&paid_to);
    struct answer changed =
        stand_ask(&(struct ask){.handler = patch_owner,
                                .method = HTTP_PATCH,
                                .id = made.id,
                                .if_match = made.etag,
                                .body = "{\"phone\":null,\"notify\":false,\"payment_info\":null}"});
    ck_status(changed, 200);
    struct answer read = stand_ask(&(struct ask){.handler = get_owner, .id = made.id});
    ck_assert(json_equal(read.json, changed.json));
    struct answer other =
        stand_ask(&(struct ask){.handler = get_owner, .caller = &stand_owner, .id = made.id});
    ck_status(other, 404);
    struct answer tenant =
        stand_ask(&(struct ask){.handler = get_owner, .caller = &stand_other, .id = made.id});
    ck_status(tenant, 404);
    struct answer guest = stand_ask(&(struct ask){.handler = get_owners, .caller = &stand_guest});
    ck_status(guest, 403);
    struct answer all = stand_ask(&(struct ask){.handler = get_owners, .query = {{"limit", "1"}}});
    ck_assert_uint_eq(json_array_size(json_object_get(all.json, "items")), 1);
    const char *cursor = json_string_value(json_object_get(all.json, "next_cursor"));
    struct answer next = stand_ask(&(struct ask){
        .handler = get_owners, .query = {{"limit", "1"}, {"cursor", cursor}}
    });
    ck_assert_uint_eq(json_array_size(json_object_get(next.json, "items")), 1);
    ck_assert(json_is_null(json_object_get(next.json, "next_cursor")));
    struct answer own = stand_ask(&(struct ask){.handler = get_owners, .caller = &stand_owner});
    ck_assert_uint_eq(json_array_size(json_object_get(own.json, "items")), 1);
    answer_drop(&made);
    answer_drop(&changed);
    answer_drop(&read);
    answer_drop(&other);
    answer_drop(&tenant);
    answer_drop(&guest);
    answer_drop(&all);
    answer_drop(&next);
    answer_drop(&own);
}

/* Returns the number of listed owners with this account, and the name of the first. */
static size_t of_account(const char *telegram_id, char name[64])
{
    struct answer found =
        stand_ask(&(struct ask){.handler = get_owners, .query = {{"telegram_id", telegram_id}}});
    ck_status(found, 200);
    const json_t *items = json_object_get(found.json, "items");
    const json_t *first = json_object_get(json_array_get(items, 0), "name");
    const size_t count = json_array_size(items);
    snprintf(name, 64, "%s", first != NULL ? json_string_value(first) : "");
    answer_drop(&found);
    return count;
}

STAND_TEST(owner_is_found_by_telegram_account)
{
    char name[64];

    struct answer made =
        stand_ask(&(struct ask){.handler = post_owner,
                                .method = HTTP_POST,
                                .body = "{\"name\":\"Айгуль\",\"telegram_id\":4503599627370496}"});
    ck_status(made, 201);
    ck_assert_uint_eq(of_account("4503599627370496", name), 1);
    ck_assert_str_eq(name, "Айгуль");
    ck_assert_uint_eq(of_account("77", name), 0);
    struct answer bad =
        stand_ask(&(struct ask){.handler = get_owners, .query = {{"telegram_id", "0"}}});
    ck_status(bad, 422);
    answer_drop(&made);
    answer_drop(&bad);
}
