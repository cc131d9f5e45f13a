// SPDX-License-Identifier: MIT
/* A stay gets other dates, guests or another flat, on a real PostgreSQL, one at a time and all at
 * once. */
#include "booking_handlers.h"
#include "stand.h"

static void begin(void)
{
    stand_begin("test_booking_change");
}

/* `more`: further members with a leading comma. */
static struct answer ask_change(const struct api_caller *caller, const char *id, int from,
                                int nights, const char *more, const char *if_match)
{
    char body[400];

    snprintf(body, sizeof body, "{\"check_in\":\"%s\",\"check_out\":\"%s\"%s}", stand_day(from),
             stand_day(from + nights), more);
    return stand_ask(&(struct ask){.handler = change_booking_dates,
                                   .caller = caller,
                                   .method = HTTP_POST,
                                   .id = id,
                                   .body = body,
                                   .if_match = if_match});
}

static struct answer change(const struct api_caller *caller, const char *id, int from, int nights,
                            const char *more)
{
    struct answer answer = ask_change(caller, id, from, nights, more, NULL);

    answer_drop(&answer);
    return answer;
}

static struct answer confirmed(const char *flat, int from, int nights)
{
    struct answer booked = stand_book(&stand_guest, flat, from, nights, "", "");

    ck_status(booked, 201);
    ck_status(stand_act(confirm_booking, NULL, booked.id, NULL), 200);
    return booked;
}

static const char *to_flat(const char *flat)
{
    static char more[100];

    snprintf(more, sizeof more, ",\"apartment_id\":\"%s\"", flat);
    return more;
}

static void move_body(void *data)
{
    const char *flat = stand_flat();
    struct answer booked, answer;

    (void)data;
    stand_sql("UPDATE apartment SET prepayment_percent = 30");
    booked = stand_book(&stand_guest, flat, 20, 2, "", "");
    ck_status(stand_act(confirm_booking, &stand_owner, booked.id, NULL), 200);
    stand_sql("UPDATE apartment SET base_price = 2000000");
    answer = ask_change(&stand_guest, booked.id, 21, 3, ",\"guests\":4", NULL);
    ck_status(answer, 200);
    ck_assert_str_eq(json_string_value(json_object_get(answer.json, "check_in")), stand_day(21));
    ck_assert_uint_eq(json_array_size(json_object_get(answer.json, "lines")), 3);
    answer_drop(&answer);
    ck_assert_str_eq(stand_text("SELECT concat_ws(' ', o.status, o.version, b.guests, b.total,"
                                " b.deposit, b.paid) FROM occupancy o JOIN booking b USING (id)"),
                     "confirmed 3 4 6000000 1800000 600000");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM booking_history WHERE from_status ="
                                  " to_status AND reason LIKE '%%total 20000 KZT%%'"),
                     1);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM outbox WHERE type = 'booking.changed'"), 1);
    answer = stand_book(&stand_guest8, flat, 20, 1, "", "");
    ck_status(answer, 201);
    answer = stand_book(&stand_guest8, flat, 23, 1, "", "");
    ck_refused(answer, 409, "nights_taken");
    answer = stand_act(confirm_booking, &stand_owner, booked.id, NULL);
    ck_status(answer, 200);
    stand_check_traces();
}

START_TEST(a_stay_moves_and_is_priced_anew_and_what_was_paid_stays)
{
    stand_run(move_body, NULL);
}
END_TEST

static void repeat_body(void *data)
{
    const struct answer booked = confirmed(stand_flat(), 20, 2);
    struct answer answer;

    (void)data;
    answer = ask_change(&stand_guest, booked.id, 21, 2, "", "\"2.x\"");
    answer_drop(&answer);
    ck_status(answer, 200);
    stand_sql("UPDATE apartment SET base_price = 2000000");
    answer = ask_change(&stand_guest, booked.id, 21, 2, "", "\"2.x\"");
    answer_drop(&answer);
    ck_status(answer, 200);
    answer = ask_change(NULL, booked.id, 21, 2, "", "\"2.x\"");
    answer_drop(&answer);
    ck_refused(answer, 412, "version_mismatch");
    ck_assert_int_eq(stand_number("SELECT version FROM occupancy"), 3);
    ck_assert_int_eq(stand_number("SELECT total FROM booking"), 2000000);
    stand_check_traces();
}

