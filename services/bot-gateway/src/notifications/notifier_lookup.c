// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "base/date.h"
#include "base/now.h"
#include "db/transaction.h"

#include "notifications/notifier_private.h"
#include "outbox/outbox_store.h"

enum {
    DAY_PAGES_MAX = 5,            /* pages of an owner's stays around one day */
    STALE_AFTER_S = 3 * 24 * 3600 /* see notifier_is_stale() */
};

bool notifier_is_stale(const struct notifier_round *round, const struct notification_event *event,
                       int64_t over_at_us)
{
    return event->occurred_at < round->now - STALE_AFTER_S * US_PER_S && over_at_us < round->now;
}

bool notifier_is_bad_answer(const struct fault *fault)
{
    return strcmp(fault->code, "bad_answer") == 0;
}

static bool get_as_guest_or_staff(struct notifier_round *round, int64_t guest_or_absent,
                                  struct slice path, struct slice *body, bool *found,
                                  struct fault *fault)
{
    const struct notifier_options *options = round->options;
    const struct service_call get = {.method = "GET",
                                     .path = path,
                                     .actor = guest_or_absent != FIELD_ABSENT ? SERVICE_AS_GUEST
                                                                              : SERVICE_AS_STAFF};
    const struct booking_call call = {
        .call = &get,
        .key = round->key,
        .user_id = guest_or_absent,
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

bool notifier_get_list(struct notifier_round *round, struct slice path, struct slice *body,
                       struct fault *fault)
{
    bool found;

    if (!get_as_guest_or_staff(round, FIELD_ABSENT, path, body, &found, fault))
        return false;
    if (!found)
        *body = SLICE("{\"items\":[]}");
    return true;
}

bool notifier_get_by_id(struct notifier_round *round, int64_t guest_or_absent,
                        const char *collection, const struct uuid *id, const char *suffix,
                        struct slice *body, bool *found, struct fault *fault)
{
    char text[UUID_TEXT_LEN + 1];

    uuid_format(id, text);
    return get_as_guest_or_staff(
        round, guest_or_absent,
        arena_printf(&round->arena, "/v1/%s/%s%s", collection, text, suffix), body, found, fault);
}

bool notifier_lookup_booking(struct notifier_round *round, const struct uuid *id,
                             struct stay_booking *out, bool *found, struct fault *fault)
{
    struct slice body;

    return notifier_get_by_id(round, FIELD_ABSENT, "bookings", id, "", &body, found, fault) &&
           (!*found || stay_read_booking(body, &round->arena, out, fault));
}

bool notifier_lookup_apartment(struct notifier_round *round, const struct stay_booking *booking,
                               struct notification_apartment *out, struct fault *fault)
{
    struct slice body;
    bool found;

    if (!notifier_get_by_id(round, FIELD_ABSENT, "apartments", &booking->apartment, "", &body,
                            &found, fault))
        return false;
    return notification_read_apartment(found ? body : SLICE("{}"), &round->arena, out, fault);
}

bool notifier_find_step(struct notifier_round *round, const struct notification_event *event,
                        struct notification_change *out, struct fault *fault)
{
    char nouns[16]; /* "bookings", "rides", "trips" */
    struct slice body;
    bool found;

    if (notification_take_step(event, out))
        return true;
    *out = (struct notification_change){.has_reason = true};
    snprintf(nouns, sizeof nouns, "%.*ss", SLICE_ARG(event->resource));
    if (!notifier_get_by_id(round, FIELD_ABSENT, nouns, &event->id, "/history?limit=100", &body,
                            &found, fault))
        return false;
    return !found ||
           notification_read_history_step(body, event->version, &round->arena, out, &found, fault);
}

/* --- recipients --- */

static enum language choose_first_known_language(int first, int second)
{
    return first >= 0 ? (enum language)first : second >= 0 ? (enum language)second : LANGUAGE_RU;
}

bool notifier_find_person_recipient(struct notifier_round *round, int64_t user_id,
                                    struct notification_recipient *out, struct fault *fault)
{
    struct notification_person person = {.found = false};

    *out = (struct notification_recipient){.chat_id = FIELD_ABSENT};
    if (user_id == FIELD_ABSENT)
        return true;
    if (!notification_store_find_person(round->options->service->db, &round->bot_id, user_id,
                                        &person, fault))
        return false;
    if (person.found)
        *out = (struct notification_recipient){
            .chat_id = user_id,
            .language = choose_first_known_language(person.chosen, person.app_language),
            .is_guest = true};
    return true;
}

bool notifier_lookup_account(struct notifier_round *round, const char *collection,
                             const struct uuid *id, struct notification_owner *out,
                             struct fault *fault)
{
    struct slice body;
    bool found;

    *out = (struct notification_owner){.telegram_id = FIELD_ABSENT};
    return notifier_get_by_id(round, FIELD_ABSENT, collection, id, "", &body, &found, fault) &&
           (!found || notification_read_owner(body, &round->arena, out, fault));
}

bool notifier_find_owner_recipient(struct notifier_round *round, const struct uuid *owner_id,
                                   struct notification_recipient *out, struct fault *fault)
{
    struct notification_person person = {.found = false};
    struct notification_owner owner;

    if (!notifier_lookup_account(round, "owners", owner_id, &owner, fault) ||
        (owner.telegram_id != FIELD_ABSENT &&
         !notification_store_find_person(round->options->service->db, &round->bot_id,
                                         owner.telegram_id, &person, fault)))
        return false;
    const struct notification_reach reach = {.is_bound = owner.telegram_id != FIELD_ABSENT,
                                             .notify = owner.notify,
                                             .is_known = person.is_known,
                                             .is_blocked = person.is_blocked,
                                             .is_gone = person.is_gone};
    *out = (struct notification_recipient){.chat_id = FIELD_ABSENT,
                                           .why = notification_unreachable_reason(&reach)};
    if (out->why == NOTIFICATION_WHY_NONE && person.found) {
        out->chat_id = owner.telegram_id;
        out->language = choose_first_known_language(person.chosen, language_or(owner.language, -1));
    }
    return true;
}

bool notifier_read_staff_chat(struct notifier_round *round, struct fault *fault)
{
    round->staff_read =
        round->staff_read ||
        staff_chat_store_find(round->options->service->db, &round->bot_id, &round->staff, fault);
    return round->staff_read;
}

bool notifier_has_no_staff_chat(const struct notifier_round *round)
{
    return round->staff.state == STAFF_CHAT_LOST || round->staff.state == STAFF_CHAT_NONE;
}

bool notifier_find_staff_recipient(struct notifier_round *round,
                                   enum notification_why owner_unreachable_why,
                                   struct notification_recipient *out, struct fault *fault)
{
    const struct staff_chat *staff = &round->staff;

    if (!notifier_read_staff_chat(round, fault))
        return false;
    *out = (struct notification_recipient){
        .chat_id = staff->state == STAFF_CHAT_HERE ? staff->chat_id : FIELD_ABSENT,
        .language = (enum language)staff->language,
        .is_staff = true,
        .thread_id = staff->thread_id,
        .why = owner_unreachable_why};
    return true;
}

/* --- the message --- */

/* The texts in it are borrowed until the caller waits. */
static struct notification_input
make_notification_input(const struct notifier_round *round, enum notification notification,
                        const struct notification_recipient *recipient)
{
    struct notification_input input = {.notification = notification,
                                       .to = *recipient,
                                       .bot = slice_of(round->name),
                                       .texts =
                                           texts_watch_texts(round->options->texts, BOT_APARTMENTS),
                                       .now = round->now};

    memcpy(input.button_key, round->button_key, sizeof input.button_key);
    return input;
}

/* Reads the booking again as its guest sees it. If it was erased meanwhile, removes address and
 * check_in_info. */
static bool reread_booking_as_its_guest(struct notifier_round *round, struct stay_booking *booking,
                                        struct fault *fault)
{
    struct slice body;
    bool found;

    if (!notifier_get_by_id(round, booking->guest, "bookings", &booking->id, "", &body, &found,
                            fault))
        return false;
    if (found)
        return stay_read_booking(body, &round->arena, booking, fault);
    booking->address = (struct texts){0};
    booking->check_in_info = (struct texts){0};
    return true;
}

/* A message shows the booking as it is now, so the key has its version: each version causes one
 * message, even if two events are read together or several messages to the owner have failed. */
static struct slice make_dedupe_key(struct notifier_round *round, enum notification notification,
                                    const struct notification_recipient *recipient,
                                    const struct stay_booking *booking)
{
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&booking->id, id);
    return arena_printf(&round->arena, "notice:%s:%lld:%d:%s", id, (long long)booking->version,
                        notification,
                        recipient->is_staff   ? "staff"
                        : recipient->is_guest ? "guest"
                                              : "owner");
}

bool notifier_compose_message(struct notifier_round *round, enum notification notification,
                              const struct notification_recipient *recipient,
                              const struct stay_booking *booking,
                              const struct notification_apartment *apartment,
                              struct outbox_message *out, struct fault *fault)
{
    struct stay_booking seen = *booking;

