// SPDX-License-Identifier: MIT
/* The table api.log_key: the keys of persons in logs (base/log_person.h). Its days are those of the
 * database's clock. */
#pragma once

#include "base/log_person.h"
#include "db/query.h"

struct log_key_list {
    struct log_person_key keys[LOG_PERSON_KEYS_MAX];
    size_t count;
    bool complete; /* those of today and of tomorrow are there */
};

bool log_key_store_list(struct db *db, struct log_key_list *out, struct fault *fault) MUST_CHECK;

/* Stores keys for today and tomorrow where there are none, deletes those older than yesterday, and
 * gives what there is then. */
bool log_key_store_renew(struct db *tx, struct log_key_list *out, struct fault *fault) MUST_CHECK;
