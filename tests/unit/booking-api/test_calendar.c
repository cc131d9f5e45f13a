// SPDX-License-Identifier: MIT
/* A calendar as text, one letter per night: . free, b booked, h held, x blocked, ~ buffer, #
 * closed; then the reasons of the night `night`. */
#include "calendar/calendar_json.h"
#include "prices/rate.h"
#include "support/scratch.h"

TEST_CASE("nights");

enum { TODAY = 20416 /* a Monday */, DAYS = 12, TAKEN_MAX = 3 };

#define BOOKED(from, nights, buffer)                                                               \
    {                                                                                              \
        CALENDAR_BOOKED, TODAY + (from), TODAY + (from) + (nights),                                \
            TODAY + (from) + (nights) + (buffer), 0                                                \
    }
#define HELD(from, nights)                                                                         \
    {                                                                                              \
        CALENDAR_HELD, TODAY + (from), TODAY + (from) + (nights), TODAY + (from) + (nights), 0     \
    }
#define BLOCKED(from, nights)                                                                      \
    {                                                                                              \
        CALENDAR_BLOCKED, TODAY + (from), TODAY + (from) + (nights), TODAY + (from) + (nights), 0  \
    }

struct rules {
    int min_nights, buffer, notice_hours, window;
    bool inactive;
    int minute; /* of today */
};

// clang-format off
static const struct {
    const char *why;
    struct rules rules;
    struct calendar_taken taken[TAKEN_MAX];
    size_t count;
    int from; /* days after today */
    const char *nights;
    int night; /* whose reasons are checked */
    unsigned reasons;
} cases[] = {
    {"nothing taken", {1, 0, 0, 365, false, 0}, {{0}}, 0, 0,
     "............", 0, 0},
    {"the check-out day is free", {1, 0, 0, 365, false, 0}, {BOOKED(2, 3, 0)}, 1, 0,
     "..bbb.......", 4, CALENDAR_BY_BOOKING},
    {"a hold and a block", {1, 0, 0, 365, false, 0}, {HELD(1, 2), BLOCKED(5, 2)}, 2, 0,
     ".hh..xx.....", 2, CALENDAR_BY_HOLD},
    {"a block", {1, 0, 0, 365, false, 0}, {BLOCKED(5, 2)}, 1, 0,
     ".....xx.....", 5, CALENDAR_BY_BLOCK},
    {"a buffer after the stay", {1, 0, 0, 365, false, 0}, {BOOKED(2, 2, 2)}, 1, 0,
     "..bb~~......", 5, CALENDAR_BY_BUFFER},
    {"a buffer that began before the range", {1, 0, 0, 365, false, 0}, {BOOKED(-3, 2, 2)}, 1, 0,
     "~...........", 0, CALENDAR_BY_BUFFER},
    {"a stay that began before the range", {1, 0, 0, 365, false, 0}, {BOOKED(-3, 5, 0)}, 1, 0,
     "bb..........", 0, CALENDAR_BY_BOOKING},
    {"yesterday is closed, even if it was booked", {1, 0, 0, 365, false, 0}, {BOOKED(-3, 5, 0)}, 1, -2,
     "##bb........", 0, CALENDAR_PAST},
    {"after the booking window", {1, 0, 0, 4, false, 0}, {{0}}, 0, 0,
     ".....#######", 5, CALENDAR_BEYOND_WINDOW},
    {"the last day of the window is open", {1, 0, 0, 4, false, 0}, {{0}}, 0, 0,
     ".....#######", 4, 0},
    {"an inactive apartment is closed", {1, 0, 0, 365, true, 0}, {BOOKED(2, 2, 0)}, 1, 0,
     "############", 3, CALENDAR_INACTIVE},
    {"closed for two reasons", {1, 0, 0, 365, true, 0}, {{0}}, 0, -1,
     "############", 0, CALENDAR_PAST | CALENDAR_INACTIVE},
    {"today can be booked until midnight", {1, 0, 0, 365, false, 1439}, {{0}}, 0, 0,
     "............", 0, 0},
    {"notice of a day closes today's check-in", {1, 0, 24, 365, false, 1}, {{0}}, 0, 0,
     "............", 0, CALENDAR_TOO_LATE},
    {"notice reaches exactly the end of tomorrow", {1, 0, 24, 365, false, 0}, {{0}}, 0, 0,
     "............", 0, 0},
    {"notice does not touch the day after", {1, 0, 24, 365, false, 1}, {{0}}, 0, 0,
     "............", 1, 0},
    {"a gap of two for a minimum of three", {3, 0, 0, 365, false, 0}, {BOOKED(0, 2, 0), BOOKED(4, 2, 0)}, 2, 0,
     "bb..bb......", 3, CALENDAR_SHORT_GAP},
    {"a gap of three is enough", {3, 0, 0, 365, false, 0}, {BOOKED(0, 2, 0), BOOKED(5, 2, 0)}, 2, 0,
     "bb...bb.....", 3, 0},
    {"today is a gap's left end", {3, 0, 0, 365, false, 0}, {BOOKED(2, 2, 0)}, 1, 0,
     "..bb........", 1, CALENDAR_SHORT_GAP},
    {"nothing follows: no gap", {3, 0, 0, 365, false, 0}, {BOOKED(2, 2, 0)}, 1, 0,
     "..bb........", 11, 0},
    {"the next stay is after the range",    {3, 0, 0, 365, false, 0}, {BOOKED(0, 10, 0), BOOKED(12, 2, 0)}, 2, 0,
     "bbbbbbbbbb..", 11, CALENDAR_SHORT_GAP},
    {"the buffer of a new stay needs a free day", {1, 1, 0, 365, false, 0}, {BOOKED(3, 2, 1)}, 1, 0,
     "...bb~......", 2, CALENDAR_NEEDS_BUFFER},
    {"no buffer needed a day earlier", {1, 1, 0, 365, false, 0}, {BOOKED(3, 2, 1)}, 1, 0,
     "...bb~......", 1, 0},
    {"a gap that only the buffer fits", {1, 2, 0, 365, false, 0}, {BOOKED(2, 2, 0)}, 1, 0,
     "..bb........", 1, CALENDAR_SHORT_GAP | CALENDAR_NEEDS_BUFFER},
};
// clang-format on

