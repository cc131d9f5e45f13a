// SPDX-License-Identifier: MIT
#include "clients/answer_values_json.h"

#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "base/text.h"

#include "telegram/text.h"

enum { LABEL_MAX = 64 /* UTF-16 units of the label of an action */ };

bool answer_fail_bad(const char *reason, struct fault *fault)
{
    return fault_set(fault, FAULT_INTERNAL, "bad_answer", "booking-api: %s.", reason);
}

static const struct foreign_member problem_members[] = {
    {"code", FOREIGN_TEXT, 0, NULL, 0},
};
const struct foreign answer_problem_table = FOREIGN_OF(problem_members, struct slice);

struct slice answer_read_problem_code(struct slice body, struct arena *arena)
{
    struct slice code;
    struct fault ignored;

    return foreign_read(&answer_problem_table, body, &code, arena, &ignored) ? code : SLICE_NONE;
}

bool answer_read(const struct foreign *table, struct slice body, void *out, struct arena *arena,
                 struct fault *fault)
{
    if (foreign_read(table, body, out, arena, fault))
        return true;
    return fault->kind != FAULT_UNAVAILABLE && answer_fail_bad("no JSON object", fault);
}

bool answer_read_page(const struct foreign *item_table, size_t items_max, struct slice body,
                      struct arena *arena, struct answer_page *out, struct fault *fault)
{
    const struct foreign_member members[] = {
        {"items",       FOREIGN_LIST, offsetof(struct answer_page, items), item_table, items_max},
        {"next_cursor", FOREIGN_TEXT, offsetof(struct answer_page, next),  NULL,       0        },
    };
    const struct foreign table = FOREIGN_OF(members, struct answer_page);

    return answer_read(&table, body, out, arena, fault) &&
           (out->items.items != NULL || answer_fail_bad("a list without items", fault));
}

static bool clean_and_copy_item(const struct answer_item *kind, void *item, void *out,
                                struct arena *arena, struct fault *fault)
{
    bool whole;

    if (!kind->clean(item, arena, &whole, fault))
        return false;
    if (!whole)
        return answer_fail_bad(kind->half, fault);
    memcpy(out, item, kind->table->size);
    return true;
}

bool answer_read_item(const struct answer_item *kind, struct slice body, void *out,
                      struct arena *arena, struct fault *fault)
{
    void *item = arena_alloc(arena, kind->table->size);

    if (item == NULL)
        return arena_fault(fault);
    return answer_read(kind->table, body, item, arena, fault) &&
           clean_and_copy_item(kind, item, out, arena, fault);
}

bool answer_read_first_item(const struct answer_item *kind, struct slice body, void *out,
                            struct arena *arena, struct fault *fault)
{
    struct answer_page page;

    return answer_read_page(kind->table, 1, body, arena, &page, fault) &&
           (page.items.count == 0 ||
            clean_and_copy_item(kind, page.items.items, out, arena, fault));
}

bool answer_omit_incomplete(const struct answer_item *kind, struct foreign_list *list,
                            struct arena *arena, struct fault *fault)
{
    const size_t size = kind->table->size;
    char *items = list->items;
    size_t count = 0;
    bool whole;

    for (size_t i = 0; i < list->count; i++) {
        char *item = items + i * size;
        if (!kind->clean(item, arena, &whole, fault))
            return false;
        if (whole)
            memmove(items + count++ * size, item, size);
    }
    list->count = count;
    return true;
}

bool answer_read_complete_items(const struct answer_item *kind, size_t items_max, struct slice body,
                                struct arena *arena, struct answer_page *out, struct fault *fault)
{
    struct answer_page page;

    if (!answer_read_page(kind->table, items_max, body, arena, &page, fault) ||
        !answer_omit_incomplete(kind, &page.items, arena, fault))
        return false;
    *out = (struct answer_page){page.items, answer_cursor_or_absent(page.next)};
    return true;
}

