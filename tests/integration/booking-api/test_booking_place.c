// SPDX-License-Identifier: MIT
/* POST /v1/bookings on a real PostgreSQL: what is refused, what is left behind, and that no two
 * guests get one night whatever happens at once. */
#include "booking_handlers.h"
#include "booking_place_store.h"
#include "stand.h"

static void begin(void)
{
    stand_begin("test_booking_place");
}

static long long overlaps(void)
{
    return stand_number("SELECT count(*) FROM occupancy a JOIN occupancy b"
                        " ON a.apartment_id = b.apartment_id AND a.id < b.id"
                        " AND a.nights && b.nights"
                        " WHERE a.status IN ('held', 'requested', 'confirmed')"
                        " AND b.status IN ('held', 'requested', 'confirmed')");
}

#define PHONE ",\"phone\":\"8 (701) 123-45-67\""

static void held_body(void *data)
{
    const char *flat = stand_flat();
    struct answer booked, read;

    (void)data;
    stand_sql("UPDATE apartment SET cleaning_fee = 300000, prepayment_percent = 30");
    booked = stand_book(NULL, flat, 10, 2, PHONE ",\"language\":\"kk\"", ",\"note\":\" Поздно \"");
    ck_status(booked, 201);
    read = stand_ask(&(struct ask){.handler = get_booking, .id = booked.id});
    ck_status(read, 200);
    ck_assert_str_eq(read.etag, booked.etag);
    ck_assert_str_eq(json_string_value(json_object_get(read.json, "status")), "held");
    ck_assert_str_eq(json_string_value(json_object_get(read.json, "note")), "Поздно");
    ck_assert_int_eq(
        json_integer_value(json_object_get(json_object_get(read.json, "total"), "amount")),
        2300000);
    ck_assert_int_eq(
        json_integer_value(json_object_get(json_object_get(read.json, "deposit"), "amount")),
        690000);
    ck_assert_uint_eq(json_array_size(json_object_get(read.json, "lines")), 3);
    ck_assert_str_eq(
        json_string_value(json_object_get(json_object_get(read.json, "guest"), "phone")),
        "+77011234567");
    ck_assert_str_eq(
        json_string_value(json_object_get(json_object_get(read.json, "guest"), "language")), "kz");
    ck_assert(json_is_string(json_object_get(read.json, "expires_at")));
    answer_drop(&read);
    ck_assert_int_eq(stand_number("SELECT extract(epoch FROM expires_at - created_at)"
                                  " FROM occupancy"),
                     900);
}

START_TEST(a_stay_is_held_for_a_quarter_of_an_hour_and_reads_back)
{
    stand_run(held_body, NULL);
}
END_TEST

static void trace_body(void *data)
{
    struct answer booked = stand_book(NULL, stand_flat(), 10, 2, PHONE, "");

    (void)data;
    ck_status(booked, 201);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM booking_history WHERE booking_id = '%s'"
                                  " AND version = 1 AND from_status IS NULL AND to_status = 'held'",
                                  booked.id),
                     1);
    ck_assert_int_eq(
        stand_number("SELECT count(*) FROM outbox WHERE resource_id = '%s'"
                     " AND type = 'booking.held' AND sequence = 1"
                     " AND data ->> 'status' = 'held' AND data::text NOT LIKE '%%7701%%'"
                     " AND NOT data ? 'guest'",
                     booked.id),
        1);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM audit WHERE resource_id = '%s'"
                                  " AND action = 'booking.create' AND request_id = 'test'",
                                  booked.id),
                     1);
}

START_TEST(a_booking_leaves_history_event_and_audit_behind)
{
    stand_run(trace_body, NULL);
}
END_TEST

