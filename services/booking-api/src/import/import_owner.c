// SPDX-License-Identifier: MIT
#include "import/import_owner.h"

#include "apartments/apartments_json.h"
#include "import/import_codes.h"
#include "import/import_store.h"

static struct import_owner_slot *slot_of(struct import_owners *owners, uint64_t hash)
{
    return &owners->slots[hash % IMPORT_OWNER_SLOTS];
}

static int name_column(void)
{
    return import_column_of_path(&owner_fields, "name");
}

static bool make_owner(struct import_owners *owners, struct change *change, struct owner *owner,
                       struct fault *fault)
{
    owner->id = uuid_make();
    owner->tenant_id = change->caller->tenant_id;
    if (!owner_store_insert(change->tx, owner, fault))
        return false;
    change_audit(change, "owner.create", "owner", &owner->id, owner->version);
    owners->made++;
    return true;
}

static bool find_or_make_owner(struct import_owners *owners, struct change *change,
                               struct import_row *row, struct fault *fault)
{
    struct owner owner;
    struct uuid id;
    if (!import_row_owner(row, &owner, fault))
        return false;
    if (!row->valid)
        return true;
    if (!import_store_owner(change->tx, &change->caller->tenant_id, &owner, &id, fault))
        return fault->kind == FAULT_CONFLICT &&
               import_row_refuse(row, name_column(), fault->code, fault->detail);
    if (uuid_is_nil(&id)) {
        if (owner.name.at == NULL)
            return import_row_refuse(row, name_column(), "required", NULL);
        if (!make_owner(owners, change, &owner, fault))
            return false;
        id = owner.id;
    }
    const uint64_t hash = import_codes_hash(row->owner);
    *slot_of(owners, hash) = (struct import_owner_slot){hash, id};
    row->owner_id = id;
    return true;
}

/* Needed because the foreign key would accept an owner of another tenant. */
static bool check_owner_id(struct change *change, struct import_row *row, struct fault *fault)
{
    struct apartment decoded = apartment_defaults();
    struct slice body = arena_printf(change->arena, "{%.*s}", SLICE_ARG(row->apartment));
    bool exists = false;
    if (body.at == NULL)
        return arena_fault(fault);
    /* Other problems are reported when the line is applied. */
    if (!fields_decode(&apartment_fields, body, true, &decoded, NULL, change->arena, fault))
        return true;
    if (!owner_store_exists(change->tx, &change->caller->tenant_id, &decoded.owner_id, &exists,
                            fault))
        return false;
    return exists || import_row_refuse(row, import_column_of_path(&apartment_fields, "owner_id"),
                                       "unknown_owner", NULL);
}

bool import_owner_find(struct import_owners *owners, struct change *change, struct import_row *row,
                       struct fault *fault)
{
    if (row->has_owner_id)
        return check_owner_id(change, row, fault);
    if (row->owner.at == NULL)
        return true;
    uint64_t hash = import_codes_hash(row->owner);
    const struct import_owner_slot *slot = slot_of(owners, hash);
    if (slot->hash != hash)
        return find_or_make_owner(owners, change, row, fault);
    row->owner_id = slot->id;
    return true;
}
