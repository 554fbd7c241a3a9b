"""The fast start: the snapshot, the split WebAssembly modules, and what else a start does without."""