START_TEST(what_is_so_already_has_no_effect)
{
    stand_run(repeat_body, NULL);
}
END_TEST

static const struct {
    const char *why;
    int from, nights;
    const char *more;
    int status;
    const char *code;
} rules[] = {
    {"backwards",                20, -1, "",                                                          422, "bad_range"      },
    {"too long",                 20, 31, "",                                                          422, "max_nights"     },
    {"too short",                20, 1,  "",                                                          422, "min_nights"     },
    {"yesterday",                -1, 3,  "",                                                          422, "in_the_past"    },
    {"without notice",           1,  3,  "",                                                          422, "too_late"       },
    {"beyond the window",        41, 3,  "",                                                          422, "beyond_window"  },
    {"too many guests",          20, 2,  ",\"guests\":5",                                             422, "too_many_guests"},
    {"a field nobody knows",     20, 2,  ",\"note\":\"x\"",                                           422, "unknown_field"  },
    {"another total",            25, 2,  ",\"expected_total\":{\"amount\":100,\"currency\":\"KZT\"}", 409,
     "total_changed"                                                                                                        },
    {"the total that was shown", 25, 2,
     ",\"expected_total\":{\"amount\":2000000,\"currency\":\"KZT\"}",                                 200, ""               },
};

static void rules_body(void *data)
{
    const struct answer booked = confirmed(stand_flat(), 20, 3);

    (void)data;
    stand_sql("UPDATE apartment SET min_nights = 2, advance_notice_hours = 72,"
              " booking_window_days = 40");
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const struct answer answer =
            change(NULL, booked.id, rules[i].from, rules[i].nights, rules[i].more);
        ck_assert_msg(answer.status == rules[i].status && strcmp(answer.code, rules[i].code) == 0,
                      "%s: %d %s", rules[i].why, answer.status, answer.code);
    }
    ck_assert_int_eq(stand_number("SELECT version FROM occupancy"), 3);
}

START_TEST(new_dates_keep_the_rules_of_today)
{
    stand_run(rules_body, NULL);
}
END_TEST

static void same_day_body(void *data)
{
    const struct answer booked = confirmed(stand_flat(), 1, 3);
    struct answer answer;

    (void)data;
    stand_sql("UPDATE apartment SET advance_notice_hours = 72, booking_window_days = 0");
    answer = change(NULL, booked.id, 1, 4, "");
    ck_status(answer, 200);
    answer = change(NULL, booked.id, 2, 4, "");
    ck_status(answer, 422);
    stand_sql("UPDATE occupancy SET check_in = check_in - 2, check_out = check_out - 2");
    answer = change(NULL, booked.id, -1, 6, "");
    ck_status(answer, 200);
    ck_status(stand_act(check_in_booking, NULL, booked.id, NULL), 200);
    answer = change(&stand_guest, booked.id, -1, 5, "");
    ck_refused(answer, 403, "forbidden");
    answer = change(NULL, booked.id, -2, 5, "");
    ck_refused(answer, 409, "already_checked_in");
    answer = change(&stand_owner, booked.id, -1, 5, "");
    ck_status(answer, 200);
    ck_status(stand_act(check_out_booking, NULL, booked.id, NULL), 200);
    answer = change(NULL, booked.id, -1, 6, "");
    ck_refused(answer, 409, "already_completed");
    stand_check_traces();
}

START_TEST(notice_and_window_are_judged_only_where_check_in_moves)
{
    stand_run(same_day_body, NULL);
}
END_TEST

