// SPDX-License-Identifier: MIT
/* Parses the text of a guest into a phrase (phrases/phrase.h), by the rules or by the AI. */
#pragma once

#include "base/date.h"

#include "dialogue/talk.h"
#include "phrases/phrase.h"

/* --- what a phrase has --- */

/* Whether the phrase has criteria that are not also a question about one apartment. */
static inline bool stay_has_search_filters(const struct phrase *phrase)
{
    return phrase->city.at != NULL || phrase->district.at != NULL || phrase->room_count > 0 ||
           phrase->min_price > 0 || phrase->max_price > 0 ||
           (phrase->ask & (PHRASE_ASK_CITY | PHRASE_ASK_ROOMS | PHRASE_ASK_PRICE)) != 0;
}

static inline bool stay_has_filters(const struct phrase *phrase)
{
    return stay_has_search_filters(phrase) || phrase->amenities.count > 0 || phrase->q.count > 0 ||
           phrase->near.at != NULL;
}

static inline bool stay_has_dates(const struct phrase *phrase)
{
    return phrase->check_in != DATE_ABSENT || phrase->check_out != DATE_ABSENT ||
           phrase->nights > 0 || (phrase->ask & PHRASE_ASK_DATES) != 0;
}

static inline bool stay_has_guests(const struct phrase *phrase)
{
    return phrase->guests > 0 || (phrase->ask & PHRASE_ASK_GUESTS) != 0;
}

static inline bool stay_has_criteria(const struct phrase *phrase)
{
    return stay_has_filters(phrase) || stay_has_dates(phrase) || stay_has_guests(phrase);
}

/* --- parsing; a function that returns false has failed --- */

enum stay_parsed { STAY_PARSED_NOTHING, STAY_PARSED_TOO_LONG, STAY_PARSED };

/* Parses the text by the rules, without the AI; once for the whole turn. */
bool stay_parse_update(struct talk *talk, struct phrase *phrase,
                       enum stay_parsed *parsed) MUST_CHECK;
/* Does the same. `is_search`: the text has dates, guests, or criteria that are no question about
 * one apartment: city, district, rooms, price. */
bool stay_parse_criteria(struct talk *talk, struct phrase *phrase, bool *is_search) MUST_CHECK;
/* Parses the text by the rules; if they find nothing, and the text is no remark, asks the AI. */
bool stay_parse_or_ask_ai(struct talk *talk, struct phrase *phrase,
                          enum stay_parsed *parsed) MUST_CHECK;
/* Parses a text that begins with a day or range without a month, because dates were asked for.
 * `parsed` is STAY_PARSED_NOTHING if the text does not begin so. */
bool stay_parse_bare_days(struct talk *talk, struct phrase *phrase,
                          enum stay_parsed *parsed) MUST_CHECK;
/* Parses "до 23", where a check-out after `check_in` was asked for. `parsed` is
 * STAY_PARSED_NOTHING if the text is no such day. */
bool stay_parse_bare_check_out(struct talk *talk, int32_t check_in, struct phrase *phrase,
                               enum stay_parsed *parsed) MUST_CHECK;
/* Parses new dates. `only_dates` is false if the text has no dates, or has search criteria. */
bool stay_parse_new_dates(struct talk *talk, struct phrase *phrase, bool *only_dates) MUST_CHECK;

/* The step asks for the check-out: if the phrase has one day, which was parsed as a check-in
 * (PHRASE_ASK_CHECK_OUT), makes it the check-out. */
void stay_move_check_in_to_check_out(struct phrase *phrase);
/* If the phrase has only a check-out, and this day or weekday is not after `check_in`, takes the
 * next one that is: "до воскресенья". */
bool stay_move_check_out_after(struct talk *talk, int32_t check_in,
                               struct phrase *phrase) MUST_CHECK;
