// SPDX-License-Identifier: MIT
/* The steps of the dialogue "stay", and what they share. Files call only files of rows above:
 *
 * stay_parse.c: typed text as a phrase; stay_quote.c: lines and conditions of a price;
 * stay_status.c: what a booking is to its guest; stay_filters.c and stay_search.c: filters, and
 * calls of search-api
 * stay_days.c: days that can be chosen; stay_action.c: calls about a booking
 * stay_go.c: ways between the steps; stay_unheard.c: text that is not understood
 * stay_about.c: photos, place, description, amenities and rules of an apartment; stay_answer.c:
 * questions about an apartment or a booking; stay_city.c: the city, the first step
 * stay_criteria.c: search criteria of a phrase
 * steps: stay_dates.c: dates and guests; stay_results.c: search results; stay_contact.c: the
 * guest's phone; stay_change.c: other dates for a booking; stay_apartment.c: one apartment, its
 * price and booking it; stay_booking.c: one booking, and cancelling it; stay_bookings.c: all
 * bookings, receipts and ratings
 * stay_text.c: text that a step does not read itself
 * stay.c: the dialogue */
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

/* --- moves that several files use --- */

/* After a tap of CALENDAR_NO: explains why the day cannot be chosen. */
bool stay_explain_tapped_day(struct talk *talk);
/* If an apartment is chosen and requires more nights than those of the dialogue, explains that and
 * drops the nights, so that the check-out is asked for. */
bool stay_refuse_short_stay(struct talk *talk) MUST_CHECK;
/* Goes to the choice of dates for the current apartment. */
bool stay_ask_apartment_dates(struct talk *talk);
/* Goes to the first search result. */
bool stay_show_first_result(struct talk *talk) MUST_CHECK;
void stay_reset_to_first_page(struct stay *stay);
/* Whether the dialogue is at a step of a search, or at an apartment. */
bool stay_is_at_search(const struct talk *talk);
/* Leaves the search or another dialogue for a step about bookings; the search can be resumed. */
bool stay_leave_search_for(struct talk *talk, const struct flow_step *step) MUST_CHECK;
bool stay_resume_search(struct talk *talk);
/* Opens the booking whose id is talk->argument; without one shows the step again. */
bool stay_open_booking_in_argument(struct talk *talk);
/* Goes to the first step whose answer is missing: city, check-in, nights, guests. If none is
 * missing, goes to the search results or the chosen apartment. */
bool stay_go_to_missing_answer(struct talk *talk) MUST_CHECK;

/* Handles text that the step does not read: a question, search criteria, a rating; or replies that
 * it is not understood. */
bool stay_handle_text(struct talk *talk);

bool stay_book_tapped_result(struct talk *talk);   /* the apartment of a tapped search result */
bool stay_book_shown_apartment(struct talk *talk); /* the shown apartment, without a quote */
/* Takes the new dates of the booking if the text names a check-in, or extends the stay. */
bool stay_preview_new_dates_if_named(struct talk *talk) MUST_CHECK;
/* Handles text that is not understood: passes it to staff if the guest has a talk with them; else
 * replies `why`, and shows the step again. For the second such text in a row, and for a matter that
 * needs a person, also offers to call one. If the text can only be about a booking, shows the
 * bookings instead. */
bool stay_reply_not_understood(struct talk *talk, enum text why) MUST_CHECK;
/* Replies that the text at the step is not understood, even if it can only be about a booking. */
bool stay_repeat_as_unheard(struct talk *talk);
/* Rates the newest completed booking if the text is only a rating, and the booking has ended lately
 * without another rating; asks for the rating if the text only praises or blames. Then `taken` is
 * true. Such a text answers a notification, which begins no dialogue. Does nothing while the guest
 * has a talk with staff. */
bool stay_take_typed_rating(struct talk *talk, bool *taken) MUST_CHECK;
/* Handles the text at the guest's only live booking, or shows the bookings if there are several.
 * `asked` is false if there is none. */
bool stay_ask_about_only_booking(struct talk *talk, bool *asked) MUST_CHECK;
/* Begins a search if the guest has no booking at all. */
bool stay_search_if_no_booking(struct talk *talk, bool *searches) MUST_CHECK;
/* Reads the apartment of the search with its prices. `found` is false if it does not exist any
 * more. */
bool stay_fetch_apartment(struct talk *talk, struct stay_apartment *out, bool *found) MUST_CHECK;
/* Sets stay->question if the text asks about the shown apartment and has no search criteria.
 * REMARK_FOR_PERSON: no data of the apartment answer it, for example how far the metro is. */
