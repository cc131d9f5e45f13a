// SPDX-License-Identifier: MIT
/* Typed text: an answer to the step or, if it is no answer, search criteria (phrases/phrase.h). The
 * dialogue then goes to the first missing answer. If a part of the text is ambiguous, it asks and
 * never guesses. */
#include "base/date.h"
#include "base/parse.h"

#include "guest/calendar.h"
#include "guest/stay.h"
#include "guest/stay_filters.h"
#include "guest/stay_intent.h"
#include "guest/stay_steps.h"
#include "phrases/phrase.h"

/* --- parsing --- */

enum parsed { PARSED_NOTHING, PARSED_TOO_LONG, PARSED };

static bool has_filters(const struct phrase *phrase)
{
    return phrase->city.at != NULL || phrase->district.at != NULL || phrase->room_count > 0 ||
           phrase->min_price > 0 || phrase->max_price > 0 || phrase->amenities.count > 0 ||
           phrase->q.count > 0 || phrase->near.at != NULL ||
           (phrase->ask & (PHRASE_ASK_CITY | PHRASE_ASK_ROOMS | PHRASE_ASK_PRICE)) != 0;
}

static bool has_dates(const struct phrase *phrase)
{
    return phrase->check_in != DATE_ABSENT || phrase->check_out != DATE_ABSENT ||
           phrase->nights > 0 || (phrase->ask & PHRASE_ASK_DATES) != 0;
}

static bool has_guests(const struct phrase *phrase)
{
    return phrase->guests > 0 || (phrase->ask & PHRASE_ASK_GUESTS) != 0;
}

/* Whether the text has enough criteria to leave a booking for a search. */
static bool has_enough_for_search(const struct phrase *phrase)
{
    return phrase->city.at != NULL || phrase->room_count > 0 || phrase->max_price > 0 ||
           (phrase->check_in != DATE_ABSENT && phrase->check_out != DATE_ABSENT);
}

static struct phrase_now local_time_on(const struct talk *talk, int32_t day)
{
    return (struct phrase_now){day, format_hour_of(talk->input->now)};
}

static struct phrase_now local_now(const struct talk *talk)
{
    return local_time_on(talk, format_day_of(talk->input->now));
}

static bool has_any_criteria(const struct phrase *phrase)
{
    return has_filters(phrase) || has_dates(phrase) || has_guests(phrase);
}

/* Parses `text`, which is made from the text of the person, by the rules, without the AI. Days are
 * counted from `now`. */
static bool parse_by_rules(struct talk *talk, struct slice text, struct phrase_now now,
                           struct phrase *phrase, enum parsed *parsed)
{
    const struct update_view *update = &talk->input->update;
    const struct arena_mark mark = arena_mark(talk->arena);

    *parsed = PARSED_NOTHING;
    if (talk->input->words == NULL || update->text.at == NULL || update->command.at != NULL)
        return true;
    if (!phrase_read(talk->input->words, text, talk->language, now, talk->arena, phrase,
                     talk->fault)) {
        *parsed = PARSED_TOO_LONG;
        return talk->fault->kind != FAULT_UNAVAILABLE;
    }
    arena_put_back(talk->arena, &mark);
    if (has_any_criteria(phrase))
        *parsed = PARSED;
    return true;
}

static bool parse_update_by_rules(struct talk *talk, struct phrase *phrase, enum parsed *parsed)
{
    return parse_by_rules(talk, talk->input->update.text, local_now(talk), phrase, parsed);
}

bool stay_parse_criteria(struct talk *talk, struct phrase *phrase, bool *is_search)
{
    enum parsed parsed;

    if (!parse_update_by_rules(talk, phrase, &parsed))
        return false;
    *is_search =
        parsed == PARSED &&
        (phrase->city.at != NULL || phrase->district.at != NULL || phrase->room_count > 0 ||
         phrase->min_price > 0 || phrase->max_price > 0 || phrase->guests > 0 ||
         phrase->check_in != DATE_ABSENT || phrase->check_out != DATE_ABSENT || phrase->nights > 1);
    return true;
}

/* Parses the text by the rules; if they find nothing, and the text is no remark, asks the AI. */
static bool parse_or_ask_ai(struct talk *talk, struct phrase *phrase, enum parsed *parsed)
{
    if (!parse_update_by_rules(talk, phrase, parsed))
        return false;
    if (*parsed == PARSED || talk->input->words == NULL || talk->input->update.text.at == NULL ||
        talk->input->update.command.at != NULL ||
        remark_classify(talk->input->update.text).kind != REMARK_NONE)
        return true;
    if (!stay_intent_ask_ai(talk, local_now(talk), phrase))
        return false;
    if (has_any_criteria(phrase))
        *parsed = PARSED;
    return true;
}

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

    if (!has_dates(phrase))
        return;
    if ((phrase->ask & PHRASE_ASK_DATES) != 0) {
        clear_dates(stay);
        stay->month = 0;
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
    if (!has_guests(phrase))
        return;
    stay_of(talk)->guests =
        phrase->guests > 0 && phrase->guests <= STAY_GUESTS_MAX ? phrase->guests : 0;
    if (stay_of(talk)->guests == 0)
        talk_add_paragraph(talk, TEXT_STAY_UNSURE_GUESTS);
}

