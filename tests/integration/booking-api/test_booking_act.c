// SPDX-License-Identifier: MIT
/* Confirm, decline, cancel, and the clock: on a real PostgreSQL, one at a time and all at once. */
#include "booking_act.h"
#include "booking_change.h"
#include "booking_expire.h"
#include "booking_handlers.h"
#include "stand.h"
#include "sweeper.h"

static void begin(void)
{
    stand_begin("test_booking_act");
}

static struct answer act_if_match(http_handler *verb, const struct api_caller *caller,
                                  const char *id, const char *etag)
{
    return stand_status(&(struct ask){.handler = verb,
                                      .caller = caller,
                                      .method = HTTP_POST,
                                      .id = id,
                                      .if_match = etag,
                                      .action = true});
}

static const char *status_of(const char *id)
{
    return stand_text("SELECT status FROM occupancy WHERE id = '%s'", id);
}

static void outdate(const char *id)
{
    stand_sql("UPDATE occupancy SET expires_at = now() - interval '1 second' WHERE id = '%s'", id);
}

static void guest_body(void *data)
{
    struct answer booked = stand_book(&stand_guest, stand_flat(), 10, 2, "", "");
    struct answer answer;

    (void)data;
    answer = stand_act(confirm_booking, &stand_guest8, booked.id, NULL);
    ck_refused(answer, 404, "not_found");
    answer = stand_act(decline_booking, &stand_guest, booked.id, NULL);
    ck_refused(answer, 403, "forbidden");
    answer = stand_act(confirm_booking, &stand_guest, booked.id,
                       "{\"paid\":{\"amount\":100,\"currency\":\"KZT\"}}");
    ck_refused(answer, 403, "forbidden");
    answer = stand_act(confirm_booking, &stand_guest, booked.id, "{\"phone\":\"8 701 1234567\"}");
    ck_status(answer, 200);
    ck_assert_str_eq(stand_text("SELECT guest_phone FROM booking"), "+77011234567");
    ck_assert_str_eq(status_of(booked.id), "confirmed");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM occupancy WHERE expires_at IS NULL"), 1);
    stand_check_traces();
}

START_TEST(a_guest_confirms_his_own_when_nothing_is_due)
{
    stand_run(guest_body, NULL);
}
END_TEST

static void due_body(void *data)
{
    const char *flat = stand_flat();
    struct answer booked, answer;

    (void)data;
    stand_sql("UPDATE apartment SET prepayment_percent = 30");
    booked = stand_book(&stand_guest, flat, 10, 2, "", "");
    answer = stand_act(confirm_booking, &stand_guest, booked.id, NULL);
    ck_refused(answer, 403, "payment_due");
    answer = stand_act(confirm_booking, &stand_owner, booked.id, NULL);
    ck_status(answer, 200);
    ck_assert_int_eq(stand_number("SELECT paid FROM booking"), 600000);
    booked = stand_book(&stand_guest, flat, 20, 2, "", "");
    answer = stand_act(confirm_booking, NULL, booked.id,
                       "{\"paid\":{\"amount\":2000000,\"currency\":\"KZT\"}}");
    ck_status(answer, 200);
    ck_assert_int_eq(stand_number("SELECT paid FROM booking WHERE id = '%s'", booked.id), 2000000);
    stand_check_traces();
}

START_TEST(owner_and_staff_confirm_what_was_paid)
{
    stand_run(due_body, NULL);
}
END_TEST

static void contact_body(void *data)
{
    struct answer booked = stand_book(NULL, stand_flat(), 10, 2, "", "");
    struct answer answer;

    (void)data;
    answer = stand_act(confirm_booking, NULL, booked.id, NULL);
    ck_refused(answer, 422, "contact_missing");
    answer = stand_act(confirm_booking, NULL, booked.id, "{\"phone\":\"12\"}");
    ck_refused(answer, 422, "bad_phone");
    answer = stand_act(confirm_booking, NULL, booked.id, "{\"reason\":\"x\"}");
    ck_refused(answer, 422, "unknown_field");
    ck_assert_str_eq(status_of(booked.id), "held");
    answer = stand_act(confirm_booking, NULL, booked.id, "{\"phone\":\"8 701 123 45 67\"}");
    ck_status(answer, 200);
}

START_TEST(nobody_is_confirmed_who_cannot_be_reached)
{
    stand_run(contact_body, NULL);
}
END_TEST

