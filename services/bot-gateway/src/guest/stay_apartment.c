// SPDX-License-Identifier: MIT
/* One apartment: the price of the chosen nights, and booking them. */
#include "base/district.h"
#include "base/parse.h"

#include "clients/answer_values_json.h"
#include "guest/stay.h"
#include "guest/stay_filters.h"
#include "guest/stay_steps.h"
#include "texts/bot_settings.h"

/* --- the screen --- */

/* The JSON members of a request body that name the apartment, the nights and the guests. */
static struct slice format_stay_members(const struct talk *talk)
{
    const struct stay *stay = talk->data;

    return talk_printf(talk,
                       "\"apartment_id\":\"%s\",\"check_in\":\"%s\",\"check_out\":\"%s\","
                       "\"guests\":%lld",
                       talk_id(talk, &stay->apartment), talk_date(talk, stay->check_in),
                       talk_date(talk, stay->check_in + (int32_t)stay->nights),
                       (long long)stay->guests);
}

static bool fetch_quote(struct talk *talk, struct service_answer *answer)
{
    return talk_post(talk, SLICE("/v1/quotes"),
                     talk_printf(talk, "{%s}", format_stay_members(talk).at), answer);
}

static void add_apartment_summary(struct talk *talk, const struct stay_apartment *apartment)
{
    const struct stay *stay = talk->data;
    const bool in_city = apartment->city.at == NULL || slice_equal(apartment->city, stay->city);
    const struct slice city = in_city ? talk_localized(talk, &stay->city_name) : apartment->city,
                       district = apartment->district.at != NULL
                                      ? district_translate(apartment->district, talk->language)
                                      : SLICE_NONE;

    talk_add(talk, TEXT_STAY_FLAT,
             TALK_VALUES(
                 STAY_NIGHTS_OF(stay),
                 {.name = "title", .text = talk_localized(talk, &apartment->title)},
                 {.name = "city", .text = city}, {.name = "district", .text = district},
                 {.name = "rooms", .number = apartment->rooms},
                 {.name = "amenities", .text = stay_format_unfiltered_amenities(talk, apartment)}));
}

/* The nights are available: shows the price of the quote in `quote_body`, and a button to book. */
static bool offer_booking(struct talk *talk, const struct stay_apartment *apartment,
                          struct slice quote_body)
{
    struct stay *stay = talk->data;
    const bool is_short = stay->question >= REMARK_ENTRY; /* the price is not what was asked for */
    struct stay_quote quote;

    if (!stay_read_quote(quote_body, talk->arena, &quote, talk->fault))
        return false;
    stay->quote = quote.id;
    const struct stay_terms terms = {.deposit = quote.deposit,
                                     .free_until = quote.free_until,
                                     .policy = talk_localized(talk, &quote.policy),
                                     .security_deposit = apartment->security_deposit,
                                     .asks_owner = apartment->asks_owner};
    if (!is_short)
        stay_add_price_lines(talk, &quote.lines);
    talk_add(talk, TEXT_STAY_OFFER, TALK_VALUES({.name = "total", .number = quote.total}));
    if (!is_short)
        stay_add_terms(talk, &terms);
    talk_put_button(talk, TEXT_STAY_BUTTON_BOOK, "book");
    return true;
}

static void put_alternative_button(struct talk *talk, size_t index,
                                   const struct answer_alternative *alternative)
{
    const bool same_apartment = uuid_equal(&alternative->apartment, &stay_of(talk)->apartment);
    const struct slice label = talk_format(
        talk, same_apartment ? TEXT_STAY_BUTTON_DATES_OF : TEXT_STAY_BUTTON_OTHER_FLAT,
        TALK_VALUES(STAY_DATES_OF(alternative), {.name = "total", .number = alternative->total}));

    talk_new_row(talk);
    talk_button(talk, label, "other", talk_printf(talk, "%zu", index));
}

/* Explains why the nights are not available. Problems of the request come first, because other
 * dates would not solve them. */
