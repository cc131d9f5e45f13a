// SPDX-License-Identifier: MIT
/* What money.c and money_bare.c share. */
#pragma once

#include "phrases/parser.h"

enum { PRICE_MIN = 1000 };

enum role { ROLE_NONE, ROLE_MIN, ROLE_MAX };

struct amount {
    size_t from, to;
    int64_t value;
    int64_t other; /* the other bound, of "15-20 тысяч"; 0: none */
    enum role other_role;
    int32_t unit; /* 1000 for "тысяч", 1 for "тенге" */
    bool unclear; /* another currency, or an approximate amount */
};

/* True for a number that is no date and no day. */
bool money_is_plain_number(const struct items *items, size_t at);
/* Reads the amount at `at`: "20 тысяч", "20000 тенге", "₸ 15 000". False: there is none. */
bool money_read_amount(const struct items *items, size_t at, struct amount *amount);
enum role money_role_of_limit(enum word_kind kind);

/* True for a number without a unit that may be a price. They mark it as used. */
bool money_read_budget_without_unit(struct items *items, size_t at);
bool money_read_compared_number(struct items *items, size_t at);
bool money_read_bound_without_unit(struct items *items, size_t at);
bool money_read_inverted_thousands(struct items *items, size_t at);
