// SPDX-License-Identifier: MIT
/* The table api.log_key: the keys of persons in logs (base/log_person.h). Its days are those of the
 * database's clock. */
#pragma once

#include "base/log_person.h"
#include "db/query.h"

struct log_key_list {
    struct log_person_key keys[LOG_PERSON_KEYS_MAX];
    size_t count;
    bool complete; /* the keys of today and tomorrow exist */
};

bool log_key_store_list(struct db *db, struct log_key_list *out, struct fault *fault) MUST_CHECK;

/* Stores missing keys of today and tomorrow, deletes those older than yesterday, and returns the
 * keys. */
bool log_key_store_renew(struct db *tx, struct log_key_list *out, struct fault *fault) MUST_CHECK;
