// SPDX-License-Identifier: MIT
/* Questions of a guest about the apartment or the booking that is shown, and their answers. */
#include "base/district.h"

#include "clients/answer_values_json.h"
#include "guest/stay_filters.h"
#include "guest/stay_parse.h"
#include "guest/stay_steps.h"

bool stay_fetch_apartment(struct talk *talk, struct stay_apartment *out, bool *found)
{
    struct service_answer answer;

    if (!talk_get(talk, talk_path(talk, "apartments", &stay_of(talk)->apartment, ""), &answer))
        return false;
    *found = answer.status == 200;
    return *found ? stay_read_apartment(answer.body, talk->arena, out, talk->fault)
                  : answer.status == 404 || answer_fail_bad("no apartment", talk->fault);
}

bool stay_set_question_from_text(struct talk *talk, const struct remark *remark)
{
    struct stay *stay = talk->data;
    struct phrase phrase;
    bool is_search;

    if (!stay_parse_criteria(talk, &phrase, &is_search))
        return false;
    stay->asked_for = phrase.amenities;
    if (!is_search && remark->kind >= REMARK_CANCELLING)
        stay->question = remark->kind;
    else if (!is_search && remark->kind == REMARK_NONE && remark->asks)
        stay->question = phrase.amenities.count > 0                     ? REMARK_AMENITIES
                         : phrase.near.at != NULL || phrase.q.count > 0 ? REMARK_FOR_PERSON
                                                                        : REMARK_NONE;
    return true;
}

static void add_asked_amenities(struct talk *talk, const struct stay_apartment *apartment)
{
    static const enum text texts[] = {TEXT_STAY_LACKS, TEXT_STAY_HAS};

    for (int present = 1; present >= 0; present--) {
        const struct slice names = stay_format_asked_amenities(talk, apartment, present == 1);
        if (names.len == 0)
            continue;
        if (talk->text.len > 0)
            talk_add_html(talk, SLICE("\n"));
        talk_add(talk, texts[present], TALK_VALUES({.name = "amenities", .text = names}));
    }
}

bool stay_add_answer_about_apartment(struct talk *talk, const struct stay_apartment *apartment)
{
    const struct stay *stay = talk->data;

    switch (stay->question) {
    case REMARK_AMENITIES:
        add_asked_amenities(talk, apartment);
        return true;
    case REMARK_CAPACITY:
        if (stay->limit > 0)
            stay_add_guest_limit(talk);
        return stay->limit > 0;
    case REMARK_TIMES:
        if (apartment->check_in_time.at == NULL || apartment->check_out_time.at == NULL)
            return false;
        talk_add(talk, TEXT_STAY_TIMES,
                 TALK_VALUES({.name = "arrival", .text = apartment->check_in_time},
                             {.name = "departure", .text = apartment->check_out_time}));
        return true;
    case REMARK_PLACE:
        talk_add(talk, TEXT_STAY_PLACE,
                 TALK_VALUES({.name = "city", .text = talk_localized(talk, &stay->city_name)},
                             {.name = "district",
                              .text = district_translate(apartment->district, talk->language)}));
        return true;
    case REMARK_ENTRY:
        talk_say(talk, TEXT_STAY_LATER);
        return true;
    case REMARK_PRICE:
    case REMARK_PAYMENT:
    case REMARK_CANCELLING:
        talk_add(talk, TEXT_STAY_ASKED, /* the caller appends the price with its terms */
                 TALK_VALUES(STAY_NIGHTS_OF(stay),
                             {.name = "title", .text = talk_localized(talk, &apartment->title)}));
        return true;
    default:
        return false;
    }
}

bool stay_answer_early(struct talk *talk, bool *added)
{
    struct stay_apartment apartment;
    bool found;

    *added = false;
    if (!stay_fetch_apartment(talk, &apartment, &found))
        return false;
    if (!found)
        return true;
    *added = stay_add_answer_about_apartment(talk, &apartment);
    if (*added)
        talk_add_html(talk, SLICE("\n\n"));
    stay_of(talk)->question = REMARK_NONE;
    return true;
}

/* --- about a booking --- */

/* Answers stay->question about the apartment of the booking. */
static bool answer_about_apartment_of(struct talk *talk, const struct stay_booking *booking,
                                      bool *added)
{
    struct stay *stay = talk->data;
    const struct uuid searched = stay->apartment;

    stay->apartment = booking->apartment;
    if (!stay_answer_early(talk, added))
        return false;
    stay->apartment = searched;
    return true;
}

/* Answers stay->question about the apartment of the booking, above the booking. */
static bool answer_about_booked_apartment(struct talk *talk, const struct stay_booking *booking)
{
    bool added;

    if (!answer_about_apartment_of(talk, booking, &added))
        return false;
    return added ? talk_repeat_step(talk) : stay_reply_not_understood(talk, TEXT_STAY_UNHEARD);
}

