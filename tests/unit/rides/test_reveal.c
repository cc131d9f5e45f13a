// SPDX-License-Identifier: MIT
/* Visibility of contacts in every status at each limit. Departure is at 0. */
#include "ride_matrix.h"
#include "rides.h"
#include "rides/reveal.h"
#include "support/test.h"

#define ENDED (8 * HOUR)

/* The letters of the bits: driver's Phone, pLate, passenger's phone (G), Recipient's, Names,
 * lOcation. */
static const char letters[] = "PLGRNO";

static const char *told(unsigned bits, char out[sizeof letters])
{
    size_t len = 0;

    for (size_t i = 0; i < sizeof letters - 1; i++)
        if ((bits & (1U << i)) != 0)
            out[len++] = letters[i];
    out[len] = '\0';
    return out;
}

// clang-format off
static const struct {
    const char *why;
    int status;
    int64_t now;
    const char *guest, *driver, *staff;
} windows[] = {
    {"open",                               RIDE_OPEN,            -DAY,           "",      "",    "PLGRNO"},
    {"held",                               RIDE_HELD,            -DAY,           "",      "",    "PLGRNO"},
    {"requested",                          RIDE_REQUESTED,       -DAY,           "",      "",    "PLGRNO"},
    {"payment claimed",                    RIDE_PAYMENT_CLAIMED, -DAY,           "",      "",    "PLGRNO"},
    {"held, an hour before",               RIDE_HELD,            -HOUR,          "",      "",    "PLGRNO"},
    {"confirmed, long before",             RIDE_CONFIRMED,       -10 * DAY,      "PLN",   "GRN", "PLGRNO"},
    {"confirmed, not yet an hour before",  RIDE_CONFIRMED,       -HOUR - 1,      "PLN",   "GRN", "PLGRNO"},
    {"confirmed, an hour before",          RIDE_CONFIRMED,       -HOUR,          "PLNO",  "GRN", "PLGRNO"},
    {"confirmed, late",                    RIDE_CONFIRMED,       2 * HOUR,       "PLNO",  "GRN", "PLGRNO"},
    {"boarded early",                      RIDE_BOARDED,         -30 * MINUTE,   "PLNO",  "GRN", "PLGRNO"},
    {"boarded",                            RIDE_BOARDED,         HOUR,           "PLNO",  "GRN", "PLGRNO"},
    {"dropped",                            RIDE_COMPLETED,       ENDED,          "PLN",   "GRN", "PLGRNO"},
    {"a day later, less a moment",         RIDE_COMPLETED,       ENDED + DAY - 1, "PLN",  "GRN", "PLGRNO"},
    {"a day later",                        RIDE_COMPLETED,       ENDED + DAY,    "",      "",    "PLGRNO"},
    {"cancelled at once",                  RIDE_CANCELLED,       ENDED,          "",      "",    "PLGRNO"},
    {"a no-show at once",                  RIDE_NO_SHOW,         ENDED,          "",      "",    "PLGRNO"},
    {"expired",                            RIDE_EXPIRED,         ENDED,          "",      "",    "PLGRNO"},
    {"declined",                           RIDE_DECLINED,        ENDED,          "",      "",    "PLGRNO"},
    {"completed, 180 days, less a moment", RIDE_COMPLETED,       ENDED + 180 * DAY - 1, "", "",  "PLGRNO"},
    {"completed, 180 days",                RIDE_COMPLETED,       ENDED + 180 * DAY, "",   "",    ""},
    {"cancelled, 180 days",                RIDE_CANCELLED,       ENDED + 180 * DAY, "",   "",    ""},
};
// clang-format on

TEST_ROWS(contacts_are_visible_only_while_agreed, windows)
{
    const struct ride ride = {
        .status = row->status,
        .depart_at = 0,
        .ended_at = ride_status_ended(row->status) ? ENDED : FIELD_ABSENT,
        .now = row->now,
    };
    char out[sizeof letters];

    ck_assert_msg(strcmp(told(ride_revealed_contacts(&ride, GUEST), out), row->guest) == 0,
                  "%s: guest %s", row->why, out);
    ck_assert_msg(strcmp(told(ride_revealed_contacts(&ride, DRIVER), out), row->driver) == 0,
                  "%s: driver %s", row->why, out);
    ck_assert_msg(strcmp(told(ride_revealed_contacts(&ride, STAFF), out), row->staff) == 0,
                  "%s: staff %s", row->why, out);
    ck_assert_uint_eq(ride_revealed_contacts(&ride, SYSTEM), 0);
    ck_assert_uint_eq(ride_revealed_contacts(&ride, 0), 0);
}

TEST(open_ride_without_trip_hides_contacts)
{
    const struct ride ride = {
        .status = RIDE_OPEN, .depart_at = FIELD_ABSENT, .ended_at = FIELD_ABSENT, .now = 0};

    ck_assert_uint_eq(ride_revealed_contacts(&ride, GUEST), 0);
    ck_assert_uint_eq(ride_revealed_contacts(&ride, DRIVER), 0);
}

TEST(contacts_stay_visible_for_the_set_time_after_completion)
{
    struct ride ride = {.status = RIDE_COMPLETED, .depart_at = 0, .ended_at = ENDED};

    rides_set_contact_linger(2 * HOUR / 1000);
    ride.now = ENDED + 2 * HOUR - 1;
    ck_assert_uint_ne(ride_revealed_contacts(&ride, GUEST), 0);
    ck_assert_uint_ne(ride_revealed_contacts(&ride, DRIVER), 0);
    ride.now = ENDED + 2 * HOUR;
    ck_assert_uint_eq(ride_revealed_contacts(&ride, GUEST), 0);
    ck_assert_uint_eq(ride_revealed_contacts(&ride, DRIVER), 0);
    rides_set_contact_linger(0);
    ride.now = ENDED;
    ck_assert_uint_eq(ride_revealed_contacts(&ride, GUEST), 0);
    rides_set_contact_linger(DAY / 1000);
}
