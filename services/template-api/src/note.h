// SPDX-License-Identifier: MIT
/* A note: a text stored for a tenant. */
#pragma once

#include "api/service.h"

enum { SCOPE_TEMPLATE_READ = 1 << 0, SCOPE_TEMPLATE_WRITE = 1 << 1 };

struct note {
    struct uuid id;
    struct slice text; /* 1 to 200 characters */
    int64_t version;
};

http_handler post_note;
http_handler get_note;

/* Inserts the note with version 1; note->version is ignored. */
bool note_store_insert(struct db *tx, const struct uuid *tenant_id, const struct note *note,
                       struct fault *fault) MUST_CHECK;
/* Reads the note with this id. FAULT_NOT_FOUND "not_found" if the tenant has no such note. */
bool note_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                     struct arena *arena, struct note *out, struct fault *fault) MUST_CHECK;