bool stay_set_question_from_text(struct talk *talk, const struct remark *remark) MUST_CHECK;
/* Whether the step asks for dates or guests of an apartment that the guest has chosen. */
bool stay_asks_for_stay_of_chosen(const struct talk *talk);
/* Takes all criteria of the phrase into the search, and goes to the first missing answer. */
bool stay_apply_phrase_and_continue(struct talk *talk, const struct phrase *phrase) MUST_CHECK;
/* Append the answer to stay->question, which replaces the usual text of the screen. False: there is
 * no question, the usual text answers it, or the answer is not known. */
bool stay_add_answer_about_apartment(struct talk *talk, const struct stay_apartment *apartment);
/* Appends the answer to stay->question about stay->apartment and an empty line, before a question
 * for dates or guests, or a booking, and resets stay->question. `added`: there is an answer. */
bool stay_answer_early(struct talk *talk, bool *added) MUST_CHECK;
bool stay_add_answer_about_booking(struct talk *talk, const struct stay_booking *booking);
/* struct flow, `answer`: questions about the apartment or the booking while a step asks for a city,
 * for dates or guests, or whether to cancel. */
bool stay_answer_question(struct talk *talk, bool *answered) MUST_CHECK;
/* Shows the step again with the answer, if the remark is a question about the booking or the text
 * one about an amenity of its apartment. */
bool stay_answer_question_about_booking(struct talk *talk, const struct stay_booking *booking,
                                        const struct remark *remark, bool *answered) MUST_CHECK;
/* The status of the booking in words for its owner. */
struct slice stay_format_status_for_owner(struct talk *talk, const struct stay_booking *booking);
/* Whether the booking occupies no nights any more. */
bool stay_has_ended(const struct stay_booking *booking);
/* Whether the booking has expired, but its nights may be booked again. */
bool stay_has_expired_before_check_in(const struct talk *talk, const struct stay_booking *booking);
/* Whether the booking is confirmed, or the guest has checked in. */
bool stay_is_confirmed_or_checked_in(const struct stay_booking *booking);
/* Appends the times of arrival and departure, and the address. */
void stay_add_times_and_address(struct talk *talk, const struct stay_booking *booking);
/* Appends how to enter the apartment. */
void stay_add_entry_instructions(struct talk *talk, const struct stay_booking *booking);
/* Whether money for the booking may have been sent that is not in it: it has expired before its
 * prepayment was paid, or has ended with a claimed payment that was not confirmed. If it was
 * cancelled and has no receipt, only the dialogue that cancelled it knows. */
bool stay_has_unconfirmed_payment(const struct talk *talk, const struct stay_booking *booking);
/* stay_has_unconfirmed_payment(), without what only the dialogue knows. */
bool stay_may_have_been_paid(const struct stay_booking *booking);
/* Whether the text has a phone, and the booking lacks one. */
bool stay_is_missing_phone(const struct stay_booking *booking, struct slice text);
/* The part of the prepayment that is not paid; 0: none. */
int64_t stay_prepayment_due(const struct stay_booking *booking);
/* Whether the guest has to pay anything, now or on arrival. */
bool stay_has_payment_due(const struct stay_booking *booking);
/* Appends what the guest has to pay, and how. */
void stay_add_payment_due(struct talk *talk, const struct stay_booking *booking);

/* Appends what the guest has to do next: pay or confirm; for an agreed stay, how to arrive. */
void stay_add_next_steps(struct talk *talk, const struct stay_booking *booking);

bool stay_cancel_booking(struct talk *talk); /* the current booking */
/* Offers the apartment and nights of the current booking at today's price; discards any other
 * search. */
bool stay_offer_current_booking_again(struct talk *talk);
/* Leaves a booking or an apartment: goes to the search results or, if there was no search or the
 * booking was opened from the list of bookings, to that list. */
bool stay_go_to_results_or_bookings(struct talk *talk);

bool stay_begin_date_change(struct talk *talk);

/* --- shared functions; stay_put*() add buttons --- */

/* The data of the dialogue "stay". */
static inline struct stay *stay_of(const struct talk *talk_)
{
    return talk_->data;
}

/* Sets the city of the search to the city with this name or slug. `found`: there is such a city. */
bool stay_set_city_by_name(struct talk *talk, struct slice name, bool *found) MUST_CHECK;
/* Sets the city of the search to an apartment's city, even if the city is not offered. */
bool stay_set_city_even_if_unknown(struct talk *talk, struct slice slug) MUST_CHECK;

/* Appends the maximum number of guests of the apartment (stay->limit). */
void stay_add_guest_limit(struct talk *talk);