static void request_body(void *data)
{
    const char *flat = stand_flat();
    struct answer booked, answer;

    (void)data;
    stand_sql("UPDATE apartment SET instant_book = false, prepayment_percent = 10");
    booked = stand_book(&stand_guest, flat, 10, 2, "", "");
    answer = stand_act(confirm_booking, &stand_guest, booked.id, NULL);
    ck_refused(answer, 403, "forbidden");
    answer = stand_act(confirm_booking, &stand_owner, booked.id, NULL);
    ck_status(answer, 200);
    ck_assert_str_eq(status_of(booked.id), "held");
    ck_assert_int_eq(stand_number("SELECT extract(epoch FROM expires_at - updated_at)"
                                  " FROM occupancy"),
                     3600);
    ck_assert_int_eq(stand_number("SELECT paid FROM booking"), 0);
    answer = act_if_match(confirm_booking, &stand_staff, booked.id, booked.etag);
    ck_refused(answer, 412, "version_mismatch");
    answer = stand_act(confirm_booking, &stand_staff, booked.id, NULL);
    ck_status(answer, 200);
    ck_assert_str_eq(status_of(booked.id), "confirmed");
    ck_assert_int_eq(stand_number("SELECT paid FROM booking"), 200000);
    booked = stand_book(&stand_guest, flat, 20, 2, "", "");
    answer = stand_act(decline_booking, &stand_owner, booked.id, "{\"reason\":\"Ремонт\"}");
    ck_status(answer, 200);
    ck_assert_str_eq(stand_text("SELECT reason FROM booking_history WHERE to_status = 'declined'"),
                     "Ремонт");
    answer = stand_book(&stand_guest, flat, 20, 2, "", "");
    ck_status(answer, 201);
    stand_sql("UPDATE apartment SET prepayment_percent = 0");
    booked = stand_book(&stand_guest, flat, 25, 2, "", "");
    answer = stand_act(confirm_booking, &stand_owner, booked.id, NULL);
    ck_status(answer, 200);
    ck_assert_str_eq(status_of(booked.id), "confirmed");
    stand_check_traces();
}

START_TEST(a_request_is_agreed_to_then_paid_or_declined)
{
    stand_run(request_body, NULL);
}
END_TEST

static void repeat_body(void *data)
{
    struct answer booked = stand_book(&stand_guest, stand_flat(), 10, 2, "", "");
    struct answer first, again, answer;

    (void)data;
    answer = act_if_match(cancel_booking, &stand_guest, booked.id, "\"9.0\"");
    ck_refused(answer, 412, "version_mismatch");
    first = act_if_match(confirm_booking, &stand_guest, booked.id, booked.etag);
    ck_status(first, 200);
    again = act_if_match(confirm_booking, &stand_guest, booked.id, booked.etag);
    ck_status(again, 200);
    ck_assert_str_eq(again.etag, first.etag);
    answer = stand_act(confirm_booking, &stand_owner, booked.id, NULL);
    ck_refused(answer, 409, "already_confirmed");
    first = stand_act(cancel_booking, &stand_guest, booked.id, "{\"reason\":\"Передумал\"}");
    ck_status(first, 200);
    again = stand_act(cancel_booking, &stand_guest, booked.id, NULL);
    ck_status(again, 200);
    answer = stand_act(cancel_booking, NULL, booked.id, NULL);
    ck_refused(answer, 409, "already_cancelled");
    answer = stand_act(confirm_booking, &stand_guest, booked.id, NULL);
    ck_refused(answer, 409, "already_cancelled");
    ck_assert_int_eq(stand_number("SELECT version FROM occupancy"), 3);
    stand_check_traces();
}

START_TEST(a_repeated_step_has_no_effect_and_a_late_one_is_told)
{
    stand_run(repeat_body, NULL);
}
END_TEST