/* A stay of nights 10 and 11 is there; what about others? */
static const struct {
    const char *why;
    int from, nights, buffer;
    int status;
    int taken[3]; /* offsets, ends with 0 */
} second[] = {
    {"the same nights",                                  10, 2, 0, 409, {10, 11}},
    {"the last of them",                                 11, 3, 0, 409, {11}    },
    {"one inside a longer stay",                         9,  5, 0, 409, {10, 11}},
    {"up to its check-in",                               8,  2, 0, 201, {0}     },
    {"from its check-out",                               12, 2, 0, 201, {0}     },
    {"its buffer is taken too",                          12, 2, 1, 409, {12}    },
    {"after its buffer",                                 13, 2, 1, 201, {0}     },
    {"own buffer runs into it: the last night is named", 8,  2, 1, 409, {9}     },
    {"own buffer ends in time",                          7,  2, 1, 201, {0}     },
};

static void second_body(void *data)
{
    const int i = *(int *)data;
    const char *flat = stand_flat();
    struct answer first, answer;
    char body[1024];
    size_t wanted = 0;

    stand_sql("UPDATE apartment SET buffer_days = %d", second[i].buffer);
    first = stand_book(NULL, flat, 10, 2, "", "");
    ck_status(first, 201);
    snprintf(body, sizeof body,
             "{\"apartment_id\":\"%s\",\"check_in\":\"%s\",\"check_out\":\"%s\",\"guests\":1,"
             "\"guest\":{\"name\":\"B\"}}",
             flat, stand_day(second[i].from), stand_day(second[i].from + second[i].nights));
    answer = stand_ask(&(struct ask){.handler = post_booking, .method = HTTP_POST, .body = body});
    ck_assert_msg(answer.status == second[i].status, "%s: %d %s", second[i].why, answer.status,
                  answer.code);
    const json_t *nights = json_object_get(answer.json, "nights");
    while (second[i].taken[wanted] != 0)
        wanted++;
    ck_assert_msg(json_array_size(nights) == wanted, "%s: %zu nights", second[i].why,
                  json_array_size(nights));
    for (size_t k = 0; k < wanted; k++)
        ck_assert_str_eq(json_string_value(json_array_get(nights, k)),
                         stand_day(second[i].taken[k]));
    if (wanted > 0)
        ck_assert_str_eq(answer.code, "nights_taken");
    answer_drop(&answer);
}

START_TEST(nights_are_sold_once)
{
    int i = _i;

    stand_run(second_body, &i);
}
END_TEST

static void refused_body(void *data)
{
    const char *flat = stand_flat();
    struct answer answer;

    (void)data;
    answer = stand_book(NULL, "0198a000-0000-7000-8000-000000000000", 10, 2, "", "");
    ck_refused(answer, 422, "unknown_apartment");
    answer = stand_book(&stand_other, flat, 10, 2, "", "");
    ck_refused(answer, 422, "unknown_apartment");
    answer = stand_book(NULL, flat, -2, 2, "", "");
    ck_refused(answer, 422, "in_the_past");
    answer = stand_book(NULL, flat, 0, 1, "", "");
    ck_status(answer, 201);
    answer = stand_book(NULL, flat, 400, 2, "", "");
    ck_refused(answer, 422, "beyond_window");
    answer = stand_book(NULL, flat, 10, 31, "", "");
    ck_refused(answer, 422, "max_nights");
    answer = stand_book(NULL, flat, 400, 31, "", "");
    ck_refused(answer, 422, "invalid");
    answer = stand_book(NULL, flat, 10, 0, "", "");
    ck_refused(answer, 422, "bad_range");
    answer = stand_book(NULL, flat, 10, 2, "", ",\"promo_code\":\"x\"");
    ck_refused(answer, 422, "unknown_field");
    answer =
        stand_book(NULL, flat, 10, 2, "", ",\"quote_id\":\"0198a000-0000-7000-8000-000000000000\"");
    ck_refused(answer, 422, "invalid");
    answer = stand_book(NULL, flat, 10, 2, ",\"phone\":\"12\"", "");
    ck_refused(answer, 422, "bad_phone");
    answer = stand_book(NULL, flat, 10, 2, "", ",\"hold_minutes\":61");
    ck_refused(answer, 422, "out_of_range");
    answer = stand_book(&stand_guest, flat, 10, 2, "", ",\"hold_seconds\":5");
    ck_refused(answer, 422, "test_key_only");
    stand_sql("UPDATE apartment SET is_active = false");
    answer = stand_book(NULL, flat, 10, 2, "", "");
    ck_refused(answer, 422, "not_bookable");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM booking"), 1);
}

