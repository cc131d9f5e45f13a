// SPDX-License-Identifier: MIT
#include "maintenance/edits.h"

#include "api/change.h"

#include "apartments/apartments_json.h"

enum { RUN_LIMIT_MS = 10000, PER_RUN = 200 };

/* Deletes the note before it reads the apartment, so an edit that is not read makes another one. */
static bool write_event(struct change *change, void *arg, struct fault *fault)
{
    const struct apartment_edit *edit = arg;
    struct apartment apartment;
    bool taken;

    if (!apartment_store_lock(change, &edit->id, &apartment, fault) ||
        !edits_store_take(change->tx, &edit->id, &taken, fault))
        return false;
    return !taken || apartment_record_event(change, "apartment.updated", &apartment, fault);
}

bool edits_run(void *data, struct fault *fault)
{
    const struct service *service = data;
    struct apartment_edit edit;
    bool found = true;

    for (int i = 0; i < PER_RUN && !service->stopping; i++) {
        if (!edits_store_find_next(service->db, &edit, &found, fault))
            return false;
        if (!found)
            return true;
        if (!api_task(service->changes, &edit.tenant_id, write_event, &edit, fault))
            return false;
    }
    return true;
}

void edits_start(struct periodic *edits, struct service *service)
{
    static const struct periodic_task task = {"edits", edits_run, EDITS_EVERY_MS, RUN_LIMIT_MS,
                                              .at_once = true};

    periodic_start(edits, service->loop, &task, service);
}
