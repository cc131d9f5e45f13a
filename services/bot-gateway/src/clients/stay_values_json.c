// SPDX-License-Identifier: MIT
#include "clients/stay_values_json.h"

#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "base/text.h"

#include "telegram/text.h"

enum { LINE_MAX = 64 /* UTF-16 units of the text of a line, or of the label of an action */ };

bool stay_fail_bad_answer(const char *reason, struct fault *fault)
{
    return fault_set(fault, FAULT_INTERNAL, "bad_answer", "booking-api: %s.", reason);
}

static const struct foreign_member problem_members[] = {
    {"code", FOREIGN_TEXT, 0, NULL, 0},
};
const struct foreign stay_value_problem_table = FOREIGN_OF(problem_members, struct slice);

struct slice stay_value_read_problem_code(struct slice body, struct arena *arena)
{
    struct slice code;
    struct fault ignored;

    return foreign_read(&stay_value_problem_table, body, &code, arena, &ignored) ? code
                                                                                 : SLICE_NONE;
}

bool stay_value_read(const struct foreign *table, struct slice body, void *out, struct arena *arena,
                     struct fault *fault)
{
    if (foreign_read(table, body, out, arena, fault))
        return true;
    return fault->kind != FAULT_UNAVAILABLE && stay_fail_bad_answer("no JSON object", fault);
}

bool stay_value_read_page(const struct foreign *item_table, size_t items_max, struct slice body,
                          struct arena *arena, struct stay_value_page *out, struct fault *fault)
{
    const struct foreign_member members[] = {
        {"items",       FOREIGN_LIST, offsetof(struct stay_value_page, items), item_table, items_max},
        {"next_cursor", FOREIGN_TEXT, offsetof(struct stay_value_page, next),  NULL,       0        },
    };
    const struct foreign table = FOREIGN_OF(members, struct stay_value_page);

    return stay_value_read(&table, body, out, arena, fault) &&
           (out->items.items != NULL || stay_fail_bad_answer("a list without items", fault));
}

static bool clean_and_copy_item(const struct stay_item *kind, void *item, void *out,
                                struct arena *arena, struct fault *fault)
{
    bool whole;

    if (!kind->clean(item, arena, &whole, fault))
        return false;
    if (!whole)
        return stay_fail_bad_answer(kind->half, fault);
    memcpy(out, item, kind->table->size);
    return true;
}

bool stay_value_read_item(const struct stay_item *kind, struct slice body, void *out,
                          struct arena *arena, struct fault *fault)
{
    void *item = arena_alloc(arena, kind->table->size);

    if (item == NULL)
        return arena_fault(fault);
    return stay_value_read(kind->table, body, item, arena, fault) &&
           clean_and_copy_item(kind, item, out, arena, fault);
}

bool stay_value_read_first_item(const struct stay_item *kind, struct slice body, void *out,
                                struct arena *arena, struct fault *fault)
{
    struct stay_value_page page;

    return stay_value_read_page(kind->table, 1, body, arena, &page, fault) &&
           (page.items.count == 0 ||
            clean_and_copy_item(kind, page.items.items, out, arena, fault));
}

