// SPDX-License-Identifier: MIT
#include "config.h"

#define AT(member) offsetof(struct search_config, member)

// clang-format off
/* name, type, place, default, min, max, help */
const struct env_variable search_variables[] = {
    {"BOOKING_URL",   ENV_TEXT,     AT(booking_url),      "http://127.0.0.1:7020", 8, 200,
     "Where search-api asks booking-api whether flats can be had, without a / at the end."},
};
// clang-format on
const size_t search_variable_count = sizeof search_variables / sizeof search_variables[0];
