// SPDX-License-Identifier: MIT
/* Links to follow a ride, calls for help, and car positions. */

#include "handlers/ride_handlers.h"
#include "requests.h"

static int follow_status(const char *token)
{
    return ask_get(get_shared, .id = token).status;
}

/* Creates a link and copies its token. */
static void new_token(char token[32])
{
    struct answer made = ask_action(share_ride, .caller = &rides_guest, .id = last_ride);
    const char *url = text_at(made.json, "url");

    ck_status(made, 201);
    ck_assert(strncmp(url, "/v1/shared/", 11) == 0);
    ck_assert_uint_eq(strlen(url + 11), 22);
    snprintf(token, 32, "%s", url + 11);
}

TEST_CASE("rides_safety", .setup = rides_begin, .teardown = stand_end);

FIBER_TEST(share_link_works_until_ended_and_five_are_live)
{
    char tokens[7][32];

    order_new_ride(2);
    ck_refused(post_action(share_ride, &rides_guest, last_ride, NULL), 409, "already_held");
    confirm_last_ride();
    ck_refused(post_action(share_ride, &rides_driver, last_ride, NULL), 403, "forbidden");
    ck_refused(post_action(share_ride, &rides_guest8, last_ride, NULL), 404, "not_found");
    ck_refused(ask_delete(unshare_ride, .caller = &rides_guest, .id = last_ride), 404, "not_found");
    for (int i = 0; i < 6; i++)
        new_token(tokens[i]);
    ck_assert_int_eq(follow_status(tokens[0]), 404);
    for (int i = 1; i < 6; i++)
        ck_assert_int_eq(follow_status(tokens[i]), 200);

    struct answer seen = ask_get(get_shared, .id = tokens[5]);
    ck_text(seen.json, "driver.name", "Асхат");
    ck_text(seen.json, "car.plate", "777ABC05");
    ck_count(seen.json, "stops", 2);
    char *text = json_dumps(seen.json, 0);
    ck_assert_ptr_null(strstr(text, "7654321"));
    ck_assert_ptr_null(strstr(text, "0000001"));
    ck_assert_ptr_null(strstr(text, "Айгуль"));
    ck_assert_ptr_null(strstr(text, "almaty"));
    free(text);

    ck_rows(0, "ride_share WHERE position(convert_to('%s', 'UTF8') IN token_hash) > 0", tokens[5]);
    ck_assert_int_eq(follow_status("AAAAAAAAAAAAAAAAAAAAAA"), 404);
    ck_assert_int_eq(follow_status("short"), 404);
    ck_refused(ask_delete(unshare_ride, .caller = &rides_driver, .id = last_ride), 403,
               "forbidden");
    ck_status(ask_delete(unshare_ride, .caller = &rides_guest, .id = last_ride), 204);
    ck_assert_int_eq(follow_status(tokens[5]), 404);
    ck_refused(ask_delete(unshare_ride, .caller = &rides_guest, .id = last_ride), 404, "not_found");
    ck_ride_traces();
}

FIBER_TEST(share_link_hides_plate_and_expires_six_hours_after_arrival)
{
    char token[32];

    order_new_ride(2);
    confirm_last_ride();
    new_token(token);
    ck_status(post_action(cancel_ride, &rides_guest, last_ride, NULL), 200);
    struct answer seen = ask_get(get_shared, .id = token);
    ck_text(seen.json, "status", "cancelled");
    ck_assert(json_is_null(value_at(seen.json, "car.plate")));
    /* The arrival was six hours ago. */
    stand_sql("UPDATE trip_leg SET departs_at = now() - interval '9 hours',"
              " arrives_at = now() - interval '359 minutes' WHERE trip_id = '%s'",
              last_trip);
    ck_assert_int_eq(follow_status(token), 200);
    stand_sql("UPDATE trip_leg SET arrives_at = now() - interval '6 hours' WHERE trip_id = '%s'",
              last_trip);
    ck_assert_int_eq(follow_status(token), 404);
}

static const struct {
    http_handler *handler;
    enum http_method method;
    const struct api_caller *caller;
    const char *body;
    int status; /* with the current version */
} changes[] = {
    {share_ride,     HTTP_POST,   &rides_guest,  NULL,                            201},
    {unshare_ride,   HTTP_DELETE, &rides_guest,  NULL,                            204},
    {post_sos,       HTTP_POST,   &rides_driver, NULL,                            201},
    {answer_sos,     HTTP_POST,   NULL,          NULL,                            200},
    {post_rating,    HTTP_POST,   &rides_guest,  "{'stars':5}",                   201},
    {post_complaint, HTTP_POST,   &rides_guest,  "{'about':'other','text':'А'}", 201},
};

FIBER_TEST(changes_beside_the_ride_honour_if_match)
{
    order_new_ride(2);
    confirm_last_ride();
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        if (changes[i].handler == post_rating)
            stand_sql("UPDATE ride SET status = 'completed', ended_at = now()");
        struct ask ask = {.handler = changes[i].handler,
                          .method = changes[i].method,
                          .caller = changes[i].caller,
                          .id = last_ride,
                          .body = changes[i].body,
                          .if_match = "\"0\"",
                          .action = changes[i].body == NULL};
        ck_refused(stand_ask(&ask), 412, "version_mismatch");
        ask.if_match = stand_text("SELECT '\"' || version || '.x\"' FROM ride");
        ck_status(stand_ask(&ask), changes[i].status);
    }
}

