// SPDX-License-Identifier: MIT
#include "drivers/contact.h"
#include "safety/safety_json.h"

#define AT(member) .offset = offsetof(struct rating, member)
// clang-format off
#define SHARED_FIELDS \
    {.name = "stars", .type = FIELD_INT,   .flags = FIELD_REQUIRED, AT(stars), .min = 1, .max = 5}, \
    {.name = "tags",  .type = FIELD_SLUGS, AT(tags), .max = RATING_TAGS_MAX}, \
    {.name = "text",  .type = FIELD_TEXT,  .flags = FIELD_NULLABLE, AT(text), .min = 1, .max = RIDE_TEXT_MAX},
static const struct field rating_items[] = {SHARED_FIELDS};
static const struct field rating_shown_items[] = {
    SHARED_FIELDS
    {.name = "created_at", .type = FIELD_TIME, AT(created_at)},
};
// clang-format on
#undef AT

static void refuse_contact_in_rating(const void *value, struct fault_list *problems)
{
    contact_refuse_in_text("text", ((const struct rating *)value)->text, problems);
}

const struct fields rating_fields =
    FIELDS_CHECKED(rating_items, struct rating, refuse_contact_in_rating);
const struct fields rating_shown_fields = FIELDS_OF(rating_shown_items, struct rating);

void ratings_encode(const struct rating *const by_side[2], struct buf *out)
{
    for (int side = SAFETY_GUEST; side <= SAFETY_DRIVER; side++) {
        buf_printf(out, "%s\"%s\":", side == SAFETY_GUEST ? "{" : ",", safety_side_names[side]);
        if (by_side[side] != NULL)
            fields_encode(&rating_shown_fields, by_side[side], false, out);
        else
            buf_text(out, "null");
    }
    buf_char(out, '}');
}

#define AT(member) .offset = offsetof(struct complaint, member)
// clang-format off
#define COMPLAINT_FIELDS \
    {.name = "about", .type = FIELD_ENUM, .flags = FIELD_REQUIRED, AT(about), .names = complaint_about_names}, \
    {.name = "text",  .type = FIELD_TEXT, .flags = FIELD_REQUIRED, AT(text), .min = 1, .max = COMPLAINT_TEXT_MAX},
static const struct field complaint_items[] = {COMPLAINT_FIELDS};
static const struct field complaint_shown_items[] = {
    {.name = "id",         .type = FIELD_UUID, AT(id)},
    {.name = "side",       .type = FIELD_ENUM, AT(side), .names = safety_side_names},
    COMPLAINT_FIELDS
    {.name = "created_at", .type = FIELD_TIME, AT(created_at)},
};
static const struct field complaint_event_items[] = {
    {.name = "ride_id", .type = FIELD_UUID, AT(ride_id)},
    {.name = "id",    .type = FIELD_UUID, AT(id)},
    {.name = "side",  .type = FIELD_ENUM, AT(side), .names = safety_side_names},
    {.name = "about", .type = FIELD_ENUM, AT(about), .names = complaint_about_names},
};
// clang-format on
#undef AT
const struct fields complaint_fields = FIELDS_OF(complaint_items, struct complaint);
const struct fields complaint_shown_fields = FIELDS_OF(complaint_shown_items, struct complaint);
const struct fields complaint_event_fields = FIELDS_OF(complaint_event_items, struct complaint);
