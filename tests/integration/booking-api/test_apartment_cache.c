// SPDX-License-Identifier: MIT
/* Reads of an apartment through the cache: never older than an acknowledged change, never shown to
 * callers who may not see it. Also needs TEST_REDIS_URL. */

#include "handlers/handlers.h"
#include "stand.h"

static struct cache *cache;

static void open_cache(void)
{
    struct cache_entries_options entries;
    struct fault fault = {0};
    const char *url = getenv("TEST_REDIS_URL");
    ck_assert_msg(url != NULL, "TEST_REDIS_URL is not set (tests/support/with-services sets it)");
    cache = cache_create(stand_service()->loop, stand_service()->work, url, &fault);
    ck_assert_msg(cache != NULL, "%s", fault.detail);
    stand_until(cache_usable(cache), "Redis answers");
    cache_entries_defaults(&entries);
    entries.name = "cache:booking-test:2:apartment:";
    stand_app()->apartments = cache_entries_create(stand_service()->loop, cache, &entries, &fault);
    ck_assert_msg(stand_app()->apartments != NULL, "%s", fault.detail);
}

static void close_cache(void)
{
    cache_entries_destroy(stand_app()->apartments);
    cache_destroy(cache);
    stand_app()->apartments = NULL;
}

static struct answer get(const struct api_caller *caller, const char *id)
{
    return ask_get(get_apartment, .caller = caller, .id = id);
}

static int status(const struct api_caller *caller, const char *id)
{
    struct answer answer = get(caller, id);
    return answer.status;
}

static json_int_t rooms(const char *id)
{
    struct answer answer = ck_status(get(NULL, id), 200);
    json_int_t number = number_at(answer.json, "rooms");
    return number;
}

static void patch(const char *id, const char *body)
{
    struct answer answer = ask_patch(patch_apartment, .id = id, .body = body);
    ck_status(answer, 200);
}

static void body(void *data)
{
    open_cache();
    const char *apartment = stand_apartment();
    struct answer plain, first, second;

    first = get(NULL, apartment);
    second = get(NULL, apartment);
    struct cache_entries *apartments = stand_app()->apartments;
    stand_app()->apartments = NULL;
    plain = get(NULL, apartment);
    stand_app()->apartments = apartments;
    ck_assert(json_equal(first.json, plain.json));
    ck_assert(json_equal(second.json, plain.json));
    ck_assert_str_eq(first.etag, plain.etag);
    ck_assert_str_eq(second.etag, plain.etag);

    /* The cache answers, so a change behind its back is not visible at once ... */
    stand_sql("UPDATE apartment SET rooms = 7");
    ck_assert_int_eq(rooms(apartment), 1);
    /* ... but a change through the API is. */
    for (int i = 2; i < 12; i++) {
        char text[32];
        snprintf(text, sizeof text, "{'rooms':%d}", i);
        patch(apartment, text);
        ck_assert_int_eq(rooms(apartment), i);
    }

    ck_assert_int_eq(status(&stand_guest, apartment), 200);
    ck_assert_int_eq(status(&stand_owner, apartment), 200);
    ck_assert_int_eq(status(&stand_other, apartment), 404);
    patch(apartment, "{'is_active':false}");
    ck_assert_int_eq(status(&stand_guest, apartment), 404);
    ck_assert_int_eq(status(&stand_owner, apartment), 200);
    ck_assert_int_eq(status(NULL, apartment), 200);
    close_cache();
}

TEST_CASE("apartment_cache", .setup = stand_begin, .teardown = stand_end);

TEST(cached_apartment_is_as_new_as_the_last_acknowledged_change)
{
    stand_run(body, NULL);
}

/* The cached entry of one reader must not leak to another, in any order of reading. */
FIBER_TEST(cached_apartment_hides_check_in_info_from_guests)
{
    const struct api_caller *const readers[] = {&stand_guest, NULL, &stand_owner, &stand_guest};
    open_cache();
    const char *apartment = stand_apartment();
    for (int round = 0; round < 3; round++) {
        struct answer seen;
        for (size_t i = 0; i < 4; i++) {
            seen = ck_status(get(readers[(i + (size_t)round) % 4], apartment), 200);
            bool shown = json_object_get(seen.json, "check_in_info") != NULL;
            ck_assert(shown == (round == 1 && readers[(i + (size_t)round) % 4] != &stand_guest));
            struct cache_entries *apartments = stand_app()->apartments;
            stand_app()->apartments = NULL;
            struct answer plain = get(readers[(i + (size_t)round) % 4], apartment);
            stand_app()->apartments = apartments;
            ck_assert(json_equal(seen.json, plain.json));
            ck_assert_str_eq(seen.etag, plain.etag);
        }
        patch(apartment, round == 0 ? "{'check_in_info':{'ru':'12#'}}" : "{'check_in_info':null}");
    }
    close_cache();
}
