// SPDX-License-Identifier: MIT
#include "json/texts.h"

#define TEXT(name_, flags_, max_)                                                                  \
    {                                                                                              \
        .name = #name_, .type = FIELD_TEXT, .flags = (flags_),                                     \
        .offset = offsetof(struct texts, name_), .min = 1, .max = (max_)                           \
    }

static const struct field title_items[] = {
    TEXT(ru, FIELD_REQUIRED, TEXTS_TITLE_MAX),
    TEXT(kz, FIELD_NULLABLE, TEXTS_TITLE_MAX),
    TEXT(en, FIELD_NULLABLE, TEXTS_TITLE_MAX),
};
const struct fields texts_title_fields = FIELDS_OF(title_items, struct texts);

static const struct field body_items[] = {
    TEXT(ru, FIELD_NULLABLE, TEXTS_BODY_MAX),
    TEXT(kz, FIELD_NULLABLE, TEXTS_BODY_MAX),
    TEXT(en, FIELD_NULLABLE, TEXTS_BODY_MAX),
};
const struct fields texts_body_fields = FIELDS_OF(body_items, struct texts);
