// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "base/date.h"
#include "db/transaction.h"

#include "notifications/notifier_private.h"
#include "outbox/outbox_store.h"

enum { DAY_PAGES_MAX = 5 /* pages of an owner's stays around one day */ };

bool notifier_is_permanent(const struct fault *fault)
{
    return strcmp(fault->code, "bad_answer") == 0;
}

static bool lookup_as(struct notifier_round *round, int64_t guest, struct slice path,
                      struct slice *body, bool *found, struct fault *fault)
{
    const struct notifier_options *options = round->options;
    const struct service_call get = {.method = "GET",
                                     .path = path,
                                     .actor = guest != FIELD_ABSENT ? SERVICE_AS_GUEST
                                                                    : SERVICE_AS_STAFF};
    const struct booking_call call = {
        .call = &get,
        .key = round->key,
        .user_id = guest,
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

bool notifier_lookup(struct notifier_round *round, struct slice path, struct slice *body,
                     bool *found, struct fault *fault)
{
    return lookup_as(round, FIELD_ABSENT, path, body, found, fault);
}

bool notifier_lookup_id(struct notifier_round *round, int64_t guest, const char *nouns,
                        const struct uuid *id, const char *more, struct slice *body, bool *found,
                        struct fault *fault)
{
    char text[UUID_TEXT_LEN + 1];

    uuid_format(id, text);
    return lookup_as(round, guest, arena_printf(&round->arena, "/v1/%s/%s%s", nouns, text, more),
                     body, found, fault);
}

bool notifier_lookup_booking(struct notifier_round *round, const struct uuid *id,
                             struct stay_booking *out, bool *found, struct fault *fault)
{
    struct slice body;

    return notifier_lookup_id(round, FIELD_ABSENT, "bookings", id, "", &body, found, fault) &&
           (!*found || stay_read_booking(body, &round->arena, out, fault));
}

bool notifier_lookup_apartment(struct notifier_round *round, const struct stay_booking *booking,
                               struct notification_apartment *out, struct fault *fault)
{
    struct slice body;
    bool found;

    if (!notifier_lookup_id(round, FIELD_ABSENT, "apartments", &booking->apartment, "", &body,
                            &found, fault))
        return false;
    return notification_read_apartment(found ? body : SLICE("{}"), &round->arena, out, fault);
}

bool notifier_lookup_change(struct notifier_round *round, const struct notification_event *event,
                            struct notification_change *out, struct fault *fault)
{
    char nouns[16]; /* "bookings", "rides", "trips" */
    struct slice body;
    bool found;

    *out = (struct notification_change){.has_reason = true};
    snprintf(nouns, sizeof nouns, "%.*ss", SLICE_ARG(event->resource));
    if (!notifier_lookup_id(round, FIELD_ABSENT, nouns, &event->id, "/history?limit=100", &body,
                            &found, fault))
        return false;
    return !found ||
           notification_read_change(body, event->version, &round->arena, out, &found, fault);
}

/* --- recipients --- */

static enum language first_known_language(int first, int second)
{
    return first >= 0 ? (enum language)first : second >= 0 ? (enum language)second : LANGUAGE_RU;
}

bool notifier_find_guest(struct notifier_round *round, int64_t guest,
                         struct notification_recipient *out, struct fault *fault)
{
    struct notification_person person = {.found = false};

    *out = (struct notification_recipient){.chat_id = FIELD_ABSENT};
    if (guest == FIELD_ABSENT)
        return true;
    if (!notification_store_find_person(round->options->service->db, &round->bot_id, guest, &person,
                                        fault))
        return false;
    if (person.found)
        *out = (struct notification_recipient){
            .chat_id = guest,
            .language = first_known_language(person.chosen, person.app_language),
            .is_guest = true};
    return true;
}

bool notifier_lookup_account(struct notifier_round *round, const char *nouns, const struct uuid *id,
                             struct notification_owner *out, struct fault *fault)
{
    struct slice body;
    bool found;

    *out = (struct notification_owner){.telegram_id = FIELD_ABSENT};
    return notifier_lookup_id(round, FIELD_ABSENT, nouns, id, "", &body, &found, fault) &&
           (!found || notification_read_owner(body, &round->arena, out, fault));
}

bool notifier_find_owner(struct notifier_round *round, const struct stay_booking *booking,
                         struct notification_recipient *out, struct fault *fault)
{
    struct notification_person person = {.found = false};
    struct notification_owner owner;

    if (!notifier_lookup_account(round, "owners", &booking->owner, &owner, fault) ||
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
        enum language own;
        const bool has_own = language_read(owner.language, &own);
        out->language = first_known_language(person.chosen, has_own ? (int)own : -1);
    }
    return true;
}

bool notifier_read_staff(struct notifier_round *round, struct fault *fault)
{
    round->staff_read =
        round->staff_read ||
        staff_chat_store_find(round->options->service->db, &round->bot_id, &round->staff, fault);
    return round->staff_read;
}

bool notifier_find_staff(struct notifier_round *round, enum notification_why why,
                         struct notification_recipient *out, struct fault *fault)
{
    const struct staff_chat *staff = &round->staff;

    if (!notifier_read_staff(round, fault))
        return false;
    *out = (struct notification_recipient){
        .chat_id = staff->state == STAFF_CHAT_HERE ? staff->chat_id : FIELD_ABSENT,
        .language = (enum language)staff->language,
        .is_staff = true,
        .thread_id = staff->thread_id,
        .why = why};
    return true;
}

/* --- the message --- */

static struct notification_input make_input(const struct notifier_round *round,
                                            enum notification notification,
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
static bool lookup_as_guest(struct notifier_round *round, struct stay_booking *booking,
                            struct fault *fault)
{
    struct slice body;
    bool found;

    if (!notifier_lookup_id(round, booking->guest, "bookings", &booking->id, "", &body, &found,
                            fault))
        return false;
    if (found)
        return stay_read_booking(body, &round->arena, booking, fault);
    booking->address = (struct texts){0};
    booking->check_in_info = (struct texts){0};
    return true;
}

bool notifier_compose_message(struct notifier_round *round, enum notification notification,
                              const struct notification_recipient *recipient,
                              const struct stay_booking *booking,
                              const struct notification_apartment *apartment,
                              struct outbox_message *out, struct fault *fault)
{
    struct notification_input input = make_input(round, notification, recipient);
    struct stay_booking seen = *booking;

    if (recipient->is_guest && !lookup_as_guest(round, &seen, fault))
        return false;
    input.booking = &seen;
    input.apartment = apartment;
    return notification_compose(&input, &round->arena, out, fault);
}

/* Reads confirmed stays of the owner with a night before or after `day`. */
static bool lookup_day(struct notifier_round *round, const struct uuid *owner, int32_t day,
                       struct slice cursor, struct stay_bookings *out, struct fault *fault)
{
    char id[UUID_TEXT_LEN + 1], from[DATE_TEXT_LEN + 1], to[DATE_TEXT_LEN + 1];
    struct slice body;
    bool found;

    uuid_format(owner, id);
    date_format(day - 1, from);
    date_format(day + 1, to);
    if (!notifier_lookup(round,
                         arena_printf(&round->arena,
                                      "/v1/bookings?owner_id=%s&status=confirmed,checked_in"
                                      "&from=%s&to=%s&limit=%d%s%.*s",
                                      id, from, to, STAY_BOOKINGS_READ,
                                      cursor.len > 0 ? "&cursor=" : "", SLICE_ARG(cursor)),
                         &body, &found, fault))
        return false;
    return stay_read_bookings(found ? body : SLICE("{\"items\":[]}"), &round->arena, out, fault);
}

bool notifier_compose_day(struct notifier_round *round,
                          const struct notification_recipient *recipient, const struct uuid *owner,
                          int32_t day, struct outbox_message *out, bool *any, struct fault *fault)
{
    enum { STAYS_MAX = DAY_PAGES_MAX * STAY_BOOKINGS_READ };
    const struct notification_input input = make_input(round, NOTIFICATION_TOMORROW, recipient);
    struct stay_booking *stays = arena_alloc(&round->arena, STAYS_MAX * sizeof *stays);
    struct notification_day shown = {.owner = *owner, .day = day, .stays = stays};
    struct stay_bookings page = {.next_cursor = SLICE("")};

    if (stays == NULL)
        return arena_fault(fault);
    for (int i = 0; i < DAY_PAGES_MAX && page.next_cursor.at != NULL; i++) {
        if (!lookup_day(round, owner, day, page.next_cursor, &page, fault))
            return false;
        for (size_t k = 0; k < page.count && shown.count < STAYS_MAX; k++)
            stays[shown.count++] = page.items[k];
    }
    return notification_compose_day(&input, &shown, &round->arena, out, any, fault);
}

struct slice notifier_make_dedupe_key(struct notifier_round *round,
                                      const struct stay_booking *booking,
                                      enum notification notification, int to)
{
    static const char *const names[NOTIFIER_TO_COUNT] = {"guest", "owner", "staff", "driver"};
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&booking->id, id);
    return arena_printf(&round->arena, "notice:%s:%lld:%d:%s", id, (long long)booking->version,
                        notification, names[to]);
}

bool notifier_enqueue_message(struct db *tx, const struct notifier_round *round,
                              struct outbox_message *message, bool *placed, bool *known,
                              struct fault *fault)
{
    message->id = uuid_make();
    message->tenant_id = round->tenant_id;
    message->bot_id = round->bot_id;
    *known = true;
    if (!outbox_store_insert(tx, message, placed, fault))
        return false;
    if (message->chat_id < 0) /* a group */
        return true;
    if (!notification_store_hold_person(tx, &round->bot_id, message->chat_id, known, fault))
        return false;
    if (*known)
        return true;
    fault_set(fault, FAULT_CONFLICT, "changed", "A person was erased at the same time.");
    return db_request_retry(tx, fault);
}
