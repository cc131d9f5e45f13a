# SPDX-License-Identifier: MIT
"""Polled bots: one instance polls, each update counts once, despite crashes."""

from stand import wait_until

TOKEN = "1002:AApoller"
SOON = 10


def state(world):
    return (world.shown("poller")["polling"] or {}).get("state")


def rows(world, where="true"):
    return int(world.stand.sql(f"SELECT count(*) FROM bot.update u JOIN bot.bot b ON b.id = u.bot_id AND b.name = 'poller' WHERE {where}"))


def say(world, text):
    world.telegram.do("send", bot="poller", user=world.telegram.person(4100, bot="poller"), text=text)


def stored(world, text, seconds=SOON):
    """Waits until a new message is stored."""
    say(world, text)
    wait_until(f"{text} is stored", seconds, lambda: rows(world, f"position('\"{text}\"'::bytea IN u.body) > 0") == 1)


def calls(world):
    return world.telegram.see("calls", bot="poller", method="getUpdates", limit=1000)["calls"]


def polled(world, group):
    """A row starts polling, and changes of it stop and resume it, within ten seconds."""
    world.telegram.do("bots", name="poller", token=TOKEN)
    say(world, "before")
    world.stand.sql("INSERT INTO bot.bot (id, name, tenant_id, intake) SELECT gen_random_uuid(), 'poller', id, 'poll'"
                    " FROM api.tenant WHERE name = 'demo'")
    world.file("poller.token", TOKEN)
    wait_until("the waiting update is stored", SOON, lambda: rows(world) > 0)
    stored(world, "hello")
    wait_until("its state shows", SOON, lambda: state(world) == "works")
    group.equal("a bot with a webhook", world.shown("courier")["polling"], None)
    group.reply("it has no webhook", world.caller.post("/v1/bots/poller/webhook"), 409, "bot_polls")
    asked = calls(world)[-1]["parameters"]
    group.expect("message" in str(asked["allowed_updates"]), f"asked with {asked}")
    world.stand.sql("UPDATE bot.bot SET is_active = false WHERE name = 'poller'")
    wait_until("polling ends", SOON, lambda: world.stand.sql("SELECT bool_and(leased_until < now()) FROM bot.poller") == "t")
    count = len(calls(world))
    say(world, "while inactive")
    world.service.wait_run("pollers")
    group.equal("no calls while inactive", len(calls(world)), count)
    world.stand.sql("UPDATE bot.bot SET is_active = true WHERE name = 'poller'")
    stored(world, "after that")


def conflicts(world, group):
    """A webhook of another program and a wrong token are reported, retried, and recover. Our own webhook is removed."""
    world.telegram.call("setWebhook", TOKEN, url="http://127.0.0.1:1/elsewhere")
    wait_until("the webhook shows", 20, lambda: state(world) == "webhook")
    group.expect(world.shown("poller")["webhook"] is not None, "Telegram's state of it is missing")
    world.telegram.call("deleteWebhook", TOKEN)
    wait_until("polled again", 30, lambda: state(world) == "works")
    world.telegram.call("setWebhook", TOKEN, url="http://127.0.0.1:1/telegram/poller")
    stored(world, "despite our webhook", 30)
    group.equal("our webhook was removed", world.telegram.call("getWebhookInfo", TOKEN)["result"]["url"], "")
    world.file("poller.token", "1002:AAwrong")
    wait_until("the wrong token shows", 20, lambda: state(world) == "no_bot")
    world.file("poller.token", TOKEN)
    stored(world, "with the good token")
    log = world.log()
    group.expect("AApoller" not in log and "AAwrong" not in log, "the log has a token")
    group.expect('"polling_fails"' in log, "the log has no failure")


def instances(world, group):
    """Two instances, one poller; after a kill the other one continues, and nothing is lost or duplicated."""
    wait_until("it works", 20, lambda: state(world) == "works")
    before = len([one for one in calls(world) if one["status"] == 409])
    second = world.stand.service(**world.variables, DRAIN_LAME="5s")
    owner = world.stand.sql("SELECT owner FROM bot.poller")
    second.wait_run("pollers")
    stored(world, "two instances")
    group.equal("the first one keeps its lease", world.stand.sql("SELECT owner FROM bot.poller"), owner)
    group.equal("no chat was closed", len([one for one in calls(world) if one["status"] == 409]), before)
    count = rows(world)
    world.service.kill()
    world.caller.close()
    world.stand.sql("UPDATE bot.poller SET leased_until = now()")  # the lease ends
    for number in range(5):
        say(world, f"orphan {number}")
    wait_until("the other one takes over", 20, lambda: rows(world) == count + 5)
    group.expect(world.stand.sql("SELECT owner FROM bot.poller") != owner, "the lease did not move")
    world.service.start()
    stored(world, "one is back")
    group.equal("each once", rows(world), count + 6)
    owner = world.stand.sql("SELECT owner FROM bot.poller")
    second.stop()
    group.equal("a stopping instance releases its lease",
                world.stand.sql(f"SELECT count(*) FROM bot.poller WHERE owner = '{owner}' AND leased_until > now()"), "0")
    stored(world, "one is left", 3)
    world.stand.sql("UPDATE bot.bot SET is_active = false WHERE name = 'poller'")


GROUPS = [("polling: polled", polled), ("polling: conflicts", conflicts), ("polling: instances", instances)]
