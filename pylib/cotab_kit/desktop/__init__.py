"""The local agent desktop, and the organisation it works on."""
