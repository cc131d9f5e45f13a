// SPDX-License-Identifier: MIT
#include "transitions/offer.h"

#include "base/number.h"

enum {
    GUEST = TRANSITION_BY_GUEST,
    DRIVER = TRANSITION_BY_DRIVER,
    STAFF = TRANSITION_BY_STAFF,
    SYSTEM = TRANSITION_BY_SYSTEM
};

const char *const offer_status_names[] = {"pending",   "accepted",   "lost",    "rejected",
                                          "withdrawn", "superseded", "expired", NULL};
static const char *const already[] = {"already_pending",  "already_accepted",  "already_lost",
                                      "already_rejected", "already_withdrawn", "already_superseded",
                                      "already_expired"};

// clang-format off
static const struct transition_action actions[OFFER_ACTION_COUNT] = {
    [OFFER_ACCEPT]    = {"accept", "offer.accept", {TEXTS_LITERAL("Согласиться"), TEXTS_LITERAL("Келісу"), TEXTS_LITERAL("Accept")}},
    [OFFER_REJECT]    = {"reject", "offer.reject", {TEXTS_LITERAL("Отказаться"), TEXTS_LITERAL("Бас тарту"), TEXTS_LITERAL("Reject")}},
    [OFFER_WITHDRAW]  = {"withdraw", "offer.withdraw", {TEXTS_LITERAL("Отозвать"), TEXTS_LITERAL("Қайтарып алу"), TEXTS_LITERAL("Withdraw")}},
    [OFFER_LOSE]      = {.verb = "lose", .audit = "offer.lose"},
    [OFFER_SUPERSEDE] = {.verb = "supersede", .audit = "offer.supersede"},
    [OFFER_EXPIRE]    = {.verb = "expire", .audit = "offer.expire"},
};

/* action, from, to, actors, conditions */
static const struct transition rows[] = {
    {OFFER_ACCEPT,    OFFER_PENDING, OFFER_ACCEPTED,   GUEST | STAFF,   0},
    {OFFER_REJECT,    OFFER_PENDING, OFFER_REJECTED,   GUEST,           0},
    {OFFER_WITHDRAW,  OFFER_PENDING, OFFER_WITHDRAWN,  DRIVER | SYSTEM, 0},
    {OFFER_LOSE,      OFFER_PENDING, OFFER_LOST,       SYSTEM,          0},
    {OFFER_SUPERSEDE, OFFER_PENDING, OFFER_SUPERSEDED, SYSTEM,          0},
    {OFFER_EXPIRE,    OFFER_PENDING, OFFER_EXPIRED,    SYSTEM,          0},
};

static const struct transition_exception exceptions[] = {
    {OFFER_ACCEPT,   OFFER_EXPIRED, FAULT_GONE, "offer_expired", "The offer's time ran out."},
    {OFFER_REJECT,   OFFER_EXPIRED, FAULT_GONE, "offer_expired", "The offer's time ran out."},
    {OFFER_WITHDRAW, OFFER_EXPIRED, FAULT_GONE, "offer_expired", "The offer's time ran out."},
};
// clang-format on

const struct transition_machine offer_machine = {
    .noun = "offer",
    .rows = rows,
    .row_count = ARRAY_LEN(rows),
    .actions = actions,
    .action_count = OFFER_ACTION_COUNT,
    .statuses = offer_status_names,
    .already = already,
    .exceptions = exceptions,
    .exception_count = ARRAY_LEN(exceptions),
};

int offer_status_at(int status, int64_t expires_at, int64_t now)
{
    return status == OFFER_PENDING && expires_at <= now ? OFFER_EXPIRED : status;
}

int64_t offer_until(int64_t now, int64_t seconds, int64_t depart_to)
{
    return number_min(now + seconds * 1000000, depart_to);
}
