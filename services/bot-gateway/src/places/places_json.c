// SPDX-License-Identifier: MIT
#include "places/places_json.h"

#include "clients/stay_answers_json.h"
#include "clients/stay_values_json.h"

struct wire_apartment {
    struct texts title;
    struct slice district;
    struct slice address;
};
struct wire_page {
    struct foreign_list items;
    struct slice next;
};

// clang-format off
static const struct foreign_member apartment_members[] = {
    {"title",    FOREIGN_OBJECT, offsetof(struct wire_apartment, title),    &stay_value_texts_table, 0},
    {"district", FOREIGN_TEXT,   offsetof(struct wire_apartment, district), NULL,                   0},
    {"address",  FOREIGN_TEXT,   offsetof(struct wire_apartment, address),  NULL,                   0},
};
static const struct foreign apartment_table = FOREIGN_OF(apartment_members, struct wire_apartment);

static const struct foreign_member page_members[] = {
    {"items",       FOREIGN_LIST, offsetof(struct wire_page, items), &apartment_table, PLACES_PAGE_MAX},
    {"next_cursor", FOREIGN_TEXT, offsetof(struct wire_page, next),  NULL,        0},
};
static const struct foreign page_table = FOREIGN_OF(page_members, struct wire_page);
// clang-format on

static bool clean(struct slice *text, struct arena *arena, struct fault *fault)
{
    return stay_clean(text, STAY_TITLE_MAX, arena, fault);
}

bool places_page_read(struct slice body, struct arena *arena, struct places_page *out,
                      struct fault *fault)
{
    struct wire_page wire;

    if (!stay_value_read(&page_table, body, &wire, arena, fault))
        return false;
    if (wire.items.items == NULL)
        return stay_bad_answer("apartments without items", fault);
    struct places_apartment *apartments =
        arena_alloc(arena, (wire.items.count + 1) * sizeof *apartments);
    if (apartments == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < wire.items.count; i++) {
        const struct wire_apartment *given = (struct wire_apartment *)wire.items.items + i;
        apartments[i] = (struct places_apartment){given->title.ru, given->district, given->address};
        if (!clean(&apartments[i].title, arena, fault) ||
            !clean(&apartments[i].district, arena, fault) ||
            !clean(&apartments[i].address, arena, fault))
            return false;
    }
    *out = (struct places_page){
        .items = apartments, .count = wire.items.count, .next = stay_value_read_cursor(wire.next)};
    return true;
}
