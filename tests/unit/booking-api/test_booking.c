// SPDX-License-Identifier: MIT
/* Rules of creating a booking. They are pure, so every case is a row. */

#include "bookings/booking.h"
#include "prices/stay_price.h"
#include "support/scratch.h"

TEST_CASE("rules");

/* Day 20000, 22:00 in the apartment's time zone. */
enum { TODAY = 20000, NOW_MINUTE = 22 * 60 };

static struct apartment plain_apartment(void)
{
    return (struct apartment){
        .max_guests = 4,
        .min_nights = 2,
        .max_nights = 10,
        .booking_window_days = 100,
        .is_active = true,
        .local_day = TODAY,
        .local_minute = NOW_MINUTE,
    };
}

static struct booking_draft plain_draft(void)
{
    return (struct booking_draft){
        .check_in = TODAY + 10,
        .check_out = TODAY + 13,
        .guests = 2,
        .guest = {.telegram_id = FIELD_ABSENT},
        .hold_minutes = FIELD_ABSENT,
        .hold_seconds = FIELD_ABSENT,
    };
}

static const struct {
    const char *why;
    enum booking_status status;
    int64_t paid;
    bool address, payment;
} disclosures[] = {
    {"held",                        BOOKING_HELD,            0,   false, true },
    {"requested: not accepted yet", BOOKING_REQUESTED,       0,   false, false},
    {"claimed, not yet seen",       BOOKING_PAYMENT_CLAIMED, 0,   false, true },
    {"confirmed, the rest due",     BOOKING_CONFIRMED,       30,  true,  true },
    {"confirmed, all paid",         BOOKING_CONFIRMED,       100, true,  false},
    {"confirmed, more than all",    BOOKING_CONFIRMED,       120, true,  false},
    {"checked in, the rest due",    BOOKING_CHECKED_IN,      30,  true,  true },
    {"completed, some not paid",    BOOKING_COMPLETED,       30,  false, false},
    {"expired",                     BOOKING_EXPIRED,         0,   false, false},
    {"declined",                    BOOKING_DECLINED,        0,   false, false},
    {"cancelled",                   BOOKING_CANCELLED,       30,  false, false},
    {"no-show",                     BOOKING_NO_SHOW,         30,  false, false},
};

TEST_ROWS_WHY(address_and_payment_are_shown_in_the_right_statuses, disclosures)
{
    const struct api_caller guest = {.actor = ACTOR_GUEST}, owner = {.actor = ACTOR_OWNER};
    const struct booking booking = {
        .status = (int)row->status, .total = 100, .deposit = 30, .paid = row->paid};

    ck_assert(booking_shows_address(&booking, &guest) == row->address);
    ck_assert(booking_shows_check_in_info(&booking, &owner) == row->address);
    ck_assert(booking_shows_payment_info(&booking) == row->payment);
}

static const struct {
    const char *why;
    enum booking_status status;
    const char *phone;
    int64_t deposit, paid, hours_left;
    bool address, info;
} arrivals[] = {
    {"anonymous, nothing to pay",     BOOKING_CONFIRMED,  NULL,           0,  0,  1,  false, false},
    {"a phone, nothing to pay",       BOOKING_CONFIRMED,  "+77011234567", 0,  0,  24, true,  true },
    {"a phone, a day and more",       BOOKING_CONFIRMED,  "+77011234567", 0,  0,  25, true,  false},
    {"a deposit that is paid",        BOOKING_CONFIRMED,  NULL,           30, 30, 24, true,  true },
    {"a deposit, a day and more",     BOOKING_CONFIRMED,  NULL,           30, 30, 25, true,  false},
    {"a deposit that is partly paid", BOOKING_CONFIRMED,  NULL,           30, 29, 1,  false, false},
    {"a deposit unpaid, but a phone", BOOKING_CONFIRMED,  "+77011234567", 30, 0,  1,  true,  true },
    {"anonymous, but in the house",   BOOKING_CHECKED_IN, NULL,           0,  0,  25, true,  true },
    {"a phone, not confirmed",        BOOKING_HELD,       "+77011234567", 0,  0,  1,  false, false},
};

TEST_ROWS_WHY(a_known_guest_sees_how_to_get_in_when_the_time_has_come, arrivals)
{
    const struct api_caller guest = {.actor = ACTOR_GUEST}, staff = {.actor = ACTOR_STAFF};
    const struct booking booking = {
        .status = (int)row->status,
        .guest.phone = slice_of(row->phone),
        .total = 100,
        .deposit = row->deposit,
        .paid = row->paid,
        .check_in_info.ru = SLICE("12#"),
        .clock = {.now = 1000 - row->hours_left, .check_in_info = 1000 - 24},
    };
    const bool agreed = row->status != BOOKING_HELD;

    ck_assert(booking_shows_address(&booking, &guest) == row->address);
    ck_assert(booking_shows_check_in_info(&booking, &guest) == row->info);
    ck_assert(booking_shows_check_in_info(&booking, &staff) == agreed);
    ck_assert(booking_needs_phone(&booking) == (agreed && !row->address));
}

