// SPDX-License-Identifier: MIT
/* JSON of documents as programs send them. */
#pragma once

#include "json/fields.h"

#include "documents/document.h"

extern const struct fields document_fields;      /* of struct document */
extern const struct fields document_list_fields; /* {"items":[...]}: a struct field_list of them */
