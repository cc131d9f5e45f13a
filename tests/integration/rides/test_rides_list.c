// SPDX-License-Identifier: MIT
/* Lists of rides on a real PostgreSQL: visibility, history, editing open rides. */
#include "handlers/ride_handlers.h"
#include "requests.h"

/* The ids of a page, each followed by a comma. */
enum { IDS_TEXT = 1024 };

static size_t list(const struct api_caller *caller, const char *name, const char *value,
                   char ids[IDS_TEXT])
{
    const char *params = name != NULL ? textf("%s=%s", name, value) : NULL;
    struct answer answer = ask_get(get_rides, .caller = caller, .params = params);
    const json_t *items = json_object_get(answer.json, "items");
    const size_t count = json_array_size(items);

    ck_status(answer, 200);
    ids[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        strcat(ids, text_at(json_array_get(items, i), "id"));
        strcat(ids, ",");
    }
    return count;
}

static size_t count(const struct api_caller *caller, const char *name, const char *value)
{
    char ids[IDS_TEXT];

    return list(caller, name, value, ids);
}

TEST_CASE("rides_list", .setup = rides_begin, .teardown = stand_end);

FIBER_TEST(ride_list_shows_own_and_open_rides)
{
    struct answer open = order_open_ride(&rides_guest8, 30, "");
    char ids[IDS_TEXT];

    ck_status(open, 201);
    order_new_ride(30);
    ck_assert_uint_eq(list(&rides_guest, NULL, NULL, ids), 1);
    ck_assert_ptr_nonnull(strstr(ids, last_ride));
    ck_assert_uint_eq(list(&rides_guest8, NULL, NULL, ids), 1);
    ck_assert_ptr_nonnull(strstr(ids, open.id));
    ck_assert_uint_eq(count(&rides_guest, "telegram_id", "8"), 0);
    ck_assert_uint_eq(count(&rides_driver, NULL, NULL), 2);
    ck_assert_uint_eq(count(NULL, NULL, NULL), 2);
    ck_assert_uint_eq(count(&stand_other, NULL, NULL), 0);
    struct api_caller stranger = rides_driver;
    stranger.actor_id = uuid_make();
    ck_assert_uint_eq(list(&stranger, NULL, NULL, ids), 1);
    ck_assert_ptr_nonnull(strstr(ids, open.id));
    ck_assert_uint_eq(count(&stranger, "trip_id", last_trip), 0);
    /* Drivers cannot probe for hidden contacts by filters. */
    ck_assert_uint_eq(count(&rides_driver, "telegram_id", "7"), 0);
    ck_assert_uint_eq(count(&rides_driver, "phone", "+77017654321"), 0);
    /* A driver excluded by a rating does not see the ride. */
    stand_sql(
        "INSERT INTO rating (id, tenant_id, ride_id, driver_id, side, stars)"
        " SELECT gen_random_uuid(), tenant_id, id, '%s', 'guest', 1 FROM ride WHERE id = '%s'",
        rides_driver_id(), open.id);
    ck_assert_uint_eq(list(&rides_driver, NULL, NULL, ids), 1);
    ck_assert_ptr_nonnull(strstr(ids, last_ride));
    stand_sql("UPDATE ride SET expires_at = now() WHERE id = '%s'", open.id);
    ck_assert_uint_eq(count(&stranger, NULL, NULL), 0);
    const struct api_caller owner = {.actor = ACTOR_OWN + 1, .scopes = SCOPE_RIDE_READ};
    ck_refused(ask_get(get_rides, .caller = &owner), 403, "forbidden");
}