static void taken_body(void *data)
{
    const char *flat = stand_flat();
    struct answer booked, other, answer;

    (void)data;
    booked = confirmed(flat, 20, 2);
    stand_sql("UPDATE apartment SET buffer_days = 3");
    other = confirmed(flat, 25, 2);
    answer = ask_change(NULL, booked.id, 21, 5, "", NULL);
    ck_refused(answer, 409, "nights_taken");
    const json_t *nights = json_object_get(answer.json, "nights");
    ck_assert_uint_eq(json_array_size(nights), 1);
    ck_assert_str_eq(json_string_value(json_array_get(nights, 0)), stand_day(25));
    answer_drop(&answer);
    answer = change(NULL, booked.id, 29, 2, "");
    ck_refused(answer, 409, "nights_taken");
    answer = change(NULL, other.id, 20, 1, "");
    ck_refused(answer, 409, "nights_taken");
    answer = change(NULL, other.id, 22, 2, "");
    ck_status(answer, 200);
    answer = change(NULL, booked.id, 20, 2, "");
    ck_status(answer, 200);
    answer = change(NULL, booked.id, 18, 3, "");
    ck_status(answer, 200);
    ck_assert_int_eq(stand_number("SELECT buffer_days FROM occupancy WHERE id = '%s'", booked.id),
                     0);
    ck_assert_int_eq(stand_number("SELECT buffer_days FROM occupancy WHERE id = '%s'", other.id),
                     3);
    answer = stand_book(&stand_guest8, flat, 40, 2, "", "");
    stand_sql("UPDATE occupancy SET expires_at = now() - interval '1 second' WHERE id = '%s'",
              answer.id);
    answer = change(NULL, booked.id, 39, 2, "");
    ck_status(answer, 200);
    stand_check_traces();
}

START_TEST(row_11_nights_that_somebody_has_are_named_and_a_buffer_stays_as_it_was)
{
    stand_run(taken_body, NULL);
}
END_TEST

static void flat_body(void *data)
{
    const char *here = stand_flat(), *there = stand_flat();
    struct answer booked = confirmed(here, 20, 2), answer;

    (void)data;
    stand_sql("UPDATE apartment SET base_price = 3000000 WHERE id = '%s'", there);
    answer = change(&stand_guest, booked.id, 20, 2, to_flat(there));
    ck_refused(answer, 403, "forbidden");
    answer = change(NULL, booked.id, 20, 2, to_flat("018f0000-0000-7000-8000-000000000000"));
    ck_refused(answer, 422, "unknown_apartment");
    answer = change(&stand_owner, booked.id, 20, 2, to_flat(there));
    ck_status(answer, 200);
    ck_assert_int_eq(stand_number("SELECT total FROM booking WHERE apartment_id = '%s'", there),
                     6000000);
    ck_assert_int_eq(
        stand_number("SELECT count(*) FROM occupancy WHERE apartment_id = '%s'", there), 1);
    answer = stand_book(&stand_guest8, here, 20, 2, "", "");
    ck_status(answer, 201);
    answer = change(NULL, booked.id, 20, 2, to_flat(here));
    ck_refused(answer, 409, "nights_taken");
    stand_sql("INSERT INTO owner (id, tenant_id, name) SELECT gen_random_uuid(), tenant_id, 'Б'"
              " FROM owner LIMIT 1");
    stand_sql("UPDATE apartment SET owner_id = (SELECT id FROM owner WHERE name = 'Б')"
              " WHERE id = '%s'",
              here);
    answer = change(&stand_owner, booked.id, 25, 2, to_flat(here));
    ck_refused(answer, 422, "unknown_apartment");
    answer = change(NULL, booked.id, 25, 2, to_flat(here));
    ck_status(answer, 200);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM booking b JOIN owner w ON w.id = b.owner_id"
                                  " WHERE b.id = '%s' AND w.name = 'Б'",
                                  booked.id),
                     1);
    answer = change(&stand_owner, booked.id, 26, 2, "");
    ck_refused(answer, 404, "not_found");
    stand_check_traces();
}

START_TEST(owner_and_staff_move_a_stay_to_another_flat)
{
    stand_run(flat_body, NULL);
}
END_TEST

static bool lists_change(const struct api_caller *caller, const char *id)
{
    struct answer answer =
        stand_ask(&(struct ask){.handler = get_booking, .caller = caller, .id = id});
    bool found = false;
    size_t i;
    json_t *listed;

    ck_status(answer, 200);
    json_array_foreach(json_object_get(answer.json, "allowed_actions"), i, listed)
    {
        found = found ||
                strcmp(json_string_value(json_object_get(listed, "action")), "change-dates") == 0;
    }
    answer_drop(&answer);
    return found;
}

