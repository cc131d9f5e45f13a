// SPDX-License-Identifier: MIT
/* Typed text that the step does not read itself: a question, search criteria, the rating of a stay.
 */
#include "base/date.h"
#include "base/text.h"

#include "guest/stay.h"
#include "guest/stay_parse.h"
#include "guest/stay_steps.h"

/* --- at a search --- */

/* At a step of a search: search criteria. */
static bool handle_search_text(struct talk *talk)
{
    struct phrase phrase;
    enum stay_parsed parsed;

    if (!stay_parse_or_ask_ai(talk, &phrase, &parsed))
        return false;
    if (parsed == STAY_PARSED)
        return stay_apply_phrase_and_continue(talk, &phrase);
    if (parsed == STAY_PARSED_TOO_LONG)
        return stay_reply_not_understood(talk, TEXT_STAY_TOO_LONG);
    return talk->step->unheard != NULL ? talk->step->unheard(talk)
                                       : stay_reply_not_understood(talk, TEXT_STAY_UNHEARD);
}

/* --- at bookings --- */

/* Whether the text with this phrase is about a booking of the guest, and no search, although it has
 * search criteria: "отмените бронь на 5 декабря". If it names a city, it must also name the
 * booking, because "другие даты, Алматы" is a search. */
static bool is_about_booking(struct remark remark, const struct phrase *phrase)
{
    if (remark.kind == REMARK_PAID) /* the price of the phrase is what was paid */
        return !remark.searches;
    return (remark.kind == REMARK_CANCEL || remark.kind == REMARK_MOVE ||
            remark.kind == REMARK_ENTRY || remark.kind == REMARK_FOR_PERSON) &&
           !remark.searches && (phrase->city.at == NULL || remark.names_booking);
}

/* Whether the text has enough criteria to leave a booking for a search. */
static bool has_enough_for_search(const struct phrase *phrase)
{
    return phrase->city.at != NULL || phrase->room_count > 0 || phrase->max_price > 0 ||
           (phrase->check_in != DATE_ABSENT && phrase->check_out != DATE_ABSENT);
}

/* Whether the text asks what a booking or its apartment answers, or has a phone for which a
 * notification asks, and neither a screen nor a person of staff is there to answer: without a
 * dialogue, or at the list of bookings. */
static bool is_for_booking(const struct talk *talk, enum stay_parsed parsed,
                           const struct remark *remark, const struct phrase *phrase)
{
    const bool at_list = talk->flow == &stay_flow && talk->step == &stay_step_bookings;
    char phone[PHONE_MAX + 1];

    if ((talk->flow != NULL && !at_list) || talk->input->has_talk ||
        talk->input->update.text.at == NULL)
        return false;
    if (parsed == STAY_PARSED_NOTHING)
        return remark->kind >= REMARK_CANCELLING ||
               text_phone_find(talk->input->update.text, phone);
    return parsed == STAY_PARSED && remark->kind == REMARK_NONE && remark->asks &&
           !remark->searches && phrase->amenities.count > 0 && !stay_has_search_filters(phrase) &&
           phrase->q.count == 0 && phrase->near.at == NULL && !stay_has_dates(phrase) &&
           !stay_has_guests(phrase);
}

/* At a step about bookings: a rating, or criteria of a new search. */
static bool handle_text_at_bookings(struct talk *talk)
{
    static const struct flow_step *const unasking[] = {
        &stay_step_booking, &stay_step_bookings}; /* steps that ask nothing else */
    const struct remark remark = talk->heard.remark;
    struct phrase phrase;
    enum stay_parsed parsed;
    bool answered = false;

    if (TALK_IS_AT(talk, unasking) && !stay_take_typed_rating(talk, &answered))
        return false;
    if (answered)
        return true;
    if (!stay_parse_update(talk, &phrase, &parsed))
        return false;
    if (parsed == STAY_PARSED_TOO_LONG)
        return stay_reply_not_understood(talk, TEXT_STAY_TOO_LONG);
    if (is_for_booking(talk, parsed, &remark, &phrase) &&
        !stay_ask_about_only_booking(talk, &answered))
        return false;
    if (!answered && remark.kind == REMARK_YES && talk->step == &stay_step_bookings &&
        !stay_search_if_no_booking(talk, &answered)) /* "Поищем квартиру?" */
        return false;
    if (answered)
        return true;
    if (parsed == STAY_PARSED_NOTHING || !has_enough_for_search(&phrase) ||
        is_about_booking(remark, &phrase))
        return stay_reply_not_understood(talk, TEXT_STAY_UNHEARD);
    return talk_begin(talk, &stay_flow) && stay_apply_phrase_and_continue(talk, &phrase);
}

bool stay_handle_text(struct talk *talk)
{
    return stay_is_at_search(talk) ? handle_search_text(talk) : handle_text_at_bookings(talk);
}

/* --- without a dialogue --- */

bool stay_begin_from_text(struct talk *talk, bool *parsed)
{
    const struct remark remark = talk->heard.remark;
    struct phrase phrase;
    enum stay_parsed what;

    if (!stay_take_typed_rating(talk, parsed))
        return false;
    if (*parsed)
        return true;
    if (!stay_parse_or_ask_ai(talk, &phrase, &what))
        return false;
    if (what == STAY_PARSED && is_about_booking(remark, &phrase))
        what = STAY_PARSED_NOTHING;
    if (is_for_booking(talk, what, &remark, &phrase) && !stay_ask_about_only_booking(talk, parsed))
        return false;
    if (*parsed)
        return true;
    *parsed = what == STAY_PARSED;
    if (what == STAY_PARSED_NOTHING && remark_is_about_booking(remark) &&
        talk->input->update.file == UPDATE_NO_FILE) {
        *parsed = true;
        return stay_show_all_bookings(talk);
    }
    if (what == STAY_PARSED_NOTHING && remark.kind == REMARK_NONE && remark.searches &&
        !talk_is_text_for_staff(talk)) { /* "ищу квартиру" */
        *parsed = true;
        return stay_begin_search(talk);
    }
    if (what == STAY_PARSED_TOO_LONG && !talk_is_text_for_staff(talk))
        talk_add_paragraph(talk, TEXT_STAY_TOO_LONG);
    return what != STAY_PARSED ||
           (talk_begin(talk, &stay_flow) && stay_apply_phrase_and_continue(talk, &phrase));
}
