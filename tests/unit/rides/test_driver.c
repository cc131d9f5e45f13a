// SPDX-License-Identifier: MIT
/* Status and documents of drivers. */
#include "drivers/driver.h"
#include "support/scratch.h"
#include "support/test.h"

TEST_CASE("drivers");

enum { DAY = 20000 };

TEST(documents_are_valid_until_the_first_expiry)
{
    const struct driver_document documents[] = {
        {DOCUMENT_LICENCE,   SLICE("0001"), DAY + 9},
        {DOCUMENT_CAR,       SLICE("0002"), DAY + 5},
        {DOCUMENT_INSURANCE, SLICE("0003"), DAY + 7},
        {DOCUMENT_MEDICAL,   SLICE("0004"), DAY - 1}, /* not required */
    };

    ck_assert_int_eq(driver_documents_valid_until(documents, 4), DAY + 5);
    ck_assert_int_eq(driver_documents_valid_until(documents, 3), DAY + 5);
    ck_assert_int_eq(driver_documents_valid_until(documents, 2), FIELD_ABSENT32);
    ck_assert_int_eq(driver_documents_valid_until(NULL, 0), FIELD_ABSENT32);
}

static void check_documents(struct driver_document *documents, size_t count,
                            struct fault_list *problems)
{
    const struct driver driver = {
        .documents = {documents, count}
    };

    driver_check_documents(&driver, problems);
}

TEST(duplicate_or_malformed_documents_are_refused)
{
    struct driver_document documents[] = {
        {DOCUMENT_CAR, SLICE("12AB"), DAY},
        {DOCUMENT_CAR, SLICE("12ab"), DAY},
    };
    struct fault_list problems;

    fault_list_init(&problems, &arena);
    check_documents(documents, 1, &problems);
    ck_assert_uint_eq(problems.count, 0);
    struct driver_document refused = {.kind = -1, .expires_on = FIELD_ABSENT32};
    check_documents(&refused, 1, &problems);
    ck_assert_uint_eq(problems.count, 0);
    check_documents(documents, 2, &problems);
    ck_assert_uint_eq(problems.count, 2);
    ck_assert_str_eq(problems.fields[0].code, "repeated_document");
    ck_assert_str_eq(problems.fields[0].field, "documents/1/kind");
    ck_assert_str_eq(problems.fields[1].code, "bad_number");
    ck_assert_str_eq(problems.fields[1].field, "documents/1/last4");
}

/* Is the action in allowed_actions of staff? */
static bool is_listed(const struct driver *driver, enum driver_action action)
{
    struct transition_allowed allowed[TRANSITION_ACTIONS_MAX];
    const size_t count =
        transition_allowed(&driver_machine, driver_state(driver), TRANSITION_BY_STAFF, allowed);
    bool found = false;

    for (size_t i = 0; i < count; i++)
        found |= allowed[i].row->action == (int)action;
    return found;
}

/* From each status by each action: the next status, or the refusal. */
TEST(staff_change_driver_status)
{
    static const struct {
        int from;
        enum driver_action action;
        bool papers;
        int to; /* -1: refused */
        const char *code;
    } cases[] = {
        {DRIVER_PENDING,   DRIVER_ACTIVATE, true,  DRIVER_ACTIVE,    NULL               },
        {DRIVER_PENDING,   DRIVER_ACTIVATE, false, -1,               "documents_missing"},
        {DRIVER_PENDING,   DRIVER_SUSPEND,  false, DRIVER_SUSPENDED, NULL               },
        {DRIVER_PENDING,   DRIVER_BLOCK,    false, DRIVER_BLOCKED,   NULL               },
        {DRIVER_ACTIVE,    DRIVER_ACTIVATE, true,  -1,               "already_active"   },
        {DRIVER_ACTIVE,    DRIVER_SUSPEND,  true,  DRIVER_SUSPENDED, NULL               },
        {DRIVER_ACTIVE,    DRIVER_BLOCK,    true,  DRIVER_BLOCKED,   NULL               },
        {DRIVER_SUSPENDED, DRIVER_ACTIVATE, true,  DRIVER_ACTIVE,    NULL               },
        {DRIVER_SUSPENDED, DRIVER_SUSPEND,  true,  -1,               "already_suspended"},
        {DRIVER_SUSPENDED, DRIVER_BLOCK,    true,  DRIVER_BLOCKED,   NULL               },
        {DRIVER_BLOCKED,   DRIVER_ACTIVATE, true,  DRIVER_ACTIVE,    NULL               },
        {DRIVER_BLOCKED,   DRIVER_SUSPEND,  true,  -1,               "already_blocked"  },
        {DRIVER_BLOCKED,   DRIVER_BLOCK,    true,  -1,               "already_blocked"  },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct driver driver = {.status = cases[i].from,
                                      .papers_until = cases[i].papers ? DAY : FIELD_ABSENT32};
        const int action = (int)cases[i].action;
        int to = -1;
        ck_assert_int_eq(transition_check(&driver_machine, driver_state(&driver), action,
                                          TRANSITION_BY_STAFF, &to, &fault),
                         cases[i].to >= 0);
        ck_assert_int_eq(to, cases[i].to);
        if (cases[i].code != NULL) {
            ck_assert_str_eq(fault.code, cases[i].code);
            ck_assert_int_eq(fault.kind, FAULT_CONFLICT);
        }
        ck_assert_int_eq(is_listed(&driver, cases[i].action), cases[i].to >= 0);
        ck_assert(!transition_check(&driver_machine, driver_state(&driver), action,
                                    TRANSITION_BY_SYSTEM, NULL, &fault));
        ck_assert_str_eq(fault.code, "forbidden");
    }
}

TEST(driver_needs_active_status_and_valid_documents)
{
    ck_assert(driver_may_drive(DRIVER_ACTIVE, DAY, DAY, &fault));
    ck_assert(!driver_may_drive(DRIVER_ACTIVE, DAY, DAY + 1, &fault));
    ck_assert_str_eq(fault.code, "document_expired");
    ck_assert(!driver_may_drive(DRIVER_ACTIVE, FIELD_ABSENT32, DAY, &fault));
    ck_assert_str_eq(fault.code, "document_expired");
    ck_assert(!driver_may_drive(DRIVER_SUSPENDED, DAY, DAY, &fault));
    ck_assert_str_eq(fault.code, "driver_suspended");
    ck_assert(!driver_may_drive(DRIVER_PENDING, DAY, DAY, &fault));
    ck_assert_str_eq(fault.code, "driver_not_active");
    ck_assert(!driver_may_drive(DRIVER_BLOCKED, DAY, DAY, &fault));
    ck_assert_str_eq(fault.code, "driver_not_active");
}
