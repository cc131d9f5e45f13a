// SPDX-License-Identifier: MIT
#include "config.h"

const struct env_variable gateway_variables[] = {
    {
     .name = "BOTS_DIR",
     .type = ENV_TEXT,
     .offset = offsetof(struct gateway_config, bots_dir),
     .fallback = "secrets/bots",
     .help = "Folder with the bots' files: NAME.token, NAME.secret, NAME.key.",
     },
};
const size_t gateway_variable_count = sizeof gateway_variables / sizeof gateway_variables[0];
