// SPDX-License-Identifier: MIT
/* Ratings and complaints. */

#include "handlers/ride_handlers.h"
#include "requests.h"

static struct answer rate(const struct api_caller *caller, const char *body)
{
    return ask_post(post_rating, .caller = caller, .id = last_ride, .body = body);
}

/* The stars of `side` visible to `caller`; 0: none. */
static int stars(const struct api_caller *caller, const char *side)
{
    struct answer seen = ask_get(get_rating, .caller = caller, .id = last_ride);
    const json_t *rating = json_object_get(seen.json, side);

    ck_status(seen, 200);
    return (int)json_integer_value(json_object_get(rating, "stars"));
}

static void end_ride(const char *status, int days)
{
    stand_sql("UPDATE ride SET status = '%s', ended_at = now() - %d * interval '1 day'"
              " WHERE id = '%s'",
              status, days, last_ride);
}

static long long driver_sum(void)
{
    return stand_number("SELECT 100 * rating_sum + rating_count FROM driver WHERE id = '%s'",
                        rides_driver_id());
}

TEST_CASE("rides_feedback", .setup = rides_begin, .teardown = stand_end);

FIBER_TEST(rating_is_shown_when_both_sides_rated)
{
    order_new_ride(2);
    confirm_last_ride();
    ck_refused(rate(&rides_guest, "{'stars':5}"), 409, "already_confirmed");
    end_ride("completed", 0);
    ck_status(rate(&rides_guest, "{'stars':6}"), 422);
    ck_status(rate(&rides_guest, "{'stars':4,'text':'+77010000001'}"), 422);
    ck_refused(rate(&rides_guest8, "{'stars':5}"), 404, "not_found");
    ck_refused(rate(NULL, "{'stars':5}"), 403, "forbidden");
    ck_status(rate(&rides_guest, "{'stars':4,'tags':['clean','on-time'],'text':'Ок'}"), 201);
    ck_refused(rate(&rides_guest, "{'stars':5}"), 409, "already_rated");
    ck_assert_int_eq(stars(&rides_guest, "guest"), 4);
    ck_assert_int_eq(stars(&rides_driver, "guest"), 0);
    ck_assert_int_eq(stars(NULL, "guest"), 4);
    ck_assert_int_eq(driver_sum(), 0);
    ck_status(rate(&rides_driver, "{'stars':5}"), 201);
    ck_assert_int_eq(stars(&rides_driver, "guest"), 4);
    ck_assert_int_eq(stars(&rides_guest, "driver"), 5);
    ck_assert_int_eq(driver_sum(), 401);
}

FIBER_TEST(single_rating_is_shown_after_a_week)
{
    order_new_ride(2);
    confirm_last_ride();
    end_ride("completed", 6);
    ck_status(rate(&rides_guest, "{'stars':3}"), 201);
    ck_assert_int_eq(stars(&rides_driver, "guest"), 0);
    end_ride("completed", 7);
    ck_assert_int_eq(stars(&rides_driver, "guest"), 3);
    end_ride("completed", 8);
    ck_refused(rate(&rides_driver, "{'stars':3}"), 409, "too_late");
}

/* The number of trips from Almaty to Konaev that the caller finds. */
static size_t count_found(const struct api_caller *caller)
{
    struct answer found = ask_get(get_trips, .caller = caller, .params = "from=almaty&to=konaev");
    const size_t count = count_at(found.json, "items");

    ck_status(found, 200);
    return count;
}

/* The driver requests an open ride. */
static int open_status(http_handler *handler, const char *id, const char *body)
{
    return stand_ask(&(struct ask){.handler = handler,
                                   .caller = &rides_driver,
                                   .method = body == NULL ? HTTP_GET : HTTP_POST,
                                   .id = id,
                                   .body = body})
        .status;
}

static const char *const worst[] = {"guest", "driver", "nobody"};

FIBER_TEST_ROWS(one_star_prevents_further_matches, worst)
{
    const char *by = *row;

    order_new_ride(2);
    confirm_last_ride();
    end_ride("completed", 0);
    ck_assert_uint_eq(count_found(&rides_guest), 1);
    ck_status(rate(&rides_guest, strcmp(by, "guest") == 0 ? "{'stars':1}" : "{'stars':2}"), 201);
    ck_status(rate(&rides_driver, strcmp(by, "driver") == 0 ? "{'stars':1}" : "{'stars':2}"), 201);
    const bool meet = strcmp(by, "nobody") == 0;
    ck_assert_uint_eq(count_found(&rides_guest), meet ? 1 : 0);
    ck_assert_uint_eq(count_found(&rides_guest8), 1);
    ck_assert_uint_eq(count_found(NULL), 1);
    ck_assert_int_eq(ask_get(get_trip, .caller = &rides_guest, .id = last_trip).status,
                     meet ? 200 : 404);
    ck_assert_int_eq(ask_get(get_trip, .caller = &rides_guest8, .id = last_trip).status, 200);
    struct answer open = ck_status(order_open_ride(&rides_guest, 3, ""), 201);
    ck_assert_int_eq(open_status(get_ride, open.id, NULL), meet ? 200 : 404);
    ck_assert_int_eq(open_status(post_offer, open.id,
                                 "{\"price\":{\"amount\":500000,\"currency\":\"KZT\"},"
                                 "\"trip_id\":\"018f0001-0000-7000-8000-000000000001\"}"),
                     meet ? 422 : 404);
    const struct answer again = order_ride(&rides_guest, 0, 1, "", "");
    const struct answer staff = order_ride(NULL, 0, 1, ",'telegram_id':7", "");
    if (meet) {
        ck_status(again, 201);
        return;
    }
    ck_refused(again, 422, "unknown_trip");
    ck_refused(staff, 422, "unknown_trip");
    ck_status(order_ride(&rides_guest8, 0, 1, "", ""), 201);
}

static struct answer complain(const struct api_caller *caller, const char *text)
{
    return ask_post(post_complaint, .caller = caller, .id = last_ride,
                    .body = textf("{'about':'driving','text':'%s'}", text));
}

FIBER_TEST(complaints_are_for_staff_and_limited_to_ten)
{
    order_new_ride(2);
    confirm_last_ride();
    ck_refused(complain(&rides_guest, "Гнал"), 409, "already_confirmed");
    end_ride("no_show", 0);
    for (int i = 0; i < 10; i++)
        ck_status(complain(&rides_guest, "Гнал, +7 701 000-00-01"), 201);
    ck_refused(complain(&rides_guest, "Гнал"), 409, "too_many_complaints");
    ck_status(complain(&rides_driver, "Не пришёл"), 201);
    ck_refused(complain(&rides_guest8, "Гнал"), 404, "not_found");
    struct answer list = ask_get(get_complaints, .id = last_ride);
    ck_count(list.json, "items", 11);
    ck_refused(ask_get(get_complaints, .caller = &rides_driver, .id = last_ride), 403, "forbidden");
    ck_rows(11, "outbox WHERE type = 'ride.complaint'");
    ck_rows(0, "outbox WHERE data::text LIKE '%%Гнал%%'");
    end_ride("cancelled", 8);
    ck_refused(complain(&rides_driver, "Не пришёл"), 409, "too_late");
}
