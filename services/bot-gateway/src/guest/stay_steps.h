// SPDX-License-Identifier: MIT
/* The steps of the flow "stay", and what they share. stay.c is the search, stay_dates.c when and
 * for how many, stay_phrase.c what is typed, stay_results.c what the search finds, stay_search.c
 * what search-api finds, stay_apartment.c one flat and its nights, stay_quote.c what they cost,
 * stay_contact.c the guest's phone, stay_booking.c what is booked, stay_change.c other dates for
 * it, stay_bookings.c all that the guest has booked. */
#pragma once

#include "clients/search_results_json.h"
#include "clients/stay_answers_json.h"
#include "dialogue/flow.h"
#include "guest/calendar.h"
#include "guest/stay_json.h"
#include "texts/format.h"

enum { STAY_LABEL_MAX = 64 /* UTF-16 units of a title in a label */ };

/* --- the steps --- */

bool stay_show_day(struct talk *talk, struct fault *fault);
bool stay_take_day(struct talk *talk, struct fault *fault);
bool stay_take_weekend(struct talk *talk, struct fault *fault);
bool stay_turn_day(struct talk *talk, struct fault *fault);
bool stay_leave_day(struct talk *talk, struct fault *fault);
bool stay_say_why(struct talk *talk, struct fault *fault);
bool stay_show_nights(struct talk *talk, struct fault *fault);
bool stay_take_nights(struct talk *talk, struct fault *fault);
bool stay_turn_nights(struct talk *talk, struct fault *fault);
bool stay_show_guests(struct talk *talk, struct fault *fault);
bool stay_take_guests(struct talk *talk, struct fault *fault);
/* The flat that is looked at is the one that dates are chosen for. */
bool stay_choose_flat(struct talk *talk, struct fault *fault);
bool stay_show_list(struct talk *talk, struct fault *fault);
bool stay_show_all(struct talk *talk, struct fault *fault);
bool stay_turn_list(struct talk *talk, struct fault *fault);
bool stay_take_flat(struct talk *talk, struct fault *fault);
/* To the first of what the search finds. */
bool stay_search(struct talk *talk, struct fault *fault) MUST_CHECK;
bool stay_drop(struct talk *talk, struct fault *fault);
/* To the first step that asks for what is not known: city, check-in, nights, guests; else to what
 * was searched for. */
bool stay_go_on(struct talk *talk, struct fault *fault) MUST_CHECK;

/* What is typed: an answer to the step, or all that it says. */
bool stay_hear_city(struct talk *talk, struct fault *fault);
bool stay_hear_day(struct talk *talk, struct fault *fault);
bool stay_hear_nights(struct talk *talk, struct fault *fault);
bool stay_hear_guests(struct talk *talk, struct fault *fault);
bool stay_hear_wish(struct talk *talk, struct fault *fault); /* where flats are shown */
bool stay_hear_flat(struct talk *talk, struct fault *fault);
bool stay_hear_other(struct talk *talk, struct fault *fault); /* where bookings are */
bool stay_hear_new_day(struct talk *talk, struct fault *fault);
bool stay_hear_new_end(struct talk *talk, struct fault *fault);

bool stay_show_flat(struct talk *talk, struct fault *fault);
bool stay_take_other(struct talk *talk, struct fault *fault);
bool stay_leave_flat(struct talk *talk, struct fault *fault);
bool stay_change_guests(struct talk *talk, struct fault *fault);
bool stay_book(struct talk *talk, struct fault *fault);
bool stay_book_at_once(struct talk *talk, struct fault *fault); /* from a card */

bool stay_show_booking(struct talk *talk, struct fault *fault);
bool stay_hear_booking(struct talk *talk, struct fault *fault); /* the words of its buttons, too */
bool stay_confirm(struct talk *talk, struct fault *fault);
bool stay_claim(struct talk *talk, struct fault *fault);
bool stay_show_cancel(struct talk *talk, struct fault *fault);
bool stay_cancel(struct talk *talk, struct fault *fault);
bool stay_try_again(struct talk *talk, struct fault *fault);
/* Back from what is booked, or from a flat: to the flats that were found; where nothing was
 * searched for, or the booking was opened from the list of bookings, to that list. */
bool stay_to_list(struct talk *talk, struct fault *fault);

