"""Papers: what stands on a receipt. An entry becomes values, a template places them (docs/receipts.md)."""
