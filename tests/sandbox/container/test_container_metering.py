import asyncio
import contextlib
import logging
from datetime import timedelta

import pytest

from sandbox.speech.kinds import read_image
from sandbox.speech.metering import Identity, Metering
from tests.sandbox.container.container_doubles import SPEECH_TO_TEXT, FakeBilling, FakeClock, TimeUpError


class Day:
    """A container's metering from its start, with an outage between two minutes."""

    def __init__(self, clock: FakeClock, billing: FakeBilling, outage: tuple[int, int] = (0, 0)) -> None:
        self.clock = clock
        self.billing = billing
        self.start = clock.now()
        billing.status = lambda: "CouldNotConnect" if outage[0] <= self.minute < outage[1] else "Valid"
        self.metering = Metering(Identity("0123456789ab", read_image(SPEECH_TO_TEXT)), billing.submit, clock)

    @property
    def minute(self) -> float:
        return (self.clock.now() - self.start) / timedelta(minutes=1)

    def run_until(self, minute: int) -> None:
        self.clock.until = self.start + timedelta(minutes=minute)
        with contextlib.suppress(TimeUpError):
            asyncio.run(self.metering.run())


def test_the_first_check_is_at_the_start_and_a_report_follows_every_ten_minutes(
    clock: FakeClock, billing: FakeBilling
) -> None:
    day = Day(clock, billing)
    day.run_until(35)
    times = [body["requestTime"][11:16] for body in billing.bodies]
    assert times == ["08:00", "08:10", "08:20", "08:30"]


def test_a_report_has_the_documented_fields_and_no_audio_or_text(clock: FakeClock, billing: FakeBilling) -> None:
    Day(clock, billing).run_until(1)
    (body,) = billing.bodies
    assert body.pop("id")
    assert body == {
        "containerType": "speech-to-text",
        "containerVersion": "5.1.0",
        "containerId": "0123456789ab",
        "meter": {"name": "AudioSecondsTranscribed", "quantity": 0.0},
        "requestTime": "2026-11-21T08:00:00+00:00",
        "apiType": "SpeechToText",
    }


def test_ten_more_tries_after_a_failed_report_are_borne(clock: FakeClock, billing: FakeBilling) -> None:
    day = Day(clock, billing, outage=(10, 1000))
    day.run_until(109)  # failed at minute 10, nine of the ten tries made
    assert day.metering.serving


def test_when_the_tenth_try_fails_too_the_container_serves_no_more(clock: FakeClock, billing: FakeBilling) -> None:
    day = Day(clock, billing, outage=(10, 1000))
    day.run_until(110)
    assert not day.metering.serving


def test_a_container_serves_again_with_the_first_report_that_succeeds(clock: FakeClock, billing: FakeBilling) -> None:
    day = Day(clock, billing, outage=(10, 145))
    day.run_until(150)
    assert len(billing.bodies) == 16
    assert day.metering.serving


def test_a_success_in_between_gives_all_ten_tries_back(clock: FakeClock, billing: FakeBilling) -> None:
    day = Day(clock, billing)
    day.billing.status = lambda: "Valid" if day.minute == 100 else "CouldNotConnect"
    day.run_until(200)
    assert day.metering.serving
    assert day.metering.failed == 10


def test_usage_of_a_failed_report_is_reported_once_and_later(clock: FakeClock, billing: FakeBilling) -> None:
    day = Day(clock, billing, outage=(0, 15))
    day.metering.count(90.5)
    day.run_until(30)
    assert [body["meter"]["quantity"] for body in billing.bodies] == [90.5, 90.5, 90.5, 0]


def test_a_failed_report_is_logged_in_the_words_that_alerts_look_for(
    clock: FakeClock, billing: FakeBilling, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("Microsoft"), "propagate", True)
    Day(clock, billing, outage=(0, 1000)).run_until(15)
    logged = [(record.name.rpartition(".")[2], record.getMessage()) for record in caplog.records]
    assert logged == [
        ("CloudClient", "Endpoint connection failed with status 'CouldNotConnect'."),
        ("CloudMeterClient", "Metering attempt failed with status 'CouldNotConnect'."),
    ]


def test_a_key_check_is_no_try(clock: FakeClock, billing: FakeBilling) -> None:
    day = Day(clock, billing, outage=(0, 1000))
    for _ in range(50):
        asyncio.run(day.metering.check())
    assert day.metering.status == "CouldNotConnect"
    assert day.metering.serving


def test_a_key_check_that_finds_billing_back_ends_the_refusal(clock: FakeClock, billing: FakeBilling) -> None:
    day = Day(clock, billing, outage=(10, 115))
    day.run_until(110)
    clock.pass_by(360)
    assert asyncio.run(day.metering.check()) == "Valid"
    assert day.metering.serving
