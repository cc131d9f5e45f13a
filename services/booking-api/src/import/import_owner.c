// SPDX-License-Identifier: MIT
#include "import/import_owner.h"

#include <stdlib.h>

#include "flats/flats_json.h"
#include "import/import_seen.h"
#include "import/import_store.h"

enum { SLOTS = 4096 };

struct import_owners {
    int64_t made;
    struct slot {
        uint64_t hash; /* of the line's cells of the owner, as JSON; 0: empty */
        struct uuid id;
    } slots[SLOTS];
};

struct import_owners *import_owners_create(struct fault *fault)
{
    struct import_owners *owners = calloc(1, sizeof *owners);
    if (owners == NULL)
        fault_set(fault, FAULT_INTERNAL, "out_of_memory", "No memory.");
    return owners;
}

void import_owners_destroy(struct import_owners *owners)
{
    free(owners);
}

void import_owners_clear(struct import_owners *owners)
{
    memset(owners, 0, sizeof *owners);
}

int64_t import_owners_made(const struct import_owners *owners)
{
    return owners->made;
}

static void remember_owner(struct import_owners *owners, struct slice text, const struct uuid *id)
{
    uint64_t hash = import_seen_hash(text);
    owners->slots[hash % SLOTS] = (struct slot){hash, *id};
}

static bool make_owner(struct import_owners *owners, struct change *change,
                       const struct import_record *record, struct import_tell *tell,
                       struct owner *owner, bool *fine, struct fault *fault)
{
    if (owner->name.at == NULL) {
        int column = import_column_of_path(&owner_fields, "name");
        import_tell_column(tell, record, column, "required", NULL);
        *fine = false;
        return true;
    }
    owner->id = uuid_make();
    owner->tenant_id = change->caller->tenant_id;
    if (!owner_store_insert(change->tx, owner, fault))
        return false;
    change_audit(change, "owner.create", "owner", &owner->id, owner->version);
    owners->made++;
    return true;
}

static bool find_or_make_owner(struct import_owners *owners, struct change *change,
                               const struct import_row *row, const struct import_record *record,
                               struct import_tell *tell, struct uuid *id, bool *fine,
                               struct fault *fault)
{
    struct owner owner;
    if (!import_row_owner(row, record, change->arena, tell, &owner, fine, fault))
        return false;
    if (!*fine)
        return true;
    if (!import_store_owner(change->tx, &change->caller->tenant_id, &owner, id, fault)) {
        if (fault->kind != FAULT_CONFLICT)
            return false;
        import_tell_column(tell, record, import_column_of_path(&owner_fields, "name"), fault->code,
                           fault->detail);
        *fine = false;
        return true;
    }
    if (uuid_is_nil(id)) {
        if (!make_owner(owners, change, record, tell, &owner, fine, fault))
            return false;
        *id = owner.id;
    }
    if (*fine)
        remember_owner(owners, row->owner, id);
    return true;
}

/* The foreign key alone would accept an owner of another tenant. */
static bool check_owner_id(struct change *change, const struct import_row *row,
                           const struct import_record *record, struct import_tell *tell, bool *fine,
                           struct fault *fault)
{
    struct apartment said = apartment_defaults();
    struct slice body = arena_printf(change->arena, "{%.*s}", SLICE_ARG(row->flat));
    bool exists = false;
    if (body.at == NULL)
        return arena_fault(fault);
    /* Other problems of the line are reported when it is applied. */
    if (!fields_decode(&apartment_fields, body, true, &said, NULL, change->arena, fault))
        return true;
    if (!owner_store_exists(change->tx, &change->caller->tenant_id, &said.owner_id, &exists, fault))
        return false;
    if (!exists) {
        import_tell_column(tell, record, import_column_of_path(&apartment_fields, "owner_id"),
                           "unknown_owner", NULL);
        *fine = false;
    }
    return true;
}

bool import_owner_find(struct import_owners *owners, struct change *change,
                       const struct import_row *row, const struct import_record *record,
                       struct import_tell *tell, struct uuid *id, bool *fine, struct fault *fault)
{
    if (row->owner_id)
        return check_owner_id(change, row, record, tell, fine, fault);
    if (row->owner.at == NULL)
        return true;
    uint64_t hash = import_seen_hash(row->owner);
    const struct slot *slot = &owners->slots[hash % SLOTS];
    if (slot->hash == hash) {
        *id = slot->id;
        return true;
    }
    return find_or_make_owner(owners, change, row, record, tell, id, fine, fault);
}
