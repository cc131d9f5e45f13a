// SPDX-License-Identifier: MIT
#include "base/auto.h"

#include "drivers/drivers_json.h"
#include "ride_callers.h"

enum { PAPERS_TEXT_MAX = 1024 };

#define AT(member) .offset = offsetof(struct driver_document, member)
// clang-format off
static const struct field document_items[] = {
    {.name = "kind",       .type = FIELD_ENUM, .flags = FIELD_REQUIRED, AT(kind), .names = document_kind_names},
    {.name = "last4",      .type = FIELD_TEXT, .flags = FIELD_REQUIRED, AT(last4), .min = 4, .max = 4},
    {.name = "expires_on", .type = FIELD_DATE, .flags = FIELD_REQUIRED, AT(expires_on)},
};
#undef AT
static const struct fields document_fields = FIELDS_OF(document_items, struct driver_document);

#define AT(member) .offset = offsetof(struct driver, member)
#define SHARED_FIELDS \
    {.name = "name",        .type = FIELD_TEXT,  .flags = FIELD_REQUIRED, AT(name), .min = 1, .max = 200}, \
    {.name = "phone",       .type = FIELD_PHONE, .flags = FIELD_REQUIRED, AT(phone)}, \
    {.name = "telegram_id", .type = FIELD_INT,   .flags = FIELD_NULLABLE, AT(telegram_id), .min = 1, .max = RIDE_GUEST_MAX}, \
    {.name = "language",    .type = FIELD_ENUM,                           AT(language), .names = language_names, .max = LANGUAGE_KZ}, \
    {.name = "payment_info", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(payment_info), .min = 1, .max = 300},
static const struct field items[] = {
    SHARED_FIELDS
    {.name = "documents",   .type = FIELD_LIST, AT(documents), .max = DOCUMENT_KINDS, .table = &document_fields},
};
// clang-format on
const struct fields driver_fields = FIELDS_CHECKED(items, struct driver, driver_check_documents);

static void encode_average_rating(const void *value, struct buf *out)
{
    const struct driver_rating *rating = value;
    const int64_t sum = rating->sum, count = rating->count;
    const int64_t tenths = count > 0 ? (20 * sum + count) / (2 * count) : 0;

    if (count > 0)
        buf_printf(out, "%lld.%lld", (long long)(tenths / 10), (long long)(tenths % 10));
    else
        buf_text(out, "null");
}

/* The driver must be the first member: the field table of struct driver reads a struct shown, too.
 */
struct shown {
    struct driver driver;
    struct field_list allowed; /* of struct transition_allowed */
};

// clang-format off
static const struct field shown_items[] = {
    {.name = "id",          .type = FIELD_UUID, AT(id)},
    SHARED_FIELDS
    {.name = "documents",   .type = FIELD_RAW, AT(papers)},
    {.name = "status",      .type = FIELD_ENUM, AT(status), .names = driver_status_names},
    {.name = "rating",      .type = FIELD_CUSTOM, AT(rating), .encode = encode_average_rating},
    {.name = "trips_done",  .type = FIELD_INT, AT(trips_done)},
    {.name = "faults",      .type = FIELD_INT, AT(faults)},
    {.name = "allowed_actions", .type = FIELD_LIST, .offset = offsetof(struct shown, allowed), .table = &transition_allowed_fields},
    {.name = "version",     .type = FIELD_INT, AT(version)},
    {.name = "created_at",  .type = FIELD_TIME, AT(created_at)},
    {.name = "updated_at",  .type = FIELD_TIME, AT(updated_at)},
};
#undef AT
// clang-format on
const struct fields driver_shown_fields = FIELDS_OF(shown_items, struct shown);

void driver_encode(const struct driver *driver, const struct api_caller *caller, struct buf *out)
{
    struct transition_allowed actions[TRANSITION_ACTIONS_MAX];
    const struct field_list allowed = {actions,
                                       transition_allowed(&driver_machine, driver_state(driver),
                                                          transition_actor(caller), actions)};
    const struct shown shown = {*driver, allowed};

    fields_encode(&driver_shown_fields, &shown, false, out);
}

// clang-format off
#define AT(member) .offset = offsetof(struct driver_view, member)
#define NAME   {.name = "name",       .type = FIELD_TEXT, AT(name)},
#define RECORD {.name = "rating",     .type = FIELD_CUSTOM, AT(rating), .encode = encode_average_rating}, \
               {.name = "trips_done", .type = FIELD_INT, AT(trips_done)},
static const struct field view_items[] = {NAME RECORD};
static const struct field contact_items[] = {
    NAME
    {.name = "phone", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(phone)},
    {.name = "payment_info", .type = FIELD_TEXT, .flags = FIELD_OMIT, AT(payment_info)},
    RECORD
};
// clang-format on
#undef AT
const struct fields driver_view_fields = FIELDS_OF(view_items, struct driver_view);
const struct fields driver_contact_fields = FIELDS_OF(contact_items, struct driver_view);

bool driver_encode_documents(const struct driver *driver, struct arena *arena,
                             struct slice *json_text, struct fault *fault)
{
    AUTO(buf_finish) struct buf json = BUF(PAPERS_TEXT_MAX);

    fields_encode_list(&document_fields, driver->documents.items, driver->documents.count, false,
                       &json);
    return buf_keep(&json, arena, json_text, fault);
}