    if (recipient->is_guest && !reread_booking_as_its_guest(round, &seen, fault))
        return false;
    struct notification_input input = make_notification_input(round, notification, recipient);
    input.booking = &seen;
    input.apartment = apartment;
    if (!notification_compose(&input, &round->arena, out, fault))
        return false;
    out->dedupe_key = make_dedupe_key(round, notification, recipient, booking);
    return out->dedupe_key.at != NULL || arena_fault(fault);
}

/* Reads confirmed stays of the owner with a night before or after `day`. */
static bool lookup_stays_around_day(struct notifier_round *round, const struct uuid *owner_id,
                                    int32_t day, struct slice cursor, struct stay_bookings *out,
                                    struct fault *fault)
{
    char id[UUID_TEXT_LEN + 1], from[DATE_TEXT_LEN + 1], to[DATE_TEXT_LEN + 1];
    struct slice body;

    uuid_format(owner_id, id);
    date_format(day - 1, from);
    date_format(day + 1, to);
    return notifier_get_list(round,
                             arena_printf(&round->arena,
                                          "/v1/bookings?owner_id=%s&status=confirmed,checked_in"
                                          "&from=%s&to=%s&limit=%d%s%.*s",
                                          id, from, to, STAY_BOOKINGS_READ,
                                          cursor.len > 0 ? "&cursor=" : "", SLICE_ARG(cursor)),
                             &body, fault) &&
           stay_read_bookings(body, &round->arena, out, fault);
}

bool notifier_compose_arrivals_and_departures(struct notifier_round *round,
                                              const struct notification_recipient *recipient,
                                              const struct uuid *owner_id, int32_t day,
                                              struct outbox_message *out, bool *has_stays,
                                              struct fault *fault)
{
    enum { STAYS_MAX = DAY_PAGES_MAX * STAY_BOOKINGS_READ };
    struct stay_booking *stays = arena_alloc(&round->arena, STAYS_MAX * sizeof *stays);
    struct notification_day shown = {.owner = *owner_id, .day = day, .stays = stays};
    struct stay_bookings page = {.next_cursor = SLICE("")};

