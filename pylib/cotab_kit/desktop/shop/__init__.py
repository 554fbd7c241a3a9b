"""The customer's site of the local Omnichannel: a small made-up shop with a chat."""