/* A double tap on "agree": the second must not tell that money came. */
static void double_tap_body(void *data)
{
    const char *flat = stand_flat();
    struct answer booked, first, again, answer;

    (void)data;
    stand_sql("UPDATE apartment SET instant_book = false, prepayment_percent = 10");
    booked = stand_book(&stand_guest, flat, 10, 2, "", "");
    first = stand_act(confirm_booking, &stand_owner, booked.id, NULL);
    ck_status(first, 200);
    again = act_if_match(confirm_booking, &stand_owner, booked.id, booked.etag);
    ck_status(again, 200);
    ck_assert_str_eq(again.etag, first.etag);
    ck_status(stand_act(confirm_booking, &stand_owner, booked.id, "{}"), 200);
    ck_assert_str_eq(status_of(booked.id), "held");
    ck_assert_int_eq(stand_number("SELECT paid FROM booking"), 0);
    answer = stand_act(confirm_booking, &stand_owner, booked.id,
                       "{\"paid\":{\"amount\":150000,\"currency\":\"KZT\"}}");
    ck_status(answer, 200);
    ck_assert_str_eq(status_of(booked.id), "confirmed");
    ck_assert_int_eq(stand_number("SELECT paid FROM booking"), 150000);
    ck_status(stand_act(confirm_booking, &stand_owner, booked.id, NULL), 200);
    ck_assert_int_eq(stand_number("SELECT paid FROM booking"), 150000);
    answer = stand_act(confirm_booking, &stand_owner, booked.id,
                       "{\"paid\":{\"amount\":150000,\"currency\":\"KZT\"}}");
    ck_refused(answer, 409, "already_confirmed");
    ck_assert_int_eq(stand_number("SELECT version FROM occupancy"), 3);
}

START_TEST(a_confirmation_repeated_without_a_sum_records_no_money)
{
    stand_run(double_tap_body, NULL);
}
END_TEST

static void pretend_body(void *data)
{
    struct answer booked = stand_book(&stand_guest, stand_flat(), 10, 2, "", "");
    struct ask ask = {.handler = cancel_booking,
                      .method = HTTP_POST,
                      .id = booked.id,
                      .query = {{"dry_run", "true"}},
                      .action = true};
    struct answer would = stand_ask(&ask);

    (void)data;
    ck_status(would, 200);
    ck_assert_str_eq(
        json_string_value(json_object_get(json_object_get(would.json, "would"), "status")),
        "cancelled");
    answer_drop(&would);
    ck_assert_str_eq(status_of(booked.id), "held");
    stand_check_traces();
}

START_TEST(a_dry_run_shows_the_step_and_takes_none)
{
    stand_run(pretend_body, NULL);
}
END_TEST

static void free_body(void *data)
{
    const char *flat = stand_flat();
    struct answer booked = stand_book(&stand_guest, flat, 10, 2, "", "");
    struct answer answer;

    (void)data;
    ck_refused(stand_book(NULL, flat, 11, 1, "", ""), 409, "nights_taken");
    answer = stand_act(cancel_booking, &stand_owner, booked.id, NULL);
    ck_status(answer, 200);
    answer = stand_book(NULL, flat, 11, 1, "", "");
    ck_status(answer, 201);
    answer = stand_status(
        &(struct ask){.handler = get_booking_history, .caller = &stand_guest8, .id = booked.id});
    ck_refused(answer, 404, "not_found");
    answer = stand_ask(&(struct ask){.handler = get_booking_history, .id = booked.id});
    ck_status(answer, 200);
    const json_t *items = json_object_get(answer.json, "items");
    ck_assert_uint_eq(json_array_size(items), 2);
    ck_assert(json_is_null(json_object_get(json_array_get(items, 0), "from_status")));
    ck_assert_str_eq(json_string_value(json_object_get(json_array_get(items, 1), "to_status")),
                     "cancelled");
    answer_drop(&answer);
}

START_TEST(cancelling_frees_the_nights_and_stays_in_the_history)
{
    stand_run(free_body, NULL);
}
END_TEST

/* One page; the versions on it. Its cursor, or "". */
static const char *history_page(const char *id, const char *limit, const char *cursor, int first,
                                int last)
{
    static char next[128];
    struct ask ask = {.handler = get_booking_history, .id = id};
    struct answer answer;
    size_t asked = 0, i;
    json_t *step;

    if (limit != NULL)
        memcpy(ask.query[asked++], (const char *[]){"limit", limit}, sizeof ask.query[0]);
    if (cursor != NULL)
        memcpy(ask.query[asked++], (const char *[]){"cursor", cursor}, sizeof ask.query[0]);
    answer = stand_ask(&ask);
    ck_status(answer, 200);
    ck_assert_uint_eq(json_array_size(json_object_get(answer.json, "items")),
                      (size_t)(last - first + 1));
    json_array_foreach(json_object_get(answer.json, "items"), i, step)
    {
        ck_assert_int_eq(json_integer_value(json_object_get(step, "version")), first + (int)i);
    }
    const json_t *found = json_object_get(answer.json, "next_cursor");
    ck_assert(json_is_null(found) || json_is_string(found));
    snprintf(next, sizeof next, "%s", json_is_null(found) ? "" : json_string_value(found));
    answer_drop(&answer);
    return next;
}

