// SPDX-License-Identifier: MIT
/* --bots: creates and lists rows of bots, with the role of the migrator. deploy/tapbot bots creates
 * their files. */
#pragma once

#include "api/service.h"

/* For struct service_command. */
int bot_command(const struct service_definition *definition, int argc, char **argv);