START_TEST(a_draft_that_breaks_rules_is_refused_by_name)
{
    stand_run(refused_body, NULL);
}
END_TEST

static void guest_body(void *data)
{
    const char *flat = stand_flat();
    struct answer mine, answer;
    struct api_caller stranger = stand_owner;

    (void)data;
    mine = stand_book(&stand_guest, flat, 10, 1, "", "");
    ck_status(mine, 201);
    ck_assert_int_eq(stand_number("SELECT guest_telegram_id FROM booking"), 7);
    answer = stand_book(&stand_guest, flat, 11, 1, ",\"telegram_id\":8", "");
    ck_refused(answer, 403, "forbidden");
    answer = stand_book(&stand_guest, flat, 11, 1, ",\"telegram_id\":7", "");
    ck_status(answer, 201);
    answer =
        stand_status(&(struct ask){.handler = get_booking, .caller = &stand_guest8, .id = mine.id});
    ck_refused(answer, 404, "not_found");
    answer =
        stand_status(&(struct ask){.handler = get_booking, .caller = &stand_other, .id = mine.id});
    ck_refused(answer, 404, "not_found");
    answer =
        stand_status(&(struct ask){.handler = get_booking, .caller = &stand_owner, .id = mine.id});
    ck_status(answer, 200);
    stranger.actor_id = uuid_make();
    answer =
        stand_status(&(struct ask){.handler = get_booking, .caller = &stranger, .id = mine.id});
    ck_refused(answer, 404, "not_found");
    answer = stand_book(&stranger, flat, 20, 1, "", "");
    ck_refused(answer, 422, "unknown_apartment");
    answer = stand_book(&stand_owner, flat, 20, 1, "", "");
    ck_status(answer, 201);
}

START_TEST(each_books_and_sees_what_is_his)
{
    stand_run(guest_body, NULL);
}
END_TEST

static void holds_body(void *data)
{
    const char *flat = stand_flat();
    struct answer answer;

    (void)data;
    for (int i = 0; i < 3; i++) {
        answer = stand_book(NULL, flat, 10 + i, 1,
                            i < 2 ? ",\"telegram_id\":7,\"phone\":\"+77010000001\""
                                  : ",\"phone\":\"8 701 000 00 01\"",
                            "");
        ck_status(answer, 201);
    }
    answer = stand_book(NULL, flat, 20, 1, ",\"phone\":\"+77010000001\"", "");
    ck_refused(answer, 409, "too_many_holds");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM occupancy"), 3);
    answer = stand_book(&stand_guest, flat, 20, 1, "", "");
    ck_status(answer, 201);
    answer = stand_book(&stand_guest, flat, 21, 1, "", "");
    ck_refused(answer, 409, "too_many_holds");
    answer = stand_book(NULL, flat, 10, 1, ",\"phone\":\"+77010000001\"", "");
    ck_refused(answer, 409, "nights_taken");
    stand_sql("UPDATE occupancy SET status = 'confirmed' WHERE check_in = '%s'", stand_day(10));
    answer = stand_book(&stand_guest, flat, 21, 1, "", "");
    ck_status(answer, 201);
    answer = stand_book(NULL, flat, 30, 1, "", "");
    ck_status(answer, 201);
}

START_TEST(a_guest_holds_three_stays_by_any_of_his_names)
{
    stand_run(holds_body, NULL);
}
END_TEST

static void request_body(void *data)
{
    const char *flat = stand_flat();
    struct answer later, today;

    (void)data;
    stand_sql("UPDATE apartment SET instant_book = false");
    later = stand_book(NULL, flat, 10, 2, "", "");
    ck_status(later, 201);
    ck_assert_str_eq(stand_text("SELECT status FROM occupancy"), "requested");
    ck_assert_int_eq(stand_number("SELECT extract(epoch FROM expires_at - created_at)"
                                  " FROM occupancy"),
                     12 * 3600);
    today = stand_book(NULL, flat, 0, 2, "", "");
    ck_status(today, 201);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM occupancy WHERE id = '%s' AND expires_at ="
                                  " least(created_at + interval '12 hours',"
                                  " (check_in + 1)::timestamp AT TIME ZONE 'Asia/Almaty')",
                                  today.id),
                     1);
    ck_refused(stand_book(NULL, flat, 10, 2, "", ""), 409, "nights_taken");
}