/* Takes all criteria of the phrase, and goes to the first missing answer. */
static bool apply_phrase_and_continue(struct talk *talk, const struct phrase *phrase)
{
    if (has_filters(phrase))
        stay_of(talk)->chosen = false;
    if (!apply_city(talk, phrase) || !stay_filters_add_from_phrase(talk, phrase))
        return false;
    apply_dates(talk, phrase);
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
    enum parsed parsed;

    if (!parse_or_ask_ai(talk, &phrase, &parsed))
        return false;
    if (parsed != PARSED)
        return stay_reply_not_understood(talk, parsed == PARSED_NOTHING ? TEXT_STAY_UNHEARD
                                                                        : TEXT_STAY_TOO_LONG);
    return apply_phrase_and_continue(talk, &phrase);
}

bool stay_handle_text_at_bookings(struct talk *talk)
{
    struct phrase phrase;
    enum parsed parsed;

    if (!parse_update_by_rules(talk, &phrase, &parsed))
        return false;
    if (parsed == PARSED_TOO_LONG)
        return stay_reply_not_understood(talk, TEXT_STAY_TOO_LONG);
    if (parsed == PARSED_NOTHING || !has_enough_for_search(&phrase))
        return stay_reply_not_understood(talk, TEXT_STAY_UNHEARD);
    return talk_begin(talk, &stay_flow) && apply_phrase_and_continue(talk, &phrase);
}

/* Applies the phrase; `fallback` handles text without search criteria. */
static bool apply_parsed_or_fall_back(struct talk *talk, const struct phrase *phrase,
                                      enum parsed parsed, flow_move_fn *fallback)
{
    if (parsed == PARSED_TOO_LONG)
        return stay_reply_not_understood(talk, TEXT_STAY_TOO_LONG);
    return parsed == PARSED ? apply_phrase_and_continue(talk, phrase) : fallback(talk);
}

static bool apply_text_or_fall_back(struct talk *talk, flow_move_fn *fallback)
{
    struct phrase phrase;
    enum parsed parsed;

    return parse_or_ask_ai(talk, &phrase, &parsed) &&
           apply_parsed_or_fall_back(talk, &phrase, parsed, fallback);
}

bool stay_handle_text_at_city(struct talk *talk)
{
    return apply_text_or_fall_back(talk, stay_set_city_from_argument_and_continue);
}

/* Parses a text that begins with a day or range without a month, because dates were asked for.
 * `parsed` is PARSED_NOTHING if the text does not begin so. */
static bool parse_bare_days(struct talk *talk, struct phrase *phrase, enum parsed *parsed)
{
    struct slice named;

    *parsed = PARSED_NOTHING;
    if (!remark_expand_bare_days(talk->input->update.text, talk->arena, &named))
        return true;
    return parse_by_rules(talk, named, local_now(talk), phrase, parsed);
}

bool stay_handle_text_at_day(struct talk *talk)
{
    struct phrase phrase;
    enum parsed parsed;
    int32_t day;

    if (format_parse_date(talk->argument, format_day_of(talk->input->now), &day))
        return stay_handle_check_in(talk);
    if (!parse_bare_days(talk, &phrase, &parsed))
        return false;
    return parsed == PARSED ? apply_phrase_and_continue(talk, &phrase)
                            : apply_text_or_fall_back(talk, stay_handle_check_in);
}

/* The step asks for the check-out: if the phrase has one day, which was parsed as a check-in
 * (PHRASE_ASK_CHECK_OUT), makes it the check-out. */
static void move_check_in_to_check_out(struct phrase *phrase)
{
    if (phrase->check_in == DATE_ABSENT || phrase->check_out != DATE_ABSENT ||
        (phrase->ask & PHRASE_ASK_CHECK_OUT) == 0)
        return;
    phrase->check_out = phrase->check_in;
    phrase->check_in = DATE_ABSENT;
    phrase->ask &= ~(unsigned)PHRASE_ASK_CHECK_OUT;
}

/* Parses "до 23", where a check-out after `check_in` was asked for. `parsed` is PARSED_NOTHING if
 * the text is no such day. */
static bool parse_bare_check_out(struct talk *talk, struct phrase_now check_in,
                                 struct phrase *phrase, enum parsed *parsed)
{
    struct slice named;

    *parsed = PARSED_NOTHING;
    return !remark_expand_bare_check_out(talk->input->update.text, talk->arena, &named) ||
           parse_by_rules(talk, named, check_in, phrase, parsed);
}

/* If the phrase has only a check-out, and this day or weekday is not after `check_in`, takes the
 * next one that is: "до воскресенья". */
static bool move_check_out_after(struct talk *talk, struct phrase_now check_in,
                                 struct phrase *phrase)
{
    struct phrase later;
    enum parsed parsed;

