"""Every write with a rule about campaigns, split by noun; the doors other apps use are named here."""

from campaigns.actions.holidays import load_holidays

__all__ = ["load_holidays"]
