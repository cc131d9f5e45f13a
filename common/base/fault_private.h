// SPDX-License-Identifier: MIT
/* Text of faults. Shared by fault.c and fault_list.c. */
#pragma once

#include <stdarg.h>

#include "base/fault.h"

/* Copies `text` into `out_size` bytes with a NUL. Text that is too long is cut between characters,
 * because a sentence that quotes the client's text must stay UTF-8. */
void fault_copy_shortened(char *out, size_t out_size, const char *text);
void fault_set_detail(char out[FAULT_DETAIL_MAX], const char *format, va_list args)
    PRINTF_LIKE(2, 0);
