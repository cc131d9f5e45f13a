// SPDX-License-Identifier: MIT
#include "fares/cancel.h"

#include "base/money.h"
#include "base/number.h"

#define MINUTE (INT64_C(60) * 1000000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

const char *const cancel_policy_names[] = {"flexible", "moderate", "strict", NULL};
const char *const cancel_fault_names[] = {"none", "passenger", "driver", NULL};

// clang-format off
const struct texts cancel_policy_texts[CANCEL_POLICY_COUNT] = {
    [CANCEL_FLEXIBLE] = {
        TEXTS_LITERAL("Отмена бесплатна до 3 часов до отправления, потом остаётся половина. После отправления и при неявке деньги не возвращаются."),
        TEXTS_LITERAL("Жолға шығуға 3 сағат қалғанға дейін бас тарту тегін, кейін жартысы ұсталады. Жолға шыққаннан кейін және келмеген жағдайда ақша қайтарылмайды."),
        TEXTS_LITERAL("Free until 3 hours before departure, then half is kept. After departure or for a no-show nothing is returned."),
    },
    [CANCEL_MODERATE] = {
        TEXTS_LITERAL("Отмена бесплатна за сутки до отправления и раньше, потом остаётся половина. После отправления и при неявке деньги не возвращаются."),
        TEXTS_LITERAL("Жолға шығуға бір тәулік қалғанға дейін бас тарту тегін, кейін жартысы ұсталады. Жолға шыққаннан кейін және келмеген жағдайда ақша қайтарылмайды."),
        TEXTS_LITERAL("Free until 24 hours before departure, then half is kept. After departure or for a no-show nothing is returned."),
    },
    [CANCEL_STRICT] = {
        TEXTS_LITERAL("При отмене за сутки до отправления и раньше остаётся половина, потом деньги не возвращаются."),
        TEXTS_LITERAL("Жолға шығуға бір тәулік қалғанға дейін бас тартқанда жартысы ұсталады, кейін ақша қайтарылмайды."),
        TEXTS_LITERAL("Half is kept until 24 hours before departure, then nothing is returned."),
    },
};

/* The tiers of each policy by the time before T. The last tier, in which everything is kept, has no
 * end. */
enum { RULES = 3 };
static const struct {
    int64_t before; /* microseconds before T at which the tier ends; FIELD_ABSENT: it has no end */
    int64_t keep_percent;
} rules[CANCEL_POLICY_COUNT][RULES] = {
    [CANCEL_FLEXIBLE] = {{3 * HOUR, 0},  {0, 50},            {FIELD_ABSENT, 100}},
    [CANCEL_MODERATE] = {{DAY, 0},       {0, 50},            {FIELD_ABSENT, 100}},
    [CANCEL_STRICT]   = {{DAY, 50},      {FIELD_ABSENT, 100}},
};
// clang-format on

/* The last instant of the grace period; INT64_MIN: there is no grace period. */
static int64_t grace_period_end(int64_t depart_at, int64_t confirmed_at)
{
    if (confirmed_at == FIELD_ABSENT)
        return INT64_MIN;
    const int64_t last = depart_at - CANCEL_GRACE_LAST_US;
    const int64_t end =
        confirmed_at + CANCEL_GRACE_US < last ? confirmed_at + CANCEL_GRACE_US : last;
    return end >= confirmed_at ? end : INT64_MIN;
}

size_t cancel_list_tiers(enum cancel_policy policy, int64_t depart_at, int64_t confirmed_at,
                         struct cancel_tier tiers[CANCEL_TIERS_MAX])
{
    const int64_t grace = grace_period_end(depart_at, confirmed_at);
    size_t count = 0;

    for (size_t i = 0; i < RULES; i++) {
        const bool last = rules[policy][i].before == FIELD_ABSENT;
        const int64_t until = last ? FIELD_ABSENT : depart_at - rules[policy][i].before;

        if (i == 0 && grace != INT64_MIN && (rules[policy][i].keep_percent > 0 || until <= grace))
            tiers[count++] = (struct cancel_tier){grace, 0};
        if (last || (until > grace && (confirmed_at == FIELD_ABSENT || until >= confirmed_at)))
            tiers[count++] = (struct cancel_tier){until, rules[policy][i].keep_percent};
        if (last)
            break;
    }
    return count;
}