/* Reads a check-out: a date or a bare number. A number above 7 is a day of the month if that comes
 * within two weeks after check-in; any other number counts nights. False: the text is neither, or a
 * number of more than CALENDAR_NIGHTS_MAX nights. */
bool stay_parse_check_out(struct slice text, int32_t check_in, int32_t *check_out) MUST_CHECK;
/* The check-out that the guest named before the check-in was known; a day not after `check_in` if
 * the guest named none. */
int32_t stay_pending_check_out(const struct stay *stay, int32_t check_in);

/* Reads the days of the chosen apartment, if one is chosen. If the apartment does not exist any
 * more, sets stay->chosen to false. */
bool stay_fetch_days_if_chosen(struct talk *talk, int32_t from, int32_t end,
                               struct calendar *calendar) MUST_CHECK;
/* The dates far ahead with their year: "5–8 сен 2027". */
struct slice stay_format_far_dates(const struct talk *talk);
/* Asks whether the guest means dates far ahead; the step "day" then has a button for them. */
void stay_ask_about_far_dates(struct talk *talk);

/* Dates, nights and guests as values of a text. STAY_NIGHTS_OF() takes those of the search. */
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

/* Returns a calendar from today, without days of an apartment and without check-in. */
struct calendar stay_make_empty_calendar(const struct talk *talk);
/* Reads the days from .. end - 1 of the apartment. If the apartment does not exist any more,
 * informs the person and sets `found` to false. */
bool stay_fetch_apartment_days(struct talk *talk, const struct uuid *apartment, int32_t from,
                               int32_t end, struct calendar *calendar, bool *found) MUST_CHECK;
/* Appends the question, and adds the buttons of the month calendar_clamp_month() of `month`. If the
 * apartment is the reason why no day of it can be chosen, the text `full_text` precedes the
 * question; TEXTS: no text does. */
bool stay_ask_day_of_month(struct talk *talk, const struct calendar *calendar, int32_t month,
                           enum text full_text, enum text question, const struct text_value *values,
                           size_t count) MUST_CHECK;
/* Handles a tap of CALENDAR_MONTH: sets `month` to the button's month, and shows the current step
 * again. An unreadable argument leaves `month` as it is. */
bool stay_show_tapped_month(struct talk *talk, int32_t *month);
// clang-format off
/* The moves of a step with a calendar. */
#define STAY_CALENDAR_MOVES(take, turn, read_text)                                                 \
    {FLOW_TAP,             CALENDAR_DAY,   .act = take},                                                  \
    {FLOW_TAP_ANY_VERSION, CALENDAR_MONTH, .act = turn},                                                  \
    {FLOW_TAP_ANY_VERSION, CALENDAR_NO,    .act = stay_explain_tapped_day},                               \
    {FLOW_TEXT,            NULL,           .act = read_text}
// clang-format on
/* Whether the day can be chosen in the calendar. If not, informs the person why. */
bool stay_check_day_or_explain(struct talk *talk, const struct calendar *calendar, int32_t day);

/* Calls search-api if it can do the search: if it is configured, there are filters or unrecognised
 * words but no minimum price, and the first page is shown. If `answered`, `apartments` and
 * stay->results have the results; else booking-api must be called. */
bool stay_search_try_api(struct talk *talk, struct stay_apartments *apartments,
                         bool *answered) MUST_CHECK;
/* Reads the data of an apartment that search-api does not return, such as the photo. Does nothing
 * if the apartment is from booking-api, if no call is left, or if booking-api does not find it. */
bool stay_search_fetch_details(struct talk *talk, struct stay_apartment *apartment) MUST_CHECK;
/* How many more apartments match without this criterion; 0: none, or search-api was not called. */
int64_t stay_search_count_more_without(const struct talk *talk, enum stay_relax criterion);
/* The label with the number `adds` appended, unless it is 0. */
struct slice stay_format_label_with_count(struct talk *talk, struct slice label, int64_t adds);
/* Adds a button to drop a criterion, whose label says how many more apartments match without it. */
void stay_put_drop_criterion_button(struct talk *talk, enum text label, const char *action,
                                    enum stay_relax criterion);

/* Adds the button of a booking in a list: code, dates and status. */
void stay_put_booking_button(struct talk *talk, const struct stay_booking *booking,
                             const char *action);
/* Reads the current booking, by a call unless stay->answered has it. If the guest has no such
 * booking, `out` is zeroed. */