START_TEST(a_flat_that_is_not_instant_is_requested_at_most_to_the_end_of_the_day)
{
    stand_run(request_body, NULL);
}
END_TEST

static void repeat_body(void *data)
{
    char body[1024];
    struct ask ask = {.handler = post_booking, .method = HTTP_POST, .body = body, .key = "k1"};
    const char *flat = stand_flat();
    struct answer first, again, pretended;

    (void)data;
    snprintf(body, sizeof body,
             "{\"apartment_id\":\"%s\",\"check_in\":\"%s\",\"check_out\":\"%s\",\"guests\":1,"
             "\"guest\":{\"name\":\"B\"}}",
             flat, stand_day(3), stand_day(5));
    struct ask dry = ask;
    dry.key = NULL;
    dry.query[0][0] = "dry_run";
    dry.query[0][1] = "true";
    pretended = stand_ask(&dry);
    ck_status(pretended, 200);
    ck_assert(json_is_object(json_object_get(pretended.json, "would")));
    answer_drop(&pretended);
    ck_assert_int_eq(stand_number("SELECT (SELECT count(*) FROM occupancy)"
                                  " + (SELECT count(*) FROM outbox)"
                                  " + (SELECT count(*) FROM audit)"),
                     0);
    first = stand_status(&ask);
    ck_status(first, 201);
    again = stand_status(&ask);
    ck_status(again, 201);
    ck_assert(again.replayed);
    ck_assert_str_eq(again.id, first.id);
    pretended = stand_status(&dry);
    ck_refused(pretended, 409, "nights_taken");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM booking"), 1);
}

START_TEST(a_repeated_key_books_once_and_a_dry_run_never)
{
    stand_run(repeat_body, NULL);
}
END_TEST

static void lazy_body(void *data)
{
    const char *flat = stand_flat();
    struct answer old, read, fresh;

    (void)data;
    old = stand_book(&stand_guest, flat, 10, 2, "", "");
    ck_status(old, 201);
    stand_sql("UPDATE occupancy SET expires_at = now() - interval '1 second'");
    read = stand_ask(&(struct ask){.handler = get_booking, .id = old.id});
    ck_assert_str_eq(json_string_value(json_object_get(read.json, "status")), "expired");
    ck_assert(json_is_null(json_object_get(read.json, "expires_at")));
    ck_assert_uint_eq(json_array_size(json_object_get(read.json, "allowed_actions")), 0);
    answer_drop(&read);
    fresh = stand_book(&stand_guest8, flat, 11, 2, "", "");
    ck_status(fresh, 201);
    ck_assert_str_eq(stand_text("SELECT status FROM occupancy WHERE id = '%s'", old.id), "expired");
    ck_assert_str_eq(stand_text("SELECT from_status || '>' || to_status || ' ' || actor || ' ' ||"
                                " version FROM booking_history WHERE booking_id = '%s'"
                                " ORDER BY version DESC LIMIT 1",
                                old.id),
                     "held>expired system 2");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM outbox a JOIN outbox b"
                                  " ON b.type = 'booking.expired' AND b.resource_id = '%s'"
                                  " WHERE a.type = 'booking.held' AND a.resource_id = '%s'"
                                  " AND b.sequence = 2 AND b.source = a.source"
                                  " AND b.resource_type = a.resource_type"
                                  " AND b.tenant_id = a.tenant_id"
                                  " AND (SELECT array_agg(k ORDER BY k)"
                                  "   FROM jsonb_object_keys(a.data) k) ="
                                  " (SELECT array_agg(k ORDER BY k) FROM"
                                  "   jsonb_object_keys(b.data) k)",
                                  old.id, old.id),
                     1);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM audit WHERE resource_id = '%s'"
                                  " AND action = 'booking.expire' AND actor = 'system'",
                                  old.id),
                     1);
}

