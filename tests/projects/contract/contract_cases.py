"""All cases of the contract by their names; each concern has a module."""

import agent_cases  # noqa: F401 - each notes its cases when it is imported
import failing_cases  # noqa: F401
import javascript_cases  # noqa: F401
import service_cases  # noqa: F401
import stage_cases  # noqa: F401
from contract_case import CASES, Case

__all__ = ["CASES", "Case"]
