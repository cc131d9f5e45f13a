// SPDX-License-Identifier: MIT
/* --misunderstood: lists the texts that the bots have not understood. For deploy/tapbot bots
 * misunderstood. Read-only. */
#pragma once

#include "api/service.h"

/* For struct service_command. */
int misunderstood_command(const struct service_definition *definition, int argc, char **argv);
