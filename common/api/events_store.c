// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "api/events_private.h"

static const struct db_column columns[] = {
    {.type = DB_UUID, .offset = offsetof(struct event, id)              },
    {.type = DB_TEXT, .offset = offsetof(struct event, type)            },
    {.type = DB_TIME, .offset = offsetof(struct event, occurred_at)     },
    {.type = DB_INT,  .offset = offsetof(struct event, sequence)        },
    {.type = DB_TEXT, .offset = offsetof(struct event, resource.type)   },
    {.type = DB_UUID, .offset = offsetof(struct event, resource.id)     },
    {.type = DB_INT,  .offset = offsetof(struct event, resource.version)},
    {.type = DB_TEXT, .offset = offsetof(struct event, data)            },
    {.type = DB_INT,  .offset = offsetof(struct event, position.epoch)  },
    {.type = DB_INT,  .offset = offsetof(struct event, position.tx)     },
    {.type = DB_INT,  .offset = offsetof(struct event, position.id)     },
};

/* ORDER BY begins with the tenant: only the tenant's own index has this order, so that no plan
 * scans the events of other tenants. */
// clang-format off
static const struct db_statement list_statement = {
    .name = "event_list",
    .sql = LIST_PAGE_OF
           "SELECT event_id, type, occurred_at, sequence, resource_type, resource_id,"
           " resource_version, data::text, epoch::bigint, tx::text::bigint, id,"
           " octet_length(data::text) AS large FROM outbox"
           " WHERE tenant_id = $1::uuid AND tx < pg_snapshot_xmin(pg_current_snapshot())"
           " AND (tenant_id, epoch, tx, id) > ($1::uuid, $2::integer, $3::text::xid8, $4::bigint)"
           " AND ($5::text IS NULL OR data ->> $5::text = $6::uuid::text)"
           " ORDER BY outbox.tenant_id, outbox.epoch, outbox.tx, outbox.id LIMIT $7::bigint" LIST_PAGE_CUT,
};
// clang-format on

bool events_store_list(struct db *db, const struct uuid *tenant_id, const struct events_part *part,
                       const struct event_position *after, int64_t limit, struct db_rows *rows,
                       struct fault *fault)
{
    return db_query(db, &list_statement,
                    DB_VALUES(db_uuid(tenant_id), db_int(after->epoch), db_int(after->tx),
                              db_int(after->id), db_str(part->member), db_uuid(&part->id),
                              db_int(limit)),
                    rows, fault);
}

void events_store_read_row(const struct db_rows *rows, int row, struct event *out)
{
    *out = (struct event){0};
    db_row_read(rows, row, 0, columns, ARRAY_LEN(columns), out);
}
