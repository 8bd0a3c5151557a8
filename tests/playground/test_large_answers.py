"""Large answers are read apart from the loop, which would stand still for all visitors."""

import threading

import pytest

from playground.running.execution import Execution


def event(text: str) -> dict:
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": "stop"}]}


@pytest.fixture
def threads(monkeypatch) -> set[str]:
    """The names of the threads in which answers were settled."""
    found: set[str] = set()
    for name in ("close_stream", "whole"):
        settle = getattr(Execution, name)

        def noted(self, *given, settle=settle):
            found.add(threading.current_thread().name)
            return settle(self, *given)

        monkeypatch.setattr(Execution, name, noted)
    return found


@pytest.mark.parametrize(("size", "apart"), [(10, False), (200_000, True)])
def test_a_large_stream_is_settled_in_a_thread(stream, network, threads, size, apart):
    network.streams(event("a" * size))
    assert "Complete" in stream()
    assert all(name.startswith("asyncio_") for name in threads) is apart and threads


@pytest.mark.parametrize(("size", "apart"), [(10, False), (200_000, True)])
def test_a_large_answer_is_settled_in_a_thread(run, network, threads, size, apart):
    network.says({"choices": [{"index": 0, "message": {"content": "a" * size}, "finish_reason": "stop"}]})
    record = run().json()
    assert (record["state"], len(record["output"])) == ("complete", size)
    assert all(name.startswith("asyncio_") for name in threads) is apart and threads


def test_a_large_answer_that_cannot_be_read_is_an_error_as_any(run, network):
    network.says(["a" * 200_000])
    assert run().json()["error"]["type"] == "bad_response"