static struct answer sos(const struct api_caller *caller, const char *body)
{
    return ask_action(post_sos, .caller = caller, .id = last_ride, .body = body);
}

FIBER_TEST(repeated_sos_within_a_minute_is_one_call)
{
    order_new_ride(0.3);
    ck_refused(post_action(post_sos, &rides_guest, last_ride, NULL), 409, "already_held");
    confirm_last_ride();
    ck_refused(post_action(post_sos, &rides_guest8, last_ride, NULL), 404, "not_found");
    ck_refused(post_action(post_sos, NULL, last_ride, NULL), 403, "forbidden");
    ck_status(post_action(post_sos, &rides_guest, last_ride, "{'location':{'lat':91,'lon':77}}"),
              422);
    struct answer first = ck_status(sos(&rides_guest, NULL), 201);
    ck_count(first.json, "call", 3);
    struct answer again = sos(&rides_guest, "{'location':{'lat':43.2567,'lon':76.9286}}");
    struct answer other = sos(&rides_driver, NULL);
    ck_status(again, 201);
    ck_assert_str_eq(again.id, first.id);
    ck_assert_str_ne(other.id, first.id);
    ck_rows(1, "sos WHERE lat = 43.2567");
    stand_sql("UPDATE sos SET created_at = now() - interval '61 seconds' WHERE id = '%s'",
              first.id);
    struct answer later = sos(&rides_guest, NULL);
    ck_assert_str_ne(later.id, first.id);
    ck_rows(3, "outbox WHERE type = 'ride.sos'");
    /* Two digits after a colon would be seconds. */
    ck_rows(0, "outbox WHERE data::text ~ '[^:0-9]43[.]25'");

    const struct ask list = {.handler = get_sos, .id = last_ride};
    struct answer seen = stand_ask(&list);
    ck_count(seen.json, "items", 3);
    ck_refused(ask_get(get_sos, .caller = &rides_guest, .id = last_ride), 403, "forbidden");
    ck_refused(post_action(answer_sos, &rides_guest, last_ride, NULL), 403, "forbidden");
    ck_status(post_action(answer_sos, NULL, last_ride, NULL), 200);
    ck_status(post_action(answer_sos, NULL, last_ride, NULL), 200);
    ck_rows(0, "sos WHERE answered_at IS NULL");
    ck_rows(3, "outbox WHERE type = 'ride.sos_answered'");
    ck_ride_traces();
}

FIBER_TEST(sos_after_an_answer_is_a_new_call)
{
    order_new_ride(0.3);
    confirm_last_ride();
    const struct answer first = ck_status(sos(&rides_guest, NULL), 201);
    ck_status(post_action(answer_sos, NULL, last_ride, NULL), 200);
    const struct answer again = ck_status(sos(&rides_guest, NULL), 201);
    ck_assert_str_ne(again.id, first.id);
    ck_rows(1, "sos WHERE answered_at IS NULL");
    ck_rows(2, "outbox WHERE type = 'ride.sos'");
}

/* --- car positions --- */

/* `place` names the position in a body. */
static struct answer put_place(const struct api_caller *caller, const char *id, const char *place,
                               int minutes_ago)
{
    const char *body =
        textf("{%s,'at':'%s'}", place,
              stand_text("SELECT to_char((now() - %d * interval '1 minute') AT TIME ZONE 'UTC',"
                         " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
                         minutes_ago));

    return ask_put(put_location, .caller = caller, .id = id, .body = body);
}

static struct answer put_position(const struct api_caller *caller, const char *id, double lat,
                                  int minutes_ago)
{
    return put_place(caller, id,
                     textf("'location':{'lat':%.4f,'lon':%.4f}", lat, lat == 0 ? 0 : 76.9286),
                     minutes_ago);
}

static int position_status(const struct api_caller *caller, const char *id, double lat,
                           int minutes_ago)
{
    struct answer answer = put_position(caller, id, lat, minutes_ago);

    return answer.status;
}

static int seen_status(const struct api_caller *caller)
{
    return ask_get(get_location, .caller = caller, .id = last_ride).status;
}

static double lat_of(const json_t *object)
{
    return json_number_value(value_at(object, "location.lat"));
}

