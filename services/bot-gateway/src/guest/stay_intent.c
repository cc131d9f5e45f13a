// SPDX-License-Identifier: MIT
#include "guest/stay_intent.h"

#include "base/date.h"
#include "base/text.h"

#include "clients/stay_answers_json.h"
#include "phrases/dictation.h"

enum { LETTERS_MIN = 3 };

/* --- what may be sent --- */

bool stay_intent_may_send_text(struct slice text)
{
    if (!text_is_utf8(text) || text_length(text) > STAY_INTENT_TEXT_MAX ||
        memchr(text.at, '@', text.len) != NULL)
        return false;
    const struct dictation found = dictation_count(text);
    return found.letters >= LETTERS_MIN && !dictation_may_be_phone(&found);
}

/* --- as a phrase --- */

struct context {
    const struct phrase_words *words;
    enum language language;
    struct phrase_now now;
    struct arena *arena;
};

/* Parses a place like typed text, so only existing places are accepted. */
static bool parse_place(const struct context *context, struct slice text, struct phrase *out,
                        struct fault *fault)
{
    const struct arena_mark mark = arena_mark(context->arena);

    *out = (struct phrase){.check_in = DATE_ABSENT, .check_out = DATE_ABSENT};
    if (text.at == NULL)
        return true;
    const bool ok = phrase_read(context->words, text, context->language, context->now,
                                context->arena, out, fault);
    arena_put_back(context->arena, &mark);
    return ok || fault->kind != FAULT_UNAVAILABLE;
}

static bool set_city_and_place(const struct ai_intent *intent, const struct context *context,
                               struct phrase *out, struct fault *fault)
{
    struct phrase city, place;

    if (!parse_place(context, intent->city, &city, fault) ||
        !parse_place(context, intent->place, &place, fault))
        return false;
    out->city = city.city;
    out->ask |= city.ask & PHRASE_ASK_CITY;
    out->district = place.district;
    out->q = place.q;
    out->near = place.near;
    return true;
}

static void set_dates(const struct ai_intent *intent, struct phrase *out)
{
    const int32_t nights = intent->nights != FIELD_ABSENT ? (int32_t)intent->nights : 0;

    out->check_in = intent->check_in;
    out->check_out = intent->check_out;
    if (out->check_out == DATE_ABSENT && out->check_in != DATE_ABSENT && nights > 0)
        out->check_out = out->check_in + nights;
    else if (out->check_out == DATE_ABSENT)
        out->nights = nights;
}

static void set_price(const struct ai_intent *intent, struct phrase *out)
{
    const int64_t min = intent->min_price != FIELD_ABSENT ? intent->min_price : 0,
                  max = intent->max_price != FIELD_ABSENT ? intent->max_price : 0;

    if (min > 0 && max > 0 && min > max) {
        out->ask |= PHRASE_ASK_PRICE;
        return;
    }
    out->min_price = min;
    out->max_price = max;
}

static void set_amenities(const struct ai_intent *intent, struct phrase *out)
{
    for (size_t i = 0; i < intent->amenities.count && out->amenities.count < PHRASE_LIST_MAX; i++) {
        const struct slice slug = phrase_find_amenity(intent->amenities.items[i]);
        if (slug.at != NULL)
            out->amenities.items[out->amenities.count++] = slug;
    }
}

bool stay_intent_make_phrase(const struct ai_intent *intent, const struct phrase_words *words,
                             enum language language, struct phrase_now now, struct arena *arena,
                             struct phrase *out, struct fault *fault)
{
    const struct context context = {words, language, now, arena};

    *out = (struct phrase){.check_in = DATE_ABSENT, .check_out = DATE_ABSENT};
    if (!set_city_and_place(intent, &context, out, fault))
        return false;
    set_dates(intent, out);
    out->guests = intent->guests != FIELD_ABSENT ? (int32_t)intent->guests : 0;
    for (int32_t n = 1; n <= STAY_ROOMS_MAX && out->room_count < PHRASE_LIST_MAX; n++)
        if ((intent->rooms >> n & 1) != 0)
            out->rooms[out->room_count++] = n;
    set_price(intent, out);
    set_amenities(intent, out);
    return true;
}

/* --- the call --- */

static struct slice format_ai_request(const struct talk *talk, struct phrase_now now)
{
    static const char *const weekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                           "Friday", "Saturday", "Sunday"};

    return talk_printf(
        talk, "{\"text\":%s,\"language\":\"%s\",\"today\":\"%s\",\"weekday\":\"%s\"}",
        talk_json_string(talk, talk->input->update.text), language_names[talk->language],
        talk_date(talk, now.day), weekdays[date_weekday(now.day) - 1]);
}

bool stay_intent_ask_ai(struct talk *talk, struct phrase_now now, struct phrase *phrase)
{
    const struct turn_input *input = talk->input;
    struct ai_intent intent;
    struct service_answer answer;
    struct service_call call = {
        .method = "POST", .path = SLICE(SERVICE_AI_PATH), .service = SERVICE_AI};
    struct fault why;

    *phrase = (struct phrase){.check_in = DATE_ABSENT, .check_out = DATE_ABSENT};
    if (!input->has_ai || talk_calls_left(talk) < TURN_CALLS_MAX ||
        !stay_intent_may_send_text(input->update.text))
        return true;
    call.body = format_ai_request(talk, now);
    if (!talk_call(talk, &call, &answer))
        return false;
    if (answer.status != 200)
        return true;
    if (!ai_intent_read(answer.body, talk->arena, &intent, &why))
        return why.kind != FAULT_UNAVAILABLE || arena_fault(talk->fault);
    return stay_intent_make_phrase(&intent, input->words, talk->language, now, talk->arena, phrase,
                                   talk->fault);
}
