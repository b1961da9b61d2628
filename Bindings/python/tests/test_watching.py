"""Topics, with a library that lies."""

import asyncio
import gc

import pytest
from conftest import ADDRESSES, SECONDS, error, in_step

from fexwallet import AsyncWallet, Closed, Wallet, WalletError
from fexwallet._mailbox import END, Mailbox

SUBSCRIBED = {"topic": "listening", "subscribed": True}


def listening(how):
    return {"event": "listening", "value": {"listening": how, "error": None}}


@pytest.fixture
def watch(liar, lied_to):
    watch = lied_to.watch("listening")
    assert liar.answer("subscribe", SUBSCRIBED)["params"] == {"topic": "listening"}
    return watch


def test_values_come_as_they_are_said(liar, watch):
    for how in ("no", "poll", "stream"):
        liar.say(listening(how))
        assert watch.next(SECONDS).listening == how


def test_a_value_that_was_not_taken_is_replaced_by_a_newer_one(liar, lied_to, watch, background):
    for how in ("no", "poll", "stream"):
        liar.say(listening(how))
    in_step(liar, lied_to, background)
    assert next(watch).listening == "stream"
    with pytest.raises(TimeoutError):
        watch.next(0.01)


def test_a_wait_that_was_given_up_loses_no_value(liar, watch):
    with pytest.raises(TimeoutError):
        watch.next(0.01)
    liar.say(listening("poll"))
    assert watch.next(SECONDS).listening == "poll"


def test_a_taking_that_is_cancelled_loses_no_value():
    mailbox = Mailbox(1)
    mailbox.take().cancel()
    mailbox.put("value")
    mailbox.end()
    assert mailbox.take().result(0) == "value"
    assert mailbox.take().result(0) is END


def test_of_the_log_more_than_one_line_is_kept_and_the_oldest_go_first(liar, lied_to, background):
    watch = lied_to.watch("log")
    liar.answer("subscribe", {"topic": "log", "subscribed": True})
    for number in range(300):
        liar.say({"event": "log", "value": {"level": "info", "message": str(number), "metadata": {}}})
    in_step(liar, lied_to, background)
    assert [next(watch).message for _ in range(256)] == [str(number) for number in range(44, 300)]


def test_the_balance_is_none_before_a_login(liar, lied_to):
    watch = lied_to.watch("balance")
    liar.answer("subscribe", {"topic": "balance", "subscribed": True})
    liar.say({"event": "balance", "value": None})
    assert watch.next(SECONDS) is None
    liar.say({"event": "balance", "value": {"balance": "1.00", "currency": "USD", "as_of": "2026-01-01T00:00:00Z"}})
    assert watch.next(SECONDS).balance == "1.00"


def test_the_second_to_watch_begins_with_the_newest_value_and_shares_the_subscription(liar, lied_to, watch, background):
    liar.say(listening("poll"))
    watch.next(SECONDS)
    second = lied_to.watch("listening")
    assert second.next(SECONDS).listening == "poll"
    liar.say(listening("stream"))
    assert watch.next(SECONDS).listening == second.next(SECONDS).listening == "stream"
    watch.close()
    # Nothing was said of either to the wallet.
    in_step(liar, lied_to, background)
    second.close()
    assert liar.hear()["method"] == "unsubscribe"


def test_whoever_watches_again_subscribes_again(liar, lied_to, watch):
    watch.close()
    assert liar.answer("unsubscribe", {"topic": "listening", "subscribed": False})["params"] == {"topic": "listening"}
    again = lied_to.watch("listening")
    liar.answer("subscribe", SUBSCRIBED)
    liar.say(listening("no"))
    assert again.next(SECONDS).listening == "no"
    assert list(watch) == []


def test_a_watch_that_was_dropped_is_unsubscribed_at_the_next_event(liar, lied_to):
    lied_to.watch("listening")
    liar.answer("subscribe", SUBSCRIBED)
    gc.collect()
    liar.say(listening("no"))
    assert liar.hear()["method"] == "unsubscribe"


def test_a_loop_that_is_left_is_unsubscribed_at_the_next_event(liar, lied_to, background):
    def look_once():
        for value in lied_to.watch("listening"):
            return value

    looking = background(look_once)
    liar.answer("subscribe", SUBSCRIBED)
    liar.say(listening("no"))
    assert looking.result(SECONDS).listening == "no"
    liar.say(listening("poll"))
    assert liar.hear()["method"] == "unsubscribe"


