"""The four organisations as they stand when the simulator starts."""

from __future__ import annotations

from datetime import timedelta

from ..organisation import Organisation
from . import australia, new_zealand, united_kingdom, united_states
from .plant import plant

COUNTRIES = (australia.SEED, new_zealand.SEED, united_kingdom.SEED, united_states.SEED)


def build_organisations(clock) -> dict[str, Organisation]:
    """Return the organisations of Australia, New Zealand, the UK and the US by tenant id."""
    today = clock.now().date()
    organisations = {}
    for seed in COUNTRIES:
        profile = dict(seed.profile)
        if seed.period_locked_days:
            profile["PeriodLockDate"] = today - timedelta(days=seed.period_locked_days)
        if seed.year_locked_days:
            profile["EndOfYearLockDate"] = today - timedelta(days=seed.year_locked_days)
        organisation = plant(Organisation(clock, profile), seed)
        organisations[organisation.tenant_id] = organisation
    return organisations
