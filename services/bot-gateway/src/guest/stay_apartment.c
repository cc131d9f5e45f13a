// SPDX-License-Identifier: MIT
/* One flat: what its nights cost, and taking them. */
#include "base/date.h"
#include "base/parse.h"

#include "clients/stay_values_json.h"
#include "guest/stay_filters.h"
#include "guest/stay_steps.h"
#include "texts/bot_settings.h"

/* --- the card --- */

static bool ask_flat(struct talk *talk, struct service_answer *answer, struct fault *fault)
{
    const struct stay *stay = talk->data;
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&stay->flat, id);
    return stay_get(talk, arena_printf(talk->arena, "/v1/apartments/%s", id), answer, fault);
}

static bool ask_quote(struct talk *talk, struct service_answer *answer, struct fault *fault)
{
    const struct stay *stay = talk->data;
    struct slice body;

    return stay_write_quote(stay, talk->arena, &body, fault) &&
           stay_post(talk, SLICE("/v1/quotes"), body, answer, fault);
}

static void say_flat(struct talk *talk, const struct stay_apartment *flat)
{
    const struct stay *stay = talk->data;
    struct stay_nights_said said;
    struct text_value values[STAY_NIGHTS_VALUES + 5];
    const struct slice amenities = stay_say_amenities(talk, flat);
    const bool in_city = flat->city.at == NULL || slice_equal(flat->city, stay->city);
    size_t count = STAY_NIGHTS_VALUES;

    stay_say_nights(talk, stay->check_in, stay->check_in + (int32_t)stay->nights, stay->guests,
                    &said, values);
    values[count++] = (struct text_value){.name = "title", .text = stay_words(talk, &flat->title)};
    values[count++] = (struct text_value){
        .name = "city", .text = in_city ? stay_words(talk, &stay->city_name) : flat->city};
    if (flat->district.at != NULL)
        values[count++] = (struct text_value){.name = "district", .text = flat->district};
    if (flat->rooms != FIELD_ABSENT)
        values[count++] = (struct text_value){.name = "rooms", .number = flat->rooms};
    if (amenities.len > 0)
        values[count++] = (struct text_value){.name = "amenities", .text = amenities};
    talk_add(talk, TEXT_STAY_FLAT, values, count);
}

/* Its nights can be had. */
static bool offer(struct talk *talk, struct slice body, struct fault *fault)
{
    struct stay *stay = talk->data;
    struct stay_quote quote;
    struct text_value values[3];
    size_t count = 1;

    if (!stay_read_quote(body, talk->arena, &quote, fault))
        return false;
    stay->quote = quote.id;
    const struct formatted total = format_money(quote.total), deposit = format_money(quote.deposit);
    values[0] = (struct text_value){.name = "total", .text = formatted_slice(&total)};
    if (quote.deposit > 0)
        values[count++] = (struct text_value){.name = "deposit", .text = formatted_slice(&deposit)};
    const struct slice policy = stay_words(talk, &quote.policy);
    if (quote.deposit > 0 && policy.len > 0) /* where nothing is paid, nothing is kept */
        values[count++] = (struct text_value){.name = "policy", .text = policy};
    stay_say_lines(talk, &quote);
    talk_add(talk, TEXT_STAY_OFFER, values, count);
    return stay_put(talk, TEXT_STAY_BUTTON_BOOK, "book", fault);
}

static bool put_other(struct talk *talk, size_t i, const struct stay_alternative *other,
                      struct fault *fault)
{
    const struct stay *stay = talk->data;
    const struct formatted dates = format_range(other->check_in, other->check_out, talk->language),
                           total = format_money(other->total);
    const bool same_flat = uuid_equal(&other->flat, &stay->flat);
    const struct slice label =
        talk_format(talk, same_flat ? TEXT_STAY_BUTTON_DATES_OF : TEXT_STAY_BUTTON_OTHER_FLAT,
                    TALK_VALUES({.name = "dates", .text = formatted_slice(&dates)},
                                {.name = "total", .text = formatted_slice(&total)}));
    talk_new_row(talk);
    return talk_button(talk, label, "other", arena_printf(talk->arena, "%zu", i), fault);
}