bool stay_fetch_booking(struct talk *talk, struct stay_booking *out) MUST_CHECK;
/* The path of the current booking, or of `subpath` below it unless that is "". */
struct slice stay_booking_path(const struct talk *talk, const char *subpath);
/* Reads the bookings of the guest. `query` is the part of the path after "?". */
bool stay_fetch_bookings(struct talk *talk, struct slice query,
                         struct stay_bookings *out) MUST_CHECK;
/* Appends the status and the data of the booking. */
void stay_add_booking(struct talk *talk, const struct stay_booking *booking);
/* Whether the guest has not confirmed or paid yet, and may still check the price. */
bool stay_is_held_or_requested(const struct stay_booking *booking);
/* Appends the conditions of struct stay_terms, while the guest has not confirmed or paid. */
void stay_add_booking_terms(struct talk *talk, const struct stay_booking *booking);
/* Posts an action of booking-api, such as "confirm", for the current booking. `body` may be absent.
 * booking-api refuses to confirm the booking, or to record a payment or a phone, if the booking has
 * changed since it was shown. */
bool stay_post_action(struct talk *talk, const char *action, struct slice body,
                      struct service_answer *answer) MUST_CHECK;
/* Posts an action and shows the booking; after a refusal see stay_explain_refused_action(). */
bool stay_post_action_and_show(struct talk *talk, const char *action, struct slice body) MUST_CHECK;
/* Confirms the current booking and shows it; after a refusal see stay_explain_refused_action(). */
bool stay_confirm_booking(struct talk *talk) MUST_CHECK;
/* Shows the booking in the answer to an action. */
bool stay_show_returned_booking(struct talk *talk, const struct service_answer *answer) MUST_CHECK;
/* Explains why booking-api refused an action, and shows the booking; asks for the phone if it is
 * missing, and for a confirmation if the refund has changed. */
bool stay_explain_refused_action(struct talk *talk, const struct service_answer *answer) MUST_CHECK;
/* Takes new dates for the booking. If `check_out` is DATE_ABSENT, asks the guest for it. Explains a
 * date that cannot be chosen, and asks for another one. */
bool stay_preview_new_dates(struct talk *talk, int32_t check_in, int32_t check_out) MUST_CHECK;

/* Appends the lines of a price to the message, unless there are too many. */
void stay_add_price_lines(struct talk *talk, const struct stay_lines *lines);

/* The conditions of a stay; each may be absent. */
struct stay_terms {
    int64_t deposit;     /* to be paid in advance; 0: nothing */
    int64_t free_until;  /* end of free cancellation, microseconds; may have passed */
    struct slice policy; /* a text about cancellation */
    int64_t security_deposit;
    bool asks_owner;   /* the owner must agree */
    bool is_paragraph; /* an empty line precedes them */
};
/* Appends the conditions, one in each line. */
void stay_add_terms(struct talk *talk, const struct stay_terms *terms);
/* Appends the security deposit, if there is one. */
void stay_add_security_deposit(struct talk *talk, int64_t security_deposit);

/* Whether stay->section is shown as a page in place of the apartment's card. If so,
 * stay_show_section_page() shows it, with a button back to the card. If not, stay_send_section()
 * sends it before the card; without a section it sends nothing. */
bool stay_section_is_page(const struct talk *talk);
bool stay_show_section_page(struct talk *talk, const struct stay_apartment *apartment) MUST_CHECK;
bool stay_send_section(struct talk *talk, const struct stay_apartment *apartment) MUST_CHECK;
/* Adds buttons for the sections that the apartment has. */
void stay_put_section_buttons(struct talk *talk, const struct stay_apartment *apartment);
/* Sets stay->section to the section whose button has this label in any language. False: none
 * has. */
bool stay_set_section_by_label(struct talk *talk, struct slice label);
/* Handles a tap on a section's button: shows the current step again, with the section. */
bool stay_show_tapped_section(struct talk *talk);
/* Adds buttons that copy what the guest would otherwise have to select in the text. The code is of
 * use once there is something to pay, or to ask about. */
void stay_put_copy_buttons(struct talk *talk, const struct stay_booking *booking);
/* Adds a button for the place of an agreed stay on the map, and sends the place if stay->section
 * asks for it. */
void stay_put_map_button_send_if_asked(struct talk *talk, const struct stay_booking *booking);

/* Sets `booking` to the booking that the current step shows; false: it shows none. */
bool stay_find_shown_booking(const struct talk *talk, struct uuid *booking) MUST_CHECK;
/* Adds a row of buttons to write to the other person of the booking and to call staff. */
void stay_put_message_buttons(struct talk *talk, const struct stay_booking *booking, bool is_guest);
/* Adds the last row of buttons: back, with this label, and start over. */
void stay_put_exit_buttons(struct talk *talk, enum text back_label);
