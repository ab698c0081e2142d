"""Whether a device still measures as it did: a reference job, its baseline, and what follows from drift."""
