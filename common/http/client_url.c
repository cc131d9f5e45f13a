// SPDX-License-Identifier: MIT
#include "http/client.h"
#include "http/client_target_private.h"

bool http_url_read(const char *url, struct arena *arena, struct http_url *out, struct fault *fault)
{
    struct http_target target;
    if (!http_target_parse(url, arena, &target, fault))
        return false;
    const struct slice host = arena_copy(arena, slice_of(target.host));
    if (host.at == NULL)
        return arena_fault(fault);
    *out = (struct http_url){.host = host,
                             .port = target.port,
                             .plain = target.plain,
                             .is_private = http_target_is_private(&target),
                             .is_loopback = http_target_is_loopback(&target)};
    return true;
}