FIBER_TEST(rides_are_filtered_by_known_fields)
{
    struct answer open = ck_status(order_open_ride(&rides_guest8, 30, ""), 201);

    order_new_ride(80);
    confirm_last_ride();
    stand_sql("UPDATE ride SET code = 'R7K2M9Q0' WHERE id = '%s'", last_ride);
    const char *day = textf(
        "%s",
        stand_text("SELECT (departs_at AT TIME ZONE 'UTC' + interval '5 hours')::date FROM trip_leg"
                   " WHERE trip_id = '%s' AND from_stop = 1 AND to_stop = 2",
                   last_trip));
    const char *typed = textf("r7k2-m9qo");
    const struct {
        const char *name, *value;
        size_t found;
    } rows[] = {
        {"status",      "open,held",              1},
        {"status",      "open",                   1},
        {"status",      "confirmed",              1},
        {"status",      "expired",                0},
        {"status",      "open,boarded",           1},
        {"trip_id",     last_trip,                1},
        {"telegram_id", "8",                      1},
        {"telegram_id", "9",                      0},
        {"phone",       "87017654321",            1},
        {"from",        "konaev",                 1},
        {"to",          "taldykorgan",            2},
        {"to",          "Талдыкорган", 2},
        {"date",        day,                      1},
        {"date",        "2026-01-01",             0},
        {"code",        typed,                    1},
        {"code",        "нет",                 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        ck_assert_msg(count(NULL, rows[i].name, rows[i].value) == rows[i].found, "%s=%s",
                      rows[i].name, rows[i].value);
    ck_assert_uint_eq(count(&rides_driver, "code", typed), 1);
    ck_assert_uint_eq(
        count(&rides_driver, "code", stand_text("SELECT code FROM ride WHERE id = '%s'", open.id)),
        0);
    stand_sql("UPDATE ride SET expires_at = now() WHERE id = '%s'", open.id);
    ck_assert_uint_eq(count(NULL, "status", "expired"), 1);
    ck_assert_uint_eq(count(NULL, "status", "open"), 0);
}

FIBER_TEST(ride_pages_follow_one_another)
{
    struct answer last = {0};

    for (int i = 0; i < 3; i++)
        last = ck_status(order_open_ride(&rides_guest, 30 + i, ""), 201);
    struct answer page = ask_get(get_rides, .caller = &rides_driver, .params = "limit=2");
    ck_count(page.json, "items", 2);
    ck_text(page.json, "items.0.id", last.id);
    const char *cursor = text_at(page.json, "next_cursor");
    struct answer rest =
        ask_get(get_rides, .caller = &rides_driver, .params = textf("limit=2&cursor=%s", cursor));
    ck_count(rest.json, "items", 1);
    ck_assert(json_is_null(json_object_get(rest.json, "next_cursor")));
    /* A cursor is valid only for its list and its reader. */
    ck_refused(ask_get(get_rides, .caller = &rides_guest, .params = textf("cursor=%s", cursor)),
               422, "bad_cursor");
}

FIBER_TEST(open_ride_hides_code_and_note_from_drivers)
{
    struct answer open =
        order_open_ride(&rides_guest8, 30,
                        ",'kind':'parcel','note':'Домофон 12','parcel':{'size':'small',"
                        "'recipient':{'name':'Ержан Бек','phone':'+77017654322'}}");

    ck_status(open, 201);
    struct answer mine = view_ride(&rides_guest8, open.id);
    ck_assert(json_is_string(json_object_get(mine.json, "code")));
    ck_text(mine.json, "note", "Домофон 12");
    struct answer his = ck_status(view_ride(&rides_driver, open.id), 200);
    ck_assert(json_is_null(json_object_get(his.json, "code")));
    ck_assert(json_is_null(json_object_get(his.json, "note")));
    ck_assert_ptr_null(json_object_get(his.json, "recipient"));
    ck_text(his.json, "parcel_size", "small");
}

static struct answer history(const struct api_caller *caller, const char *id)
{
    return ask_get(get_ride_history, .caller = caller, .id = id);
}

FIBER_TEST(history_hides_account_from_driver)
{
    order_new_ride(30);
    confirm_last_ride();
    ck_status(post_action(cancel_ride, &rides_guest, last_ride, "{'reason':'Болею'}"), 200);
    struct answer mine = ck_status(history(&rides_guest, last_ride), 200);
    ck_count(mine.json, "items", 3);
    ck_text(mine.json, "items.0.actor", "guest:7");
    ck_text(mine.json, "items.1.to_status", "confirmed");
    ck_text(mine.json, "items.2.reason", "Болею");
    struct answer part = ask_get(get_ride_history, .id = last_ride, .params = "limit=2");
    const char *cursor = text_at(part.json, "next_cursor");
    struct answer rest =
        ask_get(get_ride_history, .id = last_ride, .params = textf("cursor=%s", cursor));
    ck_text(rest.json, "items.0.to_status", "cancelled");
    struct answer his = ck_status(history(&rides_driver, last_ride), 200);
    ck_text(his.json, "items.0.actor", "guest");
    ck_refused(history(&rides_guest8, last_ride), 404, "not_found");
    struct answer open = order_open_ride(&rides_guest8, 30, "");
    ck_refused(history(&rides_driver, open.id), 404, "not_found");
}

static struct answer edit(const struct api_caller *caller, const char *id, const char *body)
{
    return ask_patch(patch_ride, .caller = caller, .id = id, .body = body);
}

FIBER_TEST(open_ride_price_and_note_can_be_edited)
{
    struct answer open = ck_status(order_open_ride(&rides_guest, 30, ",'note':'С вещами'"), 201);

    ck_status(edit(&rides_guest, open.id, "{'price':KZT(900000)}"), 200);
    ck_sql_text("900000 С вещами 2", "SELECT concat_ws(' ', price, note, version) FROM ride");
    ck_status(edit(NULL, open.id, "{'note':null}"), 200);
    ck_rows(1, "ride WHERE note IS NULL AND price = 900000 AND status = 'open'");
    ck_rows(2, "outbox WHERE type = 'ride.changed'");
    ck_refused(edit(&rides_guest, open.id, "{'note':'+77017654321'}"), 422, "contact_in_text");
    ck_refused(edit(&rides_guest, open.id, "{'seats':2}"), 422, "unknown_field");
    ck_refused(edit(&rides_guest8, open.id, "{'note':'Я'}"), 404, "not_found");
    ck_refused(edit(&rides_driver, open.id, "{'note':'Я'}"), 404, "not_found");
    ck_refused(ask_patch(patch_ride, .caller = &rides_guest, .id = open.id, .if_match = "\"1\"",
                         .body = "{'note':'Я'}"),
               412, "version_mismatch");
    stand_sql("UPDATE ride SET auto_accept = true, version = version");
    ck_refused(edit(&rides_guest, open.id, "{'price':null}"), 422, "required");
    order_new_ride(80);
    ck_refused(edit(&rides_guest, last_ride, "{'note':'Я'}"), 409, "already_held");
}

/* Rides that need staff are listed until handled. */
FIBER_TEST(rides_needing_staff_are_listed_until_handled)
{
    char ids[IDS_TEXT];

    order_new_ride(1);
    confirm_last_ride();
    ck_assert_uint_eq(count(NULL, "needs", "help"), 0);
    ck_status(post_action(post_sos, &rides_guest, last_ride, "{}"), 201);
    ck_assert_uint_eq(list(NULL, "needs", "help", ids), 1);
    ck_assert_ptr_nonnull(strstr(ids, last_ride));
    ck_assert_uint_eq(count(&stand_other, "needs", "help"), 0);
    ck_assert_uint_eq(count(&rides_driver, "needs", "help"), 0);
    ck_assert_uint_eq(count(&rides_guest, "needs", "help"), 0);
    ck_assert_uint_eq(count(NULL, "needs", "settling"), 0);
    ck_status(post_action(answer_sos, NULL, last_ride, "{}"), 200);
    ck_assert_uint_eq(count(NULL, "needs", "help"), 0);

    ck_status(post_action(cancel_ride, &rides_driver, last_ride, "{}"), 200);
    ck_assert_uint_eq(list(NULL, "needs", "settling", ids), 1);
    ck_assert_ptr_nonnull(strstr(ids, last_ride));
    ck_assert_uint_eq(count(&rides_guest8, "needs", "settling"), 0);
    ck_status(post_action(settle_ride, NULL, last_ride, "{'fault':'driver','refund':KZT(0)}"), 200);
    ck_assert_uint_eq(count(NULL, "needs", "settling"), 0);
}

/* A ride that ended while its payment was claimed may have been paid; one that was only held was
 * not. */
FIBER_TEST(claimed_payments_of_ended_rides_are_listed_until_settled)
{
    char ids[IDS_TEXT];

    publish_trip(30, ",'prepayment_percent':20");
    const struct answer claimed = ck_status(order_ride(&rides_guest, 0, 1, "", ""), 201),
                        cancelled = ck_status(order_ride(&rides_guest, 1, 2, "", ""), 201),
                        held = ck_status(order_ride(&rides_guest8, 0, 1, "", ""), 201);
    ck_status(post_action(claim_ride_payment, &rides_guest, claimed.id, NULL), 200);
    ck_status(post_action(claim_ride_payment, &rides_guest, cancelled.id, NULL), 200);
    ck_assert_uint_eq(count(NULL, "needs", "settling"), 0);
    ck_status(post_action(cancel_ride, &rides_guest, cancelled.id, "{}"), 200);
    stand_sql("UPDATE ride SET expires_at = now() WHERE id IN ('%s', '%s')", claimed.id, held.id);
    ck_status(order_ride(&rides_guest8, 1, 2, "", ""), 201); /* ends the overdue ones */
    ck_assert_str_eq(stored_status(held.id), "expired");
    ck_assert_uint_eq(list(NULL, "needs", "settling", ids), 2);
    ck_assert_ptr_nonnull(strstr(ids, claimed.id));
    ck_assert_ptr_nonnull(strstr(ids, cancelled.id));
    ck_status(post_action(settle_ride, NULL, claimed.id, "{'fault':'none','refund':KZT(0)}"), 200);
    ck_assert_uint_eq(list(NULL, "needs", "settling", ids), 1);
    ck_assert_ptr_nonnull(strstr(ids, cancelled.id));
}

FIBER_TEST(open_rides_that_fit_the_driver_are_listed)
{
    struct answer fits = ck_status(order_open_ride(&rides_guest, 30, ",'seats':4"), 201);
    char ids[IDS_TEXT];

    ck_status(order_open_ride(&rides_guest8, 30, ",'seats':5"), 201); /* the car has four */
    ck_assert_uint_eq(list(&rides_driver, "needs", "driver", ids), 1);
    ck_assert_ptr_nonnull(strstr(ids, fits.id));
    ck_assert_uint_eq(count(&rides_guest, "needs", "driver"), 1);
    ck_assert_uint_eq(count(NULL, "needs", "driver"), 2);
    ck_assert_uint_eq(count(&stand_other, "needs", "driver"), 0);
    publish_trip(29.8, ""); /* until after the passenger's window */
    ck_assert_uint_eq(count(&rides_driver, "needs", "driver"), 0);
    ck_status(post_action(cancel_trip, &rides_driver, last_trip, "{}"), 200);
    ck_assert_uint_eq(count(&rides_driver, "needs", "driver"), 1);
    stand_sql("UPDATE ride SET expires_at = now() WHERE id = '%s'", fits.id);
    ck_assert_uint_eq(count(&rides_driver, "needs", "driver"), 0);
    ck_assert_uint_eq(count(NULL, "needs", "driver"), 1);
    ck_status(order_open_ride(&rides_guest, 30, PARCEL), 201);
    ck_assert_uint_eq(count(&rides_driver, "needs", "driver"), 1);
}
