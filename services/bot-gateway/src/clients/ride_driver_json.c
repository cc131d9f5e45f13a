// SPDX-License-Identifier: MIT
/* Reads answers of booking-api about a driver, a route, and the ratings and history of a ride. */
#include "clients/ride_answers_json.h"

enum {
    DRIVER_UNITS = 40, /* maximum length of a driver's name in UTF-16 units */
    STEPS_MAX = 100    /* steps of a ride */
};

static const struct foreign_member paper_members[] = {
    {"kind",       FOREIGN_TEXT, offsetof(struct ride_paper, kind),       NULL, 0},
    {"expires_on", FOREIGN_DATE, offsetof(struct ride_paper, expires_on), NULL, 0},
};
static const struct foreign paper_table = FOREIGN_OF(paper_members, struct ride_paper);

#define AT(member) offsetof(struct ride_driver, member)
static const struct foreign_member driver_members[] = {
    {"id",        FOREIGN_UUID, AT(id),     NULL,         0              },
    {"name",      FOREIGN_TEXT, AT(name),   NULL,         0              },
    {"status",    FOREIGN_TEXT, AT(status), NULL,         0              },
    {"documents", FOREIGN_LIST, AT(papers), &paper_table, RIDE_PAPERS_MAX},
};
#undef AT
static const struct foreign driver_table = FOREIGN_OF(driver_members, struct ride_driver);

static const struct foreign_member tariff_members[] = {
    {"minutes",                   FOREIGN_INT, offsetof(struct ride_tariff, minutes), NULL, 0},
    {"seat_price/typical/amount", FOREIGN_INT, offsetof(struct ride_tariff, price),   NULL, 0},
    {"car_price/amount",          FOREIGN_INT, offsetof(struct ride_tariff, car),     NULL, 0},
};
static const struct foreign tariff_table = FOREIGN_OF(tariff_members, struct ride_tariff);

static bool clean_driver(void *item, struct arena *arena, bool *is_complete, struct fault *fault)
{
    *is_complete = true;
    return answer_clean_text(&((struct ride_driver *)item)->name, DRIVER_UNITS, arena, fault);
}

bool ride_read_first_driver(struct slice body, struct arena *arena, struct ride_driver *out,
                            struct fault *fault)
{
    static const struct answer_item kind = {&driver_table, clean_driver, NULL};

    *out = (struct ride_driver){.status = SLICE("")};
    return answer_read_first_item(&kind, body, out, arena, fault);
}

int64_t ride_read_given_stars(struct slice body, bool by_driver, struct arena *arena)
{
    const struct foreign_member members[] = {
        {by_driver ? "driver/stars" : "guest/stars", FOREIGN_INT, 0, NULL, 0},
    };
    const struct foreign table = FOREIGN_OF(members, int64_t);
    struct fault why;
    int64_t stars;

    if (!foreign_read(&table, body, &stars, arena, &why) || stars < 1 || stars > RIDE_STARS_MAX)
        return FIELD_ABSENT;
    return stars;
}

bool ride_read_only_waited(struct slice body, struct arena *arena)
{
    static const struct foreign_member members[] = {
        {"to_status", FOREIGN_TEXT, 0, NULL, 0},
    };
    static const struct foreign table = FOREIGN_OF(members, struct slice);
    struct answer_page page;
    struct fault why;

    if (!answer_read_page(&table, STEPS_MAX, body, arena, &page, &why))
        return false;
    const struct slice *statuses = page.items.items;
    for (size_t i = 0; i < page.items.count; i++)
        if (!slice_is(statuses[i], "open") && !slice_is(statuses[i], "expired"))
            return false;
    return page.items.count > 0;
}

bool ride_read_tariff(struct slice body, struct arena *arena, struct ride_tariff *out,
                      struct fault *fault)
{
    if (!answer_read(&tariff_table, body, out, arena, fault))
        return false;
    out->price = answer_money_or_absent(out->price);
    out->car = answer_money_or_absent(out->car);
    return (out->minutes > 0 && out->minutes <= RIDE_MINUTES_MAX && out->price != FIELD_ABSENT) ||
           answer_fail_bad("half a route", fault);
}
