// SPDX-License-Identifier: MIT
/* Typed text: an answer to the step or, if it is no answer, search criteria (phrases/phrase.h). The
 * dialogue then goes to the first missing answer. If a part of the text is ambiguous, it asks and
 * never guesses. */
#include "base/date.h"
#include "base/parse.h"
#include "base/text.h"

#include "guest/calendar.h"
#include "guest/stay.h"
#include "guest/stay_filters.h"
#include "guest/stay_parse.h"
#include "guest/stay_steps.h"

/* --- city, dates and guests --- */

static bool apply_city(struct talk *talk, const struct phrase *phrase)
{
    bool found = false;

    if (phrase->city.at != NULL && !stay_set_city_by_name(talk, phrase->city, &found))
        return false;
    if ((phrase->ask & PHRASE_ASK_CITY) != 0 || (phrase->city.at != NULL && !found)) {
        stay_of(talk)->city = SLICE_NONE;
        talk_add_paragraph(talk, TEXT_STAY_UNSURE_CITY);
    }
    return true;
}

static void clear_dates(struct stay *stay)
{
    stay->check_in = 0;
    stay->nights = stay->pending_nights = 0;
    stay->pending_check_out = 0;
}

int32_t stay_pending_check_out(const struct stay *stay, int32_t check_in)
{
    return stay->pending_nights > 0 ? check_in + (int32_t)stay->pending_nights
                                    : stay->pending_check_out;
}

/* Sets the nights if the search can have this check-out; if not, informs the person why. */
static void set_nights_if_possible(struct talk *talk, int32_t check_out)
{
    struct calendar any = stay_make_empty_calendar(talk);
    struct stay *stay = talk->data;

    any.check_in = stay->check_in;
    stay->nights =
        stay_check_day_or_explain(talk, &any, check_out) ? check_out - stay->check_in : 0;
}

/* Applies the nights or the check-out of a phrase without check-in. If the dialogue has no check-in
 * yet, keeps them until the guest has chosen one. */
static void apply_or_keep_check_out(struct talk *talk, const struct phrase *phrase)
{
    struct stay *stay = talk->data;

    if (stay->check_in < format_day_of(talk->input->now)) {
        clear_dates(stay);
        stay->pending_nights = phrase->nights;
        stay->pending_check_out = phrase->check_out != DATE_ABSENT ? phrase->check_out : 0;
        return;
    }
    set_nights_if_possible(talk, phrase->nights > 0 ? stay->check_in + phrase->nights
                                                    : phrase->check_out);
}

static void apply_dates(struct talk *talk, const struct phrase *phrase)
{
    const struct calendar any = stay_make_empty_calendar(talk);
    struct stay *stay = talk->data;

    if (!stay_has_dates(phrase))
        return;
    if ((phrase->ask & PHRASE_ASK_DATES) != 0) {
        clear_dates(stay);
        stay->far = stay->month = phrase->far_check_in;
        stay->pending_nights = phrase->far_nights;
        stay->unsure = true;
        return;
    }
    if (phrase->check_in == DATE_ABSENT) {
        apply_or_keep_check_out(talk, phrase);
        return;
    }
    const int32_t end = phrase->check_out != DATE_ABSENT
                            ? phrase->check_out
                            : stay_pending_check_out(stay, phrase->check_in);
    clear_dates(stay);
    if (!stay_check_day_or_explain(talk, &any, phrase->check_in))
        return;
    stay->check_in = phrase->check_in;
    stay->month = phrase->check_in + 1;
    if (end > phrase->check_in)
        set_nights_if_possible(talk, end);
}

static void apply_guests(struct talk *talk, const struct phrase *phrase)
{
    if (!stay_has_guests(phrase))
        return;
    stay_of(talk)->guests =
        phrase->guests > 0 && phrase->guests <= STAY_GUESTS_MAX ? phrase->guests : 0;
    if (stay_of(talk)->guests == 0)
        talk_add_paragraph(talk, TEXT_STAY_UNSURE_GUESTS);
}

/* --- questions about the chosen apartment, before its dates and guests are known --- */

static bool asks_for_stay_of_chosen(const struct talk *talk)
{
    static const struct flow_step *const steps[] = {&stay_step_day, &stay_step_nights,
                                                    &stay_step_guests};

    return stay_of(talk)->chosen && TALK_IS_AT(talk, steps);
}

/* If the text asks something that needs no dates, answers it and repeats the step. */
static bool answer_remark_or_fall_back(struct talk *talk, flow_move_fn *fallback)
{
    const enum remark_kind remark = talk->heard.remark.kind;
    bool added = false;

    if (asks_for_stay_of_chosen(talk) && remark >= REMARK_ENTRY) {
        stay_of(talk)->question = remark;
        if (!stay_answer_early(talk, &added))
            return false;
    }
    return added ? talk_repeat_step(talk) : fallback(talk);
}

