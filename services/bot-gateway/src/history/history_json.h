// SPDX-License-Identifier: MIT
/* JSON of the history. */
#pragma once

#include "json/fields.h"

#include "history/history_store.h"

extern const struct fields history_fields; /* of struct history_line */