bool stay_answer_question_about_booking(struct talk *talk, const struct stay_booking *booking,
                                        const struct remark *remark, bool *answered)
{
    *answered = true;
    if (remark->kind == REMARK_NONE && !stay_set_question_from_text(talk, remark))
        return false;
    if (stay_of(talk)->question == REMARK_AMENITIES)
        return answer_about_booked_apartment(talk, booking);
    *answered = remark->kind >= REMARK_CANCELLING;
    if (*answered)
        stay_of(talk)->question = remark->kind;
    return !*answered || talk_repeat_step(talk);
}

/* Whether address or instructions to enter are not known yet, nor the time when they will be. */
static bool is_answer_missing(const struct talk *talk, const struct stay_booking *booking)
{
    if (stay_of(talk)->question == REMARK_PLACE)
        return talk_localized(talk, &booking->address).len == 0;
    return stay_of(talk)->question == REMARK_ENTRY && !booking->needs_phone &&
           !stay_shows_entry_later(booking) &&
           talk_localized(talk, &booking->check_in_info).len == 0;
}

bool stay_add_answer_about_booking(struct talk *talk, const struct stay_booking *booking)
{
    const struct stay *stay = talk->data;
    const bool is_entry = stay->question == REMARK_ENTRY;
    const bool has_answer = is_entry || stay->question == REMARK_PLACE ||
                            stay->question == REMARK_TIMES ||
                            (stay->question == REMARK_PAYMENT && stay_has_payment_due(booking));

    if (!has_answer || !(stay_is_confirmed_or_checked_in(booking) ||
                         stay_find_allowed_action(booking, "cancel") != NULL))
        return false; /* the usual text of the booking has the answer */
    talk_add(talk, TEXT_STAY_CODE,
             TALK_VALUES({.name = "code", .text = booking->code},
                         {.name = "title", .text = talk_localized(talk, &booking->title)}));
    if (is_answer_missing(talk, booking))
        talk_say(talk, TEXT_STAY_LATER);
    else if (is_entry && !stay_shows_entry_later(booking))
        stay_add_entry_instructions(talk, booking);
    else if (stay->question == REMARK_PAYMENT)
        stay_add_payment_due(talk, booking);
    else
        stay_add_times_and_address(talk, booking);
    return true;
}

/* --- while a step asks another question --- */

/* Whether the answer depends on the nights and guests. */
static bool is_about_price(enum remark_kind question)
{
    return question == REMARK_PRICE || question == REMARK_PAYMENT || question == REMARK_CANCELLING;
}

/* A question about the apartment for which dates or guests are asked. */
static bool answer_about_chosen(struct talk *talk, enum remark_kind question, bool *answered)
{
    if (!is_about_price(question)) {
        stay_of(talk)->question = question;
        return stay_answer_early(talk, answered);
    }
    talk_add_paragraph(talk, TEXT_STAY_ANSWER_PRICE);
    *answered = true;
    return true;
}

/* A question about the booking whose dates change or that is being cancelled. What cancelling costs
 * is in the question whether to cancel. */
static bool answer_about_open_booking(struct talk *talk, bool *answered)
{
    const struct remark remark = talk->heard.remark;
    struct stay *stay = talk->data;
    struct stay_booking booking;

    if (!stay_set_question_from_text(talk, &remark))
        return false;
    *answered = stay->question == REMARK_CANCELLING && talk->step == &stay_step_cancel;
    if (stay->question >= REMARK_CANCELLING && !*answered) {
        if (!stay_fetch_booking(talk, &booking))
            return false;
        if (uuid_is_nil(&booking.id))
            return true;
        if (stay->question == REMARK_AMENITIES)
            return answer_about_apartment_of(talk, &booking, answered);
        if (!stay_add_answer_about_booking(talk, &booking))
            stay_add_booking(talk, &booking);
        talk_add_html(talk, SLICE("\n\n"));
        *answered = true;
    }
    stay->question = REMARK_NONE;
    return true;
}

bool stay_answer_question(struct talk *talk, bool *answered)
{
    static const struct flow_step *const of_search[] = {&stay_step_city, &stay_step_day,
                                                        &stay_step_nights, &stay_step_guests};
    static const struct flow_step *const of_booking[] = {&stay_step_cancel, &stay_step_new_day,
                                                         &stay_step_new_end, &stay_step_change};
    const enum remark_kind question = talk->heard.remark.kind;

    *answered = false;
    if (question == REMARK_FOR_PERSON || stay_of(talk)->question == REMARK_FOR_PERSON)
        return true;
    if (TALK_IS_AT(talk, of_booking))
        return answer_about_open_booking(talk, answered);
    if (question < REMARK_CANCELLING || !TALK_IS_AT(talk, of_search))
        return true;
    if (stay_asks_for_stay_of_chosen(talk))
        return answer_about_chosen(talk, question, answered);
    talk_add_paragraph(talk,
                       is_about_price(question) ? TEXT_STAY_ANSWER_PRICE : TEXT_STAY_ANSWER_LATER);
    *answered = true;
    return true;
}