FIBER_TEST(location_is_shown_while_needed_and_older_points_are_ignored)
{
    const char *driver = rides_driver_id();
    char token[32];

    order_new_ride(1.5);
    confirm_last_ride();
    new_token(token);
    ck_assert_int_eq(position_status(&rides_driver, driver, 43.2567, 0), 409);
    stand_sql("UPDATE trip SET departs_at = now() + interval '50 minutes', busy ="
              " tstzrange(now() + interval '50 minutes', upper(busy)) WHERE id = '%s'",
              last_trip);
    ck_assert_int_eq(position_status(&rides_guest, driver, 43.2567, 0), 404);
    ck_assert_int_eq(position_status(&stand_other, driver, 43.2567, 0), 404);
    ck_assert_int_eq(position_status(&rides_driver, driver, 0, 0), 422);
    ck_assert_int_eq(position_status(&rides_driver, driver, 43.2567, -2), 422);
    ck_assert_int_eq(position_status(&rides_driver, driver, 43.2567, 1), 200);
    struct answer older = ck_status(put_position(&rides_driver, driver, 50.0, 5), 200);
    ck_assert_double_eq(lat_of(older.json), 43.2567);

    /* The passenger's departure is in two and a half hours. */
    ck_assert_int_eq(seen_status(&rides_guest), 404);
    stand_sql("UPDATE trip_leg SET departs_at = now() + interval '59 minutes' WHERE from_stop = 1"
              " AND trip_id = '%s'",
              last_trip);
    ck_assert_int_eq(seen_status(&rides_guest), 200);
    ck_assert_int_eq(seen_status(&rides_guest8), 404);
    struct answer followed = ask_get(get_shared, .id = token);
    ck_assert_double_eq(lat_of(json_object_get(followed.json, "place")), 43.26);

    /* Finished 59 minutes ago, then an hour ago. */
    stand_sql("UPDATE trip SET status = 'finished' WHERE id = '%s'", last_trip);
    stand_sql("INSERT INTO trip_history (trip_id, version, at, from_status, to_status, actor)"
              " VALUES ('%s', 99, now() - interval '59 minutes', 'started', 'finished', 'system')",
              last_trip);
    ck_assert_int_eq(seen_status(NULL), 200);
    ck_assert_int_eq(position_status(&rides_driver, driver, 43.2567, 0), 409);
    stand_sql("UPDATE trip_history SET at = now() - interval '1 hour' WHERE version = 99");
    ck_assert_int_eq(seen_status(NULL), 404);
}

FIBER_TEST(location_is_an_object_or_two_coordinates)
{
    static const struct {
        const char *place, *code, *field;
    } bad[] = {
        {"'note':1",                                         "unknown_field", "note"        },
        {"'lat':43.25",                                      "required",      "lon"         },
        {"'lon':76.93",                                      "required",      "lat"         },
        {"'lat':90.1,'lon':0",                               "out_of_range",  "lat"         },
        {"'lat':0,'lon':-180.1",                             "out_of_range",  "lon"         },
        {"'lat':'43','lon':76",                              "wrong_type",    "lat"         },
        {"'lat':0,'lon':0",                                  "bad_location",  "location"    },
        {"'location':{'lat':43.25}",                         "required",      "location/lon"},
        {"'location':{'lat':43,'lon':76},'lat':43,'lon':76", "unknown_field", "location"    },
    };

    publish_trip(0.9, "");
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const struct answer refused = put_place(&rides_driver, rides_driver_id(), bad[i].place, 0);
        ck_assert_int_eq(refused.status, 422);
        ck_text(refused.json, "errors.0.code", bad[i].code);
        ck_text(refused.json, "errors.0.field", bad[i].field);
    }
    const struct answer stored = ck_status(
        put_place(&rides_driver, rides_driver_id(), "'lat':43.2567,'lon':76.9286", 0), 200);
    ck_assert_double_eq(lat_of(stored.json), 43.2567);
    ck_assert_double_eq(json_number_value(value_at(stored.json, "location.lon")), 76.9286);
}

static void ck_position_belongs_to(const char *trip_id)
{
    stand_sql("DELETE FROM trip_location");
    ck_assert_int_eq(position_status(&rides_driver, rides_driver_id(), 43.2567, 0), 200);
    ck_rows(1, "trip_location WHERE trip_id = '%s'", trip_id);
}

/* Sets the trip to started, with an arrival `arrived` minutes ago. */
static void set_started(const char *trip_id, int arrived)
{
    stand_sql("UPDATE trip SET status = 'started', departs_at = now() - interval '5 hours',"
              " arrives_at = now() - %d * interval '1 minute', busy = tstzrange("
              "  now() - interval '5 hours', now() + (30 - %d) * interval '1 minute')"
              " WHERE id = '%s'",
              arrived, arrived, trip_id);
}

FIBER_TEST(location_belongs_to_the_current_trip)
{
    publish_trip(0.9, "");
    const char *old = textf("%s", last_trip);
    set_started(old, 60);
    ck_position_belongs_to(old);
    publish_trip(0.9, "");
    ck_position_belongs_to(last_trip);
    set_started(old, -10);
    ck_position_belongs_to(old);
    set_started(old, 60);
    stand_sql("UPDATE trip SET status = 'started' WHERE id = '%s'", last_trip);
    ck_position_belongs_to(last_trip);
}

/* Ten concurrent calls are one. */
static void call_once(void *data)
{
    ck_status(post_action(post_sos, &rides_guest, last_ride, NULL), 201);
}

FIBER_TEST(concurrent_sos_is_one_call)
{
    order_new_ride(0.3);
    confirm_last_ride();
    stand_race(10, call_once);
    ck_rows(1, "sos");
}
