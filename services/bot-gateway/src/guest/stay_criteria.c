// SPDX-License-Identifier: MIT
/* Takes the criteria of a phrase (phrases/phrase.h) into the search. The dialogue then goes to the
 * first missing answer. If a part of the text is ambiguous, it asks and never guesses. */
#include "base/date.h"

#include "guest/calendar.h"
#include "guest/stay_filters.h"
#include "guest/stay_parse.h"
#include "guest/stay_steps.h"

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

/* Whether the phrase has filters besides a city. */
static bool has_wishes(const struct phrase *phrase)
{
    return phrase->amenities.count > 0 || phrase->q.count > 0 || phrase->near.at != NULL ||
           phrase->district.at != NULL || phrase->room_count > 0 || phrase->min_price > 0 ||
           phrase->max_price > 0;
}

/* If the dialogue is still at the step `asking`, which asks something else, says that the wishes
 * are noted. */
static void add_notice_of_wishes(struct talk *talk, const struct flow_step *asking)
{
    static const struct flow_step *const steps[] = {&stay_step_city, &stay_step_day,
                                                    &stay_step_nights, &stay_step_guests};
    const struct slice wishes = stay_filters_format_all(talk);

    if (talk->step != asking || !TALK_IS_AT(talk, steps) || talk->text.len > 0 || wishes.len == 0)
        return;
    talk_add(talk, TEXT_STAY_NOTED, TALK_VALUES({.name = "wishes", .text = wishes}));
    talk_add_html(talk, SLICE("\n\n"));
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

bool stay_apply_phrase_and_continue(struct talk *talk, const struct phrase *phrase)
{
    struct stay *stay = talk->data;
    const bool is_question = stay_has_filters(phrase) && stay_asks_for_stay_of_chosen(talk) &&
                             !stay_has_search_filters(phrase);
    const struct flow_step *const asking = talk->step;
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
    if (!stay_go_to_missing_answer(talk))
        return false;
    if (!is_question && has_wishes(phrase))
        add_notice_of_wishes(talk, asking);
    return true;
}
