// SPDX-License-Identifier: MIT
/* The steps of the dialogue "stay", and what they share. stay.c: the city; stay_dates.c: dates and
 * guests; stay_phrase.c: typed text; stay_results.c: search results; stay_search.c: calls of
 * search-api; stay_apartment.c: one apartment, its price and booking it; stay_about.c: photos,
 * place, description, amenities and rules of an apartment; stay_quote.c: lines and conditions of a
 * price; stay_contact.c: the guest's phone; stay_booking.c: one booking; stay_cancel.c: cancelling
 * it; stay_change.c: other dates for it; stay_bookings.c: all bookings of the guest;
 * stay_receipt.c: receipts of payments; stay_remark.c: a "yes" or a question at a screen, and text
 * that is not understood. */
#pragma once

#include "clients/search_results_json.h"
#include "clients/stay_answers_json.h"
#include "dialogue/flow.h"
#include "dialogue/talk.h"
#include "guest/calendar.h"
#include "guest/stay_json.h"
#include "texts/format.h"

enum { STAY_LABEL_MAX = 64 /* UTF-16 units of a title in a label */ };

/* --- the steps --- */

// clang-format off
/* The first step is the initial one. A new step needs its name here, and stay_step_NAME in a
 * file. */
#define STAY_STEPS(X) \
    X(city) X(day) X(nights) X(guests) X(list) X(all) X(apartment) X(booking) X(cancel) \
    X(new_day) X(new_end) X(change) X(holds) X(contact) X(bookings) X(release) X(receipt)
// clang-format on
#define STAY_STEP(name) extern const struct flow_step stay_step_##name;
STAY_STEPS(STAY_STEP)

/* --- moves of several files --- */

bool stay_take_day(struct talk *talk);
bool stay_explain_day(struct talk *talk);
bool stay_take_nights(struct talk *talk);
bool stay_take_guests(struct talk *talk);
/* Goes to the choice of dates for the current apartment. */
bool stay_choose_apartment(struct talk *talk);
/* Goes to the first search result. */
bool stay_search(struct talk *talk) MUST_CHECK;
bool stay_remove_filter(struct talk *talk);
/* Goes to the first step whose answer is missing: city, check-in, nights, guests. If none is
 * missing, goes to the search results or the chosen apartment. */
bool stay_continue(struct talk *talk) MUST_CHECK;

/* Handle typed text at a step: an answer to the step, or search criteria. */
bool stay_parse_city(struct talk *talk);
bool stay_parse_day(struct talk *talk);
bool stay_parse_nights(struct talk *talk);
bool stay_parse_guests(struct talk *talk);
bool stay_parse_search(struct talk *talk);
bool stay_parse_result(struct talk *talk); /* at a search result */
bool stay_parse_apartment(struct talk *talk);
bool stay_parse_booking(struct talk *talk);
bool stay_parse_cancel(struct talk *talk);
bool stay_parse_change(struct talk *talk);
bool stay_parse_other(struct talk *talk); /* at bookings */
bool stay_parse_new_day(struct talk *talk);
bool stay_parse_new_end(struct talk *talk);

bool stay_book_at_once(struct talk *talk); /* from a search result */
bool stay_book_shown(struct talk *talk);   /* without a quote */
/* Takes the new dates of the booking if the text names a check-in. */
bool stay_take_named_dates(struct talk *talk) MUST_CHECK;
/* Handles text that nothing understands: says why, and shows the step again. The second time in a
 * row, and if the text is a matter for a person, offers to call one. */
bool stay_misunderstand(struct talk *talk, enum text why) MUST_CHECK;
/* Parses the text by the rules. `is_search`: it has dates, guests, or criteria that are no subject
 * of a question about one apartment. */
bool stay_read_wishes(struct talk *talk, struct phrase *phrase, bool *is_search) MUST_CHECK;
/* Answer stay->question in place of the text of the screen. False: there is no question, or that
 * text answers it. */
bool stay_answer_apartment(struct talk *talk, const struct stay_apartment *apartment);
bool stay_answer_booking(struct talk *talk, const struct stay_booking *booking);
/* The move of the booking's action whose label is `words` in any language. NULL: none. */
const char *stay_find_label(const struct stay_booking *booking, struct slice words);
/* It is confirmed, or the guest lives there. */
bool stay_is_agreed(const struct stay_booking *booking);
/* Append to a booking: when to come and leave, with the address; how to get in. */
void stay_add_arrival(struct talk *talk, const struct stay_booking *booking);
void stay_add_entry(struct talk *talk, const struct stay_booking *booking);
/* What a confirmed booking leaves to be paid on arrival, with the security deposit. */
bool stay_has_rest(const struct stay_booking *booking);
void stay_add_rest(struct talk *talk, const struct stay_booking *booking);
/* Appends what is to be paid now or on arrival, and how; stay_is_due(): something is. */
void stay_add_due(struct talk *talk, const struct stay_booking *booking);
bool stay_is_due(const struct stay_booking *booking);

