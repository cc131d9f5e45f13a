// SPDX-License-Identifier: MIT
#pragma once

#include "api/caller.h"
#include "http/route.h"

http_handler post_owner;
http_handler get_owners;
http_handler get_owner;
http_handler patch_owner;

/* For api_actor_kind.known: does the owner of X-Actor exist in the tenant? */
bool owner_actor_known(void *data, const struct api_caller *caller, struct fault *fault);
