// SPDX-License-Identifier: MIT
#include "guest/stay_parse.h"

#include "guest/stay_intent.h"
#include "guest/stay_steps.h"

static struct phrase_now local_time_on(const struct talk *talk, int32_t day)
{
    return (struct phrase_now){.day = day, .hour = format_hour_of(talk->input->now)};
}

static struct phrase_now local_now(const struct talk *talk)
{
    return local_time_on(talk, format_day_of(talk->input->now));
}

/* Parses `text`, which is made from the text of the person, by the rules, without the AI. Days are
 * counted from `now`. */
static bool parse_by_rules(struct talk *talk, struct slice text, struct phrase_now now,
                           struct phrase *phrase, enum stay_parsed *parsed)
{
    const struct update_view *update = &talk->input->update;
    const struct arena_mark mark = arena_mark(talk->arena);

    *parsed = STAY_PARSED_NOTHING;
    if (talk->input->words == NULL || update->text.at == NULL || update->command.at != NULL)
        return true;
    if (!phrase_read(talk->input->words, text, talk->language, now, talk->arena, phrase,
                     talk->fault)) {
        *parsed = STAY_PARSED_TOO_LONG;
        return talk->fault->kind != FAULT_UNAVAILABLE;
    }
    arena_put_back(talk->arena, &mark);
    if (stay_has_criteria(phrase))
        *parsed = STAY_PARSED;
    return true;
}

/* Reads the search criteria of the text, once for the whole turn. */
static bool hear_phrase(struct talk *talk)
{
    struct phrase *phrase = arena_alloc(talk->arena, sizeof *phrase);
    enum stay_parsed parsed;

    if (phrase == NULL)
        return arena_fault(talk->fault);
    *phrase = (struct phrase){.check_in = DATE_ABSENT, .check_out = DATE_ABSENT};
    if (!parse_by_rules(talk, talk->input->update.text, local_now(talk), phrase, &parsed))
        return false;
    talk->heard.phrase = phrase;
    talk->heard.is_too_long = parsed == STAY_PARSED_TOO_LONG;
    return true;
}

bool stay_parse_update(struct talk *talk, struct phrase *phrase, enum stay_parsed *parsed)
{
    const struct heard *heard = &talk->heard;

    if (heard->phrase == NULL && !hear_phrase(talk))
        return false;
    *phrase = *heard->phrase;
    if (heard->is_too_long)
        *parsed = STAY_PARSED_TOO_LONG;
    else
        *parsed = stay_has_criteria(phrase) ? STAY_PARSED : STAY_PARSED_NOTHING;
    return true;
}

bool stay_parse_criteria(struct talk *talk, struct phrase *phrase, bool *is_search)
{
    enum stay_parsed parsed;

    if (!stay_parse_update(talk, phrase, &parsed))
        return false;
    *is_search =
        parsed == STAY_PARSED &&
        (phrase->city.at != NULL || phrase->district.at != NULL || phrase->room_count > 0 ||
         phrase->min_price > 0 || phrase->max_price > 0 || phrase->guests > 0 ||
         phrase->check_in != DATE_ABSENT || phrase->check_out != DATE_ABSENT || phrase->nights > 1);
    return true;
}

bool stay_parse_or_ask_ai(struct talk *talk, struct phrase *phrase, enum stay_parsed *parsed)
{
    if (!stay_parse_update(talk, phrase, parsed))
        return false;
    if (*parsed == STAY_PARSED || talk->input->words == NULL ||
        talk->input->update.text.at == NULL || talk->input->update.command.at != NULL ||
        talk->heard.remark.kind != REMARK_NONE)
        return true;
    if (!stay_intent_ask_ai(talk, local_now(talk), phrase))
        return false;
    if (stay_has_criteria(phrase))
        *parsed = STAY_PARSED;
    return true;
}

bool stay_parse_bare_days(struct talk *talk, struct phrase *phrase, enum stay_parsed *parsed)
{
    struct slice named;

    *parsed = STAY_PARSED_NOTHING;
    if (!remark_expand_bare_days(talk->input->update.text, talk->arena, &named))
        return true;
    return parse_by_rules(talk, named, local_now(talk), phrase, parsed);
}

void stay_move_check_in_to_check_out(struct phrase *phrase)
{
    if (phrase->check_in == DATE_ABSENT || phrase->check_out != DATE_ABSENT ||
        (phrase->ask & PHRASE_ASK_CHECK_OUT) == 0)
        return;
    phrase->check_out = phrase->check_in;
    phrase->check_in = DATE_ABSENT;
    phrase->ask &= ~(unsigned)PHRASE_ASK_CHECK_OUT;
}

bool stay_parse_bare_check_out(struct talk *talk, int32_t check_in, struct phrase *phrase,
                               enum stay_parsed *parsed)
{
    struct slice named;

    *parsed = STAY_PARSED_NOTHING;
    return !remark_expand_bare_check_out(talk->input->update.text, talk->arena, &named) ||
           parse_by_rules(talk, named, local_time_on(talk, check_in), phrase, parsed);
}

bool stay_move_check_out_after(struct talk *talk, int32_t check_in, struct phrase *phrase)
{
    struct phrase later;
    enum stay_parsed parsed;

    if (phrase->check_in != DATE_ABSENT || phrase->check_out == DATE_ABSENT ||
        phrase->check_out > check_in || phrase->from_today)
        return true;
    if (!parse_by_rules(talk, talk->input->update.text, local_time_on(talk, check_in), &later,
                        &parsed))
        return false;
    if (parsed != STAY_PARSED)
        return true;
    stay_move_check_in_to_check_out(&later);
    if (later.check_in == DATE_ABSENT && later.check_out != DATE_ABSENT)
        *phrase = later;
    return true;
}

bool stay_parse_new_dates(struct talk *talk, struct phrase *phrase, bool *only_dates)
{
    enum stay_parsed parsed;

    if (!stay_parse_bare_days(talk, phrase, &parsed) ||
        (parsed != STAY_PARSED && !stay_parse_update(talk, phrase, &parsed)))
        return false;
    *only_dates = parsed == STAY_PARSED && stay_has_dates(phrase) && !stay_has_filters(phrase);
    return true;
}
