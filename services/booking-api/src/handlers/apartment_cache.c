// SPDX-License-Identifier: MIT
#include "handlers/apartment_cache.h"

#include "base/auto.h"
#include "http/reply.h"

#include "apartments/apartment_listed.h"
#include "apartments/apartments_json.h"

static bool from_row(struct db *db, const struct api_caller *caller, const struct uuid *id,
                     struct arena *arena, struct buf *out, struct apartment_tag *tag,
                     struct fault *fault)
{
    struct apartment apartment;
    if (!apartment_listed_store_find(db, &caller->tenant_id, id, arena, &apartment, fault) ||
        !apartment_check_visible(caller, &apartment, fault))
        return false;
    apartment_encode(&apartment, apartment_view(caller), false, out);
    *tag = (struct apartment_tag){apartment.version, http_etag_hash(buf_as_slice(out))};
    return buf_ok(out, fault);
}

/* Head of a cache entry. The public JSON follows, then, if the apartment has check_in_info, the
 * private JSON. ETags are hashed once here, because an entry is read many times. */
struct entry_head {
    struct uuid owner_id;
    bool is_active;
    uint32_t public_len; /* bytes of the public JSON */
    uint64_t hashes[2];
};

enum { KEY_LEN = 2 * UUID_TEXT_LEN + 1, ENTRY_MAX = 256 * 1024 };

/* The key includes the tenant, so that other tenants' apartments are never found. */
static struct slice entry_key(const struct uuid *tenant_id, const struct uuid *id,
                              char out[KEY_LEN + 1])
{
    uuid_format(tenant_id, out);
    out[UUID_TEXT_LEN] = ':';
    uuid_format(id, out + UUID_TEXT_LEN + 1);
    return (struct slice){out, KEY_LEN};
}

struct load_entry {
    struct db *db;
    const struct uuid *tenant_id;
    const struct uuid *id;
};

static void encode_entry(const struct apartment *apartment, struct buf *entry)
{
    struct entry_head head = {.owner_id = apartment->owner_id, .is_active = apartment->is_active};
    buf_append(entry, &head, sizeof head);
    apartment_encode(apartment, APARTMENT_PUBLIC, false, entry);
    const size_t second = entry->len;
    if (apartment->check_in_info.ru.at != NULL)
        apartment_encode(apartment, APARTMENT_PRIVATE, false, entry);
    if (entry->failed)
        return;
    const char *text = entry->data + sizeof head;
    head.public_len = (uint32_t)(second - sizeof head);
    head.hashes[0] = http_etag_hash((struct slice){text, head.public_len});
    head.hashes[1] = http_etag_hash((struct slice){entry->data + second, entry->len - second});
    memcpy(entry->data, &head, sizeof head);
}

/* The JSON of the entry for this caller; absent if the apartment is hidden from the caller. */
static struct slice entry_for(struct slice entry, const struct api_caller *caller, uint64_t *hash)
{
    struct entry_head head;
    if (entry.len < sizeof head)
        return SLICE_NONE;
    memcpy(&head, entry.at, sizeof head);
    const struct apartment apartment = {.owner_id = head.owner_id, .is_active = head.is_active};
    struct slice json = {entry.at + sizeof head, entry.len - sizeof head};
    if (head.public_len > json.len || !apartment_visible(&apartment, caller))
        return SLICE_NONE;
    const bool public_len =
        apartment_view(caller) == APARTMENT_PUBLIC || head.public_len == json.len;
    *hash = head.hashes[public_len ? 0 : 1];
    if (public_len)
        return (struct slice){json.at, head.public_len};
    return (struct slice){json.at + head.public_len, json.len - head.public_len};
}

static bool load_entry(void *arg, struct arena *arena, struct cache_value *out, struct fault *fault)
{
    const struct load_entry *request = arg;
    struct apartment apartment;
    if (!apartment_listed_store_find(request->db, request->tenant_id, request->id, arena,
                                     &apartment, fault)) {
        if (fault->kind != FAULT_NOT_FOUND)
            return false;
        *out = (struct cache_value){.found = false};
        return true;
    }
    AUTO(buf_finish) struct buf entry;
    struct slice data;
    buf_init(&entry, ENTRY_MAX);
    encode_entry(&apartment, &entry);
    if (!buf_keep(&entry, arena, &data, fault))
        return false;
    *out = (struct cache_value){.found = true, .version = apartment.version, .data = data};
    return true;
}

bool apartment_cache_read(struct booking_app *app, const struct api_caller *caller,
                          const struct uuid *id, struct arena *arena, struct buf *out,
                          struct apartment_tag *tag, struct fault *fault)
{
    if (app->apartments == NULL)
        return from_row(app->service->db, caller, id, arena, out, tag, fault);

    char text[KEY_LEN + 1];
    struct load_entry request = {app->service->db, &caller->tenant_id, id};
    struct cache_value value;
    if (!cache_entry_fetch(app->apartments, entry_key(&caller->tenant_id, id, text), load_entry,
                           &request, arena, &value, fault))
        return false;
    struct slice json = value.found ? entry_for(value.data, caller, &tag->hash) : SLICE_NONE;
    if (json.at == NULL)
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such apartment.");
    buf_slice(out, json);
    tag->version = value.version;
    return buf_ok(out, fault);
}

struct drop_request {
    struct cache_entries *apartments;
    struct uuid tenant_id;
    struct uuid id;
    int64_t version;
};

static void drop_request(void *arg)
{
    const struct drop_request *what = arg;
    char text[KEY_LEN + 1];
    cache_entry_drop(what->apartments, entry_key(&what->tenant_id, &what->id, text), what->version);
}

void apartment_cache_drop(struct change *change, struct cache_entries *apartments,
                          const struct apartment *apartment)
{
    if (apartments == NULL)
        return;
    struct drop_request *what = arena_alloc(change->arena, sizeof *what);
    if (what == NULL)
        return; /* the entry is used until it expires */
    *what =
        (struct drop_request){apartments, apartment->tenant_id, apartment->id, apartment->version};
    change_after(change, drop_request, what);
}
