// SPDX-License-Identifier: MIT
#include "json/city.h"

#include "json/texts.h"

bool city_decode(struct slice text, void *value, const char **code, const char **detail)
{
    const struct city *city = city_find(text);

    if (city == NULL) {
        *code = "unknown_city";
        *detail = "No such city; GET /v1/cities lists them.";
        return false;
    }
    *(struct slice *)value = city->slug;
    return true;
}

// clang-format off
static const struct field items[] = {
    {.name = "slug",     .type = FIELD_SLUG,   .offset = offsetof(struct city, slug)},
    {.name = "name",     .type = FIELD_OBJECT, .offset = offsetof(struct city, name), .table = &texts_title_fields},
    {.name = "location", .type = FIELD_GEO,    .offset = offsetof(struct city, location)},
};
// clang-format on
const struct fields city_fields = FIELDS_OF(items, struct city);
