// SPDX-License-Identifier: MIT
/* JSON of searches for apartments. */
#pragma once

#include "json/fields.h"

#include "apartments/apartment_search.h"

extern const struct fields apartment_search_fields; /* the fields of struct criteria_request */

/* Appends an answer without its last members, which search_status_encode_and_close() appends. */
void apartment_search_encode_unclosed(const struct apartment_results *results, struct buf *out);
