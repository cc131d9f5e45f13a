// SPDX-License-Identifier: MIT
/* Conflicts: nights of ours that a feed holds too. */
#include "calendars.h"
#include "channels/feed_reader.h"

static void begin(void)
{
    stand_begin();
    calendars_begin();
}

/* Records the events that are due, twice: the second run finds nothing. */
static void announce(void)
{
    struct feed_reader reader = {.service = stand_service()};
    struct fault fault;

    for (int i = 0; i < 2; i++)
        ck_assert_msg(feed_announcer_run(&reader, &fault), "%s", fault.code);
}

static void ck_events(int begun, int ended)
{
    announce();
    ck_assert_int_eq(stand_number("SELECT count(*) FROM outbox WHERE type = 'calendar.conflict'"),
                     begun);
    ck_assert_int_eq(
        stand_number("SELECT count(*) FROM outbox WHERE type = 'calendar.conflict_ended'"), ended);
    ck_rows(0, "(SELECT FROM outbox WHERE resource_type = 'conflict'"
               " GROUP BY resource_id, sequence HAVING count(*) > 1) AS twice");
}

/* The only conflict: its status, and its id. */
static const char *conflict_status(void)
{
    return stand_text("SELECT string_agg(status, ',' ORDER BY id) FROM calendar_conflict");
}

static const char *conflict_id(void)
{
    return stand_text("SELECT id FROM calendar_conflict ORDER BY id DESC LIMIT 1");
}

static struct answer resolve(const struct api_caller *caller, const char *body)
{
    return ask_action(resolve_conflict, .caller = caller, .id = conflict_id(), .body = body);
}

/* A confirmed stay on days 10 and 11, and a feed that holds days 11 and 12. */
static struct {
    const char *apartment, *feed;
    char booking[40];
} given;

static void give_conflict(void)
{
    given.apartment = stand_apartment();
    given.feed = feed_of(given.apartment, "airbnb");
    const struct answer booked = ck_book(&stand_guest, given.apartment, 10, 2);
    snprintf(given.booking, sizeof given.booking, "%s", booked.id);
    ck_act(confirm_booking, NULL, given.booking, "{'phone':'+77011234567','paid':KZT(2000000)}");
    calendar_has("11+2");
    ck_feed(given.apartment, given.feed, "ok", NULL);
}

TEST_CASE("calendar_conflict", .setup = begin, .teardown = calendars_end, .timeout_s = 120);

FIBER_TEST(overlap_is_told_once_and_ours_stays)
{
    give_conflict();
    ck_assert_str_eq(feed_nights(given.apartment), "12");
    ck_assert_str_eq(conflict_status(), "open");
    ck_events(1, 0);
    ck_feed(given.apartment, given.feed, "ok", NULL);
    ck_feed(given.apartment, given.feed, "ok", NULL);
    ck_events(1, 0);
    ck_rows(
        1,
        "outbox WHERE type = 'calendar.conflict' AND data ->> 'booking_id' = '%s'"
        " AND data ->> 'owner_id' IS NOT NULL AND data ->> 'from' = '%s' AND data ->> 'to' = '%s'",
        given.booking, stand_day(11), stand_day(12));
    ck_sql_text("confirmed", "SELECT status FROM occupancy WHERE id = '%s'", given.booking);
    const struct answer list =
        ask_get(get_conflicts, .caller = &stand_owner,
                .params = textf("apartment_id=%s&status=open,kept_ours", given.apartment));
    ck_assert_uint_eq(json_array_size(json_object_get(list.json, "items")), 1);
    ck_assert_uint_eq(json_array_size(json_object_get(
                          ask_get(get_conflicts, .params = "status=gone").json, "items")),
                      0);
}

FIBER_TEST(feed_that_lets_go_ends_the_conflict)
{
    give_conflict();
    calendar_has("12+1 30+2");
    ck_feed(given.apartment, given.feed, "suspect", "shrunken");
    ck_assert_str_eq(conflict_status(), "open");
    ck_status(ask_action(accept_feed, .id = given.apartment, .second_id = given.feed), 200);
    ck_assert_str_eq(conflict_status(), "gone");
    ck_events(1, 1);
    ck_refused(resolve(NULL, "{'keep':'ours'}"), 409, "already_gone");
    /* The same night appears again: another conflict. */
    calendar_has("11+2 30+2");
    ck_feed(given.apartment, given.feed, "ok", NULL);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM calendar_conflict WHERE status = 'open'"),
                     1);
    ck_events(2, 1);
}

