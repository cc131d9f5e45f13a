// SPDX-License-Identifier: MIT
/* The command-line option --texts: lists rows of bot_messages and bot_settings that are not used,
 * and why. Read-only. */
#pragma once

#include "api/service.h"

/* For struct service_command. */
int text_command(const struct service_definition *definition, int argc, char **argv);
