// SPDX-License-Identifier: MIT
#pragma once

#include "http/route.h"

http_handler post_block;
http_handler get_blocks;
http_handler delete_block;
