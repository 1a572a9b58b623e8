"""Provisioning: keys, certificates and enrolment; the trust that both programs use."""
