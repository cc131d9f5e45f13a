// SPDX-License-Identifier: MIT
#include "drivers/driver.h"

#include <stdio.h>

#include "api/steps.h"
#include "base/ascii.h"

enum { LAST4 = 4 };

enum { STAFF = TRANSITION_BY_STAFF, HAS_DOCUMENTS = 1 };

const char *const driver_status_names[] = {"pending", "active", "suspended", "blocked", NULL};
static const char *const already[] = {"already_pending", "already_active", "already_suspended",
                                      "already_blocked"};
const char *const document_kind_names[] = {"licence", "car",       "insurance",
                                           "medical", "technical", NULL};

// clang-format off
static const struct transition_action actions[DRIVER_ACTION_COUNT] = {
    [DRIVER_ACTIVATE] = {"activate", "driver.activate", {TEXTS_LITERAL("Включить"), TEXTS_LITERAL("Қосу"), TEXTS_LITERAL("Activate")}},
    [DRIVER_SUSPEND]  = {"suspend", "driver.suspend", {TEXTS_LITERAL("Приостановить"), TEXTS_LITERAL("Тоқтата тұру"), TEXTS_LITERAL("Suspend")}},
    [DRIVER_BLOCK]    = {"block", "driver.block", {TEXTS_LITERAL("Заблокировать"), TEXTS_LITERAL("Бұғаттау"), TEXTS_LITERAL("Block")}},
};

/* Bits of statuses. */
enum { PENDING = 1 << DRIVER_PENDING, ACTIVE = 1 << DRIVER_ACTIVE, SUSPENDED = 1 << DRIVER_SUSPENDED, BLOCKED = 1 << DRIVER_BLOCKED };

/* action, from, to, actors, conditions */
static const struct transition rows[] = {
    {DRIVER_ACTIVATE, PENDING | SUSPENDED | BLOCKED, DRIVER_ACTIVE,    STAFF, HAS_DOCUMENTS},
    {DRIVER_SUSPEND,  PENDING | ACTIVE,              DRIVER_SUSPENDED, STAFF, 0},
    {DRIVER_BLOCK,    PENDING | ACTIVE | SUSPENDED,  DRIVER_BLOCKED,   STAFF, 0},
};

static const struct transition_refusal refusals[] = {
    {HAS_DOCUMENTS, FAULT_CONFLICT, "documents_missing", "Licence, car and insurance are needed."},
};
// clang-format on

const struct transition_machine driver_machine = {
    .noun = "driver",
    .rows = rows,
    .row_count = ARRAY_LEN(rows),
    .actions = actions,
    .action_count = DRIVER_ACTION_COUNT,
    .statuses = driver_status_names,
    .already = already,
    .refusals = refusals,
    .refusal_count = ARRAY_LEN(refusals),
};

int32_t driver_documents_valid_until(const struct driver_document *documents, size_t count)
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

static bool is_valid_last4(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!(ascii_is_digit(text.at[i]) || (text.at[i] >= 'A' && text.at[i] <= 'Z')))
            return false;
    return text.len == LAST4;
}

void driver_check_documents(const void *value, struct fault_list *problems)
{
    const struct field_list *list = &((const struct driver *)value)->documents;
    const struct driver_document *documents = list->items;
    unsigned seen = 0;
    char field[FAULT_FIELD_MAX];

    for (size_t i = 0; i < list->count; i++) {
        const unsigned bit = documents[i].kind >= 0 ? 1U << documents[i].kind : 0;

        if ((seen & bit) != 0) {
            snprintf(field, sizeof field, "documents/%zu/kind", i);
            fault_list_add(problems, field, "repeated_document",
                           "There is more than one document %s.",
                           document_kind_names[documents[i].kind]);
        }
        seen |= bit;
        if (documents[i].last4.at != NULL && !is_valid_last4(documents[i].last4)) {
            snprintf(field, sizeof field, "documents/%zu/last4", i);
            fault_list_add(problems, field, "bad_number",
                           "The last four digits or capital letters of the number.");
        }
    }
}

struct transition_state driver_state(const struct driver *driver)
{
    return (struct transition_state){
        driver->status, driver->papers_until != FIELD_ABSENT32 ? (unsigned)HAS_DOCUMENTS : 0U};
}

bool driver_action_is_repeated(const struct driver *driver, enum driver_action action,
                               struct slice actor_text)
{
    /* The previous status is not stored. `pending` stands for it, because each action may follow
     * `pending`. */
    const struct step_last last = {slice_of(driver_status_names[DRIVER_PENDING]),
                                   slice_of(driver_status_names[driver->status]),
                                   driver->changed_by};

    return transition_repeats(&driver_machine, &last, driver->status, (int)action, actor_text);
}

bool driver_may_drive(int status, int32_t papers_until, int32_t arrival_day, struct fault *fault)
{
    if (status == DRIVER_SUSPENDED)
        return fault_set(fault, FAULT_FORBIDDEN, "driver_suspended", "The driver is suspended.");
    if (status != DRIVER_ACTIVE)
        return fault_set(fault, FAULT_FORBIDDEN, "driver_not_active", "The driver is not active.");
    if (papers_until < arrival_day)
        return fault_set(fault, FAULT_FORBIDDEN, "document_expired",
                         "Licence, car and insurance must be valid through the arrival.");
    return true;
}