static struct cancel_terms compute_tier_terms(const struct cancel_case *ride,
                                              const struct cancel_tier *tier)
{
    const int64_t sum = number_min(ride->paid, ride->total);
    const int64_t kept = number_min(sum, money_percent(sum, tier->keep_percent));

    return (struct cancel_terms){kept, ride->paid - kept, tier->until};
}

struct cancel_terms cancel_compute_terms(const struct cancel_case *ride)
{
    static const struct cancel_tier all_back = {FIELD_ABSENT, 0},
                                    nothing_back = {FIELD_ABSENT, 100};
    struct cancel_tier tiers[CANCEL_TIERS_MAX];

    if (ride->end == CANCEL_DRIVER_NO_SHOW || ride->free_cancel || ride->road_closed ||
        ride->confirmed_at == FIELD_ABSENT)
        return compute_tier_terms(ride, &all_back);
    if (ride->end == CANCEL_NO_SHOW)
        return compute_tier_terms(ride, &nothing_back);
    if (ride->by != CANCEL_BY_GUEST)
        return compute_tier_terms(ride, &all_back);

    const size_t count =
        cancel_list_tiers(ride->policy, ride->depart_at, ride->confirmed_at, tiers);
    size_t i = 0;
    while (i + 1 < count && ride->now > tiers[i].until)
        i++;
    return compute_tier_terms(ride, &tiers[i]);
}

/* Does a driver who cancels now let down the passengers of the departure that was agreed? */
static bool is_late_for_driver(int64_t agreed_depart_at, int64_t now)
{
    return now > agreed_depart_at - CANCEL_DRIVER_LATE_US;
}

/* Whose fault it is that the guest, the driver or the system cancels a confirmed ride. */
static enum cancel_fault side_at_fault_for_confirmed(const struct cancel_case *ride)
{
    const bool guest = ride->by == CANCEL_BY_GUEST;

    if (ride->by == CANCEL_BY_SYSTEM)
        return CANCEL_FAULT_DRIVER;
    if (!guest)
        return is_late_for_driver(ride->depart_at - ride->delay_minutes * MINUTE, ride->now)
                   ? CANCEL_FAULT_DRIVER
                   : CANCEL_FAULT_NONE;
    if (ride->free_cancel || ride->now <= grace_period_end(ride->depart_at, ride->confirmed_at) ||
        ride->now <= ride->depart_at - CANCEL_PASSENGER_LATE_US)
        return CANCEL_FAULT_NONE;
    return CANCEL_FAULT_PASSENGER;
}

enum cancel_fault cancel_side_at_fault(const struct cancel_case *ride)
{
    if (ride->road_closed)
        return CANCEL_FAULT_NONE;
    if (ride->end == CANCEL_NO_SHOW)
        return ride->free_cancel ? CANCEL_FAULT_NONE : CANCEL_FAULT_PASSENGER;
    if (ride->end == CANCEL_DRIVER_NO_SHOW)
        return CANCEL_FAULT_DRIVER;
    if (ride->confirmed_at == FIELD_ABSENT || ride->by == CANCEL_BY_STAFF)
        return CANCEL_FAULT_NONE;
    return side_at_fault_for_confirmed(ride);
}

enum cancel_fault cancel_side_at_fault_for_trip(enum cancel_by by, int64_t first_departs_at,
                                                int64_t now, bool road_closed)
{
    if (road_closed || by == CANCEL_BY_STAFF)
        return CANCEL_FAULT_NONE;
    if (by == CANCEL_BY_SYSTEM)
        return CANCEL_FAULT_DRIVER;
    return first_departs_at != FIELD_ABSENT && is_late_for_driver(first_departs_at, now)
               ? CANCEL_FAULT_DRIVER
               : CANCEL_FAULT_NONE;
}

static bool happened_since_agreement(int64_t instant, int64_t agreed_at)
{
    return instant != FIELD_ABSENT && instant >= agreed_at;
}

bool cancel_is_free(const struct cancel_trip *trip, int64_t agreed_at, int64_t now)
{
    const int64_t confirm_due_at = trip->first_at - CANCEL_UNCONFIRMED_US;

    if (agreed_at == FIELD_ABSENT)
        return false;
    if (happened_since_agreement(trip->free_cancel_at, agreed_at))
        return true;
    return trip->is_scheduled && trip->driver_confirmed == FIELD_ABSENT && now >= confirm_due_at &&
           happened_since_agreement(confirm_due_at, agreed_at);
}
