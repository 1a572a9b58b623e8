"""Analysis: what people look up and what reports add up, projected from the applied facts; nothing here decides."""
