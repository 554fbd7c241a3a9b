"""A client of an org: install, uninstall, verify, push, over Dataverse's Web API (facts: dataverse.md, section 5)."""
