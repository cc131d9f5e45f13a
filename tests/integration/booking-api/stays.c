// SPDX-License-Identifier: MIT
#include "stays.h"

const char *stay_status(const char *id)
{
    return stand_text("SELECT status FROM occupancy WHERE id = '%s'", id);
}

void stay_make_overdue(const char *id)
{
    stand_sql("UPDATE occupancy SET expires_at = now() - interval '1 second' WHERE id = '%s'", id);
}

void stay_shift(const char *id, int days)
{
    stand_sql("UPDATE occupancy SET check_in = check_in - %d, check_out = check_out - %d"
              " WHERE id = '%s'",
              days, days, id);
}

struct answer stay_make_confirmed(const char *apartment, int from, int nights)
{
    const int past = from < 0 ? -from : 0;
    struct answer booked =
        ck_status(stand_book(NULL, apartment, from + past, nights, ",'telegram_id':7", ""), 201);

    ck_act(confirm_booking, NULL, booked.id, NULL);
    if (past > 0)
        stay_shift(booked.id, past);
    return booked;
}

struct answer stay_request_change(const struct api_caller *caller, const char *id, int from,
                                  int nights, const char *more, const char *if_match)
{
    const char *body = textf("{'check_in':'%s','check_out':'%s'%s}", stand_day(from),
                             stand_day(from + nights), more);

    return ask_post(change_booking_dates, .caller = caller, .id = id, .body = body,
                    .if_match = if_match);
}

struct answer stay_change(const struct api_caller *caller, const char *id, int from, int nights,
                          const char *more)
{
    return stay_request_change(caller, id, from, nights, more, NULL);
}

const char *stay_to_apartment(const char *apartment)
{
    return textf(",'apartment_id':'%s'", apartment);
}