/* Why they cannot be had. What is wrong with the wish is said first: other dates would not help. */
static bool say_why_not(struct talk *talk, const struct stay_apartment *flat, bool has_others,
                        struct fault *fault)
{
    const struct stay *stay = talk->data;

    if (flat->max_guests > 0 && stay->guests > flat->max_guests) {
        talk_add_html(talk, SLICE("\n\n"));
        stay_say_limit(talk);
        return stay_put(talk, TEXT_STAY_BUTTON_GUESTS, "guests", fault);
    }
    if (stay->nights < flat->min_nights)
        talk_add(talk, TEXT_STAY_FEW_NIGHTS,
                 TALK_VALUES({.name = "least", .number = flat->min_nights}));
    else
        talk_add(talk, has_others ? TEXT_STAY_OTHERS : TEXT_STAY_NO_OTHERS, TALK_NO_VALUES);
    return true;
}

/* They cannot; these others may do. */
static bool offer_others(struct talk *talk, const struct stay_apartment *flat, struct slice body,
                         struct fault *fault)
{
    struct stay *stay = talk->data;
    struct stay_refusal *refusal = arena_alloc(talk->arena, sizeof *refusal);

    if (refusal == NULL)
        return arena_fault(fault);
    if (!stay_read_refusal(body, talk->arena, refusal, fault))
        return false;
    stay->others = (struct field_list){refusal->others, refusal->other_count};
    if (!say_why_not(talk, flat, refusal->other_count > 0, fault))
        return false;
    for (size_t i = 0; i < refusal->other_count; i++)
        if (!put_other(talk, i, &refusal->others[i], fault))
            return false;
    return true;
}

bool stay_know_city(struct talk *talk, struct slice slug, struct fault *fault)
{
    struct stay *stay = talk->data;
    bool found;

    if (!stay_find_city(talk, slug, &found, fault))
        return false;
    if (!found) { /* its slug is too long for the button of a city: stay_read_cities() */
        stay->city = slug;
        stay->city_name = (struct texts){.ru = slug};
    }
    return true;
}

/* One that was searched for stands where the search is. */
static bool know_place(struct talk *talk, const struct stay_apartment *flat, struct fault *fault)
{
    const struct stay *stay = talk->data;

    return stay->searched || flat->city.at == NULL || slice_equal(flat->city, stay->city) ||
           stay_know_city(talk, flat->city, fault);
}

/* To the rest of the flats there, or to what he has booked. */
static bool leave_gone(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;

    stay->chosen = false;
    stay_tell(talk, TEXT_STAY_FLAT_GONE);
    return talk_step(talk, stay->opened || stay->city.at == NULL ? "mine" : "list", fault);
}

bool stay_show_flat(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;
    struct service_answer answer;
    struct stay_apartment flat;

    if (!ask_flat(talk, &answer, fault))
        return false;
    if (answer.status == 404)
        return leave_gone(talk, fault);
    if (answer.status != 200)
        return stay_bad_answer("no flat", fault);
    if (!stay_read_apartment(answer.body, talk->arena, &flat, fault) ||
        !ask_quote(talk, &answer, fault) || !know_place(talk, &flat, fault))
        return false;
    say_flat(talk, &flat);
    talk_photo(talk, flat.photo);
    stay->title = flat.title;
    stay->limit = flat.max_guests;
    stay->quote = (struct uuid){0};
    stay->others = (struct field_list){NULL, 0};
    if (answer.status != 201 && answer.status != 422)
        return stay_bad_answer("no quote", fault);
    return (answer.status == 201 ? offer(talk, answer.body, fault)
                                 : offer_others(talk, &flat, answer.body, fault)) &&
           stay_put(talk, TEXT_STAY_BUTTON_DATES, "dates", fault) &&
           stay_put_exits(talk, TEXT_BUTTON_BACK, fault);
}

/* Back from it: to the flats that were found; from one that was opened by a link, to its dates, as
 * when it was opened. */
