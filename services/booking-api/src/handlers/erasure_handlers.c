// SPDX-License-Identifier: MIT
/* POST /v1/guests/erase: staff erase any guest of the tenant, guests erase themselves.
 *
 * While a stay or ride is agreed and has not ended (payment claimed, confirmed, checked in,
 * boarded), owner or driver need the guest's data, so the request fails with 409. It also fails
 * while the person drives a trip, because the bots could not notify the driver any more. Data in
 * holds and requests is erased too. Nobody can confirm these without a contact: a stay then expires
 * at its expires_at, a ride ends at once. */
#include <stddef.h>

#include "api/change_by_id.h"
#include "base/auto.h"

#include "access.h"
#include "handlers/handlers.h"
#include "maintenance/erasure.h"

enum { ERASED_MAX = 512 }; /* bytes of the JSON of struct erasure_counts */

// clang-format off
static const struct field subject_items[] = {
    {.name = "telegram_id", .type = FIELD_INT, .flags = FIELD_NULLABLE, .offset = offsetof(struct erasure_subject, telegram_id), .min = 1, .max = ACTOR_GUEST_MAX},
    {.name = "phone", .type = FIELD_PHONE, .flags = FIELD_NULLABLE, .offset = offsetof(struct erasure_subject, phone)},
};

#define AT(member) .offset = offsetof(struct erasure_counts, member)
static const struct field count_items[] = {
    {.name = "audit", .type = FIELD_INT, AT(audit)},
    {.name = "booking", .type = FIELD_INT, AT(booking)},
    {.name = "booking_history", .type = FIELD_INT, AT(booking_history)},
    {.name = "idempotency", .type = FIELD_INT, AT(idempotency)},
    {.name = "outbox", .type = FIELD_INT, AT(outbox)},
    {.name = "quote", .type = FIELD_INT, AT(quote)},
    {.name = "ride", .type = FIELD_INT, AT(ride)},
    {.name = "ride_history", .type = FIELD_INT, AT(ride_history)},
};
static const struct fields subject_fields = FIELDS_OF(subject_items, struct erasure_subject);
static const struct fields count_fields = FIELDS_OF(count_items, struct erasure_counts);

static const struct field receipt_items[] = {
    {.name = "id", .type = FIELD_UUID, .offset = offsetof(struct erasure, id)},
    {.name = "at", .type = FIELD_TIME, .offset = offsetof(struct erasure, at)},
    {.name = "erased", .type = FIELD_OBJECT, .offset = offsetof(struct erasure, erased), .table = &count_fields},
};
// clang-format on
static const struct fields receipt_fields = FIELDS_OF(receipt_items, struct erasure);

static bool decode_subject(struct change *change, struct erasure_subject *subject,
                           struct fault *fault)
{
    struct fault_list problems;

    *subject = (struct erasure_subject){.telegram_id = FIELD_ABSENT};
    if (!http_request_decode(change->req, &subject_fields, false, subject, NULL, fault))
        return false;
    if (subject->telegram_id == FIELD_ABSENT && subject->phone.at == NULL)
        return fault_set_field(fault, change->arena, "telegram_id", "required",
                               "A telegram_id or a phone is required.");
    fault_list_init(&problems, change->arena);
    if (subject->telegram_id != FIELD_ABSENT && subject->phone.at != NULL) {
        fault_list_add(&problems, "telegram_id", "contradiction", "Either telegram_id or phone.");
        fault_list_add(&problems, "phone", "contradiction", "Either telegram_id or phone.");
    }
    return fault_list_ok(&problems, fault);
}

static bool check_may_erase(const struct api_caller *caller, const struct erasure_subject *subject,
                            struct fault *fault)
{
    if (api_caller_is_staff(caller) ||
        (caller->actor == ACTOR_GUEST && subject->telegram_id == caller->actor_number))
        return true;
    return fault_set(fault, FAULT_FORBIDDEN, "forbidden",
                     "Guests may erase only themselves, by telegram_id.");
}

/* Checks that no agreed stay or ride, and no trip of a driver, prevents the erasure. Reports the
 * first kind of them. */
static bool check_nothing_live(struct change *change, const struct erasure_found *found,
                               struct fault *fault)
{
    const struct {
        struct slice ids;
        const char *code;
        const char *member;
        const char *detail;
    } kinds[] = {
        {found->live,        "has_live_bookings", "bookings",
         "A stay is agreed and not over; cancel it first, or wait."},
        {found->rides.live,  "has_live_rides",    "rides",
         "A ride is agreed and not over; cancel it first, or wait."},
        {found->rides.trips, "has_live_trips",    "trips",
         "The person drives a trip that is not over."              },
    };

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (kinds[i].ids.at == NULL)
            continue;
        fault_set(fault, FAULT_CONFLICT, kinds[i].code, "%s", kinds[i].detail);
        return fault_set_members(fault, arena_printf(change->arena, "\"%s\":%.*s", kinds[i].member,
                                                     SLICE_ARG(kinds[i].ids)));
    }
    return true;
}

/* If a guest is the caller, replaces the actor of the change by "guest:erased", because the audit
 * row must not name the erased person. */
static bool anonymise_caller(struct change *change, struct fault *fault)
{
    struct api_caller *anonymous;

    if (change->caller->actor != ACTOR_GUEST)
        return true;
    anonymous = arena_alloc(change->arena, sizeof *anonymous);
    if (anonymous == NULL)
        return arena_fault(fault);
    *anonymous = *change->caller;
    anonymous->actor_text = SLICE("guest:erased");
    change->caller = anonymous;
    return true;
}

static bool write_receipt(struct change *change, const struct erasure *erasure, struct fault *fault)
{
    AUTO(buf_finish) struct buf json = BUF(ERASED_MAX);
    struct slice erased;

    fields_encode(&count_fields, &erasure->erased, false, &json);
    if (!buf_keep(&json, change->arena, &erased, fault))
        return false;
    erasure_insert_receipt(change, erasure, erased);
    change_audit(change, "guest.erase", "erasure", &erasure->id, 1);
    return true;
}

static bool erase_guest(struct change *change, void *arg, struct http_response *res,
                        struct fault *fault)
{
    struct erasure erasure = {.id = uuid_make(), .at = change->now_us};
    struct erasure_person person = {0};
    struct erasure_found found;

    (void)arg;
    /* Set it again: if the transaction is retried, anonymise_caller() has replaced the caller. */
    change->caller = api_caller(change->req);
    if (!decode_subject(change, &person.asked, fault) ||
        !check_may_erase(change->caller, &person.asked, fault))
        return false;
    person.telegram_id = person.asked.telegram_id;
    if ((change->caller->actor != ACTOR_GUEST && !erasure_identify(change, &person, fault)) ||
        !erasure_find_and_lock(change, &person, &found, fault) ||
        !check_nothing_live(change, &found, fault) || !anonymise_caller(change, fault) ||
        !erasure_erase_found(change, &found, &erasure.erased, fault) ||
        !write_receipt(change, &erasure, fault))
        return false;
    return change_reply_fields(change, res, &receipt_fields, &erasure, 0);
}

CHANGE_BY_BODY(post_guest_erase, erase_guest)
