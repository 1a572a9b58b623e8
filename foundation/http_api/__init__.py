"""Typed JSON routes over aiohttp: one table says who may, what goes in, what comes out; OpenAPI is made from it."""
