# SPDX-License-Identifier: MIT
"""Tests the behaviour of template-api that other services do not have."""


def kept(world, group):
    note = world.make("/v1/notes", {"text": "Buy milk"})
    group.equal("read again", world.caller.get(f"/v1/notes/{note['id']}").json, note)
    group.reply("of another tenant", world.key_of(tenant="second").get(f"/v1/notes/{note['id']}"), 404, "not_found")
    events = f"SELECT count(*) FROM template.outbox WHERE type = 'note.created' AND resource_id = '{note['id']}'"
    group.equal("told", world.stand.sql(events), "1")


GROUPS = [("notes: kept", kept)]