static const struct {
    const char *why;
    int32_t check_in, check_out;
    int64_t guests, notice_hours;
    bool inactive;
    const char *codes; /* "field:code" joined by spaces, in order */
} rule_cases[] = {
    {"an ordinary stay",                              TODAY + 10,  TODAY + 13,  2, 0,  false, ""                      },
    {"today can be booked until midnight",            TODAY,       TODAY + 2,   2, 0,  false, ""                      },
    {"yesterday is over",                             TODAY - 1,   TODAY + 2,   2, 0,  false, "check_in:in_the_past"  },
    {"a past check-in is one problem",                TODAY - 1,   TODAY + 2,   2, 48, false, "check_in:in_the_past"  },
    {"two hours are left of today",                   TODAY,       TODAY + 2,   2, 2,  false, ""                      },
    {"three hours are not",                           TODAY,       TODAY + 2,   2, 3,  false, "check_in:too_late"     },
    {"a day's notice counts from the end of the day", TODAY + 1,   TODAY + 3,   2, 26, false, ""                      },
    {"and no more",                                   TODAY + 1,   TODAY + 3,   2, 27, false, "check_in:too_late"     },
    {"the last day of the window",                    TODAY + 100, TODAY + 102, 2, 0,  false, ""                      },
    {"the day after it",                              TODAY + 101, TODAY + 103, 2, 0,  false, "check_in:beyond_window"},
    {"exactly as short as allowed",                   TODAY + 10,  TODAY + 12,  2, 0,  false, ""                      },
    {"a night short",                                 TODAY + 10,  TODAY + 11,  2, 0,  false, "check_out:min_nights"  },
    {"exactly as long as allowed",                    TODAY + 10,  TODAY + 20,  2, 0,  false, ""                      },
    {"a night long",                                  TODAY + 10,  TODAY + 21,  2, 0,  false, "check_out:max_nights"  },
    {"as many guests as fit",                         TODAY + 10,  TODAY + 13,  4, 0,  false, ""                      },
    {"one more",                                      TODAY + 10,  TODAY + 13,  5, 0,  false, "guests:too_many_guests"},
    {"an apartment that is not let",                  TODAY + 10,  TODAY + 13,  2, 0,  true,
     "apartment_id:not_bookable"                                                                                      },
    {"all that is wrong is named",                    TODAY - 1,   TODAY,       9, 0,  true,
     "apartment_id:not_bookable check_in:in_the_past check_out:min_nights guests:too_many_guests"                     },
};

TEST_ROWS_WHY(draft_is_checked_against_every_rule, rule_cases)
{
    struct apartment apartment = plain_apartment();
    struct booking_draft draft = plain_draft();
    struct fault_list problems;
    char codes[400] = "";

    apartment.advance_notice_hours = row->notice_hours;
    apartment.is_active = !row->inactive;
    draft.check_in = row->check_in;
    draft.check_out = row->check_out;
    draft.guests = row->guests;
    fault_list_init(&problems, &arena);
    booking_check(&apartment, &draft, 0, &problems);
    for (size_t i = 0; i < problems.count; i++) {
        const size_t len = strlen(codes);
        snprintf(codes + len, sizeof codes - len, "%s%s:%s", i > 0 ? " " : "",
                 problems.fields[i].field, problems.fields[i].code);
    }
    ck_assert_str_eq(codes, row->codes);
}

TEST(total_at_the_maximum_is_accepted)
{
    const struct apartment apartment = plain_apartment();
    const struct booking_draft draft = plain_draft();
    struct fault_list problems;

    fault_list_init(&problems, &arena);
    booking_check(&apartment, &draft, STAY_TOTAL_MAX, &problems);
    ck_assert_uint_eq(problems.count, 0);
    booking_check(&apartment, &draft, STAY_TOTAL_MAX + 100, &problems);
    ck_assert_uint_eq(problems.count, 1);
    ck_assert_str_eq(problems.fields[0].code, "total_too_high");
}