static void inactive_body(void *data)
{
    const char *here = stand_flat(), *there = stand_flat();
    const struct answer booked = confirmed(here, 20, 2);
    struct answer answer;

    (void)data;
    ck_assert(lists_change(&stand_guest, booked.id));
    stand_sql("UPDATE apartment SET is_active = false");
    ck_assert(!lists_change(&stand_guest, booked.id));
    answer = change(&stand_guest, booked.id, 21, 2, "");
    ck_refused(answer, 403, "forbidden");
    ck_assert(lists_change(&stand_owner, booked.id));
    answer = change(&stand_owner, booked.id, 21, 2, "");
    ck_status(answer, 200);
    ck_assert(lists_change(NULL, booked.id));
    answer = change(NULL, booked.id, 22, 2, "");
    ck_status(answer, 200);
    answer = change(NULL, booked.id, 22, 2, to_flat(there));
    ck_refused(answer, 422, "not_bookable");
    stand_sql("UPDATE apartment SET is_active = true WHERE id = '%s'", there);
    answer = change(NULL, booked.id, 22, 2, to_flat(there));
    ck_status(answer, 200);
    ck_assert(lists_change(&stand_guest, booked.id));
    stand_check_traces();
}

START_TEST(in_a_flat_that_is_not_let_owner_and_staff_alone_change_a_stay)
{
    stand_run(inactive_body, NULL);
}
END_TEST

static void waits_body(void *data)
{
    const char *flat = stand_flat();
    struct answer held, requested, answer;

    (void)data;
    held = stand_book(&stand_guest, flat, 20, 2, "", "");
    stand_sql("UPDATE apartment SET instant_book = false");
    requested = stand_book(&stand_guest, flat, 30, 2, "", "");
    answer = change(&stand_guest, held.id, 22, 2, "");
    ck_status(answer, 200);
    ck_assert_int_le(stand_number("SELECT extract(epoch FROM expires_at - created_at)"
                                  " FROM occupancy WHERE id = '%s'",
                                  held.id),
                     15 * 60);
    stand_sql("UPDATE occupancy SET expires_at = now() + interval '3 days' WHERE id = '%s'",
              requested.id);
    answer = change(NULL, requested.id, 0, 2, "");
    ck_status(answer, 200);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM occupancy WHERE id = '%s' AND expires_at ="
                                  " (check_in + 1)::timestamp AT TIME ZONE 'Asia/Almaty'",
                                  requested.id),
                     1);
    stand_sql("UPDATE occupancy SET expires_at = now() - interval '1 second'");
    answer = change(&stand_guest, held.id, 24, 2, "");
    ck_refused(answer, 409, "already_expired");
    stand_check_traces();
}

START_TEST(what_waits_goes_on_waiting)
{
    stand_run(waits_body, NULL);
}
END_TEST

/* --- races --- */

enum { CROWD = 16 };
static struct race {
    char ids[CROWD][40];
    char flats[3][40];
    int next, moved, booked, refused;
} race;

static void count(const struct answer *answer, int *won)
{
    *won += answer->status < 300;
    race.refused += answer->status == 409;
    ck_assert_msg(answer->status < 300 || strcmp(answer->code, "nights_taken") == 0 ||
                      strcmp(answer->code, "changed_meanwhile") == 0,
                  "%d %s", answer->status, answer->code);
}

static void move_one(void *data)
{
    const struct answer answer = change(NULL, data, 60, 3, to_flat(race.flats[0]));

    count(&answer, &race.moved);
}

static void book_one(void *data)
{
    const struct answer answer = stand_book(NULL, race.flats[0], 61, 1, "", "");

    (void)data;
    count(&answer, &race.booked);
}

static void collide_body(void *data)
{
    (void)data;
    race = (struct race){0};
    for (int i = 0; i < 2; i++)
        snprintf(race.flats[i], sizeof race.flats[i], "%s", stand_flat());
    for (int i = 0; i < CROWD; i++) {
        const struct answer booked = stand_book(NULL, race.flats[i % 2], 10 + 2 * i, 1, "", "");
        memcpy(race.ids[i], booked.id, sizeof booked.id);
    }
    for (int i = 0; i < CROWD; i++) {
        stand_go(move_one, race.ids[i]);
        stand_go(book_one, NULL);
    }
}

START_TEST(row_11_date_changes_colliding_with_new_bookings_have_one_winner)
{
    stand_run(collide_body, NULL);
    ck_assert_int_eq(race.moved + race.booked, 1);
    ck_assert_int_eq(race.refused, 2 * CROWD - 1);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM occupancy WHERE check_out > '%s'"
                                  " AND check_in < '%s'",
                                  stand_day(60), stand_day(63)),
                     1);
    stand_check_traces();
}
END_TEST

