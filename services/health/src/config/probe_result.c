// SPDX-License-Identifier: MIT
#include "config/probe_result.h"

#define WORD(name, word, ...) word,
const char *const probe_trouble_names[TROUBLES + 1] = {TROUBLES_EACH(WORD) NULL};
