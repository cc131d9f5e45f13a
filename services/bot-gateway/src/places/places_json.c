// SPDX-License-Identifier: MIT
#include "places/places_json.h"

#include "clients/stay_answers_json.h"

static const struct foreign_member apartment_members[] = {
    {"title/ru", FOREIGN_TEXT, offsetof(struct places_apartment, title),    NULL, 0},
    {"district", FOREIGN_TEXT, offsetof(struct places_apartment, district), NULL, 0},
    {"address",  FOREIGN_TEXT, offsetof(struct places_apartment, address),  NULL, 0},
};
static const struct foreign apartment_table =
    FOREIGN_OF(apartment_members, struct places_apartment);

static bool clean_apartment(void *item, struct arena *arena, bool *is_complete, struct fault *fault)
{
    struct places_apartment *apartment = item;

    *is_complete = true;
    return answer_clean_text(&apartment->title, ANSWER_TITLE_MAX, arena, fault) &&
           answer_clean_text(&apartment->district, ANSWER_TITLE_MAX, arena, fault) &&
           answer_clean_text(&apartment->address, ANSWER_TITLE_MAX, arena, fault);
}

bool places_read_apartment_page(struct slice body, struct arena *arena, struct answer_page *out,
                                struct fault *fault)
{
    static const struct answer_item kind = {&apartment_table, clean_apartment, NULL};

    return answer_read_complete_items(&kind, PLACES_PAGE_MAX, body, arena, out, fault);
}