/* Each wants where the other is, again and again; nobody may meet a deadlock. */
static void swap_one(void *data)
{
    const int mine = race.next++ % 2;

    (void)data;
    for (int i = 0; i < 10; i++) {
        const struct answer answer = change(NULL, race.ids[mine], 20 + (i + mine) % 2, 2,
                                            to_flat(race.flats[(i + mine) % 2]));
        count(&answer, &race.moved);
    }
}

static void swap_body(void *data)
{
    (void)data;
    race = (struct race){0};
    for (int i = 0; i < 2; i++) {
        snprintf(race.flats[i], sizeof race.flats[i], "%s", stand_flat());
        memcpy(race.ids[i], confirmed(race.flats[i], 20, 2).id, sizeof race.ids[i]);
    }
    for (int i = 0; i < 8; i++)
        stand_go(swap_one, NULL);
}

START_TEST(row_11_two_clients_who_swap_bookings_meet_no_deadlock)
{
    stand_run(swap_body, NULL);
    ck_assert_int_eq(race.moved + race.refused, 80);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM occupancy a JOIN occupancy b"
                                  " ON a.id < b.id AND a.apartment_id = b.apartment_id"
                                  " AND a.nights && b.nights"),
                     0);
    stand_check_traces();
}
END_TEST

/* Ten clients move nine stays between three flats, at random: whoever has to wait waits, and is
 * told nothing of the others but that nights are taken. */
enum { MOVERS = 10, STAYS = 9, MOVES = 40 };

static void wander_one(void *data)
{
    unsigned chance = (unsigned)race.next++ + 1;

    (void)data;
    for (int i = 0; i < MOVES; i++) {
        const int stay = rand_r(&chance) % STAYS, flat = rand_r(&chance) % 3;
        const struct answer answer = change(NULL, race.ids[stay], 20 + 3 * (rand_r(&chance) % 10),
                                            2, to_flat(race.flats[flat]));

        race.moved += answer.status == 200;
        race.refused += answer.status == 409;
        ck_assert_msg(answer.status == 200 || strcmp(answer.code, "nights_taken") == 0, "%d %s",
                      answer.status, answer.code);
    }
}

static void wander_body(void *data)
{
    (void)data;
    race = (struct race){0};
    for (int i = 0; i < 3; i++)
        snprintf(race.flats[i], sizeof race.flats[i], "%s", stand_flat());
    for (int i = 0; i < STAYS; i++)
        memcpy(race.ids[i], confirmed(race.flats[i % 3], 20 + 3 * i, 2).id, sizeof race.ids[i]);
    for (int i = 0; i < MOVERS; i++)
        stand_go(wander_one, NULL);
}

START_TEST(ten_who_move_stays_between_three_flats_are_all_served)
{
    stand_run(wander_body, NULL);
    ck_assert_int_eq(race.moved + race.refused, MOVERS * MOVES);
    ck_assert_int_gt(race.moved, MOVES);
    stand_check_traces();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("booking_change");
    TCase *tests = tcase_create("change");

    tcase_add_checked_fixture(tests, begin, stand_end);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_stay_moves_and_is_priced_anew_and_what_was_paid_stays);
    tcase_add_test(tests, what_is_so_already_has_no_effect);
    tcase_add_test(tests, new_dates_keep_the_rules_of_today);
    tcase_add_test(tests, notice_and_window_are_judged_only_where_check_in_moves);
    tcase_add_test(tests, row_11_nights_that_somebody_has_are_named_and_a_buffer_stays_as_it_was);
    tcase_add_test(tests, owner_and_staff_move_a_stay_to_another_flat);
    tcase_add_test(tests, in_a_flat_that_is_not_let_owner_and_staff_alone_change_a_stay);
    tcase_add_test(tests, what_waits_goes_on_waiting);
    tcase_add_test(tests, row_11_date_changes_colliding_with_new_bookings_have_one_winner);
    tcase_add_test(tests, row_11_two_clients_who_swap_bookings_meet_no_deadlock);
    tcase_add_test(tests, ten_who_move_stays_between_three_flats_are_all_served);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
