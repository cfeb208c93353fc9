"""Findings as they are listed."""

from __future__ import annotations

from posture.view.findings import Finding, with_advice


def test_the_same_advice_is_given_once() -> None:
    findings = [
        Finding(code=code, cost_deg=None, message=f"{code}.", advice=advice)
        for code, advice in (("a", "Step back."), ("b", "Turn."), ("c", "Step back."))
    ]
    assert [advice for _, advice in with_advice(findings)] == ["Step back.", "Turn.", ""]