bool stay_cancel(struct talk *talk); /* the current booking */
/* Leaves a booking or an apartment: goes to the search results or, if there was no search or the
 * booking was opened from the list of bookings, to that list. */
bool stay_to_list(struct talk *talk);

bool stay_begin_change(struct talk *talk);
bool stay_take_new_day(struct talk *talk);
bool stay_take_new_end(struct talk *talk);

/* --- shared functions; stay_put*() add buttons --- */

/* The data of the dialogue "stay". */
static inline struct stay *stay_of(const struct talk *talk_)
{
    return talk_->data;
}

/* Handles a city's button or name. */
bool stay_take_city(struct talk *talk);
/* Sets the city of the search to that of this name or slug; `found` is false without one. */
bool stay_find_city(struct talk *talk, struct slice name, bool *found) MUST_CHECK;
/* Sets the city of the search to that of an apartment, even if the city is not offered. */
bool stay_set_city(struct talk *talk, struct slice slug) MUST_CHECK;

/* Appends a sentence: how many guests the apartment takes. */
void stay_add_guest_limit(struct talk *talk);

/* Whether the search can have this check-in, or this check-out after the chosen check-in. If not,
 * informs the person why. */
bool stay_check_in_is_good(struct talk *talk, int32_t day);
bool stay_check_out_is_good(struct talk *talk, int32_t day);

/* Reads a check-out: a date or a bare number. A number above 7 is a day of the month if that comes
 * within two weeks after check-in; any other one counts nights. */
bool stay_read_check_out(struct slice text, int32_t check_in, int32_t *day) MUST_CHECK;
/* The check-out that the guest named before the check-in was known; it is not after `check_in` if
 * the guest named none. */
int32_t stay_pending_check_out(const struct stay *stay, int32_t check_in);

/* Dates, nights and guests as values of a text; of the search: STAY_NIGHTS_OF(stay). */
#define STAY_NIGHTS(from, to, guests_)                                                             \
    {.name = "check_in", .number = (from)}, {.name = "check_out", .number = (to)},                 \
        {.name = "nights", .number = (to) - (from)},                                               \
    {                                                                                              \
        .name = "guests", .number = (guests_)                                                      \
    }
#define STAY_NIGHTS_OF(stay)                                                                       \
    STAY_NIGHTS((stay)->check_in, (stay)->check_in + (stay)->nights, (stay)->guests)
/* The dates of a booking or an alternative as a value. */
#define STAY_DATES_OF(booking)                                                                     \
    {                                                                                              \
        .name = "dates", .number = (booking)->check_in, .other = (booking)->check_out              \
    }

/* Returns a calendar from today, without apartment and check-in. */
struct calendar stay_calendar(const struct talk *talk);
/* Reads the days from .. to - 1 of the apartment. If the apartment does not exist any more, informs
 * the person and sets `found` to false. */
bool stay_fetch_days(struct talk *talk, const struct uuid *apartment, int32_t from, int32_t to,
                     struct calendar *calendar, bool *found) MUST_CHECK;
/* Appends the question, and adds the buttons of a month: of that day, or the nearest possible
 * one. */
bool stay_put_month(struct talk *talk, const struct calendar *calendar, int32_t month,
                    enum text question, const struct text_value *values, size_t count) MUST_CHECK;
/* Handles a tap of CALENDAR_MONTH: shows another month. */
bool stay_turn_month(struct talk *talk, int32_t *month);
// clang-format off
/* The moves of a step with a calendar. */
#define STAY_CALENDAR_MOVES(take, turn, read_text, back)                                           \
    {FLOW_TAP,             CALENDAR_DAY,   take},                                                  \
    {FLOW_TAP_ANY_VERSION, CALENDAR_MONTH, turn},                                                  \
    {FLOW_TAP_ANY_VERSION, CALENDAR_NO,    stay_explain_day},                                      \
    {FLOW_TEXT,            NULL,           read_text},                                             \
    {FLOW_TAP,             "back",         back}
// clang-format on
/* Explains why the day cannot be chosen, and shows the step again. */
bool stay_refuse_day(struct talk *talk, const struct calendar *calendar, int32_t day,
                     enum calendar_status status, const char *step);
/* Adds the buttons of a month. */
bool stay_put_calendar(struct talk *talk, const struct calendar_page *page) MUST_CHECK;
extern const enum text stay_day_texts[CALENDAR_STATUSES];

/* Calls search-api if it is configured, there are filters and the first page is shown. If
 * `answered`, `apartments` and stay->results have the results; else booking-api must be called. */
bool stay_search_call(struct talk *talk, struct stay_apartments *apartments,
                      bool *answered) MUST_CHECK;