/* Informs the guest that a place is not searched for, because no apartment is known to be there. */
static void add_unknown_place_notice(struct talk *talk, const struct phrase *phrase)
{
    if (phrase->unknown_place.at == NULL)
        return;
    talk_add(talk, TEXT_STAY_UNKNOWN_PLACE,
             TALK_VALUES({.name = "words", .text = phrase->unknown_place}));
    talk_add_html(talk, SLICE("\n\n"));
}

/* Takes all criteria of the phrase, and goes to the first missing answer. */
static bool apply_phrase_and_continue(struct talk *talk, const struct phrase *phrase)
{
    struct stay *stay = talk->data;
    const bool is_question = stay_has_filters(phrase) && asks_for_stay_of_chosen(talk) &&
                             !stay_has_search_filters(phrase);
    bool added;

    if (is_question && phrase->amenities.count == 0 && !stay_has_dates(phrase) &&
        !stay_has_guests(phrase)) {
        stay->question = REMARK_FOR_PERSON;
        return stay_reply_not_understood(talk, TEXT_STAY_UNHEARD);
    }
    if (is_question && phrase->amenities.count > 0) {
        stay->asked_for = phrase->amenities;
        stay->question = REMARK_AMENITIES;
        if (!stay_answer_early(talk, &added))
            return false;
    } else if (!is_question && stay_has_filters(phrase)) {
        stay->chosen = false;
        if (!apply_city(talk, phrase) || !stay_filters_add_from_phrase(talk, phrase))
            return false;
    }
    if (!is_question)
        add_unknown_place_notice(talk, phrase);
    apply_dates(talk, phrase);
    if (stay_has_dates(phrase) && !stay_refuse_short_stay(talk))
        return false;
    apply_guests(talk, phrase);
    if ((phrase->ask & PHRASE_ASK_ROOMS) != 0)
        talk_add_paragraph(talk, TEXT_STAY_UNSURE_ROOMS);
    if ((phrase->ask & PHRASE_ASK_PRICE) != 0)
        talk_add_paragraph(talk, TEXT_STAY_UNSURE_PRICE);
    return stay_go_to_missing_answer(talk);
}

/* --- the steps --- */

bool stay_handle_search_text(struct talk *talk)
{
    struct phrase phrase;
    enum stay_parsed parsed;

    if (!stay_parse_or_ask_ai(talk, &phrase, &parsed))
        return false;
    if (parsed != STAY_PARSED)
        return stay_reply_not_understood(talk, parsed == STAY_PARSED_NOTHING ? TEXT_STAY_UNHEARD
                                                                             : TEXT_STAY_TOO_LONG);
    return apply_phrase_and_continue(talk, &phrase);
}

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

bool stay_handle_text_at_bookings(struct talk *talk)
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
    return talk_begin(talk, &stay_flow) && apply_phrase_and_continue(talk, &phrase);
}

/* Applies the phrase; `fallback` handles text without search criteria. */
static bool apply_parsed_or_fall_back(struct talk *talk, const struct phrase *phrase,
                                      enum stay_parsed parsed, flow_move_fn *fallback)
{
    if (parsed == STAY_PARSED_TOO_LONG)
        return stay_reply_not_understood(talk, TEXT_STAY_TOO_LONG);
    return parsed == STAY_PARSED ? apply_phrase_and_continue(talk, phrase)
                                 : answer_remark_or_fall_back(talk, fallback);
}

static bool apply_text_or_fall_back(struct talk *talk, flow_move_fn *fallback)
{
    struct phrase phrase;
    enum stay_parsed parsed;

    return stay_parse_or_ask_ai(talk, &phrase, &parsed) &&
           apply_parsed_or_fall_back(talk, &phrase, parsed, fallback);
}

bool stay_handle_text_at_city(struct talk *talk)
{
    return apply_text_or_fall_back(talk, stay_set_city_from_argument_and_continue);
}

bool stay_handle_text_at_day(struct talk *talk)
{
    struct phrase phrase;
    enum stay_parsed parsed;
    int32_t day;

    if (format_parse_date(talk->argument, format_day_of(talk->input->now), &day))
        return stay_handle_check_in(talk);
    if (!stay_parse_bare_days(talk, &phrase, &parsed))
        return false;
    return parsed == STAY_PARSED ? apply_phrase_and_continue(talk, &phrase)
                                 : apply_text_or_fall_back(talk, stay_handle_check_in);
}