static void long_body(void *data)
{
    const struct answer booked = stand_book(&stand_guest, stand_flat(), 10, 2, "", "");
    const struct answer other = stand_book(&stand_guest, stand_flat(), 10, 2, "", "");
    static char cursor[128];
    struct answer answer;

    (void)data;
    stand_sql("INSERT INTO booking_history (booking_id, version, from_status, to_status, actor)"
              " SELECT '%s', n, 'held', 'held', 'guest:7' FROM generate_series(2, 1011) AS n",
              booked.id);
    stand_sql("UPDATE occupancy SET version = 1011 WHERE id = '%s'", booked.id);
    ck_status(stand_act(cancel_booking, &stand_guest, booked.id, NULL), 200);
    snprintf(cursor, sizeof cursor, "%s", history_page(booked.id, NULL, NULL, 1, 500));
    ck_assert_str_ne(cursor, "");
    answer = stand_status(&(struct ask){
        .handler = get_booking_history, .id = other.id, .query = {{"cursor", cursor}}});
    ck_refused(answer, 422, "bad_cursor");
    answer = stand_status(
        &(struct ask){.handler = get_booking_history, .id = other.id, .query = {{"limit", "101"}}});
    ck_refused(answer, 422, "out_of_range");
    snprintf(cursor, sizeof cursor, "%s", history_page(booked.id, NULL, cursor, 501, 1000));
    ck_assert_str_ne(history_page(booked.id, "5", cursor, 1001, 1005), "");
    ck_assert_str_eq(history_page(booked.id, "12", cursor, 1001, 1012), "");
    ck_assert_str_eq(history_page(booked.id, NULL, cursor, 1001, 1012), "");
    ck_assert_str_eq(history_page(other.id, NULL, NULL, 1, 1), "");
}

START_TEST(a_long_history_comes_in_pages_and_loses_no_step)
{
    stand_run(long_body, NULL);
}
END_TEST

static void late_body(void *data)
{
    struct answer booked = stand_book(&stand_guest, stand_flat(), 10, 2, "", "");
    struct answer answer;

    (void)data;
    outdate(booked.id);
    answer = stand_act(confirm_booking, &stand_guest, booked.id, NULL);
    ck_refused(answer, 410, "hold_expired");
    answer = stand_act(cancel_booking, &stand_guest, booked.id, NULL);
    ck_refused(answer, 409, "already_expired");
    answer = stand_act(decline_booking, NULL, booked.id, NULL);
    ck_refused(answer, 409, "already_expired");
    ck_assert_str_eq(status_of(booked.id), "held");
}

START_TEST(a_hold_is_over_when_its_time_is_though_nobody_swept)
{
    stand_run(late_body, NULL);
}
END_TEST

/* --- by our own work, without a request --- */

struct errand {
    struct uuid id;
    const struct api_caller *caller; /* NULL: the system */
    bool changes;                    /* other dates, else a cancellation */
    struct fault fault;
};

static bool errand_run(struct change *change, void *arg, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    const struct booking_wish wish = {.check_in = 40000,
                                      .check_out = 40002,
                                      .guests = FIELD_ABSENT,
                                      .expected_total = FIELD_ABSENT};
    const struct errand *errand = arg;
    struct booking_note note;
    struct booking booking;

    booking_note_defaults(&note);
    if (errand->caller != NULL)
        change->caller = errand->caller;
    return errand->changes
               ? booking_change(change, &errand->id, &wish, &rows, &booking, fault)
               : booking_act(change, &errand->id, BOOKING_CANCEL, &note, &rows, &booking, fault);
}

static bool run_errand(struct errand *errand)
{
    struct arena arena;
    bool done;

    arena_init(&arena, 1 << 20);
    done = api_task(stand_changes(), &stand_staff.tenant_id, &arena, errand_run, errand,
                    &errand->fault);
    arena_finish(&arena);
    return done;
}

static void errand_body(void *data)
{
    const struct answer booked = stand_book(&stand_guest, stand_flat(), 10, 2, "", "");
    struct errand errand = {.caller = NULL};

    (void)data;
    ck_assert(uuid_parse(slice_of(booked.id), &errand.id));
    ck_assert(!run_errand(&errand));
    ck_assert_str_eq(errand.fault.code, "forbidden");
    errand.changes = true;
    ck_assert(!run_errand(&errand));
    ck_assert_str_eq(errand.fault.code, "forbidden");
    errand = (struct errand){.id = errand.id, .caller = &stand_owner};
    ck_assert(run_errand(&errand));
    ck_assert_str_eq(status_of(booked.id), "cancelled");
    stand_check_traces();
}

