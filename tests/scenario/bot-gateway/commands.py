# SPDX-License-Identifier: MIT
"""The commands of the service for people."""
from slow_database import silent

COMMANDS = ("--bots list", "--held", "--misunderstood", "--staff apartments", "--texts lint")


def own_commands():
    return silent([("bot-gateway", words) for words in COMMANDS])


SCENARIOS = [("commands of bots on a silent database", own_commands)]