static const struct {
    const char *why;
    int32_t nights;
    int64_t minutes, seconds;
    bool test_key;
    const char *code; /* of the only problem; "": none, "many": several */
    int64_t hold_s;
} drafts[] = {
    {"15 minutes by default", 3,                   FIELD_ABSENT, FIELD_ABSENT, false, "",              900},
    {"minutes as asked",      3,                   5,            FIELD_ABSENT, false, "",              300},
    {"seconds for tests",     3,                   FIELD_ABSENT, 2,            true,  "",              2  },
    {"and for tests only",    3,                   FIELD_ABSENT, 2,            false, "test_key_only", 2  },
    {"not both",              3,                   5,            2,            true,  "many",          2  },
    {"no night",              0,                   FIELD_ABSENT, FIELD_ABSENT, false, "bad_range",     900},
    {"backwards",             -1,                  FIELD_ABSENT, FIELD_ABSENT, false, "bad_range",     900},
    {"the longest",           STAY_NIGHTS_MAX,     FIELD_ABSENT, FIELD_ABSENT, false, "",              900},
    {"longer",                STAY_NIGHTS_MAX + 1, FIELD_ABSENT, FIELD_ABSENT, false, "max_nights",    900},
    {"two problems",          0,                   5,            2,            true,  "many",          2  },
};

TEST_ROWS_WHY(contradictions_within_a_draft_are_refused, drafts)
{
    struct booking_draft draft = plain_draft();
    struct fault_list problems;
    const char *code;

    draft.check_out = draft.check_in + row->nights;
    draft.hold_minutes = row->minutes;
    draft.hold_seconds = row->seconds;
    draft.test_key = row->test_key;
    fault_list_init(&problems, &arena);
    booking_draft_check(&draft, &problems);
    code = problems.count == 0 ? "" : problems.count > 1 ? "many" : problems.fields[0].code;
    ck_assert_str_eq(code, row->code);
    ck_assert(booking_hold_seconds(&draft) == row->hold_s);
}

TEST(guests_book_only_for_themselves)
{
    const struct api_caller guest = {.actor = ACTOR_GUEST, .actor_number = 7};
    const struct api_caller staff = {.actor = ACTOR_STAFF};
    struct booking_draft draft = plain_draft();

    ck_assert(booking_draft_set_guest(&draft, &staff, &fault));
    ck_assert(draft.guest.telegram_id == FIELD_ABSENT && !draft.by_guest);
    ck_assert(booking_draft_set_guest(&draft, &guest, &fault));
    ck_assert(draft.guest.telegram_id == 7 && draft.by_guest);
    ck_assert(booking_draft_set_guest(&draft, &guest, &fault));
    draft.guest.telegram_id = 8;
    ck_assert(!booking_draft_set_guest(&draft, &guest, &fault));
    ck_assert_int_eq(fault.kind, FAULT_FORBIDDEN);
    ck_assert_int_eq(draft.guest.telegram_id, 8);
    ck_assert(booking_draft_set_guest(&draft, &staff, &fault));
}

/* A stay of the nights 10, 11 and 12. */
static const struct {
    const char *why;
    int64_t buffer;
    struct booking_taken taken[3];
    size_t count;
    int32_t nights[4]; /* terminated by 0 */
} stays[] = {
    {"nothing is taken",                   0, {{0}},                0, {0}         },
    {"one night inside",                   0, {{11, 12}},           1, {11}        },
    {"the day of check-out is free",       0, {{13, 15}},           1, {0}         },
    {"a check-out day is free",            0, {{8, 10}},            1, {0}         },
    {"a longer stay around it",            0, {{1, 30}},            1, {10, 11, 12}},
    {"two stays",                          0, {{9, 11}, {12, 14}},  2, {10, 12}    },
    {"rows may overlap",                   0, {{9, 11}, {10, 12}},  2, {10, 11}    },
    {"own buffer runs into the next stay", 1, {{13, 14}},           1, {12}        },
    {"own buffer ends before it",          1, {{14, 15}},           1, {0}         },
    {"the last night is named once",       2, {{12, 14}},           1, {12}        },
    {"a night and the buffer",             3, {{10, 11}, {15, 16}}, 2, {10, 12}    },
};

TEST_ROWS_WHY(taken_nights_are_returned, stays)
{
    int32_t nights[STAY_NIGHTS_MAX];
    size_t wanted = 0;
    const size_t count =
        booking_list_taken_nights(10, 13, row->buffer, row->taken, row->count, nights);

    while (row->nights[wanted] != 0)
        wanted++;
    ck_assert_msg(count == wanted, "%zu nights", count);
    for (size_t i = 0; i < count; i++)
        ck_assert(nights[i] == row->nights[i]);
}

TEST(taken_nights_are_limited_to_the_longest_stay)
{
    const struct booking_taken all = {0, 1000};
    int32_t nights[STAY_NIGHTS_MAX];

    ck_assert_uint_eq(booking_list_taken_nights(1, 1 + STAY_NIGHTS_MAX, 30, &all, 1, nights),
                      STAY_NIGHTS_MAX);
}