static void explain_unavailable(struct talk *talk, const struct stay_apartment *apartment,
                                bool has_alternatives)
{
    if (apartment->max_guests > 0 && stay_of(talk)->guests > apartment->max_guests) {
        talk_add_html(talk, SLICE("\n\n"));
        stay_add_guest_limit(talk);
        talk_put_button(talk, TEXT_STAY_BUTTON_GUESTS, "guests");
        return;
    }
    if (stay_of(talk)->nights < apartment->min_nights)
        talk_add(talk, TEXT_STAY_FEW_NIGHTS,
                 TALK_VALUES({.name = "least", .number = apartment->min_nights}));
    else
        talk_say(talk, has_alternatives ? TEXT_STAY_OTHERS : TEXT_STAY_NO_OTHERS);
}

/* The nights are not available: offers alternatives. */
static bool offer_alternatives(struct talk *talk, const struct stay_apartment *apartment,
                               struct slice refusal_body)
{
    struct answer_refusal *refusal = arena_alloc(talk->arena, sizeof *refusal);

    if (refusal == NULL)
        return arena_fault(talk->fault);
    if (!answer_read_refusal(refusal_body, talk->arena, refusal, talk->fault))
        return false;
    stay_of(talk)->others = (struct field_list){refusal->others, refusal->other_count};
    explain_unavailable(talk, apartment, refusal->other_count > 0);
    for (size_t i = 0; i < refusal->other_count; i++)
        put_alternative_button(talk, i, &refusal->others[i]);
    return true;
}

/* Sets the city of the search to the apartment's. A search result is in that city already. */
static bool set_search_city_from(struct talk *talk, const struct stay_apartment *apartment)
{
    return stay_of(talk)->searched || apartment->city.at == NULL ||
           slice_equal(apartment->city, stay_of(talk)->city) ||
           stay_set_city_even_if_unknown(talk, apartment->city);
}

/* Goes to the search results or, without a search, to the bookings: the apartment is gone. */
static bool leave_missing_apartment(struct talk *talk)
{
    struct stay *stay = talk->data;

    stay->chosen = false;
    return talk_step_with(talk, TEXT_STAY_FLAT_GONE,
                          stay->opened || stay->city.at == NULL ? &stay_step_bookings
                                                                : &stay_step_list);
}

/* Shows the card of the apartment. If stay->section is set, its message was sent before. `quote`:
 * the answer of POST /v1/quotes. */
static bool show_apartment_card(struct talk *talk, const struct stay_apartment *apartment,
                                const struct service_answer *quote)
{
    struct stay *stay = talk->data;

    if (quote->status != 201 && quote->status != 422)
        return answer_fail_bad("no quote", talk->fault);
    stay->title = apartment->title;
    stay->limit = apartment->max_guests;
    if (!stay_add_answer_about_apartment(talk, apartment)) {
        add_apartment_summary(talk, apartment);
        if (stay->section.len == 0)
            talk_set_file(talk, apartment->photo, false);
    }
    stay->quote = (struct uuid){0};
    stay->others = (struct field_list){NULL, 0};
    const bool offered = quote->status == 201 ? offer_booking(talk, apartment, quote->body)
                                              : offer_alternatives(talk, apartment, quote->body);
    if (!offered)
        return false;
    stay_put_section_buttons(talk, apartment);
    talk_put_button(talk, TEXT_STAY_BUTTON_DATES, "dates");
    stay_put_exit_buttons(talk, TEXT_BUTTON_BACK);
    return true;
}

static bool show_apartment(struct talk *talk)
{
    const bool is_page = stay_section_is_page(talk);
    struct service_answer quote;
    struct stay_apartment apartment;
    bool found;

    if (!stay_fetch_apartment(talk, &apartment, &found))
        return false;
    if (!found)
        return leave_missing_apartment(talk);
    if ((!is_page && !fetch_quote(talk, &quote)) || !set_search_city_from(talk, &apartment))
        return false;
    if (is_page)
        return stay_show_section_page(talk, &apartment);
    return stay_send_section(talk, &apartment) && show_apartment_card(talk, &apartment, &quote);
}

