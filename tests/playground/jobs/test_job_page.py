"""The page of a job's run, and the parameter that all jobs have."""

import html
import re

from playground.models import Run


def test_retry_sends_the_same_request_again(begin, look, network, client):
    run = begin({"id": "job-1", "status": "failed"}, {"id": "job-2", "status": "failed"})
    form = re.search(r'<form method="post" action="(/playground/run)">(.*?)<section', look(run).content.decode(), re.S)
    fields = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form[2])}
    client.post(form[1], fields, headers={"Accept": "application/json"})
    assert Run.objects.count() == 2
    assert {(one.model, one.endpoint, one.request_body) for one in Run.objects.all()} == {(run.model, "video", run.request_body)}


def test_retry_opens_the_playground_where_the_request_is_not_kept(begin, look, client):
    run = begin({"id": "job-1", "status": "failed"})
    Run.objects.update(request_body=None)
    form = re.search(r'<form method="post" action="(/playground)">(.*?)<section', look(run).content.decode(), re.S)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
    shown = client.post(form[1], fields).content.decode()
    assert f'<input type="hidden" name="model" value="{run.model}"><input type="hidden" name="endpoint" value="video">' in shown


def test_webhook_is_a_parameter_that_the_example_leaves_out(client, film):
    shown = client.get(f"/playground?model={film}").content.decode()
    assert 'name="webhook_url"' in shown.partition("More parameters")[2]
    body = html.unescape(re.search(r'<textarea[^>]*id="body"[^>]*>(.*?)</textarea>', shown, re.S)[1])
    assert "webhook_url" not in body and '"prompt"' in body


def test_webhook_goes_along_when_it_is_typed(stream, film, network):
    network.tells({"id": "job-1", "status": "queued"})
    stream(model=film, prompt="A tram", webhook_url="https://mine.example/hook")
    assert b'"webhook_url":"https://mine.example/hook"' in network.requests[0].content