FIBER_TEST(nights_that_ours_lets_go_are_taken_for_the_feed_at_once)
{
    give_conflict();
    ck_act(cancel_booking, NULL, given.booking, NULL);
    ck_assert_str_eq(feed_nights(given.apartment), "11 12");
    ck_assert_str_eq(conflict_status(), "gone");
    ck_refused(book(&stand_guest, given.apartment, 11, 1), 409, "nights_taken");
    ck_events(1, 1);
}

FIBER_TEST(stay_moved_away_ends_the_conflict)
{
    give_conflict();
    ck_act(change_booking_dates, NULL, given.booking,
           textf("{'check_in':'%s','check_out':'%s'}", stand_day(20), stand_day(22)));
    ck_assert_str_eq(feed_nights(given.apartment), "11 12");
    ck_assert_str_eq(conflict_status(), "gone");
    ck_events(1, 1);
}

FIBER_TEST(overdue_hold_makes_no_conflict)
{
    const char *apartment = stand_apartment(), *feed = feed_of(apartment, "airbnb");

    ck_book(&stand_guest, apartment, 10, 2);
    stand_sql("UPDATE occupancy SET expires_at = now() - interval '1 second'");
    calendar_has("11+2");
    ck_feed(apartment, feed, "ok", NULL);
    ck_assert_str_eq(feed_nights(apartment), "11 12");
    ck_rows(0, "calendar_conflict");
}

FIBER_TEST(keeping_theirs_cancels_ours_with_its_refund)
{
    give_conflict();
    ck_refused(resolve(&stand_owner, "{'keep':'theirs','expected_refund':KZT(100)}"), 409,
               "refund_changed");
    ck_assert_str_eq(conflict_status(), "open");
    ck_status(resolve(&stand_owner, "{'keep':'theirs','expected_refund':KZT(2000000)}"), 200);
    ck_assert_str_eq(conflict_status(), "kept_theirs");
    ck_sql_text("cancelled", "SELECT status FROM occupancy WHERE id = '%s'", given.booking);
    ck_sql_text("2000000", "SELECT refund FROM booking WHERE id = '%s'", given.booking);
    ck_assert_str_eq(feed_nights(given.apartment), "11 12");
    ck_events(1, 1);
    ck_status(resolve(&stand_owner, "{'keep':'theirs'}"), 200);
    ck_refused(resolve(&stand_owner, "{'keep':'ours'}"), 409, "already_kept_theirs");
    ck_feed(given.apartment, given.feed, "ok", NULL);
    ck_events(1, 1);
    ck_rows(1,
            "outbox WHERE type = 'calendar.conflict_ended' AND data ->> 'status' = 'kept_theirs'");
}

/* The guest is not at fault: the policy, which withholds a part, does not count. */
FIBER_TEST(keeping_theirs_may_return_all_that_was_paid)
{
    static const char full[] = "{'keep':'theirs','refund':'full','expected_refund':KZT(2000000)}";

    give_conflict();
    stand_sql(
        "UPDATE booking SET policy = (SELECT jsonb_build_object('policy', name, 'tiers', tiers)"
        " FROM cancellation_policy WHERE name = 'strict')");
    ck_refused(resolve(&stand_owner, "{'keep':'ours','refund':'full'}"), 422, "contradiction");
    ck_refused(resolve(&stand_owner, "{'keep':'ours','refund':'policy'}"), 422, "contradiction");
    ck_refused(resolve(&stand_owner, "{'keep':'theirs','refund':'half'}"), 422, "unknown_value");
    ck_refused(resolve(&stand_owner, "{'keep':'theirs','expected_refund':KZT(2000000)}"), 409,
               "refund_changed");
    ck_refused(
        resolve(&stand_owner, "{'keep':'theirs','refund':'full','expected_refund':KZT(1000000)}"),
        409, "refund_changed");
    ck_status(resolve(&stand_owner, full), 200);
    ck_rows(1, "booking WHERE fee = 0 AND refund = 2000000 AND id = '%s'", given.booking);
    ck_rows(1, "booking_history WHERE to_status = 'cancelled' AND reason = 'The nights are sold on"
               " another channel; all that was paid is refunded.'");
    ck_rows(1, "outbox WHERE type = 'booking.cancelled' AND data ->> 'sold_elsewhere' = 'true'");
    ck_status(resolve(&stand_owner, full), 200);
    ck_events(1, 1);
}

