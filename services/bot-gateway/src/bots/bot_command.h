// SPDX-License-Identifier: MIT
/* The command-line option --bots: creates and lists rows of bots, with the role of the migrator.
 * The verb `deploy/tapbot bots` creates the bots' files. */
#pragma once

#include "api/service.h"

/* Runs --bots; a function for struct service_command. */
int bot_command(const struct service_definition *definition, int argc, char **argv);
