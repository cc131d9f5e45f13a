// SPDX-License-Identifier: MIT
/* Who calls: a key belongs to a client (a program), a client to a tenant; X-Actor says for whom the
 * client acts. Set by the guard before any handler runs. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/slice.h"
#include "base/uuid.h"

struct http_request;

enum api_scope {
    SCOPE_BOOKING_READ = 1 << 0,
    SCOPE_BOOKING_WRITE = 1 << 1,
    SCOPE_BOOKING_ADMIN = 1 << 2,
    SCOPE_BOOKING_ACT = 1 << 3,
    SCOPE_BOT_SEND = 1 << 4,
    SCOPE_BOT_READ = 1 << 5,
    SCOPE_BOT_ADMIN = 1 << 6,
    SCOPE_SEARCH_READ = 1 << 7,
    SCOPE_SEARCH_WRITE = 1 << 8,
    SCOPE_HEALTH_READ = 1 << 9,
    SCOPE_HEALTH_ADMIN = 1 << 10
};
enum { SCOPE_COUNT = 11, SCOPE_ALL = (1 << SCOPE_COUNT) - 1 };

/* "booking:read" of one bit. */
const char *api_scope_name(unsigned scope);
/* "booking:read,booking:write" or "all" to bits. */
bool api_scope_parse(struct slice text, unsigned *scopes) MUST_CHECK;

enum actor_kind {
    ACTOR_CLIENT, /* no X-Actor: the client itself, with the rights of staff */
    ACTOR_STAFF,
    ACTOR_OWNER,
    ACTOR_GUEST,
    ACTOR_SYSTEM /* our own background work; never from the wire */
};

struct api_caller {
    struct uuid key_id;
    struct uuid client_id;
    struct uuid tenant_id;
    unsigned scopes;
    bool test_key; /* tb_test_ */
    int64_t rate_per_s;
    int64_t burst;
    enum actor_kind actor;
    int64_t guest_telegram_id; /* ACTOR_GUEST */
    struct uuid owner_id;      /* ACTOR_OWNER */
    struct slice actor_text;   /* as stored in history and audit: "guest:1", "owner:<uuid>",
                                  "staff:Aigul", "client:<uuid>", "system" */
};

enum {
    ACTOR_NAME_MAX = 100 /* bytes of a member of staff's name */
};
#define ACTOR_GUEST_MAX (INT64_C(1) << 52) /* Telegram's ids fit 52 bits */

/* X-Actor: "guest:1", "owner:<uuid>", "staff:Aigul"; sets the actor's part of `caller`, its text in
 * one spelling. FAULT_INVALID "bad_actor". */
bool api_actor_parse(struct slice text, struct arena *arena, struct api_caller *caller,
                     struct fault *fault) MUST_CHECK;
/* No X-Actor: the client itself. */
bool api_actor_client(struct arena *arena, struct api_caller *caller,
                      struct fault *fault) MUST_CHECK;

/* Never NULL in a handler whose route is not OPEN. */
const struct api_caller *api_caller(const struct http_request *req);
/* Staff or the client itself. */
bool api_caller_is_staff(const struct api_caller *caller);
