// SPDX-License-Identifier: MIT
#include "handlers/apartment_shown.h"

#include "base/auto.h"
#include "http/reply.h"

#include "apartments/apartment_listed.h"
#include "apartments/flats_json.h"

static bool from_row(struct db *db, const struct api_caller *caller, const struct uuid *id,
                     struct arena *arena, struct buf *out, struct apartment_tag *tag,
                     struct fault *fault)
{
    struct apartment flat;
    if (!apartment_store_shown(db, &caller->tenant_id, id, arena, &flat, fault) ||
        !apartment_may_see(caller, &flat, fault))
        return false;
    apartment_encode(&flat, apartment_view(caller), false, out);
    *tag = (struct apartment_tag){flat.version, http_etag_hash(buf_as_slice(out))};
    return buf_ok(out, fault);
}

/* The head of a cache entry. The flat's JSON for all follows, and where the flat has
 * check_in_info its JSON for owner and staff. ETags are hashed when the entry is made, because it
 * is read many times. */
struct entry_head {
    struct uuid owner_id;
    bool is_active;
    uint32_t for_all; /* bytes of the first JSON */
    uint64_t hashes[2];
};

enum { KEY_LEN = 2 * UUID_TEXT_LEN + 1, ENTRY_MAX = 256 * 1024 };

/* The key has the tenant, so the id of another tenant's flat is never found. */
static struct slice entry_key(const struct uuid *tenant_id, const struct uuid *id,
                              char out[KEY_LEN + 1])
{
    uuid_format(tenant_id, out);
    out[UUID_TEXT_LEN] = ':';
    uuid_format(id, out + UUID_TEXT_LEN + 1);
    return (struct slice){out, KEY_LEN};
}

struct load {
    struct db *db;
    const struct uuid *tenant_id;
    const struct uuid *id;
};

static void encode_entry(const struct apartment *flat, struct buf *entry)
{
    struct entry_head head = {.owner_id = flat->owner_id, .is_active = flat->is_active};
    buf_append(entry, &head, sizeof head);
    apartment_encode(flat, APARTMENT_FOR_ALL, false, entry);
    const size_t second = entry->len;
    if (flat->check_in_info.ru.at != NULL)
        apartment_encode(flat, APARTMENT_FOR_ITS_PEOPLE, false, entry);
    if (entry->failed)
        return;
    const char *text = entry->data + sizeof head;
    head.for_all = (uint32_t)(second - sizeof head);
    head.hashes[0] = http_etag_hash((struct slice){text, head.for_all});
    head.hashes[1] = http_etag_hash((struct slice){entry->data + second, entry->len - second});
    memcpy(entry->data, &head, sizeof head);
}

/* The JSON of the entry for this caller; absent when he may not see the flat. */
static struct slice entry_for(struct slice entry, const struct api_caller *caller, uint64_t *hash)
{
    struct entry_head head;
    if (entry.len < sizeof head)
        return (struct slice){0};
    memcpy(&head, entry.at, sizeof head);
    const struct apartment flat = {.owner_id = head.owner_id, .is_active = head.is_active};
    struct slice json = {entry.at + sizeof head, entry.len - sizeof head};
    if (head.for_all > json.len || !apartment_visible(&flat, caller))
        return (struct slice){0};
    const bool for_all = apartment_view(caller) == APARTMENT_FOR_ALL || head.for_all == json.len;
    *hash = head.hashes[for_all ? 0 : 1];
    if (for_all)
        return (struct slice){json.at, head.for_all};
    return (struct slice){json.at + head.for_all, json.len - head.for_all};
}

static bool load(void *arg, struct arena *arena, struct cache_value *out, struct fault *fault)
{
    const struct load *asked = arg;
    struct apartment flat;
    if (!apartment_store_shown(asked->db, asked->tenant_id, asked->id, arena, &flat, fault)) {
        if (fault->kind != FAULT_NOT_FOUND)
            return false;
        *out = (struct cache_value){.found = false};
        return true;
    }
    AUTO(buf_finish) struct buf entry;
    struct slice data;
    buf_init(&entry, ENTRY_MAX);
    encode_entry(&flat, &entry);
    if (!buf_keep(&entry, arena, &data, fault))
        return false;
    *out = (struct cache_value){.found = true, .version = flat.version, .data = data};
    return true;
}

bool apartment_shown(struct booking_app *app, const struct api_caller *caller,
                     const struct uuid *id, struct arena *arena, struct buf *out,
                     struct apartment_tag *tag, struct fault *fault)
{
    if (app->flats == NULL)
        return from_row(app->service->db, caller, id, arena, out, tag, fault);

    char text[KEY_LEN + 1];
    struct load asked = {app->service->db, &caller->tenant_id, id};
    struct cache_value value;
    if (!cache_entry_fetch(app->flats, entry_key(&caller->tenant_id, id, text), load, &asked, arena,
                           &value, fault))
        return false;
    struct slice json = value.found ? entry_for(value.data, caller, &tag->hash) : (struct slice){0};
    if (json.at == NULL)
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such flat.");
    buf_slice(out, json);
    tag->version = value.version;
    return buf_ok(out, fault);
}

struct forget {
    struct cache_entries *flats;
    struct uuid tenant_id;
    struct uuid id;
    int64_t version;
};

static void forget(void *arg)
{
    const struct forget *what = arg;
    char text[KEY_LEN + 1];
    cache_entry_drop(what->flats, entry_key(&what->tenant_id, &what->id, text), what->version);
}

void apartment_shown_forget(struct change *change, struct cache_entries *flats,
                            const struct apartment *flat)
{
    if (flats == NULL)
        return;
    struct forget *what = arena_alloc(change->arena, sizeof *what);
    if (what == NULL)
        return; /* the entry is used until it expires */
    *what = (struct forget){flats, flat->tenant_id, flat->id, flat->version};
    change_after(change, forget, what);
}