bool stay_handle_text_at_nights(struct talk *talk)
{
    const int32_t check_in = stay_of(talk)->check_in;
    struct phrase phrase;
    enum stay_parsed parsed;
    int64_t number;
    int32_t day;

    if (parse_i64(slice_trim(talk->argument), 0, INT64_MAX, &number) ||
        format_parse_date(talk->argument, format_day_of(talk->input->now), &day))
        return stay_handle_check_out(talk);
    if (!stay_parse_bare_check_out(talk, check_in, &phrase, &parsed) ||
        (parsed != STAY_PARSED && !stay_parse_or_ask_ai(talk, &phrase, &parsed)))
        return false;
    if (parsed == STAY_PARSED) {
        stay_move_check_in_to_check_out(&phrase);
        if (!stay_move_check_out_after(talk, check_in, &phrase))
            return false;
    }
    return apply_parsed_or_fall_back(talk, &phrase, parsed, stay_handle_check_out);
}

bool stay_handle_text_at_guests(struct talk *talk)
{
    int64_t number;

    if (parse_i64(slice_trim(talk->argument), 0, INT64_MAX, &number))
        return stay_handle_guest_count(talk);
    return apply_text_or_fall_back(talk, stay_handle_guest_count);
}

/* --- other dates for a booking --- */

static bool extends_stay(const struct talk *talk)
{
    return talk->heard.remark.extends;
}

/* Parses new dates, or a bare check-out after `check_in`: "до 25". */
static bool parse_new_dates_after(struct talk *talk, int32_t check_in, struct phrase *phrase,
                                  bool *only_dates)
{
    enum stay_parsed parsed;

    if (!stay_parse_bare_check_out(talk, check_in, phrase, &parsed))
        return false;
    if (parsed != STAY_PARSED)
        return stay_parse_new_dates(talk, phrase, only_dates);
    stay_move_check_in_to_check_out(phrase);
    *only_dates = true;
    return true;
}

/* Takes new dates. If the phrase has no check-in, its nights or check-out follow
 * `default_check_in`. Nights that extend the stay are added to those of the booking. */
static bool preview_parsed_dates(struct talk *talk, struct phrase *phrase, int32_t default_check_in,
                                 const struct flow_step *step_if_unsure)
{
    const struct stay_change *change = &stay_of(talk)->change;
    const bool begins = phrase->check_in != DATE_ABSENT;
    const int32_t booked = extends_stay(talk) ? change->was_out - change->was_in : 0;

    if ((phrase->ask & PHRASE_ASK_DATES) != 0)
        return talk_step_with(talk, TEXT_STAY_UNSURE_DATES, step_if_unsure);
    if (!stay_move_check_out_after(talk, default_check_in, phrase))
        return false;
    return stay_preview_new_dates(talk, begins ? phrase->check_in : default_check_in,
                                  !begins && phrase->nights > 0
                                      ? default_check_in + booked + phrase->nights
                                      : phrase->check_out);
}

bool stay_handle_text_at_new_day(struct talk *talk)
{
    const int32_t was_in = stay_of(talk)->change.was_in;
    struct phrase phrase;
    bool only_dates;
    int32_t day;

    if (format_parse_date(talk->argument, format_day_of(talk->input->now), &day))
        return stay_handle_new_check_in(talk);
    if (!parse_new_dates_after(talk, was_in, &phrase, &only_dates))
        return false;
    return only_dates ? preview_parsed_dates(talk, &phrase, was_in, &stay_step_new_day)
                      : stay_handle_text_at_bookings(talk);
}

bool stay_preview_new_dates_if_named(struct talk *talk)
{
    const int32_t was_in = stay_of(talk)->change.was_in;
    struct phrase phrase;
    bool only_dates;

    if (!parse_new_dates_after(talk, was_in, &phrase, &only_dates))
        return false;
    return !only_dates || (phrase.check_in == DATE_ABSENT && !extends_stay(talk)) ||
           preview_parsed_dates(talk, &phrase, was_in, &stay_step_new_day);
}

bool stay_handle_text_at_new_end(struct talk *talk)
{
    const int32_t check_in = stay_of(talk)->change.check_in;
    struct phrase phrase;
    bool only_dates;
    int64_t number;
    int32_t day;

    if (parse_i64(slice_trim(talk->argument), 0, INT64_MAX, &number) ||
        format_parse_date(talk->argument, format_day_of(talk->input->now), &day))
        return stay_handle_new_check_out(talk);
    if (!parse_new_dates_after(talk, check_in, &phrase, &only_dates))
        return false;
    if (!only_dates)
        return stay_handle_text_at_bookings(talk);
    stay_move_check_in_to_check_out(&phrase);
    return preview_parsed_dates(talk, &phrase, check_in, &stay_step_new_end);
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
        !flow_is_text_for_staff(talk)) { /* "ищу квартиру" */
        *parsed = true;
        return stay_begin_search(talk);
    }
    if (what == STAY_PARSED_TOO_LONG && !flow_is_text_for_staff(talk))
        talk_add_paragraph(talk, TEXT_STAY_TOO_LONG);
    return what != STAY_PARSED ||
           (talk_begin(talk, &stay_flow) && apply_phrase_and_continue(talk, &phrase));
}
