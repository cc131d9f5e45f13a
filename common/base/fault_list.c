// SPDX-License-Identifier: MIT
/* Faults that name bad fields or have further members. Both are in an arena. */
#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault_private.h"

bool fault_set_field(struct fault *fault, struct arena *arena, const char *field, const char *code,
                     const char *format, ...)
{
    struct fault made = {.kind = FAULT_INVALID, .code = code};
    struct fault_field *entry = arena_alloc(arena, sizeof *entry);
    va_list args;

    va_start(args, format);
    fault_set_detail(made.detail, format, args);
    va_end(args);
    if (entry != NULL) {
        entry->code = code;
        fault_copy_shortened(entry->field, sizeof entry->field, field);
        memcpy(entry->detail, made.detail, sizeof entry->detail);
        made.fields = entry;
        made.field_count = 1;
    }
    *fault = made;
    return false;
}

bool fault_set_members(struct fault *fault, struct slice members)
{
    fault->members = members;
    return members.at != NULL ? false : arena_fault(fault);
}

void fault_list_init(struct fault_list *list, struct arena *arena)
{
    *list = (struct fault_list){.arena = arena};
}

bool fault_list_has(const struct fault_list *list, const char *field)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->fields[i].field, field) == 0)
            return true;
    return list->earlier != NULL && fault_list_has(list->earlier, field);
}

void fault_list_add(struct fault_list *list, const char *field, const char *code,
                    const char *format, ...)
{
    struct fault_field *entry;
    va_list args;

    list->seen++;
    if (list->fields == NULL)
        list->fields = arena_alloc(list->arena, FAULT_FIELDS_MAX * sizeof *list->fields);
    if (list->fields == NULL || list->count == FAULT_FIELDS_MAX)
        return;
    entry = &list->fields[list->count++];
    entry->code = code;
    fault_copy_shortened(entry->field, sizeof entry->field, field);
    va_start(args, format);
    fault_set_detail(entry->detail, format, args);
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
