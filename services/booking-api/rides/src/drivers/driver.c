// SPDX-License-Identifier: MIT
#include "drivers/driver.h"

#include "base/ascii.h"

enum { LAST4 = 4 };

const char *const driver_status_names[] = {"pending", "active", "suspended", "blocked", NULL};
const char *const document_kind_names[] = {"licence", "car",       "insurance",
                                           "medical", "technical", NULL};

int32_t driver_papers_until(const struct driver_document *documents, size_t count)
{
    int32_t until[DOCUMENT_KINDS];
    int32_t least = INT32_MAX;

    for (int kind = 0; kind < DOCUMENT_KINDS; kind++)
        until[kind] = FIELD_ABSENT32;
    for (size_t i = 0; i < count; i++)
        until[documents[i].kind] = documents[i].expires_on;
    for (int kind = DOCUMENT_LICENCE; kind <= DOCUMENT_INSURANCE; kind++)
        if (until[kind] < least)
            least = until[kind];
    return least;
}

static bool is_number_end(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!(ascii_is_digit(text.at[i]) || (text.at[i] >= 'A' && text.at[i] <= 'Z')))
            return false;
    return text.len == LAST4;
}

void driver_check(const void *value, struct fault_list *problems)
{
    const struct field_list *list = &((const struct driver *)value)->documents;
    const struct driver_document *documents = list->items;
    unsigned seen = 0;

    for (size_t i = 0; i < list->count; i++) {
        const unsigned bit = documents[i].kind >= 0 ? 1U << documents[i].kind : 0;

        if ((seen & bit) != 0)
            fault_list_add(problems, "documents", "repeated_document",
                           "There is more than one document %s.",
                           document_kind_names[documents[i].kind]);
        seen |= bit;
        if (documents[i].last4.at != NULL && !is_number_end(documents[i].last4))
            fault_list_add(problems, "documents", "bad_number",
                           "The last four digits or capital letters of the number.");
    }
}

bool driver_next_status(const struct driver *driver, enum driver_action action, int *to,
                        struct fault *fault)
{
    static const int goals[] = {
        [DRIVER_ACTIVATE] = DRIVER_ACTIVE,
        [DRIVER_SUSPEND] = DRIVER_SUSPENDED,
        [DRIVER_BLOCK] = DRIVER_BLOCKED,
    };

    if (driver->status == DRIVER_BLOCKED && action == DRIVER_SUSPEND)
        return fault_set(fault, FAULT_CONFLICT, "already_blocked", "The driver is blocked.");
    if (action == DRIVER_ACTIVATE && driver->papers_until == FIELD_ABSENT32)
        return fault_set(fault, FAULT_INVALID, "documents_missing",
                         "Licence, car and insurance are needed.");
    *to = goals[action];
    return true;
}

bool driver_may_drive(int status, int32_t papers_until, int32_t day, struct fault *fault)
{
    if (status == DRIVER_SUSPENDED)
        return fault_set(fault, FAULT_FORBIDDEN, "driver_suspended", "The driver is suspended.");
    if (status != DRIVER_ACTIVE)
        return fault_set(fault, FAULT_FORBIDDEN, "driver_not_active", "The driver is not active.");
    if (papers_until < day)
        return fault_set(fault, FAULT_FORBIDDEN, "document_expired",
                         "Licence, car and insurance must be valid through the arrival.");
    return true;
}