TEST_ROWS_WHY(nights_have_status_and_reasons, cases)
{
    static const char letters[] = ".bhx~#";
    struct calendar_day days[DAYS];
    struct apartment apartment = apartment_defaults();
    char drawn[DAYS + 1] = {0};

    apartment.base_price = 1000000;
    apartment.min_nights = row->rules.min_nights;
    apartment.buffer_days = row->rules.buffer;
    apartment.advance_notice_hours = row->rules.notice_hours;
    apartment.booking_window_days = row->rules.window;
    apartment.is_active = !row->rules.inactive;
    apartment.local_day = TODAY;
    apartment.local_minute = row->rules.minute;
    int32_t from = TODAY + row->from;
    calendar_compute_days(&apartment, row->taken, row->count, from, from + DAYS, days);
    for (int i = 0; i < DAYS; i++) {
        drawn[i] = letters[days[i].status];
        ck_assert_int_eq(days[i].date, from + i);
        ck_assert_int_eq(days[i].min_nights, apartment.min_nights);
    }
    ck_assert_str_eq(drawn, row->nights);
    ck_assert_msg(days[row->night].reasons == row->reasons, "%#x", days[row->night].reasons);
}

TEST(season_changes_price_minimum_and_reasons)
{
    static const struct rate rates[] = {
        {TODAY + 2, TODAY + 4, 0, FIELD_ABSENT, 50,           3,            true,  false},
        {TODAY + 5, TODAY + 8, 0, FIELD_ABSENT, FIELD_ABSENT, FIELD_ABSENT, false, true },
    };
    static const struct calendar_taken taken[] = {BOOKED(0, 2, 0), BOOKED(4, 2, 0)};
    struct calendar_day days[8];
    struct apartment apartment = apartment_defaults();

    apartment.base_price = 1000000;
    apartment.min_nights = 2;
    apartment.local_day = TODAY;
    apartment.rates = rates;
    apartment.rate_count = 2;
    calendar_compute_days(&apartment, taken, 2, TODAY - 1, TODAY + 7, days);
    ck_assert_int_eq(days[3].price, 1500000);
    ck_assert_int_eq(days[3].min_nights, 3);
    ck_assert_uint_eq(days[3].reasons, CALENDAR_SHORT_GAP | CALENDAR_NO_ARRIVAL);
    ck_assert_int_eq(days[1].min_nights, 2);
    /* closed_to_departure applies to taken nights too; a closed day has no other reasons. */
    ck_assert_uint_eq(days[6].reasons, CALENDAR_BY_BOOKING | CALENDAR_NO_DEPARTURE);
    ck_assert_uint_eq(days[7].reasons, CALENDAR_NO_DEPARTURE);
    ck_assert_uint_eq(days[0].reasons, CALENDAR_PAST);
}

TEST(day_is_encoded_with_the_names_of_the_contract)
{
    struct calendar_day day = {TODAY, CALENDAR_FREE, CALENDAR_TOO_LATE | CALENDAR_SHORT_GAP, 100,
                               3};
    struct buf out = BUF(4096);

    fields_encode(&calendar_day_fields, &day, true, &out);
    ck_assert(buf_ok(&out, &fault));
    ck_assert_slice(buf_as_slice(&out),
                    "{\"date\":\"2025-11-24\",\"status\":\"free\","
                    "\"price\":{\"amount\":100,\"currency\":\"KZT\"},\"min_nights\":3,"
                    "\"reasons\":[\"too_late\",\"gap_too_short\"]}");
    buf_finish(&out);
}
