// SPDX-License-Identifier: MIT
/* The functions of the command-line options, for struct service_command. They use the database role
 * of the migrator. */
#pragma once

#include "api/service.h"

typedef int gateway_command(const struct service_definition *definition, int argc, char **argv);

/* --bots creates and lists rows of bots; `deploy/tapbot bots` creates the bots' files. */
gateway_command bot_command;
/* --held: lists what after_restore() (schema/0030-held.sql) has held, sends it or drops it. */
gateway_command held_command;
/* --misunderstood: lists the texts that the bots have not understood. Read-only. */
gateway_command misunderstood_command;
/* --staff: creates the code that links the staff chat of a bot, or removes the link. */
gateway_command staff_chat_command;
/* --texts: lists rows of bot_messages and bot_settings that are not used, and why. Read-only. */
gateway_command text_command;
