// SPDX-License-Identifier: MIT
/* Bots without a dialogue: each update goes to the forwards of the bot, whose programs answer by
 * POST /v1/messages. */
#include "products/products.h"

const struct product product_flow = {.is_silent = true};