static const struct {
    const char *why;
    enum booking_status status;
    int64_t fee, paid; /* of a total of 100 */
    int64_t refund, refund_due;
} payments[] = {
    {"the rest is paid",              BOOKING_CONFIRMED, FIELD_ABSENT, 100, FIELD_ABSENT, FIELD_ABSENT},
    {"more than all is paid",         BOOKING_COMPLETED, FIELD_ABSENT, 130, FIELD_ABSENT, 30          },
    {"late money",                    BOOKING_EXPIRED,   FIELD_ABSENT, 30,  FIELD_ABSENT, 30          },
    {"late money is returned",        BOOKING_EXPIRED,   FIELD_ABSENT, 0,   FIELD_ABSENT, FIELD_ABSENT},
    {"a part of the refund is given", BOOKING_CANCELLED, 40,           60,  20,           FIELD_ABSENT},
    {"the refund is given",           BOOKING_CANCELLED, 40,           40,  0,            FIELD_ABSENT},
    {"everything is given back",      BOOKING_NO_SHOW,   40,           0,   0,            FIELD_ABSENT},
};

TEST_ROWS_WHY(refund_follows_what_is_paid, payments)
{
    struct booking booking = {.status = (int)row->status,
                              .total = 100,
                              .paid = 80,
                              .claimed = 10,
                              .fee = row->fee,
                              .refund = row->fee == FIELD_ABSENT ? FIELD_ABSENT : 80 - row->fee};

    booking_set_paid(&booking, row->paid);
    ck_assert_int_eq(booking.paid, row->paid);
    ck_assert_int_eq(booking.claimed, 0);
    ck_assert_int_eq(booking.fee, row->fee);
    ck_assert_int_eq(booking.refund, row->refund);
    ck_assert_int_eq(booking_refund_due(&booking), row->refund_due);
}

static const struct {
    const char *why;
    enum booking_status stored;
    int64_t expires_at;
    enum booking_status shown;
    bool waits;
} clocks[] = {
    {"a hold with time left",               BOOKING_HELD,            101, BOOKING_HELD,            true },
    {"a hold whose time is now",            BOOKING_HELD,            100, BOOKING_EXPIRED,         false},
    {"a request that waited long enough",   BOOKING_REQUESTED,       99,  BOOKING_EXPIRED,         false},
    {"a claim that nobody verified",        BOOKING_PAYMENT_CLAIMED, 99,  BOOKING_PAYMENT_CLAIMED, true },
    {"a confirmed booking does not expire", BOOKING_CONFIRMED,       99,  BOOKING_CONFIRMED,       false},
    {"an ended booking stays ended",        BOOKING_CANCELLED,       101, BOOKING_CANCELLED,       false},
};

TEST_ROWS_WHY(overdue_booking_reads_as_expired, clocks)
{
    struct booking booking = {.status = (int)row->stored, .expires_at = row->expires_at};

    booking_apply_clock(&booking, 100);
    ck_assert(booking.status == (int)row->shown);
    ck_assert((booking.expires_at != FIELD_ABSENT) == row->waits);
    ck_assert(booking.status != BOOKING_EXPIRED ||
              slice_is(booking.expired_from, booking_status_names[row->stored]));
}

TEST(visibility_depends_on_the_actor)
{
    const struct uuid owner = uuid_make(), other = uuid_make();
    const struct booking booking = {.owner_id = owner, .guest = {.telegram_id = 7}};
    const struct booking without_guest = {.owner_id = owner,
                                          .guest = {.telegram_id = FIELD_ABSENT}};

    ck_assert(
        booking_visible(&booking, &(struct api_caller){.actor = ACTOR_GUEST, .actor_number = 7}));
    ck_assert(
        !booking_visible(&booking, &(struct api_caller){.actor = ACTOR_GUEST, .actor_number = 8}));
    ck_assert(!booking_visible(&without_guest,
                               &(struct api_caller){.actor = ACTOR_GUEST, .actor_number = 7}));
    ck_assert(
        booking_visible(&booking, &(struct api_caller){.actor = ACTOR_OWNER, .actor_id = owner}));
    ck_assert(
        !booking_visible(&booking, &(struct api_caller){.actor = ACTOR_OWNER, .actor_id = other}));
    ck_assert(booking_visible(&without_guest, &(struct api_caller){.actor = ACTOR_STAFF}));
    ck_assert(booking_visible(&without_guest, &(struct api_caller){.actor = ACTOR_CLIENT}));
}
