"""Foundation: what both programs need around their work, and nothing of the work itself.

``http_api`` serves typed JSON routes with one error shape and an OpenAPI document made from the same table; ``sqlite``
runs a database on one thread; ``pinyin`` knows initials; ``memory`` gives memory back. Knows no commerce, no protocol,
no program.
"""
