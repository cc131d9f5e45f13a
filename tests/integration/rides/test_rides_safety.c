// SPDX-License-Identifier: MIT
/* Links to follow a ride, calls for help, and where the car is. */
#include <string.h>

#include "asks.h"
#include "handlers/ride_handlers.h"

static void begin(void)
{
    stand_begin("test_rides_safety");
}

static struct answer share(const struct api_caller *caller)
{
    return stand_ask(&(struct ask){.handler = share_ride,
                                   .caller = caller,
                                   .method = HTTP_POST,
                                   .id = stand_ride,
                                   .action = true});
}

static struct answer unshare(const struct api_caller *caller)
{
    return stand_status(&(struct ask){
        .handler = unshare_ride, .caller = caller, .method = HTTP_DELETE, .id = stand_ride});
}

static struct answer follow(const char *token)
{
    return stand_ask(&(struct ask){.handler = get_shared, .id = token});
}

static int follow_status(const char *token)
{
    return stand_status(&(struct ask){.handler = get_shared, .id = token}).status;
}

/* The token of a new link. */
static void new_token(char token[32])
{
    struct answer made = share(&stand_guest);
    const char *url = json_string_value(json_object_get(made.json, "url"));

    ck_status(made, 201);
    ck_assert(strncmp(url, "/v1/shared/", 11) == 0);
    ck_assert_uint_eq(strlen(url + 11), 22);
    snprintf(token, 32, "%s", url + 11);
    answer_drop(&made);
}

static void share_body(void *data)
{
    (void)data;
    char tokens[7][32];

    stand_ride_take(2);
    ck_refused(stand_act(share_ride, &stand_guest, stand_ride, NULL), 409, "already_held");
    stand_ride_confirm();
    ck_refused(stand_act(share_ride, &stand_driver, stand_ride, NULL), 403, "forbidden");
    ck_refused(stand_act(share_ride, &stand_guest8, stand_ride, NULL), 404, "not_found");
    ck_refused(unshare(&stand_guest), 404, "not_found");
    for (int i = 0; i < 6; i++)
        new_token(tokens[i]);
    ck_assert_int_eq(follow_status(tokens[0]), 404);
    for (int i = 1; i < 6; i++)
        ck_assert_int_eq(follow_status(tokens[i]), 200);

    struct answer seen = follow(tokens[5]);
    ck_assert_str_eq(stand_word(&seen, "driver", "name"), "Асхат");
    ck_assert_str_eq(stand_word(&seen, "car", "plate"), "777ABC05");
    ck_assert_uint_eq(json_array_size(json_object_get(seen.json, "stops")), 2);
    char *text = json_dumps(seen.json, 0);
    ck_assert_ptr_null(strstr(text, "7654321"));
    ck_assert_ptr_null(strstr(text, "0000001"));
    ck_assert_ptr_null(strstr(text, "Айгуль"));
    ck_assert_ptr_null(strstr(text, "almaty"));
    free(text);
    answer_drop(&seen);

    ck_assert_int_eq(stand_number("SELECT count(*) FROM ride_share WHERE position("
                                  "convert_to('%s', 'UTF8') IN token_hash) > 0",
                                  tokens[5]),
                     0);
    ck_assert_int_eq(follow_status("AAAAAAAAAAAAAAAAAAAAAA"), 404);
    ck_assert_int_eq(follow_status("short"), 404);
    ck_refused(unshare(&stand_driver), 403, "forbidden");
    ck_status(unshare(&stand_guest), 204);
    ck_assert_int_eq(follow_status(tokens[5]), 404);
    ck_refused(unshare(&stand_guest), 404, "not_found");
    stand_traces();
}

START_TEST(a_link_shows_a_ride_until_it_is_ended_and_five_live_at_once)
{
    stand_run(share_body, NULL);
}
END_TEST

