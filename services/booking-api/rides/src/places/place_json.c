// SPDX-License-Identifier: MIT
#include "places/place.h"
#include "places/places_json.h"

bool place_decode(struct slice text, void *value, const char **code, const char **detail)
{
    const struct city *place = place_find(text);

    if (place == NULL) {
        *code = "unknown_place";
        *detail = "No such place; GET /v1/places lists them.";
        return false;
    }
    *(struct slice *)value = place->slug;
    return true;
}

static void encode_slug(const void *value, struct buf *out)
{
    buf_json_string(out, *(const struct slice *)value);
}

#define AT(member) .offset = offsetof(struct place_pair, member)
// clang-format off
static const struct field pair_items[] = {
    {.name = "from", .type = FIELD_CUSTOM, .flags = FIELD_REQUIRED, AT(from), .decode = place_decode, .encode = encode_slug},
    {.name = "to",   .type = FIELD_CUSTOM, .flags = FIELD_REQUIRED, AT(to), .decode = place_decode, .encode = encode_slug},
};
// clang-format on

static void check_places_differ(const void *value, struct fault_list *problems)
{
    const struct place_pair *pair = value;

    if (pair->from.at != NULL && slice_equal(pair->from, pair->to))
        fault_list_add(problems, "to", "repeated_place", "Two places.");
}

const struct fields place_pair_fields =
    FIELDS_CHECKED(pair_items, struct place_pair, check_places_differ);
