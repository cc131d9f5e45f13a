// SPDX-License-Identifier: MIT
/* --staff: creates the code that links the staff chat of a bot, or removes the link, with the role
 * of the migrator. For deploy/tapbot bots staff. */
#pragma once

#include "api/service.h"

/* For struct service_command. */
int staff_chat_command(const struct service_definition *definition, int argc, char **argv);