// clang-format off
static const struct foreign_member texts_members[] = {
    {"ru", FOREIGN_TEXT, offsetof(struct texts, ru), NULL, 0},
    {"kz", FOREIGN_TEXT, offsetof(struct texts, kz), NULL, 0},
    {"en", FOREIGN_TEXT, offsetof(struct texts, en), NULL, 0},
};
const struct foreign answer_texts_table = FOREIGN_OF(texts_members, struct texts);

static const struct foreign_member action_members[] = {
    {"action", FOREIGN_TEXT,   offsetof(struct answer_action, name),  NULL,                    0},
    {"label",  FOREIGN_OBJECT, offsetof(struct answer_action, label), &answer_texts_table, 0},
};
const struct foreign answer_action_table = FOREIGN_OF(action_members, struct answer_action);
// clang-format on

int64_t answer_money_or_absent(int64_t amount_tiyn)
{
    return money_is_sum(amount_tiyn) ? amount_tiyn : FIELD_ABSENT;
}

bool answer_clean_texts(struct texts *texts, size_t utf16_max, struct arena *arena,
                        struct fault *fault)
{
    return answer_clean_text(&texts->ru, utf16_max, arena, fault) &&
           answer_clean_text(&texts->kz, utf16_max, arena, fault) &&
           answer_clean_text(&texts->en, utf16_max, arena, fault);
}

bool answer_has_text(const struct texts *texts)
{
    return texts->ru.at != NULL || texts->kz.at != NULL || texts->en.at != NULL;
}

struct slice answer_cursor_or_absent(struct slice text)
{
    const bool good = text.len > 0 && text.len <= ANSWER_CURSOR_MAX && text_is_url_safe(text);

    return good ? text : SLICE_NONE;
}

bool answer_are_dates(int32_t check_in, int32_t check_out)
{
    return check_in != DATE_ABSENT && check_in < check_out;
}

bool answer_clean_text(struct slice *text, size_t utf16_max, struct arena *arena,
                       struct fault *fault)
{
    if (text->at == NULL)
        return true;
    *text = text_clean(arena, *text);
    if (text->at == NULL)
        return arena_fault(fault);
    text->len = telegram_text_cut(*text, utf16_max);
    if (text->len == 0 || text_has_control(*text) || text_has_long_mark_run(*text))
        *text = SLICE_NONE;
    return true;
}

bool answer_clean_name(struct slice *name, size_t utf16_max, struct arena *arena,
                       struct fault *fault)
{
    if (slice_is(*name, "erased")) /* a name of booking-api for erased people */
        *name = SLICE_NONE;
    return answer_clean_text(name, utf16_max, arena, fault);
}

bool answer_omit_unlabelled_actions(struct foreign_list *actions, struct arena *arena,
                                    struct fault *fault)
{
    struct answer_action *items = actions->items;
    size_t count = 0;

    for (size_t i = 0; i < actions->count; i++) {
        if (!answer_clean_texts(&items[i].label, LABEL_MAX, arena, fault))
            return false;
        if (answer_has_text(&items[i].label))
            items[count++] = items[i];
    }
    actions->count = count;
    return true;
}

const struct answer_action *answer_find_action(const struct foreign_list *actions, const char *name)
{
    const struct answer_action *items = actions->items;

    for (size_t i = 0; i < actions->count; i++)
        if (slice_is(items[i].name, name))
            return &items[i];
    return NULL;
}

bool answer_list_contains(const struct foreign_list *texts, const char *text)
{
    const struct slice *items = texts->items;

    for (size_t i = 0; i < texts->count; i++)
        if (slice_is(items[i], text))
            return true;
    return false;
}

struct slice answer_phone_or_absent(struct slice text, struct arena *arena)
{
    char phone[PHONE_MAX + 1];

    return text_normalize_phone(text, phone) ? arena_copy(arena, slice_of(phone)) : SLICE_NONE;
}
