// SPDX-License-Identifier: MIT
#include <arpa/inet.h>

#include "loop/work.h"

#include "support/test.h"

static struct work_address address_of(const char *text)
{
    struct work_address address = {.len = 0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)&address.addr;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address.addr;

    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1)
        v4->sin_family = AF_INET;
    else if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1)
        v6->sin6_family = AF_INET6;
    else
        ck_abort_msg("%s is no address", text);
    return address;
}

static const struct {
    const char *text;
    bool is_private;
    const char *why;
} addresses[] = {
    {"0.0.0.0",                  true,  "unspecified, reaches this host"      },
    {"0.1.2.3",                  true,  "this network"                        },
    {"10.0.0.1",                 true,  "private"                             },
    {"10.255.255.255",           true,  "private, last"                       },
    {"9.255.255.255",            false, "before 10/8"                         },
    {"11.0.0.0",                 false, "after 10/8"                          },
    {"100.63.255.255",           false, "before the carriers' block"          },
    {"100.64.0.0",               true,  "carriers, first"                     },
    {"100.127.255.255",          true,  "carriers, last"                      },
    {"100.128.0.0",              false, "after the carriers' block"           },
    {"127.0.0.1",                true,  "loopback"                            },
    {"127.255.255.254",          true,  "loopback too"                        },
    {"128.0.0.1",                false, "after loopback"                      },
    {"169.254.169.254",          true,  "cloud metadata"                      },
    {"169.253.255.255",          false, "before link-local"                   },
    {"172.15.255.255",           false, "before 172.16/12"                    },
    {"172.16.0.0",               true,  "private, first"                      },
    {"172.31.255.255",           true,  "private, last"                       },
    {"172.32.0.0",               false, "after 172.16/12"                     },
    {"192.0.0.8",                true,  "IETF protocols"                      },
    {"192.0.1.1",                false, "between two special blocks"          },
    {"192.0.2.1",                true,  "documentation"                       },
    {"192.88.99.1",              true,  "6to4 relays"                         },
    {"192.168.255.255",          true,  "private"                             },
    {"192.169.0.0",              false, "after 192.168/16"                    },
    {"198.17.255.255",           false, "before benchmarks"                   },
    {"198.18.0.0",               true,  "benchmarks, first"                   },
    {"198.19.255.255",           true,  "benchmarks, last"                    },
    {"198.20.0.0",               false, "after benchmarks"                    },
    {"198.51.100.7",             true,  "documentation"                       },
    {"203.0.113.7",              true,  "documentation"                       },
    {"223.255.255.255",          false, "before multicast"                    },
    {"224.0.0.1",                true,  "multicast"                           },
    {"239.255.255.255",          true,  "multicast, last"                     },
    {"240.0.0.1",                true,  "reserved"                            },
    {"255.255.255.255",          true,  "broadcast"                           },
    {"8.8.8.8",                  false, "public"                              },
    {"149.154.167.220",          false, "public"                              },
    {"::",                       true,  "unspecified"                         },
    {"::1",                      true,  "loopback"                            },
    {"::8.8.8.8",                true,  "v4-compatible, deprecated"           },
    {"::ffff:127.0.0.1",         true,  "v4-mapped loopback"                  },
    {"::ffff:10.1.2.3",          true,  "v4-mapped private"                   },
    {"::ffff:169.254.169.254",   true,  "v4-mapped metadata"                  },
    {"::ffff:8.8.8.8",           false, "v4-mapped public"                    },
    {"64:ff9b::10.0.0.1",        true,  "NAT64 of private"                    },
    {"64:ff9b::8.8.8.8",         false, "NAT64 of public"                     },
    {"64:ff9b:1::8.8.8.8",       true,  "NAT64 for local use"                 },
    {"100::1",                   true,  "discard"                             },
    {"2001::1",                  true,  "Teredo"                              },
    {"2001:1ff:ffff::1",         true,  "IETF protocols, last"                },
    {"2001:200::1",              false, "public, after the IETF's"            },
    {"2001:db8::1",              true,  "documentation"                       },
    {"2001:db9::1",              false, "after documentation"                 },
    {"2002:0a00:0001::1",        true,  "6to4 of private"                     },
    {"2002:0808:0808::1",        true,  "6to4 of public"                      },
    {"2a00:1450:4001:81b::200e", false, "public"                              },
    {"2606:4700::1111",          false, "public"                              },
    {"3fff::1",                  true,  "documentation"                       },
    {"3fff:1000::1",             false, "after documentation, inside 2000::/3"},
    {"4000::1",                  true,  "unassigned"                          },
    {"5f00::1",                  true,  "segment routing"                     },
    {"fc00::1",                  true,  "unique local"                        },
    {"fd12:3456::1",             true,  "unique local"                        },
    {"fe80::1",                  true,  "link-local"                          },
    {"febf::1",                  true,  "link-local, last"                    },
    {"fec0::1",                  true,  "site-local, deprecated"              },
    {"ff02::1",                  true,  "multicast"                           },
};

TEST_ROWS_WHY(only_addresses_of_the_public_internet_are_not_private, addresses)
{
    const struct work_address address = address_of(row->text);

    ck_assert_msg(work_address_is_private(&address) == row->is_private, "%s", row->text);
}

TEST(unknown_address_family_is_private)
{
    struct work_address address = {.len = 0};

    ck_assert(work_address_is_private(&address));
    address.addr.ss_family = AF_UNIX;
    ck_assert(work_address_is_private(&address));
}

TEST(addresses_are_written_without_port)
{
    static const char *const texts[] = {"10.0.0.1", "2001:db8::1"};
    char out[INET6_ADDRSTRLEN];

    for (size_t i = 0; i < 2; i++) {
        const struct work_address address = address_of(texts[i]);
        work_address_format(&address, out);
        ck_assert_str_eq(out, texts[i]);
    }
    work_address_format(&(struct work_address){.addr.ss_family = AF_UNIX}, out);
    ck_assert_str_eq(out, "local");
}