bool stay_value_omit_incomplete(const struct stay_item *kind, struct foreign_list *list,
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

bool stay_value_read_complete_items(const struct stay_item *kind, size_t items_max,
                                    struct slice body, struct arena *arena,
                                    struct stay_value_page *out, struct fault *fault)
{
    struct stay_value_page page;

    if (!stay_value_read_page(kind->table, items_max, body, arena, &page, fault) ||
        !stay_value_omit_incomplete(kind, &page.items, arena, fault))
        return false;
    *out = (struct stay_value_page){page.items, stay_value_cursor_or_absent(page.next)};
    return true;
}

// clang-format off
static const struct foreign_member texts_members[] = {
    {"ru", FOREIGN_TEXT, offsetof(struct texts, ru), NULL, 0},
    {"kz", FOREIGN_TEXT, offsetof(struct texts, kz), NULL, 0},
    {"en", FOREIGN_TEXT, offsetof(struct texts, en), NULL, 0},
};
const struct foreign stay_value_texts_table = FOREIGN_OF(texts_members, struct texts);

struct wire_tier {
    int64_t until;
    int64_t kept;
};
static const struct foreign_member tier_members[] = {
    {"until",       FOREIGN_TIME, offsetof(struct wire_tier, until), NULL, 0},
    {"kept/amount", FOREIGN_INT,  offsetof(struct wire_tier, kept),  NULL, 0},
};
const struct foreign stay_value_tier_table = FOREIGN_OF(tier_members, struct wire_tier);

static const struct foreign_member line_members[] = {
    {"kind",          FOREIGN_TEXT,   offsetof(struct stay_line, kind),   NULL,                    0},
    {"date",          FOREIGN_PRESENT, offsetof(struct stay_line, of_night),   NULL,                    0},
    {"text",          FOREIGN_OBJECT, offsetof(struct stay_line, text),   &stay_value_texts_table, 0},
    {"amount/amount", FOREIGN_INT,    offsetof(struct stay_line, amount), NULL,                    0},
};
const struct foreign stay_value_line_table = FOREIGN_OF(line_members, struct stay_line);

static const struct foreign_member action_members[] = {
    {"action", FOREIGN_TEXT,   offsetof(struct stay_action, name),  NULL,                    0},
    {"label",  FOREIGN_OBJECT, offsetof(struct stay_action, label), &stay_value_texts_table, 0},
};
const struct foreign stay_value_action_table = FOREIGN_OF(action_members, struct stay_action);
// clang-format on

int64_t stay_value_money_or_absent(int64_t amount_tiyn)
{
    return money_is_sum(amount_tiyn) ? amount_tiyn : FIELD_ABSENT;
}

bool stay_value_clean_texts(struct texts *texts, size_t utf16_max, struct arena *arena,
                            struct fault *fault)
{
    return stay_clean_text(&texts->ru, utf16_max, arena, fault) &&
           stay_clean_text(&texts->kz, utf16_max, arena, fault) &&
           stay_clean_text(&texts->en, utf16_max, arena, fault);
}

bool stay_value_has_text(const struct texts *texts)
{
    return texts->ru.at != NULL || texts->kz.at != NULL || texts->en.at != NULL;
}

struct slice stay_value_cursor_or_absent(struct slice text)
{
    const bool good = text.len > 0 && text.len <= STAY_CURSOR_MAX && text_is_url_safe(text);
    return good ? text : SLICE_NONE;
}

int64_t stay_value_free_cancel_until(const struct foreign_list *tiers)
{
    const struct wire_tier *first = tiers->items;
    const bool is_free = tiers->count > 0 && stay_value_money_or_absent(first->kept) == 0;

    if (!is_free)
        return FIELD_ABSENT;
    return first->until == FIELD_ABSENT ? STAY_FREE_ALWAYS : first->until;
}

bool stay_value_are_stay_dates(int32_t check_in, int32_t check_out)
{
    return check_in != DATE_ABSENT && check_in < check_out;
}

bool stay_clean_text(struct slice *text, size_t utf16_max, struct arena *arena, struct fault *fault)
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

bool stay_clean_name(struct slice *name, size_t utf16_max, struct arena *arena, struct fault *fault)
{
    if (slice_is(*name, "erased")) /* a name of booking-api for erased people */
        *name = SLICE_NONE;
    return stay_clean_text(name, utf16_max, arena, fault);
}

bool stay_value_clean_lines(struct stay_lines *lines, struct arena *arena, struct fault *fault)
{
    struct stay_line *items = lines->list.items;
    bool good = lines->list.left_out == 0;

    for (size_t i = 0; i < lines->list.count; i++) {
        const bool is_discount = items[i].amount < 0 && items[i].amount >= -MONEY_MAX;
        const int64_t size = is_discount ? -items[i].amount : items[i].amount;
        if (!stay_value_clean_texts(&items[i].text, LINE_MAX, arena, fault))
            return false;
        good &=
            stay_value_has_text(&items[i].text) && stay_value_money_or_absent(size) != FIELD_ABSENT;
    }
    lines->items = items;
    lines->count = good ? lines->list.count : 0;
    return true;
}

bool stay_value_omit_unlabelled_actions(struct foreign_list *actions, struct arena *arena,
                                        struct fault *fault)
{
    struct stay_action *items = actions->items;
    size_t count = 0;

    for (size_t i = 0; i < actions->count; i++) {
        if (!stay_value_clean_texts(&items[i].label, LINE_MAX, arena, fault))
            return false;
        if (stay_value_has_text(&items[i].label))
            items[count++] = items[i];
    }
    actions->count = count;
    return true;
}

const struct stay_action *stay_value_find_action(const struct foreign_list *actions,
                                                 const char *name)
{
    const struct stay_action *items = actions->items;

    for (size_t i = 0; i < actions->count; i++)
        if (slice_is(items[i].name, name))
            return &items[i];
    return NULL;
}

bool stay_value_list_contains(const struct foreign_list *texts, const char *text)
{
    const struct slice *items = texts->items;

    for (size_t i = 0; i < texts->count; i++)
        if (slice_is(items[i], text))
            return true;
    return false;
}

struct slice stay_value_phone_or_absent(struct slice text, struct arena *arena)
{
    char phone[PHONE_MAX + 1];

    return text_normalize_phone(text, phone) ? arena_copy(arena, slice_of(phone)) : SLICE_NONE;
}