/* Handles Back: goes to the search results or, for an apartment opened by a link, to its dates. */
static bool go_back_from_apartment(struct talk *talk)
{
    struct stay *stay = talk->data;

    if (!stay->chosen || stay->searched || stay->opened)
        return stay_go_to_results_or_bookings(talk);
    stay->nights = stay->guests = 0;
    return talk_step(talk, &stay_step_day);
}

static bool ask_other_guest_count(struct talk *talk)
{
    stay_of(talk)->chosen = true;
    return talk_step(talk, &stay_step_guests);
}

static bool show_tapped_alternative(struct talk *talk)
{
    struct stay *stay = talk->data;
    int64_t i;

    if (parse_i64(talk->argument, 0, (int64_t)stay->others.count - 1, &i)) {
        const struct answer_alternative *other =
            (struct answer_alternative *)stay->others.items + i;
        stay->apartment = other->apartment;
        stay->check_in = other->check_in;
        stay->nights = other->check_out - other->check_in;
    }
    return talk_step(talk, &stay_step_apartment);
}

/* --- booking --- */

/* Books by the quote if there is one, else at today's price. */
static bool post_booking(struct talk *talk, struct service_answer *answer)
{
    const struct turn_input *input = talk->input;
    const struct uuid *quote = &stay_of(talk)->quote;
    struct slice name, source = SLICE("");

    if (!talk_get_person_name(talk, &name))
        return false;
    if (input->source.at != NULL)
        source = talk_printf(talk, "\"source\":%s,", talk_json_string(talk, input->source));
    const struct slice what = uuid_is_nil(quote)
                                  ? format_stay_members(talk)
                                  : talk_printf(talk, "\"quote_id\":\"%s\"", talk_id(talk, quote)),
                       body = talk_printf(talk,
                                          "{%s,\"guest\":{\"name\":%s,\"telegram_id\":%lld,"
                                          "\"language\":\"%s\"},%s\"hold_minutes\":%lld}",
                                          what.at, talk_json_string(talk, name),
                                          (long long)input->update.user_id,
                                          language_names[talk->language], source.at,
                                          (long long)input->settings->hold_minutes);
    return talk_post(talk, SLICE("/v1/bookings"), body, answer);
}

/* Explains why the booking was refused, and goes to the step in which the guest can change that.
 * Without a quote, the apartment's screen explains refusals that are not in the table. */
static bool explain_refused_booking(struct talk *talk, const struct service_answer *answer)
{
    static const struct talk_refusal refusals[] = {
        {"nights_taken",    TEXT_STAY_NIGHTS_TAKEN, &stay_step_apartment},
        {"quote_expired",   TEXT_STAY_PRICE_OLD,    &stay_step_apartment},
        {"unknown_quote",   TEXT_STAY_PRICE_OLD,    &stay_step_apartment},
        {"too_many_holds",  TEXT_STAY_HOLDS_MANY,   &stay_step_holds    },
        {"too_many_unpaid", TEXT_STAY_UNPAID_MANY,  &stay_step_bookings },
    };
    struct answer_refusal refusal;

    if (!answer_read_refusal(answer->body, talk->arena, &refusal, talk->fault))
        return false;
    const struct talk_refusal *why = talk_find_refusal(refusals, ARRAY_LEN(refusals), &refusal);
    if (why != NULL) {
        talk_add_paragraph(talk, why->text);
        return why->step == &stay_step_bookings ? stay_show_all_bookings(talk)
                                                : talk_step(talk, why->step);
    }
    if (answer->status != 422 && answer->status != 403)
        return answer_fail_bad("no booking", talk->fault);
    if (!uuid_is_nil(&stay_of(talk)->quote))
        talk_add_paragraph(talk, TEXT_STAY_REFUSED);
    return talk_step(talk, &stay_step_apartment);
}