FIBER_TEST(keeping_ours_ends_the_conflict_for_people_until_the_feed_lets_go)
{
    give_conflict();
    ck_events(1, 0);
    ck_status(resolve(&stand_owner, "{'keep':'ours'}"), 200);
    ck_status(resolve(&stand_owner, "{'keep':'ours'}"), 200);
    ck_assert_str_eq(conflict_status(), "kept_ours");
    ck_events(1, 1);
    ck_feed(given.apartment, given.feed, "ok", NULL);
    ck_assert_str_eq(conflict_status(), "kept_ours");
    ck_status(ask_delete(delete_feed, .id = given.apartment, .second_id = given.feed), 204);
    ck_assert_str_eq(conflict_status(), "gone");
    ck_events(1, 1);
}

FIBER_TEST(dry_run_of_a_decision_changes_nothing)
{
    give_conflict();
    ck_status(ask_action(resolve_conflict, .id = conflict_id(), .body = "{'keep':'theirs'}",
                         .params = "dry_run=true"),
              200);
    ck_assert_str_eq(conflict_status(), "open");
    ck_sql_text("confirmed", "SELECT status FROM occupancy WHERE id = '%s'", given.booking);
    ck_assert_str_eq(feed_nights(given.apartment), "12");
    ck_refused(ask_action(resolve_conflict, .id = conflict_id(), .body = "{'keep':'theirs'}",
                          .if_match = "\"9.x\""),
               412, "version_mismatch");
    ck_status(ask_action(resolve_conflict, .id = conflict_id(), .body = "{'keep':'theirs'}",
                         .if_match = "\"1.x\""),
              200);
}

FIBER_TEST(block_under_a_feed_is_a_conflict_too)
{
    const char *apartment = stand_apartment(), *feed = feed_of(apartment, "booking");

    ck_status(ask_post(post_block, .id = apartment,
                       .body = textf("{'from':'%s','to':'%s'}", stand_day(10), stand_day(13))),
              201);
    calendar_has("11+1");
    ck_feed(apartment, feed, "ok", NULL);
    ck_events(1, 0);
    ck_status(resolve(NULL, "{'keep':'theirs'}"), 200);
    ck_rows(1, "outbox WHERE type = 'block.deleted'");
    ck_assert_str_eq(feed_nights(apartment), "11");
    ck_book(&stand_guest, apartment, 10, 1);
    ck_events(1, 1);
}

FIBER_TEST(buffer_of_a_stay_is_no_conflict)
{
    const char *apartment = stand_apartment(), *feed = feed_of(apartment, "booking");

    stand_sql("UPDATE apartment SET buffer_days = 2");
    const struct answer booked = ck_book(&stand_guest, apartment, 10, 2);
    calendar_has("12+1");
    ck_feed(apartment, feed, "ok", NULL);
    ck_rows(0, "calendar_conflict");
    ck_assert_str_eq(feed_nights(apartment), "");
    ck_act(cancel_booking, NULL, booked.id, NULL);
    ck_assert_str_eq(feed_nights(apartment), "12");
}

FIBER_TEST(only_owner_and_staff_decide)
{
    struct api_caller other = stand_owner;

    give_conflict();
    other.actor_id = uuid_make();
    ck_refused(resolve(&stand_guest, "{'keep':'ours'}"), 403, "forbidden");
    ck_refused(resolve(&stand_other, "{'keep':'ours'}"), 404, "not_found");
    ck_refused(resolve(&other, "{'keep':'ours'}"), 404, "not_found");
    ck_refused(ask_get(get_conflicts, .caller = &stand_guest), 403, "forbidden");
    ck_assert_uint_eq(
        json_array_size(json_object_get(ask_get(get_conflicts, .caller = &other).json, "items")),
        0);
    ck_refused(resolve(&stand_owner, "{'keep':'both'}"), 422, "unknown_value");
    ck_refused(resolve(&stand_owner, "{}"), 422, "required");
}
