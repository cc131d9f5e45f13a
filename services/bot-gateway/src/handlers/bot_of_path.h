// SPDX-License-Identifier: MIT
/* The bot that a path names. */
#pragma once

#include "http/request.h"

#include "app.h"
#include "bots/bots.h"

/* Finds the bot that the first path parameter names: an active bot of the caller's tenant. A bot of
 * another tenant is not found. Borrowed until the caller waits. FAULT_NOT_FOUND "not_found";
 * FAULT_UNAVAILABLE "starting". */
bool bot_of_path(const struct gateway_app *app, const struct http_request *req,
                 const struct bot **out, struct fault *fault) MUST_CHECK;
