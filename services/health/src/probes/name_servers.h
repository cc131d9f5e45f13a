// SPDX-License-Identifier: MIT
/* The name servers of this machine. */
#pragma once

#include "base/slice.h"
#include "loop/work.h"

enum { NAME_SERVERS_MAX = 3 /* as in resolv.conf(5), MAXNS */ };

/* Each function fills `out` and returns the number; unreadable items are skipped. */

/* "127.0.0.1:5353,[::1]:53"; the port is optional. */
size_t name_servers_of_list(struct slice list, struct work_address out[NAME_SERVERS_MAX]);
/* The lines "nameserver ADDRESS" of resolv.conf(5). */
size_t name_servers_of_conf(struct slice conf, struct work_address out[NAME_SERVERS_MAX]);
/* Those of /etc/resolv.conf; without any, the server on this machine, as resolv.conf(5)
 * specifies. */
size_t name_servers_of_system(struct work_address out[NAME_SERVERS_MAX]);
