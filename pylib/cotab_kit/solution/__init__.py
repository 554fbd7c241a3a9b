"""From the manifest to what an org installs: records, solution zips, the data package, the AppSource folder."""
