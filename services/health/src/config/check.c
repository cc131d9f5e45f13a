// SPDX-License-Identifier: MIT
#include "config/check.h"

#define WORD(name, word, form, probe) word,
const char *const check_kind_names[CHECK_KINDS + 1] = {CHECK_KINDS_EACH(WORD) NULL};

const char *const severity_names[] = {"warning", "critical", NULL};