bool stay_begin_change(struct talk *talk, struct fault *fault);
bool stay_show_new_day(struct talk *talk, struct fault *fault);
bool stay_take_new_day(struct talk *talk, struct fault *fault);
bool stay_turn_new_day(struct talk *talk, struct fault *fault);
bool stay_show_new_end(struct talk *talk, struct fault *fault);
bool stay_take_new_end(struct talk *talk, struct fault *fault);
bool stay_turn_new_end(struct talk *talk, struct fault *fault);
bool stay_show_change(struct talk *talk, struct fault *fault);
bool stay_change(struct talk *talk, struct fault *fault);

bool stay_show_contact(struct talk *talk, struct fault *fault);
bool stay_take_contact(struct talk *talk, struct fault *fault);
bool stay_take_phone(struct talk *talk, struct fault *fault);
bool stay_without_phone(struct talk *talk, struct fault *fault);
bool stay_begin_again(struct talk *talk, struct fault *fault);

bool stay_to_search(struct talk *talk, struct fault *fault);
bool stay_show_mine(struct talk *talk, struct fault *fault);
bool stay_open_mine(struct talk *talk, struct fault *fault);
bool stay_more_mine(struct talk *talk, struct fault *fault);
bool stay_first_mine(struct talk *talk, struct fault *fault);
bool stay_show_release(struct talk *talk, struct fault *fault);
bool stay_release(struct talk *talk, struct fault *fault);
bool stay_show_holds(struct talk *talk, struct fault *fault);
bool stay_take_hold(struct talk *talk, struct fault *fault);

/* --- what they share --- */

/* A call; `path` may be absent for lack of memory. */
bool stay_get(struct talk *talk, struct slice path, struct service_answer *answer,
              struct fault *fault) MUST_CHECK;
bool stay_post(struct talk *talk, struct slice path, struct slice body,
               struct service_answer *answer, struct fault *fault) MUST_CHECK;

/* The text in the language of the talk, else in another that it has; "" without any. */
struct slice stay_words(const struct talk *talk, const struct texts *texts);
/* A paragraph of its own before what the step says. */
void stay_tell(struct talk *talk, enum text text);

/* Says why what the person chose or wrote cannot be taken, and shows the step anew. */
bool stay_refuse(struct talk *talk, enum text why, const char *step, struct fault *fault);
/* A city's button or name. */
bool stay_take_city(struct talk *talk, struct fault *fault);
/* Is there a city of this name, or of this slug? If so, it is the one that is searched. */
bool stay_find_city(struct talk *talk, struct slice name, bool *found,
                    struct fault *fault) MUST_CHECK;
/* The city of a flat is the one that is searched, whether it is offered or not. */
bool stay_know_city(struct talk *talk, struct slice slug, struct fault *fault) MUST_CHECK;

/* How many guests the flat that is looked at takes. */
void stay_say_limit(struct talk *talk);

/* A day that check-in can be asked for; else says why not and returns false. So with a check-out,
 * after the check-in of the dialogue. */
bool stay_check_in_is_good(struct talk *talk, int32_t day);
bool stay_check_out_is_good(struct talk *talk, int32_t day);

/* The check-out that was said before there was this check-in; no day after it: none was. */
int32_t stay_end_ahead(const struct stay *stay, int32_t check_in);

/* Which nights for how many guests, as values of a text. */
enum { STAY_NIGHTS_VALUES = 4 };
struct stay_nights_said {
    struct formatted check_in;
    struct formatted check_out;
};
void stay_say_nights(const struct talk *talk, int32_t check_in, int32_t check_out, int64_t guests,
                     struct stay_nights_said *said, struct text_value values[STAY_NIGHTS_VALUES]);

/* Today's, of no flat, without a check-in. */
struct calendar stay_calendar(const struct talk *talk);
/* Reads the days from .. to - 1 of the flat. Where it is gone, says so and sets `found` to false.
 */
bool stay_ask_days(struct talk *talk, const struct uuid *flat, int32_t from, int32_t to,
                   struct calendar *calendar, bool *found, struct fault *fault) MUST_CHECK;
/* The month of that day, or the nearest that may be shown, under what the step asks. */
bool stay_put_month(struct talk *talk, const struct calendar *calendar, int32_t month,
                    enum text question, const struct text_value *values, size_t count,
                    struct fault *fault) MUST_CHECK;
