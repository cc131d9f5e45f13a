// SPDX-License-Identifier: MIT
/* The handlers of routes.c, each in the file that is named after its noun. */
#pragma once

#include "http/route.h"

http_handler post_documents;
http_handler delete_documents;

http_handler get_index;
http_handler post_index_rebuild;

http_handler post_search_messages;
http_handler post_search_apartments;
