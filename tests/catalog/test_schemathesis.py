"""Requests made at random from the OpenAPI document: whatever is asked, the site does not fail."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

QUICK = settings(max_examples=4, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def operations(site) -> list[schemathesis.schemas.APIOperation]:
    schema = schemathesis.openapi.from_url(f"{site}/openapi.json").include(method="GET", tag="Catalog")
    return [found.ok() for found in schema.get_all_operations()]


def test_no_get_fails(site, operations):
    assert len(operations) >= 30
    for operation in operations:

        @QUICK
        @given(case=operation.as_strategy())
        def asked(case: schemathesis.Case) -> None:
            answer = case.call(base_url=site)
            assert answer.status_code < 500, case.as_curl_command()

        asked()
