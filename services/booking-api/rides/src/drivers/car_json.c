// SPDX-License-Identifier: MIT
#include "drivers/drivers_json.h"

#define AT(member) .offset = offsetof(struct car, member)
// clang-format off
#define SHARED_FIELDS \
    {.name = "make",       .type = FIELD_TEXT, .flags = FIELD_REQUIRED,  AT(make), .min = 1, .max = 64}, \
    {.name = "model",      .type = FIELD_TEXT, .flags = FIELD_REQUIRED,  AT(model), .min = 1, .max = 64}, \
    {.name = "color",      .type = FIELD_TEXT, .flags = FIELD_REQUIRED,  AT(color), .min = 1, .max = 64}, \
    {.name = "plate",      .type = FIELD_TEXT, .flags = FIELD_REQUIRED,  AT(plate), .min = 1, .max = 20}, \
    {.name = "seats",      .type = FIELD_INT,  .flags = FIELD_REQUIRED,  AT(seats), .min = 1, .max = CAR_SEATS_MAX}, \
    {.name = "doors",      .type = FIELD_INT,  .flags = FIELD_REQUIRED,  AT(doors), .min = 1, .max = 6}, \
    {.name = "steering",   .type = FIELD_ENUM, .flags = FIELD_REQUIRED,  AT(steering), .names = car_steering_names}, \
    {.name = "year",       .type = FIELD_INT,  .flags = FIELD_REQUIRED,  AT(year), .min = 1980, .max = 2100},
static const struct field items[] = {SHARED_FIELDS};
static const struct field shown_items[] = {
    {.name = "id",         .type = FIELD_UUID, AT(id)},
    {.name = "driver_id",  .type = FIELD_UUID, AT(driver_id)},
    SHARED_FIELDS
    {.name = "version",    .type = FIELD_INT,  AT(version)},
    {.name = "created_at", .type = FIELD_TIME, AT(created_at)},
    {.name = "updated_at", .type = FIELD_TIME, AT(updated_at)},
};
#undef AT

const struct fields car_fields = FIELDS_CHECKED(items, struct car, car_check);
const struct fields car_shown_fields = FIELDS_OF(shown_items, struct car);

#define AT(member) .offset = offsetof(struct car_view, member)
#define MODEL \
    {.name = "make",  .type = FIELD_TEXT, AT(make)}, \
    {.name = "model", .type = FIELD_TEXT, AT(model)}, \
    {.name = "color", .type = FIELD_TEXT, AT(color)},
static const struct field view_items[] = {MODEL};
static const struct field plate_items[] = {
    MODEL
    {.name = "plate", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(plate)},
};
// clang-format on
#undef AT
const struct fields car_view_fields = FIELDS_OF(view_items, struct car_view);
const struct fields car_plate_fields = FIELDS_OF(plate_items, struct car_view);
