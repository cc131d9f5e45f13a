// SPDX-License-Identifier: MIT
/* Tables of a text in the three languages of the bots (struct texts of base/value.h). */
#pragma once

#include "json/fields.h"

enum { TEXTS_TITLE_MAX = 200, TEXTS_BODY_MAX = 3000 };

extern const struct fields texts_title_fields; /* a name or title: Russian is required */
extern const struct fields texts_body_fields;  /* a longer text: all languages are optional */
