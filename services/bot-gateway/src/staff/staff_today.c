// SPDX-License-Identifier: MIT
/* The commands of the staff chat that concern no booking: what the chat is for, and how many guests
 * arrive and leave today. */
#include "clients/stay_answers_json.h"
#include "dialogue/flow.h"
#include "staff/staff.h"
#include "texts/format.h"

enum { PAGES_MAX = 4 /* of bookings; a larger day is cut off, and the reply says so */ };

bool staff_command_help(struct talk *talk)
{
    talk_add(talk, TEXT_STAFF_HELP, TALK_VALUES({.name = "bot", .text = talk->input->username}));
    return true;
}

struct day {
    int64_t arrivals, departures, stays;
};

static void count_bookings(const struct stay_bookings *bookings, int32_t today, struct day *day)
{
    for (size_t i = 0; i < bookings->count; i++) {
        const struct stay_booking *booking = &bookings->items[i];
        day->arrivals += booking->check_in == today;
        day->departures += booking->check_out == today;
        day->stays += booking->check_in < today && booking->check_out > today;
    }
}

/* Reads a page of the bookings that have today's night, or end or begin today. */
static bool fetch_page(struct talk *talk, int32_t today, struct slice cursor,
                       struct stay_bookings *out)
{
    struct service_answer answer;
    const struct service_call call = {
        .method = "GET",
        .path = talk_printf(
            talk, "/v1/bookings?status=confirmed,checked_in&from=%s&to=%s&limit=%d%s%.*s",
            talk_date(talk, today - 1), talk_date(talk, today + 1), STAY_BOOKINGS_READ,
            cursor.len > 0 ? "&cursor=" : "", SLICE_ARG(cursor)),
        .actor = SERVICE_AS_MEMBER,
        .member = talk->input->staff.member};

    return talk_call(talk, &call, &answer) &&
           (answer.status == 200 ? stay_read_bookings(answer.body, talk->arena, out, talk->fault)
                                 : answer_fail_bad("no bookings of the day", talk->fault));
}

bool staff_command_show_today(struct talk *talk)
{
    const int32_t today = format_day_of(talk->input->now);
    struct stay_bookings bookings = {.count = 0};
    struct day day = {0};

    if (talk->input->staff.member.at == NULL) {
        talk_show_notice(talk, talk_find_stranger_notice(talk));
        return true;
    }
    for (int page = 0; page < PAGES_MAX && (page == 0 || bookings.next_cursor.at != NULL); page++) {
        if (!fetch_page(talk, today, bookings.next_cursor, &bookings))
            return false;
        count_bookings(&bookings, today, &day);
    }
    talk_add(talk, TEXT_DESK_TODAY,
             TALK_VALUES({.name = "check_in", .number = today},
                         {.name = "check_out", .number = today},
                         {.name = "arrivals", .number = day.arrivals},
                         {.name = "departures", .number = day.departures},
                         {.name = "stays", .number = day.stays}));
    if (bookings.next_cursor.at != NULL)
        talk_say(talk, TEXT_STAFF_TODAY_CUT);
    return true;
}
