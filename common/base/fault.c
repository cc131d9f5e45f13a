// SPDX-License-Identifier: MIT
#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault_private.h"

void fault_copy_shortened(char *out, size_t out_size, const char *text)
{
    const struct slice all = {text, strnlen(text, out_size)};
    const size_t len = slice_prefix_len(all, out_size - 1);

    memcpy(out, text, len);
    out[len] = '\0';
}

void fault_set_detail(char out[FAULT_DETAIL_MAX], const char *format, va_list args)
{
    char text[FAULT_DETAIL_MAX + 8];

    if (vsnprintf(text, sizeof text, format, args) < 0)
        text[0] = '\0';
    fault_copy_shortened(out, FAULT_DETAIL_MAX, text);
}

bool fault_set(struct fault *fault, enum fault_kind kind, const char *code, const char *format, ...)
{
    struct fault made = {.kind = kind, .code = code};
    va_list args;

    va_start(args, format);
    fault_set_detail(made.detail, format, args);
    va_end(args);
    *fault = made;
    return false;
}

bool fault_out_of_memory(struct fault *fault, const char *what)
{
    return fault_set(fault, FAULT_UNAVAILABLE, "out_of_memory", "There is no memory for %s.", what);
}

void *fault_calloc(size_t size, const char *what, struct fault *fault)
{
    void *memory = calloc(1, size);

    if (memory == NULL)
        fault_out_of_memory(fault, what);
    return memory;
}

const char *fault_kind_name(enum fault_kind kind)
{
    static const char *const names[] = {
        [FAULT_UNREADABLE] = "unreadable",
        [FAULT_UNAUTHENTICATED] = "unauthenticated",
        [FAULT_FORBIDDEN] = "forbidden",
        [FAULT_NOT_FOUND] = "not_found",
        [FAULT_METHOD] = "method",
        [FAULT_NOT_ACCEPTABLE] = "not_acceptable",
        [FAULT_CONFLICT] = "conflict",
        [FAULT_GONE] = "gone",
        [FAULT_PRECONDITION] = "precondition",
        [FAULT_TOO_LARGE] = "too_large",
        [FAULT_MEDIA_TYPE] = "media_type",
        [FAULT_INVALID] = "invalid",
        [FAULT_RATE_LIMITED] = "rate_limited",
        [FAULT_UNAVAILABLE] = "unavailable",
        [FAULT_TIMEOUT] = "timeout",
        [FAULT_INTERNAL] = "internal",
    };
    _Static_assert(ARRAY_LEN(names) == FAULT_INTERNAL + 1, "every kind");

    return kind <= FAULT_INTERNAL ? names[kind] : "unknown";
}