static bool post_booking_and_show(struct talk *talk)
{
    struct stay *stay = talk->data;
    struct service_answer answer;
    struct stay_booking booking;

    if (!post_booking(talk, &answer))
        return false;
    if (answer.status != 201)
        return explain_refused_booking(talk, &answer);
    if (!stay_read_booking(answer.body, talk->arena, &booking, talk->fault))
        return false;
    stay->booking = booking.id;
    stay->answered = answer.body;
    stay->opened = false;
    return talk_step(talk, booking.phone.at != NULL ? &stay_step_booking : &stay_step_contact);
}

/* Books from a search result without showing the apartment first: the result shows the price, and a
 * hold still has to be confirmed. */
bool stay_book_tapped_result(struct talk *talk)
{
    return talk_read_id(talk, &stay_of(talk)->apartment) ? stay_book_shown_apartment(talk)
                                                         : talk_step(talk, &stay_step_list);
}

bool stay_book_shown_apartment(struct talk *talk)
{
    stay_of(talk)->title = (struct texts){
        .ru = {NULL, 0}
    };
    stay_of(talk)->quote = (struct uuid){0};
    return post_booking_and_show(talk);
}

/* --- booking again --- */

bool stay_offer_current_booking_again(struct talk *talk)
{
    struct stay *stay = talk->data;
    struct stay_booking booking;

    if (!stay_fetch_booking(talk, &booking))
        return false;
    if (uuid_is_nil(&booking.id))
        return talk_step(talk, &stay_step_booking);
    const int64_t nights = booking.check_out - booking.check_in;
    stay->chosen = stay->chosen && uuid_equal(&stay->apartment, &booking.apartment);
    stay->searched = stay->searched && stay->check_in == booking.check_in &&
                     stay->nights == nights && stay->guests == booking.guests;
    if (!stay->searched)
        stay->search_step = SLICE_NONE;
    stay->apartment = booking.apartment;
    stay->check_in = booking.check_in;
    stay->nights = nights;
    stay->guests = booking.guests;
    return talk_step(talk, &stay_step_apartment);
}

bool stay_offer_same_stay(struct talk *talk)
{
    struct uuid id;

    return talk_begin_at(talk, &stay_flow, &stay_step_bookings) &&
           stay_show_booking_in_argument(talk) &&
           (!talk_read_id(talk, &id) || stay_offer_current_booking_again(talk));
}

/* --- words --- */

static bool handle_text(struct talk *talk)
{
    struct stay *stay = talk->data;
    const struct remark remark = talk->heard.remark;

    if (stay_set_section_by_label(talk, talk->argument))
        return talk_step(talk, &stay_step_apartment);
    if (!stay_set_question_from_text(talk, &remark))
        return false;
    if (stay->question == REMARK_FOR_PERSON)
        return stay_reply_not_understood(talk, TEXT_STAY_UNHEARD);
    if (stay->question != REMARK_NONE)
        return talk_step(talk, &stay_step_apartment);
    stay->chosen = true; /* a text with only dates or guests is about this apartment */
    return talk_hear_at_flow(talk);
}

/* --- the step --- */

static bool has_quote(const struct talk *talk)
{
    return !uuid_is_nil(&stay_of(talk)->quote);
}

// clang-format off
static const struct flow_move apartment_moves[] = {
    {FLOW_TAP,  "book",   post_booking_and_show,         REMARK_YES, .when = has_quote},
    {FLOW_TAP,  "show",   .act = stay_show_tapped_section},
    {FLOW_TAP,  "other",  .act = show_tapped_alternative},
    {FLOW_TAP,  "dates",  .act = stay_ask_apartment_dates},
    {FLOW_TAP,  "guests", .act = ask_other_guest_count},
    {FLOW_WORDS, NULL,     stay_ask_apartment_dates,      .remark = REMARK_MOVE},
    {FLOW_TEXT, NULL,     .act = handle_text},
    {FLOW_TAP,  "back",   .act = go_back_from_apartment},
};
// clang-format on
const struct flow_step stay_step_apartment = {"flat", show_apartment, FLOW_MOVES(apartment_moves)};
