// SPDX-License-Identifier: MIT
/* Values in booking-api's answers: money, texts, ids, times, nights. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"
#include "base/value.h"
#include "json/foreign.h"

enum { STAY_CURSOR_MAX = 200 /* bytes; cursors of booking-api are shorter */ };

/* Sets the fault of an answer that cannot be used; `reason` says what is wrong. Returns false. */
bool stay_fail_bad_answer(const char *reason, struct fault *fault);

/* A problem (RFC 9457), or an element of its member `errors`: a struct slice, the code. */
extern const struct foreign stay_value_problem_table;
/* The code of a problem; absent if there is none. */
struct slice stay_value_read_problem_code(struct slice body, struct arena *arena);

/* Reads an answer by the table. False: the fault of stay_fail_bad_answer(), or FAULT_UNAVAILABLE.
 */
bool stay_value_read(const struct foreign *table, struct slice body, void *out, struct arena *arena,
                     struct fault *fault) MUST_CHECK;

/* One page of a list that booking-api returned. */
struct stay_value_page {
    struct foreign_list items;
    struct slice next; /* cursor of the next page; may be absent or unusable */
};
/* Reads a list of at most `items_max` items; `item_table` is the table of one item. A fault if the
 * answer has no member "items". */
bool stay_value_read_page(const struct foreign *item_table, size_t items_max, struct slice body,
                          struct arena *arena, struct stay_value_page *out,
                          struct fault *fault) MUST_CHECK;

/* How one kind of item is read: by which table, and how the read values are cleaned. */
struct stay_item {
    const struct foreign *table;
    /* Sets unusable values to absent. `is_complete` is true if no required value is absent. */
    bool (*clean)(void *item, struct arena *arena, bool *is_complete, struct fault *fault);
    const char *half; /* `reason` of stay_fail_bad_answer() if a required value is absent */
};
/* Reads an answer that is one item. */
bool stay_value_read_item(const struct stay_item *kind, struct slice body, void *out,
                          struct arena *arena, struct fault *fault) MUST_CHECK;
/* Reads the first item of a list. If the list is empty, `out` does not change. */
bool stay_value_read_first_item(const struct stay_item *kind, struct slice body, void *out,
                                struct arena *arena, struct fault *fault) MUST_CHECK;
/* Omits the items of a list that lack a required value. */
bool stay_value_omit_incomplete(const struct stay_item *kind, struct foreign_list *list,
                                struct arena *arena, struct fault *fault) MUST_CHECK;
/* Reads a list of at most `items_max` items, and omits items that lack a required value.
 * `out->next` is absent if it is unusable. */
bool stay_value_read_complete_items(const struct stay_item *kind, size_t items_max,
                                    struct slice body, struct arena *arena,
                                    struct stay_value_page *out, struct fault *fault) MUST_CHECK;
/* Define `function_`, which reads an answer that is one item, or a list into a struct whose members
 * are the items, their number and the cursor of the next page. */
#define STAY_READ_ITEM(function_, type_, kind_)                                                    \
    bool function_(struct slice body, struct arena *arena, type_ *out, struct fault *fault)        \
    {                                                                                              \
        return stay_value_read_item(&(kind_), body, out, arena, fault);                            \
    }
#define STAY_READ_LIST(function_, type_, kind_, max_)                                              \
    bool function_(struct slice body, struct arena *arena, type_ *out, struct fault *fault)        \
    {                                                                                              \
        struct stay_value_page page;                                                               \
                                                                                                   \
        if (!stay_value_read_complete_items(&(kind_), (max_), body, arena, &page, fault))          \
            return false;                                                                          \
        *out = (type_){page.items.items, page.items.count, page.next};                             \
        return true;                                                                               \
    }

/* Returns `amount_tiyn` if it can be a sum (money_is_sum()); else FIELD_ABSENT. */
int64_t stay_value_money_or_absent(int64_t amount_tiyn);

/* A text in three languages: struct texts. */
extern const struct foreign stay_value_texts_table;
/* Trims and checks the text of each language by stay_clean_text(). */
bool stay_value_clean_texts(struct texts *texts, size_t utf16_max, struct arena *arena,
                            struct fault *fault) MUST_CHECK;
bool stay_value_has_text(const struct texts *texts);

/* The tiers of a cancellation policy, sorted by time. Only the first tier is read, because in the
 * policies of booking-api only the first can be free. */
enum { STAY_TIERS_MAX = 1 };
extern const struct foreign stay_value_tier_table;
#define STAY_FREE_ALWAYS INT64_MAX
/* The end of free cancellation, in microseconds UTC; STAY_FREE_ALWAYS: it has no end; FIELD_ABSENT:
 * it is not free. */
int64_t stay_value_free_cancel_until(const struct foreign_list *tiers);
enum { STAY_POLICY_MAX = 500 }; /* UTF-16 units of a cancellation policy as a text */

/* A line of an itemised price. */
struct stay_line {
    struct slice kind;
    bool of_night; /* the line is about one night */
    struct texts text;
    int64_t amount; /* tiyn; negative for a discount */
};
struct stay_lines {
    const struct stay_line *items; /* in the arena */
    size_t count;                  /* 0 if a line cannot be read */
    struct foreign_list list;      /* as received */
};
enum { STAY_LINES_MAX = 400 /* 366 nights and other items */ };
extern const struct foreign stay_value_line_table;
/* Sets `items` and `count` from `list`. */
bool stay_value_clean_lines(struct stay_lines *lines, struct arena *arena,
                            struct fault *fault) MUST_CHECK;

/* The member allowed_actions: what the caller may do now. */
enum { STAY_ACTIONS_MAX = 16 };
struct stay_action {
    struct slice name;
    struct texts label;
};
extern const struct foreign stay_value_action_table;
/* Keeps the actions that have a label. */
bool stay_value_omit_unlabelled_actions(struct foreign_list *actions, struct arena *arena,
                                        struct fault *fault) MUST_CHECK;
/* Finds the action `name`; NULL: it is not allowed now. */
const struct stay_action *stay_value_find_action(const struct foreign_list *actions,
                                                 const char *name);

/* Whether the list of texts (FOREIGN_TEXTS) contains `text`. */
bool stay_value_list_contains(const struct foreign_list *texts, const char *text);

/* The phone number in `text`; absent if it is invalid. */
struct slice stay_value_phone_or_absent(struct slice text, struct arena *arena);

/* The cursor in `text`; absent if it is too long for the dialogue or not URL-safe. */
struct slice stay_value_cursor_or_absent(struct slice text);
/* Whether the dates can be those of a stay: neither is absent, and check_in is before check_out. */
bool stay_value_are_stay_dates(int32_t check_in, int32_t check_out);

/* Cleans the name of a person by stay_clean_text(). Absent if the person was erased. */
bool stay_clean_name(struct slice *name, size_t utf16_max, struct arena *arena,
                     struct fault *fault) MUST_CHECK;
/* Cleans a text from outside, for storage and for booking-api: trimmed, NFC, at most `utf16_max`
 * UTF-16 units. Absent if nothing is left, or if it contains what booking-api refuses: control
 * characters or a long run of combining marks. */
bool stay_clean_text(struct slice *text, size_t utf16_max, struct arena *arena,
                     struct fault *fault) MUST_CHECK;