def test_a_subscription_that_is_refused_raises_its_error_then_ends(liar, lied_to):
    watch = lied_to.watch("listening")
    liar.say({"id": liar.hear()["id"], "error": error("bad_parameter")})
    with pytest.raises(WalletError, match="bad_parameter"):
        watch.next(SECONDS)
    assert list(watch) == []


def test_a_subscription_that_ends_gives_its_last_value_then_raises_then_ends(liar, watch):
    liar.say(listening("no"))
    liar.say({"event": "listening", "error": error("storage_failed")})
    assert watch.next(SECONDS).listening == "no"
    with pytest.raises(WalletError, match="storage_failed"):
        watch.next(SECONDS)
    assert list(watch) == []


def test_a_value_of_the_wrong_shape_is_an_error_and_the_next_one_is_not(liar, watch):
    liar.say({"event": "listening", "value": {"listening": 7}})
    with pytest.raises(WalletError, match="internal"):
        watch.next(SECONDS)
    liar.say(listening("no"))
    assert watch.next(SECONDS).listening == "no"


def test_a_topic_that_nobody_knows_is_passed_on_as_it_is(liar, lied_to):
    watch = lied_to.watch("weather")
    liar.answer("subscribe", {"topic": "weather", "subscribed": True})
    liar.say({"event": "weather", "value": [1]})
    assert watch.next(SECONDS) == [1]


def test_events_that_nobody_subscribed_to_are_ignored(liar, lied_to, background):
    liar.say(listening("no"))
    in_step(liar, lied_to, background)


def test_closing_the_wallet_ends_a_loop(liar, lied_to, background):
    watching = background(lambda: [value.listening for value in lied_to.watch("listening")])
    liar.answer("subscribe", SUBSCRIBED)
    liar.say(listening("no"))
    closing = background(lied_to.close)
    assert liar.hear()["method"] == "close"
    liar.say({"closed": True})
    closing.result(SECONDS)
    assert watching.result(SECONDS) == ["no"]
    with pytest.raises(Closed):
        lied_to.watch("listening")


@pytest.mark.parametrize("code", ["cancelled", "closed"])
def test_a_subscription_that_a_closing_wallet_cancels_just_ends(liar, lied_to, code):
    watch = lied_to.watch("listening")
    liar.say({"id": liar.hear()["id"], "error": error(code)})
    assert list(watch) == []


def test_a_watch_keeps_its_wallet_open(liar, tmp_path, monkeypatch):
    monkeypatch.setattr("fexwallet._core._PATIENCE", 0.1)
    watch = Wallet.open(tmp_path, **ADDRESSES).watch("listening")
    gc.collect()
    assert not liar.library.door.liar_is_closed()
    del watch
    gc.collect()
    assert liar.library.door.liar_is_closed()


def test_closing_a_watch_ends_the_wait_of_another_thread(watch, background):
    watching = background(list, watch)
    watch.close()
    assert watching.result(SECONDS) == []


def test_a_task_watches_and_a_wait_that_is_cancelled_loses_no_value(liar, tmp_path):
    async def scenario():
        async with await AsyncWallet.open(tmp_path, **ADDRESSES) as wallet:
            liar.hear()
            watch = wallet.watch("listening")
            liar.answer("subscribe", SUBSCRIBED)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(anext(watch), 0.01)
            waiting = asyncio.create_task(anext(watch))
            await asyncio.sleep(0)
            liar.say(listening("poll"))
            # The value has been received, and the loop has not heard of it.
            started = wallet._core.request(sync_start())
            liar.answer("sync.start", {"running": True})
            started.result(SECONDS)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            assert (await asyncio.wait_for(anext(watch), SECONDS)).listening == "poll"
            liar.say({"closed": True})
            assert [value async for value in watch] == []

    asyncio.run(scenario())


def sync_start():
    return AsyncWallet.sync_start(None)


def test_a_task_gets_the_error_that_ends_a_subscription(liar, tmp_path):
    async def scenario():
        async with await AsyncWallet.open(tmp_path, **ADDRESSES) as wallet:
            liar.hear()
            watch = wallet.watch("listening")
            liar.answer("subscribe", SUBSCRIBED)
            liar.say({"event": "listening", "error": error("storage_failed")})
            with pytest.raises(WalletError, match="storage_failed"):
                await anext(watch)
            liar.say({"closed": True})

    asyncio.run(scenario())
