"""`preview`: the local Omnichannel for an author, with the provider's service, and following the edits."""
