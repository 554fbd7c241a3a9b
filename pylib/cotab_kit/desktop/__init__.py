"""The local Omnichannel: the agent's desktop, the administration, the customer's site."""