START_TEST(a_task_acts_on_a_booking_without_a_request)
{
    stand_run(errand_body, NULL);
}
END_TEST

/* --- the sweeper --- */

struct sweep {
    int ended;
    int flats;
};

static bool sweep_batch(struct change *change, void *arg, struct fault *fault)
{
    struct sweep *sweep = arg;
    int ended = 0;

    if (!booking_expire_batch(change, &ended, fault))
        return false;
    sweep->ended += ended;
    return true;
}

static void sweep_once(void *data)
{
    const struct uuid nobody = {0};
    struct fault fault = {.code = ""};
    struct arena arena;

    arena_init(&arena, 1 << 20);
    ck_assert_msg(api_task(stand_changes(), &nobody, &arena, sweep_batch, data, &fault), "%s: %s",
                  fault.code, fault.detail);
    arena_finish(&arena);
}

enum { OUTDATED = BOOKING_EXPIRE_BATCH + 10, LIVE = 5 };

static void make_outdated(void)
{
    const char *flat = stand_flat();

    stand_sql("UPDATE apartment SET max_nights = 1");
    for (int i = 0; i < OUTDATED + LIVE; i++)
        ck_status(stand_book(NULL, flat, i, 1, "", ""), 201);
    stand_sql("UPDATE occupancy SET expires_at = now() - interval '1 second'"
              " WHERE check_in < '%s'",
              stand_day(OUTDATED));
}

static void sweep_body(void *data)
{
    struct sweep sweep = {0};

    (void)data;
    make_outdated();
    sweep_once(&sweep);
    ck_assert_int_eq(sweep.ended, BOOKING_EXPIRE_BATCH);
    sweep_once(&sweep);
    ck_assert_int_eq(sweep.ended, OUTDATED);
    sweep_once(&sweep);
    ck_assert_int_eq(sweep.ended, OUTDATED);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM occupancy WHERE status = 'held'"), LIVE);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM booking_history"
                                  " WHERE from_status = 'held' AND actor = 'system'"),
                     OUTDATED);
    stand_check_traces();
}

START_TEST(the_sweeper_ends_what_is_over_in_batches_and_records_it)
{
    stand_run(sweep_body, NULL);
}
END_TEST

static void sweepers_body(void *data)
{
    (void)data;
    make_outdated();
    for (int i = 0; i < 4; i++)
        stand_go(sweep_once, data);
}

START_TEST(many_sweepers_at_once_record_each_end_once)
{
    struct sweep sweep = {0};

    stand_run(sweepers_body, &sweep);
    ck_assert_int_eq(sweep.ended,
                     stand_number("SELECT count(*) FROM occupancy WHERE status = 'expired'"));
    stand_check_traces();
}
END_TEST

static void alive_body(void *data)
{
    const struct answer booked = stand_book(NULL, stand_flat(), 10, 1, "", "");
    struct fault fault;
    struct periodic *sweeper = sweeper_start(stand_app()->service, 10, &fault);

    (void)data;
    ck_assert_ptr_nonnull(sweeper);
    stand_sleep(100);
    ck_assert_str_eq(status_of(booked.id), "held");
    outdate(booked.id);
    for (int i = 0; i < 100 && strcmp(status_of(booked.id), "expired") != 0; i++)
        stand_sleep(20);
    ck_assert_str_eq(status_of(booked.id), "expired");
    periodic_stop(sweeper);
    stand_check_traces();
}

START_TEST(the_sweeper_looks_by_itself)
{
    stand_run(alive_body, NULL);
}
END_TEST

static void torn_body(void *data)
{
    struct fault fault;

    (void)data;
    make_outdated();
    for (int ms = 0; ms < 6; ms++) {
        struct periodic *sweeper = sweeper_start(stand_app()->service, 1, &fault);
        stand_sleep(1 + ms);
        periodic_stop(sweeper);
    }
    stand_sleep(200);
    stand_check_traces();
}

START_TEST(a_sweeper_destroyed_at_work_leaves_nothing_half_done)
{
    stand_run(torn_body, NULL);
}
END_TEST

/* --- races on one booking --- */

enum { PAIRS = 12 };

static struct race {
    char ids[PAIRS][40];
    int confirmed, gone, cancelled, refused, next;
    struct sweep sweep;
} race;