static void kept_body(void *data)
{
    (void)data;
    stand_ride_take(2);
    stand_ride_confirm();
    struct answer first = share(&stand_guest), again = share(&stand_guest);
    ck_assert_str_ne(json_string_value(json_object_get(first.json, "url")),
                     json_string_value(json_object_get(again.json, "url")));
    ck_assert_int_eq(
        stand_number("SELECT count(*) FROM ride_share WHERE ride_id = '%s'", stand_ride), 2);
    answer_drop(&first);
    answer_drop(&again);
}

START_TEST(each_link_has_its_own_token)
{
    stand_run(kept_body, NULL);
}
END_TEST

static void end_body(void *data)
{
    (void)data;
    char token[32];

    stand_ride_take(2);
    stand_ride_confirm();
    new_token(token);
    ck_status(stand_act(cancel_ride, &stand_guest, stand_ride, NULL), 200);
    struct answer seen = follow(token);
    ck_assert_str_eq(json_string_value(json_object_get(seen.json, "status")), "cancelled");
    ck_assert(json_is_null(json_object_get(json_object_get(seen.json, "car"), "plate")));
    answer_drop(&seen);
    /* Its arrival was six hours ago. */
    stand_sql("UPDATE trip_leg SET departs_at = now() - interval '9 hours',"
              " arrives_at = now() - interval '359 minutes' WHERE trip_id = '%s'",
              stand_trip);
    ck_assert_int_eq(follow_status(token), 200);
    stand_sql("UPDATE trip_leg SET arrives_at = now() - interval '6 hours' WHERE trip_id = '%s'",
              stand_trip);
    ck_assert_int_eq(follow_status(token), 404);
}

START_TEST(a_link_shows_no_plate_of_a_cancelled_ride_and_ends_six_hours_behind_the_arrival)
{
    stand_run(end_body, NULL);
}
END_TEST

static struct answer sos(const struct api_caller *caller, const char *body)
{
    return stand_ask(&(struct ask){.handler = post_sos,
                                   .caller = caller,
                                   .method = HTTP_POST,
                                   .id = stand_ride,
                                   .body = body,
                                   .action = true});
}

static void sos_body(void *data)
{
    (void)data;
    stand_ride_take(0.3);
    ck_refused(stand_act(post_sos, &stand_guest, stand_ride, NULL), 409, "already_held");
    stand_ride_confirm();
    ck_refused(stand_act(post_sos, &stand_guest8, stand_ride, NULL), 404, "not_found");
    ck_refused(stand_act(post_sos, NULL, stand_ride, NULL), 403, "forbidden");
    ck_status(
        stand_act(post_sos, &stand_guest, stand_ride, "{\"location\":{\"lat\":91,\"lon\":77}}"),
        422);
    struct answer first = sos(&stand_guest, NULL);
    ck_status(first, 201);
    ck_assert_uint_eq(json_array_size(json_object_get(first.json, "call")), 3);
    struct answer again = sos(&stand_guest, "{\"location\":{\"lat\":43.2567,\"lon\":76.9286}}");
    struct answer other = sos(&stand_driver, NULL);
    ck_status(again, 201);
    ck_assert_str_eq(again.id, first.id);
    ck_assert_str_ne(other.id, first.id);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM sos WHERE lat = 43.2567"), 1);
    stand_sql("UPDATE sos SET created_at = now() - interval '61 seconds' WHERE id = '%s'",
              first.id);
    struct answer later = sos(&stand_guest, NULL);
    ck_assert_str_ne(later.id, first.id);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM outbox WHERE type = 'ride.sos'"), 3);
    /* Seconds of a time follow a colon. */
    ck_assert_int_eq(
        stand_number("SELECT count(*) FROM outbox WHERE data::text ~ '[^:0-9]43[.]25'"), 0);

    const struct ask list = {.handler = get_sos, .id = stand_ride};
    struct answer seen = stand_ask(&list);
    ck_assert_uint_eq(json_array_size(json_object_get(seen.json, "items")), 3);
    ck_refused(
        stand_status(&(struct ask){.handler = get_sos, .caller = &stand_guest, .id = stand_ride}),
        403, "forbidden");
    ck_refused(stand_act(answer_sos, &stand_guest, stand_ride, NULL), 403, "forbidden");
    ck_status(stand_act(answer_sos, NULL, stand_ride, NULL), 200);
    ck_status(stand_act(answer_sos, NULL, stand_ride, NULL), 200);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM sos WHERE answered_at IS NULL"), 0);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM outbox WHERE type = 'ride.sos_answered'"),
                     3);
    answer_drop(&first);
    answer_drop(&again);
    answer_drop(&other);
    answer_drop(&later);
    answer_drop(&seen);
    stand_traces();
}

