// SPDX-License-Identifier: MIT
#include "definition.h"

int main(int argc, char **argv)
{
    return service_main(argc, argv, search_definition());
}
