// SPDX-License-Identifier: MIT
/* --bots: makes and lists the rows of bots, beside the service and with the migrator's role. Their
 * files are made by deploy/tapbot bots. */
#pragma once

#include "api/service.h"

/* For struct service_command. */
int bot_command(const struct service_definition *definition, int argc, char **argv);
