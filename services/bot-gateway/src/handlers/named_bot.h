// SPDX-License-Identifier: MIT
/* The bot that a request body names. */
#pragma once

#include "api/change.h"

#include "app.h"
#include "bots/bots.h"

/* Borrowed as from bots_find(). A bot of another tenant is unknown: FAULT_INVALID "unknown_bot" of
 * the field "bot". */
bool named_bot(const struct change *change, const struct gateway_app *app, struct slice name,
               const struct bot **out, struct fault *fault) MUST_CHECK;