START_TEST(a_hold_whose_time_ran_out_blocks_nobody_though_nobody_swept)
{
    stand_run(lazy_body, NULL);
}
END_TEST

/* --- races --- */

enum { RIVALS = 20 };

struct rivals {
    const char *flat;
    int next, apart, nights;
    int status[RIVALS];
    int same_guest;
};

static void rival(void *data)
{
    struct rivals *rivals = data;
    const int i = rivals->next++;
    /* One guest goes to many doors, many guests to one. */
    const char *flat = rivals->same_guest ? stand_flat() : rivals->flat;
    char guest[64];

    snprintf(guest, sizeof guest, ",\"telegram_id\":%d", rivals->same_guest ? 7 : 100 + i);
    const struct answer answer =
        stand_book(NULL, flat, 20 + i * rivals->apart,
                   rivals->nights + (rivals->apart == 0 ? i % 3 : 0), guest, "");
    ck_assert_msg(answer.status == 201 || answer.status == 409, "%d %s", answer.status,
                  answer.code);
    rivals->status[i] = answer.status;
}

static void start_rivals(void *data)
{
    struct rivals *rivals = data;

    rivals->flat = stand_flat();
    for (int i = 0; i < RIVALS; i++)
        stand_go(rival, rivals);
}

static int count(const struct rivals *rivals, int status)
{
    int found = 0;

    for (int i = 0; i < RIVALS; i++)
        found += rivals->status[i] == status;
    return found;
}

START_TEST(of_twenty_overlapping_stays_at_once_exactly_one_is_booked)
{
    struct rivals rivals = {.apart = 0, .nights = 2};

    stand_run(start_rivals, &rivals);
    ck_assert_int_eq(count(&rivals, 201), 1);
    ck_assert_int_eq(count(&rivals, 409), RIVALS - 1);
    ck_assert_int_eq(overlaps(), 0);
}
END_TEST

START_TEST(twenty_stays_side_by_side_at_once_are_all_booked)
{
    struct rivals rivals = {.apart = 2, .nights = 2};

    stand_run(start_rivals, &rivals);
    ck_assert_int_eq(count(&rivals, 201), RIVALS);
    ck_assert_int_eq(overlaps(), 0);
}
END_TEST

START_TEST(twenty_chains_of_overlapping_stays_never_overlap)
{
    struct rivals rivals = {.apart = 1, .nights = 3};

    stand_run(start_rivals, &rivals);
    ck_assert_int_ge(count(&rivals, 201), RIVALS / 5);
    ck_assert_int_eq(count(&rivals, 201) + count(&rivals, 409), RIVALS);
    ck_assert_int_eq(overlaps(), 0);
}
END_TEST

START_TEST(one_guest_at_twenty_doors_at_once_holds_three)
{
    struct rivals rivals = {.apart = 2, .nights = 1, .same_guest = 1};

    stand_run(start_rivals, &rivals);
    ck_assert_int_eq(count(&rivals, 201), 3);
    ck_assert_int_eq(count(&rivals, 409), RIVALS - 3);
}
END_TEST

/* --- a code somebody has already --- */

static bool insert_with_code(struct change *change, void *arg, struct fault *fault)
{
    auto_rows struct db_rows ended = {0};
    struct booking *booking = arg;
    struct booking_take take = {.wait_s = 60, .ended = &ended};

    return booking_place_store_take(change->tx, change->arena, booking, &take, fault) &&
           (!take.taken || fault_set(fault, FAULT_CONFLICT, "nights_taken", "Taken."));
}

