// SPDX-License-Identifier: MIT
#include "base/language.h"

#include <stddef.h>

const char *const language_names[] = {"ru", "en", "kz", "kk", NULL};
