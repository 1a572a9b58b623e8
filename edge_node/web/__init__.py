"""The API for tills: JSON under ``/api/v1``, live notices by WebSocket. Checks who and what, then calls the rooms."""
