// SPDX-License-Identifier: MIT
/* Configured routes and their limits on prices of trips. */
#include "handlers/ride_handlers.h"
#include "requests.h"

static struct answer get(const char *from, const char *to)
{
    return ask_get(get_route, .caller = &rides_guest, .params = textf("from=%s&to=%s", from, to));
}

static struct answer put(const struct api_caller *caller, const char *from, const char *to,
                         const char *typical, const char *if_match)
{
    const char *body =
        textf("{'km':280,'minutes':240,'seat_price':{'typical':KZT(%s)},'car_price':KZT(2400000)}",
              typical);

    return ask_put(put_route, .caller = caller, .id = from, .second_id = to, .if_match = if_match,
                   .body = body);
}

TEST_CASE("rides_routes", .setup = rides_begin, .teardown = stand_end);

FIBER_TEST(route_uses_estimate_until_configured)
{
    struct answer usual = ck_status(get("Алматы", "Талдыкорган"), 200);

    ck_assert(json_is_false(json_object_get(usual.json, "set")));
    ck_number(usual.json, "km", 270);

    ck_refused(put(&rides_driver, "almaty", "taldykorgan", "500000", NULL), 403, "forbidden");
    ck_refused(put(NULL, "almaty", "almaty", "500000", NULL), 404, "not_found");
    ck_refused(put(NULL, "almaty", "moscow", "500000", NULL), 404, "not_found");
    ck_status(put(NULL, "almaty", "taldykorgan", "0", NULL), 422);
    ck_status(put(NULL, "almaty", "taldykorgan", "500050", NULL), 422);
    ck_refused(put(NULL, "almaty", "taldykorgan", "500000", "\"1.0\""), 412, "version_mismatch");
    ck_status(put(NULL, "almaty", "taldykorgan", "400000", NULL), 200);
    ck_status(put(NULL, "almaty", "taldykorgan", "500100", "\"1.0\""), 200);
    ck_refused(put(NULL, "almaty", "taldykorgan", "600000", "\"1.0\""), 412, "version_mismatch");

    struct answer set = get("almaty", "taldykorgan");
    ck_assert(json_is_true(json_object_get(set.json, "set")));
    ck_number(set.json, "km", 280);
    const json_t *seat = json_object_get(set.json, "seat_price");
    ck_number(seat, "min.amount", 250100);
    ck_number(seat, "max.amount", 1000200);
    struct answer back = get("taldykorgan", "almaty");
    ck_assert(json_is_false(json_object_get(back.json, "set")));
    ck_rows(2, "audit WHERE resource_type = 'route'");
    struct answer same = get("almaty", "Алматы"), unknown = get("almaty", "Moscow");
    ck_status(same, 422);
    ck_status(unknown, 422);
}

/* Almaty, Konaev, Taldykorgan; the first segment costs 3,000. */
static struct answer publish(const char *second)
{
    char body[1024];

    snprintf(body, sizeof body,
             "{'car_id':'%s','stops':[{'place':'almaty','at':'%s'},{'place':'konaev','at':'%s'},"
             "{'place':'taldykorgan','at':'%s'}],'seats':4,'seat_prices':[KZT(300000),KZT(%s)]}",
             rides_car_id(), stand_text("SELECT (now() + '1 day') AT TIME ZONE 'UTC' || 'Z'"),
             stand_text("SELECT (now() + '26 hours') AT TIME ZONE 'UTC' || 'Z'"),
             stand_text("SELECT (now() + '30 hours') AT TIME ZONE 'UTC' || 'Z'"), second);
    for (char *at = body; (at = strstr(at, " ")) != NULL;)
        *at = 'T';
    return ask_post(post_trip, .caller = &rides_driver, .body = body);
}

FIBER_TEST(trip_prices_stay_within_configured_route_limits)
{
    /* Another tenant's route and the opposite direction do not limit this trip. */
    stand_sql("INSERT INTO route (id, tenant_id, from_place, to_place, km, minutes, seat_price,"
              " car_price) VALUES (gen_random_uuid(), gen_random_uuid(), 'almaty', 'taldykorgan',"
              " 270, 240, 100, 100)");
    ck_status(put(NULL, "taldykorgan", "almaty", "100", NULL), 200);
    ck_status(put(NULL, "almaty", "taldykorgan", "500000", NULL), 200);
    ck_refused(publish("700100"), 422, "price_out_of_bounds");
    ck_status(put(NULL, "konaev", "taldykorgan", "350100", NULL), 200);
    ck_refused(publish("175000"), 422, "price_out_of_bounds");
    ck_status(publish("700000"), 201);
}

static size_t count_of(const char *typed, const char *limit, const char *first)
{
    struct answer found =
        ask_get(get_places, .caller = &rides_guest, .params = textf("limit=%s&q=%s", limit, typed));
    const json_t *items = json_object_get(found.json, "items");
    const size_t count = json_array_size(items);

    ck_status(found, 200);
    if (first != NULL)
        ck_text(items, "0.slug", first);
    return count;
}

FIBER_TEST(places_are_paged_and_searchable)
{
    ck_assert_uint_eq(count_of("алматы", "20", "almaty"), 1);
    ck_assert_uint_eq(count_of("ш", "2", "shymkent"), 2);
    struct answer page = ask_get(get_places, .params = "limit=30");
    const char *cursor = text_at(page.json, "next_cursor");
    ck_count(page.json, "items", 30);
    struct answer rest = ask_get(get_places, .params = textf("limit=100&cursor=%s", cursor));
    ck_assert_uint_ge(count_at(rest.json, "items"), 10);
    ck_assert(json_is_null(json_object_get(rest.json, "next_cursor")));
    ck_refused(ask_get(get_places, .params = textf("q=алм&cursor=%s", cursor)), 422, "bad_cursor");
}
