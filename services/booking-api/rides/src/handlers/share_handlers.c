// SPDX-License-Identifier: MIT
/* Links to follow a ride. Only the hash of a token is stored. The answer, which contains the token,
 * is not stored for an Idempotency-Key, so a repeated request creates another link. */
#include "api/change_by_id.h"
#include "base/now.h"

#include "handlers/ride_handlers.h"
#include "rides/ride_change.h"
#include "safety/safety_json.h"
#include "trips/trip_create.h"

static void generate_token(char token[SHARE_TOKEN_LEN + 3])
{
    uint8_t secret[SHARE_TOKEN_BYTES];

    digest_random(secret, sizeof secret);
    digest_base64_encode(DIGEST_BASE64_URL, (struct slice){(const char *)secret, sizeof secret},
                         token);
}

static bool create_share_link(struct change *change, void *arg, struct http_response *res,
                              struct fault *fault)
{
    const struct asked *asked = arg;
    const struct uuid id = uuid_make();
    uint8_t hash[DIGEST_SHA256_LEN];
    char token[SHARE_TOKEN_LEN + 3], expires_at[NOW_RFC3339_LEN + 1];
    struct ride ride;

    generate_token(token);
    digest_sha256(slice_of(token), hash);
    if (!http_request_empty(change->req, fault) ||
        !ride_lock_for_action(change, &asked->id, RIDE_SHARE, &ride, fault) ||
        !share_store_insert_link(change->tx, &ride, &id, hash, fault))
        return false;
    change_audit(change, "ride.share", "share", &id, 1);
    now_format_rfc3339(share_valid_until(&ride), expires_at);
    buf_printf(&res->body, "{\"url\":\"/v1/shared/%s\",\"expires_at\":\"%s\"}", token, expires_at);
    return change_reply_created(change, res, &id, 0, fault);
}

CHANGE_BY_ID(share_ride, create_share_link)

static bool end_share_links(struct change *change, void *arg, struct http_response *res,
                            struct fault *fault)
{
    const struct asked *asked = arg;
    auto_rows struct db_rows ended = {0};
    struct ride ride;

    if (!ride_store_lock(change, &asked->id, &ride, NULL, fault) ||
        !change_if_match(change, ride.version, fault))
        return false;
    if (change->caller->actor == RIDE_ACTOR_DRIVER)
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden", "The link is the passenger's.");
    if (!share_store_end_links(change->tx, &ride.id, &ended, fault))
        return false;
    if (ended.count == 0)
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "The ride has no link.");
    for (int i = 0; i < ended.count; i++) {
        const struct uuid id = db_get_uuid(&ended, i, 0);

        change_audit(change, "ride.share_end", "share", &id, 2);
    }
    return change_reply_deleted(change, res, &ride.id);
}

CHANGE_BY_ID(unshare_ride, end_share_links)

static bool find_shared_ride(struct service *service, const struct http_request *req,
                             struct ride *ride, struct trip *trip, struct fault *fault)
{
    uint8_t hash[DIGEST_SHA256_LEN];
    struct uuid tenant_id, ride_id;

    digest_sha256(req->params[0], hash);
    if (req->params[0].len != SHARE_TOKEN_LEN)
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such link.");
    if (!share_store_find_ride(service->db, hash, &tenant_id, &ride_id, fault) ||
        !ride_store_find(service->db, &tenant_id, &ride_id, req->arena, ride, fault) ||
        !trip_find_and_decode(service->db, req->arena, &tenant_id, &ride->trip_id, trip, fault))
        return false;
    return ride->now < share_valid_until(ride) ||
           fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such link.");
}

/* Requires no API key: the token authorises the reader. */
enum http_status get_shared(void *data, const struct http_request *req, struct http_response *res)
{
    struct service *service = ((struct service_data *)data)->service;
    struct location location;
    struct ride ride;
    struct trip trip;
    struct fault fault;

    http_reply_header(res, "Cache-Control", SLICE("no-store"));
    if (!http_request_query(req, NULL, NULL, &fault) ||
        !find_shared_ride(service, req, &ride, &trip, &fault) ||
        !location_store_find(service->db, &ride.trip_id, &location, &fault))
        return http_reply_fault(req, res, &fault);
    shared_encode_ride(&ride, &trip, &location, &res->body);
    return http_reply_json(res, HTTP_OK);
}
