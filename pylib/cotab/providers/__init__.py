"""Adapters that come with cotab, one module per vendor. An author's manifest names them as its adapter."""
