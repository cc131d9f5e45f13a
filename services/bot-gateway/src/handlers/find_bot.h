// SPDX-License-Identifier: MIT
/* The bot that a path or a request body names. */
#pragma once

#include "api/change.h"

#include "app.h"
#include "bots/bots.h"

/* Copies the bot that the first path parameter names: an active bot of the caller's tenant. A bot
 * of another tenant is not found. FAULT_NOT_FOUND "not_found"; FAULT_UNAVAILABLE "starting". */
bool find_bot_of_path(const struct gateway_app *app, const struct http_request *req,
                      struct bot *out, struct fault *fault) MUST_CHECK;

/* Finds the bot that the field "bot" of a body names; borrowed as from bots_find_active().
 * FAULT_INVALID "unknown_bot" of that field, also for a bot of another tenant. */
bool find_bot_named(const struct change *change, const struct gateway_app *app, struct slice name,
                    const struct bot **out, struct fault *fault) MUST_CHECK;
