"""A client of an org: install, uninstall, verify, push, over Dataverse's Web API.

docs/internals/dataverse.md#import-upgrade-and-uninstall
"""
