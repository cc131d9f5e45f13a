// SPDX-License-Identifier: MIT
/* A parsed body: parse.c makes it, decode.c reads it. Private to json/. */
#pragma once

#include <jansson.h>

struct json_body {
    json_t *value; /* owned; NULL: there was no body */
};
