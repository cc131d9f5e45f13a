// SPDX-License-Identifier: MIT
/* The service bot-gateway, as common/api runs it. */
#pragma once

#include "api/service.h"

struct gateway_app;
struct product;

const struct service_definition *gateway_definition(void);

extern const struct api_callers gateway_callers;

/* The products, by enum bot_type. */
extern const struct product *const gateway_products[];
/* Sets app->products and app->menus. */
void gateway_set_products(struct gateway_app *app);