static void code_body(void *data)
{
    const char *flat = stand_flat();
    struct answer first = stand_book(NULL, flat, 10, 1, "", "");
    struct booking booking = {
        .id = uuid_make(),
        .tenant_id = stand_owner.tenant_id,
        .owner_id = stand_owner.actor_id,
        .code = slice_of(stand_text("SELECT code FROM booking WHERE id = '%s'", first.id)),
        .status = BOOKING_HELD,
        .guests = 1,
        .guest = {.name = SLICE("B"), .telegram_id = FIELD_ABSENT},
        .lines = SLICE("[]"),
    };
    struct fault fault = {.code = ""};
    struct arena arena;

    (void)data;
    ck_assert(uuid_parse(slice_of(flat), &booking.apartment_id));
    booking.check_in = (int32_t)stand_number("SELECT current_date + 50 - date '1970-01-01'");
    booking.check_out = booking.check_in + 1;
    arena_init(&arena, 1 << 20);
    ck_assert_msg(
        api_task(stand_changes(), &booking.tenant_id, &arena, insert_with_code, &booking, &fault),
        "%s: %s", fault.code, fault.detail);
    arena_finish(&arena);
    ck_assert_int_eq(stand_number("SELECT count(DISTINCT code) FROM booking"), 2);
}

START_TEST(a_code_that_is_taken_is_made_again)
{
    stand_run(code_body, NULL);
}
END_TEST

static void every_fault_body(void *data)
{
    static const char *const wanted[][2] = {
        {"guest/phone",  "bad_phone"    },
        {"check_out",    "bad_range"    },
        {"hold_seconds", "test_key_only"},
    };
    struct api_caller live = stand_staff;
    struct answer answer;
    char body[STAND_TEXT * 2];
    size_t found = 0, i;
    json_t *error;

    (void)data;
    live.test_key = false;
    snprintf(body, sizeof body,
             "{\"apartment_id\":\"%s\",\"check_in\":\"%s\",\"check_out\":\"%s\",\"guests\":2,"
             "\"guest\":{\"name\":\"Данияр\",\"phone\":\"12\"},\"hold_seconds\":5}",
             stand_flat(), stand_day(12), stand_day(10));
    answer = stand_ask(
        &(struct ask){.handler = post_booking, .caller = &live, .method = HTTP_POST, .body = body});
    ck_refused(answer, 422, "invalid");
    json_array_foreach(json_object_get(answer.json, "errors"), i, error)
    {
        ck_assert_uint_lt(i, 3);
        for (size_t k = 0; k < 3; k++)
            found +=
                strcmp(json_string_value(json_object_get(error, "field")), wanted[k][0]) == 0 &&
                strcmp(json_string_value(json_object_get(error, "code")), wanted[k][1]) == 0;
    }
    ck_assert_uint_eq(found, 3);
    answer_drop(&answer);
}

START_TEST(every_fault_of_a_body_is_named_at_once_whosever_key_it_is)
{
    stand_run(every_fault_body, NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("booking_place");
    TCase *tests = tcase_create("place");

    tcase_add_checked_fixture(tests, begin, stand_end);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_stay_is_held_for_a_quarter_of_an_hour_and_reads_back);
    tcase_add_test(tests, a_booking_leaves_history_event_and_audit_behind);
    tcase_add_loop_test(tests, nights_are_sold_once, 0, (int)(sizeof second / sizeof second[0]));
    tcase_add_test(tests, a_draft_that_breaks_rules_is_refused_by_name);
    tcase_add_test(tests, each_books_and_sees_what_is_his);
    tcase_add_test(tests, a_guest_holds_three_stays_by_any_of_his_names);
    tcase_add_test(tests, a_flat_that_is_not_instant_is_requested_at_most_to_the_end_of_the_day);
    tcase_add_test(tests, a_repeated_key_books_once_and_a_dry_run_never);
    tcase_add_test(tests, a_hold_whose_time_ran_out_blocks_nobody_though_nobody_swept);
    tcase_add_test(tests, of_twenty_overlapping_stays_at_once_exactly_one_is_booked);
    tcase_add_test(tests, twenty_stays_side_by_side_at_once_are_all_booked);
    tcase_add_test(tests, twenty_chains_of_overlapping_stays_never_overlap);
    tcase_add_test(tests, one_guest_at_twenty_doors_at_once_holds_three);
    tcase_add_test(tests, a_code_that_is_taken_is_made_again);
    tcase_add_test(tests, every_fault_of_a_body_is_named_at_once_whosever_key_it_is);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
