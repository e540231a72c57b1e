import json

import pytest

from conflicts.findings import from_json, to_json
from conflicts.services import screen_pair
from tests.conflicts.builders import TENANT, compete, holding, parties


@pytest.mark.django_db
def test_findings_come_back_from_json_without_loss() -> None:
    google, meta, scale = parties("google", "meta", "scale-ai")
    compete(google, meta)
    holding(meta, scale, 49, start="2025-06-12")
    holding(meta, scale, 0, type="votingRights")
    findings = screen_pair(tenant=TENANT, principal=google, subject=scale).findings
    assert len(findings) > 1
    assert tuple(from_json(json.loads(json.dumps(to_json(finding)))) for finding in findings) == findings
