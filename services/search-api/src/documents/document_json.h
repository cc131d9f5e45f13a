// SPDX-License-Identifier: MIT
/* JSON of documents in uploads. */
#pragma once

#include "json/fields.h"

#include "documents/document.h"

extern const struct fields document_fields;      /* the fields of struct document */
extern const struct fields document_list_fields; /* {"items":[...]}: a struct field_list of
                                                  * documents */
