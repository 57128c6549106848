"""The algorithms: a recipe fits a model, a model scores the catalogue. No database, no HTTP."""
