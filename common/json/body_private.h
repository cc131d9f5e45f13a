// SPDX-License-Identifier: MIT
/* A parsed body, between parse.c and decode.c. Private to json/. */
#pragma once

#include <jansson.h>

struct json_body {
    json_t *value; /* owned; NULL: there was no body */
};
