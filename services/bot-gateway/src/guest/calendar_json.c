// SPDX-License-Identifier: MIT
/* Reads the days of an apartment from an answer of booking-api. */
#include <string.h>

#include "json/foreign.h"

#include "clients/answer_values_json.h"
#include "guest/calendar.h"

enum { REASONS_MAX = 16 };

struct wire_day {
    int32_t date;
    struct slice status;
    int64_t min_nights;
    struct foreign_list reasons; /* struct slice */
};
static const struct foreign_member day_members[] = {
    {"date",       FOREIGN_DATE,  offsetof(struct wire_day, date),       NULL, 0          },
    {"status",     FOREIGN_TEXT,  offsetof(struct wire_day, status),     NULL, 0          },
    {"min_nights", FOREIGN_INT,   offsetof(struct wire_day, min_nights), NULL, 0          },
    {"reasons",    FOREIGN_TEXTS, offsetof(struct wire_day, reasons),    NULL, REASONS_MAX},
};
static const struct foreign day_table = FOREIGN_OF(day_members, struct wire_day);

static const struct foreign_member days_members[] = {
    {"days", FOREIGN_LIST, 0, &day_table, CALENDAR_DAYS_MAX},
};
static const struct foreign days_table = FOREIGN_OF(days_members, struct foreign_list);

/* What a reason of booking-api means for the choice of days. Other reasons are not needed: the
 * status shows that a night is occupied; taken nights and min_nights show that a gap is too
 * short. */
static const struct {
    const char *word;
    size_t offset; /* of the bool in struct calendar_day */
} reasons[] = {
    {"past",                offsetof(struct calendar_day, taken)       },
    {"inactive",            offsetof(struct calendar_day, taken)       },
    {"buffer_ahead",        offsetof(struct calendar_day, taken)       },
    {"buffer_ahead",        offsetof(struct calendar_day, buffer)      },
    {"buffer",              offsetof(struct calendar_day, buffer)      },
    {"beyond_window",       offsetof(struct calendar_day, no_check_in) },
    {"too_late",            offsetof(struct calendar_day, no_check_in) },
    {"closed_to_arrival",   offsetof(struct calendar_day, no_check_in) },
    {"closed_to_departure", offsetof(struct calendar_day, no_check_out)},
};

static struct calendar_day day_from_wire(const struct wire_day *wire)
{
    const bool occupied = !slice_is(wire->status, "free") && !slice_is(wire->status, "closed");
    struct calendar_day day = {
        .taken = occupied,
        .min_nights = wire->min_nights > 0 ? wire->min_nights : 0,
        .occupied = occupied,
    };

    const struct slice *words = wire->reasons.items;

    for (size_t word = 0; word < wire->reasons.count; word++)
        for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
            if (slice_is(words[word], reasons[i].word))
                *(bool *)((char *)&day + reasons[i].offset) = true;
    return day;
}

bool calendar_read(struct slice body, int32_t first_day, struct arena *arena, struct calendar *out,
                   struct fault *fault)
{
    struct foreign_list days;

    if (!answer_read(&days_table, body, &days, arena, fault))
        return false;
    if (days.items == NULL)
        return answer_fail_bad("a calendar without days", fault);
    out->first = first_day;
    out->count = CALENDAR_DAYS_MAX;
    memset(out->days, 0, sizeof out->days);
    for (size_t i = 0; i < days.count; i++) {
        const struct wire_day *wire_day = (struct wire_day *)days.items + i;
        if (wire_day->date >= first_day && wire_day->date - first_day < CALENDAR_DAYS_MAX)
            out->days[wire_day->date - first_day] = day_from_wire(wire_day);
    }
    return true;
}