START_TEST(a_call_for_help_is_one_for_a_minute_and_staff_answer_it)
{
    stand_run(sos_body, NULL);
}
END_TEST

static void actions_body(void *data)
{
    (void)data;
    stand_ride_take(2);
    stand_ride_confirm();
    struct answer guest = stand_see(&stand_guest, stand_ride),
                  driver = stand_see(&stand_driver, stand_ride);
    ck_assert(stand_may(&guest, "share") && stand_may(&guest, "sos"));
    ck_assert(!stand_may(&driver, "share") && stand_may(&driver, "sos"));
    answer_drop(&guest);
    answer_drop(&driver);
}

START_TEST(both_sides_are_offered_what_they_may_do)
{
    stand_run(actions_body, NULL);
}
END_TEST

/* --- where the car is --- */

static struct answer put_point(const struct api_caller *caller, const char *id, double lat,
                               int minutes_ago)
{
    char body[160];

    snprintf(body, sizeof body, "{\"location\":{\"lat\":%.4f,\"lon\":%.4f},\"at\":\"%s\"}", lat,
             lat == 0 ? 0 : 76.9286,
             stand_text("SELECT to_char((now() - %d * interval '1 minute') AT TIME ZONE 'UTC',"
                        " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
                        minutes_ago));
    return stand_ask(&(struct ask){
        .handler = put_location, .caller = caller, .method = HTTP_PUT, .id = id, .body = body});
}

static int point_status(const struct api_caller *caller, const char *id, double lat,
                        int minutes_ago)
{
    struct answer answer = put_point(caller, id, lat, minutes_ago);

    answer_drop(&answer);
    return answer.status;
}

static int seen_status(const struct api_caller *caller)
{
    return stand_status(&(struct ask){.handler = get_location, .caller = caller, .id = stand_ride})
        .status;
}

static double lat_of(const json_t *object)
{
    return json_number_value(json_object_get(json_object_get(object, "location"), "lat"));
}

static void location_body(void *data)
{
    (void)data;
    const char *driver = stand_driver_id();
    char token[32];

    stand_ride_take(1.5);
    stand_ride_confirm();
    new_token(token);
    ck_assert_int_eq(point_status(&stand_driver, driver, 43.2567, 0), 409);
    stand_sql("UPDATE trip SET departs_at = now() + interval '50 minutes', busy ="
              " tstzrange(now() + interval '50 minutes', upper(busy)) WHERE id = '%s'",
              stand_trip);
    ck_assert_int_eq(point_status(&stand_guest, driver, 43.2567, 0), 404);
    ck_assert_int_eq(point_status(&stand_other, driver, 43.2567, 0), 404);
    ck_assert_int_eq(point_status(&stand_driver, driver, 0, 0), 422);
    ck_assert_int_eq(point_status(&stand_driver, driver, 43.2567, -2), 422);
    ck_assert_int_eq(point_status(&stand_driver, driver, 43.2567, 1), 200);
    struct answer older = put_point(&stand_driver, driver, 50.0, 5);
    ck_status(older, 200);
    ck_assert_double_eq(lat_of(older.json), 43.2567);
    answer_drop(&older);

    /* The passenger's own departure is two hours and a half away. */
    ck_assert_int_eq(seen_status(&stand_guest), 404);
    stand_sql("UPDATE trip_leg SET departs_at = now() + interval '59 minutes' WHERE from_stop = 1"
              " AND trip_id = '%s'",
              stand_trip);
    ck_assert_int_eq(seen_status(&stand_guest), 200);
    ck_assert_int_eq(seen_status(&stand_guest8), 404);
    struct answer followed = follow(token);
    ck_assert_double_eq(lat_of(json_object_get(followed.json, "place")), 43.26);
    answer_drop(&followed);

    /* Finished 59 minutes ago, then an hour. */
    stand_sql("UPDATE trip SET status = 'finished' WHERE id = '%s'", stand_trip);
    stand_sql("INSERT INTO trip_history (trip_id, version, at, from_status, to_status, actor)"
              " VALUES ('%s', 99, now() - interval '59 minutes', 'started', 'finished', 'system')",
              stand_trip);
    ck_assert_int_eq(seen_status(NULL), 200);
    ck_assert_int_eq(point_status(&stand_driver, driver, 43.2567, 0), 409);
    stand_sql("UPDATE trip_history SET at = now() - interval '1 hour' WHERE version = 99");
    ck_assert_int_eq(seen_status(NULL), 404);
}

