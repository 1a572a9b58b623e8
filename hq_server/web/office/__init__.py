"""The office API under /office/v1: one table of routes says who may, what goes in, what comes out."""
