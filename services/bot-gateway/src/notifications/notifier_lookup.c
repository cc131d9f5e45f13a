// SPDX-License-Identifier: MIT
#include "notifications/notifier_private.h"
#include "outbox/outbox_store.h"

bool notifier_is_permanent(const struct fault *fault)
{
    return strcmp(fault->code, "bad_answer") == 0;
}

bool notifier_lookup(struct notifier_round *round, struct slice path, struct slice *body,
                     bool *found, struct fault *fault)
{
    const struct notifier_options *options = round->options;
    const struct service_call get = {.method = "GET", .path = path, .actor = SERVICE_AS_STAFF};
    const struct booking_call call = {
        .call = &get,
        .key = round->key,
        .user_id = FIELD_ABSENT,
        .name = arena_printf(&round->arena, "notices:%s", round->name),
    };
    struct service_answer answer;

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

static struct slice path_of(struct notifier_round *round, const char *noun, const struct uuid *id,
                            const char *more)
{
    char text[UUID_TEXT_LEN + 1];

    uuid_format(id, text);
    return arena_printf(&round->arena, "/v1/%s/%s%s", noun, text, more);
}

bool notifier_lookup_booking(struct notifier_round *round, const struct uuid *id,
                             struct notification_booking *out, bool *found, struct fault *fault)
{
    struct slice body;

    return notifier_lookup(round, path_of(round, "bookings", id, ""), &body, found, fault) &&
           (!*found || notification_read_booking(body, &round->arena, out, fault));
}

bool notifier_lookup_apartment(struct notifier_round *round,
                               const struct notification_booking *booking,
                               struct notification_apartment *out, struct fault *fault)
{
    struct slice body;
    bool found;

    if (!notifier_lookup(round, path_of(round, "apartments", &booking->is.apartment, ""), &body,
                         &found, fault))
        return false;
    return notification_read_apartment(found ? body : SLICE("{}"), &round->arena, out, fault);
}

bool notifier_lookup_change(struct notifier_round *round, const struct notification_event *event,
                            struct notification_change *out, struct fault *fault)
{
    struct slice body;
    bool found;

    *out = (struct notification_change){.has_reason = true};
    if (!notifier_lookup(round, path_of(round, "bookings", &event->booking, "/history?limit=100"),
                         &body, &found, fault))
        return false;
    return !found ||
           notification_read_change(body, event->version, &round->arena, out, &found, fault);
}

/* --- recipients --- */

static enum language language_of(int first, int second)
{
    return first >= 0 ? (enum language)first : second >= 0 ? (enum language)second : LANGUAGE_RU;
}

bool notifier_find_guest(struct notifier_round *round, const struct notification_booking *booking,
                         struct notification_recipient *out, struct fault *fault)
{
    struct notification_person person = {.found = false};

    *out = (struct notification_recipient){FIELD_ABSENT, LANGUAGE_RU};
    if (booking->guest == FIELD_ABSENT)
        return true;
    if (!notification_store_find_person(round->options->service->db, &round->bot_id, booking->guest,
                                        &person, fault))
        return false;
    if (person.found)
        *out = (struct notification_recipient){booking->guest,
                                               language_of(person.chosen, person.app_language)};
    return true;
}

bool notifier_find_owner(struct notifier_round *round, const struct notification_booking *booking,
                         struct notification_recipient *out, struct fault *fault)
{
    struct notification_person person = {.found = false};
    struct notification_owner owner;
    struct slice body;
    bool found;

    *out = (struct notification_recipient){FIELD_ABSENT, LANGUAGE_RU};
    if (!notifier_lookup(round, path_of(round, "owners", &booking->owner, ""), &body, &found,
                         fault))
        return false;
    if (!found)
        return true;
    if (!notification_read_owner(body, &round->arena, &owner, fault))
        return false;
    if (owner.telegram_id == FIELD_ABSENT || !owner.notify)
        return true;
    if (!notification_store_find_person(round->options->service->db, &round->bot_id,
                                        owner.telegram_id, &person, fault))
        return false;
    if (person.found)
        *out = (struct notification_recipient){owner.telegram_id,
                                               language_of(person.chosen, owner.language)};
    return true;
}

/* --- the message --- */

bool notifier_compose(struct notifier_round *round, enum notification notification,
                      const struct notification_recipient *recipient,
                      const struct notification_booking *booking,
                      const struct notification_apartment *apartment, struct outbox_message *out,
                      struct fault *fault)
{
    struct notification_input words = {.notification = notification,
                                       .language = recipient->language,
                                       .user_id = recipient->user_id,
                                       .texts =
                                           texts_watch_texts(round->options->texts, BOT_APARTMENTS),
                                       .booking = booking,
                                       .apartment = apartment,
                                       .now = round->now};

    memcpy(words.button_key, round->button_key, sizeof words.button_key);
    return notification_compose(&words, &round->arena, out, fault);
}

bool notifier_enqueue(struct db *tx, const struct notifier_round *round,
                      struct outbox_message *message, bool *known, struct fault *fault)
{
    bool placed;

    message->id = uuid_make();
    message->tenant_id = round->tenant_id;
    message->bot_id = round->bot_id;
    return outbox_store_insert(tx, message, &placed, fault) &&
           notification_store_hold_person(tx, &round->bot_id, message->chat_id, known, fault);
}
