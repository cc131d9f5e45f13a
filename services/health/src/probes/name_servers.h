// SPDX-License-Identifier: MIT
/* Which name servers this machine asks. */
#pragma once

#include "base/slice.h"
#include "loop/work.h"

enum { NAME_SERVERS_MAX = 3 /* as resolv.conf(5), MAXNS */ };

/* Each fills `out` and gives the number; what cannot be read is left out. */

/* "127.0.0.1:5353,[::1]:53"; the port may be left out. */
size_t name_servers_of_list(struct slice list, struct work_address out[NAME_SERVERS_MAX]);
/* The lines "nameserver ADDRESS" of resolv.conf(5). */
size_t name_servers_of_conf(struct slice conf, struct work_address out[NAME_SERVERS_MAX]);
/* Those of /etc/resolv.conf; without any the server of this machine, as resolv.conf(5) says. */
size_t name_servers_of_system(struct work_address out[NAME_SERVERS_MAX]);
