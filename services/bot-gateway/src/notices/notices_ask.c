// SPDX-License-Identifier: MIT
#include "notices/notices_parts.h"
#include "sending/sending_store.h"

bool notices_is_hopeless(const struct fault *fault)
{
    return strcmp(fault->code, "bad_answer") == 0;
}

bool notices_ask_for(struct notice_round *round, struct slice path, struct slice *body, bool *found,
                     struct fault *fault)
{
    const struct notices_options *options = round->options;
    const struct turn_call get = {.method = "GET", .path = path, .actor = TURN_AS_STAFF};
    const struct booking_call call = {
        .call = &get,
        .key = round->key,
        .user_id = FIELD_ABSENT,
        .name = arena_printf(&round->arena, "notices:%s", round->name),
    };
    struct turn_answer answer;

    if (path.at == NULL || call.name.at == NULL)
        return arena_fault(fault);
    if (!(options->ask != NULL
              ? options->ask(options->data, &call, &round->arena, &answer, fault)
              : booking_client_call(&options->booking, &call, &round->arena, &answer, fault)))
        return false;
    if (answer.status != 200 && answer.status != 404)
        return fault_set(fault, FAULT_UNAVAILABLE, "booking_failed", "booking-api answered %ld.",
                         answer.status);
    *found = answer.status == 200;
    *body = answer.body;
    return true;
}

static struct slice path_of(struct notice_round *round, const char *noun, const struct uuid *id,
                            const char *more)
{
    char text[UUID_TEXT_LEN + 1];

    uuid_format(id, text);
    return arena_printf(&round->arena, "/v1/%s/%s%s", noun, text, more);
}

bool notices_ask_stay(struct notice_round *round, const struct uuid *id, struct notice_booking *out,
                      bool *found, struct fault *fault)
{
    struct slice body;

    return notices_ask_for(round, path_of(round, "bookings", id, ""), &body, found, fault) &&
           (!*found || notice_read_booking(body, &round->arena, out, fault));
}

bool notices_ask_flat(struct notice_round *round, const struct notice_booking *booking,
                      struct notice_flat *out, struct fault *fault)
{
    struct slice body;
    bool found;

    if (!notices_ask_for(round, path_of(round, "apartments", &booking->is.flat, ""), &body, &found,
                         fault))
        return false;
    return notice_read_flat(found ? body : SLICE("{}"), &round->arena, out, fault);
}

bool notices_ask_step(struct notice_round *round, const struct notice_event *event,
                      struct notice_made *out, struct fault *fault)
{
    struct slice body;
    bool found;

    *out = (struct notice_made){.has_reason = true};
    if (!notices_ask_for(round, path_of(round, "bookings", &event->booking, "/history?limit=100"),
                         &body, &found, fault))
        return false;
    return !found || notice_read_made(body, event->version, &round->arena, out, &found, fault);
}

/* --- whom --- */

static enum language language_of(int first, int second)
{
    return first >= 0 ? (enum language)first : second >= 0 ? (enum language)second : LANGUAGE_RU;
}

bool notices_find_guest(struct notice_round *round, const struct notice_booking *booking,
                        struct notice_listener *out, struct fault *fault)
{
    struct notice_person person = {.found = false};

    *out = (struct notice_listener){FIELD_ABSENT, LANGUAGE_RU};
    if (booking->guest == FIELD_ABSENT)
        return true;
    if (!notice_store_find_person(round->options->service->db, &round->bot_id, booking->guest,
                                  &person, fault))
        return false;
    if (person.found)
        *out = (struct notice_listener){booking->guest, language_of(person.chosen, person.told)};
    return true;
}

bool notices_find_owner(struct notice_round *round, const struct notice_booking *booking,
                        struct notice_listener *out, struct fault *fault)
{
    struct notice_person person = {.found = false};
    struct notice_owner owner;
    struct slice body;
    bool found;

    *out = (struct notice_listener){FIELD_ABSENT, LANGUAGE_RU};
    if (!notices_ask_for(round, path_of(round, "owners", &booking->owner, ""), &body, &found,
                         fault))
        return false;
    if (!found)
        return true;
    if (!notice_read_owner(body, &round->arena, &owner, fault))
        return false;
    if (owner.telegram_id == FIELD_ABSENT || !owner.notify)
        return true;
    if (!notice_store_find_person(round->options->service->db, &round->bot_id, owner.telegram_id,
                                  &person, fault))
        return false;
    if (person.found)
        *out =
            (struct notice_listener){owner.telegram_id, language_of(person.chosen, owner.language)};
    return true;
}

/* --- the message --- */

bool notices_compose(struct notice_round *round, enum notice notice,
                     const struct notice_listener *listener, const struct notice_booking *booking,
                     const struct notice_flat *flat, struct sending *out, struct fault *fault)
{
    struct notice_words words = {.notice = notice,
                                 .language = listener->language,
                                 .user_id = listener->user_id,
                                 .texts = texts_watch_texts(round->options->texts, BOT_APARTMENTS),
                                 .booking = booking,
                                 .flat = flat,
                                 .now = round->now};

    memcpy(words.button_key, round->button_key, sizeof words.button_key);
    return notice_say(&words, &round->arena, out, fault);
}

bool notices_place(struct db *tx, const struct notice_round *round, struct sending *sending,
                   bool *known, struct fault *fault)
{
    bool placed;

    sending->id = uuid_make();
    sending->tenant_id = round->tenant_id;
    sending->bot_id = round->bot_id;
    return sending_store_place(tx, sending, &placed, fault) &&
           notice_store_hold_person(tx, &round->bot_id, sending->chat_id, known, fault);
}
