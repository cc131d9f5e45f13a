// SPDX-License-Identifier: MIT
/* Filling a fault. */
#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

/* Cuts between characters: a sentence that quotes the client's text must stay UTF-8. */
static void copy_cut(char *out, size_t room, const char *text)
{
    size_t len = text_cut(slice_of(text), room - 1);

    memcpy(out, text, len);
    out[len] = '\0';
}

static void PRINTF_LIKE(2, 0)
    set_detail(char out[FAULT_DETAIL_MAX], const char *format, va_list args)
{
    char text[FAULT_DETAIL_MAX + 8];

    if (vsnprintf(text, sizeof(text), format, args) < 0)
        text[0] = '\0';
    copy_cut(out, FAULT_DETAIL_MAX, text);
}

bool fault_set(struct fault *fault, enum fault_kind kind, const char *code, const char *format, ...)
{
    struct fault made = {.kind = kind, .code = code};
    va_list args;

    va_start(args, format);
    set_detail(made.detail, format, args);
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

bool fault_set_field(struct fault *fault, struct arena *arena, const char *field, const char *code,
                     const char *format, ...)
{
    struct fault made = {.kind = FAULT_INVALID, .code = code};
    struct fault_field *entry = arena_alloc(arena, sizeof(*entry));
    va_list args;

    va_start(args, format);
    set_detail(made.detail, format, args);
    va_end(args);
    if (entry != NULL) {
        entry->code = code;
        copy_cut(entry->field, sizeof(entry->field), field);
        memcpy(entry->detail, made.detail, sizeof(entry->detail));
        made.fields = entry;
        made.field_count = 1;
    }
    *fault = made;
    return false;
}

void fault_list_init(struct fault_list *list, struct arena *arena)
{
    *list = (struct fault_list){.arena = arena};
}

void fault_list_add(struct fault_list *list, const char *field, const char *code,
                    const char *format, ...)
{
    struct fault_field *entry;
    va_list args;

    list->seen++;
    if (list->fields == NULL)
        list->fields = arena_alloc(list->arena, FAULT_FIELDS_MAX * sizeof(*list->fields));
    if (list->fields == NULL || list->count == FAULT_FIELDS_MAX)
        return;
    entry = &list->fields[list->count++];
    entry->code = code;
    copy_cut(entry->field, sizeof(entry->field), field);
    va_start(args, format);
    set_detail(entry->detail, format, args);
    va_end(args);
}

bool fault_list_ok(const struct fault_list *list, struct fault *fault)
{
    if (list->seen == 0)
        return true;
    if (list->seen == 1 && list->count == 1)
        fault_set(fault, FAULT_INVALID, list->fields[0].code, "%s", list->fields[0].detail);
    else
        fault_set(fault, FAULT_INVALID, "invalid", "The input has %zu problem%s", list->seen,
                  list->seen == 1 ? "" : "s");
    fault->fields = list->fields;
    fault->field_count = list->count;
    return false;
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