/* A tap of CALENDAR_MONTH. */
bool stay_turn_month(struct talk *talk, int32_t *month, const char *step, struct fault *fault);
/* Says why the day is none that can be chosen, and shows the step anew. */
bool stay_refuse_day(struct talk *talk, const struct calendar *calendar, int32_t day,
                     enum calendar_why why, const char *step, struct fault *fault);
/* The buttons of a month; what is said of a day that cannot be chosen. */
bool stay_put_calendar(struct talk *talk, const struct calendar_page *page,
                       struct fault *fault) MUST_CHECK;
extern const enum text stay_why_texts[CALENDAR_WHYS];

/* Asks search-api for the flats of the wish: where there is one, and the first page is shown.
 * `answered`: `flats` are those, and `sought` of struct stay is set; else booking-api is to be
 * asked.
 */
bool stay_seek(struct talk *talk, struct stay_apartments *flats, bool *answered,
               struct fault *fault) MUST_CHECK;
/* What search-api does not tell of a flat that it has found: its photo and its amenities. */
bool stay_look_closer(struct talk *talk, struct stay_apartment *flat,
                      struct fault *fault) MUST_CHECK;
/* How many flats meet all but this; 0: none, or search-api was not asked. */
int64_t stay_adds(const struct talk *talk, enum stay_relax what);
/* The label with that number, where it is any. */
struct slice stay_say_adds(struct talk *talk, struct slice label, int64_t adds);
/* stay_put() with it. */
bool stay_put_relax(struct talk *talk, enum text label, const char *action, enum stay_relax what,
                    struct fault *fault) MUST_CHECK;

/* A button for one of several flats or bookings, and which one was tapped. */
bool stay_put_id(struct talk *talk, struct slice label, const char *action, const struct uuid *id,
                 struct fault *fault) MUST_CHECK;
bool stay_take_id(const struct talk *talk, struct uuid *id) MUST_CHECK;

/* A booking of a list: code, dates, and how it stands, in a word. */
bool stay_put_booking(struct talk *talk, const struct stay_booking *booking, const char *action,
                      struct fault *fault) MUST_CHECK;
/* Asks for bookings of the guest; `query` is behind "?". */
bool stay_ask_bookings(struct talk *talk, struct slice query, struct stay_bookings *out,
                       struct fault *fault) MUST_CHECK;

/* The booking that the dialogue is about, with what its flat says. `found` is false where the guest
 * has none such. */
bool stay_ask_booking(struct talk *talk, struct stay_booking *out, bool *found,
                      struct fault *fault) MUST_CHECK;
/* The same by one call, without what its flat says. */
bool stay_ask_bare_booking(struct talk *talk, struct stay_booking *out, bool *found,
                           struct fault *fault) MUST_CHECK;
/* How it stands, and what it is. `over`: it takes no nights any more. */
void stay_say_booking(struct talk *talk, const struct stay_booking *booking, bool *over);
/* Does `action` ("/confirm") to the booking; `body` may be absent. */
bool stay_ask_action(struct talk *talk, const char *action, struct slice body,
                     struct service_answer *answer, struct fault *fault) MUST_CHECK;
/* Says why booking-api refused that, and goes on to how the booking stands. */
bool stay_refuse_action(struct talk *talk, const struct service_answer *answer,
                        struct fault *fault) MUST_CHECK;
/* NULL: the guest may not do that now. */
const struct stay_action *stay_find_action(const struct stay_booking *booking, const char *name);

/* Other dates for the booking; a check-out of DATE_ABSENT is asked for. */
bool stay_take_dates(struct talk *talk, int32_t check_in, int32_t check_out,
                     struct fault *fault) MUST_CHECK;

/* The lines of a quote, short. */
void stay_say_lines(struct talk *talk, const struct stay_quote *quote);

/* The phone that the guest has given for an earlier booking; absent: none. */
bool stay_known_phone(struct talk *talk, struct slice *phone, struct fault *fault) MUST_CHECK;

/* A row of its own: a button that is a command. */
bool stay_put_command(struct talk *talk, enum text label, const char *command,
                      struct fault *fault) MUST_CHECK;
/* A row of its own: a button of the step. */
bool stay_put(struct talk *talk, enum text label, const char *action,
              struct fault *fault) MUST_CHECK;
/* The last row: back, under this label, and start over. */
bool stay_put_exits(struct talk *talk, enum text back, struct fault *fault) MUST_CHECK;