bool stay_leave_flat(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;

    if (!stay->chosen || stay->searched || stay->opened)
        return stay_to_list(talk, fault);
    stay->nights = stay->guests = 0;
    return talk_step(talk, "day", fault);
}

bool stay_change_guests(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;

    stay->chosen = true;
    return talk_step(talk, "guests", fault);
}

bool stay_take_other(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;
    int64_t i;

    if (parse_i64(talk->argument, 0, (int64_t)stay->others.count - 1, &i)) {
        const struct stay_alternative *other = (struct stay_alternative *)stay->others.items + i;
        stay->flat = other->flat;
        stay->check_in = other->check_in;
        stay->nights = other->check_out - other->check_in;
    }
    return talk_step(talk, "flat", fault);
}

/* --- booking it --- */

static bool place_booking(struct talk *talk, struct slice phone, struct service_answer *answer,
                          struct fault *fault)
{
    const struct stay *stay = talk->data;
    struct stay_guest guest = {.name = talk->input->update.first_name,
                               .phone = phone,
                               .telegram_id = talk->input->update.user_id,
                               .language = (int)talk->language};
    struct slice body;

    if (!stay_clean(&guest.name, STAY_TITLE_MAX, talk->arena, fault))
        return false;
    if (guest.name.at == NULL)
        guest.name = talk_format(talk, TEXT_STAY_GUEST_NAME, TALK_NO_VALUES);
    return stay_write_booking(stay, &guest, talk->input->source,
                              talk->input->settings->hold_minutes, talk->arena, &body, fault) &&
           stay_post(talk, SLICE("/v1/bookings"), body, answer, fault);
}

/* Why it could not be booked, and where the person goes on from there. */
static bool refuse_booking(struct talk *talk, const struct service_answer *answer,
                           struct fault *fault)
{
    static const struct {
        const char *code;
        enum text text;
        const char *step;
    } refusals[] = {
        {"nights_taken",   TEXT_STAY_NIGHTS_TAKEN, "flat" },
        {"quote_expired",  TEXT_STAY_PRICE_OLD,    "flat" },
        {"unknown_quote",  TEXT_STAY_PRICE_OLD,    "flat" },
        {"too_many_holds", TEXT_STAY_HOLDS_MANY,   "holds"},
    };
    struct stay_refusal refusal;

    if (!stay_read_refusal(answer->body, talk->arena, &refusal, fault))
        return false;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        if (slice_is(refusal.code, refusals[i].code)) {
            stay_tell(talk, refusals[i].text);
            return talk_step(talk, refusals[i].step, fault);
        }
    if (answer->status != 422 && answer->status != 403)
        return stay_bad_answer("no booking", fault);
    stay_tell(talk, TEXT_STAY_REFUSED);
    return talk_step(talk, "flat", fault);
}

bool stay_book(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;
    struct service_answer answer;
    struct stay_booking booking;
    struct slice phone;

    if (!stay_known_phone(talk, &phone, fault) || !place_booking(talk, phone, &answer, fault))
        return false;
    if (answer.status != 201)
        return refuse_booking(talk, &answer, fault);
    if (!stay_read_booking(answer.body, talk->arena, &booking, fault))
        return false;
    stay->booking = booking.id;
    stay->opened = false;
    return talk_step(talk, phone.at != NULL || booking.phone.at != NULL ? "booking" : "contact",
                     fault);
}

/* Without a look at the flat's own screen: the card has said what its nights cost, and what is held
 * is not confirmed yet. What cannot be had is that screen's to say. */
bool stay_book_at_once(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;
    struct service_answer answer;
    struct stay_quote quote;

    if (!stay_take_id(talk, &stay->flat))
        return talk_step(talk, "list", fault);
    stay->title = (struct texts){
        .ru = {NULL, 0}
    };
    if (!ask_quote(talk, &answer, fault))
        return false;
    if (answer.status != 201)
        return talk_step(talk, "flat", fault);
    if (!stay_read_quote(answer.body, talk->arena, &quote, fault))
        return false;
    stay->quote = quote.id;
    return stay_book(talk, fault);
}
