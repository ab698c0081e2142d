"""What runs a model: one file per runtime, all of one shape (`base.Runtime`)."""
