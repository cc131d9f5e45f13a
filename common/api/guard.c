// SPDX-License-Identifier: MIT
#include "api/guard.h"

#include "base/buf.h"

enum { QUOTA_MAX = 64 }; /* room for two 64-bit numbers and text */

/* Appends one parameter of a quota, such as `;r=50`. */
static void append_quota_parameter(struct buf *out, const char *name, int64_t value)
{
    buf_text(out, name);
    buf_i64(out, value);
}

static struct slice format_quota(struct arena *arena, const char *first_name, int64_t first,
                                 const char *second_name, int64_t second)
{
    char room[QUOTA_MAX];
    struct buf text = buf_over(room, sizeof room);

    buf_text(&text, "\"key\"");
    append_quota_parameter(&text, first_name, first);
    append_quota_parameter(&text, second_name, second);
    return arena_copy(arena, buf_as_slice(&text));
}

/* Takes a token of the caller's rate limit and adds RateLimit header fields
 * (draft-ietf-httpapi-ratelimit-headers): the quota is the burst, the window the time in which an
 * empty bucket fills. */
static bool take_rate_limit_token(const struct api_guard *guard, const struct api_caller *caller,
                                  struct http_request *req, struct http_response *res,
                                  struct fault *fault)
{
    char key[UUID_TEXT_LEN + 1];
    struct limit_decision verdict;
    struct slice policy, state;

    if (guard->limiter == NULL)
        return true;
    uuid_format(&caller->key_id, key);
    verdict = limiter_take_token(guard->limiter, (struct slice){key, UUID_TEXT_LEN},
                                 caller->rate_per_s, caller->burst);
    policy = format_quota(req->arena, ";q=", verdict.limit, ";w=", verdict.window_s);
    state = format_quota(req->arena, ";r=", verdict.remaining, ";t=", verdict.reset_s);
    if (policy.at == NULL || state.at == NULL)
        return arena_fault(fault);
    http_reply_header(res, "RateLimit-Policy", policy);
    http_reply_header(res, "RateLimit", state);
    if (verdict.allowed)
        return true;
    fault_set(fault, FAULT_RATE_LIMITED, "rate_limited", "This key's requests come too fast");
    fault->retry_after_s = (int)verdict.retry_after_s;
    return false;
}

static bool check_scope(const struct api_callers *callers, const struct http_request *req,
                        const struct api_caller *caller, struct fault *fault)
{
    const unsigned scope = req->route->scope;

    if (scope == 0 || (caller->scopes & scope) != 0)
        return true;
    return fault_set(fault, FAULT_FORBIDDEN, "scope_missing", "This key lacks the scope %s%s",
                     api_scope_name_lowest(callers, scope),
                     (scope & api_scope_get_system_bits(callers)) != 0
                         ? ", which only keys of the tenant system have"
                         : "");
}

static bool set_and_check_actor(const struct api_guard *guard, const struct http_request *req,
                                struct api_caller *caller, struct fault *fault)
{
    const struct api_callers *callers = guard->callers;
    struct slice actor = req->headers[HTTP_H_X_ACTOR];
    const struct api_actor_kind *kind;

    if (actor.at == NULL)
        return api_actor_set_client(req->arena, caller, fault);
    if (!api_actor_parse(callers, actor, req->arena, caller, fault))
        return false;
    if ((caller->scopes & callers->actor_scope) != callers->actor_scope)
        return fault_set(fault, FAULT_FORBIDDEN, "scope_missing", "X-Actor needs the scope %s",
                         api_scope_name_lowest(callers, callers->actor_scope));
    if (caller->actor < ACTOR_OWN)
        return true;
    kind = &callers->actors[caller->actor - ACTOR_OWN];
    if (kind->known != NULL && !kind->known(guard->data, caller, fault))
        return false;
    if ((kind->scopes & req->route->scope) == req->route->scope)
        return true;
    return fault_set(fault, FAULT_FORBIDDEN, "forbidden", "That is not for the actor %s",
                     kind->name);
}

/* The key in `Authorization: Bearer` (RFC 6750, 2.1). Other schemes are ignored, because the
 * reverse proxy has checked them. */
static struct slice parse_bearer_key(struct slice authorization)
{
    const struct slice scheme = slice_cut(&authorization, ' ');

    return slice_equal_caseless(scheme, SLICE("Bearer")) ? slice_trim(authorization) : SLICE_NONE;
}

static struct slice find_api_key(const struct http_request *req)
{
    const struct slice key = req->headers[HTTP_H_X_API_KEY];

    if (key.at != NULL || req->route == NULL || (req->route->flags & HTTP_ROUTE_BEARER) == 0)
        return key;
    return parse_bearer_key(req->headers[HTTP_H_AUTHORIZATION]);
}

bool api_guard_check(const struct api_guard *guard, struct http_request *req,
                     struct http_response *res, struct fault *fault)
{
    struct api_caller *caller = arena_alloc(req->arena, sizeof *caller);

    if (caller == NULL)
        return arena_fault(fault);
    if (!api_keys_check(guard->keys, find_api_key(req), caller, fault))
        return false;
    if (!take_rate_limit_token(guard, caller, req, res, fault))
        return false;
    req->caller = caller;
    if (req->route == NULL)
        return true; /* no such route: the server answers 404 or 405 */
    return check_scope(guard->callers, req, caller, fault) &&
           set_and_check_actor(guard, req, caller, fault);
}
