// SPDX-License-Identifier: MIT
#include "places/places_json.h"

#include "clients/stay_answers_json.h"
#include "clients/stay_values_json.h"

#define AT(member) offsetof(struct places_apartment, member), NULL, 0
static const struct foreign_member apartment_members[] = {
    {"title/ru", FOREIGN_TEXT, AT(title)   },
    {"district", FOREIGN_TEXT, AT(district)},
    {"address",  FOREIGN_TEXT, AT(address) },
};
#undef AT
static const struct foreign apartment_table =
    FOREIGN_OF(apartment_members, struct places_apartment);

bool places_page_read(struct slice body, struct arena *arena, struct places_page *out,
                      struct fault *fault)
{
    struct stay_value_page page;

    if (!stay_value_read_page(&apartment_table, PLACES_PAGE_MAX, body, arena, &page, fault))
        return false;
    *out =
        (struct places_page){page.items.items, page.items.count, stay_value_read_cursor(page.next)};
    for (size_t i = 0; i < out->count; i++)
        if (!stay_clean(&out->items[i].title, STAY_TITLE_MAX, arena, fault) ||
            !stay_clean(&out->items[i].district, STAY_TITLE_MAX, arena, fault) ||
            !stay_clean(&out->items[i].address, STAY_TITLE_MAX, arena, fault))
            return false;
    return true;
}
