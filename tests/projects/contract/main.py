"""The adapter of the case that `data` names."""

from contract_cases import CASES

from cotab import AdapterError, Provider, Tab


class Contract(Provider):
    """Never made itself."""

    def __new__(cls, tab: Tab) -> Provider:  # type: ignore[misc]
        """Make the case's adapter instead."""
        name = str(tab.context.extra.get("case"))
        if name not in CASES:
            raise AdapterError(f"there is no case {name}")
        return CASES[name](tab)
