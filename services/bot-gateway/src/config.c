// SPDX-License-Identifier: MIT
#include "config.h"

#define AT(member) offsetof(struct gateway_config, member)

// clang-format off
/* name, type, place, default, min, max, help */
const struct env_variable gateway_variables[] = {
    {"BOTS_DIR",      ENV_TEXT,     AT(bots_dir),         "secrets/bots", 0,  0,
     "Folder with the bots' files: NAME.token, NAME.secret, NAME.key."},
    {"BOTS_INTERVAL", ENV_DURATION, AT(bots_interval_ms), "5s",           50, 10000,
     "How often bot-gateway reads that folder and its table of bots."},
};
// clang-format on
const size_t gateway_variable_count = sizeof gateway_variables / sizeof gateway_variables[0];