    if (phrase->check_in != DATE_ABSENT || phrase->check_out == DATE_ABSENT ||
        phrase->check_out > check_in.day || phrase->from_today)
        return true;
    if (!parse_by_rules(talk, talk->input->update.text, check_in, &later, &parsed))
        return false;
    if (parsed != PARSED)
        return true;
    move_check_in_to_check_out(&later);
    if (later.check_in == DATE_ABSENT && later.check_out != DATE_ABSENT)
        *phrase = later;
    return true;
}

bool stay_handle_text_at_nights(struct talk *talk)
{
    const struct phrase_now check_in = local_time_on(talk, stay_of(talk)->check_in);
    struct phrase phrase;
    enum parsed parsed;
    int64_t number;
    int32_t day;

    if (parse_i64(slice_trim(talk->argument), 0, INT64_MAX, &number) ||
        format_parse_date(talk->argument, format_day_of(talk->input->now), &day))
        return stay_handle_check_out(talk);
    if (!parse_bare_check_out(talk, check_in, &phrase, &parsed) ||
        (parsed != PARSED && !parse_or_ask_ai(talk, &phrase, &parsed)))
        return false;
    if (parsed == PARSED) {
        move_check_in_to_check_out(&phrase);
        if (!move_check_out_after(talk, check_in, &phrase))
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

/* Parses new dates. `only_dates` is false if the text has no dates, or has search criteria. */
static bool parse_new_dates(struct talk *talk, struct phrase *phrase, bool *only_dates)
{
    enum parsed parsed;

    if (!parse_bare_days(talk, phrase, &parsed) ||
        (parsed != PARSED && !parse_update_by_rules(talk, phrase, &parsed)))
        return false;
    *only_dates = parsed == PARSED && has_dates(phrase) && !has_filters(phrase);
    return true;
}

/* Takes new dates. If the phrase has no check-in, its nights or check-out follow
 * `default_check_in`. */
static bool preview_parsed_dates(struct talk *talk, const struct phrase *phrase,
                                 int32_t default_check_in, const char *step_if_unsure)
{
    const bool begins = phrase->check_in != DATE_ABSENT;

    if ((phrase->ask & PHRASE_ASK_DATES) != 0)
        return talk_step_with(talk, TEXT_STAY_UNSURE_DATES, step_if_unsure);
    return stay_preview_new_dates(talk, begins ? phrase->check_in : default_check_in,
                                  !begins && phrase->nights > 0 ? default_check_in + phrase->nights
                                                                : phrase->check_out);
}

bool stay_handle_text_at_new_day(struct talk *talk)
{
    struct phrase phrase;
    bool only_dates;
    int32_t day;

    if (format_parse_date(talk->argument, format_day_of(talk->input->now), &day))
        return stay_handle_new_check_in(talk);
    if (!parse_new_dates(talk, &phrase, &only_dates) ||
        (only_dates &&
         !move_check_out_after(talk, local_time_on(talk, stay_of(talk)->change.was_in), &phrase)))
        return false;
    return only_dates ? preview_parsed_dates(talk, &phrase, stay_of(talk)->change.was_in, "new_day")
                      : stay_handle_text_at_bookings(talk);
}

bool stay_preview_new_dates_if_named(struct talk *talk)
{
    struct phrase phrase;
    bool only_dates;

    if (!parse_new_dates(talk, &phrase, &only_dates))
        return false;
    return !only_dates || phrase.check_in == DATE_ABSENT ||
           preview_parsed_dates(talk, &phrase, stay_of(talk)->change.was_in, "new_day");
}

bool stay_handle_text_at_new_end(struct talk *talk)
{
    const struct phrase_now check_in = local_time_on(talk, stay_of(talk)->change.check_in);
    struct phrase phrase;
    enum parsed parsed;
    bool only_dates = true;
    int64_t number;
    int32_t day;

    if (parse_i64(slice_trim(talk->argument), 0, INT64_MAX, &number) ||
        format_parse_date(talk->argument, format_day_of(talk->input->now), &day))
        return stay_handle_new_check_out(talk);
    if (!parse_bare_check_out(talk, check_in, &phrase, &parsed) ||
        (parsed != PARSED && !parse_new_dates(talk, &phrase, &only_dates)))
        return false;
    if (!only_dates)
        return stay_handle_text_at_bookings(talk);
    move_check_in_to_check_out(&phrase);
    return move_check_out_after(talk, check_in, &phrase) &&
           preview_parsed_dates(talk, &phrase, check_in.day, "new_end");
}

/* --- without a dialogue --- */

bool stay_begin_from_text(struct talk *talk, bool *parsed)
{
    struct phrase phrase;
    enum parsed what;

    if (!parse_or_ask_ai(talk, &phrase, &what))
        return false;
    *parsed = what == PARSED;
    if (what == PARSED_NOTHING && remark_is_about_booking(remark_classify(talk->argument))) {
        *parsed = true;
        return stay_show_all_bookings(talk);
    }
    if (what == PARSED_TOO_LONG)
        talk_add_paragraph(talk, TEXT_STAY_TOO_LONG);
    return what != PARSED ||
           (talk_begin(talk, &stay_flow) && apply_phrase_and_continue(talk, &phrase));
}
