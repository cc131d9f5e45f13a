// SPDX-License-Identifier: MIT
/* The caller of a request. A key belongs to a client (a program), a client to a tenant. The header
 * X-Actor names the actor on whose behalf the client acts. The guard sets the caller before a
 * handler runs. The service's definition lists its scopes and kinds of actors; services/callers.txt
 * lists those of all services. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/slice.h"
#include "base/uuid.h"

struct http_request;

enum actor_kind {
    ACTOR_CLIENT, /* no X-Actor: the client itself, with the rights of staff */
    ACTOR_STAFF,
    ACTOR_SYSTEM, /* our own background work; never in a request */
    ACTOR_OWN     /* the first of the service's own kinds; others follow */
};

struct api_caller {
    struct uuid key_id;
    struct uuid client_id;
    struct uuid tenant_id;
    unsigned scopes; /* bits by the position in api_callers.scopes */
    bool test_key;   /* the key begins with tb_test_ */
    int64_t rate_per_s;
    int64_t burst;
    unsigned actor;          /* enum actor_kind, or ACTOR_OWN + position in api_callers.actors */
    int64_t actor_number;    /* set if the actor's kind has the `value` ACTOR_NUMBER */
    struct uuid actor_id;    /* set if the actor's kind has the `value` ACTOR_UUID */
    struct slice actor_text; /* as in history and audit: "guest:1", "owner:<uuid>", "staff:Aigul",
                                "client:<uuid>", "system" */
};

/* A kind of actor, written `name:value` in X-Actor. */
struct api_actor_kind {
    const char *name;
    enum { ACTOR_NUMBER, ACTOR_UUID } value;
    int64_t max; /* maximum of an ACTOR_NUMBER, whose minimum is 1 */
    /* Bits of the scopes whose routes the actor may call; 0: none. If a route has another scope,
     * the guard fails with FAULT_FORBIDDEN "forbidden". */
    unsigned scopes;
    /* Checks that the caller's tenant has such an actor, or fails with FAULT_INVALID "bad_actor".
     * `data` is the first argument of handlers. NULL: every actor is accepted. */
    bool (*known)(void *data, const struct api_caller *caller, struct fault *fault);
};

/* Scopes and actors that a service knows. */
struct api_callers {
    const char *const
        *scopes; /* names such as "note:read"; the scope at index n is the bit 1 << n */
    size_t scope_count;
    unsigned actor_scope; /* a key needs this scope to send X-Actor */
    /* Kinds in addition to staff, which every service accepts. */
    const struct api_actor_kind *actors;
    size_t actor_count;
};

/* Name of the lowest set bit, such as "note:read"; "" if no bit is set. */
const char *api_scope_name_lowest(const struct api_callers *callers, unsigned scope_bits);
/* Converts "note:read,note:write" to bits. The text "all" means every scope of the service. Names
 * that are no scope of this service are ignored. */
unsigned api_scope_bits_from_names(const struct api_callers *callers, struct slice names);
/* Whether `names` is "all", or each name is a scope of this service or of services/callers.txt. */
bool api_scopes_are_all_known(const struct api_callers *callers, struct slice names);
/* Whether services/callers.txt restricts this scope to keys of the tenant "system". */
bool api_scope_is_system(struct slice scope);
/* Bits of the service's scopes for which api_scope_is_system() is true. */
unsigned api_scope_get_system_bits(const struct api_callers *callers);
/* Appends the scopes of all services, each with a space before it. For help texts. */
void api_scope_append_all_names(struct buf *out);

enum {
    ACTOR_NAME_MAX = 100 /* bytes of a staff member's name */
};

/* Parses X-Actor: "staff:Aigul" or a kind of the service, such as "guest:1" and "owner:<uuid>".
 * Sets the actor members of `caller`, with the text in normal form. FAULT_INVALID "bad_actor";
 * FAULT_FORBIDDEN "actor_not_accepted" for a kind that only other services accept. */
bool api_actor_parse(const struct api_callers *callers, struct slice text, struct arena *arena,
                     struct api_caller *caller, struct fault *fault) MUST_CHECK;
/* Sets the actor of a request without X-Actor: the client itself. */
bool api_actor_set_client(struct arena *arena, struct api_caller *caller,
                          struct fault *fault) MUST_CHECK;

/* The caller that the guard has set; never NULL in handlers of routes that are not open. */
const struct api_caller *api_caller(const struct http_request *req);
/* True for staff and for a client without X-Actor. */
bool api_caller_is_staff(const struct api_caller *caller);
/* Whether the caller is staff (api_caller_is_staff()). Otherwise FAULT_FORBIDDEN "forbidden". */
bool api_check_staff(const struct api_caller *caller, struct fault *fault) MUST_CHECK;

/* Whether the number or id in a body or query is that of the caller's actor. An absent one becomes
 * it. */
bool api_caller_own_number(const struct api_caller *caller, int64_t *number) MUST_CHECK;
bool api_caller_own_id(const struct api_caller *caller, struct uuid *id) MUST_CHECK;
