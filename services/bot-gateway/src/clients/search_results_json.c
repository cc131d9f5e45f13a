// SPDX-License-Identifier: MIT
#include "clients/search_results_json.h"

#include "clients/answer_values_json.h"

enum { REASONS_MAX = 8 };

struct wire_relaxation {
    struct slice drop;
    int64_t adds;
};
struct wire_results {
    int64_t found;
    struct foreign_list relaxations;
    struct foreign_list reasons;
};

// clang-format off
static const struct foreign_member relaxation_members[] = {
    {"drop", FOREIGN_TEXT, offsetof(struct wire_relaxation, drop), NULL, 0},
    {"adds", FOREIGN_INT,  offsetof(struct wire_relaxation, adds), NULL, 0},
};
static const struct foreign relaxation_table = FOREIGN_OF(relaxation_members, struct wire_relaxation);

static const struct foreign_member results_members[] = {
    {"found",       FOREIGN_INT,   offsetof(struct wire_results, found),       NULL,              0},
    {"relaxations", FOREIGN_LIST,  offsetof(struct wire_results, relaxations), &relaxation_table, STAY_RELAXATIONS_MAX},
    {"reasons",     FOREIGN_TEXTS, offsetof(struct wire_results, reasons),     NULL,              REASONS_MAX},
};
static const struct foreign results_table = FOREIGN_OF(results_members, struct wire_results);

static const char *const drops[STAY_RELAXES] = {
    [STAY_RELAX_PRICE] = "max_price", [STAY_RELAX_ROOMS] = "rooms", [STAY_RELAX_GUESTS] = "guests",
    [STAY_RELAX_DATES] = "dates",     [STAY_RELAX_CITY] = "city",
};
// clang-format on

static void set_relaxation_count(const struct wire_relaxation *wire, int64_t adds[STAY_RELAXES])
{
    for (size_t i = 0; i < STAY_RELAXES; i++)
        if (slice_is(wire->drop, drops[i]) && wire->adds > 0 && wire->adds <= STAY_ADDS_MAX)
            adds[i] = wire->adds;
}

bool stay_read_search_results(struct slice body, struct arena *arena,
                              struct stay_search_results *out, struct fault *fault)
{
    struct stay_search_results results = {.apartments = {.count = 0}};
    struct wire_results wire;

    if (!stay_read_apartments(body, arena, &results.apartments, fault) ||
        !answer_read(&results_table, body, &wire, arena, fault))
        return false;
    if (answer_list_contains(&wire.reasons, "dates_unjudged"))
        return answer_fail_bad("availability is unknown", fault);
    if (results.apartments.count == 0 && answer_list_contains(&wire.reasons, "index_behind"))
        return answer_fail_bad("apartments may be missing", fault);
    results.apartments.next = SLICE_NONE;
    results.more = wire.found > STAY_APARTMENTS_MAX;
    for (size_t i = 0; i < wire.relaxations.count; i++)
        set_relaxation_count((const struct wire_relaxation *)wire.relaxations.items + i,
                             results.adds);
    *out = results;
    return true;
}