    if (stays == NULL)
        return arena_fault(fault);
    for (int i = 0; i < DAY_PAGES_MAX && page.next_cursor.at != NULL; i++) {
        if (!lookup_stays_around_day(round, owner_id, day, page.next_cursor, &page, fault))
            return false;
        for (size_t k = 0; k < page.count && shown.count < STAYS_MAX; k++)
            stays[shown.count++] = page.items[k];
    }
    const struct notification_input input =
        make_notification_input(round, NOTIFICATION_TOMORROW, recipient);
    return notification_compose_arrivals_and_departures(&input, &shown, &round->arena, out,
                                                        has_stays, fault);
}

bool notifier_enqueue_message(struct db *tx, const struct notifier_round *round,
                              struct outbox_message *message, bool *inserted,
                              bool *recipient_exists, struct fault *fault)
{
    message->id = uuid_make();
    message->tenant_id = round->tenant_id;
    message->bot_id = round->bot_id;
    *recipient_exists = true;
    if (!outbox_store_insert(tx, message, inserted, fault))
        return false;
    if (message->chat_id < 0) /* a group */
        return true;
    if (!notification_store_lock_person(tx, &round->bot_id, message->chat_id, recipient_exists,
                                        fault))
        return false;
    if (*recipient_exists)
        return true;
    fault_set(fault, FAULT_CONFLICT, "changed", "A person was erased at the same time.");
    return db_request_retry(tx, fault);
}
