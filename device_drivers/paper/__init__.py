"""What stands on a receipt or label: a model, a template language, a layout in cells, and a picture. No device here."""
