// SPDX-License-Identifier: MIT
#include "maintenance/edits.h"

#include "apartments/apartments_json.h"

enum { RUN_LIMIT_MS = 10000, PER_RUN = 200 };

static const struct db_statement next_statement = {
    .name = "apartment_edited_next",
    .sql =
        "SELECT a.id, a.tenant_id FROM apartment_edited e JOIN apartment a ON a.id = e.apartment_id"
        " ORDER BY e.edited_at, a.id LIMIT 1",
};
/* Deletes the note before the apartment is read, so an edit that is not read makes another one. */
static const struct db_statement take_statement = {
    .name = "apartment_edited_take",
    .parameters = "id uuid",
    .sql = "DELETE FROM apartment_edited WHERE apartment_id = {id}",
};

struct edited {
    struct uuid id;
    struct uuid tenant_id;
};

static bool write_event(struct change *change, void *arg, struct fault *fault)
{
    const struct edited *edited = arg;
    auto_rows struct db_rows rows = {0};
    struct apartment apartment;

    if (!apartment_store_lock(change, &edited->id, &apartment, fault) ||
        !db_query(change->tx, &take_statement, DB_VALUES(db_uuid(&edited->id)), &rows, fault))
        return false;
    return rows.affected == 0 ||
           apartment_record_event(change, "apartment.updated", &apartment, fault);
}

static bool find_next(const struct service *service, struct edited *out, bool *found,
                      struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(service->db, &next_statement, DB_NO_VALUES, &rows, fault))
        return false;
    *found = rows.count > 0;
    if (*found)
        *out = (struct edited){db_get_uuid(&rows, 0, 0), db_get_uuid(&rows, 0, 1)};
    return true;
}

bool edits_run(void *data, struct fault *fault)
{
    const struct service *service = data;
    struct edited edited;
    bool found = true;

    for (int i = 0; i < PER_RUN && !service->stopping; i++) {
        if (!find_next(service, &edited, &found, fault))
            return false;
        if (!found)
            return true;
        if (!api_task(service->changes, &edited.tenant_id, write_event, &edited, fault))
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
