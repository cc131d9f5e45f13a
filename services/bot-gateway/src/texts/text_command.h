// SPDX-License-Identifier: MIT
/* --texts: tells people which rows of bot_messages and bot_settings are not used, and why. Beside
 * the service; it reads only. */
#pragma once

#include "api/service.h"

/* For struct service_command. */
int text_command(const struct service_definition *definition, int argc, char **argv);