START_TEST(a_place_is_taken_and_shown_while_it_is_needed_and_older_ones_are_left)
{
    stand_run(location_body, NULL);
}
END_TEST

static void ck_point_goes_to(const char *trip_id)
{
    stand_sql("DELETE FROM trip_location");
    ck_assert_int_eq(point_status(&stand_driver, stand_driver_id(), 43.2567, 0), 200);
    ck_assert_int_eq(
        stand_number("SELECT count(*) FROM trip_location WHERE trip_id = '%s'", trip_id), 1);
}

/* `arrived` minutes ago. */
static void set_started(const char *trip_id, int arrived)
{
    stand_sql("UPDATE trip SET status = 'started', departs_at = now() - interval '5 hours',"
              " arrives_at = now() - %d * interval '1 minute', busy = tstzrange("
              "  now() - interval '5 hours', now() + (30 - %d) * interval '1 minute')"
              " WHERE id = '%s'",
              arrived, arrived, trip_id);
}

static void current_body(void *data)
{
    char old[40];

    (void)data;
    stand_publish(0.9, "");
    snprintf(old, sizeof old, "%s", stand_trip);
    set_started(old, 60);
    ck_point_goes_to(old);
    stand_publish(0.9, "");
    ck_point_goes_to(stand_trip);
    set_started(old, -10);
    ck_point_goes_to(old);
    set_started(old, 60);
    stand_sql("UPDATE trip SET status = 'started' WHERE id = '%s'", stand_trip);
    ck_point_goes_to(stand_trip);
}

START_TEST(a_place_is_of_the_trip_under_way_and_not_of_one_that_nobody_has_finished)
{
    stand_run(current_body, NULL);
}
END_TEST

/* Ten taps at once are one call. */
static void tap(void *data)
{
    (void)data;
    ck_status(stand_act(post_sos, &stand_guest, stand_ride, NULL), 201);
}

static void race_body(void *data)
{
    (void)data;
    stand_ride_take(0.3);
    stand_ride_confirm();
    for (int i = 0; i < 10; i++)
        stand_go(tap, NULL);
}

START_TEST(taps_at_the_same_moment_are_one_call)
{
    stand_run(race_body, NULL);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM sos"), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rides_safety");
    TCase *tests = tcase_create("safety");

    tcase_add_checked_fixture(tests, begin, stand_end);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_link_shows_a_ride_until_it_is_ended_and_five_live_at_once);
    tcase_add_test(tests, each_link_has_its_own_token);
    tcase_add_test(tests,
                   a_link_shows_no_plate_of_a_cancelled_ride_and_ends_six_hours_behind_the_arrival);
    tcase_add_test(tests, a_call_for_help_is_one_for_a_minute_and_staff_answer_it);
    tcase_add_test(tests, a_place_is_taken_and_shown_while_it_is_needed_and_older_ones_are_left);
    tcase_add_test(tests, a_place_is_of_the_trip_under_way_and_not_of_one_that_nobody_has_finished);
    tcase_add_test(tests, both_sides_are_offered_what_they_may_do);
    tcase_add_test(tests, taps_at_the_same_moment_are_one_call);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
