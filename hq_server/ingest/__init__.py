"""Where branches come in: who is enrolled, HQ's verdict on the logs they offer, and keeping what they bring."""
