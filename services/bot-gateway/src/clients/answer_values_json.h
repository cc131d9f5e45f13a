// SPDX-License-Identifier: MIT
/* Values in booking-api's answers: money, texts, ids, times, nights. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"
#include "base/value.h"
#include "json/foreign.h"

enum {
    ANSWER_CURSOR_MAX = 200, /* bytes; cursors of booking-api are shorter */
    ANSWER_TITLE_MAX = 200   /* UTF-16 units, of titles and names */
};

/* Sets the fault of an answer that cannot be used; `reason` says what is wrong. Returns false. */
bool answer_fail_bad(const char *reason, struct fault *fault);

/* A problem (RFC 9457), or an element of its member `errors`: a struct slice, the code. */
extern const struct foreign answer_problem_table;
/* The code of a problem; absent if there is none. */
struct slice answer_read_problem_code(struct slice body, struct arena *arena);

/* Reads an answer by the table. False: the fault of answer_fail_bad(), or FAULT_UNAVAILABLE.
 */
bool answer_read(const struct foreign *table, struct slice body, void *out, struct arena *arena,
                 struct fault *fault) MUST_CHECK;

/* One page of a list that booking-api returned. */
struct answer_page {
    struct foreign_list items;
    struct slice next; /* cursor of the next page; may be absent or unusable */
};
/* Reads a list of at most `items_max` items; `item_table` is the table of one item. A fault if the
 * answer has no member "items". */
bool answer_read_page(const struct foreign *item_table, size_t items_max, struct slice body,
                      struct arena *arena, struct answer_page *out, struct fault *fault) MUST_CHECK;

/* How one kind of item is read: by which table, and how the read values are cleaned. */
struct answer_item {
    const struct foreign *table;
    /* Sets unusable values to absent. `is_complete` is true if no required value is absent. */
    bool (*clean)(void *item, struct arena *arena, bool *is_complete, struct fault *fault);
    const char *half; /* `reason` of answer_fail_bad() if a required value is absent */
};
/* Reads an answer that is one item. */
bool answer_read_item(const struct answer_item *kind, struct slice body, void *out,
                      struct arena *arena, struct fault *fault) MUST_CHECK;
/* Reads the first item of a list. If the list is empty, `out` does not change. */
bool answer_read_first_item(const struct answer_item *kind, struct slice body, void *out,
                            struct arena *arena, struct fault *fault) MUST_CHECK;
/* Omits the items of a list that lack a required value. */
bool answer_omit_incomplete(const struct answer_item *kind, struct foreign_list *list,
                            struct arena *arena, struct fault *fault) MUST_CHECK;
/* Reads a list of at most `items_max` items, and omits items that lack a required value.
 * `out->next` is absent if it is unusable. */
bool answer_read_complete_items(const struct answer_item *kind, size_t items_max, struct slice body,
                                struct arena *arena, struct answer_page *out,
                                struct fault *fault) MUST_CHECK;
/* Define `function_`, which reads an answer that is one item, or a list into a struct whose members
 * are the items, their number and the cursor of the next page. */
#define ANSWER_READ_ITEM(function_, type_, kind_)                                                  \
    bool function_(struct slice body, struct arena *arena, type_ *out, struct fault *fault)        \
    {                                                                                              \
        return answer_read_item(&(kind_), body, out, arena, fault);                                \
    }
#define ANSWER_READ_LIST(function_, type_, kind_, max_)                                            \
    bool function_(struct slice body, struct arena *arena, type_ *out, struct fault *fault)        \
    {                                                                                              \
        struct answer_page page;                                                                   \
                                                                                                   \
        if (!answer_read_complete_items(&(kind_), (max_), body, arena, &page, fault))              \
            return false;                                                                          \
        *out = (type_){page.items.items, page.items.count, page.next};                             \
        return true;                                                                               \
    }

/* Returns `amount_tiyn` if it can be a sum (money_is_sum()); else FIELD_ABSENT. */
int64_t answer_money_or_absent(int64_t amount_tiyn);

/* A text in three languages: struct texts. */
extern const struct foreign answer_texts_table;
/* Trims and checks the text of each language by answer_clean_text(). */
bool answer_clean_texts(struct texts *texts, size_t utf16_max, struct arena *arena,
                        struct fault *fault) MUST_CHECK;
bool answer_has_text(const struct texts *texts);

enum { ANSWER_POLICY_MAX = 500 }; /* UTF-16 units of a cancellation policy as a text */

/* The member allowed_actions: what the caller may do now. */
enum { ANSWER_ACTIONS_MAX = 16 };
struct answer_action {
    struct slice name;
    struct texts label;
};
extern const struct foreign answer_action_table;
/* Keeps the actions that have a label. */
bool answer_omit_unlabelled_actions(struct foreign_list *actions, struct arena *arena,
                                    struct fault *fault) MUST_CHECK;
/* Finds the action `name`; NULL: it is not allowed now. */
const struct answer_action *answer_find_action(const struct foreign_list *actions,
                                               const char *name);

/* Whether the list of texts (FOREIGN_TEXTS) contains `text`. */
bool answer_list_contains(const struct foreign_list *texts, const char *text);

/* The phone number in `text`; absent if it is invalid. */
struct slice answer_phone_or_absent(struct slice text, struct arena *arena);

/* The cursor in `text`; absent if it is too long for the dialogue or not URL-safe. */
struct slice answer_cursor_or_absent(struct slice text);
/* Whether the dates can be those of a stay: neither is absent, and check_in is before check_out. */
bool answer_are_dates(int32_t check_in, int32_t check_out);

/* Cleans the name of a person by answer_clean_text(). Absent if the person was erased. */
bool answer_clean_name(struct slice *name, size_t utf16_max, struct arena *arena,
                       struct fault *fault) MUST_CHECK;
/* Cleans a text from outside, for storage and for booking-api: trimmed, NFC, at most `utf16_max`
 * UTF-16 units. Absent if nothing is left, or if it contains what booking-api refuses: control
 * characters or a long run of combining marks. */
bool answer_clean_text(struct slice *text, size_t utf16_max, struct arena *arena,
                       struct fault *fault) MUST_CHECK;