static void confirm_one(void *data)
{
    const struct answer answer =
        stand_act(confirm_booking, &stand_owner, race.ids[race.next++], "{}");

    (void)data;
    race.confirmed += answer.status == 200;
    race.gone += answer.status == 410;
    ck_assert_msg(answer.status == 200 || answer.status == 410, "%d %s", answer.status,
                  answer.code);
}

/* Their time runs out while both are on their way. */
static void expire_race_body(void *data)
{
    const char *flat = stand_flat();

    (void)data;
    race = (struct race){0};
    for (int i = 0; i < PAIRS; i++) {
        const struct answer booked =
            stand_book(NULL, flat, 10 + i, 1, ",\"phone\":\"+77011234567\"", "");
        ck_status(booked, 201);
        memcpy(race.ids[i], booked.id, sizeof booked.id);
        stand_sql("UPDATE booking SET guest_phone = '+7701000%04d'", i);
    }
    stand_sql("UPDATE occupancy SET expires_at = clock_timestamp() + interval '1 ms' *"
              " (check_in - '%s') * 3",
              stand_day(10));
    for (int i = 0; i < PAIRS; i++) {
        stand_go(confirm_one, NULL);
        stand_go(sweep_once, &race.sweep);
    }
}

START_TEST(between_sweeper_and_confirmation_exactly_one_wins)
{
    stand_run(expire_race_body, NULL);
    ck_assert_int_eq(race.confirmed + race.gone, PAIRS);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM occupancy WHERE status = 'confirmed'"),
                     race.confirmed);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM occupancy WHERE status = 'expired'"),
                     race.sweep.ended);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM booking_history WHERE version > 2"), 0);
    stand_check_traces();
}
END_TEST

static void confirm_or_cancel(void *data)
{
    const int i = race.next++;
    const struct answer answer =
        stand_act(i % 2 == 0 ? confirm_booking : cancel_booking,
                  i % 3 == 0 ? &stand_owner : &stand_guest, race.ids[0], NULL);

    (void)data;
    ck_assert_msg(answer.status == 200 || answer.status == 409, "%d %s", answer.status,
                  answer.code);
}

static void crowd_body(void *data)
{
    const struct answer booked = stand_book(&stand_guest, stand_flat(), 10, 1, "", "");

    (void)data;
    race = (struct race){0};
    memcpy(race.ids[0], booked.id, sizeof booked.id);
    for (int i = 0; i < 20; i++)
        stand_go(confirm_or_cancel, NULL);
}

START_TEST(a_crowd_at_one_booking_takes_each_step_once)
{
    stand_run(crowd_body, NULL);
    ck_assert_str_eq(status_of(race.ids[0]), "cancelled");
    ck_assert_int_le(stand_number("SELECT max(version) FROM booking_history"), 3);
    stand_check_traces();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("booking_act");
    TCase *tests = tcase_create("act");

    tcase_add_checked_fixture(tests, begin, stand_end);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_guest_confirms_his_own_when_nothing_is_due);
    tcase_add_test(tests, owner_and_staff_confirm_what_was_paid);
    tcase_add_test(tests, nobody_is_confirmed_who_cannot_be_reached);
    tcase_add_test(tests, a_request_is_agreed_to_then_paid_or_declined);
    tcase_add_test(tests, a_repeated_step_has_no_effect_and_a_late_one_is_told);
    tcase_add_test(tests, a_confirmation_repeated_without_a_sum_records_no_money);
    tcase_add_test(tests, a_dry_run_shows_the_step_and_takes_none);
    tcase_add_test(tests, cancelling_frees_the_nights_and_stays_in_the_history);
    tcase_add_test(tests, a_long_history_comes_in_pages_and_loses_no_step);
    tcase_add_test(tests, a_hold_is_over_when_its_time_is_though_nobody_swept);
    tcase_add_test(tests, a_task_acts_on_a_booking_without_a_request);
    tcase_add_test(tests, the_sweeper_ends_what_is_over_in_batches_and_records_it);
    tcase_add_test(tests, many_sweepers_at_once_record_each_end_once);
    tcase_add_test(tests, the_sweeper_looks_by_itself);
    tcase_add_test(tests, a_sweeper_destroyed_at_work_leaves_nothing_half_done);
    tcase_add_test(tests, between_sweeper_and_confirmation_exactly_one_wins);
    tcase_add_test(tests, a_crowd_at_one_booking_takes_each_step_once);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