/* Reads the photo and the amenities of an apartment, which search-api does not return. */
bool stay_search_details(struct talk *talk, struct stay_apartment *apartment) MUST_CHECK;
/* How many more apartments match without this criterion; 0: none, or search-api was not called. */
int64_t stay_search_adds(const struct talk *talk, enum stay_relax what);
/* Appends the number to the label, unless it is 0. */
struct slice stay_format_adds(struct talk *talk, struct slice label, int64_t adds);
/* Adds a button to drop a criterion, whose label says how many more apartments match without it. */
bool stay_put_relax(struct talk *talk, enum text label, const char *action,
                    enum stay_relax what) MUST_CHECK;

/* Adds the button of a booking in a list: code, dates and status. */
bool stay_put_booking(struct talk *talk, const struct stay_booking *booking,
                      const char *action) MUST_CHECK;
/* Reads bookings of the guest; `query` is the part of the path after "?". */
bool stay_fetch_bookings(struct talk *talk, struct slice query,
                         struct stay_bookings *out) MUST_CHECK;

/* Leaves the search or another dialogue for a step about bookings; the search can be resumed. */
bool stay_leave_search(struct talk *talk, const char *step) MUST_CHECK;
/* Reads the current booking, by a call unless booking-api has just answered with it. `found` is
 * false if the guest has no such booking. */
bool stay_fetch_booking(struct talk *talk, struct stay_booking *out, bool *found) MUST_CHECK;
/* Appends the status and the data of the booking. `ended`: it occupies no nights any more. */
void stay_add_booking(struct talk *talk, const struct stay_booking *booking, bool *ended);
/* Append lines of the price, and what is due and how it may be cancelled, while the guest has not
 * confirmed or paid. */
void stay_add_booking_lines(struct talk *talk, const struct stay_booking *booking);
void stay_add_booking_terms(struct talk *talk, const struct stay_booking *booking);
/* The path of the current booking: talk_path(). */
struct slice stay_booking_path(const struct talk *talk, const char *more);
/* Posts `action` ("confirm") for the current booking, with `body` unless absent. */
bool stay_post_action(struct talk *talk, const char *action, struct slice body,
                      struct service_answer *answer) MUST_CHECK;
/* Confirms the current booking and shows it, after the reason if it was refused. */
bool stay_confirm(struct talk *talk) MUST_CHECK;
/* Shows the booking that an action has returned. */
bool stay_show_answer(struct talk *talk, const struct service_answer *answer) MUST_CHECK;
/* Explains why booking-api refused an action, and shows the booking. */
bool stay_refuse_action(struct talk *talk, const struct service_answer *answer) MUST_CHECK;
/* Takes other dates for the booking. If `check_out` is DATE_ABSENT, the guest is asked for it. */
bool stay_take_dates(struct talk *talk, int32_t check_in, int32_t check_out) MUST_CHECK;

/* Appends the lines of a price to the message, unless they are too many. */
void stay_add_lines(struct talk *talk, const struct stay_lines *lines);

/* The conditions of a stay; each may be absent. */
struct stay_terms {
    int64_t deposit;     /* to be paid in advance */
    int64_t free_until;  /* end of free cancellation, microseconds */
    struct slice policy; /* of cancellation, as a text */
    int64_t security_deposit;
    bool asks_owner;   /* the owner must agree */
    bool is_paragraph; /* an empty line precedes them */
};
/* Appends them, a line each. */
void stay_add_terms(struct talk *talk, const struct stay_terms *terms);
void stay_add_security(struct talk *talk, int64_t security_deposit);

/* Whether stay->section is a page in place of the card. If so, stay_show_page() shows it, with a
 * button back to the card; if not, stay_send_section() sends it before the card, if there is any.
 */
bool stay_section_is_page(const struct talk *talk);
bool stay_show_page(struct talk *talk, const struct stay_apartment *apartment) MUST_CHECK;
bool stay_send_section(struct talk *talk, const struct stay_apartment *apartment) MUST_CHECK;
/* Adds buttons for the sections that the apartment has. */
bool stay_put_sections(struct talk *talk, const struct stay_apartment *apartment) MUST_CHECK;
/* Handles their taps at the current step. */
bool stay_take_section(struct talk *talk);
/* Adds a button for the place of an agreed stay on the map, and sends the place if stay->section
 * asks for it. */
bool stay_put_place(struct talk *talk, const struct stay_booking *booking) MUST_CHECK;

/* The booking whose screen is open; false: none is. */
bool stay_shows_booking(const struct talk *talk, struct uuid *booking) MUST_CHECK;
/* Adds a row of buttons to write to the other person of the booking and to call staff. */
bool stay_put_people(struct talk *talk, const struct stay_booking *booking,
                     bool is_guest) MUST_CHECK;
/* Adds the last row of buttons: back, with this label, and start over. */
bool stay_put_exits(struct talk *talk, enum text back) MUST_CHECK;
