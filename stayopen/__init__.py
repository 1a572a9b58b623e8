"""The ``stayopen`` command: the only place that composes both programs (demo, replay) and offers them to a shell."""
