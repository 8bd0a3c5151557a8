"""A job's state, id, file and failure in the spellings that gateways use."""


import httpx
import pytest
from job_network import FILE, VIDEO, done, words


@pytest.mark.parametrize("state", ["running", "processing", "in_progress", "Running", "a word of its own"])
def test_running_in_every_spelling(begin, look, state):
    run = begin({"id": "job-1", "status": state, "progress": 40})
    shown = look(run)
    assert '<progress max="100" value="40" aria-label="Progress of the job">' in shown.content.decode()
    assert "Running" in words(shown) and "40 %" in words(shown)


@pytest.mark.parametrize("state", ["succeeded", "completed", "COMPLETED", "done"])
def test_success_in_every_spelling(begin, look, state):
    record = look(begin(done(status=state)), "application/json").json()
    assert record["state"] == "complete"
    assert [(file["type"], file["bytes"]) for file in record["artifacts"]] == [("video/mp4", len(VIDEO))]


@pytest.mark.parametrize("state", ["canceled", "cancelled", "aborted"])
def test_cancellation_in_every_spelling(begin, look, state):
    shown = words(look(begin({"id": "job-1", "status": state})))
    assert "Stopped" in shown and "The job was canceled." in shown


@pytest.mark.parametrize(
    "answer",
    [
        {"result": {"url": FILE}}, {"result": {"file_url": FILE}}, {"result_url": FILE}, {"url": FILE}, {"file_url": FILE},
        {"output": [FILE]}, {"data": [{"url": FILE}]}, {"video": {"url": FILE}}, {"result": {"url": "/v1/files/a.mp4"}},
    ],
)  # fmt: skip
def test_file_in_every_spelling(begin, look, network, answer):
    record = look(begin({"id": "job-1", "status": "completed"} | answer), "application/json").json()
    assert [file["bytes"] for file in record["artifacts"]] == [len(VIDEO)]
    assert network.asked() == ["GET /jobs/job-1", "GET /files/a.mp4"]


@pytest.mark.parametrize("name", ["id", "job_id", "task_id", "request_id"])
def test_id_in_every_spelling(begin, look, network, name):
    look(begin({"status": "running"}, first={name: "job-1", "status": "queued"}))
    assert network.asked() == ["GET /jobs/job-1"]


def test_failed_job_is_called_so(begin, look):
    shown = words(look(begin({"id": "job-1", "status": "failed"})))
    assert "Error: the job failed" in shown and "no answer" not in shown


@pytest.mark.parametrize(
    ("error", "message"),
    [({"message": "Blurred."}, "Blurred."), ("Blurred.", "Blurred."), (None, "The job failed."), ([1], "The job failed.")],
)
def test_failure_tells_the_gateway_s_reason(begin, look, error, message):
    record = look(begin({"id": "job-1", "status": "failed", "error": error}), "application/json").json()
    assert (record["state"], record["error"]["type"], record["error"]["message"]) == ("error", "job_failed", message)
    assert (record["cost"], record["usage"]) == (None, None)


@pytest.mark.parametrize("odd", [httpx.Response(200, text="<html>"), [], "job", {"id": "job-1"}, {"id": "job-1", "status": 7}])
def test_odd_poll_ends_in_an_error(begin, look, odd):
    record = look(begin(odd), "application/json").json()
    assert (record["state"], record["error"]["type"]) == ("error", "bad_response")
